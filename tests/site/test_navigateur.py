"""The pages as people use them, in a real browser: the journeys, the keyboard, accessibility, print, and no request out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from publication_du_site import lignes

pytestmark = pytest.mark.lent  # a browser draws every page

FINE = "\u202f"
PAGES = (
    "index", "region-32", "departement-62", "theme-femmes", "theme-facilitateurs", "explorateur", "qualite",
    "methodes", "methode-secret", "telechargements", "territoires",
)  # fmt: skip


@pytest.fixture
def page(navigateur: Any, site: Path) -> Iterator[Any]:
    """A tab; whatever it asks for outside the folder, or complains of, fails the test."""
    contexte = navigateur.new_context(
        locale="fr-FR", accept_downloads=True, viewport={"width": 1200, "height": 900}
    )
    onglet = contexte.new_page()
    dehors: list[str] = []
    plaintes: list[str] = []
    permis = (site.as_uri(), "blob:")
    onglet.on("request", lambda r: dehors.append(r.url) if not r.url.startswith(permis) else None)
    onglet.on("console", lambda m: plaintes.append(m.text) if m.type in ("error", "warning") else None)
    onglet.on("pageerror", lambda e: plaintes.append(str(e)))
    yield onglet
    contexte.close()
    assert dehors == []
    assert plaintes == []


def ouvrir(page: Any, site: Path, nom: str) -> None:
    page.goto(f"{site.as_uri()}/{nom}")


def lu(texte: str | None) -> str:
    return " ".join((texte or "").split())


def test_i_find_my_region_and_read_the_share_of_women(page: Any, site: Path) -> None:
    ouvrir(page, site, "index.html")
    page.get_by_label("Chercher un territoire").fill("hauts de f")
    page.get_by_role("link", name="Hauts-de-France (région)").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Hauts-de-France"
    carton = page.locator(".moment.choisi .cartons > div", has_text="Part des femmes")
    assert carton.locator("strong").inner_text() == f"16,0{FINE}%"
    assert f"France : 20,0{FINE}%" in carton.inner_text()


def test_the_keyboard_alone_finds_a_territory(page: Any, site: Path) -> None:
    ouvrir(page, site, "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.get_by_label("Chercher un territoire").focus()
    page.keyboard.type("nord")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/departement-59.html")


def test_i_switch_the_quarter(page: Any, site: Path) -> None:
    ouvrir(page, site, "region-32.html")
    page.get_by_label("Période").select_option("2024-T1")
    visible = page.locator(".moment:visible")
    assert visible.count() == 1
    # 300 persons over 5 is 60, 6 of them women
    assert "Au 1er trimestre 2024, 10,0 % des bénéficiaires sont des femmes" in lu(visible.inner_text())
    page.reload()
    assert page.get_by_label("Période").input_value() == "2024-T1"


def test_i_open_the_table_and_its_csv_says_the_same(page: Any, site: Path) -> None:
    ouvrir(page, site, "region-32.html")
    figure = page.locator("figure", has_text="Personnes et heures par sexe")
    figure.get_by_text("Voir le tableau").click()
    assert lu(figure.locator("tbody tr").first.inner_text()).startswith("Femmes 48 16,0 %")
    lien = figure.get_by_role("link", name="Télécharger en CSV").get_attribute("href")
    with (site / lien).open(encoding="utf-8-sig", newline="") as flux:
        femmes = [
            x for x in csv.DictReader(flux, delimiter=";") if (x["modalite_1"], x["periode"]) == ("F", "2024")
        ]
    assert [x["valeur"] for x in femmes] == ["48"]


def test_the_explorer_answers_and_downloads_what_it_shows(page: Any, site: Path) -> None:
    ouvrir(page, site, "explorateur.html")
    page.get_by_label("Tableau", exact=True).first.select_option("T08")
    page.get_by_label("Niveau").select_option("region")
    page.get_by_label("Territoire", exact=True).select_option("region-32")
    page.get_by_label("Période").select_option("2024-T1")
    table = page.locator("#x-table")
    table.get_by_text("Hauts-de-France").wait_for()
    assert [lu(x) for x in table.locator("tbody tr").all_inner_texts()] == [
        "Hommes 54 90,0 %", "Femmes 6 10,0 %",
    ]  # fmt: skip
    with page.expect_download() as telechargement:
        page.get_by_role("button", name="Télécharger en CSV").click()
    texte = Path(telechargement.value.path()).read_text(encoding="utf-8-sig")
    lues = {(x["modalite_1"], float(x["valeur"])) for x in csv.DictReader(io.StringIO(texte), delimiter=";")}
    attendues = {
        (x["modalite_1"], x["valeur"])
        for x in lignes()
        if (x["code_territoire"], x["tableau"], x["periode"]) == ("32", "T08", "2024-T1")
    }
    assert lues == attendues
    # a figure alone is shown over its periods, and so downloaded
    page.get_by_label("Tableau", exact=True).first.select_option("CLES")
    page.get_by_label("Mesure", exact=True).select_option("heures")
    table.get_by_text("1er trimestre 2023").wait_for()
    with page.expect_download() as telechargement:
        page.get_by_role("button", name="Télécharger en CSV").click()
    texte = Path(telechargement.value.path()).read_text(encoding="utf-8-sig")
    periodes = [x["periode"] for x in csv.DictReader(io.StringIO(texte), delimiter=";")]
    assert len(periodes) == table.locator("tbody tr").count() == 8


def test_the_explorer_never_draws_a_hidden_figure_as_zero(page: Any, site: Path) -> None:
    ouvrir(page, site, "explorateur.html#t=departement-62&b=T08&m=beneficiaires&p=2024")
    table = page.locator("#x-table")
    table.get_by_text("Pas-de-Calais").wait_for()
    assert sorted(lu(x) for x in table.locator("tbody tr").all_inner_texts()) == ["Femmes s", "Hommes s"]
    assert page.locator("#x-dessin .b").evaluate_all(
        "barres => barres.map(b => b.getAttribute('width'))"
    ) == ["0", "0"]


def test_a_hostile_label_runs_nowhere(page: Any, site: Path) -> None:
    dialogues: list[str] = []
    page.on("dialog", lambda d: (dialogues.append(d.message), d.dismiss()))
    for nom in (
        "qualite.html",
        "theme-metiers-secteurs.html",
        "explorateur.html#t=region-32&b=T03&m=heures&p=2024",
    ):
        ouvrir(page, site, nom)
        page.get_by_text("alert('structure')").first.wait_for(state="attached")
    assert dialogues == []


@pytest.mark.parametrize("couleurs", ["light", "dark"])
@pytest.mark.parametrize("nom", PAGES)
def test_axe_finds_nothing_to_say(navigateur: Any, site: Path, nom: str, couleurs: str) -> None:
    import axe_playwright_python

    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    contexte = navigateur.new_context(color_scheme=couleurs)
    onglet = contexte.new_page()
    onglet.goto((site / f"{nom}.html").as_uri())
    onglet.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    onglet.evaluate(axe)
    resultat = onglet.evaluate("axe.run()")
    contexte.close()
    assert resultat["passes"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in resultat["violations"]] == []


@pytest.mark.parametrize("largeur", [320, 800, 1400])
@pytest.mark.parametrize("nom", PAGES)
def test_no_page_is_wider_than_its_screen(navigateur: Any, site: Path, nom: str, largeur: int) -> None:
    contexte = navigateur.new_context(viewport={"width": largeur, "height": 900})
    onglet = contexte.new_page()
    onglet.goto((site / f"{nom}.html").as_uri())
    onglet.wait_for_timeout(50)
    vraie = onglet.evaluate("document.documentElement.scrollWidth")
    contexte.close()
    assert vraie <= largeur


def test_the_map_is_read_with_the_keyboard_and_leads_to_the_territory(page: Any, site: Path) -> None:
    ouvrir(page, site, "index.html")
    carte = page.locator("#carte-part_femmes-departement")
    zone = carte.get_by_role("link", name=f"Nord (59) : 10,0{FINE}%")
    assert zone.locator("title").text_content() == f"Nord (59) : 10,0{FINE}%"
    dessin = "e => { const s = getComputedStyle(e); return [s.strokeWidth, s.fill]; }"
    au_repos = zone.locator("path").evaluate(dessin)
    zone.focus()
    assert zone.locator("path").evaluate(dessin) != au_repos
    # overseas beside the mainland, hatched like what has no figure
    for outre_mer in ("971", "972", "973", "974", "976"):
        assert "#hachures" in carte.locator(f"path[data-code='{outre_mer}']").evaluate(dessin)[1]
    page.keyboard.press("Enter")
    page.wait_for_url("**/departement-59.html")


@pytest.mark.parametrize("nom", ["index", "region-32", "departement-62", "theme-publics"])
def test_another_period_is_as_accessible_and_as_narrow(navigateur: Any, site: Path, nom: str) -> None:
    import axe_playwright_python

    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    contexte = navigateur.new_context(viewport={"width": 320, "height": 900})
    onglet = contexte.new_page()
    onglet.goto((site / f"{nom}.html").as_uri())
    onglet.get_by_label("Période").select_option("2024-T1")
    onglet.wait_for_function(
        "() => document.querySelector('figure[data-forme] .sujet').textContent.includes('1er trimestre 2024')"
    )
    onglet.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert onglet.evaluate("document.documentElement.scrollWidth") <= 320
    onglet.evaluate(axe)
    resultat = onglet.evaluate("axe.run()")
    contexte.close()
    assert [(v["id"], v["nodes"][0]["html"]) for v in resultat["violations"]] == []


def test_paper_is_white_and_shows_whole_tables(navigateur: Any, site: Path) -> None:
    couleurs = []
    for theme in ("light", "dark"):
        # the width of the text on A4
        contexte = navigateur.new_context(color_scheme=theme, viewport={"width": 688, "height": 1000})
        onglet = contexte.new_page()
        onglet.goto((site / "theme-femmes.html").as_uri())
        onglet.emulate_media(media="print")
        couleurs.append(
            onglet.evaluate(
                "['--fond', '--c1', '--c2', '--s1', '--q0', '--q4', '--sur-q4'].map("
                "j => getComputedStyle(document.documentElement).getPropertyValue(j))"
            )
        )
        onglet.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        coupes = (
            "x => x.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute('aria-label'))"
        )
        assert onglet.locator(".defile").evaluate_all(coupes) == []
        contexte.close()
    assert couleurs[0] == couleurs[1]


def test_a_page_reads_without_its_script(navigateur: Any, site: Path) -> None:
    contexte = navigateur.new_context(java_script_enabled=False)
    onglet = contexte.new_page()
    onglet.goto((site / "region-32.html").as_uri())
    assert onglet.locator(".moment").count() == onglet.locator(".moment:visible").count() == 10
    assert onglet.locator("figure svg").first.is_visible()
    contexte.close()


def test_a_page_prints_on_a4_with_no_block_cut_in_two(page: Any, site: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    ouvrir(page, site, "region-32.html")
    page.pdf(path=tmp_path / "page.pdf", format="A4", print_background=True)
    lu_ = PdfReader(tmp_path / "page.pdf")
    textes = [lu(p.extract_text()) for p in lu_.pages]
    assert [round(float(x)) for x in lu_.pages[0].mediabox[2:]] in ([595, 842], [596, 842], [596, 843])
    assert "DONNÉES FICTIVES" in textes[0]
    assert "Hauts-de-France" in textes[0]
    # a figure's title and its source are on one page
    for titre in ("Personnes et heures par sexe", "Heures par secteur d'activité"):
        (seule,) = [t for t in textes if titre in t]
        assert "Source : exports" in seule.split(titre)[1]
