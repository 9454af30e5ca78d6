"""How tables, measures, codes and units are said to a reader."""

from __future__ import annotations

from clauses.socle.cube import lire_axes, lire_noms_des_mesures
from exports.edition.publication import Publication

_DECIMALES = {"%": 1, "points": 1, "ETP": 1, "indice de 0 à 1": 3}


def libelle_mesure(tableau: str, mesure: str) -> str:
    """The name of a measure in a table, its code where none is known."""
    noms = lire_noms_des_mesures()
    return noms.get((tableau, mesure)) or noms.get(("", mesure)) or mesure


def nom_et_unite(tableau: str, mesure: str, unite: str) -> str:
    """« Bénéficiaires (personnes) », « Marchés »: the unit where the name does not already say it."""
    nom = libelle_mesure(tableau, mesure)
    return nom if nom.lower().startswith(unite.lower()) else f"{nom} ({unite})"


def decimales(unite: str) -> int:
    """How many decimals a unit deserves: none for counts and hours, one for shares and ratios."""
    return _DECIMALES.get(unite, 1 if " par " in unite else 0)


class Libelles:
    """The codes of each axis in reading order, and their labels."""

    def __init__(self, publication: Publication) -> None:
        noms = publication.nomenclatures.sort("axe", "ordre", "code")
        self._libelles: dict[tuple[str, str], str] = {}
        self._rangs: dict[tuple[str, str], int] = {}
        for rang, (axe, code, libelle) in enumerate(noms.select("axe", "code", "libelle").iter_rows()):
            self._libelles[(axe, code)] = libelle
            self._rangs[(axe, code)] = rang
        # a code that no row of the whole release uses has no line: folding it elsewhere may be a matter of secrecy
        self._codes: dict[tuple[str, str], list[str]] = {}
        for tableau, axe, code in publication.codes_utilises.iter_rows():
            self._codes.setdefault((tableau, axe), []).append(code)
        for (_, axe), codes in self._codes.items():
            codes.sort(key=lambda code, axe=axe: self.rang(axe, code))  # type: ignore[misc]

    def codes(self, tableau: str, axe: str) -> list[str]:
        """The codes of an axis in a table, in the order of the nomenclature."""
        return self._codes.get((tableau, axe), [])

    def rang(self, axe: str, code: str) -> tuple[int, int, str]:
        nombre = int(code) if code.isdigit() else 0
        return (self._rangs.get((axe, code), len(self._rangs)), nombre, code)

    def libelle(self, axe: str, code: str) -> str:
        if axe in ("horizon", "mois") and code.isdigit():
            return f"{code} mois"
        return self._libelles.get((axe, code), code)


def axe_en_clair(axe: str) -> str:
    """How a reader calls an axis."""
    connu = lire_axes().get(axe)
    return connu.libelle if connu else axe
