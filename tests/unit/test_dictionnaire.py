"""docs/dictionnaire.md is what its script writes from the models as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]


@pytest.mark.lent
def test_le_dictionnaire_est_a_jour() -> None:
    fini = subprocess.run(
        [sys.executable, "scripts/build_dictionary.py", "--check"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode == 0, fini.stderr
