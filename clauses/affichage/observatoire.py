"""What `clauses observatoire` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import citer, ecrire, titre
from clauses.socle.nombres import accorder

if TYPE_CHECKING:
    from rich.console import Console

    from clauses.socle.observatoire import Observatoire

MONTREES = 20


@dataclass(frozen=True)
class ObservatoireVu:
    """What the file says. `ecrit`: it was not there, and was written. `tete`: what publications will speak of first, None
    before any warehouse; `licence`: that of the open data; `hors_perimetre`: a sentence, where regions
    out of the scope deposited.
    `absentes`, `inattendues`: structures expected that never deposited; that deposited and are not
    expected, where some are (code, name).
    """

    fichier: Path
    ecrit: bool
    observatoire: Observatoire
    tete: str | None
    licence: str
    hors_perimetre: list[str]
    absentes: list[tuple[str, str]]
    inattendues: list[tuple[str, str]]


def afficher_observatoire(console: Console, dit: ObservatoireVu, espace: Path) -> None:
    """The template to complete, or what the file says and what is missing."""
    o = dit.observatoire
    if dit.ecrit:
        ecrire(console, f"Modèle écrit : {dit.fichier}")
        ecrire(
            console,
            f"Complétez-le dans un éditeur de texte, puis vérifiez-le : clauses observatoire --espace {citer(espace)}",
        )
        return
    titre(console, "Observatoire")
    ecrire(console, f"Nom : {o.nom}", retrait=2)
    for quoi, valeur in (
        ("Éditeur", o.editeur),
        ("Contact", o.contact),
        ("Licence", o.licence or f"{dit.licence} (par défaut)"),
        ("Logo", o.logo),
    ):
        ecrire(console, f"{quoi} : {valeur or 'non dit'}", retrait=2)
    dite = "déduit des dépôts" if not o.perimetre else ", ".join(o.perimetre)
    ecrire(
        console,
        f"Périmètre : {dite}{f' – les publications diront « {dit.tete} »' if dit.tete else ''}",
        retrait=2,
    )
    for phrase in dit.hors_perimetre:
        ecrire(console, phrase, style="yellow", retrait=2)
    if o.attendues.is_empty():
        ecrire(
            console,
            "Structures attendues : aucune de nommée ; ne manquent que celles qui ont déjà déposé.",
            retrait=2,
        )
    else:
        ecrire(console, f"Structures attendues : {o.attendues.height}", retrait=2)
    _lister(console, "n'a jamais déposé", "n'ont jamais déposé", dit.absentes)
    _lister(
        console,
        "a déposé sans être attendue (elle compte)",
        "ont déposé sans être attendues (elles comptent)",
        dit.inattendues,
    )
    ecrire(
        console,
        "Fichier lisible. Il compte dès la prochaine actualisation et la prochaine publication.",
        retrait=2,
    )


def _lister(console: Console, singulier: str, pluriel: str, structures: Sequence[tuple[str, str]]) -> None:
    if not structures:
        return
    verbe = singulier if len(structures) == 1 else pluriel
    ecrire(console, f"{accorder(len(structures), 'structure')} {verbe} :", retrait=2)
    for code, nom in structures[:MONTREES]:
        ecrire(console, f"{code} {nom}".rstrip(), retrait=4)
    if len(structures) > MONTREES:
        ecrire(console, f"et {len(structures) - MONTREES} autres", retrait=4)
