"""Keeping a workspace, bringing it back, and letting go of persons whose retention is over."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from commande import DEPOTS, Rafraichi, cube, dit, lancer, lire
from depots_fictifs import (
    PERSONNES,
    Tables,
    ecrire_classeur,
    ecrire_csv,
    tableau_bilan,
    tables_relationnelles,
)

from clauses.commandes import sauvegarde


@pytest.fixture(scope="module")
def vivant(espace_2023: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Rafraichi:
    """A copy that nobody else locks."""
    copie = espace_2023.copier(tmp_path_factory.mktemp("vivant") / "espace")
    return Rafraichi(copie, espace_2023.execution)


@pytest.fixture(scope="module")
def gardee(vivant: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("disque")
    dit(lancer("sauvegarder", dossier, "--espace", vivant.espace), 0, "relue et vérifiée", ".cle")
    (faite,) = dossier.iterdir()
    return faite


def test_a_backup_holds_all_but_the_key(gardee: Path, vivant: Rafraichi) -> None:
    cle = (vivant.espace / ".cle").read_bytes()
    fichiers = [f for f in gardee.rglob("*") if f.is_file()]
    assert not any(cle in f.read_bytes() for f in fichiers)
    noms = {f.relative_to(gardee).as_posix() for f in fichiers}
    attendus = {f.relative_to(vivant.espace).as_posix() for f in vivant.espace.rglob("*") if f.is_file()}
    assert noms - {"sauvegarde.json"} == {n for n in attendus if not n.startswith((".", "logs/"))}


@pytest.mark.lent
def test_a_workspace_comes_back_and_goes_on(
    gardee: Path, vivant: Rafraichi, depots_2023: Path, tmp_path: Path
) -> None:
    espace = tmp_path / "espace"
    espace.mkdir()
    shutil.copy2(vivant.espace / ".cle", espace)
    dit(lancer("restaurer", gardee, "--espace", espace), 0, "Espace restauré et vérifié")
    assert [x.name for x in tmp_path.iterdir()] == ["espace"]
    assert cube(espace).equals(cube(vivant.espace))
    assert (espace / ".cle").read_bytes() == (vivant.espace / ".cle").read_bytes()
    if os.name == "posix":
        assert (espace / ".cle").stat().st_mode & 0o777 == 0o600
    dit(lancer("actualiser", depots_2023, "--espace", espace), 0, "Aucun dépôt nouveau")
    # the next quarter comes as if nothing had happened
    dit(lancer("actualiser", DEPOTS, "--espace", espace), 0, "L'entrepôt est à jour")


def test_without_its_key_it_says_so_and_makes_no_other(gardee: Path, tmp_path: Path) -> None:
    espace = tmp_path / "neuf" / "espace"
    dit(lancer("restaurer", gardee, "--espace", espace), 0, "remettez la clé d'origine")
    dit(lancer("etat", "--espace", espace), 0, "acceptés")
    dit(lancer("actualiser", DEPOTS, "--espace", espace), 2, "CLE_ABSENTE")
    assert not (espace / ".cle").exists()


def test_what_cannot_be_brought_back(gardee: Path, vivant: Rafraichi, tmp_path: Path) -> None:
    dit(lancer("restaurer", gardee.parent, "--espace", tmp_path / "e"), 2, "SAUVEGARDE_ABSENTE", gardee.name)
    dit(lancer("restaurer", gardee, "--espace", vivant.espace), 2, "ESPACE_NON_VIDE")
    autre = tmp_path / "autre"
    autre.mkdir()
    (autre / ".cle").write_bytes(b"x" * 32)
    dit(lancer("restaurer", gardee, "--espace", autre), 2, "CLE_DIFFERENTE")
    assert (autre / ".cle").read_bytes() == b"x" * 32
    for abimer in (
        lambda d: (d / "journal.duckdb").unlink(),
        lambda d: (d / "entrepot.duckdb").write_bytes((d / "entrepot.duckdb").read_bytes()[:-1] + b"?"),
        lambda d: (d / "sauvegarde.json").write_text("{", encoding="utf-8"),
        lambda d: (d / "sauvegarde.json").write_text(json.dumps({"fichiers": []}), encoding="utf-8"),
        lambda d: (d / "sauvegarde.json").write_text(
            json.dumps({"fichiers": {"../dehors.txt": "0" * 64}, "cle": None}), encoding="utf-8"
        ),
    ):
        copie = shutil.copytree(gardee, tmp_path / "copie")
        abimer(copie)
        dit(lancer("restaurer", copie, "--espace", tmp_path / "e"), 2, "SAUVEGARDE_ABIMEE")
        assert not (tmp_path / "e").exists()
        shutil.rmtree(copie)


def test_what_cannot_be_kept(vivant: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dit(lancer("sauvegarder", tmp_path / "s", "--espace", tmp_path / "rien"), 2, "ESPACE_VIDE")
    dedans = vivant.espace / "sauvegardes"
    dit(lancer("sauvegarder", dedans, "--espace", vivant.espace), 2, "SORTIE_IMPOSSIBLE")
    assert not dedans.exists()
    abime = vivant.copier(tmp_path / "abime")
    next(abime.glob("brut/*/heures.parquet")).unlink()
    dit(lancer("sauvegarder", tmp_path / "s", "--espace", abime), 2, "BRUT_ABIME")
    # a copy that the disk spoils is found by its reading
    copier = sauvegarde._copier

    def gater(source: Path, destination: Path, *reste: object) -> dict[str, str]:
        sommes = copier(source, destination, *reste)  # type: ignore[arg-type]
        (destination / "journal.duckdb").write_bytes(b"")
        return sommes

    monkeypatch.setattr(sauvegarde, "_copier", gater)
    fait = lancer("sauvegarder", tmp_path / "s", "--espace", vivant.espace)
    dit(fait, 2, "SAUVEGARDE_ABIMEE", "journal.duckdb")
    assert list((tmp_path / "s").iterdir()) == []


def relationnel(personnes: set[int]) -> Tables:
    """Two years: the first person and the last worked in one only, the second in both, the third until January."""
    tables = tables_relationnelles(annee=2023)
    infos = {ligne[0]: ligne for ligne in tables["Informations"]}
    infos["Début de période"][1] = "01/01/2022"
    fins = {0: "30/11/2022", 1: "31/12/2023", 2: "05/01/2023", 3: "31/12/2022"}
    for ligne in tables["Contrats"][1:]:
        ligne[6], ligne[7] = "02/01/2022", fins[int(ligne[0][1:])]
    heures = tables["Heures"]
    for ligne in heures[1:]:
        ligne[2] = ligne[2].replace("2023", "2022") if ligne[0] != "C1" else ligne[2]
    for table, colonne in (("Bénéficiaires", 0), ("Contrats", 1), ("Situations", 0), ("Heures", 0)):
        tables[table] = [x for i, x in enumerate(tables[table]) if not i or int(x[colonne][1:]) in personnes]
    return tables


def a_plat(personnes: set[int]) -> list[list[str]]:
    """The same in one table: the second person alone has months of the second year."""
    tableau = tableau_bilan(annee=2022)
    entete = tableau[0]
    mois, debut, qui = (entete.index(c) for c in ("Mois", "Début contrat", "Réf. participant"))
    lignes = []
    for ligne in tableau[1:]:
        rang = int(ligne[qui][1:])
        if rang == 1:
            ligne = [*ligne[:mois], ligne[mois].replace("2022", "2023"), *ligne[mois + 1 :]]
        assert ligne[debut].endswith("2022")
        if rang in personnes:
            lignes.append(ligne)
    return [entete, *lignes]


def deposer(dossier: Path, relationnelles: set[int], plates: set[int]) -> Path:
    ecrire_classeur(dossier / "export.xlsx", relationnel(relationnelles))
    ecrire_csv(dossier / "ABC_S80777_20220101_20231231_20240120.csv", a_plat(plates))
    ancien = [[*x] for x in tableau_bilan("S02777", annee=2021)]
    ecrire_csv(dossier / "ABC_S02777_20210101_20211231_20220120.csv", ancien)
    return dossier


@pytest.mark.lent
def test_persons_whose_time_is_over_leave_everything(tmp_path: Path) -> None:
    """As if their lines had never come; who was there since stays whole."""
    tous = set(range(len(PERSONNES)))
    depots = deposer(tmp_path / "depots", tous, tous)
    espace = tmp_path / "espace"
    assert lancer("actualiser", depots, "--espace", espace).code == 0
    autrefois = shutil.copy(espace / "entrepot.duckdb", tmp_path)
    brut = {f.stem: f for f in (espace / "brut").rglob("*.parquet")}
    assert "rapprochements" in brut
    # 2 persons of the workbook (the third still had a contract in January 2023), 3 of the flat file, a whole file
    dit(lancer("purger", "--avant", "2023", "--espace", espace), 2, "CONFIRMATION_ABSENTE", "1 dépôt entier")
    fait = lancer("purger", "--avant", "2023", "--espace", espace, "--oui")
    # workbook: 2 × (1 person, 1 contract, 12 months, 1 situation); flat: 3 × 12 months
    dit(fait, 0, "66 lignes de 5 personnes", "ABC_S02777_20210101_20211231_20220120.csv")
    sans = deposer(tmp_path / "sans", {1, 2}, {1})
    (sans / "ABC_S02777_20210101_20211231_20220120.csv").unlink()
    assert lancer("actualiser", sans, "--espace", tmp_path / "jamais").code == 0
    assert cube(espace).equals(cube(tmp_path / "jamais"))
    restent = lire(espace / "entrepot.duckdb", "select count(*) from marts.dim_beneficiaire").item()
    assert (
        restent
        == lire(tmp_path / "jamais" / "entrepot.duckdb", "select count(*) from marts.dim_beneficiaire").item()
    )
    gestes = lire(espace / "journal.duckdb", "select geste, motif from retraits").unique().rows()
    assert gestes == [("purge", "purge de ce qui précède 2023")]
    # the files are still there: nothing comes back
    dit(lancer("actualiser", depots, "--espace", espace), 0, "Aucun dépôt nouveau")
    assert cube(espace).equals(cube(tmp_path / "jamais"))
    dit(lancer("etat", "--espace", espace), 0, "1 purgé")
    # a run that was stopped before the warehouse was rebuilt, or before all was erased, is ended by the same command
    perdu = next((espace / "brut").iterdir())
    (purge,) = lire(espace / "journal.duckdb", "select depot_id from depots where statut = 'purge'")[
        "depot_id"
    ]
    shutil.copytree(perdu, espace / "brut" / purge)
    shutil.copy(autrefois, espace / "entrepot.duckdb")
    assert not cube(espace).equals(cube(tmp_path / "jamais"))
    dit(lancer("purger", "--avant", "2023", "--espace", espace), 0, "Une purge interrompue est finie")
    assert cube(espace).equals(cube(tmp_path / "jamais"))
    assert not (espace / "brut" / purge).exists()
    dit(lancer("purger", "--avant", "2023", "--espace", espace), 0, "Rien de plus à purger avant 2023")


def test_what_cannot_be_purged(vivant: Rafraichi, tmp_path: Path) -> None:
    avant = (vivant.espace / "entrepot.duckdb").read_bytes()
    for annee in ("1999", "2999"):
        dit(lancer("purger", "--avant", annee, "--espace", vivant.espace), 2, "ANNEE_ILLISIBLE")
    dit(lancer("purger", "--avant", "2024", "--espace", vivant.espace, "--oui"), 2, "PURGE_IMPOSSIBLE")
    dit(lancer("purger", "--avant", "2020", "--espace", tmp_path / "rien"), 2, "ESPACE_VIDE")
    assert (vivant.espace / "entrepot.duckdb").read_bytes() == avant


@pytest.mark.lent
def test_rows_purged_from_deposits_that_stay_leave_the_warehouse_too(tmp_path: Path) -> None:
    """No deposit goes whole: the list of deposits is the same, and the warehouse is made again all the same."""
    tous = set(range(len(PERSONNES)))
    depots = tmp_path / "depots"
    ecrire_classeur(depots / "export.xlsx", relationnel(tous))
    espace = tmp_path / "espace"
    assert lancer("actualiser", depots, "--espace", espace).code == 0
    dit(lancer("purger", "--avant", "2023", "--espace", espace, "--oui"), 0, "de 2 personnes")
    restent = lire(
        espace / "entrepot.duckdb", "select count(distinct id_personne) from marts.fct_heures"
    ).item()
    assert restent == len(tous) - 2
