"""The workbook of a territory, as the 2019 instruction numbers its tables: the head of the release, its regions."""

from __future__ import annotations

from pathlib import Path

from exports.classeurs import annexes
from exports.classeurs.charte import Classeur
from exports.classeurs.chiffres_cles import FEUILLE as CHIFFRES_CLES
from exports.classeurs.chiffres_cles import ecrire_chiffres_cles
from exports.classeurs.contexte import Contexte
from exports.classeurs.donnees import FEUILLE as DONNEES
from exports.classeurs.donnees import ecrire_donnees
from exports.classeurs.lisez_moi import ouvrir_lisez_moi, remplir_lisez_moi
from exports.classeurs.sous_territoires import ecrire_sous_territoires
from exports.classeurs.suivi import FEUILLE as SUIVI
from exports.classeurs.suivi import ecrire_suivi
from exports.classeurs.tableaux import ecrire_tableaux
from exports.classeurs.trimestres import FEUILLE as TRIMESTRES
from exports.classeurs.trimestres import ecrire_trimestres
from exports.edition.index import Index
from exports.edition.libelles import Libelles
from exports.edition.publication import Publication


def nom_fichier(publication: Publication, territoire: str) -> str:
    """`dgefp_32_2024T4_v1.xlsx`."""
    return f"dgefp_{territoire}_{publication.edition}.xlsx"


def ouvrir_contexte(
    publication: Publication, territoire: str, classeur: Classeur, tableaux: str = ""
) -> Contexte:
    """What the sheets of a territory read: its figures and those of the head, of `tableaux` (a regular expression)."""
    tete = publication.portee
    index = Index(publication, {territoire, tete.code}, {tete.niveau, "region"}, tableaux)
    niveau = tete.niveau_du_classeur(territoire)
    return Contexte(publication, territoire, niveau, index, Libelles(publication), classeur)


def ecrire_dgefp(publication: Publication, territoire: str, dossier: Path) -> Path:
    """Writes the workbook of a region or of the head of the release (its code) into a folder; gives its path.

    Raises OSError when the file cannot be written.
    """
    chemin = dossier / nom_fichier(publication, territoire)
    nom = publication.libelle_territoire(territoire, publication.portee.niveau_du_classeur(territoire))
    rappel = f"Clauses sociales d'insertion – {nom} – édition {publication.edition}"
    with Classeur(chemin, rappel, publication.marques, rappel, publication.observatoire) as classeur:
        c = ouvrir_contexte(publication, territoire, classeur)
        lisez_moi = ouvrir_lisez_moi(c)
        ecrire_chiffres_cles(c)
        sommaire = [(CHIFFRES_CLES, "L'essentiel en une page"), *ecrire_tableaux(c)]
        ecrire_trimestres(c)
        ecrire_suivi(c)
        sommaire += [
            (TRIMESTRES, "Les derniers trimestres côte à côte"),
            (SUIVI, "Sorties, profils, parcours, facilitateurs, obligations (tableaux S)"),
            *ecrire_sous_territoires(c),
        ]
        if c.est_tete and not c.tete.est_nationale:
            annexes.ecrire_reperes(c)
            sommaire.append((annexes.REPERES, "Ce qui a été publié au niveau national, à sa date"))
        ecrire_donnees(c)
        annexes.ecrire_couverture(c)
        annexes.ecrire_revisions(c)
        annexes.ecrire_dictionnaire(c)
        annexes.ecrire_sources(c)
        sommaire += [
            (DONNEES, "Tous les chiffres, en une table à filtrer"),
            ("Couverture", "Ce que chaque structure a déposé"),
            ("Révisions", "Ce qui a changé depuis la version précédente"),
            ("Dictionnaire", "Mesures, bases et codes"),
            ("Sources", "Origine des données et version du code"),
        ]
        remplir_lisez_moi(c, lisez_moi, sommaire)
    return chemin
