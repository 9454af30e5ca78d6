"""`depots.csv`: who deposits and when, for files that say nothing of it. One line a deposit: chemin, code structure, début,
fin, extraction (and nom de la structure, commune), separated by commas or semicolons, in the folder of the deposits."""

from __future__ import annotations

import csv
from pathlib import Path

from clauses.socle.errors import ErreurUtilisateur
from ingest.layouts import normaliser

NOM = "depots.csv"
_COLONNES = {
    "chemin": ("chemin", "fichier", "depot"),
    "code_structure": ("code structure", "code de la structure", "structure"),
    "nom_structure": ("nom structure", "nom de la structure"),
    "commune": ("commune", "code commune"),
    "debut": ("debut", "debut de periode", "du"),
    "fin": ("fin", "fin de periode", "au"),
    "extraction": ("extraction", "date d extraction", "extrait le"),
}

Dites = tuple[tuple[str, str], ...]


def est_une_liste_de_depots(fichier: Path) -> bool:
    """Whether a file of this name is one: its first line has `chemin`. Raises nothing."""
    try:
        return fichier.name.lower() == NOM and "chemin" in _places(_lignes(fichier))
    except OSError:
        return False


def lire_la_liste(fichier: Path) -> dict[Path, Dites]:
    """Path of each deposit, resolved → what is said of it. Raises ErreurUtilisateur DEPOTS_CSV_INVALIDE."""
    lignes = _lignes(fichier)
    places = _places(lignes)
    dites: dict[Path, Dites] = {}
    for ligne, champs in enumerate(lignes[1:], start=2):
        if not any(champs):
            continue
        lus = {cle: champs[place] for cle, place in places.items() if place < len(champs) and champs[place]}
        chemin = lus.pop("chemin", None)
        if chemin is None:
            raise _invalide(fichier, f"ligne {ligne}, la colonne chemin est vide")
        depot = (fichier.parent / chemin.replace("\\", "/")).resolve()
        if not depot.exists():
            raise _invalide(fichier, f"ligne {ligne}, « {chemin} » n'est pas dans ce dossier")
        if depot in dites:
            raise _invalide(fichier, f"ligne {ligne}, « {chemin} » y est déjà")
        dites[depot] = tuple(sorted(lus.items()))
    return dites


def _lignes(fichier: Path) -> list[list[str]]:
    octets = fichier.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:  # French Excel
        texte = octets.decode("cp1252", errors="replace")
    lignes = texte.splitlines()
    separateur = max(";,\t", key=(lignes[0] if lignes else "").count)
    return [[c.strip() for c in champs] for champs in csv.reader(lignes, delimiter=separateur)]


def _places(lignes: list[list[str]]) -> dict[str, int]:
    entetes = [normaliser(c) for c in (lignes[0] if lignes else [])]
    return {
        cle: next(i for i, e in enumerate(entetes) if e in formes)
        for cle, formes in _COLONNES.items()
        if set(formes) & set(entetes)
    }


def _invalide(fichier: Path, pourquoi: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        "DEPOTS_CSV_INVALIDE",
        f"La liste « {fichier} » ne peut pas être suivie : {pourquoi}. Il faut une ligne par dépôt et les colonnes chemin, "
        "code structure, début, fin, extraction. Corrigez-la et relancez.",
    )
