"""The follow-up tables, S01 to S13, as blocks one under the other: what regions and committees are asked for."""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import HAUTEUR_LIGNE, PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.edition.index import ABSENT, ecart
from exports.edition.libelles import axe_en_clair, decimales, libelle_mesure
from exports.edition.publication import Periode

FEUILLE = "Suivi"
LARGEURS = (50, *([14] * 8))
DERNIERE_COLONNE = len(LARGEURS) - 1
# read by the year: a quarter has few of them
PAR_AN = {"S01", "S05", "S11", "S12"}
# of S01, what is worth reading by sex, category, sector …: the two rates
TAUX_PAR_AXE = ("taux_positif", "taux_durable")


def ecrire_suivi(c: Contexte) -> None:
    """One sheet, one block per table, never cut by a page where it can be helped."""
    feuille = c.classeur.feuille(
        FEUILLE,
        "Suivi : sorties, profils, parcours, facilitateurs, obligations",
        c.sous_titre(),
        LARGEURS,
        figees=(PREMIERE_LIGNE - 1, 1),
    )
    lignes = c.publication.tableaux.filter(pl.col("tableau").str.starts_with("S"))
    diffuses = {tableau for tableau, _ in c.publication.mesures_diffusees}
    ligne, debuts = PREMIERE_LIGNE, list[int]()
    for tableau in sorted(set(lignes["tableau"]) & diffuses):
        debuts.append(ligne)
        ligne = _tableau(c, feuille, ligne, tableau, lignes.filter(pl.col("tableau") == tableau), debuts)
    titres = lignes.select("tableau", "titre").unique().sort("tableau")
    absents = [f"{tableau} ({titre})" for tableau, titre in titres.iter_rows() if tableau not in diffuses]
    notes = [f"Tableaux que cette édition ne contient pas : {', '.join(absents)}."] if absents else []
    for texte in (*notes, c.note_source):
        ligne = c.classeur.paragraphe(feuille, ligne, texte, DERNIERE_COLONNE, int(sum(LARGEURS)), "note")
    c.classeur.couper_les_pages(feuille, debuts, ligne, LARGEURS)
    feuille.print_area(0, 0, ligne - 1, DERNIERE_COLONNE)


def _tableau(
    c: Contexte, feuille: Worksheet, ligne: int, tableau: str, lignes: pl.DataFrame, debuts: list[int]
) -> int:
    """The blocks of a table; adds to `debuts` the rows before which a page may break. Gives the next free row."""
    periode = c.publication.annee if tableau in PAR_AN else c.periode
    c.classeur.texte(feuille, ligne, 0, f"{tableau} – {lignes['titre'][0]}", "section")
    c.classeur.texte(feuille, ligne + 1, 0, f"{c.nom}, {periode.libelle}", "sous_titre")
    ligne += 2
    presents = c.publication.du_territoire(c.niveau, c.territoire).filter(
        (pl.col("tableau") == tableau) & (pl.col("periode") == periode.code)
    )
    if not len(presents):
        c.classeur.texte(feuille, ligne, 0, "Aucun chiffre pour ce territoire et cette période.", "simple")
        return ligne + 2
    ordre = lignes["mesure"].unique(maintain_order=True).to_list()
    seules = presents.filter(pl.col("axe_1").is_null())["mesure"].unique().to_list()
    if seules:
        ligne = _mesures(c, feuille, ligne, tableau, [m for m in ordre if m in seules], periode)
    for rang, axe in enumerate(
        presents.filter(pl.col("axe_2").is_null())["axe_1"].drop_nulls().unique().sort()
    ):
        if seules or rang:
            debuts.append(ligne)
        sur_axe = presents.filter((pl.col("axe_1") == axe) & pl.col("axe_2").is_null())
        mesures = [m for m in ordre if m in set(sur_axe["mesure"])]
        codes = [x for x in c.libelles.codes(tableau, axe) if x in set(sur_axe["modalite_1"])]
        ligne = _axe(c, feuille, ligne, tableau, axe, mesures, codes, periode)
    if tableau == "S01":
        for axe_2 in presents["axe_2"].drop_nulls().unique().sort():
            debuts.append(ligne)
            ligne = _taux(c, feuille, ligne, axe_2, periode)
    return ligne


def _mesures(
    c: Contexte, feuille: Worksheet, ligne: int, tableau: str, mesures: list[str], periode: Periode
) -> int:
    avant = c.publication.un_an_avant(periode)
    titres = ["", f"{c.nom} {periode.code}", f"{c.nom} {avant.code if avant else 'un an avant'}", "Écart"]
    if not c.est_tete:
        titres.append(f"{c.tete.court} {periode.code}")
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    ligne += 1
    for mesure in mesures:
        unite, _, _ = c.base(tableau, mesure)
        d = decimales(unite)
        _libelle(c, feuille, ligne, _nom(c, tableau, mesure))
        ici = c.index.lire(tableau, mesure, c.territoire, periode)
        hier = c.index.lire(tableau, mesure, c.territoire, avant)
        c.classeur.chiffre(feuille, ligne, 1, ici, d)
        c.classeur.chiffre(feuille, ligne, 2, hier, d)
        c.classeur.chiffre(feuille, ligne, 3, c.changement(ecart(ici, hier), periode), d, signe=True)
        if not c.est_tete:
            c.classeur.chiffre(feuille, ligne, 4, c.index.lire(tableau, mesure, c.tete.code, periode), d)
        ligne += 1
    return ligne + 1


def _axe(
    c: Contexte,
    feuille: Worksheet,
    ligne: int,
    tableau: str,
    axe: str,
    mesures: list[str],
    codes: list[str],
    periode: Periode,
) -> int:
    """Measures as columns, or as rows where there are more of them than codes."""
    mesures_en_colonnes = len(mesures) <= min(len(codes), DERNIERE_COLONNE) or len(codes) > DERNIERE_COLONNE
    if mesures_en_colonnes:
        mesures = mesures[:DERNIERE_COLONNE]
        titres = [axe_en_clair(axe), *(_nom(c, tableau, m) for m in mesures)]
        rangs = [(c.libelles.libelle(axe, code), [(m, code) for m in mesures]) for code in codes]
    else:
        titres = [axe_en_clair(axe), *(c.libelles.libelle(axe, code) for code in codes)]
        rangs = [(_nom(c, tableau, m), [(m, code) for code in codes]) for m in mesures]
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    ligne += 1
    for nom, cases in rangs:
        _libelle(c, feuille, ligne, nom)
        for j, (mesure, code) in enumerate(cases):
            unite, _, _ = c.base(tableau, mesure, axe)
            c.classeur.chiffre(
                feuille,
                ligne,
                1 + j,
                c.index.lire(tableau, mesure, c.territoire, periode, axe, code),
                decimales(unite),
            )
        ligne += 1
    return ligne + 1


def _taux(c: Contexte, feuille: Worksheet, ligne: int, axe: str, periode: Periode) -> int:
    """Both rates of S01 at each horizon, by the codes of another axis."""
    horizons = [
        h
        for h in c.libelles.codes("S01", "horizon")
        if c.index.lire("S01", "echus", c.territoire, periode, "horizon", h).statut != ABSENT
    ]
    titres = [axe_en_clair(axe)] + [
        f"{libelle_mesure('S01', m)} à {h} mois (%)" for m in TAUX_PAR_AXE for h in horizons
    ]
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    ligne += 1
    for code in c.libelles.codes("S01", axe):
        _libelle(c, feuille, ligne, c.libelles.libelle(axe, code))
        for j, (mesure, horizon) in enumerate((m, h) for m in TAUX_PAR_AXE for h in horizons):
            c.classeur.chiffre(
                feuille,
                ligne,
                1 + j,
                c.index.lire("S01", mesure, c.territoire, periode, "horizon", horizon, axe, code),
                1,
            )
        ligne += 1
    return ligne + 1


def _nom(c: Contexte, tableau: str, mesure: str) -> str:
    unite, _, _ = c.base(tableau, mesure)
    nom = libelle_mesure(tableau, mesure)
    return f"{nom} ({unite})" if unite in ("%", "points") else nom


def _libelle(c: Contexte, feuille: Worksheet, ligne: int, texte: str) -> None:
    c.classeur.texte(feuille, ligne, 0, texte)
    if len(texte) > LARGEURS[0]:
        c.classeur.hauteur(feuille, ligne, 2 * HAUTEUR_LIGNE)
