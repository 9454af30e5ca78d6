"""The command as its users meet it: exit codes, sentences in French, never a traceback, whatever they do."""

from __future__ import annotations

import fcntl
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from commande import (
    ATTENDU,
    AUTRES_LOGICIELS,
    DELAI,
    DEPOTS,
    RACINE,
    Rafraichi,
    commande,
    dit,
    environnement,
    lancer,
    lancer_a_part,
    lire,
)
from depots_fictifs import (
    ecrire_csv,
)

from clauses import __version__
from clauses.cli import application

COMMANDES = sorted(c.name for c in application.registered_commands if c.name != "dbt")


@pytest.mark.parametrize("nom", COMMANDES)
def test_aide_en_francais(nom: str) -> None:
    execution = lancer(nom, "--help")
    assert execution.code == 0
    dit(execution, "Exemple : clauses " + nom)
    # neither the library's names of types nor its brackets; capitals in French only
    assert not re.search(r"[<{}]", execution.texte), execution.texte
    mots = {
        "OPTIONS",
        "DEPOT",
        "NOM",
        "TEXTE",
        "SAUVEGARDE",
        "MILLESIME_A",
        "MILLESIME_B",
        "DOSSIER",
        "DATE",
        "CODE",
        "FICHIER",
        "REQUETE",
        "FORMAT",
        "ECHELLE",
        "ANNEES",
        "NOMBRE",
        "PROFIL",
        "MILLESIME",
        "MOTIF",
        "TERRITOIRE",
    }
    sigles = {
        "AAAA",
        "MM",
        "JJ",
        "CLAUSES_ESPACE",
        "SQL",
        "PDF",
        "SIRET",
        "S59000",
        "S59001",
        "D32",
        "CSV",
        "FR",
    }
    assert set(re.findall(r"\b[A-Z][A-Z_0-9]+\b", execution.texte)) <= mots | sigles


def test_la_commande_installee() -> None:
    clauses = Path(sys.executable).with_name("clauses")
    fini = subprocess.run([clauses, "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert fini.returncode == 0
    assert all(nom in fini.stdout for nom in COMMANDES)


@pytest.mark.parametrize(
    ("arguments", "morceaux"),
    [
        (["actualiser", "nulle-part"], ["DEPOT_INTROUVABLE", "« nulle-part » n'existe pas"]),
        (["actualiser", str(DEPOTS), "--arrete", "31 décembre"], ["DATE_ILLISIBLE", "JJ/MM/AAAA"]),
        (["actualiser", ""], ["DEPOT_INTROUVABLE", "chemin de dépôt est vide"]),
        (["actualiser"], []),
        (["actualiser", str(DEPOTS), "--inconnue"], ["--inconnue"]),
        (["inconnue"], ["inconnue"]),
        (["etat"], ["ESPACE_VIDE", "clauses actualiser"]),
        (["constats"], ["ESPACE_VIDE", "clauses actualiser"]),
        (["sql", "select 1"], ["ENTREPOT_ABSENT", "clauses actualiser"]),
        (["sql", "select 1", "--format", "xml"], ["FORMAT_INCONNU", "csv"]),
        (
            ["sql", "select 1", "--format", "xlsx", "--sortie", "x.csv"],
            ["FORMAT_CONTRAIRE", "x.csv » finit par .csv", "demande xlsx"],
        ),
        (["demo", "d", "--echelle", "geante"], ["ECHELLE_INCONNUE", "petite"]),
    ],
)
def test_mauvais_usage(arguments: list[str], morceaux: list[str], tmp_path: Path) -> None:
    execution = lancer(*arguments, ajouts={"CLAUSES_ESPACE": str(tmp_path / "espace")}, dossier=tmp_path)
    assert execution.code == 2, execution.texte
    dit(execution, *morceaux)
    assert not (tmp_path / "espace" / "entrepot.duckdb").exists()


def test_alias_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "alias.csv").write_text("n'importe;quoi\n1;2\n", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path)
    assert execution.code == 2, execution.texte
    dit(execution, "alias.csv")


def test_layout_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "le-mien.yml").write_text("layout: [", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path)
    assert execution.code == 2, execution.texte
    dit(execution, "LAYOUT_INVALIDE", "le-mien.yml")


def test_fichiers_d_un_format_non_lu(espace_2023: Rafraichi, depots_2023: Path, tmp_path: Path) -> None:
    """A deposit saved as .xls must not vanish without a word, even when nothing else is new."""
    depots = tmp_path / "depots"
    shutil.copytree(depots_2023, depots)
    (depots / "11" / "export_S93004.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (depots / "notes.pdf").write_bytes(b"%PDF")
    espace = espace_2023.copier(tmp_path / "espace")
    execution = lancer("actualiser", depots, "--espace", espace)
    assert execution.code == 0, execution.texte
    dit(execution, "1 fichier n'a pas été lu", "notes.pdf", "11/export_S93004.xls", "ancien classeur .xls")


def test_entrepot_ouvert_en_ecriture_ailleurs(espace_2023: Rafraichi, tmp_path: Path) -> None:
    """The state before cannot be read: say so rather than claim that there was none."""
    espace = espace_2023.copier(tmp_path / "espace")
    programme = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('ouvert', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", programme, espace / "entrepot.duckdb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as autre:
        assert autre.stdout is not None
        assert autre.stdout.readline().strip() == "ouvert"
        execution = lancer("actualiser", DEPOTS, "--espace", espace)
        autre.communicate("\n")
    assert execution.code == 5, execution.texte
    dit(execution, "ENTREPOT_OCCUPE", "lecture seule")
    assert (espace / "journal.duckdb").read_bytes() == (espace_2023.espace / "journal.duckdb").read_bytes()
    assert lancer("actualiser", DEPOTS, "--espace", espace).code == 0


def test_dossier_vide(tmp_path: Path) -> None:
    depots = tmp_path / "depots"
    depots.mkdir()
    execution = lancer("actualiser", depots, "--espace", tmp_path / "espace")
    assert execution.code == 0, execution.texte
    dit(execution, "Aucun dépôt")
    assert not (tmp_path / "espace" / "entrepot.duckdb").exists()


def test_rien_que_des_refus(tmp_path: Path) -> None:
    espace = tmp_path / "espace"
    execution = lancer("actualiser", DEPOTS / "a-verifier", "--espace", espace)
    assert execution.code == 0, execution.texte
    for depot, regle in pl.read_csv(ATTENDU / "refus.csv", infer_schema=False).iter_rows():
        dit(execution, f"{depot} ({regle})")
    dit(execution, "Aucun dépôt accepté")
    assert "lignes lues" not in execution.texte  # only accepted deposits have rows
    assert not (espace / "entrepot.duckdb").exists()
    assert list((espace / "brut").iterdir()) == []
    assert len(list((espace / "rapports").glob("*.html"))) == 1
    # the state can be asked for before anything is published
    for lecture in ("etat", "constats"):
        assert lancer(lecture, "--espace", espace).code == 0
    assert lancer("actualiser", DEPOTS / "a-verifier", "--espace", espace, "--strict").code == 3


def test_le_meme_fichier_dans_trois_dossiers(tmp_path: Path) -> None:
    """Same bytes at the same relative place: each is refused on its own, now and at the next run."""
    dossiers = [tmp_path / nom for nom in "abc"]
    for dossier in dossiers:
        ecrire_csv(dossier / "liste.csv", [["a", "b"], ["1", "2"]])
    for _ in range(2):
        execution = lancer("actualiser", *dossiers, "--espace", tmp_path / "espace")
        assert execution.code == 0, execution.texte
        dit(execution, "3 refusés")
    vus = lire(tmp_path / "espace" / "journal.duckdb", "select statut from depots")
    assert vus["statut"].to_list() == ["refuse"] * 3


def test_strict_apres_coup(echantillons: Rafraichi, tmp_path: Path) -> None:
    """Refusals seen before still count as refused: a nightly job with --strict does not turn green by itself."""
    espace = echantillons.copier(tmp_path / "espace")
    execution = lancer("actualiser", DEPOTS, "--espace", espace, "--strict")
    assert execution.code == 3, execution.texte
    dit(execution, "liste.csv (FORMAT_INCONNU)")


def test_un_rafraichissement_a_la_fois(espace_2023: Rafraichi, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    with (espace / ".verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 5, execution.texte
    dit(execution, "est en cours")
    assert (espace / "entrepot.duckdb").read_bytes() == (espace_2023.espace / "entrepot.duckdb").read_bytes()


def test_la_cle_est_a_son_proprietaire(echantillons: Rafraichi) -> None:
    cle = echantillons.espace / ".cle"
    assert cle.stat().st_mode & 0o777 == 0o600
    assert len(cle.read_bytes()) == 32


def test_cle_perdue(espace_2023: Rafraichi, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    (espace / ".cle").unlink()
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 2, execution.texte
    dit(execution, "CLE_ABSENTE", "la copie que vous gardez à part")
    assert not (espace / ".cle").exists()


@pytest.mark.parametrize(("contenu", "regle"), [(None, "CLE_ABSENTE"), (b"trop courte", "CLE_INVALIDE")])
def test_cle_designee_inutilisable(contenu: bytes | None, regle: str, tmp_path: Path) -> None:
    fichier = tmp_path / "cle"
    if contenu is not None:
        fichier.write_bytes(contenu)
    execution = lancer(
        "actualiser", DEPOTS, "--espace", tmp_path / "espace", ajouts={"CLAUSES_CLE_FICHIER": str(fichier)}
    )
    assert execution.code == 2, execution.texte
    dit(execution, regle)


@pytest.mark.parametrize(
    ("arguments", "code", "attendu"),
    [
        (["--version"], 0, f"clauses {__version__}"),
        (["-h"], 0, "actualiser"),
        (["constats", "-h"], 0, "--sortie"),
        (["actualisr", "x"], 2, "Vouliez-vous dire « actualiser » ?"),
        (["constats", "--sorti", "x"], 2, "Vouliez-vous dire « --sortie » ?"),
        (["nimporte"], 2, "la commande « nimporte » n'existe pas. Voir l'aide"),
        (["actualiser", "x", "--arrete", "hier"], 2, "31/12/2024"),
        (["retirer", "x"], 2, "il manque --motif TEXTE"),
        (["retirer"], 2, "il manque DEPOT"),
    ],
)
def test_ce_que_l_on_tape_de_travers(arguments: list[str], code: int, attendu: str) -> None:
    execution = lancer(*arguments)
    assert execution.code == code, execution.texte
    dit(execution, attendu)


@pytest.mark.lent
def test_une_date_a_la_francaise(espace_2023: Rafraichi, depots_2023: Path, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    execution = lancer("actualiser", depots_2023, "--espace", espace, "--arrete", "31/12/2023")
    assert execution.code == 0, execution.texte
    dit(execution, "données arrêtées au 31/12/2023")


def test_espace_impossible(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path / "fichier" / "espace")
    assert execution.code == 2, execution.texte
    dit(execution, "ESPACE_INACCESSIBLE", "--espace")


def test_sortie_impossible_dit_sa_cause(echantillons: Rafraichi, tmp_path: Path) -> None:
    (tmp_path / "dossier.xlsx").mkdir()
    for sortie, cause in (
        (tmp_path / "absent" / "c.xlsx", "le dossier n'existe pas"),
        (tmp_path / "dossier.xlsx", "c'est un dossier"),
        (tmp_path / f"{'x' * 300}.xlsx", "le nom est trop long"),
    ):
        execution = lancer("constats", "--espace", echantillons.espace, "--sortie", sortie)
        assert execution.code == 2, execution.texte
        dit(execution, "SORTIE_IMPOSSIBLE", cause)
        assert "None" not in execution.texte


def test_sortie_impossible(echantillons: Rafraichi, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    sortie = tmp_path / "fichier" / "constats.xlsx"
    execution = lancer("constats", "--espace", echantillons.espace, "--sortie", sortie)
    assert execution.code == 2, execution.texte
    dit(execution, "SORTIE_IMPOSSIBLE")


@pytest.mark.lent
def test_disque_plein(espace_2023: Rafraichi, tmp_path: Path) -> None:
    """No file may grow beyond a limit, as on a full disk: a sentence, and the warehouse of before."""
    espace = espace_2023.copier(tmp_path / "espace")
    # less than the candidate, more than the deposits
    plein = lancer_a_part("actualiser", DEPOTS, "--espace", espace, place=4_000_000)
    assert plein.code == 2, plein.texte
    assert "DISQUE" in plein.erreurs
    assert not (espace / ".travail").exists()
    assert (espace / "entrepot.duckdb").read_bytes() == (espace_2023.espace / "entrepot.duckdb").read_bytes()
    assert lancer("etat", "--espace", espace).code == 0


@pytest.mark.lent
@pytest.mark.parametrize(
    ("commande_", "place"),
    [
        (["constats", "--sortie", "resultat.xlsx"], 4_000),
        (["sql", "from marts.indicateurs limit 5000", "--sortie", "resultat.xlsx"], 4_000),
        (["sql", "from marts.indicateurs limit 5000", "--sortie", "resultat.csv"], 4_000),
        (["sauvegarder", "disque"], 100_000),
        (["decrire", "depots", "--sortie", "resultat.xlsx"], 4_000),
        (["decrire", "depots", "--accepter"], 500),
    ],
)
def test_disque_plein_au_moment_d_ecrire(
    commande_: list[str], place: int, espace_2023: Rafraichi, tmp_path: Path
) -> None:
    """What was there before stays as it was, and nothing is beside it."""
    espace = espace_2023.copier(tmp_path / "espace")
    shutil.copytree(AUTRES_LOGICIELS / "technique" / "depots", tmp_path / "depots")
    (tmp_path / "resultat.xlsx").write_text("à moi")
    avant = _fichiers(tmp_path)
    plein = lancer_a_part(*commande_, "--espace", espace, dossier=tmp_path, place=place)
    assert plein.code == 2, plein.texte
    dit(plein, "le fichier dépasse la taille permise", "Libérez de la place")
    assert _fichiers(tmp_path) == avant


def _fichiers(dossier: Path) -> dict[Path, bytes]:
    return {f: f.read_bytes() for f in dossier.rglob("*") if f.is_file()}


def test_entrepot_abime(espace_2023: Rafraichi, tmp_path: Path) -> None:
    """Files that are not what they should be are named, not dumped."""
    espace = espace_2023.copier(tmp_path / "espace")
    (espace / "entrepot.duckdb").write_bytes(b"ceci n'est pas une base")
    execution = lancer("sql", "select 1", "--espace", espace)
    assert execution.code == 2, execution.texte
    dit(execution, "entrepot.duckdb")
    (espace / "journal.duckdb").write_bytes(b"ceci n'est pas une base")
    for lecture in (["etat"], ["constats"], ["actualiser", str(DEPOTS)]):
        execution = lancer(*lecture, "--espace", espace)
        assert execution.code == 2, execution.texte
        dit(execution, "journal.duckdb")


@pytest.mark.lent
@pytest.mark.parametrize("attente", [0.0, 0.5, 1.5, 3.0, 4.5])
def test_une_interruption(attente: float, depots_2023: Path, tmp_path: Path) -> None:
    """Ctrl-C has an exit code of its own, says that nothing is lost, leaves no scratch, and the next run succeeds."""
    espace = tmp_path / "espace"
    with subprocess.Popen(
        commande("actualiser", depots_2023, "--espace", espace),
        cwd=RACINE,
        env=environnement(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as processus:
        fin = time.monotonic() + DELAI
        while not (espace / ".verrou").exists() and time.monotonic() < fin:
            time.sleep(0.02)
        time.sleep(attente)
        os.killpg(processus.pid, signal.SIGINT)  # as a terminal does: to the workers too
        _, erreurs = processus.communicate(timeout=60)
    if processus.returncode != 0:  # it may have been about to end
        assert processus.returncode == 130, erreurs
        assert erreurs.count("INTERROMPU") == 1
        assert "Rien n'est perdu" in erreurs
    assert "Traceback" not in erreurs, erreurs
    assert lancer("actualiser", depots_2023, "--espace", espace).code == 0


def test_etat(echantillons: Rafraichi) -> None:
    execution = lancer("etat", "--espace", echantillons.espace)
    assert execution.code == 0, execution.texte
    for structure in ("S59000", "S62001", "S75003", "S80002", "S93004"):
        dit(execution, structure)
    dit(execution, "2024-T4", "10/03/2025")


def test_espace_par_variable(echantillons: Rafraichi) -> None:
    execution = lancer("etat", ajouts={"CLAUSES_ESPACE": str(echantillons.espace)})
    assert execution.code == 0, execution.texte
    dit(execution, "S59000")


@pytest.mark.lent
def test_lire_pendant_un_rafraichissement(
    espace_2023: Rafraichi, echantillons: Rafraichi, tmp_path: Path
) -> None:
    """Queries show the warehouse of before until it is replaced; no reading command fails or disturbs the run."""
    espace = espace_2023.copier(tmp_path / "espace")
    requete = "select count(*) as n from qualite.depots where statut = 'accepte'"
    sortie = tmp_path / "sortie.txt"
    with sortie.open("wb") as flux:
        processus = subprocess.Popen(
            commande("actualiser", DEPOTS, "--espace", espace),
            cwd=RACINE,
            env=environnement(),
            stdout=flux,
            stderr=subprocess.STDOUT,
        )
        lus = []
        compter = ["sql", requete, "--format", "csv"]
        lectures = itertools.cycle([compter, ["etat"], compter, ["constats"]])
        while processus.poll() is None:
            lecture = next(lectures)
            execution = lancer(*lecture, "--espace", espace)
            assert execution.code == 0, execution.texte
            if lecture is compter:
                lus.append(int(execution.sortie.split()[-1]))
    assert processus.returncode == 0, sortie.read_text(encoding="utf-8")
    assert len(lus) >= 2
    assert lus == sorted(lus)
    assert set(lus) <= {5, 12}
    assert lus[0] == 5


@pytest.mark.parametrize("nom", [".cle", "journal.duckdb", "entrepot.duckdb", "Alias.csv", "brut/x.csv", "."])
def test_no_output_takes_the_place_of_the_workspace(
    echantillons: Rafraichi, nom: str, tmp_path: Path
) -> None:
    espace = echantillons.copier(tmp_path / "espace")
    avant = {f: f.read_bytes() for f in espace.rglob("*") if f.is_file()}
    sortie = espace / nom
    for commande_ in (
        ("sql", "select 1 as a", "--format", "csv"),
        ("constats", "--par-structure"),
    ):
        execution = lancer(*commande_, "--espace", espace, "--sortie", sortie)
        assert execution.code == 2, execution.texte
        assert "SORTIE_IMPOSSIBLE" in execution.texte
    assert {f: f.read_bytes() for f in espace.rglob("*") if f.is_file()} == avant
