"""Cells that no move of one level proves: a small group and the territory that contains it have to move together."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from petites_tables import prouvees

from exports.secret.suppression import Mesure, Resultat, completer
from exports.secret.systeme import Systeme, relier
from exports.secret.voisinage import achever

SEUIL = 5
# Two people of class 0, all in D1: the region has the same two. Persons do not add up over territories.
EFFECTIFS = {
    ("region", "R"): {"": 37, "a=0": 2, "a=1": 35},
    ("departement", "D1"): {"": 22, "a=0": 2, "a=1": 20},
    ("departement", "D2"): {"": 15, "a=1": 15},
}
PETITES = {("region", "R", "a=0"), ("departement", "D1", "a=0")}
VOISINES = {("region", "R", "a=1"), ("departement", "D1", "a=1")}


@pytest.fixture
def systeme() -> Systeme:
    cellules = [
        ("publics" if cle else "total", cle, *lieu, "annee", "2024", effectif)
        for lieu, cles in EFFECTIFS.items()
        for cle, effectif in cles.items()
    ]
    return relier(
        pl.DataFrame(
            cellules,
            schema=["famille", "cle", "niveau", "territoire", "type_periode", "periode", "personnes"],
            orient="row",
        ),
        pl.DataFrame(
            [("region", "R", "departement", d) for d in ("D1", "D2")],
            schema=["niveau_parent", "parent", "niveau_enfant", "enfant"],
            orient="row",
        ),
        pl.DataFrame(
            [("", f"a={i}", "modalites", "a") for i in (0, 1)],
            schema=["cle_parent", "cle", "genre", "groupe"],
            orient="row",
        ),
    )


def cles(systeme: Systeme, masque: np.ndarray) -> set[tuple[str, str, str]]:
    return set(systeme.cellules.filter(pl.Series(masque)).select("niveau", "territoire", "cle").iter_rows())


def situation(systeme: Systeme, masquees: set[tuple[str, str, str]]) -> tuple[Mesure, Resultat]:
    """The measure, and the cells hidden to begin with."""
    noms = list(systeme.cellules.select("niveau", "territoire", "cle").iter_rows())
    valeurs = systeme.cellules["personnes"].to_numpy().astype(np.int64)
    petites = np.array([nom in PETITES for nom in noms])
    mesure = Mesure(
        "personnes",
        valeurs,
        np.ones(len(valeurs), dtype=bool),
        np.where(petites, 1, 0),
        np.where(petites, SEUIL - valeurs, 0),
        {("modalites", "publics"): True},
        1,
        5.0,
    )
    return mesure, Resultat(np.array([nom in masquees for nom in noms]), np.zeros(len(noms), dtype=bool))


def auditees(systeme: Systeme, mesure: Mesure, resultat: Resultat) -> set[tuple[str, str, str]]:
    """The cells that the audit, which knows nothing of the search, finds proved."""
    preuve = prouvees(systeme, mesure, resultat, resultat.masquees)
    noms = list(systeme.cellules.select("niveau", "territoire", "cle").iter_rows())
    return {noms[rang] for rang, prouvee in preuve.iter_rows() if prouvee}


def tables_possibles() -> list[tuple[int, int]]:
    """(class 0 in R, class 0 in D1) of every table that agrees with the totals and with D2, by plain enumeration."""
    possibles = []
    for r0, d0 in itertools.product(range(38), range(23)):
        r1, d1 = 37 - r0, 22 - d0
        if d0 <= r0 <= d0 and max(d1, 15) <= r1 <= d1 + 15:
            possibles.append((r0, d0))
    return possibles


def test_the_region_follows_its_departement(systeme: Systeme) -> None:
    mesure, resultat = situation(systeme, PETITES | VOISINES)
    completer(systeme, mesure, "publics", resultat, [], float("inf"))
    assert (
        cles(systeme, resultat.non_prouvees["personnes"]) == PETITES
    )  # one level at a time: neither can rise
    achever(systeme, mesure, "publics", resultat, float("inf"), payer=False)
    assert not resultat.non_prouvees["personnes"].any()
    assert auditees(systeme, mesure, resultat) == PETITES
    assert cles(systeme, resultat.masquees) == PETITES | VOISINES
    # and truth agrees: some table has at least five, some fewer than two
    assert {r0 >= SEUIL for r0, _ in tables_possibles()} == {True, False}
    assert min(tables_possibles()) < (2, 2)


def test_cells_that_are_shown_move_only_at_a_price(systeme: Systeme) -> None:
    mesure, resultat = situation(systeme, PETITES)
    resultat.non_prouvees["personnes"] = np.zeros(systeme.cellules.height, dtype=bool)
    achever(systeme, mesure, "publics", resultat, float("inf"), payer=False)
    assert cles(systeme, resultat.non_prouvees["personnes"]) == PETITES
    assert cles(systeme, resultat.masquees) == PETITES
    achever(systeme, mesure, "publics", resultat, float("inf"), payer=True)
    assert cles(systeme, resultat.masquees) == PETITES | VOISINES
    assert auditees(systeme, mesure, resultat) == PETITES


def test_nothing_more_is_hidden_for_what_an_earlier_release_hid_whole(systeme: Systeme) -> None:
    mesure, resultat = situation(systeme, PETITES)
    resultat.non_prouvees["personnes"] = np.zeros(systeme.cellules.height, dtype=bool)
    resultat.acquises[:] = resultat.masquees
    achever(systeme, mesure, "publics", resultat, float("inf"), payer=True)
    assert cles(systeme, resultat.masquees) == PETITES
    assert cles(systeme, resultat.non_prouvees["personnes"]) == PETITES  # and it is said to have no proof


def test_no_search_outlives_its_time(systeme: Systeme) -> None:
    mesure, resultat = situation(systeme, PETITES | VOISINES)
    resultat.non_prouvees["personnes"] = np.zeros(systeme.cellules.height, dtype=bool)
    achever(systeme, mesure, "publics", resultat, float("-inf"), payer=True)
    assert cles(systeme, resultat.non_prouvees["personnes"]) == PETITES
