"""The candidate under construction: prepared, built and tested in a process of its own, while the caller goes on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from clauses.chantier import dbt_build, warehouse
from clauses.chantier.execution import ResultatConstruction
from clauses.chantier.state import Etat
from clauses.chantier.warm import Ouvriers
from clauses.socle.journal import Journal
from clauses.socle.project import version_code
from clauses.socle.workers import ErreurOuvrier
from clauses.socle.workspace import Espace
from exports.edition.millesimes import dernieres_publiees
from ingest.loading import fichiers_bruts
from ingest.references import schemas_bruts


class Chantier:
    """Builds a candidate from a state of the ledger, one at a time. `par_dbt`: dbt itself builds, whatever it left."""

    def __init__(
        self,
        rafraichissement: str,
        debut: dt.datetime,
        espace: Espace,
        ouvriers: Ouvriers,
        par_dbt: bool = False,
    ) -> None:
        self._par_dbt = par_dbt
        self._rafraichissement = rafraichissement
        self._debut = debut
        self._espace = espace
        self._ouvriers = ouvriers
        self._empreinte: str | None = None
        self._references: Path | None = None
        self._prepare = False

    @property
    def candidat(self) -> Path:
        return self._espace.travail / dbt_build.CANDIDAT

    def preparer(self) -> None:
        """Starts what the build and its checks need while deposits are read; writes in the working folder."""
        if not self._prepare:
            self._prepare = True
            self._ouvriers.constructeur.demander(
                dbt_build.preparer, self._espace.travail, self._espace.logs, self._par_dbt
            )

    def ouvrir(self, journal: Journal, etat: Etat) -> None:
        """Starts building from this state of the ledger; nothing to build without an accepted deposit."""
        if etat.date_arrete is None:
            return
        self.preparer()
        # once they are kept, the candidate is prepared while the other process is still starting
        self._espace.travail.mkdir(exist_ok=True)
        references = dbt_build.references_conservees() or self._attendre_les_references()
        warehouse.preparer_candidat(
            self.candidat,
            references,
            fichiers_bruts(self._espace.brut, etat.acceptes),
            schemas_bruts(),
            journal,
            warehouse.Parametres(
                self._rafraichissement, etat.date_arrete, version_code(), self._debut, etat.empreinte
            ),
            etat.ajouts,
            dernieres_publiees(self._espace.millesimes),
        )
        self._attendre_les_references()
        self._ouvriers.constructeur.demander(dbt_build.construire, self._espace.travail, self._par_dbt)
        self._empreinte = etat.empreinte

    def _attendre_les_references(self) -> Path:
        """The reference tables, once everything is ready to build."""
        if self._references is None:
            self._references = Path(self._repondre())
        return self._references

    def achever(self, journal: Journal, etat: Etat) -> list[str]:
        """Waits for the candidate of this state and returns the gates that closed (French, one sentence each).

        What was started from another state is thrown away and started again. Raises ErreurOuvrier if the process fails; its
        own words are then in logs/construction.log.
        """
        if self._empreinte != etat.empreinte:
            if self._empreinte is not None:
                self._repondre()
            self.ouvrir(journal, etat)
        resultat: ResultatConstruction = self._repondre()
        portes = list(resultat.portes)
        if not portes:
            warehouse.ajouter_validations(self.candidat, journal, self._rafraichissement)
        return portes

    def _repondre(self) -> Any:
        try:
            return self._ouvriers.constructeur.repondre()
        except ErreurOuvrier as erreur:
            (self._espace.logs / "construction.log").write_text(str(erreur), encoding="utf-8")
            raise
