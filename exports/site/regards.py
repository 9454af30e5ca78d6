"""A territory seen at one of the periods of the release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from exports.edition.index import Index
from exports.edition.libelles import Libelles
from exports.edition.publication import Periode, Publication
from exports.edition.regard import Regard
from exports.site.lieux import Lieu

TRIMESTRES_MONTRES = 12
ANNEES_MONTREES = 5
TABLEAUX_DES_PHRASES = ("CLES", "T03", "S01", "S08")


@dataclass(frozen=True)
class RegardDate(Regard):
    """The figures of a territory and of the head of the release; `choisie` is the period that its sentences speak of."""

    choisie: Periode

    @property
    def periode(self) -> Periode:
        return self.choisie

    @property
    def annee(self) -> Periode:
        return Periode("annee", self.choisie.code[:4])

    @cached_property
    def avant(self) -> Periode | None:
        return self.publication.un_an_avant(self.choisie)

    def a(self, periode: Periode) -> RegardDate:
        """The same territory at another period."""
        return replace(self, choisie=periode)


def regarder(
    publication: Publication, lieu: Lieu, libelles: Libelles, tete: Index, tableaux: Iterable[str] = ()
) -> RegardDate:
    """The territory at the period of the vintage. `tete`: see index_de_la_tete; `tableaux`: those of its charts."""
    lus = "|".join(sorted({*TABLEAUX_DES_PHRASES, *tableaux}))
    index = tete if lieu.est_tete else Index(publication, {lieu.code}, {lieu.niveau}, f"^({lus})$", avec=tete)
    return RegardDate(publication, lieu.code, lieu.niveau, index, libelles, publication.periode)


def index_de_la_tete(publication: Publication) -> Index:
    """The figures of the head, read once for all the pages that compare with them."""
    return Index(publication, {publication.portee.code}, {publication.portee.niveau})


def periodes_montrees(publication: Publication) -> list[Periode]:
    """The years, latest first, then the quarters, latest first."""
    connues = (
        publication.indicateurs.filter(pl.col("tableau") == "CLES").select("type_periode", "periode").unique()
    )
    par_type = {
        genre: sorted(connues.filter(pl.col("type_periode") == genre)["periode"].to_list(), reverse=True)[
            :montrees
        ]
        for genre, montrees in (("annee", ANNEES_MONTREES), ("trimestre", TRIMESTRES_MONTRES))
    }
    return [Periode(genre, code) for genre, codes in par_type.items() for code in codes]
