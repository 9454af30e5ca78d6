"""The pages of one's own workspace: everything, marked, never older than the warehouse, never given away with it."""

from __future__ import annotations

import csv
import json
import re
import shutil
import webbrowser
from pathlib import Path

import duckdb
import polars as pl
import pytest
from commande import DEPOTS, RACINE, Rafraichi, cube, lancer

from clauses.socle.cube import lire_tableaux
from exports.site.calculs import LIEUX, PERIODES, calcul


def regions(fichier: str) -> dict[str, str]:
    with (RACINE / "seeds" / "territoires" / fichier).open(encoding="utf-8", newline="") as flux:
        return {x["code"]: x["region"] for x in csv.DictReader(flux)}


REGIONS = {"departement": regions("departements.csv"), "epci": regions("epci.csv")}
DEPOT = DEPOTS / "32" / "2024" / "ABC_S80002_20240101_20241231_20250120.xlsx"
MARQUE = "APERÇU NON PUBLIÉ"


@pytest.fixture(scope="module")
def espace(echantillons: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    espace = echantillons.copier(tmp_path_factory.mktemp("ouvrir") / "mon espace")
    execution = lancer("ouvrir", "--espace", espace, "--sans-navigateur")
    assert execution.code == 0, execution.texte
    assert "Rien n'y est masqué" in " ".join(execution.texte.split())
    return espace


@pytest.fixture(scope="module")
def petit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One structure, one year: its pages are written in two seconds."""
    espace = tmp_path_factory.mktemp("petit") / "espace"
    assert lancer("actualiser", DEPOT, "--espace", espace).code == 0
    assert lancer("ouvrir", "--espace", espace, "--sans-navigateur").code == 0
    return espace


def du_perimetre(lieu: dict[str, str]) -> bool:
    """Whether a territory is in one of the two regions of the samples, by the reference tables."""
    niveau, code = lieu["niveau_territoire"], lieu["code_territoire"]
    if niveau in ("national", "structure") or code == "ND":
        return True
    return code in {"11", "32"} if niveau == "region" else REGIONS[niveau].get(code) in {"11", "32"}


def chiffres_de_l_explorateur(site: Path) -> int:
    total = 0
    for fichier in (site / "donnees").glob("*-*.js"):
        texte = fichier.read_text(encoding="utf-8")
        contenu = json.loads(texte[texte.index("{") : texte.rindex("}") + 1])
        contenu.pop("incompletes")
        assert '"Q"' not in texte
        total += sum(len(valeurs) for p in contenu.values() for _, _, valeurs, *_ in p.values())
    return total


def test_everything_is_there_and_marked(espace: Path) -> None:
    site = espace / ".apercu" / "site"
    pages = list(site.glob("*.html"))
    assert len(pages) > 20
    for page in pages:
        texte = page.read_text(encoding="utf-8")
        assert MARQUE in texte
        assert "DIFFUSION RESTREINTE" in texte
        assert "telechargements.html" not in texte
    # every figure of the years and quarters that are over, but those that compare with the nation
    voulus = cube(espace).filter((pl.col("type_periode") != "cumul") & (pl.col("tableau") != "S11"))
    siens = voulus.filter(
        pl.struct("niveau_territoire", "code_territoire").map_elements(du_perimetre, return_dtype=pl.Boolean)
    )
    assert chiffres_de_l_explorateur(site) == siens.height
    assert (espace / ".apercu").stat().st_mode & 0o077 == 0


def test_nothing_is_written_again_while_nothing_changes(petit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    espace = petit
    ouvertes: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda adresse: ouvertes.append(adresse) or True)
    premiere = espace / ".apercu" / "site" / "index.html"
    ecrite = premiere.stat().st_mtime_ns
    execution = lancer("ouvrir", "--espace", espace)
    assert (execution.code, premiere.stat().st_mtime_ns) == (0, ecrite)
    assert ouvertes == [premiere.as_uri()]
    (espace / "observatoire.yml").write_text("nom: Observatoire du Nord\n", encoding="utf-8")
    assert lancer("ouvrir", "--espace", espace).code == 0
    assert "Observatoire du Nord" in premiere.read_text(encoding="utf-8")
    (espace / "observatoire.yml").unlink()


def test_pages_are_never_those_of_another_warehouse(petit: Path, tmp_path: Path) -> None:
    espace = tmp_path / "espace"
    shutil.copytree(petit, espace)
    # they do not leave with a backup
    assert lancer("sauvegarder", tmp_path / "disque", "--espace", espace).code == 0
    assert list((tmp_path / "disque").glob("*/entrepot.duckdb"))
    assert not list((tmp_path / "disque").glob("*/.apercu"))
    # a structure that is expected changes what is complete: the warehouse is to be built again first
    (espace / "observatoire.yml").write_text("structures: [{code: S99999}]", encoding="utf-8")
    perime = lancer("ouvrir", "--espace", espace, "--sans-navigateur")
    assert (perime.code, "ENTREPOT_PERIME" in perime.texte) == (2, True)
    assert lancer("actualiser", DEPOT, "--espace", espace).code == 0
    assert not (espace / ".apercu").exists()


@pytest.mark.parametrize(
    ("observatoire", "code"), [("perimetre: [53]", "PERIMETRE_VIDE"), (None, "ENTREPOT_ABSENT")]
)
def test_what_cannot_be_shown_is_said(
    observatoire: str | None, code: str, echantillons: Rafraichi, tmp_path: Path
) -> None:
    espace = tmp_path / "espace"
    if observatoire:
        echantillons.copier(espace)
        (espace / "observatoire.yml").write_text(observatoire, encoding="utf-8")
    refus = lancer("ouvrir", "--espace", espace, "--sans-navigateur")
    assert (refus.code, f"{code} :" in refus.texte) == (2, True)
    assert not (espace / ".apercu").exists()


def test_figures_are_counted_again_from_the_rows_of_hours(espace: Path) -> None:
    """Every query that the explorer may show, whole: the cube's figures of the key figures and of T01 to T22 but T18."""
    attendus = cube(espace).filter(pl.col("niveau_territoire").is_in(list(LIEUX)))
    comptes, tableaux = 0, set()
    paires = attendus.select("tableau", "mesure").unique().group_by("tableau").agg("mesure")
    mesures = dict(paires.iter_rows())
    with duckdb.connect(str(espace / "entrepot.duckdb"), read_only=True) as base:
        for tableau, axes in lire_tableaux():
            for mesure in mesures.get(tableau, []):
                ecrite = calcul(tableau, mesure, axes)
                du_tableau = attendus.filter(
                    (pl.col("tableau") == tableau)
                    & (pl.col("mesure") == mesure)
                    & (pl.col("axe_1").eq_missing(axes[0] if axes else None))
                )
                if ecrite is None or du_tableau.is_empty():
                    continue
                tableaux.add(tableau)
                for niveau, lieu in LIEUX.items():
                    for genre, periode in PERIODES.items():
                        texte = ecrite.format(lieu=lieu, periode=periode, type_periode=genre, ou="true")
                        lus = {
                            tuple(x[:-1]): float(x[-1]) for x in base.execute(texte).fetchall() if x[-1] != 0
                        }
                        dits = du_tableau.filter(
                            (pl.col("niveau_territoire") == niveau) & (pl.col("type_periode") == genre)
                        )
                        cles = ["code_territoire", "periode", "modalite_1", "modalite_2"][: 2 + len(axes)]
                        voulus = {tuple(x[:-1]): x[-1] for x in dits.select(*cles, "valeur").iter_rows()}
                        assert lus == pytest.approx(voulus), (tableau, mesure, niveau, genre)
                        comptes += len(voulus)
    assert tableaux == {"CLES", *(f"T{n:02}" for n in range(1, 23))} - {"T18"}
    assert comptes > 50_000


def test_what_the_star_cannot_count_has_no_such_query() -> None:
    assert calcul("S01", "beneficiaires", ()) is None
    assert calcul("T18", "beneficiaires", ("horizon", "situation")) is None
    assert calcul("CLES", "part_femmes", ()) is None
    assert not re.search(
        r"\{(?!lieu|periode|type_periode|ou)\w*\}", calcul("T11", "heures", ("tranche_age",)) or ""
    )
