"""The product's own CSV files: every line has its header's cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from commande import RACINE

from clauses.socle.donnees import lire_lignes

FICHIERS = [f for d in ("exports", "seeds", "clauses", "ingest") for f in sorted((RACINE / d).rglob("*.csv"))]


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.name)
def test_every_line_has_its_cells(fichier: Path) -> None:
    assert lire_lignes(fichier)


@pytest.mark.parametrize("ligne", ["a,b,c", "a"])
def test_a_comma_without_quotes_is_refused(ligne: str, tmp_path: Path) -> None:
    fichier = tmp_path / "x.csv"
    fichier.write_text(f"un,deux\n{ligne}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        lire_lignes(fichier)
