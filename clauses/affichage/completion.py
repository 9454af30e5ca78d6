"""What the SQL prompt proposes: tables after `from`, then the columns of the tables that the query names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

_MOT = re.compile(r'[\w."]*$')
_ATTEND_UNE_TABLE = re.compile(r"(?:\b(?:from|join|describe)|\\d)\s+$", re.IGNORECASE)
_TABLE_NOMMEE = re.compile(r"\b(?:from|join)\s+([\w.]+)(?:\s+(?:as\s+)?(\w+))?", re.IGNORECASE)


@dataclass(frozen=True)
class ColonneSql:
    """A column of the warehouse: its type, and its French description."""

    nom: str
    type: str
    description: str


@dataclass(frozen=True)
class TableSql:
    """A table of the warehouse, with its columns in their order."""

    schema: str
    nom: str
    lignes: int | None  # none is counted for a view
    description: str
    colonnes: tuple[ColonneSql, ...]

    @property
    def nom_complet(self) -> str:
        return f"{self.schema}.{self.nom}"


@dataclass(frozen=True)
class CatalogueSql:
    """The tables of the warehouse and the words of SQL."""

    tables: tuple[TableSql, ...]
    mots: tuple[str, ...]
    reserves: frozenset[str]  # a column that bears one of these names must be quoted

    def trouver(self, nom: str) -> TableSql | None:
        """The table of that name, with its schema or without."""
        cherche = nom.lower().replace('"', "")
        return next((t for t in self.tables if cherche in (t.nom_complet, t.nom)), None)


def lire_catalogue(base: duckdb.DuckDBPyConnection) -> CatalogueSql:
    """What the open warehouse says of itself, comments included."""
    colonnes: dict[tuple[str, str], list[ColonneSql]] = {}
    for schema, table, *colonne in base.execute(
        "select schema_name, table_name, column_name, lower(data_type), coalesce(comment, '') "
        "from duckdb_columns() where database_name = current_database() and not internal "
        "order by schema_name, table_name, column_index"
    ).fetchall():
        colonnes.setdefault((schema, table), []).append(ColonneSql(*colonne))
    tables = base.execute(
        "select schema_name, table_name, estimated_size, coalesce(comment, '') from duckdb_tables() "
        "where database_name = current_database() union all "
        "select schema_name, view_name, null, coalesce(comment, '') from duckdb_views() "
        "where database_name = current_database() and not internal order by schema_name, table_name"
    ).fetchall()
    mots = base.execute(
        "select keyword_name, keyword_category = 'reserved' from duckdb_keywords() order by keyword_name"
    ).fetchall()
    return CatalogueSql(
        tuple(
            TableSql(schema, nom, lignes, description, tuple(colonnes[schema, nom]))
            for schema, nom, lignes, description in tables
        ),
        tuple(mot for mot, _ in mots),
        frozenset(mot for mot, reserve in mots if reserve),
    )


class Completeur(Completer):
    """Completes the word before the cursor: columns first, then tables, then the words of SQL."""

    def __init__(self, catalogue: CatalogueSql) -> None:
        self._catalogue = catalogue

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        avant = document.text_before_cursor
        trouve = _MOT.search(avant)
        mot = trouve.group() if trouve else ""
        if _ATTEND_UNE_TABLE.search(avant.removesuffix(mot)):
            yield from self._tables(mot)
            return
        prefixe, point, fin = mot.rpartition(".")
        nommees = self._nommees(document.text)
        if point:
            table = nommees.get(prefixe.lower()) or self._catalogue.trouver(prefixe)
            yield from self._colonnes([table] if table else [], fin)
            yield from self._tables(mot)
        elif mot or complete_event.completion_requested:
            yield from self._colonnes(list(nommees.values()) or self._catalogue.tables, mot)
            yield from self._tables(mot)
            yield from (Completion(m, -len(mot)) for m in self._catalogue.mots if _commence(m, mot))

    def _nommees(self, requete: str) -> dict[str, TableSql]:
        """The tables that the query names, by alias and by name."""
        nommees: dict[str, TableSql] = {}
        for nom, alias in _TABLE_NOMMEE.findall(requete):
            if table := self._catalogue.trouver(nom):
                nommees[(alias if alias and alias.lower() not in self._catalogue.mots else nom).lower()] = (
                    table
                )
        return nommees

    def _tables(self, mot: str) -> Iterator[Completion]:
        for table in self._catalogue.tables:
            if _commence(table.nom_complet, mot) or _commence(table.nom, mot):
                yield Completion(table.nom_complet, -len(mot), display_meta=_resume(table.description))

    def _colonnes(self, tables: Iterable[TableSql], mot: str) -> Iterator[Completion]:
        vues: set[str] = set()
        for colonne in (c for t in tables for c in t.colonnes):
            if colonne.nom not in vues and _commence(colonne.nom, mot):
                vues.add(colonne.nom)
                texte = f'"{colonne.nom}"' if colonne.nom in self._catalogue.reserves else colonne.nom
                sens = _resume(colonne.description)
                yield Completion(texte, -len(mot), display=colonne.nom, display_meta=sens)


def _commence(nom: str, mot: str) -> bool:
    return nom.lower().startswith(mot.lower().lstrip('"'))


def _resume(description: str) -> str:
    return re.split(r"(?<=[.;:]) ", description, maxsplit=1)[0].rstrip(".;: ")
