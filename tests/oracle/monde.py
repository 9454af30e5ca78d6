"""Random deposits as plain objects: what a structure recorded, before any file is written.

A deposit is a `Depot`: an identity, a layout and, per table, a list of `Ligne`. A line holds typed
canonical values (`valeurs`), the raw text of the cells that are wrong on purpose (`brut`) and the
findings planted on it. Nothing here knows how the product reads files.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .valeurs import (
    AIRES,
    CODES,
    COMMUNES,
    COMMUNES_STRUCTURES,
    EFFECTIFS,
    HORIZONS,
    MONTANTS,
    NOMS,
    PRENOMS,
    RENCONTRES,
    ROLES,
    ROLES_SUR_LE_MARCHE,
    ROME,
)


@dataclass
class Ligne:
    valeurs: dict[str, Any]
    brut: dict[str, Any] = field(default_factory=dict)
    rejet: str | None = None
    alertes: list[str] = field(default_factory=list)
    numero: int = 0  # filled in by the writer


@dataclass
class Depot:
    structure: str
    debut: date
    fin: date
    extraction: date
    layout: str
    tables: dict[str, list[Ligne]]
    nom: str = ""
    chemin: str = ""  # relative path, filled in by the writer

    @property
    def mois(self) -> list[tuple[int, int]]:
        mois, courant = [], (self.debut.year, self.debut.month)
        while courant <= (self.fin.year, self.fin.month):
            mois.append(courant)
            courant = (courant[0] + courant[1] // 12, courant[1] % 12 + 1)
        return mois


def _avec_cle(chiffres: str) -> str:
    """Digits followed by their Luhn check digit."""
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (2 if rang % 2 == 0 else 1)
        total += valeur - 9 if valeur > 9 else valeur
    return chiffres + str((10 - total % 10) % 10)


def siret_valide(tirage: random.Random) -> str:
    """Fourteen digits passing the checks of SIREN and SIRET, some beginning with zeros."""
    debut = tirage.choice(["0", "00", "3", "7", "9"])
    siren = _avec_cle(debut + "".join(str(tirage.randint(0, 9)) for _ in range(8 - len(debut))))
    return _avec_cle(siren + "".join(str(tirage.randint(0, 9)) for _ in range(4)))


def _jour(tirage: random.Random, debut: date, fin: date) -> date:
    return debut + timedelta(days=tirage.randint(0, (fin - debut).days))


class Monde:
    """Everything shared by the structures of one draw: people, buyers, companies."""

    def __init__(self, graine: int, personnes: int = 40, structures: tuple[int, int] = (3, 5)) -> None:
        self.graine, self.structures = graine, structures
        self.tirage = random.Random(graine)
        t = self.tirage
        self.personnes = []
        naissances = set()
        while len(self.personnes) < personnes:
            naissance = _jour(t, date(1958, 1, 1), date(2005, 12, 31))
            # one person a day of the year: no two people look like a slip of each other
            if (naissance.day, naissance.month) in naissances or (
                naissance.month,
                naissance.day,
            ) in naissances:
                continue
            naissances.add((naissance.day, naissance.month))
            self.personnes.append(
                {
                    "nom": t.choice(NOMS),
                    "prenom": t.choice(PRENOMS),
                    "naissance": naissance,
                    "sexe": t.choice(["F", "H", "H", "H", "ND"]),
                }
            )
        self.acheteurs = [
            {"nom": f"Acheteur n° {i} de l'Été", "siret": siret_valide(t) if i % 3 else None}
            for i in range(8)
        ]
        self.entreprises = [siret_valide(t) for _ in range(12)]

    def depots(self) -> list[Depot]:
        """A few structures, two or three deposits each, ready to be written."""
        t = self.tirage
        depots = []
        for rang in range(t.randint(*self.structures)):
            layout = "bilan" if rang % 3 == 1 else "relationnel"
            depots += _Structure(self, f"S{t.randint(10, 89)}0{rang}", layout).depots()
        return depots


class _Structure:
    def __init__(self, monde: Monde, code: str, layout: str) -> None:
        self.monde, self.code, self.layout = monde, code, layout
        self.t = monde.tirage
        # a draw of its own: what is only followed up changes nothing of the rest
        self.suivi = random.Random(f"{monde.graine} {code}")
        t = self.t
        self.obligations = random.Random(f"obligations {monde.graine} {code}")
        self.structure = {
            "code": code,
            "nom": f"Maison {code}",
            "commune": t.choice(COMMUNES_STRUCTURES),
            **self._postes(),
        }
        self.animation = self._animation()
        self.operations = {f"OP{i}": self._operation(i) for i in range(t.randint(3, 5))}
        self.marches = {f"M{i:03d}": self._marche(i) for i in range(t.randint(11, 16))}
        self.entreprises: dict[tuple[str, str], dict[str, Any]] = {}
        for marche in self.marches:
            for siret in t.sample(monde.entreprises, t.randint(1, 3)):
                self.entreprises[marche, siret] = self._entreprise(marche, siret)
        self.beneficiaires = {f"B{i:03d}": self._beneficiaire(i) for i in range(t.randint(14, 22))}
        self.contrats = {f"C{i:03d}": self._contrat(i) for i in range(t.randint(22, 34))}
        self.heures = self._heures()
        self.situations = self._situations()
        self.qualifications = {cle: self._oui_non() for cle in self.situations}

    def _code(self, nomenclature: str) -> str:
        return self.t.choice(CODES[nomenclature])

    def _oui_non(self) -> str | None:
        return self.suivi.choice(["O", "N", None]) if self.layout == "relationnel" else None

    def _postes(self) -> dict[str, Any]:
        """Facilitators, their area and who pays them: often said in part only."""
        t = self.obligations
        parts = t.choice([[None] * 7, [30, 8, 5, 29, 21, 4, 3], [50, None, None, 50, None, None, None]])
        return {
            "facilitateurs": t.choice([None, 0, 1, 3, 4]),
            "etp": t.choice([None, 0, 0.5, 1.8, 3]),
            "aire": t.choice(AIRES),
            **{f"financement_{rang}": part for rang, part in enumerate(parts)},
        }

    def _animation(self) -> list[dict[str, Any]]:
        t = self.obligations
        evenements: dict[Any, dict[str, Any]] = {}
        for _ in range(t.randint(0, 14)):
            cle = {
                "date": _jour(t, date(2023, 1, 1), date(2024, 12, 31)),
                "type": t.choice(RENCONTRES),
                "organisme": t.choice([None, "Mairie d'Été", "MAIRIE D'ETE", "Fédé BTP 59", "ACME"]),
                "type_organisme": t.choice(ROLES),
            }
            evenements[tuple(cle.values())] = {**cle, "participants": t.choice([None, 2, 18])}
        return list(evenements.values())

    def _commune(self) -> str | None:
        return self.t.choice([*COMMUNES, None, "99999"])

    def _operation(self, i: int) -> dict[str, Any]:
        acheteur = self.t.choice(self.monde.acheteurs)
        return {
            "code": f"OP{i}",
            "intitule": f"Opération {i} ; « {self.code} »",
            "do": acheteur["nom"],
            "do_siret": acheteur["siret"],
            "type_do": self._code("type_donneur_ordre"),
            "programme": self._code("programme"),
            "commune": self._commune(),
            "volet": self.obligations.choice([None, "INVESTISSEMENT", "GUP", "INGENIERIE"]),
            "fin_operation": self.obligations.choice([None, date(2024, 3, 31), date(2027, 1, 1)]),
            "travaillees_prevues": self.obligations.choice([None, 0, 2000, 9000.5, 60000]),
        }

    def _marche(self, i: int) -> dict[str, Any]:
        marche = {
            "code": f"M{i:03d}",
            "operation": self.t.choice(list(self.operations)),
            "lot": str(i) if self.layout == "relationnel" or self.t.random() < 0.5 else None,
            "article": self._code("base_juridique"),
            "nature": self._code("nature_marche"),
            "secteur": self._code("secteur"),
            "montant": self.t.choice(MONTANTS),
            "notification": date(2022, self.t.randint(1, 12), 1),
        }
        annee = self.suivi.choice([None, 2019, 2022, 2022, 2023])
        marche["notification"] = marche["notification"].replace(year=annee) if annee else None
        marche["fin_prevue"] = self.suivi.choice(
            [None, date(2024, 6, 30), date(2025, 1, 20), date(2026, 1, 31)]
        )
        marche["prevues"] = self.obligations.choice([None, 0, 100, 350.5, 1200])
        marche["penalite"] = self.obligations.choice([None, 60, 45.5])
        return marche

    def _entreprise(self, marche: str, siret: str) -> dict[str, Any]:
        return {
            "marche": marche,
            "siret": siret,
            "raison": f"Société {siret[-4:]}",
            "type": self._code("type_employeur"),
            "effectif": self.t.choice(EFFECTIFS),
            "engagees": self.obligations.choice([None, None, 70, 250.5]),
            "role": self.obligations.choice(ROLES_SUR_LE_MARCHE),
        }

    def _beneficiaire(self, i: int) -> dict[str, Any]:
        personne = dict(self.t.choice(self.monde.personnes))
        hasard = self.t.random()
        if hasard < 0.04:
            personne["naissance"] = None
        elif hasard < 0.08:
            personne[self.t.choice(["nom", "prenom"])] = None
        return {"numero": f"B{i:03d}", **personne, **self._profil()}

    def _profil(self) -> dict[str, Any]:
        relationnel = self.layout == "relationnel"
        principale = self._code("categorie_public")
        autres = self.t.sample(
            [c for c in CODES["categorie_public"] if c not in ("ND", principale)], self.t.choice([0, 0, 1, 2])
        )
        if self.layout == "bilan" and principale == "ND":
            autres = []
        return {
            "qpv": self.t.choice(["O", "N", "N", None]),
            "code_qpv": self.t.choice([None, None, "QP059013", "QN05901M"]) if relationnel else None,
            "niveau": self._code("niveau"),
            "categorie": principale,
            "autres": tuple(sorted(autres)),
            "prescripteur": self._code("prescripteur"),
            "referent": self._oui_non(),
        }

    def _contrat(self, i: int) -> dict[str, Any]:
        debut = _jour(self.t, date(2022, 11, 1), date(2024, 10, 31))
        employeur = self.t.choice([*self.monde.entreprises, None])
        fin = None if self.t.random() < 0.2 else debut + timedelta(days=self.t.randint(20, 500))
        if fin and self.suivi.random() < 0.2:
            fin = debut + timedelta(days=self.suivi.choice([54, 55]))  # around 8 weeks
        return {
            "numero": f"C{i:03d}",
            "beneficiaire": self.t.choice(list(self.beneficiaires)),
            "siret": employeur,
            "type_employeur": self._code("type_employeur"),
            "modalite": self._code("modalite") if self.layout == "relationnel" else "ND",
            "type_contrat": self._code("type_contrat"),
            "rome": self.t.choice([*ROME, None]),
            "debut": debut,
            "fin": fin,
            "tuteur": self._oui_non(),
        }

    def _heures(self) -> dict[tuple[str, str, tuple[int, int]], dict[str, Any]]:
        heures = {}
        for contrat in self.contrats.values():
            marches = self.t.sample(list(self.marches), self.t.choice([1, 1, 2]))
            annee, mois = contrat["debut"].year, contrat["debut"].month
            for _ in range(self.t.randint(1, 9)):
                for marche in marches:
                    if self.t.random() < 0.75:
                        heures[contrat["numero"], marche, (annee, mois)] = self._quantite()
                annee, mois = annee + mois // 12, mois % 12 + 1
        return heures

    def _quantite(self) -> dict[str, Any]:
        travail = self.t.choice([0.0, 7.0, 26.75, 35.5, 70.0, 100.25, 109.0])
        return {"travail": travail, "formation": self.t.choice([None, None, 0.0, 3.5])}

    def _situations(self) -> dict[tuple[str, int, date | None], str]:
        situations = {}
        for numero in self.beneficiaires:
            for horizon in HORIZONS:
                nombre = self.t.choice([0, 0, 1, 2] if self.layout == "relationnel" else [0, 1])
                for _ in range(nombre):
                    constat = (
                        _jour(self.t, date(2023, 6, 1), date(2024, 12, 31))
                        if self.layout != "bilan"
                        else None
                    )
                    situations[numero, horizon, constat] = self._code("situation")
        return situations

    def _evoluer(self) -> None:
        """Corrections between two deposits: attributes, identities, hours, situations."""
        t = self.t
        for operation in self.operations.values():
            if t.random() < 0.2:
                operation.update(type_do=self._code("type_donneur_ordre"), commune=self._commune())
        for marche in self.marches.values():
            if t.random() < 0.2:
                marche.update(secteur=self._code("secteur"), montant=t.choice(MONTANTS))
        for cle, entreprise in self.entreprises.items():
            if t.random() < 0.2:
                self.entreprises[cle] = {**entreprise, "effectif": t.choice(EFFECTIFS[1:])}
        for numero, beneficiaire in self.beneficiaires.items():
            if t.random() < 0.2:
                beneficiaire.update(self._profil())
            elif t.random() < 0.05:
                self.beneficiaires[numero] = {**beneficiaire, **t.choice(self.monde.personnes)}
        for contrat in self.contrats.values():
            if t.random() < 0.15:
                contrat.update(type_contrat=self._code("type_contrat"), rome=t.choice(ROME))
        for cle in list(self.heures):
            hasard = t.random()
            if hasard < 0.1:
                del self.heures[cle]
            elif hasard < 0.25:
                self.heures[cle] = self._quantite()
        for (numero, horizon, constat), _ in list(self.situations.items()):
            if t.random() < 0.2:
                self.situations[numero, horizon, constat] = self._code("situation")
        if t.random() < 0.2:
            self.structure["commune"] = t.choice(COMMUNES_STRUCTURES)
        if self.obligations.random() < 0.5:
            self.structure.update(self._postes())
        for marche in self.marches.values():
            if self.obligations.random() < 0.3:
                marche["prevues"] = self.obligations.choice([None, 400, 900])
        for evenement in self.animation:
            if self.obligations.random() < 0.3:
                evenement["participants"] = self.obligations.choice([5, 12])

    def depots(self) -> list[Depot]:
        t = self.t
        periodes = [
            (date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 20)),
            (date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 20)),
        ]
        if t.random() < 0.8:
            periodes.append(
                t.choice(
                    [
                        (date(2024, 10, 1), date(2024, 12, 31), date(2025, 3, 10)),
                        (date(2023, 7, 1), date(2024, 3, 31), date(2025, 1, 20)),
                        (date(2022, 11, 1), date(2023, 6, 30), date(2024, 6, 1)),
                    ]
                )
            )
        depots = []
        for debut, fin, extraction in sorted(periodes, key=lambda p: p[2]):
            if depots:
                self._evoluer()
            depot = Depot(self.code, debut, fin, extraction, self.layout, {})
            depot.tables = self._relationnel(depot) if self.layout == "relationnel" else self._bilan(depot)
            depots.append(depot)
        return depots

    def _retenues(self, depot: Depot) -> list[tuple[tuple[str, str, tuple[int, int]], dict[str, Any]]]:
        lignes = [(c, dict(h)) for c, h in self.heures.items() if c[2] in set(depot.mois)]
        self.t.shuffle(lignes)
        return lignes

    def _relationnel(self, depot: Depot) -> dict[str, list[Ligne]]:
        t = self.t
        heures = self._retenues(depot)
        marches = {c[1] for c, _ in heures} | set(t.sample(list(self.marches), 8))
        contrats = {c[0] for c, _ in heures} | set(t.sample(list(self.contrats), 8))
        numeros = {self.contrats[c]["beneficiaire"] for c in contrats} | set(
            t.sample(list(self.beneficiaires), 8)
        )
        tables = {
            "Structure": [Ligne(dict(self.structure))],
            "Opérations": [Ligne(dict(o)) for o in self.operations.values()],
            "Marchés": [Ligne(dict(m)) for c, m in self.marches.items() if c in marches],
            "Entreprises": [Ligne(dict(e)) for (m, _), e in self.entreprises.items() if m in marches],
            "Bénéficiaires": [Ligne(dict(b)) for n, b in self.beneficiaires.items() if n in numeros],
            "Contrats": [Ligne(dict(c)) for n, c in self.contrats.items() if n in contrats],
            "Heures": [Ligne({"contrat": c, "marche": m, "mois": d, **h}) for (c, m, d), h in heures],
            "Situations": [
                Ligne(
                    {
                        "numero": n,
                        "horizon": h,
                        "constat": d,
                        "situation": s,
                        "qualification": self.qualifications[n, h, d],
                    }
                )
                for (n, h, d), s in self.situations.items()
                if n in numeros
            ],
        }
        evenements = [Ligne(dict(e)) for e in self.animation if depot.debut <= e["date"] <= depot.fin]
        if evenements:
            tables["Animation"] = evenements
        for lignes in tables.values():
            t.shuffle(lignes)
        self._planter(depot, tables)
        return tables

    def _bilan(self, depot: Depot) -> dict[str, list[Ligne]]:
        t = self.t
        lignes = []
        for (contrat, marche, mois), h in self._retenues(depot):
            c, m = self.contrats[contrat], self.marches[marche]
            o, b = self.operations[m["operation"]], self.beneficiaires[c["beneficiaire"]]
            siret = c["siret"]
            effectif = self.entreprises.get((marche, siret), {}).get("effectif") if siret else None
            situations = {h: s for (n, h, _), s in self.situations.items() if n == b["numero"]}
            lignes.append(
                Ligne(
                    {
                        "structure": self.code,
                        "structure_nom": self.structure["nom"],
                        "structure_commune": self.structure["commune"],
                        "do": o["do"],
                        "do_siret": o["do_siret"],
                        "type_do": o["type_do"],
                        "intitule": o["intitule"],
                        "programme": o["programme"],
                        "commune": o["commune"],
                        "marche": marche,
                        "lot": m["lot"],
                        "article": m["article"],
                        "nature": m["nature"],
                        "secteur": m["secteur"],
                        "montant": m["montant"],
                        "notification": m["notification"],
                        "prevues": m["prevues"],
                        "raison": f"Société {siret[-4:]}" if siret else None,
                        "siret": siret,
                        "type_employeur": c["type_employeur"],
                        "effectif": effectif,
                        **b,
                        "contrat": contrat,
                        "type_contrat": c["type_contrat"],
                        "rome": c["rome"],
                        "debut": c["debut"],
                        "fin": c["fin"],
                        "mois": mois,
                        "total": h["travail"] + (h["formation"] or 0),
                        "formation": h["formation"],
                        **{f"situation_{n}": situations.get(n) for n in HORIZONS},
                    }
                )
            )
        tables = {"Bilan": lignes}
        self._planter_bilan(depot, lignes)
        t.shuffle(lignes)
        return tables

    def _planter_heures(self, depot: Depot, lignes: list[Ligne], quantite: str, debut: bool) -> None:
        """Bad rows among the hours, few enough that the deposit is not refused."""
        t = self.t
        cibles = t.sample(lignes, min(len(lignes), max(1, len(lignes) // 20)))
        genres = ["mois", "hors", "nombre", "vide", "negatif", "impossible", "double", "identique"]
        t.shuffle(genres)
        for ligne, genre in zip(cibles, genres, strict=False):
            if genre == "mois":
                ligne.brut["mois"], ligne.rejet = (
                    t.choice(["13/2024", "à préciser", "2024"]),
                    "MOIS_ILLISIBLE",
                )
            elif genre == "hors":
                ligne.valeurs["mois"], ligne.rejet = (2021, 5), "MOIS_HORS_PERIODE"
            elif genre == "nombre":
                ligne.brut[quantite], ligne.rejet = (
                    t.choice(["n.c.", "12h30 env.", "dix"]),
                    "NOMBRE_ILLISIBLE",
                )
            elif genre == "vide":
                ligne.brut[t.choice([quantite, "mois", "contrat"])] = ""
                ligne.rejet = "VALEUR_MANQUANTE"
            elif genre == "negatif":
                ligne.valeurs[quantite], ligne.rejet = -7.5, "HEURES_NEGATIVES"
            elif genre == "impossible":
                ligne.valeurs[quantite], ligne.rejet = 744.5, "HEURES_IMPOSSIBLES"
            elif genre == "double":
                lignes.append(Ligne({**ligne.valeurs, quantite: 111.25}))
            elif genre == "identique":
                lignes.append(Ligne(dict(ligne.valeurs)))
        if debut and lignes:
            ligne = t.choice(lignes)
            if not ligne.brut and ligne.rejet is None:
                cle = (ligne.valeurs["contrat"], ligne.valeurs["marche"], ligne.valeurs["mois"])
                autres = [
                    a
                    for a in lignes
                    if a is not ligne
                    and (a.valeurs["contrat"], a.valeurs["marche"], a.valeurs["mois"]) == cle
                ]
                if not autres:
                    ligne.brut["debut"], ligne.rejet = "31/02/2024", "DATE_ILLISIBLE"

    def _planter(self, depot: Depot, tables: dict[str, list[Ligne]]) -> None:
        t = self.t
        self._planter_heures(depot, tables["Heures"], "travail", debut=False)
        # parents made for the purpose, each with an hour that falls with them
        numero = t.choice(tables["Bénéficiaires"]).valeurs["numero"]
        marche = t.choice(tables["Marchés"]).valeurs["code"]

        def contrat(code: str, **valeurs: Any) -> Ligne:
            return Ligne({**self._contrat(0), "numero": code, "beneficiaire": numero, **valeurs})

        genre = t.choice(["debut", "double", "vide", "orphelin", "rien"])
        if genre == "debut":
            ligne = contrat("CX1")
            ligne.brut["debut"], ligne.rejet = "30/02/2024", "DATE_ILLISIBLE"
            tables["Contrats"].append(ligne)
        elif genre == "double":
            tables["Contrats"] += [contrat("CX1", rome="A1203"), contrat("CX1", rome="F1701")]
        elif genre == "vide":
            ligne = contrat("CX1")
            ligne.brut["debut"], ligne.rejet = "", "VALEUR_MANQUANTE"
            tables["Contrats"].append(ligne)
        elif genre == "orphelin":
            tables["Contrats"].append(contrat("CX1", beneficiaire="B999"))
        if genre != "rien":
            tables["Heures"].append(
                Ligne(
                    {
                        "contrat": "CX1",
                        "marche": marche,
                        "mois": t.choice(depot.mois),
                        "travail": 12.0,
                        "formation": None,
                    }
                )
            )
        if t.random() < 0.5:
            tables["Situations"].append(
                Ligne({"numero": "B998", "horizon": 6, "constat": date(2024, 1, 5), "situation": "CDI"})
            )
        if t.random() < 0.5:
            tables["Entreprises"].append(Ligne(self._entreprise("M998", t.choice(self.monde.entreprises))))
        if len(tables["Marchés"]) >= 11 and t.random() < 0.5:
            tables["Marchés"].append(Ligne({**self._marche(0), "code": "M997", "operation": "OP997"}))
            if t.random() < 0.5:
                tables["Heures"].append(
                    Ligne(
                        {
                            "contrat": t.choice(tables["Contrats"]).valeurs["numero"],
                            "marche": "M997",
                            "mois": t.choice(depot.mois),
                            "travail": 5.0,
                            "formation": None,
                        }
                    )
                )
        identique = t.choice(tables["Contrats"])
        if not identique.brut and identique.valeurs["numero"] != "CX1" and t.random() < 0.5:
            tables["Contrats"].append(Ligne(dict(identique.valeurs)))
        elif not identique.brut and identique.valeurs["numero"] != "CX1":
            identique.brut["fin"] = t.choice(["32/12/2024", "fin de chantier"])
            identique.valeurs["fin"] = None
            identique.alertes.append("DATE_ILLISIBLE")
        marche_ligne = t.choice(tables["Marchés"])
        if t.random() < 0.5:
            marche_ligne.valeurs["montant"] = None
            marche_ligne.brut["montant"] = t.choice(["confidentiel", "env. 12 k€"])
            marche_ligne.alertes.append("NOMBRE_ILLISIBLE")
        self._alertes_communes(tables["Contrats"], tables["Bénéficiaires"])
        for lignes in tables.values():
            t.shuffle(lignes)

    def _alertes_communes(self, contrats: list[Ligne], beneficiaires: list[Ligne]) -> None:
        t = self.t
        seuls = [
            c
            for c in contrats
            if not c.brut and sum(a.valeurs["numero"] == c.valeurs["numero"] for a in contrats) == 1
        ]
        if seuls and t.random() < 0.6:
            ligne = t.choice(seuls)
            ligne.valeurs["fin"] = ligne.valeurs["debut"] - timedelta(days=3)
            ligne.alertes.append("FIN_AVANT_DEBUT")
        if t.random() < 0.6:
            ligne = t.choice(beneficiaires)
            ligne.valeurs["naissance"] = None
            formes = ["00/00/1980", "vers 1975", "31/12/2031"]
            if any(c.valeurs["beneficiaire"] == ligne.valeurs["numero"] and not c.rejet for c in contrats):
                formes.append("12/05/1901")  # an age is that at the start of a contract
            ligne.brut["naissance"] = t.choice(formes)

    def _planter_bilan(self, depot: Depot, lignes: list[Ligne]) -> None:
        t = self.t
        self._planter_heures(depot, lignes, "total", debut=True)
        # values of a key that differ between its rows: the row of the latest month wins
        for _ in range(t.randint(2, 6)):
            ligne = t.choice(lignes)
            jumelles = [
                a
                for a in lignes
                if a is not ligne
                and all(a.valeurs[k] == ligne.valeurs[k] for k in ("contrat", "marche", "mois"))
            ]
            if ligne.rejet or ligne.brut or jumelles:
                continue
            champ, valeur = t.choice(
                [
                    ("secteur", self._code("secteur")),
                    ("type_do", self._code("type_donneur_ordre")),
                    ("rome", t.choice(ROME)),
                    ("categorie", t.choice(["DELD", "RSA"])),
                    ("montant", t.choice(MONTANTS[1:])),
                    ("type_contrat", self._code("type_contrat")),
                    ("niveau", self._code("niveau")),
                    ("commune", t.choice(list(COMMUNES))),
                    ("effectif", t.choice(EFFECTIFS[1:]) if ligne.valeurs["siret"] else None),
                    ("qpv", t.choice(["O", "N"])),
                ]
            )
            ligne.valeurs[champ] = valeur
            if champ == "categorie":
                ligne.valeurs["autres"] = ()
