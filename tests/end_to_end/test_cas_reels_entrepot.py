"""Real files that only a warehouse puts together: two deposits of one structure, one person in two structures."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from commande import RACINE, lancer, lire

DOSSIER = RACINE / "tests" / "data" / "cas-reels"
JUSTE = {
    x["cas"]: {cle: float(v) for cle, v in (j.split("=") for j in x["juste"].split())}
    for x in csv.DictReader((DOSSIER / "cas.csv").open(encoding="utf-8", newline=""))
}
# each of one structure of its own: loaded together
STRUCTURES = {"SQZERO": "QZERO", "SQAPOS": "QAPOS", "SQCASE": "QCASE", "SQEQ": "QEQ", "SBLOW": "BLOW"}

pytestmark = pytest.mark.lent


def charger(cas: list[str], racine: Path) -> Path:
    for nom in cas:
        shutil.copytree(DOSSIER / "depots" / nom, racine / "depots" / nom)
    execution = lancer("actualiser", racine / "depots", "--espace", racine / "espace")
    assert execution.code == 0, execution.texte
    return racine / "espace" / "entrepot.duckdb"


def cles(entrepot: Path, niveau: str, code: str) -> dict[str, float]:
    requete = (
        "select mesure, valeur from marts.indicateurs where tableau = 'CLES' and type_periode = 'cumul' "
        f"and niveau_territoire = '{niveau}' and upper(code_territoire) = '{code}'"
    )
    return dict(lire(entrepot, requete).iter_rows())


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return charger(list(STRUCTURES.values()), tmp_path_factory.mktemp("ensemble"))


@pytest.mark.parametrize("structure", STRUCTURES)
def test_two_writings_of_a_code_are_one(ensemble: Path, structure: str) -> None:
    juste = {cle: v for cle, v in JUSTE[STRUCTURES[structure]].items() if cle != "structures"}
    assert {cle: v for cle, v in cles(ensemble, "structure", structure).items() if cle in juste} == juste


def test_a_structure_is_one_whatever_its_case(ensemble: Path) -> None:
    (structures,) = lire(ensemble, "select count(*) from marts.dim_structure").row(0)
    assert structures == len(STRUCTURES)


@pytest.mark.parametrize("cas", ["P_sexevide", "P_jour_1"])
def test_one_person_of_two_structures(cas: str, tmp_path: Path) -> None:
    assert cles(charger([cas], tmp_path), "national", "FR")["beneficiaires"] == JUSTE[cas]["beneficiaires"]
