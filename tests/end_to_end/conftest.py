"""Refreshes are slow: each kind of workspace is made once, then copied by the tests that change it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from commande import DEPOTS, Execution, copier_espace, lancer


@dataclass(frozen=True)
class Rafraichi:
    """A workspace and the refresh that made it."""

    espace: Path
    execution: Execution

    def copier(self, destination: Path) -> Path:
        return copier_espace(self.espace, destination)


@pytest.fixture(scope="session")
def echantillons(tmp_path_factory: pytest.TempPathFactory) -> Rafraichi:
    """All the sample deposits, loaded at once. Not to be changed: copy it."""
    espace = tmp_path_factory.mktemp("echantillons") / "espace"
    return Rafraichi(espace, lancer("actualiser", DEPOTS, "--espace", espace))


@pytest.fixture(scope="session")
def depots_2023(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample deposits of 2023 only."""
    racine = tmp_path_factory.mktemp("depots_2023")
    for region in ("11", "32"):
        shutil.copytree(DEPOTS / region / "2023", racine / region / "2023")
    return racine


@pytest.fixture(scope="session")
def espace_2023(depots_2023: Path, tmp_path_factory: pytest.TempPathFactory) -> Rafraichi:
    """A warehouse published before the deposits of 2024 came. Not to be changed: copy it."""
    espace = tmp_path_factory.mktemp("espace_2023") / "espace"
    return Rafraichi(espace, lancer("actualiser", depots_2023, "--espace", espace))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demonstration, as `make demo` lays it out: depots/, espace/, attendu/, what the refresh said. Read only."""
    racine = tmp_path_factory.mktemp("demo") / "demo"
    assert lancer("demo", racine, "--echelle", "petite").code == 0
    actualisation = lancer("actualiser", racine / "depots", "--espace", racine / "espace")
    assert actualisation.code == 0
    (racine / "resume.txt").write_text(actualisation.sortie, encoding="utf-8")
    return racine
