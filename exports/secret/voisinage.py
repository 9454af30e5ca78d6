"""What no move of a whole level proves is sought cell by cell, over the few cells that its move really touches.

A move starts in the maille of the cell. Each relation that it breaks calls in the hidden cells of that relation, wherever
they are: the parent that has to rise with its child, the quarter that has to follow its year. Programmes stay small, so
they are solved in whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from exports.secret.deplacement import Cibles, Entiers, Lignes, Reels, chercher
from exports.secret.suppression import HAUSSE_LIBRE, Bloc, Masque, Mesure, Resultat, Table, prix_des_cellules
from exports.secret.systeme import MAILLE, Systeme

_ELARGISSEMENTS = 8  # times that a search may call in more cells
_TAILLE = 1_500  # cells of one programme: above, the search is given up
_PRIX_CACHEE = 1e-3  # of a hidden cell: the smallest move
_PRIX_RUPTURE = 1e3  # of one unit by which a relation is broken: above any path of hidden cells
_SANS_BORNE = 10**9


class Incidence:
    """Rows of a programme read both ways: the cells of a row, the rows of a cell."""

    def __init__(self, lignes: Lignes, nombre: int) -> None:
        self.lignes = lignes
        self._par_ligne = np.argsort(lignes.ligne, kind="stable")
        self._bornes_lignes = np.searchsorted(lignes.ligne[self._par_ligne], np.arange(len(lignes.bas) + 1))
        self._par_variable = np.argsort(lignes.variable, kind="stable")
        self._bornes_variables = np.searchsorted(
            lignes.variable[self._par_variable], np.arange(nombre + 1)
        )

    def lignes_de(self, variables: Entiers) -> Entiers:
        """Rows where one of the cells is, each once."""
        entrees = _tranches(self._bornes_variables, variables)
        return np.unique(self.lignes.ligne[self._par_variable[entrees]])

    def variables_de(self, lignes: Entiers) -> Entiers:
        """Cells of the rows, each once."""
        entrees = _tranches(self._bornes_lignes, lignes)
        return np.unique(self.lignes.variable[self._par_ligne[entrees]])

    def ouvertes(self, lignes: Entiers, variables: Entiers, permises: Masque) -> Entiers:
        """Ranks, among `lignes`, of those that have allowed cells besides `variables`."""
        longueurs = self._bornes_lignes[lignes + 1] - self._bornes_lignes[lignes]
        cellules = self.lignes.variable[self._par_ligne[_tranches(self._bornes_lignes, lignes)]]
        dehors = permises[cellules] & ~np.isin(cellules, variables)
        return np.unique(np.repeat(np.arange(len(lignes)), longueurs)[dehors])

    def extrait(self, variables: Entiers, lignes: Entiers) -> Lignes:
        """These rows over these cells only, both numbered from zero: the other cells do not move."""
        entrees = self._par_ligne[_tranches(self._bornes_lignes, lignes)]
        colonne = np.searchsorted(variables, self.lignes.variable[entrees])
        colonne[colonne == len(variables)] = 0
        dedans = variables[colonne] == self.lignes.variable[entrees]
        return Lignes(
            np.searchsorted(lignes, self.lignes.ligne[entrees[dedans]]),
            colonne[dedans],
            self.lignes.coefficient[entrees[dedans]],
            self.lignes.bas[lignes],
            self.lignes.haut[lignes],
        )


@dataclass(frozen=True)
class Jeu:
    """Cells that may move: by how much at most down (`bas`, negative) and up; the price of those still shown."""

    bas: Entiers
    haut: Entiers
    masquees: Masque
    prix: Reels


def achever(
    systeme: Systeme, mesure: Mesure, famille: str, resultat: Resultat, limite: float, *, payer: bool
) -> None:
    """Seeks a table for each cell of a family that is asked to move and that no table moves yet.

    `limite`: clock time at which to stop. `payer`: cells still shown may be hidden for it. Updates `resultat`.
    """
    bloc = Bloc(systeme, famille, mesure)
    tables = resultat.tables.setdefault(mesure.nom, [])
    masquees = resultat.masquees[bloc.ids]
    baisse = np.where(masquees, np.minimum(mesure.baisse[bloc.ids], mesure.valeurs[bloc.ids]), 0)
    hausse = np.where(masquees, mesure.hausse[bloc.ids], 0)
    atteinte_bas, atteinte_haut = _extremes(systeme, famille, tables)
    restent = {
        -1: (baisse > 0) & (atteinte_bas[bloc.ids] > -baisse),
        1: (hausse > 0) & (atteinte_haut[bloc.ids] < hausse),
    }
    if restent[-1].any() or restent[1].any():
        x = mesure.valeurs[bloc.ids]
        incidence = Incidence(bloc.lignes, len(bloc.ids))
        mailles = systeme.cellules.select(MAILLE)[bloc.ids].with_row_index("rang")
        voisines = {
            rang: np.asarray(groupe)
            for groupe in mailles.group_by(MAILLE).agg("rang")["rang"].to_list()
            for rang in groupe
        }
        jeu = Jeu(-x, x + max(HAUSSE_LIBRE, int(hausse.max())), masquees, prix_des_cellules(systeme, mesure, bloc.ids))
        for signe, quantite in ((1, hausse), (-1, baisse)):
            for cellule in np.flatnonzero(restent[signe]):
                if time.monotonic() > limite or not restent[signe][cellule]:
                    continue
                trouvee = prouver(
                    incidence, jeu, voisines[cellule], cellule, signe * int(quantite[cellule]), payer
                )
                if trouvee is None:
                    continue
                bougees, mouvement = trouvee
                masquees[bougees] = True
                tables.append(Table(famille, -1, bloc.ids[bougees], mouvement))
                restent[1][bougees] &= mouvement < hausse[bougees]
                restent[-1][bougees] &= mouvement > -baisse[bougees]
    resultat.masquees[bloc.ids] |= masquees
    resultat.non_prouvees[mesure.nom][bloc.ids] = restent[-1] | restent[1]


def _extremes(systeme: Systeme, famille: str, tables: list[Table]) -> tuple[Entiers, Entiers]:
    """By cell, the largest fall (negative) and the largest rise that the tables of a family show."""
    bas = np.zeros(systeme.cellules.height, dtype=np.int64)
    haut = bas.copy()
    for table in tables:
        if table.famille == famille:
            np.minimum.at(bas, table.cellules, table.deplacement)
            np.maximum.at(haut, table.cellules, table.deplacement)
    return bas, haut


def prouver(
    incidence: Incidence, jeu: Jeu, depart: Entiers, cellule: int, quantite: int, payer: bool
) -> tuple[Entiers, Entiers] | None:
    """Cells and their moves, for `cellule` to move by `quantite` at least, signed; None when no such table is found.

    `depart`: cells to begin with. `payer`: cells still shown may move too, which then have to be hidden.
    """
    variables = np.union1d(depart, [cellule]).astype(np.int64)
    permises = np.ones(len(jeu.bas), dtype=bool) if payer else jeu.masquees
    for _ in range(_ELARGISSEMENTS):
        variables = variables[permises[variables]]
        if len(variables) > _TAILLE:
            return None
        lignes = incidence.lignes_de(variables)
        souples = incidence.ouvertes(lignes, variables, permises)
        mouvement, rompues = _resoudre(
            incidence.extrait(variables, lignes), souples, jeu, variables, cellule, quantite
        )
        if mouvement is None:
            return None
        if not len(rompues):
            bougees = np.flatnonzero(mouvement)
            return variables[bougees], mouvement[bougees]
        variables = np.union1d(variables, incidence.variables_de(lignes[rompues]))
    return None


def _resoudre(
    lignes: Lignes, souples: Entiers, jeu: Jeu, variables: Entiers, cellule: int, quantite: int
) -> tuple[Entiers | None, Entiers]:
    """The move that breaks the fewest of the rows `souples` (none of the others), and those it breaks."""
    n, m = len(variables), len(souples)
    # one more variable by row that may be broken: by how much it is
    ecart = np.arange(m, dtype=np.int64)
    elastiques = Lignes(
        np.concatenate([lignes.ligne, souples]),
        np.concatenate([lignes.variable, n + ecart]),
        np.concatenate([lignes.coefficient, np.ones(m)]),
        lignes.bas,
        lignes.haut,
    )
    place = int(np.searchsorted(variables, cellule))
    trouve = chercher(
        np.concatenate([jeu.bas[variables], np.full(m, -_SANS_BORNE)]),
        np.concatenate([jeu.haut[variables], np.full(m, _SANS_BORNE)]),
        np.concatenate(
            [np.where(jeu.masquees[variables], _PRIX_CACHEE, jeu.prix[variables]), np.full(m, _PRIX_RUPTURE)]
        ),
        elastiques,
        Cibles(
            np.array([place]), np.array([1 if quantite > 0 else -1]), np.array([abs(quantite)]), np.ones(1)
        ),
        entier=True,
    )
    if trouve is None or trouve[place] * np.sign(quantite) < abs(quantite):
        return None, np.zeros(0, dtype=np.int64)
    return trouve[:n], souples[np.flatnonzero(trouve[n:])]


def _tranches(bornes: Entiers, rangs: Entiers) -> Entiers:
    """The concatenation of the ranges [bornes[r], bornes[r + 1]) for each r."""
    debuts, longueurs = bornes[rangs], bornes[rangs + 1] - bornes[rangs]
    fins = np.cumsum(longueurs)
    return np.arange(int(fins[-1]) if len(fins) else 0) + np.repeat(debuts - (fins - longueurs), longueurs)
