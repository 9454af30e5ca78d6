"""What each rule and each status means, in the words of those who have to correct."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS

# of a refresh: on the screen (`ecran`, `style`), at the top of the report (`ton`, `titre`, `texte`)
STATUTS = {x["statut"]: x for x in lire_lignes(MODELES_DES_ECRITS / "statuts.csv")}
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
    regles = [Regle(code=x.pop("regle"), **x) for x in lire_lignes(CHEMIN_REGLES)]
    return {(regle.code, regle.gravite): regle for regle in regles}


def titre_regle(code: str, gravite: str) -> str:
    """The short title of a rule, or its code where the glossary does not know it."""
    regle = glossaire().get((code, gravite))
    return regle.titre if regle else code


def conseil_observatoire(code: str | None, gravite: str, layout: str | None) -> str:
    """What the observatory itself can do about a finding; empty where only the structure can."""
    regle = glossaire().get((code or "", gravite))
    return regle.observatoire.replace("{layout}", layout or "relationnel") if regle else ""
