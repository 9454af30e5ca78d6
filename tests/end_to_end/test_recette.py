"""« Adding an indicator » of CONTRIBUTING, followed on a copy of the project: nothing more to touch than it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import fabrique
import pytest
from commande import RACINE, environnement, lancer_a_part, lire

pytestmark = pytest.mark.lent
COPIES = (
    "clauses", "ingest", "expectations", "exports", "macros", "models", "seeds", "tests", "docs", "scripts",
    "CONTRIBUTING.md", "pyproject.toml", "dbt_project.yml", "profiles.yml",
)  # fmt: skip
# what tells a contributor which step is missing
CONTROLES = (
    "tests/unit/test_cube.py",
    "tests/unit/test_models.py",
    "tests/unit/test_docs.py::test_chaque_tableau_a_sa_page_de_methode",
    "tests/unit/test_fiches.py::test_every_measure_and_axis_of_the_cube_has_a_name",
)


def ajouter(fichier: Path, texte: str) -> None:
    fichier.write_text(fichier.read_text(encoding="utf-8") + texte, encoding="utf-8")


def remplacer(fichier: Path, motif: str, par: str) -> None:
    texte = fichier.read_text(encoding="utf-8")
    change = re.sub(motif, par, texte)
    assert change != texte, fichier
    fichier.write_text(change, encoding="utf-8")


def controler(projet: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=projet,
        env=environnement(projet=projet),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_recipe_of_an_indicator_gives_its_figure(tmp_path: Path) -> None:
    """Table T23: contracts and hours by sector and type of contract."""
    projet = tmp_path / "projet"
    for nom in COPIES:
        if (RACINE / nom).is_dir():
            shutil.copytree(
                RACINE / nom, projet / nom, ignore=shutil.ignore_patterns("__pycache__", "samples")
            )
        else:
            shutil.copy(RACINE / nom, projet / nom)
    # 1. what it counts
    ajouter(
        projet / "seeds" / "indicateurs" / "tableaux.csv",
        "".join(
            f"T23,Secteur et type de contrat,secteur,type_contrat,{mesure},{mesure},{base},true\n"
            for mesure, base in (("contrats", "Contrats ayant des heures"), ("heures", "Heures"))
        ),
    )
    manquent = controler(projet, CONTROLES[0])
    assert manquent.returncode == 1
    assert "T23" in manquent.stdout  # the tests say what is not done yet
    # 3. the model and its description
    tableaux = projet / "models" / "marts" / "indicateurs" / "tableaux"
    (tableaux / "ind_t23.sql").write_text(
        "{{ cube_tableau('T23', ['secteur', 'type_contrat'], ['contrats', 'heures']) }}\n", encoding="utf-8"
    )
    remplacer(
        tableaux / "_tableaux.yml",
        r"  - name: ind_t22\n",
        "  - name: ind_t23\n"
        '    description: "Mesures par secteur et type de contrat. Une ligne par maille, mesure et modalité."\n'
        "  - name: ind_t22\n",
    )
    # 4. the list of the cube
    remplacer(projet / "macros" / "cube_tableaux.sql", r"'t22'", "'t22', 't23'")
    # 7. its page of method
    remplacer(projet / "docs" / "methodes" / "T20-T22.md", r"# T20, T22 :", "# T20, T22, T23 :")
    # 9. the texts that say up to which table, as the test names them
    en_retard = re.findall(
        r"^E +(?:AssertionError: )?([\w./-]+): T22$", controler(projet, CONTROLES[0]).stdout, re.MULTILINE
    )
    for fichier in en_retard:
        remplacer(projet / fichier, r"T01 (à|to) T22", r"T01 \1 T23")
    fait = controler(projet, *CONTROLES)
    assert fait.returncode == 0, fait.stdout

    depot = fabrique.relationnel()
    for marche in depot["Marchés"][:4]:
        marche["Secteur d'activité"] = "Nettoyage"
    for contrat in depot["Contrats"][:6]:
        contrat["Type de contrat"] = "CDI"
    fabrique.ecrire_xlsx(depot, tmp_path / "depots" / "depot.xlsx")
    construit = lancer_a_part(
        "actualiser", tmp_path / "depots", "--espace", tmp_path / "espace", projet=projet
    )
    assert construit.code == 0, construit.texte
    chiffres = lire(
        tmp_path / "espace" / "entrepot.duckdb",
        "select mesure, modalite_1, modalite_2, valeur, round(part, 3) as part from marts.indicateurs where tableau = 'T23' "
        "and niveau_territoire = 'national' and type_periode = 'annee'",
    )
    # the first four of 24 contracts are of cleaning, the first six are permanent; 107.75 hours each
    comptes = {("NETTOYAGE", "CDI"): 4, ("BATIMENT", "CDI"): 2, ("BATIMENT", "CDD"): 18}
    assert set(chiffres.iter_rows()) == {
        *(("contrats", *cle, n, round(100 * n / 24, 3)) for cle, n in comptes.items()),
        *(("heures", *cle, n * 107.75, round(100 * n / 24, 3)) for cle, n in comptes.items()),
    }
