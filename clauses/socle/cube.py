"""The axes and the tables of the cube, as the seeds say: what every stage may know of them without a warehouse."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from clauses.socle.project import SEEDS

_INDICATEURS = SEEDS / "indicateurs"


class Axe(NamedTuple):
    """One line of axes.csv. `nomenclature`: the table of its codes; `famille`: of cells (exports/secret/familles.py);
    `colonne`: where the star has it, as table.column. Each of these is empty where there is none.
    """

    axe: str
    libelle: str
    nomenclature: str
    famille: str
    colonne: str


class Tableau(NamedTuple):
    """A table and a set of axes that it has; axes in order, none for figures without axis."""

    tableau: str
    axes: tuple[str, ...]


@cache
def lire_axes() -> dict[str, Axe]:
    """By axis, in the order of the file."""
    return {ligne["axe"]: Axe(**ligne) for ligne in _lire("axes")}


@cache
def lire_tableaux() -> tuple[Tableau, ...]:
    """Each table with each of its sets of axes once, in the order of tableaux.csv."""
    return tuple(
        dict.fromkeys(
            Tableau(x["tableau"], tuple(x[axe] for axe in ("axe_1", "axe_2") if x[axe]))
            for x in _lire("tableaux")
        )
    )


def codes_des_tableaux(lettre: str = "") -> list[str]:
    """The codes of the tables in order; those of one letter: T (numbered tables), S (follow-up)."""
    return sorted({t.tableau for t in lire_tableaux() if t.tableau.startswith(lettre)})


def _lire(nom: str) -> Iterator[dict[str, str]]:
    with (_INDICATEURS / f"{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        yield from csv.DictReader(fichier)
