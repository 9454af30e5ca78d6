"""The models say what they are: description, grain, types; read from the YAML files, without dbt."""

from pathlib import Path

import pytest
import yaml

RACINE = Path(__file__).parents[2]
MODELES = {f.stem: f for f in (RACINE / "models").rglob("*.sql")}


def _proprietes() -> dict[str, dict]:
    declares: dict[str, dict] = {}
    for fichier in (RACINE / "models").rglob("*.yml"):
        for modele in (yaml.safe_load(fichier.read_text(encoding="utf-8")) or {}).get("models", []):
            assert modele["name"] not in declares, f"{modele['name']} is declared twice"
            declares[modele["name"]] = modele
    return declares


PROPRIETES = _proprietes()


def test_every_model_is_declared_and_every_declaration_has_its_model() -> None:
    assert set(PROPRIETES) == set(MODELES)


@pytest.mark.parametrize("nom", sorted(MODELES))
def test_a_description_ends_with_the_grain(nom: str) -> None:
    description = " ".join(PROPRIETES[nom]["description"].split())
    derniere = [p for p in description.rstrip(".").split(". ") if p][-1]
    assert derniere.startswith("Une ligne par"), f"{nom}: « {derniere} »"


@pytest.mark.parametrize(
    "nom", sorted(n for n, f in MODELES.items() if {"coeur", "qualite"} & set(f.parts) or n == "indicateurs")
)
def test_published_columns_are_described_and_typed(nom: str) -> None:
    colonnes = PROPRIETES[nom]["columns"]
    assert colonnes
    for colonne in colonnes:
        assert colonne.get("description"), f"{nom}.{colonne['name']} has no description"
        assert colonne.get("data_type"), f"{nom}.{colonne['name']} has no type"


def test_names_say_the_layer() -> None:
    prefixes = {
        "staging": "stg_",
        "intermediate": "int_",
        "coeur": ("dim_", "fct_", "parcours"),
        "tableaux": "ind_",
    }
    for nom, fichier in MODELES.items():
        attendu = prefixes.get(fichier.parent.name)
        assert attendu is None or nom.startswith(attendu), fichier


def test_no_model_selects_from_a_later_layer() -> None:
    rangs = {
        "staging": 0,
        "intermediate": 1,
        "marts/coeur": 2,
        "marts/indicateurs/tableaux": 2,
        "marts/indicateurs/suivi": 2,
        "marts/indicateurs": 3,
        "qualite": 3,
        "marts/suivi": 3,
        "marts/publication": 3,
    }
    racine = RACINE / "models"
    couche = {nom: rangs[fichier.parent.relative_to(racine).as_posix()] for nom, fichier in MODELES.items()}
    for nom, fichier in MODELES.items():
        texte = fichier.read_text(encoding="utf-8")
        for autre in couche:
            if f"ref('{autre}')" in texte:
                assert couche[autre] <= couche[nom], f"{nom} reads {autre}"
