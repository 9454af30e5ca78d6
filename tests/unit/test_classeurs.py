"""The workbook of a territory: figures where they belong, hidden ones hidden, marks everywhere, nothing executed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from publication_fictive import LIGNES, chiffre, publication, secteur

from exports.classeurs.dgefp import ecrire_dgefp
from exports.edition.parts import arrondir_a_100
from exports.edition.publication import Periode


@pytest.fixture(scope="module")
def classeur(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return load_workbook(ecrire_dgefp(publication(), "32", tmp_path_factory.mktemp("classeur")))


def ecrire(dossier: Path, **changements: object) -> Workbook:
    return load_workbook(ecrire_dgefp(publication(**changements), "32", dossier))  # type: ignore[arg-type]


def ligne_de(feuille: object, texte: str, colonne: int = 0) -> list[object]:
    """The last row with this text: where a table has several measures, hours come last in what is made here."""
    return [[c.value for c in r] for r in feuille.iter_rows() if r[colonne].value == texte][-1]  # type: ignore[attr-defined]


def phrases(classeur: Workbook) -> str:
    return " ".join(str(r[0].value) for r in classeur["Chiffres clés"].iter_rows(max_row=12))


def test_figures_shares_and_changes_of_a_table(classeur: Workbook) -> None:
    nettoyage = ligne_de(classeur["T03"], "NETTOYAGE")
    # 2024, share, 2023, change, change in %, France, its share, difference of shares
    assert nettoyage[2:10] == [500, pytest.approx(33.3), "s", "s", "s", 0, 0, pytest.approx(33.3)]
    batiment = ligne_de(classeur["T03"], "BATIMENT")
    assert batiment[2:10] == [
        500,
        pytest.approx(33.4),
        400,
        100,
        25,
        5000,
        pytest.approx(83.3),
        pytest.approx(-49.9),
    ]
    assert ligne_de(classeur["T03"], "INDUSTRIE")[2] == 0
    assert ligne_de(classeur["T03"], "Ensemble", 1)[2:8] == [1500, 100, 1000, 500, 50, 6000]


def test_a_code_no_row_uses_has_no_line(classeur: Workbook) -> None:
    assert "RESTAURATION" not in [r[0].value for r in classeur["T03"].iter_rows()]


def test_hidden_is_s_missing_is_nd_and_never_zero(classeur: Workbook) -> None:
    feuille = classeur["Chiffres clés"]
    titres = ligne_de(feuille, "Indicateur")
    droite = titres.index("Indicateur", 1)
    assert titres[droite + 1 : droite + 3] == ["Hauts-de-France 2024", "Part des heures (%)"]
    assert (
        ligne_de(feuille, "Part des résidents en quartier prioritaire (QPV) (%)", droite)[droite + 1] == "s"
    )
    assert ligne_de(feuille, "Contrats")[1] == "nd"
    departement = ligne_de(classeur["Départements"], "59")
    assert departement[2:5] == [900, 60, "s"]


def test_a_departement_that_shares_the_region_s_code_is_not_taken_for_it(tmp_path: Path) -> None:
    gers = {**chiffre("CLES", "heures", "32", "2024", 77.0), "niveau_territoire": "departement"}
    lignes = [*LIGNES, gers]
    classeur = ecrire(tmp_path, lignes=lignes)
    assert ligne_de(classeur["Chiffres clés"], "Heures d'insertion")[1] == 1500
    assert "Gers" not in [r[1].value for r in classeur["Départements"].iter_rows()]


def test_tables_that_the_release_leaves_out_are_named_once(classeur: Workbook, tmp_path: Path) -> None:
    def textes(lu: Workbook) -> list[str]:
        return [str(c.value) for r in lu["Suivi"].iter_rows() for c in r if c.value]

    (absents,) = [x for x in textes(classeur) if x.startswith("Tableaux que cette édition ne contient pas")]
    assert "S01 (" in absents
    assert "S07 (" in absents
    assert not any(x.startswith("S07 –") for x in textes(classeur))
    diffuse = chiffre("S07", "organismes", "FR", "2024", 8.0)
    avec = textes(ecrire(tmp_path, lignes=[*LIGNES, diffuse]))
    assert any(x.startswith("S07 –") for x in avec)
    assert "Aucun chiffre pour ce territoire et cette période." in avec


def test_every_sheet_says_what_it_is_and_prints_well(classeur: Workbook) -> None:
    for feuille in classeur.worksheets:
        assert feuille["A1"].value == "DONNÉES FICTIVES", feuille.title
        assert "DONNÉES FICTIVES" in feuille.oddHeader.left.text
        assert "&P" in feuille.oddFooter.right.text or "Page" in feuille.oddFooter.right.text
        assert feuille["A2"].value, feuille.title
        assert feuille.print_area, feuille.title
        assert feuille.print_title_rows, feuille.title
        assert feuille.page_setup.paperSize == "9" or feuille.page_setup.paperSize == 9
        assert feuille.freeze_panes, feuille.title
        assert feuille.page_setup.orientation == "landscape", feuille.title
    cles = classeur["Chiffres clés"]
    assert cles.sheet_properties.pageSetUpPr.fitToPage  # on one page
    assert {cles.page_setup.fitToWidth, cles.page_setup.fitToHeight} <= {None, 1}  # left out, it is 1


def test_the_data_sheet_prints_a_notice_not_its_rows(classeur: Workbook) -> None:
    feuille = classeur["Données"]
    assert feuille.tables["Donnees"].ref.startswith("A5:S")
    assert feuille.print_area == "'Données'!$A$1:$H$4"
    assert "seul cet avis sort" in feuille["A4"].value
    assert "indicateurs_excel.csv" in feuille["A4"].value
    for autre in classeur.worksheets:
        # every other sheet prints down to its last line
        if autre.title != "Données":
            assert autre.print_area.rsplit("$", 1)[1] == str(autre.max_row), autre.title


def test_restricted_copies_say_so_and_real_ones_do_not_say_fictitious(tmp_path: Path) -> None:
    classeur = ecrire(tmp_path, fictif=False, profil="restreint")
    for feuille in classeur.worksheets:
        assert feuille["A1"].value == "DIFFUSION RESTREINTE"
        assert feuille.oddHeader.left.text.endswith("DIFFUSION RESTREINTE")


def test_nothing_is_a_formula_and_codes_are_text(classeur: Workbook) -> None:
    for feuille in classeur.worksheets:
        for rang in feuille.iter_rows():
            assert all(cellule.data_type != "f" for cellule in rang), feuille.title
    assert ligne_de(classeur["Couverture"], "S59000")[1] == "=1+1"
    assert ligne_de(classeur["Départements"], "59")[1] == "=1+1"


def test_the_tables_that_an_export_has_not_are_told_below_the_coverage(classeur: Workbook) -> None:
    textes = [str(cellule.value) for rang in classeur["Couverture"].iter_rows() for cellule in rang]
    assert any("S59000 : l'export n'a pas de table Entreprises" in t for t in textes)


def test_the_data_sheet_is_a_table_of_the_published_rows(classeur: Workbook) -> None:
    feuille = classeur["Données"]
    assert list(feuille.tables) == ["Donnees"]
    titres, *rangs = feuille[feuille.tables["Donnees"].ref]
    noms = [c.value for c in titres]
    lus = [dict(zip(noms, (c.value for c in rang), strict=True)) for rang in rangs]
    # the region whole and its département by year; France's rows are not the region's
    assert len(lus) == sum(x["code_territoire"] in ("32", "59") for x in LIGNES)
    assert {x["Code du territoire"] for x in lus} == {"32", "59"}
    caches = [x for x in lus if x["Statut"] == "Q"]
    assert len(caches) == 4
    assert all(x["Valeur"] is None and x["Confidentialité"] == "C" for x in caches)


def test_sentences_come_from_shown_figures_only(classeur: Workbook, tmp_path: Path) -> None:
    texte = phrases(classeur).replace("\u202f", " ")
    assert "1 500 heures d'insertion ont été réalisées par 12 personnes" in texte
    assert "25,0 % des heures de la France" in texte
    assert "50,0 % d'heures de plus qu'en 2023" in texte
    assert "25,0 % des bénéficiaires" in texte
    assert "quartier prioritaire" not in texte
    # of three equal sectors, none is first in a way that hiding could not undo
    cache = [x for x in LIGNES if x.get("modalite_1") != "NETTOYAGE"] + [
        secteur("32", "2024", "NETTOYAGE", None, None)
    ]
    assert "Deux secteurs" not in phrases(ecrire(tmp_path, lignes=cache))


def test_what_was_asked_and_what_was_done(tmp_path: Path) -> None:
    """The only objective that deposits hold: the hours asked of each marché."""

    def taux(code: str, valeur: float | None, statut: str = "A") -> dict[str, object]:
        return chiffre(
            "S08",
            "taux_realisation",
            code,
            "2024",
            valeur,
            statut=statut,
            axe_1="etat_marche",
            modalite_1="TERMINE",
        )

    dit = phrases(ecrire(tmp_path, lignes=[*LIGNES, taux("32", 96.6), taux("FR", 95.1)]))
    assert (
        "Les marchés terminés ont réalisé 96,6\u202f% des heures qui leur étaient demandées, 1,5 point de plus"
        in dit
    )
    for lignes in ([taux("32", None, "Q")], [taux("32", 96.6, "U")], [taux("FR", 95.1)]):
        assert "marchés terminés" not in phrases(ecrire(tmp_path, lignes=[*LIGNES, *lignes]))


def test_an_unreliable_rate_makes_no_sentence_and_is_flagged(tmp_path: Path) -> None:
    def taux(statut: str) -> list[dict[str, object]]:
        valeurs = {
            "taux_durable": 40.0,
            "taux_durable_bas": 35.0,
            "taux_durable_haut": 45.0,
            "connus": 200.0,
            "echus": 300.0,
        }
        return [
            chiffre("S01", m, "32", "2024", v, statut=statut, axe_1="horizon", modalite_1="12")
            for m, v in valeurs.items()
        ]

    fiable = ecrire(tmp_path, lignes=[*LIGNES, *taux("A")])
    assert "Douze mois après leur premier contrat de 2024, 40,0" in phrases(fiable)
    assert "35,0 à 45,0" in phrases(fiable).replace("\u202f%", "")
    peu_fiable = ecrire(tmp_path, lignes=[*LIGNES, *taux("U")])
    assert "40,0" not in phrases(peu_fiable)
    cellule = next(
        c
        for r in peu_fiable["Suivi"].iter_rows()
        if r[0].value == "Taux d'emploi durable (%)"
        for c in r[1:2]
    )
    assert cellule.value == 40
    assert "(u)" in cellule.number_format


def test_incomplete_deposits_are_said_instead_of_a_change(tmp_path: Path) -> None:
    lignes = [{**x, "couverture": 90.0} if x["periode"] == "2023" else x for x in LIGNES]
    texte = phrases(ecrire(tmp_path, lignes=lignes))
    assert "de plus qu'en 2023" not in texte
    assert "Une structure sur dix n’a pas tout déposé pour 2023 : les évolutions ne sont pas données" in texte


def test_revisions_of_the_territory_are_listed(tmp_path: Path) -> None:
    revisions = pl.DataFrame(
        {
            "tableau": ["CLES", "CLES"],
            "mesure": ["heures", "heures"],
            "code_territoire": ["32", "11"],
            "periode": ["2023", "2023"],
            "modalite_1": [None, None],
            "modalite_2": [None, None],
            "valeur_avant": [900.0, 1.0],
            "valeur": [1000.0, 2.0],
            "cause": ["Dépôt de S59000", "autre"],
        },
        schema_overrides={"modalite_1": pl.String, "modalite_2": pl.String},
    )
    feuille = ecrire(tmp_path, revisions=revisions)["Révisions"]
    assert ligne_de(feuille, "CLES")[6:11] == [900, 1000, 100, pytest.approx(100 / 9), "Dépôt de S59000"]
    assert "autre" not in [c.value for r in feuille.iter_rows() for c in r]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(sum))
def test_shares_shown_add_up_to_100_and_stay_within_a_unit(effectifs: list[int]) -> None:
    exactes = [100 * x / sum(effectifs) for x in effectifs]
    arrondies = arrondir_a_100(exactes)
    assert round(sum(x for x in arrondies if x is not None), 6) == 100
    assert all(abs((a or 0) - e) < 0.1 for a, e in zip(arrondies, exactes, strict=True))


def test_shares_are_not_completed_where_one_is_hidden() -> None:
    assert arrondir_a_100([33.333, None, 33.333]) == [33.3, None, 33.3]


def test_a_vintage_before_the_fourth_quarter_speaks_of_its_quarter() -> None:
    assert publication(millesime="2024T3").periode == Periode("trimestre", "2024-T3")
    assert publication(millesime="2024T3").periode.libelle == "3e trimestre 2024"
    assert publication().periode == Periode("annee", "2024")
    with pytest.raises(ValueError, match="millesime"):
        publication(millesime="2024-T4")


def test_a_file_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011
        ecrire_dgefp(publication(), "32", tmp_path / "absent")


def test_a_confidential_value_handed_in_by_mistake_is_printed_under_convention_only(tmp_path: Path) -> None:
    lignes = [*LIGNES, chiffre("CLES", "contrats", "32", "2024", 3.0, statut="Q")]
    lus = {}
    for profil in ("public", "restreint"):
        classeur = ecrire(tmp_path, lignes=lignes, profil=profil)
        feuille = classeur["Données"]
        contrats = next(r for r in feuille.iter_rows(values_only=True) if r[1] == "contrats")
        lus[profil] = (ligne_de(classeur["Chiffres clés"], "Contrats")[1], contrats[14])
    assert lus == {"public": ("s", None), "restreint": (3, 3)}


def test_a_hidden_bar_of_a_chart_says_s(tmp_path: Path) -> None:
    lignes = [
        {**x, "valeur": None, "part": None, "statut_observation": "Q", "confidentialite": "C"}
        if (x["tableau"], x["code_territoire"], x["periode"], x["modalite_1"])
        == ("T03", "32", "2024", "NETTOYAGE")
        else {"modalite_1": None, "part": None} | x
        for x in ({"modalite_1": None} | y for y in LIGNES)
    ]
    feuille = ecrire(tmp_path, lignes=lignes)["T03"]
    (graphique,) = feuille._charts
    serie = graphique.series[0]
    debut, fin = _rangs(serie.val.numRef.f)
    etiquettes = {feuille.cell(r, 1).value: feuille.cell(r, 31).value for r in range(debut, fin)}
    assert etiquettes["NETTOYAGE"] == "Nettoyage et propreté : s"
    assert etiquettes["BATIMENT"] == "Bâtiment"
    assert serie.cat.strRef.f == serie.val.numRef.f.replace("$D$", "$AE$")
    assert feuille.column_dimensions["AE"].hidden


def test_a_hidden_quarter_of_a_chart_says_s(tmp_path: Path) -> None:
    annee = next(
        x for x in LIGNES if (x["tableau"], x["mesure"], x["code_territoire"]) == ("CLES", "heures", "32")
    )
    cachee = {"valeur": None, "statut_observation": "Q", "confidentialite": "C"}
    for cache, dits in ((cachee, ["s"]), ({}, [])):
        trimestres = [
            {**annee, "type_periode": "trimestre", "periode": f"2024-T{n}", **(cache if n == 2 else {})}
            for n in (1, 2, 3)
        ]
        ecrire(tmp_path, lignes=[*LIGNES, *trimestres])
        (chemin,) = tmp_path.glob("*.xlsx")
        with zipfile.ZipFile(chemin) as lu:
            graphiques = [lu.read(n).decode() for n in lu.namelist() if n.startswith("xl/charts/chart")]
        (texte,) = [g for g in graphiques if "Heures d'insertion par trimestre" in g]
        assert re.findall(r"<c:dLbl>.*?<a:t>(.*?)</a:t>", texte) == dits


def _rangs(reference: str) -> tuple[int, int]:
    """Of « T03!$D$7:$D$11 », the rows as a range."""
    debut, fin = (int(x.rpartition("$")[2]) for x in reference.partition("!")[2].split(":"))
    return debut, fin + 1
