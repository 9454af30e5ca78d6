"""What pages say of a release that is not national: its region, or all its deposits, and nothing of France."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from publication_du_site import publication

from clauses.socle.observatoire import Observatoire
from exports.classeurs.lot import ouvrages
from exports.edition.index import Chiffre, Index
from exports.edition.libelles import Libelles
from exports.edition.phrases import _a_cote
from exports.edition.portee import NATIONALE, Portee, portee_des_regions
from exports.edition.publication import Publication
from exports.edition.regard import Regard
from exports.site.ecriture import ecrire_site

# the name of a region, an employment agency, and what does not count as the nation in the texts of method
AILLEURS = re.compile(r"Hauts-de-France|[ÎI]le-de-France|France Travail|svg-maps[^<]*")
DU_PRODUIT = ("methode", "site.js", "explorateur.js")  # texts and code that are those of any release


def restreinte(regions: tuple[str, ...]) -> Publication:
    entiere = publication()
    portee = portee_des_regions(regions, {"32": "Hauts-de-France", "11": "Île-de-France"})
    annexes: dict[str, Any] = {
        nom: getattr(entiere, nom)
        for nom in ("territoires", "tableaux", "structures", "depots_par_territoire")
    }
    return replace(
        entiere,
        indicateurs=portee.restreindre(entiere.indicateurs, entiere.territoires),
        **portee.limiter(annexes),
        portee=portee,
        observatoire=Observatoire(nom="Observatoire du Nord", editeur="C2RP", contact="a@exemple.fr"),
    )


def dits_de_la_france(dossier: Path) -> dict[str, list[str]]:
    trouves = {}
    for fichier in [*dossier.rglob("*.html"), *dossier.rglob("*.js"), *dossier.rglob("*.csv")]:
        if fichier.name.startswith(DU_PRODUIT):
            continue
        texte = AILLEURS.sub("", fichier.read_text(encoding="utf-8-sig"))
        if vus := re.findall(r".{0,30}\bFrance\b.{0,30}|national-FR", texte):
            trouves[fichier.name] = vus
    return trouves


@pytest.fixture(scope="module", params=[("32",), ("11", "32")], ids=["region", "ensemble"])
def pages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Publication, Path]:
    p = restreinte(request.param)
    return p, ecrire_site(p, tmp_path_factory.mktemp("paquet"))


def test_nothing_is_said_of_france(pages: tuple[Publication, Path]) -> None:
    assert dits_de_la_france(pages[1]) == {}


def test_a_national_release_does_say_it(site: Path) -> None:
    """The search above can find something."""
    assert {"index.html", "theme-femmes.html", "departement-59.html"} <= set(dits_de_la_france(site))


def test_home_is_the_head_and_says_who_issues(pages: tuple[Publication, Path]) -> None:
    p, site = pages
    accueil = (site / "index.html").read_text(encoding="utf-8")
    assert f"<h1>{p.portee.nom}</h1>" in accueil
    assert "<span>Observatoire du Nord</span>" in accueil
    assert "C2RP – Observatoire du Nord, a@exemple.fr." in accueil
    assert not (site / f"{p.portee.niveau}-{p.portee.code}.html").exists()
    departement = (site / "departement-59.html").read_text(encoding="utf-8")
    assert f"<span>{p.portee.court} : " in departement


def test_places_out_of_the_scope_have_no_page(pages: tuple[Publication, Path]) -> None:
    p, site = pages
    assert (site / "departement-75.html").exists() == (p.portee.niveau == "ensemble")
    assert (site / "region-32.html").exists() == (p.portee.niveau == "ensemble")


def test_the_workbooks_are_those_of_the_scope(pages: tuple[Publication, Path], tmp_path: Path) -> None:
    p, _ = pages
    lot = ouvrages(p)
    attendus = {
        "region": {"dgefp": ["32"], "chiffres_cles": ["32"], "comite": ["59", "62"]},
        "ensemble": {
            "dgefp": ["ENSEMBLE", "11", "32"],
            "chiffres_cles": ["11", "32"],
            "comite": ["59", "62", "75"],
        },
    }[p.portee.niveau]
    assert {n: sorted(o.territoire for o in lot if o.nature == n) for n in attendus} == {
        n: sorted(codes) for n, codes in attendus.items()
    }
    for ouvrage in (lot[0], lot[-1]):
        classeur = load_workbook(ouvrage.ecrire(p, tmp_path))
        textes = [
            AILLEURS.sub("", str(c.value))
            for f in classeur
            for r in f.iter_rows()
            for c in r
            if c.value is not None
        ]
        assert not [t for t in textes if re.search(r"\bFrance\b", t)]
        assert any("C2RP – Observatoire du Nord" in t for t in textes)


def test_the_map_of_one_region_holds_its_departements(pages: tuple[Publication, Path]) -> None:
    p, site = pages
    accueil = (site / "index.html").read_text(encoding="utf-8")
    cadres = re.findall(r'<svg viewBox="([-\d. ]+)" role="group"', accueil)
    codes = set(re.findall(r'<path class="[^"]+" data-code="([^"]+)"', accueil))
    if p.portee.niveau == "region":
        assert codes == {"59", "62"}
        (x, y, largeur, hauteur) = map(float, cadres[0].split())
        # the north of a country drawn on 613 by 585
        assert 250 < x < x + largeur < 460
        assert -5 < y < y + hauteur < 110
    else:
        assert len(codes) > 90
        assert set(cadres) == {"0 0 613 585"}


@pytest.mark.parametrize(
    ("portee", "phrase"),
    [
        (NATIONALE, "de plus qu'en France"),
        (portee_des_regions(("32",)), "de plus que dans la région"),
        (portee_des_regions(("11", "32")), "de plus que dans l'ensemble des dépôts reçus"),
    ],
)
def test_how_a_rate_is_compared(portee: Portee, phrase: str) -> None:
    p = replace(publication(), portee=portee)
    regard = Regard(p, "59", "departement", Index(p, ["59"], ["departement"]), Libelles(p))
    dite = _a_cote(regard, Chiffre(20.0, None, "A"), Chiffre(18.0, None, "A"))
    assert dite.endswith(phrase)
