"""Sources whose content is not what their headers say: to be refused, or asked about, never read in silence."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from . import monde
from .formes import FORMES, Forme, Source, ecrire
from .redaction import Planche


def dates_echangees(hasard: random.Random, source: Source) -> None:
    """The start of a contract under the header of its end, and the end under that of its start."""

    def echanger(planches: list[Planche]) -> None:
        for planche in planches:
            for ligne in planche.lignes:
                debut, fin = ligne.get("Contrats · Date de début"), ligne.get("Contrats · Date de fin")
                if isinstance(debut, dt.date):
                    ligne["Contrats · Date de début"] = fin or debut + dt.timedelta(120)
                    ligne["Contrats · Date de fin"] = debut

    forme = _avec("metier", "Contrats · Date de fin")
    ecrire(source, forme, monde.depots(hasard), hasard, echanger)


def heures_echangees(hasard: random.Random, source: Source) -> None:
    """The hours planned of a marché under the header of the hours done in a month, and the reverse."""

    def echanger(planches: list[Planche]) -> None:
        for ligne in planches[0].lignes:
            prevues, faites = ligne["Bilan · Heures prévues"], ligne["Bilan · Heures réalisées"]
            ligne["Bilan · Heures prévues"], ligne["Bilan · Heures réalisées"] = faites, prevues

    ecrire(source, _avec("plat", "Bilan · Heures prévues"), monde.depots(hasard), hasard, echanger)


def structures_echangees(hasard: random.Random, source: Source) -> None:
    """Two structures, the deposits of each under the name of the other."""
    depots = [*monde.depots(hasard), *monde.depots(hasard, "S62000", 1)]
    noms = {
        d.nom: d.nom.replace(d.structure, "S62000" if d.structure == "S59000" else "S59000") for d in depots
    }
    ecrire(source, FORMES["metier"], depots, hasard, noms=noms)


def codes_de_deux_structures(hasard: random.Random, source: Source) -> None:
    """Two structures with the same headers, whose lists give other codes to the same words: each is its own, or none."""
    for rang, structure in enumerate(("S59000", "S62000")):
        tirage = random.Random(str(source.graine))  # the same words for both
        depots = monde.depots(hasard, structure, rang)
        ecrire(source, FORMES["listes_de_codes"], depots, tirage, decalage=rang)


def _avec(nom: str, colonne: str) -> Forme:
    return replace(FORMES[nom], gardees=frozenset({colonne}))


PIEGES: dict[str, Callable[[random.Random, Source], None]] = {
    "dates_echangees": dates_echangees,
    "heures_echangees": heures_echangees,
    "structures_echangees": structures_echangees,
    "codes_de_deux_structures": codes_de_deux_structures,
}


def tendre(nom: str, graine: int, dossier: Path) -> Source:
    """Writes the deposits of a trap; its reference is what they would be if nothing had been exchanged."""
    source = Source(nom, graine, dossier / "autre", dossier / "reference")
    PIEGES[nom](random.Random(f"{nom} {graine}"), source)
    return source
