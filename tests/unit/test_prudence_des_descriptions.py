"""What `clauses decrire` asks rather than takes, and what it says: on small exports, one thing changed in each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import openpyxl
import pytest
from commande import Execution, lancer
from fabrique import Ligne, siret

from ingest.description.mesures import formation_est_incluse
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

pytestmark = pytest.mark.lent  # each describes an export or two
NOM = fabrique.NOM_BILAN
Changer = Callable[[int, Ligne], Ligne]


def renommer(ligne: Ligne, **noms: Ligne) -> Ligne:
    """Other headers, or several of them for one; the order stays."""
    rendue: Ligne = {}
    for entete, valeur in ligne.items():
        rendue |= noms.get(entete, {entete: valeur})
    return rendue


def exporter(dossier: Path, changer: Changer, nom: str = NOM, feuille: str = "Suivi") -> Path:
    """A flat export of 24 lines, changed line by line."""
    lignes = [changer(i, dict(ligne)) for i, ligne in enumerate(fabrique.bilan()["Bilan"], start=1)]
    return fabrique.ecrire_xlsx({feuille: lignes}, dossier / "depots" / f"{nom}.xlsx")


def accepter(dossier: Path, depot: Path) -> Execution:
    return lancer("decrire", depot, "--espace", dossier / "espace", "--accepter")


def uni(execution: Execution) -> str:
    """What it said, on one line."""
    return " ".join(execution.texte.split())


def proposees(dossier: Path, depot: Path) -> dict[str, tuple[str, float, str]]:
    """Header → our column, confidence and why, as the workbook says."""
    classeur = dossier / "correspondance.xlsx"
    execution = lancer("decrire", depot, "--espace", dossier / "espace", "--sortie", classeur)
    assert execution.code == 0, execution.texte
    rangees = openpyxl.load_workbook(classeur)["Colonnes"].iter_rows(min_row=2, values_only=True)
    return {str(r[1]): (str(r[3]), float(r[4] or 0), str(r[5])) for r in rangees}  # type: ignore[arg-type]


def lire(dossier: Path, depot: Path) -> Lot:
    return fabrique.lire(depot, layouts=charger_layouts(dossier / "espace" / "layouts"))


def mois_lus(lot: Lot) -> dict[str, int]:
    lus = lot.tables["bilan"]["mois"].dt.to_string("%Y-%m").value_counts()
    return dict(lus.rows())


PAR_MOIS = {"2024-01": 8, "2024-02": 8, "2024-03": 8}  # three months in turn on 24 lines


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


# --- what is asked ------------------------------------------------------------------------------------------


def _titulaire(i: int, ligne: Ligne) -> Ligne:
    """Names of who holds the marché beside the SIRET of who employs: each employer under four of them."""
    return ligne | {"Entreprise": f"Titulaire {i}", "SIRET entreprise": siret(100 + i % 6)}


def _postal(_: int, ligne: Ligne) -> Ligne:
    return renommer(ligne, **{"Commune participant": {"CP participant": "59350"}})


@pytest.mark.parametrize(
    ("changer", "entete", "dit"),
    [
        (_titulaire, "Entreprise", "un même « SIRET entreprise » a plusieurs « Entreprise »"),
        (_postal, "CP participant", "« cp » dans « CP participant »"),
    ],
)
def test_what_may_be_another_thing_is_asked(changer: Changer, entete: str, dit: str, tmp_path: Path) -> None:
    depot = exporter(tmp_path, changer)
    _, confiance, pourquoi = proposees(tmp_path, depot)[entete]
    assert (confiance < 0.5, pourquoi.startswith(dit)) == (True, True), pourquoi
    execution = accepter(tmp_path, depot)
    assert execution.code == 2
    assert dit in uni(execution)
    assert not list((tmp_path / "espace").glob("layouts/*"))


def relationnel(dossier: Path, table: str, changer: Changer) -> Path:
    tables = fabrique.relationnel()
    tables[table] = [changer(i, dict(ligne)) for i, ligne in enumerate(tables[table], start=1)]
    return fabrique.ecrire_xlsx(tables, dossier / "depots" / f"{NOM}.xlsx")


def test_shares_that_make_no_whole_beside_one_that_is_not_known(tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return renommer(ligne, **{"Financement communes et EPCI (%)": {"Finance ville": "30"}})

    vues = proposees(tmp_path, relationnel(tmp_path, "Structure", changer))
    assert "les parts trouvées ne font pas 100 %" in vues["Financement région (%)"][2]


def test_shares_that_make_no_whole_alone_are_what_the_tool_has(tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return {e: v for e, v in ligne.items() if e != "Financement communes et EPCI (%)"}

    vues = proposees(tmp_path, relationnel(tmp_path, "Structure", changer))
    assert vues["Financement région (%)"][1] >= 0.75


def test_planned_hours_that_are_the_same_on_all_marches_of_an_operation(tmp_path: Path) -> None:
    """Operations joined to their marchés, one column of planned hours: of which of the two?"""

    def vues(sous: str, prevues: Callable[[int], int]) -> tuple[str, float, str]:
        tables = fabrique.relationnel()
        operations = {ligne["Code opération"]: ligne for ligne in tables.pop("Opérations")}
        marches = []
        for i, ligne in enumerate(tables["Marchés"]):
            operation = operations[f"O{i // 3 + 1:02}"] | {"Date de début": "01/09/2023"}
            operation = {e: v for e, v in operation.items() if e != "Heures travaillées prévues"}
            marches.append(ligne | operation | {"Heures d'insertion prévues": prevues(i)})
        depot = fabrique.ecrire_xlsx(tables | {"Marchés": marches}, tmp_path / sous / f"{NOM}.xlsx")
        return proposees(tmp_path / sous, depot)["Heures d'insertion prévues"]

    _, sure, _ = vues("des-marches", lambda i: 800 + 10 * i)
    _, confiance, pourquoi = vues("des-operations", lambda i: 800 + 10 * (i // 3))
    assert (sure >= 0.75, confiance < 0.5) == (True, True)
    assert "est le même pour tous les marchés d'un « Code opération »" in pourquoi


def test_a_row_number_is_no_code_of_an_operation(tmp_path: Path) -> None:
    """Operations and marchés repeated on the lines of their hours: a number that changes with each line is of none."""
    tables = sans_informations()
    marches = {ligne["Code marché"]: ligne for ligne in tables.pop("Marchés")}
    operations = {ligne["Code opération"]: ligne for ligne in tables.pop("Opérations")}
    heures = []
    for i, ligne in enumerate(2 * tables.pop("Heures")):
        marche = marches[str(ligne["Code marché"])]
        operation = operations[str(marche["Code opération"])]
        heures.append(
            {"pk": f"L{i:04}"}
            | renommer(operation, **{"Code opération": {"operId": "O" + str(i % 24)}})
            | marche
            | ligne
        )
        del heures[-1]["Code opération"]
    depot = fabrique.ecrire_xlsx(tables | {"V_REALISE": heures}, tmp_path / "depots" / f"{NOM}.xlsx")
    vues = proposees(tmp_path, depot)
    assert vues["pk"][0] == "ne pas reprendre" or vues["pk"][1] < 0.5, vues["pk"]
    assert vues["operId"][0].endswith("· Code opération")


@pytest.mark.parametrize(
    ("ajout", "dit"),
    [
        ({"Annulé": ("Oui", "Non")}, "« Annulé » trie les lignes"),
        ({"Statut": ("Brouillon", "Définitif")}, "« Statut » dit « brouillon » de certaines lignes"),
        ({"Type": ("Absence", "Travail")}, "« Type » dit « absence » de certaines lignes"),
        ({"HN": ("90", "80")}, "« HN » peut l'être aussi"),
        ({"ETP travaillés": ("0,5", "0,6")}, None),
    ],
)
def test_lines_of_hours_that_something_sorts(
    ajout: dict[str, tuple[str, str]], dit: str | None, tmp_path: Path
) -> None:
    def changer(i: int, ligne: Ligne) -> Ligne:
        return ligne | {entete: valeurs[i % 2] for entete, valeurs in ajout.items()}

    execution = accepter(tmp_path, relationnel(tmp_path, "Heures", changer))
    assert execution.code == (0 if dit is None else 2), execution.texte
    assert dit is None or dit in uni(execution)


@pytest.mark.parametrize(
    ("entete", "valeur", "dit"),
    [
        ("ETP travaillés", "0,66", "« etp » dans « ETP travaillés »"),
        ("Semaines travaillées", "4", "« semaines » dans « Semaines travaillées »"),
        ("Heures de travail", "1", "ce sont de petits nombres entiers"),
    ],
)
def test_what_is_no_number_of_hours_is_asked(entete: str, valeur: str, dit: str, tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        sans = {e: v for e, v in ligne.items() if e != "Heures de formation"}
        return renommer(sans, **{"Heures travaillées": {entete: valeur}})

    execution = accepter(tmp_path, relationnel(tmp_path, "Heures", changer))
    assert (execution.code, dit in uni(execution)) == (2, True), execution.texte


@pytest.mark.parametrize(
    ("entete", "sur"), [("Heures à réaliser", True), ("Heures réalisées du marché", False)]
)
def test_what_is_to_be_done_is_planned(entete: str, sur: bool, tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return renommer(ligne, **{"Heures d'insertion prévues": {entete: "800"}})

    vues = proposees(tmp_path, relationnel(tmp_path, "Marchés", changer))
    prise = vues[entete][0] == "Marchés · Heures d'insertion prévues" and vues[entete][1] >= 0.75
    assert prise == sur, vues[entete]


# --- what is said -------------------------------------------------------------------------------------------


def test_what_cannot_be_accepted_is_not_proposed(tmp_path: Path) -> None:
    """The command that must fail is not the one to type next."""
    sure = lancer("decrire", exporter(tmp_path / "a", lambda _, x: x), "--espace", tmp_path / "e")
    assert "--accepter" in sure.texte
    doute = lancer("decrire", exporter(tmp_path / "b", _postal), "--espace", tmp_path / "e")
    assert (doute.code, "--accepter" in doute.texte, "--sortie" in doute.texte) == (0, False, True)


def test_subtotals_are_no_total(tmp_path: Path) -> None:
    """A sum every eight lines, none of all: each is that of its lines."""

    def ecrire(sommes: tuple[float, float, float]) -> Path:
        lignes = fabrique.bilan()["Bilan"]
        pieds = [{"Code structure": "Sous-total", "Heures réalisées": s} for s in sommes]
        groupes = [[*lignes[8 * i : 8 * i + 8], pied] for i, pied in enumerate(pieds)]
        ensemble = [ligne for groupe in groupes for ligne in groupe]
        return fabrique.ecrire_xlsx({"Suivi": ensemble}, tmp_path / "depots" / f"{NOM}.xlsx")

    bon = accepter(tmp_path, ecrire((862, 862, 862)))
    assert bon.code == 0, bon.texte
    faux = accepter(tmp_path, ecrire((862, 862, 900)))
    assert (faux.code, "ESSAI_NON_CONCLUANT" in faux.erreurs) == (2, True)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--sortie", "correspondance.xls"), "SORTIE_INVALIDE"),
        (("--avec", "correspondance.xlsx", "--accepter"), "OPTIONS_CONTRAIRES"),
    ],
)
def test_options_that_cannot_be_followed(options: tuple[str, ...], code: str, tmp_path: Path) -> None:
    depot = exporter(tmp_path, lambda _, ligne: ligne)
    execution = lancer("decrire", depot, *options, "--espace", tmp_path / "espace")
    assert (execution.code, code in execution.erreurs) == (2, True)


@pytest.mark.parametrize(
    ("reglage", "valeur", "dit"),
    [
        ("Unité", "minute", "« minute » n'est pas heures, minutes ou jours"),
        ("Nom de", "mon/logiciel", "« mon/logiciel » ne peut pas nommer un fichier"),
        ("Les heures", "peut-être", "« peut-être » n'est pas selon le format, oui ou non"),
    ],
)
def test_a_wrong_setting_is_named_by_its_line(reglage: str, valeur: str, dit: str, tmp_path: Path) -> None:
    depot = exporter(tmp_path, lambda _, ligne: ligne)
    proposees(tmp_path, depot)
    classeur = tmp_path / "correspondance.xlsx"
    ouvert = openpyxl.load_workbook(classeur)
    rangee = next(r for r in ouvert["Réglages"].iter_rows() if str(r[0].value).startswith(reglage))
    rangee[1].value = valeur
    ouvert.save(classeur)
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert execution.code == 2
    assert f"feuille Réglages, ligne {rangee[0].row}, {dit}" in uni(execution)


def test_csv_files_are_files_and_name_no_description_by_their_dates(tmp_path: Path) -> None:
    dossier = tmp_path / "depots"
    for annee in (2023, 2024):
        fabrique.ecrire_csv(
            {"Bilan": fabrique.bilan()["Bilan"]}, dossier / f"ABC_S59000_{annee}0101_{annee}1231_20250120.csv"
        )
    execution = lancer("decrire", dossier, "--espace", tmp_path / "espace")
    assert "2 fichiers (" in uni(execution)
    seul = next(iter(sorted(dossier.iterdir())))
    seul.unlink()
    accepter(tmp_path, dossier)
    (layout,) = (tmp_path / "espace" / "layouts").glob("*.yml")
    assert not any(c.isdigit() for c in layout.stem)


@pytest.mark.parametrize("encodage", ["utf-16", "cp1252"])
def test_depots_csv_in_the_encodings_of_spreadsheets(encodage: str, tmp_path: Path) -> None:
    depot = exporter(tmp_path, lambda _, ligne: ligne, nom="suivi")
    liste = "chemin;code structure;début;fin;extraction\nsuivi.xlsx;S59000;01/01/2024;31/12/2024;20/01/2025\n"
    (depot.parent / "depots.csv").write_bytes(liste.encode(encodage))
    (candidat,), _ = decouvrir([depot.parent], charger_layouts())
    assert dict(candidat.dites)["debut"] == "01/01/2024"


# --- who deposits and when ----------------------------------------------------------------------------------


def sans_informations() -> fabrique.Tables:
    return {nom: lignes for nom, lignes in fabrique.relationnel().items() if nom != "Informations"}


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
    assert code == 0 or f"ligne {rangee[0].row}, « {cellule} » n'est pas une cellule" in uni(execution)


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


def test_what_is_read_of_who_deposits_is_shown(tmp_path: Path) -> None:
    execution = accepter(tmp_path, avec_une_page(tmp_path, PAGE))
    dit = "« suivi » : structure S59000, du 01/01/2024 au 31/03/2024, extrait le 15/04/2024."
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


# --- hours and training -------------------------------------------------------------------------------------


def avec_formation(dossier: Path, travail: str, formation: str) -> Path:
    """24 lines of 100.5 hours and 7.25 of training, under these headers."""

    def changer(_: int, ligne: Ligne) -> Ligne:
        return renommer(
            ligne,
            **{"Heures travaillées": {travail: "100,5"}, "Heures de formation": {formation: "7,25"}},
        )

    return relationnel(dossier, "Heures", changer)


@pytest.mark.parametrize(
    ("travail", "formation", "incluse"),
    [
        ("Heures de travail", "Heures de formation", False),
        ("NB_H_TRAV", "NB_H_FORM", False),
        ("Total heures", "Formation", True),
        ("Heures", "dont formation", True),
        ("Heures (formation comprise)", "Formation", True),
        ("Total heures travaillées (y c. formation)", "Formation", True),
        ("Heures hors formation", "Formation", False),
        ("Heures", "Formation", None),
        ("Heures d'insertion", "Formation", None),
        ("Total heures travaillées", "Formation", None),
        ("Heures de production", "dont formation", None),
    ],
)
def test_whether_hours_hold_training_by_their_headers(
    travail: str, formation: str, incluse: bool | None
) -> None:
    assert formation_est_incluse(travail, formation) is incluse


@pytest.mark.parametrize(("formation", "compte"), [("Formation", 100.5), ("dont formation", 93.25)])
def test_hours_are_read_without_those_of_training(formation: str, compte: float, tmp_path: Path) -> None:
    depot = avec_formation(tmp_path, "Heures", formation)
    execution = accepter(tmp_path, depot)
    assert execution.code == 0, execution.texte
    assert lire(tmp_path, depot).tables["heures"]["heures_travaillees"].unique().to_list() == [compte]
    assert ("« Heures » ne comprend pas « Formation »" in uni(execution)) == (formation == "Formation")


def test_work_beside_training_on_a_flat_export_is_asked_about(tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return renommer(
            ligne,
            **{"Heures réalisées": {"Heures de travail": "100"}, "dont formation": {"Formation": "7"}},
        )

    execution = accepter(tmp_path, exporter(tmp_path, changer))
    assert (execution.code, "rien ne dit si elle comprend « Formation »" in uni(execution)) == (2, True)


def test_hours_that_may_hold_training_are_asked_about(tmp_path: Path) -> None:
    """The question is answered in the sheet of settings, and nowhere taken for granted."""
    depot = avec_formation(tmp_path, "Heures réalisées", "Heures de formation")
    execution = accepter(tmp_path, depot)
    assert execution.code == 2
    assert "rien ne dit si elle comprend « Heures de formation »" in uni(execution)
    proposees(tmp_path, depot)
    classeur = tmp_path / "correspondance.xlsx"
    sans = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert (sans.code, "choisissez oui ou non" in uni(sans)) == (2, True)
    ouvert = openpyxl.load_workbook(classeur)
    for rangee in ouvert["Réglages"].iter_rows():
        if rangee[0].value == "Les heures comprennent la formation":
            rangee[1].value = "oui"
    ouvert.save(classeur)
    avec = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert avec.code == 0, avec.texte
    assert lire(tmp_path, depot).tables["heures"]["heures_travaillees"].unique().to_list() == [93.25]
