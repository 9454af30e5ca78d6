"""A document, whatever it becomes: paragraphs and small tables, written the same way in a workbook, a page, a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Literal

from clauses.socle.nombres import date_courte, nombre
from clauses.socle.observatoire import Observatoire
from exports.edition.index import ECRIT_ABSENT, ECRIT_SECRET


class Cache(Enum):
    """A figure that must not be shown."""

    SECRET = ECRIT_SECRET


Valeur = str | int | float | Decimal | dt.date | Cache | None
Genre = Literal["texte", "code", "entier", "heures", "euros", "part", "date"]
CHIFFRES: tuple[Genre, ...] = ("entier", "heures", "euros", "part")


@dataclass(frozen=True)
class Colonne:
    """A column: its title, what it holds, its width (characters)."""

    titre: str
    genre: Genre
    largeur: float


@dataclass(frozen=True)
class Tableau:
    """A table; `total` is a last row apart, `onglet` the name of its sheet in the workbook."""

    titre: str
    onglet: str
    colonnes: Sequence[Colonne]
    lignes: Sequence[Sequence[Valeur]]
    total: Sequence[Valeur] | None = None
    note: str = ""


@dataclass(frozen=True)
class Document:
    """`nom` is the file's, without extension; `marques` are said on every sheet and page."""

    nom: str
    titre: str
    sous_titre: str
    marques: Sequence[str]
    paragraphes: Sequence[str]
    tableaux: Sequence[Tableau]
    notes: Sequence[str]
    a_signer: bool = False
    observatoire: Observatoire = field(default_factory=Observatoire)


def ecrire_valeur(valeur: Valeur, genre: Genre) -> str:
    """A value as a French reader expects it; « s » when hidden, « nd » when unknown."""
    if isinstance(valeur, Cache):
        return valeur.value
    if valeur is None:
        return "" if genre in ("texte", "code") else ECRIT_ABSENT
    if isinstance(valeur, dt.date):
        return date_courte(valeur)
    if isinstance(valeur, str):
        return valeur
    return nombre(valeur, 1 if genre == "part" else 0)
