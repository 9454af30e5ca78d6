"""A region's key figures on one page, as the ORCP of Hauts-de-France published them in 2016."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import PREMIERE_LIGNE, Classeur
from exports.classeurs.contexte import Contexte
from exports.classeurs.dgefp import ouvrir_contexte
from exports.edition.groupes import SANS_EVOLUTION
from exports.edition.index import evolution, rapport
from exports.edition.publication import Publication

CHIFFRES_CLES = (
    ("donneurs_ordre", "donneurs d'ordre accompagnés"),
    ("operations", "opérations suivies"),
    ("entreprises", "entreprises concernées"),
    ("heures", "heures réalisées"),
    ("etp_1820", "ETP par an (1 ETP = 1 820 heures)"),
    ("etp_1607", "ETP par an (1 ETP = 1 607 heures)"),
    ("beneficiaires", "bénéficiaires de la clause"),
    ("heures_par_beneficiaire", "heures : durée moyenne d'une mission"),
    ("insertions_durables", "bénéficiaires en emploi durable à 6 ou 12 mois"),
)
A_RETENIR = (
    ("heures_rsa", "heures réalisées par des allocataires du RSA"),
    ("heures_qpv", "heures réalisées par des résidents en quartier prioritaire (QPV)"),
    ("heures_anru", "heures réalisées sur les opérations de l'ANRU"),
    ("heures_jeunes", "heures réalisées par des jeunes de moins de 26 ans"),
    ("heures_iae", "heures réalisées dans l'insertion par l'activité économique (IAE)"),
    ("heures_alternance", "heures réalisées en alternance"),
    ("heures_deld", "heures réalisées par des demandeurs d'emploi de longue durée"),
    ("heures_femmes", "heures réalisées par des femmes"),
)
# two tables side by side: number, label, share of the hours (the second only), change
LARGEURS = (14, 48, 12, 2, 14, 50, 12, 12)
SECONDE = 4  # first column of the second
HAUTEUR = 38


def ecrire_une_page(publication: Publication, region: str, dossier: Path) -> Path:
    """`chiffres_cles_32_2024T4_v1.xlsx`: a single sheet, a single page. Raises OSError when it cannot be written."""
    chemin = dossier / f"chiffres_cles_{region}_{publication.edition}.xlsx"
    nom = publication.libelle_territoire(region, "region")
    rappel = f"{nom} – édition {publication.edition}"
    with Classeur(
        chemin, f"Chiffres clés – {nom}", publication.marques, rappel, publication.observatoire
    ) as classeur:
        c = ouvrir_contexte(publication, region, classeur, "^CLES$")
        feuille = classeur.feuille("Chiffres clés", f"Les chiffres clés – {nom}", c.sous_titre(), LARGEURS)
        classeur.logo(feuille, LARGEURS)
        quand = f"{'en' if c.periode.type_periode == 'annee' else 'au'} {c.periode.court}"
        fin = max(
            _tableau(c, feuille, 0, f"Les chiffres clés {quand}…", CHIFFRES_CLES, False),
            _tableau(c, feuille, SECONDE, "Ce qu'il faudra retenir…", A_RETENIR, True),
        )
        fin = classeur.paragraphe(
            feuille, fin + 1, c.note_source, len(LARGEURS) - 1, int(sum(LARGEURS)), "note"
        )
        feuille.print_area(0, 0, fin - 1, len(LARGEURS) - 1)
        feuille.fit_to_pages(1, 1)
    return chemin


def _tableau(
    c: Contexte,
    feuille: Worksheet,
    gauche: int,
    titre: str,
    mesures: tuple[tuple[str, str], ...],
    avec_part: bool,
) -> int:
    """Its title, its headers, a line per measure, from the column `gauche`; gives the next row back."""
    ligne = PREMIERE_LIGNE
    c.classeur.texte(feuille, ligne, gauche, titre, "titre")
    titres = [
        "Nombre",
        "",
        *(["Part des heures"] if avec_part else []),
        f"Depuis {c.avant.court}" if c.avant else "",
    ]
    for rang, entete in enumerate(titres):
        c.classeur.texte(feuille, ligne + 1, gauche + rang, entete, "entete")
    for rang in (ligne, ligne + 1):
        c.classeur.hauteur(feuille, rang, HAUTEUR)
    heures = c.index.total("heures", c.territoire, c.periode)
    ligne += 1
    for mesure, libelle in mesures:
        ligne += 1
        ici = c.index.lire("CLES", mesure, c.territoire, c.periode)
        avant = c.index.lire("CLES", mesure, c.territoire, c.avant)
        comparable = c.avant and mesure not in SANS_EVOLUTION
        c.classeur.chiffre(feuille, ligne, gauche, ici, 0, total=True)
        c.classeur.texte(feuille, ligne, gauche + 1, libelle, "grande_case")
        if avec_part:
            c.classeur.chiffre(
                feuille, ligne, gauche + 2, rapport(ici, heures) if heures else None, 1, suffixe=" %"
            )
        c.classeur.chiffre(
            feuille,
            ligne,
            gauche + len(titres) - 1,
            c.changement(evolution(ici, avant)) if comparable else None,
            1,
            signe=True,
            suffixe=" %",
        )
        c.classeur.hauteur(feuille, ligne, HAUTEUR)
    return ligne + 1
