"""The last quarters side by side: key figures, hours by type of buyer and sector, persons by category."""

from __future__ import annotations

import polars as pl

from exports.classeurs.charte import PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.classeurs.graphiques import courbe
from exports.edition.groupes import GROUPES
from exports.edition.libelles import axe_en_clair, decimales, libelle_mesure
from exports.edition.publication import Periode

FEUILLE = "Trimestres"
TRIMESTRES_MONTRES = 8
BLOCS = (
    ("T01", "type_donneur_ordre", "heures"),
    ("T03", "secteur", "heures"),
    ("T07", "categorie_public", "beneficiaires"),
    ("T08", "sexe", "beneficiaires"),
)
LARGEUR_LIBELLE, LARGEUR_CASE = 50, 12


def ecrire_trimestres(c: Contexte) -> None:
    """The quarters up to the vintage's, oldest first."""
    dernier = f"{c.publication.millesime[:4]}-T{c.publication.millesime[-1]}"
    codes = (
        c.publication.indicateurs.filter(
            (pl.col("type_periode") == "trimestre")
            & (pl.col("tableau") == "CLES")
            & (pl.col("periode") <= dernier)
        )["periode"]
        .unique()
        .sort()
        .to_list()[-TRIMESTRES_MONTRES:]
    )
    periodes = [Periode("trimestre", code) for code in codes]
    largeurs = [LARGEUR_LIBELLE] + [LARGEUR_CASE] * len(periodes)
    feuille = c.classeur.feuille(
        FEUILLE,
        "Données trimestrielles",
        f"{c.nom} – {_etendue(codes)}",
        largeurs,
        figees=(PREMIERE_LIGNE + 2, 1),
    )
    titres = ["Chiffres clés", *codes]
    c.classeur.texte(feuille, PREMIERE_LIGNE, 0, "Chiffres clés par trimestre", "section")
    c.classeur.entete(feuille, PREMIERE_LIGNE + 1, titres, a_gauche=1)
    c.classeur.hauteur(feuille, PREMIERE_LIGNE + 1, hauteur_entete(titres, largeurs))
    ligne = PREMIERE_LIGNE + 2
    ligne_heures = ligne
    for mesure in (m for _, mesures in GROUPES for m in mesures):
        unite, _, _ = c.base("CLES", mesure)
        en_clair = libelle_mesure("CLES", mesure)
        c.classeur.texte(feuille, ligne, 0, f"{en_clair} (%)" if unite == "%" else en_clair)
        for j, periode in enumerate(periodes):
            c.classeur.chiffre(
                feuille, ligne, 1 + j, c.index.lire("CLES", mesure, c.territoire, periode), decimales(unite)
            )
        ligne += 1
    ligne += 1
    debuts = [PREMIERE_LIGNE]
    if periodes:
        debuts.append(ligne)
        ligne = courbe(
            c,
            feuille,
            FEUILLE,
            ligne,
            PREMIERE_LIGNE + 1,
            ligne_heures,
            (1, len(periodes)),
            "Heures d'insertion par trimestre",
        )
    for tableau, axe, mesure in BLOCS:
        unite, _, _ = c.base(tableau, mesure, axe)
        debuts.append(ligne)
        c.classeur.texte(
            feuille, ligne, 0, f"{libelle_mesure(tableau, mesure)} par trimestre ({tableau})", "section"
        )
        c.classeur.entete(feuille, ligne + 1, [axe_en_clair(axe), *codes], a_gauche=1)
        ligne += 2
        for code in c.libelles.codes(tableau, axe):
            c.classeur.texte(feuille, ligne, 0, c.libelles.libelle(axe, code))
            for j, periode in enumerate(periodes):
                chiffre = c.index.lire(tableau, mesure, c.territoire, periode, axe, code)
                c.classeur.chiffre(feuille, ligne, 1 + j, chiffre, decimales(unite))
            ligne += 1
        ligne += 1
    note = (
        "Les trimestres ne s'additionnent que pour les heures : une personne présente à deux "
        f"trimestres compte dans chacun. {c.note_source}"
    )
    ligne = c.classeur.paragraphe(feuille, ligne, note, len(periodes), int(sum(largeurs)), "note")
    c.classeur.couper_les_pages(feuille, debuts, ligne, largeurs)
    feuille.print_area(0, 0, ligne - 1, len(periodes))


def _etendue(codes: list[str]) -> str:
    return (
        f"du {Periode('trimestre', codes[0]).libelle} au {Periode('trimestre', codes[-1]).libelle}"
        if codes
        else "aucun trimestre"
    )
