"""The layout `bilan`: one flat row per contract × marché × month, everything repeated on it."""

from __future__ import annotations

from clauses.demo.cellules import (
    commune_execution,
    fin,
    identite,
    montant,
    notification,
    prescripteur,
    programme,
)
from clauses.demo.modele import Contrat, Heure, Marche, Personne
from clauses.demo.plume import Ligne, Plume
from clauses.demo.rejets import CONTRAT_REJETE, ajouter_rejets_heures, reperer_alertes
from clauses.demo.tableaux import Depot, Tableau


def composer_bilan(depot: Depot, plume: Plume) -> list[Tableau]:
    """The only table of a flat deposit."""
    morceaux = _Morceaux(depot, plume)
    tableau = Tableau("Bilan", [morceaux.ligne(h) for h in depot.heures])
    reperer_alertes(tableau, depot.heures)
    if depot.rejets:  # a job that one row of the contract calls otherwise
        plume.hasard.choice(tableau.lignes)[tableau.colonnes.index("Poste occupé")] = "Poste à confirmer"
    ajouter_rejets_heures(tableau, depot, plume.hasard, morceaux.ligne)
    if "CONTRAT_DATE_ILLISIBLE" in depot.rejets:
        ligne = morceaux.ligne(plume.hasard.choice(depot.heures))
        ligne[tableau.colonnes.index("Réf. contrat")] = CONTRAT_REJETE
        ligne[tableau.colonnes.index("Début contrat")] = "à préciser"
        tableau.ajouter(ligne, "DATE_ILLISIBLE")
    return [tableau]


class _Morceaux:
    """The parts of flat rows that repeat, each written once per deposit."""

    def __init__(self, depot: Depot, plume: Plume) -> None:
        self._depot = depot
        self._plume = plume
        structure = depot.structure
        self._structure: Ligne = [structure.code, structure.nom, structure.commune.code]
        self._marches: dict[Marche, Ligne] = {}
        self._contrats: dict[tuple[Contrat, Marche], Ligne] = {}
        self._situations: dict[Personne, Ligne] = {}

    def ligne(self, heure: Heure) -> Ligne:
        """One row: contract × marché × month; the hours include training."""
        plume = self._plume
        contrat, marche = heure.contrat, heure.marche
        morceau_marche = self._marches.get(marche)
        if morceau_marche is None:
            morceau_marche = self._marches[marche] = self._structure + _morceau_marche(marche, plume)
        morceau_contrat = self._contrats.get((contrat, marche))
        if morceau_contrat is None:
            numero = self._depot.structure.numeros[contrat.personne]
            morceau_contrat = self._contrats[contrat, marche] = _morceau_contrat(contrat, numero, plume)
        situations = self._situations.get(contrat.personne)
        if situations is None:
            connues = {
                s.horizon: s
                for s in contrat.personne.situations
                if s.constat <= self._depot.periode.extraction
            }
            situations = self._situations[contrat.personne] = [
                plume.code("situation", connues[h].code) if h in connues else None for h in (6, 12, 18, 24)
            ]
        return [
            *morceau_marche,
            *morceau_contrat,
            plume.mois(heure.mois),
            plume.quarts(heure.travail + heure.formation),
            plume.quarts(heure.formation) if heure.formation else None,
            *situations,
        ]


def _morceau_marche(m: Marche, plume: Plume) -> Ligne:
    o = m.operation
    return [
        o.donneur_ordre.nom,
        plume.siret(o.donneur_ordre.siret),
        plume.code("type_donneur_ordre", o.donneur_ordre.type),
        o.intitule,
        programme(o, plume),
        commune_execution(o, plume),
        m.code,
        m.lot,
        plume.code("base_juridique", m.base_juridique),
        plume.code("nature_marche", m.secteur.nature_marche),
        plume.code("secteur", m.secteur.code),
        montant(m, plume),
        notification(m, plume),
        plume.nombre(m.heures_prevues),
    ]


def _morceau_contrat(c: Contrat, numero_personne: str, plume: Plume) -> Ligne:
    e, p = c.employeur, c.personne
    return [
        e.nom,
        plume.siret(e.siret),
        plume.code("type_employeur", e.type),
        e.effectif,
        numero_personne,
        *identite(p, plume),
        plume.sexe(p.sexe),
        plume.commune(p.commune),
        plume.oui_non(p.qpv),
        plume.code("niveau", p.niveau),
        plume.codes("categorie_public", (p.categorie, *p.autres_categories)),
        prescripteur(p, plume),
        c.numero,
        plume.code("type_contrat", c.type),
        c.metier[1],
        c.metier[0],
        plume.jour(c.debut),
        fin(c, plume),
    ]
