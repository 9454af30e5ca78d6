"""The territories that pages and the explorer show, how they contain one another, and the name of their files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

import polars as pl

from exports.edition.publication import Publication

NIVEAUX = {
    "national": "France",
    "ensemble": "Ensemble",
    "region": "Régions",
    "departement": "Départements",
    "epci": "Intercommunalités",
    "structure": "Structures",
    "perimetre": "Périmètres",
}
_SANS_PAGE = ("structure", "perimetre")  # read in the explorer
INDETERMINE = "ND"


@dataclass(frozen=True)
class Lieu:
    """One territory: its level, code and name, and the codes of what contains it."""

    niveau: str
    code: str
    nom: str
    region: str | None
    departement: str | None
    est_tete: bool

    @property
    def cle(self) -> str:
        """`region-32`: unique, a region and a département may share a code; a name of file, whatever the code holds."""
        return f"{self.niveau}-{quote(self.code, safe='')}"

    @property
    def a_une_page(self) -> bool:
        return self.niveau not in _SANS_PAGE and self.code != INDETERMINE

    @property
    def page(self) -> str:
        """Where it is read: its page, or the explorer opened on it."""
        if not self.a_une_page:
            return f"explorateur.html#{urlencode({'t': self.cle})}"
        return "index.html" if self.est_tete else f"{self.cle}.html"

    @property
    def genre(self) -> str:
        """Which figures its page has (blocs.csv): those of the nation for any whole of several regions."""
        return "national" if self.niveau == "ensemble" else self.niveau


class Lieux:
    """Those of a publication that have figures, by level then name; in a preview, hours of an unknown place too."""

    def __init__(self, publication: Publication) -> None:
        cles = ["niveau_territoire", "code_territoire"]
        self.portee = publication.portee
        ayant = publication.indicateurs.select(cles).unique()
        connus = publication.territoires.join(ayant, on=cles, how="semi").filter(
            pl.col("niveau_territoire").is_in(list(NIVEAUX))
        )
        if not publication.est_un_apercu:
            connus = connus.filter(pl.col("code_territoire") != INDETERMINE)
        parents = [
            c if c in connus.columns else pl.lit(None, pl.String).alias(c) for c in ("region", "departement")
        ]
        lignes = connus.select(*cles, "libelle", *parents).sort("code_territoire")
        self.tous = sorted(
            (
                Lieu(niveau, code, nom, region, departement, self.portee.est_tete(niveau, code))
                for niveau, code, nom, region, departement in lignes.iter_rows()
            ),
            key=lambda x: list(NIVEAUX).index(x.niveau),
        )

    @cached_property
    def tete(self) -> Lieu:
        """The head of the release, even where it has no figure of its own."""
        tete = self.portee
        return next(
            (x for x in self.tous if x.est_tete), Lieu(tete.niveau, tete.code, tete.nom, None, None, True)
        )

    @cached_property
    def par_cle(self) -> dict[str, Lieu]:
        return {lieu.cle: lieu for lieu in self.tous}

    def du_niveau(self, niveau: str) -> list[Lieu]:
        """Those that have a page."""
        return [lieu for lieu in self.tous if lieu.niveau == niveau and lieu.a_une_page]

    def dans(self, lieu: Lieu) -> list[Lieu]:
        """The next level down: regions of a whole, départements of a region, EPCI of a département."""
        enfants = {
            "national": lambda x: x.niveau == "region",
            "ensemble": lambda x: x.niveau == "region",
            "region": lambda x: x.niveau == "departement" and x.region == lieu.code,
            "departement": lambda x: x.niveau == "epci" and x.departement == lieu.code,
        }.get(lieu.niveau)
        return [x for x in self.tous if enfants is not None and enfants(x) and x.a_une_page]

    def chemin(self, lieu: Lieu) -> list[Lieu]:
        """What contains it, from the head down, itself last."""
        if lieu.est_tete:
            return [lieu]
        region = self.par_cle.get(f"region-{lieu.region}") if lieu.niveau != "region" else None
        departement = self.par_cle.get(f"departement-{lieu.departement}") if lieu.niveau == "epci" else None
        return [self.tete, *(x for x in (region, departement, lieu) if x and not x.est_tete)]
