"""What becomes of persons (S01), their paths (S05 and `marts.parcours`): from the definitions, in dicts and loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from math import sqrt
from typing import Any

from .calcul import Cle, Etat, plus_mois
from .valeurs import HORIZONS

TABLEAUX = ("S01", "S05")
NIVEAUX = ("national", "region", "departement", "structure")
DURABLE = {"CDI", "CDD_6P", "INTERIM_6P", "FONCTION_PUBLIQUE", "CREATION", "ALTERNANCE"}
TRANSITION = {"CDD_M6", "INTERIM_M6", "AIDE"}
POSITIVE = {"FORMATION", "AUTRE_SIAE"}
DROIT_COMMUN = {"CDI", "CDD_6P", "CDD_M6", "INTERIM_6P", "INTERIM_M6"}
COMPTES = {
    "durable": DURABLE,
    "transition": TRANSITION,
    "positive": POSITIVE,
    "sorties_positives": DURABLE | TRANSITION | POSITIVE,
    "droit_commun": DROIT_COMMUN,
    "cdi": {"CDI"},
    "cdd": {"CDD_6P", "CDD_M6"},
}
LECTURES = {
    "durable": DURABLE,
    "positif": DURABLE | TRANSITION | POSITIVE,
    "droit_commun": DROIT_COMMUN,
}
MINIMUM = 20
AXES_S01 = ("sexe", "categorie_public", "secteur", "type_donneur_ordre", "type_employeur")
AXES_S05 = {"sexe": "sexe", "categorie_public": "categorie_public", "secteur": "secteur_principal"}


def parcours(etat: Etat) -> dict[Any, dict[str, Any]]:
    """One path per person having hours, keyed by her first contract."""
    faits: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for f in etat.faits:
        faits[f["personne"]].append(f)
    return {p["premier_contrat"]: p for p in (_parcours(etat, *x) for x in faits.items())}


def _parcours(etat: Etat, personne: Any, faits: list[dict[str, Any]]) -> dict[str, Any]:
    premier = min(faits, key=lambda f: (f["debut"], f["contrat"], f["mois"], str(f["code_marche"])))
    mois = sorted({12 * annee + numero for annee, numero in (f["mois"] for f in faits)})
    trous = [apres - avant - 1 for avant, apres in pairwise(mois) if apres - avant > 1]
    secteurs: dict[str, float] = defaultdict(float)
    employeurs: dict[str, set[Any]] = defaultdict(set)
    for f in faits:
        secteurs[f["secteur"]] += f["heures"]
        if f["entreprise"]:
            employeurs[f["entreprise"]].add(f["contrat"])
    sortie: dict[str, Any] = {
        "premier": premier,
        "premier_contrat": premier["contrat"],
        "debut": premier["debut"],
        "sexe": etat.personnes[personne]["sexe"],
        "categorie_public": etat.personnes[personne]["categorie_public"],
        "secteur_principal": min(secteurs, key=lambda s: (-secteurs[s], s)),
        "nombre_structures": len({f["structure"] for f in faits}),
        "nombre_employeurs": len(employeurs),
        "nombre_contrats": len({f["contrat"] for f in faits}),
        "nombre_contrats_repetes": sum(len(contrats) - 1 for contrats in employeurs.values()),
        "nombre_marches": len({f["marche"] for f in faits}),
        "nombre_operations": len({f["operation"] for f in faits}),
        "premier_mois": date(*min(f["mois"] for f in faits), 1),
        "dernier_mois": date(*max(f["mois"] for f in faits), 1),
        "nombre_mois": len(mois),
        "nombre_interruptions": len(trous),
        "plus_longue_interruption_mois": max(trous, default=0),
        "heures": sum(f["heures"] for f in faits),
        "heures_formation": sum(f["formation"] for f in faits),
    }
    durable, connu = None, 0
    qualifications = set()
    for horizon in HORIZONS:
        situation = etat.situations.get((personne, horizon), (None, None))[1]
        structure, depot = etat.constats.get((personne, horizon), (None, None))
        qualifications.add(etat.qualifications.get((personne, horizon)))
        if situation is None and plus_mois(premier["debut"], horizon) <= etat.arrete:
            situation = "INCONNU"
        etat_connu = {None: "non_echue", "INCONNU": "inconnue"}.get(situation, "renseignee")
        if situation in DURABLE and durable is None:
            durable = horizon
        elif etat_connu == "renseignee" and situation not in DURABLE:
            connu = horizon
        sortie |= {
            f"situation_{horizon}": situation,
            f"etat_{horizon}": etat_connu,
            f"structure_situation_{horizon}": structure,
            f"depot_situation_{horizon}": depot,
        }
    return sortie | {
        "mois_avant_insertion_durable": durable,
        "est_censure": durable is None,
        "mois_d_observation": connu if durable is None else durable,
        "qualification_obtenue": True if "O" in qualifications else False if "N" in qualifications else None,
    }


def _cohortes(personnes: list[dict[str, Any]], trimestres: bool) -> dict[Any, list[dict[str, Any]]]:
    """Persons by territory and period of their first contract."""
    sortie: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for p in personnes:
        periodes = [("annee", str(p["debut"].year)), ("cumul", "cumul")]
        if trimestres:
            periodes.append(("trimestre", f"{p['debut'].year}-T{(p['debut'].month + 2) // 3}"))
        for niveau in NIVEAUX:
            for periode in periodes:
                sortie[(niveau, p["premier"][niveau], *periode)].append(p)
    return sortie


def _ventilations(cohorte: Any, personnes: list[dict[str, Any]], axes: dict[str, Any]) -> dict[str, Any]:
    """The whole cohort, and its parts where there are persons enough."""
    niveau, _, type_periode, _ = cohorte
    sortie: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sortie[""] = personnes
    if type_periode == "cumul" or (type_periode == "annee" and niveau != "structure"):
        for axe, lire in axes.items():
            for p in personnes:
                sortie[f"{axe}={lire(p)}"].append(p)
    return sortie


def wilson(succes: int, nombre: int) -> tuple[float, float]:
    part, z = succes / nombre, 1.96
    centre = (part + z * z / (2 * nombre)) / (1 + z * z / nombre)
    ecart = z * sqrt(part * (1 - part) / nombre + z * z / (4 * nombre * nombre)) / (1 + z * z / nombre)
    return 100 * (centre - ecart), 100 * (centre + ecart)


def s01(etat: Etat) -> dict[Cle, tuple[float, str | None]]:
    """Values of S01, each with its reliability flag."""
    axes = {
        axe: (lambda p, a=axe: p[a] if a in ("sexe", "categorie_public") else p["premier"][a])
        for axe in AXES_S01
    }
    sortie: dict[Cle, tuple[float, str | None]] = {}
    for cohorte, personnes in _cohortes(list(parcours(etat).values()), trimestres=True).items():
        for modalite, membres in _ventilations(cohorte, personnes, axes).items():
            for horizon in HORIZONS:
                situations = [p[f"situation_{horizon}"] for p in membres if p[f"situation_{horizon}"]]
                for mesure, valeur in _sorties(situations).items():
                    sortie["S01", mesure, *cohorte, f"horizon={horizon}", modalite] = valeur
    return sortie


def _sorties(situations: list[str]) -> dict[str, tuple[float, str | None]]:
    inconnus = situations.count("INCONNU")
    neutralises = situations.count("RETRAITE_DECES")
    connus = len(situations) - inconnus - neutralises
    comptes = {"echus": len(situations), "neutralises": neutralises, "connus": connus}
    comptes |= {nom: sum(s in codes for s in situations) for nom, codes in COMPTES.items()}
    sortie: dict[str, tuple[float, str | None]] = {nom: (n, None) for nom, n in comptes.items() if n}
    if connus + inconnus:
        sortie["taux_reponse"] = (100 * connus / (connus + inconnus), None)
    if connus < MINIMUM:
        return sortie
    fiabilite = "U" if connus < inconnus else None
    for nom, codes in LECTURES.items():
        succes = sum(s in codes for s in situations)
        sortie[f"taux_{nom}"] = (100 * succes / connus, fiabilite)
        bas, haut = wilson(succes, connus)
        sortie[f"taux_{nom}_bas"], sortie[f"taux_{nom}_haut"] = (bas, fiabilite), (haut, fiabilite)
        tous = connus + inconnus
        sortie[f"taux_{nom}_plancher"] = (100 * succes / tous, fiabilite)
        sortie[f"taux_{nom}_plafond"] = (100 * (succes + inconnus) / tous, fiabilite)
    return sortie


def s05(etat: Etat) -> dict[Cle, tuple[float, str | None]]:
    """Values of S05, each with its reliability flag."""
    axes = {axe: (lambda p, c=champ: p[c]) for axe, champ in AXES_S05.items()}
    sortie: dict[Cle, tuple[float, str | None]] = {}
    for cohorte, personnes in _cohortes(list(parcours(etat).values()), trimestres=False).items():
        nombre = len(personnes)
        for mesure, valeur in {
            "personnes": nombre,
            "personnes_plusieurs_structures": sum(p["nombre_structures"] > 1 for p in personnes),
            "contrats_par_personne": sum(p["nombre_contrats"] for p in personnes) / nombre,
            "employeurs_par_personne": sum(p["nombre_employeurs"] for p in personnes) / nombre,
            "heures_par_personne": sum(p["heures"] for p in personnes) / nombre,
        }.items():
            sortie["S05", mesure, *cohorte, "", ""] = (valeur, None)
        for modalite, membres in _ventilations(cohorte, personnes, axes).items():
            for mois, mesures in courbe(
                [(p["mois_d_observation"], p["est_censure"]) for p in membres]
            ).items():
                for mesure, chiffre in mesures.items():
                    sortie["S05", mesure, *cohorte, f"mois={mois}", modalite] = chiffre
    return sortie


def courbe(observations: list[tuple[int, bool]]) -> dict[int, dict[str, tuple[float, str | None]]]:
    """The product-limit estimate, month by month: those lost sight of at a month were at risk there."""
    if len(observations) < MINIMUM:
        return {}
    sortie = {}
    restent, survie = len(observations), 1.0
    suivis = sum(mois > 0 for mois, _ in observations)
    for mois in (0, *HORIZONS):
        evenements = sum(m == mois and not censure for m, censure in observations)
        censures = sum(m == mois and censure for m, censure in observations)
        if restent:
            survie *= 1 - evenements / restent
            fiabilite = "U" if 2 * suivis < len(observations) else None
            sortie[mois] = {
                "a_risque": (float(restent), None),
                "evenements": (float(evenements), None),
                "censures": (float(censures), None),
                "acces_durable": (100 * (1 - survie), fiabilite),
            }
        restent -= evenements + censures
    return sortie


def attendus(etat: Etat) -> dict[Cle, float]:
    return {cle: valeur for cle, (valeur, _) in (s01(etat) | s05(etat)).items()}
