"""What `clauses decrire` finds by itself: months, sheets, who deposits and when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import openpyxl
import pytest
from commande import Execution, lancer
from exports_a_decrire import (
    NOM,
    PAR_MOIS,
    Changer,
    accepter,
    exporter,
    lire,
    mois_lus,
    proposees,
    renommer,
    sans_informations,
    uni,
)
from fabrique import Ligne

from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

pytestmark = pytest.mark.lent  # each describes an export or two


def test_the_export_unchanged_is_accepted(tmp_path: Path) -> None:
    depot = exporter(tmp_path, lambda _, ligne: ligne)
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert mois_lus(lire(tmp_path, depot)) == PAR_MOIS


# --- months -------------------------------------------------------------------------------------------------


def avec_mois(**colonnes: Callable[[int], object]) -> Changer:
    """Other columns for the month; each is given its number, from 1 to 3."""

    def changer(i: int, ligne: Ligne) -> Ligne:
        return renommer(ligne, Mois={e: f(i % 3 + 1) for e, f in colonnes.items()})

    return changer


@pytest.mark.parametrize(
    "colonnes",
    [
        {"Mois": lambda m: m, "Année": lambda _: 2024},
        {"Exercice": lambda _: "2024", "Mois": lambda m: ("janvier", "février", "mars")[m - 1]},
        {"Mois": lambda m: ("Janv.", "Févr.", "Mars")[m - 1]},  # of the only year of the deposit
    ],
)
def test_a_month_whose_year_is_elsewhere(
    colonnes: dict[str, Callable[[int], object]], tmp_path: Path
) -> None:
    depot = exporter(tmp_path, avec_mois(**colonnes))
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert mois_lus(lire(tmp_path, depot)) == PAR_MOIS


def test_of_two_years_none_is_taken(tmp_path: Path) -> None:
    depot = exporter(tmp_path, avec_mois(Mois=lambda m: m, Année=lambda _: 2024, Campagne=lambda _: 2023))
    execution = accepter(tmp_path, depot)
    assert execution.code == 2
    assert "son année peut être « Année » ou « Campagne »" in uni(execution)


def test_a_month_and_its_year_chosen_in_the_workbook(tmp_path: Path) -> None:
    """Both columns are given the same column of ours; two months, or two years, are not."""
    depot = exporter(tmp_path, avec_mois(Mois=lambda m: m, An=lambda _: 2024, Campagne=lambda _: 2024))
    proposees(tmp_path, depot)
    classeur = tmp_path / "correspondance.xlsx"

    def choisir(**choix: str) -> Execution:
        ouvert = openpyxl.load_workbook(classeur)
        for rangee in ouvert["Colonnes"].iter_rows(min_row=2):
            if rangee[1].value in choix:
                rangee[3].value = choix[str(rangee[1].value)]
        ouvert.save(classeur)
        return lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")

    deux = choisir(Mois="Bilan · Mois", An="Bilan · Mois", Campagne="Bilan · Mois")
    assert (deux.code, "« Bilan · Mois » est choisie deux fois" in uni(deux)) == (2, True)
    une = choisir(Campagne="ne pas reprendre")
    assert une.code == 0, une.texte
    assert mois_lus(lire(tmp_path, depot)) == PAR_MOIS


# --- who deposits and when ----------------------------------------------------------------------------------


PAGE = [
    ["Suivi des clauses sociales", None],
    ["Structure", "S59000"],
    ["Période du", "01/01/2024"],
    ["au", "31/03/2024"],
    ["Édité le", "15/04/2024"],
]


def avec_une_page(dossier: Path, page: list[list[str | None]], nom: str = "suivi") -> Path:
    feuilles = {n: fabrique.grille(lignes) for n, lignes in sans_informations().items()}
    depot = dossier / "depots" / f"{nom}.xlsx"
    depot.parent.mkdir(parents=True, exist_ok=True)
    depot.write_bytes(fabrique.xlsx({"Page de garde": page} | feuilles))
    return depot


def test_who_deposits_and_when_in_the_cells_of_a_first_page(tmp_path: Path) -> None:
    depot = avec_une_page(tmp_path, PAGE)
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    identite = lire(tmp_path, depot).identites[0]
    assert (identite.structure_code, str(identite.debut), str(identite.fin), str(identite.extraction)) == (
        "S59000",
        "2024-01-01",
        "2024-03-31",
        "2024-04-15",
    )


DITES = ("S59000", "2024-01-01", "2024-03-31", "2024-04-15")


def dites_par(lot: Lot) -> tuple[str, str, str, str]:
    identite = lot.identites[0]
    return identite.structure_code, str(identite.debut), str(identite.fin), str(identite.extraction)


@pytest.mark.parametrize(
    "page",
    [
        [["Organisme :", None, "PLIE"], ["Code organisme :", None, "S59000"], ["Période", "01/01/2024 - 31/03/2024"],
         ["Date d'édition", "15/04/2024"]],
        [["Période du", "01/01/2024", "au", "31/03/2024"], ["Édité le 15/04/2024"], ["Code structure : S59000"]],
        [["codeStructure", "periodeDebut", "periodeFin", "dateExport"],
         ["S59000", "2024-01-01", "2024-03-31", "2024-04-15"]],
    ],
    ids=["à côté", "dans la case", "au-dessous"],
)  # fmt: skip
def test_the_ways_a_first_page_says_it(page: list[list[str | None]], tmp_path: Path) -> None:
    depot = avec_une_page(tmp_path, page)
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert dites_par(lire(tmp_path, depot)) == DITES


def test_who_deposits_in_columns_of_a_flat_export(tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return {
            "Début période": "01/01/2024",
            "Fin période": "31/03/2024",
            "Extrait le": "15/04/2024",
            **ligne,
        }

    depot = exporter(tmp_path, changer, nom="extraction")
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert dites_par(lire(tmp_path, depot)) == DITES


def test_columns_of_two_periods_say_none(tmp_path: Path) -> None:
    def changer(i: int, ligne: Ligne) -> Ligne:
        return {"Début période": f"0{1 + i % 2}/01/2024", **ligne}

    execution = accepter(tmp_path, exporter(tmp_path, changer, nom="extraction"))
    assert (execution.code, "Dites qui dépose et quand" in uni(execution)) == (2, True)


@pytest.mark.parametrize(
    ("nom", "code"),
    [
        ("Export S59000 20240101_20240331_20240415", 0),
        ("S59000 ou S62000 20240101_20240331_20240415", 2),
        ("Suivi2024 V12 20240101_20240331_20240415", 2),
    ],
)
def test_the_structure_in_the_name_of_the_file(nom: str, code: int, tmp_path: Path) -> None:
    """The only code before its dates; of two none is taken."""

    def changer(_: int, ligne: Ligne) -> Ligne:
        return {entete: valeur for entete, valeur in ligne.items() if entete != "Code structure"}

    depot = exporter(tmp_path, changer, nom=nom)
    execution = accepter(tmp_path, depot)
    assert execution.code == code, execution.texte
    if code == 0:
        assert dites_par(lire(tmp_path, depot)) == DITES


@pytest.mark.parametrize("secondaire", ["Autres critères", "Critère secondaire"])
def test_two_columns_of_one_list(secondaire: str, tmp_path: Path) -> None:
    """A flat export has one list of publics: the main one first, wherever it stands."""

    def changer(i: int, ligne: Ligne) -> Ligne:
        autre = ("DELD", None, "TH + DELD")[i % 3]
        return renommer(ligne, **{"Statut à l'entrée": {secondaire: autre, "Critère principal": "RSA"}})

    depot = exporter(tmp_path, changer)
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    lus = lire(tmp_path, depot).tables["bilan"].group_by("categorie_public", "autres_categories").len()
    assert set(lus.rows()) == {("RSA", "DELD", 8), ("RSA", None, 8), ("RSA", "TH;DELD", 8)}


def test_a_short_sheet_that_others_refer_to_is_no_list_of_codes(tmp_path: Path) -> None:
    """Codes, words, and columns of two other sheets that hold these codes: marchés, all the same."""
    tables = sans_informations()
    gardees = (
        "Code marché", "Code opération", "Article juridique", "Nature du marché", "Secteur d'activité", "Objet du marché"
    )  # fmt: skip
    tables["Marchés"] = [{c: ligne[c] for c in gardees} for ligne in tables["Marchés"]]
    depot = fabrique.ecrire_xlsx(tables, tmp_path / "depots" / f"{NOM}.xlsx")
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert lire(tmp_path, depot).tables["marches"].height == 24


def test_a_list_of_codes_that_names_no_column(tmp_path: Path) -> None:
    """Files of a folder; each code is one thing, whatever column it is in."""
    tables = fabrique.relationnel()
    mots = {
        ("Contrats", "Type de contrat"): ("CDD", "CDI"),
        ("Contrats", "Modalité"): ("Embauche directe", "Mise à disposition"),
        ("Marchés", "Nature du marché"): ("Travaux", "Services"),
    }
    codes = {mot: str(101 + i) for i, mot in enumerate(m for deux in mots.values() for m in deux)}
    for (table, colonne), deux in mots.items():
        for i, ligne in enumerate(tables[table]):
            ligne[colonne] = codes[deux[i % 2]]
    tables["Paramètres"] = [
        {"GENRE": "DIVERS", "CODE": code, "LIBELLE": mot, "ACTIF": "O"} for mot, code in codes.items()
    ]
    depot = fabrique.ecrire_dossier(tables, tmp_path / "depots" / NOM)
    execution = accepter(tmp_path, tmp_path / "depots")
    assert execution.code == 0, execution.texte
    fait = lancer("actualiser", tmp_path / "depots", "--espace", tmp_path / "espace", "--strict")
    assert fait.code == 0, fait.texte
    assert depot.is_dir()


def test_who_deposits_and_when_in_the_names_of_files(tmp_path: Path) -> None:
    depot = avec_une_page(tmp_path, [["Bonjour", None]], "InserPro 2024-01-01 au 2024-03-31 (2024-04-15)")
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    identite = lire(tmp_path, depot).identites[0]
    assert (str(identite.debut), str(identite.extraction)) == ("2024-01-01", "2024-04-15")


def test_a_deposit_that_says_nothing_of_itself_is_told_how(tmp_path: Path) -> None:
    """It says neither when it was extracted nor its period: `depots.csv`, or the cells in the workbook."""
    depot = avec_une_page(tmp_path, PAGE[:2])
    execution = accepter(tmp_path, depot)
    assert (execution.code, "depots.csv (colonnes chemin, code structure" in uni(execution)) == (2, True)
    assert "Corrigez la correspondance" not in uni(execution)


@pytest.mark.parametrize(
    ("page", "nom"),
    [
        ([["Convention PLIE", None], ["Du", "01/10/2023"], ["Au", "31/12/2026"], *PAGE[1:]], "suivi"),
        ([*PAGE, ["Exporté le", "30/04/2024"]], "suivi"),
        (PAGE[:2], "suivi 20240101 20240415 20240331"),  # the extraction between the beginning and the end
        ([*PAGE[:2], ["Édité le", "30/04/2024"]], "suivi 20240101 20240331 20240415"),
    ],
    ids=["two periods", "two extractions", "order of the name", "cell against name"],
)
def test_of_what_is_said_twice_of_a_deposit_none_is_taken(
    page: list[list[str | None]], nom: str, tmp_path: Path
) -> None:
    execution = accepter(tmp_path, avec_une_page(tmp_path, page, nom))
    assert (execution.code, "Dites qui dépose et quand" in uni(execution)) == (2, True)


@pytest.mark.parametrize(("cellule", "code"), [("Page de garde!B5", 0), ("en haut à droite", 2)])
def test_the_cell_of_a_date_is_said_in_the_workbook(cellule: str, code: int, tmp_path: Path) -> None:
    depot = avec_une_page(tmp_path, [*PAGE[:4], ["Tiré à", "15/04/2024"]])
    proposees(tmp_path, depot)
    classeur = tmp_path / "correspondance.xlsx"
    ouvert = openpyxl.load_workbook(classeur)
    rangee = next(r for r in ouvert["Réglages"].iter_rows() if r[0].value == "Où lire la date d'extraction")
    rangee[1].value = cellule
    ouvert.save(classeur)
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert execution.code == code, execution.texte
    assert code == 0 or f"ligne {rangee[0].row}, « {cellule} » n'est ni une cellule" in uni(execution)


def test_folders_that_depots_csv_names_are_deposits(tmp_path: Path) -> None:
    """Tables under names that we do not know, one file each, in a folder that says nothing."""
    tables = {f"t_{i}": lignes for i, lignes in enumerate(sans_informations().values())}
    fabrique.ecrire_dossier(tables, tmp_path / "depots" / "extraction 1")
    liste = (
        "chemin;code structure;début;fin;extraction\nextraction 1;S59000;01/01/2024;31/03/2024;15/04/2024\n"
    )
    (tmp_path / "depots" / "depots.csv").write_text(liste, encoding="utf-8")
    execution = accepter(tmp_path, tmp_path / "depots")
    assert execution.code == 0, execution.texte
    (candidat,), _ = decouvrir([tmp_path / "depots"], charger_layouts(tmp_path / "espace" / "layouts"))
    assert (candidat.contenant, len(candidat.fichiers)) == ("dossier", len(tables))


@pytest.mark.parametrize("nom", ["suivi", "suivi 20240101 20240331 20240415"])
def test_what_is_read_of_who_deposits_is_shown(nom: str, tmp_path: Path) -> None:
    """Said by cells, or by cells and a name that agree."""
    execution = accepter(tmp_path, avec_une_page(tmp_path, PAGE, nom))
    dit = f"« {nom} » : structure S59000, du 01/01/2024 au 31/03/2024, extrait le 15/04/2024."
    assert dit in uni(execution)


# --- sheets -------------------------------------------------------------------------------------------------


def test_a_sheet_named_by_its_marche_among_words(tmp_path: Path) -> None:
    tables = sans_informations()
    heures = tables.pop("Heures")
    par_marche = {
        f"Marché {ligne['Code marché']}": [{e: v for e, v in ligne.items() if e != "Code marché"}]
        for ligne in heures
    }
    depot = fabrique.ecrire_xlsx(tables | par_marche, tmp_path / "depots" / f"{NOM}.xlsx")
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    lues = lire(tmp_path, depot).tables["heures"]
    assert sorted(lues["code_marche"]) == sorted(str(ligne["Code marché"]) for ligne in heures)


def test_a_sheet_that_is_not_recognised_is_shown_and_may_be_used(tmp_path: Path) -> None:
    tables = sans_informations()
    vus = [{"Xa": "12/02/2024", "Xb": "Comité de pilotage", "Zz": "Ville de Lille"}]
    tables["Carnet"] = vus
    del tables["Animation"]
    depot = fabrique.ecrire_xlsx(tables, tmp_path / "depots" / f"{NOM}.xlsx")
    assert proposees(tmp_path, depot)["Zz"] == (
        "ne pas reprendre",
        0.0,
        "cette feuille n'a pas été reconnue",
    )
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert "Pas de tableau des réunions et événements." in uni(execution)
    classeur = tmp_path / "correspondance.xlsx"
    ouvert = openpyxl.load_workbook(classeur)
    for rangee in ouvert["Colonnes"].iter_rows(min_row=2):
        if rangee[1].value in ("Xa", "Xb"):
            rangee[3].value = {
                "Xa": "Animation · Date",
                "Xb": "Animation · Type d'événement",
            }[str(rangee[1].value)]
    ouvert.save(classeur)
    avec = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert avec.code == 0, avec.texte
    assert lire(tmp_path, depot).tables["animation"].height == 1


def test_tables_of_which_one_is_wide_are_no_flat_export(tmp_path: Path) -> None:
    """Persons, contracts and hours on one sheet, beside those of marchés and operations: nothing of the rest is lost."""
    tables = sans_informations()
    personnes = {ligne["N° bénéficiaire"]: ligne for ligne in tables.pop("Bénéficiaires")}
    contrats = {ligne["N° contrat"]: ligne for ligne in tables.pop("Contrats")}
    suivi = []
    for ligne in tables.pop("Heures"):
        contrat = contrats[ligne["N° contrat"]]
        mois = dict.fromkeys((f"Heures {m}" for m in ("janv. 2024", "févr. 2024", "mars 2024")), None)
        rang = int(str(ligne["Mois"])[-2:]) - 1
        mois[list(mois)[rang]] = ligne["Heures travaillées"]
        suivi.append(
            personnes[contrat["N° bénéficiaire"]] | contrat | {"Code marché": ligne["Code marché"]} | mois
        )
    depot = fabrique.ecrire_xlsx(tables | {"Suivi": suivi}, tmp_path / "depots" / f"{NOM}.xlsx")
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    lues = lire(tmp_path, depot).tables
    assert (lues["operations"].height, lues["contrats"].height, lues["heures"].height) == (24, 24, 24)
    assert lues["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_a_sheet_of_training_among_those_of_hours_is_asked(tmp_path: Path) -> None:
    tables = sans_informations()
    heures = [
        {e: v for e, v in ligne.items() if e != "Heures de formation"} for ligne in tables.pop("Heures")
    ]
    deux = {"Heures de travail": heures[:12], "Heures de formation": heures[12:]}
    depot = fabrique.ecrire_xlsx(tables | deux, tmp_path / "depots" / f"{NOM}.xlsx")
    execution = accepter(tmp_path, depot)
    assert execution.code == 2
    assert "une feuille est nommée d'après la formation" in uni(execution)
