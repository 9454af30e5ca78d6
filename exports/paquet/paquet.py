"""The package of a release: written beside its place, read again and compared with the figures, then moved whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from clauses.socle.errors import sortie_impossible
from exports.atelier.a_plat import verifier_a_plat
from exports.atelier.temoin import en_relisant
from exports.classeurs.lot import DGEFP, Ouvrage, ouvrages
from exports.diffusion import codes, notices, sdmx, tableaux_plats
from exports.edition.edition import Edition
from exports.edition.millesimes import dossier_entier
from exports.edition.publication import Publication
from exports.edition.schema import DECIMALES, canonique
from exports.paquet import relecture
from exports.site.ecriture import ecrire_site

CSV, EXCEL, PARQUET = "indicateurs.csv", "indicateurs_excel.csv", "indicateurs.parquet"
SDMX, REVISIONS = "sdmx/donnees.csv", "revisions.csv"
SOMMES = "SHA256SUMS"
# Not the share of persons or hours that a table still shows: beside what it shows, it is the sum of what it hides.
_SECRET_DIT = ("tableau", "niveau_territoire", "lignes", "masquees")


def ecrire_paquet(
    destination: Path,
    publication: Publication,
    edition: Edition,
    fiche: dict[str, Any],
    territoires: Sequence[str],
    avancement: Callable[[int, int], None],
    avant_de_poser: Callable[[], None] = lambda: None,
) -> None:
    """Writes the folder `destination`, whole or not at all. `fiche`: the record of the vintage.

    `avant_de_poser`: called once all is written and read again, just before the folder takes its place.

    Raises ErreurUtilisateur: SORTIE_IMPOSSIBLE when the disk refuses, RELECTURE_DIFFERENTE when a file does not say what
    is published.
    """
    figures = canonique(publication.chiffres)
    lot = ouvrages(publication, territoires)
    etapes: list[Callable[[Path], object]] = [
        lambda dossier: _donnees_ouvertes(dossier, figures, publication, edition),
        lambda dossier: _relire(dossier, figures, publication),
        *(partial(_classeur, publication, ouvrage) for ouvrage in lot),
        lambda dossier: ecrire_site(publication, dossier),
        lambda dossier: _manifeste(dossier, figures, edition, fiche),
    ]
    try:
        with dossier_entier(destination) as provisoire:
            for rang, etape in enumerate(etapes, start=1):
                etape(provisoire)
                avancement(rang, len(etapes))
            avant_de_poser()
    except OSError as erreur:
        raise sortie_impossible(destination, erreur, "Rien n'a été publié. ") from None


def _donnees_ouvertes(
    dossier: Path, figures: pl.DataFrame, publication: Publication, edition: Edition
) -> None:
    noms = publication.territoires.select(
        "niveau_territoire", "code_territoire", libelle_territoire="libelle"
    )
    tableaux_plats.ecrire_csv(dossier / CSV, figures)
    tableaux_plats.ecrire_csv_excel(dossier / EXCEL, figures, noms)
    tableaux_plats.ecrire_parquet(dossier / PARQUET, figures)
    codes.ecrire_codes(
        dossier / "codes",
        figures,
        publication.territoires,
        publication.tableaux,
        publication.nomenclatures,
    )
    sdmx.ecrire_sdmx(dossier / "sdmx", figures, edition)
    notices.ecrire_data_package(dossier, edition)
    notices.ecrire_dcat(dossier, edition)
    notices.ecrire_notice(dossier, edition)
    if publication.revisions is not None:
        _arrondies(publication.revisions).write_csv(
            dossier / REVISIONS, float_precision=DECIMALES, line_terminator="\n"
        )


def _arrondies(revisions: pl.DataFrame) -> pl.DataFrame:
    return revisions.with_columns(pl.col(pl.Float64).round(DECIMALES))


def _relire(dossier: Path, figures: pl.DataFrame, publication: Publication) -> None:
    """The open data, file by file."""
    if publication.profil == "public":
        relecture.verifier_le_secret(dossier / CSV, figures)
    _comparer(dossier / CSV, tableaux_plats.relire_csv, figures)
    _comparer(dossier / EXCEL, tableaux_plats.relire_csv_excel, figures)
    _comparer(dossier / PARQUET, pl.read_parquet, figures)
    _comparer(dossier / SDMX, sdmx.relire_sdmx, figures.select(sdmx.COLONNES_RELUES))
    if publication.revisions is not None:
        schema = publication.revisions.schema
        _comparer(
            dossier / REVISIONS,
            lambda fichier: pl.read_csv(fichier, schema=schema),
            _arrondies(publication.revisions),
        )


def _comparer(fichier: Path, relire: Callable[[Path], pl.DataFrame], attendues: pl.DataFrame) -> None:
    with en_relisant(fichier):
        lues = relire(fichier)
    verifier_a_plat(fichier, lues, attendues)


def _classeur(publication: Publication, ouvrage: Ouvrage, dossier: Path) -> None:
    """Writes a workbook, which reads its own cells again; of those with a data sheet, its rows too."""
    chemin = ouvrage.ecrire(publication, dossier)
    if ouvrage.nature == DGEFP:
        relecture.verifier_donnees(chemin, ouvrage.territoire, publication)


def _manifeste(dossier: Path, figures: pl.DataFrame, edition: Edition, fiche: dict[str, Any]) -> None:
    """manifeste.json: what the release was made from; SHA256SUMS: the fingerprint of each of its files."""
    contenu = {
        "edition": edition.nom,
        "profil": edition.profil,
        "fictif": edition.fictif,
        **{cle: valeur for cle, valeur in fiche.items() if cle not in ("gel", "rang", "depots", "secret")},
        "secret": [{cle: dit[cle] for cle in _SECRET_DIT} for dit in fiche["secret"]],
        "depots": [
            {
                cle: depot[cle]
                for cle in ("depot_id", "sha256", "structure_code", "debut", "fin", "extraction")
            }
            for depot in fiche["depots"]
        ],
        "chiffres": figures.height,
        "non_diffuses": figures.filter(pl.col("confidentialite") == "C").height,
        "classeurs": sorted(f.relative_to(dossier).as_posix() for f in dossier.rglob("*.xlsx")),
        "chiffres_par_tableau": dict(figures["tableau"].value_counts().sort("tableau").iter_rows()),
    }
    (dossier / "manifeste.json").write_text(
        json.dumps(contenu, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    fichiers = sorted(f for f in dossier.rglob("*") if f.is_file())
    (dossier / SOMMES).write_text(
        "".join(f"{_empreinte(f)}  {f.relative_to(dossier).as_posix()}\n" for f in fichiers),
        encoding="utf-8",
        newline="\n",  # sha256sum reads no other
    )


def _empreinte(fichier: Path) -> str:
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()
