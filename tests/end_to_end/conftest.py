"""Refreshes are slow: each kind of workspace is made once, then copied by the tests that change it."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from commande import DEPOTS, Rafraichi, lancer, lancer_a_part


@pytest.fixture(scope="session")
def echantillons(une_fois) -> Rafraichi:
    """All the sample deposits, loaded at once by the command itself. Not to be changed: copy it."""
    return une_fois("echantillons", _charger_les_echantillons)


def _charger_les_echantillons(dossier: Path) -> Rafraichi:
    return Rafraichi(dossier / "espace", lancer_a_part("actualiser", DEPOTS, "--espace", dossier / "espace"))


@pytest.fixture(scope="session")
def depots_2023(une_fois) -> Path:
    """The sample deposits of 2023 only."""
    return une_fois("depots-2023", _copier_2023)


def _copier_2023(racine: Path) -> Path:
    for region in ("11", "32"):
        shutil.copytree(DEPOTS / region / "2023", racine / region / "2023")
    return racine


@pytest.fixture(scope="session")
def espace_2023(depots_2023: Path, une_fois) -> Rafraichi:
    """A warehouse published before the deposits of 2024 came. Not to be changed: copy it."""
    return une_fois("espace-2023", partial(_charger_2023, depots_2023))


def _charger_2023(depots: Path, dossier: Path) -> Rafraichi:
    return Rafraichi(dossier / "espace", lancer("actualiser", depots, "--espace", dossier / "espace"))
