"""What is hidden cannot be found again: by plain enumeration of every table, never by the code under test."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from petites_tables import completees, prouvees, tableau, tables_possibles

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


def test_the_same_cells_are_hidden_each_time() -> None:
    masques = [completees(tableau(TIRAGES[3]), SEUIL)[1].masquees for _ in range(2)]
    assert (masques[0] == masques[1]).all()
