"""The ledger: loads, findings, checks. It survives every build; a copy goes into each published warehouse."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from clauses.socle.errors import CodeSortie, ErreurUtilisateur, base_occupee

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
alter table depots add column if not exists vu_le timestamp;  -- a refused deposit is read again: when it first came
create table if not exists depots_tables (
    depot_id varchar, "table" varchar, lues bigint, chargees bigint, rejetees bigint, doublons bigint, ignorees bigint
);
create table if not exists constats (
    depot_id varchar, gravite varchar, "table" varchar, ligne integer, colonne varchar, regle varchar,
    message varchar, valeur varchar
);
alter table constats add column if not exists heures double;  -- that do not count because of it
alter table constats add column if not exists cause varchar;  -- the row whose mending would bring this one back
create table if not exists validations (
    rafraichissement varchar, depot varchar, suite varchar, expectation varchar, severite varchar, succes boolean,
    observe varchar, attendu varchar, message varchar, casse boolean
);
create table if not exists publications (
    millesime varchar, profil varchar, motif varchar, dossier varchar, cree_le timestamp
);
create table if not exists retraits (  -- deposits taken out by hand, and put back: why and when
    depot_id varchar, geste varchar, motif varchar, le timestamp
);
create table if not exists cle (identifiant varchar, depuis timestamp);
create table if not exists formes_inconnues (
    depot_id varchar, nomenclature varchar, "table" varchar, colonne varchar, forme varchar, occurrences bigint
);
"""
ATTENTE = 10  # seconds another process may keep the ledger open
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
    """The ledger's file, opened for a moment only: the state can be read while a refresh runs."""

    def __init__(self, chemin: Path, lecture_seule: bool = False) -> None:
        self._chemin = chemin
        self._lecture_seule = lecture_seule
        self._tenue: duckdb.DuckDBPyConnection | None = None
        if not lecture_seule:
            with self._ouvrir() as base:
                base.execute(_SCHEMA)

    def copier(self, chemin: Path) -> Journal:
        """A copy that changes apart: what the ledger would be if every new deposit were accepted."""
        shutil.copy(self._chemin, chemin)
        return Journal(chemin)

    @contextmanager
    def tenir(self) -> Iterator[None]:
        """Keeps the file open over a few operations in a row: opening it costs ten times what they do."""
        with self._ouvrir() as base:
            avant, self._tenue = self._tenue, base
            try:
                yield
            finally:
                self._tenue = avant

    @contextmanager
    def _ouvrir(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._tenue is not None:
            yield self._tenue
            return
        base = self._connecter()
        try:
            yield base
        finally:
            base.close()

    def _connecter(self) -> duckdb.DuckDBPyConnection:
        """Waits while another process has it open. Raises ErreurUtilisateur when it cannot be opened."""
        limite = time.monotonic() + ATTENTE
        while True:
            try:
                return duckdb.connect(str(self._chemin), read_only=self._lecture_seule)
            except duckdb.IOException as erreur:
                if not base_occupee(erreur):
                    raise ErreurUtilisateur(
                        "JOURNAL_ILLISIBLE",
                        f"Le journal « {self._chemin} » ne peut pas être ouvert : le fichier est abîmé ou vos "
                        "droits ne suffisent pas. Vérifiez-les, ou restaurez-le depuis une sauvegarde.",
                    ) from None
                if time.monotonic() > limite:
                    raise ErreurUtilisateur(
                        "JOURNAL_OCCUPE",
                        f"Le journal « {self._chemin} » est utilisé par un autre programme. "
                        "Fermez-le, puis relancez la commande.",
                        CodeSortie.OCCUPE,
                    ) from None
                time.sleep(0.05)

    def lire(self, requete: str, parametres: list[object] | None = None) -> pl.DataFrame:
        """Runs a query on the ledger and returns its rows."""
        with self._ouvrir() as base:
            resultat: pl.DataFrame = base.execute(requete, parametres or []).pl()
        return resultat

    def constats(self, alias: pl.DataFrame) -> pl.DataFrame:
        """All findings, but unknown forms that `alias` (nomenclature, forme, code) has since made known."""
        with self._ouvrir() as base:
            base.register("alias", alias.to_arrow())
            resultat: pl.DataFrame = base.execute(
                """
                select c.* from constats as c
                anti join (select * from formes_inconnues semi join alias using (nomenclature, forme)) as connues
                    on c.depot_id = connues.depot_id and c."table" = connues."table" and c.colonne = connues.colonne
                    and c.valeur = connues.forme and c.regle = 'CODE_INCONNU'
                order by c.rowid
                """
            ).pl()
        return resultat

    def acceptes(self) -> dict[str, str]:
        """SHA-256 → depot_id of every accepted deposit."""
        return dict(self.lire("select sha256, depot_id from depots where statut = 'accepte'").iter_rows())

    def retires(self) -> dict[str, str]:
        """SHA-256 → depot_id of every deposit taken out by hand."""
        return dict(self.lire("select sha256, depot_id from depots where statut = 'retire'").iter_rows())

    def purges(self) -> dict[str, str]:
        """SHA-256 → depot_id of every deposit whose rows are gone, their time being over."""
        return dict(self.lire("select sha256, depot_id from depots where statut = 'purge'").iter_rows())

    def gestes_de_purge(self) -> list[tuple[str, dt.datetime]]:
        """Which deposits lost rows, and when; none in a ledger that is older than purges."""
        if self.lire("select 1 from information_schema.tables where table_name = 'retraits'").is_empty():
            return []
        return self.lire("select depot_id, le from retraits where geste = 'purge' order by all").rows()

    def dernier_ordre(self) -> int:
        return int(self.lire("select coalesce(max(ordre), 0) from depots").item())

    def verifier_cle(self, identifiant: str, maintenant: dt.datetime) -> None:
        """Remembers which key made the pseudonyms. Raises ErreurUtilisateur when another one is used now."""
        connue = self.lire("select identifiant from cle")
        if connue.is_empty():
            with self._ouvrir() as base:
                base.execute("insert into cle values (?, ?)", [identifiant, maintenant])
        elif connue.item() != identifiant:
            raise ErreurUtilisateur(
                "CLE_DIFFERENTE",
                "La clé de pseudonymisation n'est pas celle des dépôts déjà chargés : les personnes ne seraient plus "
                "reconnues. Restaurez la clé d'origine (fichier .cle de l'espace, ou CLAUSES_CLE_FICHIER).",
            )

    def charger(self, chargement: Chargement) -> None:
        """Adds a load in one transaction; a deposit seen before with the same id is replaced by its new verdict."""
        recus = {
            "depots": chargement.depots,
            "depots_tables": chargement.depots_tables,
            "constats": chargement.constats,
            "formes_inconnues": chargement.formes_inconnues,
        }
        with self._ouvrir() as base:
            base.register("ids_recus", chargement.depots.select("depot_id").to_arrow())
            base.execute("begin")
            for table, cadre in recus.items():
                base.execute(f"delete from {table} where depot_id in (select depot_id from ids_recus)")
                _inserer(base, table, cadre)
            _inserer(base, "validations", chargement.validations)
            base.execute("commit")  # a failure before this closes the ledger as it was

    def tables_chargees(self) -> dict[str, list[str]]:
        """depot_id → the tables, as users call them, of which an accepted deposit has rows."""
        lues = self.lire(
            "select depot_id, list(\"table\") from depots_tables semi join (from depots where statut = 'accepte') "
            "using (depot_id) where chargees > 0 group by 1"
        )
        return dict(lues.iter_rows())

    def retirer(self, depot_id: str, motif: str, le: dt.datetime) -> None:
        """An accepted deposit counts no more; its place in the order of deposits stays its own."""
        self._changer_de_statut(depot_id, "retire", motif, le)

    def reprendre(self, depot_id: str, motif: str, le: dt.datetime) -> None:
        """A deposit taken out counts again, as if it had never been."""
        self._changer_de_statut(depot_id, "accepte", motif, le)

    def purger(self, entiers: list[str], gardees: pl.DataFrame, motif: str, le: dt.datetime) -> None:
        """Deposits whose rows are all gone count no more; of others, `gardees` says how many rows of each table are left
        (depot_id, table, lignes): those that went are counted with the ignored ones.
        """
        with self._ouvrir() as base:
            base.register("gardees", gardees.to_arrow())
            base.execute("begin")
            base.execute("update depots set statut = 'purge' where list_contains(?, depot_id)", [entiers])
            base.execute(
                "update depots_tables as t set ignorees = ignorees + chargees - g.lignes, chargees = g.lignes "
                'from gardees as g where g.depot_id = t.depot_id and g."table" = t."table"'
            )
            touches = [*entiers, *gardees["depot_id"].unique(maintain_order=True)]
            base.execute("insert into retraits select unnest(?), 'purge', ?, ?", [touches, motif, le])
            base.execute("commit")

    def _changer_de_statut(self, depot_id: str, statut: str, motif: str, le: dt.datetime) -> None:
        with self._ouvrir() as base:
            base.execute("begin")
            base.execute("update depots set statut = ? where depot_id = ?", [statut, depot_id])
            base.execute("insert into retraits values (?, ?, ?, ?)", [depot_id, statut, motif, le])
            base.execute("commit")

    def garder(self, acceptes: list[str]) -> None:
        """Has these deposits count and no other, those taken out since included. For a copy of the ledger only."""
        with self._ouvrir() as base:
            base.execute("update depots set statut = 'accepte' where list_contains(?, depot_id)", [acceptes])
            base.execute(
                "delete from depots where statut = 'accepte' and not list_contains(?, depot_id)", [acceptes]
            )

    def noter_publication(self, millesime: str, profil: str, motif: str | None, dossier: Path) -> None:
        """Records that a package was written, and where."""
        with self._ouvrir() as base:
            base.execute(
                "insert into publications values (?, ?, ?, ?, current_localtimestamp())",
                [millesime, profil, motif, str(dossier)],
            )

    def ouvrir_rafraichissement(self, identifiant: str, debut: dt.datetime, version_code: str) -> None:
        with self._ouvrir() as base:
            base.execute(
                "insert into rafraichissements values (?, ?, null, 'en_cours', null, null, ?)",
                [identifiant, debut, version_code],
            )

    def clore_rafraichissement(
        self, identifiant: str, fin: dt.datetime, statut: str, date_arrete: dt.date | None, empreinte: str
    ) -> None:
        """Records how a refresh ended: publie, bloque (a gate) or inchange."""
        with self._ouvrir() as base:
            base.execute(
                "update rafraichissements set fin = ?, statut = ?, date_arrete = ?, empreinte = ? "
                "where rafraichissement = ?",
                [fin, statut, date_arrete, empreinte, identifiant],
            )


def _inserer(base: duckdb.DuckDBPyConnection, table: str, cadre: pl.DataFrame) -> None:
    base.register("recu", cadre.to_arrow())
    base.execute(f"insert into {table} by name select * from recu")
    base.unregister("recu")
