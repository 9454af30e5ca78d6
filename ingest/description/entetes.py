"""The header of a sheet of another tool, on one line or two, made one line of distinct names.

Two lines: a group above (a month, « Heures »), a measure or a month below; the name of a column is both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from ingest.cellules_excel import Plage
from ingest.dates import UN_MOIS, lire_mois_d_une_colonne
from ingest.description.langage import MOIS
from ingest.feuilles import FeuilleLue
from ingest.layouts import normaliser

_PART_D_UN_ENTETE = 0.6  # of the widest row among the first
_MOIS_SEUL = re.compile(rf"(?:{UN_MOIS})|m?(?:0?[1-9]|1[0-2])")
_MOIS_DANS = re.compile(
    rf"(?:\b20\d\d (?:{UN_MOIS})(?![a-z])|(?<![a-z])(?:{UN_MOIS})(?![a-z]) ?(?:20\d\d|\d\d)?"
    r"|\b20\d\d ?m?(?:0?[1-9]|1[0-2])(?: 0?1)?(?: 00 00 00)?\b|\b(?:0?1 )?(?:0?[1-9]|1[0-2]) 20\d\d\b"
    r"|\bm(?:0?[1-9]|1[0-2])\b)"
)
_PREMIER_DU_MOIS = re.compile(
    r"^((?:19|20)\d\d)\D(\d\d)\D01(?:\D00\D00\D00)?$"
)  # how a header of dates is read
_ANNEE = re.compile(r"(?:19|20)\d\d")
_CHIFFRES = re.compile(r"[\d\s.,/:%€+-]+")


@dataclass(frozen=True)
class EnTete:
    """`rang`: its first row among those of the sheet; `hauteur`: 1 or 2; `noms`: of each column, distinct, "" for none."""

    rang: int
    hauteur: int
    noms: tuple[str, ...]


@lru_cache(maxsize=20_000)
def mois_ecrit(texte: str) -> str | None:
    """`2024-03` of « mars 2024 », « 03/2024 », « 2024-03-01 00:00:00 »; None for all else."""
    nu = _PREMIER_DU_MOIS.sub(r"\1-\2", texte)
    lu = lire_mois_d_une_colonne(pl.Series([nu], dtype=pl.String)).item()
    return None if lu is None else lu.strftime("%Y-%m")


def est_mois_sans_annee(texte: str) -> bool:
    """« mars », « M03 », « 3 »."""
    return _MOIS_SEUL.fullmatch(normaliser(texte)) is not None


def numero_du_mois(texte: str) -> str:
    """`03` of « mars », « M03 », « 3 »."""
    nu = re.sub(r"^m?0?(\d{1,2})$", r"\1", texte.strip().lower())
    ecrit = mois_ecrit(f"2000-{int(nu):02d}" if nu.isdigit() else f"{nu} 2000")
    return ecrit[-2:] if ecrit else nu


def mois_dans(entete: str) -> tuple[str, str] | None:
    """The pattern of a header of months and the month in it: « Heures janv. 2024 » → « heures {mois} », « janv 2024 »."""
    nu = normaliser(entete)
    trouve = _MOIS_DANS.search(nu) or re.search(rf"(?:{UN_MOIS})(?:20\d\d|\d\d)$", nu)
    if trouve is None:
        return None
    ecrit = trouve[0].strip()
    if mois_ecrit(ecrit) is None and not est_mois_sans_annee(ecrit):
        return None
    motif = f"{nu[: trouve.start()].strip()} {MOIS} {nu[trouve.end() :].strip()}".strip()
    return motif, ecrit


def mois_d_une_feuille(nom: str) -> str | None:
    """The month that a sheet is named after: « janvier 2024 » of « Heures janvier 2024 », `2024 01` of « H 2024-01 »."""
    if mois_ecrit(nom) is not None or est_mois_sans_annee(nom):
        return nom
    trouve = mois_dans(nom)
    return None if trouve is None else trouve[1]


def _est_libelle(texte: str) -> bool:
    return (
        _CHIFFRES.fullmatch(texte) is None or mois_ecrit(texte) is not None or bool(_ANNEE.fullmatch(texte))
    )


def _distincts(textes: Sequence[str | None]) -> tuple[str, ...]:
    vus: dict[str, int] = {}
    noms = []
    for texte in textes:
        nom = " ".join((texte or "").split())
        vus[nom.lower()] = fois = vus.get(nom.lower(), 0) + 1
        noms.append(nom if fois == 1 or not nom else f"{nom} ({fois})")
    return tuple(noms)


def _joints(haut: Sequence[str | None], bas: Sequence[str | None]) -> list[str | None]:
    joints: list[str | None] = []
    groupe: str | None = None
    for dessus, dessous in zip(haut, bas, strict=True):
        groupe = dessus if dessus is not None else groupe
        if dessous is None:
            groupe = None
            joints.append(dessus)
        else:
            joints.append(f"{groupe} {dessous}" if groupe else dessous)
    return joints


def possibles(feuille: FeuilleLue) -> Iterator[EnTete]:
    """All that could be the header, those of one line first at each row."""
    rangees = [feuille.rangee(rang) for rang in range(len(feuille.tete))]
    for rang, rangee in enumerate(rangees):
        if any(rangee):
            yield EnTete(rang, 1, _distincts(rangee))
            if rang + 1 < len(rangees) and _est_sur_deux_lignes(rangee, rangees[rang + 1]):
                yield EnTete(rang, 2, _distincts(_joints(rangee, rangees[rang + 1])))


def _est_sur_deux_lignes(haut: Sequence[str | None], bas: Sequence[str | None]) -> bool:
    """Groups above blanks, measures that come back or months below."""
    groupes, mesures = [t for t in haut if t], [t for t in bas if t]
    if len(groupes) < 2 or len(mesures) < 2 or not all(map(_est_libelle, [*groupes, *mesures])):
        return False
    sous_un_blanc = any(h is None and b is not None for h, b in zip(haut, bas, strict=True))
    des_mois = any(mois_ecrit(t) or est_mois_sans_annee(t) for t in (*groupes, *mesures))
    return sous_un_blanc and (len(set(mesures)) < len(mesures) or des_mois)


def deviner(feuille: FeuilleLue) -> EnTete | None:
    """The header of a sheet of which nothing is known: the first wide row of labels, two rows where it needs both."""
    tous = list(possibles(feuille))
    largeur = max((sum(map(bool, e.noms)) for e in tous if e.hauteur == 1), default=0)
    retenus = [
        e
        for e in tous
        if sum(map(bool, e.noms)) >= max(2, _PART_D_UN_ENTETE * largeur)
        and all(_est_libelle(n) for n in e.noms if n)
    ]
    premier = next(iter(retenus), None)
    if premier is None:
        return None
    return next((e for e in retenus if e.hauteur == 2 and e.rang <= premier.rang + 1), premier)


def trouver(feuille: FeuilleLue, connu: Callable[[str], bool]) -> tuple[EnTete | None, int]:
    """The header with most known names, and how many it has."""
    meilleur: tuple[EnTete | None, int] = (None, 0)
    for entete in possibles(feuille):
        vus = sum(1 for n in entete.noms if n and connu(n))
        if vus > meilleur[1]:
            meilleur = (entete, vus)
    return meilleur


def a_plat(feuille: FeuilleLue, entete: EnTete) -> FeuilleLue:
    """The same sheet, its header on its first row, nothing above."""
    suite = entete.rang + entete.hauteur
    donnees = feuille.cellules.slice(suite)
    ligne = feuille.cellules["ligne"][suite - 1]
    rangee: dict[str, Any] = {"ligne": ligne} | {
        f"c{place}": nom or None for place, nom in enumerate(entete.noms)
    }
    haut = pl.DataFrame([rangee], schema=feuille.cellules.schema)
    plages = tuple(
        Plage(p.haut - suite + 1, p.bas - suite + 1, p.gauche, p.droite, p.formule)
        for p in feuille.plages
        if p.haut >= suite
    )
    cellules = pl.concat([haut, donnees])
    return FeuilleLue(feuille.nom, cellules, plages, cellules.head(len(feuille.tete)).rows())
