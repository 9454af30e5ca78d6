"""What the documents cite exists: paths, links, anchors, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clauses.socle.project import RACINE

PAGES = [RACINE / "README.md", RACINE / "CONTRIBUTING.md", *sorted((RACINE / "docs").rglob("*.md"))]
DOSSIERS = "benchmarks|clauses|docs|exports|expectations|ingest|macros|models|scripts|seeds|tests"
CHEMIN = re.compile(rf"`((?:{DOSSIERS})/[\w./*-]*)")
CITE = re.compile(r"""(?:\]\(|src=")([^)"\s#]*)(#[^)"\s]*)?[)"]""")


def ancres(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titres = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titres}


def manquants(page: Path) -> list[str]:
    texte = page.read_text(encoding="utf-8")
    faux = [c for c in CHEMIN.findall(texte) if not list(RACINE.glob(c.rstrip("/.")))]
    for cible, ancre in CITE.findall(re.sub(r"^```.*?^```", "", texte, flags=re.M | re.S)):
        if "://" not in cible:
            vise = (page.parent / cible).resolve() if cible else page
            if not vise.exists() or (ancre and ancre[1:] not in ancres(vise)):
                faux.append(cible + ancre)
    return faux


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(RACINE)))
def test_ce_qui_est_cite_existe(page: Path) -> None:
    assert manquants(page) == []


def test_un_chemin_ou_un_lien_faux_se_voit(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Un titre\n`clauses/cli.py` [ici](#un-titre)\n", encoding="utf-8")
    assert manquants(page) == []
    page.write_text("# Un titre\n`clauses/rien.py` [là](absent.md) [ici](#autre)\n", encoding="utf-8")
    assert manquants(page) == ["clauses/rien.py", "absent.md", "#autre"]
