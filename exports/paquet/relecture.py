"""A package read again before it takes its place: each file that carries figures, against the published figures."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from clauses.socle.cube import CLE
from exports.atelier.temoin import en_relisant, meme_nombre, relecture_differente
from exports.classeurs.charte import PREMIERE_LIGNE
from exports.classeurs.donnees import COLONNES
from exports.classeurs.donnees import FEUILLE as DONNEES
from exports.edition.publication import Publication

_COMPAREES = ("valeur", "part", "unite", "statut_observation", "confidentialite")


def verifier_le_secret(fichier: Path, figures: pl.DataFrame) -> None:
    """Nothing that is not published has a number. Raises RELECTURE_DIFFERENTE."""
    caches = figures.filter((pl.col("confidentialite") == "C") | (pl.col("statut_observation") == "Q"))
    montres = caches.filter(
        pl.any_horizontal(pl.col("valeur", "part", "ecart_periode", "ecart_annee").is_not_null())
    )
    if montres.height:
        raise relecture_differente(fichier, f"{montres.height} chiffres non diffusés y ont un nombre")


def verifier_donnees(classeur: Path, territoire: str, publication: Publication) -> None:
    """The data sheet of a workbook: each row is a published figure, and all those of its territory are there.

    Raises RELECTURE_DIFFERENTE.
    """
    with en_relisant(classeur):
        lues = (
            pl.read_excel(
                classeur,
                sheet_name=DONNEES,
                raise_if_empty=False,
                read_options={"header_row": PREMIERE_LIGNE, "dtypes": "string"},
            )
            .select(pl.col(titre).alias(colonne) for colonne, titre, _ in COLONNES)
            .drop_nulls("tableau")  # the empty row of a table without figures
            .with_columns(pl.col("valeur", "part").cast(pl.Float64))
        )
    niveau = publication.portee.niveau_du_classeur(territoire)
    presents = lues.select("niveau_territoire", "code_territoire").unique()
    figures = (
        publication.chiffres
        if niveau != "region"  # its sheet reads every territory
        else pl.concat(publication.du_territoire(*present) for present in presents.iter_rows())
    )
    # first the few figures of the sheet: matching them all would take as much memory again
    publiees = figures.select(*CLE, *_COMPAREES).join(lues, on=CLE, how="semi", nulls_equal=True)
    reunies = lues.join(publiees, on=CLE, how="left", nulls_equal=True, suffix="_publie")
    justes = [
        *(
            meme_nombre(pl.col(nom), pl.col(f"{nom}_publie"))
            | (pl.col(nom).is_null() & pl.col(f"{nom}_publie").is_null())
            for nom in _COMPAREES[:2]
        ),
        *(pl.col(nom).eq_missing(pl.col(f"{nom}_publie")) for nom in _COMPAREES[2:]),
    ]
    fausses = reunies.filter(~pl.all_horizontal(justes))
    doubles = lues.height - lues.select(CLE).unique().height
    siennes = publication.du_territoire(niveau, territoire)
    absentes = siennes.join(lues, on=CLE, how="anti", nulls_equal=True)
    if fausses.height or doubles or absentes.height:
        raise relecture_differente(
            classeur,
            f"feuille « {DONNEES} », {fausses.height} lignes différentes des chiffres publiés, {doubles} en double, "
            f"{absentes.height} absentes",
        )
