"""What only deserves a warning, on rows that count. In words: docs/contrat-de-depot.md, « Ce qui est signalé »."""

from __future__ import annotations

import polars as pl

from ingest.findings import SEUILS, Constats
from ingest.layouts import Layout, Table
from ingest.references import charger_territoires
from ingest.tables import Noms, Tables, en_jour, en_mois, en_nombre, gardees


def avertir(
    layout: Layout,
    noms: Noms,
    tables: Tables,
    declarees: dict[str, Table],
    depots: pl.DataFrame,
    constats: Constats,
) -> None:
    """Adds the warnings of one layout's deposits to `constats`; rows set aside take no part."""
    if noms.heures not in tables or noms.contrats not in tables:
        return
    table_heures = declarees[noms.heures]
    heures = gardees(tables[noms.heures])
    totales = (
        pl.col("heures")
        if "heures" in heures.columns
        else pl.col("heures_travaillees") + pl.col("heures_formation").fill_null(0)
    )
    heures = heures.with_columns(_totales=totales)
    marche = ["numero_marche", "numero_lot"] if layout.plat else ["code_marche"]
    lignes = heures.select("depot", "ligne", "numero_contrat", *marche, "mois", "_totales")
    contrats = _contrats_uniques(layout, noms, tables)
    lignes = lignes.join(contrats, on=["depot", "numero_contrat"], how="left", maintain_order="left")
    _heures_elevees(table_heures, lignes, constats)
    _heures_hors_contrat(table_heures, lignes, constats)
    _eligibilite_depassee(table_heures, lignes, constats)
    _alternance_anterieure(layout, noms, tables, declarees, lignes, marche, constats)
    _mois_sans_heures(table_heures, lignes, depots, constats)
    if "structure" in tables and "structure" in declarees:
        _financement_incoherent(declarees["structure"], gardees(tables["structure"]), constats)
    if layout.plat:
        _conflits_de_reference(layout, heures, constats)


def _contrats_uniques(layout: Layout, noms: Noms, tables: Tables) -> pl.DataFrame:
    """One row per deposit and contract: its dates, kind, person's first contract, and its line."""
    contrats = gardees(tables[noms.contrats])
    if layout.plat:
        contrats = contrats.sort("depot", "mois", "ligne").unique(
            ["depot", "numero_contrat"], keep="last", maintain_order=True
        )
        personnes = contrats
    else:
        personnes = contrats.join(
            gardees(tables[noms.beneficiaires]).select("depot", "numero_beneficiaire", "id_personne"),
            on=["depot", "numero_beneficiaire"],
            how="left",
        )
    return personnes.select(
        "depot",
        "numero_contrat",
        "date_debut",
        "date_fin",
        "type_contrat",
        pl.col("ligne").alias("ligne_contrat"),
        pl.col("date_debut").min().over("depot", "id_personne").alias("premier_contrat"),
    )


def _heures_elevees(table: Table, lignes: pl.DataFrame, constats: Constats) -> None:
    du_mois = lignes.with_columns(_du_mois=pl.col("_totales").sum().over("depot", "numero_contrat", "mois"))
    constats.ajouter(
        "alerte",
        "HEURES_ELEVEES",
        table.entete,
        du_mois.filter(pl.col("_du_mois") > SEUILS["heures_elevees"]),
        colonne=next(c.entete for c in table.colonnes if c.type == "heures" and c.valeur),
        valeur=en_nombre(pl.col("_du_mois")),
        detail=str(SEUILS["heures_elevees"]),
    )


def _heures_hors_contrat(table: Table, lignes: pl.DataFrame, constats: Constats) -> None:
    avant = pl.col("mois") < pl.col("date_debut").dt.truncate("1mo")
    apres = pl.col("mois") > pl.col("date_fin").dt.truncate("1mo")
    constats.ajouter(
        "alerte",
        "HEURES_HORS_CONTRAT",
        table.entete,
        lignes.filter((avant | apres).fill_null(False)),
        colonne=table.colonne("mois").entete,
        valeur=en_mois(pl.col("mois")),
        detail=pl.when(avant)
        .then(pl.format("commence le {}", en_jour(pl.col("date_debut"))))
        .otherwise(pl.format("finit le {}", en_jour(pl.col("date_fin")))),
    )


def _eligibilite_depassee(table: Table, lignes: pl.DataFrame, constats: Constats) -> None:
    limite = pl.col("premier_contrat").dt.truncate("1mo").dt.offset_by(f"{SEUILS['mois_eligibilite']}mo")
    constats.ajouter(
        "alerte",
        "ELIGIBILITE_DEPASSEE",
        table.entete,
        lignes.filter((pl.col("mois") > limite).fill_null(False)),
        colonne=table.colonne("mois").entete,
        valeur=en_mois(pl.col("mois")),
        detail=str(SEUILS["mois_eligibilite"]),
    )


def _alternance_anterieure(
    layout: Layout,
    noms: Noms,
    tables: Tables,
    declarees: dict[str, Table],
    lignes: pl.DataFrame,
    marche: list[str],
    constats: Constats,
) -> None:
    """One finding per contract in alternance begun before a marché it serves was notified, at the contract's line."""
    source = tables[noms.heures] if layout.plat else tables.get("marches")
    if source is None or "date_notification" not in source.columns:
        return
    notifies = gardees(source).select("depot", *marche, "date_notification").drop_nulls("date_notification")
    notifies = notifies.group_by("depot", *marche).agg(pl.col("date_notification").min())
    contrats = lignes.filter(pl.col("type_contrat").is_in(["APPRENTISSAGE", "PROFESSIONNALISATION"])).join(
        notifies, on=["depot", *marche], how="inner", nulls_equal=True
    )
    anterieurs = (
        contrats.filter(pl.col("date_debut") < pl.col("date_notification"))
        .group_by("depot", "ligne_contrat")
        .agg(pl.col("date_debut").first(), pl.col(marche[0]).first())
        .rename({"ligne_contrat": "ligne"})
    )
    table = declarees[noms.contrats]
    constats.ajouter(
        "alerte",
        "ALTERNANCE_ANTERIEURE",
        table.entete,
        anterieurs,
        colonne=table.colonne("date_debut").entete,
        valeur=en_jour(pl.col("date_debut")),
        detail=pl.col(marche[0]),
    )


def _mois_sans_heures(table: Table, lignes: pl.DataFrame, depots: pl.DataFrame, constats: Constats) -> None:
    attendus = depots.select(
        "depot",
        mois=pl.date_ranges(
            pl.col("debut").dt.truncate("1mo"), pl.col("fin").dt.truncate("1mo"), interval="1mo"
        ),
    ).explode("mois")
    vus = lignes.filter(pl.col("_totales") > 0).select("depot", "mois").unique()
    absents = attendus.join(vus, on=["depot", "mois"], how="anti").with_columns(
        ligne=pl.lit(None, dtype=pl.Int32)
    )
    constats.ajouter(
        "alerte",
        "MOIS_SANS_HEURES",
        table.entete,
        absents,
        colonne=table.colonne("mois").entete,
        valeur=en_mois(pl.col("mois")),
    )


def _financement_incoherent(table: Table, structures: pl.DataFrame, constats: Constats) -> None:
    parts = pl.col("^financement_.*$")
    total = structures.select(
        "depot",
        "ligne",
        _total=pl.sum_horizontal(parts.fill_null(0)),
        _dites=pl.any_horizontal(parts.is_not_null()),
    )
    ecart = (pl.col("_total") - 100).abs() > SEUILS["tolerance_financement"]
    constats.ajouter(
        "alerte",
        "FINANCEMENT_INCOHERENT",
        table.entete,
        total.filter(pl.col("_dites") & ecart),
        valeur=en_nombre(pl.col("_total")),
    )


def _est_connue(nom: str) -> pl.Expr:
    return pl.col(nom).is_not_null() & (pl.col(nom).cast(pl.String) != "ND")


def _colonnes_en_conflit(layout: Layout, lignes: pl.DataFrame, colonnes: list[tuple[str, str]]) -> set[str]:
    """Columns (name, group) whose known values differ within a key: most have none, and need no closer look."""
    trouvees: set[str] = set()
    for groupe in {g for _, g in colonnes}:
        noms = [nom for nom, g in colonnes if g == groupe]
        connues = lignes.select(
            "depot", *layout.groupes[groupe], *(pl.when(_est_connue(n)).then(n).alias(f"_{n}") for n in noms)
        )
        bornes = connues.group_by("depot", *layout.groupes[groupe]).agg(
            pl.col(f"_{n}").min().ne(pl.col(f"_{n}").max()).alias(n) for n in noms
        )
        differe = bornes.select(pl.col(n).any() for n in noms).row(0)
        trouvees |= {n for n, oui in zip(noms, differe, strict=True) if oui}
    return trouvees


def _conflits_de_reference(layout: Layout, bilan: pl.DataFrame, constats: Constats) -> None:
    """Known values that differ within a key of the flat layout: one finding per key and column, at the first line."""
    (table,) = layout.tables
    actuelles = charger_territoires().communes
    communes = [c.nom for c in table.colonnes if c.type == "commune"]
    # two codes of one merged commune are no conflict
    tries = bilan.with_columns(pl.col(communes).replace(actuelles)).sort("depot", "mois", "ligne")
    colonnes = [(c.nom, c.entete, c.groupe) for c in table.colonnes if c.groupe and c.type != "liste"]
    colonnes += [
        (n, c.entete, c.groupe)
        for c in table.colonnes
        if c.type == "liste" and c.groupe
        for n in [str(c.principale)]
    ]
    colonnes += [("id_personne", "Nom, prénom, naissance, sexe", "beneficiaire")]
    # what a key points to is one of its reference values
    colonnes += [
        (nom, table.colonne(source).entete, groupe)
        for nom, source, groupe in (
            ("cle_donneur_ordre", "donneur_ordre", "marche"),
            ("cle_operation", "intitule_operation", "marche"),
            ("numero_beneficiaire", "numero_beneficiaire", "contrat"),
            ("siret_entreprise", "siret_entreprise", "contrat"),
        )
    ]
    en_conflit = _colonnes_en_conflit(layout, tries, [(nom, str(groupe)) for nom, _, groupe in colonnes])
    for nom, entete, groupe in colonnes:
        if nom not in en_conflit:
            continue
        cle = layout.groupes[str(groupe)]
        connus = tries.filter(_est_connue(nom))
        differents = connus.filter(pl.col(nom) != pl.col(nom).last().over("depot", *cle))
        premiers = differents.sort("depot", "ligne").unique(
            ["depot", *cle], keep="first", maintain_order=True
        )
        identifiant = pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in cle], separator=" / ")
        constats.ajouter(
            "alerte",
            "CONFLIT_REFERENCE",
            table.entete,
            premiers,
            colonne=entete,
            valeur=pl.col(nom).cast(pl.String) if nom != "id_personne" else None,
            detail=identifiant,
        )
