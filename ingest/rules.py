"""The rules that look beyond one cell: hours, ages, duplicates, keys, parents, and what only deserves a warning.

Source of every rule: the export contract, « Refusing, rejecting, warning » and « Fine points ».
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.findings import SEUILS, Constats
from ingest.identity import pseudonymiser
from ingest.layouts import Layout, Table, normaliser
from ingest.references import charger_territoires

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Noms:
    """Where a layout keeps what the rules speak of: the tables of hours, contracts and persons."""

    heures: str
    contrats: str
    beneficiaires: str


def _noms(layout: Layout) -> Noms:
    plate = layout.tables[0].nom
    return Noms(plate, plate, plate) if layout.plat else Noms("heures", "contrats", "beneficiaires")


def appliquer(layout: Layout, tables: Tables, depots: pl.DataFrame, cle: bytes, constats: Constats) -> Tables:
    """Typed tables in, the same out with `rejet` and `doublon` settled, names replaced by pseudonyms.

    `depots`: depot, structure_code, debut, fin, extraction. Adds every finding of the rules to `constats`.
    """
    noms = _noms(layout)
    declarees = {t.nom: t for t in layout.tables}
    tables = {nom: cadre for nom, cadre in tables.items() if nom in declarees}
    for nom, cadre in tables.items():
        tables[nom] = _ecarter_les_fins(declarees[nom], cadre, constats)
    if "structure" in tables:
        tables["structure"] = _redresser_les_parts(tables["structure"])
    if noms.heures in tables:
        tables[noms.heures] = _controler_les_heures(
            declarees[noms.heures], tables[noms.heures], depots, constats
        )
    if noms.beneficiaires in tables:
        tables[noms.beneficiaires] = _identifier_les_personnes(
            declarees[noms.beneficiaires],
            tables[noms.beneficiaires],
            tables.get(noms.contrats),
            depots,
            cle,
            constats,
        )
    if layout.plat:
        (table,) = layout.tables
        tables[table.nom] = _nommer_les_operations(tables[table.nom])
    for table in layout.tables:
        if table.nom in tables:
            tables[table.nom] = _ecarter_les_doublons(table, tables[table.nom], constats)
            tables[table.nom] = _ecarter_les_orphelins(table, tables[table.nom], tables, declarees, constats)
    _avertir(layout, noms, tables, declarees, depots, constats)
    return tables


def _gardees(cadre: pl.DataFrame) -> pl.DataFrame:
    return cadre.filter(~pl.col("rejet") & ~pl.col("doublon"))


def _nombre(valeur: pl.Expr) -> pl.Expr:
    return valeur.round(2).cast(pl.String).str.replace(r"\.0$", "").str.replace(".", ",", literal=True)


def _jour(date: pl.Expr) -> pl.Expr:
    return date.dt.to_string("%d/%m/%Y")


def _mois(date: pl.Expr) -> pl.Expr:
    return date.dt.to_string("%Y-%m")


# --- cells that contradict each other ----------------------------------------------------------------------


def _ecarter_les_fins(table: Table, cadre: pl.DataFrame, constats: Constats) -> pl.DataFrame:
    for colonne in table.colonnes:
        if colonne.fin_de is None or colonne.fin_de not in cadre.columns:
            continue
        fausse = (pl.col(colonne.nom) < pl.col(colonne.fin_de)).fill_null(False)
        constats.ajouter(
            "alerte",
            "FIN_AVANT_DEBUT",
            table.entete,
            cadre.filter(fausse),
            colonne=colonne.entete,
            valeur=_jour(pl.col(colonne.nom)),
        )
        cadre = cadre.with_columns(pl.when(~fausse).then(pl.col(colonne.nom)).alias(colonne.nom))
    return cadre


def _redresser_les_parts(structures: pl.DataFrame) -> pl.DataFrame:
    """Shares in cells Excel formats as percentages come as fractions: when they add up to 1, they are made per cent."""
    parts = pl.col("^financement_.*$")
    en_fractions = (pl.sum_horizontal(parts) - 1).abs() <= SEUILS["tolerance_financement"] / 100
    return structures.with_columns(pl.when(en_fractions).then(parts * 100).otherwise(parts).name.keep())


def _controler_les_heures(
    table: Table, cadre: pl.DataFrame, depots: pl.DataFrame, constats: Constats
) -> pl.DataFrame:
    formation = pl.col("heures_formation").fill_null(0)
    totales = pl.col("heures") if "heures" in cadre.columns else pl.col("heures_travaillees") + formation
    colonne_heures = "heures" if "heures" in cadre.columns else "heures_travaillees"
    entete = table.colonne(colonne_heures).entete
    avec = cadre.join(depots.select("depot", "debut", "fin"), on="depot", how="left", maintain_order="left")
    avec = avec.with_columns(
        _totales=totales,
        _hors=~pl.col("mois").is_between(pl.col("debut").dt.truncate("1mo"), pl.col("fin")),
        _negatives=(pl.col(colonne_heures) < 0) | (formation < 0),
        _impossibles=totales > SEUILS["heures_impossibles"],
    ).with_columns(pl.col("_hors", "_negatives", "_impossibles").fill_null(False))
    periode = pl.format("{} à {}", _mois(pl.col("debut")), _mois(pl.col("fin")))
    constats.ajouter(
        "rejet",
        "MOIS_HORS_PERIODE",
        table.entete,
        avec.filter("_hors"),
        colonne=table.colonne("mois").entete,
        valeur=_mois(pl.col("mois")),
        detail=periode,
    )
    constats.ajouter(
        "rejet",
        "HEURES_NEGATIVES",
        table.entete,
        avec.filter("_negatives"),
        colonne=entete,
        valeur=_nombre(pl.min_horizontal(colonne_heures, formation)),
    )
    constats.ajouter(
        "rejet",
        "HEURES_IMPOSSIBLES",
        table.entete,
        avec.filter("_impossibles"),
        colonne=entete,
        valeur=_nombre(pl.col("_totales")),
        detail=str(SEUILS["heures_impossibles"]),
    )
    ecartee = avec["_hors"] | avec["_negatives"] | avec["_impossibles"]
    return cadre.with_columns(rejet=pl.col("rejet") | ecartee)


# --- persons -----------------------------------------------------------------------------------------------


def _identifier_les_personnes(
    table: Table,
    personnes: pl.DataFrame,
    contrats: pl.DataFrame | None,
    depots: pl.DataFrame,
    cle: bytes,
    constats: Constats,
) -> pl.DataFrame:
    """Drops unusable birth dates, then replaces names by pseudonyms."""
    numero = ["depot", "numero_beneficiaire"]
    debuts = (
        (contrats if contrats is not None else personnes.clear())
        .drop_nulls("date_debut")
        .group_by(numero)
        .agg(premier=pl.col("date_debut").min(), dernier=pl.col("date_debut").max())
        if contrats is not None
        else pl.DataFrame(
            schema={**{n: personnes.schema[n] for n in numero}, "premier": pl.Date, "dernier": pl.Date}
        )
    )
    avec = personnes.join(debuts, on=numero, how="left", maintain_order="left").join(
        depots.select("depot", "structure_code", "extraction"), on="depot", how="left", maintain_order="left"
    )
    naissance = pl.col("date_naissance")
    trop_jeune = _age(naissance, pl.col("premier")) < SEUILS["age_minimum"]
    trop_age = _age(naissance, pl.col("dernier")) > SEUILS["age_maximum"]
    avec = avec.with_columns(
        _motif=pl.when(naissance.is_null())
        .then(pl.lit("absente ou illisible"))
        .when(naissance > pl.col("extraction"))
        .then(pl.lit("dans le futur"))
        .when(trop_jeune | trop_age)
        .then(
            pl.lit(
                f"incompatible avec le début d'un contrat (âge hors de {SEUILS['age_minimum']} à "
                f"{SEUILS['age_maximum']} ans)"
            )
        )
    )
    constats.ajouter(
        "alerte",
        "NAISSANCE_INVALIDE",
        table.entete,
        avec.filter(pl.col("_motif").is_not_null()),
        colonne=table.colonne("date_naissance").entete,
        detail=pl.col("_motif"),
    )
    avec = avec.with_columns(date_naissance=pl.when(pl.col("_motif").is_null()).then(naissance))
    sans_nom, sans_prenom = (~pl.col(c).str.contains(r"\p{L}").fill_null(False) for c in ("nom", "prenom"))
    for colonne, manque in (("nom", sans_nom), ("prenom", sans_prenom & ~sans_nom)):
        constats.ajouter(
            "alerte",
            "IDENTITE_INCOMPLETE",
            table.entete,
            avec.filter(manque),
            colonne=table.colonne(colonne).entete,
        )
    return pseudonymiser(avec, cle).drop("premier", "dernier", "structure_code", "extraction", "_motif")


def _age(naissance: pl.Expr, date: pl.Expr) -> pl.Expr:
    """Completed years."""
    avant_anniversaire = (date.dt.month() * 100 + date.dt.day()) < (
        naissance.dt.month() * 100 + naissance.dt.day()
    )
    return date.dt.year() - naissance.dt.year() - avant_anniversaire.cast(pl.Int32)


def _nommer_les_operations(bilan: pl.DataFrame) -> pl.DataFrame:
    """The flat layout has no code of operation: its key is buyer and title, written any way."""

    def cle(nom: str) -> pl.Expr:
        formes = bilan[nom].drop_nulls().unique().to_list()
        return pl.col(nom).replace_strict(
            {f: normaliser(f) for f in formes}, default=None, return_dtype=pl.String
        )

    return bilan.with_columns(cle_donneur_ordre=cle("donneur_ordre"), cle_operation=cle("intitule_operation"))


# --- duplicates, keys, parents -----------------------------------------------------------------------------


def _ecarter_les_doublons(table: Table, cadre: pl.DataFrame, constats: Constats) -> pl.DataFrame:
    """Identical rows count once; different rows with one key are all set aside. Rejected rows take no part."""
    hors = {"depot", "ligne", "rejet", "cle_donneur_ordre", "cle_operation"}
    comparees = [c for c in cadre.columns if c not in hors and not c.endswith(("_brut", "_generation"))]
    valides = cadre.filter(~pl.col("rejet")).select(
        "depot", "ligne", *table.cle, *_repli(table), _contenu=pl.struct(map(_comparable, comparees)).hash()
    )
    valides = valides.with_columns(_premiere=pl.col("ligne").min().over("depot", "_contenu"))
    repetees = valides.filter(pl.col("ligne") > pl.col("_premiere"))
    constats.ajouter(
        "alerte", "LIGNE_EN_DOUBLE", table.entete, repetees, detail=pl.col("_premiere").cast(pl.String)
    )
    en_conflit = valides.clear()
    if table.cle:
        cles = _cles(table)
        uniques = valides.filter(pl.col("ligne") == pl.col("_premiere"))
        en_conflit = uniques.filter(pl.len().over("depot", *cles) > 1)
        entetes = " + ".join(table.colonne(c).entete for c in table.cle)
        constats.ajouter(
            "rejet",
            "CLE_EN_DOUBLE",
            table.entete,
            en_conflit,
            colonne=entetes,
            valeur=pl.concat_str(
                [pl.col(c).cast(pl.String).fill_null("") for c in table.cle], separator=" / "
            ),
        )
    lieu = ["depot", "ligne"]
    # a repeated copy of a row set aside for its key stays a duplicate: the accounts still add up
    return (
        cadre.join(
            repetees.select(lieu).with_columns(doublon=True), on=lieu, how="left", maintain_order="left"
        )
        .join(en_conflit.select(lieu).with_columns(_conflit=True), on=lieu, how="left", maintain_order="left")
        .with_columns(
            doublon=pl.col("doublon").fill_null(False),
            rejet=pl.col("rejet") | pl.col("_conflit").fill_null(False),
        )
        .drop("_conflit")
    )


def _comparable(colonne: str) -> pl.Expr:
    """No training written and none done are the same row."""
    return pl.col(colonne).fill_null(0) if colonne == "heures_formation" else pl.col(colonne)


def _repli(table: Table) -> list[str]:
    return [r for r in table.cle_de_repli.values() if r not in table.cle]


def _cles(table: Table) -> list[pl.Expr]:
    return [
        pl.coalesce(c, table.cle_de_repli[c]).alias(c) if c in table.cle_de_repli else pl.col(c)
        for c in table.cle
    ]


def _ecarter_les_orphelins(
    table: Table, cadre: pl.DataFrame, tables: Tables, declarees: dict[str, Table], constats: Constats
) -> pl.DataFrame:
    for parent in table.parents:
        colonnes = list(parent.colonnes)
        connus = (
            tables[parent.table].filter(~pl.col("rejet")).select("depot", *colonnes).unique()
            if parent.table in tables
            else None
        )
        if connus is None:
            continue
        presents = cadre.join(
            connus.with_columns(_connu=True), on=["depot", *colonnes], how="left", maintain_order="left"
        )["_connu"].fill_null(False)
        remplis = cadre.select(pl.all_horizontal(pl.col(colonnes).is_not_null())).to_series()
        orphelin = ~presents & remplis & ~cadre["doublon"]
        constats.ajouter(
            "rejet",
            "ORPHELIN",
            table.entete,
            cadre.filter(orphelin),
            colonne=" + ".join(table.colonne(c).entete for c in colonnes),
            valeur=pl.concat_str([pl.col(c).cast(pl.String) for c in colonnes], separator=" / "),
            detail=declarees[parent.table].entete,
        )
        cadre = cadre.with_columns(rejet=pl.col("rejet") | orphelin)
    return cadre


# --- warnings on rows that count ---------------------------------------------------------------------------


def _avertir(
    layout: Layout,
    noms: Noms,
    tables: Tables,
    declarees: dict[str, Table],
    depots: pl.DataFrame,
    constats: Constats,
) -> None:
    if noms.heures not in tables or noms.contrats not in tables:
        return
    table_heures = declarees[noms.heures]
    heures = _gardees(tables[noms.heures])
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
        _financement_incoherent(declarees["structure"], _gardees(tables["structure"]), constats)
    if layout.plat:
        _conflits_de_reference(layout, heures, constats)


def _contrats_uniques(layout: Layout, noms: Noms, tables: Tables) -> pl.DataFrame:
    """One row per deposit and contract: its dates, kind, person's first contract, and its line."""
    contrats = _gardees(tables[noms.contrats])
    if layout.plat:
        contrats = contrats.sort("depot", "mois", "ligne").unique(
            ["depot", "numero_contrat"], keep="last", maintain_order=True
        )
        personnes = contrats
    else:
        personnes = contrats.join(
            _gardees(tables[noms.beneficiaires]).select("depot", "numero_beneficiaire", "id_personne"),
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
        colonne=table.colonne("heures" if table.nom == "bilan" else "heures_travaillees").entete,
        valeur=_nombre(pl.col("_du_mois")),
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
        valeur=_mois(pl.col("mois")),
        detail=pl.when(avant)
        .then(pl.format("commence le {}", _jour(pl.col("date_debut"))))
        .otherwise(pl.format("finit le {}", _jour(pl.col("date_fin")))),
    )


def _eligibilite_depassee(table: Table, lignes: pl.DataFrame, constats: Constats) -> None:
    limite = pl.col("premier_contrat").dt.truncate("1mo").dt.offset_by(f"{SEUILS['mois_eligibilite']}mo")
    constats.ajouter(
        "alerte",
        "ELIGIBILITE_DEPASSEE",
        table.entete,
        lignes.filter((pl.col("mois") > limite).fill_null(False)),
        colonne=table.colonne("mois").entete,
        valeur=_mois(pl.col("mois")),
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
    notifies = _gardees(source).select("depot", *marche, "date_notification").drop_nulls("date_notification")
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
        valeur=_jour(pl.col("date_debut")),
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
        valeur=_mois(pl.col("mois")),
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
        valeur=_nombre(pl.col("_total")),
    )


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
    for nom, entete, groupe in colonnes:
        cle = layout.groupes[str(groupe)]
        connus = tries.filter(pl.col(nom).is_not_null() & (pl.col(nom).cast(pl.String) != "ND"))
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
