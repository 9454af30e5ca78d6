"""What the demo draws from, as data beside this module: communes (COG 2026), names, forms, shares.

First names are common ones, surnames are made up and at least two letters apart from one another,
so that no two fictitious persons can be taken for one with a typing slip.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import PAQUETS, SEEDS

DONNEES = PAQUETS / "clauses" / "demo" / "donnees"


@dataclass(frozen=True)
class Commune:
    """A real commune; `ancien_code`: a code merged into it since, empty when there is none in the list."""

    code: str
    libelle: str
    departement: str
    region: str
    population: int
    ancien_code: str


@dataclass(frozen=True)
class Secteur:
    """A sector as marchés show it: nature, CPV code, subject, and the jobs (ROME code, label) it employs."""

    code: str
    nature_marche: str
    code_cpv: str
    objet: str
    metiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Catalogue:
    """All lists. `regions`: names; `poids`: variable → modality → share; `formes`: (nomenclature, code) → raw forms."""

    communes: dict[str, tuple[Commune, ...]]
    regions: dict[str, str]
    noms: tuple[str, ...]
    prenoms: dict[str, tuple[str, ...]]
    secteurs: dict[str, Secteur]
    formes: dict[tuple[str, str], tuple[str, ...]]
    poids: dict[str, dict[str, float]]

    def region(self, departement: str) -> str:
        """The INSEE code of a département's region."""
        return self.communes[departement][0].region

    def nom_de_region(self, departement: str) -> str:
        return self.regions[self.region(departement)]

    def population(self, departement: str) -> int:
        """Inhabitants of the département's communes in the list."""
        return sum(commune.population for commune in self.communes[departement])


@lru_cache(maxsize=1)
def charger_catalogue() -> Catalogue:
    """Reads the lists shipped with the package."""
    communes: dict[str, list[Commune]] = defaultdict(list)
    for r in lire_lignes(DONNEES / "communes.csv"):
        commune = Commune(
            r["code"], r["libelle"], r["departement"], r["region"], int(r["population"]), r["ancien_code"]
        )
        communes[commune.departement].append(commune)
    prenoms: dict[str, list[str]] = defaultdict(list)
    for r in lire_lignes(DONNEES / "prenoms_fictifs.csv"):
        prenoms[r["sexe"]].append(r["prenom"])
    metiers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for r in lire_lignes(DONNEES / "metiers.csv"):
        metiers[r["secteur"]].append((r["code_rome"], r["libelle"]))
    formes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in lire_lignes(DONNEES / "formes.csv"):
        formes[r["nomenclature"], r["code"]].append(r["forme"])
    poids: dict[str, dict[str, float]] = defaultdict(dict)
    for r in lire_lignes(DONNEES / "poids.csv"):
        poids[r["variable"]][r["modalite"]] = float(r["poids"])
    return Catalogue(
        communes={departement: tuple(liste) for departement, liste in communes.items()},
        regions={r["code"]: r["libelle"] for r in lire_lignes(SEEDS / "territoires" / "regions.csv")},
        noms=tuple(r["nom"] for r in lire_lignes(DONNEES / "noms_fictifs.csv")),
        prenoms={sexe: tuple(liste) for sexe, liste in prenoms.items()},
        secteurs={
            r["secteur"]: Secteur(
                r["secteur"], r["nature_marche"], r["code_cpv"], r["objet"], tuple(metiers[r["secteur"]])
            )
            for r in lire_lignes(DONNEES / "secteurs.csv")
        },
        formes={cle: tuple(liste) for cle, liste in formes.items()},
        poids=dict(poids),
    )
