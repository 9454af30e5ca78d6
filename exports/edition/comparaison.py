"""Revisions between two vintages: which figures changed, by how much, and the deposits that changed them."""

from __future__ import annotations

import duckdb
import polars as pl

from clauses.socle.cube import CLE
from exports.edition.millesimes import FIGURES, PROVENANCE, PUBLIEES, Millesime

TOLERANCE = 5e-7  # half of the last decimal that is published

_CLES = ", ".join(CLE)
_REVISIONS = f"""
with provenances as (
    select * from provenance_avant union select * from provenance_apres
),
-- what one vintage counts and the other does not
depots_changes as (
    select structure_code, debut, fin, chemin from depots_avant where depot_id not in (select depot_id from depots_apres)
    union
    select structure_code, debut, fin, chemin from depots_apres where depot_id not in (select depot_id from depots_avant)
),
par_lieu as (
    select
        p.niveau_territoire, p.code_territoire, p.periode, d.chemin,
        p.debut <= d.fin and p.fin >= d.debut as meme_periode
    from depots_changes as d inner join provenances as p using (structure_code)
),
-- what the measures of one vintage count and those of the other did not yet
causes_de_la_mesure as (
    select tableau, mesure, 'définition changée le ' || strftime(max(depuis), '%d/%m/%Y') as cause
    from definitions group by all
),
causes_de_la_periode as (
    select niveau_territoire, code_territoire, periode, string_agg(distinct chemin, ' ; ' order by chemin) as cause
    from par_lieu where meme_periode group by all
),
causes_du_territoire as (
    select niveau_territoire, code_territoire, string_agg(distinct chemin, ' ; ' order by chemin) as cause
    from par_lieu group by all
),
revisions as (
    select
        {", ".join(f"coalesce(a.{c}, b.{c}) as {c}" for c in CLE)},
        a.valeur as valeur_avant,
        b.valeur as valeur,
        b.valeur - a.valeur as ecart,
        case when a.valeur <> 0 then 100 * (b.valeur - a.valeur) / a.valeur end as ecart_pourcent
    from avant as a
    full join apres as b
        on {" and ".join(f"a.{c} is not distinct from b.{c}" for c in CLE)}
    where abs(a.valeur - b.valeur) > $tolerance or (a.valeur is null) <> (b.valeur is null)
)
select r.*, coalesce(m.cause, p.cause, t.cause, $autre) as cause
from revisions as r
left join causes_de_la_mesure as m on r.tableau = m.tableau and r.mesure = coalesce(m.mesure, r.mesure)
left join causes_de_la_periode as p using (niveau_territoire, code_territoire, periode)
left join causes_du_territoire as t using (niveau_territoire, code_territoire)
order by {_CLES}
"""


def comparer(avant: Millesime, apres: Millesime, publiees: bool = False) -> pl.DataFrame:
    """One row per figure that differs, among the periods that both vintages speak of.

    Columns: those of CLE, valeur_avant, valeur, ecart, ecart_pourcent (null where nothing was), cause: the paths of the
    deposits that only one of the two counts and that touch the territory and period (or the territory, or what else
    changed), or « définition changée » where a measure counts something else since the other. `publiees`: only what both
    may publish; otherwise every figure, which stays in the house.
    """
    cadre = PUBLIEES if publiees else FIGURES
    lus = {"avant": _figures(avant, cadre), "apres": _figures(apres, cadre)}
    if publiees:
        # a figure hidden in one of the two is not a revision
        caches = pl.concat([f.filter(pl.col("valeur").is_null()).select(CLE) for f in lus.values()])
        lus = {nom: f.join(caches, on=CLE, how="anti", nulls_equal=True) for nom, f in lus.items()}
    communes = set(lus["avant"]["periode"]) & set(lus["apres"]["periode"])
    with duckdb.connect() as base:
        for nom, figures in lus.items():
            base.register(nom, figures.filter(pl.col("periode").is_in(communes)).to_arrow())
        for nom, millesime in (("avant", avant), ("apres", apres)):
            base.register(f"provenance_{nom}", millesime.lire(PROVENANCE).to_arrow())
            depots = pl.DataFrame(millesime.fiche["depots"]).with_columns(
                pl.col("debut", "fin").cast(pl.String).str.to_date()
            )
            base.register(f"depots_{nom}", depots.to_arrow())
        base.register("definitions", _definitions_changees(avant, apres).to_arrow())
        revisions: pl.DataFrame = base.execute(
            _REVISIONS, {"tolerance": TOLERANCE, "autre": _autre_cause(avant, apres)}
        ).pl()
    return revisions


def _figures(millesime: Millesime, cadre: str) -> pl.DataFrame:
    return millesime.lire(cadre).select(*CLE, "valeur")


def _definitions_changees(avant: Millesime, apres: Millesime) -> pl.DataFrame:
    """The changes of definition that only one of the two follows (tableau, mesure: null for all, depuis)."""
    suivies = [
        {(d["tableau"], d["mesure"], d["depuis"]) for d in m.fiche.get("definitions", [])}
        for m in (avant, apres)
    ]
    return pl.DataFrame(
        sorted(suivies[0] ^ suivies[1], key=str),
        schema={"tableau": pl.String, "mesure": pl.String, "depuis": pl.String},
        orient="row",
    ).with_columns(pl.col("depuis").str.to_date())


def _autre_cause(avant: Millesime, apres: Millesime) -> str:
    """What changed besides the deposits of the territory."""
    libelles = {
        "modeles": "règles de calcul ou nomenclatures",
        "secret": "recherche du secret",
        "date_arrete": "date d'arrêté",
        "alias": "formes reconnues depuis",
        "perimetres": "périmètres",
        "regions": "périmètre de l'observatoire",
        "structures_attendues": "structures attendues",
        "depots": "dépôts d'autres territoires",
    }
    changes = [
        libelle
        for cle, libelle in libelles.items()
        if (avant.gel.get(cle) or []) != (apres.gel.get(cle) or [])
    ]
    return " ; ".join(changes) or "indéterminée"
