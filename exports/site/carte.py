"""The maps: départements or regions shaded by a key figure, each a link to its page, with or without a pointer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from clauses.socle.donnees import lire_lignes
from exports.edition.index import Chiffre
from exports.edition.publication import Periode, Publication
from exports.site.blocs import MODELES
from exports.site.comparaisons import fichier_des_territoires, par_lieu
from exports.site.ecritures import ecrire_chiffre
from exports.site.lieux import Lieu, Lieux

CLASSES = 5
SANS_DONNEES, CACHE = "sans-donnees", "secret"
# overseas, of no common scale with the mainland: one square each, from the bottom left
COIN, COTE, ECART = (8, 300), 34, 8
OUTRE_MER = ("971", "972", "973", "974", "976")
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
    attribution: str = ATTRIBUTION


@dataclass(frozen=True)
class Sujet:
    """One line of cartes.csv: the theme (or « france ») whose page has the map of this measure."""

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
    noms = dict(
        publication.territoires.filter(pl.col("niveau_territoire") == niveau)
        .select("code_territoire", "libelle")
        .iter_rows()
    )

    def dit(valeur: float) -> str:
        return ecrire_chiffre(Chiffre(valeur, None, "A"), decimales, pour_cent)

    zones = []
    for code, trace in _contours_du_niveau(publication, niveau).items():
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
        (f"q{i}", dit(bas) if bas == haut else f"{dit(bas)} à {dit(haut)}")
        for i, (bas, haut) in enumerate(intervalles)
    ]
    ranges = sorted(places.values(), key=_par_nom)
    lignes = [[lieu.nom, _texte(lus[lieu.code], decimales, pour_cent)] for lieu in ranges]
    donnees = {
        "carte": f"{sujet.tableau}|{sujet.mesure}", "niveau": niveau, "decimales": str(decimales),
        "unite": "%" if pour_cent else "", "codes": "|".join(lieu.code for lieu in ranges),
    }  # fmt: skip
    return Carte(
        f"carte-{sujet.mesure}-{niveau}", niveau, sujet.sujet, periode.libelle, zones, classes, lignes,
        fichier_des_territoires(sujet.mesure, sujet.tableau), donnees,
    )  # fmt: skip


def _par_nom(lieu: Lieu) -> str:
    return lieu.nom


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
