"""A document as a workbook: one sheet per group of tables, in the house style."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from clauses.socle.nombres import date_courte
from exports.bilans.document import CHIFFRES, Cache, Colonne, Document, Tableau, Valeur
from exports.classeurs.charte import PREMIERE_LIGNE, Classeur, hauteur_entete
from exports.edition.index import ECRIT_ABSENT, Chiffre


def ecrire_classeur(document: Document, chemin: Path) -> Path:
    """Writes the workbook. Raises OSError when it cannot be written."""
    rappel = f"{document.titre} – {document.sous_titre}"
    with Classeur(chemin, rappel, document.marques, rappel[:120], document.observatoire) as classeur:
        onglets: dict[str, list[Tableau]] = {}
        for tableau in document.tableaux:
            onglets.setdefault(tableau.onglet, []).append(tableau)
        for rang, (onglet, tableaux) in enumerate(onglets.items()):
            largeurs = [
                max(t.colonnes[j].largeur for t in tableaux if j < len(t.colonnes))
                for j in range(max(len(t.colonnes) for t in tableaux))
            ]
            titre = document.titre if rang == 0 else tableaux[0].titre if len(tableaux) == 1 else onglet
            feuille = classeur.feuille(onglet, titre, document.sous_titre, largeurs)
            ligne = PREMIERE_LIGNE
            derniere, largeur = len(largeurs) - 1, int(sum(largeurs))
            if rang == 0:
                classeur.logo(feuille, largeurs)
                for texte in document.paragraphes:
                    ligne = classeur.paragraphe(feuille, ligne, texte, derniere, largeur)
            debuts = []
            for tableau in tableaux:
                debuts.append(ligne)
                ligne = _tableau(classeur, feuille, ligne, tableau, largeurs)
            if rang == 0:
                for texte in document.notes:
                    ligne = classeur.paragraphe(feuille, ligne, texte, derniere, largeur, "note")
                if document.a_signer:
                    ligne = classeur.paragraphe(feuille, ligne + 1, SIGNATURE, derniere, largeur)
            classeur.couper_les_pages(feuille, debuts, ligne + 1, largeurs)
            feuille.print_area(0, 0, ligne, derniere)
    return chemin


SIGNATURE = "Fait à                                        , le                          \nNom, qualité et signature :"


def _tableau(
    classeur: Classeur, feuille: Worksheet, ligne: int, tableau: Tableau, largeurs: list[float]
) -> int:
    classeur.texte(feuille, ligne, 0, tableau.titre, "section")
    titres = [c.titre for c in tableau.colonnes]
    classeur.entete(feuille, ligne + 1, titres, a_gauche=0)
    classeur.hauteur(feuille, ligne + 1, hauteur_entete(titres, largeurs))
    ligne += 2
    if not tableau.lignes:
        classeur.texte(feuille, ligne, 0, "Rien à signaler.", "simple")
        return ligne + 2
    for rang in [*tableau.lignes, *([tableau.total] if tableau.total else [])]:
        total = rang is tableau.total
        for j, (valeur, colonne) in enumerate(zip(rang, tableau.colonnes, strict=True)):
            _valeur(classeur, feuille, ligne, j, valeur, colonne, total)
        textes = [str(v) if isinstance(v, str) else "" for v in rang]
        classeur.hauteur(feuille, ligne, max(15, hauteur_entete(textes, largeurs) - 2))
        ligne += 1
    if tableau.note:
        ligne = classeur.paragraphe(
            feuille, ligne, tableau.note, len(largeurs) - 1, int(sum(largeurs)), "note"
        )
    return ligne + 1


def _valeur(
    classeur: Classeur, feuille: Worksheet, ligne: int, j: int, valeur: Valeur, colonne: Colonne, total: bool
) -> None:
    if isinstance(valeur, Cache):
        classeur.chiffre(feuille, ligne, j, Chiffre(None, None, "Q"), total=total)
    elif isinstance(valeur, dt.date):
        classeur.texte(feuille, ligne, j, date_courte(valeur), "centre")
    elif isinstance(valeur, (int, float, Decimal)):
        d = 1 if colonne.genre == "part" else 0
        classeur.chiffre(feuille, ligne, j, Chiffre(float(valeur), None, "A"), d, total)
    elif valeur is None and colonne.genre in CHIFFRES and not total:
        classeur.chiffre(feuille, ligne, j, Chiffre(None, None, "O"))
    else:
        style = "code" if colonne.genre == "code" else "case"
        classeur.texte(
            feuille,
            ligne,
            j,
            ECRIT_ABSENT if valeur is None and colonne.genre == "date" and not total else valeur,
            "case_total" if total else style,
        )
