"""Building a candidate with what dbt said, word for word: its statements, kept when it last read the models.

What dbt sends to the database depends on the models alone, never on the deposits. dbt therefore speaks once, after each
change of the models; until the next one its statements are sent again as they are, without its seconds of import and its
30 milliseconds of processor per node.
"""

from __future__ import annotations

import heapq
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from clauses.socle.nombres import accorder

NOEUDS_A_LA_FOIS = 2


@dataclass(frozen=True)
class Noeud:
    """A model or a data test. `apres`: the names of the models it reads; `instructions`: SQL, in order.

    The last instruction of a data test gives one row: rows at fault, whether to warn, whether to close the gate.
    """

    nom: str
    description: str
    est_controle: bool
    apres: list[str]
    instructions: list[str]


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
class ResultatConstruction:
    """How a build went: the gates that closed (French, one sentence each), and seconds by node."""

    portes: list[str]
    durees: dict[str, float] = field(default_factory=dict)


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
    portes: dict[str, str] = {}
    durees: dict[str, float] = {}
    with duckdb.connect(str(candidat), config={"threads": coeurs}) as base:
        for instruction in plan.ouverture:
            base.execute(instruction)
        file = _File(plan.noeuds)
        en_cours: dict[Future[tuple[float, str | None]], Noeud] = {}
        with ThreadPoolExecutor(NOEUDS_A_LA_FOIS) as fils:
            while file.prets or en_cours:
                while file.prets and len(en_cours) < NOEUDS_A_LA_FOIS:
                    noeud = file.prendre()
                    en_cours[fils.submit(_jouer, base.cursor(), noeud)] = noeud
                for fini in wait(en_cours, return_when=FIRST_COMPLETED).done:
                    noeud = en_cours.pop(fini)
                    try:
                        durees[noeud.nom], porte = fini.result()
                    except duckdb.Error as erreur:
                        portes[noeud.nom] = porte_d_une_erreur(noeud.nom, str(erreur))
                        file.abandonner()
                        continue
                    if porte:
                        portes[noeud.nom] = porte
                    file.terminer(noeud)
    return ResultatConstruction([portes[nom] for nom in sorted(portes)], durees)


def _jouer(curseur: duckdb.DuckDBPyConnection, noeud: Noeud) -> tuple[float, str | None]:
    debut = time.perf_counter()
    porte = None
    with curseur:
        curseur.begin()
        for instruction in noeud.instructions:
            curseur.execute(instruction)
        if noeud.est_controle:
            ligne = curseur.fetchone()
            assert ligne is not None
            lignes, _, en_defaut = ligne
            if en_defaut:
                porte = porte_d_un_controle(noeud.nom, noeud.description, lignes)
        curseur.commit()
    return time.perf_counter() - debut, porte


class _File:
    """What can be built now: first what the longest chain waits for, so that no core is idle at the end."""

    def __init__(self, noeuds: Sequence[Noeud]) -> None:
        self._noeuds = {n.nom: n for n in noeuds}
        self._suivants: dict[str, list[str]] = {nom: [] for nom in self._noeuds}
        for noeud in noeuds:
            for precedent in noeud.apres:
                self._suivants[precedent].append(noeud.nom)
        self._chaines: dict[str, int] = {}
        self._attendus = {n.nom: len(n.apres) for n in noeuds}
        self.prets: list[tuple[int, int, str]] = []
        for nom, attendus in self._attendus.items():
            if not attendus:
                self._ajouter(nom)

    def prendre(self) -> Noeud:
        return self._noeuds[heapq.heappop(self.prets)[-1]]

    def terminer(self, noeud: Noeud) -> None:
        for nom in self._suivants[noeud.nom]:
            self._attendus[nom] -= 1
            if not self._attendus[nom]:
                self._ajouter(nom)

    def abandonner(self) -> None:
        self.prets.clear()
        self._suivants = {nom: [] for nom in self._suivants}

    def _ajouter(self, nom: str) -> None:
        heapq.heappush(self.prets, (-self._chaine(nom), -len(self._suivants[nom]), nom))

    def _chaine(self, nom: str) -> int:
        if nom not in self._chaines:
            self._chaines[nom] = max(
                (self._chaine(suivant) + 1 for suivant in self._suivants[nom]), default=0
            )
        return self._chaines[nom]
