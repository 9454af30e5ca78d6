"""Tables of a described export: several on a sheet, deduced, keys, constants, units, codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fabrique
import polars as pl
import pytest
from fabrique import Valeur, siret
from pointages import (
    HEURES,
    Grilles,
    colonne,
    colonnes,
    decrite,
    ecrire,
    en_colonnes,
    feuille,
    heures,
    layouts,
    lire,
    messages,
    regles,
    source,
)

# --- one sheet, several tables ------------------------------------------------------------------------------


def reunie() -> tuple[Grilles, dict[str, Any]]:
    """The persons on the sheet of their contracts, the first with two contracts."""
    grilles, description = source(), decrite()
    personnes = {ligne[0]: ligne[1:] for ligne in grilles.pop("Gens")}
    grilles["Embauches"].append(["C3", *grilles["Embauches"][1][1:]])
    grilles["Embauches"] = [[*ligne, *personnes[ligne[1]]] for ligne in grilles["Embauches"]]
    gens = feuille(description, "Gens")
    description["feuilles"].remove(gens)
    embauches = feuille(description, "Embauches")
    embauches["tables"] |= gens["tables"]
    embauches["distinctes"] = ["Bénéficiaires"]
    return grilles, description


def test_a_sheet_that_feeds_two_tables(tmp_path: Path) -> None:
    lot = lire(tmp_path, *reunie())
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "beneficiaires", "numero_beneficiaire") == ["B1", "B2"]
    assert colonne(lot, "contrats", "numero_contrat") == ["C1", "C2", "C3"]
    assert colonne(lot, "contrats", "numero_beneficiaire") == ["B1", "B2", "B1"]


def test_lines_that_contradict_each_other_are_said(tmp_path: Path) -> None:
    """The last one that is filled counts."""
    grilles, description = reunie()
    place = grilles["Embauches"][0].index("Diplôme")
    assert [ligne[place] for ligne in grilles["Embauches"]] == ["Diplôme", "CAP", "CAP", "CAP"]
    grilles["Embauches"][3][place] = "Bac"
    grilles["Embauches"].append(["C4", *grilles["Embauches"][1][1:]])
    grilles["Embauches"][4][place] = None
    lot = lire(tmp_path, grilles, description)
    assert fabrique.constats(lot) == [("alerte", "VALEURS_CONTRAIRES", "Bénéficiaires", 2, "Diplôme")]
    assert "« B1 »" in messages(lot, "VALEURS_CONTRAIRES")[0]
    assert colonne(lot, "beneficiaires", "niveau") == ["N4", "N3"]


def test_a_contradiction_between_names_quotes_none(tmp_path: Path) -> None:
    grilles, description = reunie()
    grilles["Embauches"][3][grilles["Embauches"][0].index("Patronyme")] = "Zzyzwickx"
    lot = lire(tmp_path, grilles, description)
    (message,) = messages(lot, "VALEURS_CONTRAIRES")
    assert "Zzyzwickx" not in message
    assert "Telb" not in message


def test_a_table_tied_to_a_row_of_hours_is_read_once(tmp_path: Path) -> None:
    """Marchés repeated on hours with their months in columns."""
    grilles, description = source(), en_colonnes("{mois}")
    marches = {ligne[0]: ligne[1:] for ligne in grilles.pop("Lots")}
    grilles["Pointages"] = [
        ["Embauche", "Lot", *marches["Lot"], "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", *marches["M1"], 100, "80,5", None],
        ["C2", "M2", *marches["M2"], None, None, 35],
    ]
    lots = feuille(description, "Lots")
    description["feuilles"].remove(lots)
    feuille(description, "Pointages")["tables"] |= lots["tables"]
    feuille(description, "Pointages")["distinctes"] = ["Marchés"]
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "marches", "code_marche") == ["M1", "M2"]
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


def test_a_marche_without_hours_is_read_from_a_sheet_of_hours(tmp_path: Path) -> None:
    """Its months are all empty: it has no row of hours, and exists all the same."""
    grilles, description = source(), en_colonnes("{mois}")
    marches = {ligne[0]: ligne[1:] for ligne in grilles.pop("Lots")}
    grilles["Pointages"] = [
        ["Embauche", "Lot", *marches["Lot"], "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", *marches["M1"], 100, "80,5", 35],
        ["C2", "M2", *marches["M2"], None, None, None],
    ]
    lots = feuille(description, "Lots")
    description["feuilles"].remove(lots)
    feuille(description, "Pointages")["tables"] |= lots["tables"]
    feuille(description, "Pointages")["distinctes"] = ["Marchés"]
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "marches", "code_marche") == ["M1", "M2"]
    assert colonne(lot, "entreprises", "code_marche") == ["M1", "M2"]


def test_a_table_made_of_two_others_is_said(tmp_path: Path) -> None:
    """The companies: the employers of those who worked on each marché."""
    grilles, description = source(), decrite()
    del grilles["Boîtes"]
    description["feuilles"].remove(feuille(description, "Boîtes"))
    lues = {
        "Code marché": "Code marché",
        "SIRET": "SIRET employeur",
        "Type d'entreprise": "Type d'employeur",
    }
    description["deduites"] = {"Entreprises": {"de": "Contrats", "avec": "Heures", "colonnes": lues}}
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, regles(lot)) == ({}, [("alerte", "TABLE_DEDUITE")])
    assert "« Entreprises »" in messages(lot, "TABLE_DEDUITE")[0]
    assert sorted(lot.tables["entreprises"].select("code_marche", "siret", "type_entreprise").rows()) == [
        ("M1", siret(1), "ENT"),
        ("M2", siret(2), "ENT"),
    ]


# --- columns ------------------------------------------------------------------------------------------------


def test_a_key_of_several_columns_is_the_same_in_two_deposits(tmp_path: Path) -> None:
    """Whatever the order of lines and columns, and what else is there."""
    description = decrite()
    colonnes(description, "Opérations")["Code opération"] = {"colonnes": ["Pour qui", "Où"]}
    colonnes(description, "Marchés")["Code opération"] = {"colonnes": ["Pour qui", "Où"]}
    premier, second = source(), source()
    del premier["Affaires"], premier["Lots"], second["Affaires"], second["Lots"]
    suite: list[Valeur] = ["L2112-2", "Travaux", "Gros œuvre"]
    premier["Affaires"] = [
        ["Pour qui", "Où", "Genre"],
        ["Ville de Lille", "59350", "Commune"],
        ["Ville de Douai", "59178", "Commune"],
    ]
    premier["Lots"] = [
        ["Lot", "Pour qui", "Où", "Clause", "Famille", "Corps"],
        ["M1", "Ville de Lille", "59350", *suite],
        ["M2", "Ville de Douai", "59178", *suite],
    ]
    second["Affaires"] = [
        ["Où", "Genre", "Pour qui"],
        ["59178", "Commune", "Ville de Douai"],
        ["59350", "Commune", "Ville de Lille"],
        ["59599", "Commune", "Ville de Tourcoing"],
    ]
    second["Lots"] = [
        ["Où", "Lot", "Pour qui", "Clause", "Famille", "Corps"],
        ["59178", "M2", "Ville de Douai", *suite],
        ["59350", "M1", "Ville de Lille", *suite],
    ]
    chemins = [
        ecrire(grilles, tmp_path / f"ABC_S59000_20240101_20240331_202404{jour}.xlsx")
        for grilles, jour in ((premier, 15), (second, 16))
    ]
    lot = fabrique.lire(*chemins, layouts=layouts(tmp_path, description))
    assert lot.refus == {}
    codes = {
        depot: dict(
            lot.tables["marches"].filter(pl.col("depot") == depot)["code_marche", "code_operation"].rows()
        )
        for depot in (0, 1)
    }
    assert codes[0] == codes[1]
    assert codes[0]["M1"] != codes[0]["M2"]
    operations = lot.tables["operations"].filter(pl.col("depot") == 0)
    assert set(operations["code_operation"]) == set(codes[0].values())


def test_constants(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    grilles["Lots"] = [[ligne[0], ligne[1], ligne[4]] for ligne in grilles["Lots"]]
    colonnes(description, "Marchés").update(
        {"Article juridique": {"valeur": "L2112-2"}, "Nature du marché": {"valeur": "Services"}}
    )
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "marches", "base_juridique") == ["COND_EXEC"] * 2
    assert colonne(lot, "marches", "nature_marche") == ["SERVICES"] * 2


@pytest.mark.parametrize(
    ("unite", "ecrites"),
    [
        ({"unite": "minutes"}, ("6000", 4830, 2100)),
        ({"unite": "jours"}, ("14,2857142857", 11.5, 5)),
        ({"unite": "jours", "heures_par_jour": 7.5}, (13.3333333, "10,7333333", 4.6666667)),
        ({"unite": "heures"}, (100, "80,5", "35")),
    ],
)
def test_units(unite: dict[str, Any], ecrites: tuple[Valeur, ...], tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    for ligne, ecrite in zip(grilles["Pointages"][1:], ecrites, strict=True):
        ligne[3] = ecrite
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", **unite}
    lues = [travail for _, _, _, travail, _ in heures(lire(tmp_path, grilles, description))]
    assert lues == pytest.approx([100, 80.5, 35], abs=0.001)


def test_few_minutes_are_few_hours(tmp_path: Path) -> None:
    """Small numbers are no durations of Excel, in days, once the description says that they are minutes."""
    grilles, description = source(), decrite()
    for ligne, ecrite in zip(grilles["Pointages"][1:], (96, 80.5, 28), strict=True):
        ligne[3] = ecrite
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", "unite": "minutes"}
    lues = [travail for _, _, _, travail, _ in heures(lire(tmp_path, grilles, description))]
    assert lues == pytest.approx([96 / 60, 80.5 / 60, 28 / 60], abs=0.001)


def test_minutes_in_months_in_columns(tmp_path: Path) -> None:
    grilles, description = source(), en_colonnes("{mois}")
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "{heures}", "unite": "minutes"}
    grilles["Pointages"] = [
        ["Embauche", "Lot", "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", 6000, 4830, None],
        ["C2", "M2", None, None, 2100],
    ]
    lot = lire(tmp_path, grilles, description)
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


@pytest.mark.parametrize(
    ("origine", "attendues"),
    [
        ({"moins": "Apprises"}, [96, 80.5, 28]),
        ({"plus": "Apprises"}, [104, 80.5, 42]),
        ({"moins": "Apprises", "unite": "jours"}, [96 * 7, 80.5 * 7, 28 * 7]),
    ],
)
def test_hours_with_or_without_training(
    origine: dict[str, Any], attendues: list[float], tmp_path: Path
) -> None:
    description = decrite()
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", **origine}
    lot = lire(tmp_path, source(), description)
    assert [travail for _, _, _, travail, _ in heures(lot)] == pytest.approx(attendues, abs=1e-6)
    assert [formation for *_, formation in heures(lot)] == [4, None, 7]  # the unit is that of one column


def test_training_taken_away_in_months_in_columns(tmp_path: Path) -> None:
    grilles, description = source(), en_colonnes("T {mois}", "F {mois}")
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "{heures}", "moins": "{formation}"}
    grilles["Pointages"] = [
        ["Embauche", "Lot", "T 01/2024", "T 02/2024", "T 03/2024", "F 01/2024", "F 02/2024", "F 03/2024"],
        ["C1", "M1", 104, "80,5", None, 4, None, None],
        ["C2", "M2", None, None, 42, None, None, 7],
    ]
    assert heures(lire(tmp_path, grilles, description)) == HEURES


def test_training_that_cannot_be_read_makes_hours_that_cannot(tmp_path: Path) -> None:
    grilles, description = source(24), decrite()
    grilles["Pointages"] += [[f"C{i}", "M2", "2024-01", 10, 1] for i in range(3, 25)]
    grilles["Pointages"][1][4] = "quelques-unes"
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", "moins": "Apprises"}
    lot = lire(tmp_path, grilles, description)
    assert {ligne for g, _, _, ligne, _ in fabrique.constats(lot) if g == "rejet"} == {2}
    assert all("quelques-unes" in m for m in messages(lot, "NOMBRE_ILLISIBLE"))
    assert len(heures(lot)) == 24


def test_words_of_the_source(tmp_path: Path) -> None:
    """Compared as words are: without case nor accents; those that nothing explains are said."""
    grilles, description = source(24), decrite()
    place = grilles["Gens"][0].index("Diplôme")
    for rang, mot in enumerate(("Brevet maison", "BREVET  MAISON", "Bac", "Rien de tel"), 1):
        grilles["Gens"][rang][place] = mot
    colonnes(description, "Bénéficiaires")["Niveau de formation"] = {
        "colonne": "Diplôme",
        "valeurs": {"brevet maison": "N5", "Bac": "INFRA3"},
    }
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "beneficiaires", "niveau")[:5] == ["N5", "N5", "INFRA3", "ND", "N3"]
    assert fabrique.constats(lot) == [("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "Diplôme")]


# --- codes that the deposit explains ------------------------------------------------------------------------

LISTES = {"feuille": "Clefs", "table": "Onglet", "champ": "Zone", "code": "Num", "libelle": "Sens"}


def codee(avec_table: bool) -> tuple[Grilles, dict[str, Any]]:
    """Companies and employers as codes, « 01 » of each being something else where the list says of which sheet it is."""
    grilles, description = source(), decrite()
    for nom in ("Boîtes", "Embauches"):
        place = grilles[nom][0].index("Sorte")
        for ligne in grilles[nom][1:]:
            ligne[place] = "01"
    grilles["Clefs"] = [
        ["Onglet", "Zone", "Num", "Sens"],
        ["Boîtes", "Sorte", "01", "Entreprise"],
        ["Embauches", "Sorte", "01", "ETTI"],
        ["Embauches", "Sorte", "02", "Entreprise"],
    ]
    description["listes"] = dict(LISTES)
    if not avec_table:
        grilles["Clefs"] = [ligne[1:] for ligne in (grilles["Clefs"][0], *grilles["Clefs"][2:])]
        del description["listes"]["table"]
    return grilles, description


@pytest.mark.parametrize(("avec_table", "entreprises"), [(True, "ENT"), (False, "ETTI")])
def test_lists_of_codes(avec_table: bool, entreprises: str, tmp_path: Path) -> None:
    lot = lire(tmp_path, *codee(avec_table))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI"] * 2
    assert colonne(lot, "entreprises", "type_entreprise") == [entreprises] * 2


@pytest.mark.parametrize("ecrit", [1, 1.0, "1", "01"])
def test_codes_whose_leading_zeros_are_lost(ecrit: Valeur, tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    for ligne in grilles["Embauches"][1:]:
        ligne[grilles["Embauches"][0].index("Sorte")] = ecrit
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI"] * 2


def test_a_code_that_no_list_has_is_said(tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    grilles["Embauches"][2][grilles["Embauches"][0].index("Sorte")] = "77"
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI", "ND"]
    assert fabrique.constats(lot) == [("alerte", "CODE_INCONNU", "Contrats", 3, "Sorte")]
    assert "« 77 »" in messages(lot, "CODE_INCONNU")[0]


def test_a_code_explained_twice_otherwise_is_not_explained(tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    grilles["Clefs"].append(["Embauches", "Sorte", "01", "Association intermédiaire"])
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "contrats", "type_employeur") == ["ND", "ND"]
    assert ("alerte", "CODE_INCONNU") in regles(lot)


def test_a_list_serves_the_sister_column(tmp_path: Path) -> None:
    """Other categories have the codes of the main one, several in a cell."""
    grilles, description = source(), decrite()
    place = grilles["Gens"][0].index("Public")
    for ligne, codes in zip(grilles["Gens"], ("Second public", "01 + 03", "2"), strict=True):
        ligne[place] = "Public" if codes == "Second public" else "02"
        ligne.append(codes)
    grilles["Clefs"] = [
        ["Onglet", "Zone", "Num", "Sens"],
        *(
            ["Gens", "Public", f"0{i}", mot]
            for i, mot in enumerate(("DELD", "RSA", "Travailleur handicapé"), 1)
        ),
    ]
    description["listes"] = dict(LISTES)
    colonnes(description, "Bénéficiaires")["Autres catégories"] = "Second public"
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "beneficiaires", "categorie_public") == ["RSA", "RSA"]
    autres = colonne(lot, "beneficiaires", "autres_categories")
    assert sorted(autres[0].strip(";").split(";")) == ["DELD", "TH"]


def test_each_deposit_has_its_own_lists(tmp_path: Path) -> None:
    chemins = []
    for jour, mot in ((15, "ETTI"), (16, "Entreprise d'insertion")):
        grilles, description = codee(avec_table=True)
        grilles["Clefs"][2][3] = mot
        chemins.append(ecrire(grilles, tmp_path / f"ABC_S59000_20240101_20240331_202404{jour}.xlsx"))
    lot = fabrique.lire(*chemins, layouts=layouts(tmp_path, description))
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI", "ETTI", "EI", "EI"]


def test_a_deposit_that_lacks_its_lists_is_not_read_as_codes(tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    del grilles["Clefs"]
    lot = lire(tmp_path, grilles, description)
    assert list(lot.refus) == [0]
