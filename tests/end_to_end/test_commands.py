"""The command as its users meet it: exit codes, sentences in French, never a traceback, whatever they do."""

from __future__ import annotations

import csv
import fcntl
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from commande import (
    ATTENDU,
    AUTRES_LOGICIELS,
    DELAI,
    DEPOTS,
    RACINE,
    Execution,
    Rafraichi,
    commande,
    environnement,
    lancer,
    lancer_a_part,
    lire,
)
from depots_fictifs import (
    ecrire_classeur,
    ecrire_csv,
    ecrire_dossier,
    nom_de_depot,
    tableau_bilan,
    tables_relationnelles,
)

from clauses import __version__

COMMANDES = ["demo", "actualiser", "etat", "constats", "bilan", "sql"]


def _dit(execution: Execution, *morceaux: str) -> None:
    lisible = " ".join(execution.texte.split())
    for morceau in morceaux:
        assert morceau in lisible, execution.texte


# --- help and wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", COMMANDES)
def test_aide_en_francais(nom: str) -> None:
    execution = lancer(nom, "--help")
    assert execution.code == 0
    _dit(execution, "Exemple : clauses " + nom)
    # neither the library's names of types nor its brackets; capitals in French only
    assert not re.search(r"[<{}]", execution.texte), execution.texte
    mots = {
        "OPTIONS",
        "DEPOT",
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
    sigles = {"AAAA", "MM", "JJ", "CLAUSES_ESPACE", "SQL", "PDF", "SIRET", "S59000", "D32"}
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
        (["demo", "d", "--echelle", "geante"], ["ECHELLE_INCONNUE", "petite"]),
    ],
)
def test_mauvais_usage(arguments: list[str], morceaux: list[str], tmp_path: Path) -> None:
    execution = lancer(*arguments, ajouts={"CLAUSES_ESPACE": str(tmp_path / "espace")}, dossier=tmp_path)
    assert execution.code == 2, execution.texte
    _dit(execution, *morceaux)
    assert not (tmp_path / "espace" / "entrepot.duckdb").exists()


def test_alias_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "alias.csv").write_text("n'importe;quoi\n1;2\n", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path)
    assert execution.code == 2, execution.texte
    _dit(execution, "alias.csv")


def test_layout_inutilisable(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "le-mien.yml").write_text("layout: [", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path)
    assert execution.code == 2, execution.texte
    _dit(execution, "LAYOUT_INVALIDE", "le-mien.yml")


def test_fichiers_d_un_format_non_lu(espace_2023: Rafraichi, depots_2023: Path, tmp_path: Path) -> None:
    """A deposit saved as .xls must not vanish without a word, even when nothing else is new."""
    depots = tmp_path / "depots"
    shutil.copytree(depots_2023, depots)
    (depots / "11" / "export_S93004.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (depots / "notes.pdf").write_bytes(b"%PDF")
    espace = espace_2023.copier(tmp_path / "espace")
    execution = lancer("actualiser", depots, "--espace", espace)
    assert execution.code == 0, execution.texte
    _dit(execution, "1 fichier n'a pas été lu", "notes.pdf", "11/export_S93004.xls", "ancien classeur .xls")


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
    _dit(execution, "ENTREPOT_OCCUPE", "lecture seule")
    assert (espace / "journal.duckdb").read_bytes() == (espace_2023.espace / "journal.duckdb").read_bytes()
    assert lancer("actualiser", DEPOTS, "--espace", espace).code == 0


# --- nothing to load ---------------------------------------------------------------------------------------


def test_dossier_vide(tmp_path: Path) -> None:
    depots = tmp_path / "depots"
    depots.mkdir()
    execution = lancer("actualiser", depots, "--espace", tmp_path / "espace")
    assert execution.code == 0, execution.texte
    _dit(execution, "Aucun dépôt")
    assert not (tmp_path / "espace" / "entrepot.duckdb").exists()


def test_rien_que_des_refus(tmp_path: Path) -> None:
    espace = tmp_path / "espace"
    execution = lancer("actualiser", DEPOTS / "a-verifier", "--espace", espace)
    assert execution.code == 0, execution.texte
    for depot, regle in pl.read_csv(ATTENDU / "refus.csv", infer_schema=False).iter_rows():
        _dit(execution, f"{depot} ({regle})")
    _dit(execution, "Aucun dépôt accepté")
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
        _dit(execution, "3 refusés")
    vus = lire(tmp_path / "espace" / "journal.duckdb", "select statut from depots")
    assert vus["statut"].to_list() == ["refuse"] * 3


def test_strict_apres_coup(echantillons: Rafraichi, tmp_path: Path) -> None:
    """Refusals seen before still count as refused: a nightly job with --strict does not turn green by itself."""
    espace = echantillons.copier(tmp_path / "espace")
    execution = lancer("actualiser", DEPOTS, "--espace", espace, "--strict")
    assert execution.code == 3, execution.texte
    _dit(execution, "liste.csv (FORMAT_INCONNU)")


def test_un_rafraichissement_a_la_fois(espace_2023: Rafraichi, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    with (espace / ".verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 5, execution.texte
    _dit(execution, "est en cours")
    assert (espace / "entrepot.duckdb").read_bytes() == (espace_2023.espace / "entrepot.duckdb").read_bytes()


# --- the key -----------------------------------------------------------------------------------------------


def test_la_cle_est_a_son_proprietaire(echantillons: Rafraichi) -> None:
    cle = echantillons.espace / ".cle"
    assert cle.stat().st_mode & 0o777 == 0o600
    assert len(cle.read_bytes()) == 32


def test_cle_perdue(espace_2023: Rafraichi, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    (espace / ".cle").unlink()
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 2, execution.texte
    _dit(execution, "CLE_ABSENTE", "Restaurez-la")
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
    _dit(execution, regle)


@pytest.mark.parametrize(
    ("arguments", "code", "dit"),
    [
        (["--version"], 0, f"clauses {__version__}"),
        (["-h"], 0, "actualiser"),
        (["constats", "-h"], 0, "--sortie"),
        (["actualisr", "x"], 2, "Vouliez-vous dire « actualiser » ?"),
        (["constats", "--sorti", "x"], 2, "Vouliez-vous dire « --sortie » ?"),
        (["nimporte"], 2, "la commande « nimporte » n'existe pas. Voir l'aide"),
        (["actualiser", "x", "--arrete", "hier"], 2, "31/12/2024"),
    ],
)
def test_ce_que_l_on_tape_de_travers(arguments: list[str], code: int, dit: str) -> None:
    execution = lancer(*arguments)
    assert execution.code == code, execution.texte
    _dit(execution, dit)


@pytest.mark.lent
def test_une_date_a_la_francaise(espace_2023: Rafraichi, depots_2023: Path, tmp_path: Path) -> None:
    espace = espace_2023.copier(tmp_path / "espace")
    execution = lancer("actualiser", depots_2023, "--espace", espace, "--arrete", "31/12/2023")
    assert execution.code == 0, execution.texte
    _dit(execution, "données arrêtées au 31/12/2023")


# --- disk --------------------------------------------------------------------------------------------------


def test_espace_impossible(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", tmp_path / "fichier" / "espace")
    assert execution.code == 2, execution.texte
    _dit(execution, "ESPACE_INACCESSIBLE", "--espace")


@pytest.mark.parametrize("nom", ["constats.pdf", "constats", "constats.xls"])
def test_les_constats_vont_dans_un_classeur_xlsx(nom: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    execution = lancer("constats", "--espace", echantillons.espace, "--sortie", tmp_path / nom)
    assert execution.code == 2, execution.texte
    _dit(execution, "SORTIE_IMPOSSIBLE", ".xlsx")
    assert list(tmp_path.iterdir()) == []


def test_sortie_impossible_dit_sa_cause(echantillons: Rafraichi, tmp_path: Path) -> None:
    (tmp_path / "dossier.xlsx").mkdir()
    for sortie, cause in (
        (tmp_path / "absent" / "c.xlsx", "le dossier n'existe pas"),
        (tmp_path / "dossier.xlsx", "c'est un dossier"),
        (tmp_path / f"{'x' * 300}.xlsx", "le nom est trop long"),
    ):
        execution = lancer("constats", "--espace", echantillons.espace, "--sortie", sortie)
        assert execution.code == 2, execution.texte
        _dit(execution, "SORTIE_IMPOSSIBLE", cause)
        assert "None" not in execution.texte


def test_sortie_impossible(echantillons: Rafraichi, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    sortie = tmp_path / "fichier" / "constats.xlsx"
    execution = lancer("constats", "--espace", echantillons.espace, "--sortie", sortie)
    assert execution.code == 2, execution.texte
    _dit(execution, "SORTIE_IMPOSSIBLE")


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
    _dit(plein, "le fichier dépasse la taille permise", "Libérez de la place")
    assert _fichiers(tmp_path) == avant


def _fichiers(dossier: Path) -> dict[Path, bytes]:
    return {f: f.read_bytes() for f in dossier.rglob("*") if f.is_file()}


def test_entrepot_abime(espace_2023: Rafraichi, tmp_path: Path) -> None:
    """Files that are not what they should be are named, not dumped."""
    espace = espace_2023.copier(tmp_path / "espace")
    (espace / "entrepot.duckdb").write_bytes(b"ceci n'est pas une base")
    execution = lancer("sql", "select 1", "--espace", espace)
    assert execution.code == 2, execution.texte
    _dit(execution, "entrepot.duckdb")
    (espace / "journal.duckdb").write_bytes(b"ceci n'est pas une base")
    for lecture in (["etat"], ["constats"], ["actualiser", str(DEPOTS)]):
        execution = lancer(*lecture, "--espace", espace)
        assert execution.code == 2, execution.texte
        _dit(execution, "journal.duckdb")


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


# --- reading -----------------------------------------------------------------------------------------------


def test_etat(echantillons: Rafraichi) -> None:
    execution = lancer("etat", "--espace", echantillons.espace)
    assert execution.code == 0, execution.texte
    for structure in ("S59000", "S62001", "S75003", "S80002", "S93004"):
        _dit(execution, structure)
    _dit(execution, "2024-T4", "10/03/2025")


def test_espace_par_variable(echantillons: Rafraichi) -> None:
    execution = lancer("etat", ajouts={"CLAUSES_ESPACE": str(echantillons.espace)})
    assert execution.code == 0, execution.texte
    _dit(execution, "S59000")


def test_constats_d_une_structure(echantillons: Rafraichi, tmp_path: Path) -> None:
    sortie = tmp_path / "constats.xlsx"
    execution = lancer(
        "constats", "--espace", echantillons.espace, "--structure", "S59000", "--sortie", sortie
    )
    assert execution.code == 0, execution.texte
    textes = _textes(sortie)
    assert any("ABC_S59000_20230101_20231231_20240120.xlsx" in t for t in textes)
    assert not any("S62001" in t for t in textes)
    inconnue = lancer("constats", "--espace", echantillons.espace, "--structure", "S00000")
    assert inconnue.code == 2
    _dit(inconnue, "STRUCTURE_INCONNUE", "S59000")


def _textes(classeur: Path) -> list[str]:
    return [
        str(cellule)
        for feuille in openpyxl.load_workbook(classeur, read_only=True)
        for ligne in feuille.iter_rows(values_only=True)
        for cellule in ligne
        if cellule is not None
    ]


def test_rapport_et_classeur_disent_les_refus(echantillons: Rafraichi, tmp_path: Path) -> None:
    sortie = tmp_path / "constats.xlsx"
    assert lancer("constats", "--espace", echantillons.espace, "--sortie", sortie).code == 0
    classeur = "\n".join(_textes(sortie))
    (rapport,) = (echantillons.espace / "rapports").glob("*.html")
    page = rapport.read_text(encoding="utf-8").replace("&#39;", "'")
    refus = lire(
        echantillons.espace / "entrepot.duckdb",
        "select chemin, regle, message from qualite.depots where statut = 'refuse'",
    )
    assert refus.height == 9
    for chemin, regle, message in refus.iter_rows():
        assert chemin in classeur, chemin
        assert message in classeur, message
        assert chemin in page, chemin
        assert regle in page, regle
    constats = pl.read_csv(ATTENDU / "constats.csv", infer_schema=False)
    lignes = {
        (str(r[1]), numero)
        for feuille in openpyxl.load_workbook(sortie, read_only=True)
        for r in feuille.iter_rows(min_row=5, values_only=True)
        if len(r) > 3 and feuille.title.startswith("S")
        for numero in _numeros(r[3])
    }
    for depot, _, ligne, _ in constats.iter_rows():
        assert any(depot in fichier and str(numero) == ligne for fichier, numero in lignes), (depot, ligne)


def _numeros(cellule: object) -> list[int]:
    """The lines of « 4 à 7, 12 »."""
    bornes = [morceau.split(" à ") for morceau in str(cellule or "").split(", ") if morceau[:1].isdigit()]
    return [n for b in bornes for n in range(int(b[0]), int(b[-1]) + 1)]


@pytest.mark.parametrize("format_sortie", ["csv", "json", "table", "parquet"])
def test_sql(format_sortie: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    requete = (
        "select code_territoire, valeur from marts.indicateurs where tableau = 'CLES' and mesure = 'heures' "
        "and niveau_territoire = 'region' and type_periode = 'cumul' order by 1"
    )
    sortie = tmp_path / "resultat"
    with sortie.open("wb") as flux:
        fini = subprocess.run(
            commande("sql", requete, "--format", format_sortie, "--espace", echantillons.espace),
            cwd=RACINE,
            env=environnement(),
            stdout=flux,
            stderr=subprocess.PIPE,
            timeout=DELAI,
            check=False,
        )
    assert fini.returncode == 0, fini.stderr.decode()
    if format_sortie == "parquet":
        assert pl.read_parquet(sortie)["code_territoire"].to_list() == ["11", "32"]
    elif format_sortie == "json":
        assert pl.read_json(sortie)["code_territoire"].to_list() == ["11", "32"]
    elif format_sortie == "csv":
        assert pl.read_csv(sortie, infer_schema=False)["code_territoire"].to_list() == ["11", "32"]
    else:
        assert "Hauts" not in sortie.read_text(encoding="utf-8")
        assert "32" in sortie.read_text(encoding="utf-8")


def test_sql_shows_what_is_no_plain_value(echantillons: Rafraichi) -> None:
    requete = (
        "select * from (values (2, [1, 2], interval 3 day, map {'a': 1}, {'x': 'y'}), (1, [], null, null, null)) "
        'as v (rang, liste, duree, "la ""table", fiche) order by rang desc'
    )
    lu = lancer("sql", requete, "--format", "csv", "--espace", echantillons.espace)
    assert lu.code == 0, lu.texte
    assert list(csv.reader(lu.sortie.splitlines())) == [
        ["rang", "liste", "duree", 'la "table', "fiche"],
        ["2", "[1, 2]", "3 days", "{a=1}", "{'x': y}"],
        ["1", "[]", "", "", ""],
    ]


@pytest.mark.parametrize("requete", ["", " ; ", "/* plus tard */"])
def test_sql_without_a_query(requete: str, echantillons: Rafraichi) -> None:
    execution = lancer("sql", requete, "--espace", echantillons.espace)
    assert execution.code == 2, execution.texte
    _dit(execution, "REQUETE_ABSENTE", "clauses sql")


def test_sql_takes_several_statements(echantillons: Rafraichi) -> None:
    requete = "set threads = 1; select 'premier' as a; call pragma_version(); select 'second' as b"
    lu = lancer("sql", requete, "--espace", echantillons.espace)
    assert lu.code == 0, lu.texte
    assert [mot for mot in ("premier", "library_version", "second") if mot in lu.sortie] == [
        "premier",
        "library_version",
        "second",
    ]
    _dit(
        lancer("sql", requete, "--format", "csv", "--espace", echantillons.espace),
        "3 requêtes",
        "--format csv",
    )


def test_sql_json_has_numbers(echantillons: Rafraichi) -> None:
    lu = lancer(
        "sql",
        "select 1.50::decimal(9, 2) as x, sum(2) as n",
        "--format",
        "json",
        "--espace",
        echantillons.espace,
    )
    assert json.loads(lu.sortie) == [{"x": 1.5, "n": 2}]


@pytest.mark.parametrize(
    "requete",
    [
        "create table marts.intrus as select 1",
        "delete from marts.indicateurs",
        "drop table marts.indicateurs",
        "update marts.indicateurs set valeur = 0",
        "copy (select 1) to '{}'",
        "copy marts.indicateurs to '{}' (format parquet)",
        "export database '{}'",
        "attach '{}' as autre",
        "select * from read_csv('/etc/hostname')",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true; copy (select 1) to '{}'",
        "install httpfs",
        "selec 1",
    ],
)
def test_sql_ne_fait_que_lire(requete: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    intrus = tmp_path / "intrus"
    avant = (echantillons.espace / "entrepot.duckdb").read_bytes()
    execution = lancer("sql", requete.format(intrus), "--espace", echantillons.espace)
    assert execution.code == 2, execution.texte
    _dit(execution, "REQUETE_INVALIDE")
    assert not intrus.exists()
    assert (echantillons.espace / "entrepot.duckdb").read_bytes() == avant


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


# --- corrections, aliases ----------------------------------------------------------------------------------


def test_alias_ajoute_apres_coup(echantillons: Rafraichi, tmp_path: Path) -> None:
    """A form unknown when it was loaded is resolved at the next refresh, without its deposit being read again."""
    espace = echantillons.copier(tmp_path / "espace")
    formes = lire(
        espace / "journal.duckdb",
        "select forme, sum(occurrences) as n from formes_inconnues where nomenclature = 'prescripteur' "
        "group by forme order by n desc, forme limit 1",
    )
    forme = formes["forme"][0]
    (espace / "alias.csv").write_text(
        f'nomenclature,forme,code\nprescripteur,"{forme}",CCAS\n', encoding="utf-8"
    )
    comptes = (
        "select prescripteur, count(*) as n from marts.dim_beneficiaire "
        "where prescripteur in ('ND', 'CCAS') group by all"
    )
    avant = dict(lire(espace / "entrepot.duckdb", comptes).iter_rows())
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    apres = dict(lire(espace / "entrepot.duckdb", comptes).iter_rows())
    assert apres["CCAS"] > avant["CCAS"]
    assert avant["ND"] - apres.get("ND", 0) == apres["CCAS"] - avant["CCAS"]
    # the same form may stay unknown in other columns
    connue = f"regle = 'CODE_INCONNU' and valeur = '{forme}' and colonne = 'Prescripteur'"
    assert lire(echantillons.espace / "entrepot.duckdb", f"from qualite.alertes where {connue}").height
    assert lire(espace / "entrepot.duckdb", f"from qualite.alertes where {connue}").is_empty()
    classeur = tmp_path / "constats.xlsx"
    assert lancer("constats", "--espace", espace, "--sortie", classeur).code == 0
    assert not any(f"« {forme} » de la colonne « Prescripteur »" in texte for texte in _textes(classeur))
    deposes = "select sha256 from depots where statut = 'accepte' order by ordre"
    assert lire(espace / "journal.duckdb", deposes).equals(
        lire(echantillons.espace / "journal.duckdb", deposes)
    )


@pytest.fixture(scope="module")
def petits_depots(tmp_path_factory: pytest.TempPathFactory) -> Rafraichi:
    """One refresh of made-up deposits: corrections, one that the suites refuse, names hard to write."""
    depots = tmp_path_factory.mktemp("petits") / "dépôts [bold] d'été"
    ecrire_dossier(depots / "1", tables_relationnelles("S59901"))
    # a correction of the last quarter: other hours, one contract gone, extracted later
    correction = tables_relationnelles("S59901")
    correction["Informations"][3][1] = "01/10/2024"
    correction["Informations"][5][1] = "15/02/2025"
    entete, *lignes = correction["Heures"]
    correction["Heures"] = [
        entete,
        *(
            [contrat, marche, mois, "100", ""]
            for contrat, marche, mois, *_ in lignes
            if mois >= "2024-10" and contrat != "C3"
        ),
    ]
    ecrire_classeur(depots / "0" / "correction.xlsx", correction)
    # an older extraction of the same year: it must not count, though it comes last by name
    ancien = tables_relationnelles("S59901")
    ancien["Informations"][5][1] = "05/01/2025"
    ancien["Heures"] = [[*ligne[:3], "150", ""] for ligne in ancien["Heures"][:10]]
    ancien["Heures"][0] = entete
    ecrire_dossier(depots / "2", ancien)

    minutes = tables_relationnelles("S59802")
    for ligne in minutes["Heures"][1:]:
        ligne[3] = "480"  # eight hours, in minutes
    ecrire_dossier(depots / "minutes", minutes)

    ecrire_csv(depots / f"{nom_de_depot('S80902')} l'export [rouge].csv", tableau_bilan("S80902"))
    (depots / os.fsdecode(b"perdu-\xff.csv")).write_bytes(b"a;b\n1;2\n")
    (depots / "lien.csv").symlink_to(depots / "nulle-part.csv")
    (depots / "~$ouvert.xlsx").write_bytes(b"")
    shutil.copy(DEPOTS / "a-verifier" / "notes.pdf", depots)
    espace = depots.parent / "l'espace"
    return Rafraichi(espace, lancer("actualiser", depots, "--espace", espace))


def _verdicts(espace: Path) -> dict[str, tuple[str, str | None, str | None]]:
    depots = lire(espace / "entrepot.duckdb", "select chemin, statut, regle, message from qualite.depots")
    return {chemin: (statut, regle, message) for chemin, statut, regle, message in depots.iter_rows()}


def test_corrections_et_periodes_qui_se_recouvrent(petits_depots: Rafraichi) -> None:
    """For each month the latest deposit that covers it counts, whole; the others' rows stay in brut/."""
    assert petits_depots.execution.code == 0, petits_depots.execution.texte
    verdicts = _verdicts(petits_depots.espace)
    assert [verdicts[c][0] for c in ("1", "0/correction.xlsx", "2")] == ["accepte"] * 3
    par_mois = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select strftime(mois, '%Y-%m') as mois, sum(heures)::double as heures from marts.fct_heures "
        "where structure_code = 'S59901' group by all",
    )
    annuel = sum(20 + i + 1.5 for i in range(4))
    assert dict(par_mois.iter_rows()) == {
        f"2024-{m:02d}": pytest.approx(300 if m >= 10 else annuel) for m in range(1, 13)
    }
    assert len(list((petits_depots.espace / "brut").iterdir())) == 4


def test_les_constats_de_ce_qui_est_remplace_ne_sont_plus_listes(
    petits_depots: Rafraichi, tmp_path: Path
) -> None:
    """Terminal, state, report and workbook leave out the same deposits: those that count for no month, and no other."""
    comptent = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select distinct chemin from qualite.couverture inner join qualite.depots using (depot_id)",
    )["chemin"].to_list()
    assert "2" not in comptent
    (page,) = (petits_depots.espace / "rapports").glob("*.html")
    sortie = tmp_path / "constats.xlsx"
    constats = lancer("constats", "--espace", petits_depots.espace, "--sortie", sortie)
    etat = lancer("etat", "--espace", petits_depots.espace)
    phrase = "remplacés depuis par d'autres dépôts : 1 accepté"
    for execution in (petits_depots.execution, constats, etat):
        _dit(execution, phrase)
    assert phrase in " ".join(page.read_text(encoding="utf-8").replace("&#39;", "'").split()).replace(
        "\u00a0", " "
    )
    _dit(etat, "3 acceptés de 2 structures, 3 refusés")
    _dit(constats, "3 dépôts refusés")
    lignes = [
        ligne
        for feuille in openpyxl.load_workbook(sortie, read_only=True)
        for ligne in feuille.iter_rows(min_row=5, values_only=True)
        if feuille.title.startswith("S") and ligne[0] in ("Ligne écartée", "À vérifier")
    ]
    assert lignes
    refuses = {c for c, (statut, *_) in _verdicts(petits_depots.espace).items() if statut == "refuse"}
    assert {ligne[1] for ligne in lignes} <= {*comptent, *refuses}
    nombres = {
        gravite: sum(len(_numeros(x[3])) or 1 for x in lignes if x[0] == gravite)
        for gravite in ("Ligne écartée", "À vérifier")
    }
    texte = " ".join(constats.sortie.split())
    (total,) = re.findall(r"Au total : (\d+) lignes? écartées?, (\d+) points? à vérifier", texte)
    assert total == tuple(map(str, nombres.values()))


def test_un_depot_refuse_par_les_suites_n_est_pas_charge(petits_depots: Rafraichi) -> None:
    """A critical expectation that fails refuses its deposit, whole, and lets the others in."""
    statut, regle, message = _verdicts(petits_depots.espace)["minutes"]
    assert (statut, regle) == ("refuse", "VALIDATION")
    assert message
    assert "constaté" in message
    assert "attendu au plus 300 heures" in message
    assert len(list((petits_depots.espace / "brut").iterdir())) == 4
    verifies = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select statut, bool_and(coalesce(succes, true)) as reussi from qualite.validations as v "
        "inner join qualite.depots as d on v.depot = d.depot_id and v.severite = 'critique' group by all",
    )
    assert dict(verifies.iter_rows()) == {"accepte": True, "refuse": False}
    structures = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select distinct structure_code from marts.fct_heures order by 1",
    )
    assert structures["structure_code"].to_list() == ["S59901", "S80902"]


def test_noms_de_fichiers_difficiles(petits_depots: Rafraichi, tmp_path: Path) -> None:
    """Names with quotes, accents, brackets and bytes that are no text; a link that leads nowhere."""
    _dit(petits_depots.execution, "4 acceptés sur 7", "perdu-", "lien.csv (ILLISIBLE)")
    verdicts = _verdicts(petits_depots.espace)
    assert verdicts[f"{nom_de_depot('S80902')} l'export [rouge].csv"][0] == "accepte"
    assert len(verdicts) == 7
    assert lancer("etat", "--espace", petits_depots.espace).code == 0
    execution = lancer("constats", "--espace", petits_depots.espace, "--sortie", tmp_path / "c.xlsx")
    assert execution.code == 0, execution.texte


def test_a_workbook_and_a_mail_for_each_structure(echantillons: Rafraichi, tmp_path: Path) -> None:
    dossier = tmp_path / "à renvoyer"
    execution = lancer("constats", "--espace", echantillons.espace, "--par-structure", "--sortie", dossier)
    assert execution.code == 0, execution.texte
    touches = lire(
        echantillons.espace / "entrepot.duckdb",
        "select distinct structure_code from qualite.depots semi join (select depot as depot_id from qualite.rejets "
        "union select depot from qualite.alertes) using (depot_id)",
    )["structure_code"].to_list()
    classeurs = {f.stem.removeprefix("constats_"): f for f in dossier.glob("*.xlsx")}
    assert set(touches) <= set(classeurs)
    for code, fichier in classeurs.items():
        courriel = fichier.with_suffix(".txt").read_text(encoding="utf-8-sig")
        assert courriel.startswith("Objet : Vos exports des clauses sociales")
        autres = [c for c in touches if c != code]
        textes = [
            str(c.value)
            for f in openpyxl.load_workbook(fichier)
            for r in f.iter_rows()
            for c in r
            if c.value is not None
        ]
        assert code not in touches or any(code in t for t in textes)
        # no other structure's findings
        assert not [c for c in autres if any(c in t for t in textes)]
        assert not [c for c in autres if c in courriel]
    refus = lire(echantillons.espace / "journal.duckdb", "select chemin from depots where statut = 'refuse'")
    ecrits = "".join(f.read_text(encoding="utf-8-sig") for f in dossier.glob("*.txt"))
    assert all(chemin in ecrits for chemin in refus["chemin"])
    sans = lancer("constats", "--espace", echantillons.espace, "--par-structure")
    assert sans.code == 2
    assert "SORTIE_ABSENTE" in sans.texte


@pytest.mark.parametrize("extension", ["xlsx", "csv", "parquet", "json"])
def test_sql_writes_to_a_file_by_its_name(echantillons: Rafraichi, extension: str, tmp_path: Path) -> None:
    fichier = tmp_path / f"resultat.{extension}"
    requete = "select '01004' as code, '=1+1' as texte, 12.5::decimal(18, 6) as heures"
    execution = lancer("sql", requete, "--espace", echantillons.espace, "--sortie", fichier)
    assert execution.code == 0, execution.texte
    assert "1 ligne dans" in execution.texte
    lu = {
        "xlsx": lambda: [
            tuple(c.value for c in r) for r in openpyxl.load_workbook(fichier).active.iter_rows(min_row=2)
        ],
        "csv": lambda: pl.read_csv(fichier, schema_overrides={"code": pl.String}).rows(),
        "parquet": lambda: pl.read_parquet(fichier).rows(),
        "json": lambda: pl.read_json(fichier).rows(),
    }[extension]()
    ((code, texte, heures),) = lu
    assert (code, texte, float(heures)) == ("01004", "=1+1", 12.5)
    sans = lancer("sql", requete, "--espace", echantillons.espace, "--format", "xlsx")
    assert sans.code == 2
    assert "SORTIE_ABSENTE" in sans.texte


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


def test_a_workbook_holds_what_a_sheet_cannot(echantillons: Rafraichi, tmp_path: Path) -> None:
    requete = "select 'inf'::double as infini, timestamptz '2024-03-01 12:00:00+00' as instant"
    fichier = tmp_path / "r.xlsx"
    execution = lancer("sql", requete, "--espace", echantillons.espace, "--sortie", fichier)
    assert execution.code == 0, execution.texte
    (ligne,) = openpyxl.load_workbook(fichier).active.iter_rows(min_row=2, values_only=True)
    assert ligne[0] == "=1/0"  # which a spreadsheet shows as an error, never as empty
    assert ligne[1].year == 2024
