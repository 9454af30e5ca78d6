"""The result of a query as a table."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, ecrire, ecrire_tableau
from clauses.socle.nombres import ESPACE_FINE, accorder, nombre, sans_zeros

if TYPE_CHECKING:
    from rich.console import Console


def afficher_table(console: Console, colonnes: Sequence[str], lignes: Sequence[Sequence[object]]) -> None:
    """The result of `clauses sql`: numbers to the right, NULL as empty, wide texts cut to the terminal."""
    ecrites: list[list[str]] = [[""] * len(colonnes) for _ in lignes]
    descriptions = []
    for i, nom in enumerate(colonnes):
        valeurs = [ligne[i] for ligne in lignes]
        presentes = [v for v in valeurs if v is not None]
        numerique = bool(presentes) and all(_est_nombre(v) for v in presentes)
        descriptions.append(Colonne(nom, numerique))
        decimales = max((_decimales(v) for v in presentes), default=0) if numerique else 0
        for rang, valeur in enumerate(valeurs):
            ecrites[rang][i] = _cellule(valeur, decimales)
    absentes = ecrire_tableau(console, Tableau(descriptions, ecrites), retrait=0)
    note = accorder(len(lignes), "ligne")
    if absentes:
        note += f" ; {accorder(absentes, 'colonne non affichée', 'colonnes non affichées')} faute de place"
        note += " (élargir la fenêtre, ou --format csv)"
    ecrire(console, f"({note})", style="dim")


def _est_nombre(valeur: object) -> bool:
    return isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool)


def _decimales(valeur: object) -> int:
    """How many decimals a value needs to be shown, three at most."""
    if isinstance(valeur, float | Decimal) and math.isfinite(valeur):
        return len(sans_zeros(nombre(valeur, 3)).partition(",")[2])
    return 0


def _cellule(valeur: object, decimales: int) -> str:
    # Dates stay in ISO form: that is how they are typed in the next query.
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "vrai" if valeur else "faux"
    if isinstance(valeur, int | float | Decimal):
        return _cellule_nombre(valeur, decimales)
    if isinstance(valeur, dt.datetime):
        return valeur.isoformat(sep=" ", timespec="seconds")
    return str(valeur)


def _cellule_nombre(valeur: float | Decimal, decimales: int) -> str:
    if not math.isfinite(valeur):
        return str(valeur)
    if isinstance(valeur, int):
        # Years and small codes would be misread with a space inside: four digits stay together.
        ecrit = nombre(valeur, decimales)
        return ecrit if abs(valeur) >= 10_000 else ecrit.replace(ESPACE_FINE, "")
    if 0 < abs(float(valeur)) < 0.0005:
        return f"{valeur:.2e}".replace(".", ",")
    return nombre(valeur, decimales)
