"""The explorer: what is laid out, filtered and downloaded, against plain Python and against the queries that it shows."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from commande import Rafraichi, lancer
from openpyxl import load_workbook
from publication_du_site import lignes, publication

from exports.site.ecriture import ecrire_site
from exports.site.lieux import Lieux


@pytest.fixture(scope="module")
def apercu(demo_chargee: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose pages are written."""
    espace = demo_chargee.copier(tmp_path_factory.mktemp("ouvrir") / "espace")
    execution = lancer("ouvrir", "--espace", espace, "--sans-navigateur")
    assert execution.code == 0, execution.texte
    return espace


@pytest.fixture
def page(navigateur: Any) -> Any:
    page = navigateur.new_page()
    erreurs: list[str] = []
    page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
    page.on("console", lambda dit: erreurs.append(dit.text) if dit.type == "error" else None)
    yield page
    page.close()
    assert erreurs == []


def ouvrir(page: Any, site: Path, **demande: str) -> None:
    page.goto("about:blank")
    page.goto(
        (site / "explorateur.html").as_uri() + "#" + "&".join(f"{cle}={v}" for cle, v in demande.items())
    )
    page.locator("#x-table tbody tr").first.wait_for()


def table(page: Any) -> list[list[str]]:
    rangees = page.locator("#x-table tr").evaluate_all("r => r.map(x => [...x.cells].map(c => c.innerText))")
    return [[re.sub(r"\s+", " ", cellule).strip() for cellule in rangee] for rangee in rangees]


def telecharger(page: Any, bouton: str) -> Path:
    with page.expect_download() as recu:
        page.get_by_role("button", name=bouton).click()
    return Path(recu.value.path())


def valeur(tableau: str, mesure: str, lieu: str, periode: str, *codes: str | None) -> float | None:
    m1, m2 = (*codes, None, None)[:2]
    cle = (tableau, mesure, lieu, periode, m1, m2)
    trouvees = [
        x["valeur"]
        for x in lignes()
        if tuple(
            x[c] for c in ("tableau", "mesure", "code_territoire", "periode", "modalite_1", "modalite_2")
        )
        == cle
    ]
    return trouvees[0] if trouvees else None


def test_territories_by_periods(page: Any, site: Path) -> None:
    ouvrir(page, site, t="region-32", b="T08", m="beneficiaires", p="2024", l="territoire", c="periode")
    page.get_by_label("Sexe", exact=True).select_option("F")
    entetes, *corps = table(page)
    assert entetes == ["Régions", "année 2023", "année 2024"]
    codes = {"Hauts-de-France": "32", "Île-de-France": "11"}
    assert {x[0] for x in corps} == set(codes)
    for nom, *cases in corps:
        attendues = [valeur("T08", "beneficiaires", codes[nom], p, "F") for p in ("2023", "2024")]
        assert cases == [f"{v:.0f}" for v in attendues if v is not None]


def test_rows_unticked_are_left_out_of_the_view_and_of_its_files(page: Any, site: Path) -> None:
    ouvrir(page, site, t="region-32", b="T08", m="beneficiaires", p="2024")
    avant = table(page)
    page.get_by_text("Sexe : tout").click()
    page.get_by_role("checkbox", name="Hommes").uncheck()
    page.get_by_text(f"Sexe : {len(avant) - 2} sur {len(avant) - 1}").wait_for()
    assert [x for x in avant if x[0] != "Hommes"] == table(page)
    texte = telecharger(page, "Télécharger en CSV").read_text(encoding="utf-8-sig")
    assert {x["modalite_1"] for x in csv.DictReader(io.StringIO(texte), delimiter=";")} == {"F"}
    # the address keeps what was unticked
    adresse = page.url
    page.goto("about:blank")
    page.goto(adresse)
    page.get_by_text("Femmes").first.wait_for()
    assert [x for x in avant if x[0] != "Hommes"] == table(page)
    page.locator("#x-filtres summary").first.click()
    page.get_by_role("button", name="Rien").click()
    assert "Tout est décoché" in table(page)[1][0]


def test_the_workbook_is_the_view(page: Any, site: Path) -> None:
    ouvrir(page, site, t="region-32", b="T03", m="heures", p="2024", l="axe_1", c="periode")
    montre = table(page)
    classeur = load_workbook(io.BytesIO(telecharger(page, "Télécharger en Excel").read_bytes()))
    vue = [list(r) for r in classeur["Vue"].iter_rows(values_only=True)]
    debut = next(i for i, r in enumerate(vue) if r[0] == montre[0][0])
    largeur = len(montre[0])
    assert vue[debut][:largeur] == montre[0]
    for dite, ecrite in zip(montre[1:], vue[debut + 1 :], strict=False):
        assert ecrite[0] == dite[0]
        for texte, nombre in zip(dite[1:], ecrite[1:largeur], strict=True):
            lu = texte if isinstance(nombre, str) else f"{round(float(nombre)):,}".replace(",", " ")
            assert lu == texte
    donnees = list(classeur["Données"].iter_rows(values_only=True))
    par_nom = [dict(zip(donnees[0], ligne, strict=True)) for ligne in donnees[1:]]
    assert len(par_nom) == (len(montre) - 1) * (largeur - 1)
    for x in par_nom:
        attendue = valeur("T03", "heures", "32", x["periode"], x["modalite_1"])
        assert x["valeur"] == attendue or (attendue is None and x["valeur"] in (0, None))


@pytest.mark.parametrize(
    "demande",
    [
        {"b": "T08", "m": "beneficiaires", "p": "2024"},
        {"b": "T11", "m": "heures", "p": "2024-T2", "l": "territoire", "c": "axe_1"},
        {"b": "T05", "m": "contrats", "p": "2023"},
        {"b": "CLES", "m": "donneurs_ordre", "p": "2024", "l": "periode"},
        {"b": "S03", "m": "part", "p": "2024"},
    ],
    ids=lambda d: d["b"],
)
@pytest.mark.parametrize("niveau", ["region", "structure", "tete"])
def test_the_queries_shown_give_what_is_shown(
    demande: dict[str, str], niveau: str, page: Any, apercu: Path
) -> None:
    site = apercu / ".apercu" / "site"
    cles = re.findall(r'\["([a-z]+-[^"]+)","', (site / "donnees" / "lieux.js").read_text(encoding="utf-8"))
    choisi = cles[0] if niveau == "tete" else next(x for x in cles if x.startswith(niveau))
    ouvrir(page, site, t=choisi, **demande)
    texte = telecharger(page, "Télécharger en CSV").read_text(encoding="utf-8-sig")
    montrees = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    # a cell without a row in the warehouse is shown as a zero
    nombres = sorted(float(x["valeur"].replace(",", ".")) for x in montrees if x["valeur"] not in ("", "0"))
    assert nombres
    requetes = page.locator("#x-sql pre").text_content().split(";")[:-1]
    assert len(requetes) == (1 if demande["b"].startswith("S") else 2)
    with duckdb.connect(str(apercu / "entrepot.duckdb"), read_only=True) as base:
        for requete in requetes:
            # as it stands it is an argument of the command: no option begins it
            assert not requete.strip().startswith("-")
            lues = base.sql(requete).pl()
            assert sorted(round(float(v), 6) for v in lues["valeur"] if v) == pytest.approx(nombres)


def test_nothing_is_drawn_nor_given_before_all_has_come(page: Any, site: Path) -> None:
    """A choice made while figures are on their way: what was on the screen is neither kept nor given under a new name."""
    retenues: list[Any] = []
    page.route("**/donnees/region-*.js", lambda route: retenues.append(route))
    ouvrir(page, site, b="T08", m="beneficiaires", p="2024")
    page.get_by_label("Niveau").select_option("region")
    page.get_by_label("En lignes").select_option("territoire")
    assert page.locator("#resultat").is_hidden()
    assert page.locator("#x-csv").is_disabled()
    page.get_by_label("Période").select_option("2023")
    for route in retenues:
        route.continue_()
    page.locator("#x-table tbody tr").first.wait_for()
    corps = table(page)[1:]
    codes = {"Hauts-de-France": "32", "Île-de-France": "11"}
    assert {x[0] for x in corps} == set(codes)
    sexe = page.get_by_label("Sexe", exact=True).input_value()
    for nom, nombre, *_ in corps:
        assert nombre == f"{valeur('T08', 'beneficiaires', codes[nom], '2023', sexe):.0f}"


def test_the_address_holds_the_code_that_is_fixed(page: Any, site: Path) -> None:
    ouvrir(page, site, t="region-32", b="T08", m="beneficiaires", p="2024", l="periode")
    page.get_by_label("Sexe", exact=True).select_option("F")
    avant = table(page)
    adresse = page.url
    page.goto("about:blank")
    page.goto(adresse)
    page.locator("#x-table tbody tr").first.wait_for()
    assert page.get_by_label("Sexe", exact=True).input_value() == "F"
    assert table(page) == avant


@pytest.mark.parametrize("code", ["59/001", 'S"9', "S#9", "S9%41,1", "S'9"])
def test_a_code_that_is_no_name_of_file_is_read(code: str, page: Any, tmp_path: Path) -> None:
    entiere = publication()
    siennes = entiere.du_territoire("departement", "62").with_columns(
        niveau_territoire=pl.lit("structure"), code_territoire=pl.lit(code)
    )
    nommee = pl.DataFrame(
        [{"niveau_territoire": "structure", "code_territoire": code, "libelle": f"Structure {code}"}]
    )
    ecrit = ecrire_site(
        replace(
            entiere,
            indicateurs=pl.concat([entiere.indicateurs, siennes.select(entiere.indicateurs.columns)]),
            territoires=pl.concat([entiere.territoires, nommee], how="diagonal_relaxed"),
            version=None,
            profil="restreint",
        ),
        tmp_path,
    )
    ouvrir(page, ecrit, b="CLES", m="heures", p="2024")
    page.get_by_label("Niveau").select_option("structure")
    page.locator("#x-titre", has_text=f"Structure {code}").wait_for()
    attendue = siennes.filter(
        (pl.col("tableau") == "CLES") & (pl.col("mesure") == "heures") & (pl.col("periode") == "2024")
    )["valeur"].item()
    dites = dict(table(page)[1:])
    assert dites["année 2024"].replace(" ", "") == f"{attendue:.0f}"


@pytest.mark.parametrize(("version", "montre"), [(None, True), (1, False)])
def test_hours_of_an_unknown_place_are_in_the_workspace_s_own_explorer(
    version: int | None, montre: bool
) -> None:
    entiere = publication()
    ailleurs = entiere.indicateurs.filter(pl.col("niveau_territoire") == "departement").head(1)
    nd = {"niveau_territoire": "departement", "code_territoire": "ND"}
    figures = pl.concat([entiere.indicateurs, ailleurs.with_columns(code_territoire=pl.lit("ND"))])
    territoires = pl.concat(
        [entiere.territoires, pl.DataFrame([nd | {"libelle": "Département non déterminé"}])],
        how="diagonal_relaxed",
    )
    lieux = Lieux(replace(entiere, indicateurs=figures, territoires=territoires, version=version))
    assert ("departement-ND" in lieux.par_cle) == montre
    assert all(x.code != "ND" for x in lieux.du_niveau("departement"))


def test_a_structure_is_found_and_opens_in_the_explorer(page: Any, apercu: Path) -> None:
    site = apercu / ".apercu" / "site"
    with duckdb.connect(str(apercu / "entrepot.duckdb"), read_only=True) as base:
        code, nom = base.sql(
            "select structure_code, nom from marts.dim_structure order by 1 limit 1"
        ).fetchone()
    page.goto((site / "index.html").as_uri())
    page.get_by_label("Chercher un territoire").fill(nom)
    page.get_by_role("link", name=f"{nom} (structure)").first.click()
    page.locator("#x-titre", has_text=nom).wait_for()
    assert f"structure-{code}" in page.url
