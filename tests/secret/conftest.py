"""Makes the modules beside importable, and the small demonstration, built once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def espace_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the small demonstration. Not to be changed: copy it."""
    racine = tmp_path_factory.mktemp("demonstration")
    for arguments in (
        ["demo", racine / "demo", "--echelle", "petite"],
        ["actualiser", racine / "demo" / "depots", "--espace", racine / "espace"],
    ):
        subprocess.run(
            [sys.executable, "-m", "clauses.cli", *map(str, arguments)], check=True, capture_output=True
        )
    return racine / "espace"
