"""A deposit before it is written: what it holds, and its tables of cells with the headers of the export."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter

from clauses.demo.catalogue import DONNEES
from clauses.demo.modele import Heure, Marche, Structure
from clauses.demo.plume import Forme, Ligne
from clauses.socle.donnees import lire_lignes

LOGICIEL = "ABC Clauses (données fictives)"
ENTETES = {
    table: tuple(x["entete"] for x in lignes)
    for table, lignes in groupby(lire_lignes(DONNEES / "entetes.csv"), key=itemgetter("table"))
}


@dataclass(frozen=True)
class Periode:
    """The days a deposit covers (both included), and the day it was extracted."""

    debut: date
    fin: date
    extraction: date


@dataclass(frozen=True)
class Depot:
    """What one deposit holds: a structure's hours of some months. `rejets`: rules to break on purpose."""

    structure: Structure
    layout: str
    periode: Periode
    heures: list[Heure]
    chemin: str
    forme: Forme
    rang: int
    rejets: tuple[str, ...] = ()

    @property
    def nom(self) -> str:
        """The deposit's own name, without its extension."""
        return self.chemin.rsplit("/", 1)[-1].removesuffix(self.forme.extension)

    @property
    def marches(self) -> list[Marche]:
        """The marchés known by the end of the period, and any other with hours."""
        servis = {h.marche for h in self.heures}
        return [m for m in self.structure.marches if m.notification <= self.periode.fin or m in servis]


@dataclass
class Tableau:
    """A table to write. `reperes`: rows that break a rule; the last of them in the file is reported."""

    nom: str
    lignes: list[Ligne]
    reperes: list[tuple[tuple[Ligne, ...], str]] = field(default_factory=list)
    colonnes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.colonnes = self.colonnes or ENTETES[self.nom]

    def ajouter(self, ligne: Ligne, regle: str = "") -> None:
        """Adds a row, and the rule it breaks if any."""
        self.lignes.append(ligne)
        if regle:
            self.reperes.append(((ligne,), regle))
