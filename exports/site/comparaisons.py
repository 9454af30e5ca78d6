"""Territories side by side without a ranking: a funnel of rates, and the same small chart for each region."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from clauses.socle.donnees import lire_lignes
from clauses.socle.nombres import accorder
from exports.edition.index import SECRET, Chiffre
from exports.edition.libelles import decimales, libelle_mesure
from exports.edition.publication import Periode, Publication
from exports.site.blocs import MODELES
from exports.site.dessins import dessiner
from exports.site.ecritures import ecrire_chiffre
from exports.site.figures import Figure, Legende
from exports.site.lieux import Lieu, Lieux

ECARTS_TYPES = 1.96  # 95 territories in 100 fall between the limits when only chance sets them apart
PAS = 24
COLONNES = [
    "niveau_territoire",
    "code_territoire",
    "periode",
    "valeur",
    "statut_observation",
    "confidentialite",
]


@dataclass(frozen=True)
class Comparaison:
    """One line of comparaisons.csv."""

    theme: str
    mesure: str
    effectif: str
    sujet: str
    sujet_des_lieux: str


@cache
def lire_comparaisons() -> tuple[Comparaison, ...]:
    """Those of every theme."""
    return tuple(Comparaison(**x) for x in lire_lignes(MODELES / "comparaisons.csv"))


def par_lieu(
    publication: Publication, mesure: str, tableau: str = "CLES"
) -> dict[tuple[str, str, str], Chiffre]:
    """level, code, period → the figure of a table without axis, for every territory."""
    lignes = publication.chiffres.filter(
        (pl.col("tableau") == tableau) & (pl.col("mesure") == mesure) & pl.col("axe_1").is_null()
    )
    lus = {}
    for niveau, code, periode, valeur, statut, conf in lignes.select(COLONNES).iter_rows():
        secret = valeur is None and (conf == "C" or statut == SECRET)
        lus[(niveau, code, periode)] = Chiffre(valeur, None, SECRET if secret else (statut or "A"))
    return lus


def entonnoir(
    publication: Publication, lieux: Lieux, comparaison: Comparaison, periode: Periode
) -> Figure | None:
    """Each département by its number of persons and its rate, with what chance alone would give around the head's."""
    taux, effectifs = (par_lieu(publication, m) for m in (comparaison.mesure, comparaison.effectif))
    la = taux.get((lieux.tete.niveau, lieux.tete.code, periode.code))
    vus, lignes = [], []
    for lieu in lieux.du_niveau("departement"):
        cle = (lieu.niveau, lieu.code, periode.code)
        if cle not in taux or cle not in effectifs:
            continue
        lignes.append(
            [lieu.nom, ecrire_chiffre(effectifs[cle]), ecrire_chiffre(taux[cle], 1, en_pour_cent=True)]
        )
        if taux[cle].fiable and effectifs[cle].fiable and (effectifs[cle].valeur or 0) >= 1:
            vus.append((lieu, effectifs[cle].valeur or 1.0, taux[cle].valeur or 0.0))
    if la is None or la.valeur is None or not la.fiable or len(vus) < 2:
        return None
    p = la.valeur / 100

    def marge(n: float) -> float:
        return 100 * ECARTS_TYPES * math.sqrt(p * (1 - p) / n)

    dehors = [(lieu, n, v) for lieu, n, v in vus if abs(v - la.valeur) > marge(n)]
    exclus = {lieu.code for lieu, _, _ in dehors}
    nommes = {x[0].code for x in sorted(dehors, key=lambda x: -abs(x[2] - p * 100) / marge(x[1]))[:8]}
    petit, grand = min(n for _, n, _ in vus), max(n for _, n, _ in vus)
    tailles = (
        [petit * (grand / petit) ** (i / PAS) for i in range(PAS + 1)]
        if grand > petit
        else [petit, petit + 1]
    )
    dessin: list[dict[str, object]] = [
        {"taille": n, "bas": max(0.0, 100 * p - marge(n)), "haut": min(100.0, 100 * p + marge(n))}
        for n in tailles
    ]
    dessin.append({"milieu": 100 * p})
    dessin += [
        {
            "taille": n, "valeur": v, "libelle": lieu.nom, "dehors": lieu.code in nommes,
            "couleur": "var(--c2)" if lieu.code in exclus else "var(--c1)",
        }
        for lieu, n, v in vus
    ]  # fmt: skip
    qui = f"Aucun des {len(vus)} départements ne s'écarte"
    if dehors:
        verbe = "s'écarte" if len(dehors) < 2 else "s'écartent"
        qui = f"{accorder(len(dehors), 'département')} sur {len(vus)} {verbe}"
    constat = f"{qui} {lieux.portee.de} plus que le hasard ne le ferait"
    noms = ", ".join(
        f"{lieu.nom} ({ecrire_chiffre(Chiffre(v, None, 'A'), 1, True)})" for lieu, _, v in dehors
    )
    return Figure(
        code=f"entonnoir-{comparaison.mesure}",
        constat=constat,
        sujet=comparaison.sujet,
        unite="% ; en abscisse, nombre de bénéficiaires",
        base="Départements dont les deux chiffres sont publiés. Bande grise : le seul hasard y laisse 95 % des territoires",
        periode=periode.libelle,
        alternative=f"{lieux.portee.court} : {ecrire_chiffre(la, 1, True)}. S'en écartent : {noms or 'aucun'}.",
        svg=dessiner("entonnoir", dessin),
        entetes=[
            "Département",
            libelle_mesure("CLES", comparaison.effectif),
            libelle_mesure("CLES", comparaison.mesure),
        ],
        lignes=lignes,
        fichier=fichier_des_territoires(comparaison.mesure),
        statut=publication.phrase_statut(periode),
        legende=(
            Legende("c1", "Dans la bande"),
            Legende("c2", "Hors de la bande"),
            Legende("milieu", lieux.portee.court),
        ),
    )


def fichier_des_territoires(mesure: str, tableau: str = "CLES") -> str:
    """The CSV of a figure for all territories."""
    return f"csv/territoires_{tableau}_{mesure}.csv"


@dataclass(frozen=True)
class Petite:
    """One small chart among many; `page`: where it leads, if anywhere."""

    nom: str
    page: str | None
    svg: str
    texte: str


@dataclass(frozen=True)
class Planche:
    """The same small chart for several territories or measures, each on its own scale, and their table."""

    sujet: str
    unite: str
    petites: list[Petite]
    entetes: list[str]
    lignes: list[list[str]]
    fichier: str


def planche(
    publication: Publication, lieux: Sequence[Lieu], mesure: str, sujet: str, periodes: list[Periode]
) -> Planche | None:
    """Small multiples over the quarters, oldest first."""
    montres = sorted((p for p in periodes if p.type_periode == "trimestre"), key=lambda p: p.code)
    chiffres = par_lieu(publication, mesure)
    unites = publication.tableaux.filter((pl.col("tableau") == "CLES") & (pl.col("mesure") == mesure))[
        "unite"
    ]
    unite = str(unites[0]) if len(unites) else ""
    petites, lignes = [], []
    for lieu in lieux:
        lus = [chiffres.get((lieu.niveau, lieu.code, p.code), Chiffre(None, None, "O")) for p in montres]
        if not any(c.visible or c.secret for c in lus):
            continue
        textes = [ecrire_chiffre(c, decimales(unite), unite == "%") for c in lus]
        lignes.append([lieu.nom, *textes])
        petites.append(Petite(lieu.nom, lieu.page, petit_trait(lus), textes[-1]))
    if not petites:
        return None
    des = "département" if lieux[0].niveau == "departement" else "région"
    entetes = [des.capitalize(), *(p.code for p in montres)]
    return Planche(f"{sujet} par {des}", unite, petites, entetes, lignes, fichier_des_territoires(mesure))


def petit_trait(lus: Sequence[Chiffre]) -> str:
    """The line of figures in order, from zero, broken where one is not shown; nothing where fewer than two are.

    Seven on each page: written as it is, since the engine of charts would take half the time of a page for them.
    """
    visibles = [i for i, c in enumerate(lus) if c.visible]
    if len(visibles) < 2:
        return ""
    plafond = max(c.valeur or 0.0 for c in lus) or 1.0
    places = {
        i: f"{6 + 184 * i / (len(lus) - 1):.1f},{54 - 48 * max(0.0, c.valeur) / plafond:.1f}"
        for i, c in enumerate(lus)
        if c.valeur is not None
    }
    suites: list[list[int]] = []
    for i in visibles:
        if suites and suites[-1][-1] == i - 1:
            suites[-1].append(i)
        else:
            suites.append([i])
    lignes = "".join(f"M{'L'.join(places[i] for i in suite)}" for suite in suites)
    aires = "".join(
        f"M{places[suite[0]].split(',')[0]},54L{'L'.join(places[i] for i in suite)}V54Z" for suite in suites
    )
    x, y = places[visibles[-1]].split(",")
    return (
        f'<svg viewBox="0 0 196 58"><path d="{aires}" fill="var(--c1)" fill-opacity="0.18"/>'
        f'<path d="{lignes}" fill="none" stroke="var(--c1)" stroke-width="2"/>'
        f'<circle cx="{x}" cy="{y}" r="4" fill="var(--c1)"/></svg>'
    )
