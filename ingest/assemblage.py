"""The rows of each table over all the deposits of a refresh, as text; lines that are no data left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ingest.extraction import DepotBrut
from ingest.feuilles import depouiller
from ingest.layouts import Layout, Table
from ingest.lignes import sont_a_regarder, sont_des_donnees, sont_des_sommes

_CELLULES_EN_ATTENTE = 2_000_000


class Assemblage:
    """The rows of each table over all deposits, as text, absent columns null; empty and total lines left out.

    Sheets with the same known columns are gathered and sifted together: many small queries cost more than the cells
    themselves.
    """

    def __init__(self) -> None:
        self._attente: dict[tuple[str, str], dict[tuple[str, ...], list[tuple[int, pl.DataFrame]]]] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        self._cellules_en_attente = 0
        self._lignes: dict[tuple[str, str], list[pl.DataFrame]] = {}

    def ajouter(self, rang: int, depot: DepotBrut) -> None:
        """Takes the cells of a deposit, which lets go of them."""
        for nom, cellules in depot.cellules.items():
            table = depot.tables[nom].table
            presentes = set(cellules.columns)
            connues = tuple(c.nom for c in table.colonnes if c.nom in presentes)
            self._tables[depot.layout.nom, nom] = table
            en_attente = self._attente.setdefault((depot.layout.nom, nom), {})
            en_attente.setdefault(connues, []).append((rang, cellules))
            self._cellules_en_attente += cellules.height * cellules.width
        depot.cellules.clear()
        if self._cellules_en_attente > _CELLULES_EN_ATTENTE:
            for (layout, _), table in self._tables.items():
                self._trier(layout, table)
            self._cellules_en_attente = 0

    def lignes(self, layout: Layout, table: Table) -> pl.DataFrame:
        """depot, ligne and the declared columns of one table, in the order of the deposits and of their lines.

        To be asked once, after everything is added; from any thread.
        """
        self._trier(layout.nom, table)
        vide = pl.DataFrame(
            schema={"depot": pl.Int32, "ligne": pl.Int32} | {c.nom: pl.String for c in table.colonnes}
        )
        cadres = self._lignes.pop((layout.nom, table.nom), [])
        return pl.concat([vide, *cadres], how="diagonal").sort("depot", maintain_order=True)

    def _trier(self, layout: str, table: Table) -> None:
        """Takes out of what was added to a table the lines that are no data."""
        for connues, rangs_et_feuilles in self._attente.pop((layout, table.nom), {}).items():
            rangs, feuilles = zip(*rangs_et_feuilles, strict=True)
            depots = np.repeat(np.array(rangs, dtype=np.int32), [f.height for f in feuilles])
            self._lignes.setdefault((layout, table.nom), []).append(
                lignes_de_donnees(table, list(connues), pl.Series("depot", depots), feuilles)
            )


def lignes_de_donnees(
    table: Table, connues: list[str], depots: pl.Series, feuilles: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    """The rows of sheets with the same known columns that are neither empty nor totals; known columns only."""
    lignes = pl.concat([f[["ligne", *connues]] for f in feuilles], rechunk=True).insert_column(0, depots)
    obligatoires = [c.nom for c in table.colonnes if c.valeur and c.nom in connues]
    requises = [c.nom for c in table.colonnes if c.requise and c.nom in connues]
    # most rows begin every cell they need with a plain character: they are data, and need no closer look
    ordinaires = pl.all_horizontal(
        pl.repeat(bool(obligatoires), pl.len()),
        *(pl.col(n).is_between(pl.lit("!"), pl.lit("~")) for n in {*obligatoires, *requises}),
    )
    gardees = lignes.select(ordinaires.fill_null(False)).to_series()
    douteuses = gardees.not_().arg_true()
    if douteuses.is_empty():
        return lignes
    depouillees = depouiller(lignes[douteuses, connues].lazy()).collect()
    incompletes = sont_a_regarder(table, depouillees)
    gardees = gardees.scatter(douteuses.filter(~incompletes), True)
    douteuses = douteuses.filter(incompletes)
    if douteuses.is_empty():
        return lignes.filter(gardees)
    vues = sont_des_donnees(table, depouillees.filter(incompletes), _cellules(feuilles, douteuses))
    gardees = gardees.scatter(douteuses.filter(vues["donnees"]), True)
    if vues["somme"].any():
        retenues = lignes.with_row_index("_rang").filter(gardees)
        sommes = douteuses.filter(vues["somme"] & vues["donnees"])
        rangs = retenues["_rang"].is_in(sommes.implode()).arg_true()
        reconnues = sont_des_sommes(table, retenues.drop("_rang"), rangs)
        gardees = gardees.scatter(retenues["_rang"].gather(reconnues), False)
    return lignes.filter(gardees)


def _cellules(feuilles: Sequence[pl.DataFrame], rangs: pl.Series) -> pl.DataFrame:
    """The cells, as their sheets are laid out, of the rows of these ranks."""
    debuts = np.cumsum([0, *(f.height for f in feuilles)])
    choisies: list[pl.DataFrame] = []
    for feuille, debut, fin in zip(feuilles, debuts, debuts[1:], strict=False):
        sur_la_feuille = rangs.filter(rangs.is_between(debut, fin, closed="left"))
        if not sur_la_feuille.is_empty():
            cellules = feuille[sur_la_feuille - debut, 1:]  # after ligne
            cellules.columns = [f"c{place}" for place in range(cellules.width)]
            choisies.append(cellules)
    return depouiller(pl.concat(choisies, how="diagonal").lazy()).collect()
