"""The pages of method in the site: the documentation's own text, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exports.site import methodes

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "methodes"
PAGES = sorted(x.stem for x in DOCUMENTATION.glob("*.md") if x.stem != "README")


@pytest.mark.parametrize("nom", PAGES)
def test_the_page_has_the_words_of_the_documentation(site: Path, nom: str) -> None:
    page = (site / f"methode-{nom}.html").read_text(encoding="utf-8")
    mots = re.sub(r"<[^>]+>", " ", page).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    mots = mots.replace("&#39;", "'").replace("&quot;", '"')
    # words of letters only: signs of the markup are not in the page
    source = re.sub(r"\]\([^)]*\)", "]", (DOCUMENTATION / f"{nom}.md").read_text(encoding="utf-8"))
    attendus = re.findall(r"[^\W\d_]{4,}", source)
    assert len(attendus) > 30
    assert [m for m in attendus if m not in mots] == []


def test_links_between_pages_lead_to_pages(site: Path) -> None:
    sommaire = (site / "methodes.html").read_text(encoding="utf-8")
    for nom in PAGES:
        page = (site / f"methode-{nom}.html").read_text(encoding="utf-8")
        assert f'href="methode-{nom}.html"' in sommaire
        assert ".md" not in re.findall(r'href="([^"]*)"', page)
        for lien in re.findall(r'href="([^"#]+)"', page):
            assert (site / lien).exists(), lien


def test_the_documentation_cannot_bring_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "X.md").write_text("# X\n\n<script>alert(1)</script>\n\nVoir [Y](Y.md).\n", encoding="utf-8")
    monkeypatch.setattr(methodes, "METHODES", tmp_path)
    methodes.lire_methodes.cache_clear()
    (page,) = methodes.lire_methodes()
    methodes.lire_methodes.cache_clear()
    assert "<script>" not in page.texte
    assert '<a href="methode-Y.html">Y</a>' in page.texte
