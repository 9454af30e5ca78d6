"""A document as one self-contained page, ready to print on A4."""

from __future__ import annotations

from pathlib import Path

from exports.atelier.gabarits import remplir
from exports.bilans.document import CHIFFRES, Document, ecrire_valeur
from exports.classeurs import charte

CLASSES = {"texte": "", "code": "c", "date": "c"} | dict.fromkeys(CHIFFRES, "n")


def ecrire_page(document: Document, chemin: Path) -> Path:
    """Writes the page: no script, nothing fetched. Raises OSError when it cannot be written."""
    contexte = {
        "document": document,
        "marques": " – ".join(document.marques),
        "classes": CLASSES,
        "charte": charte,
    }
    page = remplir("document.html.j2", contexte, {"ecrire": ecrire_valeur})
    chemin.write_text(f"{page}\n", encoding="utf-8")
    return chemin
