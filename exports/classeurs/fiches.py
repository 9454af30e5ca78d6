"""Sheets asked for by others: the departmental committee's, the return of the 2019 instruction.

What the release says is filled, with its change; what it leaves out, or only people know, is a labelled blank to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS
from exports.classeurs.charte import PREMIERE_LIGNE, Classeur, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.classeurs.suivi import PAR_AN
from exports.edition.index import Index, ecart, evolution
from exports.edition.libelles import Libelles, decimales
from exports.edition.publication import Publication

LARGEURS = (64, 13, 13, 11, 12, 13)
TITRES = {
    "comite": "Comité départemental des clauses sociales : indicateurs de suivi",
    "instruction": "Retour à la DGEFP – instruction du 11 avril 2019, fiche n° 3 § 6",
}
HAUTEUR_DE_SAISIE = 42


@dataclass(frozen=True)
class Ligne:
    """A line of a sheet: a figure of the cube, or a blank where `tableau` is empty; `*` stands for every code."""

    rubrique: str
    libelle: str
    tableau: str
    mesure: str
    axe: str | None
    modalite: str | None


@cache
def lignes_de(fiche: str) -> tuple[Ligne, ...]:
    """The lines of a sheet, in order."""
    return tuple(
        Ligne(axe=x.pop("axe") or None, modalite=x.pop("modalite") or None, **x)
        for x in lire_lignes(MODELES_DES_ECRITS / "fiches.csv")
        if x.pop("fiche") == fiche
    )


def ecrire_comite(publication: Publication, departement: str, dossier: Path) -> Path:
    """`comite_95_2024T4_v1.xlsx`, the département beside the head. Raises OSError when it cannot be written."""
    return _ecrire(
        publication,
        "comite",
        departement,
        "departement",
        dossier / f"comite_{departement}_{publication.edition}.xlsx",
    )


def ecrire_retour_instruction(publication: Publication, region: str, dossier: Path) -> Path:
    """`retour_instruction_2019_32_2024T4_v1.xlsx`. Raises OSError when it cannot be written."""
    nom = f"retour_instruction_2019_{region}_{publication.edition}.xlsx"
    return _ecrire(publication, "instruction", region, "region", dossier / nom)


def _ecrire(publication: Publication, fiche: str, code: str, niveau: str, chemin: Path) -> Path:
    nom = publication.libelle_territoire(code, niveau)
    rappel = f"{nom} – édition {publication.edition}"
    with Classeur(
        chemin, f"{TITRES[fiche]} – {nom}", publication.marques, rappel, publication.observatoire
    ) as classeur:
        tableaux = "|".join({ligne.tableau for ligne in lignes_de(fiche) if ligne.tableau})
        tete = publication.portee
        index = Index(publication, [code, tete.code], {niveau, tete.niveau}, f"^({tableaux})$")
        c = Contexte(publication, code, niveau, index, Libelles(publication), classeur)
        feuille = classeur.feuille(
            "Fiche", TITRES[fiche], c.sous_titre(), LARGEURS, figees=(PREMIERE_LIGNE - 1, 1)
        )
        classeur.logo(feuille, LARGEURS)
        ligne, debuts, rubrique = PREMIERE_LIGNE, list[int](), ""
        connues = {x.rubrique for x in lignes_de(fiche) if _diffusee(publication, x)}
        for demandee in lignes_de(fiche):
            if demandee.rubrique != rubrique:
                rubrique = demandee.rubrique
                ligne += 1 if debuts else 0
                debuts.append(ligne)
                ligne = _rubrique(c, feuille, ligne, rubrique, rubrique in connues)
            if not _diffusee(publication, demandee):
                ligne = _a_remplir(c, feuille, ligne, demandee)
                continue
            for libelle, modalite in _developper(c, demandee):
                ligne = _chiffre(c, feuille, ligne, demandee, libelle, modalite)
        derniere = len(LARGEURS) - 1
        note = (
            "Les cases claires sont à remplir : les chiffres diffusés ne le disent pas. Écart en points pour les parts. Les "
            "effectifs de personnes suivies ne se comparent pas d'une année à l'autre : les derniers premiers contrats n'ont"
            f" pas tous atteint l'horizon. {c.note_source}"
        )
        ligne = classeur.paragraphe(feuille, ligne + 1, note, derniere, sum(LARGEURS), "note")
        classeur.couper_les_pages(feuille, debuts, ligne, LARGEURS)
        feuille.print_area(0, 0, ligne - 1, derniere)
    return chemin


def _diffusee(publication: Publication, demandee: Ligne) -> bool:
    return (demandee.tableau, demandee.mesure) in publication.mesures_diffusees


def _rubrique(c: Contexte, feuille: Worksheet, ligne: int, rubrique: str, avec_chiffres: bool) -> int:
    if not avec_chiffres:
        c.classeur.texte(feuille, ligne, 0, rubrique, "entete_gauche")
        feuille.merge_range(ligne, 1, ligne, len(LARGEURS) - 1, "", c.classeur.style("entete"))
        c.classeur.texte(feuille, ligne, 1, "À remplir", "entete")
        c.classeur.hauteur(feuille, ligne, hauteur_entete((rubrique,), LARGEURS))
        return ligne + 1
    avant = c.avant.code if c.avant else "un an avant"
    titres = [
        rubrique,
        f"{c.nom} {c.periode.code}",
        f"{c.nom} {avant}",
        "Écart",
        "Évolution (%)",
        *([] if c.est_tete else [f"{c.tete.court} {c.periode.code}"]),
    ]
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    return ligne + 1


def _a_remplir(c: Contexte, feuille: Worksheet, ligne: int, demandee: Ligne) -> int:
    """High where a text is expected, as high as its title where a number is."""
    c.classeur.texte(feuille, ligne, 0, demandee.libelle.removesuffix(" : "))
    feuille.merge_range(ligne, 1, ligne, len(LARGEURS) - 1, "", c.classeur.style("saisie"))
    hauteur = hauteur_entete((demandee.libelle,), LARGEURS) if demandee.tableau else HAUTEUR_DE_SAISIE
    c.classeur.hauteur(feuille, ligne, hauteur)
    return ligne + 1


def _developper(c: Contexte, demandee: Ligne) -> Iterator[tuple[str, str | None]]:
    """The line itself, or one per code of its axis."""
    if demandee.axe is None or demandee.modalite != "*":
        yield demandee.libelle, demandee.modalite
        return
    for code in c.libelles.codes(demandee.tableau, demandee.axe):
        nom = c.libelles.libelle(demandee.axe, code)
        yield demandee.libelle + nom, code


def _chiffre(
    c: Contexte, feuille: Worksheet, ligne: int, demandee: Ligne, libelle: str, modalite: str | None
) -> int:
    unite, _, _ = c.base(demandee.tableau, demandee.mesure, demandee.axe)
    d = decimales(unite)
    periode = c.publication.annee if demandee.tableau in PAR_AN else c.periode
    quand = {
        "ici": (c.territoire, periode),
        "avant": (c.territoire, c.publication.un_an_avant(periode)),
        "la": (c.tete.code, periode),
    }
    lus = {
        nom: c.index.lire(demandee.tableau, demandee.mesure, territoire, p, demandee.axe, modalite)
        for nom, (territoire, p) in quand.items()
    }
    c.classeur.texte(feuille, ligne, 0, libelle)
    c.classeur.hauteur(feuille, ligne, hauteur_entete((libelle,), LARGEURS))
    c.classeur.chiffre(feuille, ligne, 1, lus["ici"], d)
    c.classeur.chiffre(feuille, ligne, 2, lus["avant"], d)
    # the first contracts of the year have not all reached the horizon: their rates compare, their counts do not
    comparable = demandee.tableau != "S01" or unite == "%"
    en_pour_cent = (
        c.changement(evolution(lus["ici"], lus["avant"]), periode) if comparable and unite != "%" else None
    )
    difference = c.changement(ecart(lus["ici"], lus["avant"]), periode) if comparable else None
    c.classeur.chiffre(feuille, ligne, 3, difference, d, signe=True)
    c.classeur.chiffre(feuille, ligne, 4, en_pour_cent, 1, signe=True)
    if not c.est_tete:
        c.classeur.chiffre(feuille, ligne, 5, lus["la"], d)
    return ligne + 1
