"""The numbered tables, T01 to T22: one sheet each, the territory beside the head, the year beside the year before."""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import HAUTEUR_LIGNE, PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.classeurs.croises import ecrire_croise
from exports.classeurs.graphiques import barres
from exports.edition.index import Chiffre, ecart, evolution
from exports.edition.libelles import axe_en_clair, decimales, libelle_mesure, nom_et_unite
from exports.edition.parts import arrondir_a_100

# the measure whose shares are drawn
GRAPHIQUES = {
    "T01": "heures",
    "T03": "heures",
    "T07": "beneficiaires",
    "T08": "beneficiaires",
    "T11": "beneficiaires",
    "T16": "heures",
}
LARGEURS = (17, 46, 13, 9, 13, 12, 11, 13, 9, 11)


def ecrire_tableaux(c: Contexte) -> list[tuple[str, str]]:
    """Writes the sheets of every numbered table the release describes; gives their names and titles."""
    numerotes = c.publication.tableaux.filter(pl.col("tableau").str.starts_with("T"))
    faits = []
    for tableau in sorted(numerotes["tableau"].unique()):
        lignes = numerotes.filter(pl.col("tableau") == tableau)
        titre = str(lignes["titre"][0])
        if lignes["axe_2"].drop_nulls().len():
            ecrire_croise(c, tableau, titre, lignes)
        else:
            _ecrire_simple(c, tableau, titre, lignes)
        faits.append((tableau, titre))
    return faits


def _ecrire_simple(c: Contexte, tableau: str, titre: str, lignes: pl.DataFrame) -> None:
    feuille = c.classeur.feuille(
        tableau,
        f"{tableau} – {titre}",
        c.sous_titre(),
        LARGEURS if not c.est_tete else LARGEURS[:7],
        figees=(PREMIERE_LIGNE - 1, 2),
    )
    ligne, debuts = PREMIERE_LIGNE, list[int]()
    zones: dict[str, tuple[str, int, int]] = {}
    bases: list[str] = []
    for axe, mesure in lignes.select("axe_1", "mesure").iter_rows():
        unite, base, _ = c.base(tableau, mesure, axe)
        debut = ligne
        ligne = _bloc(c, feuille, ligne, tableau, axe, mesure)
        debuts.append(debut)
        zones.setdefault(mesure, (axe, debut + 2, ligne - 3))
        note = f"{nom_et_unite(tableau, mesure, unite)} : {base[:1].lower()}{base[1:]}."
        if note not in bases:
            bases.append(note)
    if tableau in GRAPHIQUES:
        dessinee = GRAPHIQUES[tableau]
        axe, premiere, derniere = zones[dessinee]
        if _se_dessine(c, tableau, dessinee, axe):
            debuts.append(ligne)
            nom = libelle_mesure(tableau, dessinee)
            ligne = barres(c, feuille, tableau, ligne, premiere, derniere, axe, nom)
    derniere_colonne = len(_titres(c)) - 1
    largeur = sum(LARGEURS[: derniere_colonne + 1])
    for texte in ("Base. " + " ".join(bases), c.note_source):
        ligne = c.classeur.paragraphe(feuille, ligne, texte, derniere_colonne, largeur, "note")
    c.classeur.couper_les_pages(feuille, debuts, ligne, LARGEURS[: derniere_colonne + 1])
    feuille.print_area(0, 0, ligne - 1, derniere_colonne)


def _se_dessine(c: Contexte, tableau: str, mesure: str, axe: str) -> bool:
    """True when some share is shown: a chart where all is hidden would be empty."""
    return any(
        c.index.lire(tableau, mesure, territoire, c.periode, axe, code).part
        for territoire in (c.territoire, c.tete.code)
        for code in c.libelles.codes(tableau, axe)
    )


def _titres(c: Contexte) -> list[str]:
    avant = c.avant.code if c.avant else "Un an avant"
    titres = [
        "Code",
        "",
        f"{c.nom} {c.periode.code}",
        "Part (%)",
        f"{c.nom} {avant}",
        "Écart",
        "Évolution (%)",
    ]
    if not c.est_tete:
        titres += [f"{c.tete.court} {c.periode.code}", f"{c.tete.court}, part (%)", "Écart de part (points)"]
    return titres


def _bloc(c: Contexte, feuille: Worksheet, ligne: int, tableau: str, axe: str, mesure: str) -> int:
    """One measure on one axis, with its total; gives the row where the next block begins."""
    unite, _, partition = c.base(tableau, mesure, axe)
    d = decimales(unite)
    titres = _titres(c)
    titres[1] = axe_en_clair(axe)
    c.classeur.texte(feuille, ligne, 0, nom_et_unite(tableau, mesure, unite), "section")
    c.classeur.hauteur(feuille, ligne, 20)
    c.classeur.entete(feuille, ligne + 1, titres)
    c.classeur.hauteur(feuille, ligne + 1, hauteur_entete(titres, LARGEURS))
    ici, avant, la = (
        [c.index.lire(tableau, mesure, t, p, axe, code) for code in c.libelles.codes(tableau, axe)]
        for t, p in ((c.territoire, c.periode), (c.territoire, c.avant), (c.tete.code, c.periode))
    )
    codes = c.libelles.codes(tableau, axe)
    if axe == "metier_famille":  # a hundred codes: only those someone has here
        gardes = [
            i for i, paire in enumerate(zip(ici, avant, strict=True)) if any(x.valeur != 0 for x in paire)
        ]
        codes = [codes[i] for i in gardes]
        ici, avant, la = ([x[i] for i in gardes] for x in (ici, avant, la))
    parts = _parts(ici) if partition else [None] * len(ici)
    parts_la = _parts(la) if partition else [None] * len(la)
    ligne += 2
    premiere = ligne
    for i, code in enumerate(codes):
        c.classeur.texte(feuille, ligne, 0, code, "code")
        libelle = c.libelles.libelle(axe, code)
        c.classeur.texte(feuille, ligne, 1, libelle)
        if len(libelle) > LARGEURS[1]:
            c.classeur.hauteur(feuille, ligne, 2 * HAUTEUR_LIGNE)
        _chiffres(c, feuille, ligne, (ici[i], avant[i], la[i]), (parts[i], parts_la[i]), d)
        ligne += 1
    totaux = [
        c.index.total(mesure, t, p)
        for t, p in ((c.territoire, c.periode), (c.territoire, c.avant), (c.tete.code, c.periode))
    ]
    c.classeur.texte(feuille, ligne, 0, "", "code_total")
    c.classeur.texte(feuille, ligne, 1, "Ensemble", "case_total")
    cent = [_cent(parts), _cent(parts_la)]
    _chiffres(c, feuille, ligne, totaux, cent, d, total=True)
    if partition and ligne > premiere:
        feuille.conditional_format(
            premiere,
            3,
            ligne - 1,
            3,
            {
                "type": "data_bar",
                "bar_color": "#9DB4D3",
                "bar_solid": True,
                "min_type": "num",
                "min_value": 0,
                "max_type": "num",
                "max_value": 100,
                "data_bar_2010": True,
            },
        )
    return ligne + 2


def _parts(chiffres: list[Chiffre]) -> list[Chiffre | None]:
    """The published shares, rounded to add up to 100; one that is hidden or missing stays so."""
    brutes = [
        0.0 if x.valeur == 0 and x.part is None else (x.part if x.valeur is not None else None)
        for x in chiffres
    ]
    return [
        Chiffre(p, None, x.statut) if p is not None else (None if x.visible else x)
        for p, x in zip(arrondir_a_100(brutes), chiffres, strict=True)
    ]


def _cent(parts: list[Chiffre | None]) -> Chiffre | None:
    """100 where every share is shown and they make it."""
    connues = [p.valeur for p in parts if p is not None and p.valeur is not None]
    complet = len(connues) == len(parts) and abs(sum(connues) - 100) < 0.001
    return Chiffre(100.0, None, "A") if connues and complet else None


def _chiffres(
    c: Contexte,
    feuille: Worksheet,
    ligne: int,
    valeurs: tuple[Chiffre, Chiffre, Chiffre] | list[Chiffre | None],
    parts: tuple[Chiffre | None, Chiffre | None] | list[Chiffre | None],
    d: int,
    total: bool = False,
) -> None:
    ici, avant, la = valeurs
    pen = c.classeur
    pen.chiffre(feuille, ligne, 2, ici, d, total)
    pen.chiffre(feuille, ligne, 3, parts[0], 1, total)
    pen.chiffre(feuille, ligne, 4, avant, d, total)
    difference, taux = (
        (c.changement(ecart(ici, avant)), c.changement(evolution(ici, avant)))
        if ici and avant
        else (None, None)
    )
    pen.chiffre(feuille, ligne, 5, difference, d, total, signe=True)
    pen.chiffre(feuille, ligne, 6, taux, 1, total, signe=True)
    if not c.est_tete:
        pen.chiffre(feuille, ligne, 7, la, d, total)
        pen.chiffre(feuille, ligne, 8, parts[1], 1, total)
        points = ecart(parts[0], parts[1]) if parts[0] and parts[1] and not total else None
        pen.chiffre(feuille, ligne, 9, points, 1, total, signe=True)
