"""The figures a person looks at before trusting a deposit: one row per deposit and table.

The suites judge these frames, never the rows themselves, so that a refresh is validated once per table
whatever the number of deposits. Names tell the unit: `part_` is a percentage (0 to 100), `nombre_` a count,
`ratio_` a quotient; means and medians are in hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import PAQUETS

# A share or a mean over fewer rows than this says nothing: it is null, and a null is never judged.
EFFECTIF_MINIMAL = 20
DEBUT_LE_PLUS_ANCIEN = date(1990, 1, 1)

# "Not stated" written out is a gap, not a form nobody knows: it must not make a column look swapped.
NON_RENSEIGNE = (
    r"(?i)^\s*(n\.?\s?[acdr]\.?|n/a|nsp|x|\?+|-+|inconnue?|autre|ind[ée]termin[ée]e?|sans r[ée]ponse"
    r"|ne se prononce pas|(à|a) (renseigner|compl[ée]ter|pr[ée]ciser)"
    r"|non[ -](renseign|communiqu|connu|pr[ée]cis|d[ée]fini|d[ée]clar|binaire).*)\s*$"
)

# Coded columns whose gaps are measured; each has its raw form beside it, in `<column>_brut`.
CODES: dict[str, tuple[str, ...]] = {
    "operations": ("type_donneur_ordre",),
    "marches": ("base_juridique", "nature_marche", "secteur"),
    "entreprises": ("type_entreprise",),
    "beneficiaires": ("sexe", "niveau", "categorie_public", "prescripteur"),
    "contrats": ("type_employeur", "modalite", "type_contrat"),
    "situations": ("situation",),
    "animation": ("type_evenement",),
}

# The other columns read. Declared, so that a table no deposit has is profiled like the others.
COLONNES: dict[str, dict[str, type[pl.DataType]]] = {table: {} for table in CODES}
for _x in lire_lignes(PAQUETS / "expectations" / "colonnes.csv"):
    COLONNES.setdefault(_x["table"], {})[_x["colonne"]] = getattr(pl, _x["type"])

# Every deposit of several tables must have these, be it with no row; the others may be absent.
TABLES_ATTENDUES = (
    "structure",
    "operations",
    "marches",
    "entreprises",
    "beneficiaires",
    "contrats",
    "heures",
)


def profiler(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Profile the raw tables of a refresh.

    `tables`: raw tables by name, any of them absent or empty, plus `depots` (depot_id, extraction date) which
    lists the deposits to judge and bounds the start of contracts; without it contracts have no upper bound,
    and a deposit without any row is not seen.
    Returns, for each raw table, one row per deposit: `depot_id`, `nombre_lignes` and its measures (null under
    EFFECTIF_MINIMAL rows). A deposit of several tables has a row, at zero, for an expected table left empty.
    Raises polars.exceptions.PolarsError when a table lacks a column.
    """
    lues = {nom: _lire(tables, nom) for nom in COLONNES}
    extractions = _extractions(tables)
    marches = lues["marches"]
    heures = lues["heures"].with_columns(
        heures_realisees=pl.col("heures_travaillees").fill_null(0) + pl.col("heures_formation").fill_null(0)
    )
    profils = {
        "structure": _par_depot(
            lues["structure"],
            [
                _quotient(pl.col("facilitateurs_etp"), pl.col("facilitateurs_nombre")).alias(
                    "etp_par_facilitateur"
                )
            ],
        ),
        "operations": _par_depot(lues["operations"], _mesures_operations()),
        "marches": _par_depot(marches, _mesures_marches()),
        "entreprises": _par_depot(lues["entreprises"], _mesures_entreprises()).join(
            _ratio_sur_prevues(lues["entreprises"], "heures_engagees", marches, ["code_marche"]),
            on="depot_id",
            how="left",
        ),
        "beneficiaires": _par_depot(lues["beneficiaires"], _mesures_personnes()),
        "contrats": _par_depot(
            lues["contrats"].join(extractions, on="depot_id", how="left"),
            [
                *_mesures_contrats(),
                *_parts_codees("type_employeur", "modalite"),
                _part_absente("siret_employeur"),
            ],
        ),
        "heures": _par_depot(heures, _mesures_heures()).join(
            _ratio_sur_prevues(heures, "heures_realisees", marches, ["code_marche"]),
            on="depot_id",
            how="left",
        ),
        "situations": _par_depot(lues["situations"], _parts_codees("situation")),
        "animation": _par_depot(lues["animation"], _parts_codees("type_evenement")),
        "bilan": _profil_bilan(lues["bilan"], extractions),
    }
    attendus = _depots_a_tables(lues, extractions)
    return {
        nom: _avec_depots_vides(profil, attendus) if nom in TABLES_ATTENDUES else profil.sort("depot_id")
        for nom, profil in profils.items()
    }


def profiler_indicateurs(cube: pl.DataFrame) -> pl.DataFrame:
    """One row of figures on the built cube `marts.indicateurs` (long format); `depot_id` is null."""
    national = pl.col("code_territoire") == "FR"
    cle_cumul = (pl.col("tableau") == "CLES") & national & (pl.col("type_periode") == "cumul")
    valeur = pl.col("valeur").cast(pl.Float64)
    part = pl.col("part").cast(pl.Float64)
    return cube.select(
        pl.lit(None, pl.String).alias("depot_id"),
        pl.len().alias("nombre_lignes"),
        valeur.filter(cle_cumul & (pl.col("mesure") == "heures")).sum().alias("heures_nationales"),
        valeur.filter(pl.col("mesure") == "heures").min().alias("heures_minimum"),
        part.min().alias("part_minimum"),
        part.max().alias("part_maximum"),
        valeur.filter(cle_cumul & (pl.col("mesure") == "heures_par_beneficiaire"))
        .max()
        .alias("heures_par_beneficiaire_nationale"),
        valeur.filter(cle_cumul & (pl.col("mesure") == "part_femmes")).max().alias("part_femmes_nationale"),
    ).with_columns(pl.selectors.float().fill_nan(None))


def _lire(tables: Mapping[str, pl.DataFrame], nom: str) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {"depot_id": pl.String}
    for colonne in CODES.get(nom, ()):
        schema |= {colonne: pl.String, f"{colonne}_brut": pl.String}
    schema |= COLONNES[nom]
    if nom not in tables:
        return pl.DataFrame(schema=schema)
    return tables[nom].select(pl.col(colonne).cast(genre) for colonne, genre in schema.items())


def _extractions(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    schema = {"depot_id": pl.String, "extraction": pl.Date}
    if "depots" not in tables:
        return pl.DataFrame(schema=schema)
    return tables["depots"].select(pl.col(colonne).cast(genre) for colonne, genre in schema.items())


def _depots_a_tables(lues: Mapping[str, pl.DataFrame], extractions: pl.DataFrame) -> pl.DataFrame:
    connus = [table.select("depot_id") for nom, table in lues.items() if nom != "bilan"]
    tous = pl.concat([*connus, extractions.select("depot_id")]).unique()
    return tous.join(lues["bilan"], on="depot_id", how="anti").sort("depot_id")


def _par_depot(table: pl.DataFrame, mesures: list[pl.Expr]) -> pl.DataFrame:
    profil = table.group_by("depot_id").agg(pl.len().alias("nombre_lignes"), *mesures)
    return profil.with_columns(pl.selectors.float().fill_nan(None))


def _avec_depots_vides(profil: pl.DataFrame, depots: pl.DataFrame) -> pl.DataFrame:
    complet = depots.join(profil, on="depot_id", how="left", maintain_order="left")
    return complet.with_columns(pl.col("nombre_lignes").fill_null(0))


def _si_assez(mesure: pl.Expr, effectif: pl.Expr) -> pl.Expr:
    return pl.when(effectif >= EFFECTIF_MINIMAL).then(mesure)


def _part(condition: pl.Expr, parmi: pl.Expr | None = None) -> pl.Expr:
    """Percentage of the rows (of those in `parmi`) that meet the condition; a null condition is not met."""
    if parmi is None:
        return _si_assez(100 * condition.sum() / pl.len(), pl.len())
    return _si_assez(100 * (condition & parmi).sum() / parmi.sum(), parmi.sum())


def _part_absente(colonne: str) -> pl.Expr:
    return _part(pl.col(colonne).is_null()).alias(f"part_{colonne}_absent")


def _parts_codees(*colonnes: str) -> list[pl.Expr]:
    parts = []
    for colonne in colonnes:
        inconnu = pl.col(colonne) == "ND"
        forme = pl.col(f"{colonne}_brut")
        ecrite = forme.str.contains(NON_RENSEIGNE).not_()
        parts += [
            _part(inconnu).alias(f"part_nd_{colonne}"),
            _part(inconnu, parmi=ecrite).alias(f"part_forme_inconnue_{colonne}"),
        ]
    return parts


def _quotient(numerateur: pl.Expr, denominateur: pl.Expr) -> pl.Expr:
    return pl.when(denominateur.sum() > 0).then(numerateur.sum() / denominateur.sum())


def _mesures_operations() -> list[pl.Expr]:
    return [
        *_parts_codees("type_donneur_ordre"),
        _part_absente("siret_donneur_ordre"),
        _part_absente("commune_execution"),
    ]


def _mesures_marches() -> list[pl.Expr]:
    montant, prevues = pl.col("montant_ht"), pl.col("heures_prevues")
    connus = (montant > 0) & (prevues > 0)
    return [
        *_parts_codees("base_juridique", "nature_marche", "secteur"),
        _part_absente("montant_ht"),
        _part_absente("heures_prevues"),
        _si_assez((prevues / montant * 100_000).filter(connus).median(), connus.sum()).alias(
            "mediane_heures_prevues_par_100000_euros"
        ),
    ]


def _mesures_entreprises() -> list[pl.Expr]:
    return [*_parts_codees("type_entreprise"), _part_absente("siret")]


def _mesures_personnes() -> list[pl.Expr]:
    return [
        *_parts_codees("sexe", "niveau", "categorie_public", "prescripteur"),
        _part(pl.col("date_naissance").is_null()).alias("part_sans_naissance"),
        _part(pl.col("qpv").is_null()).alias("part_qpv_inconnu"),
        _part(pl.col("identite_complete").not_()).alias("part_identite_incomplete"),
    ]


def _mesures_contrats() -> list[pl.Expr]:
    debut = pl.col("date_debut")
    trop_tard = debut > pl.col("extraction").dt.offset_by("1y")
    return [
        *_parts_codees("type_contrat"),
        _part(pl.col("code_rome").fill_null("ND") == "ND").alias("part_rome_absent"),
        _part((debut < DEBUT_LE_PLUS_ANCIEN) | trop_tard).alias("part_debut_hors_bornes"),
    ]


def _mesures_heures() -> list[pl.Expr]:
    heures, contrats = pl.col("heures_realisees"), pl.col("numero_contrat").n_unique()
    return [
        _si_assez(heures.mean(), pl.len()).alias("moyenne_heures_par_ligne"),
        _si_assez(heures.median(), pl.len()).alias("mediane_heures_par_ligne"),
        _si_assez(100 * _quotient(pl.col("heures_formation"), heures), pl.len()).alias(
            "part_heures_formation"
        ),
        _si_assez(heures.sum() / contrats, contrats).alias("heures_par_contrat_moyenne"),
    ]


def _ratio_sur_prevues(
    faites: pl.DataFrame, colonne: str, marches: pl.DataFrame, cle: list[str]
) -> pl.DataFrame:
    """Hours of `colonne` over the hours planned, on the marchés where both are known, per deposit."""
    par_marche = (
        faites.filter(pl.col(colonne) > 0)
        .group_by("depot_id", *cle)
        .agg(pl.len().alias("lignes"), pl.col(colonne).sum())
        .join(
            marches.filter(pl.col("heures_prevues") > 0).select("depot_id", *cle, "heures_prevues"),
            on=["depot_id", *cle],
            nulls_equal=True,
        )
    )
    ratio = _si_assez(_quotient(pl.col(colonne), pl.col("heures_prevues")), pl.col("lignes").sum())
    return par_marche.group_by("depot_id").agg(ratio.alias(f"ratio_{colonne}_sur_prevues"))


def _profil_bilan(bilan: pl.DataFrame, extractions: pl.DataFrame) -> pl.DataFrame:
    """The flat layout repeats persons, contracts and marchés on each row: each is measured once."""
    lignes = bilan.rename({"categories_brut": "categorie_public_brut"}).with_columns(
        heures_realisees=pl.col("heures").fill_null(0)
    )
    cle_marche = ["numero_marche", "numero_lot"]
    marches = _une_fois(lignes, *cle_marche)
    contrats = _une_fois(lignes, "numero_contrat").join(extractions, on="depot_id", how="left")
    profil = _par_depot(lignes, _mesures_heures())
    for complement in (
        _par_depot(_une_fois(lignes, "numero_beneficiaire"), _mesures_personnes()).drop("nombre_lignes"),
        _par_depot(contrats, _mesures_contrats()).drop("nombre_lignes"),
        _par_depot(marches, _mesures_marches()).drop("nombre_lignes"),
        _ratio_sur_prevues(lignes, "heures_realisees", marches, cle_marche),
    ):
        profil = profil.join(complement, on="depot_id", how="left")
    return profil


def _une_fois(lignes: pl.DataFrame, *cle: str) -> pl.DataFrame:
    return lignes.unique(subset=["depot_id", *cle], keep="last", maintain_order=True)
