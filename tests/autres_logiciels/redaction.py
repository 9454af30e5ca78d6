"""How one tool writes: its words for sheets and headers, its wordings of values, the order of its columns; drawn once."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from clauses.socle.project import SEEDS
from ingest.layouts import Colonne, charger_layouts

from .monde import MOTS, VILLES, Valeur

Cle = (
    str | tuple[str, dt.date]
)  # a column of ours, « Table · Colonne »; of a month in columns, with its month
Rang = dict[Any, Valeur]  # a row: Cle → value
Registre = Literal["mots", "tech", "crm"]
Cellule = str | float | int | dt.date | None

NE_PAS_REPRENDRE = "ne pas reprendre"
COLONNES: dict[str, Colonne] = {
    f"{table.entete} · {colonne.entete}": colonne
    for layout in charger_layouts()
    for table in layout.tables
    for colonne in table.colonnes
}
# what is a column of ours, in other units or with something more in it
SENS = {
    "Minutes de travail": "Heures · Heures travaillées",
    "Minutes de formation": "Heures · Heures de formation",
    "Total avec formation": "Heures · Heures travaillées",
}
# of a contract that says the companies of its marché
EMPLOYEUR = {
    "Contrats · SIRET employeur": "Entreprises · SIRET",
    "Contrats · Type d'employeur": "Entreprises · Type d'entreprise",
}
_PETITS = {"d", "l", "de", "du", "des", "le", "la", "a"}
_ABREGES = {
    "heures": "H.",
    "nombre": "Nb",
    "date": "Dt.",
    "salarié": "sal.",
    "formation": "form.",
    "entreprise": "entr.",
    "contrat": "ctr.",
    "marché": "mché",
    "commune": "com.",
    "situation": "sit.",
    "employeur": "empl.",
    "code": "cd.",
    "niveau": "niv.",
    "chantier": "chant.",
    "opération": "op.",
    "structure": "struct.",
    "début": "déb.",
    "naissance": "naiss.",
}


@dataclass
class Planche:
    """A sheet to be: `cle` its name in mots.yml, `tables` those of ours that it feeds, `nom` when its rows say it."""

    cle: str
    tables: tuple[str, ...]
    lignes: list[Rang]
    nom: str | None = None

    def cles(self) -> list[Cle]:
        return list(dict.fromkeys(c for ligne in self.lignes for c in ligne))


@dataclass
class Grille:
    """A sheet as its cells; `fusions`: first row, first column, last row, last column."""

    nom: str
    lignes: list[list[Cellule]]
    fusions: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Reponse:
    """What a header is: any of `colonnes` of ours; those of one `famille` (months in columns) are decided together."""

    colonnes: frozenset[str]
    famille: str = ""


def notion(cle: str) -> str:
    """The column whose words say this one."""
    return str(MOTS["comme"].get(cle, cle))


def sens_de(cle: Cle) -> str:
    """The column of ours that this one feeds."""
    nom = cle if isinstance(cle, str) else cle[0]
    return SENS.get(nom, nom)


def colonne_de(cle: Cle) -> Colonne:
    return COLONNES[sens_de(cle)]


@cache
def formes() -> dict[str, dict[str, list[str]]]:
    """nomenclature → code → the wordings that a tool may show, as the shipped table of aliases knows them."""
    lues: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (SEEDS / "nomenclatures" / "alias.csv").open(encoding="utf-8") as fichier:
        for ligne in csv.DictReader(fichier):
            forme = ligne["forme"]
            if len(forme) > 1 and not re.search(r"^[\d. ]+$|_|[/,;+]", forme):
                lues[ligne["nomenclature"]][ligne["code"]].append(forme)
    return lues


def sans_accents(texte: str) -> str:
    texte = texte.replace("œ", "oe").replace("Œ", "OE")
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))


class Redacteur:
    """One tool. What it draws it keeps, so that all its deposits are written alike.

    `listes`: codes instead of words, `decalage`: how far their numbers are from those of another. `texte`: cells are text.
    """

    def __init__(
        self,
        hasard: random.Random,
        registre: Registre = "mots",
        *,
        listes: bool = False,
        texte: bool = False,
        deux_lignes: bool = False,
        decalage: int = 0,
    ) -> None:
        h = self.h = hasard
        self.graine, self.decalage = h.random(), decalage
        self.valeurs = self._tirage("valeurs")  # what does not change the words
        self.registre, self.listes, self.texte, self.deux_lignes = registre, listes, texte, deux_lignes
        casses = {
            "mots": (
                "phrase",
                "phrase",
                "capitales",
                "majuscules",
                "plat",
                "snake",
                "SNAKE",
                "camel",
                "abrege",
            ),
            "tech": ("phrase", "phrase", "minuscules", "camel"),
            "crm": ("phrase",),
        }
        self.casse = h.choice(casses[registre])
        self.jour = h.choice(("%d/%m/%Y", "%d/%m/%Y", "%Y-%m-%d", "excel", "excel"))
        self.mois = h.choice(("%Y-%m", "%m/%Y", "lettres", "%Y%m", "premier"))
        self.nombre = h.choice(
            ("virgule", "point", "espace") if texte else ("excel", "excel", "virgule", "espace")
        )
        self.oui_non = h.choice((("O", "N"), ("Oui", "Non"), ("1", "0"), ("Vrai", "Faux"), ("OUI", "NON")))
        self.sexes = h.choice(
            (("F", "H"), ("Femme", "Homme"), ("Mme", "M."), ("2", "1"), ("Féminin", "Masculin"))
        )
        self.siret = h.choice(("{}", "{}", "{0:.3} {0[3]}{0[4]}{0[5]} {0[6]}{0[7]}{0[8]} {1}"))
        self.noms = h.choice((str.upper, str.title))
        self.separateur = h.choice((" + ", ", ", " / "))
        self.mois_entete = h.choice(MOTS["mois"]["entetes"])
        self.motif_entete = h.choice(
            ("{mesure} {mois}", "{mesure} {mois}", "{mesure} - {mois}", "{mois} {mesure}")
        )
        self.mois_dessus, self.fusionnes = h.random() < 0.5, h.choice(("fusion", "repete", "premier"))
        self.titre = h.random() < 0.25
        self.verite: dict[tuple[str, str], Reponse] = {}
        self._mots: dict[str, str] = {}
        self._entetes: dict[tuple[str, Any], str] = {}
        self._feuilles: dict[str, str] = {}
        self._ordres: dict[str, list[Any]] = {}
        self._bruits: dict[str, list[str]] = {}
        self._libelles: dict[tuple[str, str], str] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self.entetes_de_liste = {c: h.choice(mots) for c, mots in MOTS["listes"].items()}
        self.liste_sans_table = h.random() < 0.3
        self.code_court = h.random() < 0.3

    def _tirage(self, *sujets: str) -> random.Random:
        """What does not depend on the order in which things are asked."""
        return random.Random(f"{self.graine} {sujets}")

    # --- words ---------------------------------------------------------------------------------------------

    def feuille(self, planche: Planche) -> str:
        if planche.nom is not None:
            return planche.nom
        if planche.cle not in self._feuilles:
            registre = "tech" if self.registre == "tech" else "mots"
            libres = [m for m in MOTS["feuilles"][planche.cle][registre] if m not in self._feuilles.values()]
            self._feuilles[planche.cle] = self.h.choice(libres)
        return self._feuilles[planche.cle]

    def entete(self, planche: Planche, nom: str) -> str:
        """The header of a column or of a measure, never twice on a sheet."""
        if (planche.cle, nom) not in self._entetes:
            pris = {e for (cle, _), e in self._entetes.items() if cle == planche.cle}
            for _ in range(50):
                mot = self._mot(planche, nom)
                if mot not in pris:
                    break
                self._mots.pop(notion(nom), None)
            assert mot not in pris, f"{planche.cle}: no other word for {nom}"
            self._entetes[planche.cle, nom] = mot
        return self._entetes[planche.cle, nom]

    def _mot(self, planche: Planche, nom: str) -> str:
        sujet = notion(nom)
        dits = MOTS["bruit"][nom] if nom in MOTS["bruit"] else MOTS["mots"][sujet]
        if self.registre == "mots" and sujet == nom and len(planche.tables) == 1 and planche.cle != "Bilan":
            seuls = dits.get("seul", [])
            if seuls and self.h.random() < 0.35:
                return self._casser(self.h.choice(seuls))
        if sujet not in self._mots or self.h.random() < 0.15:
            self._mots[sujet] = self._casser(self.h.choice(dits.get(self.registre, dits["mots"])))
        return self._mots[sujet]

    def _casser(self, mot: str) -> str:
        h = self.h
        if self.casse == "majuscules":
            return mot.upper()
        if self.casse == "minuscules":
            return mot.lower()
        if self.casse == "capitales":
            return " ".join(m[:1].upper() + m[1:] for m in mot.split())
        if self.casse == "plat":
            return sans_accents(mot)
        if self.casse == "abrege":
            return " ".join(_ABREGES.get(m.lower(), m) if h.random() < 0.6 else m for m in mot.split())
        if self.casse in ("snake", "SNAKE", "camel"):
            dit = mot.replace("N°", "num ").replace("n°", "num ").replace("%", "pct ").replace("€", "eur")
            mots = [m for m in re.split(r"[^A-Za-z0-9]+", sans_accents(dit)) if m]
            if self.casse == "camel":
                return mots[0].lower() + "".join(m.capitalize() for m in mots[1:])
            bout = "_".join(m for m in mots if m.lower() not in _PETITS or len(mots) < 3)
            return bout.upper() if self.casse == "SNAKE" else bout.lower()
        return mot

    def mois_ecrit(self, mois: dt.date) -> str:
        m = mois.month - 1
        long, court, trois = (MOTS["mois"][forme][m] for forme in ("longs", "courts", "trois"))
        dits = {"long": long.capitalize(), "court": court, "Court": court.capitalize(), "trois": trois}
        return str(self.mois_entete.format(**dits, m=mois.month, annee=mois.year, an=mois.year % 100))

    # --- values --------------------------------------------------------------------------------------------

    def cellule(self, cle: Cle, valeur: Valeur) -> Cellule:
        colonne = colonne_de(cle)
        if isinstance(valeur, tuple):
            codes = [self._mot_du_code(colonne, code) for code in valeur]
            return self.separateur.join(codes) or None
        if valeur is None:
            return None
        if colonne.nomenclature:
            assert isinstance(valeur, str)
            return self._mot_du_code(colonne, valeur)
        if isinstance(valeur, dt.date):
            return self._mois(valeur) if colonne.type == "mois" else self._jour(valeur)
        if isinstance(valeur, str):
            if colonne.type == "oui_non":
                return self.oui_non["ON".index(valeur)]
            if colonne.type == "siret":
                return self.siret.format(valeur, valeur[9:])
            return str(self.noms(valeur)) if colonne.type == "identite" else valeur
        return self._nombre(valeur)

    def _mot_du_code(self, colonne: Colonne, code: str) -> str:
        nomenclature = str(colonne.nomenclature)
        if self.listes:
            return self.codes(nomenclature)[code]
        return self.libelle(nomenclature, code)

    def libelle(self, nomenclature: str, code: str) -> str:
        if nomenclature == "sexe" and code in ("F", "H"):
            return self.sexes["FH".index(code)]
        if (nomenclature, code) not in self._libelles:
            choix = self._tirage(nomenclature, code)
            self._libelles[nomenclature, code] = choix.choice(formes()[nomenclature][code])
        return self._libelles[nomenclature, code]

    def codes(self, nomenclature: str) -> dict[str, str]:
        """The numbers that stand for the codes of a nomenclature."""
        if nomenclature not in self._codes:
            ordre = sorted(formes()[nomenclature].keys() - {"ND"})
            self._tirage(nomenclature).shuffle(ordre)
            ordre = ordre[self.decalage :] + ordre[: self.decalage]
            largeur = 1 if self.code_court else 2
            self._codes[nomenclature] = {c: f"{i:0{largeur}}" for i, c in enumerate(ordre, 1)}
        return self._codes[nomenclature]

    def _jour(self, jour: dt.date) -> Cellule:
        if self.jour == "excel":
            return f"{jour:%d/%m/%Y}" if self.texte else jour
        return jour.strftime(self.jour)

    def _mois(self, mois: dt.date) -> Cellule:
        if self.mois == "lettres":
            return f"{MOTS['mois']['longs'][mois.month - 1]} {mois.year}"
        return self._jour(mois) if self.mois == "premier" else mois.strftime(self.mois)

    def _nombre(self, valeur: float) -> Cellule:
        rond = int(valeur) if valeur == int(valeur) else round(valeur, 4)
        if self.nombre == "excel":
            return rond
        texte = f"{rond:,}".replace(",", " " if self.nombre == "espace" else "")
        return texte if self.nombre == "point" else texte.replace(".", ",")

    # --- sheets --------------------------------------------------------------------------------------------

    def grille(self, planche: Planche) -> Grille:
        """The cells of a sheet, what its headers are being noted in `verite`."""
        nom = self.feuille(planche)
        simples, mesures = self._colonnes(planche)
        places: list[Any] = [*simples, *mesures]
        lignes: list[list[Cellule]] = []
        for rang, ligne in enumerate(planche.lignes, 1):
            lignes.append(
                [
                    self._bruit(place, rang, ligne)
                    if place in MOTS["bruit"]
                    else self.cellule(place, ligne.get(place))
                    for place in places
                ]
            )
        haut: list[list[Cellule]] = []
        if self.titre and not self.texte:
            haut = [[f"Export du {self.valeurs.randrange(1, 28):02}/02/2025"], []]
        entetes, fusions = self._entetes_de(planche, nom, simples, mesures, len(haut))
        return Grille(nom, [*haut, *entetes, *lignes], fusions)

    def _colonnes(self, planche: Planche) -> tuple[list[str], list[tuple[str, dt.date]]]:
        cles = planche.cles()
        simples = [c for c in cles if isinstance(c, str)]
        if planche.cle not in self._ordres:
            ordre = list(simples)
            self.h.shuffle(ordre)
            self._bruits[planche.cle] = self._bruits_de(planche)
            for bruit in self._bruits[planche.cle]:
                ordre.insert(self.h.randrange(len(ordre) + 1), bruit)
            self._ordres[planche.cle] = ordre
        connues = self._ordres[planche.cle]
        ordonnees = [c for c in connues if c in simples or c in MOTS["bruit"]] + [
            c for c in simples if c not in connues
        ]
        mesures = sorted({c for c in cles if not isinstance(c, str)}, key=lambda c: (c[1], c[0]))
        if not self.mois_dessus:
            mesures.sort(key=lambda c: c[0], reverse=True)
        return ordonnees, mesures

    def _bruits_de(self, planche: Planche) -> list[str]:
        notions = {notion(c if isinstance(c, str) else c[0]) for c in planche.cles()}
        possibles = [b for b, dit in MOTS["bruit"].items() if dit.get("sur") is None or dit["sur"] in notions]
        return self.h.sample(possibles, self.h.randrange(0, 4 if len(planche.cles()) > 4 else 2))

    def _entetes_de(
        self,
        planche: Planche,
        nom: str,
        simples: Sequence[str],
        mesures: Sequence[tuple[str, dt.date]],
        debut: int,
    ) -> tuple[list[list[Cellule]], list[tuple[int, int, int, int]]]:
        fusions: list[tuple[int, int, int, int]] = []
        bas: list[Cellule] = []
        for simple in simples:
            entete = self.entete(planche, simple)
            self._noter(planche, nom, entete, simple)
            bas.append(entete)
        if not mesures:
            return [bas], fusions
        haut: list[Cellule] = [None] * len(bas)
        if self.deux_lignes and self.fusionnes == "fusion":
            haut, bas = bas, [None] * len(bas)
            fusions += [(debut, i, debut + 1, i) for i in range(len(bas))]
        seule = len({m for m, _ in mesures}) == 1
        groupes: list[tuple[str, int]] = []
        for mesure, mois in mesures:
            dite, mois_dit = self.entete(planche, mesure), self.mois_ecrit(mois)
            if self.deux_lignes:
                dessus, dessous = (mois_dit, dite) if self.mois_dessus else (dite, mois_dit)
                self._noter(planche, nom, f"{dessus} {dessous}", mesure, famille=mesure)
                premier = not groupes or groupes[-1][0] != dessus
                groupes = [*groupes, (dessus, len(bas))] if premier else groupes
                haut.append(dessus if premier or self.fusionnes == "repete" else None)
                bas.append(dessous)
            else:
                nu = seule and mesure in ("Heures · Heures travaillées", "Bilan · Heures réalisées")
                entete = mois_dit if nu else self.motif_entete.format(mesure=dite, mois=mois_dit)
                self._noter(planche, nom, entete, mesure, famille=mesure)
                bas.append(entete)
        if not self.deux_lignes:
            return [bas], fusions
        if self.fusionnes == "fusion":
            fins = [place for _, place in groupes[1:]] + [len(bas)]
            fusions += [
                (debut, d, debut, f - 1) for (_, d), f in zip(groupes, fins, strict=True) if f - 1 > d
            ]
        return [haut, bas], fusions

    def _noter(self, planche: Planche, feuille: str, entete: str, cle: str, famille: str = "") -> None:
        if planche.nom is not None and not famille:  # a sheet for each month, marché or company
            famille = cle
        if cle in MOTS["bruit"]:
            self.verite[feuille, entete] = Reponse(frozenset({NE_PAS_REPRENDRE}), famille)
            return
        sens = SENS.get(cle, cle)
        admises = {sens} | {
            c for c in COLONNES if notion(c) == notion(sens) and c.split(" · ")[0] in planche.tables
        }
        admises |= {EMPLOYEUR[c] for c in admises if c in EMPLOYEUR and "Entreprises" in planche.tables}
        self.verite[feuille, entete] = Reponse(frozenset(admises), famille)

    def _bruit(self, genre: str, rang: int, ligne: Rang) -> Cellule:
        h = self.valeurs

        def valeur(sujet: str) -> Valeur:
            return next((v for c, v in ligne.items() if isinstance(c, str) and notion(c) == sujet), None)

        agent = h.choice(("p.fictif", "m.exemple", "c.inventee"))
        if genre in ("age", "duree"):
            debut = valeur(
                "Bénéficiaires · Date de naissance" if genre == "age" else "Contrats · Date de début"
            )
            fin = dt.date(2024, 6, 1) if genre == "age" else valeur("Contrats · Date de fin")
            if not isinstance(debut, dt.date) or not isinstance(fin, dt.date):
                return None
            return (fin - debut).days // (365 if genre == "age" else 30)
        if genre in ("etp", "reste"):
            heures = valeur(
                "Heures · Heures travaillées" if genre == "etp" else "Marchés · Heures d'insertion prévues"
            )
            part = 1 / 151.67 if genre == "etp" else h.random()
            return self._nombre(round(heures * part, 2)) if isinstance(heures, float) else None
        return {
            "rang": 10_000 + rang,
            "commentaire": h.choice((None, None, "à rappeler", "dossier complet", "vu avec l'employeur")),
            "agent": agent,
            "saisie": self._jour(dt.date(2025, 1, 1) + dt.timedelta(h.randrange(18))),
            "telephone": f"06 00 00 {h.randrange(100):02} {h.randrange(100):02}",
            "mail": f"personne{h.randrange(1000)}@exemple.invalid",
            "nir": f"{h.choice('12')} {h.randrange(60, 99)} {h.randrange(1, 13):02} 59",
            "ville": h.choice(VILLES),
            "mail_agent": f"{agent}@exemple.invalid",
            "valide": h.choice(("Validé", "Validé", "Brouillon")),
            "code_postal": f"59{h.randrange(10) * 100:03}",
        }[genre]

    def liste(self, planches: Iterable[Planche]) -> Grille:
        """The sheet of the code lists of these sheets."""
        e = self.entetes_de_liste
        entetes = [e["champ"], e["code"], e["libelle"]]
        lignes: list[list[Cellule]] = []
        for planche in planches:
            vues = [c for c in self._ordres[planche.cle] if c in COLONNES and COLONNES[c].nomenclature]
            for cle in vues:
                nomenclature = str(COLONNES[cle].nomenclature)
                for code, numero in sorted(self.codes(nomenclature).items(), key=lambda c: c[1]):
                    lignes.append(
                        [
                            self.feuille(planche),
                            self.entete(planche, cle),
                            numero,
                            self.libelle(nomenclature, code),
                        ]
                    )
        if self.liste_sans_table:
            uniques = dict.fromkeys(tuple(ligne[1:]) for ligne in lignes)
            lignes = [list(ligne) for ligne in uniques]
        else:
            entetes = [e["table"], *entetes]
        nom = self.feuille(Planche("Listes", (), []))
        for entete in entetes:
            self.verite[nom, entete] = Reponse(frozenset({NE_PAS_REPRENDRE}))
        return Grille(nom, [list(entetes), *lignes])
