"""What a reader needs to trust the figures: coverage, revisions, dictionary, sources."""

from __future__ import annotations

import polars as pl
from xlsxwriter.worksheet import Worksheet

from clauses.socle.nombres import date_courte
from exports.classeurs.charte import LIGNE_MARQUE, PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.edition.index import Chiffre, ecart, evolution
from exports.edition.libelles import axe_en_clair, libelle_mesure
from exports.edition.reperes import AVERTISSEMENT, reperes

REPERES = "Repères"
LETTRES_PAR_UNITE = 1.15  # running text is narrower than the digits that widths are measured in


def ecrire_couverture(c: Contexte) -> None:
    """Months handed in by structure and quarter."""
    structures = c.publication.structures
    if c.niveau == "region":
        structures = structures.filter(pl.col("region") == c.territoire)
    par_trimestre = (
        c.publication.couverture.join(structures.select("structure_code"), on="structure_code", how="semi")
        .with_columns(
            trimestre=pl.col("mois").dt.year().cast(pl.String)
            + "-T"
            + pl.col("mois").dt.quarter().cast(pl.String)
        )
        .group_by("structure_code", "trimestre")
        .agg(deposes=pl.col("depose").sum(), attendus=pl.len())
    )
    trimestres = par_trimestre["trimestre"].unique().sort().to_list()
    comptes = {(s, t): (d, a) for s, t, d, a in par_trimestre.iter_rows()}
    largeurs = [12, 44, 14, *([10] * len(trimestres))]
    titre = "Couverture : mois déposés par structure et trimestre"
    feuille = c.classeur.feuille(
        "Couverture",
        titre,
        f"{c.nom} – un trimestre complet compte trois mois",
        largeurs,
        figees=(PREMIERE_LIGNE + 1, 2),
    )
    titres = ["Structure", "Nom", "Département", *trimestres]
    feuille.repeat_rows(LIGNE_MARQUE, PREMIERE_LIGNE)
    c.classeur.entete(feuille, PREMIERE_LIGNE, titres, a_gauche=3)
    c.classeur.hauteur(feuille, PREMIERE_LIGNE, hauteur_entete(titres, largeurs))
    ligne = PREMIERE_LIGNE + 1
    for code, nom, departement in (
        structures.sort("structure_code").select("structure_code", "nom", "departement").iter_rows()
    ):
        c.classeur.texte(feuille, ligne, 0, code, "code")
        c.classeur.texte(feuille, ligne, 1, nom)
        c.classeur.texte(feuille, ligne, 2, departement, "code")
        for j, trimestre in enumerate(trimestres):
            if (code, trimestre) not in comptes:  # nothing is expected of a structure outside its months
                c.classeur.texte(feuille, ligne, 3 + j, "–", "centre")
                continue
            deposes, attendus = comptes[code, trimestre]
            c.classeur.texte(
                feuille,
                ligne,
                3 + j,
                f"{deposes} sur {attendus}",
                "centre" if deposes == attendus else "alerte",
            )
        ligne += 1
    note = "En couleur : trimestres incomplets. Une structure qui n'a pas déposé n'est pas dans les chiffres de la période."
    siennes = set(structures["structure_code"])
    deduites = [
        f"{code} : l'export n'a pas de table {tables} ; ce qu'elle seule dirait n'est pas connu."
        for code, tables in c.publication.tables_deduites.items()
        if code in siennes
    ]
    for texte in (note, *deduites):
        ligne = c.classeur.paragraphe(
            feuille, ligne + 1, texte, len(largeurs) - 1, int(sum(largeurs)), "note"
        )
    feuille.print_area(0, 0, ligne - 1, len(largeurs) - 1)


def ecrire_revisions(c: Contexte) -> None:
    """What changed since the version before, or why there is nothing to say."""
    largeurs = (9, 40, 12, 12, 26, 26, 14, 14, 12, 11, 40)
    feuille = c.classeur.feuille(
        "Révisions", "Révisions depuis la version précédente", c.nom, largeurs, figees=(PREMIERE_LIGNE + 1, 0)
    )
    revisions = c.publication.revisions
    ligne = PREMIERE_LIGNE
    if revisions is not None:
        revisions = revisions.filter(pl.col("code_territoire") == c.territoire)
        if "niveau_territoire" in revisions.columns:
            revisions = revisions.filter(pl.col("niveau_territoire") == c.niveau)
    if revisions is None or not len(revisions):
        texte = (
            "Première version de ce millésime : aucun chiffre n'a été révisé."
            if revisions is None
            else "Aucun chiffre de ce territoire n'a été révisé."
        )
        ligne = c.classeur.paragraphe(feuille, ligne, texte, len(largeurs) - 1, sum(largeurs))
    else:
        titres = (
            "Tableau",
            "Mesure",
            "Territoire",
            "Période",
            "Modalité 1",
            "Modalité 2",
            "Avant",
            "Maintenant",
            "Écart",
            "Écart (%)",
            "Cause",
        )
        feuille.repeat_rows(LIGNE_MARQUE, ligne)
        c.classeur.entete(feuille, ligne, titres)
        colonnes = (
            "tableau",
            "mesure",
            "code_territoire",
            "periode",
            "modalite_1",
            "modalite_2",
            "valeur_avant",
            "valeur",
            "cause",
        )
        for t, m, territoire, periode, m1, m2, avant, valeur, cause in revisions.select(colonnes).iter_rows():
            ligne += 1
            for j, texte in enumerate((t, libelle_mesure(t, m), territoire, periode, m1, m2)):
                c.classeur.texte(feuille, ligne, j, texte, "code" if j in (0, 2, 3) else "case")
            avant_, apres = (Chiffre(x, None, "A" if x is not None else "Q") for x in (avant, valeur))
            c.classeur.chiffre(feuille, ligne, 6, avant_, 1)
            c.classeur.chiffre(feuille, ligne, 7, apres, 1)
            c.classeur.chiffre(feuille, ligne, 8, ecart(apres, avant_), 1, signe=True)
            c.classeur.chiffre(feuille, ligne, 9, evolution(apres, avant_), 1, signe=True)
            c.classeur.texte(feuille, ligne, 10, cause)
        ligne += 1
    feuille.print_area(0, 0, max(ligne - 1, PREMIERE_LIGNE), len(largeurs) - 1)


def ecrire_dictionnaire(c: Contexte) -> None:
    """By table of this edition, each measure with its unit and base; then the codes of each axis."""
    largeurs = (44, 28, 18, 104)
    feuille = c.classeur.feuille(
        "Dictionnaire",
        "Dictionnaire des mesures et des codes",
        "Ce que compte chaque chiffre de cette édition",
        largeurs,
        figees=(PREMIERE_LIGNE + 1, 0),
    )
    derniere = len(largeurs) - 1
    lisibles = [largeur * LETTRES_PAR_UNITE for largeur in largeurs]
    feuille.repeat_rows(LIGNE_MARQUE, PREMIERE_LIGNE)
    c.classeur.entete(feuille, PREMIERE_LIGNE, ("Mesure", "Code", "Unité", "Base"), a_gauche=4)
    ligne, titre_ecrit = PREMIERE_LIGNE + 1, ""
    diffusees = c.publication.mesures_diffusees
    for tableau, titre, mesure, unite, base in (
        c.publication.tableaux.sort("tableau", maintain_order=True)
        .select("tableau", "titre", "mesure", "unite", "base")
        .unique(maintain_order=True)
        .iter_rows()
    ):
        if (tableau, mesure) not in diffusees:
            continue
        if f"{tableau} – {titre}" != titre_ecrit:
            titre_ecrit = f"{tableau} – {titre}"
            _sur_la_largeur(c, feuille, ligne, 0, derniere, titre_ecrit, "groupe")
            ligne += 1
        textes = (libelle_mesure(tableau, mesure), mesure, unite, base)
        for j, texte in enumerate(textes):
            c.classeur.texte(feuille, ligne, j, texte, "code" if j == 1 else "case")
        c.classeur.hauteur(feuille, ligne, hauteur_entete(textes, lisibles))
        ligne += 1
    c.classeur.texte(feuille, ligne + 1, 0, "Codes des nomenclatures", "section")
    ligne += 2
    for (axe,), codes in (
        c.publication.nomenclatures.filter(pl.col("axe") != "metier_famille")
        .sort("axe", "ordre", "code")
        .group_by("axe", maintain_order=True)
    ):
        texte = " ; ".join(f"{code} : {nom}" for code, nom in codes.select("code", "libelle").iter_rows())
        c.classeur.texte(feuille, ligne, 0, axe_en_clair(str(axe)), "groupe")
        _sur_la_largeur(c, feuille, ligne, 1, derniere, texte, "case")
        c.classeur.hauteur(feuille, ligne, hauteur_entete((texte,), (sum(lisibles[1:]),)))
        ligne += 1
    feuille.print_area(0, 0, ligne - 1, derniere)


def _sur_la_largeur(
    c: Contexte, feuille: Worksheet, ligne: int, premiere: int, derniere: int, texte: str, style: str
) -> None:
    feuille.merge_range(ligne, premiere, ligne, derniere, "", c.classeur.style(style))
    c.classeur.texte(feuille, ligne, premiere, texte, style)


def ecrire_reperes(c: Contexte) -> None:
    """What was published of the nation, dated."""
    largeurs = (44, 20, 8, 16, 76)
    feuille = c.classeur.feuille(REPERES, "Repères nationaux publiés", c.sous_titre(), largeurs)
    titres = ("Chiffre clé", "Publié", "Année", f"{c.nom} {c.periode.code}", "Document")
    ligne = PREMIERE_LIGNE
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    for repere in reperes(c):
        ligne += 1
        c.classeur.texte(feuille, ligne, 0, repere.libelle)
        c.classeur.texte(feuille, ligne, 1, repere.valeur, "centre")
        c.classeur.texte(feuille, ligne, 2, repere.annee, "centre")
        c.classeur.chiffre(feuille, ligne, 3, repere.ici, 1, suffixe=" %")
        c.classeur.texte(feuille, ligne, 4, repere.document)
        c.classeur.hauteur(feuille, ligne, hauteur_entete(("", "", "", "", repere.document), largeurs))
    ligne = c.classeur.paragraphe(
        feuille, ligne + 2, AVERTISSEMENT, len(largeurs) - 1, int(sum(largeurs)), "note"
    )
    feuille.print_area(0, 0, ligne - 1, len(largeurs) - 1)


def _deposantes(c: Contexte) -> pl.Series:
    """The structures that handed something in."""
    return c.publication.couverture.filter("depose")["structure_code"].unique()


def ecrire_sources(c: Contexte) -> None:
    """Where the figures come from, and what made them."""
    p = c.publication
    structures = p.structures.filter(pl.col("structure_code").is_in(_deposantes(c).implode()))
    if c.niveau == "region":
        structures = structures.filter(pl.col("region") == c.territoire)
    feuille = c.classeur.feuille("Sources", "Sources", c.nom, (34, 96))
    elements = (
        ("Données", f"{p.source} : {len(structures)} structures pour ce territoire."),
        ("Date d'arrêté", date_courte(p.date_arrete)),
        ("Édition", f"Millésime {p.millesime}, version {p.version}."),
        ("Version du code", p.code_version),
        (
            "Tableaux",
            "Instruction interministérielle DGEFP/SDPAE/DAE/CGET/2019/80 du 11 avril 2019, fiche n° "
            "3 (§ 1.b pour les tableaux, § 6 pour "
            "le suivi) ; cahier des charges du comité départemental des clauses sociales du "
            "Val-d'Oise ; fiche de l'ORCP des Hauts-de-France (2016).",
        ),
        (
            "Territoires",
            "Code officiel géographique, Insee. Le territoire d'une heure est celui de l'exécution "
            "de l'opération, à défaut celui "
            "de la structure.",
        ),
        ("Métiers", "Répertoire opérationnel des métiers et des emplois (ROME), France Travail."),
        (
            "Méthodes",
            "Une page de méthode par tableau accompagne le code de l'observatoire : définition, formule, base, limites.",
        ),
    )
    ligne = PREMIERE_LIGNE
    for nom, texte in elements:
        c.classeur.texte(feuille, ligne, 0, nom, "groupe")
        c.classeur.texte(feuille, ligne, 1, texte)
        c.classeur.hauteur(feuille, ligne, hauteur_entete((texte,), (96,)))
        ligne += 1
    feuille.print_area(0, 0, ligne - 1, 1)
