"""The layout `relationnel`: a table per kind of object."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from clauses.demo.cellules import (
    commune_execution,
    fin,
    identite,
    montant,
    notification,
    prescripteur,
    programme,
)
from clauses.demo.modele import Contrat, Heure, Marche, Operation, Personne, Situation
from clauses.demo.plume import Cellule, Ligne, Plume
from clauses.demo.rejets import CONTRAT_REJETE, ajouter_rejets_heures, reperer_alertes
from clauses.demo.tableaux import LOGICIEL, Depot, Tableau
from clauses.socle.nombres import date_courte

TYPES_ORGANISME = ("État", "Collectivité", "Bailleur social", "Entreprise", "Service public de l'emploi")


def composer_relationnel(depot: Depot, plume: Plume) -> list[Tableau]:
    """The tables of a deposit, in the order of the export."""
    numeros = depot.structure.numeros
    situations = _situations_constatees(depot)
    contrats = list(dict.fromkeys(h.contrat for h in depot.heures))
    personnes = dict.fromkeys([c.personne for c in contrats] + [p for p, _ in situations])
    marches = depot.marches
    t_contrats = _tableau("Contrats", ((_contrat(c, numeros[c.personne], plume), c.alerte) for c in contrats))
    t_heures = _tableau("Heures", ((_heure(h, plume), "") for h in depot.heures))
    reperer_alertes(t_heures, depot.heures)
    ajouter_rejets_heures(t_heures, depot, plume.hasard, lambda heure: _heure(heure, plume))
    _ajouter_rejets_contrats(t_contrats, t_heures, depot, plume)
    return [
        _informations(depot),
        _structure(depot, plume),
        _tableau(
            "Opérations",
            ((_operation(o, plume), o.alerte) for o in dict.fromkeys(m.operation for m in marches)),
        ),
        _tableau("Marchés", ((_marche(m, plume), m.alerte) for m in marches)),
        _entreprises(marches, depot.heures, plume),
        _tableau("Bénéficiaires", ((_personne(p, numeros[p], plume), p.alerte) for p in personnes)),
        t_contrats,
        t_heures,
        _tableau("Situations", ((_situation(s, numeros[p], plume), "") for p, s in situations)),
        _animation(depot, plume),
    ]


def _tableau(nom: str, lignes: Iterable[tuple[Ligne, str]]) -> Tableau:
    tableau = Tableau(nom, [])
    for ligne, alerte in lignes:
        tableau.ajouter(ligne, alerte)
    return tableau


def _informations(depot: Depot) -> Tableau:
    return Tableau(
        "Informations",
        [
            ["Logiciel", LOGICIEL],
            ["Code structure", depot.structure.code],
            ["Nom de la structure", depot.structure.nom],
            ["Début de période", date_courte(depot.periode.debut)],
            ["Fin de période", date_courte(depot.periode.fin)],
            ["Date d'extraction", date_courte(depot.periode.extraction)],
        ],
    )


def _structure(depot: Depot, plume: Plume) -> Tableau:
    s = depot.structure
    siret: Cellule = s.siret
    parts = list(s.financements)
    if s.alerte == "SIRET_INVALIDE":
        siret = s.siret[:-1] + str((int(s.siret[-1]) + 1) % 10)
    if s.alerte == "FINANCEMENT_INCOHERENT":
        parts[0] -= 12
    ligne: Ligne = [
        s.code,
        s.nom,
        s.nature_juridique,
        siret,
        s.commune.code,
        s.facilitateurs,
        plume.nombre(s.etp),
        s.commune.departement,
        *(plume.nombre(float(part), "%" if plume.hasard.random() < 0.2 else "") for part in parts),
    ]
    tableau = Tableau("Structure", [])
    tableau.ajouter(ligne, s.alerte)
    return tableau


def _operation(o: Operation, plume: Plume) -> Ligne:
    return [
        o.code,
        o.intitule,
        o.donneur_ordre.nom,
        plume.siret(o.donneur_ordre.siret),
        plume.code("type_donneur_ordre", o.donneur_ordre.type),
        programme(o, plume),
        plume.code("volet_anru", o.volet),
        commune_execution(o, plume),
        plume.jour(o.debut),
        plume.jour(o.fin),
        plume.nombre(o.heures_travaillees_prevues),
    ]


def _marche(m: Marche, plume: Plume) -> Ligne:
    saut = "\n" if plume.hasard.random() < 0.05 else " "
    return [
        m.code,
        m.operation.code,
        m.lot,
        f'Lot {m.lot} ;{saut}"{m.secteur.objet}", marché fictif',
        plume.code("base_juridique", m.base_juridique),
        plume.code("nature_marche", m.secteur.nature_marche),
        plume.code("secteur", m.secteur.code),
        m.secteur.code_cpv,
        montant(m, plume),
        notification(m, plume),
        plume.jour(m.fin_prevue),
        plume.nombre(m.heures_prevues),
        m.penalite,
    ]


def _entreprises(marches: list[Marche], heures: list[Heure], plume: Plume) -> Tableau:
    """The companies of each marché: its main contractor, and those with hours in the deposit."""
    presents = {(h.marche, h.contrat.employeur) for h in heures}
    lignes: list[Ligne] = []
    for marche in marches:
        for entreprise, role in marche.employeurs.items():
            if role != "Titulaire" and (marche, entreprise) not in presents:
                continue
            lignes.append(
                [
                    marche.code,
                    plume.siret(entreprise.siret),
                    entreprise.nom,
                    plume.code("type_employeur", entreprise.type),
                    entreprise.effectif,
                    role,
                    plume.nombre(marche.heures_prevues) if role == "Titulaire" else None,
                ]
            )
    return Tableau("Entreprises", lignes)


def _personne(p: Personne, numero: str, plume: Plume) -> Ligne:
    return [
        numero,
        *identite(p, plume),
        plume.sexe(p.sexe),
        plume.commune(p.commune),
        plume.oui_non(p.qpv),
        p.code_qpv or None,
        plume.code("niveau", p.niveau),
        plume.code("categorie_public", p.categorie),
        plume.codes("categorie_public", p.autres_categories),
        prescripteur(p, plume),
        plume.oui_non(p.referent),
    ]


def _contrat(c: Contrat, numero_personne: str, plume: Plume) -> Ligne:
    return [
        c.numero,
        numero_personne,
        plume.siret(c.employeur.siret),
        plume.code("type_employeur", c.employeur.type),
        plume.code("modalite", c.modalite),
        plume.code("type_contrat", c.type),
        c.metier[0],
        c.metier[1],
        plume.jour(c.debut),
        fin(c, plume),
        plume.oui_non(c.tuteur),
    ]


def _heure(h: Heure, plume: Plume) -> Ligne:
    formation = plume.quarts(h.formation) if h.formation else None
    return [h.contrat.numero, h.marche.code, plume.mois(h.mois), plume.quarts(h.travail), formation]


def _situation(s: Situation, numero_personne: str, plume: Plume) -> Ligne:
    return [
        numero_personne,
        str(s.horizon),
        plume.jour(s.constat),
        plume.code("situation", s.code),
        plume.oui_non(s.qualification),
    ]


def _situations_constatees(depot: Depot) -> list[tuple[Personne, Situation]]:
    """What was found between the start of the period and the extraction, of the structure's persons."""
    return [
        (p, s)
        for p in depot.structure.numeros
        for s in p.situations
        if depot.periode.debut <= s.constat <= depot.periode.extraction
    ]


def _animation(depot: Depot, plume: Plume) -> Tableau:
    hasard = plume.hasard
    lignes: list[Ligne] = []
    for i in range(hasard.randrange(3, 12)):
        jour = depot.periode.debut + timedelta(
            days=hasard.randrange((depot.periode.fin - depot.periode.debut).days)
        )
        evenement = hasard.choice(("COMITE_DEPARTEMENTAL", "RENCONTRE_DO", "RENCONTRE_ENTREPRISE"))
        organisme = f"Organisme fictif {i + 1}"
        lignes.append(
            [
                plume.jour(jour),
                plume.code("type_evenement", evenement),
                organisme,
                hasard.choice(TYPES_ORGANISME),
                hasard.randrange(2, 30),
            ]
        )
    return Tableau("Animation", lignes)


def _ajouter_rejets_contrats(t_contrats: Tableau, t_heures: Tableau, depot: Depot, plume: Plume) -> None:
    """Adds contracts to be rejected: unreadable start (and an hour of it), unknown person, number twice."""
    modele = plume.hasard.choice(depot.heures)
    personne = depot.structure.numeros[modele.contrat.personne]

    def ligne(colonne: str, valeur: str) -> Ligne:
        cellules = [CONTRAT_REJETE, *_contrat(modele.contrat, personne, plume)[1:]]
        cellules[t_contrats.colonnes.index(colonne)] = valeur
        return cellules

    if "CONTRAT_DATE_ILLISIBLE" in depot.rejets:
        t_contrats.ajouter(ligne("Date de début", "à préciser"), "DATE_ILLISIBLE")
        t_heures.ajouter([CONTRAT_REJETE, *_heure(modele, plume)[1:]], "ORPHELIN")
    if "CONTRAT_ORPHELIN" in depot.rejets:
        t_contrats.ajouter(ligne("N° bénéficiaire", "B99999"), "ORPHELIN")
    if "CONTRAT_CLE_EN_DOUBLE" in depot.rejets:
        for metier in ("K2503", "M1607"):
            t_contrats.ajouter(ligne("Code ROME", metier), "CLE_EN_DOUBLE")
