"""The territories that have a page, how they contain one another, and the name of their files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from exports.edition.publication import NATIONAL, Publication

NIVEAUX = {
    "national": "France",
    "region": "Régions",
    "departement": "Départements",
    "epci": "Intercommunalités",
}
INDETERMINE = "ND"


@dataclass(frozen=True)
class Lieu:
    """One territory: its level, code and name, and the codes of what contains it."""

    niveau: str
    code: str
    nom: str
    region: str | None
    departement: str | None

    @property
    def cle(self) -> str:
        """`region-32`: unique, a region and a département may share a code."""
        return f"{self.niveau}-{self.code}"

    @property
    def page(self) -> str:
        return "index.html" if self.niveau == "national" else f"{self.cle}.html"

    @property
    def est_national(self) -> bool:
        return self.niveau == "national"


class Lieux:
    """Those of a publication that have figures, by level then name."""

    def __init__(self, publication: Publication) -> None:
        cles = ["niveau_territoire", "code_territoire"]
        ayant = publication.indicateurs.select(cles).unique()
        connus = publication.territoires.join(ayant, on=cles, how="semi").filter(
            pl.col("niveau_territoire").is_in(list(NIVEAUX)) & (pl.col("code_territoire") != INDETERMINE)
        )
        parents = [
            c if c in connus.columns else pl.lit(None, pl.String).alias(c) for c in ("region", "departement")
        ]
        lignes = connus.select(*cles, "libelle", *parents).sort("code_territoire")
        self.tous = sorted(
            (Lieu(*x) for x in lignes.iter_rows()), key=lambda x: list(NIVEAUX).index(x.niveau)
        )

    @cached_property
    def france(self) -> Lieu:
        """The nation, even where a release has no national figure."""
        trouves = self.du_niveau("national")
        return trouves[0] if trouves else Lieu("national", NATIONAL, "France", None, None)

    @cached_property
    def par_cle(self) -> dict[str, Lieu]:
        return {lieu.cle: lieu for lieu in self.tous}

    def du_niveau(self, niveau: str) -> list[Lieu]:
        return [lieu for lieu in self.tous if lieu.niveau == niveau]

    def dans(self, lieu: Lieu) -> list[Lieu]:
        """The next level down: regions of France, départements of a region, EPCI of a département."""
        enfants = {
            "national": lambda x: x.niveau == "region",
            "region": lambda x: x.niveau == "departement" and x.region == lieu.code,
            "departement": lambda x: x.niveau == "epci" and x.departement == lieu.code,
        }.get(lieu.niveau)
        return [x for x in self.tous if enfants is not None and enfants(x)]

    def chemin(self, lieu: Lieu) -> list[Lieu]:
        """What contains it, from the nation down, itself last."""
        if lieu.est_national:
            return [lieu]
        region = self.par_cle.get(f"region-{lieu.region}") if lieu.niveau != "region" else None
        departement = self.par_cle.get(f"departement-{lieu.departement}") if lieu.niveau == "epci" else None
        return [x for x in (self.france, region, departement, lieu) if x]
