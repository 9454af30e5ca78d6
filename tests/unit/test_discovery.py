"""Which deposits a folder holds."""

from __future__ import annotations

import os
from pathlib import Path

import fabrique
import pytest

from clauses.socle.errors import ErreurUtilisateur
from ingest.discovery import Candidat, decouvrir, empreinte
from ingest.layouts import charger_layouts


def trouver(*chemins: Path, exclus: tuple[Path, ...] = ()) -> tuple[list[tuple[str, str]], list[str]]:
    candidats, ignores = decouvrir(chemins, charger_layouts(), exclus)
    return [(c.contenant, c.relatif) for c in candidats], ignores


def ecrire(racine: Path, *noms: str) -> None:
    for nom in noms:
        (racine / nom).parent.mkdir(parents=True, exist_ok=True)
        (racine / nom).write_bytes(b"x")


def test_nested_folders_in_the_order_of_their_paths(tmp_path: Path) -> None:
    ecrire(
        tmp_path,
        "Occitanie/2024/T3/b.xlsx",
        "Occitanie/2024/T3/a.zip",
        "Bretagne/ABC_S1_20240101_20241231_20250101.csv",
        "Bretagne/dossier/Heures.csv",
        "Bretagne/dossier/BÉNÉFICIAIRES.CSV",
        "Bretagne/dossier/notes.pdf",
        "lisez-moi.docx",
    )
    assert trouver(tmp_path) == (
        [
            ("csv", "Bretagne/ABC_S1_20240101_20241231_20250101.csv"),
            ("dossier", "Bretagne/dossier"),
            ("archive", "Occitanie/2024/T3/a.zip"),
            ("classeur", "Occitanie/2024/T3/b.xlsx"),
        ],
        ["Bretagne/dossier/notes.pdf", "lisez-moi.docx"],
    )


@pytest.mark.parametrize(
    "nom",
    [
        "heures.csv",
        "HEURES.CSV",
        "Heures.csv",
        "bénéficiaires.csv",
        "beneficiaires.csv",
        "Be\u0301ne\u0301ficiaires.csv",
        "Opérations.csv",
        "marches.csv",
        "informations.csv",
    ],
)
def test_names_of_tables_without_accents_or_case(tmp_path: Path, nom: str) -> None:
    ecrire(tmp_path, f"depot/{nom}")
    assert trouver(tmp_path)[0] == [("dossier", "depot")]


def test_temporary_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    ecrire(tmp_path, "~$classeur.xlsx", ".cache.csv", ".git/heures.csv", "x.xlsx")
    assert trouver(tmp_path)[0] == [("classeur", "x.xlsx")]


def test_a_folder_named_like_a_workbook_is_a_folder(tmp_path: Path) -> None:
    ecrire(tmp_path, "depot.xlsx/heures.csv", "vide.xlsx/sous/notes.txt")
    assert trouver(tmp_path) == ([("dossier", "depot.xlsx")], ["vide.xlsx/sous/notes.txt"])


def test_the_workspace_is_never_read(tmp_path: Path) -> None:
    ecrire(tmp_path, "espace/brut/x.csv", "a.csv")
    assert trouver(tmp_path, exclus=(tmp_path / "espace",)) == ([("csv", "a.csv")], [])


def test_files_given_one_by_one_and_twice(tmp_path: Path) -> None:
    ecrire(tmp_path, "a.csv", "b.pdf")
    assert trouver(tmp_path / "a.csv", tmp_path, tmp_path / "b.pdf") == (
        [("csv", "a.csv")],
        ["b.pdf", "b.pdf"],
    )


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur) as leve:
        trouver(tmp_path / "absent")
    assert leve.value.code == "DEPOT_INTROUVABLE"
    assert str(tmp_path / "absent") in leve.value.message


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrire(tmp_path, "ferme/heures.csv", "a.csv")
    vrai = os.scandir

    def scandir(chemin: str) -> object:
        if str(chemin).endswith("ferme"):
            raise PermissionError(13, "Permission denied", str(chemin))
        return vrai(chemin)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(ErreurUtilisateur) as leve:
        trouver(tmp_path)
    assert leve.value.code == "DEPOT_INACCESSIBLE"
    assert "ferme" in leve.value.message


def test_links_to_folders_are_said_to_be_ignored_and_loops_end(tmp_path: Path) -> None:
    ecrire(tmp_path, "a/x.csv", "ailleurs/heures.csv")
    (tmp_path / "a" / "boucle").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "a" / "autre").symlink_to(tmp_path / "ailleurs", target_is_directory=True)
    assert trouver(tmp_path / "a") == ([("csv", "x.csv")], ["autre", "boucle"])


def test_a_link_to_a_deposit_is_that_deposit(tmp_path: Path) -> None:
    ecrire(tmp_path, "x.csv")
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")
    assert len(trouver(tmp_path)[0]) == 1


def test_only_files_of_the_folder_are_opened(tmp_path: Path) -> None:
    """A pipe would wait for ever, a device never end, a link bring what nobody deposited; a link to nothing is refused."""
    ecrire(tmp_path, "depots/lot/marches.csv", "ailleurs/heures.csv")
    lot = tmp_path / "depots" / "lot"
    os.mkfifo(lot / "heures.csv")
    os.mkfifo(lot / "depots.csv")
    (lot / "contrats.csv").symlink_to("/dev/zero")
    (lot / "situations.csv").symlink_to(tmp_path / "ailleurs" / "heures.csv")
    (lot / "animation.csv").symlink_to(tmp_path / "nulle-part.csv")
    (candidat,), ignores = decouvrir([tmp_path / "depots"], charger_layouts())
    assert [f.name for f in candidat.fichiers] == ["animation.csv", "marches.csv"]
    assert ignores == [f"lot/{nom}.csv" for nom in ("contrats", "depots", "heures", "situations")]


def somme(chemin: Path) -> str:
    (candidat,), _ = decouvrir([chemin], charger_layouts())
    return empreinte(candidat)


def test_the_same_bytes_have_one_fingerprint_whatever_their_name(tmp_path: Path) -> None:
    ecrire(tmp_path, "a.csv", "sous/b.csv")
    assert somme(tmp_path / "a.csv") == somme(tmp_path / "sous" / "b.csv")
    (tmp_path / "a.csv").write_bytes(b"y")
    assert somme(tmp_path / "a.csv") != somme(tmp_path / "sous" / "b.csv")


def test_the_fingerprint_of_a_folder_is_that_of_its_tables(tmp_path: Path) -> None:
    un = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "un")
    deux = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "deux")
    (deux / "heures.csv").rename(deux / "HEURES.csv")
    (deux / "notes.pdf").write_bytes(b"x")
    assert somme(un) == somme(deux)
    (deux / "HEURES.csv").write_bytes((un / "heures.csv").read_bytes() + b"\r\n")
    assert somme(un) != somme(deux)
    (deux / "HEURES.csv").write_bytes((un / "contrats.csv").read_bytes())
    (deux / "contrats.csv").write_bytes((un / "heures.csv").read_bytes())
    assert somme(un) != somme(deux)


def test_a_file_that_cannot_be_read_still_has_a_fingerprint(tmp_path: Path) -> None:
    perdu = tmp_path / "perdu.csv"
    autre = Candidat("csv", tmp_path / "autre.csv", "autre.csv", (tmp_path / "autre.csv",))
    un = Candidat("csv", perdu, "perdu.csv", (perdu,))
    assert len(empreinte(un)) == 64
    assert empreinte(un) != empreinte(autre)
