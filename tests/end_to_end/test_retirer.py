"""`clauses retirer`: what was loaded by mistake counts no more, and may count again; nothing else changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commande import Execution, Rafraichi, cube, dit, lancer, lire
from depots_fictifs import ecrire_classeur, tables_relationnelles

from clauses.chantier import warehouse


def retirer(espace: Path, *arguments: str) -> Execution:
    return lancer("retirer", *arguments, "--espace", espace)


def gestes(espace: Path) -> list[tuple[object, ...]]:
    return lire(espace / "journal.duckdb", "select geste, motif from retraits order by rowid").rows()


@pytest.fixture
def un(espace_2023: Rafraichi) -> str:
    """The place of one of the accepted deposits."""
    requete = "select chemin from qualite.depots where statut = 'accepte' order by chemin"
    return str(lire(espace_2023.espace / "entrepot.duckdb", requete).to_series()[0])


@pytest.mark.lent
def test_as_if_it_had_never_come_then_as_if_it_had_never_left(
    un: str, depots_2023: Path, espace_2023: Rafraichi, tmp_path: Path
) -> None:
    sans = tmp_path / "depots"
    shutil.copytree(depots_2023, sans)
    (lieu,) = [p for p in sans.rglob("*") if p.relative_to(sans).as_posix() == un]
    shutil.rmtree(lieu) if lieu.is_dir() else lieu.unlink()
    assert lancer("actualiser", sans, "--espace", tmp_path / "jamais").code == 0
    espace = espace_2023.copier(tmp_path / "espace")
    dit(retirer(espace, un, "--motif", "Autre territoire"), 0, f"« {un} » est retiré")
    assert cube(espace).equals(cube(tmp_path / "jamais"))
    assert not cube(espace).equals(cube(espace_2023.espace))
    # the file is still in the folder: it is not taken again
    dit(lancer("actualiser", depots_2023, "--espace", espace), 0, "1 dépôt retiré à la main", un)
    assert cube(espace).equals(cube(tmp_path / "jamais"))
    dit(lancer("etat", "--espace", espace), 0, "1 retiré à la main")
    dit(
        retirer(espace, Path(un).name.upper(), "--annuler", "--motif", "C'était le bon"),
        0,
        "compte de nouveau",
    )
    assert cube(espace).equals(cube(espace_2023.espace))
    assert gestes(espace) == [("retire", "Autre territoire"), ("accepte", "C'était le bon")]


def test_what_cannot_be_meant_is_said(un: str, espace_2023: Rafraichi, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    avant = (espace / "entrepot.duckdb").read_bytes()
    dit(retirer(espace, "rien.csv", "--motif", "x"), 2, "DEPOT_INCONNU", un)
    dit(retirer(espace, un, "--motif", " "), 2, "MOTIF_ABSENT")
    dit(retirer(espace, un, "--annuler", "--motif", "x"), 2, "DEPOT_INCONNU", "n'est pas retiré")
    dit(retirer(tmp_path / "vide", un, "--motif", "x"), 2, "ESPACE_VIDE")
    assert not (tmp_path / "vide").exists()
    assert (espace / "entrepot.duckdb").read_bytes() == avant
    assert gestes(espace) == []


@pytest.mark.lent
def test_two_deposits_of_one_name_and_the_last_one(tmp_path: Path) -> None:
    depots = tmp_path / "depots"
    for annee in (2023, 2024):
        ecrire_classeur(depots / str(annee) / "export.xlsx", tables_relationnelles(annee=annee))
    espace = tmp_path / "espace"
    assert lancer("actualiser", depots, "--espace", espace).code == 0
    dit(
        retirer(espace, "export.xlsx", "--motif", "x"),
        2,
        "DEPOT_AMBIGU",
        "2023/export.xlsx",
        "2024/export.xlsx",
    )
    dit(
        retirer(espace, str(depots / "2024" / "export.xlsx"), "--motif", "x"),
        0,
        "« 2024/export.xlsx » est retiré",
    )
    dit(retirer(espace, "export.xlsx", "--motif", "x"), 2, "RETRAIT_IMPOSSIBLE", "le seul dépôt accepté")


@pytest.mark.lent
def test_a_warehouse_that_cannot_be_rebuilt_changes_nothing(
    un: str, espace_2023: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    espace = espace_2023.copier(tmp_path / "espace")

    def refuser(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as tenu:
        tenu.setattr(warehouse, "promouvoir", refuser)
        dit(retirer(espace, un, "--motif", "x"), 2, "DISQUE")
    assert gestes(espace) == [("retire", "x"), ("accepte", "la reconstruction a échoué")]
    dit(lancer("actualiser", tmp_path / "espace" / "rapports", "--espace", espace), 0, "Rien de nouveau")
    assert cube(espace).equals(cube(espace_2023.espace))
