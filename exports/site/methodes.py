"""The pages of method of the documentation, made pages of the site: whoever reads a figure finds how it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt

from clauses.socle.project import RACINE

METHODES = RACINE / "docs" / "methodes"
_SOMMAIRE = "README"
_LIEN = re.compile(r'href="([^"/]+)\.md"')


@dataclass(frozen=True)
class Methode:
    """One page: its name, its title, its text as HTML without the title."""

    page: str
    titre: str
    texte: str


@cache
def lire_methodes() -> tuple[Methode, ...]:
    """Every page of docs/methodes but its table of contents, in the order of their names."""
    lecteur = MarkdownIt("commonmark", {"html": False}).enable("table")
    faites = []
    for fichier in sorted(METHODES.glob("*.md")):
        if fichier.stem == _SOMMAIRE:
            continue
        titre, _, suite = fichier.read_text(encoding="utf-8").partition("\n")
        texte = _LIEN.sub(lambda m: f'href="{page_de(m[1])}"', lecteur.render(suite))
        texte = texte.replace(
            "<table>", '<div class="defile" tabindex="0" role="region" aria-label="Tableau"><table>'
        ).replace("</table>", "</table></div>")
        faites.append(Methode(page_de(fichier.stem), titre.lstrip("# "), texte))
    return tuple(faites)


def page_de(nom: str) -> str:
    """The page of the site for a page of docs/methodes, without its ending."""
    return "methodes.html" if nom == _SOMMAIRE else f"methode-{nom}.html"
