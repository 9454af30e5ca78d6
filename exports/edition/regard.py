"""A territory of a publication as it is read: at its period, beside France."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from clauses.socle.nombres import date_courte
from exports.edition.index import Index
from exports.edition.libelles import Libelles
from exports.edition.publication import NATIONAL, Periode, Publication

COMPLETE = 100  # percent of the structures known
NOTE_STATUTS = (
    "s : chiffre couvert par le secret statistique. nd : chiffre non disponible. (u) : peu fiable, trop de "
    "situations inconnues. (e) : estimé. (b) : rupture de série."
)


@dataclass(frozen=True)
class Regard:
    """One territory of a publication seen at its period, its figures and France's."""

    publication: Publication
    territoire: str
    niveau: str
    index: Index
    libelles: Libelles

    @cached_property
    def nom(self) -> str:
        return self.publication.libelle_territoire(self.territoire, self.niveau)

    @property
    def est_national(self) -> bool:
        return self.territoire == NATIONAL

    @property
    def periode(self) -> Periode:
        return self.publication.periode

    @property
    def annee(self) -> Periode:
        return self.publication.annee

    @cached_property
    def avant(self) -> Periode | None:
        return self.publication.un_an_avant(self.periode)

    @cached_property
    def depots_complets(self) -> bool:
        """Every structure known here handed in both periods: without it a change may be one of deposits."""
        periodes = [p for p in (self.periode, self.avant) if p]
        couvertures = [
            self.publication.couvertures.get((self.niveau, self.territoire, p.code)) for p in periodes
        ]
        return all((c or 0) >= COMPLETE for c in couvertures)

    @cached_property
    def note_source(self) -> str:
        p = self.publication
        return (
            f"Source : {p.source}, données arrêtées au {date_courte(p.date_arrete)}, édition {p.edition}. "
            f"{p.phrase_statut(self.periode)}. {NOTE_STATUTS}"
        )

    def sous_titre(self, periode: Periode | None = None) -> str:
        """Territory, period compared with, status: the line under each title."""
        periode = periode or self.periode
        avant = self.publication.un_an_avant(periode)
        compare = f", {avant.comparaison}" if avant else ""
        return f"{self.nom} – {periode.libelle}{compare} – {self.publication.phrase_statut(periode).lower()}"

    def base(self, tableau: str, mesure: str, axe: str | None = None) -> tuple[str, str, bool]:
        """Unit, base and whether the axis is a partition, of a measure of a table."""
        notices = self.publication.notices
        return notices.get((tableau, mesure, axe)) or notices.get((tableau, mesure, None)) or ("", "", False)
