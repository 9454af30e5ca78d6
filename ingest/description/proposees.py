"""What is proposed of a source: for each of its columns one of ours, with a confidence and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.description.codes_de_la_source import Traductions
from ingest.description.identite import Identifiee
from ingest.description.observation import BlocVu, Observation
from ingest.description.vocabulaire import RESERVES, Nom, reserve
from ingest.layouts import Colonne, Layout, Table

SEUIL = 0.75
DOUTE = 0.3


@dataclass(frozen=True)
class Cible:
    """A column of ours, or one that several of our tables share as a key."""

    places: tuple[tuple[Table, Colonne], ...]
    noms: tuple[Nom, ...]

    @property
    def colonne(self) -> Colonne:
        return self.places[0][1]

    @property
    def requise(self) -> bool:
        return any(c.requise for _, c in self.places)

    @property
    def titre(self) -> str:
        table, colonne = self.places[0]
        return f"{table.entete} · {colonne.entete}"


def mot_de_reserve(entete: str, cible: Cible) -> str | None:
    """The word of a header that makes it another thing than this column of ours (« prévues », « TTC », « CP »), if any."""
    par_type: Mapping[str, Sequence[str]] = RESERVES["par_type"]
    if cible.colonne.type not in par_type:
        return None
    noms = [n.texte for n in cible.noms] or [cible.colonne.entete]
    return reserve(entete, noms, RESERVES["colonnes"], par_type[cible.colonne.type])


@dataclass
class Proposee:
    """What one column of the source is proposed to be. `cible` None: nothing of ours.

    `raisons`: what speaks for it; `doutes`: what speaks against it, the last found first.
    """

    entete: str
    cible: Cible | None
    confiance: float
    raisons: str
    exemples: list[str] = field(default_factory=list)
    accord: dict[str, float] = field(
        default_factory=dict
    )  # of a column left out: with hours, months and days
    doutes: list[str] = field(default_factory=list)

    def douter(self, pourquoi: str) -> None:
        """It may be something else: it will be asked."""
        self.confiance = min(self.confiance, DOUTE)
        self.doutes.insert(0, pourquoi)

    @property
    def pourquoi(self) -> str:
        """What a person reads: doubts, then reasons."""
        return " ; ".join([*self.doutes, self.raisons])


@dataclass
class BlocPropose:
    """`tables`: those it feeds, the one of its rows first; none of a sheet that was not recognised.

    `mesures`: « heures » or « formation » → its months. `formation_a_dire`: nothing says whether hours hold training.
    """

    vu: BlocVu
    tables: list[Table]
    colonnes: list[Proposee]
    mesures: dict[str, Proposee] = field(default_factory=dict)
    formation_incluse: bool | None = None
    formation_a_dire: bool = False

    @property
    def distinctes(self) -> list[Table]:
        return self.tables[1:]

    @property
    def toutes(self) -> list[Proposee]:
        """Its columns, and its groups of months."""
        return [*self.colonnes, *self.mesures.values()]

    @property
    def d_heures(self) -> list[Proposee]:
        return [p for p in self.toutes if p.cible is not None and p.cible.colonne.type == "heures"]

    @property
    def decisives(self) -> list[Proposee]:
        """Those without which a line is none."""
        return [p for p in self.toutes if p.cible is not None and p.cible.colonne.valeur]

    @property
    def heures_et_formation(self) -> tuple[Proposee | None, Proposee | None]:
        """What is proposed for the hours, and for those of training."""
        if self.mesures:
            return self.mesures.get("heures"), self.mesures.get("formation")
        heures = next((p for p in self.d_heures if p.cible and p.cible.colonne.valeur), None)
        return heures, next((p for p in self.d_heures if p.cible and not p.cible.colonne.valeur), None)

    def de(self, nom: str, table: Table | None = None) -> Proposee | None:
        """What is proposed for one of our columns, of one table where it matters."""
        return next(
            (
                p
                for p in self.colonnes
                if p.cible and any(c.nom == nom and table in (None, t) for t, c in p.cible.places)
            ),
            None,
        )


@dataclass
class Proposition:
    """`manquantes`: (table, column) of ours that nothing was found for. `identite`: where is said who deposits and when."""

    base: Layout
    blocs: list[BlocPropose]
    observation: Observation
    traductions: Traductions
    identite: Identifiee = field(default_factory=Identifiee)
    manquantes: list[tuple[Table, Colonne]] = field(default_factory=list)
