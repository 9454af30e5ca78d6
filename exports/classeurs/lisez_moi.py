"""The first sheet: what the workbook is, how to read and quote it, and the list of its sheets."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from clauses.socle.nombres import date_courte
from exports.atelier.gabarits import remplir
from exports.classeurs.charte import PREMIERE_LIGNE
from exports.classeurs.contexte import Contexte
from exports.edition.regard import NOTE_STATUTS

FEUILLE = "Lisez-moi"
LARGEURS = (20, 100)


def ouvrir_lisez_moi(c: Contexte) -> Worksheet:
    """Adds the sheet, first of the workbook; `remplir_lisez_moi` fills it once the others are known."""
    feuille = c.classeur.feuille(
        FEUILLE,
        f"Les clauses sociales d'insertion – {c.nom}",
        f"{c.publication.observatoire.emetteur} – édition {c.publication.edition}",
        LARGEURS,
    )
    c.classeur.logo(feuille, LARGEURS)
    return feuille


def remplir_lisez_moi(c: Contexte, feuille: Worksheet, sommaire: Sequence[tuple[str, str]]) -> None:
    """`sommaire`: name and title of each sheet."""
    p = c.publication
    contexte = {"c": c, "p": p, "arrete": date_courte(p.date_arrete), "signes": NOTE_STATUTS}
    titres_et_textes = remplir("classeur_lisez_moi.txt.j2", contexte).splitlines()
    ligne, debuts = PREMIERE_LIGNE, list[int]()
    for titre, texte in zip(titres_et_textes[::2], titres_et_textes[1::2], strict=True):
        debuts.append(ligne)
        c.classeur.texte(feuille, ligne, 0, titre, "section")
        c.classeur.hauteur(feuille, ligne, 20)
        ligne = c.classeur.paragraphe(feuille, ligne + 1, texte, 1, int(sum(LARGEURS)))
    ligne += 1
    debuts.append(ligne)
    c.classeur.entete(feuille, ligne, ("Feuille", "Contenu"))
    for nom, titre in sommaire:
        ligne += 1
        c.classeur.lien(feuille, ligne, 0, nom)
        c.classeur.texte(feuille, ligne, 1, titre)
    feuille.print_area(0, 0, ligne, 1)
    c.classeur.couper_les_pages(feuille, debuts, ligne + 1, LARGEURS)
