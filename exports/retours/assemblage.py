"""What the ledger found, put together for those who have to correct it: in order, weighed, said once."""

from __future__ import annotations

import polars as pl

from exports.retours.glossaire import LIBELLES_GRAVITE

RANGS_GRAVITE = {gravite: rang for rang, gravite in enumerate(LIBELLES_GRAVITE)}
_ENJEUX = {"heures": pl.Float64, "cause": pl.String}
LIEU = ["depot_id", "table", "ligne"]


def assembler_constats(
    depots: pl.DataFrame, constats: pl.DataFrame, validations: pl.DataFrame
) -> pl.DataFrame:
    """Everything a structure has to be told, one row per finding: by severity, then what keeps most hours out, what is only
    the consequence of another after it, then file, table and line.

    Columns: depot_id, structure_code, chemin, gravite, table, ligne, colonne, valeur, message, regle, heures (at stake
    in it), cause. To the findings it adds the refusals known only by `depots`, and the checks that failed,
    but those that broke: they are no fault of the structure. A failed check already quoted by a refusal is not said twice.
    """
    modele = ["depot_id", "gravite", "table", "ligne", "colonne", "valeur", "message", "regle"]
    # a ledger that no refresh has opened since weighs nothing
    pesees = [
        pl.col(c) if c in constats.columns else pl.lit(None, genre).alias(c) for c, genre in _ENJEUX.items()
    ]
    trouves = constats.select(*modele, *pesees).with_columns(pl.col("ligne").cast(pl.Int64))
    deja_dits = trouves.filter(pl.col("gravite") == "refus").select("depot_id")
    refus = (
        depots.filter(pl.col("statut") == "refuse")
        .join(deja_dits, on="depot_id", how="anti")
        .select("depot_id", "message", "regle", pl.lit("refus").alias("gravite"))
    )
    tous = pl.concat(
        [trouves, refus, _constats_des_controles(depots, trouves, validations)], how="diagonal_relaxed"
    )
    return (
        tous.join(depots.select("depot_id", "structure_code", "chemin"), on="depot_id", how="left")
        .with_columns(pl.col("gravite").replace_strict(RANGS_GRAVITE, return_dtype=pl.Int8).alias("rang"))
        .sort(
            "rang",
            pl.col("heures").fill_null(0),
            pl.col("cause").is_not_null(),
            "chemin",
            "table",
            "ligne",
            "colonne",
            "regle",
            descending=[False, True, *[False] * 6],
            nulls_last=False,
        )
        .drop("rang")
    )


def heures_en_jeu(constats: pl.DataFrame) -> float:
    """Hours of the rows that findings set aside: those of a row that waits for another are in that other."""
    return float(constats["heures"].sum())


def lignes_touchees(constats: pl.DataFrame) -> int:
    """How many rows of deposits findings speak of: a row may have several, a finding may be of no row."""
    avec = constats.drop_nulls("ligne")
    return avec.unique(LIEU).height + constats.height - avec.height


def se_reglera_avec(cause: object) -> str:
    """Said of what is set aside for another row only."""
    return f"Se réglera avec : {cause}."


def reunir(tous: pl.DataFrame) -> pl.DataFrame:
    """Findings that say the same thing of several rows, as one: `lignes` (« 12, 15 à 18 »), `nombre`, `heures` of them all.

    In the order of `assembler_constats`; `ligne`: the first.
    """
    memes = [
        "structure_code",
        "depot_id",
        "chemin",
        "gravite",
        "table",
        "colonne",
        "valeur",
        "message",
        "regle",
        "cause",
    ]
    reunis = tous.group_by(memes, maintain_order=True).agg(
        pl.col("ligne").min(),
        pl.len().alias("nombre"),
        pl.col("heures").sum(),
        _plages=_plages(pl.col("ligne").drop_nulls().unique().sort()),
    )
    return (
        reunis.with_columns(
            lignes=pl.col("_plages").list.join(", "),
            rang=pl.col("gravite").replace_strict(RANGS_GRAVITE, return_dtype=pl.Int8),
        )
        .sort(
            "rang", "heures", pl.col("cause").is_not_null(),
            descending=[False, True, False], maintain_order=True,
        )
        .drop("_plages", "rang")
    )  # fmt: skip


def _plages(lignes: pl.Expr) -> pl.Expr:
    """« 12 », « 15 à 18 »: runs of sorted lines."""
    debuts = lignes.filter((lignes.diff() != 1).fill_null(True))
    fins = lignes.filter((lignes.diff(-1) != -1).fill_null(True))
    return (
        pl.when(debuts == fins)
        .then(pl.format("{}", debuts))
        .when(fins - debuts == 1)
        .then(pl.format("{}, {}", debuts, fins))
        .otherwise(pl.format("{} à {}", debuts, fins))
    )


def _constats_des_controles(
    depots: pl.DataFrame, trouves: pl.DataFrame, validations: pl.DataFrame
) -> pl.DataFrame:
    echecs = controles_en_echec(validations).filter(~pl.col("casse"))
    refus = pl.concat(
        [
            depots.filter(pl.col("statut") == "refuse").select("depot_id", "message"),
            trouves.filter(pl.col("gravite") == "refus").select("depot_id", "message"),
        ],
        how="vertical_relaxed",
    )
    textes: dict[str, str] = {}
    for depot_id, message in refus.iter_rows():
        textes[depot_id] = f"{textes.get(depot_id, '')}\n{message or ''}"
    nouveaux = [
        {
            "depot_id": echec["depot"],
            "gravite": "refus" if echec["severite"] == "critique" else "alerte",
            "message": phrase_controle(echec),
            "valeur": echec["observe"],
            "regle": "VALIDATION",
        }
        for echec in echecs.filter(pl.col("depot").is_not_null()).iter_rows(named=True)
        if not (echec["message"] and echec["message"] in textes.get(echec["depot"], ""))
    ]
    colonnes = ("depot_id", "gravite", "message", "valeur", "regle")
    return pl.DataFrame(nouveaux, schema=dict.fromkeys(colonnes, pl.String))


def controles_en_echec(validations: pl.DataFrame) -> pl.DataFrame:
    """The checks that failed or broke; `attendu` and `message` are null where the ledger lacks them."""
    absentes = [
        pl.lit(None, pl.String).alias(c) for c in ("attendu", "message") if c not in validations.columns
    ]
    return validations.with_columns(*absentes, pl.col("casse").fill_null(False)).filter(
        ~pl.col("succes").fill_null(False)
    )


def phrase_controle(echec: dict[str, object]) -> str:
    """What a failed check says: its own message, else what was seen against what was expected."""
    if echec["message"]:
        return str(echec["message"])
    attendu = f", attendu : {echec['attendu']}" if echec["attendu"] else ""
    return f"Contrôle « {echec['expectation']} » : vu : {echec['observe'] or 'rien'}{attendu}."
