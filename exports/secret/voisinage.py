"""What no move of a whole level proves is sought cell by cell, over the few cells that its move really touches.

A move starts in the maille of the cell. Each relation that it breaks calls in the hidden cells of that relation, wherever
they are: the parent that has to rise with its child, the quarter that has to follow its year. Programmes stay small, so
they are solved in whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import polars as pl

from exports.secret.deplacement import Cibles, Entiers, Lignes, Reels, chercher
from exports.secret.suppression import HAUSSE_LIBRE, Bloc, Masque, Mesure, Resultat, Table, prix_des_cellules
from exports.secret.systeme import MAILLE, Systeme

_ELARGISSEMENTS = 16  # times that a search may call in more cells
_TAILLE = 400  # cells of one programme: above, the search is given up
# for one measure of one family: work, not time, so that the same deposits hide the same
_PROGRAMMES = 300
_ENSEMBLE = 3  # demands of a maille from which they are first sought together
_APPELEES = 30  # cells that a broken relation calls in at a time
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
        self._bornes_variables = np.searchsorted(lignes.variable[self._par_variable], np.arange(nombre + 1))

    def lignes_de(self, variables: Entiers) -> Entiers:
        """Rows where one of the cells is, each once."""
        entrees = _tranches(self._bornes_variables, variables)
        return np.unique(self.lignes.ligne[self._par_variable[entrees]])

    def appelees(self, lignes: Entiers, variables: Entiers, permises: Masque, rang: Entiers) -> Entiers:
        """Of each row, the first allowed cells by `rang` that are not among `variables`."""
        longueurs = self._bornes_lignes[lignes + 1] - self._bornes_lignes[lignes]
        cellules = self.lignes.variable[self._par_ligne[_tranches(self._bornes_lignes, lignes)]]
        dehors = permises[cellules] & ~np.isin(cellules, variables)
        ligne, cellules = np.repeat(np.arange(len(lignes)), longueurs)[dehors], cellules[dehors]
        ordre = np.lexsort((rang[cellules], ligne))
        ligne, cellules = ligne[ordre], cellules[ordre]
        debut = np.searchsorted(ligne, ligne)  # where each row begins
        return np.unique(cellules[np.arange(len(ligne)) - debut < _APPELEES])

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
    """Cells that may move: by how much at most down (`bas`, negative) and up; the price of those still shown.

    `rang`: which cells to call in first: those that have most to give.
    """

    bas: Entiers
    haut: Entiers
    masquees: Masque
    prix: Reels
    rang: Entiers


@dataclass
class Budget:
    """How many programmes may still be solved, and until when (clock)."""

    programmes: int
    limite: float

    def reste(self) -> bool:
        return self.programmes > 0 and time.monotonic() < self.limite


def achever(
    systeme: Systeme,
    mesure: Mesure,
    famille: str,
    resultat: Resultat,
    limite: float,
    *,
    payer: bool,
) -> None:
    """Seeks a table for each cell of a family that is asked to move and that no table moves yet.

    `limite`: clock time at which to stop. `payer`: cells still shown may be hidden for it, where `resultat` allows it.
    Updates `resultat`.
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
    laissees = np.zeros(len(bloc.ids), dtype=bool)
    if payer:
        laissees = (restent[-1] | restent[1]) & resultat.acquises[bloc.ids]
        restent = {sens: reste & ~laissees for sens, reste in restent.items()}
    if restent[-1].any() or restent[1].any():
        x = mesure.valeurs[bloc.ids]
        incidence = Incidence(bloc.lignes, len(bloc.ids))
        mailles = [
            np.asarray(groupe, dtype=np.int64)
            for groupe in systeme.cellules.select(MAILLE)[bloc.ids]
            .with_columns(
                rang=np.arange(len(x)),
                reste=restent[1] | restent[-1],
                acquise=resultat.acquises[bloc.ids],
            )
            .group_by(MAILLE, maintain_order=True)
            # last, those where an earlier release could prove nothing either: programmes are counted
            .agg("rang", pl.col("reste").any(), acquises=pl.col("acquise").filter("reste").all())
            .filter("reste")
            .sort("acquises", maintain_order=True)["rang"]
            .to_list()
        ]
        jeu = Jeu(
            -x,
            x + max(HAUSSE_LIBRE, int(hausse.max())),
            masquees,
            prix_des_cellules(systeme, mesure, bloc.ids),
            np.argsort(np.argsort(-x, kind="stable")),
        )
        quantites = {1: hausse, -1: -baisse}
        hasard = np.random.default_rng(20260101)
        budget = Budget(_PROGRAMMES, limite)

        def tenter(voisines: Entiers, cellules: Entiers, demandes: Entiers) -> int:
            """How many demands one search proves."""
            trouvee = prouver(incidence, jeu, voisines, cellules, demandes, budget, payer)
            if trouvee is None:
                return 0
            bougees, mouvement = trouvee
            masquees[bougees] = True
            tables.append(Table(famille, -1, bloc.ids[bougees], mouvement))
            avant = int(restent[1][bougees].sum() + restent[-1][bougees].sum())
            restent[1][bougees] &= mouvement < hausse[bougees]
            restent[-1][bougees] &= mouvement > -baisse[bougees]
            return avant - int(restent[1][bougees].sum() + restent[-1][bougees].sum())

        for voisines in mailles:
            # together first, as long as it proves some; then one by one
            gagnees = 1
            while gagnees and budget.reste():
                cellules = voisines[restent[1][voisines] | restent[-1][voisines]]
                if len(cellules) < _ENSEMBLE:
                    break
                montent = restent[1][cellules] & (
                    ~restent[-1][cellules] | (hasard.random(len(cellules)) < 0.5)
                )
                gagnees = tenter(voisines, cellules, np.where(montent, hausse[cellules], -baisse[cellules]))
            for signe in (1, -1):
                for cellule in voisines[restent[signe][voisines]]:
                    if restent[signe][cellule] and budget.reste():
                        seule = np.array([cellule])
                        tenter(voisines, seule, quantites[signe][seule])
    resultat.masquees[bloc.ids] |= masquees
    resultat.non_prouvees[mesure.nom][bloc.ids] = restent[-1] | restent[1] | laissees


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
    incidence: Incidence,
    jeu: Jeu,
    depart: Entiers,
    cellules: Entiers,
    quantites: Entiers,
    budget: Budget,
    payer: bool,
) -> tuple[Entiers, Entiers] | None:
    """Cells and their moves, for some of `cellules` to move by `quantites` at least, signed; None when none can.

    `depart`: cells to begin with. `payer`: cells still shown may move too, which then have to be hidden.
    """
    permises = np.ones(len(jeu.bas), dtype=bool) if payer else jeu.masquees
    variables = depart[permises[depart]]
    for _ in range(_ELARGISSEMENTS):
        if len(variables) > _TAILLE or not budget.reste():
            return None
        budget.programmes -= 1
        lignes = incidence.lignes_de(variables)
        souples = incidence.ouvertes(lignes, variables, permises)
        mouvement, rompues = _resoudre(
            incidence.extrait(variables, lignes),
            souples,
            jeu,
            variables,
            Cibles(
                np.searchsorted(variables, cellules),
                np.sign(quantites),
                np.abs(quantites),
                np.ones(len(cellules)),
            ),
        )
        if mouvement is None:
            return None
        if not len(rompues):
            bougees = np.flatnonzero(mouvement)
            return variables[bougees], mouvement[bougees]
        variables = np.union1d(variables, incidence.appelees(lignes[rompues], variables, permises, jeu.rang))
    return None


def _resoudre(
    lignes: Lignes, souples: Entiers, jeu: Jeu, variables: Entiers, cibles: Cibles
) -> tuple[Entiers | None, Entiers]:
    """The move that breaks the fewest of the rows `souples` (none of the others), and those it breaks.

    None where it reaches no target.
    """
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
    trouve = chercher(
        np.concatenate([jeu.bas[variables], np.full(m, -_SANS_BORNE)]),
        np.concatenate([jeu.haut[variables], np.full(m, _SANS_BORNE)]),
        np.concatenate(
            [np.where(jeu.masquees[variables], _PRIX_CACHEE, jeu.prix[variables]), np.full(m, _PRIX_RUPTURE)]
        ),
        elastiques,
        cibles,
        entier=True,
    )
    if trouve is None or not (trouve[cibles.variable] * cibles.signe >= cibles.quantite).any():
        return None, np.zeros(0, dtype=np.int64)
    return trouve[:n], souples[np.flatnonzero(trouve[n:])]


def _tranches(bornes: Entiers, rangs: Entiers) -> Entiers:
    """The concatenation of the ranges [bornes[r], bornes[r + 1]) for each r."""
    debuts, longueurs = bornes[rangs], bornes[rangs + 1] - bornes[rangs]
    fins = np.cumsum(longueurs)
    rangs_dans: Entiers = np.arange(int(fins[-1]) if len(fins) else 0)
    tranches: Entiers = rangs_dans + np.repeat(debuts - (fins - longueurs), longueurs)
    return tranches
