"""What the user added to a workspace, read in one place: layouts, aliases beside the product's own codes, perimeters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from clauses.chantier.perimetres import lire_perimetres
from clauses.socle.project import SEEDS
from clauses.socle.workspace import Espace
from ingest.codes import Codes, charger_codes
from ingest.layouts import Layout, charger_layouts


@dataclass(frozen=True)
class Reglages:
    """Layouts and codes, those of the product included; perimeters (see `lire_perimetres`)."""

    layouts: Sequence[Layout]
    codes: Codes
    perimetres: pl.DataFrame


def lire_reglages(espace: Espace) -> Reglages:
    """Raises ErreurUtilisateur (LAYOUT_INVALIDE, ALIAS_INVALIDE, PERIMETRES_INVALIDES) for what cannot be understood."""
    layouts = charger_layouts(espace.layouts)
    codes = charger_codes(SEEDS, espace.alias)
    return Reglages(layouts, codes, lire_perimetres(espace.perimetres, codes))
