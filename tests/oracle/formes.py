"""The texts a value may be written as: the forms met so far, and the accidents of typing."""

from __future__ import annotations

import csv
import random
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path

_FORMES_RENCONTREES = Path(__file__).parents[1] / "data" / "formes-rencontrees.csv"
_BASES = {
    "COND_EXEC": [
        "14",
        "art. 14",
        "Article 14 du CMP",
        "38",
        "Art.38",
        "L.2112-2",
        "L 2112-2",
        "l2112-2",
        "L. 2112-2",
    ],
    "COND_EXEC_CRITERE": [
        "14 + 53-1",
        "14+53",
        "14 et 53-1",
        "14 / 53-1",
        "38 et 52",
        "38 + 52",
        "38+52+62",
        "38, 52 et 62",
        "L2112-2 + R2152-7",
        "L.2112-2 et R.2152-7",
        "L2112-2 et L2152-7",
        "Art. 38 et 52",
        "38 et 62",
    ],
    "CRITERE": ["53-1", "53", "art. 53-1", "52", "62", "52 et 62", "R2152-7", "L2152-7", "R. 2152-7"],
    "RESERVE_HANDICAP": ["15", "Art.15", "36-1", "36-I", "36 I", "Art. 36-I", "L2113-12", "L.2113-12"],
    "RESERVE_IAE": ["36-II", "36 II", "art. 36-II", "L2113-13", "L. 2113-13"],
    "RESERVE_MIXTE": ["L2113-14", "L.2113-14"],
    "RESERVE_PENITENTIAIRE": ["L2113-13-1", "L. 2113-13-1"],
    "RESERVE_ESS": ["37", "art. 37", "L2113-15", "L.2113-16"],
    "MARCHE_INSERTION": ["30", "28", "Art.30", "article 28", "R2123-1 3°", "R.2123-1 3°", "L2123-1"],
    "CONCESSION": ["DSP", "Concession", "L3114-2", "dsp"],
    "PRIVE": ["Clause volontaire", "Marché privé"],
}
OUI = ["O", "Oui", "oui", "X", "x", "1", "Vrai", "OUI"]
NON = ["N", "Non", "non", "0", "Faux", "NON"]
SEXES = {
    "F": ["F", "Femme", "Mme", "2", "Féminin", "FEMME", "f"],
    "H": ["H", "Homme", "M.", "1", "Masculin", "HOMME", "M"],
    "ND": ["", "xyz"],
}
MOIS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
MOIS_COURTS = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
INCONNUES = ["à préciser", "???", "xyz"]


def _rencontrees() -> dict[tuple[str, str], list[str]]:
    formes: dict[tuple[str, str], list[str]] = defaultdict(list)
    with _FORMES_RENCONTREES.open(encoding="utf-8") as fichier:
        for ligne in csv.DictReader(fichier):
            formes[ligne["nomenclature"], ligne["code"]].append(ligne["forme"])
    return formes


_RENCONTREES = _rencontrees()


def sans_accents(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))


def secouer(t: random.Random, texte: str) -> str:
    """Same text for a reader: case, accents, spaces."""
    hasard = t.random()
    if hasard < 0.15:
        texte = texte.upper()
    elif hasard < 0.3:
        texte = texte.lower()
    elif hasard < 0.4:
        texte = sans_accents(texte)
    if t.random() < 0.15:
        texte = t.choice([" ", "  ", "\u00a0"]) + texte + " "
    if t.random() < 0.1:
        texte = texte.replace(" ", "  ", 1)
    return texte


def nom(t: random.Random, texte: str | None) -> str:
    if texte is None:
        return ""
    hasard = t.random()
    if hasard < 0.2:
        texte = texte.upper()
    elif hasard < 0.4:
        texte = sans_accents(texte)
    if t.random() < 0.3:
        texte = texte.replace("-", " ") if "-" in texte else texte.replace(" ", "-")
    if t.random() < 0.2:
        texte = texte.replace("'", "’")
    return texte


def code(t: random.Random, nomenclature: str, valeur: str, *, inconnues: bool = True) -> str:
    if valeur == "ND":
        return t.choice(["", "", *INCONNUES]) if inconnues else ""
    if nomenclature == "base_juridique":
        return t.choice(_BASES[valeur])
    if nomenclature == "programme" and valeur == "AUCUN" and t.random() < 0.5:
        return ""
    return secouer(t, t.choice(_RENCONTREES[nomenclature, valeur]))


def categories(t: random.Random, valeurs: list[str]) -> str:
    formes = [code(t, "categorie_public", v) for v in valeurs]
    return t.choice([" + ", "/", ",", ";", " / ", ", ", "; "]).join(formes)


def nombre(t: random.Random, valeur: float, *, monnaie: bool = False, unicode: bool = True) -> str:
    entier, decimales = int(valeur), round((valeur - int(valeur)) * 100)
    texte = str(entier)
    if entier >= 1000 and t.random() < 0.5:
        blanc = t.choice([" ", "\u00a0", "\u202f"] if unicode else [" ", "\u00a0"])
        texte = f"{entier:,}".replace(",", blanc)
    if decimales or t.random() < 0.3:
        texte += t.choice([",", "."]) + f"{decimales:02d}"
    return texte + (t.choice(["", " €"]) if monnaie else "")


def jour(t: random.Random, valeur: date, *, court: bool = True) -> str:
    formats = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", *(["%d/%m/%y"] if court else [])]
    return valeur.strftime(t.choice(formats))


def mois(t: random.Random, valeur: tuple[int, int]) -> str:
    annee, numero = valeur
    return t.choice(
        [
            f"{annee}-{numero:02d}",
            f"{numero:02d}/{annee}",
            f"{MOIS[numero - 1]} {annee}",
            f"{MOIS_COURTS[numero - 1]} {annee}",
            f"{annee}{numero:02d}",
            f"01/{numero:02d}/{annee}",
            f"{MOIS[numero - 1].upper()} {annee}",
            f"{annee}-{numero:02d}-01",
        ]
    )


def siret(t: random.Random, valeur: str | None) -> str:
    if valeur is None:
        return ""
    hasard = t.random()
    if hasard < 0.2:
        return f"{valeur[:3]} {valeur[3:6]} {valeur[6:9]} {valeur[9:]}"
    return valeur.lstrip("0") if hasard < 0.4 else valeur


def commune(t: random.Random, valeur: str | None) -> str:
    if valeur is None:
        return ""
    return valeur.lstrip("0") if t.random() < 0.4 else valeur


def entete(t: random.Random, texte: str) -> str:
    hasard = t.random()
    if hasard < 0.15:
        texte = texte.upper()
    elif hasard < 0.3:
        texte = sans_accents(texte)
    elif hasard < 0.4:
        texte = f"  {texte} "
    elif hasard < 0.5:
        texte = texte.replace(" ", "\n", 1)
    return texte + t.choice(["", "", "", " *", " :", "*"])
