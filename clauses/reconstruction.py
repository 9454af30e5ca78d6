"""Making the figures of a vintage again, from brut/ and its list of deposits: the proof that it can be traced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack

import polars as pl

from clauses import dbt_build, warehouse
from clauses.chantier import Chantier
from clauses.errors import ErreurUtilisateur
from clauses.journal import Journal
from clauses.perimetres import SCHEMA as SCHEMA_PERIMETRES
from clauses.progress import Suivi
from clauses.project import empreinte_modeles
from clauses.state import SCHEMA_ALIAS, Etat
from clauses.warm import Ouvriers
from clauses.workers import Ouvrier
from clauses.workspace import Espace
from exports import millesimes
from exports.diffusion.schema import CLE
from exports.millesimes import FIGURES, Millesime

_CHIFFRES = ("valeur", "part", "ecart_periode", "ecart_annee")
_DECIMALES = 6


def reconstruire(nom: str, espace: Espace, annoncer: Callable[[str, int, int], None]) -> int:
    """Builds the warehouse of a vintage beside the published one and returns how many of its figures differ.

    Raises ErreurUtilisateur: MILLESIME_INCONNU; CODE_DIFFERENT when the rules are no longer those of the vintage;
    DEPOTS_ABSENTS when brut/ no longer holds what it was made from.
    """
    fige = millesimes.trouver(espace.millesimes, nom)
    if fige.gel["modeles"] != empreinte_modeles():
        raise ErreurUtilisateur(
            "CODE_DIFFERENT",
            f"{fige.nom} a été calculé par la version {fige.fiche['version_code']} du programme, dont les règles ne sont "
            "plus celles d'aujourd'hui : installez-la pour le refaire.",
        )
    suivi = Suivi(annoncer)
    with espace.verrouiller(), ExitStack() as pile:
        ouvriers = Ouvriers(pile, pile.enter_context(Ouvrier(dbt_build.importer)))
        etat = _etat(fige)
        if absents := [d for d in etat.acceptes if not (espace.brut / d).is_dir()]:
            raise ErreurUtilisateur(
                "DEPOTS_ABSENTS",
                f"{len(absents)} des {len(etat.acceptes)} dépôts de {fige.nom} ne sont plus dans brut/ : restaurez-les "
                "depuis une sauvegarde.",
            )
        espace.travail.mkdir(exist_ok=True)
        journal = Journal(espace.journal).copier(espace.travail / "journal.duckdb")
        journal.garder(etat.acceptes)
        chantier = Chantier("reconstruction", dt.datetime.now(), espace, ouvriers)
        with suivi.etape("Construction"):
            portes = chantier.achever(journal, etat)
        if portes:
            raise RuntimeError("; ".join(portes))
        ouvriers.congedier()
        refaits = warehouse.lire(chantier.candidat, "from marts.indicateurs")
        return _differences(fige.lire(FIGURES), refaits)


def _etat(fige: Millesime) -> Etat:
    gel = fige.gel
    return Etat(
        "reconstruction",
        dt.date.fromisoformat(gel["date_arrete"]),
        list(gel["depots"]),
        pl.DataFrame(gel["alias"], schema=SCHEMA_ALIAS, orient="row"),
        pl.DataFrame(gel["perimetres"], schema=SCHEMA_PERIMETRES, orient="row"),
    )


def _differences(figees: pl.DataFrame, refaits: pl.DataFrame) -> int:
    colonnes = [pl.col(*CLE), *(pl.col(c).round(_DECIMALES) for c in _CHIFFRES)]
    avant = figees.select(colonnes)
    apres = refaits.filter(pl.col("periode").is_in(figees["periode"].unique().implode())).select(colonnes)
    cles = avant.columns
    sans = [
        avant.join(apres, on=cles, how="anti", nulls_equal=True),
        apres.join(avant, on=cles, how="anti", nulls_equal=True),
    ]
    return max(cadre.height for cadre in sans)
