"""Which deposits each structure hands in, when, in which container, and with which mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from clauses.demo.catalogue import Catalogue
from clauses.demo.echelles import PlanStructure
from clauses.demo.modele import Heure, Structure, rang_du_mois
from clauses.demo.monde import PLEIN_TEMPS
from clauses.demo.plume import FORMES_CSV, Forme
from clauses.demo.rejets import REJETS_CONTRATS, REJETS_HEURES, marches_libres
from clauses.demo.tableaux import Depot, Periode

CONTENANTS = {"relationnel": ("classeur", "dossier", "classeur", "archive"), "bilan": ("classeur", "csv")}
LIGNES_POUR_REJETS, CONTRATS_POUR_REJETS = 100, 30  # below, a few rejected rows would refuse the deposit


def correction_extraite_le(annee: int) -> date:
    """The day when the corrections of a year are extracted: the latest extraction of a demo ending then."""
    return date(annee + 1, 3, 10)


class Calendrier:
    """Plans deposits: one a year for each structure, and for the given share of them a corrected last quarter."""

    def __init__(self, catalogue: Catalogue, annees: range, part_corrigee: float, hasard: Random) -> None:
        self._catalogue = catalogue
        self._annees = annees
        self._part_corrigee = part_corrigee
        self._hasard = hasard
        self._nombre_csv = 0

    def depots(self, plan: PlanStructure, structure: Structure) -> Iterator[Depot]:
        """The deposits of a structure in the order of their extraction. What the last one says counts."""
        # one structure in so many, evenly over the ranks
        corrige = int((plan.rang + 1) * self._part_corrigee + 1e-9) > int(
            plan.rang * self._part_corrigee + 1e-9
        )
        derniere = self._annees[-1]
        trimestre = date(derniere, 10, 1)
        for rang, annee in enumerate(self._annees, plan.rang_layout):
            periode = Periode(date(annee, 1, 1), date(annee, 12, 31), date(annee + 1, 1, 20))
            heures = _sur_periode(structure.heures, periode)
            if corrige and annee == derniere:
                heures = _avant_correction(heures, trimestre, structure, self._hasard)
            yield self._depot(plan, structure, rang, periode, heures)
        if corrige:
            periode = Periode(trimestre, date(derniere, 12, 31), correction_extraite_le(derniere))
            rang = plan.rang_layout + len(self._annees)
            yield self._depot(plan, structure, rang, periode, _sur_periode(structure.heures, periode))

    def _depot(
        self, plan: PlanStructure, structure: Structure, rang: int, periode: Periode, heures: list[Heure]
    ) -> Depot:
        contenants = CONTENANTS[plan.layout]
        forme = Forme(contenants[rang % len(contenants)])
        if forme.contenant != "classeur":
            forme = Forme(forme.contenant, *FORMES_CSV[self._nombre_csv % len(FORMES_CSV)])
            self._nombre_csv += 1
        nom = "_".join(
            [
                "ABC",
                structure.code,
                *(f"{j:%Y%m%d}" for j in (periode.debut, periode.fin, periode.extraction)),
            ]
        )
        if plan.layout == "relationnel" and rang % 3 == 1:
            nom = f"Export {structure.code} du {periode.extraction:%d-%m-%Y}"  # its Informations say the rest
        region = self._catalogue.nom_de_region(plan.departement)
        dossier = f"{region}/{periode.fin.year}{'/T4' if periode.debut.month == 10 else ''}"
        return Depot(
            structure=structure,
            layout=plan.layout,
            periode=periode,
            heures=heures,
            chemin=f"{dossier}/{nom}{forme.extension}",
            forme=forme,
            rang=rang,
            rejets=_rejets(heures, rang),
        )


def _rejets(heures: list[Heure], rang: int) -> tuple[str, ...]:
    """The rules that a deposit breaks, if large enough: in turn four on hours and one on contracts."""
    if len(heures) < LIGNES_POUR_REJETS or len({h.contrat for h in heures}) < CONTRATS_POUR_REJETS:
        return ()
    sur_heures = (REJETS_HEURES[(4 * rang + k) % len(REJETS_HEURES)] for k in range(4))
    return (*sur_heures, REJETS_CONTRATS[rang % len(REJETS_CONTRATS)], "ORPHELIN", "LIGNE_EN_DOUBLE")


def _sur_periode(heures: list[Heure], periode: Periode) -> list[Heure]:
    premier, dernier = rang_du_mois(periode.debut), rang_du_mois(periode.fin)
    return [h for h in heures if premier <= h.mois <= dernier]


def _avant_correction(
    heures: list[Heure], trimestre: date, structure: Structure, hasard: Random
) -> list[Heure]:
    """The hours as first declared: in that quarter some are missing, some different, some too many."""
    premier = rang_du_mois(trimestre)
    avant = []
    for heure in heures:
        sort = hasard.random()
        if heure.mois < premier or heure.alerte or sort >= 0.18:
            avant.append(heure)
        elif sort >= 0.06:
            autre = max(4, min(PLEIN_TEMPS, heure.travail + hasard.randrange(-80, 80)))
            avant.append(Heure(heure.contrat, heure.marche, heure.mois, autre, heure.formation))
    corrigees = [h for h in heures if h.mois >= premier]
    return avant + marches_libres(corrigees, structure.marches, hasard, len(corrigees) // 30)
