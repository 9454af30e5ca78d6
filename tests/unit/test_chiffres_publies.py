"""The published figures: each says where it comes from, and either where the cube holds the same or why it cannot."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def lire(chemin: str) -> list[dict[str, str]]:
    with (SEEDS / chemin).open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


PUBLIES = {p["code"]: p for p in lire("chiffres_publies.csv")}
MESURES = {(t["tableau"], t["axe_1"], t["mesure"]) for t in lire("indicateurs/tableaux.csv")}


def test_what_is_comparable_is_a_figure_of_the_cube_and_the_rest_says_why_not() -> None:
    for code, p in PUBLIES.items():
        assert all(p[c] for c in ("document", "page_ou_tableau", "base")), code
        if not p["tableau"]:
            assert p["note"], code
            continue
        assert (p["tableau"], p["axe_1"], p["mesure"]) in MESURES, code
        assert p["grandeur"] == "valeur" or ("CLES", "", p["mesure"]) in MESURES, code
        assert all(p[c] for c in ("niveau_territoire", "code_territoire", "periode")), code
        assert (p["est_cumulable"] == "true") <= (p["unite"] != "%"), code


@pytest.mark.parametrize(
    ("code", "imprime", "calcule"), [("JEUNES", "36,6 %", "36,4 %"), ("DELD", "47,4 %", "47,5 %")]
)
def test_a_contradiction_is_noted_with_both_figures(code: str, imprime: str, calcule: str) -> None:
    publie = PUBLIES[f"HDF2016_{code}"]
    part = 100 * float(publie["valeur"]) / float(PUBLIES["HDF2016_HEURES"]["valeur"])
    assert f"{part:.1f} %".replace(".", ",") == calcule
    assert imprime in publie["note"]
    assert calcule in publie["note"]


@pytest.mark.parametrize(
    ("annee", "mesure", "somme"),
    [(2016, "DO", 103), (2016, "HEURES", 103), (2017, "DO", 92), (2017, "HEURES", 102.3)],
)
def test_shares_by_type_of_buyer_add_up_to_what_the_note_says(annee: int, mesure: str, somme: float) -> None:
    types = (
        "BLOC_LOCAL",
        "DEPARTEMENT",
        "REGION",
        "ETAT",
        "BAILLEUR",
        "PRIVE",
        "SEM",
        "ENT_PUBLIQUE",
        "SECU",
    )
    parts = [PUBLIES[f"FR{annee}_{mesure}_{t}"] for t in types]
    assert sum(float(p["valeur"]) for p in parts) == pytest.approx(somme)
    assert all(f"{somme:g} %".replace(".", ",") in p["note"] for p in parts)
