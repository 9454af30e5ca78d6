"""Codes written in several ways: one where one row only can be meant, two where the deposit keeps them apart."""

from __future__ import annotations

from pathlib import Path

import fabrique
import polars as pl
import pytest
from fabrique import Tables

from ingest.spellings import sans_signes, sans_zeros


@pytest.mark.parametrize(
    ("code", "signes", "zeros"),
    [
        ("M-01", "M-01", "M-01"),
        ("m-01", "M-01", "M-01"),
        ("'M-01.", "M-01", "M-01"),
        ('="M-01"', "M-01", "M-01"),
        ("« m-01 »", "M-01", "M-01"),
        ("0012", "0012", "12"),
        ("12.0", "12.0", "12"),
        ("'0012", "0012", "12"),
        ("0000", "0000", "0"),
        ("100", "100", "100"),
        ("1.10", "1.10", "1.10"),
        ("C0012", "C0012", "C0012"),
        ("00-12", "00-12", "00-12"),
        ("59 001", "59 001", "59001"),
        ("59 01", "59 01", "59 01"),
        ("--", "--", "--"),
        ("é1", "É1", "É1"),
    ],
)
def test_what_does_not_tell_two_codes_apart(code: str, signes: str, zeros: str) -> None:
    lues = pl.DataFrame({"c": [code]}).select(s=sans_signes(pl.col("c")), z=sans_zeros(pl.col("c")))
    assert lues.row(0) == (signes, zeros)


def _numeros(tables: Tables, forme: str) -> None:
    """The codes of every table, `C01` written as `forme` says (`{}` is the number)."""
    for lignes in tables.values():
        for ligne in lignes:
            for entete in ("N° contrat", "N° bénéficiaire", "Code marché", "Code opération"):
                if entete in ligne:
                    ligne[entete] = forme.format(int(str(ligne[entete])[1:]))


@pytest.mark.parametrize("ecrite", ["{}", "00{}", "'{:04}", '="{:04}"', "{}.0", "{:04}."])
def test_a_reference_takes_the_writing_of_its_parent(tmp_path: Path, ecrite: str) -> None:
    tables = fabrique.relationnel()
    _numeros(tables, "{:04}")
    for ligne in tables["Heures"]:
        ligne["N° contrat"] = ecrite.format(int(str(ligne["N° contrat"])))
        ligne["Code marché"] = ecrite.format(int(str(ligne["Code marché"])))
    lot = fabrique.lire(fabrique.ecrire_dossier(tables, tmp_path / "d"))
    assert fabrique.constats(lot) == []
    assert sorted(lot.tables["heures"]["numero_contrat"]) == [f"{i:04}" for i in range(1, 25)]
    assert sorted(lot.tables["heures"]["code_marche"]) == [f"{i:04}" for i in range(1, 25)]


def test_two_codes_that_a_deposit_keeps_apart_stay_two(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Contrats"][0]["N° contrat"] = "0012"
    tables["Contrats"][1]["N° contrat"] = "12"
    tables["Heures"][0]["N° contrat"] = "12"
    tables["Heures"][1]["N° contrat"] = "012"  # which of the two?
    lot = fabrique.lire(fabrique.ecrire_dossier(tables, tmp_path / "d"))
    assert fabrique.constats(lot) == [("rejet", "ORPHELIN", "Heures", 3, "N° contrat")]
    assert set(lot.tables["contrats"]["numero_contrat"]) >= {"0012", "12"}


@pytest.mark.parametrize("autre", ["0007", "7.0", "'7", "07."])
def test_a_flat_table_has_one_writing_of_each_code(tmp_path: Path, autre: str) -> None:
    tables = fabrique.bilan()
    premiere = tables["Bilan"][0]
    codes = ("Réf. contrat", "Réf. participant", "N° marché", "Lot")
    premiere |= dict.fromkeys(codes, "7") | {"Mois": "2024-01"}
    tables["Bilan"].append({**premiere, **dict.fromkeys(codes, autre), "Mois": "2024-02"})
    lot = fabrique.lire(fabrique.ecrire_csv(tables, tmp_path / f"{fabrique.NOM_BILAN}.csv"))
    assert fabrique.constats(lot) == []
    for colonne in ("numero_contrat", "numero_beneficiaire", "numero_marche", "numero_lot"):
        assert lot.tables["bilan"][colonne].to_list().count("7") == 2


def test_a_flat_table_keeps_apart_what_begins_another_day(tmp_path: Path) -> None:
    tables = fabrique.bilan()
    tables["Bilan"][0]["Réf. contrat"] = "7"
    tables["Bilan"][1] |= {"Réf. contrat": "0007", "Début contrat": "06/12/2023"}
    tables["Bilan"][2]["Réf. contrat"] = "aB"
    tables["Bilan"][3] |= {"Réf. contrat": "Ab", "Début contrat": "06/12/2023"}
    lot = fabrique.lire(fabrique.ecrire_csv(tables, tmp_path / f"{fabrique.NOM_BILAN}.csv"))
    assert set(lot.tables["bilan"]["numero_contrat"]) >= {"7", "0007", "aB", "Ab"}
