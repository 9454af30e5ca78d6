"""What Windows lacks or refuses, as far as another system can tell: the guide says what no one has tried."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from clauses.chantier import warehouse
from clauses.socle import disque
from clauses.socle.errors import CodeSortie, ErreurUtilisateur, base_occupee, raison_systeme
from clauses.socle.workspace import Espace

RACINE = Path(__file__).parents[2]
SIMULATION = RACINE / "tests" / "windows"
PAQUETS = ("clauses", "ingest", "expectations", "exports")
MODULES = sorted(
    ".".join(f.relative_to(RACINE).with_suffix("").parts).removesuffix(".__init__")
    for paquet in PAQUETS
    for f in (RACINE / paquet).rglob("*.py")
)


def sous_windows(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=RACINE,
        env={"PYTHONPATH": f"{SIMULATION}:{RACINE}", "PATH": "", "HOME": "/tmp", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("absent", ["import fcntl", "import os; os.fork", "from signal import SIGKILL"])
def test_the_simulation_lacks_what_windows_lacks(absent: str) -> None:
    fini = sous_windows("-c", absent)
    assert fini.returncode == 1
    assert fini.stderr.splitlines()[-1].split(":")[0] in (
        "ModuleNotFoundError",
        "AttributeError",
        "ImportError",
    )


def test_every_module_is_imported_without_posix() -> None:
    fini = sous_windows("-c", "\n".join(f"import {m}" for m in MODULES))
    assert fini.returncode == 0, fini.stderr


@pytest.mark.lent
def test_a_refresh_without_posix(tmp_path: Path) -> None:
    """Nothing of ours is removed, moved or replaced while a process has it open; then it is asked, and reported on."""
    depots = RACINE / "tests" / "data" / "samples" / "depots" / "11" / "2023"
    espace = tmp_path / "espace"
    fini = sous_windows("-m", "clauses.cli", "actualiser", depots, "--espace", espace)
    assert (fini.returncode, "L'entrepôt est à jour." in fini.stdout) == (0, True), fini.stdout + fini.stderr
    assert not (espace / ".travail").exists()
    requete = "select count(*) > 0 as des_heures from marts.fct_heures"
    fini = sous_windows("-m", "clauses.cli", "sql", requete, "--espace", espace, "--format", "csv")
    assert fini.stdout.split() == ["des_heures", "true"], fini.stderr
    fini = sous_windows(
        *(
            "-m",
            "clauses.cli",
            "bilan",
            "--territoire",
            "11",
            "--espace",
            espace,
            "--sortie",
            tmp_path / "bilans",
        )
    )
    assert fini.returncode == 0, fini.stderr
    ecrits = {f.suffix for f in (tmp_path / "bilans").iterdir()}
    assert ecrits - {".verrou"} == {".xlsx", ".html", ".pdf"}  # on Windows the lock's own library removes it


class _Refus:
    """os.replace as Windows answers it while a program has the file open, `fois` times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fois: int, winerror: int | None = 32) -> None:
        self.remplacer, self.reste, self.winerror = disque.os.replace, fois, winerror
        monkeypatch.setattr(disque.os, "replace", self)
        monkeypatch.setattr(disque, "ATTENTE", 0.3)

    def __call__(self, source: Path, destination: Path) -> None:
        if not self.reste:
            self.remplacer(source, destination)
            return
        self.reste -= 1
        refus = PermissionError(errno.EACCES, "Access is denied", str(destination))
        refus.winerror = self.winerror  # type: ignore[attr-defined]
        raise refus


@pytest.fixture
def espace(tmp_path: Path) -> Espace:
    pret = Espace(tmp_path / "espace")
    pret.preparer()
    pret.entrepot.write_bytes(b"ancien")
    (tmp_path / "candidat").write_bytes(b"nouveau")
    return pret


@pytest.mark.parametrize("winerror", [5, 32])
def test_a_warehouse_that_a_reader_holds_stays_as_it_was(
    winerror: int, espace: Espace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Refus(monkeypatch, 1_000, winerror)
    with pytest.raises(ErreurUtilisateur) as leve:
        warehouse.promouvoir(tmp_path / "candidat", espace)
    assert (leve.value.code, leve.value.sortie) == ("ENTREPOT_OCCUPE", CodeSortie.OCCUPE)
    assert all(mots in leve.value.message for mots in ("entrepot.duckdb", "celui d'avant", "Fermez"))
    assert espace.entrepot.read_bytes() == b"ancien"
    assert (tmp_path / "candidat").read_bytes() == b"nouveau"


def test_a_reader_that_leaves_in_time_is_waited_for(
    espace: Espace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Refus(monkeypatch, 1)
    warehouse.promouvoir(tmp_path / "candidat", espace)
    assert espace.entrepot.read_bytes() == b"nouveau"


def test_rights_that_lack_are_told_at_once(
    espace: Espace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refus = _Refus(monkeypatch, 1_000, winerror=None)
    with pytest.raises(PermissionError):
        warehouse.promouvoir(tmp_path / "candidat", espace)
    assert refus.reste == 999


def test_a_file_open_elsewhere_is_named_with_what_to_do() -> None:
    refus = PermissionError(errno.EACCES, "Access is denied")
    assert "droit" in raison_systeme(refus)[0]
    refus.winerror = 32  # type: ignore[attr-defined]
    assert raison_systeme(refus) == (
        "un autre programme l'a ouvert, ou vous n'avez pas le droit d'y écrire",
        "Fermez-le",
    )


@pytest.mark.parametrize(
    ("dit", "occupee"),
    [
        ("IO Error: Could not set lock on file: Conflicting lock is held in /usr/bin/python (PID 4)", True),
        (
            'Cannot open file "E:\\e.duckdb": 另一个程序正在使用此文件 File is already open in D:\\x.exe (PID 3528)',
            True,
        ),
        ('Cannot open file "e.duckdb": Permission denied', False),
    ],
)
def test_an_engine_says_that_a_base_is_open_elsewhere(dit: str, occupee: bool) -> None:
    assert base_occupee(OSError(dit)) == occupee
