"""Building a candidate with what dbt said, word for word: its statements, kept when it last read the models.

What dbt sends to the database depends on the models alone, never on the deposits. dbt therefore speaks once, after each
change of the models; until the next one its statements are sent again as they are, without its seconds of import and its
30 milliseconds of processor per node.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from clauses.socle.nombres import accorder

NOEUDS_A_LA_FOIS = 2


@dataclass(frozen=True)
class Noeud:
    """A model or a data test. `apres`: the names of the models it reads; `instructions`: SQL, in order.

    The last instruction of a data test gives one row: rows at fault, whether to warn, whether to close the gate, which
    only a test that is `bloquant` does. `identifiant`: dbt's own.
    """

    identifiant: str
    description: str
    est_controle: bool
    apres: list[str]
    instructions: list[str]
    bloquant: bool = True

    @property
    def nom(self) -> str:
        return self.identifiant.split(".")[2]


@dataclass(frozen=True)
class Plan:
    """A whole build. `ouverture`: SQL that comes before any node (databases, settings, schemas)."""

    ouverture: list[str]
    noeuds: list[Noeud]

    def en_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def de_json(texte: str) -> Plan:
        lu = json.loads(texte)
        return Plan(lu["ouverture"], [Noeud(**n) for n in lu["noeuds"]])


@dataclass(frozen=True)
class Joue:
    """How a node went, in dbt's words: success or error for a model, pass, warn, fail or error for a test.

    `lignes`: those at fault, of a test; `porte`: the gate that it closed (a French sentence), null if none.
    """

    noeud: Noeud
    statut: str
    debut: dt.datetime
    fin: dt.datetime
    lignes: int | None = None
    porte: str | None = None


@dataclass(frozen=True)
class ResultatConstruction:
    """How a build went: the gates that closed (French, one sentence each), and the names of what was carried out.

    `joues`: one by node, in the order of their ends; empty where dbt built, which says it in its own words.
    """

    portes: list[str]
    faits: list[str]
    joues: list[Joue] = field(default_factory=list)


def porte_d_un_controle(nom: str, description: str, lignes: int) -> str:
    """The sentence of a data test that found rows at fault."""
    quoi = " ".join((description or nom).split())
    return f"Contrôle non satisfait : {quoi} ({accorder(lignes, 'ligne')} en défaut ; contrôle {nom})."


def porte_d_une_erreur(nom: str, message: str) -> str:
    """The sentence of a node that the database refused."""
    return f"Étape en erreur : {nom} ({' '.join(message.split())[:300]})."


def executer(plan: Plan, candidat: Path) -> ResultatConstruction:
    """Builds and tests every model of the plan in the database `candidat`, closed before returning.

    After an error nothing more is begun; a test at fault stops nothing, since all that are have to be told.
    """
    coeurs = max(1, (os.cpu_count() or 1) // NOEUDS_A_LA_FOIS)
    joues: list[Joue] = []
    noeuds = {n.nom: n for n in plan.noeuds}
    urgences = _urgences(plan.noeuds)
    graphe = TopologicalSorter({n.nom: n.apres for n in plan.noeuds})
    graphe.prepare()
    with duckdb.connect(str(candidat), config={"threads": coeurs}) as base:
        for instruction in plan.ouverture:
            base.execute(instruction)
        prets: list[str] = []
        en_cours: set[Future[Joue]] = set()
        with ThreadPoolExecutor(NOEUDS_A_LA_FOIS) as fils:
            while graphe.is_active():
                if not any(j.statut == "error" for j in joues):
                    prets = sorted([*prets, *graphe.get_ready()], key=urgences.__getitem__)
                    while prets and len(en_cours) < NOEUDS_A_LA_FOIS:
                        en_cours.add(fils.submit(_jouer, base.cursor(), noeuds[prets.pop(0)]))
                if not en_cours:
                    break
                finis, en_cours = wait(en_cours, return_when=FIRST_COMPLETED)
                for fini in finis:
                    joues.append(fini.result())
                    graphe.done(joues[-1].noeud.nom)
    portes = [j.porte for j in sorted(joues, key=lambda j: j.noeud.nom) if j.porte]
    return ResultatConstruction(portes, [j.noeud.nom for j in joues if j.statut != "error"], joues)


def _urgences(noeuds: Sequence[Noeud]) -> dict[str, tuple[int, int, str]]:
    """The rank of each node among those that are ready: first what the longest chain waits for, so that no core is idle
    at the end.
    """
    graphe = {n.nom: n.apres for n in noeuds}
    chaines = dict.fromkeys(graphe, 0)
    suivants = dict.fromkeys(graphe, 0)
    for nom in reversed([*TopologicalSorter(graphe).static_order()]):
        for precedent in graphe[nom]:
            chaines[precedent] = max(chaines[precedent], chaines[nom] + 1)
            suivants[precedent] += 1
    return {nom: (-chaines[nom], -suivants[nom], nom) for nom in graphe}


def _jouer(curseur: duckdb.DuckDBPyConnection, noeud: Noeud) -> Joue:
    debut = dt.datetime.now(dt.UTC)
    statut, lignes, porte = "success", None, None
    try:
        with curseur:
            curseur.begin()
            for instruction in noeud.instructions:
                curseur.execute(instruction)
            if noeud.est_controle:
                ligne = curseur.fetchone()
                assert ligne is not None
                lignes, alerte, en_defaut = ligne
                statut = "fail" if en_defaut and noeud.bloquant else "warn" if alerte else "pass"
                if statut == "fail":
                    porte = porte_d_un_controle(noeud.nom, noeud.description, lignes)
            curseur.commit()
    except duckdb.OutOfMemoryException:
        raise  # the machine is at fault, no step of the build
    except duckdb.Error as erreur:
        statut, porte = "error", porte_d_une_erreur(noeud.nom, str(erreur))
    return Joue(noeud, statut, debut, dt.datetime.now(dt.UTC), lignes, porte)
