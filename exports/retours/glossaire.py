"""What each rule means, in the words of those who have to correct."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from clauses.socle.project import MODELES_DES_ECRITS

CHEMIN_REGLES = MODELES_DES_ECRITS / "regles.csv"
# In words, for people who have never read docs/contrat-de-depot.md; in the order in which they are worth reading.
LIBELLES_GRAVITE = {"refus": "Dépôt refusé", "rejet": "Ligne écartée", "alerte": "À vérifier"}


@dataclass(frozen=True)
class Regle:
    """What a rule means, at one severity: a short title, what it says, what to do.

    `que_faire` speaks to the structures; `observatoire` to those who hold the workspace: it is in no workbook.
    """

    code: str
    gravite: str
    titre: str
    explication: str
    que_faire: str
    observatoire: str


@cache
def glossaire() -> dict[tuple[str, str], Regle]:
    """The rules by (code, severity), in the order in which they are presented."""
    with CHEMIN_REGLES.open(encoding="utf-8", newline="") as fichier:
        lignes = csv.DictReader(fichier)
        regles = [
            Regle(
                x["regle"],
                x["gravite"],
                x["titre"],
                x["explication"],
                x["que_faire"],
                x["observatoire"],
            )
            for x in lignes
        ]
    return {(regle.code, regle.gravite): regle for regle in regles}


def titre_regle(code: str, gravite: str) -> str:
    """The short title of a rule, or its code where the glossary does not know it."""
    regle = glossaire().get((code, gravite))
    return regle.titre if regle else code


def conseil_observatoire(code: str | None, gravite: str, layout: str | None) -> str:
    """What the observatory itself can do about a finding; empty where only the structure can."""
    regle = glossaire().get((code or "", gravite))
    return regle.observatoire.replace("{layout}", layout or "relationnel") if regle else ""
