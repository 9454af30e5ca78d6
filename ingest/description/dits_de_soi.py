"""What a deposit says of itself: what a label is about, and what the text beside it, or with it, says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ingest.description.vocabulaire import MOTS_D_IDENTITE, decouper
from ingest.layouts import normaliser
from ingest.provenance import lire_date

JOURS = ("debut", "fin", "extraction")
PERIODE = "periode"  # a text with two days
_UN_JOUR = re.compile(
    r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d\d-\d\d|\d{1,2}(?:er)? [a-zéû]{3,9}\.? \d{4})(?!\d)",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z]{1,6}[_-]?\d{2,9}")  # what « Structure » may stand beside, and that is no name
_COMMUNE = re.compile(r"\d[\dAB]\d{3}")


@cache
def sujet(libelle: str) -> str | None:
    """What a label is about, by its words: « Code organisme » → `code_structure`; `structure`: its code or its name."""
    mots = frozenset(decouper(libelle).split())
    dits = mots - MOTS_D_IDENTITE["neutres"]
    if not dits:
        return {frozenset({"du"}): "debut", frozenset({"au"}): "fin"}.get(mots)
    de = {nom: bool(dits & siens) for nom, siens in MOTS_D_IDENTITE.items()}

    def rien_que(*noms: str) -> bool:
        return dits <= frozenset().union(*(MOTS_D_IDENTITE[n] for n in noms))

    if rien_que("extraction"):
        return "extraction"
    if rien_que(PERIODE):
        return PERIODE
    for cle in ("debut", "fin"):
        if de[cle] and rien_que(cle, PERIODE):
            return cle
    if de["structure"] and de["code"] and rien_que("structure", "code"):
        return "code_structure"
    if de["commune"] and rien_que("commune", "code", "structure"):
        return "commune"
    if rien_que("structure"):
        return "structure"
    return "nom_structure" if de["nom"] and rien_que("structure", "nom") else None


def dit_la_periode(libelle: str) -> bool:
    """Whether a label names the period, and not a day of something else."""
    return not MOTS_D_IDENTITE[PERIODE].isdisjoint(decouper(libelle).split())


def jours_dans(texte: str) -> list[str]:
    """The days that a text names: « du 01/01/2024 au 31/12/2024 »."""
    return [j[0] for j in _UN_JOUR.finditer(texte) if lire_date(j[0]) is not None]


def ce_que_dit(cle: str, texte: str) -> str | None:
    """What a cell says of this key: its text, a day in it, or what follows its label; None where it says something else."""
    avant, deux_points, apres = texte.partition(":")
    if deux_points and cle in cles_de(avant, apres.strip()):
        texte = apres.strip()
    if cle not in JOURS:
        return texte or None
    if lire_date(texte) is not None:
        return texte
    jours = jours_dans(texte)
    if len(jours) == 2 and cle != "extraction":
        return jours[cle == "fin"]
    return jours[0] if len(jours) == 1 else None


def cles_de(libelle: str, valeur: str) -> Mapping[str, bool]:
    """What this value beside this label says, and whether the label says so by itself: a structure's code may be called
    as its name is."""
    dit = sujet(libelle)
    if dit is None or not valeur:
        return {}
    jours = 1 if lire_date(valeur) is not None else len(jours_dans(valeur))
    if dit == PERIODE and jours == 2:
        return {"debut": True, "fin": True}
    if dit == PERIODE:  # « Période du | 01/01/2024 | au | 31/12/2024 »
        dit = "debut" if " du " in f" {normaliser(libelle)} " else None
    if dit is None:
        return {}
    if dit in JOURS:
        return {dit: True} if jours == 1 else {}
    if dit == "commune":
        return {"commune": True} if _COMMUNE.fullmatch(valeur) else {}
    if jours:
        return {}
    if dit == "structure":
        return {"code_structure": False} if _CODE.fullmatch(valeur) else {"nom_structure": False}
    return {dit: True}


def se_dit_seul(texte: str) -> tuple[str, str] | None:
    """Label and value of a cell that holds both: « Édité le 20/01/2025 », « Code structure : S59 »."""
    jours = jours_dans(texte)
    if jours:
        return normaliser(_UN_JOUR.sub(" ", texte)), texte
    libelle, deux_points, valeur = texte.partition(":")
    return (libelle, valeur.strip()) if deux_points and valeur.strip() else None
