"""The warehouse from Python, and the notebook that shows how: figures counted again from the facts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from commande import RACINE, lire
from conftest import Rafraichi

import clauses

FEMMES = """
select t.libelle as region, count(distinct h.id_personne) as personnes,
    count(distinct h.id_personne) filter (where b.sexe = 'F') as femmes
from marts.fct_heures as h
inner join marts.dim_beneficiaire as b using (id_personne)
inner join marts.dim_territoire as t on t.niveau_territoire = 'region' and t.code_territoire = h.region
where year(h.mois) = (select max(year(mois)) from marts.fct_heures)
group by all order by all
"""
HEURES = """
select t.libelle as region, year(h.mois) || '-T' || quarter(h.mois) as trimestre, sum(h.heures) as heures
from marts.fct_heures as h
inner join marts.dim_territoire as t on t.niveau_territoire = 'region' and t.code_territoire = h.region
group by all order by all
"""


@pytest.fixture(scope="module")
def entrepot(echantillons: Rafraichi) -> clauses.Entrepot:
    return clauses.ouvrir(echantillons.espace)


def test_the_figures_of_a_table_at_one_level(entrepot: clauses.Entrepot, echantillons: Rafraichi) -> None:
    trouves = entrepot.indicateurs(
        tableau="T08", niveau="region", mesure="beneficiaires", type_periode="annee"
    )
    assert trouves.columns[0] == "libelle_territoire"
    assert trouves.schema["valeur"] == pl.Float64
    derniere = trouves.filter(pl.col("periode") == pl.col("periode").max())
    comptees = derniere.filter(pl.col("modalite_1") == "F").select(
        "libelle_territoire", pl.col("valeur").cast(pl.Int64)
    )
    attendues = lire(echantillons.espace / "entrepot.duckdb", FEMMES).filter(pl.col("femmes") > 0)
    assert comptees.sort("libelle_territoire").rows() == attendues.select("region", "femmes").rows()


def test_what_there_is_to_ask_for(entrepot: clauses.Entrepot) -> None:
    assert {"tableau", "titre", "mesure", "unite", "base"} <= set(entrepot.tableaux().columns)
    sexes = entrepot.axes().filter(pl.col("axe") == "sexe")
    assert "F" in sexes["modalite"].to_list()
    assert all("T08" in tableaux for tableaux in sexes["tableaux"])


@pytest.mark.parametrize(
    ("requete", "code"),
    [
        ("select * from nulle_part", "REQUETE_INVALIDE"),
        ("", "REQUETE_INVALIDE"),
        ("delete from marts.indicateurs", "REQUETE_INVALIDE"),
        ("select * from read_csv('/etc/hosts')", "REQUETE_INVALIDE"),
    ],
)
def test_a_query_that_cannot_be_run(requete: str, code: str, entrepot: clauses.Entrepot) -> None:
    with pytest.raises(clauses.ErreurUtilisateur) as leve:
        entrepot.sql(requete)
    assert leve.value.code == code


def test_a_name_that_does_not_exist_is_told_with_those_that_do(entrepot: clauses.Entrepot) -> None:
    with pytest.raises(clauses.ErreurUtilisateur) as leve:
        entrepot.indicateurs("T08", niveau="régions")
    assert leve.value.code == "VALEUR_INCONNUE"
    assert all(mot in leve.value.message for mot in ("régions", "region", "departement"))


def test_nothing_published_yet(tmp_path: Path) -> None:
    with pytest.raises(clauses.ErreurUtilisateur) as leve:
        clauses.ouvrir(tmp_path)
    assert leve.value.code == "ENTREPOT_ABSENT"


def carnet() -> ModuleType:
    declaration = importlib.util.spec_from_file_location("carnet", RACINE / "docs" / "carnet.py")
    assert declaration is not None
    assert declaration.loader is not None
    module = importlib.util.module_from_spec(declaration)
    declaration.loader.exec_module(module)
    return module


def test_le_carnet(echantillons: Rafraichi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, and what it shows is counted again from the facts."""
    base = echantillons.espace / "entrepot.duckdb"
    monkeypatch.setenv("CLAUSES_ESPACE", str(echantillons.espace))
    sorties, noms = carnet().app.run()
    assert len(sorties) == 5
    femmes = lire(base, FEMMES).filter(pl.col("femmes") > 0)
    assert noms["femmes"].select("region", "personnes", "femmes").rows() == femmes.rows()
    for ligne, part in zip(femmes.rows(named=True), noms["femmes"]["part"], strict=True):
        attendue = 100 * ligne["femmes"] / ligne["personnes"] if ligne["personnes"] >= 20 else None
        assert part == pytest.approx(attendue) if attendue is not None else part is None
    heures = noms["heures"].sort("region", "trimestre")
    attendues = lire(base, HEURES).filter(pl.col("heures") > 0)
    assert heures.select("region", "trimestre").rows() == attendues.select("region", "trimestre").rows()
    assert heures["heures"].to_list() == pytest.approx([float(h) for h in attendues["heures"]])
    assert noms["courbe"].to_dict()["mark"]["type"] == "line"
    assert noms["bases"]["part"].sum() == pytest.approx(100)
