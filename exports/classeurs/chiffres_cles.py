"""The sheet a prefect reads in a minute: sentences, then the key figures beside the year before and France."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.classeurs.index import Chiffre, ecart, evolution, rapport
from exports.classeurs.libelles import decimales, libelle_mesure
from exports.classeurs.phrases import phrases
from exports.classeurs.publication import NATIONAL

FEUILLE = "Chiffres clés"
LARGEURS = (46, 14, 14, 14, 13, 15, 15)
GROUPES = (
    (
        "Activité",
        (
            "heures",
            "beneficiaires",
            "contrats",
            "marches",
            "operations",
            "donneurs_ordre",
            "entreprises",
            "structures",
            "etp_1607",
            "etp_1600",
            "etp_1820",
            "heures_formation",
        ),
    ),
    (
        "Intensité",
        (
            "heures_par_beneficiaire",
            "heures_par_contrat",
            "contrats_par_beneficiaire",
            "contrats_300h",
            "duree_moyenne_contrat_jours",
        ),
    ),
    (
        "Publics, en heures",
        (
            "heures_femmes",
            "heures_qpv",
            "heures_rsa",
            "heures_deld",
            "heures_jeunes",
            "heures_senior",
            "heures_th",
        ),
    ),
    ("Publics, en personnes", ("part_femmes", "part_femmes_heures", "part_qpv", "part_th")),
    ("Cadres", ("heures_iae", "heures_alternance", "heures_anru")),
    ("Devenir", ("insertions_durables",)),
)
# the latest persons have not all reached six months: the counts of two years do not compare
SANS_EVOLUTION = {"insertions_durables"}
EN_PART_DES_HEURES = {
    m for titre, mesures in GROUPES if titre in ("Publics, en heures", "Cadres") for m in mesures
}


def ecrire_chiffres_cles(c: Contexte) -> None:
    """The whole sheet; one page wide."""
    p = c.publication
    avant = c.avant.code if c.avant else "Un an avant"
    titres = ["", f"{c.nom} {c.periode.code}", "Part des heures (%)", f"{c.nom} {avant}", "Évolution"]
    if not c.est_national:
        titres += [f"France {c.periode.code}", "Part de la France (%)"]
    derniere_colonne = len(titres) - 1
    feuille = c.classeur.feuille(
        FEUILLE,
        f"Clauses sociales d'insertion – {c.nom}",
        c.sous_titre(),
        LARGEURS[: len(titres)],
        figees=(PREMIERE_LIGNE - 1, 1),
        paysage=False,
    )
    largeur = sum(LARGEURS[: len(titres)])
    ligne = PREMIERE_LIGNE
    for phrase in phrases(c):
        ligne = c.classeur.paragraphe(feuille, ligne, f"•  {phrase}", derniere_colonne, largeur, "phrase")
    ligne += 1
    c.classeur.entete(feuille, ligne, titres, a_gauche=1)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    ligne += 1
    heures = c.index.total("heures", c.territoire, c.periode)
    for groupe, mesures in GROUPES:
        for colonne in range(len(titres)):
            c.classeur.texte(feuille, ligne, colonne, groupe if colonne == 0 else "", "groupe")
        ligne += 1
        for mesure in mesures:
            unite, _, _ = c.base("CLES", mesure)
            d = decimales(unite)
            ici, hier, france = (
                c.index.lire("CLES", mesure, t, q)
                for t, q in ((c.territoire, c.periode), (c.territoire, c.avant), (NATIONAL, c.periode))
            )
            en_points = unite == "%"
            nom = libelle_mesure("CLES", mesure)
            c.classeur.texte(feuille, ligne, 0, f"{nom} (%)" if en_points else nom)
            c.classeur.chiffre(feuille, ligne, 1, ici, d)
            part = rapport(ici, heures) if heures and mesure in EN_PART_DES_HEURES else None
            c.classeur.chiffre(feuille, ligne, 2, part, 1)
            c.classeur.chiffre(feuille, ligne, 3, hier, d)
            if mesure in SANS_EVOLUTION:
                c.classeur.chiffre(feuille, ligne, 4, None)
            else:
                _changement(c, feuille, ligne, ici, hier, en_points)
            if not c.est_national:
                c.classeur.chiffre(feuille, ligne, 5, france, d)
                additif = unite in ("heures", "ETP")
                c.classeur.chiffre(feuille, ligne, 6, rapport(ici, france) if additif else None, 1)
            ligne += 1
    notes = (
        "Évolution : en % de la valeur un an avant ; en points pour les parts. Les personnes, "
        "marchés et entreprises ne s'additionnent "
        "ni d'un territoire à l'autre ni d'une période à l'autre : leur part de la France n'est pas donnée. "
        "Les personnes en emploi durable ne se comparent pas d'une année à l'autre : les plus "
        "récentes n'ont pas toutes atteint 6 mois."
    )
    ligne += 1
    for texte in (notes, f"{c.note_source} Version {p.version} du millésime {p.millesime}."):
        ligne = c.classeur.paragraphe(feuille, ligne, texte, derniere_colonne, largeur, "note")
    feuille.print_area(0, 0, ligne - 1, derniere_colonne)
    feuille.fit_to_pages(1, 1)


def _changement(
    c: Contexte, feuille: Worksheet, ligne: int, ici: Chiffre, hier: Chiffre, en_points: bool
) -> None:
    if en_points:
        c.classeur.chiffre(feuille, ligne, 4, ecart(ici, hier), 1, signe=True, suffixe=" pt")
    else:
        c.classeur.chiffre(feuille, ligne, 4, evolution(ici, hier), 1, signe=True, suffixe=" %")
