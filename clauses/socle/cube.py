"""The axes and the tables of the cube, as the seeds say: what every stage may know of them without a warehouse."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import SEEDS

_INDICATEURS = SEEDS / "indicateurs"


# one figure per combination of these, in the cube and in all that is made of it
CLE = (
    *("tableau", "mesure", "niveau_territoire", "code_territoire", "type_periode", "periode"),
    *("axe_1", "modalite_1", "axe_2", "modalite_2"),
)


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
    return {ligne["axe"]: Axe(**ligne) for ligne in lire_lignes(_INDICATEURS / "axes.csv")}


@cache
def lire_tableaux() -> tuple[Tableau, ...]:
    """Each table with each of its sets of axes once, in the order of tableaux.csv."""
    return tuple(
        dict.fromkeys(
            Tableau(x["tableau"], tuple(x[axe] for axe in ("axe_1", "axe_2") if x[axe]))
            for x in lire_lignes(_INDICATEURS / "tableaux.csv")
        )
    )


@cache
def _mesures() -> tuple[dict[str, str], ...]:
    return tuple(lire_lignes(_INDICATEURS / "mesures.csv"))


@cache
def lire_noms_des_mesures() -> dict[tuple[str, str], str]:
    """By table and measure; by measure and an empty table for all those that name it no otherwise."""
    return {(x["tableau"], x["mesure"]): x["libelle"] for x in _mesures()}


@cache
def lire_calculs_des_mesures() -> dict[str, str]:
    """What a measure counts in the rows of hours, by measure: those that are counted there."""
    return {x["mesure"]: x["calcul"] for x in _mesures() if x["calcul"]}


def codes_des_tableaux(lettre: str = "") -> list[str]:
    """The codes of the tables in order; those of one letter: T (numbered tables), S (follow-up)."""
    return sorted({t.tableau for t in lire_tableaux() if t.tableau.startswith(lettre)})
