"""docs/tutoriel.md: its commands print what it says, its cells are those of the workbooks."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from commande import RACINE
from openpyxl import load_workbook

from exports.classeurs.charte import Classeur
from exports.classeurs.dgefp import nom_fichier, ouvrir_contexte
from exports.classeurs.tableaux import ecrire_tableaux
from exports.edition.annexes import lire_annexes
from exports.edition.publication import Publication

sys.path.insert(0, str(RACINE / "scripts"))
import build_tutoriel as tutoriel

pytestmark = [pytest.mark.lent, pytest.mark.usefixtures("demo_chargee")]  # demo/espace

TEXTE = tutoriel.TUTORIEL.read_text(encoding="utf-8")
BLOCS = [b.groupdict() for b in tutoriel.BLOC.finditer(TEXTE)]
CLASSEUR = "Auvergne-Rhône-Alpes/2024/Export FIC01001 du 20-01-2025.xlsx"


def tables_ecrites() -> list[list[dict[str, str]]]:
    """The Markdown tables of the page, as rows by header."""
    tables = []
    for bloc in re.findall(r"(?:^\|.*\|\n)+", TEXTE, re.M):
        entete, _, *lignes = ([c.strip() for c in ligne[1:-1].split("|")] for ligne in bloc.splitlines())
        tables.append([dict(zip(entete, ligne, strict=True)) for ligne in lignes])
    return tables


@pytest.mark.parametrize("bloc", BLOCS, ids=lambda b: str(BLOCS.index(b)))
def test_la_commande_repond_ce_qui_est_ecrit(bloc: dict[str, str], demo: Path) -> None:
    assert tutoriel.executer(bloc["commande"], demo) == bloc["reponse"], "python scripts/build_tutoriel.py"


def test_chaque_commande_est_jouee() -> None:
    assert len(BLOCS) == TEXTE.count("```console") >= 8


@pytest.mark.parametrize(("rang", "feuille"), list(enumerate(("Heures", "Contrats", "Marchés"))))
def test_la_ligne_est_dans_le_classeur(rang: int, feuille: str, demo: Path) -> None:
    assert f"`demo/depots/{CLASSEUR}`" in TEXTE
    ((citee,),) = [tables_ecrites()[rang]]
    numero = int(citee.pop("ligne"))
    lignes = list(load_workbook(demo / "depots" / CLASSEUR)[feuille].iter_rows(values_only=True))
    propre = {" ".join(str(v).split()).rstrip(" *:").lower() for ligne in lignes[:2] for v in ligne if v}
    assert {c.lower() for c in citee} <= propre
    entete = next(e for e in lignes if "code marché" in str(e).lower() or "n° contrat" in str(e).lower())
    places = {" ".join(str(v).split()).rstrip(" *:").lower(): i for i, v in enumerate(entete)}
    assert {c: str(lignes[numero - 1][places[c.lower()]] or "") for c in citee} == citee


def test_la_case_est_dans_le_classeur_publie(demo: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(demo / "espace" / "entrepot.duckdb"), read_only=True) as base:
        indicateurs = base.sql(
            "from marts.indicateurs where tableau = 'T05' and code_territoire in ('FR', '84')"
        ).pl()
        montres = {"statut_observation": pl.lit("A"), "confidentialite": pl.lit("F")}
        publication = Publication(
            indicateurs=indicateurs.with_columns(**montres),
            **lire_annexes(base),
            revisions=None,
            millesime="2024T4",
            version=1,
            profil="restreint",
            statuts={},
            date_arrete=dt.date(2025, 3, 10),
            fictif=True,
            code_version="essai",
        )
    assert nom_fichier(publication, "84") in TEXTE
    chemin = tmp_path / "tableaux.xlsx"
    with Classeur(chemin, "", publication.marques, "", publication.observatoire) as classeur:
        ecrire_tableaux(ouvrir_contexte(publication, "84", classeur, "T05"))
    ((citee,),) = [t for t in tables_ecrites() if "case" in t[0]]
    feuille = load_workbook(chemin)[citee["feuille"]]
    case = feuille[citee["case"]]
    assert case.value == float(citee["chiffre"].replace(",", "."))
    assert feuille.cell(case.row, 2).value == citee["ligne"]
    assert feuille.cell(case.row - 1, case.column).value == citee["colonne"]


def test_l_architecture_cite_la_meme_ligne(demo: Path) -> None:
    identifiant = hashlib.sha256((demo / "depots" / CLASSEUR).read_bytes()).hexdigest()[:16]
    brut = pl.read_parquet(demo / "espace" / "brut" / identifiant / "heures.parquet").filter(ligne=79)
    page = (RACINE / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert f"{identifiant}\n" in page
    assert f"{brut.to_dicts()}\n" in page
