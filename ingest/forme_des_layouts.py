"""Which keys a layout file may have, and where: an unknown or repeated one is an error with its line, never passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import yaml

# keys and what they hold; a list: each of its items; `*`: any key; empty: anything
Forme: TypeAlias = "Mapping[str, Forme] | Sequence[Forme]"
_TOUTE_CLE = "*"
_LIBRE: Forme = {}


def verifier_les_cles(texte: str, proprietes_d_une_colonne: Collection[str]) -> None:
    """Raises ValueError, in French, at the first key that a layout may not have there or has twice; yaml.YAMLError."""
    racine = yaml.compose(texte, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(racine, yaml.MappingNode):
        return
    cles = {cle.value for cle, _ in racine.value}
    forme = _DESCRIPTION if "feuilles" in cles else _COMPLEMENT if "complete" in cles else None
    _verifier(racine, forme or _layout(proprietes_d_une_colonne))


_COMPLEMENT: Forme = {
    "complete": _LIBRE,
    "tables": {_TOUTE_CLE: {"synonymes": _LIBRE, "colonnes": {_TOUTE_CLE: _LIBRE}}},
}

_ORIGINE: Forme = {
    "colonne": _LIBRE,
    "colonnes": _LIBRE,
    "valeur": _LIBRE,
    "identite": _LIBRE,
    "unite": _LIBRE,
    "heures_par_jour": _LIBRE,
    "plus": _LIBRE,
    "moins": _LIBRE,
    "valeurs": {_TOUTE_CLE: _LIBRE},
}
# an export of another tool: ingest/description/langage.py
_DESCRIPTION: Forme = {
    "layout": _LIBRE,
    "libelle": _LIBRE,
    "complete": _LIBRE,
    "feuilles": [
        {
            "noms": _LIBRE,
            "tables": {_TOUTE_CLE: {_TOUTE_CLE: _ORIGINE}},
            "mois_en_colonnes": {_TOUTE_CLE: _LIBRE},
            "annee": _LIBRE,
            "distinctes": _LIBRE,
            "ignorees": _LIBRE,
        }
    ],
    "listes": {"feuille": _LIBRE, "table": _LIBRE, "champ": _LIBRE, "code": _LIBRE, "libelle": _LIBRE},
    "deduites": {_TOUTE_CLE: {"de": _LIBRE, "avec": _LIBRE, "colonnes": {_TOUTE_CLE: _LIBRE}}},
    "noms_de_depot": _LIBRE,
    "identite": {_TOUTE_CLE: _LIBRE},
    "feuilles_ignorees": _LIBRE,
}


def _layout(proprietes_d_une_colonne: Collection[str]) -> Forme:
    table: Forme = {
        "nom": _LIBRE,
        "requise": _LIBRE,
        "cle": _LIBRE,
        "cle_de_repli": {_TOUTE_CLE: _LIBRE},
        "parents": [{"table": _LIBRE, "colonnes": _LIBRE}],
        "synonymes": _LIBRE,
        "colonnes": [dict.fromkeys(proprietes_d_une_colonne, _LIBRE)],
    }
    return {
        "layout": _LIBRE,
        "libelle": _LIBRE,
        "plat": _LIBRE,
        "informations": {"table": _LIBRE, "synonymes": _LIBRE, "cles": {_TOUTE_CLE: _LIBRE}},
        "groupes": {_TOUTE_CLE: _LIBRE},
        "temoins": {_TOUTE_CLE: _LIBRE},
        "tables": {_TOUTE_CLE: table},
    }


def _verifier(noeud: yaml.Node, forme: Forme) -> None:
    if isinstance(noeud, yaml.SequenceNode) and isinstance(forme, Sequence):
        for element in noeud.value:
            _verifier(element, forme[0])
    if not isinstance(noeud, yaml.MappingNode) or not isinstance(forme, Mapping) or not forme:
        return
    lignes: dict[str, int] = {}
    for cle, valeur in noeud.value:
        ligne = cle.start_mark.line + 1
        if cle.value in lignes:
            raise ValueError(f"la clé « {cle.value} » y est deux fois, lignes {lignes[cle.value]} et {ligne}")
        lignes[cle.value] = ligne
        if cle.value not in forme and _TOUTE_CLE not in forme:
            attendues = ", ".join(f"« {c} »" for c in forme)
            raise ValueError(
                f"ligne {ligne}, la clé « {cle.value} » n'existe pas à cet endroit (il y a {attendues})"
            )
        _verifier(valeur, forme[cle.value if cle.value in forme else _TOUTE_CLE])
