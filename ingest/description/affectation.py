"""How much each column of a source may be one of ours, and the assignment of most weight, each column once.

A weight is of header and contents; keys and references add to it (`liens`). The regret of a pair is what the next best
assignment without it would lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

from ingest.codes import Codes
from ingest.description.codes_de_la_source import codes_de, lire_les_listes, traduire
from ingest.description.construction import mois_des_feuilles
from ingest.description.langage import NOMS_DE_FEUILLE, Origine
from ingest.description.observation import BlocVu, Observation
from ingest.description.profils import IMPOSSIBLE, Profil
from ingest.description.proposees import Cible, mot_de_reserve
from ingest.description.vocabulaire import Nom, noms_de, ressemblance, sens
from ingest.layouts import Colonne, Layout, Table
from ingest.references import Territoires

_POIDS_DU_CONTENU = 0.45
_POIDS_DES_CODES = 0.75  # where values are hardly anything else's
_NATURES_SURES = frozenset({"nomenclature", "liste", "rome", "naissance", "horizon", "qpv", "mois"})
_SANS_COLONNE = 0.45  # the weight of being nothing of ours
_FEUILLE = 0.3
_RESERVE = 0.8  # of the likeness of a header with a word that makes it another thing: « Montant TTC »


@dataclass(frozen=True)
class Paire:
    """A column of the source and one of ours. `regret`: what the next best assignment without it would lose; `sinon`: what
    it would be made of."""

    entete: str
    cible: Cible
    poids: float
    regret: float
    sinon: str


class Proposeur:
    """Weighs and assigns; `layouts`: those that a source may be described as."""

    def __init__(
        self, observation: Observation, layouts: Sequence[Layout], codes: Codes, territoires: Territoires
    ) -> None:
        self.observation = observation
        self.layouts = layouts
        self.codes = codes
        self.territoires = territoires
        premier = observation.classeurs[0][2]
        self.traductions, _ = lire_les_listes(observation.listes, premier)
        self._profils: dict[tuple[int, str, str], Profil] = {}
        self._accords: dict[tuple[int, str, str, str, str], tuple[float, str]] = {}
        self._poids: dict[tuple[int, str, bool, tuple[tuple[str, str], ...]], float] = {}
        self._noms: dict[tuple[str, str], dict[str, list[Nom]]] = {
            (la.nom, t.nom): noms_de(t) for la in layouts for t in la.tables
        }

    # --- weights ------------------------------------------------------------------------------------------

    def _profil(self, rang: int, entete: str, colonne: Colonne) -> Profil:
        """The values of a column, codes that a list explains replaced by their labels where ours is of a nomenclature."""
        bloc = self.observation.blocs[rang]
        nomenclature = colonne.nomenclature or ""
        cle = (rang, entete, "mois" if colonne.type == "mois" else nomenclature)
        if cle not in self._profils:
            textes = bloc.lignes[entete]
            if entete in NOMS_DE_FEUILLE and colonne.type == "mois":
                textes = mois_des_feuilles(textes)
            if nomenclature and self.traductions.libelles:
                table = Table(bloc.titre, "", False, (colonne,))
                origine = Origine(colonnes=(entete,))
                libelles = codes_de(
                    table, colonne, bloc.feuilles, {colonne.entete: origine}, self.traductions
                )
                libelles = libelles or self._voisins(bloc, colonne)
                textes = traduire(textes, colonne, origine, libelles)
            self._profils[cle] = Profil(textes, self.codes, self.territoires)
        return self._profils[cle]

    def _voisins(self, bloc: BlocVu, colonne: Colonne) -> dict[str, str]:
        """The list of a column of the same sheet whose labels are words of the same nomenclature."""
        for entete in bloc.entetes:
            libelles = self.traductions.de(bloc.feuilles, (entete,))
            mots_connus = self.codes.lire(
                str(colonne.nomenclature), pl.Series(list(libelles.values()), dtype=pl.String)
            )
            if libelles and mots_connus.null_count() == 0:
                return libelles
        return {}

    def accord(self, rang: int, entete: str, colonne: Colonne) -> tuple[float, str]:
        cle = (
            rang,
            entete,
            colonne.type,
            colonne.nomenclature or "",
            colonne.nom if colonne.type == "code" else "",
        )
        if cle not in self._accords:
            self._accords[cle] = self._profil(rang, entete, colonne).accord(colonne)
        return self._accords[cle]

    def poids(self, rang: int, entete: str, cible: Cible) -> float:
        """How much a column of the source may be one of ours."""
        jointe = any(n.a_dire for n in cible.noms)
        cle = (rang, entete, jointe, tuple((t.nom, c.nom) for t, c in cible.places))
        if cle not in self._poids:
            self._poids[cle] = self._peser(rang, entete, cible)
        return self._poids[cle]

    def _peser(self, rang: int, entete: str, cible: Cible) -> float:
        if (
            entete in NOMS_DE_FEUILLE
        ):  # it has no header; what tells the sheets apart is often what no column says
            accord, _ = self.accord(rang, entete, cible.colonne)
            return (
                _FEUILLE + _POIDS_DU_CONTENU * accord
                if cible.colonne.type in ("mois", "code", "texte")
                else 0.0
            )
        dit, _ = ressemblance(entete, cible.noms)
        if mot_de_reserve(entete, cible) is not None:
            dit *= _RESERVE
        if dit < 0.2 and cible.colonne.type in (
            "texte",
            "code",
            "nombre",
            "oui_non",
            "identite",
            "date",
            "heures",
        ):
            return dit
        accord, _ = self.accord(rang, entete, cible.colonne)
        if accord <= IMPOSSIBLE:
            return dit - 0.6
        sure = accord > 0 and cible.colonne.type in _NATURES_SURES
        return dit * (1 - 0.25 * sure) + (_POIDS_DES_CODES if sure else _POIDS_DU_CONTENU) * accord

    # --- assignment ---------------------------------------------------------------------------------------

    def cibles(self, layout: Layout, tables: Sequence[Table]) -> list[Cible]:
        """The columns of these tables, each key that links two of them once."""
        liens = {c for t in layout.tables for p in t.parents for c in p.colonnes}
        places: dict[tuple[str, str], list[tuple[Table, Colonne]]] = {}
        for table in tables:
            for colonne in table.colonnes:
                cle = ("", colonne.nom) if colonne.nom in liens else (table.nom, colonne.nom)
                places.setdefault(cle, []).append((table, colonne))
        # a key is called as the table it is the key of calls it
        tries = {cle: sorted(ps, key=lambda p: p[1].nom not in p[0].cle[:1]) for cle, ps in places.items()}
        jointes = len(tables) > 1
        return [
            Cible(
                tuple(ps),
                tuple(
                    replace(n, a_dire=jointes) for t, c in ps for n in self._noms[layout.nom, t.nom][c.nom]
                ),
            )
            for ps in tries.values()
        ]

    def affecter(
        self, rang: int, cibles: Sequence[Cible], bonus: Mapping[tuple[str, str], float] | None = None
    ) -> list[Paire]:
        """The pairs of the best assignment. `bonus`: by header and name."""
        bloc = self.observation.blocs[rang]
        entetes = [*bloc.entetes, *bloc.noms_de_feuille]
        if bloc.mois:
            cibles = [c for c in cibles if c.colonne.type not in ("mois", "heures")]
        if not entetes or not cibles:
            return []
        poids = np.array([[self.poids(rang, e, c) for c in cibles] for e in entetes])
        for i, entete in enumerate(entetes):
            for j, cible in enumerate(cibles):
                poids[i, j] += (bonus or {}).get((entete, cible.colonne.nom), 0.0)
        sans = np.full((len(entetes), len(entetes)), _SANS_COLONNE)
        matrice = np.hstack([poids, sans])
        lignes, colonnes = linear_sum_assignment(matrice, maximize=True)
        total = matrice[lignes, colonnes].sum()
        paires = []
        for i, j in zip(lignes, colonnes, strict=True):
            if j < len(cibles):
                garde, matrice[i, j] = matrice[i, j], -9.0
                autres = linear_sum_assignment(matrice, maximize=True)
                regret = total - matrice[autres].sum()
                matrice[i, j] = garde
                sinon = _sinon(i, j, dict(zip(*autres, strict=True)), entetes, cibles)
                paires.append(Paire(entetes[i], cibles[j], float(garde), float(regret), sinon))
        return paires

    def pourquoi_pas(self, rang: int, entete: str, cibles: Sequence[Cible], paires: Sequence[Paire]) -> str:
        """Why a column is nothing of ours: another was preferred, or none resembles it."""
        if entete not in NOMS_DE_FEUILLE:
            prises = {p.cible.titre: p.entete for p in paires}
            mieux = max(cibles, key=lambda c: self.poids(rang, entete, c), default=None)
            if (
                mieux is not None
                and self.poids(rang, entete, mieux) > _SANS_COLONNE
                and mieux.titre in prises
            ):
                return f"ce serait « {mieux.titre} », mais « {prises[mieux.titre]} » lui est préférée"
        return "aucune de nos colonnes ne lui ressemble assez"

    def qualite(self, rang: int, layout: Layout, table: Table) -> float:
        """Mean weight of the required columns of a table in a block, its sheet's name counted for a little."""
        bloc = self.observation.blocs[rang]
        trouvees = {p.cible.colonne.nom: p.poids for p in self.affecter(rang, self.cibles(layout, [table]))}
        requises = [
            c for c in table.colonnes if c.requise and not (bloc.mois and c.type in ("mois", "heures"))
        ]
        if not requises:
            return 0.0
        moyenne = sum(min(1.0, trouvees.get(c.nom, 0.0)) for c in requises) / len(requises)
        dit = max(
            max(ressemblance(f, [Nom(n, sens(n), frozenset())])[0] for n in table.noms())
            for f in bloc.feuilles[:3]
        )
        des_heures = any(c.type == "heures" for c in table.colonnes)
        return moyenne + 0.2 * dit + (0.3 * (1 if des_heures else -0.5) if bloc.mois else 0.0)


def _sinon(i: int, j: int, autres: Mapping[int, int], entetes: Sequence[str], cibles: Sequence[Cible]) -> str:
    """What the next best assignment makes of a column of the source and of ours."""
    dits = []
    rivale = next((rang for rang, place in autres.items() if place == j), None)
    if rivale is not None:
        dits.append(f"« {entetes[rivale]} » conviendrait presque aussi bien")
    if autres[i] < len(cibles):
        dits.append(f"« {entetes[i]} » pourrait aussi être « {cibles[autres[i]].titre} »")
    return ", et ".join(dits) or "elle ressemble à peine plus à cette colonne qu'à rien"
