"""The workspace on disk: folders, lock, key."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clauses.socle.errors import CodeSortie, ErreurUtilisateur
from clauses.socle.workspace import Espace


@pytest.fixture
def espace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Espace:
    monkeypatch.delenv("CLAUSES_CLE_FICHIER", raising=False)
    prepare = Espace(tmp_path / "région Occitanie" / "espace")
    prepare.preparer()
    return prepare


def test_the_names_of_the_workspace_are_an_interface(tmp_path: Path) -> None:
    espace = Espace(tmp_path)
    noms = {
        nom: getattr(espace, nom).name
        for nom in ("entrepot", "brut", "journal", "rapports", "alias", "layouts", "logs", "travail")
    }
    assert noms == {
        "entrepot": "entrepot.duckdb",
        "brut": "brut",
        "journal": "journal.duckdb",
        "rapports": "rapports",
        "alias": "alias.csv",
        "layouts": "layouts",
        "logs": "logs",
        "travail": ".travail",
    }


def test_preparing_twice_changes_nothing(espace: Espace) -> None:
    (espace.brut / "x").mkdir()
    espace.preparer()
    assert (espace.brut / "x").is_dir()


def test_a_workspace_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as leve:
        Espace(tmp_path / "fichier" / "espace").preparer()
    assert leve.value.code == "ESPACE_INACCESSIBLE"
    assert str(tmp_path / "fichier" / "espace") in leve.value.message


@pytest.mark.parametrize(
    ("numero", "dit", "tait"),
    [
        (errno.ENOSPC, ["le disque est plein", "Libérez de la place"], ["droit"]),
        (errno.EACCES, ["vous n'avez pas le droit d'y écrire", "--espace"], ["plein", "place"]),
        (errno.EROFS, ["en lecture seule", "--espace"], ["plein", "place"]),
    ],
)
@pytest.mark.parametrize("ou", ["preparer", "verrouiller"])
def test_each_cause_is_told_apart(
    ou: str, numero: int, dit: list[str], tait: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is not a matter of rights; the lock's own file is no name for the user."""

    def refuser(chemin: Path | str, *_: object, **__: object) -> None:
        raise OSError(numero, os.strerror(numero), str(chemin))

    espace = Espace(tmp_path / "mon espace")
    monkeypatch.setattr(*((Path, "mkdir") if ou == "preparer" else (os, "open")), refuser)
    ecrire = espace.preparer if ou == "preparer" else espace.verrouiller().__enter__
    with pytest.raises(ErreurUtilisateur) as leve:
        ecrire()
    assert leve.value.code == "ESPACE_INACCESSIBLE"
    assert all(morceau in leve.value.message for morceau in [*dit, "mon espace"]), leve.value.message
    assert not any(morceau in leve.value.message for morceau in [*tait, ".verrou", os.strerror(numero)])


def test_one_refresh_at_a_time(espace: Espace) -> None:
    with espace.verrouiller(), pytest.raises(ErreurUtilisateur) as leve, Espace(espace.racine).verrouiller():
        pass
    assert (leve.value.code, leve.value.sortie) == ("ESPACE_OCCUPE", CodeSortie.OCCUPE)
    with espace.verrouiller():
        pass


def test_the_lock_of_a_killed_process_is_free_and_its_scratch_is_removed(espace: Espace) -> None:
    code = (
        "import os, sys, pathlib\nfrom clauses.socle.workspace import Espace\n"
        "e = Espace(pathlib.Path(sys.argv[1]))\n"
        "with e.verrouiller():\n    e.travail.mkdir(); (e.travail / 'reste').write_text('x'); os._exit(9)\n"
    )
    fini = subprocess.run([sys.executable, "-c", code, str(espace.racine)], check=False)
    assert fini.returncode == 9
    assert (espace.travail / "reste").exists()
    with espace.verrouiller():
        assert not espace.travail.exists()


def test_the_scratch_goes_when_a_refresh_ends_even_badly(espace: Espace) -> None:
    def echouer() -> None:
        with espace.verrouiller():
            espace.travail.mkdir()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        echouer()
    assert not espace.travail.exists()


def test_the_key_is_made_once_for_its_owner_only(espace: Espace) -> None:
    cle = espace.lire_cle()
    assert len(cle) == 32
    assert espace.lire_cle() == cle
    assert stat.S_IMODE((espace.racine / ".cle").stat().st_mode) == 0o600
    assert [f.name for f in espace.racine.iterdir() if f.name.startswith(".cle")] == [".cle"]


def test_two_workspaces_have_two_keys(espace: Espace, tmp_path: Path) -> None:
    autre = Espace(tmp_path / "autre")
    autre.preparer()
    assert autre.lire_cle() != espace.lire_cle()


def test_a_lost_key_is_never_replaced_once_deposits_are_loaded(espace: Espace) -> None:
    espace.lire_cle()
    (espace.racine / ".cle").unlink()
    (espace.brut / "0a1b2c").mkdir()
    with pytest.raises(ErreurUtilisateur) as leve:
        espace.lire_cle()
    assert leve.value.code == "CLE_ABSENTE"
    assert not (espace.racine / ".cle").exists()


def test_a_key_kept_elsewhere(espace: Espace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ailleurs = tmp_path / "cle.bin"
    monkeypatch.setenv("CLAUSES_CLE_FICHIER", str(ailleurs))
    with pytest.raises(ErreurUtilisateur) as leve:
        espace.lire_cle()
    assert leve.value.code == "CLE_ABSENTE"
    ailleurs.write_bytes(os.urandom(32))
    assert espace.lire_cle() == ailleurs.read_bytes()
    assert not (espace.racine / ".cle").exists()
    for fausse in (b"abcde", b"abcde" * 13):
        ailleurs.write_bytes(fausse)
        with pytest.raises(ErreurUtilisateur) as leve:
            espace.lire_cle()
        assert (leve.value.code, f"{len(fausse)} octets" in leve.value.message) == ("CLE_INVALIDE", True)
        assert "abcde" not in leve.value.message
