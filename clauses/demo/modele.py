"""The fictitious world as objects. Everything expected is computed from these, never from the files.

Months are counted from year 0 (12 × year + month − 1); hours are counted in quarters of an hour.
`alerte` is the rule that the way an object is written will break, empty for none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from clauses.demo.catalogue import Commune, Secteur


def rang_du_mois(jour: date) -> int:
    """The month of a day, counted from year 0."""
    return jour.year * 12 + jour.month - 1


def premier_du_mois(mois: int) -> date:
    """The first day of a month."""
    return date(mois // 12, mois % 12 + 1, 1)


def dernier_du_mois(mois: int) -> date:
    """The last day of a month."""
    return date.fromordinal(premier_du_mois(mois + 1).toordinal() - 1)


@dataclass(slots=True, eq=False)
class DonneurOrdre:
    """A buyer; `siret` is empty for a few, who are then known by their name."""

    nom: str
    siret: str
    type: str


@dataclass(slots=True, eq=False)
class Entreprise:
    """An employer or contractor."""

    nom: str
    siret: str
    type: str
    effectif: int | None


@dataclass(slots=True, eq=False)
class Operation:
    """Works or services of a buyer in one commune. Its territory is `territoire`, even when badly written."""

    code: str
    intitule: str
    donneur_ordre: DonneurOrdre
    programme: str
    volet: str
    commune: Commune
    territoire: Commune
    debut: date
    fin: date
    heures_travaillees_prevues: int | None = None
    alerte: str = ""


@dataclass(slots=True, eq=False)
class Marche:
    """A contract of a buyer with companies; `employeurs`: the main contractor, and those whose hours it counts."""

    code: str
    operation: Operation
    lot: str
    secteur: Secteur
    base_juridique: str
    montant: float | None
    notification: date
    fin_prevue: date
    penalite: int | None
    employeurs: dict[Entreprise, str]
    heures_prevues: int | None = None
    alerte: str = ""


@dataclass(slots=True, eq=False)
class Situation:
    """What was found of a person some months after the first contract."""

    horizon: int
    constat: date
    code: str
    qualification: str


@dataclass(slots=True, eq=False)
class Personne:
    """A person, the same object in every structure that knows them. `qpv`, `referent`: O, N or ND."""

    identifiant: int
    nom: str
    prenom: str
    naissance: date
    sexe: str
    commune: Commune
    qpv: str
    code_qpv: str
    niveau: str
    categorie: str
    autres_categories: tuple[str, ...]
    prescripteur: str
    referent: str
    situations: tuple[Situation, ...]
    derniere_fin: date
    structures: int = 0
    alerte: str = ""


@dataclass(slots=True, eq=False)
class Contrat:
    """An employment contract; `fin` is the declared end, None where it has none."""

    numero: str
    personne: Personne
    employeur: Entreprise
    type: str
    modalite: str
    metier: tuple[str, str]
    debut: date
    fin: date | None
    tuteur: str
    alerte: str = ""


@dataclass(slots=True, eq=False)
class Heure:
    """Hours of a contract on a marché in a month, in quarters of an hour."""

    contrat: Contrat
    marche: Marche
    mois: int
    travail: int
    formation: int
    alerte: str = ""


@dataclass(slots=True, eq=False)
class Structure:
    """A structure porteuse and all that it recorded; `numeros` are its own numbers for persons."""

    code: str
    nom: str
    nature_juridique: str
    siret: str
    commune: Commune
    facilitateurs: int
    etp: float
    financements: tuple[int, ...]
    operations: list[Operation] = field(default_factory=list)
    marches: list[Marche] = field(default_factory=list)
    contrats: list[Contrat] = field(default_factory=list)
    heures: list[Heure] = field(default_factory=list)
    numeros: dict[Personne, str] = field(default_factory=dict)
    alerte: str = ""
