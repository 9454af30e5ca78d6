"""The charts of the pages: each shape is compiled once, then drawn as SVG with the rows it is given.

Colours are the variables of the stylesheet, so that one drawing serves on light, on dark and on paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import vl_convert

LARGEUR = 420  # units of the drawing: a telephone shows it whole, a screen a little larger
TEXTE = 13
LIBELLE = 54  # characters
ENCRE, GRIS, TRAIT, BARRE, REPERE = "var(--encre)", "var(--gris)", "var(--trait)", "var(--c1)", "var(--c2)"
HACHURES = "url(#hachures)"  # what is unknown; the page defines it
_DONNEES = "lignes"
_PLACE_DU_NOMBRE = 84

Lignes = Sequence[Mapping[str, Any]]
Dessin = Any  # the library types its charts too loosely to be held to it


def dessiner(forme: str, lignes: Lignes) -> str:
    """The drawing of a shape (a key of FORMES) as an `svg` element without size, to be named by what surrounds it."""
    vega = dict(_compilee(forme))
    lignes = [{**x, "libelle": _court(x["libelle"])} if "libelle" in x else x for x in lignes]
    vega["data"] = [
        {**source, "values": list(lignes)} if source["name"] == _DONNEES else source
        for source in vega["data"]
    ]
    return _alleger(vl_convert.vega_to_svg(vega))


def _court(libelle: str) -> str:
    """What fits on the line above a bar; the table has it whole."""
    return libelle if len(libelle) <= LIBELLE else f"{libelle[: LIBELLE - 1].rstrip()}…"


@cache
def _compilee(forme: str) -> dict[str, Any]:
    source: Any = alt.Data(name=_DONNEES, values=[])  # type: ignore[no-untyped-call]
    dessin = FORMES[forme](alt.Chart(source))
    dessin = dessin.configure(
        background="transparent", padding=2, font="sans-serif", aria=False
    ).configure_view(stroke=None)
    compilee: dict[str, Any] = vl_convert.vegalite_to_vega(dessin.to_dict())
    return compilee


_SUPERFLU = re.compile(r' (?:class|role|aria-[a-z]+|font-family|version|xmlns:xlink)="[^"]*"')
_FOND = re.compile(
    r'<path d="[^"]*" display="none"></path>|<rect [^>]*fill="transparent"[^>]*(?:/>|></rect>)'
)
_DECIMALES = re.compile(r"(\.\d\d)\d+")


def _alleger(svg: str) -> str:
    """Without what the page says itself (names, fonts), and scalable."""
    svg = _FOND.sub("", _SUPERFLU.sub("", svg))
    svg = re.sub(r'^<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", svg)
    return _DECIMALES.sub(r"\1", svg)


def _rangs() -> alt.Y:
    return alt.Y("rang:O", axis=None)


def _etiquette(base: Dessin, champ: str = "libelle") -> Dessin:
    """The name of a row, above its mark: it has the whole width."""
    return base.mark_text(align="left", baseline="middle", yOffset=-8, fontSize=TEXTE, fill=ENCRE).encode(
        x=alt.value(0), y=_rangs(), text=f"{champ}:N"
    )


def _barres(base: Dessin) -> Dessin:
    """Rows: rang, libelle, valeur (0 where hidden), texte, repere (null: none), place (of the text: after both)."""
    x = alt.X(
        "valeur:Q",
        axis=None,
        scale=alt.Scale(domainMin=0, range=[0, LARGEUR - _PLACE_DU_NOMBRE], nice=False),
    )
    barre = base.mark_bar(height=10, yOffset=8, fill=BARRE).encode(x=x, y=_rangs())
    nombre = base.mark_text(
        align="left", baseline="middle", dx=6, yOffset=8, fontSize=TEXTE, fill=ENCRE, fontWeight="bold"
    ).encode(x=alt.X("place:Q", axis=None), y=_rangs(), text="texte:N")
    repere = base.mark_tick(thickness=3, height=18, yOffset=8, color=REPERE, orient="vertical").encode(
        x=alt.X("repere:Q", axis=None), y=_rangs()
    )
    return alt.layer(_etiquette(base), barre, repere, nombre).properties(width=LARGEUR, height=alt.Step(38))


def _colonnes(base: Dessin) -> Dessin:
    """Rows: rang, libelle, valeur (0 where hidden), texte (over the column), groupe (said under the first of each)."""
    x = alt.X("rang:O", axis=None, scale=alt.Scale(paddingInner=0.25))
    y = alt.Y("valeur:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False))
    colonne = base.mark_bar(fill=BARRE).encode(x=x, y=y)
    nombre = base.mark_text(baseline="bottom", dy=-3, fontSize=TEXTE - 1, fill=ENCRE).encode(
        x=x, y=y, text="texte:N"
    )
    bas = base.mark_text(baseline="top", dy=6, fontSize=TEXTE - 1, fill=GRIS).encode(
        x=x, y=alt.value(170), text="libelle:N"
    )
    groupe = base.mark_text(baseline="top", dy=22, fontSize=TEXTE - 1, fill=GRIS).encode(
        x=x, y=alt.value(170), text="groupe:N"
    )
    return alt.layer(colonne, nombre, bas, groupe).properties(width=LARGEUR, height=170)


def _points(base: Dessin) -> Dessin:
    """Rows: rang, libelle, avant, valeur (null: not shown), texte. A ring a year ago, a disc now."""
    echelle = alt.Scale(domainMin=0, range=[6, LARGEUR - 100], nice=False)
    y = _rangs()
    lien = base.mark_rule(yOffset=8, stroke=GRIS, strokeWidth=2).encode(
        x=alt.X("avant:Q", axis=None, scale=echelle), x2="valeur:Q", y=y
    )
    avant = base.mark_point(yOffset=8, size=70, stroke=BARRE, strokeWidth=2, fill="var(--carte)").encode(
        x=alt.X("avant:Q", axis=None, scale=echelle), y=y
    )
    apres = base.mark_point(yOffset=8, size=80, fill=BARRE, stroke=BARRE).encode(
        x=alt.X("valeur:Q", axis=None, scale=echelle), y=y
    )
    nombre = base.mark_text(
        align="left", baseline="middle", dx=10, yOffset=8, fontSize=TEXTE, fill=ENCRE, fontWeight="bold"
    ).encode(x=alt.X("place:Q", axis=None, scale=echelle), y=y, text="texte:N")
    return alt.layer(_etiquette(base), lien, avant, apres, nombre).properties(
        width=LARGEUR, height=alt.Step(38)
    )


def _deux_cotes(base: Dessin) -> Dessin:
    """Rows: rang, libelle, gauche, droite (percent, 0 where hidden), texte_gauche, texte_droite, maximum."""
    milieu, demi, reste = LARGEUR / 2, LARGEUR / 2 - 20, 66
    vers_la_gauche = alt.Scale(domainMin=0, nice=False, range=[milieu - reste, milieu - reste - demi + reste])
    vers_la_droite = alt.Scale(domainMin=0, nice=False, range=[milieu + reste, milieu + reste + demi - reste])
    y = _rangs()

    def cote(champ: str, echelle: alt.Scale, couleur: str, ancre: str, ecart: int) -> Dessin:
        x = alt.X(f"{champ}:Q", axis=None, scale=echelle)
        bout = base.transform_calculate(fin="datum.maximum")
        barre = base.mark_bar(height=16, fill=couleur).encode(x=x, y=y)
        nombre = base.mark_text(
            align=ancre, baseline="middle", dx=ecart, fontSize=TEXTE - 1, fill=ENCRE, fontWeight="bold"
        ).encode(x=x, y=y, text=f"texte_{champ}:N")
        etendue = bout.mark_point(opacity=0).encode(x=alt.X("fin:Q", axis=None, scale=echelle), y=y)
        return alt.layer(barre, nombre, etendue)

    noms = base.mark_text(align="center", baseline="middle", fontSize=TEXTE - 1, fill=ENCRE).encode(
        x=alt.value(milieu), y=y, text="libelle:N"
    )
    return (
        alt.layer(
            cote("gauche", vers_la_gauche, BARRE, "right", -5),
            cote("droite", vers_la_droite, REPERE, "left", 5),
            noms,
        )
        .resolve_scale(x="independent")
        .properties(width=LARGEUR, height=alt.Step(26))
    )


def _empilees(base: Dessin) -> Dessin:
    """Rows: rang, libelle (of the bar), debut, fin (percent), couleur, encre, texte; halo: around the text, or null."""
    echelle = alt.Scale(domain=[0, 100], range=[0, LARGEUR])
    premiers = base.transform_filter("datum.debut == 0")
    segment = base.mark_bar(height=22, yOffset=13, stroke="var(--carte)", strokeWidth=1).encode(
        x=alt.X("debut:Q", axis=None, scale=echelle),
        x2="fin:Q",
        y=_rangs(),
        fill=alt.Color("couleur:N", scale=None),
    )
    nombre = base.transform_filter("datum.fin - datum.debut > 9").mark_text(
        baseline="middle", yOffset=13, fontSize=TEXTE - 1, fontWeight="bold", strokeWidth=4
    )
    nombre = nombre.transform_calculate(milieu="(datum.debut + datum.fin) / 2").encode(
        x=alt.X("milieu:Q", axis=None, scale=echelle),
        y=_rangs(),
        text="texte:N",
        fill=alt.Color("encre:N", scale=None),
        stroke=alt.Stroke("halo:N", scale=None),
    )
    return alt.layer(_etiquette(premiers), segment, nombre).properties(width=LARGEUR, height=alt.Step(48))


def _entonnoir(base: Dessin) -> Dessin:
    """Rows of territories: taille, valeur, libelle, dehors; rows of limits: taille, bas, haut; the head: milieu."""
    x = alt.X(
        "taille:Q",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(
            title=None, labelColor=GRIS, tickColor=TRAIT, domainColor=TRAIT, grid=False, labelFontSize=TEXTE - 1,
            tickCount=4, labelExpr="replace(replace(format(datum.value, ',.0f'), ',', '\u202f'), ',', '\u202f')",
        ),
    )  # fmt: skip
    axe_y = alt.Axis(
        title=None, labelColor=GRIS, tickColor=TRAIT, domainColor=TRAIT, gridColor=TRAIT, gridOpacity=0.6,
        labelFontSize=TEXTE - 1, tickCount=5, labelExpr="replace(datum.label, '.', ',') + '\u202f%'",
    )  # fmt: skip
    y = alt.Y("valeur:Q", axis=axe_y, scale=alt.Scale(zero=False))
    aire = (
        base.transform_filter("isValid(datum.haut)")
        .mark_area(fill=GRIS, fillOpacity=0.16)
        .encode(x=x, y=alt.Y("haut:Q"), y2="bas:Q")
    )
    milieu = (
        base.transform_filter("isValid(datum.milieu)")
        .mark_rule(stroke=REPERE, strokeWidth=2)
        .encode(y="milieu:Q")
    )
    points = (
        base.transform_filter("isValid(datum.valeur)")
        .mark_point(size=46, fillOpacity=0.85)
        .encode(x=x, y=y, fill=alt.Color("couleur:N", scale=None), stroke=alt.Color("couleur:N", scale=None))
    )
    noms = (
        base.transform_filter("datum.dehors == true")
        .mark_text(align="left", dx=7, dy=-6, fontSize=TEXTE - 2, fill=ENCRE)
        .encode(x=x, y=y, text="libelle:N")
    )
    return alt.layer(aire, milieu, points, noms).properties(width=LARGEUR, height=300)


def _courbe(base: Dessin) -> Dessin:
    """Rows: mois, valeur (percent), serie (« ici » or « tete »), texte, dernier (true at the end of each stair)."""
    axe = alt.Axis(
        title=None, labelColor=GRIS, tickColor=TRAIT, domainColor=TRAIT, grid=False, labelFontSize=TEXTE - 1,
        values=[0, 6, 12, 18, 24], labelExpr="datum.value + ' mois'",
    )  # fmt: skip
    axe_y = alt.Axis(
        title=None, labelColor=GRIS, tickColor=TRAIT, domainColor=TRAIT, gridColor=TRAIT, gridOpacity=0.6,
        labelFontSize=TEXTE - 1, tickCount=5, labelExpr="datum.label + '\u202f%'",
    )  # fmt: skip
    x = alt.X("mois:Q", axis=axe, scale=alt.Scale(nice=False, domainMin=0, range=[0, LARGEUR - 70]))
    y = alt.Y("valeur:Q", axis=axe_y, scale=alt.Scale(domain=[0, 100]))

    def marches(serie: str, couleur: str, epaisseur: float, tirets: list[int]) -> list[Dessin]:
        lignes = base.transform_filter(f"datum.serie == '{serie}'")
        marche = lignes.mark_line(
            interpolate="step-after", stroke=couleur, strokeWidth=epaisseur, strokeDash=tirets
        )
        bout = lignes.transform_filter("datum.dernier").mark_text(
            align="left", baseline="middle", dx=6, dy=-7 if serie == "ici" else 7, fontSize=TEXTE, fill=couleur,
            fontWeight="bold",
        )  # fmt: skip
        return [marche.encode(x=x, y=y), bout.encode(x=x, y=y, text="texte:N")]

    return alt.layer(*marches("tete", REPERE, 2, [5, 3]), *marches("ici", BARRE, 3, [1, 0])).properties(
        width=LARGEUR - 70, height=240
    )


FORMES: dict[str, Callable[[Dessin], Dessin]] = {
    "barres": _barres,
    "colonnes": _colonnes,
    "points": _points,
    "deux_cotes": _deux_cotes,
    "empilees": _empilees,
    "courbe": _courbe,
    "entonnoir": _entonnoir,
}
