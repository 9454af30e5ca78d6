"""The `purger` command: persons' rows whose retention is over leave the workspace; published vintages keep their totals."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from clauses.affichage.conservation import Purge
from clauses.chantier import warehouse
from clauses.chantier.reglages import lire_reglages
from clauses.chantier.state import lire_etat
from clauses.commandes.intake import maintenant
from clauses.commandes.refresh import actualiser
from clauses.socle.errors import ErreurUtilisateur, raison_systeme
from clauses.socle.journal import Journal
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from exports.retours.rafraichissement import Rafraichissement
from ingest.layouts import charger_layouts
from ingest.references import RAPPROCHEMENTS

_PREMIERE_ANNEE = 2000
# table of persons → what its rows are known by; each is emptied of those that went
_PAR_CONTRAT, _PAR_PERSONNE = ("contrats", "heures"), ("beneficiaires", "situations")
_A_PLAT = "bilan"
_DATES = ("mois", "date_debut", "date_fin")
_ATTENTE = ".attente"


@dataclass(frozen=True)
class _Reste:
    """What is left of a deposit: its tables of persons, how many persons and rows went."""

    tables: dict[str, pl.DataFrame]
    personnes: int
    lignes: int


def prevoir(avant: int, espace: Espace) -> Purge:
    """What a purge would remove. Raises ErreurUtilisateur: ANNEE_ILLISIBLE, ESPACE_VIDE, PURGE_IMPOSSIBLE."""
    if not _PREMIERE_ANNEE <= avant <= dt.date.today().year:
        raise ErreurUtilisateur(
            "ANNEE_ILLISIBLE",
            f"--avant {avant} : écrivez une année déjà commencée, par exemple {dt.date.today().year - 6}. Ce qui la précède "
            "est purgé, elle est gardée.",
        )
    if not espace.journal.exists():
        raise ErreurUtilisateur(
            "ESPACE_VIDE", f"Aucun dépôt n'a été chargé dans « {espace.racine} » : vérifiez --espace."
        )
    journal = Journal(espace.journal, lecture_seule=True)
    depots = lire_depots(journal).select("depot_id", "chemin", "statut", "debut", "fin")
    entiers = depots.filter(
        pl.col("statut").is_in(["accepte", "retire"]) & (pl.col("fin") < dt.date(avant, 1, 1))
    )
    restent = depots.filter(pl.col("statut") == "accepte").height - entiers.filter(statut="accepte").height
    if entiers.filter(statut="accepte").height and not restent:
        raise ErreurUtilisateur(
            "PURGE_IMPOSSIBLE",
            f"Tous les dépôts acceptés précèdent {avant} : il ne resterait rien à publier. Choisissez une année antérieure.",
        )
    restes = [reste for _, reste in _a_cheval(avant, espace, depots)]
    a_finir = bool(_laisses(espace, journal)) or (
        bool(journal.gestes_de_purge())
        and warehouse.empreinte_publiee(espace.entrepot)
        != lire_etat(journal, None, lire_reglages(espace)).empreinte
    )
    return Purge(avant, entiers, sum(r.personnes for r in restes), sum(r.lignes for r in restes), a_finir)


def purger(
    avant: int,
    espace: Espace,
    annoncer: Callable[[str, int, int], None] = lambda etape, fait, total: None,
) -> tuple[Purge, Rafraichissement]:
    """Removes from brut/ the rows of persons who did nothing from that year on, and rebuilds the warehouse without them.

    Deposits that end before it go whole. Vintages keep their aggregates, and can no longer be made again. The ledger
    remembers. A run that stops is ended by the next one. Raises ErreurUtilisateur as `prevoir`, PURGE_INCOMPLETE, and those
    of a refresh.
    """
    prevue = prevoir(avant, espace)
    with espace.verrouiller():
        journal = Journal(espace.journal)
        depots = lire_depots(journal).select("depot_id", "chemin", "statut", "debut", "fin")
        gardees = []
        for depot_id, reste in _a_cheval(avant, espace, depots):
            _remplacer(espace.brut / depot_id, reste.tables)
            gardees += [(depot_id, _entete(nom), cadre.height) for nom, cadre in reste.tables.items()]
        compte = pl.DataFrame(
            [x for x in gardees if x[1]],
            schema={"depot_id": pl.String, "table": pl.String, "lignes": pl.Int64},
            orient="row",
        )
        ids = prevue.entiers["depot_id"].to_list()
        if not prevue.rien:
            journal.purger(ids, compte, f"purge de ce qui précède {avant}", maintenant())
        _effacer(_laisses(espace, journal))
    return prevue, actualiser([], espace, annoncer=annoncer)


def _laisses(espace: Espace, journal: Journal) -> list[Path]:
    """Folders of brut/ that a purge has not removed yet."""
    return [d for i in journal.purges().values() if (d := espace.brut / i).exists()]


def _effacer(dossiers: list[Path]) -> None:
    """Raises ErreurUtilisateur (PURGE_INCOMPLETE) where the disk refuses."""
    try:
        for dossier in dossiers:
            shutil.rmtree(dossier)
    except OSError as erreur:
        raison, _ = raison_systeme(erreur)
        raise ErreurUtilisateur(
            "PURGE_INCOMPLETE",
            f"« {erreur.filename or dossiers[0]} » ne peut pas être effacé : {raison}. Il contient encore des personnes : "
            "levez ce qui l'empêche, puis relancez la même commande, qui finira.",
        ) from None


def _a_cheval(avant: int, espace: Espace, depots: pl.DataFrame) -> Iterator[tuple[str, _Reste]]:
    """Deposits that began before the year and go on: what is left of them, where some persons go."""
    jour = dt.date(avant, 1, 1)
    concernes = depots.filter(
        pl.col("statut").is_in(["accepte", "retire"]) & (pl.col("debut") < jour) & (pl.col("fin") >= jour)
    )
    for depot_id in concernes["depot_id"].sort():
        reste = _sans_les_anciens(espace.brut / depot_id, jour)
        if reste.lignes:
            yield depot_id, reste


def _sans_les_anciens(dossier: Path, jour: dt.date) -> _Reste:
    """Persons whose last month, start or end of a contract is before a day leave all the tables of their deposit."""
    tables = {f.stem: pl.read_parquet(f) for f in dossier.glob("*.parquet")}
    if _A_PLAT in tables:
        actes = tables[_A_PLAT].select("numero_beneficiaire", dernier=pl.max_horizontal(_DATES))
    elif {"contrats", "beneficiaires"} <= set(tables):
        mois = (
            tables["heures"].group_by("numero_contrat").agg(pl.col("mois").max())
            if "heures" in tables
            else None
        )
        contrats = tables["contrats"]
        contrats = contrats.join(mois, on="numero_contrat", how="left") if mois is not None else contrats
        actes = contrats.select(
            "numero_beneficiaire",
            "numero_contrat",
            dernier=pl.max_horizontal([c for c in _DATES if c in contrats.columns]),
        )
    else:
        return _Reste({}, 0, 0)
    # without any date nothing says that their time is over
    partis = (
        actes.group_by("numero_beneficiaire")
        .agg(pl.col("dernier").max())
        .filter((pl.col("dernier") < jour) & pl.col("numero_beneficiaire").is_not_null())
    )
    cles = {"numero_beneficiaire": partis["numero_beneficiaire"]}
    if _A_PLAT not in tables:
        cles["numero_contrat"] = actes.join(partis, on="numero_beneficiaire", how="semi")["numero_contrat"]
    laissees = {}
    for nom in (*_PAR_CONTRAT, *_PAR_PERSONNE, _A_PLAT):
        if nom in tables:
            cle = "numero_contrat" if nom in _PAR_CONTRAT else "numero_beneficiaire"
            laissees[nom] = tables[nom].filter(~pl.col(cle).is_in(cles[cle].implode()).fill_null(False))
    lignes = sum(tables[nom].height - cadre.height for nom, cadre in laissees.items())
    if RAPPROCHEMENTS in tables:
        connus = laissees[_A_PLAT if _A_PLAT in laissees else "beneficiaires"]["id_personne"].unique()
        laissees[RAPPROCHEMENTS] = tables[RAPPROCHEMENTS].filter(
            pl.col("id_personne").is_in(connus.implode())
        )
    return _Reste(laissees, partis.height, lignes)


def _remplacer(dossier: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Each table in one move: a run that stops leaves some done, and the next one ends."""
    for nom, cadre in tables.items():
        attente = dossier / f"{nom}{_ATTENTE}"
        cadre.write_parquet(attente, compression="zstd", statistics=False)
        os.replace(attente, dossier / f"{nom}.parquet")


def _entete(nom: str) -> str:
    """The name of a table in the ledger; empty for what is not counted there."""
    entetes = {t.nom: t.entete for layout in charger_layouts() for t in layout.tables}
    return entetes.get(nom, "")
