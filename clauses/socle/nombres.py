"""Numbers, dates and agreement as the French write them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Context, Decimal

ESPACE_FINE = "\u202f"
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
TOUS_LES_CHIFFRES = Context(prec=400)  # the largest double has 309 digits: rounding must never fail


def nombre(valeur: float | Decimal | None, decimales: int = 0) -> str:
    """A number as the French write it: `1 234,50`, thousands apart by a narrow no-break space.

    Halves are rounded away from zero on the decimal writing of the value (26.25 gives 26,3, not 26,2).
    None, NaN and infinities give an empty string: there is no figure to show.
    """
    if valeur is None or not math.isfinite(valeur):
        return ""
    return f"{arrondir(valeur, decimales):,f}".replace(",", ESPACE_FINE).replace(".", ",")


def sans_zeros(ecrit: str) -> str:
    """A written number without the decimals that say nothing: `12,5` for `12,50`, `12` for `12,00`."""
    return ecrit.rstrip("0").rstrip(",") if "," in ecrit else ecrit


def pour_cent(valeur: float, decimales: int = 1) -> str:
    """`16,3 %`."""
    return f"{nombre(valeur, decimales)}{ESPACE_FINE}%"


def arrondir(valeur: float | Decimal, decimales: int) -> Decimal:
    """The number that is read once written: what words agree with."""
    arrondi = Decimal(str(valeur)).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP, TOUS_LES_CHIFFRES)
    return abs(arrondi) if arrondi == 0 else arrondi


def accorder(effectif: int, singulier: str, pluriel: str | None = None) -> str:
    """`1 dépôt`, `3 dépôts`, `0 dépôt`: in French the plural starts at two."""
    forme = singulier if abs(effectif) < 2 else (pluriel or f"{singulier}s")
    return f"{nombre(effectif)} {forme}"


def ecart_ecrit(avant: float | None, apres: float | None) -> str:
    """The signed change in hours, `+120` or `-3`; empty when one side is unknown."""
    if avant is None or apres is None:
        return ""
    difference = nombre(apres - avant)
    return difference if difference.startswith("-") or difference == "0" else f"+{difference}"


def evolution_ecrite(avant: float | None, apres: float | None) -> str:
    """The change in percent of the state before, `+2,3 %`; `nouveau` where there was nothing before."""
    if apres is None:
        return ""
    if not avant:
        return "nouveau" if apres else ""
    taux = pour_cent(100 * (apres - avant) / avant)
    return taux if taux.startswith(("-", "0,0")) else f"+{taux}"


def date_courte(jour: dt.date | None) -> str:
    """`31/12/2024`, or an empty string."""
    return "" if jour is None else f"{jour:%d/%m/%Y}"


def date_longue(jour: dt.date | None) -> str:
    """`1er janvier 2025`, or an empty string."""
    if jour is None:
        return ""
    return f"{'1er' if jour.day == 1 else jour.day} {MOIS[jour.month - 1]} {jour.year}"


def mois_en_clair(jour: dt.date) -> str:
    """« mars 2024 »."""
    return f"{MOIS[jour.month - 1]} {jour.year}"
