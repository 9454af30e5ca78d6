"""The queries of earlier prompts, without the values that may be those of a person, a contract or a company."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import duckdb
from prompt_toolkit.history import FileHistory
from pygments.lexers.sql import SqlLexer
from pygments.token import Comment, Error, Number, String

EFFACE = "'…'"
# a name without its quotes after a comparison, what the lexer takes for something else than a text, days in numbers, numbers
# cut by signs: of such a query nothing is kept
_DOUTEUX = re.compile(
    r"[`#$\\\\]|(?<!:):(?=\w)|make_(date|timestamp)|\d[ _.-][\d _.-]{3,}\d|0x", re.IGNORECASE
)
_COMPARE = re.compile(
    r"(?:[=<>]|\b(?:i?like|in|between)\b)\s*\(?\s*([A-Za-zÀ-ÿ_]\w*)(?![\w.(])", re.IGNORECASE
)
_MOTS_DE_SQL = frozenset(
    ("select", "null", "true", "false", "any", "all", "not", "case", "cast", "date", "interval")
)
CHIFFRES_GARDES = 4  # of a number: a year, a threshold; more may be an identifier
# what a query may name of anybody: codes and labels of nomenclatures, tables of the cube, territories, periods, columns
_CONNUS = """
select unnest([axe, code, libelle]) as mot from marts.modalites_des_axes
union select unnest([tableau, mesure, unite]) from referentiels.tableaux
union select unnest([niveau_territoire, code_territoire, libelle]) from marts.dim_territoire
    where niveau_territoire in ('national', 'region', 'departement', 'epci')
union select unnest([type_periode, periode]) from marts.dim_periode
union select column_name from duckdb_columns() where not internal
"""


def mots_connus(base: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The texts that a query may keep, in a warehouse that is open."""
    return frozenset(mot for (mot,) in base.execute(_CONNUS).fetchall() if mot)


def effacer_les_valeurs(requete: str, connus: frozenset[str]) -> str | None:
    """The query without its comments, its long numbers, nor any quoted text that is not known; None where a value may be
    written in another way."""
    nus = re.sub(r"'[^']*'|--[^\n]*|/\*.*?\*/", "''", requete, flags=re.DOTALL)
    noms = {nom.casefold() for nom in _COMPARE.findall(nus)}
    if _DOUTEUX.search(nus) or noms - {c.casefold() for c in connus} - _MOTS_DE_SQL:
        return None
    morceaux: list[str] = []
    for genre, texte in SqlLexer().get_tokens(requete):
        if genre in Error:
            return None
        if genre in Comment:
            morceaux.append(" ")
        elif genre in String:
            citee = texte[1:-1].replace(texte[0] * 2, texte[0])
            morceaux.append(texte if citee.strip("%") in connus or not citee else EFFACE)
        elif genre in Number and sum(c.isdigit() for c in texte) > CHIFFRES_GARDES:
            morceaux.append(EFFACE)
        else:
            morceaux.append(texte)
    return "".join(morceaux).strip()


class Historique(FileHistory):
    """The file of a workspace: the session itself goes back to what was typed, the next ones to what was kept."""

    def __init__(self, fichier: Path, connus: frozenset[str]) -> None:
        super().__init__(str(fichier))
        self._fichier, self._connus = fichier, connus

    def store_string(self, string: str) -> None:
        """Nothing is said where the workspace cannot be written: a query is not worth an error."""
        gardee = effacer_les_valeurs(string, self._connus)
        with suppress(OSError):
            if gardee:
                self._fichier.touch(mode=0o600)
                super().store_string(gardee)
