"""What the user added to a workspace, read in one place: layouts, aliases, perimeters, the observatory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from clauses.chantier.observatoire import lire_observatoire
from clauses.chantier.perimetres import lire_perimetres
from clauses.socle.observatoire import Observatoire
from clauses.socle.project import SEEDS
from clauses.socle.workspace import Espace
from ingest.codes import Codes, charger_codes
from ingest.layouts import Layout, charger_layouts


@dataclass(frozen=True)
class Reglages:
    """Layouts and codes, those of the product included; perimeters (see `lire_perimetres`); whose workspace it is."""

    layouts: Sequence[Layout]
    codes: Codes
    perimetres: pl.DataFrame
    observatoire: Observatoire


def lire_reglages(espace: Espace) -> Reglages:
    """Raises ErreurUtilisateur for what cannot be understood: LAYOUT_INVALIDE, ALIAS_INVALIDE, PERIMETRES_INVALIDES,
    OBSERVATOIRE_INVALIDE.
    """
    layouts = charger_layouts(espace.layouts)
    codes = charger_codes(SEEDS, espace.alias)
    perimetres = lire_perimetres(espace.perimetres, codes)
    return Reglages(layouts, codes, perimetres, lire_observatoire(espace.observatoire))
