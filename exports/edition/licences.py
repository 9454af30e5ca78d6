"""The licences that a release may go out under (exports/modeles/licences.csv), the first by default."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS


@dataclass(frozen=True)
class Licence:
    """Its code, its title, the address of its text."""

    code: str
    titre: str
    adresse: str


@cache
def lire_licences() -> dict[str, Licence]:
    """By code."""
    lignes = lire_lignes(MODELES_DES_ECRITS / "licences.csv")
    return {x["code"]: Licence(**x) for x in lignes}


def licence(code: str | None) -> Licence:
    """That of a code; the default one for None."""
    connues = lire_licences()
    return connues[code] if code else next(iter(connues.values()))
