"""The main job: read the deposits that are new, check each load, rebuild, test, compare, publish.

The order of what is written makes a killed run harmless: deposits reach brut/ whole, the ledger takes them in one
transaction, the candidate is scratch until it replaces the published warehouse in one move.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import duckdb
import polars as pl

from clauses.chantier import warehouse
from clauses.chantier.artefacts import garder
from clauses.chantier.candidat import Chantier
from clauses.chantier.reglages import Reglages, lire_reglages
from clauses.chantier.state import Etat, lire_etat
from clauses.chantier.warm import Ouvriers
from clauses.commandes.intake import (
    Accueil,
    Vu,
    inscrire,
    maintenant,
    profils,
    recevoir,
    refuser_les_echecs,
    verifier_les_bruts,
)
from clauses.socle.errors import CodeSortie
from clauses.socle.journal import Journal
from clauses.socle.project import version_code
from clauses.socle.suivi import Suivi
from clauses.socle.vigueur import lire_depots
from clauses.socle.workers import Ouvrier
from clauses.socle.workspace import Espace
from expectations import adaptateur
from exports.retours.rafraichissement import Rafraichissement
from exports.retours.rapport import ecrire_rapport
from ingest.discovery import decouvrir, empreinte
from ingest.loading import retirer_les_orphelins


def actualiser(
    depots: Sequence[Path],
    espace: Espace,
    arrete: dt.date | None = None,
    annoncer: Callable[[str, int, int], None] = lambda etape, fait, total: None,
    gx: Ouvrier | None = None,
    par_dbt: bool = False,
) -> Rafraichissement:
    """Runs one refresh and returns what it did. `gx`: a worker that imports Great Expectations since an earlier moment.

    `par_dbt`: dbt itself builds instead of the statements that it left, even where no deposit is new.

    Raises ErreurUtilisateur for the user's mistakes (a missing folder, a bad alias file, a running refresh). A gate that
    closes is not an error here: `statut` is then `bloque` and `portes` says why.
    """
    suivi = Suivi(annoncer)
    debut = maintenant()
    reglages = lire_reglages(espace)
    with suivi.etape("Recherche"):
        candidats, ignores = decouvrir(depots, reglages.layouts, exclus=[espace.racine])
        vus = [Vu(candidat, empreinte(candidat)) for candidat in candidats]
    espace.preparer()
    warehouse.verifier_libre(espace.entrepot)
    with espace.verrouiller(), ExitStack() as pile:
        journal = Journal(espace.journal)
        retirer_les_orphelins(espace.brut, _gardes(journal))
        identifiant = f"{debut:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        # entered last, so left first: nothing is written in the working folder once the lock is free
        ouvriers = Ouvriers(pile, gx)
        chantier = Chantier(identifiant, debut, espace, ouvriers, par_dbt)
        accueil = Accueil(identifiant, espace, reglages, suivi, chantier.preparer)
        arrivage = recevoir(vus, accueil, journal)
        validations: pl.DataFrame | None = None
        if arrivage.lot.identites:
            # nearly always every new deposit passes: the build starts as if they did, while they are validated
            ouvriers.gx.demander(adaptateur.valider, profils(arrivage.lot))
            with suivi.etape("Chargement"):
                espace.travail.mkdir(exist_ok=True)
                ebauche = journal.copier(espace.travail / "journal.duckdb")
            with ebauche.tenir():
                with suivi.etape("Chargement"):
                    inscrire(arrivage, accueil, ebauche)
                with suivi.etape("Construction"):
                    chantier.ouvrir(ebauche, lire_etat(ebauche, arrete, reglages))
            with suivi.etape("Validation"):
                validations = ouvriers.gx.repondre()
                refuser_les_echecs(arrivage.lot, validations, reglages.layouts)
        with journal.tenir():
            with suivi.etape("Chargement"):
                reception = inscrire(arrivage, accueil, journal, validations)
                # refused by a check since the draft; Windows removes none that the build reads: the next run does
                with suppress(PermissionError):
                    retirer_les_orphelins(espace.brut, _gardes(journal))
            vigueur = lire_depots(journal).select("depot_id", "en_vigueur")
            fait = Rafraichissement(
                identifiant,
                debut,
                depots=reception.depots.join(vigueur, on="depot_id", how="left", maintain_order="left"),
                depots_tables=reception.depots_tables,
                constats=reception.constats.join(vigueur.filter("en_vigueur"), on="depot_id", how="semi"),
                validations=_validations(journal, identifiant, vigueur),
                ignores=ignores,
                durees=suivi.durees,
            )
            etat = lire_etat(journal, arrete, reglages)
        if etat.date_arrete is None:
            fait.statut = "vide"
        elif not par_dbt and warehouse.empreinte_publiee(espace.entrepot) == etat.empreinte:
            fait.date_arrete = etat.date_arrete
        else:
            _construire(espace, journal, fait, etat, reglages, suivi, chantier, ouvriers)
        ouvriers.congedier()
        if fait.statut in ("publie", "bloque") or reception.lus:
            _rendre_compte(espace, journal, fait, etat.alias_ajoutes)
    return fait


def _gardes(journal: Journal) -> list[str]:
    """The deposits whose rows are kept: those that count, and those taken out, which vintages may be made from."""
    return [*journal.acceptes().values(), *journal.retires().values()]


def _construire(
    espace: Espace,
    journal: Journal,
    fait: Rafraichissement,
    etat: Etat,
    reglages: Reglages,
    suivi: Suivi,
    chantier: Chantier,
    ouvriers: Ouvriers,
) -> None:
    """Candidate, tests, comparison, promotion. A closed gate leaves the published warehouse as it was."""
    fait.date_arrete = etat.date_arrete
    verifier_les_bruts(espace, reglages, journal)
    journal.ouvrir_rafraichissement(fait.identifiant, fait.debut, version_code())
    with suivi.etape("Construction"):
        fait.portes = chantier.achever(journal, etat)
        garder(espace.travail, espace.rapports / fait.identifiant)
        ouvriers.constructeur.congedier()
    with suivi.etape("Publication"):
        if not fait.portes:
            fait.portes = _valider_indicateurs(chantier.candidat, ouvriers)
        with suppress(duckdb.CatalogException):  # a gate that closed early leaves no indicators to compare
            fait.heures = warehouse.heures_par_region(espace.entrepot, chantier.candidat)
        if fait.portes:
            fait.statut = "bloque"
        else:
            warehouse.achever_candidat(chantier.candidat)
            warehouse.promouvoir(chantier.candidat, espace)
            fait.statut = "publie"
            fait.avertissements += warehouse.perimetres_vides(espace.entrepot, etat.perimetres)
            fait.avertissements += warehouse.hors_perimetre(espace.entrepot, reglages.observatoire)
            ruptures = warehouse.ruptures(espace.entrepot, fait.depots["depot_id"].to_list())
            fait.constats = pl.concat([fait.constats, ruptures], how="diagonal")
    fin = maintenant()
    journal.clore_rafraichissement(fait.identifiant, fin, fait.statut, etat.date_arrete, etat.empreinte)


def _valider_indicateurs(candidat: Path, ouvriers: Ouvriers) -> list[str]:
    cube = warehouse.lire(
        candidat,
        "select tableau, mesure, niveau_territoire, code_territoire, type_periode, periode, modalite_1, valeur, part "
        "from marts.indicateurs where niveau_territoire = 'national'",
    )
    resultats: pl.DataFrame = ouvriers.gx.appeler(adaptateur.valider_indicateurs, cube)
    echecs = resultats.filter((pl.col("severite") == "critique") & ~pl.col("succes").fill_null(True))
    return echecs["message"].to_list()


def _validations(journal: Journal, rafraichissement: str, vigueur: pl.DataFrame) -> pl.DataFrame:
    """The checks of this refresh on deposits that still matter, and those on no deposit in particular."""
    toutes = journal.lire("select * from validations where rafraichissement = ?", [rafraichissement])
    remplaces = vigueur.filter(~pl.col("en_vigueur")).rename({"depot_id": "depot"})
    return toutes.join(remplaces, on="depot", how="anti")


def _rendre_compte(espace: Espace, journal: Journal, fait: Rafraichissement, alias: pl.DataFrame) -> None:
    fait.fin = maintenant()
    fait.formes = journal.lire(
        "select nomenclature, forme, sum(occurrences)::bigint as occurrences from formes_inconnues "
        "where list_contains(?, depot_id) and nomenclature not like '%:%' group by all "
        "order by occurrences desc, nomenclature, forme",
        [fait.depots["depot_id"].to_list()],
    ).join(alias, on=["nomenclature", "forme"], how="anti", maintain_order="left")
    fait.rapport = ecrire_rapport(espace.rapports / f"{fait.identifiant}.html", fait)


def code_sortie(fait: Rafraichissement, strict: bool) -> CodeSortie:
    """The exit code a refresh deserves."""
    if fait.statut == "bloque":
        return CodeSortie.PORTE
    if strict and fait.effectif("refuse"):
        return CodeSortie.REFUS
    return CodeSortie.FAIT
