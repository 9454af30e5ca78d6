"""The documents of one target or of a territory, written beside their place and put there whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from clauses.socle.disque import remplacer
from exports.atelier.dossiers import ouvrir_atelier
from exports.atelier.noms import nom_injectif
from exports.bilans.attestation import document_entreprise
from exports.bilans.classeur import ecrire_classeur
from exports.bilans.document import Document
from exports.bilans.donneur import document_donneur
from exports.bilans.lecture import Cible, Lecteur
from exports.bilans.page import ecrire_page
from exports.bilans.pdf import ecrire_pdf
from exports.edition.publication import marques

PREFIXES = {
    "donneur-ordre": "bilan_donneur_ordre",
    "operation": "bilan_operation",
    "entreprise": "attestation_entreprise",
}


def nom_fichier(cible: Cible) -> str:
    """`bilan_donneur_ordre_29972677800259`, `bilan_operation_S59_OP-1`: one name per target."""
    return nom_injectif(PREFIXES[cible.nature], cible.cle)


def ecrire_bilans(
    lecteur: Lecteur,
    cibles: Sequence[Cible],
    dossier: Path,
    profil: str,
    avancer: Callable[[int], None] | None = None,
) -> list[Path]:
    """Writes three files per target (workbook, page, PDF) into the folder; gives their paths.

    All are made in a folder beside, then moved: a run that stops leaves the folder as it was, or some files new and
    whole. Raises OSError when the folder cannot be written.
    """
    dites = marques(lecteur.fictif, profil)
    with ouvrir_atelier(dossier / ".bilans") as atelier:
        for rang, cible in enumerate(cibles, 1):
            document = preparer(lecteur, cible, profil, dites)
            ecrire_classeur(document, atelier / f"{document.nom}.xlsx")
            ecrire_page(document, atelier / f"{document.nom}.html")
            ecrire_pdf(document, atelier / f"{document.nom}.pdf")
            if avancer:
                avancer(rang)
        faits = []
        for fichier in sorted(atelier.iterdir()):
            remplacer(fichier, dossier / fichier.name)
            faits.append(dossier / fichier.name)
        return faits


def preparer(lecteur: Lecteur, cible: Cible, profil: str, marques: list[str]) -> Document:
    """The document of a target, before it is written anywhere."""
    faire = document_entreprise if cible.nature == "entreprise" else document_donneur
    return faire(lecteur, cible, profil, marques, nom_fichier(cible))
