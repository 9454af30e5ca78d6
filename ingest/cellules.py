"""Texts that are no value: written for an empty cell, or standing for one that could not be read. Lists: cellules.yml."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import yaml

from clauses.socle.project import PAQUETS
from ingest.cellules_excel import FORMULE_SANS_VALEUR, VALEUR_FUSIONNEE

_DONNEES: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "cellules.yml").read_text(encoding="utf-8"))
_VIDES = sorted({v.lower() for v in _DONNEES["vides"]})
_ERREURS = sorted({e.replace(" ", "").lower() for e in _DONNEES["erreurs"]})
# one look per text: most are told apart by their first letter
_MOTIF_VIDE = f"^(?:{'|'.join(map(re.escape, _VIDES))})$"
_MOTIF_VIDE_EXACT = f"^(?:{'|'.join(map(re.escape, _DONNEES['vides']))})$"
_MOTIF_ERREUR = (
    f"(?i)^(?:{'|'.join(' *'.join(map(re.escape, e)) for e in _ERREURS)}|{_DONNEES['motif_erreur']})$"
)
_MOTIF_FORMULE = f"^(?:{_DONNEES['motif_formule']})"
# rule of the findings on cells that could not be read, by what stands in them
_REGLES = {FORMULE_SANS_VALEUR: "FORMULE_SANS_VALEUR", VALEUR_FUSIONNEE: "VALEUR_FUSIONNEE"}


def est_vide(texte: pl.Expr, exactement: bool = False) -> pl.Expr:
    """True for what is written in the place of nothing. `exactement`: only in the case it is listed in."""
    return texte.str.contains(_MOTIF_VIDE_EXACT if exactement else f"(?i){_MOTIF_VIDE}")


def formules_nommees(textes: pl.Series) -> pl.Series:
    """The same, the text of a formula that an export wrote for its value as a workbook's formula without a value."""
    formules = textes.str.starts_with("=")
    if not formules.any():
        return textes
    return textes.set(formules & textes.str.contains(_MOTIF_FORMULE), FORMULE_SANS_VALEUR)


def dit_vide(texte: str) -> bool:
    """The same of one text."""
    return texte.lower() in _VIDES


def dit_l_illisible(texte: str) -> bool:
    """Whether one text stands for a cell that could not be read."""
    return texte in _REGLES or re.search(f"{_MOTIF_ERREUR}|{_MOTIF_FORMULE}", texte) is not None


def regle_de_l_illisible(texte: pl.Expr) -> pl.Expr:
    """The rule that reports a cell which could not be read; null for all others."""
    return pl.coalesce(
        pl.when(texte.str.contains(_MOTIF_ERREUR)).then(pl.lit("CELLULE_EN_ERREUR")),
        *(pl.when(texte == dit).then(pl.lit(regle)) for dit, regle in _REGLES.items()),
    )
