"""A territory of a publication as it is read: at its period, beside the head of the release."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from clauses.socle.nombres import date_courte
from exports.edition.index import INCOMPARABLE, Chiffre, Index
from exports.edition.libelles import Libelles
from exports.edition.portee import Portee
from exports.edition.publication import Periode, Publication

NOTE_STATUTS = (
    "s : chiffre couvert par le secret statistique. nd : chiffre non disponible. nc : non comparable, des dépôts manquent. "
    "(u) : peu fiable, trop de situations inconnues. (e) : estimé. (b) : rupture de série."
)
EN_LETTRES = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def _le(periode: Periode) -> str:
    return f"le {periode.court}" if periode.type_periode == "trimestre" else periode.court


def _sur(absentes: int, connues: int, au_debut: bool) -> str:
    """« Deux structures sur trois », « la seule structure », « 12 structures sur 40 »."""
    if connues == 1:
        dit = "la seule structure"
    else:
        nombres = [EN_LETTRES[n] if n < len(EN_LETTRES) else str(n) for n in (absentes, connues)]
        dit = f"{nombres[0]} structure{'s' if absentes > 1 else ''} sur {nombres[1]}"
    return dit[0].upper() + dit[1:] if au_debut else dit


@dataclass(frozen=True)
class Regard:
    """One territory of a publication seen at its period, its figures and those of the head of the release."""

    publication: Publication
    territoire: str
    niveau: str
    index: Index
    libelles: Libelles

    @cached_property
    def nom(self) -> str:
        return self.publication.libelle_territoire(self.territoire, self.niveau)

    @property
    def tete(self) -> Portee:
        """What stands beside its figures."""
        return self.publication.portee

    @property
    def est_tete(self) -> bool:
        """Whether nothing does."""
        return self.tete.est_tete(self.niveau, self.territoire)

    @property
    def periode(self) -> Periode:
        return self.publication.periode

    @property
    def annee(self) -> Periode:
        return self.publication.annee

    @cached_property
    def avant(self) -> Periode | None:
        return self.publication.un_an_avant(self.periode)

    def comparables(self, periode: Periode | None = None) -> bool:
        """Whether every structure known here handed in all of a period and of a year before, its own if none is said.

        Without it a change may be one of deposits, and nothing that compares the two is shown.
        """
        return not self._manques(periode)

    def changement(self, chiffre: Chiffre, periode: Periode | None = None) -> Chiffre:
        """A difference or an evolution on the year before, where the two can be compared."""
        return chiffre if chiffre.valeur is None or self.comparables(periode) else INCOMPARABLE

    def phrase_incompletude(self, periode: Periode | None = None) -> str:
        """« Deux structures sur trois n'ont pas tout déposé pour 2024 : les évolutions… », or nothing."""
        dites: list[str] = []
        avant: tuple[int, int] | None = None
        for p, absentes, connues in self._manques(periode):
            if connues and (absentes, connues) == avant:
                dites[-1] += f" ni pour {_le(p)}"
            elif connues:
                ont = "n’a" if absentes == 1 else "n’ont"
                dites.append(f"{_sur(absentes, connues, not dites)} {ont} pas tout déposé pour {_le(p)}")
            else:
                dites.append(f"{'a' if dites else 'A'}ucun dépôt pour {_le(p)}")
            avant = (absentes, connues)
        return f"{', '.join(dites)} : les évolutions ne sont pas données." if dites else ""

    def _manques(self, periode: Periode | None) -> list[tuple[Periode, int, int]]:
        return self.publication.depots_manquants(self.niveau, self.territoire, periode or self.periode)

    @cached_property
    def note_source(self) -> str:
        p = self.publication
        return (
            f"{p.observatoire.emetteur}. Source : {p.source}, données arrêtées au {date_courte(p.date_arrete)}, "
            f"édition {p.edition}. "
            f"{p.phrase_statut(self.periode)}. {self.phrase_incompletude()} {NOTE_STATUTS}".replace("  ", " ")
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
