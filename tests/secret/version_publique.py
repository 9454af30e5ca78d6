"""A public release of a warehouse, made as the command makes it, and what only its maker knows."""

from __future__ import annotations

import functools
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from clauses.commandes import publication as commande
from clauses.socle.workspace import Espace
from exports.secret import FiguresProtegees, protection, publication

MILLESIME = "2024T4"


@dataclass(frozen=True)
class Publiee:
    """A package, the figures that went into it, and the cells that the primary rules hide: the public does not know which.

    `primaires`: cle, niveau, territoire, type_periode, periode.
    """

    paquet: Path
    protegee: FiguresProtegees
    primaires: pl.DataFrame


def publier(espace: Path, territoires: tuple[str, ...], complementaire: bool, racine: Path) -> Publiee:
    shutil.copytree(espace, racine / "espace")
    cellules: list[protection.Protection] = []
    figures: list[FiguresProtegees] = []
    chercher = functools.partial(protection.proteger_cellules, complementaire=complementaire)
    with pytest.MonkeyPatch.context() as remplacement:
        remplacement.setattr(publication.protection, "proteger_cellules", _garder(chercher, cellules))
        remplacement.setattr(commande, "proteger", _garder(commande.proteger, figures))
        paquet = commande.publier(
            commande.Demande(MILLESIME, racine / "publications", territoires=territoires),
            Espace(racine / "espace"),
            lambda *_: None,
        )
    (protegees,) = cellules
    primaires = protegees.systeme.cellules.filter(pl.Series(protegees.primaires))
    return Publiee(
        paquet.dossier,
        *figures,
        primaires.select("cle", "niveau", "territoire", "type_periode", "periode"),
    )


def _garder(fonction: Any, rendus: list[Any]) -> Any:
    def garder(*arguments: Any, **nommes: Any) -> Any:
        rendus.append(fonction(*arguments, **nommes))
        return rendus[-1]

    return garder
