"""The workbooks of a real warehouse, their figures counted again from the facts, some hidden on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from commande import Rafraichi
from openpyxl import Workbook, load_workbook

from clauses.socle.cube import codes_des_tableaux
from exports.classeurs.dgefp import ecrire_dgefp
from exports.edition.annexes import lire_annexes
from exports.edition.publication import Publication

REGION = "32"
FAITS = """
from marts.fct_heures as h
inner join marts.dim_marche as m using (marche_id)
inner join marts.fct_contrats as c using (contrat_id)
inner join marts.dim_beneficiaire as b on b.id_personne = h.id_personne
where h.annee = 2024 and h.region = '32'"""


@pytest.fixture(scope="module")
def base(echantillons: Rafraichi) -> Any:
    with duckdb.connect(str(echantillons.espace / "entrepot.duckdb"), read_only=True) as base:
        yield base


@pytest.fixture(scope="module")
def diffusee(base: Any) -> Publication:
    indicateurs = base.execute("from marts.indicateurs order by all").pl()
    tirage = random.Random(7)
    caches = pl.Series([tirage.random() < 0.1 for _ in range(indicateurs.height)])
    indicateurs = indicateurs.with_columns(
        statut_observation=pl.when(caches).then(pl.lit("Q")).otherwise(pl.lit("A")),
        confidentialite=pl.when(caches).then(pl.lit("C")).otherwise(pl.lit("F")),
        valeur=pl.when(caches).then(None).otherwise("valeur"),
        part=pl.when(caches).then(None).otherwise("part"),
    )
    return Publication(
        indicateurs=indicateurs,
        **lire_annexes(base),
        revisions=None,
        millesime="2024T4",
        version=2,
        profil="public",
        statuts={},
        date_arrete=dt.date(2025, 3, 10),
        fictif=False,
        code_version="essai",
    )


@pytest.fixture(scope="module")
def classeur(diffusee: Publication, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    chemin = ecrire_dgefp(diffusee, REGION, tmp_path_factory.mktemp("classeur"))
    assert chemin.name == "dgefp_32_2024T4_v2.xlsx"
    return load_workbook(chemin)


def caches(publication: Publication, tableau: str, mesure: str) -> set[tuple[str | None, str | None]]:
    """The codes hidden for the region in 2024."""
    return set(
        publication.indicateurs.filter(
            (pl.col("tableau") == tableau)
            & (pl.col("mesure") == mesure)
            & (pl.col("niveau_territoire") == "region")
            & (pl.col("code_territoire") == REGION)
            & (pl.col("periode") == "2024")
            & (pl.col("statut_observation") == "Q")
        )
        .select("modalite_1", "modalite_2")
        .rows()
    )


def bloc(feuille: Any, titre: str) -> tuple[list[str], dict[str, list[Any]]]:
    """The headers and rows, by code, of the block whose title begins so."""
    rangs = [[c.value for c in r] for r in feuille.iter_rows()]
    debut = next(i for i, r in enumerate(rangs) if str(r[0]).startswith(titre))
    lus = {}
    for rang in rangs[debut + 2 :]:
        if rang[0] is None:
            break
        lus[str(rang[0])] = rang
    return rangs[debut + 1], lus


@pytest.mark.parametrize(
    ("tableau", "mesure", "titre", "compte", "axe"),
    [
        (
            "T01",
            "heures",
            "Heures d'insertion",
            "sum(h.heures)",
            "(select type_donneur_ordre from marts.dim_operation o where o.operation_id = h.operation_id)",
        ),
        ("T03", "heures", "Heures d'insertion", "sum(h.heures)", "m.secteur"),
        ("T04", "marches", "Marchés", "count(distinct h.marche_id)", "m.base_juridique"),
        ("T07", "beneficiaires", "Bénéficiaires", "count(distinct h.id_personne)", "b.categorie_public"),
        ("T08", "beneficiaires", "Bénéficiaires", "count(distinct h.id_personne)", "b.sexe"),
        ("T20", "contrats", "Contrats", "count(distinct h.contrat_id)", "c.type_contrat"),
    ],
)
def test_a_table_says_what_the_facts_say(
    base: Any,
    diffusee: Publication,
    classeur: Workbook,
    tableau: str,
    mesure: str,
    titre: str,
    compte: str,
    axe: str,
) -> None:
    attendus = dict(base.execute(f"select {axe}, {compte} {FAITS} group by 1").fetchall())
    secrets = {code for code, _ in caches(diffusee, tableau, mesure)}
    _, lus = bloc(classeur[tableau], titre)
    assert set(attendus) <= set(lus)
    for code, rang in lus.items():
        attendu = "s" if code in secrets else pytest.approx(float(attendus.get(code, 0)))
        assert rang[2] == attendu, (tableau, code)
    parts = [r[3] for r in lus.values()]
    if "s" not in parts:
        assert sum(parts) == pytest.approx(100)


def test_a_matrix_says_what_the_facts_say(base: Any, diffusee: Publication, classeur: Workbook) -> None:
    attendus = {
        (a, b): n
        for a, b, n in base.execute(
            f"select b.categorie_public, b.sexe, count(distinct h.id_personne) {FAITS} group by all"
        ).fetchall()
    }
    secrets = caches(diffusee, "T12", "beneficiaires")
    entetes, lus = bloc(classeur["T12"], "Bénéficiaires (personnes) – ")
    sexes = [{"Femmes": "F", "Hommes": "H", "Non déterminé": "ND"}.get(str(e)) for e in entetes]
    vus = 0
    for categorie, rang in lus.items():
        for sexe, valeur in zip(sexes, rang, strict=True):
            if sexe:
                vus += 1
                assert valeur == ("s" if (categorie, sexe) in secrets else attendus.get((categorie, sexe), 0))
    assert vus >= len(attendus)


def test_the_data_sheet_holds_the_region_s_every_row_and_nothing_hidden(
    diffusee: Publication, classeur: Workbook
) -> None:
    de_la_region = diffusee.indicateurs.filter(
        (pl.col("niveau_territoire") == "region") & (pl.col("code_territoire") == REGION)
    )
    feuille = classeur["Données"]
    titres, *rangs = feuille[feuille.tables["Donnees"].ref]
    j = {c.value: i for i, c in enumerate(titres)}
    lus = [[c.value for c in r] for r in rangs]
    regionaux = [r for r in lus if r[j["Niveau"]] == "region"]
    assert len(regionaux) == de_la_region.height
    somme = sum(r[j["Valeur"]] for r in regionaux if r[j["Valeur"]] is not None)
    assert somme == pytest.approx(de_la_region["valeur"].sum())
    assert all(r[j["Valeur"]] is None and r[j["Part (%)"]] is None for r in lus if r[j["Statut"]] == "Q")
    assert {r[j["Niveau"]] for r in lus} == {"region", "departement", "epci"}
    assert all(isinstance(r[j["Code du territoire"]], str) for r in lus)


@pytest.mark.lent
def test_the_national_workbook_has_its_regions(diffusee: Publication, tmp_path: Path) -> None:
    classeur = load_workbook(ecrire_dgefp(diffusee, "FR", tmp_path))
    assert {"Régions", "Départements", *TABLEAUX} <= set(classeur.sheetnames)
    assert {"11", "32"} <= {r[0].value for r in classeur["Régions"].iter_rows()}
    entetes, _ = bloc(classeur["T03"], "Heures d'insertion")
    assert not any("part de la France" in str(e) for e in entetes)


@pytest.mark.parametrize("tableau", ["T12", "T13", "T14"])
def test_a_page_of_a_crossed_table_holds_two_blocks_and_cuts_none(classeur: Workbook, tableau: str) -> None:
    feuille = classeur[tableau]
    debuts = [r[0].row for r in feuille.iter_rows(min_row=4) if " – " in str(r[0].value) and not r[1].value]
    assert len(debuts) == 8  # persons and hours: figures, shares, change, France
    coupures = [coupure.id for coupure in feuille.row_breaks.brk]
    assert {c + 1 for c in coupures} <= set(debuts)
    assert len(coupures) + 1 <= len(debuts) / 2
    # the same rows on a page whatever the font: the scale is written, not left to the width
    assert 60 <= feuille.page_setup.scale < 100
    assert not feuille.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.lent
def test_no_chart_is_drawn_of_hidden_figures_only(diffusee: Publication, tmp_path: Path) -> None:
    cache = (pl.col("tableau") == "T08") & (pl.col("periode") == "2024")
    figures = diffusee.indicateurs.with_columns(
        valeur=pl.when(~cache).then("valeur"),
        part=pl.when(~cache).then("part"),
        statut_observation=pl.when(cache).then(pl.lit("Q")).otherwise("statut_observation"),
        confidentialite=pl.when(cache).then(pl.lit("C")).otherwise("confidentialite"),
    )
    sans = load_workbook(ecrire_dgefp(dataclasses.replace(diffusee, indicateurs=figures), REGION, tmp_path))
    assert len(sans["T08"]._charts) == 0
    assert len(sans["T11"]._charts) == 1


@pytest.mark.lent
def test_the_dictionary_says_what_the_edition_counts(diffusee: Publication, tmp_path: Path) -> None:
    """Its header is on each printed page."""
    figures = diffusee.indicateurs.filter(pl.col("tableau") != "S05")
    feuille = load_workbook(
        ecrire_dgefp(dataclasses.replace(diffusee, indicateurs=figures), REGION, tmp_path)
    )["Dictionnaire"]
    lus = [[c.value for c in r] for r in feuille.iter_rows(min_row=6, max_col=4)]
    codes = next(i for i, r in enumerate(lus) if r[0] == "Codes des nomenclatures")
    titres = {str(r[0])[: str(r[0]).index(" – ")] for r in lus[:codes] if r[0] and not r[1]}
    assert titres == set(figures["tableau"])
    assert {r[1] for r in lus[:codes] if r[1]} == set(figures["mesure"])
    assert any("RSA : Bénéficiaires du RSA" in str(r[1]) for r in lus[codes:])
    assert feuille.print_title_rows == "$1:$5"


TABLEAUX = codes_des_tableaux("T")


@pytest.mark.parametrize("tableau", TABLEAUX)
def test_each_table_says_what_a_reader_must_know(
    base: Any, diffusee: Publication, classeur: Workbook, tableau: str
) -> None:
    """Number, title, territory, period, base, source, edition, marks; each measure by its name and unit."""
    textes = [str(c.value) for r in classeur[tableau].iter_rows() for c in r if c.value is not None]
    titres, bases = zip(
        *base.execute(
            "select distinct titre, base from referentiels.tableaux where tableau = ?", [tableau]
        ).fetchall(),
        strict=True,
    )
    assert any(t in (f"{tableau} – {titre}" for titre in titres) for t in textes)
    assert any(t.startswith("Hauts-de-France – année 2024, comparée à 2023") for t in textes)
    notes = " ".join(t for t in textes if t.startswith("Base. "))
    assert notes
    for texte in bases:
        assert texte[1:] in notes
    (source,) = [t for t in textes if " Source : " in t]
    for dit in ("arrêtées au 10/03/2025", "édition 2024T4_v2", "s : chiffre couvert par le secret"):
        assert dit in source, dit


def test_numbers_are_written_as_the_french_write_them(classeur: Workbook) -> None:
    vus = 0
    for tableau in TABLEAUX:
        for rang in classeur[tableau].iter_rows():
            for case in rang:
                if isinstance(case.value, (int, float)):
                    vus += 1
                    assert case.number_format.startswith("[$-40C]"), (tableau, case.coordinate)
    assert vus > 1000


def test_shares_of_one_axis_have_bars_and_key_tables_charts(classeur: Workbook) -> None:
    for tableau in ("T01", "T03", "T07", "T08", "T11", "T16"):
        assert len(classeur[tableau]._charts) == 1, tableau
        genres = {r.type for regles in classeur[tableau].conditional_formatting for r in regles.rules}
        assert genres == {"dataBar"}, tableau


def test_the_first_sheet_says_how_to_cite(classeur: Workbook) -> None:
    premiere = classeur.worksheets[0]
    assert premiere.title == "Lisez-moi"
    textes = [str(r[0].value) for r in premiere.iter_rows(max_col=1)]
    citation = textes[textes.index("Comment citer") + 1]
    for dit in ("Hauts-de-France", "2024T4_v2", "10/03/2025"):
        assert dit in citation
