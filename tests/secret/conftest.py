"""The warehouse that is protected: that of the small demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest
from commande import Rafraichi


@pytest.fixture(scope="session")
def espace_demo(demo_chargee: Rafraichi) -> Path:
    """The workspace of the small demonstration. Not to be changed: copy it."""
    return demo_chargee.espace
