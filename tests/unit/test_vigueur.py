"""Which deposits still matter, against a reading of the rule in plain Python, month by month."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest

from clauses.commandes.intake import SCHEMA_DEPOTS
from clauses.socle.journal import Chargement, Journal
from clauses.socle.vigueur import lire_depots

MATIN = dt.datetime(2025, 1, 20, 9)
Depot = dict[str, object]


def depot(
    nom: str, statut: str, premier: int | None, dernier: int | None, jour: int | None, **reste: object
) -> Depot:
    """A deposit of S1 that covers the months `premier` to `dernier` of 2024, extracted on that day of January 2025."""
    ordre = reste.pop("ordre", 1 if statut == "accepte" else None)
    return {
        **dict.fromkeys(SCHEMA_DEPOTS),
        "depot_id": nom,
        "chemin": nom,
        "sha256": f"sha-{nom}",
        "structure_code": "S1",
        "debut": premier and dt.date(2024, premier, 1),
        "fin": dernier and dt.date(2024, dernier, 28),
        "extraction": jour and dt.date(2025, 1, jour),
        "statut": statut,
        "charge_le": MATIN,
        "vu_le": MATIN,
        "ordre": ordre,
    } | reste


def en_vigueur(dossier: Path, depots: list[Depot]) -> set[str]:
    journal = Journal(dossier / "journal.duckdb")
    vides = {t: journal.lire(f"from {t} limit 0") for t in ("depots_tables", "constats", "validations")}
    formes = journal.lire("from formes_inconnues limit 0")
    cadre = pl.DataFrame(depots, schema=SCHEMA_DEPOTS)
    journal.charger(Chargement(depots=cadre, formes_inconnues=formes, **vides))
    lus = lire_depots(journal)
    assert lus.height == len(depots)
    return set(lus.filter("en_vigueur")["depot_id"])


PLUS_TARD = MATIN + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("autre", "attendu"),
    [
        # a refusal of January to December, extracted on the 20th
        (depot("a", "accepte", 1, 12, 21), {"a"}),  # corrected since
        (depot("a", "accepte", 1, 11, 21), {"a", "r"}),  # December is still missing
        (depot("a", "accepte", 1, 12, 19), {"a", "r"}),  # the refused one was the correction
        (depot("a", "accepte", 1, 12, 20), {"a", "r"}),  # the same day, seen together: nobody knows
        (depot("a", "accepte", 1, 12, 20, vu_le=PLUS_TARD), {"a"}),  # the same day, seen later
        (depot("a", "accepte", 1, 12, 21, structure_code="S2"), {"a", "r"}),
        (depot("a", "accepte", 1, 1, 1, sha256="sha-r"), {"a"}),  # the same bytes, accepted elsewhere
        (depot("a", "refuse", 1, 12, 21), {"a", "r"}),  # one refusal corrects no other
        (depot("a", "refuse", None, None, None, chemin="r", charge_le=PLUS_TARD), {"a"}),  # in its place
        (depot("a", "deja_charge", 1, 12, 21), {"r"}),
    ],
)
def test_a_refusal_and_another_deposit(autre: Depot, attendu: set[str], tmp_path: Path) -> None:
    assert en_vigueur(tmp_path, [depot("r", "refuse", 1, 12, 20), autre]) == attendu


def test_a_refusal_that_says_no_period_stays(tmp_path: Path) -> None:
    inconnus = [depot("r", "refuse", None, None, 20), depot("s", "refuse", 1, 12, None)]
    sans_structure = depot("t", "refuse", 1, 12, 20, structure_code=None)
    depots = [*inconnus, sans_structure, depot("a", "accepte", 1, 12, 21)]
    assert en_vigueur(tmp_path, depots) == {"a", "r", "s", "t"}


def test_two_corrections_together_replace_a_year(tmp_path: Path) -> None:
    depots = [
        depot("an", "accepte", 1, 12, 20, ordre=1),
        depot("r", "refuse", 1, 12, 20),
        depot("s1", "accepte", 1, 6, 21, ordre=2),
        depot("s2", "accepte", 7, 12, 22, ordre=3),
    ]
    assert en_vigueur(tmp_path, depots) == {"s1", "s2"}
    (tmp_path / "b").mkdir()
    assert en_vigueur(tmp_path / "b", depots[:3]) == {"an", "r", "s1"}


@pytest.mark.parametrize("graine", range(20))
def test_any_deposits(graine: int, tmp_path: Path) -> None:
    hasard = random.Random(graine)
    depots = []
    for rang in range(hasard.randint(2, 12)):
        premier = hasard.randint(1, 12)
        depots.append(
            depot(
                f"d{rang}",
                hasard.choice(("accepte", "refuse")),
                premier,
                hasard.randint(premier, 12),
                hasard.randint(1, 4),
                structure_code=hasard.choice(("S1", "S2")),
                ordre=rang,
                vu_le=MATIN + dt.timedelta(hours=hasard.randint(0, 2)),
            )
        )
    attendus = set()
    for d in depots:
        for mois in range(d["debut"].month, d["fin"].month + 1):  # type: ignore[attr-defined]
            rivaux = [
                a
                for a in depots
                if a is not d
                and a["statut"] == "accepte"
                and a["structure_code"] == d["structure_code"]
                and a["debut"].month <= mois <= a["fin"].month  # type: ignore[attr-defined]
            ]
            rang = "ordre" if d["statut"] == "accepte" else "vu_le"
            if all((a["extraction"], a[rang]) <= (d["extraction"], d[rang]) for a in rivaux):  # type: ignore[operator]
                attendus.add(d["depot_id"])
    assert en_vigueur(tmp_path, depots) == attendus
