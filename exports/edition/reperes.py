"""What was published of the nation, elsewhere and before: what a release that is not national may be compared with."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from clauses.socle.nombres import nombre, pour_cent
from exports.edition.index import Chiffre
from exports.edition.libelles import libelle_mesure
from exports.edition.regard import Regard

_PRECISIONS = {"ENVIRON": "environ ", "PLUS_DE": "plus de ", "MOINS_DE": "moins de "}
AVERTISSEMENT = (
    "Chiffres publiés par d'autres, à leur date et selon leurs définitions : des ordres de grandeur, que ces pages n'ont "
    "pas recalculés."
)


class Repere(NamedTuple):
    """A published figure: of what, how much, of which year, in which document; the release's own where it is a rate."""

    mesure: str
    libelle: str
    valeur: str
    annee: str
    document: str
    ici: Chiffre | None


def reperes(c: Regard) -> list[Repere]:
    """The latest national figure of each key figure; none in a national release."""
    if c.tete.est_nationale:
        return []
    derniers = (
        c.publication.chiffres_publies.filter(
            (pl.col("niveau_territoire") == "national")
            & (pl.col("tableau") == "CLES")
            & (pl.col("type_periode") == "annee")
            & pl.col("axe_1").is_null()
        )
        .sort("periode")
        .unique("mesure", keep="last", maintain_order=True)
        .sort("unite", "mesure")
    )
    colonnes = ("mesure", "valeur", "unite", "precision_chiffre", "periode", "document")
    faits = []
    for mesure, valeur, unite, precision, annee, document in derniers.select(colonnes).iter_rows():
        taux = unite == "%"
        ecrit = pour_cent(float(valeur), 0) if taux else nombre(float(valeur))
        ici = c.index.lire("CLES", mesure, c.territoire, c.periode) if taux else None
        faits.append(
            Repere(
                mesure, libelle_mesure("CLES", mesure), f"{_PRECISIONS.get(precision, '')}{ecrit}", annee, document, ici
            )
        )  # fmt: skip
    return faits
