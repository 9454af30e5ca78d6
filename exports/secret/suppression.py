"""Which cells have to be hidden besides those that tell of too few, and the tables that prove it is enough.

For each measure (hours, persons) and family of cells, rounds of one linear programme each: the hidden cells are asked to
move, each in one direction; what can move that way while all that is shown stays is proved by that very move. When hiding
more is the only way, the cheapest cells that let the others move are hidden too. A family hangs on the totals of the
mailles: totals come first, and a family follows each move of theirs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from exports.secret.deplacement import Cibles, Entiers, Lignes, Reels, chercher, respecte
from exports.secret.systeme import Systeme

Masque = npt.NDArray[np.bool_]

# Hours move by multiples of this many hundredths: halves and thirds of a move are then whole hundredths.
PAS_HEURES = 60
_PRIX_NIVEAU = {"national": 8.0, "region": 4.0, "departement": 2.0, "epci": 1.0, "atome": 1.0}
_PRIX_MAXIMUM = 10_000.0
_PUISSANCE = 0.5  # prices grow with the root of the figure: a total is dearer than its parts, as far as the solver bears
_PRIX_SUITE = 1e-3  # of a hidden cell that follows a move of the totals: the shortest way
_ROUNDS = 40
_TAILLE_BLOC = 4_000  # cells of one programme: above, regions are taken by groups
_ECHECS = 1  # programmes in a row that prove nothing more, after which the search stops
_GAIN_MINIMAL = 0.02  # of what is asked: a programme that proves less is the last before cells are paid for
_SANS_BORNE = 10**12
HAUSSE_LIBRE = 20  # persons that a hidden cell may gain: above every threshold, and small for the solver


@dataclass(frozen=True)
class Mesure:
    """A measure: its value by cell, the cells where it is shown, what has to be possible, which relations add up.

    `baisse` and `hausse`: by how much a cell must be able to fall and to rise, 0 where nothing is asked.
    `additives`: by relation, true when the parent is the sum of its children, else it lies between max and sum.
    """

    nom: str
    valeurs: Entiers
    concernees: Masque
    baisse: Entiers
    hausse: Entiers
    additives: dict[tuple[str, str], bool]
    pas: int
    echelle: float


@dataclass
class Table:
    """A move of one family: the move of the totals it follows (-1: none), and by how much each of its cells moves."""

    famille: str
    total: int
    cellules: Entiers
    deplacement: Entiers


@dataclass
class Resultat:
    """Cells hidden, tables found by measure, cells asked (baisse, hausse) that no table proves, by measure.

    `acquises`: cells that an earlier release hides with their whole table: nothing more is hidden for them.
    """

    masquees: Masque
    acquises: Masque
    tables: dict[str, list[Table]] = field(default_factory=dict)
    non_prouvees: dict[str, Masque] = field(default_factory=dict)

    def ajouter(self, autre: Resultat) -> None:
        """Adds what was found for other cells, from the same hidden ones."""
        self.masquees |= autre.masquees
        for nom, tables in autre.tables.items():
            self.tables.setdefault(nom, []).extend(tables)


class Bloc:
    """The relations of one family for one measure, as rows of a linear programme."""

    def __init__(self, systeme: Systeme, famille: str, mesure: Mesure, mobiles: Masque | None = None) -> None:
        """`mobiles`: the cells that may move, all of the family by default; the others stay as they are."""
        cellules = systeme.cellules
        familles = cellules["famille"].to_numpy()
        permis = mesure.concernees if mobiles is None else mesure.concernees & mobiles
        self.ids = np.flatnonzero((familles == famille) & permis)
        self.mesure = mesure
        place = np.full(cellules.height, -1, dtype=np.int64)
        place[self.ids] = np.arange(len(self.ids))
        tous = systeme.liens_par_famille.get(famille, systeme.liens.clear().cast({"relation": pl.Int64}))
        enfants, parents = tous["enfant"].to_numpy(), tous["parent"].to_numpy()
        utiles = mesure.concernees[enfants] & mesure.concernees[parents]
        touchees = utiles & ((place[enfants] >= 0) | (place[parents] >= 0))
        if mobiles is not None:  # a relation that is touched counts with all its children
            relations_touchees = tous.filter(pl.Series(touchees))["relation"].unique()
            utiles &= tous["relation"].is_in(relations_touchees.implode()).to_numpy()
        additifs = [genre for (genre, f), additive in mesure.additives.items() if f == famille and additive]
        liens = tous.filter(pl.Series(utiles)).with_columns(additive=pl.col("genre").is_in(additifs))
        x = mesure.valeurs
        lignes, variables, coefficients, bas, haut = [], [], [], [], []
        totaux_l, totaux_v, totaux_c = [], [], []
        debut = 0

        def ajouter(rang: Entiers, cellule: Entiers, coefficient: float) -> None:
            interne = place[cellule] >= 0
            lignes.append(rang[interne])
            variables.append(place[cellule][interne])
            coefficients.append(np.full(int(interne.sum()), coefficient))
            totaux_l.append(rang[~interne])
            totaux_v.append(cellule[~interne])
            totaux_c.append(np.full(int((~interne).sum()), coefficient))

        sommes = liens.filter(pl.col("genre") != "bornes")
        relations = sommes.group_by("relation", maintain_order=True).agg(
            pl.col("parent").first(), pl.col("additive").first()
        )
        if relations.height:
            rang = (
                sommes.select("relation")
                .join(relations.with_row_index("rang"), on="relation", maintain_order="left")["rang"]
                .to_numpy()
                .astype(np.int64)
            )
            n = relations.height
            meres = relations["parent"].to_numpy()
            ajouter(rang, sommes["enfant"].to_numpy(), 1.0)
            ajouter(np.arange(n, dtype=np.int64), meres, -1.0)
            total_enfants = np.zeros(n, dtype=np.int64)
            np.add.at(total_enfants, rang, x[sommes["enfant"].to_numpy()])
            additive = relations["additive"].to_numpy()
            # displaced relations: 0 where they add up, at least what keeps the parent under the sum elsewhere
            bas.append(np.where(additive, 0.0, np.minimum(0, x[meres] - total_enfants)))
            haut.append(np.where(additive, 0.0, np.inf))
            debut += n
        plafonds = liens.filter(~pl.col("additive"))
        if plafonds.height:
            n = plafonds.height
            rang = debut + np.arange(n, dtype=np.int64)
            enfant, parent = plafonds["enfant"].to_numpy(), plafonds["parent"].to_numpy()
            ajouter(rang, parent, 1.0)
            ajouter(rang, enfant, -1.0)
            bas.append(np.minimum(0, x[enfant] - x[parent]).astype(np.float64))
            haut.append(np.full(n, np.inf))
            debut += n
        vide_i, vide_r = np.zeros(0, dtype=np.int64), np.zeros(0)
        self.lignes = Lignes(
            np.concatenate([vide_i, *lignes]),
            np.concatenate([vide_i, *variables]),
            np.concatenate([vide_r, *coefficients]),
            np.concatenate([vide_r, *bas]),
            np.concatenate([vide_r, *haut]),
        )
        self._totaux = (
            np.concatenate([vide_i, *totaux_l]),
            np.concatenate([vide_i, *totaux_v]),
            np.concatenate([vide_r, *totaux_c]),
        )

    def suit(self, deplacement: Entiers) -> bool:
        """True when a total above these cells moves."""
        return bool(deplacement[self._totaux[1]].any())

    def avec_totaux(self, deplacement: Entiers) -> Lignes:
        """The rows when the totals move by `deplacement` (one value per cell of the system)."""
        decalage = np.zeros(len(self.lignes.bas))
        ligne, cellule, coefficient = self._totaux
        np.add.at(decalage, ligne, coefficient * deplacement[cellule])
        return Lignes(
            self.lignes.ligne,
            self.lignes.variable,
            self.lignes.coefficient,
            self.lignes.bas - decalage,
            self.lignes.haut - decalage,
        )


def completer(
    systeme: Systeme,
    mesure: Mesure,
    famille: str,
    resultat: Resultat,
    totaux: list[Entiers],
    limite: float,
) -> None:
    """Hides what has to be in one family for one measure, and keeps the tables that prove it (see the module).

    `totaux`: the moves of the totals that the family has to follow. `limite`: clock time at which to stop. Where a measure
    adds up in a maille only (persons), levels and types of period are taken one at a time, the others staying as they are.
    """
    restent = resultat.non_prouvees.setdefault(mesure.nom, np.zeros(systeme.cellules.height, dtype=bool))
    restent &= (systeme.cellules["famille"] != famille).to_numpy()
    for mobiles in _niveaux_ensemble(systeme, mesure, famille):
        entier = Bloc(systeme, famille, mesure, mobiles)
        nombre = -(-len(entier.ids) // _TAILLE_BLOC)
        _suivre(systeme, entier, famille, resultat, totaux, limite)
        if nombre <= 1:
            _completer_bloc(systeme, entier, famille, resultat, limite)
            continue
        # many cells: some regions at a time, the others staying as they are
        lots = _lots_de_regions(systeme, nombre)
        for lot in range(lots.max() + 1):
            a_part = (lots == lot) | (lots < 0)
            bloc = Bloc(systeme, famille, mesure, a_part if mobiles is None else a_part & mobiles)
            _completer_bloc(systeme, bloc, famille, resultat, limite)


def _niveaux_ensemble(systeme: Systeme, mesure: Mesure, famille: str) -> list[Masque | None]:
    """Which cells are moved together: all (null), or a level and type of period where nothing adds up beyond a maille."""
    if any(mesure.additives.get((genre, famille), False) for genre in ("territoires", "periodes")):
        return [None]
    sortes = systeme.cellules.select("niveau", "type_periode")
    return [
        ((sortes["niveau"] == niveau) & (sortes["type_periode"] == type_periode)).to_numpy()
        for niveau, type_periode in sortes.unique().sort("niveau", "type_periode").rows()
    ]


def _suivre(
    systeme: Systeme, bloc: Bloc, famille: str, resultat: Resultat, totaux: list[Entiers], limite: float
) -> None:
    """The least move that follows each move of the totals, cells that are shown paid for where it has to be."""
    mesure = bloc.mesure
    x = mesure.valeurs[bloc.ids] // mesure.pas * mesure.pas
    masquees = resultat.masquees[bloc.ids].copy()
    prix = prix_des_cellules(systeme, mesure, bloc.ids)
    dessus = systeme.totaux[bloc.ids]
    for rang, total in enumerate(totaux):
        if mesure.pas == 1 and not bloc.suit(total):
            continue
        # where the total moves everything is hidden: that is nearly always enough
        sous_ce_qui_bouge = (dessus >= 0) & (total[dessus] != 0)
        for bougent in (sous_ce_qui_bouge, np.ones(len(x), dtype=bool)):
            suite = chercher(
                np.where(bougent, -x, 0),
                np.where(bougent, _plafonds(x, masquees, bougent, symetrique=mesure.pas > 1), 0),
                np.where(masquees, _PRIX_SUITE, prix),
                bloc.avec_totaux(total),
                Cibles(*(np.zeros(0, dtype=np.int64),) * 3, np.zeros(0)),
                secondes=max(1.0, min(30.0, limite - time.monotonic())),
            )
            if suite is not None:
                masquees = masquees | (suite != 0)
                resultat.tables.setdefault(mesure.nom, []).append(Table(famille, rang, bloc.ids, suite))
                break
    resultat.masquees[bloc.ids] |= masquees


def _completer_bloc(systeme: Systeme, bloc: Bloc, famille: str, resultat: Resultat, limite: float) -> None:
    """Rounds over one block."""
    mesure = bloc.mesure
    if not len(bloc.ids):
        return
    hasard = np.random.default_rng(20260101)
    pas = mesure.pas
    symetrique = mesure.pas > 1
    x = mesure.valeurs[bloc.ids] // pas * pas
    masquees = resultat.masquees[bloc.ids].copy()
    acquises = resultat.acquises[bloc.ids]
    baisse = np.where(masquees, arrondir_au_pas(mesure.baisse[bloc.ids], pas), 0)
    hausse = np.where(masquees, arrondir_au_pas(mesure.hausse[bloc.ids], pas), 0)
    baisse = np.minimum(baisse, x)
    attendu = {-1: baisse > 0, 1: hausse > 0}
    # what the step of hours is too coarse for is left to the second search, which has none
    trop_petites = np.zeros(len(x), dtype=bool)
    if pas > 1:
        trop_petites = (
            masquees & (mesure.baisse[bloc.ids] > 0) & (x < arrondir_au_pas(mesure.baisse[bloc.ids], pas))
        )
    prix = prix_des_cellules(systeme, mesure, bloc.ids)
    tables = resultat.tables.setdefault(mesure.nom, [])

    def tour(payer: bool) -> int:
        """One programme; returns how many demands it proves."""
        nonlocal masquees
        cellules = np.flatnonzero((attendu[-1] | attendu[1]) & ~(payer & acquises))
        pile = hasard.random(len(cellules)) < 0.5
        signe = np.where(attendu[1][cellules] & (pile | ~attendu[-1][cellules]), 1, -1)
        quantite = np.where(signe > 0, hausse[cellules], baisse[cellules])
        bouge = masquees | payer
        deplacement = chercher(
            np.where(bouge, -x, 0),
            _plafonds(x, masquees, bouge, symetrique=symetrique),
            np.where(masquees, 0.0, prix),
            bloc.lignes,
            Cibles(cellules, signe, quantite, hasard.uniform(0.5, 1.5, len(cellules))),
            secondes=max(1.0, min(30.0, limite - time.monotonic())),
        )
        if deplacement is None:
            return -1
        masquees = masquees | (deplacement != 0)
        gagnes = 0
        oppose = symetrique and not (deplacement[x == 0] > 0).any() and respecte(-deplacement, bloc.lignes)
        sens = (1, -1) if oppose else (1,)
        for s in sens:
            vers_le_bas = attendu[-1] & (s * deplacement <= -np.maximum(baisse, 1))
            vers_le_haut = attendu[1] & (s * deplacement >= np.maximum(hausse, 1))
            nouveaux = int(vers_le_bas.sum() + vers_le_haut.sum())
            if nouveaux:
                tables.append(Table(famille, -1, bloc.ids, s * deplacement))
            attendu[-1] &= ~vers_le_bas
            attendu[1] &= ~vers_le_haut
            gagnes += nouveaux
        return gagnes

    payer, echecs = False, 0
    for _ in range(_ROUNDS):
        if not (attendu[-1] | attendu[1]).any() or time.monotonic() > limite:
            break
        demandes = int(attendu[-1].sum() + attendu[1].sum())
        gagnes = tour(payer)
        echecs = 0 if gagnes > 0 else echecs + 1
        if echecs > _ECHECS:
            break
        payer = gagnes <= _GAIN_MINIMAL * demandes
    resultat.masquees[bloc.ids] |= masquees
    resultat.non_prouvees[mesure.nom][bloc.ids] |= attendu[-1] | attendu[1] | trop_petites


def prix_des_cellules(systeme: Systeme, mesure: Mesure, ids: Entiers) -> Reels:
    """What one unit of move costs in cells that are shown: large and high ones are hidden last."""
    niveaux = systeme.cellules["niveau"].to_numpy()[ids]
    grandeur = (1 + mesure.valeurs[ids] / mesure.echelle) ** _PUISSANCE
    prix: Reels = np.minimum(np.array([_PRIX_NIVEAU[n] for n in niveaux]) * grandeur, _PRIX_MAXIMUM)
    return prix


def _plafonds(x: Entiers, masquees: Masque, bouge: Masque, *, symetrique: bool) -> Entiers:
    """By how much each cell may rise: as it may fall, so that the opposite move proves too, or as it likes."""
    if symetrique:
        return np.where(x > 0, np.where(bouge, x, 0), np.where(masquees, _SANS_BORNE, 0))
    return np.where(bouge, x + np.where(masquees, HAUSSE_LIBRE, 0), 0)


def _lots_de_regions(systeme: Systeme, nombre: int) -> Entiers:
    """By cell, which of `nombre` groups of regions it lies in; -1 for France, which is in all."""
    parents = systeme.lieux.filter(pl.col("niveau_enfant") != "region").unique(
        ["niveau_enfant", "enfant"], keep="first", maintain_order=True
    )
    regions = (
        systeme.lieux.filter(pl.col("niveau_enfant") == "region").select("enfant").unique().sort("enfant")
    )
    lots = regions.with_row_index("lot").select(
        niveau=pl.lit("region"), territoire="enfant", lot=pl.col("lot").cast(pl.Int64) % nombre
    )
    for niveau in ("departement", "epci", "atome"):
        enfants = parents.filter(pl.col("niveau_enfant") == niveau).join(
            lots, left_on=["niveau_parent", "parent"], right_on=["niveau", "territoire"]
        )
        lots = pl.concat([lots, enfants.select(niveau="niveau_enfant", territoire="enfant", lot="lot")])
    lots = lots.unique(["niveau", "territoire"], keep="first", maintain_order=True)
    trouves = systeme.cellules.select("niveau", "territoire").join(
        lots, on=["niveau", "territoire"], how="left", maintain_order="left"
    )
    return trouves["lot"].fill_null(-1).to_numpy()


def arrondir_au_pas(quantite: Entiers, pas: int) -> Entiers:
    """Up to the next multiple."""
    arrondie: Entiers = -(-quantite // pas) * pas
    return arrondie


def total_deplace(systeme: Systeme, table: Table) -> Entiers:
    """The move of one table over all the cells of the system."""
    deplacement = np.zeros(systeme.cellules.height, dtype=np.int64)
    deplacement[table.cellules] = table.deplacement
    return deplacement
