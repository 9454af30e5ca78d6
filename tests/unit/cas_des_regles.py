"""Tiny deposits, each a good one spoiled in one way, and the findings it must give: the truth of `test_rules.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import fabrique
from fabrique import Ligne, Tables, Valeur

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


def glisser(table: str, ligne: int, depuis: str) -> Callable[[Tables], None]:
    """One cell is missing: those after it slip to the left."""

    def gater(tables: Tables) -> None:
        cellules = tables[table][ligne - 2]
        entetes = list(cellules)
        rang = entetes.index(depuis)
        suivantes = [*(cellules[e] for e in entetes[rang + 1 :]), None]
        cellules |= dict(zip(entetes[rang:], suivantes, strict=True))

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


def partager(table: str, *noms: str) -> Callable[[Tables], None]:
    """The first half of its rows in one sheet, the second in another."""

    def gater(tables: Tables) -> None:
        lignes = tables.pop(table)
        milieu = len(lignes) // 2
        tables |= dict(zip(noms, (lignes[:milieu], lignes[milieu:]), strict=True))

    return gater


def dedoubler(table: str, colonne: str, entete: str, valeur: Valeur) -> Callable[[Tables], None]:
    """Another column that may be the same, with this value on every row."""

    def gater(tables: Tables) -> None:
        for ligne in tables[table]:
            assert colonne in ligne
            ligne[entete] = valeur

    return gater


CAS_REFUS = [
    Cas(
        "deux colonnes d'heures",
        dedoubler("Heures", HT, "Heures  travaillées", "10"),
        [("refus", "COLONNE_EN_DOUBLE", "Heures", 1, HT)],
        ["deux colonnes pour « Heures travaillées »", "(colonne D)", "(colonne F)"],
    ),
    Cas(
        "deux feuilles qui se contredisent",
        lambda t: t.update({"Heures corrigées": [{**li, HT: "10"} for li in t["Heures"]]}),
        [("refus", "FEUILLES_EN_CONCURRENCE", "Heures", None, None)],
        ["« Heures » et « Heures corrigées »"],
    ),
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
        "heures en erreur",
        ecrire("Heures", 5, **{HT: "#REF!"}),
        [("rejet", "CELLULE_EN_ERREUR", "Heures", 5, HT)],
        ["« #REF! »", "n'est pas comptée"],
    ),
    Cas(
        "contrat en erreur",
        ecrire("Heures", 5, **{"N° contrat": "#N/A"}),
        [("rejet", "CELLULE_EN_ERREUR", "Heures", 5, "N° contrat")],
    ),
    Cas(
        "formation non calculée",
        ecrire("Heures", 5, **{HF: "formule non calculée"}),
        [("rejet", "FORMULE_SANS_VALEUR", "Heures", 5, HF)],
        ["Ouvrez le classeur dans Excel, enregistrez-le"],
    ),
    Cas(
        "heures fusionnées",
        ecrire("Heures", 5, **{HT: "cellule fusionnée"}),
        [("rejet", "VALEUR_FUSIONNEE", "Heures", 5, HT)],
    ),
    Cas(
        "autre structure",
        ecrire("Bilan", 5, **{"Code structure": "S80099"}),
        [("rejet", "AUTRE_STRUCTURE", "Bilan", 5, "Code structure")],
        ["d'une autre structure", "« S80099 »", "« S59000 »"],
        bilan=True,
    ),
    Cas(
        "ligne décalée vers la gauche",
        glisser("Bénéficiaires", 25, "N° bénéficiaire"),
        [
            ("rejet", "LIGNE_DECALEE", "Bénéficiaires", 25, "Date de naissance"),
            ("alerte", "NAISSANCE_INVALIDE", "Bénéficiaires", 25, "Date de naissance"),
            ("alerte", "IDENTITE_INCOMPLETE", "Bénéficiaires", 25, "Nom"),
            ("rejet", "ORPHELIN", "Contrats", 25, "N° bénéficiaire"),
            (*REJET_HEURES, 25, "N° contrat"),
        ],
        ["glissé", "« Date de naissance »", "Rétablissez"],
    ),
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
        "octobre ou janvier",
        ecrire("Heures", 7, Mois="2024.1"),
        [("rejet", "ECRITURE_AMBIGUE", "Heures", 7, MOIS)],
        ["« 2024.1 »", "janvier, ou octobre", "2024-10"],
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
        "montant en erreur",
        ecrire("Marchés", 5, **{"Montant HT (€)": "#DIV/0!"}),
        [("alerte", "CELLULE_EN_ERREUR", "Marchés", 5, "Montant HT (€)")],
        ["« #DIV/0! »", "non renseignée"],
    ),
    Cas(
        "formation en erreur, bilan",
        ecrire("Bilan", 5, **{"dont formation": "#VALEUR!"}),
        [("alerte", "CELLULE_EN_ERREUR", "Bilan", 5, "dont formation")],
        bilan=True,
    ),
    Cas(
        "fin de contrat non calculée",
        ecrire("Contrats", 5, **{"Date de fin": "formule non calculée"}),
        [("alerte", "FORMULE_SANS_VALEUR", "Contrats", 5, "Date de fin")],
    ),
    Cas(
        "montant fusionné",
        ecrire("Marchés", 5, **{"Montant HT (€)": "cellule fusionnée"}),
        [("alerte", "VALEUR_FUSIONNEE", "Marchés", 5, "Montant HT (€)")],
    ),
    Cas(
        "deux colonnes de métier",
        dedoubler("Contrats", "Métier", "MÉTIER", "Peinture"),
        [("alerte", "COLONNE_EN_DOUBLE", "Contrats", 1, "Métier")],
        ["aucune n'est lue"],
    ),
    Cas(
        "formule écrite pour un métier",
        ecrire("Contrats", 5, **{"Métier": "=CONCATENER(A2;B2)"}),
        [("alerte", "FORMULE_SANS_VALEUR", "Contrats", 5, "Métier")],
    ),
    Cas(
        "programme en cours de chargement",
        ecrire("Contrats", 5, **{"Métier": "Chargement..."}),
        [("alerte", "CELLULE_EN_ERREUR", "Contrats", 5, "Métier")],
    ),
    Cas(
        "nom de dépôt d'une autre structure",
        lambda t: None,
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)],
        ["le nom du dépôt dit « S1 », la feuille « S59000 »"],
        fichier="ABC_S1_20240101_20240331_20240415",
    ),
    Cas(
        "nom de dépôt d'une autre période",
        lambda t: None,
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)],
        ["pour la fin de période, le nom du dépôt dit « 30/04/2024 », la feuille « 31/03/2024 »"],
        fichier="ABC_s59000_20240101_20240430_20240415",
    ),
    Cas(
        "table d'une autre structure",
        ecrire("Structure", 2, **{"Code structure": "S1"}),
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)],
        ["celui de « S59000 », la table Structure dit « S1 »"],
    ),
    Cas(
        "table d'une structure d'un autre nom",
        ecrire("Structure", 2, **{"Nom de la structure": "PLIE d'ailleurs"}),
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)],
        ["la table Structure dit « PLIE d'ailleurs »"],
    ),
    Cas(
        "deux codes dans la feuille",
        lambda t: t["Informations"].append({"Clé": "Structure", "Valeur": "S1"}),
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)],
        ["la feuille dit « S59000 », puis « S1 »"],
    ),
    Cas(
        "heures sur deux feuilles",
        partager("Heures", "Heures S1", "Heures S2"),
        [("alerte", "FEUILLES_REUNIES", "Heures", None, None)],
        ["« Heures S1 », « Heures S2 »"],
    ),
    Cas(
        "feuille d'heures vide",
        lambda t: t.update({"Heures réalisées": t["Heures"], "Heures": [dict.fromkeys(t["Heures"][0])]}),
        [("alerte", "FEUILLE_SANS_LIGNE", "Heures", None, None)],
        ["« Heures » n'a aucune ligne", "« Heures réalisées »"],
    ),
    Cas(
        "cellules décalées, numéro en place",
        glisser("Bénéficiaires", 5, "Nom"),
        [
            ("alerte", "LIGNE_DECALEE", "Bénéficiaires", 5, "Date de naissance"),
            ("alerte", "NAISSANCE_INVALIDE", "Bénéficiaires", 5, "Date de naissance"),
            ("alerte", "IDENTITE_INCOMPLETE", "Bénéficiaires", 5, "Nom"),
        ],
        ["seul le numéro est repris"],
    ),
    Cas(
        "nom d'une personne dans un code",
        suite(
            ecrire("Contrats", 5, **{"N° contrat": "CDD QUELCONQUEF Camille 3"}),
            ecrire("Heures", 5, **{"N° contrat": "CDD QUELCONQUEF Camille 3"}),
        ),
        [
            ("alerte", "NOM_EN_CLAIR", "Contrats", 5, "N° contrat"),
            ("alerte", "NOM_EN_CLAIR", "Heures", 5, "N° contrat"),
        ],
        ["remplacé par une empreinte", "« N° contrat »"],
    ),
    Cas(
        "intitulé qui n'est qu'un nom",
        ecrire("Opérations", 5, **{"Intitulé de l'opération": "Mme Camille Quelconquef"}),
        [("alerte", "NOM_EN_CLAIR", "Opérations", 5, "Intitulé de l'opération")],
        ["Supprimez les noms"],
    ),
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
        "SIRET de remplissage : la raison sociale tient lieu de clé",
        suite(
            ajouter("Entreprises", 2, SIRET="00000000000000", **{"Raison sociale": "Une"}),
            ajouter("Entreprises", 2, SIRET="00000000000000", **{"Raison sociale": "Autre"}),
        ),
        [("alerte", "SIRET_INVALIDE", "Entreprises", n, "SIRET") for n in (26, 27)],
        ["« 00000000000000 »", "Vérifiez"],
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
        "montant aux milliers douteux",
        ecrire("Marchés", 5, **{"Montant HT (€)": "221.000"}),
        [("alerte", "ECRITURE_AMBIGUE", "Marchés", 5, "Montant HT (€)")],
        ["« 221.000 »", "sépare peut-être les milliers", "1234,50"],
    ),
    Cas(
        "date du soir d'avant",
        ecrire("Contrats", 5, **{"Date de fin": "2024-12-30 23:50:39"}),
        [("alerte", "ECRITURE_INTERPRETEE", "Contrats", 5, "Date de fin")],
        ["« Date de fin »", "jour suivant", "(1 ligne, par exemple « 2024-12-30 23:50:39 »)"],
    ),
    Cas(
        "métier plus récent que la liste",
        ecrire("Contrats", 5, **{"Code ROME": "F1799"}),
        [("alerte", "ROME_NOUVEAU", "Contrats", 5, "Code ROME")],
        ["« F1799 »", "famille F17"],
    ),
    Cas(
        "quartier de forme juste, mais d'aucune liste",
        ecrire("Bénéficiaires", 3, **{"Code QPV": "QN05999M"}),
        [("alerte", "QPV_HORS_LISTE", "Bénéficiaires", 3, "Code QPV")],
        ["« QN05999M »", "sig.ville.gouv.fr"],
    ),
    Cas(
        "code d'une commune, nom d'une autre",
        ecrire("Bénéficiaires", 3, **{"Code commune de résidence": "13001 - Marseille"}),
        [("alerte", "COMMUNE_CONTREDITE", "Bénéficiaires", 3, "Code commune de résidence")],
        ["« 13001 - Marseille »", "Aix-en-Provence"],
    ),
    Cas(
        "montant sans fin",
        ecrire("Marchés", 5, **{"Montant HT (€)": "9" * 400}),
        [("alerte", "NOMBRE_ILLISIBLE", "Marchés", 5, "Montant HT (€)")],
    ),
    Cas(
        "formation illisible",
        ecrire("Heures", 5, **{HF: "?"}),
        [("rejet", "NOMBRE_ILLISIBLE", "Heures", 5, HF)],
        ["« ? »", "n'est pas comptée"],
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
        "un nom dans un intitulé plus long, ou un mot plus long dans un code",
        suite(
            ecrire("Opérations", 5, **{"Intitulé de l'opération": "École Camille Quelconquef, rue Camille"}),
            ecrire("Entreprises", 5, **{"Raison sociale": "Boulangerie Quelconquef"}),
            ecrire("Marchés", 5, **{"N° lot": "CAMILLERIE-QUELCONQUE"}),
        ),
        [],
    ),
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
    Cas(
        "informations en largeur",
        lambda t: t.update({"Informations": [{str(li["Clé"]): li["Valeur"] for li in t["Informations"]}]}),
        [],
    ),
    Cas("la période finit à la fin d'une journée", information("Fin de période", "31/03/2024 23:59:59"), []),
    Cas(
        "le contrat finit à la fin d'une journée",
        ecrire("Contrats", 5, **{"Date de fin": "30/06/2024 23:59"}),
        [],
    ),
    Cas("extraction le jour même", information("Date d'extraction", "31/12/2024"), []),
    Cas(
        "la date du nom complète la feuille",
        information("Date d'extraction", None),
        [("alerte", "IDENTITE_DISCORDANTE", "Informations", None, None)]
        * 2,  # of the period, the sheet's is kept
        fichier="ABC_S59000_20230101_20231231_20240401",
    ),
]
