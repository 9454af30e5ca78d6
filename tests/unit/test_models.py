"""The models say what they are: description, grain, types; read from the YAML files, without dbt."""

import re
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


EXPOSITIONS = yaml.safe_load((RACINE / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
EDITION = (
    "exports/edition",
    "exports/secret",
    "clauses/commandes/publication.py",
    "clauses/commandes/depuis_entrepot.py",
)
ECRIVAINS = {
    "classeurs": (*EDITION, "exports/classeurs"),
    "pages": (*EDITION, "exports/site"),
    "donnees_ouvertes": (*EDITION, "exports/diffusion"),
    "bilans": ("exports/bilans",),
}


@pytest.mark.parametrize("exposition", EXPOSITIONS, ids=lambda e: e["name"])
def test_an_exposure_names_the_tables_that_its_code_reads(exposition: dict) -> None:
    connus = {*MODELES, *(f.stem for f in (RACINE / "seeds").rglob("*.csv"))}
    lus: set[str] = set()
    for chemin in ECRIVAINS[exposition["name"]]:
        for fichier in [RACINE / chemin] if chemin.endswith(".py") else (RACINE / chemin).rglob("*.py"):
            texte = fichier.read_text(encoding="utf-8")
            lus |= set(re.findall(r"\b(?:marts|qualite|referentiels)\.(\w+)", texte)) & connus
    lus.discard("indicateurs_publies")  # what a publication leaves for the next build
    declares = {re.fullmatch(r"ref\('(\w+)'\)", d)[1] for d in exposition["depends_on"]}
    assert declares == lus


def test_every_writer_is_an_exposure() -> None:
    assert {e["name"] for e in EXPOSITIONS} == set(ECRIVAINS)


def test_only_the_published_warehouse_is_public() -> None:
    projet = yaml.safe_load((RACINE / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["clauses"]
    marts = projet["marts"]
    publics = {
        nom
        for nom, reglages in projet.items()
        if isinstance(reglages, dict) and reglages.get("+access") == "public"
    }
    assert publics == {"marts", "qualite"}
    for dossier in ("tableaux", "suivi"):
        ephemere = marts["indicateurs"][dossier]
        assert (ephemere["+access"], ephemere["+database"]) == ("protected", "travail")


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
