"""Perimeters that the user names in espace/perimetres.yml: a programme, operations, buyers, communes.

Only what the file says is checked here; which operations are in a perimeter is a model's business.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from clauses.chantier.fichier_yaml import lire_rubriques
from clauses.socle.errors import ErreurUtilisateur
from ingest.codes import Codes
from ingest.references import charger_territoires

SCHEMA = dict.fromkeys(("perimetre", "libelle", "critere", "valeur"), pl.String)
TOUS = "tous"
# Key of the file → form of its values, and what to tell who writes another one.
_FORMES = {
    "operations": (r".+", "un code d'opération, ou STRUCTURE|CODE"),
    "donneurs_ordre": (r"\d{14}", "un SIRET de 14 chiffres"),
    "communes": (r"[0-9AB]{5}", "un code INSEE de commune, à 5 caractères"),
    "epci": (r"\d{9}", "un SIREN d'EPCI, à 9 chiffres"),
    "programmes": (r".+", "un programme de la nomenclature"),
}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")


def lire_perimetres(fichier: Path, codes: Codes) -> pl.DataFrame:
    """One row per perimeter, criterion and value (SCHEMA); no row without a file.

    A buyer that is a perimeter of its own has the criterion `chaque_donneur_ordre`, its value being a SIRET or « tous ».
    Raises ErreurUtilisateur (PERIMETRES_INVALIDES) for anything that cannot be understood.
    """
    if not fichier.exists():
        return pl.DataFrame(schema=SCHEMA)
    contenu = lire_rubriques(fichier, ("perimetres", "chaque_donneur_ordre"), partial(_erreur, fichier))
    lignes: list[tuple[str | None, str | None, str, str]] = [
        (None, None, "chaque_donneur_ordre", valeur)
        for valeur in _valeurs(fichier, "chaque_donneur_ordre", contenu.get("chaque_donneur_ordre", []))
    ]
    definis = contenu.get("perimetres") or []
    if not isinstance(definis, list):
        raise _erreur(fichier, "« perimetres » est une liste de périmètres, chacun introduit par un tiret")
    vus: set[str] = set()
    for defini in definis:
        lignes += _criteres(fichier, defini, vus, codes)
    return pl.DataFrame(lignes, schema=SCHEMA, orient="row")


def _criteres(
    fichier: Path, defini: Any, vus: set[str], codes: Codes
) -> list[tuple[str | None, str | None, str, str]]:
    if not isinstance(defini, dict) or not defini.get("code") or not defini.get("libelle"):
        raise _erreur(fichier, "chaque périmètre a un « code » et un « libelle »")
    code, libelle = defini["code"], defini["libelle"]
    if not isinstance(code, str) or not _CODE.fullmatch(code) or code.startswith("DO-"):
        raise _erreur(
            fichier,
            f"le code « {code} » n'est pas admis : 20 caractères au plus, majuscules, chiffres, - et _ "
            "(DO- est réservé aux donneurs d'ordre)",
        )
    if code in vus:
        raise _erreur(fichier, f"le code « {code} » est donné à deux périmètres")
    vus.add(code)
    inconnus = set(defini) - {"code", "libelle", *_FORMES}
    if inconnus:
        raise _erreur(
            fichier,
            f"le périmètre « {code} » a une rubrique inconnue : {', '.join(sorted(inconnus))} "
            f"(connues : {', '.join(_FORMES)})",
        )
    lignes: list[tuple[str | None, str | None, str, str]] = []
    for critere in _FORMES:
        for valeur in _valeurs(fichier, critere, defini.get(critere, [])):
            lignes.append(
                (
                    code,
                    str(libelle),
                    critere,
                    _programme(fichier, valeur, codes) if critere == "programmes" else valeur,
                )
            )
    if not lignes:
        raise _erreur(fichier, f"le périmètre « {code} » n'a aucun critère ({', '.join(_FORMES)})")
    return lignes


def _valeurs(fichier: Path, critere: str, valeurs: Any) -> list[str]:
    if critere == "chaque_donneur_ordre" and valeurs == TOUS:
        return [TOUS]
    if not isinstance(valeurs, list):
        raise _erreur(fichier, f"« {critere} » est une liste : [valeur, valeur]")
    forme, attendu = _FORMES["donneurs_ordre" if critere == "chaque_donneur_ordre" else critere]
    propres = [str(valeur).strip() for valeur in valeurs]
    connues = _codes_connus(critere)
    for valeur in propres:
        if not re.fullmatch(forme, valeur):
            raise _erreur(fichier, f"« {valeur} » dans « {critere} » : {attendu} est attendu")
        if connues is not None and valeur not in connues:
            raise _erreur(
                fichier, f"« {valeur} » dans « {critere} » n'existe pas au code officiel géographique"
            )
    return propres


def _codes_connus(critere: str) -> Container[str] | None:
    if critere == "communes":
        return charger_territoires().communes
    return charger_territoires().zones if critere == "epci" else None


def _programme(fichier: Path, valeur: str, codes: Codes) -> str:
    trouve = codes.lire("programme", pl.Series([valeur]))[0]
    if trouve is None:
        raise _erreur(fichier, f"« {valeur} » dans « programmes » : {_FORMES['programmes'][1]} est attendu")
    return str(trouve)


def _erreur(fichier: Path, quoi: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        "PERIMETRES_INVALIDES",
        f"Fichier « {fichier} » : {quoi}. Corrigez-le, puis relancez (exemple dans le guide).",
    )
