"""How a figure is written on a page: « s » when hidden, « nd » when there is none, with its reservations."""

from __future__ import annotations

from clauses.socle.nombres import ESPACE_FINE, arrondir, nombre
from exports.edition.index import Chiffre

MARQUES = {"U": " (u)", "E": " (e)", "B": " (b)"}
SECRET, ABSENT = "s", "nd"


def ecrire(chiffre: Chiffre, decimales: int = 0, pour_cent: bool = False) -> str:
    """`1 234`, `16,3 %`, `16,3 % (u)`, `s`, `nd`."""
    if chiffre.valeur is None:
        return SECRET if chiffre.secret else ABSENT
    suite = f"{ESPACE_FINE}%" if pour_cent else ""
    return f"{nombre(chiffre.valeur, decimales)}{suite}{MARQUES.get(chiffre.statut, '')}"


def ecrire_part(chiffre: Chiffre) -> str:
    """The share of a figure."""
    return ecrire(chiffre._replace(valeur=chiffre.part), 1, pour_cent=True)


def ecrire_ecart(chiffre: Chiffre, unite: str) -> str:
    """`+2,1 %`, `−0,4 point`, nothing where there is none to tell."""
    if chiffre.valeur is None:
        return SECRET if chiffre.secret else ABSENT
    texte = nombre(abs(chiffre.valeur), 1)
    signe = "" if texte == "0,0" else ("+" if chiffre.valeur > 0 else "−")
    accord = "s" if unite == "point" and abs(arrondir(chiffre.valeur, 1)) >= 2 else ""
    return f"{signe}{texte}{ESPACE_FINE if unite == '%' else ' '}{unite}{accord}"
