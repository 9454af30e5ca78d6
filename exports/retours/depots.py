"""What is said of the deposits of a refresh, on the screen, in the report and in the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clauses.socle.nombres import accorder

if TYPE_CHECKING:
    import polars as pl


def noms_structures(depots: pl.DataFrame) -> dict[str | None, str]:
    """The name of each structure as its latest deposit writes it."""
    nommes = depots.drop_nulls(["structure_code", "nom_structure"]).sort("ordre")
    return dict(zip(nommes["structure_code"], nommes["nom_structure"], strict=True))


def phrase_ignores(ignores: Sequence[str]) -> str:
    """What is said of the files that were not even opened, for their kind is not read."""
    lus = "n'a pas été lu" if len(ignores) == 1 else "n'ont pas été lus"
    return (
        f"{accorder(len(ignores), 'fichier')} {lus}, car seuls .xlsx, .xlsm, .csv et .zip le sont "
        "(un export en .xls ou .ods est à enregistrer en .xlsx)"
    )


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
