"""The tables, columns and codes that docs/glossaire.md names are those of the warehouse."""

from __future__ import annotations

import csv
import re

from clauses.socle.project import RACINE, SEEDS

GLOSSAIRE = (RACINE / "docs" / "glossaire.md").read_text(encoding="utf-8")
DICTIONNAIRE = (RACINE / "docs" / "dictionnaire.md").read_text(
    encoding="utf-8"
)  # held to the models by its own test


def codes() -> set[str]:
    trouves: set[str] = set()
    for fichier in [*SEEDS.glob("nomenclatures/dim_*.csv"), SEEDS / "indicateurs" / "tableaux.csv"]:
        with fichier.open(encoding="utf-8", newline="") as flux:
            for ligne in csv.DictReader(flux):
                trouves |= {str(ligne.get(c)) for c in ("code", "tableau", "groupe")}
    return trouves


def test_les_noms_cites_sont_ceux_de_l_entrepot() -> None:
    tables = set(re.findall(r"^### (\w+\.\w+)$", DICTIONNAIRE, re.M))
    connus = (
        tables
        | {t.partition(".")[2] for t in tables}
        | set(re.findall(r"^\| `(\w+)` \|", DICTIONNAIRE, re.M))
    )
    cites = set(re.findall(r"`([a-z]\w*(?:\.[a-z]\w*)?)`", GLOSSAIRE)) - {"espace/entrepot.duckdb"}
    assert cites - connus == set()
    assert len(cites) > 25


def test_les_codes_cites_existent() -> None:
    cites = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", GLOSSAIRE))
    assert cites - codes() == set()
    assert len(cites) > 10


def test_les_termes_sont_ranges() -> None:
    """In each part, alphabetical order: a reader looks a word up."""
    for partie in GLOSSAIRE.split("\n## ")[1:]:
        termes = [t.lower().replace("é", "e") for t in re.findall(r"^\*\*([^*]+)\*\*", partie, re.M)]
        assert termes == sorted(termes)
        assert len(termes) > 10
