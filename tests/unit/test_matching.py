"""Which sheet is which table, where its header is, what is a total line, who deposits and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import fabrique
import polars as pl
import pytest
from fabrique import Tables, Valeur

from clauses.socle.errors import Provenance
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

Grille = list[list[Valeur]]


def lire_grilles(tmp_path: Path, gater: Callable[[dict[str, Grille]], object]) -> Lot:
    """Reads a good workbook whose sheets, as rows of cells, were changed."""
    feuilles = {nom: fabrique.grille(lignes) for nom, lignes in fabrique.relationnel().items()}
    gater(feuilles)
    (tmp_path / "export.xlsx").write_bytes(fabrique.xlsx(feuilles))
    return fabrique.lire(tmp_path / "export.xlsx")


def sans_constat(lot: Lot) -> None:
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def inserer(nom: str, rang: int, lignes: Sequence[Sequence[Valeur]]) -> Callable[[dict[str, Grille]], None]:
    def gater(feuilles: dict[str, Grille]) -> None:
        feuilles[nom][rang:rang] = [list(ligne) for ligne in lignes]

    return gater


@pytest.mark.parametrize("au_dessus", [0, 1, 2, 28, 29])
def test_the_header_anywhere_in_the_first_thirty_rows(tmp_path: Path, au_dessus: int) -> None:
    titre: list[list[Valeur]] = [
        ["Export des heures, 1er trimestre 2024"],
        ["Édité le", dt.date(2024, 4, 15)],
    ]
    lot = lire_grilles(tmp_path, inserer("Heures", 0, (titre + [[]] * 30)[:au_dessus]))
    sans_constat(lot)
    assert lot.tables["heures"]["ligne"].to_list() == list(range(au_dessus + 2, au_dessus + 26))


def test_a_header_below_the_thirtieth_row_is_not_looked_for(tmp_path: Path) -> None:
    lot = lire_grilles(tmp_path, inserer("Heures", 0, [["x"]] * 30))
    assert lot.refus[0][0] == "COLONNE_MANQUANTE"


def test_titles_and_header_in_csv_with_line_breaks(tmp_path: Path) -> None:
    fichiers = fabrique.fichiers_csv(fabrique.relationnel())
    titre = '"Export\r\ndes heures";;\r\n\r\n'
    fichiers["heures.csv"] = titre.encode() + fichiers["heures.csv"]
    lot = fabrique.lire(fabrique.ecrire_zip(fichiers, tmp_path / "export.zip"))
    sans_constat(lot)
    assert lot.tables["heures"]["ligne"].to_list() == list(range(5, 29))


DEFORMATIONS: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    lambda e: e.replace("é", "e").replace("É", "E").replace("è", "e"),
    lambda e: f"  {e}  ",
    lambda e: e.replace(" ", "\n"),
    lambda e: e + " *",
    lambda e: e + " :",
    lambda e: e.replace("'", "’"),
    lambda e: e.replace(" ", "_"),
]


def test_headers_written_any_way(tmp_path: Path) -> None:
    chemins = []
    for rang, deformer in enumerate(DEFORMATIONS):
        tables = fabrique.relationnel()
        deformees = {n: [{deformer(e): v for e, v in li.items()} for li in lis] for n, lis in tables.items()}
        chemins.append(fabrique.ecrire_zip(fabrique.fichiers_csv(deformees), tmp_path / f"{rang}.zip"))
    lot = fabrique.lire(*chemins)
    assert lot.refus == {}
    assert [fabrique.constats(lot, rang) for rang in range(len(chemins))] == [[]] * len(chemins)
    assert lot.tables["heures"]["heures_travaillees"].sum() == len(chemins) * 24 * 100.5


def test_columns_in_another_order_with_empty_columns_between(tmp_path: Path) -> None:
    def gater(feuilles: dict[str, Grille]) -> None:
        for nom, grille in feuilles.items():
            if nom != "Informations":
                feuilles[nom] = [[v for c in reversed(ligne) for v in (None, c)] for ligne in grille]

    sans_constat(lire_grilles(tmp_path, gater))


def test_sheets_are_known_by_their_headers_when_their_names_say_nothing(tmp_path: Path) -> None:
    def gater(feuilles: dict[str, Grille]) -> None:
        anonymes = {n: g for n, g in feuilles.items() if n in ("Informations", "Structure")}
        for rang, (nom, grille) in enumerate(feuilles.items()):
            if nom not in anonymes:
                anonymes[f"Feuil{rang}"] = grille
        feuilles.clear()
        feuilles.update(anonymes)

    sans_constat(lire_grilles(tmp_path, gater))


def test_blank_rows_are_ignored_and_counted(tmp_path: Path) -> None:
    def gater(feuilles: dict[str, Grille]) -> None:
        feuilles["Heures"][5:5] = [[], [None, " ", "\u00a0"], []]
        feuilles["Heures"] += [[], ["  "]]

    lot = lire_grilles(tmp_path, gater)
    sans_constat(lot)
    lues, chargees, rejetees, doublons, ignorees = fabrique.comptes(lot)["Heures"]
    assert (chargees, rejetees, doublons) == (24, 0, 0)
    assert lues == 24 + ignorees
    assert ignorees in (3, 4, 5)  # rows after the last filled cell may not be seen at all


TOTAUX = [
    *((table, "Total") for table in ("Opérations", "Marchés", "Entreprises", "Bénéficiaires", "Contrats")),
    *(("Opérations", mot) for mot in ("TOTAL", "Total général", "Sous-total")),
    *(("Heures", mot) for mot in ("Total", "total :", "Totaux", " Total  ", "Total des heures")),
]


def test_total_lines_are_ignored_in_every_table(tmp_path: Path) -> None:
    chemins = []
    for rang, (table, mot) in enumerate(TOTAUX):
        feuilles = {nom: fabrique.grille(lignes) for nom, lignes in fabrique.relationnel().items()}
        feuilles[table].append([mot, *([None] * (len(feuilles[table][0]) - 2)), 2412])
        chemins.append(tmp_path / f"{rang}.xlsx")
        chemins[-1].write_bytes(fabrique.xlsx(feuilles))
    lot = fabrique.lire(*chemins)
    assert lot.refus == {}
    for rang, (table, mot) in enumerate(TOTAUX):
        assert fabrique.constats(lot, rang) == [], (table, mot)
        assert fabrique.comptes(lot, rang)[table] == (25, 24, 0, 0, 1), (table, mot)


def test_a_total_in_any_column(tmp_path: Path) -> None:
    lot = lire_grilles(tmp_path, lambda f: f["Heures"].append([None, None, "Total", 2412, 174]))
    sans_constat(lot)
    assert fabrique.comptes(lot)["Heures"][4] == 1


def test_what_begins_with_total_and_is_complete_is_data(tmp_path: Path) -> None:
    def gater(tables: Tables) -> None:
        tables["Entreprises"] = [{"Raison sociale": "Total Bâtiment", **li} for li in tables["Entreprises"]]
        for ligne in tables["Entreprises"]:
            ligne["Raison sociale"] = "TOTAL BATIMENT"

    tables = fabrique.relationnel()
    gater(tables)
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    sans_constat(lot)
    assert fabrique.comptes(lot)["Entreprises"] == (24, 24, 0, 0, 0)


def test_the_bilan_is_the_first_sheet_that_holds_something(tmp_path: Path) -> None:
    grille = fabrique.grille(fabrique.bilan()["Bilan"])
    chemin = tmp_path / f"{fabrique.NOM_BILAN}.xlsx"
    chemin.write_bytes(fabrique.xlsx({"Vide": [], "Blanche": [[" "]], "Export": [["Titre"], [], *grille]}))
    lot = fabrique.lire(chemin)
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: "bilan"})
    assert lot.tables["bilan"]["ligne"].to_list() == list(range(4, 28))


@pytest.mark.parametrize("table", ["Heures", "Animation"])
def test_a_sheet_with_headers_only_has_no_row(tmp_path: Path, table: str) -> None:
    lot = lire_grilles(tmp_path, lambda f: f.update({table: f[table][:1]}))
    assert lot.refus == {}
    assert fabrique.comptes(lot)[table] == (0, 0, 0, 0, 0)
    mois = [("alerte", "MOIS_SANS_HEURES", "Heures", None, "Mois")] * 3
    assert fabrique.constats(lot) == (mois if table == "Heures" else [])


def test_a_bilan_with_headers_only(tmp_path: Path) -> None:
    entetes = list(fabrique.bilan()["Bilan"][0])
    chemin = tmp_path / f"{fabrique.NOM_BILAN}.csv"
    chemin.write_text(";".join(entetes) + "\n", encoding="utf-8")
    lot = fabrique.lire(chemin)
    assert lot.refus == {}
    assert fabrique.comptes(lot) == {"Bilan": (0, 0, 0, 0, 0)}
    assert {r for _, r, *_ in fabrique.constats(lot)} == {"MOIS_SANS_HEURES"}


def test_a_table_without_any_cell_is_missing(tmp_path: Path) -> None:
    lot = lire_grilles(tmp_path, lambda f: f.update({"Contrats": []}))
    assert fabrique.constats(lot) == [("refus", "TABLE_MANQUANTE", "Contrats", None, None)]


def test_every_table_but_two_must_be_there(tmp_path: Path) -> None:
    requises = ("Structure", "Opérations", "Marchés", "Entreprises", "Bénéficiaires", "Contrats", "Heures")
    chemins = []
    for table in requises:
        tables = fabrique.relationnel()
        del tables[table]
        chemins.append(fabrique.ecrire_zip(fabrique.fichiers_csv(tables), tmp_path / f"sans {table}.zip"))
    lot = fabrique.lire(*chemins)
    for rang, table in enumerate(requises):
        assert fabrique.constats(lot, rang) == [("refus", "TABLE_MANQUANTE", table, None, None)]


def test_data_without_header_are_never_quoted(tmp_path: Path) -> None:
    """Without its header, the first row of persons must not pass for one: it holds names."""

    def gater(feuilles: dict[str, Grille]) -> None:
        feuilles["Bénéficiaires"] = feuilles["Bénéficiaires"][1:]
        feuilles["Bénéficiaires"][0][1:3] = ["Nomen", "Prénome"]

    lot = lire_grilles(tmp_path, gater)
    assert fabrique.constats(lot) == [
        ("refus", "COLONNE_MANQUANTE", "Bénéficiaires", None, "N° bénéficiaire")
    ]
    assert lot.constats.tous()["valeur"].to_list() == [None]
    assert "Nomen" not in lot.refus[0][1]
    assert "Prénome" not in lot.refus[0][1]


# --- who and when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nom",
    [
        "ABC_S59000_20240101_20240331_20240415",
        "abc_S59000_20240101_20240331_20240415",
        "ABC_S59000_20240101_20240331_20240415 (2)",
        "Copie de ABC_S59000_20240101_20240331_20240415_corrigé",
    ],
)
def test_the_name_of_the_deposit_says_who_and_when(tmp_path: Path, nom: str) -> None:
    lot = fabrique.lire(fabrique.ecrire_csv(fabrique.bilan(), tmp_path / f"{nom}.csv"))
    identite = lot.identites[0]
    assert (identite.structure_code, identite.debut, identite.fin, identite.extraction) == (
        "S59000",
        dt.date(2024, 1, 1),
        dt.date(2024, 3, 31),
        dt.date(2024, 4, 15),
    )


def test_a_structure_code_with_underscores(tmp_path: Path) -> None:
    lot = fabrique.lire(
        fabrique.ecrire_csv(fabrique.bilan(), tmp_path / "ABC_S_59_A_20240101_20240331_20240415.csv")
    )
    assert lot.identites[0].structure_code == "S_59_A"


def test_the_sheet_wins_over_the_name(tmp_path: Path) -> None:
    chemin = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "ABC_S1_20200101_20201231_20210101.xlsx")
    identite = fabrique.lire(chemin).identites[0]
    assert (identite.structure_code, identite.extraction) == ("S59000", dt.date(2024, 4, 15))
    assert identite.nom_structure == "Maison de l'emploi, de l'insertion"


@pytest.mark.parametrize(
    "nom",
    [
        "ABC_S59000_20240101_20240331",
        "ABC__20240101_20240331_20240415",
        "export",
        "ABC_S59000_20240101_20240331_202404150",
    ],
)
def test_names_that_do_not_say_it(tmp_path: Path, nom: str) -> None:
    lot = fabrique.lire(fabrique.ecrire_csv(fabrique.bilan(), tmp_path / f"{nom}.csv"))
    assert fabrique.constats(lot) == [("refus", "IDENTITE_MANQUANTE", None, None, None)]


def test_one_bad_deposit_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "vide.csv").write_bytes(b"")
    bon = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "export.xlsx")
    lot = fabrique.lire(tmp_path / "vide.csv", bon)
    assert set(lot.refus) == {0}
    assert lot.tables["heures"]["depot"].unique().to_list() == [1]
    assert fabrique.constats(lot, 1) == []


def test_the_order_of_rows_changes_nothing_but_line_numbers(tmp_path: Path) -> None:
    def renverser(feuilles: dict[str, Grille]) -> None:
        for nom, grille in feuilles.items():
            feuilles[nom] = [grille[0], *reversed(grille[1:])]

    endroit = lire_grilles(tmp_path, lambda f: None)
    envers = lire_grilles(tmp_path, renverser)
    for nom, cadre in endroit.tables.items():
        tries = [c.drop("ligne", strict=False).sort(pl.all()) for c in (cadre, envers.tables[nom])]
        assert tries[0].equals(tries[1]), nom


@pytest.mark.parametrize("forme", ["classeur", "dossier", "archive"])
def test_a_refused_deposit_says_who_and_when_as_far_as_it_can_be_read(tmp_path: Path, forme: str) -> None:
    """The Informations sheet is read even when a table or a column is missing."""
    sans_colonne, sans_table = fabrique.relationnel(), fabrique.relationnel()
    for ligne in sans_colonne["Heures"]:
        del ligne["Mois"]
    del sans_table["Contrats"]
    chemins = []
    for nom, tables in (("a", sans_colonne), ("b", sans_table)):
        if forme == "classeur":
            chemins.append(fabrique.ecrire_xlsx(tables, tmp_path / f"{nom}.xlsx"))
        elif forme == "dossier":
            chemins.append(fabrique.ecrire_dossier(tables, tmp_path / nom))
        else:
            chemins.append(fabrique.ecrire_zip(fabrique.fichiers_csv(tables), tmp_path / f"{nom}.zip"))
    lot = fabrique.lire(*chemins)
    assert [lot.refus[rang][0] for rang in (0, 1)] == ["COLONNE_MANQUANTE", "TABLE_MANQUANTE"]
    attendue = Provenance(
        "S59000",
        "Maison de l'emploi, de l'insertion",
        dt.date(2024, 1, 1),
        dt.date(2024, 3, 31),
        dt.date(2024, 4, 15),
        "relationnel",
    )
    assert lot.provenances == {0: attendue, 1: attendue}


def test_an_unreadable_deposit_is_known_by_its_name(tmp_path: Path) -> None:
    vide = tmp_path / "ABC_S1_20240101_20240331_20240415.csv"
    vide.write_bytes(b"")
    # a period that ends before it begins is no period
    envers = tmp_path / "ABC_S2_20240331_20240101_20240415.csv"
    envers.write_bytes(b"")
    lot = fabrique.lire(vide, envers)
    assert lot.provenances == {
        0: Provenance("S1", None, dt.date(2024, 1, 1), dt.date(2024, 3, 31), dt.date(2024, 4, 15)),
        1: Provenance("S2", None, None, None, dt.date(2024, 4, 15)),
    }


@pytest.mark.parametrize(
    ("nom", "dit", "tait"),
    [
        ("export.csv", ["Un bilan n'a pas de feuille Informations", "AAAAMMJJ>.csv."], []),
        ("bilan.xlsx", ["Un bilan n'a pas de feuille Informations", "AAAAMMJJ>.xlsx."], []),
        ("classeur.xlsx", ["Complétez la feuille Informations", "AAAAMMJJ>.xlsx."], ["bilan", "fichier"]),
        ("dossier", ["Complétez le fichier Informations.csv du dossier"], ["bilan", "feuille"]),
        ("archive.zip", ["Informations.csv de l'archive", "AAAAMMJJ>.zip."], ["bilan", "feuille"]),
    ],
)
def test_the_advice_on_identity_fits_the_container(
    nom: str, dit: list[str], tait: list[str], tmp_path: Path
) -> None:
    tables = fabrique.bilan() if nom in ("export.csv", "bilan.xlsx") else fabrique.relationnel()
    tables.pop("Informations", None)
    chemin = tmp_path / nom
    if nom.endswith(".csv"):
        fabrique.ecrire_csv(tables, chemin)
    elif nom.endswith(".xlsx"):
        fabrique.ecrire_xlsx(tables, chemin)
    elif nom.endswith(".zip"):
        fabrique.ecrire_zip(fabrique.fichiers_csv(tables), chemin)
    else:
        fabrique.ecrire_dossier(tables, chemin)
    regle, message = fabrique.lire(chemin).refus[0]
    assert regle == "IDENTITE_MANQUANTE"
    assert all(morceau in message for morceau in dit), message
    assert not any(morceau in message for morceau in tait), message


def test_a_date_of_the_sheet_that_cannot_be_read_is_mended_in_the_sheet(tmp_path: Path) -> None:
    """Another name would not help: what the sheet says wins."""

    def gater(feuilles: dict[str, Grille]) -> None:
        for ligne in feuilles["Informations"]:
            if ligne[1] is not None and "15/04/2024" in str(ligne[1]):
                ligne[1] = "mi-avril"

    lot = lire_grilles(tmp_path, gater)
    assert lot.refus[0][0] == "IDENTITE_MANQUANTE"
    assert "« mi-avril »" in lot.refus[0][1]
    assert "JJ/MM/AAAA dans la feuille" in lot.refus[0][1]
    assert "renommez" not in lot.refus[0][1].lower()


def test_findings_quote_the_header_of_each_deposit(tmp_path: Path) -> None:
    """Of deposits read together, each is told its own header, not the layout's nor its neighbour's."""

    def tables(entete: str, valeur: str) -> Tables:
        ecrites = fabrique.relationnel()
        ecrites["Heures"][3]["Heures travaillées"] = valeur
        ecrites["Heures"] = [
            {entete if e == "Heures travaillées" else e: v for e, v in ligne.items()}
            for ligne in ecrites["Heures"]
        ]
        return ecrites

    entetes = ["Heures travaillées", "NB HEURES\n travaillées", "Heures de travail"]
    lot = fabrique.lire(
        *(fabrique.ecrire_xlsx(tables(e, "beaucoup"), tmp_path / f"{r}.xlsx") for r, e in enumerate(entetes)),
        layouts=charger_layouts(_layouts(tmp_path, "NB heures travaillées")),
    )
    lus = lot.constats.tous().filter(pl.col("regle") == "NOMBRE_ILLISIBLE").sort("depot")
    attendus = ["Heures travaillées", "NB HEURES travaillées", "Heures de travail"]
    assert lus["colonne"].to_list() == attendus
    for message, entete in zip(lus["message"], attendus, strict=True):
        assert f"la colonne « {entete} »" in message


def _layouts(tmp_path: Path, synonyme: str) -> Path:
    dossier = tmp_path / "layouts"
    dossier.mkdir()
    (dossier / "le_mien.yml").write_text(
        f"complete: relationnel\ntables:\n  Heures:\n    colonnes:\n      Heures travaillées: [{synonyme}]\n",
        encoding="utf-8",
    )
    return dossier
