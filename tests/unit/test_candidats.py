"""Two sheets for a table, two columns for a column, two lines for a header: none is chosen in silence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import fabrique
import pytest
from fabrique import Tables, Valeur

from ingest.pipeline import Lot

HT, HF = "Heures travaillées", "Heures de formation"


def lire(tmp_path: Path, tables: Tables) -> Lot:
    return fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))


def en_parties(*noms: str) -> Tables:
    """The rows of hours dealt to these sheets in turn."""
    tables = fabrique.relationnel()
    lignes = tables.pop("Heures")
    return tables | {nom: lignes[rang :: len(noms)] for rang, nom in enumerate(noms)}


@pytest.mark.parametrize(
    "noms",
    [
        ("Heures S1", "Heures S2"),
        ("Heures", "Heures (2)"),
        ("Jan", "Fév", "Mars"),
        ("Heures", "Heures réalisées"),
    ],
)
def test_parts_of_a_table_are_added_up_and_said(noms: tuple[str, ...], tmp_path: Path) -> None:
    lot = lire(tmp_path, en_parties(*noms))
    assert fabrique.constats(lot) == [("alerte", "FEUILLES_REUNIES", "Heures", None, None)]
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5
    assert fabrique.comptes(lot)["Heures"] == (24, 24, 0, 0, 0)
    message = lot.constats.tous()["message"][0]
    assert all(f"« {nom} »" in message for nom in noms)


def test_a_finding_says_the_sheet_and_the_line_in_it(tmp_path: Path) -> None:
    tables = en_parties("Heures S1", "Heures S2")
    tables["Heures S1"][3][HT] = tables["Heures S2"][3][HT] = "beaucoup"
    lot = lire(tmp_path, tables)
    rejets = lot.constats.tous().filter(lot.constats.tous()["gravite"] == "rejet")
    assert [m[m.rindex(" (") :] for m in rejets["message"]] == [
        " (feuille « Heures S1 », ligne 5)",
        " (feuille « Heures S2 », ligne 5)",
    ]
    assert rejets["ligne"].n_unique() == 2


def test_parts_in_files(tmp_path: Path) -> None:
    fichiers = fabrique.fichiers_csv(en_parties("Heures", "Heures réalisées"))
    lot = fabrique.lire(fabrique.ecrire_zip(fichiers, tmp_path / "export.zip"))
    assert [r for _, r, *_ in fabrique.constats(lot)] == ["FEUILLES_REUNIES"]
    assert fabrique.comptes(lot)["Heures"] == (24, 24, 0, 0, 0)


def test_the_same_rows_twice_count_once(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    lot = lire(tmp_path, {**tables, "Heures (copie)": tables["Heures"]})
    assert fabrique.comptes(lot)["Heures"] == (48, 24, 0, 24, 0)


@pytest.mark.parametrize("colonnes", [{HT: "10"}, {HF: "99"}])
def test_sheets_that_contradict_each_other_are_refused(colonnes: dict[str, Valeur], tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    lot = lire(tmp_path, {**tables, "Feuil2": [{**tables["Heures"][7], **colonnes}]})
    assert lot.refus[0][0] == "FEUILLES_EN_CONCURRENCE"
    assert "« Heures » et « Feuil2 »" in lot.refus[0][1]


def test_sheets_with_other_columns_are_not_added_up(tmp_path: Path) -> None:
    tables = en_parties("Heures S1", "Heures S2")
    for ligne in tables["Heures S2"]:
        del ligne[HF]
    lot = lire(tmp_path, tables)
    assert lot.refus[0][0] == "FEUILLES_EN_CONCURRENCE"
    assert "leurs colonnes ne sont pas les mêmes" in lot.refus[0][1]


def test_a_title_page_called_as_the_table(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    lignes = tables.pop("Heures")
    lot = lire(tmp_path, {"Heures": [{"Suivi des heures": "2024"}], **tables, "Détail": lignes})
    assert fabrique.constats(lot) == [("alerte", "TABLE_INCONNUE", "Heures", None, None)]
    assert lot.tables["heures"].height == 24


def test_a_bilan_in_two_sheets_behind_a_cover(tmp_path: Path) -> None:
    lignes = fabrique.bilan()["Bilan"]
    feuilles = {"Garde": [{"Bilan": "2024"}], "Janvier": lignes[:9], "La suite": lignes[9:]}
    lot = fabrique.lire(fabrique.ecrire_xlsx(feuilles, tmp_path / f"{fabrique.NOM_BILAN}.xlsx"))
    assert fabrique.constats(lot) == [
        ("alerte", "FEUILLES_REUNIES", "Bilan", None, None),
        ("alerte", "TABLE_INCONNUE", "Garde", None, None),
    ]
    assert lot.tables["bilan"].height == 24


# --- columns -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("autre", ["Heures  Travaillées", "HEURES TRAVAILLÉES", "Heures_travaillées *"])
@pytest.mark.parametrize(
    ("valeur", "regle"),
    [("10", "refus"), (None, "alerte"), ("100,5", "alerte")],
    ids=["autrement", "vide", "pareil"],
)
def test_two_columns_with_one_header(autre: str, valeur: Valeur, regle: str, tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"] = [{autre: valeur, **ligne} for ligne in tables["Heures"]]
    lot = lire(tmp_path, tables)
    assert fabrique.constats(lot) == [(regle, "COLONNE_EN_DOUBLE", "Heures", 1, HT)]
    if regle == "alerte":
        assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_its_own_header_wins_over_a_synonym_and_says_so(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"] = [{"Heures": "107,75", **ligne} for ligne in tables["Heures"]]
    lot = lire(tmp_path, tables)
    assert fabrique.constats(lot) == [("alerte", "COLONNE_EN_DOUBLE", "Heures", 1, HT)]
    assert "c'est « Heures travaillées » qui est lue" in lot.constats.tous()["message"][0]
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_an_empty_column_beside_a_filled_synonym(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"] = [{**ligne, HT: None, "Heures": "12"} for ligne in tables["Heures"]]
    assert lire(tmp_path, tables).tables["heures"]["heures_travaillees"].sum() == 24 * 12


# --- headers on two lines ----------------------------------------------------------------------------------

ENTETES: list[tuple[list[Valeur], list[Valeur]]] = [
    (
        ["N° contrat", "Code marché", "Mois", "Heures", "Heures de"],
        [None, None, None, "travaillées", "formation"],
    ),
    (
        ["N° contrat", "Code marché", "Mois", "Heures", None],
        [None, None, None, "travaillées", "de formation"],
    ),
    (
        [None, None, None, "Heures", None],
        ["N° contrat", "Code marché", "Mois", "travaillées", "de formation"],
    ),
    (
        ["Contrat", None, None, "Heures", "Heures"],
        ["N° contrat", "Code marché", "Mois", "travaillées", "de formation"],
    ),
    (["N°", "Code", "Mois", "Heures", "Heures"], ["contrat", "marché", None, "travaillées", "de formation"]),
    (
        ["N° contrat", "Code marché", "Mois de", "Heures", "Dont"],
        [None, None, "travail", "de travail", "formation"],
    ),
    (["Repères", None, None, "Heures", None], ["N° contrat", "Code marché", "Mois", HT, HF]),
]


@pytest.mark.parametrize(("haut", "bas"), ENTETES)
@pytest.mark.parametrize("titre", [[], [["Relevé du trimestre", None, dt.date(2024, 4, 15)]]])
def test_a_header_on_two_lines(
    haut: list[Valeur], bas: list[Valeur], titre: list[list[Valeur]], tmp_path: Path
) -> None:
    grilles = {nom: fabrique.grille(lignes) for nom, lignes in fabrique.relationnel().items()}
    grilles["Heures"][:1] = [*titre, haut, bas]
    (tmp_path / "export.xlsx").write_bytes(fabrique.xlsx(grilles))
    lot = fabrique.lire(tmp_path / "export.xlsx")
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert fabrique.comptes(lot)["Heures"] == (24, 24, 0, 0, 0)
    assert lot.tables["heures"]["heures_formation"].sum() == 24 * 7.25
    assert lot.tables["heures"]["ligne"].to_list()[0] == 3 + len(titre)
