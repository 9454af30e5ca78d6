"""The columns of the published figures, their order, types and meaning: other people's programs rely on them.

Any change of name, order or type is a new VERSION_SCHEMA (a test compares the columns with those of each version).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from clauses.socle.cube import CLE
from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS

VERSION_SCHEMA = "1.0.0"


@dataclass(frozen=True)
class Champ:
    """One column: name, Table Schema type, French description, unit or allowed codes where there are some."""

    nom: str
    genre: str  # string, number
    description: str
    obligatoire: bool = False
    modalites: tuple[str, ...] = field(default=())


def lire_champs(ressource: str) -> tuple[Champ, ...]:
    """The columns of a file of the open data, in their order (data: modeles/champs.csv)."""
    return tuple(
        Champ(
            x["nom"], x["genre"], x["description"], x["obligatoire"] == "oui", tuple(x["modalites"].split())
        )
        for x in lire_lignes(MODELES_DES_ECRITS / "champs.csv")
        if x["ressource"] == ressource
    )


CHAMPS = lire_champs("indicateurs")
COLONNES = tuple(champ.nom for champ in CHAMPS)
NOMBRES = tuple(champ.nom for champ in CHAMPS if champ.genre == "number")
DECIMALES = 6


def canonique(figures: pl.DataFrame) -> pl.DataFrame:
    """The published columns in their order, numbers rounded to DECIMALES, rows in the order of their key.

    Two frames with the same figures give the same frame, whatever the order in which an engine added them up.
    """
    arrondis = [(pl.col(nombre).round(DECIMALES) + 0.0).alias(nombre) for nombre in NOMBRES]  # + 0.0: no -0
    return figures.select(COLONNES).with_columns(arrondis).sort(CLE, nulls_last=False)


def nombres_en_texte(figures: pl.DataFrame) -> pl.DataFrame:
    """Numbers as plain decimal text: no exponent, no useless zero, empty for a missing one."""
    return figures.with_columns(
        pl.col(NOMBRES)
        .cast(pl.Decimal(38, DECIMALES))
        .cast(pl.String)
        .str.strip_chars_end("0")
        .str.strip_chars_end(".")
    )
