"""A document as one self-contained page, ready to print on A4."""

from __future__ import annotations

import base64
from pathlib import Path

from exports.atelier.gabarits import remplir
from exports.bilans.document import CHIFFRES, Document, ecrire_valeur
from exports.classeurs import charte

CLASSES = {"texte": "", "code": "c", "date": "c"} | dict.fromkeys(CHIFFRES, "n")


def _image(logo: Path | None) -> str:
    """The picture itself, in the page: nothing is fetched."""
    if logo is None:
        return ""
    genre = "png" if logo.suffix.lower() == ".png" else "jpeg"
    return f"data:image/{genre};base64,{base64.b64encode(logo.read_bytes()).decode()}"


def ecrire_page(document: Document, chemin: Path) -> Path:
    """Writes the page: no script, nothing fetched. Raises OSError when it cannot be written."""
    contexte = {
        "document": document,
        "marques": " – ".join(document.marques),
        "classes": CLASSES,
        "charte": charte,
        "logo": _image(document.observatoire.logo),
    }
    page = remplir("document.html.j2", contexte, {"ecrire": ecrire_valeur})
    chemin.write_text(f"{page}\n", encoding="utf-8")
    return chemin
