"""What is read in the published warehouse to be written: its state, its scope, its figures with their status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

import duckdb
import polars as pl

from clauses.chantier.reglages import lire_reglages
from clauses.chantier.state import Etat, lire_etat
from clauses.socle.cube import CLE
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.journal import Journal
from clauses.socle.observatoire import Observatoire
from clauses.socle.project import version_code
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from exports.edition.annexes import lire_annexes
from exports.edition.portee import Portee, portee_de
from exports.edition.publication import Publication
from exports.edition.statuts import fin_de_periode, lire_calendrier, statuts
from exports.retours.rafraichissement import est_fictif


@dataclass(frozen=True)
class Publie:
    """The published warehouse and the state it was built from."""

    etat: Etat
    date_arrete: dt.date
    annexes: dict[str, pl.DataFrame]  # the fields of Publication that the warehouse holds
    depots: pl.DataFrame
    observatoire: Observatoire
    portee: Portee


def lire_publie(base: duckdb.DuckDBPyConnection, espace: Espace) -> Publie:
    """Raises ErreurUtilisateur when the published warehouse is not that of the ledger: its deposits could not be told."""
    construction = base.execute("select date_arrete, empreinte from qualite.construction").fetchone()
    assert construction is not None
    date_arrete, empreinte = construction
    journal = Journal(espace.journal, lecture_seule=True)
    reglages = lire_reglages(espace)
    etat = lire_etat(journal, date_arrete, reglages)
    if etat.empreinte != empreinte:
        raise ErreurUtilisateur(
            "ENTREPOT_PERIME",
            "L'entrepôt publié ne tient pas compte des derniers dépôts, ou de ce qui a changé depuis (alias, périmètres, "
            "observatoire.yml, règles). "
            "Relancez clauses actualiser sur vos dépôts, puis cette commande.",
        )
    depots = lire_depots(journal).filter(pl.col("statut") == "accepte").sort("ordre")
    acceptes = depots.select(
        "depot_id", "chemin", "sha256", "structure_code", "nom_structure", "debut", "fin", "extraction"
    )
    annexes = lire_annexes(base)
    portee = portee_de(reglages.observatoire, annexes)
    return Publie(etat, date_arrete, annexes, acceptes, reglages.observatoire, portee)


def perimetre_vide(portee: Portee) -> ErreurUtilisateur:
    """What is said where the observatory covers nothing of what was deposited."""
    return ErreurUtilisateur(
        "PERIMETRE_VIDE",
        f"Aucun dépôt n'a d'heures dans le périmètre de l'observatoire ({', '.join(portee.regions or ())}) : vérifiez "
        "« perimetre » dans observatoire.yml (clauses observatoire).",
    )


def rassembler(
    publie: Publie,
    figures: pl.DataFrame,
    millesime: str,
    version: int | None,
    profil: str,
    revisions: pl.DataFrame | None,
) -> Publication:
    """What the writers are given. `figures`: those of `figures_datees`, for what the observatory covers."""
    return Publication(
        indicateurs=figures,
        **cast(dict[str, Any], publie.portee.limiter(publie.annexes)),
        revisions=revisions,
        portee=publie.portee,
        observatoire=publie.observatoire,
        millesime=millesime,
        version=version,
        profil=profil,
        statuts=_statuts_des_periodes(figures),
        date_arrete=publie.date_arrete,
        fictif=est_fictif(publie.depots),
        code_version=version_code(),
    )


def jusqu_a(figures: pl.DataFrame, fin: dt.date) -> pl.DataFrame:
    """The figures of the years and quarters that are over by the end of the vintage."""
    periodes = figures.filter(pl.col("type_periode") != "cumul")["periode"].unique()
    revolues = [periode for periode in periodes if fin_de_periode(periode) <= fin]
    return figures.filter(pl.col("periode").is_in(revolues))


def figures_datees(protegees: pl.DataFrame, fin: dt.date, date_arrete: dt.date) -> pl.DataFrame:
    """What goes out: the periods of the vintage, each figure with its status; an ordinary provisional one says P."""
    revolues = jusqu_a(protegees, fin).sort(CLE)
    return revolues.with_columns(
        statuts(revolues, date_arrete, lire_calendrier()).alias("statut_chiffre")
    ).with_columns(
        statut_observation=pl.when(
            (pl.col("statut_observation") == "A") & (pl.col("statut_chiffre") == "provisoire")
        )
        .then(pl.lit("P"))
        .otherwise("statut_observation")
    )


def _statuts_des_periodes(figures: pl.DataFrame) -> dict[str, str]:
    """The status of the ordinary tables of each period."""
    ordinaires = figures.filter(pl.col("tableau") == "CLES")
    return dict(ordinaires.select("periode", "statut_chiffre").unique().iter_rows())
