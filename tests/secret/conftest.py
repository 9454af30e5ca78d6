"""A demonstration of two regions and its public release: made once, looked at from everywhere."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from commande import Rafraichi
from version_publique import Publiee, publier


@pytest.fixture(scope="session")
def espace_demo(deux_regions_chargees: Rafraichi) -> Path:
    """The workspace of the demonstration of two regions. Not to be changed: copy it."""
    return deux_regions_chargees.espace


@pytest.fixture(scope="session")
def publiee(espace_demo: Path, une_fois: Any) -> Publiee:
    return une_fois("publiee", functools.partial(publier, espace_demo, (), True))


@pytest.fixture(scope="session")
def sans_complement(espace_demo: Path, une_fois: Any) -> Publiee:
    """Only small cells are hidden."""
    return une_fois("sans-complement", functools.partial(publier, espace_demo, ("32",), False))
