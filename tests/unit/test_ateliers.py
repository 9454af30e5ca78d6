"""Working folders: nothing of a run that failed or was killed stays, and a run at work is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exports.atelier.dossiers import ouvrir_atelier

TRAVAILLER = """
import sys, time
from pathlib import Path
from exports.atelier.dossiers import ouvrir_atelier
with ouvrir_atelier(Path(sys.argv[1])) as dossier:
    (dossier / "moitié").write_text("x")
    print(dossier.name, flush=True)
    time.sleep(60)
"""


def echouer(debut: Path) -> None:
    with ouvrir_atelier(debut) as dossier:
        (dossier / "moitié").write_text("x")
        raise OSError("plein")


def test_what_fails_leaves_nothing_and_what_is_moved_stays(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="plein"):
        echouer(tmp_path / "neuf" / ".essai")
    assert list((tmp_path / "neuf").iterdir()) == []
    with ouvrir_atelier(tmp_path / ".essai") as dossier:
        (dossier / "entier").write_text("x")
        dossier.rename(tmp_path / "place")
    assert (tmp_path / "place" / "entier").read_text() == "x"
    assert {d.name for d in tmp_path.iterdir()} == {"place", "neuf"}


def test_what_a_killed_run_left_goes_once_it_is_dead(tmp_path: Path) -> None:
    debut = tmp_path / ".[essai]"
    with subprocess.Popen(
        [sys.executable, "-c", TRAVAILLER, str(debut)], stdout=subprocess.PIPE, text=True
    ) as autre:
        assert autre.stdout is not None
        sien = tmp_path / autre.stdout.readline().strip()
        with ouvrir_atelier(debut) as dossier:
            assert (sien / "moitié").exists()
            assert dossier != sien
        autre.send_signal(signal.SIGKILL)
        autre.wait()
    assert (sien / "moitié").exists()
    with ouvrir_atelier(debut):
        assert not sien.exists()
    assert list(tmp_path.iterdir()) == []
