"""A workspace that a disk or a hand has damaged: what it lacks is said, and read again where it is given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commande import Rafraichi, cube, lancer, lire


def _couper(fichier: Path) -> None:
    fichier.write_bytes(fichier.read_bytes()[:300])


def _vider(fichier: Path) -> None:
    fichier.write_bytes(b"")


@pytest.mark.lent
@pytest.mark.parametrize(
    "abimer", [_couper, _vider, Path.unlink, lambda fichier: shutil.rmtree(fichier.parent)],
    ids=["coupé", "vidé", "absent", "dossier absent"],
)  # fmt: skip
def test_rows_that_brut_has_no_longer(
    abimer: Callable[[Path], object], depots_2023: Path, espace_2023: Rafraichi, tmp_path: Path
) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    requete = "select depot_id, chemin, ordre from depots where statut = 'accepte' order by ordre"
    avant = lire(espace / "journal.duckdb", requete)
    identifiant, chemin, _ = avant.row(0)
    abime = next((espace / "brut" / identifiant).glob("[bs]*.parquet"))  # its main table
    abimer(abime)
    (tmp_path / "vide").mkdir()
    refus = lancer("actualiser", tmp_path / "vide", "--espace", espace)
    assert refus.code == 2, refus.texte
    for dit in ("BRUT_ABIME", "1 dépôt", chemin, identifiant, "clauses retirer"):
        assert dit in refus.texte
    assert cube(espace).equals(cube(espace_2023.espace))
    redonne = lancer("actualiser", depots_2023, "--espace", espace)
    assert redonne.code == 0, redonne.texte
    assert cube(espace).equals(cube(espace_2023.espace))
    assert lire(espace / "journal.duckdb", requete).equals(avant)  # in the same order
    assert next((espace / "brut" / identifiant).glob(abime.name)).stat().st_size > 300


@pytest.mark.lent
def test_a_damaged_warehouse_is_said_and_made_again(
    espace_2023: Rafraichi, depots_2023: Path, tmp_path: Path
) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    entrepot = espace / "entrepot.duckdb"
    octets = bytearray(entrepot.read_bytes())
    octets[4_096:8_192] = b"\xff" * 4_096  # one of its two headers
    octets[8_192:12_288] = b"\xff" * 4_096
    entrepot.write_bytes(octets)
    lu = lancer("sql", "select 1", "--espace", espace)
    assert lu.code == 2, lu.texte
    assert "abîmé" in lu.texte
    assert "clauses actualiser" in lu.texte
    refait = lancer("actualiser", depots_2023, "--espace", espace)
    assert refait.code == 0, refait.texte
    assert cube(espace).equals(cube(espace_2023.espace))
