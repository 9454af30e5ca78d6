"""The maps: départements or regions shaded by a key figure, each a link to its page, with or without a pointer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from clauses.socle.donnees import lire_lignes
from clauses.socle.ordre import de_lecture
from exports.edition.index import Chiffre
from exports.edition.publication import Periode, Publication
from exports.site.blocs import MODELES
from exports.site.comparaisons import fichier_des_territoires, par_lieu
from exports.site.ecritures import ecrire_chiffre
from exports.site.lieux import Lieux

CLASSES = 5
SANS_DONNEES, CACHE = "sans-donnees", "secret"
# overseas, of no common scale with the mainland: one square each, from the bottom left
COIN, COTE, ECART = (8, 300), 34, 8
OUTRE_MER = ("971", "972", "973", "974", "976")
PAYS = "0 0 613 585"
MARGE = 4
_POINT = re.compile(r"(-?[\d.]+),?(-[\d.]+|(?<=,)[\d.]+)")
ATTRIBUTION = "Fond de carte : © Victor Cazanave, svg-maps, CC BY 4.0, contours simplifiés."


@dataclass(frozen=True)
class Zone:
    """What the map draws of a département: its outline, its class and what it says when pointed at."""

    code: str
    trace: str
    classe: str
    texte: str
    page: str | None


@dataclass(frozen=True)
class Carte:
    """The zones, and the classes of the legend."""

    code: str
    niveau: str
    sujet: str
    periode: str
    zones: list[Zone]
    classes: list[tuple[str, str]]
    lignes: list[list[str]]
    fichier: str
    donnees: dict[str, str]  # what the script of the other periods needs (periodes.js)
    cadre: str  # viewBox: the whole country, or the only region of the release
    attribution: str = ATTRIBUTION


@dataclass(frozen=True)
class Sujet:
    """One line of cartes.csv: the theme (or « accueil », the first page) whose page has the map of this measure."""

    theme: str
    tableau: str
    mesure: str
    sujet: str


@cache
def lire_sujets() -> tuple[Sujet, ...]:
    """In the order of the pages."""
    return tuple(Sujet(**x) for x in lire_lignes(MODELES / "cartes.csv"))


@cache
def _contours() -> tuple[tuple[str, str], ...]:
    metropole = [(x["code"], x["trace"]) for x in lire_lignes(MODELES / "carte_departements.csv")]
    x, y = COIN
    carres = [
        (code, f"M{x},{y + i * (COTE + ECART)}h{COTE}v{COTE}h-{COTE}z") for i, code in enumerate(OUTRE_MER)
    ]
    return (*metropole, *carres)


def _contours_du_niveau(publication: Publication, niveau: str) -> dict[str, str]:
    """Outlines by code; a region's is that of its départements."""
    if niveau == "departement":
        return dict(_contours())
    departements = publication.territoires.filter(pl.col("niveau_territoire") == "departement")
    region_de = dict(departements.select("code_territoire", "region").iter_rows())
    regions: dict[str, str] = {}
    for code, trace in _contours():
        if region := region_de.get(code):
            regions[region] = regions.get(region, "") + trace
    return regions


def dresser(
    publication: Publication,
    lieux: Lieux,
    niveau: str,
    sujet: Sujet,
    periode: Periode,
    decimales: int,
    pour_cent: bool,
) -> Carte | None:
    """Classes of equal numbers of territories; None where nothing is published at this level."""
    chiffres = par_lieu(publication, sujet.mesure, sujet.tableau)
    places = {lieu.code: lieu for lieu in lieux.du_niveau(niveau)}
    lus = {code: chiffres.get((niveau, code, periode.code)) for code in places}
    visibles = sorted(c.valeur for c in lus.values() if c is not None and c.valeur is not None)
    if not visibles:
        return None
    bornes = _bornes(visibles)
    contours = _contours_du_niveau(publication, niveau)
    cadre = PAYS
    if publication.portee.niveau == "region":
        contours = {code: trace for code, trace in contours.items() if code in places}
        if len(contours) < 2:
            return None
        cadre = _cadre(contours.values())
    noms = dict(
        publication.territoires.filter(pl.col("niveau_territoire") == niveau)
        .select("code_territoire", "libelle")
        .iter_rows()
    )

    def dit(valeur: float) -> str:
        return ecrire_chiffre(Chiffre(valeur, None, "A"), decimales, pour_cent)

    zones = []
    for code, trace in contours.items():
        chiffre, lieu = lus.get(code), places.get(code)
        zones.append(
            Zone(
                code, trace, _classe(chiffre, bornes),
                f"{noms.get(code, code)} ({code}) : {_texte(chiffre, decimales, pour_cent)}",
                lieu.page if lieu else None,
            )
        )  # fmt: skip
    intervalles = zip([visibles[0], *bornes], [*bornes, visibles[-1]], strict=True)
    classes = [
        (f"q{i}", _classe_dite(dit(bas), dit(haut), i == len(bornes)))
        for i, (bas, haut) in enumerate(intervalles)
    ]
    ranges = sorted(places.values(), key=lambda x: de_lecture(x.nom))
    lignes = [[lieu.nom, _texte(lus[lieu.code], decimales, pour_cent)] for lieu in ranges]
    donnees = {
        "carte": f"{sujet.tableau}|{sujet.mesure}", "niveau": niveau, "decimales": str(decimales),
        "unite": "%" if pour_cent else "", "codes": "|".join(lieu.code for lieu in ranges),
    }  # fmt: skip
    return Carte(
        f"carte-{sujet.mesure}-{niveau}", niveau, sujet.sujet, periode.libelle, zones, classes, lignes,
        fichier_des_territoires(sujet.mesure, sujet.tableau), donnees, cadre,
    )  # fmt: skip


def _classe_dite(bas: str, haut: str, derniere: bool) -> str:
    """No value is in two classes: each ends before the next begins, but for the last."""
    if bas == haut:
        return bas
    return f"{bas} à {haut}" if derniere else f"{bas} à moins de {haut}"


def _cadre(traces: Iterable[str]) -> str:
    """The viewBox that just holds these outlines: absolute starts, then relative steps (carte_departements.csv)."""
    xs, ys = [], []
    for trace in traces:
        for contour in trace.split("M")[1:]:
            x = y = 0.0
            for dx, dy in _POINT.findall(contour):
                x, y = x + float(dx), y + float(dy)
                xs.append(x)
                ys.append(y)
    gauche, haut = min(xs) - MARGE, min(ys) - MARGE
    return f"{gauche:.1f} {haut:.1f} {max(xs) + MARGE - gauche:.1f} {max(ys) + MARGE - haut:.1f}"


def _texte(chiffre: Chiffre | None, decimales: int, pour_cent: bool) -> str:
    if chiffre is None:
        return "pas de données"
    return (
        "couvert par le secret statistique"
        if chiffre.secret
        else ecrire_chiffre(chiffre, decimales, pour_cent)
    )


def _bornes(valeurs: list[float]) -> list[float]:
    """The inner limits: as many territories in each class, fewer classes when values are few."""
    nombre = min(CLASSES, len(set(valeurs)))
    return sorted({valeurs[len(valeurs) * i // nombre] for i in range(1, nombre)} - {valeurs[0]})


def _classe(chiffre: Chiffre | None, bornes: list[float]) -> str:
    if chiffre is None:
        return SANS_DONNEES
    if chiffre.valeur is None:
        return CACHE
    return f"q{sum(chiffre.valeur >= borne for borne in bornes)}"
