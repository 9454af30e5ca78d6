"""Every rule of docs/contrat-de-depot.md: one tiny deposit each, its findings and message, all its rows accounted for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import fabrique
import polars as pl
import pytest
import yaml
from cas_des_regles import CAS_ALERTE, CAS_REFUS, CAS_REJET, CAS_SANS_CONSTAT, HF, HT, ecrire
from fabrique import Tables

from clauses.commandes import intake
from clauses.socle.project import RACINE
from expectations import adaptateur
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

# The rules of docs/contrat-de-depot.md, copied by hand from its first text, not from regles.yml.
REFUS = {
    "ILLISIBLE",
    "PROTEGE",
    "FORMAT_INCONNU",
    "TABLE_MANQUANTE",
    "COLONNE_MANQUANTE",
    "COLONNE_EN_DOUBLE",
    "FEUILLES_EN_CONCURRENCE",
    "IDENTITE_MANQUANTE",
    "PERIODE_INVALIDE",
    "EXTRACTION_INVALIDE",
    "TROP_DE_REJETS",
    "VALIDATION",
    "FICTIF_ET_REEL",  # judged by the workspace (end_to_end/test_fictif_et_reel)
}
REJETS = {
    "VALEUR_MANQUANTE",
    "DATE_ILLISIBLE",
    "MOIS_ILLISIBLE",
    "NOMBRE_ILLISIBLE",
    "ECRITURE_AMBIGUE",
    "MOIS_HORS_PERIODE",
    "HEURES_NEGATIVES",
    "HEURES_IMPOSSIBLES",
    "ORPHELIN",
    "CLE_EN_DOUBLE",
    "AUTRE_STRUCTURE",
    "CELLULE_EN_ERREUR",
    "FORMULE_SANS_VALEUR",
    "VALEUR_FUSIONNEE",
    "LIGNE_IRREGULIERE",
    "LIGNE_DECALEE",
}
ALERTES = {
    "CODE_INCONNU",
    "LIGNE_EN_DOUBLE",
    "SIRET_INVALIDE",
    "COMMUNE_INCONNUE",
    "NAISSANCE_INVALIDE",
    "IDENTITE_INCOMPLETE",
    "FIN_AVANT_DEBUT",
    "DATE_ILLISIBLE",
    "NOMBRE_ILLISIBLE",
    "ECRITURE_AMBIGUE",
    "ECRITURE_INTERPRETEE",
    "COMMUNE_CONTREDITE",
    "ROME_NOUVEAU",
    "HEURES_ELEVEES",
    "HEURES_HORS_CONTRAT",
    "ELIGIBILITE_DEPASSEE",
    "ALTERNANCE_ANTERIEURE",
    "QPV_INCONNU",
    "QPV_HORS_LISTE",
    "FINANCEMENT_INCOHERENT",
    "MOIS_SANS_HEURES",
    "COLONNE_INCONNUE",
    "TABLE_INCONNUE",
    "LIGNE_DECALEE",
    "NOM_EN_CLAIR",
    "CONFLIT_REFERENCE",
    "VALEURS_CONTRAIRES",
    "TABLE_DEDUITE",
    "CELLULE_EN_ERREUR",
    "FORMULE_SANS_VALEUR",
    "VALEUR_FUSIONNEE",
    "COLONNE_EN_DOUBLE",
    "FEUILLES_REUNIES",
    "FEUILLE_SANS_LIGNE",
    "FUSION_REPRISE",
    "IDENTITE_DISCORDANTE",
    "LIGNE_IRREGULIERE",
    "ENCODAGE",
    "FICHIER_IGNORE",
    "FEUILLE_ABSENTE",
}
EN_SQL = {"RUPTURE_DE_SERIE"}  # computed over the warehouse, tested with the models

# What a message must end with: an order a person can follow.
CONSIGNES = re.compile(
    r"\b(Refaites|Enregistrez|Vérifiez|Rétablissez|Complétez|Corrigez|Renseignez|Écrivez|Ajoutez|Gardez|"
    r"Supprimez|Défusionnez|Ouvrez|Faites|gardez|Indiquez|Harmonisez|ajoutez|dites|Renommez|renommez|enregistrez)\b"
)

CAS = CAS_REFUS + CAS_REJET + CAS_ALERTE + CAS_SANS_CONSTAT
NOMS = [c.nom for c in CAS]


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Lot:
    """All cases read together, as a refresh reads its deposits: none may touch another."""
    racine = tmp_path_factory.mktemp("cas")
    chemins = []
    for rang, cas in enumerate(CAS):
        tables = fabrique.bilan() if cas.bilan else fabrique.relationnel()
        cas.gater(tables)
        nom = cas.fichier or (fabrique.NOM_BILAN if cas.bilan else "export")
        chemins.append(fabrique.ecrire_xlsx(tables, racine / str(rang) / f"{nom}.xlsx"))
    return fabrique.lire(*chemins)


@pytest.fixture(scope="module")
def dits(lot: Lot) -> dict[int, pl.DataFrame]:
    """The findings of each case, as frames."""
    return {
        int(cle[0]): cadre for cle, cadre in lot.constats.tous().partition_by("depot", as_dict=True).items()
    }


@pytest.mark.parametrize("rang", range(len(CAS)), ids=NOMS)
def test_a_deposit_gives_its_findings_and_no_other(
    lot: Lot, dits: dict[int, pl.DataFrame], rang: int
) -> None:
    cas = CAS[rang]
    trouves = (
        dits[rang].select("gravite", "regle", "table", "ligne", "colonne").rows() if rang in dits else []
    )
    assert sorted(trouves, key=lambda lieu: tuple(str(v) for v in lieu)) == sorted(
        cas.attendus, key=lambda lieu: tuple(str(v) for v in lieu)
    )
    assert (rang in lot.refus) == any(gravite == "refus" for gravite, *_ in cas.attendus)


@pytest.mark.parametrize("rang", range(len(CAS)), ids=NOMS)
def test_messages_say_what_was_found_and_what_to_do(dits: dict[int, pl.DataFrame], rang: int) -> None:
    cas = CAS[rang]
    if rang not in dits:
        assert cas.attendus == []
        return
    lignes = dits[rang]
    if cas.attendus:
        gravite, regle, *_ = cas.attendus[0]
        messages = lignes.filter((pl.col("gravite") == gravite) & (pl.col("regle") == regle))["message"]
        for extrait in cas.dit:
            assert extrait in " ".join(messages)
    for regle, message, valeur in lignes.select("regle", "message", "valeur").iter_rows():
        assert CONSIGNES.search(message), message
        assert not re.search(r"[{}]|None|null|Error|\bnan\b", message), message
        assert valeur is None or len(valeur) <= 120
        assert valeur is None or valeur in message or regle == "CONFLIT_REFERENCE"


@pytest.mark.parametrize("rang", range(len(CAS)), ids=NOMS)
def test_every_row_read_is_loaded_rejected_duplicate_or_ignored(lot: Lot, rang: int) -> None:
    if rang in lot.refus and rang not in lot.identites:
        return  # refused before a row was read
    comptes = fabrique.comptes(lot, rang)
    assert comptes
    for table, (lues, chargees, rejetees, doublons, ignorees) in comptes.items():
        assert lues == chargees + rejetees + doublons + ignorees, table
    attendus = CAS[rang].attendus
    for table, (_, _, rejetees, doublons, ignorees) in comptes.items():
        rejets = {ligne for g, _, t, ligne, _ in attendus if g == "rejet" and t == table}
        repetees = {ligne for _, r, t, ligne, _ in attendus if r == "LIGNE_EN_DOUBLE" and t == table}
        assert (rejetees, doublons, ignorees) == (len(rejets), len(repetees), 0), table
    for cadre in lot.tables.values():
        chargees = cadre.filter(pl.col("depot") == rang).height
        assert rang not in lot.refus or chargees == 0


def test_rows_loaded_are_those_counted(lot: Lot) -> None:
    noms = {t.nom: t.entete for la in charger_layouts() for t in la.tables}
    charges = {
        (depot, noms[nom]): n
        for nom, cadre in lot.tables.items()
        if nom != "rapprochements"  # keys, not rows of the deposit
        for depot, n in cadre.group_by("depot").len().iter_rows()
    }
    annonces = {
        (depot, table): n
        for depot, table, n in lot.comptes.select("depot", "table", "chargees").iter_rows()
        if n and depot not in lot.refus
    }
    assert charges == annonces


# --- the list of the rules ---------------------------------------------------------------------------------


def test_the_declared_rules_are_those_of_the_contract() -> None:
    declarees = yaml.safe_load((RACINE / "ingest" / "regles.yml").read_text(encoding="utf-8"))
    assert set(declarees["refus"]) == REFUS
    assert set(declarees["rejet"]) == REJETS
    assert set(declarees["alerte"]) == ALERTES
    assert set(declarees["seuils"]) == {
        "heures_impossibles",
        "heures_elevees",
        "mois_eligibilite",
        "age_minimum",
        "age_maximum",
        "part_rejets",
        "rejets_toleres",
        "tolerance_financement",
        "tables_rejets",
    }


def test_every_rule_has_a_case() -> None:
    couvertes = {regle for cas in CAS for regle in cas.regles}
    ailleurs = {
        ("refus", "ILLISIBLE"),  # test_reading.py
        ("refus", "PROTEGE"),  # test_reading.py
        ("refus", "VALIDATION"),  # below
        ("refus", "FICTIF_ET_REEL"),  # judged by the workspace
        ("alerte", "FUSION_REPRISE"),  # test_cellules_excel.py
        ("alerte", "FICHIER_IGNORE"),  # test_conteneurs.py
        ("alerte", "FEUILLE_ABSENTE"),  # test_conteneurs.py
        ("alerte", "ENCODAGE"),  # test_encodages.py
        ("alerte", "VALEURS_CONTRAIRES"),  # test_tables_des_descriptions.py
        ("alerte", "TABLE_DEDUITE"),  # test_tables_des_descriptions.py
        ("rejet", "LIGNE_IRREGULIERE"),  # test_irregularites.py
        ("alerte", "LIGNE_IRREGULIERE"),  # test_irregularites.py
    }
    attendues = (
        {("refus", r) for r in REFUS} | {("rejet", r) for r in REJETS} | {("alerte", r) for r in ALERTES}
    )
    assert couvertes | ailleurs == attendues
    assert not couvertes & ailleurs


@pytest.mark.parametrize("forme", ["xlsx", "dossier", "zip", "bilan xlsx", "bilan csv"])
def test_a_good_deposit_gives_no_finding_in_any_form(forme: str, tmp_path: Path) -> None:
    if forme == "xlsx":
        chemin = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "export.xlsx")
    elif forme == "dossier":
        chemin = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "export")
    elif forme == "zip":
        chemin = fabrique.ecrire_zip(fabrique.fichiers_csv(fabrique.relationnel()), tmp_path / "export.zip")
    elif forme == "bilan xlsx":
        chemin = fabrique.ecrire_xlsx(fabrique.bilan(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    else:
        chemin = fabrique.ecrire_csv(fabrique.bilan(), tmp_path / f"{fabrique.NOM_BILAN}.csv")
    lot = fabrique.lire(chemin)
    assert fabrique.constats(lot) == []
    table, colonne = ("bilan", "heures") if "bilan" in forme else ("heures", "heures_travaillees")
    assert lot.tables[table].height == fabrique.NOMBRE
    assert lot.tables[table][colonne].sum() == 24 * (107.75 if "bilan" in forme else 100.5)
    assert lot.tables[table]["heures_formation"].sum() == 24 * 7.25


# --- what is loaded after a finding ------------------------------------------------------------------------


def test_ten_percent_of_rejects_is_still_loaded(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"] = tables["Heures"][:20]
    for ligne in tables["Heures"][:2]:
        ligne[HT] = "-1"
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert lot.refus == {}
    assert fabrique.comptes(lot)["Heures"] == (20, 18, 2, 0, 0)


def test_duplicates_do_not_hide_a_refusal_nor_cause_one(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"] += [
        dict(ligne) for ligne in tables["Heures"]
    ]  # every row twice: all reported, none refused
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert lot.refus == {}
    assert fabrique.comptes(lot)["Heures"] == (48, 24, 0, 24, 0)
    assert lot.tables["heures"]["ligne"].to_list() == list(range(2, 26))


def charge(tmp_path: Path, table: str, ligne: int, gater: Callable[[Tables], object]) -> dict[str, object]:
    tables = fabrique.relationnel()
    gater(tables)
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    return lot.tables[table].row(by_predicate=pl.col("ligne") == ligne, named=True)


def test_what_an_unknown_code_is_loaded_as(tmp_path: Path) -> None:
    ligne = charge(tmp_path, "marches", 5, ecrire("Marchés", 5, **{"Nature du marché": "Autre chose"}))
    assert (ligne["nature_marche"], ligne["nature_marche_brut"]) == ("ND", "Autre chose")


def test_what_an_end_before_its_start_becomes(tmp_path: Path) -> None:
    ligne = charge(tmp_path, "contrats", 5, ecrire("Contrats", 5, **{"Date de fin": "01/12/2023"}))
    assert (ligne["date_debut"], ligne["date_fin"]) == (dt.date(2023, 12, 5), None)


def test_what_an_unreadable_amount_becomes(tmp_path: Path) -> None:
    assert (
        charge(tmp_path, "marches", 5, ecrire("Marchés", 5, **{"Montant HT (€)": "cher"}))["montant_ht"]
        is None
    )


def test_what_shares_written_as_excel_percentages_become(tmp_path: Path) -> None:
    (cas,) = (c for c in CAS_SANS_CONSTAT if c.nom == "parts en pourcentages d'Excel")
    ligne = charge(tmp_path, "structure", 2, cas.gater)
    assert ligne["financement_communes_epci"] == pytest.approx(30)
    assert ligne["financement_autres"] == pytest.approx(5)


def test_a_person_without_usable_birth_date_is_known_by_number_only(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][3]["Date de naissance"] = "01/01/1900"
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    personne = lot.tables["beneficiaires"].row(by_predicate=pl.col("ligne") == 5, named=True)
    assert (personne["date_naissance"], personne["identite_complete"]) == (None, False)
    autres = lot.tables["beneficiaires"].filter(pl.col("ligne") != 5)
    assert autres["identite_complete"].all()


# --- a failed expectation ----------------------------------------------------------------------------------


def test_a_critical_expectation_refuses_its_deposit_and_no_other(tmp_path: Path) -> None:
    """Hours typed in minutes pass every rule on rows; the mean of the table gives them away."""
    minutes = fabrique.relationnel()
    for ligne in minutes["Heures"]:
        ligne.update({HT: "640", HF: None})
    lot = fabrique.lire(
        fabrique.ecrire_xlsx(minutes, tmp_path / "minutes.xlsx"),
        fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "heures.xlsx"),
    )
    assert lot.refus == {}
    validations = adaptateur.valider(intake.profils(lot))
    intake.refuser_les_echecs(lot, validations, charger_layouts())
    assert {d for d in validations["depot"] if d} == {"0", "1"}
    assert set(lot.refus) == {0}
    regle, message = lot.refus[0]
    assert regle == "VALIDATION"
    assert "640" in message  # what was seen
    assert "300" in message  # what was expected
    assert CONSIGNES.search(message)
    refus = [lieu for lieu in fabrique.constats(lot, 0) if lieu[0] == "refus"]
    assert refus == [("refus", "VALIDATION", "Heures", None, None)]
    assert lot.tables["heures"]["depot"].unique().to_list() == [1]
