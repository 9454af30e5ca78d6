"""The main job: read the deposits that are new, check each load, rebuild, test, compare, publish.

The order of what is written makes a killed run harmless: deposits reach brut/ whole, the ledger takes them in one
transaction, the candidate is scratch until it replaces the published warehouse in one move.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from clauses.chantier import warehouse
from clauses.chantier.artefacts import garder
from clauses.chantier.candidat import Chantier
from clauses.chantier.perimetres import lire_perimetres
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
)
from clauses.socle.errors import CodeSortie
from clauses.socle.journal import Journal
from clauses.socle.project import SEEDS, version_code
from clauses.socle.suivi import Suivi
from clauses.socle.vigueur import lire_depots
from clauses.socle.workers import Ouvrier
from clauses.socle.workspace import Espace
from expectations import adaptateur
from exports.retours.rapport import ContenuRapport, ecrire_rapport
from ingest.codes import charger_codes
from ingest.discovery import decouvrir, empreinte
from ingest.layouts import charger_layouts
from ingest.loading import retirer_les_orphelins

LOGICIEL_FICTIF = "fictive"


@dataclass
class Bilan:
    """What a refresh did, for the summary, the report and the exit code.

    `depots`: those given, with `en_vigueur`; `constats` and `validations`: of those among them that still matter.
    """

    rafraichissement: str
    debut: dt.datetime
    statut: str = "inchange"
    date_arrete: dt.date | None = None
    depots: pl.DataFrame = field(default_factory=pl.DataFrame)
    depots_tables: pl.DataFrame = field(default_factory=pl.DataFrame)
    constats: pl.DataFrame = field(default_factory=pl.DataFrame)
    validations: pl.DataFrame = field(default_factory=pl.DataFrame)
    ignores: list[str] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)
    heures: pl.DataFrame = field(default_factory=pl.DataFrame)
    portes: list[str] = field(default_factory=list)
    rapport: Path | None = None
    durees: dict[str, float] = field(default_factory=dict)

    def effectif(self, statut: str) -> int:
        return self.depots.filter(pl.col("statut") == statut).height

    @property
    def refuses(self) -> int:
        return self.effectif("refuse")


def actualiser(
    depots: Sequence[Path],
    espace: Espace,
    arrete: dt.date | None = None,
    annoncer: Callable[[str, int, int], None] = lambda etape, fait, total: None,
    gx: Ouvrier | None = None,
    par_dbt: bool = False,
) -> Bilan:
    """Runs one refresh and returns what it did. `gx`: a worker that imports Great Expectations since an earlier moment.

    `par_dbt`: dbt itself builds instead of the statements that it left, even where no deposit is new.

    Raises ErreurUtilisateur for the user's mistakes (a missing folder, a bad alias file, a running refresh). A gate that
    closes is not an error here: `statut` is then `bloque` and `portes` says why.
    """
    suivi = Suivi(annoncer)
    debut = maintenant()
    layouts = charger_layouts(espace.layouts)
    codes = charger_codes(SEEDS, espace.alias)
    perimetres = lire_perimetres(espace.perimetres, codes)
    with suivi.etape("Recherche"):
        candidats, ignores = decouvrir(depots, layouts, exclus=[espace.racine])
        vus = [Vu(candidat, empreinte(candidat)) for candidat in candidats]
    espace.preparer()
    warehouse.verifier_libre(espace.entrepot)
    with espace.verrouiller(), ExitStack() as pile:
        journal = Journal(espace.journal)
        retirer_les_orphelins(espace.brut, journal.acceptes().values())
        identifiant = f"{debut:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        # entered last, so left first: nothing is written in the working folder once the lock is free
        ouvriers = Ouvriers(pile, gx)
        chantier = Chantier(identifiant, debut, espace, ouvriers, par_dbt)
        accueil = Accueil(identifiant, espace, layouts, codes, suivi, chantier.preparer)
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
                    chantier.ouvrir(ebauche, lire_etat(ebauche, arrete, codes, perimetres))
            with suivi.etape("Validation"):
                validations = ouvriers.gx.repondre()
                refuser_les_echecs(arrivage.lot, validations, layouts)
        with journal.tenir():
            with suivi.etape("Chargement"):
                reception = inscrire(arrivage, accueil, journal, validations)
                # refused by a check since the draft
                retirer_les_orphelins(espace.brut, journal.acceptes().values())
            vigueur = lire_depots(journal).select("depot_id", "en_vigueur")
            bilan = Bilan(
                identifiant,
                debut,
                depots=reception.depots.join(vigueur, on="depot_id", how="left", maintain_order="left"),
                depots_tables=reception.depots_tables,
                constats=reception.constats.join(vigueur.filter("en_vigueur"), on="depot_id", how="semi"),
                validations=_validations(journal, identifiant, vigueur),
                ignores=ignores,
                durees=suivi.durees,
            )
            etat = lire_etat(journal, arrete, codes, perimetres)
        if etat.date_arrete is None:
            bilan.statut = "vide"
        elif not par_dbt and warehouse.empreinte_publiee(espace.entrepot) == etat.empreinte:
            bilan.date_arrete = etat.date_arrete
        else:
            _construire(espace, journal, bilan, etat, suivi, chantier, ouvriers)
        ouvriers.congedier()
        if bilan.statut in ("publie", "bloque") or reception.lus:
            _rendre_compte(espace, journal, bilan, etat.alias_ajoutes)
    return bilan


def _construire(
    espace: Espace,
    journal: Journal,
    bilan: Bilan,
    etat: Etat,
    suivi: Suivi,
    chantier: Chantier,
    ouvriers: Ouvriers,
) -> None:
    """Candidate, tests, comparison, promotion. A closed gate leaves the published warehouse as it was."""
    bilan.date_arrete = etat.date_arrete
    journal.ouvrir_rafraichissement(bilan.rafraichissement, bilan.debut, version_code())
    with suivi.etape("Construction"):
        bilan.portes = chantier.achever(journal, etat)
        garder(espace.travail, espace.rapports / bilan.rafraichissement)
        ouvriers.constructeur.congedier()
    with suivi.etape("Publication"):
        if not bilan.portes:
            bilan.portes = _valider_indicateurs(chantier.candidat, ouvriers)
        with suppress(duckdb.CatalogException):  # a gate that closed early leaves no indicators to compare
            bilan.heures = warehouse.heures_par_region(espace.entrepot, chantier.candidat)
        if bilan.portes:
            bilan.statut = "bloque"
        else:
            warehouse.achever_candidat(chantier.candidat)
            warehouse.promouvoir(chantier.candidat, espace)
            bilan.statut = "publie"
            bilan.avertissements += warehouse.perimetres_vides(espace.entrepot, etat.perimetres)
            ruptures = warehouse.ruptures(espace.entrepot, bilan.depots["depot_id"].to_list())
            bilan.constats = pl.concat([bilan.constats, ruptures.select(bilan.constats.columns)])
    fin = maintenant()
    journal.clore_rafraichissement(
        bilan.rafraichissement, fin, bilan.statut, etat.date_arrete, etat.empreinte
    )


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


def _rendre_compte(espace: Espace, journal: Journal, bilan: Bilan, alias: pl.DataFrame) -> None:
    ids = bilan.depots["depot_id"].to_list()
    formes = journal.lire(
        "select nomenclature, forme, sum(occurrences)::bigint as occurrences from formes_inconnues "
        "where list_contains(?, depot_id) and nomenclature not like '%:%' group by all "
        "order by occurrences desc, nomenclature, forme",
        [ids],
    ).join(alias, on=["nomenclature", "forme"], how="anti", maintain_order="left")
    heures = bilan.heures
    if heures.is_empty():
        heures = pl.DataFrame(
            schema={
                "code": pl.String,
                "libelle": pl.String,
                "heures_avant": pl.Float64,
                "heures_apres": pl.Float64,
            }
        )
    contenu = ContenuRapport(
        rafraichissement=bilan.rafraichissement,
        debut=bilan.debut,
        fin=maintenant(),
        date_arrete=bilan.date_arrete,
        statut=bilan.statut,
        depots=bilan.depots,
        depots_tables=bilan.depots_tables,
        constats=bilan.constats,
        validations=bilan.validations,
        heures_regions=heures,
        formes_inconnues=formes,
        portes=bilan.portes,
        ignores=bilan.ignores,
        avertissements=bilan.avertissements,
        fictif=est_fictif(bilan.depots),
    )
    bilan.rapport = ecrire_rapport(espace.rapports / f"{bilan.rafraichissement}.html", contenu)


def est_fictif(depots: pl.DataFrame) -> bool:
    """True when a deposit comes from the generator of fictitious ones: its structure's name says so."""
    return (
        bool(depots["nom_structure"].str.to_lowercase().str.contains(LOGICIEL_FICTIF).any())
        if len(depots)
        else False
    )


def code_sortie(bilan: Bilan, strict: bool) -> CodeSortie:
    """The exit code a refresh deserves."""
    if bilan.statut == "bloque":
        return CodeSortie.PORTE
    if strict and bilan.refuses:
        return CodeSortie.REFUS
    return CodeSortie.FAIT
