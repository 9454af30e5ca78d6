"""Findings: what was refused, rejected and warned about, each with its place and a French message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
import yaml

from clauses.socle.project import PAQUETS

_DECLARATION: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "regles.yml").read_text(encoding="utf-8"))
MESSAGES: dict[str, dict[str, str]] = {g: _DECLARATION[g] for g in ("refus", "rejet", "alerte")}
CONSEILS: dict[str, str] = _DECLARATION["conseils"]  # how a deposit may say who and when, by container
CAUSES: dict[str, str] = _DECLARATION["causes"]  # what many rejected lines have in common, by rule
SEUILS: dict[str, Any] = _DECLARATION["seuils"]
SCHEMA = {
    "depot": pl.Int32,
    "gravite": pl.String,
    "table": pl.String,
    "ligne": pl.Int32,
    "colonne": pl.String,
    "regle": pl.String,
    "message": pl.String,
    "valeur": pl.String,
}
# of a row set aside: the hours that do not count because of it, the row whose mending would bring it back
ENJEUX = {"heures": pl.Float64, "cause": pl.String}
LONGUEUR_VALEUR = 120


@dataclass(frozen=True)
class Remarque:
    """A finding about a file, made before its deposit has a rank."""

    gravite: str
    regle: str
    table: str
    ligne: int | None
    colonne: str | None = None
    valeur: str | None = None
    detail: str = ""


class Constats:
    """Collects findings as frames; `depot` is the deposit's rank within the refresh until it is stored."""

    def __init__(self) -> None:
        self._cadres: list[pl.DataFrame] = []
        self._uns: list[tuple[object, ...]] = []
        self._formes: list[pl.DataFrame] = []
        self._entetes: dict[tuple[int, str], dict[str, str]] = {}
        self._suites: list[tuple[int, str, int, str]] = []
        self._pesees: list[pl.DataFrame] = []
        self._causes: list[pl.DataFrame] = []

    def nommer_colonnes(self, depot: int, table: str, entetes: dict[str, str]) -> None:
        """From now on findings quote the headers of this table as the deposit writes them: the layout's → its own."""
        self._entetes[depot, table] = {e: ecrit[:LONGUEUR_VALEUR] for e, ecrit in entetes.items()}

    def situer(self, depot: int, table: str, suites: dict[int, str]) -> None:
        """From now on findings on lines of this table name the sheet they are of: first line → sheet."""
        self._suites += [(depot, table, debut, feuille) for debut, feuille in suites.items()]

    def peser(self, pesees: pl.DataFrame) -> None:
        """What the rows of a table set aside cost: depot, table, ligne, heures."""
        self._pesees.append(pesees)

    def expliquer(self, causes: pl.DataFrame) -> None:
        """Which row of another table keeps rows of a table out: depot, table, ligne, colonne (of the layout), cause."""
        (table, colonne) = causes.select("table", "colonne").row(0)
        self._causes.append(
            causes.with_columns(self._colonne_ecrite(table, colonne, causes["depot"]).alias("colonne"))
        )

    def ajouter(
        self,
        gravite: str,
        regle: str,
        table: str,
        lignes: pl.DataFrame,
        *,
        colonne: str | None = None,
        valeur: pl.Expr | None = None,
        detail: pl.Expr | str = "",
        montrer: bool = True,
    ) -> None:
        """One finding per row of `lignes` (columns depot, ligne and whatever the expressions use).

        `montrer=False` keeps the value out: it is personal.
        """
        if lignes.is_empty():
            return
        vue = (valeur if valeur is not None else pl.lit(None)).cast(pl.String).str.slice(0, LONGUEUR_VALEUR)
        dits = lignes.select(
            pl.col("depot", "ligne").cast(pl.Int32),
            _valeur=vue if montrer else pl.lit(None, dtype=pl.String),
            _detail=(pl.lit(detail) if isinstance(detail, str) else detail).cast(pl.String).fill_null(""),
        )
        colonnes = self._colonne_ecrite(table, colonne, dits["depot"]).alias("_colonne")
        self._cadres.append(
            # in one piece: beside a column of other pieces, the engine's format fails
            dits.hstack([colonnes])
            .rechunk()
            .select(
                "depot",
                pl.lit(gravite).alias("gravite"),
                pl.lit(table).alias("table"),
                "ligne",
                pl.col("_colonne").alias("colonne"),
                pl.lit(regle).alias("regle"),
                _message(MESSAGES[gravite][regle]).alias("message"),
                pl.col("_valeur").alias("valeur"),
            )
        )

    def _colonne_ecrite(self, table: str, colonne: str | None, depots: pl.Series) -> pl.Series:
        """The header as each deposit writes it; a key of several columns is quoted with « + »."""
        ecrites = {
            depot: " + ".join(self._entetes[depot, table].get(c, c) for c in colonne.split(" + "))
            for depot in set(depots.to_list())
            if colonne is not None and (depot, table) in self._entetes
        }
        if not ecrites:
            return pl.Series([colonne] * len(depots), dtype=pl.String)
        return depots.replace_strict(ecrites, default=colonne, return_dtype=pl.String)

    def ajouter_un(
        self,
        depot: int,
        gravite: str,
        regle: str,
        table: str | None,
        ligne: int | None,
        *,
        colonne: str | None = None,
        valeur: str | None = None,
        detail: str = "",
    ) -> str:
        """Records one finding, in the words of the deposit, and returns its message."""
        colonne, valeur = (texte and texte[:LONGUEUR_VALEUR] for texte in (colonne, valeur))
        message = MESSAGES[gravite][regle].format(
            valeur=valeur or "", colonne=colonne or "", detail=detail, table=table or ""
        )
        self._uns.append((depot, gravite, table, ligne, colonne, regle, message, valeur))
        return message

    def remarquer(self, depot: int, remarque: Remarque) -> None:
        """Records what was said of a file when it was read."""
        self.ajouter_un(
            depot,
            remarque.gravite,
            remarque.regle,
            remarque.table,
            remarque.ligne,
            colonne=remarque.colonne,
            valeur=remarque.valeur,
            detail=remarque.detail,
        )

    def noter_formes(
        self, nomenclature: str, table: str, colonne: str, lignes: pl.DataFrame, forme: pl.Expr
    ) -> None:
        """Keeps the unknown forms of a nomenclature with their counts, so that a person can add them to the aliases."""
        self._formes.append(
            lignes.group_by("depot", forme.alias("forme"))
            .agg(pl.len().cast(pl.Int64).alias("occurrences"))
            .select(
                "depot",
                pl.lit(nomenclature).alias("nomenclature"),
                pl.lit(table).alias("table"),
                pl.lit(colonne).alias("colonne"),
                "forme",
                "occurrences",
            )
        )

    def formes_inconnues(self) -> pl.DataFrame:
        """depot, nomenclature, table, colonne, forme, occurrences."""
        textes = dict.fromkeys(("nomenclature", "table", "colonne", "forme"), pl.String)
        comptes = pl.concat(
            [pl.DataFrame(schema={"depot": pl.Int32, **textes, "occurrences": pl.Int64}), *self._formes]
        )
        return comptes.group_by("depot", *textes, maintain_order=True).agg(pl.col("occurrences").sum())

    def tous(self) -> pl.DataFrame:
        """All findings so far, in the columns of SCHEMA and ENJEUX, in the order of their place."""
        uns = pl.DataFrame(self._uns, schema=SCHEMA, orient="row")
        tous = self._situes(pl.concat([uns, *self._cadres]))
        return self._peses(tous.sort("depot", "table", "ligne", "regle", "colonne", nulls_last=True))

    def _peses(self, constats: pl.DataFrame) -> pl.DataFrame:
        """With ENJEUX: of a row with several findings, the first has its hours."""
        lieu = {c: SCHEMA[c] for c in ("depot", "table", "ligne")}
        pesees = pl.concat([pl.DataFrame(schema={**lieu, "heures": ENJEUX["heures"]}), *self._pesees])
        ou = {**lieu, "colonne": SCHEMA["colonne"]}
        causes = pl.concat([pl.DataFrame(schema={**ou, "cause": ENJEUX["cause"]}), *self._causes]).unique(
            list(ou), keep="first", maintain_order=True
        )
        ecartee = pl.col("gravite") == "rejet"
        premiere = pl.int_range(pl.len()).over(*lieu, "gravite") == 0
        return (
            constats.join(pesees, on=list(lieu), how="left", maintain_order="left")
            .join(causes, on=list(ou), how="left", maintain_order="left")
            .with_columns(
                heures=pl.when(ecartee & premiere).then("heures"),
                cause=pl.when(pl.col("regle") == "ORPHELIN").then("cause"),
            )
        )

    def _situes(self, constats: pl.DataFrame) -> pl.DataFrame:
        """The same, the message naming sheet and line where several sheets were put together."""
        if not self._suites:
            return constats
        suites = pl.DataFrame(
            self._suites,
            schema={"depot": pl.Int32, "table": pl.String, "_debut": pl.Int32, "_feuille": pl.String},
            orient="row",
        )
        places = (
            constats.with_row_index("_rang")
            .join(suites, on=["depot", "table"], how="inner")
            .filter(pl.col("_debut") <= pl.col("ligne"))
            .sort("_debut")
            .group_by("_rang")
            .last()
        )
        lieu = pl.format(
            " (feuille « {} », ligne {})", "_feuille", pl.col("ligne") - pl.col("_debut") + 1
        ).alias("_lieu")
        dits = constats.with_row_index("_rang").join(
            places.select("_rang", lieu), on="_rang", how="left", maintain_order="left"
        )
        return dits.with_columns(message=pl.col("message") + pl.col("_lieu").fill_null("")).select(*SCHEMA)


def _message(modele: str) -> pl.Expr:
    morceaux: list[str] = []
    valeurs: list[pl.Expr] = []
    reste = modele
    while "{" in reste:
        avant, _, suite = reste.partition("{")
        nom, _, reste = suite.partition("}")
        morceaux.append(avant + "{}")
        valeurs.append(pl.col(f"_{nom}").fill_null("(valeur non montrée)"))
    patron = "".join(morceaux) + reste
    return pl.format(patron, *valeurs) if valeurs else pl.lit(patron)
