"""The sheet a prefect reads in a minute: sentences, then the key figures beside the year before and the head."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.edition.groupes import EN_PART_DES_HEURES, GROUPES, SANS_EVOLUTION, Groupes
from exports.edition.index import Chiffre, ecart, evolution, rapport
from exports.edition.libelles import decimales, libelle_mesure
from exports.edition.phrases import phrases

FEUILLE = "Chiffres clés"
LIBELLE, ESPACE = "Indicateur", 2.0
HAUTEUR = 20  # points: the page is wider than it is high
# side by side, as many lines each: (groups, whether they are shares of the hours)
MOITIES = ((GROUPES[:2], False), (GROUPES[2:], True))


def ecrire_chiffres_cles(c: Contexte) -> None:
    """The whole sheet: sentences, then activity beside publics and frameworks, on one page."""
    p = c.publication
    panneaux = [(_colonnes(c, avec_part), groupes, avec_part) for groupes, avec_part in MOITIES]
    largeurs = [largeur for colonnes, _, _ in panneaux for _, largeur in [*colonnes, ("", ESPACE)]][:-1]
    feuille = c.classeur.feuille(FEUILLE, f"Clauses sociales d'insertion – {c.nom}", c.sous_titre(), largeurs)
    largeur, derniere_colonne = int(sum(largeurs)), len(largeurs) - 1
    ligne = PREMIERE_LIGNE
    for phrase in phrases(c):
        ligne = c.classeur.paragraphe(feuille, ligne, f"•  {phrase}", derniere_colonne, largeur, "phrase")
    ligne += 1
    titres = [titre for colonnes, _, _ in panneaux for titre, _ in colonnes]
    c.classeur.hauteur(
        feuille, ligne, hauteur_entete(titres, [x for colonnes, _, _ in panneaux for _, x in colonnes])
    )
    colonne, fin = 0, ligne
    for colonnes, groupes, avec_part in panneaux:
        fin = max(fin, _panneau(c, feuille, ligne, colonne, colonnes, groupes, avec_part))
        colonne += len(colonnes) + 1
    sans_part = "" if c.est_tete else f" : leur part {c.tete.de} n'est pas donnée"
    notes = (
        "Évolution : en % de la valeur un an avant ; en points pour les parts. Les personnes, "
        "marchés et entreprises ne s'additionnent "
        f"ni d'un territoire à l'autre ni d'une période à l'autre{sans_part}. "
        "Les personnes en emploi durable ne se comparent pas d'une année à l'autre : les plus "
        "récentes n'ont pas toutes atteint 6 mois."
    )
    ligne = fin + 1
    for texte in (notes, f"{c.note_source} Version {p.version} du millésime {p.millesime}."):
        ligne = c.classeur.paragraphe(feuille, ligne, texte, derniere_colonne, largeur, "note")
    feuille.print_area(0, 0, ligne - 1, derniere_colonne)
    feuille.fit_to_pages(1, 1)


def _colonnes(c: Contexte, avec_part: bool) -> list[tuple[str, float]]:
    """Titles and widths of a panel."""
    avant = c.avant.code if c.avant else "Un an avant"
    colonnes: list[tuple[str, float]] = [(LIBELLE, 44), (f"{c.nom} {c.periode.code}", 13)]
    if avec_part:
        colonnes.append(("Part des heures (%)", 10))
    colonnes += [(f"{c.nom} {avant}", 13), ("Évolution", 11)]
    if not c.est_tete:
        colonnes += [(f"{c.tete.court} {c.periode.code}", 13), (f"Part {c.tete.de} (%)", 10)]
    return colonnes


def _panneau(
    c: Contexte,
    feuille: Worksheet,
    ligne: int,
    gauche: int,
    colonnes: list[tuple[str, float]],
    groupes: Groupes,
    avec_part: bool,
) -> int:
    """One table of key figures, from the column `gauche`; gives the next row back."""
    for rang, (titre, _) in enumerate(colonnes):
        c.classeur.texte(feuille, ligne, gauche + rang, titre, "entete" if rang else "entete_gauche")
    heures = c.index.total("heures", c.territoire, c.periode)
    for groupe, mesures in groupes:
        ligne += 1
        c.classeur.hauteur(feuille, ligne, HAUTEUR)
        for rang in range(len(colonnes)):
            c.classeur.texte(feuille, ligne, gauche + rang, groupe if rang == 0 else "", "groupe")
        for mesure in mesures:
            ligne += 1
            c.classeur.hauteur(feuille, ligne, HAUTEUR)
            unite, _, _ = c.base("CLES", mesure)
            d = decimales(unite)
            ici, hier, la = (
                c.index.lire("CLES", mesure, t, q)
                for t, q in ((c.territoire, c.periode), (c.territoire, c.avant), (c.tete.code, c.periode))
            )
            en_points = unite == "%"
            nom = libelle_mesure("CLES", mesure)
            c.classeur.texte(feuille, ligne, gauche, f"{nom} (%)" if en_points else nom)
            c.classeur.chiffre(feuille, ligne, gauche + 1, ici, d)
            colonne = gauche + 2
            if avec_part:
                part = rapport(ici, heures) if heures and mesure in EN_PART_DES_HEURES else None
                c.classeur.chiffre(feuille, ligne, colonne, part, 1)
                colonne += 1
            c.classeur.chiffre(feuille, ligne, colonne, hier, d)
            if mesure in SANS_EVOLUTION:
                c.classeur.chiffre(feuille, ligne, colonne + 1, None)
            else:
                _changement(c, feuille, ligne, colonne + 1, ici, hier, en_points)
            if not c.est_tete:
                c.classeur.chiffre(feuille, ligne, colonne + 2, la, d)
                additif = unite in ("heures", "ETP")
                c.classeur.chiffre(feuille, ligne, colonne + 3, rapport(ici, la) if additif else None, 1)
    return ligne + 1


def _changement(
    c: Contexte, feuille: Worksheet, ligne: int, colonne: int, ici: Chiffre, hier: Chiffre, en_points: bool
) -> None:
    if en_points:
        c.classeur.chiffre(
            feuille, ligne, colonne, c.changement(ecart(ici, hier)), 1, signe=True, suffixe=" pt"
        )
    else:
        c.classeur.chiffre(
            feuille, ligne, colonne, c.changement(evolution(ici, hier)), 1, signe=True, suffixe=" %"
        )
