"""The one line that says which deposits are set aside because later ones replaced them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clauses.socle.nombres import accorder

if TYPE_CHECKING:
    import polars as pl


def phrase_remplaces(depots: pl.DataFrame) -> str:
    """How many of `depots` (columns statut, en_vigueur) no longer matter; empty when all do."""
    remplaces = depots.filter(~depots["en_vigueur"])
    comptes = [
        accorder(effectif, mot)
        for statut, mot in (("accepte", "accepté"), ("refuse", "refusé"))
        if (effectif := remplaces.filter(remplaces["statut"] == statut).height)
    ]
    if not comptes:
        return ""
    return (
        f"Mis de côté, remplacés depuis par d'autres dépôts : {', '.join(comptes)} "
        "(leurs constats ne sont plus à corriger)."
    )
