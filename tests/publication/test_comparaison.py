"""Revisions between two vintages written by hand: what changed, by how much, because of which deposits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from figures import figures

from clauses.socle.errors import ErreurUtilisateur
from exports.edition import millesimes
from exports.edition.comparaison import comparer
from exports.edition.millesimes import FIGURES, PROVENANCE, PUBLIEES, Millesime

JOUR = dt.date


def chiffre(
    territoire: tuple[str, str], periode: str, valeur: float | None, tableau: str = "CLES"
) -> tuple[object, ...]:
    type_periode = "trimestre" if "T" in periode else "annee"
    statut = ("Q", "C") if valeur is None else ("A", "F")
    return (tableau, "heures", *territoire, type_periode, periode, None, None, None, None,
            valeur, None, "heures", "Heures", None, None, None, 100.0, "revise", *statut)  # fmt: skip


FRANCE, NORD, RHONE = ("national", "FR"), ("departement", "59"), ("departement", "69")


def depot(depot_id: str, chemin: str, structure_code: str, debut: str, fin: str) -> dict[str, str]:
    return {
        "depot_id": depot_id,
        "chemin": chemin,
        "structure_code": structure_code,
        "debut": debut,
        "fin": fin,
    }


DEPOTS = {
    "d1": depot("d1", "lille-2023.xlsx", "S59", "2023-01-01", "2023-12-31"),
    "d2": depot("d2", "lille-2024.xlsx", "S59", "2024-01-01", "2024-12-31"),
    "d3": depot("d3", "lyon-2023.xlsx", "S69", "2023-01-01", "2023-12-31"),
    "d4": depot("d4", "lille-2023-corrige.xlsx", "S59", "2023-10-01", "2023-12-31"),
}


def provenance() -> pl.DataFrame:
    lieux = [("S59", NORD), ("S59", FRANCE), ("S69", RHONE), ("S69", FRANCE)]
    periodes = [
        ("2023", JOUR(2023, 1, 1), JOUR(2023, 12, 31)),
        ("2023-T1", JOUR(2023, 1, 1), JOUR(2023, 3, 31)),
        ("2023-T4", JOUR(2023, 10, 1), JOUR(2023, 12, 31)),
    ]
    return pl.DataFrame(
        [
            {
                "structure_code": s,
                "niveau_territoire": lieu[0],
                "code_territoire": lieu[1],
                "periode": p,
                "debut": d,
                "fin": f,
            }
            for s, lieu in lieux
            for p, d, f in periodes
        ]
    )


def figer(
    dossier: Path,
    nom: str,
    lignes: list[tuple[object, ...]],
    depots: list[str],
    definitions: list[dict[str, str | None]] | None = None,
    **gel: Any,
) -> Millesime:
    cadre = figures(lignes)
    fiche = {
        "motif": None,
        **({"definitions": definitions} if definitions is not None else {}),
        "depots": [DEPOTS[d] for d in depots],
        "gel": {
            "depots": depots,
            "modeles": "m",
            "date_arrete": "2024-03-01",
            "alias": [],
            "perimetres": [],
            **gel,
        },
    }
    paquet = dossier / "publications" / nom
    with millesimes.preparer(
        dossier, nom, fiche, {FIGURES: cadre, PUBLIEES: cadre, PROVENANCE: provenance()}
    ) as prepare:
        millesimes.poser(prepare, paquet)
    paquet.mkdir(parents=True)
    millesimes.achever(dossier, lambda *_: None)
    return millesimes.trouver(dossier, nom)


@pytest.fixture
def deux(tmp_path: Path) -> tuple[Millesime, Millesime]:
    avant = figer(
        tmp_path,
        "2023T4_v1",
        [
            chiffre(FRANCE, "2023", 1000.0),
            chiffre(NORD, "2023", 600.0),
            chiffre(NORD, "2023-T1", 100.0),
            chiffre(NORD, "2023-T4", 200.0),
            chiffre(RHONE, "2023", 400.0),
            chiffre(RHONE, "2023-T4", None),
        ],
        ["d1", "d3"],
    )
    apres = figer(
        tmp_path,
        "2023T4_v2",
        [
            chiffre(FRANCE, "2023", 1050.0),
            chiffre(NORD, "2023", 650.0),
            chiffre(NORD, "2023-T1", 100.0000001),
            chiffre(NORD, "2023-T4", 250.0),
            chiffre(RHONE, "2023", 400.0),
            chiffre(RHONE, "2023-T4", 5.0),
            chiffre(NORD, "2024", 10.0),
        ],
        ["d1", "d3", "d4"],
    )
    return avant, apres


def test_a_measure_that_counts_something_else_says_so(tmp_path: Path) -> None:
    """One change speaks of a whole table, another of one measure; a vintage of before knows of none."""
    avant = figer(
        tmp_path,
        "2023T4_v1",
        [chiffre(NORD, "2023", 600.0), chiffre(NORD, "2023", 5.0, "S08"), chiffre(NORD, "2023", 7.0, "S04")],
        ["d1"],
    )
    changees: list[dict[str, str | None]] = [
        {"tableau": "S08", "mesure": None, "depuis": "2026-11-30"},
        {"tableau": "S04", "mesure": "contrats", "depuis": "2026-11-30"},
    ]
    apres = figer(
        tmp_path,
        "2023T4_v2",
        [chiffre(NORD, "2023", 601.0), chiffre(NORD, "2023", 6.0, "S08"), chiffre(NORD, "2023", 8.0, "S04")],
        ["d1", "d4"],
        definitions=changees,
    )
    causes = dict(comparer(avant, apres).select("tableau", "cause").iter_rows())
    assert causes == {
        "CLES": "lille-2023-corrige.xlsx",
        "S04": "lille-2023-corrige.xlsx",  # hours, whose definition is as it was
        "S08": "définition changée le 30/11/2026",
    }
    assert set(comparer(apres, avant)["cause"]) == set(causes.values())


def test_what_changed_by_how_much_and_why(deux: tuple[Millesime, Millesime]) -> None:
    revisions = comparer(*deux)
    lues = {
        (r["code_territoire"], r["periode"]): (
            r["valeur_avant"],
            r["valeur"],
            r["ecart"],
            r["ecart_pourcent"],
            r["cause"],
        )
        for r in revisions.iter_rows(named=True)
    }
    assert lues == {
        ("FR", "2023"): (1000.0, 1050.0, 50.0, 5.0, "lille-2023-corrige.xlsx"),
        ("59", "2023"): (600.0, 650.0, 50.0, pytest.approx(100 / 12), "lille-2023-corrige.xlsx"),
        ("59", "2023-T4"): (200.0, 250.0, 50.0, 25.0, "lille-2023-corrige.xlsx"),
        # no deposit of this territory changed: what else did
        ("69", "2023-T4"): (None, 5.0, None, None, "dépôts d'autres territoires"),
    }


def test_a_figure_hidden_in_one_vintage_is_no_public_revision(deux: tuple[Millesime, Millesime]) -> None:
    publiques = comparer(*deux, publiees=True)
    assert ("69", "2023-T4") not in publiques.select("code_territoire", "periode").rows()
    assert publiques.height == 3


def test_a_vintage_compared_with_itself(deux: tuple[Millesime, Millesime]) -> None:
    assert comparer(deux[0], deux[0]).is_empty()


def test_other_causes_are_named(tmp_path: Path) -> None:
    avant = figer(tmp_path, "2023T4_v1", [chiffre(NORD, "2023", 1.0)], ["d1"])
    apres = figer(
        tmp_path, "2023T4_v2", [chiffre(NORD, "2023", 2.0)], ["d1"], modeles="autre", date_arrete="2025-01-01"
    )
    assert comparer(avant, apres)["cause"].to_list() == ["règles de calcul ou nomenclatures ; date d'arrêté"]


def test_vintages_are_found_by_code_or_version(deux: tuple[Millesime, Millesime]) -> None:
    dossier = deux[0].dossier.parent
    assert [m.nom for m in millesimes.lister(dossier)] == ["2023T4_v1", "2023T4_v2"]
    assert millesimes.trouver(dossier, "2023T4").version == 2
    assert millesimes.trouver(dossier, "2023T4_v1").version == 1
    with pytest.raises(ErreurUtilisateur, match="2023T4_v1, 2023T4_v2") as erreur:
        millesimes.trouver(dossier, "2020T1")
    assert erreur.value.code == "MILLESIME_INCONNU"


def test_a_failure_leaves_no_vintage_behind(tmp_path: Path) -> None:
    with (
        pytest.raises(TypeError),
        millesimes.preparer(tmp_path, "2023T4_v1", {"gel": object()}, {FIGURES: figures()}),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_vintage_counts_once_its_package_is_there(tmp_path: Path) -> None:
    """Stopped before the package took its place, or just after: neither, or both."""
    dossier, paquet = tmp_path / "millesimes", tmp_path / "2023T4_v1"
    notes: list[tuple[str, Path]] = []
    for paru in (False, True):
        with millesimes.preparer(dossier, "2023T4_v1", {"gel": {}}, {FIGURES: figures()}) as prepare:
            assert millesimes.lister(dossier) == []
            millesimes.poser(prepare, paquet)
        assert millesimes.lister(dossier) == []
        if paru:
            paquet.mkdir()
            assert [m.nom for m in millesimes.lister(dossier)] == ["2023T4_v1"]
        millesimes.achever(dossier, lambda millesime, paquet: notes.append((millesime.nom, paquet)))
        assert [d.name for d in dossier.iterdir()] == ["2023T4_v1"] * paru
        assert notes == [("2023T4_v1", paquet)] * paru
    paquet.rmdir()  # moved elsewhere once published
    assert [m.nom for m in millesimes.lister(dossier)] == ["2023T4_v1"]
