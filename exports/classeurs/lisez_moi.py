"""The first sheet: what the workbook is, how to read and quote it, and the list of its sheets."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from clauses.socle.nombres import date_courte
from exports.classeurs.charte import PREMIERE_LIGNE
from exports.classeurs.contexte import Contexte

FEUILLE = "Lisez-moi"
LARGEURS = (20, 100)


def ouvrir_lisez_moi(c: Contexte) -> Worksheet:
    """Adds the sheet, first of the workbook; `remplir_lisez_moi` fills it once the others are known."""
    return c.classeur.feuille(
        FEUILLE,
        f"Les clauses sociales d'insertion – {c.nom}",
        f"Édition {c.publication.edition}",
        LARGEURS,
    )


def remplir_lisez_moi(c: Contexte, feuille: Worksheet, sommaire: Sequence[tuple[str, str]]) -> None:
    """`sommaire`: name and title of each sheet."""
    p = c.publication
    diffusion = (
        "Diffusion restreinte : ce classeur contient des chiffres non masqués. Il n'est "
        "communicable qu'aux signataires d'une convention, "
        "et ne doit être ni publié ni transmis."
        if p.profil == "restreint"
        else "Les chiffres qui laisseraient reconnaître une personne ou une entreprise sont "
        "masqués, ainsi que ceux dont on pourrait les déduire. "
        "« s » ne dit pas pourquoi un chiffre est masqué, et ne vaut jamais zéro."
    )
    fictif = (
        [
            (
                "Données fictives",
                "Ce classeur est fait de dépôts inventés, pour la démonstration : aucun de ses chiffres n'est réel.",
            )
        ]
        if p.fictif
        else []
    )
    sections = [
        *fictif,
        (
            "Ce que c'est",
            "Les heures d'insertion réalisées au titre des clauses sociales des marchés publics, "
            "et les personnes qui les ont faites. "
            f"Territoire : {c.nom}. Période principale : {c.periode.libelle}. "
            f"Données arrêtées au {date_courte(p.date_arrete)}.",
        ),
        (
            "Comment lire",
            "Chaque tableau donne le titre, le territoire, la période, l'unité et la base. Les "
            "codes sont ceux des nomenclatures (feuille "
            "« Dictionnaire »). Les parts sont arrondies de façon à faire 100. Personnes, marchés "
            "et entreprises comptent une fois par territoire et "
            "par période : ils ne s'additionnent pas.",
        ),
        ("Secret", diffusion),
        (
            "Statut des chiffres",
            f"{p.phrase_statut(c.periode)}. Provisoire : des dépôts peuvent encore arriver. Révisé "
            ": changé depuis une version déjà "
            "diffusée. Définitif : ne changera plus, sauf erreur signalée.",
        ),
        (
            "Signes",
            "s : secret. nd : non disponible. (u) : peu fiable. (e) : estimé. (b) : rupture de série. 0 est un vrai zéro.",
        ),
        (
            "Comment citer",
            f"« {p.source}, clauses sociales d'insertion, {c.nom}, {c.periode.libelle}, édition "
            f"{p.edition}, données arrêtées au "
            f"{date_courte(p.date_arrete)} ».",
        ),
    ]
    ligne, debuts = PREMIERE_LIGNE, list[int]()
    for titre, texte in sections:
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
