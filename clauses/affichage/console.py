"""Lines and tables on a console: no control character, no sign the terminal lacks, widths that fit."""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.socle.nombres import ESPACE_FINE

if TYPE_CHECKING:
    from rich.console import Console


LARGEUR_MINIMALE_COLONNE = 8
SEPARATEUR = "  "
_SANS_GUILLEMETS = re.compile(r"[\w./\\:+-]+")

# What an old terminal (cp1252, latin-1, ASCII) is given for the signs it does not have.
REMPLACEMENTS = str.maketrans(
    {ESPACE_FINE: " ", "\u00a0": " ", "…": "...", "→": "->", "●": "X", "·": "-", "–": "-", "—": "-", "─": "-",
     "’": "'", "«": '"', "»": '"', "≥": ">=", "≤": "<=", "×": "x", "œ": "oe", "Œ": "OE", "€": "EUR"}
)  # fmt: skip


def accorder_les_flux() -> None:
    """A sign that the output lacks is replaced, never an error; files and pipes are UTF-8 on Windows too."""
    for flux in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(flux, io.TextIOWrapper):
            ailleurs = os.name == "nt" and not flux.isatty()
            # what PowerShell sends begins with a byte order mark
            encodage = ("utf-8-sig" if flux is sys.stdin else "utf-8") if ailleurs else None
            flux.reconfigure(encoding=encodage, errors="replace")


def citer(chemin: Path) -> str:
    """A path to be typed again: in quotes where a shell would cut it or read it otherwise."""
    return str(chemin) if _SANS_GUILLEMETS.fullmatch(str(chemin)) else f'"{chemin}"'


@dataclass(frozen=True)
class Colonne:
    """A column of a table: its title, and whether its cells are numbers (set right, never cut)."""

    titre: str
    numerique: bool = False


@dataclass(frozen=True)
class Tableau:
    """Cells already written, row by row; `pied` is the line of totals, if any."""

    colonnes: Sequence[Colonne]
    lignes: Sequence[Sequence[str]]
    pied: Sequence[str] = field(default_factory=tuple)


def _lisible(texte: str) -> str:
    """One line without control characters: a file name must not be able to drive the terminal."""
    return "".join(
        " " if c.isspace() and c not in "\u00a0\u202f" else c for c in texte if c.isspace() or _imprimable(c)
    )


def _imprimable(caractere: str) -> bool:
    return unicodedata.category(caractere) not in {"Cc", "Cf", "Cs"}


def _pour_console(console: Console, texte: str) -> str:
    try:
        texte.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        simple = texte.translate(REMPLACEMENTS)
        return simple.encode(console.encoding, errors="replace").decode(console.encoding)
    return texte


def ecrire(console: Console, texte: str = "", style: str = "", retrait: int = 0) -> None:
    """One paragraph: wrapped with its indent on a terminal, one line elsewhere."""
    propre = _pour_console(console, _lisible(texte))
    if not console.is_terminal or not propre:
        console.out(" " * retrait + propre if propre else "", highlight=False)
        return
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(Text(propre, style=style, overflow="fold"), (0, 0, 0, retrait), expand=False))


def titre(console: Console, texte: str) -> None:
    """A heading, one empty line above it."""
    ecrire(console)
    ecrire(console, texte, style="bold")


def avertir_fictif(console: Console, fictif: bool) -> None:
    """What must not be overlooked where the deposits are invented."""
    if fictif:
        ecrire(console, "DONNÉES FICTIVES : aucun de ces chiffres ne décrit la réalité.", style="bold yellow")


def ecrire_tableau(console: Console, tableau: Tableau, retrait: int = 2) -> int:
    """Prints a table in aligned columns; gives the number of columns that did not fit."""
    largeur_ecran = console.width - retrait if console.is_terminal else None
    entetes = [_pour_console(console, _lisible(c.titre)) for c in tableau.colonnes]
    lignes = [[_pour_console(console, _lisible(cellule)) for cellule in ligne] for ligne in tableau.lignes]
    pied = [_pour_console(console, cellule) for cellule in tableau.pied]
    largeurs = [
        max(
            [
                _largeur(entete),
                *(_largeur(ligne[i]) for ligne in lignes),
                *([_largeur(pied[i])] if pied else []),
            ]
        )
        for i, entete in enumerate(entetes)
    ]
    if largeur_ecran is not None:
        largeurs = _ajuster(largeurs, [c.numerique for c in tableau.colonnes], largeur_ecran)

    def mettre_en_ligne(cellules: Sequence[str], style: str = "") -> None:
        morceaux = [
            _caler(cellule, largeur, colonne.numerique)
            for cellule, largeur, colonne in zip(cellules, largeurs, tableau.colonnes, strict=False)
        ]
        texte = " " * retrait + SEPARATEUR.join(morceaux).rstrip()
        console.out(texte, style=style if console.is_terminal and style else None, highlight=False)

    mettre_en_ligne(entetes, style="bold")
    if console.is_terminal:
        mettre_en_ligne([_pour_console(console, "─") * largeur for largeur in largeurs], style="dim")
    for ligne in lignes:
        mettre_en_ligne(ligne)
    if pied:
        mettre_en_ligne(pied, style="bold")
    return len(entetes) - len(largeurs)


def _largeur(texte: str) -> int:
    from rich.cells import cell_len

    return cell_len(texte)


def _caler(texte: str, largeur: int, a_droite: bool) -> str:
    if _largeur(texte) > largeur:
        from rich.cells import set_cell_size

        texte = set_cell_size(texte, largeur - 1).rstrip() + "…"
    blanc = " " * (largeur - _largeur(texte))
    return blanc + texte if a_droite else texte + blanc


def _ajuster(largeurs: Sequence[int], numeriques: Sequence[bool], disponible: int) -> list[int]:
    """Widths that fit: the widest text gives way first, numbers never do; then the last columns go."""
    ajustees = list(largeurs)
    while ajustees:
        exces = sum(ajustees) + len(SEPARATEUR) * (len(ajustees) - 1) - disponible
        if exces <= 0:
            return ajustees
        coupables = [
            i
            for i, largeur in enumerate(ajustees)
            if largeur > LARGEUR_MINIMALE_COLONNE and not numeriques[i]
        ]
        if coupables:
            plus_large = max(coupables, key=lambda i: ajustees[i])
            ajustees[plus_large] -= 1
        elif len(ajustees) == 1:
            return [max(disponible, 2)]
        else:
            ajustees = list(largeurs[: len(ajustees) - 1])
    return ajustees
