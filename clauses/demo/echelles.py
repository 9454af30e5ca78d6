"""The three sizes of a demo, and how structures and contracts are shared out over the départements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from clauses.demo.catalogue import Catalogue
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.fictif import PREFIXE_DES_CODES


@dataclass(frozen=True)
class Echelle:
    """A size. `regions` empty: all. `departements`: one structure in each, not a share by population."""

    nom: str
    structures: int
    contrats_par_an: int
    corrections: int
    refus: tuple[str, ...]
    dispersion: float
    regions: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()


ECHELLES = {
    e.nom: e
    for e in (
        Echelle(
            "petite",
            6,
            258,
            2,
            ("COLONNE_MANQUANTE",),
            0.1,
            departements=("59", "62", "75", "93", "01", "69"),
        ),
        Echelle("regionale", 35, 7_500, 9, ("COLONNE_MANQUANTE", "ILLISIBLE"), 0.5, regions=("32",)),
        Echelle("nationale", 370, 66_700, 90, ("COLONNE_MANQUANTE", "ILLISIBLE"), 0.6),
    )
}


@dataclass(frozen=True)
class PlanStructure:
    """One structure to make: where, how many contracts, its layout, its rank among all and in the layout."""

    rang: int
    code: str
    departement: str
    contrats: int
    layout: str
    rang_layout: int


def choisir_echelle(nom: str) -> Echelle:
    """Raises ErreurUtilisateur when no size has that name."""
    if nom not in ECHELLES:
        raise ErreurUtilisateur(
            "ECHELLE_INCONNUE",
            f"L'échelle « {nom} » n'existe pas. Choisissez parmi : {', '.join(ECHELLES)}.",
        )
    return ECHELLES[nom]


def planifier(
    echelle: Echelle, nombre_annees: int, catalogue: Catalogue, hasard: Random
) -> list[PlanStructure]:
    """The structures of a demo, in the order of their départements."""
    effectifs = _structures_par_departement(echelle, catalogue)
    departements = [d for d, n in effectifs.items() for _ in range(n)]
    tailles = [hasard.lognormvariate(0, echelle.dispersion) for _ in departements]
    contrats = arrondir_parts(tailles, echelle.contrats_par_an * nombre_annees)
    # two structures in five by size, so that flat exports (44 columns) hold about two rows in five
    par_taille = sorted(range(len(contrats)), key=lambda i: (-contrats[i], i))
    layouts = {i: "bilan" if rang % 5 in (1, 3) else "relationnel" for rang, i in enumerate(par_taille)}
    numeros: dict[str, int] = dict.fromkeys(effectifs, 0)
    suivants = {"relationnel": 0, "bilan": 0}
    plans = []
    for i, departement in enumerate(departements):
        numeros[departement] += 1
        code = f"{PREFIXE_DES_CODES}{departement}{numeros[departement]:03d}"
        plans.append(PlanStructure(i, code, departement, contrats[i], layouts[i], suivants[layouts[i]]))
        suivants[layouts[i]] += 1
    return plans


def _structures_par_departement(echelle: Echelle, catalogue: Catalogue) -> dict[str, int]:
    if echelle.departements:
        return dict.fromkeys(echelle.departements, 1)
    regions = echelle.regions or tuple(catalogue.region(d) for d in catalogue.communes)
    departements = [d for d in catalogue.communes if catalogue.region(d) in regions]
    populations = [catalogue.population(d) for d in departements]
    parts = arrondir_parts(populations, echelle.structures - len(departements))
    return {d: 1 + n for d, n in zip(departements, parts, strict=True)}


def arrondir_parts(poids: Sequence[float], total: int) -> list[int]:
    """Whole numbers proportional to the weights, adding up to the total (largest remainders)."""
    exact = [p * total / sum(poids) for p in poids]
    entiers = [int(e) for e in exact]
    restes = sorted(range(len(exact)), key=lambda i: (entiers[i] - exact[i], i))
    for i in restes[: total - sum(entiers)]:
        entiers[i] += 1
    return entiers
