"""`depots.csv`: who deposits and when, for files that say nothing of it. One line a deposit: chemin, code structure, début,
fin, extraction (and nom de la structure, commune), separated by commas or semicolons, in the folder of the deposits."""

from __future__ import annotations

from pathlib import Path

from clauses.socle.errors import DepotRefuse, ErreurUtilisateur
from ingest.csv_texte import Enregistrements, enregistrements
from ingest.encodages import decoder
from ingest.findings import MESSAGES
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
        return fichier.name.lower() == NOM and "chemin" in _places(_lire(fichier))
    except (OSError, DepotRefuse):
        return False


def lire_la_liste(fichier: Path) -> dict[Path, Dites]:
    """Path of each deposit, resolved → what is said of it. Raises ErreurUtilisateur DEPOTS_CSV_INVALIDE."""
    try:
        lus = _lire(fichier)
    except DepotRefuse as refus:
        raise _invalide(fichier, refus.dire(MESSAGES["refus"])) from None
    places = _places(lus)
    dites: dict[Path, Dites] = {}
    for ligne, champs in zip(lus.lignes[1:], lus.champs[1:], strict=True):
        if not any(champs):
            continue
        sienne = {
            cle: dit
            for cle, place in places.items()
            if place < len(champs) and (dit := champs[place].strip())
        }
        chemin = sienne.pop("chemin", None)
        if chemin is None:
            raise _invalide(fichier, f"ligne {ligne}, la colonne chemin est vide")
        depot = (fichier.parent / chemin.replace("\\", "/")).resolve()
        if not depot.exists():
            raise _invalide(fichier, f"ligne {ligne}, « {chemin} » n'est pas dans ce dossier")
        if depot in dites:
            raise _invalide(fichier, f"ligne {ligne}, « {chemin} » y est déjà")
        dites[depot] = tuple(sorted(sienne.items()))
    return dites


def _lire(fichier: Path) -> Enregistrements:
    """Its records, in whatever encoding and separator a spreadsheet writes. Raises OSError, DepotRefuse (ILLISIBLE)."""
    return enregistrements(fichier.name, decoder(fichier.name, fichier.read_bytes())[0])


def _places(lus: Enregistrements) -> dict[str, int]:
    entetes = [normaliser(c) for c in (lus.champs[0] if lus.champs else [])]
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
