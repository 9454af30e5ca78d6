"""Who stands behind each cell: persons, employers, the largest of them; counted from the facts of the warehouse.

Only publishing needs it, so it is a query of the moment: a refresh does not pay for it.
"""

from __future__ import annotations

import duckdb
import polars as pl

from clauses.socle import cube
from exports.secret import familles
from exports.secret.regles import Regles

_NIVEAUX = {"national": "'FR'", "region": "region", "departement": "departement", "epci": "epci"}
# tables of the star that the facts are read from (see _preparer_faits), and their names there
_TABLES = {
    "fct_heures": "h",
    "fct_contrats": "c",
    "dim_beneficiaire": "b",
    "dim_marche": "m",
    "dim_operation": "o",
}
_AXES = {
    axe.axe: f"{_TABLES[table]}.{colonne}"
    for axe in cube.lire_axes().values()
    for table, _, colonne in [axe.colonne.partition(".")]
    if axe.famille and table in _TABLES
}
# The bracket of a person is that of the period: two columns of the facts, one by type of period.
_AGE = {"annee": "age_annee", "trimestre": "age_trimestre"}
_PERIODES = {"annee": "annee", "trimestre": "trimestre"}
_COLONNES = ("famille", "cle", "niveau", "territoire", "type_periode", "periode")

SCHEMA = {
    **dict.fromkeys(_COLONNES, pl.String),
    "heures": pl.Int64,
    "personnes": pl.Int64,
    "employeurs": pl.Int64,
    "part_employeur": pl.Float64,
}


def compter(connexion: duckdb.DuckDBPyConnection, regles: Regles) -> pl.DataFrame:
    """All the cells of the plan with their contributors, plus those of « atomes » (département and EPCI together).

    Columns of SCHEMA; hours in whole hundredths; an unknown employer counts as one; situations have no hours.
    The plan says by axes which levels and types of period there are.
    """
    _preparer_faits(connexion, regles)
    morceaux = [
        connexion.execute(_requete(famille, modalites, filtre, heures, niveau, type_periode)).pl()
        for famille, modalites, filtre, heures, niveau, type_periode in _demandes(connexion, regles)
    ]
    morceaux += [_situations(connexion, niveau) for niveau in _niveaux(regles, ("T18", "S01"), "annee")]
    cellules: pl.DataFrame = pl.concat(
        [m.cast(SCHEMA) for m in morceaux if m.height] or [pl.DataFrame(schema=SCHEMA)]
    )
    return cellules.sort(_COLONNES)


def _preparer_faits(connexion: duckdb.DuckDBPyConnection, regles: Regles) -> None:
    axes = [f"{_publie(expression, axe, regles)} as {axe}" for axe, expression in _AXES.items()]
    connexion.execute(
        """
        create or replace temp table secret_lieux as
        select distinct region, departement, epci from marts.fct_heures
        union
        select distinct region, departement, epci from marts.fct_situations where annee_premier_contrat is not null
        """
    )
    connexion.execute(
        "create or replace temp table secret_partages as "
        "select epci from secret_lieux group by epci having count(distinct departement) > 1"
    )
    connexion.execute(
        f"""
        create or replace temp table secret_faits as
        with durables as (
            select distinct id_personne from marts.fct_situations where horizon in (6, 12) and groupe = 'DURABLE'
        ),
        personnes as (
            select *, row_number() over (order by id_personne) as personne from marts.dim_beneficiaire
        ),
        partages as (select * from secret_partages)
        select
            h.region, h.departement, h.epci,
            case when p.epci is not null then h.departement || '/' || h.epci end as atome,
            cast(h.annee as varchar) as annee, h.trimestre, b.personne,
            coalesce(h.entreprise_id, '?') as employeur,
            coalesce(a.tranche_age, 'ND') as age_annee, coalesce(t.tranche_age, 'ND') as age_trimestre,
            b.est_rsa, b.est_deld, b.est_th, b.est_jeune_declare, b.est_senior_declare,
            o.programme in ('PNRU', 'NPNRU') as est_anru, d.id_personne is not null as est_durable,
            c.heures >= (select valeur from referentiels.seuils where code = 'contrat_long_heures') as est_contrat_long,
            {", ".join(axes)},
            cast(sum(h.heures) * 100 as bigint) as heures,
            cast(sum(h.heures_formation) * 100 as bigint) as heures_formation
        from marts.fct_heures as h
        inner join personnes as b on h.id_personne = b.id_personne
        inner join marts.fct_contrats as c on h.contrat_id = c.contrat_id
        inner join marts.dim_marche as m on h.marche_id = m.marche_id
        inner join marts.dim_operation as o on h.operation_id = o.operation_id
        left join partages as p on h.epci = p.epci
        left join durables as d on h.id_personne = d.id_personne
        left join marts.fct_tranches_age as a
            on h.id_personne = a.id_personne and a.type_periode = 'annee' and a.periode = cast(h.annee as varchar)
        left join marts.fct_tranches_age as t
            on h.id_personne = t.id_personne and t.type_periode = 'trimestre' and t.periode = h.trimestre
        group by all
        """
    )


def _publie(expression: str, axe: str, regles: Regles) -> str:
    """A code shown within another is that other from the start."""
    cas = "".join(
        f" when '{code}' then '{publie}'" for (a, code), publie in regles.regroupements.items() if a == axe
    )
    return f"case {expression}{cas} else {expression} end" if cas else expression


def _demandes(
    connexion: duckdb.DuckDBPyConnection, regles: Regles
) -> list[tuple[str, list[tuple[str, str]], str, str, str, str]]:
    """(family, modalities as (axis, column), filter, hours, level, type of period) of each count to make."""
    axes_des_tableaux: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for tableau, axe_1, axe_2 in connexion.execute(
        "select distinct tableau, axe_1, axe_2 from referentiels.tableaux "
        "where tableau like 'T%' or tableau in ('CLES', 'S03')"
    ).fetchall():
        axes = tuple(a for a in (axe_1, axe_2) if a)
        voulus = regles.plan.filter(
            (pl.col("tableau") == tableau) & (pl.col("axe_1").is_null() | pl.col("axe_1").eq_missing(axe_1))
        )
        mailles = axes_des_tableaux.setdefault(axes, set())
        mailles.update(voulus.select("niveau_territoire", "type_periode").iter_rows())
    profils = set(
        regles.plan.filter(
            (pl.col("tableau") == "S02") | ((pl.col("tableau") == "CLES") & (pl.col("mesure").is_null()))
        )
        .select("niveau_territoire", "type_periode")
        .iter_rows()
    )
    # key figures show these too: as profiles, or as sums of their modalities
    for axes in [("sexe",), ("origine",), ("type_employeur",), ("type_contrat",)]:
        axes_des_tableaux.setdefault(axes, set()).update(profils)
    demandes = []
    ventilees: dict[str, list[tuple[str, ...]]] = {"total": [()], **familles.VENTILATIONS}
    for famille, ventilations in ventilees.items():
        for axes in ventilations:
            for niveau, type_periode in sorted(axes_des_tableaux.get(axes, ())):
                colonnes = [(a, _AGE[type_periode] if a == "tranche_age" else a) for a in axes]
                demandes.append((famille, colonnes, "", "heures", niveau, type_periode))
    for niveau, type_periode in sorted(profils):
        age = _AGE[type_periode]
        for profil, filtre in {
            "RSA": "est_rsa",
            "DELD": "est_deld",
            "TH": "est_th",
            "MOINS_26": f"(est_jeune_declare or {age} = 'LT26')",
            "PLUS_50": f"(est_senior_declare or {age} = 'GE50')",
            "ANRU": "est_anru",
            "FORMATION": "heures_formation > 0",
            "DURABLE": "est_durable",
            "CONTRATS_LONGS": "est_contrat_long",
        }.items():
            heures = "heures_formation" if profil == "FORMATION" else "heures"
            demandes.append(("publics", [("profil", f"'{profil}'")], filtre, heures, niveau, type_periode))
    for niveau, type_periode in sorted(profils):
        for somme, (axe, drapeau) in familles.SOMMES.items():
            famille = next(f for f, v in familles.VENTILATIONS.items() if (axe,) in v)
            filtre = f"{axe} in (select code from marts.dim_{axe} where {drapeau})"
            demandes.append((famille, [("somme", f"'{somme}'")], filtre, "heures", niveau, type_periode))
    par_epci = [d for d in demandes if d[4] == "epci"]
    return demandes + [(f, c, filtre, h, "atome", t) for f, c, filtre, h, _, t in par_epci]


def _requete(
    famille: str, modalites: list[tuple[str, str]], filtre: str, heures: str, niveau: str, type_periode: str
) -> str:
    cle = " || '|' || ".join(f"'{axe}=' || {colonne}" for axe, colonne in modalites) or "''"
    conditions = [c for c in (filtre, "atome is not null" if niveau == "atome" else "") if c]
    ou = f"where {' and '.join(conditions)}" if conditions else ""
    return f"""
    with lignes as (
        select {cle} as cle, {_NIVEAUX.get(niveau, niveau)} as territoire, {_PERIODES[type_periode]} as periode,
            personne, employeur, {heures} as heures
        from secret_faits {ou}
    ),
    personnes as (
        select cle, territoire, periode, count(distinct personne) as personnes from lignes group by all
    ),
    employeurs as (
        select cle, territoire, periode, employeur, sum(heures) as heures from lignes group by all
    ),
    sommes as (
        select cle, territoire, periode, sum(heures) as heures, count(*) as employeurs,
            max(heures) / sum(heures) as part_employeur
        from employeurs group by all
    )
    select '{famille}' as famille, sommes.cle, '{niveau}' as niveau, sommes.territoire,
        '{type_periode}' as type_periode, sommes.periode, cast(sommes.heures as bigint) as heures,
        personnes.personnes, sommes.employeurs, cast(sommes.part_employeur as double) as part_employeur
    from sommes inner join personnes using (cle, territoire, periode)
    """


def _niveaux(regles: Regles, tableaux: tuple[str, ...], type_periode: str) -> list[str]:
    plan = regles.plan.filter(pl.col("tableau").is_in(tableaux) & (pl.col("type_periode") == type_periode))
    niveaux = sorted(set(plan["niveau_territoire"]))
    return [*niveaux, "atome"] if "epci" in niveaux else niveaux


def _situations(connexion: duckdb.DuckDBPyConnection, niveau: str) -> pl.DataFrame:
    """Persons by horizon and situation, and the sums of situations; by year of the first contract, where it was."""
    branches = ["'situation=' || s.situation"] + [
        f"case when {condition} then 'somme={nom}' end"
        for nom, condition in familles.SOMMES_SITUATIONS.items()
        if nom != "cdi"
    ]
    lieu = "f.departement || '/' || f.epci" if niveau == "atome" else _NIVEAUX[niveau]
    condition = "where f.epci in (select epci from secret_partages)" if niveau == "atome" else ""
    situations: pl.DataFrame = connexion.execute(
        f"""
        with lignes as (
            select
                'horizon=' || f.horizon as horizon, {lieu} as territoire,
                cast(f.annee_premier_contrat as varchar) as periode, f.situation, d.*
            from marts.fct_situations as f
            inner join marts.dim_situation as d on f.situation = d.code
            {condition}
            {"and" if condition else "where"} f.annee_premier_contrat is not null
        ),
        longues as (
            select horizon || '|' || cle as cle, territoire, periode
            from (select horizon, territoire, periode, unnest([{", ".join(branches)}]) as cle from lignes as s)
            where cle is not null
        )
        select 'situations' as famille, cle, '{niveau}' as niveau, territoire, 'annee' as type_periode, periode,
            0 as heures, count(*) as personnes, 0 as employeurs, 0.0 as part_employeur
        from longues group by all
        """
    ).pl()
    return situations


def lieux(connexion: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Parent and child territories (niveau_parent, parent, niveau_enfant, enfant) that add up, once `compter` has run.

    An EPCI that lies in several départements is known in each by its « atome » : the part of it that is there.
    """
    liens: pl.DataFrame = connexion.execute(
        """
        with places as (
            select l.*, case when p.epci is not null then l.departement || '/' || l.epci end as atome
            from secret_lieux as l left join secret_partages as p on l.epci = p.epci
        )
        select distinct 'national' as niveau_parent, 'FR' as parent, 'region' as niveau_enfant, region as enfant
        from places
        union select 'region', region, 'departement', departement from places
        union select 'departement', departement, 'epci', epci from places where atome is null
        union select 'departement', departement, 'atome', atome from places where atome is not null
        union select 'epci', epci, 'atome', atome from places where atome is not null
        order by all
        """
    ).pl()
    return liens
