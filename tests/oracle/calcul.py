"""What must come out of a set of deposits, in dicts and loops: the figures and the findings.

Written from the contract of deposits, as docs/contrat-de-depot.md tells it, and the indicators, never from the code.
Figures are keyed by
(tableau, mesure, niveau, territoire, type de période, période, modalité 1, modalité 2).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from datetime import date
from typing import Any

from .monde import Depot, Ligne
from .valeurs import COMMUNES, HORIZONS, ROME

Cle = tuple[str, str, str, str, str, str, str, str]
PUBLIE = {
    "COMMUNE": "BLOC_LOCAL",
    "EPCI": "BLOC_LOCAL",
    "EPL": "BLOC_LOCAL",
    "SEM": "BLOC_LOCAL",
    "MINISTERE": "ETAT",
    "EPN": "ETAT",
    "HOPITAL": "ETAT",
}
IAE = {"ETTI", "EI", "AI", "ACI", "EITI", "RQ"}
CLES = {
    "Structure": ("code",),
    "Opérations": ("code",),
    "Marchés": ("code",),
    "Entreprises": ("marche", "siret"),
    "Bénéficiaires": ("numero",),
    "Contrats": ("numero",),
    "Heures": ("contrat", "marche", "mois"),
    "Situations": ("numero", "horizon", "constat"),
    "Animation": ("date", "type", "organisme", "type_organisme"),
    "Bilan": ("contrat", "marche", "lot", "mois"),
}
PARENTS = {
    "Marchés": [("operation", "Opérations")],
    "Entreprises": [("marche", "Marchés")],
    "Contrats": [("beneficiaire", "Bénéficiaires")],
    "Heures": [("contrat", "Contrats"), ("marche", "Marchés")],
    "Situations": [("numero", "Bénéficiaires")],
}
VERIFIEES = ("Marchés", "Bénéficiaires", "Contrats", "Heures", "Bilan")
ALERTES = (
    "LIGNE_EN_DOUBLE",
    "NAISSANCE_INVALIDE",
    "IDENTITE_INCOMPLETE",
    "FIN_AVANT_DEBUT",
    "HEURES_ELEVEES",
    "DATE_ILLISIBLE",
    "NOMBRE_ILLISIBLE",
    "CODE_INCONNU",
    "COMMUNE_INCONNUE",
    "SIRET_INVALIDE",
    "QPV_INCONNU",
)


def tranche(valeur: float | None, bornes: list[tuple[float, str]], dernier: str) -> str:
    """Class of a value: upper bounds excluded; ND when unknown."""
    if valeur is None:
        return "ND"
    return next((code for borne, code in bornes if valeur < borne), dernier)


def tranche_montant(montant: float | None) -> str:
    bornes = [
        (25e3, "LT25K"),
        (40e3, "25K_40K"),
        (90e3, "40K_90K"),
        (221e3, "90K_221K"),
        (1e6, "221K_1M"),
        (5.538e6, "1M_5538K"),
    ]
    return tranche(montant, bornes, "GE5538K")


def taille(effectif: int | None) -> str:
    bornes = [(1, "T0"), (10, "T1_9"), (50, "T10_49"), (250, "T50_249"), (5000, "T250_4999")]
    return tranche(effectif, bornes, "GE5000")  # type: ignore[arg-type]


def tranche_age(naissance: date | None, jour: date) -> str:
    if naissance is None:
        return "ND"
    age = jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
    return tranche(age, [(26, "LT26"), (30, "26_29"), (40, "30_39"), (50, "40_49")], "GE50")


def plus_mois(jour: date, mois: int) -> date:
    total = jour.month - 1 + mois
    annee, mois_civil = jour.year + total // 12, total % 12 + 1
    for numero in range(jour.day, 27, -1):
        try:
            return date(annee, mois_civil, numero)
        except ValueError:
            continue
    return date(annee, mois_civil, jour.day)


def normaliser(texte: str) -> str:
    texte = texte.lower().replace("œ", "oe").replace("æ", "ae")
    decompose = unicodedata.normalize("NFKD", texte)
    return "".join(c for c in decompose if c.isalnum())


# --------------------------------------------------------------------------- lines that count


class Controle:
    """Lines of one deposit sorted into loaded, rejected and duplicates."""

    def __init__(self, depot: Depot) -> None:
        self.depot = depot
        self.rejets: set[tuple[str, int, str]] = set()
        self.alertes: set[tuple[str, int, str]] = set()
        self.tables: dict[str, list[Ligne]] = {}
        self.lues: dict[str, int] = {}
        self.trop: set[str] = set()
        for table, lignes in depot.tables.items():
            self._controler(table, lignes)
        if "Bilan" in self.tables:
            self._alertes_personnes("Bilan", self.tables["Bilan"], self.tables["Bilan"], "numero")
            self._alertes_heures("Bilan", "total")
        else:
            self._alertes_personnes(
                "Bénéficiaires", self.tables["Bénéficiaires"], self.tables["Contrats"], "beneficiaire"
            )
            self._alertes_heures("Heures", "travail")

    def _controler(self, table: str, lignes: list[Ligne]) -> None:
        self.lues[table] = len(lignes)
        ecartees = 0
        candidates: dict[tuple[Any, ...], list[Ligne]] = defaultdict(list)
        for ligne in sorted(lignes, key=lambda x: x.numero):
            if ligne.rejet:
                self.rejets.add((table, ligne.numero, ligne.rejet))
                ecartees += 1
            else:
                candidates[tuple(ligne.valeurs.get(c) for c in CLES[table])].append(ligne)
        retenues = []
        for groupe in candidates.values():
            if any(autre.valeurs != groupe[0].valeurs for autre in groupe):
                self.rejets |= {(table, x.numero, "CLE_EN_DOUBLE") for x in groupe}
                ecartees += len(groupe)
                continue
            self.alertes |= {(table, x.numero, "LIGNE_EN_DOUBLE") for x in groupe[1:]}
            retenues.append(groupe[0])
        presentes = []
        for ligne in retenues:
            absents = [
                parent
                for champ, parent in PARENTS.get(table, [])
                if ligne.valeurs[champ] not in {x.valeurs[CLES[parent][0]] for x in self.tables[parent]}
            ]
            if absents:
                self.rejets.add((table, ligne.numero, "ORPHELIN"))
                ecartees += 1
            else:
                presentes.append(ligne)
                self.alertes |= {(table, ligne.numero, regle) for regle in ligne.alertes}
        if (
            table in VERIFIEES and ecartees > 1 and ecartees * 10 > len(lignes)
        ):  # one line alone refuses nothing
            self.trop.add(table)
        self.tables[table] = sorted(presentes, key=lambda x: x.numero)

    def _alertes_personnes(self, table: str, lignes: list[Ligne], contrats: list[Ligne], champ: str) -> None:
        for ligne in lignes:
            if ligne.valeurs["naissance"] is None:
                self.alertes.add((table, ligne.numero, "NAISSANCE_INVALIDE"))
            if ligne.valeurs["nom"] is None or ligne.valeurs["prenom"] is None:
                self.alertes.add((table, ligne.numero, "IDENTITE_INCOMPLETE"))

    def _alertes_heures(self, table: str, quantite: str) -> None:
        sommes: dict[tuple[Any, Any], float] = defaultdict(float)
        for ligne in self.tables[table]:
            sommes[ligne.valeurs["contrat"], ligne.valeurs["mois"]] += _heures(ligne.valeurs, quantite)
        for ligne in self.tables[table]:
            if sommes[ligne.valeurs["contrat"], ligne.valeurs["mois"]] > 220:
                self.alertes.add((table, ligne.numero, "HEURES_ELEVEES"))


def _heures(valeurs: dict[str, Any], quantite: str) -> float:
    if quantite == "total":
        return float(valeurs["total"])
    return float(valeurs["travail"]) + float(valeurs["formation"] or 0)


def objets(controle: Controle) -> dict[str, dict[Any, dict[str, Any]]]:
    """Keyed objects of an accepted deposit, the flat layout brought to the same tables as the other."""
    if "Bilan" not in controle.tables:
        tables = {}
        for table, lignes in controle.tables.items():
            cle = CLES[table]
            tables[table] = {
                (x.valeurs[cle[0]] if len(cle) == 1 else tuple(x.valeurs[c] for c in cle)): x.valeurs
                for x in lignes
            }
        return tables
    tables = {t: {} for t in CLES if t != "Bilan"}
    for ligne in sorted(controle.tables["Bilan"], key=lambda x: (x.valeurs["mois"], x.numero)):
        v = ligne.valeurs  # the latest month, then the last line, is written last: it wins
        operation, marche = (v["do"], v["intitule"]), (v["marche"], v["lot"])
        tables["Structure"][v["structure"]] = {"commune": v["structure_commune"]}
        tables["Opérations"][operation] = v
        tables["Marchés"][marche] = {**v, "operation": operation}
        tables["Entreprises"][marche, v["siret"]] = {**v, "marche": marche}
        tables["Bénéficiaires"][v["numero"]] = v
        tables["Contrats"][v["contrat"]] = {**v, "beneficiaire": v["numero"], "modalite": "ND"}
        tables["Heures"][v["contrat"], marche, v["mois"]] = {
            "contrat": v["contrat"],
            "marche": marche,
            "mois": v["mois"],
            "travail": v["total"] - (v["formation"] or 0),
            "formation": v["formation"],
        }
    for numero, v in tables["Bénéficiaires"].items():
        for horizon in HORIZONS:
            if v[f"situation_{horizon}"]:
                tables["Situations"][numero, horizon, None] = {
                    "numero": numero,
                    "horizon": horizon,
                    "constat": controle.depot.extraction,
                    "situation": v[f"situation_{horizon}"],
                }
    return tables


# --------------------------------------------------------------------------- the state that counts


TITULAIRES = ("Titulaire", "Mandataire du groupement", "Co-traitant", "COTRAITANT")


class Etat:
    """All the accepted deposits: the version of each key and the hours of each month that count."""

    def __init__(self, depots: list[Depot]) -> None:
        self.controles = {d.chemin: Controle(d) for d in depots}
        self.refuses = {d.chemin: "TROP_DE_REJETS" for d in depots if self.controles[d.chemin].trop}
        acceptes = sorted(
            (d for d in depots if d.chemin not in self.refuses), key=lambda d: (d.extraction, d.chemin)
        )
        self.acceptes = acceptes  # from the first to the last that counts
        self.arrete = max(d.extraction for d in acceptes)
        self.versions: dict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
        # how late the deposit of each version is: the lowest comes first
        self.depot_de: dict[tuple[str, Any], tuple[int, str, int]] = {}
        self.chemin_de: dict[tuple[str, Any], str] = {}
        heures_du_mois: dict[tuple[str, Any], list[dict[str, Any]]] = {}
        for ordre, depot in enumerate(acceptes):
            contenu = objets(self.controles[depot.chemin])
            for table, lignes in contenu.items():
                if table == "Heures":
                    for mois in depot.mois:
                        heures_du_mois[depot.structure, mois] = [
                            h for h in lignes.values() if h["mois"] == mois
                        ]
                    continue
                for cle, valeurs in lignes.items():
                    self.versions[table][depot.structure, cle] = valeurs
                    self.depot_de[table, (depot.structure, cle)] = (
                        -depot.extraction.toordinal(),
                        depot.structure,
                        -ordre,
                    )
                    self.chemin_de[table, (depot.structure, cle)] = depot.chemin
        self.faits = [
            self._fait(structure, h)
            for (structure, _), lignes in heures_du_mois.items()
            for h in lignes
            if _heures(h, "travail") > 0
        ]
        self._personnes()

    def _identite(self, structure: str, b: dict[str, Any]) -> tuple[Any, ...]:
        if b["naissance"] and b["nom"] and b["prenom"]:
            return (normaliser(b["nom"]), normaliser(b["prenom"]), b["naissance"], b["sexe"])
        return (structure, b["numero"])

    def _taille(self, structure: str, marche: Any, siret: str | None) -> str:
        if siret is None:
            return "ND"
        propre = self.versions["Entreprises"].get((structure, (marche, siret)), {}).get("effectif")
        if propre is not None:
            return taille(propre)
        memes = [
            (self.depot_de["Entreprises", cle], cle, v["effectif"])
            for cle, v in self.versions["Entreprises"].items()
            if cle[1][1] == siret and v["effectif"] is not None
        ]
        if not memes:
            return "ND"
        # Rows of one day: the contract does not say which is the latest; codes in their order.
        return taille(min(memes, key=lambda m: (m[0], m[1][1][0]))[2])

    def titulaires(self, marche: Any) -> dict[str, float | None]:
        """The companies that owe the hours of a marché, and the part each answers for; None where nobody knows."""
        structure, code = marche
        tenus = {
            siret: e.get("engagees")
            for (autre, (le_marche, siret)), e in self.versions["Entreprises"].items()
            if (autre, le_marche) == (structure, code) and (e.get("role") or "") in TITULAIRES
        }
        total = sum(e or 0 for e in tenus.values())
        if len(tenus) == 1:
            return dict.fromkeys(tenus, 1.0)
        return {siret: (e or 0) / total if total else None for siret, e in tenus.items()}

    def lieux(self, structure: str, operation: Any) -> dict[str, str]:
        """Where an operation is, by level: its commune, else that of its structure."""
        commune = self.versions["Opérations"][structure, operation]["commune"]
        if commune not in COMMUNES:
            commune = self.versions["Structure"][structure, structure]["commune"]
        departement, region = COMMUNES[commune]
        return {"structure": structure, "departement": departement, "region": region, "national": "FR"}

    def _fait(self, structure: str, h: dict[str, Any]) -> dict[str, Any]:
        v = self.versions
        contrat = v["Contrats"][structure, h["contrat"]]
        marche = v["Marchés"][structure, h["marche"]]
        operation = v["Opérations"][structure, marche["operation"]]
        beneficiaire = v["Bénéficiaires"][structure, contrat["beneficiaire"]]
        rome = contrat["rome"] if contrat["rome"] in ROME else None
        return {
            **self.lieux(structure, marche["operation"]),
            "mois": h["mois"],
            "heures": _heures(h, "travail"),
            "formation": h["formation"] or 0,
            "contrat": (structure, h["contrat"]),
            "marche": (structure, h["marche"]),
            "operation": (structure, marche["operation"]),
            "debut": contrat["debut"],
            "do": operation["do_siret"] or normaliser(operation["do"]),
            "entreprise": contrat["siret"],
            "personne": self._identite(structure, beneficiaire),
            "code_marche": h["marche"],
            "titulaires": self.titulaires((structure, h["marche"])),
            "type_donneur_ordre": PUBLIE.get(operation["type_do"], operation["type_do"]),
            "anru": operation["programme"] in ("PNRU", "NPNRU"),
            "base_juridique": marche["article"],
            "nature_marche": marche["nature"],
            "secteur": marche["secteur"],
            "tranche_montant": tranche_montant(marche["montant"]),
            "type_employeur": contrat["type_employeur"],
            "modalite": contrat["modalite"],
            "type_contrat": contrat["type_contrat"],
            "taille_entreprise": self._taille(structure, h["marche"], contrat["siret"]),
            "metier_famille": rome[:3] if rome else "ND",
            "metier_domaine": rome[0] if rome else "ND",
            "alternance": contrat["type_contrat"] in ("APPRENTISSAGE", "PROFESSIONNALISATION"),
            "iae": contrat["type_employeur"] in IAE,
        }

    def _personnes(self) -> None:
        self.personnes: dict[Any, dict[str, Any]] = {}
        ordre: dict[Any, Any] = {}
        for cle, b in self.versions["Bénéficiaires"].items():
            personne = self._identite(cle[0], b)
            # latest deposit; on one day the structures are taken in the order of their codes
            rang = (self.depot_de["Bénéficiaires", cle], cle[1])
            if personne not in ordre or rang < ordre[personne]:
                ordre[personne] = rang
                self.personnes[personne] = {
                    "sexe": b["sexe"],
                    "niveau": b["niveau"],
                    "prescripteur": b["prescripteur"],
                    "categorie_public": b["categorie"],
                    "categories": {b["categorie"], *b["autres"]},
                    "origine": {"O": "QPV", "N": "HORS_QPV", None: "QPV" if b["code_qpv"] else "ND"}[
                        b["qpv"]
                    ],
                    "naissance": b["naissance"],
                    "referent": b["referent"],
                }
        self.situations: dict[tuple[Any, int], tuple[Any, str]] = {}
        self.qualifications: dict[tuple[Any, int], str | None] = {}
        self.constats: dict[tuple[Any, int], tuple[str, str]] = {}  # structure and deposit of each
        for cle_ligne, s in self.versions["Situations"].items():
            structure, (numero, horizon, _) = cle_ligne
            # latest record, then latest deposit; two records of one day: codes, then numbers, in their order
            rang = (-s["constat"].toordinal(), self.depot_de["Situations", cle_ligne], numero)
            cle = (self._identite(structure, self.versions["Bénéficiaires"][structure, numero]), horizon)
            if cle not in self.situations or rang < self.situations[cle][0]:
                self.situations[cle] = (rang, s["situation"])
                self.qualifications[cle] = s.get("qualification")  # the flat layout has none
                self.constats[cle] = (structure, self.chemin_de["Situations", cle_ligne])


# --------------------------------------------------------------------------- figures

SIMPLES = {
    "T01": ("type_donneur_ordre", "", ("heures", "donneurs_ordre", "marches")),
    "T02": ("tranche_montant", "", ("marches",)),
    "T03": ("secteur", "", ("marches", "heures")),
    "T04": ("base_juridique", "", ("marches", "heures")),
    "T05": ("base_juridique", "type_employeur", ("heures", "contrats")),
    "T06": ("base_juridique", "taille_entreprise", ("heures", "contrats")),
    "T07": ("categorie_public", "", ("beneficiaires", "heures")),
    "T08": ("sexe", "", ("beneficiaires", "heures")),
    "T09": ("origine", "", ("beneficiaires", "heures")),
    "T10": ("niveau", "", ("beneficiaires", "heures")),
    "T11": ("tranche_age", "", ("beneficiaires", "heures")),
    "T12": ("categorie_public", "sexe", ("beneficiaires", "heures")),
    "T13": ("categorie_public", "tranche_age", ("beneficiaires", "heures")),
    "T14": ("categorie_public", "niveau", ("beneficiaires", "heures")),
    "T15": ("prescripteur", "", ("beneficiaires", "heures")),
    "T16": ("metier_domaine", "", ("beneficiaires", "heures", "contrats")),
    "T16b": ("metier_famille", "", ("beneficiaires", "heures", "contrats")),
    "T17": ("taille_entreprise", "", ("entreprises", "heures", "contrats")),
    "T19": ("nature_marche", "", ("marches", "heures")),
    "T20": ("type_contrat", "", ("contrats", "heures")),
    "T21": ("type_employeur", "", ("contrats", "heures", "entreprises")),
    "T22": ("modalite", "", ("contrats", "heures")),
}
COMPTES = {
    "donneurs_ordre": "do",
    "marches": "marche",
    "operations": "operation",
    "contrats": "contrat",
    "beneficiaires": "personne",
    "entreprises": "entreprise",
    "structures": "structure",
}


def _mesure(faits: list[dict[str, Any]], mesure: str) -> float:
    if mesure == "heures":
        return sum(f["heures"] for f in faits)
    return float(len({f[COMPTES[mesure]] for f in faits} - {None}))


def _cles(faits: list[dict[str, Any]]) -> dict[str, float]:
    def heures(condition: str) -> float:
        return sum(f["heures"] for f in faits if f[condition])

    def part(nombre: float, total: float) -> float:
        return 100 * nombre / total

    sortie = {mesure: _mesure(faits, mesure) for mesure in (*COMPTES, "heures")}
    sortie["entreprises_titulaires"] = len({siret for f in faits for siret in f["titulaires"]})
    total, personnes, contrats = sortie["heures"], sortie["beneficiaires"], sortie["contrats"]
    sortie["heures_formation"] = sum(f["formation"] for f in faits)
    for base in (1600, 1607, 1820):
        sortie[f"etp_{base}"] = total / base
    sortie["heures_par_beneficiaire"] = total / personnes
    sortie["heures_par_contrat"] = total / contrats
    sortie["contrats_par_beneficiaire"] = contrats / personnes
    for nom in ("rsa", "qpv", "anru", "jeunes", "iae", "alternance", "deld", "th", "femmes", "senior"):
        sortie[f"heures_{nom}"] = heures(nom)
    sortie["part_femmes_heures"] = part(sortie["heures_femmes"], total)
    for nom in ("femmes", "qpv", "th"):
        sortie[f"part_{nom}"] = part(len({f["personne"] for f in faits if f[nom]}), personnes)
    return sortie


def _periodes(mois: tuple[int, int]) -> list[tuple[str, str]]:
    annee, numero = mois
    return [("annee", str(annee)), ("trimestre", f"{annee}-T{(numero + 2) // 3}"), ("cumul", "cumul")]


def indicateurs(etat: Etat) -> dict[Cle, float]:
    groupes: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for fait in etat.faits:
        for periode in _periodes(fait["mois"]):
            groupes[periode].append(fait)
    sortie: dict[Cle, float] = {}
    for (type_periode, periode), bruts in groupes.items():
        debuts: dict[Any, date] = {}
        for f in bruts:
            debuts[f["personne"]] = min(f["debut"], debuts.get(f["personne"], f["debut"]))
        faits = []
        for f in bruts:
            p = etat.personnes[f["personne"]]
            age = tranche_age(p["naissance"], debuts[f["personne"]])
            faits.append(
                {
                    **f,
                    **p,
                    "tranche_age": age,
                    "rsa": "RSA" in p["categories"],
                    "deld": "DELD" in p["categories"],
                    "th": "TH" in p["categories"],
                    "jeunes": age == "LT26" or "JEUNE" in p["categories"],
                    "senior": age == "GE50" or "SENIOR" in p["categories"],
                    "femmes": p["sexe"] == "F",
                    "qpv": p["origine"] == "QPV",
                }
            )
        territoires: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for f in faits:
            for niveau in ("national", "region", "departement", "structure"):
                territoires[niveau, f[niveau]].append(f)
        for (niveau, code), du_territoire in territoires.items():
            lieu = (niveau, code, type_periode, periode)
            for mesure, valeur in _cles(du_territoire).items():
                sortie[("CLES", mesure, *lieu, "", "")] = valeur
            for tableau, (axe_1, axe_2, mesures) in SIMPLES.items():
                cellules: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
                for f in du_territoire:
                    cellules[f[axe_1], f[axe_2] if axe_2 else ""].append(f)
                for (m1, m2), cellule in cellules.items():
                    for mesure in mesures:
                        sortie[(tableau, mesure, *lieu, m1, m2)] = _mesure(cellule, mesure)
    sortie.update(_t18(etat))
    return sortie


def _t18(etat: Etat) -> dict[Cle, float]:
    premiers: dict[Any, dict[str, Any]] = {}
    for f in etat.faits:
        rang = (f["debut"], f["contrat"], f["mois"], str(f["code_marche"]))
        if f["personne"] not in premiers or rang < premiers[f["personne"]]["rang"]:
            premiers[f["personne"]] = {**f, "rang": rang}
    sortie: dict[Cle, float] = defaultdict(float)
    for personne, f in premiers.items():
        for horizon in HORIZONS:
            situation = etat.situations.get((personne, horizon), (None, None))[1]
            if situation is None and plus_mois(f["debut"], horizon) <= etat.arrete:
                situation = "INCONNU"
            if situation is None:
                continue
            for niveau in ("national", "region", "departement"):
                lieu = (niveau, f[niveau], "annee", str(f["debut"].year))
                sortie[("T18", "beneficiaires", *lieu, str(horizon), situation)] += 1
    return sortie
