"""Facilitators and white zones, animation, obligations, ANRU charter: S06 to S09, from their definitions alone."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .calcul import Cle, Etat, normaliser, objets
from .monde import Depot
from .valeurs import COMMUNES

TABLEAUX = ("S06", "S07", "S08", "S09", "S13")
TERRITOIRES = Path(__file__).parents[2] / "seeds" / "territoires"
FINANCEURS = ("COMMUNES_EPCI", "DEPARTEMENT", "REGION", "FSE", "ETAT", "PRIVE", "AUTRES")
RENCONTRES = {
    "RENCONTRE_DO": "DONNEUR_ORDRE",
    "RENCONTRE_FEDERATION": "FEDERATION",
    "RENCONTRE_ENTREPRISE": "ENTREPRISE",
}
ORGANISMES = {
    "Bailleur social": "DONNEUR_ORDRE",
    "Fédération professionnelle": "FEDERATION",
    "Entreprise": "ENTREPRISE",
    "Mission locale": "PARTENAIRE",
}
ENGAGEMENTS = {
    "INVESTISSEMENT": "INVESTISSEMENT_INGENIERIE",
    "INGENIERIE": "INVESTISSEMENT_INGENIERIE",
    "GUP": "GUP",
}
OBJECTIFS = {"INVESTISSEMENT": 5, "INGENIERIE": 5, "GUP": 10}
Lieu = tuple[str, str, str, str]
Mesures = dict[str, float | None]


def attendus(etat: Etat) -> dict[Cle, float]:
    sortie: dict[Cle, float] = {}
    for tableau, calcul in (("S06", _s06), ("S07", _s07), ("S08", _s08), ("S09", _s09), ("S13", _s13)):
        for (lieu, axe_1, axe_2), mesures in calcul(etat).items():
            for mesure, valeur in mesures.items():
                if valeur is not None:
                    sortie[(tableau, mesure, *lieu, axe_1, axe_2)] = float(valeur)
    return sortie


def _periodes(annee: int, mois: int) -> list[tuple[str, str]]:
    return [("annee", str(annee)), ("trimestre", f"{annee}-T{(mois + 2) // 3}"), ("cumul", "cumul")]


def _somme(valeurs: Iterable[float | None]) -> float | None:
    """Sum of what is known; unknown when nothing is."""
    connues = [v for v in valeurs if v is not None]
    return sum(connues) if connues else None


def _rapport(haut: float | None, bas: float | None) -> float | None:
    return haut / bas if haut is not None and bas else None


# --------------------------------------------------------------------------- facilitators


@cache
def _lire(fichier: str) -> list[dict[str, str]]:
    with (TERRITOIRES / fichier).open(encoding="utf-8", newline="") as lignes:
        return list(csv.DictReader(lignes))


@cache
def _epci_de(commune: str) -> str | None:
    actuelle = {"13201": "13055"}.get(commune, commune)
    return next(c["epci"] for c in _lire("communes.csv") if c["code"] == actuelle) or None


def _lieux_du_siege(structure: str, commune: str) -> list[tuple[str, str]]:
    departement, region = COMMUNES[commune]
    return [("national", "FR"), ("region", region), ("departement", departement), ("structure", structure)]


def _par_periode(etat: Etat) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Per period, what the latest deposit covering a part of it says of each structure."""
    sortie: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    depot: Depot
    for depot in etat.acceptes:
        ligne = objets(etat.controles[depot.chemin])["Structure"][depot.structure]
        for mois in depot.mois:
            for periode in _periodes(*mois):
                sortie[periode][depot.structure] = ligne
    return sortie


def _zones_couvertes(ligne: dict[str, Any]) -> set[str]:
    """Codes of the EPCI and départements where the facilitators of a structure work."""
    nombre = ligne.get("facilitateurs")
    if (nombre if nombre is not None else ligne.get("etp")) == 0:
        return set()
    zones = {COMMUNES[ligne["commune"]][0], _epci_de(ligne["commune"])} - {None}
    for code in (ligne.get("aire") or "").split(";"):
        if len(code) == 9:
            zones |= {code, *(e["departement"] for e in _lire("epci.csv") if e["code"] == code)}
        elif code:
            zones |= {code, *(e["code"] for e in _lire("epci.csv") if e["departement"] == code)}
    return zones  # type: ignore[return-value]


def _s06(etat: Etat) -> dict[tuple[Lieu, str, str], Mesures]:
    sortie: dict[tuple[Lieu, str, str], Mesures] = {}
    heures: dict[Any, float] = defaultdict(float)
    marches: dict[Any, set[Any]] = defaultdict(set)
    for f in etat.faits:
        for periode in _periodes(*f["mois"]):
            heures[periode, f["structure"]] += f["heures"]
            marches[periode, f["structure"]].add(f["marche"])
    for periode, structures in _par_periode(etat).items():
        lieux: dict[tuple[str, str], list[str]] = defaultdict(list)
        for structure, ligne in structures.items():
            for lieu in _lieux_du_siege(structure, ligne["commune"]):
                lieux[lieu].append(structure)
        for lieu, codes in lieux.items():
            lignes = [structures[c] for c in codes]
            actives = [c for c in codes if structures[c].get("etp")]
            etp = sum(structures[c]["etp"] for c in actives) if periode[0] != "cumul" else None
            financees = [
                v
                for v in lignes
                if v.get("etp") and any(v.get(f"financement_{i}") is not None for i in range(7))
            ]
            par_financeur = [
                sum(v["etp"] * (v[f"financement_{i}"] or 0) / 100 for v in financees) for i in range(7)
            ]
            sortie[(*lieu, *periode), "", ""] = {
                "structures": len(lignes),
                "structures_nombre_connu": sum(v.get("facilitateurs") is not None for v in lignes),
                "structures_etp_connus": sum(v.get("etp") is not None for v in lignes),
                "structures_aire_connue": sum(bool(v.get("aire")) for v in lignes),
                "facilitateurs": _somme(v.get("facilitateurs") for v in lignes),
                "facilitateurs_etp": _somme(v.get("etp") for v in lignes),
                "heures_par_etp": _rapport(sum(heures[periode, c] for c in actives), etp),
                "marches_par_etp": _rapport(sum(len(marches[periode, c]) for c in actives), etp),
                "etp_finances": sum(par_financeur) if financees else None,
            }
            for financeur, valeur in zip(FINANCEURS, par_financeur, strict=True):
                if financees:
                    sortie[(*lieu, *periode), f"financement={financeur}", ""] = {
                        "etp_finances": valeur,
                        "part_financement": 100 * valeur / sum(par_financeur),
                    }
        _zones_blanches(sortie, periode, structures)
    return sortie


def _zones_blanches(
    sortie: dict[tuple[Lieu, str, str], Mesures],
    periode: tuple[str, str],
    structures: dict[str, dict[str, Any]],
) -> None:
    regions = {COMMUNES[v["commune"]][1] for v in structures.values()}
    couvertes = {zone for v in structures.values() for zone in _zones_couvertes(v)}
    epci: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    departements: dict[tuple[str, str], list[str]] = defaultdict(list)
    for zone in _lire("epci.csv"):
        if zone["region"] in regions:
            for lieu in (
                ("national", "FR"),
                ("region", zone["region"]),
                ("departement", zone["departement"]),
            ):
                epci[lieu].append(zone)
    for zone in _lire("departements.csv"):
        if zone["region"] in regions:
            for lieu in (("national", "FR"), ("region", zone["region"]), ("departement", zone["code"])):
                departements[lieu].append(zone["code"])
    for lieu, codes in departements.items():
        blancs = [e for e in epci[lieu] if e["code"] not in couvertes]
        population = sum(int(e["population"]) for e in epci[lieu])
        sans = sum(int(e["population"]) for e in blancs)
        mesures: Mesures = {
            "zones_blanches_epci": len(blancs),
            "population_zones_blanches": sans,
            "part_population_couverte": _rapport(100.0 * (population - sans), population),
        }
        if lieu[0] != "departement":
            mesures["zones_blanches_departements"] = len([c for c in codes if c not in couvertes])
        sortie.setdefault(((*lieu, *periode), "", ""), {}).update(mesures)


# --------------------------------------------------------------------------- animation


def _s07(etat: Etat) -> dict[tuple[Lieu, str, str], Mesures]:
    groupes: dict[tuple[Lieu, str, str], list[dict[str, Any]]] = defaultdict(list)
    for (structure, _), e in etat.versions["Animation"].items():
        role = RENCONTRES.get(e["type"]) or ORGANISMES.get(e["type_organisme"]) or "ND"
        commune = etat.versions["Structure"][structure, structure]["commune"]
        for lieu in _lieux_du_siege(structure, commune):
            for periode in _periodes(e["date"].year, e["date"].month):
                for axe in ("", f"type_evenement={e['type']}", f"role_organisme={role}"):
                    groupes[(*lieu, *periode), axe, ""].append(e)
    return {
        cle: {
            "evenements": len(evenements),
            "organismes": len({normaliser(e["organisme"]) for e in evenements if e["organisme"]}),
            "participants": _somme(e["participants"] for e in evenements),
        }
        for cle, evenements in groupes.items()
    }


# --------------------------------------------------------------------------- obligations


def _periodes_dues(etat: Etat, notification: date | None, fin: date | None) -> set[tuple[str, str]]:
    """The periods that deposits speak of in which a marché of these dates is due; one date alone stands for both."""
    debut, fin = notification or fin, fin or notification
    deposes = {mois for depot in etat.acceptes for mois in depot.mois}
    premier, dernier = min(deposes), max(deposes)
    if debut is None or fin is None or debut > etat.arrete or (debut.year, debut.month) > dernier:
        return set()
    dues = {("cumul", "cumul")}
    annee, mois = premier
    while (annee, mois) <= dernier:
        if (debut.year, debut.month) <= (annee, mois) <= (fin.year, fin.month):
            dues |= set(_periodes(annee, mois))
        annee, mois = (annee, mois + 1) if mois < 12 else (annee + 1, 1)
    return dues


def _s08(etat: Etat) -> dict[tuple[Lieu, str, str], Mesures]:
    v = etat.versions
    faites: dict[Any, float] = defaultdict(float)
    for f in etat.faits:
        faites[f["marche"]] += f["heures"]
    engagees: dict[Any, list[float | None]] = defaultdict(list)
    for (structure, (marche, _)), e in v["Entreprises"].items():
        engagees[structure, marche].append(e.get("engagees"))
    groupes: dict[tuple[Lieu, str, str], dict[Any, float]] = defaultdict(lambda: defaultdict(float))

    def ajouter(marche: Any, lieux: dict[str, str], periode: tuple[str, str], heures: float) -> None:
        fin = v["Marchés"][marche].get("fin_prevue")
        etat_marche = (
            f"etat_marche={'ND' if fin is None else 'TERMINE' if fin <= etat.arrete else 'EN_COURS'}"
        )
        commencement = f"commencement={'COMMENCE' if marche in faites else 'JAMAIS_COMMENCE'}"
        for niveau in ("national", "region", "departement", "structure"):
            for axes in (("", ""), (etat_marche, ""), (etat_marche, commencement), (commencement, "")):
                groupes[(niveau, lieux[niveau], *periode), *axes][marche] += heures

    for f in etat.faits:
        for periode in _periodes(*f["mois"]):
            ajouter(f["marche"], f, periode, f["heures"])
    for marche, m in v["Marchés"].items():
        for periode in _periodes_dues(etat, m.get("notification"), m.get("fin_prevue")):
            ajouter(marche, etat.lieux(marche[0], m["operation"]), periode, 0)
    sortie: dict[tuple[Lieu, str, str], Mesures] = {}
    for cle, heures in groupes.items():
        avec = {m: v["Marchés"][m]["prevues"] for m in heures if v["Marchés"][m].get("prevues")}
        penalites = {m: v["Marchés"][m].get("penalite") for m in avec}
        manques = {m: max(prevues - faites[m], 0) for m, prevues in avec.items()}
        sommes = [_somme(engagees[m]) for m in heures]
        finis = [m for m in avec if (fin := v["Marchés"][m].get("fin_prevue")) and fin <= etat.arrete]
        prevues, realisees = _somme(avec.values()), _somme(faites[m] for m in avec)
        sortie[cle] = {
            "marches": len(heures),
            "marches_avec_objectif": len(avec),
            "heures_prevues": prevues,
            "heures_realisees": realisees,
            "taux_realisation": _rapport(100 * (realisees or 0), prevues),
            "heures_manquantes": _somme(manques.values()),
            "exposition_penalites": _somme(
                manques[m] * penalite for m, penalite in penalites.items() if penalite is not None
            ),
        }
        if cle[1:] == ("", ""):
            sortie[cle] |= {
                "heures": sum(heures.values()),
                "marches_avec_engagement": sum(s is not None for s in sommes),
                "heures_engagees": _somme(sommes),
                "marches_avec_penalite": sum(p is not None for p in penalites.values()),
                "marches_termines_avec_objectif": len(finis),
                "marches_termines_insuffisants": sum(manques[m] > 0 for m in finis) if finis else None,
            }
    return sortie


# --------------------------------------------------------------------------- companies bound


def _s13(etat: Etat) -> dict[tuple[Lieu, str, str], Mesures]:
    v = etat.versions
    faites: dict[Any, float] = defaultdict(float)
    du_marche: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    suivis: dict[Any, set[tuple[Any, tuple[str, str]]]] = defaultdict(set)
    for f in etat.faits:
        faites[f["marche"]] += f["heures"]
        for periode in _periodes(*f["mois"]):
            du_marche[f["marche"], periode].append(f)
            suivis[f["marche"]].add(periode)
    for marche, m in v["Marchés"].items():
        suivis[marche] |= _periodes_dues(etat, m.get("notification"), m.get("fin_prevue"))
    lignes: dict[tuple[Lieu, str, str], list[tuple[Any, str, float | None, float | None, float, float]]]
    lignes = defaultdict(list)
    par_employeur: dict[tuple[Lieu, str, str], float] = defaultdict(float)
    for marche, periodes in suivis.items():
        lieux = etat.lieux(marche[0], v["Marchés"][marche]["operation"])
        for periode in periodes:
            faits = du_marche[marche, periode]
            for siret, part in etat.titulaires(marche).items():
                e = v["Entreprises"][marche[0], (marche[1], siret)]
                siennes = sum(f["heures"] for f in faits if f["entreprise"] == siret)
                ligne = (marche, siret, part, e.get("engagees"), sum(f["heures"] for f in faits), siennes)
                taille = f"taille_entreprise={etat._taille(marche[0], marche[1], siret)}"
                for axe in ("", taille, f"type_entreprise={e['type']}"):
                    for niveau in ("national", "region", "departement", "structure"):
                        lignes[(niveau, lieux[niveau], *periode), axe, ""].append(ligne)
            if any(part is not None for part in etat.titulaires(marche).values()):
                for f in faits:
                    for niveau in ("national", "region", "departement", "structure"):
                        axe = f"type_employeur={f['type_employeur']}"
                        par_employeur[(niveau, lieux[niveau], *periode), axe, ""] += f["heures"]
    sortie: dict[tuple[Lieu, str, str], Mesures] = {c: {"heures": h} for c, h in par_employeur.items()}
    for cle, les_siennes in lignes.items():
        repartis = [x for x in les_siennes if x[2] is not None]
        engages = [(x, x[3]) for x in repartis if x[3]]
        heures = _somme((x[2] or 0) * x[4] for x in repartis)
        employeur = _somme(x[5] for x in repartis)
        sortie[cle] = {
            "entreprises_titulaires": len({x[1] for x in les_siennes}),
            "marches": len({x[0] for x in les_siennes}),
            "marches_repartis": len({x[0] for x in repartis}),
            "heures": heures,
            "heures_employeur": employeur,
            "part_heures_employeur": _rapport(100 * (employeur or 0), heures),
            "heures_engagees": _somme(x[3] for x in les_siennes),
            "heures_realisees": _somme((x[2] or 0) * faites[x[0]] for x, _ in engages),
            "taux_realisation": _rapport(
                100 * sum((x[2] or 0) * faites[x[0]] for x, _ in engages), sum(e for _, e in engages)
            ),
            "heures_manquantes": _somme(max(e - (x[2] or 0) * faites[x[0]], 0) for x, e in engages),
        }
    return sortie


# --------------------------------------------------------------------------- ANRU


def _s09(etat: Etat) -> dict[tuple[Lieu, str, str], Mesures]:
    faites: dict[Any, float] = defaultdict(float)
    faites_qpv: dict[Any, float] = defaultdict(float)
    groupes: dict[tuple[Lieu, str, str], list[dict[str, Any]]] = defaultdict(list)
    for f in etat.faits:
        if not f["anru"]:
            continue
        faites[f["operation"]] += f["heures"]
        faites_qpv[f["operation"]] += f["heures"] if _de_qpv(etat, f) else 0
        operation = etat.versions["Opérations"][f["operation"]]
        fin = operation.get("fin_operation")
        situation = (
            f"etat_operation={'ND' if fin is None else 'TERMINEE' if fin <= etat.arrete else 'EN_COURS'}"
        )
        volet = f"volet_anru={operation.get('volet') or 'ND'}"
        engagement = f"engagement_anru={ENGAGEMENTS.get(operation.get('volet'), 'ND')}"
        employeur = f"type_employeur={f['type_employeur']}"
        for niveau in ("national", "region", "departement", "structure"):
            for periode in _periodes(*f["mois"]):
                for axes in (
                    ("", ""),
                    (volet, ""),
                    (volet, situation),
                    (engagement, ""),
                    (engagement, situation),
                    (employeur, ""),
                ):
                    groupes[(niveau, f[niveau], *periode), *axes].append(f)
    sortie: dict[tuple[Lieu, str, str], Mesures] = {}
    for cle, faits in groupes.items():
        heures = sum(f["heures"] for f in faits)
        qpv = [f for f in faits if _de_qpv(etat, f)]
        femmes = sum(f["heures"] for f in faits if etat.personnes[f["personne"]]["sexe"] == "F")
        sortie[cle] = {
            "heures": heures,
            "heures_qpv": sum(f["heures"] for f in qpv),
            "part_heures_qpv": 100 * sum(f["heures"] for f in qpv) / heures,
            "part_heures_femmes": 100 * femmes / heures,
            "heures_formation": sum(f["formation"] for f in faits),
            "beneficiaires": len({f["personne"] for f in faits}),
            "beneficiaires_qpv": len({f["personne"] for f in qpv}),
            "contrats": len({f["contrat"] for f in faits}),
        }
        if not cle[1].startswith("type_employeur"):
            sortie[cle] |= _operations_jugees(
                etat, cle[1], {f["operation"] for f in faits}, faites, faites_qpv
            )
    return sortie


def _de_qpv(etat: Etat, fait: dict[str, Any]) -> bool:
    return bool(etat.personnes[fait["personne"]]["origine"] == "QPV")


def _operations_jugees(
    etat: Etat, axe: str, codes: set[Any], faites: dict[Any, float], faites_qpv: dict[Any, float]
) -> Mesures:
    """What is counted over the whole life of the operations."""
    operations = etat.versions["Opérations"]
    prevues = {c: p for c in codes if (p := operations[c].get("travaillees_prevues"))}
    objectifs = {c: OBJECTIFS[volet] for c in prevues if (volet := operations[c].get("volet"))}
    realisees = _somme(faites[c] for c in prevues)
    realisees_qpv = _somme(faites_qpv[c] for c in prevues)
    de_l_axe = {OBJECTIFS[v] for c in codes if (v := operations[c].get("volet"))}
    return {
        "objectif": max(de_l_axe) if de_l_axe and axe else None,
        "operations": len(codes),
        "operations_heures_connues": len(prevues),
        "heures_travaillees_prevues": _somme(prevues.values()),
        "heures_realisees": realisees,
        "heures_realisees_qpv": realisees_qpv,
        "taux": _rapport(100 * (realisees or 0), _somme(prevues.values())),
        "taux_qpv": _rapport(100 * (realisees_qpv or 0), _somme(prevues.values())),
        "operations_jugees": len(objectifs),
        "operations_atteignant_objectif": sum(
            faites_qpv[c] * 100 >= prevues[c] * objectif for c, objectif in objectifs.items()
        )
        if objectifs
        else None,
    }
