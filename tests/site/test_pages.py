"""What the pages hold, read as files: nothing hidden, nothing from elsewhere, nothing that runs."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import polars as pl
import pytest
from publication_du_site import EN_2024, HOSTILE, LIEUX, lignes, publication

from clauses.socle.errors import ErreurUtilisateur
from exports.edition.index import Chiffre
from exports.site import fichiers
from exports.site.ecriture import ecrire_site
from exports.site.ecritures import ecrire_ecart

VIDES = {"meta", "link", "input", "br", "hr", "img"}
FINE = "\u202f"


class Lecteur(HTMLParser):
    """Checks that elements are closed in order, and gathers identifiers, links and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pile: list[str] = []
        self.ids: list[str] = []
        self.liens: list[str] = []
        self.attributs: set[str] = set()
        self.textes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        noms = dict(attrs)
        assert len(noms) == len(attrs), (tag, attrs)
        self.attributs |= set(noms)
        self.ids += [v for k, v in attrs if k == "id" and v]
        self.liens += [v or "" for k, v in attrs if k in ("href", "src")]
        if tag not in VIDES:
            self.pile.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VIDES:
            self.pile.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.pile.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.textes.append(data)

    @property
    def texte(self) -> str:
        return " ".join(" ".join(self.textes).split())


def lire(page: Path) -> Lecteur:
    lecteur = Lecteur()
    lecteur.feed(page.read_text(encoding="utf-8"))
    assert lecteur.pile == []
    return lecteur


def pages(site: Path) -> list[Path]:
    trouvees = sorted(site.glob("*.html"))
    assert len(trouvees) > len(LIEUX)
    return trouvees


def test_each_territory_and_theme_has_its_page(site: Path) -> None:
    noms = {p.name for p in pages(site)}
    attendus = {
        "index.html",
        "region-32.html",
        "region-11.html",
        "departement-59.html",
        "departement-62.html",
    }
    assert (
        attendus | {"departement-75.html", "theme-femmes.html", "theme-facilitateurs.html", "qualite.html"}
        <= noms
    )
    assert {"methodes.html", "telechargements.html", "explorateur.html", "territoires.html"} <= noms


def test_pages_are_whole_marked_and_lead_to_what_exists(site: Path) -> None:
    for page in pages(site):
        lecteur = lire(page)
        assert len(lecteur.ids) == len(set(lecteur.ids)), page.name
        assert "DONNÉES FICTIVES" in lecteur.texte
        for lien in lecteur.liens:
            assert not re.match(r"[a-z]+:|//", lien), (page.name, lien)
            fichier = lien.partition("#")[0]
            assert not fichier or (site / fichier).exists(), (page.name, lien)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(site: Path) -> None:
    for page in pages(site):
        texte = page.read_text(encoding="utf-8")
        assert "default-src 'none'; style-src 'self'; script-src 'self'" in texte
        assert not re.search(r"<script(?! src=)|<style| on[a-z]+=", texte), page.name
        assert "style" not in lire(page).attributs, page.name
    for autre in [*site.glob("*.js"), *site.glob("*.css")]:
        adresses = set(re.findall(r"https?://[^\"' )]+", autre.read_text(encoding="utf-8")))
        # names of vocabularies, in drawings and in the workbooks that the explorer makes: nothing is fetched from there
        adresses = {a for a in adresses if not re.match(r"http://schemas\.(openxmlformats|microsoft)\.", a)}
        assert adresses <= {"http://www.w3.org/2000/svg"}, autre.name


def test_a_hostile_name_is_only_text(site: Path) -> None:
    qualite = site / "qualite.html"
    assert HOSTILE in lire(qualite).texte
    for page in pages(site):
        assert "<script>" not in page.read_text(encoding="utf-8"), page.name
    for script in (site / "donnees").glob("*.js"):
        assert "</script" not in script.read_text(encoding="utf-8"), script.name


def test_the_tables_that_an_export_has_not_are_told_with_quality(site: Path) -> None:
    assert "l'export n'a pas de table Entreprises" in lire(site / "qualite.html").texte.replace("\u2019", "'")


def test_sentences_say_what_the_figures_say(site: Path) -> None:
    # Hauts-de-France: 48 women of 300 is 16,0 %; France: 120 of 600 is 20,0 %, so 4 points more
    texte = lire(site / "region-32.html").texte
    assert "En 2024, 16,0 % des bénéficiaires sont des femmes, 4,0 points de moins qu'en France." in texte
    assert "c'est 44,4 % des heures de la France" in texte
    # 90,000 hours against 45,000 the year before
    assert "C'est 100,0 % d'heures de plus qu'en 2023." in lire(site / "index.html").texte


def test_a_hidden_figure_makes_no_sentence_and_is_never_zero(site: Path) -> None:
    page = (site / "departement-62.html").read_text(encoding="utf-8")
    assert "sont des femmes" not in page
    assert '<th scope="row">Part des femmes (personnes)</th><td>s</td>' in page
    assert '<th scope="row">Femmes</th><td>s</td>' in page


def test_an_unreliable_figure_makes_no_sentence(tmp_path: Path) -> None:
    peu_fiable = (pl.col("mesure") == "part_femmes") & (pl.col("code_territoire") == "32")
    entier = publication()
    figures = entier.indicateurs.with_columns(
        statut_observation=pl.when(peu_fiable).then(pl.lit("U")).otherwise("statut_observation")
    )
    ecrit = ecrire_site(replace(entier, indicateurs=figures), tmp_path)
    page = (ecrit / "region-32.html").read_text(encoding="utf-8")
    assert "sont des femmes" not in page
    assert f"16,0{FINE}% (u)" in page
    assert "sont des femmes" in (ecrit / "region-11.html").read_text(encoding="utf-8")


def test_what_is_hidden_is_nowhere_even_if_handed_in(tmp_path: Path) -> None:
    entier = publication()
    figures = entier.indicateurs.with_columns(
        valeur=pl.when(pl.col("confidentialite") == "C").then(7_654_321.0).otherwise("valeur"),
        part=pl.when(pl.col("confidentialite") == "C").then(76.54321).otherwise("part"),
    )
    ecrit = ecrire_site(replace(entier, indicateurs=figures), tmp_path)
    for fichier in ecrit.rglob("*.*"):
        texte = fichier.read_text(encoding="utf-8")
        assert "7654321" not in texte.replace(FINE, "").replace(" ", ""), fichier.name
        assert f"76,5{FINE}%" not in texte, fichier.name
        assert "76,54" not in texte, fichier.name
        assert "76.54" not in texte, fichier.name


def test_a_csv_holds_the_published_rows_of_its_table(site: Path) -> None:
    with (site / "csv/region-32_T08_sexe.csv").open(encoding="utf-8-sig", newline="") as flux:
        lues = list(csv.DictReader(flux, delimiter=";"))
    attendues = [x for x in lignes() if x["code_territoire"] == "32" and x["tableau"] == "T08"]
    assert len(lues) == len(attendues) == 2 * 10
    femmes = {x["periode"]: x["valeur"] for x in lues if x["modalite_1"] == "F"}
    assert femmes["2024"] == "48"
    assert femmes["2024-T1"] == "6"
    with (site / "csv/departement-62_T08_sexe.csv").open(encoding="utf-8-sig", newline="") as flux:
        assert {(x["valeur"], x["confidentialite"]) for x in csv.DictReader(flux, delimiter=";")} == {
            ("", "C")
        }


def test_a_wrong_csv_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrire = fichiers.ecrire_csv_excel
    monkeypatch.setattr(
        fichiers, "ecrire_csv_excel", lambda c, f, n: ecrire(c, f.with_columns(pl.col("valeur") + 1), n)
    )
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire_site(publication(), tmp_path)
    assert refus.value.code == "RELECTURE_DIFFERENTE"


def test_the_explorer_is_given_every_published_figure(site: Path) -> None:
    script = (site / "donnees/region-32.js").read_text(encoding="utf-8")
    contenu = json.loads(script[script.index("{") : script.rindex("}") + 1])
    compte = 0
    assert contenu.pop("incompletes") == []
    for cle, periodes in contenu.items():
        tableau, mesure, axe_1, axe_2 = cle.split("|")
        for periode, (codes_1, codes_2, valeurs, _, statuts) in periodes.items():
            for i, valeur in enumerate(valeurs):
                compte += 1
                attendu = next(
                    x
                    for x in lignes()
                    if (x["code_territoire"], x["tableau"], x["mesure"], x["periode"])
                    == ("32", tableau, mesure, periode)
                    and (x["axe_1"] or "", x["axe_2"] or "") == (axe_1, axe_2)
                    and x["modalite_1"] == (codes_1[i] if codes_1 else None)
                    and x["modalite_2"] == (codes_2[i] if codes_2 else None)
                )
                assert (valeur is None) == (attendu["valeur"] is None)
                assert valeur is None or valeur == pytest.approx(attendu["valeur"], abs=0.005)
                assert (statuts if isinstance(statuts, str) else statuts[i]) == attendu["statut_observation"]
    assert compte == sum(x["code_territoire"] == "32" for x in lignes())


def test_a_theme_says_what_the_release_does_not_hold(site: Path, tmp_path: Path) -> None:
    entier = publication()
    sans_pyramide = entier.indicateurs.filter(
        ~((pl.col("tableau") == "S02") & pl.col("axe_1").eq_missing(pl.lit("tranche_age")))
    )
    ecrit = ecrire_site(replace(entier, indicateurs=sans_pyramide), tmp_path)
    (phrase,) = re.findall(
        r"Cette édition ne diffuse pas : ([^<]*)", lire(ecrit / "theme-publics.html").texte
    )
    assert "bénéficiaires par âge et sexe" in phrase
    # it is there in the other
    (phrase,) = re.findall(r"Cette édition ne diffuse pas : ([^<]*)", lire(site / "theme-publics.html").texte)
    assert "bénéficiaires par âge et sexe" not in phrase


def test_the_map_shades_what_is_published_and_hatches_the_rest(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    zones = dict(
        re.findall(r'aria-label="(\w[^"]*) \((?:59|62|75)\) : [^"]*"><path class="([a-z0-9-]+)"', page)
    )
    # Nord 10 %, Paris 72 / 310 = 23,2 %: two classes; Pas-de-Calais is hidden
    assert zones == {"Nord": "q0", "Paris": "q1", "Pas-de-Calais": "secret"}
    assert page.count('<path class="sans-donnees"') == 96 + 5 - 3
    assert "CC BY 4.0" in page


def test_a_region_is_drawn_as_one_zone(site: Path) -> None:
    page = (site / "theme-femmes.html").read_text(encoding="utf-8")
    zones = dict(re.findall(r'href="region-\d+.html" aria-label="([^"]*)"><path class="([a-z0-9-]+)"', page))
    assert zones == {
        f"Hauts-de-France (32) : 16,0{FINE}%": "q0",
        f"Île-de-France (11) : 23,2{FINE}%": "q1",
    }


def test_the_funnel_names_only_what_chance_does_not_explain(site: Path) -> None:
    # around 20 %, 200 persons allow 1.96 × √(0.2 × 0.8 / 200) = 5.5 points: Nord (10 %) is out;
    # 310 allow 4.5: Paris (23.2 %) is in
    assert EN_2024["59"][2] == 20
    texte = lire(site / "theme-femmes.html").texte
    assert "1 département sur 2 s'écarte de la France plus que le hasard ne le ferait" in texte


def test_every_page_is_html_without_a_parse_error(site: Path) -> None:
    """By the parser of the standard, which says what browsers silently mend."""
    for page in site.glob("*.html"):
        analyse = html5lib.HTMLParser()
        analyse.parse(page.read_text(encoding="utf-8"))
        assert analyse.errors == [], page.name


def test_pages_are_light(site: Path) -> None:
    assert (site / "index.html").stat().st_size < 300_000
    assert max(p.stat().st_size for p in pages(site)) < 600_000


def test_the_same_release_makes_the_same_bytes(site: Path, tmp_path: Path) -> None:
    melangees = publication()
    autre = ecrire_site(
        replace(melangees, indicateurs=melangees.indicateurs.sample(fraction=1, shuffle=True, seed=3)),
        tmp_path,
    )
    contenus = [
        {f.relative_to(d).as_posix(): f.read_bytes() for f in d.rglob("*") if f.is_file()}
        for d in (site, autre)
    ]
    assert contenus[0] == contenus[1]


@pytest.mark.parametrize(
    ("valeur", "ecrit"),
    [(1.94, "+1,9 point"), (1.96, "+2,0 points"), (-1.95, "−2,0 points"), (2.0, "+2,0 points"), (0.04, "0,0 point")],
)  # fmt: skip
def test_the_unit_agrees_with_the_figure_that_is_read(valeur: float, ecrit: str) -> None:
    assert ecrire_ecart(Chiffre(valeur, None, "A"), "point") == ecrit
