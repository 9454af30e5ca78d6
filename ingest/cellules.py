"""Texts that are no value: written for an empty cell, or standing for one that could not be read. Lists: cellules.yml."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import yaml

from clauses.socle.project import PAQUETS
from ingest.cellules_excel import FORMULE_SANS_VALEUR, VALEUR_FUSIONNEE

_DONNEES: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "cellules.yml").read_text(encoding="utf-8"))
_VIDES_ECRITS: list[str] = _DONNEES["vides"]
_VIDES = sorted({v.lower() for v in _VIDES_ECRITS})
_ERREURS = sorted({e.replace(" ", "").upper() for e in _DONNEES["erreurs"]})
_MOTIF_ERREUR, _MOTIF_FORMULE = f"(?i){_DONNEES['motif_erreur']}", _DONNEES["motif_formule"]
# rule of the findings on cells that could not be read, by what stands in them
_REGLES = {FORMULE_SANS_VALEUR: "FORMULE_SANS_VALEUR", VALEUR_FUSIONNEE: "VALEUR_FUSIONNEE"}


def est_vide(texte: pl.Expr, exactement: bool = False) -> pl.Expr:
    """True for what is written in the place of nothing. `exactement`: only in the case it is listed in."""
    return texte.is_in(_VIDES_ECRITS) if exactement else texte.str.to_lowercase().is_in(_VIDES)


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
    return (
        texte.replace(" ", "").upper() in _ERREURS
        or texte in _REGLES
        or re.search(_MOTIF_ERREUR, texte) is not None
        or re.search(_MOTIF_FORMULE, texte) is not None
    )


def regle_de_l_illisible(texte: pl.Expr) -> pl.Expr:
    """The rule that reports a cell which could not be read; null for all others."""
    nu = texte.str.replace_all(" ", "", literal=True).str.to_uppercase()
    erreur = nu.is_in(_ERREURS) | texte.str.contains(_MOTIF_ERREUR)
    autre = texte.replace_strict(_REGLES, default=None, return_dtype=pl.String)
    return pl.when(erreur).then(pl.lit("CELLULE_EN_ERREUR")).otherwise(autre)
