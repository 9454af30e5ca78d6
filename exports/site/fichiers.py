"""The CSV files of the pages: published rows as they are, so that what is downloaded is what was read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from exports.atelier.a_plat import verifier_a_plat
from exports.diffusion.tableaux_plats import ecrire_csv_excel, relire_csv_excel
from exports.edition.publication import Publication
from exports.edition.schema import canonique
from exports.site.blocs import lire_blocs
from exports.site.lieux import Lieu


class Fichiers:
    """Writes each file once, reads it again at once. Raises RELECTURE_DIFFERENTE, OSError."""

    def __init__(self, publication: Publication, dossier: Path) -> None:
        self._publication = publication
        self._dossier = dossier
        self._noms = publication.territoires.select(
            "niveau_territoire", "code_territoire", libelle_territoire="libelle"
        )
        (dossier / "csv").mkdir(exist_ok=True)

    def du_lieu(self, lieu: Lieu, page: str, cle: str) -> None:
        """The key figures, and each table of the blocks of a kind of page."""
        lignes = self._publication.du_territoire(lieu.niveau, lieu.code)
        self._ecrire(fichier_des_cles(cle), lignes.filter(pl.col("tableau") == "CLES"))
        for bloc in lire_blocs():
            if page in bloc.pages and not (self._dossier / bloc.fichier(cle)).exists():
                choix = (
                    (pl.col("tableau") == bloc.tableau)
                    & (pl.col("axe_1") == bloc.axe_1)
                    & pl.col("axe_2").eq_missing(pl.lit(bloc.axe_2, pl.String))
                )
                self._ecrire(bloc.fichier(cle), lignes.filter(choix))

    def des_territoires(self, fichier: str, tableau: str, mesure: str, niveaux: list[str]) -> None:
        """A figure, for every territory that maps and comparisons show."""
        if not (self._dossier / fichier).exists():
            choix = (pl.col("tableau") == tableau) & (pl.col("mesure") == mesure) & pl.col("axe_1").is_null()
            self._ecrire(
                fichier, self._publication.chiffres.filter(choix & pl.col("niveau_territoire").is_in(niveaux))
            )

    def _ecrire(self, fichier: str, lignes: pl.DataFrame) -> None:
        if lignes.is_empty():
            return
        chemin, figures = self._dossier / fichier, canonique(lignes)
        ecrire_csv_excel(chemin, figures, self._noms)
        verifier_a_plat(chemin, relire_csv_excel(chemin), figures)


def fichier_des_cles(cle: str) -> str:
    """The CSV of the key figures of a territory."""
    return f"csv/{cle}_CLES.csv"
