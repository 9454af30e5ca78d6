"""The open data of a release, read by other programs than ours."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import frictionless
import polars as pl
import pytest
from figures import NOMENCLATURES, TABLEAUX, TERRITOIRES, edition, figures
from pysdmx.io import read_sdmx

from clauses.socle.cube import CLE
from exports.diffusion import codes, notices, sdmx, tableaux_plats
from exports.edition.schema import COLONNES, VERSION_SCHEMA, canonique

# What each version of the schema promised, apart from the code: a change of columns is a new version.
SCHEMAS = {
    "1.0.0": "tableau mesure niveau_territoire code_territoire type_periode periode axe_1 modalite_1 axe_2 modalite_2 "
    "valeur part unite ecart_periode ecart_annee couverture statut_chiffre statut_observation confidentialite"
}


def test_columns_change_with_the_version_of_the_schema_only() -> None:
    assert list(COLONNES) == SCHEMAS[VERSION_SCHEMA].split()
    assert list(CLE) == list(COLONNES[:10])


def test_canonical_csv(tmp_path: Path) -> None:
    """UTF-8, comma, dot, LF; no exponent, no useless zero, no minus before zero; a hidden figure is empty, never 0."""
    fichier = tmp_path / "i.csv"
    tableaux_plats.ecrire_csv(fichier, canonique(figures()))
    lignes = fichier.read_bytes().decode("utf-8").split("\n")
    assert lignes[0] == ",".join(COLONNES)
    assert lignes[1] == "CLES,heures,departement,01,trimestre,2024-T3,,,,,0,,heures,0,,50,provisoire,P,F"
    assert lignes[2] == "CLES,heures,national,FR,annee,2024,,,,,1234567.5,,heures,100.25,,100,provisoire,P,F"
    assert lignes[3] == "T08,beneficiaires,region,32,annee,2023,sexe,F,,,,,personnes,,,100,revise,Q,C"
    assert lignes[4] == (
        "T12,beneficiaires,region,32,annee,2023,categorie_public,RSA,sexe,H,1000000000000000,33.333333,personnes,,,100,"
        "revise,A,F"
    )
    assert lignes[5:] == [""]


def test_same_bytes_whatever_the_order_of_rows(tmp_path: Path) -> None:
    for nom, cadre in (("a", figures()), ("b", figures().reverse())):
        tableaux_plats.ecrire_csv(tmp_path / nom, canonique(cadre))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_csv_for_french_spreadsheets(tmp_path: Path) -> None:
    fichier = tmp_path / "i.csv"
    tableaux_plats.ecrire_csv_excel(
        fichier,
        canonique(figures()),
        TERRITOIRES.select("niveau_territoire", "code_territoire", libelle_territoire="libelle"),
    )
    octets = fichier.read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.count(b"\r\n") == octets.count(b"\n") == 5
    with fichier.open(encoding="utf-8-sig", newline="") as flux:
        lues = list(csv.DictReader(flux, delimiter=";"))
    assert [li["valeur"] for li in lues] == ["0", "1234567,5", "", "1000000000000000"]
    assert [li["libelle_territoire"] for li in lues] == [
        "Ain",
        "France",
        "Hauts-de-France",
        "Hauts-de-France",
    ]


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    ecrites = canonique(figures())
    tableaux_plats.ecrire_csv(tmp_path / "a.csv", ecrites)
    tableaux_plats.ecrire_csv_excel(
        tmp_path / "b.csv",
        ecrites,
        TERRITOIRES.select("niveau_territoire", "code_territoire", libelle_territoire="libelle"),
    )
    tableaux_plats.ecrire_parquet(tmp_path / "c.parquet", ecrites)
    assert tableaux_plats.relire_csv(tmp_path / "a.csv").equals(ecrites)
    assert tableaux_plats.relire_csv_excel(tmp_path / "b.csv").equals(ecrites)
    assert pl.read_parquet(tmp_path / "c.parquet").equals(ecrites)


@pytest.fixture
def paquet(tmp_path: Path) -> Path:
    ecrites = canonique(figures())
    tableaux_plats.ecrire_csv(tmp_path / "indicateurs.csv", ecrites)
    tableaux_plats.ecrire_csv_excel(
        tmp_path / "indicateurs_excel.csv",
        ecrites,
        TERRITOIRES.select("niveau_territoire", "code_territoire", libelle_territoire="libelle"),
    )
    codes.ecrire_codes(tmp_path / "codes", ecrites, TERRITOIRES, TABLEAUX, NOMENCLATURES)
    sdmx.ecrire_sdmx(tmp_path / "sdmx", ecrites, edition())
    notices.ecrire_data_package(tmp_path, edition())
    notices.ecrire_dcat(tmp_path, edition())
    notices.ecrire_notice(tmp_path, edition())
    return tmp_path


def test_the_data_package_is_valid(paquet: Path) -> None:
    rapport = frictionless.validate(str(paquet / "datapackage.json"))
    assert rapport.valid, rapport.flatten(["name", "type", "message"])
    assert rapport.stats["tasks"] == 5


def test_a_wrong_cell_makes_the_data_package_invalid(paquet: Path) -> None:
    fichier = paquet / "indicateurs.csv"
    fichier.write_text(fichier.read_text(encoding="utf-8").replace("1234567.5", "douze"), encoding="utf-8")
    assert not frictionless.validate(str(paquet / "datapackage.json")).valid


def test_code_lists_hold_the_codes_used_and_no_other(paquet: Path) -> None:
    def lus(nom: str) -> list[dict[str, str]]:
        with (paquet / "codes" / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
            return list(csv.DictReader(flux))

    assert [t["code_territoire"] for t in lus("territoires")] == ["01", "FR", "32"]
    assert {t["tableau"] for t in lus("tableaux")} == {"CLES", "T08", "T12"}
    assert {(m["axe"], m["code"], m["libelle"]) for m in lus("modalites")} == {
        ("sexe", "F", "Femmes"),
        ("sexe", "H", "Hommes"),
        ("categorie_public", "RSA", "Bénéficiaires du RSA"),
    }


def test_sdmx_is_read_by_pysdmx(paquet: Path) -> None:
    structure = read_sdmx(paquet / "sdmx" / "structure.xml").get_data_structure_definitions()[0]
    assert structure.short_urn == "DataStructure=OCS:DSD_CLAUSES(1.0.0)"
    message = read_sdmx(paquet / "sdmx" / "donnees.csv")
    (jeu,) = message.data
    assert jeu.structure == structure.short_urn
    assert set(jeu.data.columns) == {composant.id for composant in structure.components}
    lues = {
        tuple(li)
        for li in jeu.data[["TIME_PERIOD", "REF_AREA", "OBS_VALUE", "OBS_STATUS"]].astype(str).values
    }
    assert ("2024-Q3", "01", "0", "P") in lues
    assert ("2024", "FR", "1234567.5", "P") in lues
    assert any(li[0] == "2023" and li[3] == "Q" and li[2] in ("", "nan") for li in lues)
    assert 'xml:lang="en"' not in (paquet / "sdmx" / "structure.xml").read_text(encoding="utf-8")


def test_the_record_and_the_note_say_what_the_figures_are(paquet: Path) -> None:
    fiche = json.loads((paquet / "dcat.jsonld").read_text(encoding="utf-8"))
    assert fiche["@type"] == "dcat:Dataset"
    assert {d["dcat:accessURL"]["@id"] for d in fiche["dcat:distribution"]} >= {
        "indicateurs.csv",
        "sdmx/donnees.csv",
    }
    for distribution in fiche["dcat:distribution"]:
        if distribution["dcat:accessURL"]["@id"] != "indicateurs.parquet":
            assert (paquet / distribution["dcat:accessURL"]["@id"]).is_file()
    notice = (paquet / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "DONNÉES FICTIVES" in notice
    assert "31/12/2024" in notice
    assert "DIFFUSION RESTREINTE" not in notice
    notices.ecrire_notice(paquet, edition(profil="restreint", fictif=False))
    notice = (paquet / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "DIFFUSION RESTREINTE" in notice
    assert "FICTIVES" not in notice
