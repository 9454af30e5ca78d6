"""Rows added to be rejected or counted once, on keys of their own: no true row suffers from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from clauses.demo.modele import Heure, Marche, rang_du_mois
from clauses.demo.plume import Cellule, Ligne
from clauses.demo.tableaux import Depot, Tableau

REJETS_HEURES = (
    "MOIS_ILLISIBLE",
    "NOMBRE_ILLISIBLE",
    "VALEUR_MANQUANTE",
    "HEURES_NEGATIVES",
    "HEURES_IMPOSSIBLES",
    "MOIS_HORS_PERIODE",
    "CLE_EN_DOUBLE",
)
VALEURS_FAUSSES: dict[str, Cellule] = {
    "NOMBRE_ILLISIBLE": "en attente",
    "VALEUR_MANQUANTE": None,
    "HEURES_NEGATIVES": -12,
    "HEURES_IMPOSSIBLES": 1516,
}
REJETS_CONTRATS = ("CONTRAT_DATE_ILLISIBLE", "CONTRAT_ORPHELIN", "CONTRAT_CLE_EN_DOUBLE")
CONTRAT_ABSENT, CONTRAT_REJETE = "C990009", "C990001"
# contract, month and hours, as each layout calls them
COLONNES = {
    "Heures": ("N° contrat", "Mois", "Heures travaillées"),
    "Bilan": ("Réf. contrat", "Mois", "Heures réalisées"),
}


def marches_libres(
    heures: Iterable[Heure], marches: list[Marche], hasard: Random, nombre: int
) -> list[Heure]:
    """Hours of contracts on marchés that they do not serve: keys that no true row has."""
    liste = list(heures)
    servis = {(h.contrat, h.marche) for h in liste}
    libres: list[Heure] = []
    while len(libres) < nombre:
        heure, marche = hasard.choice(liste), hasard.choice(marches)
        if (heure.contrat, marche) not in servis:
            servis.add((heure.contrat, marche))
            libres.append(Heure(heure.contrat, marche, heure.mois, hasard.randrange(40, 400), 0))
    return libres


def reperer_alertes(tableau: Tableau, heures: list[Heure]) -> None:
    """Marks the rows of hours that are true but to be warned about (the rows are in the order of the hours)."""
    tableau.reperes += [
        ((ligne,), h.alerte) for ligne, h in zip(tableau.lignes, heures, strict=True) if h.alerte
    ]


def ajouter_rejets_heures(
    tableau: Tableau, depot: Depot, hasard: Random, ecrire: Callable[[Heure], Ligne]
) -> None:
    """Adds rows of hours that break the deposit's rules, and a copy of a true row. `ecrire` makes a row."""
    contrat, mois, heures = (tableau.colonnes.index(c) for c in COLONNES[tableau.nom])
    regles = [r for r in depot.rejets if r in REJETS_HEURES]
    libres = marches_libres(depot.heures, depot.marches, hasard, len(regles) + 1)
    for regle, libre in zip(regles, libres, strict=False):
        if regle == "MOIS_HORS_PERIODE":
            libre.mois = rang_du_mois(depot.periode.debut) - 1
        ligne = ecrire(libre)
        if regle == "MOIS_ILLISIBLE":
            ligne[mois] = "à préciser"
        elif regle in VALEURS_FAUSSES:
            ligne[heures] = VALEURS_FAUSSES[regle]
        elif regle == "CLE_EN_DOUBLE":
            libre.travail += 8
            tableau.ajouter(ecrire(libre), regle)
        tableau.ajouter(ligne, regle)
    if "ORPHELIN" in depot.rejets and depot.layout == "relationnel":
        ligne = ecrire(libres[-1])
        ligne[contrat] = CONTRAT_ABSENT
        tableau.ajouter(ligne, "ORPHELIN")
    if "LIGNE_EN_DOUBLE" in depot.rejets:
        modele = hasard.choice(tableau.lignes[: len(depot.heures)])
        copie = list(modele)
        tableau.lignes.append(copie)
        tableau.reperes.append(((modele, copie), "LIGNE_EN_DOUBLE"))
