"""Fictitious deposits and real ones are never in one workspace, whichever came first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commande import Rafraichi, cube, lancer, lire
from depots_fictifs import ecrire_classeur, tables_relationnelles

from clauses.socle.fictif import dit_fictif


def un_fictif(dossier: Path) -> Path:
    tables = tables_relationnelles("S59888")
    for table in ("Informations", "Structure"):
        tables[table] = [
            [c.replace("Structure S59888", "Structure FICTIVE 1") for c in x] for x in tables[table]
        ]
    return ecrire_classeur(dossier / "fictif.xlsx", tables)


def un_reel(dossier: Path) -> Path:
    return ecrire_classeur(dossier / "reel.xlsx", tables_relationnelles())


def verdicts(espace: Path) -> dict[str, tuple[str, str | None]]:
    lignes = lire(espace / "journal.duckdb", "select chemin, statut, regle from depots").iter_rows()
    return {chemin: (statut, regle) for chemin, statut, regle in lignes}


@pytest.mark.lent
def test_the_second_kind_is_refused_whichever_it_is(tmp_path: Path) -> None:
    for premier, second, dit in ((un_reel, un_fictif, "fictif"), (un_fictif, un_reel, "réel")):
        espace = tmp_path / f"espace-{dit}"
        fichier = premier(tmp_path / f"a-{dit}")
        assert lancer("actualiser", fichier, "--espace", espace).code == 0
        avant = cube(espace)
        autre = second(tmp_path / f"b-{dit}")
        execution = lancer("actualiser", fichier, autre, "--espace", espace, "--strict")
        assert execution.code == 3, execution.texte
        assert f"Ce dépôt est {dit}" in " ".join(execution.texte.split())
        assert verdicts(espace) == {
            fichier.name: ("accepte", None), autre.name: ("refuse", "FICTIF_ET_REEL"),
        }  # fmt: skip
        assert cube(espace).equals(avant)


@pytest.mark.lent
def test_of_both_together_the_real_ones_are_kept(tmp_path: Path) -> None:
    un_reel(tmp_path / "depots")
    un_fictif(tmp_path / "depots")
    assert lancer("actualiser", tmp_path / "depots", "--espace", tmp_path / "espace").code == 0
    assert verdicts(tmp_path / "espace") == {
        "reel.xlsx": ("accepte", None), "fictif.xlsx": ("refuse", "FICTIF_ET_REEL"),
    }  # fmt: skip


def test_a_demonstration_has_a_workspace_of_its_own(echantillons: Rafraichi, tmp_path: Path) -> None:
    demo = lancer("demo", tmp_path / "essai", "--echelle", "petite")
    assert f"--espace {tmp_path / 'essai' / 'espace'}" in demo.texte
    assert (tmp_path / "essai" / "espace" / "observatoire.yml").is_file()
    shutil.rmtree(tmp_path / "essai")


@pytest.mark.parametrize(
    ("nom", "fictif"),
    [
        ("Structure fictive 12 (59)", True),
        ("STRUCTURE FICTIVE 1 (2A)", True),
        ("Action fictive et médiation", False),
        ("Maison de l'emploi", False),
        (None, False),
    ],
)
def test_a_real_name_may_hold_the_word(nom: str | None, fictif: bool) -> None:
    assert dit_fictif(nom) == fictif


def test_the_demonstration_has_codes_that_no_structure_has(demo_chargee: Rafraichi) -> None:
    lues = lire(
        demo_chargee.espace / "entrepot.duckdb", "select structure_code, nom from marts.dim_structure"
    )
    assert lues.height == 6
    for code, nom in lues.iter_rows():
        assert code.startswith("FIC")
        assert dit_fictif(nom)
