"""The `demo` command: what is asked is checked, then the fictitious deposits are written."""

from __future__ import annotations

from pathlib import Path

from clauses.demo import ECHELLES, ResumeDemo, ecrire_demo
from clauses.socle.errors import ErreurUtilisateur


def faire_demo(dossier: Path, echelle: str, annees: str, graine: int) -> ResumeDemo:
    """Writes the deposits of `annees` (2023-2024, or 2024). Raises ErreurUtilisateur for what the user can mend."""
    if echelle not in ECHELLES:
        raise ErreurUtilisateur(
            "ECHELLE_INCONNUE", f"L'échelle « {echelle} » n'existe pas : petite, regionale ou nationale."
        )
    premiere, _, derniere = annees.partition("-")
    derniere = derniere or premiere
    if not (premiere.isdigit() and derniere.isdigit()) or int(premiere) > int(derniere):
        raise ErreurUtilisateur(
            "ANNEES_ILLISIBLES", f"« {annees} » n'est pas une suite d'années : écrivez par exemple 2023-2024."
        )
    if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
        raise ErreurUtilisateur(
            "DOSSIER_OCCUPE", f"« {dossier} » existe déjà et n'est pas vide. Choisissez un autre dossier."
        )
    return ecrire_demo(dossier, echelle, (int(premiere), int(derniere)), graine)
