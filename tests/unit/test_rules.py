"""Every rule of the contract: one tiny deposit each, its exact findings, its message, and all its rows accounted for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import fabrique
import polars as pl
import pytest
import yaml
from fabrique import Ligne, Tables, Valeur

from clauses import intake
from clauses.project import RACINE
from expectations import adaptateur
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

# The rules named in the contract, copied by hand from « Refusing, rejecting, warning ».
REFUS = {
    "ILLISIBLE",
    "PROTEGE",
    "FORMAT_INCONNU",
    "TABLE_MANQUANTE",
    "COLONNE_MANQUANTE",
    "IDENTITE_MANQUANTE",
    "PERIODE_INVALIDE",
    "EXTRACTION_INVALIDE",
    "TROP_DE_REJETS",
    "VALIDATION",
}
REJETS = {
    "VALEUR_MANQUANTE",
    "DATE_ILLISIBLE",
    "MOIS_ILLISIBLE",
    "NOMBRE_ILLISIBLE",
    "MOIS_HORS_PERIODE",
    "HEURES_NEGATIVES",
    "HEURES_IMPOSSIBLES",
    "ORPHELIN",
    "CLE_EN_DOUBLE",
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
    "HEURES_ELEVEES",
    "HEURES_HORS_CONTRAT",
    "ELIGIBILITE_DEPASSEE",
    "ALTERNANCE_ANTERIEURE",
    "QPV_INCONNU",
    "FINANCEMENT_INCOHERENT",
    "MOIS_SANS_HEURES",
    "COLONNE_INCONNUE",
    "TABLE_INCONNUE",
    "CONFLIT_REFERENCE",
}
EN_SQL = {"RUPTURE_DE_SERIE"}  # computed over the warehouse, tested with the models

# What a message must end with: an order a person can follow.
CONSIGNES = re.compile(
    r"\b(Refaites|Enregistrez|Vérifiez|Rétablissez|Complétez|Corrigez|Renseignez|Écrivez|Ajoutez|Gardez|"
    r"Supprimez|Indiquez|Harmonisez|ajoutez|dites|Renommez|renommez|enregistrez)\b"
)

Lieu = tuple[str, str, str | None, int | None, str | None]


@dataclass(frozen=True)
class Cas:
    """One deposit: how a good one is spoiled, all the findings it must give, what their messages must say."""

    nom: str
    gater: Callable[[Tables], object]
    attendus: list[Lieu]
    dit: list[str] = field(default_factory=list)
    bilan: bool = False
    fichier: str | None = None  # name of the deposit, without extension

    @property
    def regles(self) -> set[tuple[str, str]]:
        return {(gravite, regle) for gravite, regle, *_ in self.attendus}


def ecrire(table: str, ligne: int, **cellules: Valeur) -> Callable[[Tables], None]:
    """Writes cells of one line (as the user sees it: 2 is the first row). Names: `Mois` or, with spaces, by **{}."""

    def gater(tables: Tables) -> None:
        for entete, valeur in cellules.items():
            assert entete in tables[table][ligne - 2]
            tables[table][ligne - 2][entete] = valeur

    return gater


def ajouter(table: str, copie_de: int, **cellules: Valeur) -> Callable[[Tables], None]:
    """Adds a line at the end (26 when there are 24 rows): a copy with some cells changed."""

    def gater(tables: Tables) -> None:
        nouvelle: Ligne = {**tables[table][copie_de - 2], **cellules}
        tables[table].append(nouvelle)

    return gater


def suite(*gestes: Callable[[Tables], object]) -> Callable[[Tables], None]:
    def gater(tables: Tables) -> None:
        for geste in gestes:
            geste(tables)

    return gater


def information(cle: str, valeur: Valeur) -> Callable[[Tables], None]:
    def gater(tables: Tables) -> None:
        next(ligne for ligne in tables["Informations"] if ligne["Clé"] == cle)["Valeur"] = valeur

    return gater


def renommer(table: str, avant: str, apres: str) -> Callable[[Tables], None]:
    def gater(tables: Tables) -> None:
        tables[table] = [{apres if e == avant else e: v for e, v in ligne.items()} for ligne in tables[table]]

    return gater


def sans_identite(tables: Tables) -> None:
    del tables["Informations"]


def autre_liste(tables: Tables) -> None:
    tables.clear()
    tables["Liste"] = [{"a": "1", "b": "2"}]


def changer_de_mois(tables: Tables) -> None:
    for ligne in tables["Heures"]:
        if ligne["Mois"] == "2024-02":
            ligne["Mois"] = "2024-01"


HT, HF, MOIS = "Heures travaillées", "Heures de formation", "Mois"
REJET_HEURES = ("rejet", "ORPHELIN", "Heures")

CAS_REFUS = [
    Cas(
        "format inconnu",
        autre_liste,
        [("refus", "FORMAT_INCONNU", None, None, None)],
        ["Liste"],
    ),
    Cas(
        "table manquante",
        lambda t: t.pop("Contrats"),
        [("refus", "TABLE_MANQUANTE", "Contrats", None, None)],
        ["« Contrats »"],
    ),
    Cas(
        "colonne manquante",
        renommer("Heures", HT, "Hres travaillees"),
        [("refus", "COLONNE_MANQUANTE", "Heures", 1, HT)],
        ["« Heures travaillées »", "« Hres travaillees »", "de la table Heures"],
    ),
    Cas(
        "plusieurs colonnes manquantes",
        suite(renommer("Contrats", "Code ROME", "Zzz"), renommer("Contrats", "Date de début", "Yyy")),
        [("refus", "COLONNE_MANQUANTE", "Contrats", 1, "Code ROME")],
        ["« Code ROME »", "manquent aussi : « Date de début »"],
    ),
    Cas(
        "ni feuille Informations ni nom",
        sans_identite,
        [("refus", "IDENTITE_MANQUANTE", None, None, None)],
        ["le code de la structure, le début de période, la fin de période, la date d'extraction", "ABC_"],
    ),
    Cas(
        "date de fin de période illisible",
        information("Fin de période", "fin mars"),
        [("refus", "IDENTITE_MANQUANTE", None, None, None)],
        ["« fin mars »", "la fin de période"],
    ),
    Cas(
        "code structure vide",
        information("Code structure", None),
        [("refus", "IDENTITE_MANQUANTE", None, None, None)],
        ["le code de la structure"],
    ),
    Cas(
        "période à l'envers",
        information("Fin de période", "31/12/2023"),
        [("refus", "PERIODE_INVALIDE", None, None, None)],
        ["31/12/2023", "01/01/2024"],
    ),
    Cas(
        "extraction avant la période",
        information("Date d'extraction", "31/12/2023"),
        [("refus", "EXTRACTION_INVALIDE", None, None, None)],
        ["31/12/2023", "antérieure au début de la période (01/01/2024)"],
    ),
    Cas(
        "extraction dans le futur",
        information("Date d'extraction", "01/01/2025"),
        [("refus", "EXTRACTION_INVALIDE", None, None, None)],
        ["01/01/2025", "dans le futur"],
    ),
    Cas(
        "période impossible dans le nom",
        sans_identite,
        [("refus", "IDENTITE_MANQUANTE", None, None, None)],
        ["« 2024-13-01 »", "le début de période"],
        fichier="ABC_S59000_20241301_20241231_20250120",
    ),
    Cas(
        "trop de rejets, heures",
        suite(*(ecrire("Heures", ligne, **{HT: "-1"}) for ligne in (2, 5, 8))),
        [
            ("refus", "TROP_DE_REJETS", "Heures", None, None),
            *(("rejet", "HEURES_NEGATIVES", "Heures", ligne, HT) for ligne in (2, 5, 8)),
        ],
        ["3 lignes écartées sur 24 dans la table Heures", "10 %"],
    ),
    Cas(
        "trop de rejets, marchés",
        suite(*(ecrire("Marchés", ligne, **{"Code opération": None}) for ligne in (2, 5, 8))),
        [
            ("refus", "TROP_DE_REJETS", "Marchés", None, None),
            *(("rejet", "VALEUR_MANQUANTE", "Marchés", ligne, "Code opération") for ligne in (2, 5, 8)),
            *(("rejet", "ORPHELIN", "Entreprises", ligne, "Code marché") for ligne in (2, 5, 8)),
            *(("rejet", "ORPHELIN", "Heures", ligne, "Code marché") for ligne in (2, 5, 8)),
        ],
        ["3 lignes écartées sur 24 dans la table Marchés"],
    ),
    Cas(
        "trop de rejets, contrats",
        suite(*(ecrire("Contrats", ligne, **{"Date de début": "?"}) for ligne in (2, 5, 8))),
        [
            ("refus", "TROP_DE_REJETS", "Contrats", None, None),
            *(("rejet", "DATE_ILLISIBLE", "Contrats", ligne, "Date de début") for ligne in (2, 5, 8)),
            *(("rejet", "ORPHELIN", "Heures", ligne, "N° contrat") for ligne in (2, 5, 8)),
        ],
        ["3 lignes écartées sur 24 dans la table Contrats"],
    ),
    Cas(
        "trop de rejets, bénéficiaires",
        suite(*(ecrire("Bénéficiaires", ligne, **{"N° bénéficiaire": None}) for ligne in (10, 11, 12))),
        [
            ("refus", "TROP_DE_REJETS", "Bénéficiaires", None, None),
            *(("rejet", "VALEUR_MANQUANTE", "Bénéficiaires", n, "N° bénéficiaire") for n in (10, 11, 12)),
            *(("rejet", "ORPHELIN", "Contrats", n, "N° bénéficiaire") for n in (10, 11, 12)),
            *(("rejet", "ORPHELIN", "Heures", n, "N° contrat") for n in (10, 11, 12)),
        ],
        ["3 lignes écartées sur 24 dans la table Bénéficiaires"],
    ),
    Cas(
        "trop de rejets, bilan",
        suite(*(ecrire("Bilan", ligne, Mois="2025-01") for ligne in (2, 5, 8))),
        [
            ("refus", "TROP_DE_REJETS", "Bilan", None, None),
            *(("rejet", "MOIS_HORS_PERIODE", "Bilan", ligne, MOIS) for ligne in (2, 5, 8)),
        ],
        ["3 lignes écartées sur 24 dans la table Bilan"],
        bilan=True,
    ),
]

CAS_REJET = [
    Cas(
        "valeur manquante",
        ecrire("Heures", 9, **{HT: None}),
        [("rejet", "VALEUR_MANQUANTE", "Heures", 9, HT)],
        ["« Heures travaillées » est vide"],
    ),
    Cas(
        "valeur manquante, bilan",
        ecrire("Bilan", 9, **{"Réf. contrat": "  "}),
        [("rejet", "VALEUR_MANQUANTE", "Bilan", 9, "Réf. contrat")],
        bilan=True,
    ),
    Cas(
        "début de contrat illisible",
        ecrire("Contrats", 4, **{"Date de début": "printemps"}),
        [
            ("rejet", "DATE_ILLISIBLE", "Contrats", 4, "Date de début"),
            (*REJET_HEURES, 4, "N° contrat"),
        ],
        ["« printemps »", "JJ/MM/AAAA"],
    ),
    Cas(
        "mois illisible",
        ecrire("Heures", 7, Mois="13/2024"),
        [("rejet", "MOIS_ILLISIBLE", "Heures", 7, MOIS)],
        ["« 13/2024 »", "AAAA-MM"],
    ),
    Cas(
        "heures illisibles",
        ecrire("Heures", 7, **{HT: "beaucoup"}),
        [("rejet", "NOMBRE_ILLISIBLE", "Heures", 7, HT)],
        ["« beaucoup »", "26,75"],
    ),
    Cas(
        "horizon hors liste",
        ecrire("Situations", 3, **{"Horizon (mois)": "7"}),
        [("rejet", "NOMBRE_ILLISIBLE", "Situations", 3, "Horizon (mois)")],
        ["« 7 »", "6, 12, 18 ou 24"],
    ),
    Cas(
        "date d'événement illisible",
        ecrire("Animation", 2, Date="mardi"),
        [("rejet", "DATE_ILLISIBLE", "Animation", 2, "Date")],
        ["« mardi »"],
    ),
    Cas(
        "mois avant la période",
        ecrire("Heures", 7, Mois="2023-12"),
        [("rejet", "MOIS_HORS_PERIODE", "Heures", 7, MOIS)],
        ["2023-12", "2024-01 à 2024-03"],
    ),
    Cas(
        "mois après la période",
        ecrire("Heures", 7, Mois="2024-04"),
        [("rejet", "MOIS_HORS_PERIODE", "Heures", 7, MOIS)],
        ["2024-04"],
    ),
    Cas(
        "heures négatives",
        ecrire("Heures", 7, **{HT: "-12,5"}),
        [("rejet", "HEURES_NEGATIVES", "Heures", 7, HT)],
        ["(-12,5)"],
    ),
    Cas(
        "formation négative",
        ecrire("Heures", 7, **{HF: "-3"}),
        [("rejet", "HEURES_NEGATIVES", "Heures", 7, HT)],
        ["(-3)"],
    ),
    Cas(
        "heures impossibles",
        ecrire("Heures", 7, **{HT: "744,5", HF: None}),
        [("rejet", "HEURES_IMPOSSIBLES", "Heures", 7, HT)],
        ["744,5 heures", "plus de 744"],
    ),
    Cas(
        "heures impossibles avec la formation",
        ecrire("Heures", 7, **{HT: "700", HF: "45"}),
        [("rejet", "HEURES_IMPOSSIBLES", "Heures", 7, HT)],
        ["745 heures"],
    ),
    Cas(
        "heures impossibles, bilan : la formation est comprise",
        ecrire("Bilan", 7, **{"Heures réalisées": "745", "dont formation": "10"}),
        [("rejet", "HEURES_IMPOSSIBLES", "Bilan", 7, "Heures réalisées")],
        ["745 heures"],
        bilan=True,
    ),
    Cas(
        "heures d'un contrat absent",
        ecrire("Heures", 7, **{"N° contrat": "C99"}),
        [(*REJET_HEURES, 7, "N° contrat")],
        ["« C99 »", "table Contrats"],
    ),
    Cas(
        "heures d'un marché absent",
        ecrire("Heures", 7, **{"Code marché": "M99"}),
        [(*REJET_HEURES, 7, "Code marché")],
        ["« M99 »", "table Marchés"],
    ),
    Cas(
        "marché d'une opération absente",
        ecrire("Marchés", 7, **{"Code opération": "O99"}),
        [
            ("rejet", "ORPHELIN", "Marchés", 7, "Code opération"),
            ("rejet", "ORPHELIN", "Entreprises", 7, "Code marché"),
            (*REJET_HEURES, 7, "Code marché"),
        ],
        ["« O99 »", "table Opérations"],
    ),
    Cas(
        "entreprise d'un marché absent",
        ecrire("Entreprises", 7, **{"Code marché": "M99"}),
        [("rejet", "ORPHELIN", "Entreprises", 7, "Code marché")],
        ["« M99 »"],
    ),
    Cas(
        "contrat d'une personne absente",
        ecrire("Contrats", 7, **{"N° bénéficiaire": "B99"}),
        [
            ("rejet", "ORPHELIN", "Contrats", 7, "N° bénéficiaire"),
            (*REJET_HEURES, 7, "N° contrat"),
        ],
        ["« B99 »", "table Bénéficiaires"],
    ),
    Cas(
        "situation d'une personne absente",
        ecrire("Situations", 3, **{"N° bénéficiaire": "B99"}),
        [("rejet", "ORPHELIN", "Situations", 3, "N° bénéficiaire")],
        ["« B99 »"],
    ),
    Cas(
        "deux opérations, un code",
        ajouter("Opérations", 2, **{"Type de donneur d'ordre": "Région"}),
        [
            ("rejet", "CLE_EN_DOUBLE", "Opérations", 2, "Code opération"),
            ("rejet", "CLE_EN_DOUBLE", "Opérations", 26, "Code opération"),
            ("rejet", "ORPHELIN", "Marchés", 2, "Code opération"),
            ("rejet", "ORPHELIN", "Entreprises", 2, "Code marché"),
            (*REJET_HEURES, 2, "Code marché"),
        ],
        ["(O01)"],
    ),
    Cas(
        "deux marchés, un code",
        ajouter("Marchés", 2, **{"Montant HT (€)": "1"}),
        [
            ("rejet", "CLE_EN_DOUBLE", "Marchés", 2, "Code marché"),
            ("rejet", "CLE_EN_DOUBLE", "Marchés", 26, "Code marché"),
            ("rejet", "ORPHELIN", "Entreprises", 2, "Code marché"),
            (*REJET_HEURES, 2, "Code marché"),
        ],
        ["(M01)"],
    ),
    Cas(
        "deux entreprises, un marché et un SIRET",
        ajouter("Entreprises", 2, Effectif="9"),
        [
            ("rejet", "CLE_EN_DOUBLE", "Entreprises", 2, "Code marché + SIRET"),
            ("rejet", "CLE_EN_DOUBLE", "Entreprises", 26, "Code marché + SIRET"),
        ],
        [f"(M01 / {fabrique.siret(101)})"],
    ),
    Cas(
        "deux personnes, un numéro",
        ajouter("Bénéficiaires", 10, **{"Nom": "Autrement"}),
        [
            ("rejet", "CLE_EN_DOUBLE", "Bénéficiaires", 10, "N° bénéficiaire"),
            ("rejet", "CLE_EN_DOUBLE", "Bénéficiaires", 26, "N° bénéficiaire"),
            ("rejet", "ORPHELIN", "Contrats", 10, "N° bénéficiaire"),
            (*REJET_HEURES, 10, "N° contrat"),
        ],
        ["(B09)"],
    ),
    Cas(
        "deux contrats, un numéro",
        ajouter("Contrats", 2, **{"Type de contrat": "CDI"}),
        [
            ("rejet", "CLE_EN_DOUBLE", "Contrats", 2, "N° contrat"),
            ("rejet", "CLE_EN_DOUBLE", "Contrats", 26, "N° contrat"),
            (*REJET_HEURES, 2, "N° contrat"),
        ],
        ["(C01)"],
    ),
    Cas(
        "deux lignes d'heures, un contrat, un marché, un mois",
        ajouter("Heures", 2, **{HT: "50"}),
        [
            ("rejet", "CLE_EN_DOUBLE", "Heures", 2, "N° contrat + Code marché + Mois"),
            ("rejet", "CLE_EN_DOUBLE", "Heures", 26, "N° contrat + Code marché + Mois"),
        ],
        ["C01 / M01"],
    ),
    Cas(
        "deux situations, une personne, un horizon, un jour",
        ajouter("Situations", 2, Situation="Chômage"),
        [
            ("rejet", "CLE_EN_DOUBLE", "Situations", n, "N° bénéficiaire + Horizon (mois) + Date du constat")
            for n in (2, 4)
        ],
        ["B01 / 6"],
    ),
    Cas(
        "deux lignes du bilan, une clé",
        ajouter("Bilan", 2, **{"Heures réalisées": "50"}),
        [("rejet", "CLE_EN_DOUBLE", "Bilan", n, "Réf. contrat + N° marché + Lot + Mois") for n in (2, 26)],
        ["C01 / M01 / 1"],
        bilan=True,
    ),
    Cas(
        "une ligne écartée n'a pas sa clé",
        ajouter("Heures", 2, **{HT: "-50"}),
        [("rejet", "HEURES_NEGATIVES", "Heures", 26, HT)],
    ),
]

CAS_ALERTE = [
    Cas(
        "code inconnu",
        ecrire("Marchés", 5, **{"Nature du marché": "Autre chose"}),
        [("alerte", "CODE_INCONNU", "Marchés", 5, "Nature du marché")],
        ["« Autre chose »", "« ND »", "dites à l'observatoire"],
    ),
    Cas(
        "programme inconnu : AUTRE",
        ecrire("Opérations", 5, Programme="Plan mystère"),
        [("alerte", "CODE_INCONNU", "Opérations", 5, "Programme")],
        ["« Plan mystère »", "« AUTRE »"],
    ),
    Cas(
        "une des catégories inconnue",
        ecrire("Bénéficiaires", 5, **{"Autres catégories": "DELD + Mystère"}),
        [("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "Autres catégories")],
        ["« Mystère »"],
    ),
    Cas(
        "oui ou non inconnu",
        ecrire("Bénéficiaires", 5, **{"QPV (O/N)": "peut-être"}),
        [("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "QPV (O/N)")],
        ["« peut-être »"],
    ),
    Cas(
        "ROME inconnu",
        ecrire("Contrats", 5, **{"Code ROME": "maçon"}),
        [("alerte", "CODE_INCONNU", "Contrats", 5, "Code ROME")],
        ["« maçon »"],
    ),
    Cas(
        "territoire inconnu",
        ecrire("Structure", 2, **{"Territoires d'intervention": "59 ; 999"}),
        [("alerte", "CODE_INCONNU", "Structure", 2, "Territoires d'intervention")],
        ["« 59 ; 999 »"],
    ),
    Cas(
        "ligne en double, écrite autrement",
        ajouter("Heures", 2, Mois=dt.date(2024, 2, 1), **{HT: 100.5}, **{HF: " 7.250 "}),
        [("alerte", "LIGNE_EN_DOUBLE", "Heures", 26, None)],
        ["identique à la ligne 2"],
    ),
    Cas(
        "ligne en triple",
        suite(ajouter("Bilan", 3), ajouter("Bilan", 3)),
        [("alerte", "LIGNE_EN_DOUBLE", "Bilan", n, None) for n in (26, 27)],
        ["identique à la ligne 3"],
        bilan=True,
    ),
    Cas(
        "SIRET à la clé fausse",
        ecrire("Entreprises", 5, SIRET="12345678901234"),
        [("alerte", "SIRET_INVALIDE", "Entreprises", 5, "SIRET")],
        ["« 12345678901234 »", "14 chiffres"],
    ),
    Cas(
        "SIRET trop court",
        ecrire("Contrats", 5, **{"SIRET employeur": "12345"}),
        [("alerte", "SIRET_INVALIDE", "Contrats", 5, "SIRET employeur")],
        ["« 12345 »"],
    ),
    Cas(
        "commune inconnue",
        ecrire("Opérations", 5, **{"Code commune d'exécution": "59000"}),
        [("alerte", "COMMUNE_INCONNUE", "Opérations", 5, "Code commune d'exécution")],
        ["« 59000 »", "code postal"],
    ),
    Cas(
        "commune en lettres",
        ecrire("Structure", 2, **{"Code commune": "Lille"}),
        [("alerte", "COMMUNE_INCONNUE", "Structure", 2, "Code commune")],
        ["« Lille »"],
    ),
    *(
        Cas(
            f"naissance {pourquoi}",
            ecrire("Bénéficiaires", 5, **{"Date de naissance": naissance}),
            [("alerte", "NAISSANCE_INVALIDE", "Bénéficiaires", 5, "Date de naissance")],
            [pourquoi, "par son numéro"],
        )
        for naissance, pourquoi in (
            (None, "absente"),
            ("inconnue", "illisible"),
            ("16/04/2024", "dans le futur"),  # the day after the extraction
            ("06/12/2009", "14 à 80 ans"),  # 13 at the contract's start, 5 December 2023
            ("05/12/1942", "14 à 80 ans"),  # 81 that day
        )
    ),
    Cas(
        "nom manquant",
        ecrire("Bénéficiaires", 5, Nom=None),
        [("alerte", "IDENTITE_INCOMPLETE", "Bénéficiaires", 5, "Nom")],
        ["par son numéro"],
    ),
    Cas(
        "nom sans lettre",
        ecrire("Bénéficiaires", 5, Nom="--"),
        [("alerte", "IDENTITE_INCOMPLETE", "Bénéficiaires", 5, "Nom")],
    ),
    Cas(
        "prénom manquant",
        ecrire("Bénéficiaires", 5, Prénom=None),
        [("alerte", "IDENTITE_INCOMPLETE", "Bénéficiaires", 5, "Prénom")],
    ),
    Cas(
        "ni nom ni prénom, bilan",
        ecrire("Bilan", 5, Nom=None, Prénom=None),
        [("alerte", "IDENTITE_INCOMPLETE", "Bilan", 5, "Nom")],
        bilan=True,
    ),
    Cas(
        "fin de contrat avant le début",
        ecrire("Contrats", 5, **{"Date de fin": "01/12/2023"}),
        [("alerte", "FIN_AVANT_DEBUT", "Contrats", 5, "Date de fin")],
        ["(01/12/2023)"],
    ),
    Cas(
        "fin d'opération avant le début",
        ecrire("Opérations", 5, **{"Date de fin": "01/08/2023"}),
        [("alerte", "FIN_AVANT_DEBUT", "Opérations", 5, "Date de fin")],
        ["(01/08/2023)"],
    ),
    Cas(
        "fin de marché avant la notification",
        ecrire("Marchés", 5, **{"Date de fin prévue": "30/09/2023"}),
        [("alerte", "FIN_AVANT_DEBUT", "Marchés", 5, "Date de fin prévue")],
        ["(30/09/2023)"],
    ),
    Cas(
        "fin de contrat illisible",
        ecrire("Contrats", 5, **{"Date de fin": "31/02/2024"}),
        [("alerte", "DATE_ILLISIBLE", "Contrats", 5, "Date de fin")],
        ["« 31/02/2024 »", "JJ/MM/AAAA"],
    ),
    Cas(
        "montant illisible",
        ecrire("Marchés", 5, **{"Montant HT (€)": "environ 3000"}),
        [("alerte", "NOMBRE_ILLISIBLE", "Marchés", 5, "Montant HT (€)")],
        ["« environ 3000 »", "1234,50"],
    ),
    Cas(
        "montant sans fin",
        ecrire("Marchés", 5, **{"Montant HT (€)": "9" * 400}),
        [("alerte", "NOMBRE_ILLISIBLE", "Marchés", 5, "Montant HT (€)")],
    ),
    Cas(
        "formation illisible",
        ecrire("Heures", 5, **{HF: "?"}),
        [("alerte", "NOMBRE_ILLISIBLE", "Heures", 5, HF)],
        ["« ? »"],
    ),
    Cas(
        "heures élevées",
        ecrire("Heures", 5, **{HT: "215,25", HF: "5"}),
        [("alerte", "HEURES_ELEVEES", "Heures", 5, HT)],
        ["220,25 heures", "plus de 220"],
    ),
    Cas(
        "heures élevées sur deux marchés",
        ajouter("Heures", 5, **{"Code marché": "M20", HT: "120"}),
        [("alerte", "HEURES_ELEVEES", "Heures", n, HT) for n in (5, 26)],
        ["235 heures"],
    ),
    Cas(
        "heures élevées, bilan",
        ecrire("Bilan", 5, **{"Heures réalisées": "220,5"}),
        [("alerte", "HEURES_ELEVEES", "Bilan", 5, "Heures réalisées")],
        ["220,5 heures"],
        bilan=True,
    ),
    Cas(
        "heures avant le contrat",
        ecrire("Contrats", 3, **{"Date de début": "02/04/2024"}),
        [("alerte", "HEURES_HORS_CONTRAT", "Heures", 3, MOIS)],
        ["2024-03", "commence le 02/04/2024"],
    ),
    Cas(
        "heures après le contrat",
        ecrire("Contrats", 3, **{"Date de fin": "29/02/2024"}),
        [("alerte", "HEURES_HORS_CONTRAT", "Heures", 3, MOIS)],
        ["2024-03", "finit le 29/02/2024"],
    ),
    Cas(
        "éligibilité dépassée",
        ecrire("Contrats", 3, **{"Date de début": "28/02/2022"}),
        [("alerte", "ELIGIBILITE_DEPASSEE", "Heures", 3, MOIS)],
        ["2024-03", "24 mois"],
    ),
    Cas(
        "éligibilité comptée du premier contrat de la personne",
        ajouter("Contrats", 3, **{"N° contrat": "C90", "Date de début": "28/02/2022", "Date de fin": None}),
        [("alerte", "ELIGIBILITE_DEPASSEE", "Heures", 3, MOIS)],
        ["2024-03"],
    ),
    Cas(
        "alternance antérieure au marché",
        ecrire("Contrats", 5, **{"Type de contrat": "Apprentissage", "Date de début": "30/09/2023"}),
        [("alerte", "ALTERNANCE_ANTERIEURE", "Contrats", 5, "Date de début")],
        ["30/09/2023", "M04"],
    ),
    Cas(
        "alternance antérieure au marché, bilan",
        ecrire("Bilan", 5, **{"Type de contrat": "Professionnalisation", "Début contrat": "30/09/2023"}),
        [("alerte", "ALTERNANCE_ANTERIEURE", "Bilan", 5, "Début contrat")],
        ["30/09/2023", "M04"],
        bilan=True,
    ),
    Cas(
        "QPV inconnu",
        ecrire("Bénéficiaires", 5, **{"Code QPV": "Wazemmes"}),
        [("alerte", "QPV_INCONNU", "Bénéficiaires", 5, "Code QPV")],
        ["« Wazemmes »", "sig.ville.gouv.fr"],
    ),
    Cas(
        "financement incohérent",
        ecrire("Structure", 2, **{"Financement région (%)": "11,5"}),
        [("alerte", "FINANCEMENT_INCOHERENT", "Structure", 2, None)],
        ["101,5 %"],
    ),
    Cas(
        "mois sans heures",
        changer_de_mois,
        [("alerte", "MOIS_SANS_HEURES", "Heures", None, MOIS)],
        ["2024-02"],
    ),
    Cas(
        "mois avec des heures nulles seulement",
        lambda t: [ligne.update({HT: "0", HF: "0"}) for ligne in t["Heures"] if ligne["Mois"] == "2024-03"],
        [("alerte", "MOIS_SANS_HEURES", "Heures", None, MOIS)],
        ["2024-03"],
    ),
    Cas(
        "colonne inconnue",
        lambda t: t["Heures"][0].update({"Taux horaire": "12"}),
        [("alerte", "COLONNE_INCONNUE", "Heures", 1, "Taux horaire")],
        ["« Taux horaire »"],
    ),
    Cas(
        "feuille inconnue",
        lambda t: t.update({"Feuil3": [{"note": "à revoir"}]}),
        [("alerte", "TABLE_INCONNUE", "Feuil3", None, None)],
        ["« Feuil3 »"],
    ),
    Cas(
        "conflit de référence",
        ecrire("Bilan", 5, **{"Nom structure": "Ancien nom"}),
        [("alerte", "CONFLIT_REFERENCE", "Bilan", 5, "Nom structure")],
        ["« Nom structure »", "S59000", "mois le plus récent"],
        bilan=True,
    ),
    Cas(
        "conflit sur la personne, sans rien en montrer",
        ajouter("Bilan", 2, **{"N° marché": "M90", "Nom": "Autrement"}),
        [("alerte", "CONFLIT_REFERENCE", "Bilan", 2, "Nom, prénom, naissance, sexe")],
        ["B01"],
        bilan=True,
    ),
]

# Deposits at the edge of a rule, which must not be reported.
CAS_SANS_CONSTAT = [
    Cas(
        "744 heures, c'est élevé, pas impossible",
        ecrire("Heures", 5, **{HT: "744", HF: None}),
        [("alerte", "HEURES_ELEVEES", "Heures", 5, HT)],
    ),
    Cas("220 heures", ecrire("Heures", 5, **{HT: "215", HF: "5"}), []),
    Cas(
        "220 heures, bilan, formation comprise",
        ecrire("Bilan", 5, **{"Heures réalisées": "220", "dont formation": "50"}),
        [],
        bilan=True,
    ),
    Cas("14 ans au début du contrat", ecrire("Bénéficiaires", 5, **{"Date de naissance": "05/12/2009"}), []),
    Cas("80 ans au début du contrat", ecrire("Bénéficiaires", 5, **{"Date de naissance": "06/12/1942"}), []),
    Cas("24 mois après le premier contrat", ecrire("Contrats", 3, **{"Date de début": "01/03/2022"}), []),
    Cas(
        "contrat qui commence et finit dans le mois",
        ecrire("Contrats", 3, **{"Date de début": "31/03/2024", "Date de fin": "31/03/2024"}),
        [],
    ),
    Cas(
        "alternance du jour de la notification",
        ecrire("Contrats", 5, **{"Type de contrat": "Apprentissage", "Date de début": "01/10/2023"}),
        [],
    ),
    Cas("financement à 101 %", ecrire("Structure", 2, **{"Financement région (%)": "11"}), []),
    Cas(
        "financement non dit",
        lambda t: [t["Structure"][0].update({e: None}) for e in list(t["Structure"][0]) if "inancement" in e],
        [],
    ),
    Cas(
        "parts en pourcentages d'Excel",
        lambda t: [
            t["Structure"][0].update({e: float(str(v)) / 100})
            for e, v in list(t["Structure"][0].items())
            if "inancement" in e
        ],
        [],
    ),
    Cas("sans Situations ni Animation", lambda t: (t.pop("Situations"), t.pop("Animation")), []),
    Cas(
        "cellules facultatives vides",
        suite(
            ecrire("Opérations", 5, **{"Programme": None, "Date de fin": None}),
            ecrire("Heures", 5, **{HF: None}),
            ecrire("Contrats", 5, **{"Date de fin": None, "Modalité": None, "SIRET employeur": None}),
            ecrire("Entreprises", 5, **{"SIRET": None, "Effectif": None}),
            ecrire("Bénéficiaires", 5, **{"QPV (O/N)": None, "Code QPV": None, "Niveau de formation": None}),
        ),
        [],
    ),
    Cas(
        "deux entreprises sans SIRET sur un marché",
        suite(
            ecrire("Entreprises", 5, SIRET=None),
            ajouter("Entreprises", 5, **{"Raison sociale": "Autre bâtisseur"}),
        ),
        [],
    ),
    Cas("une feuille vide de plus", lambda t: t.update({"Feuil2": []}), []),
    Cas(
        "la clé écarte aussi le lot au bilan",
        ajouter("Bilan", 5, Lot="2", **{"Heures réalisées": "50", "dont formation": None}),
        [],
        bilan=True,
    ),
    Cas("extraction le jour même", information("Date d'extraction", "31/12/2024"), []),
    Cas(
        "la date du nom complète la feuille",
        information("Date d'extraction", None),
        [],
        fichier="ABC_S59000_20230101_20231231_20240401",
    ),
]

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
        "tolerance_financement",
        "tables_rejets",
    }


def test_every_rule_has_a_case() -> None:
    couvertes = {regle for cas in CAS for regle in cas.regles}
    ailleurs = {
        ("refus", "ILLISIBLE"),  # test_reading.py
        ("refus", "PROTEGE"),  # test_reading.py
        ("refus", "VALIDATION"),  # below
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


# --- required values and columns, as the contract stars them -----------------------------------------------

VALEURS_OBLIGATOIRES = [
    ("Structure", "Code structure"),
    ("Opérations", "Code opération"),
    ("Marchés", "Code marché"),
    ("Marchés", "Code opération"),
    ("Entreprises", "Code marché"),
    ("Bénéficiaires", "N° bénéficiaire"),
    ("Contrats", "N° contrat"),
    ("Contrats", "N° bénéficiaire"),
    ("Contrats", "Date de début"),
    ("Heures", "N° contrat"),
    ("Heures", "Code marché"),
    ("Heures", "Mois"),
    ("Heures", "Heures travaillées"),
    ("Situations", "N° bénéficiaire"),
    ("Situations", "Horizon (mois)"),
    ("Animation", "Date"),
    *(
        ("Bilan", entete)
        for entete in (
            "Réf. contrat",
            "Réf. participant",
            "N° marché",
            "Mois",
            "Heures réalisées",
            "Début contrat",
            "Opération",
        )
    ),
]
COLONNES_REQUISES = {
    "Structure": ["Code structure", "Nom de la structure", "Code commune"],
    "Opérations": [
        "Code opération",
        "Donneur d'ordre",
        "Type de donneur d'ordre",
        "Code commune d'exécution",
    ],
    "Marchés": [
        "Code marché",
        "Code opération",
        "Article juridique",
        "Nature du marché",
        "Secteur d'activité",
    ],
    "Entreprises": ["Code marché", "SIRET", "Type d'entreprise"],
    "Bénéficiaires": [
        "N° bénéficiaire",
        "Nom",
        "Prénom",
        "Date de naissance",
        "Sexe",
        "Niveau de formation",
        "Catégorie principale",
        "Prescripteur",
    ],
    "Contrats": [
        "N° contrat",
        "N° bénéficiaire",
        "SIRET employeur",
        "Type d'employeur",
        "Type de contrat",
        "Code ROME",
        "Date de début",
    ],
    "Heures": ["N° contrat", "Code marché", "Mois", "Heures travaillées"],
    "Situations": ["N° bénéficiaire", "Horizon (mois)", "Situation"],
    "Animation": ["Date", "Type d'événement"],
}
BILAN_FACULTATIVES = {
    "Lot",
    "Programme",
    "Date notification",
    "Heures prévues",
    "SIRET entreprise",
    "SIRET MOA",
    "Effectif entreprise",
    "ZUS/QPV",
    "Poste occupé",
    "Fin contrat",
    "dont formation",
    "Situation à 6 mois",
    "Situation à 12 mois",
    "Situation à 18 mois",
    "Situation à 24 mois",
}


def test_required_values_are_those_the_contract_marks(tmp_path: Path) -> None:
    chemins = []
    for rang, (table, entete) in enumerate(VALEURS_OBLIGATOIRES):
        tables = fabrique.bilan() if table == "Bilan" else fabrique.relationnel()
        tables[table][-1][entete] = None
        nom = fabrique.NOM_BILAN if table == "Bilan" else "export"
        chemins.append(fabrique.ecrire_xlsx(tables, tmp_path / str(rang) / f"{nom}.xlsx"))
        derniere = len(tables[table]) + 1
        VALEURS_OBLIGATOIRES[rang] = (table, entete)
        assert derniere >= 2
    lot = fabrique.lire(*chemins)
    for rang, (table, entete) in enumerate(VALEURS_OBLIGATOIRES):
        ligne = {"Structure": 2, "Animation": 2, "Situations": 3}.get(table, 25)
        assert ("rejet", "VALEUR_MANQUANTE", table, ligne, entete) in fabrique.constats(lot, rang)
        assert fabrique.comptes(lot, rang)[table][2] == 1
    declarees = {
        (t.entete, c.entete) for la in charger_layouts() for t in la.tables for c in t.colonnes if c.valeur
    }
    assert declarees == set(VALEURS_OBLIGATOIRES)


def test_required_columns_are_those_the_contract_marks(tmp_path: Path) -> None:
    entetes_bilan = list(fabrique.bilan()["Bilan"][0])
    requises = COLONNES_REQUISES | {"Bilan": [e for e in entetes_bilan if e not in BILAN_FACULTATIVES]}
    attendues = [(t, e) for t, entetes in requises.items() for e in entetes]
    chemins = []
    for rang, (table, entete) in enumerate(attendues):
        tables = fabrique.bilan() if table == "Bilan" else fabrique.relationnel()
        for ligne in tables[table]:
            del ligne[entete]
        nom = fabrique.NOM_BILAN if table == "Bilan" else "export"
        if table == "Bilan":
            chemins.append(fabrique.ecrire_csv(tables, tmp_path / str(rang) / f"{nom}.csv"))
        else:
            chemins.append(fabrique.ecrire_zip(fabrique.fichiers_csv(tables), tmp_path / f"{rang}.zip"))
    lot = fabrique.lire(*chemins)
    for rang, (table, entete) in enumerate(attendues):
        assert fabrique.constats(lot, rang) == [("refus", "COLONNE_MANQUANTE", table, 1, entete)]


def test_columns_that_are_not_required_may_be_absent(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    for table, entetes in COLONNES_REQUISES.items():
        tables[table] = [{e: ligne[e] for e in entetes} for ligne in tables[table]]
    plat = fabrique.bilan()
    plat["Bilan"] = [{e: v for e, v in li.items() if e not in BILAN_FACULTATIVES} for li in plat["Bilan"]]
    lot = fabrique.lire(
        fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"),
        fabrique.ecrire_csv(plat, tmp_path / f"{fabrique.NOM_BILAN}.csv"),
    )
    assert (fabrique.constats(lot, 0), fabrique.constats(lot, 1)) == ([], [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5
    assert lot.tables["bilan"]["heures"].sum() == 24 * 107.75


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
