"""What a publication is about to say and to stop saying, before anything is frozen."""

from __future__ import annotations

import polars as pl

from clauses.affichage.publication import Apercu
from clauses.socle.cube import CLE
from exports.edition.millesimes import PUBLIEES, Millesime
from exports.edition.publication import Publication


def apercu(publication: Publication, precedent: Millesime | None, publiees: pl.DataFrame) -> Apercu:
    """`publiees`: the public figures of the vintage to be."""
    p = publication
    regions = [("region", code) for code in p.en_activite("region")]
    lieux = dict.fromkeys([(p.portee.niveau, p.portee.code), *regions])
    return Apercu(
        p.periode.court,
        _absentes(p),
        [p.libelle_territoire(code, n) for n, code in lieux if p.depots_manquants(n, code, p.periode)],
        precedent.nom if precedent else None,
        0 if p.revisions is None else p.revisions.height,
        _perdus(precedent.lire(PUBLIEES), publiees) if precedent else pl.DataFrame(),
    )


def _absentes(p: Publication) -> list[tuple[str, str, int, int]]:
    annee, _, trimestre = p.periode.code.partition("-T")
    mois = pl.col("mois").dt.year() == int(annee)
    if trimestre:
        mois &= pl.col("mois").dt.quarter() == int(trimestre)
    comptes = (
        p.couverture.filter(mois)
        .join(p.structures.select("structure_code", "nom"), on="structure_code", maintain_order="left")
        .group_by("structure_code", "nom", maintain_order=True)
        .agg(deposes=pl.col("depose").sum(), attendus=pl.len())
        .filter(pl.col("deposes") < pl.col("attendus"))
        .sort("structure_code")
    )
    return [(code, nom or "", deposes, attendus) for code, nom, deposes, attendus in comptes.iter_rows()]


def _perdus(avant: pl.DataFrame, apres: pl.DataFrame) -> pl.DataFrame:
    """Of the periods that both speak of."""
    avant = avant.filter(pl.col("periode").is_in(apres["periode"].unique().implode()))
    montres = [x.filter(pl.col("confidentialite") == "F").select(CLE) for x in (avant, apres)]
    perdus = montres[0].join(montres[1], on=CLE, how="anti", nulls_equal=True)
    return perdus.group_by("tableau", "niveau_territoire").len().sort("tableau", "niveau_territoire")
