"""When a figure is provisional, revised, final: by hand, from the calendar's text."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from exports.edition.statuts import fin_de_periode, lire_calendrier, statuts

CALENDRIER = pl.DataFrame(
    {
        "tableau": ["*", "*", "T18"],
        "type_periode": ["annee", "trimestre", "annee"],
        "mois_provisoire": [6, 6, 30],
        "mois_revise": [18, 18, 42],
    }
)


@pytest.mark.parametrize(
    ("periode", "fin"),
    [
        ("2024", dt.date(2024, 12, 31)),
        ("2024-T1", dt.date(2024, 3, 31)),
        ("2023-T2", dt.date(2023, 6, 30)),
        ("2024-T4", dt.date(2024, 12, 31)),
    ],
)
def test_the_last_day_of_a_period(periode: str, fin: dt.date) -> None:
    assert fin_de_periode(periode) == fin


@pytest.mark.parametrize(
    ("tableau", "type_periode", "periode", "arrete", "statut"),
    [
        ("CLES", "annee", "2024", dt.date(2025, 3, 10), "provisoire"),
        ("CLES", "annee", "2024", dt.date(2025, 6, 30), "provisoire"),
        ("CLES", "annee", "2024", dt.date(2025, 7, 1), "revise"),
        ("T03", "trimestre", "2024-T1", dt.date(2024, 10, 1), "revise"),
        ("T03", "trimestre", "2024-T1", dt.date(2025, 10, 1), "definitif"),
        ("T03", "trimestre", "2024-T1", dt.date(2025, 9, 30), "revise"),
        ("T18", "annee", "2022", dt.date(2025, 3, 10), "provisoire"),
        ("T18", "annee", "2021", dt.date(2025, 3, 10), "revise"),
        ("T18", "annee", "2021", dt.date(2025, 8, 1), "definitif"),
    ],
)
def test_status_by_age(tableau: str, type_periode: str, periode: str, arrete: dt.date, statut: str) -> None:
    figure = pl.DataFrame({"tableau": [tableau], "type_periode": [type_periode], "periode": [periode]})
    assert statuts(figure, arrete, CALENDRIER).to_list() == [statut]


def test_the_calendar_covers_every_kind_of_period() -> None:
    calendrier = lire_calendrier()
    communs = calendrier.filter(pl.col("tableau") == "*")
    assert set(communs["type_periode"]) == {"annee", "trimestre"}
    assert (calendrier["mois_provisoire"] < calendrier["mois_revise"]).all()
