"""What a release speaks of first: the nation where the observatory covers it, else its region, else all its deposits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from clauses.socle.observatoire import Observatoire

LIEU = ("niveau_territoire", "code_territoire")
_PAR_REGION = ("departement", "epci", "structure")  # levels whose territories are in a region
_FACE_A_LA_FRANCE = ("S11",)  # tables that compare with the nation and say nothing else


@dataclass(frozen=True)
class Portee:
    """The head of a release: a territory (level, code, name) that the others are seen beside.

    `regions`: those it covers, None for all. `court`: title of its columns; `dans`, `de`: in sentences.
    """

    niveau: str
    code: str
    nom: str
    regions: tuple[str, ...] | None
    court: str
    dans: str
    de: str

    @property
    def est_nationale(self) -> bool:
        return self.regions is None

    def est_tete(self, niveau: str, code: str) -> bool:
        """Whether this territory is the head: it is compared with nothing."""
        return (niveau, code) == (self.niveau, self.code)

    def niveau_du_classeur(self, code: str) -> str:
        """The level of a territory that has a workbook of its own: the head or a region."""
        return self.niveau if code == self.code else "region"

    def couvre(self, code: str) -> bool:
        """Whether a region, or a whole, has figures of its own in the release."""
        return code == self.code or (
            code != NATIONALE.code and (self.regions is None or code in self.regions)
        )

    def limiter(self, annexes: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The frames that name territories, tables and structures (`lire_annexes`), for what the release covers."""
        limitees = dict(annexes)
        if self.regions is not None:
            regions = pl.Series([*self.regions, "ND"])
            for nom in ("territoires", "depots_par_territoire"):
                limitees[nom] = self.restreindre(annexes[nom], annexes["territoires"])
            limitees["tableaux"] = annexes["tableaux"].filter(~pl.col("tableau").is_in(_FACE_A_LA_FRANCE))
            limitees["structures"] = annexes["structures"].filter(pl.col("region").is_in(regions.implode()))
        return limitees

    def restreindre(self, lignes: pl.DataFrame, territoires: pl.DataFrame) -> pl.DataFrame:
        """The rows about territories that the release covers, the whole under its own name.

        `lignes`: with niveau_territoire, code_territoire. `territoires`: marts.dim_territoire. Nothing is said of the
        nation, nor of a region that has more deposits elsewhere, unless the release is national.
        """
        if self.regions is None:
            return lignes
        regions = pl.Series(self.regions)
        dedans = territoires.filter(
            pl.col("niveau_territoire").is_in(_PAR_REGION) & pl.col("region").is_in(regions.implode())
        ).select(LIEU)
        garde = (
            (pl.col("niveau_territoire") == "perimetre")
            | ((pl.col("niveau_territoire") == "region") & pl.col("code_territoire").is_in(regions.implode()))
            | pl.struct(LIEU).is_in(dedans.select(pl.struct(LIEU)).to_series().implode())
        )
        if self.niveau != "region":
            garde |= (pl.col("niveau_territoire") == "national") | (pl.col("code_territoire") == "ND")
        lignes = lignes.filter(garde)
        if "tableau" in lignes.columns:
            lignes = lignes.filter(~pl.col("tableau").is_in(_FACE_A_LA_FRANCE))
        tete = pl.col("niveau_territoire") == NATIONALE.niveau
        noms = {"niveau_territoire": self.niveau, "code_territoire": self.code, "libelle": self.nom}
        return lignes.with_columns(
            pl.when(tete).then(pl.lit(nom)).otherwise(colonne).alias(colonne)
            for colonne, nom in noms.items()
            if colonne in lignes.columns
        )


NATIONALE = Portee("national", "FR", "France", None, "France", "en France", "de la France")


def portee_de(observatoire: Observatoire, annexes: Mapping[str, pl.DataFrame]) -> Portee:
    """What this observatory's releases speak of: its scope, or the regions of the structures that deposited.

    `annexes`: territoires and structures, as `lire_annexes` gives them.
    """
    if observatoire.est_national:
        return NATIONALE
    noms = annexes["territoires"].filter(pl.col("niveau_territoire") == "region")
    deposantes = annexes["structures"].filter(
        pl.col("dernier_depot").is_not_null() & (pl.col("region") != "ND")
    )
    regions = observatoire.perimetre or deposantes["region"].unique().sort().to_list()
    return portee_des_regions(regions, dict(noms.select("code_territoire", "libelle").iter_rows()))


def portee_des_regions(regions: Sequence[str], noms: Mapping[str, str] = MappingProxyType({})) -> Portee:
    """That of one region or several; `noms`: of regions, by code."""
    if len(regions) == 1:
        (code,) = regions
        return Portee(
            "region", code, noms.get(code, code), (code,), "Région", "dans la région", "de la région"
        )
    tout = "l'ensemble des dépôts reçus"
    return Portee(
        "ensemble", "ENSEMBLE", "Ensemble des dépôts reçus", tuple(regions), "Ensemble", f"dans {tout}", f"de {tout}"
    )  # fmt: skip
