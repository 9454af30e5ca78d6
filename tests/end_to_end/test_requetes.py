"""docs/requetes: every query gives the answer written in its file, and the demonstration's own totals agree."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from commande import RACINE, Rafraichi

sys.path.insert(0, str(RACINE / "scripts"))
import build_requetes as requetes

TOUTES = requetes.lire_requetes()
ARRONDI = 0.051  # answers are rounded to one decimal at least


@pytest.fixture(scope="session")
def base(demo_chargee: Rafraichi) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_chargee.espace / "entrepot.duckdb"), read_only=True) as connexion:
        yield connexion


@pytest.fixture(scope="session")
def totaux(demo: Path) -> pl.DataFrame:
    """What `clauses demo` counted from its own objects, before it wrote any deposit."""
    lus = pl.read_csv(demo / "attendu" / "totaux.csv", infer_schema=False)
    return lus.with_columns(pl.col("valeur").cast(pl.Float64))


def test_il_y_en_a_assez_et_l_index_est_a_jour() -> None:
    assert len(TOUTES) >= 25
    assert (requetes.REQUETES / "README.md").read_text(encoding="utf-8") == requetes.ecrire_index(TOUTES)


@pytest.mark.parametrize("requete", TOUTES, ids=lambda r: r.chemin.stem)
def test_la_reponse_du_fichier_est_celle_de_l_entrepot(requete: Any, base: duckdb.DuckDBPyConnection) -> None:
    resultat = requetes.executer(base, requete)
    assert len(resultat) > 0
    assert requetes.mettre_en_table(resultat) == requete.reponse, "python scripts/build_requetes.py"


@pytest.mark.parametrize("requete", [r for r in TOUTES if r.verifie], ids=lambda r: r.chemin.stem)
def test_la_demonstration_compte_de_meme(
    requete: Any, base: duckdb.DuckDBPyConnection, totaux: pl.DataFrame
) -> None:
    resultat = requetes.executer(base, requete)
    for controle in requete.verifie:
        fixes = {c: v for c, v in controle.items() if c not in ("par", "lignes", "valeur")}
        lignes = resultat.filter(**controle.get("lignes", {}))
        assert len(lignes) > 0
        for ligne in lignes.iter_rows(named=True):
            cles = fixes | {c: str(ligne[colonne]) for c, colonne in controle.get("par", {}).items()}
            attendu = totaux.filter(**cles)["valeur"].to_list()
            assert len(attendu) == 1, cles
            assert float(ligne[controle["valeur"]]) == pytest.approx(attendu[0], abs=ARRONDI), cles


def test_assez_de_reponses_sont_verifiees_autrement() -> None:
    assert sum(bool(r.verifie) for r in TOUTES) >= 6


# --- the figures of README.md ------------------------------------------------------------------------------


def _blocs_du_readme() -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", (RACINE / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def _mots(texte: str) -> str:
    return " ".join(texte.split())


def test_le_resume_du_readme_est_celui_de_la_demonstration(demo_chargee: Rafraichi) -> None:
    (extrait,) = (b for b in _blocs_du_readme() if b.startswith("L'entrepôt est à jour."))
    resume = _mots(demo_chargee.execution.sortie)
    identifiant = r"Actualisation \S+,"  # the only words that change from run to run
    resume, extrait = (re.sub(identifiant, "Actualisation …,", t) for t in (resume, extrait))
    morceaux = [_mots(m) for m in re.split(r"^ *…$", extrait, flags=re.M)]
    assert len(morceaux) == 2
    for morceau in morceaux:
        assert morceau in resume, morceau


def test_le_tableau_du_readme_est_celui_de_sa_requete(base: duckdb.DuckDBPyConnection) -> None:
    blocs = _blocs_du_readme()
    (rang,) = (r for r, b in enumerate(blocs) if b.startswith('.venv/bin/clauses sql "select t.libelle'))
    entete, *lignes = blocs[rang + 1].strip().splitlines()
    assert lignes.pop() == "…"
    lues = [[c.strip() for c in re.split(r" {2,}", ligne)] for ligne in lignes]
    resultat = base.sql(blocs[rang].split('"')[1]).pl()
    assert entete.split() == resultat.columns
    assert len(lues) == 5
    for lue, (region, periode, nombre, part) in zip(lues, resultat.rows(), strict=False):
        assert lue[:2] == [region, periode]
        assert [float(v.replace(",", ".")) for v in lue[2:]] == pytest.approx([nombre, part], abs=0.0005)
