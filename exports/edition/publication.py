"""What a publication hands to the writers of workbooks: the figures after secrecy, and what names them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from clauses.socle.observatoire import Observatoire
from exports.edition.portee import LIEU, NATIONALE, Portee
from exports.edition.schema import DECIMALES

STATUTS_DES_CHIFFRES = {"provisoire": "provisoires", "revise": "révisés", "definitif": "définitifs"}
MOTIF_MILLESIME = re.compile(r"(\d{4})T([1-4])")


@dataclass(frozen=True)
class Periode:
    """A period and how a reader says it: `2024` is « année 2024 », `2024-T3` is « 3e trimestre 2024 »."""

    type_periode: str
    code: str

    @property
    def libelle(self) -> str:
        if self.type_periode == "trimestre":
            annee, _, rang = self.code.partition("-T")
            return f"{'1er' if rang == '1' else rang + 'e'} trimestre {annee}"
        return f"année {self.code}" if self.type_periode == "annee" else "ensemble de l'historique"

    @property
    def comparaison(self) -> str:
        """« comparée à 2023 », « comparé au 3e trimestre 2023 »."""
        return f"comparé au {self.libelle}" if self.type_periode == "trimestre" else f"comparée à {self.code}"

    @property
    def court(self) -> str:
        """« 2024 », « 3e trimestre 2024 »."""
        return self.libelle if self.type_periode == "trimestre" else self.code

    @property
    def en_debut_de_phrase(self) -> str:
        """« En 2024 », « Au 3e trimestre 2024 »."""
        return f"Au {self.libelle}" if self.type_periode == "trimestre" else f"En {self.code}"


@dataclass(frozen=True)
class Publication:
    """One release, filled by the caller. Frames keep the columns and units of the warehouse.

    indicateurs: `marts.indicateurs` plus `statut_observation` (A, P, E, B, U, Q, O) and `confidentialite`
    (F, or C: `valeur` and `part` are null). territoires, periodes, structures: `marts.dim_*`. nomenclatures: axe,
    code, libelle, ordre. tableaux: `referentiels.tableaux`. couverture: `qualite.couverture`; depots_par_territoire:
    `qualite.couverture_territoires`. chiffres_publies: `referentiels.chiffres_publies`. revisions, or None
    for a first version or a preview: tableau, mesure, code_territoire, periode, modalite_1, modalite_2, valeur_avant,
    valeur, cause. version: None for a preview. statuts: provisoire, revise or definitif by period code. All already
    limited to what `portee` covers.
    """

    indicateurs: pl.DataFrame
    territoires: pl.DataFrame
    periodes: pl.DataFrame
    nomenclatures: pl.DataFrame
    tableaux: pl.DataFrame
    structures: pl.DataFrame
    couverture: pl.DataFrame
    revisions: pl.DataFrame | None
    millesime: str
    version: int | None
    profil: str
    statuts: dict[str, str]
    date_arrete: dt.date
    fictif: bool
    code_version: str
    depots_par_territoire: pl.DataFrame
    chiffres_publies: pl.DataFrame
    portee: Portee = NATIONALE
    observatoire: Observatoire = field(default_factory=Observatoire)
    source: str = field(
        default="Exports des structures porteuses de facilitateurs (logiciels de suivi des clauses sociales)"
    )

    def __post_init__(self) -> None:
        if not MOTIF_MILLESIME.fullmatch(self.millesime):
            raise ValueError(f"millesime {self.millesime!r}: expected like 2024T4")
        if self.profil not in ("public", "restreint"):
            raise ValueError(f"profil {self.profil!r}")

    @cached_property
    def chiffres(self) -> pl.DataFrame:
        """The figures as they may be printed, the same numbers in every medium, with the decimals of the open data: each
        rounds them once. In the public profile a hidden one has no value whatever was handed in."""
        montres = (
            pl.lit(True)
            if self.profil == "restreint"
            else ~((pl.col("confidentialite") == "C") | (pl.col("statut_observation") == "Q"))
        )
        return self.indicateurs.with_columns(
            pl.when(montres).then(pl.col(c).round(DECIMALES)).alias(c) for c in ("valeur", "part")
        )

    @cached_property
    def _rangs(self) -> dict[tuple[str, str], pl.Series]:
        """The rows of each territory, found once for the hundreds of workbooks that read one or two."""
        groupes = self.indicateurs.with_row_index("rang").group_by("niveau_territoire", "code_territoire")
        reunis = groupes.agg("rang")
        return dict(
            zip(
                reunis.select("niveau_territoire", "code_territoire").iter_rows(), reunis["rang"], strict=True
            )
        )

    def du_territoire(self, niveau: str, code: str) -> pl.DataFrame:
        """The figures of one territory; a region and a département may share a code."""
        rangs = self._rangs.get((niveau, code))
        return self.chiffres.clear() if rangs is None else self.chiffres[rangs]

    def en_activite(self, niveau: str) -> list[str]:
        """The territories of a level that have key figures: others may only be counted as places without a facilitator."""
        cles = self.indicateurs.filter(
            (pl.col("niveau_territoire") == niveau) & (pl.col("tableau") == "CLES")
        )
        return cles["code_territoire"].unique().sort().to_list()

    @cached_property
    def mesures_diffusees(self) -> set[tuple[str, str]]:
        """tableau, mesure: those the release holds somewhere; secrecy leaves whole tables out."""
        return set(self.indicateurs.select("tableau", "mesure").unique().iter_rows())

    @cached_property
    def notices(self) -> dict[tuple[str, str, str | None], tuple[str, str, bool]]:
        """Unit, base and whether the axis is a partition, by table, measure and first axis; first line without an axis."""
        lues: dict[tuple[str, str, str | None], tuple[str, str, bool]] = {}
        colonnes = ("tableau", "mesure", "axe_1", "unite", "base", "est_partition")
        for tableau, mesure, axe, unite, base, partition in self.tableaux.select(colonnes).iter_rows():
            notice = (str(unite), str(base), bool(partition))
            lues.setdefault((tableau, mesure, None), notice)
            lues.setdefault((tableau, mesure, axe or None), notice)
        return lues

    @cached_property
    def tables_deduites(self) -> dict[str, str]:
        """Structure → the tables that its exports have not, taken from their other tables."""
        deduites = self.couverture.drop_nulls("tables_deduites").sort("structure_code", "mois")
        return dict(deduites.select("structure_code", "tables_deduites").iter_rows())

    @cached_property
    def depots(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """The structures known and those that handed in everything, by level, territory and period."""
        colonnes = (*LIEU, "periode", "structures_connues", "structures_completes")
        return {
            (n, c, p): (connues, completes)
            for n, c, p, connues, completes in self.depots_par_territoire.select(colonnes).iter_rows()
        }

    def depots_manquants(self, niveau: str, code: str, periode: Periode) -> list[tuple[Periode, int, int]]:
        """Of a period and the one a year before, those that a territory has not whole: structures missing, known."""
        manques = []
        for p in (x for x in (self.un_an_avant(periode), periode) if x):
            connues, completes = self.depots.get((niveau, code, p.code), (0, 0))
            if completes < max(connues, 1):
                manques.append((p, connues - completes, connues))
        return manques

    @cached_property
    def codes_utilises(self) -> pl.DataFrame:
        """tableau, axe, code: those some figure has."""
        par_axe = [
            self.indicateurs.select("tableau", axe=f"axe_{n}", code=f"modalite_{n}").unique() for n in (1, 2)
        ]
        return pl.concat(par_axe).drop_nulls().unique()

    @property
    def est_un_apercu(self) -> bool:
        """Whether these are the figures of a workspace before any publication."""
        return self.version is None

    @property
    def edition(self) -> str:
        """`2024T4_v1`, or « 2024T4, non publiée »."""
        return f"{self.millesime}, non publiée" if self.est_un_apercu else f"{self.millesime}_v{self.version}"

    @property
    def marques(self) -> list[str]:
        """What every sheet and every printed page must say first."""
        return marques(self.fictif, self.profil) + ["APERÇU NON PUBLIÉ"] * self.est_un_apercu

    @cached_property
    def periode(self) -> Periode:
        """The period the tables speak of: the year once it is whole (fourth quarter), else the quarter."""
        annee, trimestre = self.millesime.split("T")
        return Periode("annee", annee) if trimestre == "4" else Periode("trimestre", f"{annee}-T{trimestre}")

    @cached_property
    def annee(self) -> Periode:
        """The year, for what is only counted by year (first contracts, gaps of the share of women)."""
        return Periode("annee", self.millesime[:4])

    def un_an_avant(self, periode: Periode) -> Periode | None:
        """The same period a year before, None where nothing covers it."""
        code = f"{int(periode.code[:4]) - 1}{periode.code[4:]}"
        return Periode(periode.type_periode, code) if (periode.type_periode, code) in self._periodes else None

    @cached_property
    def _periodes(self) -> set[tuple[str, str]]:
        return set(self.periodes.select("type_periode", "periode").iter_rows())

    def libelle_territoire(self, code: str, niveau: str | None = None) -> str:
        lignes = self.territoires.filter(pl.col("code_territoire") == code)
        if niveau is not None:
            lignes = lignes.filter(pl.col("niveau_territoire") == niveau)
        return str(lignes["libelle"][0]) if len(lignes) else code

    def phrase_statut(self, periode: Periode) -> str:
        statut = STATUTS_DES_CHIFFRES.get(self.statuts.get(periode.code, ""))
        return f"Chiffres {statut}" if statut else "Statut des chiffres non précisé"


def marques(fictif: bool, profil: str) -> list[str]:
    """What is said on every page of what is written."""
    fictives = ["DONNÉES FICTIVES"] if fictif else []
    return [*fictives, "DIFFUSION RESTREINTE"] if profil == "restreint" else fictives
