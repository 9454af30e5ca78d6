"""The linking keys: which slips share one, and by which rule; then what the whole cascade is worth on known persons."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import importlib.util
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from population import generer, mesurer, precision_par_regle

from ingest.identity import pseudonymiser
from ingest.linking import SCHEMA, cles_de_rapprochement

CLE = bytes(range(32))
NAISSANCE = "1990-05-07"


def cles(*personnes: tuple[str, str, str]) -> pl.DataFrame:
    lignes = [
        (n, f"id{n}", nom, prenom, dt.date.fromisoformat(jour))
        for n, (nom, prenom, jour) in enumerate(personnes)
    ]
    schema = {
        "depot": pl.Int32,
        "id_personne": pl.String,
        "nom": pl.String,
        "prenom": pl.String,
        "date_naissance": pl.Date,
    }
    return cles_de_rapprochement(pl.DataFrame(lignes, schema=schema, orient="row"), CLE)


def regles_communes(une: tuple[str, str, str], autre: tuple[str, str, str]) -> set[str]:
    trouvees = cles(une, autre)
    a, b = (trouvees.filter(pl.col("id_personne") == i) for i in ("id0", "id1"))
    return set(a.join(b, on=["regle", "cle"])["regle"])


@pytest.mark.parametrize(
    ("une", "autre", "regles"),
    [
        (("Dupont", "Zoé", NAISSANCE), ("Dupont", "Zoé", "1990-07-05"), {"JOUR_MOIS"}),
        (("Dupont", "Zoé", "1990-05-17"), ("Dupont", "Zoé", "1990-05-18"), {"JOUR_VOISIN"}),
        (("Dupont", "Zoé", "1990-12-31"), ("Dupont", "Zoé", "1991-01-01"), {"JOUR_VOISIN"}),
        (("Dupont", "Zoé", "1990-05-17"), ("Dupont", "Zoé", "1990-05-19"), set()),
        (("Thomas", "Martin", NAISSANCE), ("Martin", "Thomas", NAISSANCE), {"NOM_PRENOM_INVERSES"}),
        (("Dupont", "Marcelle", NAISSANCE), ("Dupond", "Marcelle", NAISSANCE), {"UNE_LETTRE", "NOM_MARITAL"}),
        (
            ("Dupont", "Marcelle", NAISSANCE),
            ("Duppont", "Marcelle", NAISSANCE),
            {"UNE_LETTRE", "NOM_MARITAL"},
        ),
        (("Dupont", "Marcelle", NAISSANCE), ("Dupnot", "Marcelle", NAISSANCE), {"UNE_LETTRE", "NOM_MARITAL"}),
        (("Dupont", "Marcelle", NAISSANCE), ("Dupont", "Macelle", NAISSANCE), {"UNE_LETTRE"}),
        (("Dupont", "Marcelle", NAISSANCE), ("Dubond", "Marcelle", NAISSANCE), {"NOM_MARITAL"}),
        (("Ly", "Marcelle", NAISSANCE), ("Li", "Marcelle", NAISSANCE), {"NOM_MARITAL"}),
        (("Dupont", "Jean-Pierre", NAISSANCE), ("Dupont", "Jean", NAISSANCE), {"PRENOM_COURT"}),
        (("Dupont", "Mohamed", NAISSANCE), ("Dupont", "Md", NAISSANCE), {"PRENOM_COURT"}),
        (("Dupont", "Anthony", NAISSANCE), ("Dupont", "Tony", NAISSANCE), {"PRENOM_COURT"}),
        (("Dupont", "Alex", NAISSANCE), ("Dupont", "Alain", NAISSANCE), set()),
        (("Dupont", "Zoé", NAISSANCE), ("Martin-Dupont", "Zoé", NAISSANCE), {"NOM_COMPOSE", "NOM_MARITAL"}),
        (
            ("Dupont", "Zoé", NAISSANCE),
            ("MARTIN née Dupont", "Zoé", NAISSANCE),
            {"NOM_COMPOSE", "NOM_MARITAL"},
        ),
        (("A épouse Martin", "Zoé", NAISSANCE), ("B épouse Petit", "Zoé", NAISSANCE), {"NOM_MARITAL"}),
        (("Dupont", "Zoé", NAISSANCE), ("Martin", "Zoé", "1990-05-08"), set()),
    ],
)
def test_which_rule_sees_one_person(
    une: tuple[str, str, str], autre: tuple[str, str, str], regles: set[str]
) -> None:
    assert regles_communes(une, autre) == regles


def test_the_key_without_sex_is_that_of_name_first_name_and_birth() -> None:
    trouvees = cles(
        ("Dupont", "Zoé", NAISSANCE), ("DUPONT", "Zoe", NAISSANCE), ("Dupont", "Zoé", "1991-05-07")
    )
    sans_sexe = trouvees.filter(pl.col("regle") == "SEXE_INCONNU").sort("id_personne")["cle"].to_list()
    assert sans_sexe[0] == sans_sexe[1] != sans_sexe[2]


def test_a_key_is_the_beginning_of_a_keyed_hash_of_its_own_domain() -> None:
    message = "\x1f".join(("personne-v1", "rapprochement", "NOM_PRENOM_INVERSES", "DUPONT", "ZOE", NAISSANCE))
    attendue = int.from_bytes(hmac.new(CLE, message.encode(), hashlib.sha256).digest()[:8], signed=True)
    trouvees = cles(("Dupont", "Zoé", NAISSANCE))
    assert trouvees.filter(pl.col("regle") == "NOM_PRENOM_INVERSES")["cle"].to_list() == [attendue]


def test_keys_are_numbers_each_once_per_deposit() -> None:
    trouvees = cles(("De Oliveira", "Zoé", NAISSANCE), ("Zwyqart-Dupont", "Anne", NAISSANCE))
    assert dict(trouvees.schema) == SCHEMA
    assert trouvees.is_duplicated().sum() == 0
    assert cles().is_empty()


@pytest.fixture(scope="module")
def banc() -> ModuleType:
    """benchmarks/linking.py: the keys and the models, without the rest of a refresh."""
    chemin = Path(__file__).parents[2] / "benchmarks" / "linking.py"
    description = importlib.util.spec_from_file_location("linking_benchmark", chemin)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    description.loader.exec_module(module)
    return module


@pytest.mark.parametrize("graine", [7, 8])
def test_the_cascade_is_sure_and_finds_far_more_than_exact_keys(banc: ModuleType, graine: int) -> None:
    monde = generer(6_000, graine, departements=4)
    inscrits = banc.as_frame(monde)
    connus = pseudonymiser(inscrits, CLE)
    cles = cles_de_rapprochement(inscrits.with_columns(connus["id_personne"]), CLE)
    lies = banc.cascade(connus, cles, monde.structures)
    trouves = connus.select(identite_id="id_personne").join(
        lies, on="identite_id", how="left", maintain_order="left"
    )
    verite = [i.personne for i in monde.inscriptions]
    exact, cascade = (
        mesurer(verite, ids.to_list()) for ids in (connus["id_personne"], trouves["id_personne"])
    )
    assert cascade.precision >= 0.995
    assert cascade.rappel > exact.rappel + 0.05
    regles = precision_par_regle(
        verite,
        connus["id_personne"].to_list(),
        trouves["id_personne"].to_list(),
        trouves["regle_rapprochement"].to_list(),
    )
    assert set(regles) == {
        "SEXE_INCONNU",
        "JOUR_MOIS",
        "NOM_PRENOM_INVERSES",
        "UNE_LETTRE",
        "NOM_COMPOSE",
        "PRENOM_COURT",
        "JOUR_VOISIN",
        "NOM_MARITAL",
    }
    assert min(m.precision for m in regles.values()) >= 0.9
    melange = cles.sample(fraction=1, shuffle=True, seed=graine)
    assert (
        banc.cascade(connus, melange, monde.structures).sort("identite_id").equals(lies.sort("identite_id"))
    )
