"""Another period than the edition's: what the script draws is what Python writes when that period is the edition's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from publication_du_site import publication

from exports.site.ecriture import ecrire_site

pytestmark = pytest.mark.lent  # a browser draws every page

PAGES = (
    "index",
    "region-32",
    "departement-59",
    "departement-62",
    "theme-publics",
    "theme-femmes",
    "theme-parcours",
)
MILLESIMES = {"2024-T1": "2024T1", "2023": "2023T4"}

# of each figure: its subject and unit, what it says to who does not see it, the words of its drawing, its table
LIRE = """() => Object.fromEntries([...document.querySelectorAll('figure[data-forme]')].map(f => [f.id, {
  sujet: f.dataset.sujet,
  titre: f.querySelector('h3').textContent,
  sous: f.querySelector('.sujet').textContent,
  dit: f.querySelector('.dessin') ? f.querySelector('.dessin').getAttribute('aria-label') : null,
  dessin: [...f.querySelectorAll('.dessin svg text')].map(t => t.textContent).filter(t => t).sort(),
  legende: [...f.querySelectorAll('.legende li')].map(x => x.textContent),
  note: [...f.querySelectorAll('.note, .vide')].map(x => x.textContent),
  statut: f.querySelector('.statut-dit').textContent,
  legende_du_tableau: (f.querySelector('caption') || {}).textContent,
  table: [...f.querySelectorAll('tr')].map(tr => [...tr.cells].map(c => c.textContent + '|' + c.className)),
}]))"""

# of each map: the class and the words of each zone, the legend, the table
LIRE_CARTES = """() => Object.fromEntries([...document.querySelectorAll('figure[data-carte]')].map(f => [f.id, {
  periode: f.querySelector('.periode-dite').textContent,
  zones: Object.fromEntries([...f.querySelectorAll('path[data-code]')].map(p =>
    [p.dataset.code, [p.getAttribute('class'), p.textContent, p.parentNode.getAttribute('aria-label')]])),
  legende: [...f.querySelectorAll('.legende li')].map(x => x.textContent + x.firstChild.className),
  statut: f.querySelector('.statut-dit').textContent,
  table: [...f.querySelectorAll('caption, th, td')].map(c => c.textContent),
}]))"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {
        periode: ecrire_site(publication(millesime=millesime), tmp_path_factory.mktemp(millesime))
        for periode, millesime in MILLESIMES.items()
    }


@pytest.fixture
def page(navigateur: Any) -> Any:
    contexte = navigateur.new_context(locale="fr-FR")
    onglet = contexte.new_page()
    plaintes: list[str] = []
    onglet.on("console", lambda m: plaintes.append(m.text) if m.type in ("error", "warning") else None)
    onglet.on("pageerror", lambda e: plaintes.append(str(e)))
    yield onglet
    contexte.close()
    assert plaintes == []


def choisir(page: Any, periode: str) -> None:
    page.get_by_label("Période").select_option(periode)
    page.wait_for_function(
        "p => [...document.querySelectorAll('.periode-dite')].every(e => e.textContent.includes(p))",
        arg=periode[:4] if "T" not in periode else f"trimestre {periode[:4]}",
    )


@pytest.mark.parametrize("periode", MILLESIMES)
@pytest.mark.parametrize("nom", PAGES)
def test_the_script_says_of_a_period_what_its_own_edition_says(
    page: Any, site: Path, editions: dict[str, Path], nom: str, periode: str
) -> None:
    page.goto((editions[periode] / f"{nom}.html").as_uri())
    attendues = page.evaluate(LIRE)
    page.goto((site / f"{nom}.html").as_uri())
    avant = page.evaluate(LIRE)
    choisir(page, periode)
    vues = page.evaluate(LIRE)
    assert vues
    assert set(attendues) <= set(vues)
    for code, attendue in attendues.items():
        vue = vues[code]
        # findings are only those of the edition: elsewhere the subject is the title
        assert vue["titre"] == vue["sujet"] == attendue["sujet"]
        assert attendue["sous"].removeprefix(f"{attendue['sujet']} – ") == vue["sous"], code
        for quoi in ("dit", "dessin", "legende", "note", "statut", "legende_du_tableau", "table"):
            assert vue[quoi] == attendue[quoi], (code, quoi)
    for code in set(vues) - set(attendues):
        assert vues[code]["note"] == ["Cette édition n'a pas de chiffre ici pour cette période."], code
        assert vues[code]["dessin"] == vues[code]["table"] == []
    choisir(page, "2024")
    assert page.evaluate(LIRE) == avant


@pytest.mark.parametrize("periode", MILLESIMES)
@pytest.mark.parametrize("nom", ["index", "theme-femmes", "theme-facilitateurs"])
def test_maps_follow_the_period(
    page: Any, site: Path, editions: dict[str, Path], nom: str, periode: str
) -> None:
    page.goto((editions[periode] / f"{nom}.html").as_uri())
    attendues = page.evaluate(LIRE_CARTES)
    page.goto((site / f"{nom}.html").as_uri())
    avant = page.evaluate(LIRE_CARTES)
    choisir(page, periode)
    page.wait_for_function("() => 'cartes' in observatoire.recus")
    vues = page.evaluate(LIRE_CARTES)
    assert vues
    for code, vue in vues.items():
        if code in attendues:
            assert vue == attendues[code], code
        else:
            assert {z[0] for z in vue["zones"].values()} == {"sans-donnees"}, code
    choisir(page, "2024")
    assert page.evaluate(LIRE_CARTES) == avant


def test_all_shapes_are_compared(editions: dict[str, Path]) -> None:
    formes = {
        forme
        for dossier in editions.values()
        for nom in PAGES
        for forme in re.findall(r'data-forme="(\w+)"', (dossier / f"{nom}.html").read_text(encoding="utf-8"))
    }
    assert formes == {"barres", "deux_cotes", "pyramide", "points", "empilees", "courbe", "chaleur"}


def test_a_hidden_figure_stays_hidden_at_every_period(page: Any, site: Path) -> None:
    page.goto((site / "departement-62.html").as_uri())
    choisir(page, "2024-T1")
    pyramide = page.locator("#S02-tranche_age-beneficiaires")
    assert set(pyramide.locator(".dessin svg text").all_text_contents()) == {
        "s", "Moins de 26 ans", "50 ans et plus",
    }  # fmt: skip
    assert pyramide.locator("rect").evaluate_all("x => x.every(r => r.getAttribute('width') === '0')")
    assert "n'est pas diffusé" in pyramide.inner_text()


def test_a_link_to_a_period_opens_at_it(page: Any, site: Path) -> None:
    page.goto((site / "region-32.html").as_uri() + "#periode=2024-T1")
    page.wait_for_function(
        "() => document.querySelector('#T08-sexe-beneficiaires-heures .sujet').textContent.includes('1er')"
    )
    assert page.get_by_label("Période").input_value() == "2024-T1"


def test_an_open_table_stays_open(page: Any, site: Path) -> None:
    page.goto((site / "region-32.html").as_uri())
    page.locator("#T03-secteur-heures summary").click()
    choisir(page, "2023")
    assert page.locator("#T03-secteur-heures details").get_attribute("open") is not None
    assert page.locator("#T08-sexe-beneficiaires-heures details").get_attribute("open") is None
