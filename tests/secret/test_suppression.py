"""What is hidden cannot be found again: by plain enumeration of every table, never by the code under test."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from petites_tables import completees, prouvees, tableau, tables_possibles

from exports.secret.deplacement import Cibles, Lignes, chercher
from exports.secret.suppression import Resultat, Table

SEUIL = 5
# small numbers, so that all tables can be enumerated; zeros stay zeros, as in the cube
TIRAGES = [
    np.array(t)
    for t in (
        [[2, 6], [7, 9]],
        [[1, 5], [6, 5]],
        [[3, 8], [9, 2]],
        [[4, 7, 5], [6, 5, 5]],
        [[2, 5, 5], [5, 5, 3]],
    )
]


@pytest.mark.parametrize("valeurs", TIRAGES, ids=str)
def test_each_small_cell_may_be_smaller_and_may_reach_the_threshold(valeurs: np.ndarray) -> None:
    systeme = tableau(valeurs)
    mesure, resultat = completees(systeme, SEUIL)
    possibles = list(tables_possibles(systeme, resultat.masquees))
    assert possibles
    for numero, cle in enumerate(systeme.cellules["cle"]):
        if mesure.baisse[numero]:
            vues = {t[cle] for t in possibles}
            assert min(vues) < mesure.valeurs[numero], cle
            assert max(vues) >= SEUIL, cle


@pytest.mark.parametrize("valeurs", TIRAGES, ids=str)
def test_primary_rules_alone_would_give_the_figures_back(valeurs: np.ndarray) -> None:
    systeme = tableau(valeurs)
    petites = ((systeme.cellules["personnes"] > 0) & (systeme.cellules["personnes"] < SEUIL)).to_numpy()
    possibles = list(tables_possibles(systeme, petites))
    retrouvees = [
        cle
        for cle in systeme.cellules.filter(pl.Series(petites))["cle"]
        if len({t[cle] for t in possibles}) == 1
    ]
    assert retrouvees, "without secondary suppression nothing is protected: the test would prove nothing"


@pytest.mark.parametrize("valeurs", TIRAGES, ids=str)
def test_the_audit_agrees_and_turns_red_when_any_secondary_cell_is_shown(valeurs: np.ndarray) -> None:
    systeme = tableau(valeurs)
    mesure, resultat = completees(systeme, SEUIL)
    assert prouvees(systeme, mesure, resultat, resultat.masquees)["prouvee"].all()
    secondaires = np.flatnonzero(resultat.masquees & (mesure.baisse == 0))
    assert len(secondaires)
    for cellule in secondaires:
        moins = resultat.masquees.copy()
        moins[cellule] = False
        possibles = list(tables_possibles(systeme, moins))
        encore_protegees = all(
            min(t[cle] for t in possibles) < mesure.valeurs[n] and max(t[cle] for t in possibles) >= SEUIL
            for n, cle in enumerate(systeme.cellules["cle"])
            if mesure.baisse[n]
        )
        assert encore_protegees or not prouvees(systeme, mesure, resultat, moins)["prouvee"].all(), cellule


def test_the_audit_refuses_a_table_that_does_not_add_up() -> None:
    systeme = tableau(TIRAGES[0])
    mesure, resultat = completees(systeme, SEUIL)
    for table in resultat.tables["personnes"]:
        table.deplacement[np.flatnonzero(table.deplacement)[0]] += 1
    assert not prouvees(systeme, mesure, resultat, resultat.masquees)["prouvee"].any()


def test_the_audit_refuses_a_table_below_zero() -> None:
    systeme = tableau(TIRAGES[0])
    mesure, resultat = completees(systeme, SEUIL)
    for table in resultat.tables["personnes"]:
        table.deplacement *= 100
    assert not prouvees(systeme, mesure, resultat, resultat.masquees)["prouvee"].any()


@pytest.mark.parametrize("faute", ["a cell moved twice", "a shown cell moved"])
def test_the_audit_refuses_only_the_table_at_fault(faute: str) -> None:
    systeme = tableau(TIRAGES[0])
    mesure, resultat = completees(systeme, SEUIL)
    bonnes = resultat.tables["personnes"]
    bouge = bonnes[0].cellules[np.flatnonzero(bonnes[0].deplacement)]
    montree = np.flatnonzero(~resultat.masquees)[:1]
    cellules, de_combien = {
        "a cell moved twice": (
            np.repeat(bouge, 2),
            np.repeat(bonnes[0].deplacement[bonnes[0].deplacement != 0], 2),
        ),
        "a shown cell moved": (montree, np.array([1])),
    }[faute]
    fautive = Table("publics", -1, cellules, de_combien)

    def prouvees_par(tables: list[Table]) -> list[int]:
        ainsi = Resultat(resultat.masquees, resultat.acquises, {"personnes": tables})
        return prouvees(systeme, mesure, ainsi, resultat.masquees).filter("prouvee")["id"].to_list()

    assert prouvees_par([fautive]) == []
    assert prouvees_par([fautive, *bonnes]) == prouvees_par([*bonnes, fautive]) == prouvees_par(bonnes) != []


def test_searches_side_by_side_leave_the_standard_output_as_it_is() -> None:
    """The solver writes its name once in a process: on nobody's screen, and without taking what others write."""
    programme = """
import sys
sys.path.insert(0, "tests/secret")
from concurrent.futures import ThreadPoolExecutor
from petites_tables import completees
from test_suppression import SEUIL, TIRAGES, tableau
with ThreadPoolExecutor(4) as fils:
    list(fils.map(lambda tirage: completees(tableau(tirage), SEUIL), TIRAGES))
print("fin")
"""
    ecrit = subprocess.run([sys.executable, "-c", programme], check=True, capture_output=True, text=True)
    assert ecrit.stdout == "fin\n"


def test_the_same_cells_are_hidden_each_time() -> None:
    masques = [completees(tableau(TIRAGES[3]), SEUIL)[1].masquees for _ in range(2)]
    assert (masques[0] == masques[1]).all()


@pytest.mark.parametrize(("demande", "trouve"), [(0.0, [0, 0]), (1.0, None)])
def test_where_nothing_may_move_only_what_asks_nothing_is_followed(
    demande: float, trouve: list[int] | None
) -> None:
    """Under totals that move elsewhere, a family follows by staying as it is."""
    rien, entier = np.zeros(0), np.zeros(0, dtype=np.int64)
    somme = Lignes(np.array([0, 0]), np.array([0, 1]), np.ones(2), np.array([demande]), np.array([demande]))
    fixes = np.zeros(2, dtype=np.int64)
    deplacement = chercher(fixes, fixes, np.ones(2), somme, Cibles(entier, entier, entier, rien))
    assert (None if deplacement is None else deplacement.tolist()) == trouve
