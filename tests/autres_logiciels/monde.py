"""The fictitious year of one structure, as rows of our tables: keys « Table · Colonne », values typed, words as their codes.

All that a deposit names has hours in it, so that a source that joins its tables says as much as one that does not.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fabrique import siret

Valeur = str | float | dt.date | tuple[str, ...] | None
Ligne = dict[str, Valeur]
Tables = dict[str, list[Ligne]]

PERIODES = (  # start, end, extraction: a year, then its last quarter corrected
    (dt.date(2024, 1, 1), dt.date(2024, 12, 31), dt.date(2025, 1, 20)),
    (dt.date(2024, 10, 1), dt.date(2024, 12, 31), dt.date(2025, 3, 10)),
)
HORIZONS = (6, 12, 18, 24)
COMMUNES = ("59350", "59599", "59512", "59009", "59392", "59606", "59178", "59122", "59183")
VILLES = ("Lille", "Tourcoing", "Roubaix", "Villeneuve-d'Ascq", "Maubeuge", "Valenciennes", "Douai")
MOTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("mots.yml").read_text(encoding="utf-8"))
NOMS: list[str] = MOTS["personnes"]["noms"]
PRENOMS: list[str] = MOTS["personnes"]["prenoms"]
METIERS = {
    "F1703": "Maçon",
    "F1704": "Agent de préfabrication",
    "K2204": "Agent de propreté",
    "A1203": "Jardinier",
    "F1606": "Peintre en bâtiment",
    "G1603": "Employé de cuisine",
    "N4101": "Conducteur routier",
}
BASES = ("COND_EXEC", "COND_EXEC", "COND_EXEC_CRITERE", "RESERVE_IAE", "MARCHE_INSERTION")
SECTEURS = {
    "TRAVAUX": ("BATIMENT", "TRAVAUX_PUBLICS"),
    "SERVICES": ("NETTOYAGE", "ESPACES_VERTS", "RESTAURATION"),
}
EMPLOYEURS = ("ENT", "ENT", "ETTI", "EI", "GEIQ", "ACI", "ENT", "ETT")
CONTRATS = {"ENT": ("CDD", "CDI"), "ETTI": ("CTTI",), "ETT": ("CTT",), "GEIQ": ("PROFESSIONNALISATION",)}
MODALITES = {"ETTI": "MISE_A_DISPOSITION", "ETT": "MISE_A_DISPOSITION", "GEIQ": "MISE_A_DISPOSITION"}
SITUATIONS = ("CDI", "CDD_6P", "INTERIM_M6", "FORMATION", "CHOMAGE", "INACTIF")


@dataclass
class Depot:
    """What one structure deposits at one time; `tables` by name, `plat`: the same as rows of the flat layout."""

    structure: str
    debut: dt.date
    fin: dt.date
    extraction: dt.date
    tables: Tables

    @property
    def nom(self) -> str:
        return f"ABC_{self.structure}_{self.debut:%Y%m%d}_{self.fin:%Y%m%d}_{self.extraction:%Y%m%d}"

    @property
    def mois(self) -> list[dt.date]:
        """First days of the months of the period."""
        return [dt.date(self.debut.year, m, 1) for m in range(self.debut.month, self.fin.month + 1)]


def depots(hasard: random.Random, structure: str = "S59000", rang: int = 0) -> list[Depot]:
    """The two deposits of a structure; `rang` keeps the companies of two structures apart."""
    annee = _annee(hasard, structure, rang)
    rendus = []
    for numero, (debut, fin, extraction) in enumerate(PERIODES):
        tables = {nom: [dict(ligne) for ligne in lignes] for nom, lignes in annee.items()}
        if numero:
            for heure in tables["Heures"]:
                if hasard.random() < 0.2:
                    heure["Heures · Heures travaillées"] = hasard.randrange(20, 280) / 4
        rendus.append(
            Depot(structure, debut, fin, extraction, _de_la_periode(tables, debut, fin, extraction))
        )
    return rendus


def plat(depot: Depot) -> list[Ligne]:
    """The deposit as rows of the flat layout: a contract, a marché, a month."""
    t = depot.tables
    (structure,) = t["Structure"]
    operations = {o["Opérations · Code opération"]: o for o in t["Opérations"]}
    marches = {m["Marchés · Code marché"]: m for m in t["Marchés"]}
    personnes = {p["Bénéficiaires · N° bénéficiaire"]: p for p in t["Bénéficiaires"]}
    contrats = {c["Contrats · N° contrat"]: c for c in t["Contrats"]}
    entreprises = {(e["Entreprises · Code marché"], e["Entreprises · SIRET"]): e for e in t["Entreprises"]}
    situations = {
        (s["Situations · N° bénéficiaire"], s["Situations · Horizon (mois)"]): s["Situations · Situation"]
        for s in t["Situations"]
    }
    lignes: list[Ligne] = []
    for h in t["Heures"]:
        c = contrats[h["Heures · N° contrat"]]
        m = marches[h["Heures · Code marché"]]
        o = operations[m["Marchés · Code opération"]]
        p = personnes[c["Contrats · N° bénéficiaire"]]
        e = entreprises[h["Heures · Code marché"], c["Contrats · SIRET employeur"]]
        categorie, autres = p["Bénéficiaires · Catégorie principale"], p["Bénéficiaires · Autres catégories"]
        assert isinstance(categorie, str)
        assert isinstance(autres, tuple)
        travail, formation = h["Heures · Heures travaillées"], h["Heures · Heures de formation"]
        assert isinstance(travail, float)
        assert isinstance(formation, float | None)
        ligne: Ligne = {
            "Code structure": structure["Structure · Code structure"],
            "Nom structure": structure["Structure · Nom de la structure"],
            "Commune structure": structure["Structure · Code commune"],
            "Maître d'ouvrage": o["Opérations · Donneur d'ordre"],
            "SIRET MOA": o["Opérations · SIRET donneur d'ordre"],
            "Type MOA": o["Opérations · Type de donneur d'ordre"],
            "Opération": o["Opérations · Intitulé de l'opération"],
            "Programme": o["Opérations · Programme"],
            "Commune d'exécution": o["Opérations · Code commune d'exécution"],
            "N° marché": m["Marchés · Code marché"],
            "Lot": m["Marchés · N° lot"],
            "Article CMP": m["Marchés · Article juridique"],
            "Prestation": m["Marchés · Nature du marché"],
            "Secteur": m["Marchés · Secteur d'activité"],
            "Montant du marché": m["Marchés · Montant HT (€)"],
            "Date notification": m["Marchés · Date de notification"],
            "Heures prévues": m["Marchés · Heures d'insertion prévues"],
            "Entreprise": e["Entreprises · Raison sociale"],
            "SIRET entreprise": e["Entreprises · SIRET"],
            "Type entreprise": e["Entreprises · Type d'entreprise"],
            "Effectif entreprise": e["Entreprises · Effectif"],
            "Réf. participant": p["Bénéficiaires · N° bénéficiaire"],
            "Nom": p["Bénéficiaires · Nom"],
            "Prénom": p["Bénéficiaires · Prénom"],
            "Né(e) le": p["Bénéficiaires · Date de naissance"],
            "Sexe": p["Bénéficiaires · Sexe"],
            "Commune participant": p["Bénéficiaires · Code commune de résidence"],
            "ZUS/QPV": p["Bénéficiaires · QPV (O/N)"],
            "Niveau": p["Bénéficiaires · Niveau de formation"],
            "Statut à l'entrée": (categorie, *autres),
            "Prescripteur": p["Bénéficiaires · Prescripteur"],
            "Réf. contrat": c["Contrats · N° contrat"],
            "Type de contrat": c["Contrats · Type de contrat"],
            "Poste occupé": c["Contrats · Métier"],
            "ROME": c["Contrats · Code ROME"],
            "Début contrat": c["Contrats · Date de début"],
            "Fin contrat": c["Contrats · Date de fin"],
            "Mois": h["Heures · Mois"],
            "Heures réalisées": travail + (formation or 0),
            "dont formation": formation,
        }
        for horizon in HORIZONS:
            numero = p["Bénéficiaires · N° bénéficiaire"]
            ligne[f"Situation à {horizon} mois"] = situations.get((numero, str(horizon)))
        lignes.append({f"Bilan · {colonne}": valeur for colonne, valeur in ligne.items()})
    return lignes


def _de_la_periode(tables: Tables, debut: dt.date, fin: dt.date, extraction: dt.date) -> Tables:
    def du(jour: Valeur, au: dt.date = fin) -> bool:
        return isinstance(jour, dt.date) and debut <= jour <= au

    heures = [h for h in tables["Heures"] if du(h["Heures · Mois"])]
    contrats = _nommes(tables["Contrats"], "Contrats · N° contrat", heures, "Heures · N° contrat")
    marches = _nommes(tables["Marchés"], "Marchés · Code marché", heures, "Heures · Code marché")
    personnes = _nommes(
        tables["Bénéficiaires"], "Bénéficiaires · N° bénéficiaire", contrats, "Contrats · N° bénéficiaire"
    )
    operations = _nommes(
        tables["Opérations"], "Opérations · Code opération", marches, "Marchés · Code opération"
    )
    situations = _nommes(
        tables["Situations"], "Situations · N° bénéficiaire", personnes, "Bénéficiaires · N° bénéficiaire"
    )
    sirets = {c["Contrats · N° contrat"]: c["Contrats · SIRET employeur"] for c in contrats}
    paires = {(h["Heures · Code marché"], sirets[h["Heures · N° contrat"]]) for h in heures}
    entreprises = [
        e
        for e in tables["Entreprises"]
        if (e["Entreprises · Code marché"], e["Entreprises · SIRET"]) in paires
    ]
    return {
        "Structure": tables["Structure"],
        "Opérations": operations,
        "Marchés": marches,
        "Entreprises": entreprises,
        "Bénéficiaires": personnes,
        "Contrats": contrats,
        "Heures": heures,
        "Situations": [s for s in situations if du(s["Situations · Date du constat"], extraction)],
        "Animation": [a for a in tables["Animation"] if du(a["Animation · Date"])],
    }


def _nommes(lignes: list[Ligne], cle: str, autres: list[Ligne], renvoi: str) -> list[Ligne]:
    """The rows that others name."""
    nommes = {autre[renvoi] for autre in autres}
    return [ligne for ligne in lignes if ligne[cle] in nommes]


def _annee(h: random.Random, structure: str, rang: int) -> Tables:
    t: Tables = {}
    t["Structure"] = [_sous("Structure", _structure(h, structure, rang))]
    t["Opérations"] = [_sous("Opérations", _operation(h, i, rang)) for i in range(6)]
    t["Marchés"] = [_sous("Marchés", _marche(h, i)) for i in range(14)]
    noms = zip(h.sample(NOMS, 8), h.choices(("BTP", "SARL", "et fils", "SAS"), k=8), strict=True)
    employeurs: list[Ligne] = [
        {
            "SIRET": siret(1000 * (rang + 1) + i),
            "Raison sociale": f"{nom} {suite}",
            "Type d'entreprise": EMPLOYEURS[i],
            "Effectif": float(h.choice((4, 12, 38, 75, 260, 900))),
        }
        for i, (nom, suite) in enumerate(noms)
    ]
    t["Bénéficiaires"] = [_sous("Bénéficiaires", _personne(h, i)) for i in range(42)]
    contrats: list[Ligne] = []
    heures: list[Ligne] = []
    situations: list[Ligne] = []
    paires: set[tuple[Valeur, int]] = set()
    for i in range(56):
        personne = t["Bénéficiaires"][i % 42]
        employeur = employeurs[h.randrange(8)]
        debut = dt.date(2024, 1, 2) + dt.timedelta(h.randrange(150) + (190 if i >= 42 else 0))
        fin = debut + dt.timedelta(h.randrange(25, 330))
        type_employeur = employeur["Type d'entreprise"]
        assert isinstance(type_employeur, str)
        rome = h.choice(list(METIERS))
        numero = f"C{i + 1:05}"
        contrats.append(
            {
                "N° contrat": numero,
                "N° bénéficiaire": personne["Bénéficiaires · N° bénéficiaire"],
                "SIRET employeur": employeur["SIRET"],
                "Type d'employeur": type_employeur,
                "Modalité": MODALITES.get(type_employeur, "EMBAUCHE_DIRECTE"),
                "Type de contrat": h.choice(CONTRATS.get(type_employeur, ("CDDI",))),
                "Code ROME": rome,
                "Métier": METIERS[rome],
                "Date de début": debut,
                "Date de fin": None if h.random() < 0.1 else fin,
                "Tuteur (O/N)": h.choice("OON"),
            }
        )
        marches = h.sample(t["Marchés"], 2 if h.random() < 0.15 else 1)
        for mois in range(debut.month, 13):
            if dt.date(2024, mois, 1) > fin:
                break
            for marche in marches:
                code = marche["Marchés · Code marché"]
                paires.add((code, employeurs.index(employeur)))
                heures.append(
                    {
                        "N° contrat": numero,
                        "Code marché": code,
                        "Mois": dt.date(2024, mois, 1),
                        "Heures travaillées": h.randrange(20, 560) // len(marches) / 4,
                        "Heures de formation": h.randrange(4, 60) / 4 if h.random() < 0.25 else None,
                    }
                )
        for horizon in HORIZONS[:2]:
            constat = debut + dt.timedelta(30 * horizon + h.randrange(20))
            if i < 42 and constat <= PERIODES[0][2] and h.random() < 0.8:
                situations.append(
                    {
                        "N° bénéficiaire": personne["Bénéficiaires · N° bénéficiaire"],
                        "Horizon (mois)": str(horizon),
                        "Date du constat": constat,
                        "Situation": h.choice(SITUATIONS),
                        "Qualification obtenue (O/N)": h.choice(("O", "N", None)),
                    }
                )
    t["Contrats"] = [_sous("Contrats", c) for c in contrats]
    t["Heures"] = [_sous("Heures", x) for x in heures]
    t["Situations"] = [_sous("Situations", s) for s in situations]
    t["Entreprises"] = [
        _sous(
            "Entreprises",
            {
                "Code marché": code,
                **employeurs[i],
                "Rôle": h.choice(("Titulaire", "Co-traitant", "Sous-traitant")),
                "Heures d'insertion engagées": float(h.randrange(100, 2000, 50)),
            },
        )
        for code, i in sorted(paires, key=str)
    ]
    t["Animation"] = [
        _sous(
            "Animation",
            {
                "Date": dt.date(2024, mois, h.randrange(1, 28)),
                "Type d'événement": h.choice(
                    ("COMITE_DEPARTEMENTAL", "RENCONTRE_DO", "RENCONTRE_ENTREPRISE")
                ),
                "Organisme": f"{h.choice(('Ville', 'Agglomération', 'Fédération'))} de {h.choice(VILLES)}",
                "Type d'organisme": h.choice(("Collectivité", "Entreprise", "Bailleur social")),
                "Participants": float(h.randrange(2, 40)),
            },
        )
        for mois in range(1, 13)
    ]
    return t


def _sous(table: str, ligne: Ligne) -> Ligne:
    return {f"{table} · {colonne}": valeur for colonne, valeur in ligne.items()}


def _structure(h: random.Random, code: str, rang: int) -> Ligne:
    return {
        "Code structure": code,
        "Nom de la structure": f"Maison de l'emploi du {('Douaisis', 'Valenciennois')[rang]}",
        "Nature juridique": "Association",
        "SIRET": siret(10 + rang),
        "Code commune": COMMUNES[6 - rang],
        "Facilitateurs (nombre)": 3.0,
        "Facilitateurs (ETP)": 2.5,
        "Territoires d'intervention": "59",
        "Financement communes et EPCI (%)": 30.0,
        "Financement département (%)": 20.0,
        "Financement région (%)": 10.0,
        "Financement FSE (%)": 22.0,
        "Financement État (%)": 9.0,
        "Financement privé (%)": 4.0,
        "Autres financements (%)": 5.0,
    }


def _operation(h: random.Random, i: int, rang: int) -> Ligne:
    debut = dt.date(2023, 1 + h.randrange(12), 1)
    projet = h.choice(("Groupe scolaire", "Rénovation du quartier", "Entretien des parcs"))
    acheteur = h.randrange(4)
    return {
        "Code opération": f"OP{i + 1:03}",
        "Intitulé de l'opération": f"{projet} {i + 1}",
        "Donneur d'ordre": (
            "Ville de Fictive",
            "Agglo des Essais",
            "Habitat Imaginé",
            "Conseil de l'Exemple",
        )[acheteur],
        "SIRET donneur d'ordre": siret(500 + 10 * rang + acheteur),
        "Type de donneur d'ordre": ("COMMUNE", "EPCI", "BAILLEUR", "DEPARTEMENT")[acheteur],
        "Programme": ("AUCUN", "NPNRU", "AUCUN", "PNRU", "NPNRU", "AUCUN")[i],
        "Volet ANRU": (None, "INVESTISSEMENT", None, "INGENIERIE", "GUP", None)[i],
        "Code commune d'exécution": h.choice(COMMUNES),
        "Date de début": debut,
        "Date de fin": debut + dt.timedelta(h.randrange(800, 1400)),
        "Heures travaillées prévues": float(h.randrange(10_000, 90_000, 500)),
    }


def _marche(h: random.Random, i: int) -> Ligne:
    nature = ("TRAVAUX", "SERVICES")[i % 2]
    secteur = h.choice(SECTEURS[nature])
    notification = dt.date(2023, 6, 1) + dt.timedelta(h.randrange(180))
    return {
        "Code marché": f"M{i + 1:04}",
        "Code opération": f"OP{i % 6 + 1:03}",
        "N° lot": str(i // 6 + 1),
        "Objet du marché": f"Lot {i // 6 + 1} {secteur.lower().replace('_', ' ')}",
        "Article juridique": h.choice(BASES),
        "Nature du marché": nature,
        "Secteur d'activité": secteur,
        "Code CPV": h.choice(("45210000", "45230000", "77310000", "90910000")),
        "Montant HT (€)": round(h.uniform(20_000, 3_000_000), 2),
        "Date de notification": notification,
        "Date de fin prévue": notification + dt.timedelta(h.randrange(500, 1100)),
        "Heures d'insertion prévues": float(h.randrange(200, 6000, 20)),
        "Pénalité par heure (€)": float(h.choice((30, 40, 60))),
    }


def _personne(h: random.Random, i: int) -> Ligne:
    qpv = h.random() < 0.35
    categorie = h.choice(("DELD", "RSA", "RSA", "TH", "JEUNE", "IAE"))
    autre = h.choice(("MINIMA", "SENIOR", "REFUGIE"))
    return {
        "N° bénéficiaire": f"B{i + 1:05}",
        "Nom": NOMS[(i * 7) % 30],
        "Prénom": PRENOMS[(i * 3 + i // 20) % 20],
        "Date de naissance": dt.date(1964, 1, 1) + dt.timedelta(h.randrange(15_000)),
        "Sexe": h.choice("FHH"),
        "Code commune de résidence": "59350" if qpv else h.choice(COMMUNES),
        "QPV (O/N)": "O" if qpv else "N",
        "Code QPV": "QP059013" if qpv else None,
        "Niveau de formation": h.choice(("INFRA3", "N3", "N3", "N4", "N5")),
        "Catégorie principale": categorie,
        "Autres catégories": (autre,) if h.random() < 0.25 else (),
        "Prescripteur": h.choice(("FT", "ML", "PLIE", "CAP_EMPLOI", "SIAE")),
        "Référent de parcours (O/N)": h.choice(("O", "N", None)),
    }
