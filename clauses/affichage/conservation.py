"""What `sauvegarder`, `restaurer` and `purger` say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import citer, ecrire
from clauses.socle.nombres import accorder, nombre

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

MO = 1_000_000
PURGES_AFFICHES = 10


@dataclass(frozen=True)
class Sauvegarde:
    """What was kept or brought back: where, how many files and octets, accepted deposits, vintages; whether the key that
    made its pseudonyms is there."""

    dossier: Path
    fichiers: int
    octets: int
    depots: int
    millesimes: int
    avec_cle: bool


@dataclass(frozen=True)
class Purge:
    """Before which year; deposits wholly before it (depot_id, chemin, fin); of the others that are older than that day, how
    many persons had nothing since, and how many rows speak of them."""

    avant: int
    entiers: pl.DataFrame
    personnes: int
    lignes: int
    a_finir: bool = False  # one that stopped: rows still in brut/, or a warehouse that still has them

    @property
    def rien(self) -> bool:
        return self.entiers.is_empty() and not self.lignes


def afficher_sauvegarde(console: Console, faite: Sauvegarde, espace: Path) -> None:
    """Where it is, and what it has not: the key."""
    ecrire(console, f"Sauvegarde écrite, relue et vérifiée : {faite.dossier}", style="green")
    ecrire(console, _contenu(faite), retrait=2)
    ecrire(
        console,
        "La clé des pseudonymes n'y est pas, exprès : qui aurait les deux reconnaîtrait les personnes.",
        retrait=2,
    )
    if faite.avec_cle:
        ecrire(console, f"Copiez-la à part, en lieu sûr : {espace / '.cle'}", retrait=2)
    else:
        ecrire(console, "Gardez à part le fichier que nomme CLAUSES_CLE_FICHIER.", retrait=2)


def afficher_restauration(console: Console, faite: Sauvegarde, espace: Path) -> None:
    """That it is there, and what is left to do."""
    ecrire(console, f"Espace restauré et vérifié : {faite.dossier}", style="green")
    ecrire(console, _contenu(faite), retrait=2)
    if not faite.avec_cle:
        ecrire(
            console,
            f"Avant la prochaine actualisation, remettez la clé d'origine : {espace / '.cle'} (ou CLAUSES_CLE_FICHIER).",
            style="yellow",
            retrait=2,
        )
    ecrire(console, f"Pour regarder : clauses etat --espace {citer(espace)}", retrait=2)


def _contenu(faite: Sauvegarde) -> str:
    return (
        f"{accorder(faite.depots, 'dépôt')}, {accorder(faite.millesimes, 'millésime')}, "
        f"{accorder(faite.fichiers, 'fichier')}, {nombre(faite.octets / MO, 1)} Mo."
    )


def afficher_purge_prevue(console: Console, purge: Purge) -> None:
    """What is about to go."""
    if purge.rien:
        suite = " Une purge interrompue est finie maintenant." if purge.a_finir else ""
        ecrire(console, f"Rien de plus à purger avant {purge.avant}.{suite}")
        return
    ecrire(console, f"Purge de ce qui précède {purge.avant} :", style="yellow")
    if purge.entiers.height:
        ecrire(console, f"{accorder(purge.entiers.height, 'dépôt entier', 'dépôts entiers')} :", retrait=2)
        for chemin in purge.entiers["chemin"].head(PURGES_AFFICHES):
            ecrire(console, f"- {chemin}", retrait=4)
        if purge.entiers.height > PURGES_AFFICHES:
            ecrire(console, f"et {purge.entiers.height - PURGES_AFFICHES} autres", retrait=4)
    if purge.lignes:
        lignes = accorder(purge.lignes, "ligne")
        ecrire(
            console,
            f"{lignes} de {accorder(purge.personnes, 'personne')} sans activité depuis, dans des dépôts gardés.",
            retrait=2,
        )
    ecrire(
        console,
        "Les millésimes publiés gardent leurs totaux, mais ne pourront plus être refaits (reconstruire). Les sauvegardes "
        "déjà faites contiennent encore ces lignes : détruisez-les.",
        retrait=2,
    )
