"""The ledger: one transaction per load, a verdict replaced by the next, past states kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from clauses.commandes.intake import SCHEMA_DEPOTS
from clauses.socle import journal as module
from clauses.socle.errors import CodeSortie, ErreurUtilisateur
from clauses.socle.journal import Chargement, Journal

JOUR = dt.datetime(2024, 4, 20, 9, 0)
COMPTES = ("lues", "chargees", "rejetees", "doublons", "ignorees")


def chargement(*depots: tuple[str, str, str, int | None]) -> Chargement:
    """depot_id, sha256, statut, ordre of each; one count, one finding and one unknown form for each."""
    champs = dict.fromkeys(SCHEMA_DEPOTS)
    lignes = [
        {
            **champs,
            "depot_id": i,
            "sha256": s,
            "statut": statut,
            "ordre": ordre,
            "chemin": i,
            "charge_le": JOUR,
        }
        for i, s, statut, ordre in depots
    ]
    ids = [d[0] for d in depots]
    return Chargement(
        depots=pl.DataFrame(lignes, schema=SCHEMA_DEPOTS),
        depots_tables=pl.DataFrame(
            [(i, "Heures", 10, 8, 1, 1, 0) for i in ids],
            schema={"depot_id": pl.String, "table": pl.String, **dict.fromkeys(COMPTES, pl.Int64)},
            orient="row",
        ),
        constats=pl.DataFrame(
            [(i, "rejet", "Heures", 3, "Mois", "MOIS_ILLISIBLE", "…", "?") for i in ids],
            schema=dict.fromkeys(("depot_id", "gravite", "table"), pl.String)
            | {"ligne": pl.Int32}
            | dict.fromkeys(("colonne", "regle", "message", "valeur"), pl.String),
            orient="row",
        ),
        validations=pl.DataFrame({"depot": ids, "suite": ["heures"] * len(ids), "succes": [True] * len(ids)}),
        formes_inconnues=pl.DataFrame(
            {
                "depot_id": ids,
                "nomenclature": ["sexe"] * len(ids),
                "forme": ["?"] * len(ids),
                "occurrences": [1] * len(ids),
            }
        ),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.duckdb")


def test_a_new_ledger_is_empty(journal: Journal) -> None:
    assert (journal.acceptes(), journal.dernier_ordre()) == ({}, 0)


def test_what_is_loaded_stays(journal: Journal, tmp_path: Path) -> None:
    journal.charger(chargement(("a", "sha-a", "accepte", 1), ("b", "sha-b", "refuse", None)))
    journal.charger(chargement(("c", "sha-c", "accepte", 2)))
    relu = Journal(tmp_path / "journal.duckdb", lecture_seule=True)
    assert relu.acceptes() == {"sha-a": "a", "sha-c": "c"}
    assert relu.dernier_ordre() == 2
    assert relu.lire(
        "select depot_id, lues, chargees + rejetees + doublons + ignorees as somme from depots_tables"
    ).rows() == [
        ("a", 10, 10),
        ("b", 10, 10),
        ("c", 10, 10),
    ]


def test_a_verdict_replaces_the_one_before_and_leaves_no_double(journal: Journal) -> None:
    journal.charger(chargement(("a", "sha-a", "refuse", None)))
    journal.charger(chargement(("a", "sha-a", "accepte", 1)))
    assert journal.lire("select statut, ordre from depots").rows() == [("accepte", 1)]
    for table in ("depots_tables", "constats", "formes_inconnues"):
        assert journal.lire(f"select count(*) from {table}").item() == 1


def test_a_load_is_whole_or_nothing(journal: Journal) -> None:
    journal.charger(chargement(("a", "sha-a", "accepte", 1)))
    bancal = chargement(("b", "sha-b", "accepte", 2))
    fautif = Chargement(
        bancal.depots,
        bancal.depots_tables,
        bancal.constats.rename({"regle": "inconnue"}),
        bancal.validations,
        bancal.formes_inconnues,
    )
    with pytest.raises(duckdb.Error):
        journal.charger(fautif)
    assert journal.acceptes() == {"sha-a": "a"}
    assert journal.lire("select depot_id from depots_tables").rows() == [("a",)]
    journal.charger(bancal)
    assert journal.acceptes() == {"sha-a": "a", "sha-b": "b"}


def test_a_refresh_that_was_killed_stays_open(journal: Journal) -> None:
    for rang, (nom, statut) in enumerate([("r1", "publie"), ("r2", "publie"), ("r3", "bloque")]):
        journal.ouvrir_rafraichissement(nom, JOUR, "v")
        journal.clore_rafraichissement(
            nom, JOUR + dt.timedelta(hours=rang), statut, dt.date(2024, 4, 15), f"e-{nom}"
        )
    journal.ouvrir_rafraichissement("r4", JOUR, "v")  # killed: never closed
    closes = journal.lire(
        "select rafraichissement, statut from rafraichissements where fin is not null order by 1"
    )
    assert closes.rows() == [("r1", "publie"), ("r2", "publie"), ("r3", "bloque")]
    assert journal.lire("select statut from rafraichissements where fin is null").rows() == [("en_cours",)]


def test_another_key_is_refused(journal: Journal) -> None:
    journal.verifier_cle("a" * 16, JOUR)
    journal.verifier_cle("a" * 16, JOUR)
    with pytest.raises(ErreurUtilisateur) as refus:
        journal.verifier_cle("b" * 16, JOUR)
    assert refus.value.code == "CLE_DIFFERENTE"
    assert "Restaurez" in refus.value.message


def test_a_ledger_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "journal.duckdb").write_bytes(b"pas une base" * 1000)
    with pytest.raises(ErreurUtilisateur) as leve:
        Journal(tmp_path / "journal.duckdb")
    assert leve.value.code == "JOURNAL_ILLISIBLE"
    assert str(tmp_path / "journal.duckdb") in leve.value.message


def test_a_ledger_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    chemin = tmp_path / "journal.duckdb"
    Journal(chemin)
    monkeypatch.setattr(module, "ATTENTE", 0.2)
    code = "import duckdb, sys\nb = duckdb.connect(sys.argv[1])\nprint('pris', flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(chemin)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as autre:
        assert autre.stdout is not None
        assert autre.stdout.readline().strip() == "pris"
        with pytest.raises(ErreurUtilisateur) as leve:
            Journal(chemin)
        autre.communicate()
    assert (leve.value.code, leve.value.sortie) == ("JOURNAL_OCCUPE", CodeSortie.OCCUPE)
    assert Journal(chemin).acceptes() == {}


def test_held_it_is_opened_once_and_then_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal.duckdb")
    ouvertures: list[str] = []
    connecter = module.duckdb.connect
    monkeypatch.setattr(
        module.duckdb, "connect", lambda *a, **k: ouvertures.append(a[0]) or connecter(*a, **k)
    )
    with journal.tenir():
        journal.verifier_cle("a" * 16, JOUR)
        with journal.tenir():
            assert journal.lire("select identifiant from cle").item() == "a" * 16
        assert journal.acceptes() == {}
    assert len(ouvertures) == 1
    assert journal.acceptes() == {}
    assert len(ouvertures) == 2
    connecter(str(tmp_path / "journal.duckdb")).close()
