"""Making the figures of a vintage again, from brut/ and its list of deposits: the proof that it can be traced."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from clauses.chantier import warehouse
from clauses.chantier.candidat import Chantier
from clauses.chantier.perimetres import SCHEMA as SCHEMA_PERIMETRES
from clauses.chantier.state import SCHEMA_ALIAS, Etat
from clauses.chantier.warm import Ouvriers
from clauses.commandes.publication import figures_publiques
from clauses.socle.cube import CLE
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.journal import Journal
from clauses.socle.observatoire import SCHEMA_ATTENDUES
from clauses.socle.project import empreinte_modeles, empreinte_secret
from clauses.socle.suivi import Suivi
from clauses.socle.workspace import Espace
from exports.diffusion.tableaux_plats import ecrire_csv
from exports.edition import millesimes
from exports.edition.millesimes import FIGURES, PUBLIEES, Millesime
from exports.edition.portee import NATIONALE, portee_des_regions
from exports.edition.schema import canonique
from exports.edition.statuts import fin_de_periode
from exports.paquet.paquet import CSV

_CHIFFRES = ("valeur", "part", "ecart_periode", "ecart_annee")
_DECIMALES = 6


@dataclass(frozen=True)
class Reconstruction:
    """How many figures differ from those that were frozen, and the SHA-256 of indicateurs.csv: as published, made again."""

    differences: int
    publiee: str
    refaite: str

    @property
    def identique(self) -> bool:
        return not self.differences and self.publiee == self.refaite

    @property
    def verdict(self) -> str:
        """What the user reads."""
        if self.identique:
            return (
                "tous les chiffres refaits sont identiques, et indicateurs.csv l'est à l'octet près "
                f"(SHA-256 {self.refaite})"
            )
        suite = " ; indicateurs.csv n'est plus le même" if self.publiee != self.refaite else ""
        return f"{self.differences} chiffres diffèrent de ceux qui ont été publiés{suite}"


def reconstruire(nom: str, espace: Espace, annoncer: Callable[[str, int, int], None]) -> Reconstruction:
    """Builds the warehouse of a vintage beside the published one, protects its figures again and compares both.

    Raises ErreurUtilisateur: MILLESIME_INCONNU; CODE_DIFFERENT when the rules are no longer those of the vintage;
    DEPOTS_ABSENTS when brut/ no longer holds what it was made from.
    """
    fige = millesimes.trouver(espace.millesimes, nom)
    if (fige.gel["modeles"], fige.gel.get("secret")) != (empreinte_modeles(), empreinte_secret()):
        raise ErreurUtilisateur(
            "CODE_DIFFERENT",
            f"{fige.nom} a été calculé par la version {fige.fiche['version_code']} du programme, dont les règles ne sont "
            "plus celles d'aujourd'hui : installez-la pour le refaire.",
        )
    suivi = Suivi(annoncer)
    with espace.verrouiller(), ExitStack() as pile:
        ouvriers = Ouvriers(pile)
        etat = _etat(fige)
        if absents := [d for d in etat.acceptes if not (espace.brut / d).is_dir()]:
            purges = set(Journal(espace.journal, lecture_seule=True).purges().values()).intersection(absents)
            suite = (
                "leur durée de conservation est passée (clauses purger) : ce millésime ne peut plus être refait, ses "
                "chiffres figés restent."
                if len(purges) == len(absents)
                else "restaurez-les depuis une sauvegarde."
            )
            raise ErreurUtilisateur(
                "DEPOTS_ABSENTS",
                f"{len(absents)} des {len(etat.acceptes)} dépôts de {fige.nom} ne sont plus dans brut/ : {suite}",
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
        with suivi.etape("Secret") as avancement, warehouse.ouvrir(chantier.candidat) as base:
            refaits = base.execute("from marts.indicateurs").pl()
            anterieurs = [
                m for m in millesimes.lister(espace.millesimes) if m.fiche["rang"] < fige.fiche["rang"]
            ]
            fin = fin_de_periode(fige.code)
            assert etat.date_arrete is not None
            protegees, _ = figures_publiques(base, anterieurs, fin, etat.date_arrete, avancement)
            regions = fige.gel["regions"]
            portee = NATIONALE if regions is None else portee_des_regions(regions)
            publies = portee.restreindre(protegees, base.execute("from marts.dim_territoire").pl())
        figees, refaites = (_empreinte(x, espace.travail) for x in (fige.lire(PUBLIEES), publies))
        return Reconstruction(_differences(fige.lire(FIGURES), refaits), figees, refaites)


def _empreinte(figures: pl.DataFrame, dossier: Path) -> str:
    """Of the canonical CSV, as SHA256SUMS has it."""
    fichier = dossier / CSV
    ecrire_csv(fichier, canonique(figures))
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _etat(fige: Millesime) -> Etat:
    gel = fige.gel
    return Etat(
        "reconstruction",
        dt.date.fromisoformat(gel["date_arrete"]),
        list(gel["depots"]),
        pl.DataFrame(gel["alias"], schema=SCHEMA_ALIAS, orient="row"),
        pl.DataFrame(gel["perimetres"], schema=SCHEMA_PERIMETRES, orient="row"),
        # as written in the record, days are text
        pl.DataFrame(
            gel.get("structures_attendues", []),
            schema=dict.fromkeys(SCHEMA_ATTENDUES, pl.String),
            orient="row",
        ).with_columns(pl.col(c).str.to_date() for c, genre in SCHEMA_ATTENDUES.items() if genre == pl.Date),
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
