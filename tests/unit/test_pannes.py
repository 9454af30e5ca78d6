"""What nothing foresaw is told by its cause: which file, which disk, or that it is a bug; never in a library's words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from clauses.chantier.execution import Noeud, Plan, executer
from clauses.socle.errors import CodeSortie
from clauses.socle.pannes import decrire_panne
from clauses.socle.project import SEEDS
from clauses.socle.workers import ARRETE, ErreurOuvrier

PLEIN = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    "erreur",
    [
        FileNotFoundError(errno.ENOENT, "absent", str(SEEDS / "nomenclatures" / "absente.csv")),
        RuntimeError(f'IO Error: No files found that match the pattern "{SEEDS / "absente.csv"}"'),
    ],
)
def test_a_missing_file_of_the_product_is_not_the_user_s_mistake(erreur: Exception) -> None:
    panne = decrire_panne(erreur)
    assert (panne.code, panne.sortie) == ("INSTALLATION_ABIMEE", CodeSortie.INATTENDU)
    assert "absente.csv" in panne.message
    assert "réinstallez" in panne.message


def test_a_missing_file_of_the_user_is(tmp_path: Path) -> None:
    panne = decrire_panne(FileNotFoundError(errno.ENOENT, "absent", str(tmp_path / "depot.csv")))
    assert (panne.code, panne.sortie) == ("DISQUE", CodeSortie.USAGE)
    assert str(tmp_path / "depot.csv") in panne.message


def test_the_file_that_an_engine_quotes_is_named(tmp_path: Path) -> None:
    panne = decrire_panne(RuntimeError(f'IO Error: Could not write file "{tmp_path / "base"}": {PLEIN}'))
    assert panne.code == "DISQUE"
    assert f"« {tmp_path / 'base'} » : le disque est plein" in panne.message
    assert PLEIN not in panne.message


def test_where_nothing_says_which_disk_the_room_of_each_is_told(tmp_path: Path) -> None:
    panne = decrire_panne(OSError(errno.ENOSPC, PLEIN), [Path("select " + "x" * 5_000), tmp_path])
    assert panne.code == "DISQUE"
    assert f"Place libre : « {tmp_path} » " in panne.message
    assert "xxx" not in panne.message


def test_a_bug_does_not_quote_what_it_was_about() -> None:
    panne = decrire_panne(ValueError("« Dupont » n'est pas un nombre"))
    assert (panne.code, panne.sortie) == ("INATTENDU", CodeSortie.INATTENDU)
    assert "Dupont" not in panne.message


@pytest.mark.parametrize(
    "erreur",
    [
        MemoryError(),
        duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("libx.so: failed to map segment from shared object"),
        ErreurOuvrier(ARRETE),
        ErreurOuvrier("Traceback…\n_duckdb.OutOfMemoryException: Out of Memory Error"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_small_machine_is_said_to_be_one(erreur: BaseException, tmp_path: Path) -> None:
    (tmp_path / "petit.csv").write_bytes(b"x" * 10)
    (tmp_path / "gros.csv").write_bytes(b"x" * 2_500_000)
    panne = decrire_panne(erreur, [Path("actualiser"), tmp_path])
    assert panne.code == "MEMOIRE"
    assert f"« {tmp_path / 'gros.csv'} » (2,5 Mo)" in panne.message
    assert "fermez les autres programmes" in panne.message


def test_a_build_without_memory_is_no_failed_check(tmp_path: Path) -> None:
    gourmand = (
        "create table x as select i, repeat('x', 1000) as t from range(1000000) as r (i) order by random()"
    )
    noeud = Noeud("model.clauses.ind_cles", "", False, [], [gourmand])
    ouverture = ["set temp_directory = ''", "set memory_limit = '20MB'"]
    with pytest.raises(duckdb.OutOfMemoryException):
        executer(Plan(ouverture, [noeud]), tmp_path / "candidat.duckdb")
