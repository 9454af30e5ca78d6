"""What the quality page tells: what is published and hidden, and what each structure handed in."""

from __future__ import annotations

import polars as pl

from clauses.socle.nombres import accorder, nombre, pour_cent
from clauses.socle.ordre import de_lecture
from exports.edition.publication import Publication
from exports.site.lieux import NIVEAUX, Lieux

TRIMESTRES = 8
STATUTS = {
    "A": "Chiffres ordinaires",
    "P": "Chiffres provisoires",
    "E": "Chiffres estimés",
    "B": "Ruptures de série",
    "U": "Chiffres peu fiables",
    "Q": "Chiffres non diffusés (secret statistique)",
    "O": "Chiffres manquants",
}


def diffusion(publication: Publication) -> list[list[str]]:
    """Figures and hidden ones by level."""
    comptes = {
        niveau: (tous, caches)
        for niveau, tous, caches in publication.indicateurs.group_by("niveau_territoire")
        .agg(tous=pl.len(), caches=(pl.col("confidentialite") == "C").sum())
        .iter_rows()
    }
    return [
        [nom, nombre(tous), nombre(caches), pour_cent(100 * caches / tous)]
        for niveau, nom in NIVEAUX.items()
        for tous, caches in [comptes.get(niveau, (0, 0))]
        if tous
    ]


def statuts_par_periode(publication: Publication) -> list[list[str]]:
    """Figures by observation status."""
    comptes = dict(publication.indicateurs["statut_observation"].value_counts().iter_rows())
    return [[nom, nombre(comptes[code])] for code, nom in STATUTS.items() if code in comptes]


def depots(publication: Publication, lieux: Lieux) -> tuple[list[str], list[tuple[str, list[list[str]]]]]:
    """The quarters shown; by region, the structures and the months they handed in."""
    mois = publication.couverture.with_columns(
        trimestre=pl.col("mois").dt.year().cast(pl.String)
        + "-T"
        + pl.col("mois").dt.quarter().cast(pl.String)
    )
    fin = f"{publication.millesime[:4]}-T{publication.millesime[-1]}"
    trimestres = sorted(t for t in mois["trimestre"].unique().to_list() if t <= fin)[-TRIMESTRES:]
    comptes = {
        (structure, trimestre): f"{deposes} sur {attendus}"
        for structure, trimestre, deposes, attendus in mois.group_by("structure_code", "trimestre")
        .agg(deposes=pl.col("depose").sum(), attendus=pl.len())
        .iter_rows()
    }
    par_region: dict[str | None, list[list[str]]] = {}
    for code, nom, region in sorted(
        publication.structures.select("structure_code", "nom", "region").iter_rows(),
        key=lambda x: de_lecture(x[0]),
    ):
        # nothing is expected of a structure outside its months
        cases = [comptes.get((code, t), "–") for t in trimestres]
        par_region.setdefault(region, []).append([nom or code, code, *cases])
    noms = {lieu.code: lieu.nom for lieu in lieux.du_niveau("region")}
    regions = [(noms.get(code or "", "Région non déterminée"), lignes) for code, lignes in par_region.items()]
    return trimestres, sorted(regions, key=lambda x: de_lecture(x[0]))


def deduites(publication: Publication) -> list[str]:
    """A sentence by structure whose export has not all tables."""
    noms = dict(publication.structures.select("structure_code", "nom").iter_rows())
    return [
        f"{noms.get(code) or code} : l'export n'a pas de table {tables} ; ce qu'elle seule dirait n'est pas connu."
        for code, tables in publication.tables_deduites.items()
    ]


def revisions(publication: Publication) -> str:
    """One sentence."""
    if publication.revisions is None:
        return "Première version de ce millésime : aucun chiffre n'a été révisé."
    if publication.revisions.is_empty():
        return "Aucun chiffre n'a changé depuis l'édition précédente."
    return (
        f"{accorder(publication.revisions.height, 'chiffre')} ont changé depuis l'édition précédente : "
        "revisions.csv, à côté de ces pages, en donne la liste et la cause."
    )
