"""The figures of a few territories, found by their coordinates: what the sheets read, one cell at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import polars as pl

from clauses.socle.cube import CLE
from exports.edition.publication import Periode, Publication

SECRET = "Q"
ABSENT = "O"
_INCOMPARABLE = "incomparable"  # no status of a published figure: what two periods would say of one another
# what a reader sees in the place of a figure, and beside one that calls for caution
ECRIT_SECRET, ECRIT_ABSENT, ECRIT_INCOMPARABLE = "s", "nd", "nc"
MARQUES = {"U": "(u)", "E": "(e)", "B": "(b)"}
_SANS_LIGNE_ZERO = ("T", "S07")
HORIZON = "horizon"  # not due yet is not zero


class Chiffre(NamedTuple):
    """A figure as published: its value, its share (percent) and its observation status."""

    valeur: float | None
    part: float | None
    statut: str

    @property
    def visible(self) -> bool:
        return self.valeur is not None

    @property
    def fiable(self) -> bool:
        """Shown and not flagged: what a sentence may be made from."""
        return self.visible and self.statut not in ("U", SECRET, ABSENT)

    @property
    def secret(self) -> bool:
        return self.statut == SECRET

    @property
    def mot(self) -> str:
        """What is written where there is no value."""
        return _MOTS.get(self.statut, ECRIT_ABSENT)


_MOTS = {SECRET: ECRIT_SECRET, _INCOMPARABLE: ECRIT_INCOMPARABLE}
MANQUANT = Chiffre(None, None, ABSENT)
INCOMPARABLE = Chiffre(None, None, _INCOMPARABLE)
ZERO = Chiffre(0.0, 0.0, "A")
Cle = tuple[str | None, ...]


class Index:
    """Figures by (table, measure, territory, period, first code, second code), of the territories asked for."""

    def __init__(
        self,
        publication: Publication,
        territoires: Iterable[str],
        niveaux: Iterable[str],
        tableaux: str = "",
        avec: Index | None = None,
    ) -> None:
        """A region and a département may share a code, hence `niveaux`. `tableaux`: a regular expression.

        `avec`: figures read before (those of the head), that these are added to.
        """
        lignes = pl.concat(
            publication.du_territoire(niveau, code).filter(pl.col("tableau").str.contains(tableaux))
            for niveau, code in product(niveaux, territoires)
        )
        self._chiffres: dict[Cle, Chiffre] = dict(avec._chiffres) if avec else {}
        self._presents: set[Cle] = set(avec._presents) if avec else set()
        self._marges: dict[Cle, Chiffre] = dict(avec._marges) if avec else {}
        cles = (colonne for colonne in CLE if colonne not in ("niveau_territoire", "type_periode"))
        colonnes = (*cles, "valeur", "part", "statut_observation", "confidentialite")
        for t, m, c, p, a1, m1, a2, m2, valeur, part, statut, conf in lignes.select(colonnes).iter_rows():
            secret = valeur is None and (conf == "C" or statut == SECRET)
            chiffre = (
                Chiffre(None, None, SECRET) if secret else Chiffre(valeur, part, _lisible(valeur, statut))
            )
            self._chiffres[(t, m, c, p, a1, m1, a2, m2)] = chiffre
            self._presents.add((t, m, c, p, a1, a2, m1 if a1 == HORIZON else None))
            if a2 is None and t.startswith("T"):
                self._marges[(m, c, p, a1, m1)] = chiffre

    def lire(
        self,
        tableau: str,
        mesure: str,
        territoire: str,
        periode: Periode | None,
        axe_1: str | None = None,
        modalite_1: str | None = None,
        axe_2: str | None = None,
        modalite_2: str | None = None,
    ) -> Chiffre:
        """The figure; zero where the table has rows for that territory and period but none for these codes."""
        if periode is None:
            return MANQUANT
        cle = (tableau, mesure, territoire, periode.code, axe_1, modalite_1, axe_2, modalite_2)
        trouve = self._chiffres.get(cle)
        if trouve is not None:
            return trouve
        horizon = modalite_1 if axe_1 == HORIZON else None
        present = (tableau, mesure, territoire, periode.code, axe_1, axe_2, horizon) in self._presents
        # a combination without any hours, or an event that did not happen, has no row
        return ZERO if present and axe_1 is not None and absence_est_zero(tableau) else MANQUANT

    def marge(
        self, mesure: str, territoire: str, periode: Periode | None, axe: str, code: str
    ) -> Chiffre | None:
        """The same measure on one axis alone, wherever a numbered table publishes it; None if none does."""
        return self._marges.get((mesure, territoire, periode.code, axe, code)) if periode else None

    def total(self, mesure: str, territoire: str, periode: Periode | None) -> Chiffre | None:
        """The whole of a measure, as the key figures publish it; None where they do not."""
        if periode is None:
            return None
        return self._chiffres.get(("CLES", mesure, territoire, periode.code, None, None, None, None))


def absence_est_zero(tableau: str) -> bool:
    """Whether what has no row in a table counts for zero: the numbered tables, and the events of S07."""
    return tableau.startswith(_SANS_LIGNE_ZERO)


def _lisible(valeur: float | None, statut: str | None) -> str:
    """A value shown under convention is not called secret."""
    return "A" if not statut or (valeur is not None and statut == SECRET) else statut


def ecart(apres: Chiffre, avant: Chiffre) -> Chiffre:
    """After minus before; secret or missing like either side."""
    if apres.valeur is None or avant.valeur is None:
        return _vide(apres, avant)
    return Chiffre(apres.valeur - avant.valeur, None, _statut(apres, avant))


def evolution(apres: Chiffre, avant: Chiffre) -> Chiffre:
    """The change in percent of the value before; missing when that value is zero."""
    if apres.valeur is None or avant.valeur is None or avant.valeur == 0:
        return _vide(apres, avant)
    return Chiffre(100 * (apres.valeur - avant.valeur) / avant.valeur, None, _statut(apres, avant))


def rapport(partie: Chiffre, tout: Chiffre) -> Chiffre:
    """A part in percent of a whole; missing when the whole is zero."""
    if partie.valeur is None or tout.valeur is None or tout.valeur == 0:
        return _vide(partie, tout)
    return Chiffre(100 * partie.valeur / tout.valeur, None, _statut(partie, tout))


def _vide(*chiffres: Chiffre) -> Chiffre:
    return Chiffre(None, None, SECRET) if any(c.secret for c in chiffres) else MANQUANT


def _statut(*chiffres: Chiffre) -> str:
    return "U" if any(c.statut == "U" for c in chiffres) else "A"
