"""The product against the reference, on two draws: every figure, every line set aside, every planted warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from clauses.commandes.refresh import actualiser
from clauses.socle.workspace import Espace

from .comparaison import deposer, ecarts


@pytest.mark.lent
@pytest.mark.parametrize("graine", [3, 12])
def test_aucun_ecart_avec_la_reference(tmp_path: Path, graine: int) -> None:
    racine = tmp_path / "depots"
    racine.mkdir()
    depots = deposer(racine, graine)
    espace = Espace(tmp_path / "espace")
    actualiser([racine], espace)
    assert ecarts(depots, tmp_path / "espace" / "entrepot.duckdb") == []
