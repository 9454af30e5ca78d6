"""What `clauses decrire` asks rather than takes, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import openpyxl
import pytest
from commande import lancer
from exports_a_decrire import (
    NOM,
    Changer,
    accepter,
    exporter,
    lire,
    proposees,
    relationnel,
    renommer,
    sans_informations,
    uni,
)
from fabrique import Ligne, siret

from ingest.description.mesures import Formation, place_de_la_formation
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts

pytestmark = pytest.mark.lent  # each describes an export or two


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
    ("travail", "formation", "en_tables", "a_plat"),
    [
        ("Heures de travail", "Heures de formation", Formation.A_PART, Formation.A_DIRE),
        ("NB_H_TRAV", "NB_H_FORM", Formation.A_PART, Formation.A_DIRE),
        ("Total heures", "Formation", Formation.COMPRISE, Formation.COMPRISE),
        ("Heures", "dont formation", Formation.COMPRISE, Formation.COMPRISE),
        ("Heures (formation comprise)", "Formation", Formation.COMPRISE, Formation.COMPRISE),
        ("Total heures travaillées (y c. formation)", "F", Formation.COMPRISE, Formation.COMPRISE),
        ("Heures hors formation", "Formation", Formation.A_PART, Formation.A_PART),
        ("Heures", "Formation", Formation.D_USAGE, Formation.D_USAGE),
        ("Heures d'insertion", "Formation", Formation.A_DIRE, Formation.D_USAGE),
        ("Heures réalisées", "Formation", Formation.A_DIRE, Formation.D_USAGE),
        ("Total heures travaillées", "Formation", Formation.A_DIRE, Formation.A_DIRE),
        ("Heures de production", "dont formation", Formation.A_DIRE, Formation.A_DIRE),
    ],
)
def test_where_training_is_by_two_headers(
    travail: str, formation: str, en_tables: Formation, a_plat: Formation
) -> None:
    dites = [place_de_la_formation(travail, formation, plat) for plat in (False, True)]
    assert dites == [en_tables, a_plat]


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
