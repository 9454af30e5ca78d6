"""The dbt site is in French and asks nothing of the network; this fails the day dbt changes its page."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import build_docs

from clauses.socle.nombres import date_longue


@pytest.fixture(scope="module")
def page() -> str:
    """The empty page that dbt ships, which its static page fills."""
    paquet = importlib.util.find_spec("dbt")
    assert paquet is not None
    dossiers = list(paquet.submodule_search_locations or ())
    (modele,) = (f for d in dossiers for f in Path(d).glob("task/docs/index.html"))
    return modele.read_text(encoding="utf-8")


def test_la_page_est_en_francais(page: str) -> None:
    francaise = build_docs.franciser(page)
    textes = {re.sub(r"(\\n|\s)+", " ", m).strip() for m in re.findall(r">([^<>{}]{2,60})<", francaise)}
    assert {"Accueil", "Colonnes", "Utilisé par", "Dépend de"} <= textes
    assert textes & {"Overview", "Columns", "Referenced By", "Depends On", "Lineage Graph"} == set()


def test_rien_n_est_charge_de_l_exterieur(page: str) -> None:
    assert "cloudfront" in page
    francaise = build_docs.franciser(page)
    assert "cloudfront" not in francaise
    charges = re.findall(r"<(?:script|img|iframe|link|style)\b[^>]*>", francaise)
    assert [c for c in charges if re.search(r"//", c)] == []


def test_chaque_tableau_a_sa_page_de_methode() -> None:
    racine = Path(__file__).parents[2]
    with (racine / "seeds" / "indicateurs" / "tableaux.csv").open(encoding="utf-8", newline="") as flux:
        tableaux = {ligne["tableau"] for ligne in csv.DictReader(flux)}
    pages = [f for f in (racine / "docs" / "methodes").glob("*.md") if f.name != "README.md"]
    sommaire = (racine / "docs" / "methodes" / "README.md").read_text(encoding="utf-8")
    decrits: set[str] = set()
    for page in pages:
        titre = page.read_text(encoding="utf-8").partition("\n")[0]
        decrits |= set(re.findall(r"CLES|[TS]\d\d", titre))
        if suite := re.search(r"T(\d\d) à T(\d\d)", titre):
            decrits |= {f"T{i:02}" for i in range(int(suite[1]), int(suite[2]) + 1)}
        assert f"({page.name})" in sommaire
    assert tableaux <= decrits


def test_une_definition_qui_a_change_garde_l_ancienne_dans_sa_page() -> None:
    racine = Path(__file__).parents[2]
    pages = [f.read_text(encoding="utf-8") for f in (racine / "docs" / "methodes").glob("*.md")]
    with (racine / "seeds" / "indicateurs" / "definitions.csv").open(encoding="utf-8", newline="") as flux:
        changees = list(csv.DictReader(flux))
    assert changees
    for definition in changees:
        (page,) = [p for p in pages if definition["tableau"] in p.partition(" :")[0]]
        avant = page.partition("## Définition d'avant")[2]
        assert date_longue(dt.date.fromisoformat(definition["depuis"])) in avant, definition
        assert definition["mesure"] in avant


def test_une_page_qui_a_change_se_voit() -> None:
    with pytest.raises(ValueError, match="has changed"):
        build_docs.franciser("<html></html>")


def test_chaque_decision_a_sa_date_et_ce_qu_elle_ecarte() -> None:
    page = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")
    decisions = page.split("\n### ")[1:]
    sans_date = [
        d
        for d in decisions
        if not re.search(r"\(20\d\d-\d\d-\d\d(, 20\d\d-\d\d-\d\d)?\)$", d.partition("\n")[0])
    ]
    assert sans_date == []
    assert [d for d in decisions if d.count("*Over*: ") != 1] == []
    assert len(decisions) > 25
