"""Whom `clauses bilan` may be about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import nombre

if TYPE_CHECKING:
    from rich.console import Console

TITRES = {
    "donneur-ordre": "Donneurs d'ordre",
    "operation": "Opérations",
    "entreprise": "Entreprises employeuses",
}


def afficher_les_cibles(console: Console, cibles: Sequence[tuple[str, str, str, float]]) -> None:
    """One table a nature: number, name, hours of the whole history."""
    for nature, nom in TITRES.items():
        lignes = [(cle, qui, nombre(heures)) for n, cle, qui, heures in cibles if n == nature]
        titre(console, f"{nom} ({len(lignes)})")
        numero = "Code" if nature == "operation" else "Numéro"
        ecrire_tableau(console, Tableau([Colonne(numero), Colonne("Nom"), Colonne("Heures", True)], lignes))
    ecrire(console, 'Exemple : clauses bilan --donneur-ordre "NUMÉRO OU NOM" --sortie bilans')
