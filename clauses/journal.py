"""The ledger: loads, findings, checks. It survives every build; a copy goes into each published warehouse."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb
import polars as pl

from clauses.errors import CodeSortie, ErreurUtilisateur

_SCHEMA = """
create table if not exists rafraichissements (
    rafraichissement varchar primary key, debut timestamp, fin timestamp, statut varchar, date_arrete date,
    empreinte varchar, version_code varchar
);
create table if not exists depots (
    depot_id varchar primary key, chemin varchar, sha256 varchar, layout varchar, structure_code varchar,
    nom_structure varchar, debut date, fin date, extraction date, statut varchar, regle varchar, message varchar,
    charge_le timestamp, rafraichissement varchar, ordre integer, lecture varchar
);
create table if not exists depots_tables (
    depot_id varchar, "table" varchar, lues bigint, chargees bigint, rejetees bigint, doublons bigint, ignorees bigint
);
create table if not exists constats (
    depot_id varchar, gravite varchar, "table" varchar, ligne integer, colonne varchar, regle varchar,
    message varchar, valeur varchar
);
create table if not exists validations (
    rafraichissement varchar, depot varchar, suite varchar, expectation varchar, severite varchar, succes boolean,
    observe varchar, attendu varchar, message varchar, casse boolean
);
create table if not exists formes_inconnues (
    depot_id varchar, nomenclature varchar, forme varchar, occurrences bigint
);
"""
TABLES = ("depots", "depots_tables", "constats", "validations")


@dataclass(frozen=True)
class Chargement:
    """All that one refresh adds to the ledger, written in one transaction.

    Frames have the columns of the ledger's tables of the same name.
    """

    depots: pl.DataFrame
    depots_tables: pl.DataFrame
    constats: pl.DataFrame
    validations: pl.DataFrame
    formes_inconnues: pl.DataFrame


class Journal:
    """An open ledger. Use as a context manager; it must be closed before another process reads it."""

    def __init__(self, chemin: Path, lecture_seule: bool = False) -> None:
        try:
            self._base = duckdb.connect(str(chemin), read_only=lecture_seule)
        except duckdb.IOException:
            raise ErreurUtilisateur(
                "JOURNAL_OCCUPE",
                f"Le journal « {chemin} » est utilisé par un autre programme. Fermez-le, puis relancez la commande.",
                CodeSortie.OCCUPE,
            ) from None
        if not lecture_seule:
            self._base.execute(_SCHEMA)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def lire(self, requete: str, parametres: list[object] | None = None) -> pl.DataFrame:
        """Runs a query on the ledger and returns its rows."""
        resultat: pl.DataFrame = self._base.execute(requete, parametres or []).pl()
        return resultat

    def acceptes(self) -> dict[str, str]:
        """SHA-256 → depot_id of every accepted deposit."""
        return dict(
            self._base.execute("select sha256, depot_id from depots where statut = 'accepte'").fetchall()
        )

    def dernier_ordre(self) -> int:
        ligne = self._base.execute("select coalesce(max(ordre), 0) from depots").fetchone()
        return int(ligne[0]) if ligne else 0

    def derniere_publication(self) -> tuple[str, str] | None:
        """Refresh id and fingerprint of the last refresh that published a warehouse."""
        ligne = self._base.execute(
            "select rafraichissement, empreinte from rafraichissements where statut = 'publie' order by fin desc limit 1"
        ).fetchone()
        return (str(ligne[0]), str(ligne[1])) if ligne else None

    def charger(self, chargement: Chargement) -> None:
        """Adds a load in one transaction; a deposit seen before with the same id is replaced by its new verdict."""
        recus = {
            "depots": chargement.depots,
            "depots_tables": chargement.depots_tables,
            "constats": chargement.constats,
            "formes_inconnues": chargement.formes_inconnues,
        }
        self._base.register("ids_recus", chargement.depots.select("depot_id").to_arrow())
        self._base.execute("begin")
        try:
            for table, cadre in recus.items():
                self._base.execute(f"delete from {table} where depot_id in (select depot_id from ids_recus)")
                self._inserer(table, cadre)
            self._inserer("validations", chargement.validations)
            self._base.execute("commit")
        except BaseException:
            self._base.execute("rollback")
            raise
        finally:
            self._base.unregister("ids_recus")

    def _inserer(self, table: str, cadre: pl.DataFrame) -> None:
        self._base.register("recu", cadre.to_arrow())
        self._base.execute(f"insert into {table} by name select * from recu")
        self._base.unregister("recu")

    def ouvrir_rafraichissement(self, identifiant: str, debut: dt.datetime, version_code: str) -> None:
        self._base.execute(
            "insert into rafraichissements values (?, ?, null, 'en_cours', null, null, ?)",
            [identifiant, debut, version_code],
        )

    def clore_rafraichissement(
        self, identifiant: str, fin: dt.datetime, statut: str, date_arrete: dt.date | None, empreinte: str
    ) -> None:
        """Records how a refresh ended: publie, bloque (a gate) or inchange."""
        self._base.execute(
            "update rafraichissements set fin = ?, statut = ?, date_arrete = ?, empreinte = ? where rafraichissement = ?",
            [fin, statut, date_arrete, empreinte, identifiant],
        )
