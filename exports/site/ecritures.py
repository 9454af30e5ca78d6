"""How a figure is written on a page: a word when it has no value, its reservations beside it when it has one."""

from __future__ import annotations

from clauses.socle.nombres import ESPACE_FINE, arrondir, nombre, pour_cent
from exports.edition.index import MARQUES, Chiffre


def ecrire_chiffre(chiffre: Chiffre, decimales: int = 0, en_pour_cent: bool = False) -> str:
    """`1 234`, `16,3 %`, `16,3 % (u)`, `s`, `nd`."""
    if chiffre.valeur is None:
        return chiffre.mot
    ecrit = pour_cent(chiffre.valeur, decimales) if en_pour_cent else nombre(chiffre.valeur, decimales)
    return f"{ecrit} {MARQUES[chiffre.statut]}" if chiffre.statut in MARQUES else ecrit


def ecrire_part(chiffre: Chiffre) -> str:
    """The share of a figure."""
    return ecrire_chiffre(chiffre._replace(valeur=chiffre.part), 1, en_pour_cent=True)


def ecrire_ecart(chiffre: Chiffre, unite: str) -> str:
    """`+2,1 %`, `−0,4 point`, `s`, `nd`, `nc`."""
    if chiffre.valeur is None:
        return chiffre.mot
    texte = nombre(abs(chiffre.valeur), 1)
    signe = "" if texte == "0,0" else ("+" if chiffre.valeur > 0 else "−")
    accord = "s" if unite == "point" and abs(arrondir(chiffre.valeur, 1)) >= 2 else ""
    return f"{signe}{texte}{ESPACE_FINE if unite == '%' else ' '}{unite}{accord}"
