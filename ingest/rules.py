"""The rules that look beyond one cell, in their order; here: contradictory dates, hours, persons.

Every rule in words: docs/contrat-de-depot.md, « Ce qui est refusé » to « Précisions ».
"""

from __future__ import annotations

import polars as pl

from ingest.alerts import avertir
from ingest.enjeux import causes, peser
from ingest.findings import SEUILS, Constats
from ingest.identity import pseudonymiser
from ingest.keys import ecarter_les_doublons, ecarter_les_orphelins
from ingest.layouts import Layout, Table, normaliser
from ingest.linking import SCHEMA, cles_de_rapprochement
from ingest.spellings import accorder_les_codes
from ingest.structures import ecarter_les_autres_structures
from ingest.tables import Noms, Tables, en_jour, en_mois, en_nombre, gardees, heures_totales


def _noms(layout: Layout) -> Noms:
    plate = layout.tables[0].nom
    return Noms(plate, plate, plate) if layout.plat else Noms("heures", "contrats", "beneficiaires")


def appliquer(
    layout: Layout, tables: Tables, depots: pl.DataFrame, cle: bytes, constats: Constats
) -> tuple[Tables, pl.DataFrame]:
    """Typed tables in, the same out with `rejet` and `doublon` settled, names replaced by pseudonyms, and the keys that
    link the persons who count (linking.SCHEMA).

    `depots`: depot, structure_code, debut, fin, extraction. Adds every finding of the rules to `constats`.
    """
    noms = _noms(layout)
    declarees = {t.nom: t for t in layout.tables}
    tables = accorder_les_codes(layout, {nom: t for nom, t in tables.items() if nom in declarees})
    cles = pl.DataFrame(schema=SCHEMA)
    for nom, cadre in tables.items():
        tables[nom] = _ecarter_les_fins(declarees[nom], cadre, constats)
    if layout.plat:
        (table,) = layout.tables
        tables[table.nom] = ecarter_les_autres_structures(table, tables[table.nom], depots, constats)
    if "structure" in tables:
        tables["structure"] = _redresser_les_parts(tables["structure"])
    if noms.heures in tables:
        tables[noms.heures] = _controler_les_heures(
            declarees[noms.heures], tables[noms.heures], depots, constats
        )
    if noms.beneficiaires in tables:
        tables[noms.beneficiaires], cles = _identifier_les_personnes(
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
    consequences: list[pl.DataFrame] = []
    for table in layout.tables:
        if table.nom in tables:
            tables[table.nom] = ecarter_les_doublons(table, tables[table.nom], constats)
            tables[table.nom], suites = ecarter_les_orphelins(
                table, tables[table.nom], tables, declarees, constats
            )
            consequences += suites
    for pesees in peser(layout, noms.heures, tables, consequences):
        constats.peser(pesees)
    for dites in causes(layout, consequences):
        constats.expliquer(dites)
    avertir(layout, noms, tables, declarees, depots, constats)
    if noms.beneficiaires in tables:
        cles = cles.join(gardees(tables[noms.beneficiaires]), on=["depot", "id_personne"], how="semi")
    return tables, cles


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
            valeur=en_jour(pl.col(colonne.nom)),
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
    colonne_heures = "heures" if "heures" in cadre.columns else "heures_travaillees"
    entete = table.colonne(colonne_heures).entete
    avec = cadre.join(depots.select("depot", "debut", "fin"), on="depot", how="left", maintain_order="left")
    avec = avec.with_columns(
        _totales=heures_totales(cadre),
        _hors=~pl.col("mois").is_between(pl.col("debut").dt.truncate("1mo"), pl.col("fin")),
        _negatives=(pl.col(colonne_heures) < 0) | (formation < 0),
        _impossibles=heures_totales(cadre) > SEUILS["heures_impossibles"],
    ).with_columns(pl.col("_hors", "_negatives", "_impossibles").fill_null(False))
    periode = pl.format("{} à {}", en_mois(pl.col("debut")), en_mois(pl.col("fin")))
    constats.ajouter(
        "rejet",
        "MOIS_HORS_PERIODE",
        table.entete,
        avec.filter("_hors"),
        colonne=table.colonne("mois").entete,
        valeur=en_mois(pl.col("mois")),
        detail=periode,
    )
    constats.ajouter(
        "rejet",
        "HEURES_NEGATIVES",
        table.entete,
        avec.filter("_negatives"),
        colonne=entete,
        valeur=en_nombre(pl.min_horizontal(colonne_heures, formation)),
    )
    constats.ajouter(
        "rejet",
        "HEURES_IMPOSSIBLES",
        table.entete,
        avec.filter("_impossibles"),
        colonne=entete,
        valeur=en_nombre(pl.col("_totales")),
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
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drops unusable birth dates, then replaces names by pseudonyms; second, the keys that link persons."""
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
    identifiees = pseudonymiser(avec, cle)
    completes = avec.with_columns(identifiees["id_personne"]).filter(identifiees["identite_complete"])
    cles = cles_de_rapprochement(completes, cle)
    return identifiees.drop("premier", "dernier", "structure_code", "extraction", "_motif"), cles


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
