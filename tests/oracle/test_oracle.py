"""The product against the reference, on two draws: every figure, every line set aside, every planted warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from commande import lancer

from .comparaison import deposer, ecarts


@pytest.mark.parametrize("graine", [3, pytest.param(12, marks=pytest.mark.lent)])
def test_aucun_ecart_avec_la_reference(tmp_path: Path, graine: int) -> None:
    racine = tmp_path / "depots"
    racine.mkdir()
    depots = deposer(racine, graine)
    assert lancer("actualiser", racine, "--espace", tmp_path / "espace").code == 0
    assert ecarts(depots, tmp_path / "espace" / "entrepot.duckdb") == []
