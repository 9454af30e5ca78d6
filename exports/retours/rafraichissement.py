"""What one refresh did: built once by the command, read by the screen and by the report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from clauses.socle.fictif import dit_fictif
from clauses.socle.nombres import ecart_ecrit, evolution_ecrite, nombre
from exports.retours.assemblage import assembler_constats

HEURES = {"code": pl.String, "libelle": pl.String, "heures_avant": pl.Float64, "heures_apres": pl.Float64}
FORMES = {"nomenclature": pl.String, "forme": pl.String, "occurrences": pl.Int64}


@dataclass
class Rafraichissement:
    """The record of a refresh; `statut`: `publie`, `inchange`, `vide` or `bloque`.

    `depots`, `depots_tables`, `constats`, `validations`: as in schema journal (`validations` with `attendu` and `message`
    where known), `depots` with `en_vigueur`: false where a later one replaced it, whose findings are then not in
    `constats`. `heures`: HEURES, of the state published before (null: it had none) and after. `formes`: FORMES, not known
    yet. `portes`: one sentence per gate that stopped the promotion.
    """

    identifiant: str
    debut: dt.datetime
    depots: pl.DataFrame
    depots_tables: pl.DataFrame
    constats: pl.DataFrame
    validations: pl.DataFrame
    statut: str = "inchange"
    fin: dt.datetime | None = None
    date_arrete: dt.date | None = None
    heures: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HEURES))
    formes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FORMES))
    portes: list[str] = field(default_factory=list)
    ignores: list[str] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)
    rapport: Path | None = None
    durees: dict[str, float] = field(default_factory=dict)

    def effectif(self, statut: str) -> int:
        """How many of the deposits given have that status."""
        return self.depots.filter(pl.col("statut") == statut).height

    @property
    def fictif(self) -> bool:
        return est_fictif(self.depots)

    @property
    def en_vigueur(self) -> pl.DataFrame:
        """The deposits that still matter."""
        return self.depots.filter("en_vigueur")

    @property
    def refuses(self) -> pl.DataFrame:
        """The refused deposits that still matter."""
        return self.en_vigueur.filter(pl.col("statut") == "refuse")

    @cached_property
    def tous_les_constats(self) -> pl.DataFrame:
        """See `assembler_constats`. To be asked once the record is complete."""
        return assembler_constats(self.en_vigueur, self.constats, self.validations)

    @property
    def constats_comptes(self) -> pl.DataFrame:
        """The findings of accepted deposits: their rows are counted, which no row of a refused one is."""
        return self.des_acceptes(self.tous_les_constats)

    def des_acceptes(self, cadre: pl.DataFrame) -> pl.DataFrame:
        """The rows (with `depot_id`) of the accepted deposits that still matter."""
        acceptes = self.en_vigueur.filter(pl.col("statut") == "accepte")
        return cadre.join(acceptes, on="depot_id", how="semi")

    def lignes_heures(self, ordre: str) -> list[tuple[str, ...]]:
        """Region, hours before, after, change, change in percent, as they are read, by `ordre`; their total comes last.

        None where there is no region.
        """
        if self.heures.is_empty():
            return []
        lignes = [(f"{nom} ({code})", *heures) for code, nom, *heures in self.heures.sort(ordre).iter_rows()]
        lignes.append(("Ensemble", *self.heures.select(pl.col(pl.Float64).sum()).row(0)))
        return [
            (
                lieu,
                nombre(avant),
                nombre(apres),
                ecart_ecrit(avant or 0, apres or 0),
                evolution_ecrite(avant, apres or 0),
            )
            for lieu, avant, apres in lignes
        ]


def est_fictif(depots: pl.DataFrame) -> bool:
    """True when a deposit comes from the generator of fictitious ones: its structure's name says so."""
    comptes = (
        depots.filter(pl.col("statut").is_in(["accepte", "deja_charge"]))
        if "statut" in depots.columns
        else depots
    )
    return any(map(dit_fictif, comptes["nom_structure"].unique()))
