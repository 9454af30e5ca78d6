"""The key figures of the territories below: the regions of a whole, the départements of a region."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from exports.classeurs.charte import LIGNE_MARQUE, PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.edition.index import Index, evolution, rapport
from exports.edition.libelles import decimales, libelle_mesure

MESURES = (
    "heures",
    "beneficiaires",
    "contrats",
    "marches",
    "donneurs_ordre",
    "entreprises",
    "etp_1607",
    "part_femmes",
    "part_qpv",
    "part_th",
    "heures_par_beneficiaire",
    "heures_iae",
)
LARGEURS = (7, 26, 12, 10, 10, *([11] * (len(MESURES) - 1)))


def ecrire_sous_territoires(c: Contexte) -> list[tuple[str, str]]:
    """Sheets written, by name and title."""
    niveaux = (
        [("departement", "Départements")]
        if c.niveau == "region"
        else [("region", "Régions"), ("departement", "Départements")]
    )
    for niveau, nom in niveaux:
        _ecrire(c, niveau, nom)
    return [
        (nom, f"Chiffres clés par {'région' if niveau == 'region' else 'département'}")
        for niveau, nom in niveaux
    ]


def codes_du_niveau(c: Contexte, niveau: str) -> list[str]:
    """The territories of a level that are in this one, by code, the unknown one last."""
    lignes = c.publication.territoires.filter(pl.col("niveau_territoire") == niveau)
    if c.niveau == "region":
        lignes = lignes.filter(pl.col("region") == c.territoire)
    return sorted(lignes["code_territoire"], key=lambda code: (code == "ND", code))


def _ecrire(c: Contexte, niveau: str, nom: str) -> None:
    presents = c.publication.en_activite(niveau)
    codes = [code for code in codes_du_niveau(c, niveau) if code in presents]
    index = Index(c.publication, codes, [niveau], "^CLES$")
    titres = [
        "Code",
        nom[:-1],
        f"Heures d'insertion {c.periode.code}",
        "Part des heures (%)",
        "Évolution des heures (%)",
    ]
    titres += [
        libelle_mesure("CLES", m) + (" (%)" if c.base("CLES", m)[0] == "%" else "")
        for m in MESURES
        if m != "heures"
    ]
    feuille = c.classeur.feuille(
        nom,
        f"Chiffres clés par {'région' if niveau == 'region' else 'département'}",
        c.sous_titre(),
        LARGEURS,
        figees=(PREMIERE_LIGNE + 1, 2),
    )
    ligne = PREMIERE_LIGNE
    feuille.repeat_rows(LIGNE_MARQUE, ligne)
    c.classeur.entete(feuille, ligne, titres)
    c.classeur.hauteur(feuille, ligne, hauteur_entete(titres, LARGEURS))
    ensemble = c.index.total("heures", c.territoire, c.periode)
    for code in [*codes, c.territoire]:
        ligne += 1
        total = code == c.territoire
        source = c.index if total else index
        c.classeur.texte(feuille, ligne, 0, code, "code_total" if total else "code")
        libelle = c.nom if total else c.publication.libelle_territoire(code, niveau)
        c.classeur.texte(feuille, ligne, 1, libelle, "case_total" if total else "case")
        if len(libelle) > LARGEURS[1]:
            c.classeur.hauteur(feuille, ligne, 28)
        heures = source.lire("CLES", "heures", code, c.periode)
        c.classeur.chiffre(feuille, ligne, 2, heures, 0, total)
        c.classeur.chiffre(feuille, ligne, 3, rapport(heures, ensemble) if ensemble else None, 1, total)
        c.classeur.chiffre(
            feuille,
            ligne,
            4,
            (c if total else replace(c, territoire=code, niveau=niveau)).changement(
                evolution(heures, source.lire("CLES", "heures", code, c.avant))
            ),
            1,
            total,
            signe=True,
        )
        for j, mesure in enumerate(m for m in MESURES if m != "heures"):
            unite, _, _ = c.base("CLES", mesure)
            c.classeur.chiffre(
                feuille, ligne, 5 + j, source.lire("CLES", mesure, code, c.periode), decimales(unite), total
            )
    if codes:
        feuille.conditional_format(
            PREMIERE_LIGNE + 1,
            3,
            ligne - 1,
            3,
            {
                "type": "data_bar",
                "bar_color": "#9DB4D3",
                "bar_solid": True,
                "min_type": "num",
                "min_value": 0,
                "max_type": "num",
                "max_value": 100,
                "data_bar_2010": True,
            },
        )
    note = (
        "Les personnes, marchés et entreprises ne s'additionnent pas d'un territoire à l'autre. Les "
        "chiffres clés des EPCI sont dans la "
        f"feuille « Données ». {c.note_source}"
    )
    ligne = c.classeur.paragraphe(feuille, ligne + 2, note, len(LARGEURS) - 1, int(sum(LARGEURS)), "note")
    feuille.print_area(0, 0, ligne - 1, len(LARGEURS) - 1)
