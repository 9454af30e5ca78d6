"""What is followed over months and quarters, and where nobody works: read in the written pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

from exports.edition.index import Chiffre
from exports.site.comparaisons import petit_trait

FINE = "\u202f"


def bloc(page: Path, code: str) -> str:
    """The figure whose id begins so; empty where there is none."""
    texte = page.read_text(encoding="utf-8")
    debut = texte.find(f'id="{code}')
    return (
        ""
        if debut < 0
        else html.unescape(texte[debut : texte.index("</figure>", debut)]).replace("\xa0", " ")
    )


def rangees(figure: str) -> list[list[str]]:
    """The cells of the rows of its table."""
    corps = figure[figure.index("<tbody>") : figure.index("</tbody>")]
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", rangee) for rangee in corps.split("<tr>")[1:]]


def test_the_curve_says_what_has_happened_by_each_month(site: Path) -> None:
    figure = bloc(site / "region-32.html", "S05-mois")
    assert f"12 mois après : 52,3{FINE}% des personnes" in figure
    # months in order, what is hidden said so, France beside
    assert [r[0] for r in rangees(figure)] == ["0 mois", "6 mois", "12 mois", "18 mois"]
    assert rangees(figure)[1][1] == f"30,0{FINE}%"
    assert rangees(figure)[1][-1] == f"25,0{FINE}%"
    assert rangees(figure)[3][1] == "s"
    assert "<svg" in figure


def test_a_curve_of_one_point_is_not_drawn(site: Path) -> None:
    figure = bloc(site / "departement-59.html", "S05-mois")
    assert "<svg" not in figure
    assert "couverts par le secret statistique" in figure
    assert "12 mois après" not in figure


def test_no_curve_where_there_is_no_figure(site: Path) -> None:
    assert bloc(site / "departement-62.html", "S05-mois") == ""


def test_the_map_of_white_zones(site: Path) -> None:
    page = site / "theme-facilitateurs.html"
    figure = bloc(page, "carte-part_population_couverte-departement")
    assert f"Nord (59) : 75,0{FINE}%" in figure
    assert f"Pas-de-Calais (62) : 0,0{FINE}%" in figure
    assert "Paris (75) : pas de données" in figure
    csv = site / "csv" / "territoires_S06_part_population_couverte.csv"
    assert csv.exists()
    assert csv.name in figure
    # a class of one territory is said as one figure
    assert f"</span>75,0{FINE}%</li>" in figure


def test_the_other_key_figures_by_quarter(site: Path) -> None:
    figure = bloc(site / "region-32.html", "planche-autres")
    lignes = {r[0]: r[1:] for r in rangees(figure)}
    # 300 persons a year, a fifth each quarter; 7 companies; women: 10 % at the first quarter of 2024, else 48 / 300
    assert lignes["Bénéficiaires"] == ["60"] * 8
    assert lignes["Entreprises employeuses"] == ["7"] * 8
    assert next(v for k, v in lignes.items() if k.startswith("Part des femmes")) == [
        *[f"16,7{FINE}%"] * 4, f"10,0{FINE}%", *[f"16,7{FINE}%"] * 3,
    ]  # fmt: skip
    assert figure.count("<svg") == len(lignes)


def test_the_pyramid_sets_the_sexes_side_by_side_and_tells_the_unknown_in_words(site: Path) -> None:
    figure = bloc(site / "region-32.html", "S02-tranche_age")
    # 300 persons: 90 young men, 153 men of 50 and more; 3 of unknown sex, 9 of unknown age
    assert f"Hommes, 50 ans et plus : 51,0{FINE}% des bénéficiaires" in figure
    assert "Hors du graphique : 12 personnes d'âge ou de sexe non déterminé." in figure
    dessin = figure[figure.index("<svg") : figure.index("</svg>")]
    assert [x for x in re.findall(r">([^<>]+)</text>", dessin) if "ans" in x] == [
        "50 ans et plus",
        "Moins de 26 ans",
    ]
    assert rangees(figure)[0] == [
        "Moins de 26 ans", "30", f"10,0{FINE}%", "90", f"30,0{FINE}%", "0", f"0,0{FINE}%",
    ]  # fmt: skip
    assert (
        f'aria-label="Bénéficiaires par âge et sexe. 50 ans et plus : 5,0{FINE}% femmes, 51,0{FINE}% hommes'
        in figure
    )
    assert 'href="csv/region-32_S02_tranche_age-sexe.csv"' in figure


def test_a_hidden_pyramid_says_nothing(site: Path) -> None:
    figure = bloc(site / "departement-62.html", "S02-tranche_age")
    assert "<h3>Bénéficiaires par âge et sexe</h3>" in figure
    assert {c for r in rangees(figure) for c in r[1:]} == {"s"}
    assert "dont le nombre n'est pas diffusé" in figure


def test_a_small_line_is_broken_where_a_figure_is_hidden() -> None:
    vus = [Chiffre(v, None, "A" if v is not None else "Q") for v in (10.0, None, 20.0, 5.0)]
    dessin = petit_trait(vus)
    aire, ligne = re.findall(r' d="([^"]*)"', dessin)
    # from zero at the bottom (54) to the largest at the top (6); four places from 6 to 190
    assert ligne == "M6.0,30.0M128.7,6.0L190.0,42.0"
    assert aire.count("M") == aire.count("Z") == 2
    assert 'cx="190.0" cy="42.0"' in dessin
    assert petit_trait(vus[:2]) == ""
    plate = petit_trait([Chiffre(0.0, None, "A")] * 2)
    assert re.findall(r' d="([^"]*)"', plate)[1] == "M6.0,54.0L190.0,54.0"
