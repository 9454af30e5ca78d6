"""The columns of the published figures, their order, types and meaning: other people's programs rely on them.

Any change of name, order or type is a new VERSION_SCHEMA (a test compares the columns with those of each version).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

VERSION_SCHEMA = "1.0.0"
Genre = Literal["string", "number"]


@dataclass(frozen=True)
class Champ:
    """One column: name, Table Schema type, French description, unit or allowed codes where there are some."""

    nom: str
    genre: Genre
    description: str
    obligatoire: bool = False
    modalites: tuple[str, ...] = field(default=())


CHAMPS = (
    Champ(
        "tableau", "string", "Code du tableau : CLES, T01 à T22, S01… (titres dans codes/tableaux.csv)", True
    ),
    Champ("mesure", "string", "Ce qui est compté : heures, beneficiaires, contrats…", True),
    Champ(
        "niveau_territoire",
        "string",
        "Niveau du territoire",
        True,
        ("national", "region", "departement", "epci", "structure", "perimetre"),
    ),
    Champ(
        "code_territoire", "string", "FR, code INSEE de la région ou du département, SIREN de l'EPCI", True
    ),
    Champ("type_periode", "string", "Type de période", True, ("annee", "trimestre")),
    Champ("periode", "string", "2024 (année) ou 2024-T3 (trimestre)", True),
    Champ("axe_1", "string", "Premier axe de ventilation ; vide sans ventilation"),
    Champ("modalite_1", "string", "Code de la modalité du premier axe (libellés dans codes/modalites.csv)"),
    Champ("axe_2", "string", "Second axe de ventilation"),
    Champ("modalite_2", "string", "Code de la modalité du second axe"),
    Champ("valeur", "number", "Valeur, dans l'unité de la colonne unite ; vide si elle n'est pas diffusée"),
    Champ(
        "part",
        "number",
        "Part du total du tableau pour cette mesure, en % ; vide si l'axe n'est pas une partition",
    ),
    Champ("unite", "string", "Unité de la valeur", True),
    Champ("ecart_periode", "number", "Écart à la période précédente, dans l'unité de la valeur"),
    Champ(
        "ecart_annee", "number", "Écart à la même période de l'année précédente, dans l'unité de la valeur"
    ),
    Champ(
        "couverture", "number", "Part des structures connues du territoire qui ont déposé la période, en %"
    ),
    Champ(
        "statut_chiffre", "string", "État de révision du chiffre", True, ("provisoire", "revise", "definitif")
    ),
    Champ(
        "statut_observation",
        "string",
        "OBS_STATUS : A normale, P provisoire, E estimée, B rupture de série, U peu fiable, Q non diffusée, O manquante",
        True,
        ("A", "P", "E", "B", "U", "Q", "O"),
    ),
    Champ(
        "confidentialite",
        "string",
        "CONF_STATUS : F libre, C confidentielle (non diffusée)",
        True,
        ("F", "C"),
    ),
)
COLONNES = tuple(champ.nom for champ in CHAMPS)
CLE = COLONNES[:10]  # one figure per combination of these
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
