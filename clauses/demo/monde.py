"""Makes structures one by one: buyers, operations, marchés, companies, persons, contracts and hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from clauses.demo.catalogue import DONNEES, Catalogue, Commune, Secteur
from clauses.demo.echelles import PlanStructure
from clauses.demo.modele import (
    Contrat,
    DonneurOrdre,
    Entreprise,
    Heure,
    Marche,
    Operation,
    Personne,
    Structure,
    dernier_du_mois,
    premier_du_mois,
    rang_du_mois,
)
from clauses.demo.personnes import Population, ajouter_mois
from clauses.demo.tirage import Sirets, Tirages
from clauses.socle.donnees import lire_lignes
from clauses.socle.fictif import DEBUT_DES_NOMS

PLEIN_TEMPS = 606  # quarters of an hour: 151.50 h, the most a month usually holds
HEURES_ELEVEES = 920  # 230 h
FACTEUR_FEMMES = 0.86
CONSTRUCTION = ("BATIMENT", "TRAVAUX_PUBLICS")
ALTERNANCE = ("APPRENTISSAGE", "PROFESSIONNALISATION")
# one object of each structure is written in a way that breaks each of five of these rules, in turn
ALERTES = (
    "NAISSANCE_INVALIDE",
    "FIN_AVANT_DEBUT",
    "HEURES_ELEVEES",
    "NOMBRE_ILLISIBLE",
    "COMMUNE_INCONNUE",
    "IDENTITE_INCOMPLETE",
    "HEURES_HORS_CONTRAT",
    "DATE_ILLISIBLE",
    "CODE_INCONNU",
    "FINANCEMENT_INCOHERENT",
    "SIRET_INVALIDE",
)
ALERTES_PAR_STRUCTURE = 5
TYPES_ACHETEUR = {x["type_donneur_ordre"]: x["nom"] for x in lire_lignes(DONNEES / "acheteurs.csv")}
NATURES_JURIDIQUES = ("Association", "GIP", "EPCI", "Commune", "Département")
FINANCEMENTS = (
    (40, 10, 5, 25, 15, 3, 2),
    (30, 20, 0, 35, 15, 0, 0),
    (55, 15, 5, 0, 20, 0, 5),
    (25, 25, 10, 40, 0, 0, 0),
)


class Region:
    """What the structures of one region share: buyers, companies by type, persons who move between them."""

    def __init__(self, acheteurs: list[DonneurOrdre], entreprises: dict[str, list[Entreprise]]) -> None:
        self.acheteurs = acheteurs
        self.entreprises = entreprises
        self.mobiles: list[Personne] = []


class Monde:
    """The fictitious world over a range of years (both included)."""

    def __init__(
        self, catalogue: Catalogue, plans: Sequence[PlanStructure], annees: tuple[int, int], hasard: Random
    ) -> None:
        self._catalogue = catalogue
        self._plans = plans
        self._debut, self._fin = date(annees[0], 1, 1), date(annees[1], 12, 31)
        self._hasard = hasard
        self._tirages = Tirages(hasard, catalogue.poids)
        self._sirets = Sirets(hasard)
        self._population = Population(catalogue, self._tirages, hasard)
        self._regions: dict[str, Region] = {}

    def structures(self) -> Iterator[tuple[PlanStructure, Structure]]:
        """Each structure in turn, complete; nothing of it is kept but what its region shares."""
        for plan in self._plans:
            region = self._region(self._catalogue.region(plan.departement))
            structure = self._structure(plan)
            self._ajouter_marches(structure, region, plan)
            self._ajouter_contrats(structure, region, plan)
            self._prevoir_heures(structure)
            self._planter_alertes(structure, plan)
            region.mobiles += [p for p in structure.numeros if not p.alerte and self._hasard.random() < 0.1]
            yield plan, structure

    def _region(self, code: str) -> Region:
        if code not in self._regions:
            plans = [p for p in self._plans if self._catalogue.region(p.departement) == code]
            contrats = sum(p.contrats for p in plans)
            self._regions[code] = Region(
                self._acheteurs(code, 8 + contrats // 60), self._entreprises(code, 24 + contrats // 14)
            )
        return self._regions[code]

    def _acheteurs(self, region: str, nombre: int) -> list[DonneurOrdre]:
        acheteurs = []
        for i in range(1, nombre + 1):
            type_acheteur = self._tirages.tirer("type_donneur_ordre")
            siret = "" if self._hasard.random() < 0.04 else self._sirets.nouveau()
            nom = f"{TYPES_ACHETEUR[type_acheteur]} {region}-{i:03d}"
            acheteurs.append(DonneurOrdre(nom, siret, type_acheteur))
        return acheteurs

    def _entreprises(self, region: str, nombre: int) -> dict[str, list[Entreprise]]:
        types = list(self._catalogue.poids["type_employeur"])
        tires = types + [self._tirages.tirer("type_employeur") for _ in range(nombre - len(types))]
        entreprises: dict[str, list[Entreprise]] = {}
        for i, type_employeur in enumerate(tires, 1):
            effectif = None if self._hasard.random() < 0.12 else int(self._tirages.tirer("effectif"))
            nom = f"Entreprise fictive {region}-{i:04d}"
            entreprise = Entreprise(nom, self._sirets.nouveau(), type_employeur, effectif)
            entreprises.setdefault(type_employeur, []).append(entreprise)
        return entreprises

    def _structure(self, plan: PlanStructure) -> Structure:
        hasard = self._hasard
        facilitateurs = max(1, round(plan.contrats / 220))
        return Structure(
            code=plan.code,
            nom=f"{DEBUT_DES_NOMS}{plan.rang + 1} ({plan.departement})",
            nature_juridique=hasard.choice(NATURES_JURIDIQUES),
            siret=self._sirets.nouveau(),
            commune=self._catalogue.communes[plan.departement][0],
            facilitateurs=facilitateurs,
            etp=round(facilitateurs * hasard.choice((0.5, 0.8, 1.0)), 1),
            financements=hasard.choice(FINANCEMENTS),
        )

    def _commune(self, departement: str, part_ailleurs: float) -> Commune:
        """A commune of the département, sometimes of another one of the region; the largest more often."""
        if self._hasard.random() < part_ailleurs:
            region = self._catalogue.region(departement)
            departement = self._hasard.choice(
                [d for d in self._catalogue.communes if self._catalogue.region(d) == region]
            )
        communes = self._catalogue.communes[departement]
        return communes[int(len(communes) * self._hasard.random() ** 1.7)]

    # --- operations and marchés ----------------------------------------------------------------------------

    def _ajouter_marches(self, structure: Structure, region: Region, plan: PlanStructure) -> None:
        hasard = self._hasard
        nombre = max(8, round(plan.contrats * 0.2))
        operations = max(4, round(nombre / 2.2))
        acheteurs = hasard.sample(region.acheteurs, min(len(region.acheteurs), max(4, operations // 2)))
        for i in range(1, operations + 1):
            structure.operations.append(self._operation(i, acheteurs[i % len(acheteurs)], structure, plan))
        for i in range(1, nombre + 1):
            # every other marché is in construction, so that both kinds are always there
            variable = "secteur_construction" if i % 2 else "secteur_autre"
            secteur = self._catalogue.secteurs[self._tirages.tirer(variable)]
            operation = structure.operations[(i - 1) * operations // nombre]
            structure.marches.append(self._marche(i, operation, secteur, region))

    def _operation(
        self, i: int, acheteur: DonneurOrdre, structure: Structure, plan: PlanStructure
    ) -> Operation:
        commune = self._commune(plan.departement, 0.08)
        programme = self._tirages.tirer("programme")
        volet = self._tirages.tirer("volet_anru") if programme != "AUCUN" else ""
        debut = self._debut - timedelta(days=self._hasard.randrange(400, 900))
        return Operation(
            code=f"OP{i:04d}",
            intitule=f"Opération fictive {i} de {structure.code} à {commune.libelle}",
            donneur_ordre=acheteur,
            programme=programme,
            volet=volet,
            commune=commune,
            territoire=commune,
            debut=debut.replace(day=1),
            fin=self._fin + timedelta(days=self._hasard.randrange(30, 700)),
        )

    def _marche(self, i: int, operation: Operation, secteur: Secteur, region: Region) -> Marche:
        hasard = self._hasard
        jours = (self._fin - self._debut).days
        avant = hasard.random() < 0.75
        decalage = -hasard.randrange(30, 390) if avant else hasard.randrange(int(jours * 0.7))
        notification = self._debut + timedelta(days=decalage)
        montant = round(min(12_000_000.0, hasard.lognormvariate(12.6, 1.4)), 2)
        titulaires = region.entreprises["ENT"]
        return Marche(
            code=f"M{i:05d}",
            operation=operation,
            lot=str(1 + (i - 1) % 4),
            secteur=secteur,
            base_juridique=self._tirages.tirer("base_juridique"),
            montant=None if hasard.random() < 0.08 else montant,
            notification=notification,
            fin_prevue=notification + timedelta(days=hasard.randrange(200, 1100)),
            penalite=hasard.choice((None, 30, 45, 60)),
            employeurs={hasard.choice(titulaires): "Titulaire"},
        )

    # --- persons, contracts, hours -------------------------------------------------------------------------

    def _ajouter_contrats(self, structure: Structure, region: Region, plan: PlanStructure) -> None:
        employeurs = {
            t: self._hasard.sample(liste, min(len(liste), max(1, plan.contrats // 40)))
            for t, liste in region.entreprises.items()
        }
        while len(structure.contrats) < plan.contrats:
            jours = (self._fin - self._debut).days
            debut = self._debut + timedelta(days=self._hasard.randrange(-75, jours - 12))
            personne = self._personne(structure, region, plan, debut)
            debut = max(debut, personne.derniere_fin)
            for _ in range(int(self._tirages.tirer("contrats_par_personne"))):
                if debut > self._fin - timedelta(days=10) or len(structure.contrats) == plan.contrats:
                    break
                fin = self._ajouter_contrat(structure, personne, employeurs, debut)
                personne.derniere_fin = max(personne.derniere_fin, fin)
                debut = fin + timedelta(days=self._hasard.randrange(10, 100))

    def _personne(self, structure: Structure, region: Region, plan: PlanStructure, debut: date) -> Personne:
        """Mostly someone new, now and then someone whom another structure of the region knows."""
        if region.mobiles and self._hasard.random() < 0.04:
            personne = region.mobiles.pop(self._hasard.randrange(len(region.mobiles)))
            if personne not in structure.numeros and personne.derniere_fin < self._fin - timedelta(days=60):
                personne.derniere_fin += timedelta(days=self._hasard.randrange(5, 50))
                return _inscrire(structure, personne)
        return _inscrire(structure, self._population.nouvelle(self._commune(plan.departement, 0.1), debut))

    def _ajouter_contrat(
        self, structure: Structure, personne: Personne, employeurs: dict[str, list[Entreprise]], debut: date
    ) -> date:
        """Adds a contract and its hours; returns the last day worked."""
        tirer, hasard = self._tirages.tirer, self._hasard
        duree = int(tirer("duree_mois"))
        fin = ajouter_mois(debut, duree) - timedelta(days=hasard.randrange(1, 9))
        fin = max(fin, self._debut + timedelta(days=15))
        marche = self._choisir_marche(structure, debut)
        employeur = hasard.choice(employeurs[tirer("type_employeur")])
        type_contrat = tirer(f"type_contrat_{employeur.type}")
        contrat = Contrat(
            numero=f"C{len(structure.contrats) + 1:06d}",
            personne=personne,
            employeur=employeur,
            type=type_contrat,
            modalite=tirer(f"modalite_{employeur.type}"),
            metier=hasard.choice(marche.secteur.metiers),
            debut=debut,
            fin=None if type_contrat == "CDI" else fin,
            tuteur="O" if type_contrat in ALTERNANCE else hasard.choice(("O", "N", "N", "ND")),
        )
        structure.contrats.append(contrat)
        second = self._choisir_marche(structure, debut) if hasard.random() < 0.07 else marche
        for m in {marche: None, second: None}:
            m.employeurs.setdefault(employeur, "Co-traitant" if employeur.type == "ENT" else "Sous-traitant")
        self._ajouter_heures(structure, contrat, (marche, second), debut, min(fin, self._fin))
        return fin

    def _choisir_marche(self, structure: Structure, debut: date) -> Marche:
        """A marché of the kind drawn (in construction or not), notified before the contract if possible."""
        en_construction = self._tirages.tirer("construction") == "O"
        choix = [m for m in structure.marches if (m.secteur.code in CONSTRUCTION) == en_construction]
        return self._hasard.choice([m for m in choix if m.notification <= debut] or choix)

    def _ajouter_heures(
        self, structure: Structure, contrat: Contrat, marches: tuple[Marche, Marche], debut: date, fin: date
    ) -> None:
        hasard = self._hasard
        facteur = FACTEUR_FEMMES if contrat.personne.sexe == "F" else 1.0
        part_formation = hasard.uniform(0.08, 0.25) if hasard.random() < 0.12 else 0.0
        if contrat.type in ALTERNANCE:
            part_formation = hasard.uniform(0.1, 0.3)
        mois_debut = max(rang_du_mois(debut), rang_du_mois(self._debut))
        mois_fin = rang_du_mois(fin)
        for mois in range(mois_debut, mois_fin + 1):
            if mois_debut < mois < mois_fin and hasard.random() < 0.03:
                continue  # a month without work
            premier, dernier = max(debut, premier_du_mois(mois)), min(fin, dernier_du_mois(mois))
            couverture = ((dernier - premier).days + 1) / 30.5
            plein = self._tirages.tirer("mois_plein") == "O"
            base = PLEIN_TEMPS if plein else hasard.randrange(180, PLEIN_TEMPS)
            total = max(4, min(PLEIN_TEMPS, round(base * min(1.0, couverture) * facteur)))
            formation = round(total * part_formation)
            if marches[0] is marches[1] or total < 16:
                parts = [(marches[0], total, formation)]
            else:
                moitie = total * 3 // 5
                parts = [(marches[0], moitie, formation), (marches[1], total - moitie, 0)]
            for marche, quarts, quarts_formation in parts:
                appris = min(quarts_formation, quarts - 1)
                structure.heures.append(Heure(contrat, marche, mois, quarts - appris, appris))

    def _prevoir_heures(self, structure: Structure) -> None:
        """Sets the hours planned of marchés and ANRU operations around what is done."""
        hasard = self._hasard
        faites: dict[Marche, int] = dict.fromkeys(structure.marches, 0)
        for heure in structure.heures:
            faites[heure.marche] += heure.travail + heure.formation
        par_operation: dict[Operation, int] = dict.fromkeys(structure.operations, 0)
        for marche, quarts in faites.items():
            par_operation[marche.operation] += quarts
            if hasard.random() < 0.85:
                marche.heures_prevues = max(70, round(quarts / 4 * hasard.uniform(0.7, 1.4) / 5) * 5)
        for operation, quarts in par_operation.items():
            if operation.programme != "AUCUN":
                taux = 0.10 if operation.volet == "GUP" else 0.05
                travail = quarts / 4 / taux * hasard.uniform(0.8, 1.3)
                operation.heures_travaillees_prevues = round(travail) + 1000

    # --- warnings ------------------------------------------------------------------------------------------

    def _planter_alertes(self, structure: Structure, plan: PlanStructure) -> None:
        for k in range(ALERTES_PAR_STRUCTURE):
            self._planter(structure, ALERTES[(plan.rang_layout * ALERTES_PAR_STRUCTURE + k) % len(ALERTES)])

    def _planter(self, structure: Structure, regle: str) -> None:
        hasard = self._hasard
        if regle in ("NAISSANCE_INVALIDE", "IDENTITE_INCOMPLETE", "CODE_INCONNU"):
            # known to this structure alone: a person without identity is counted by structure and number
            seuls = [p for p in structure.numeros if not p.alerte and p.structures == 1]
            hasard.choice(seuls).alerte = regle
        elif regle == "FIN_AVANT_DEBUT":
            hasard.choice([c for c in structure.contrats if c.fin and not c.alerte]).alerte = regle
        elif regle in ("NOMBRE_ILLISIBLE", "DATE_ILLISIBLE"):
            hasard.choice([m for m in structure.marches if not m.alerte]).alerte = regle
        elif regle == "COMMUNE_INCONNUE":
            operation = hasard.choice(structure.operations)
            operation.alerte, operation.territoire = regle, structure.commune
        elif regle in ("FINANCEMENT_INCOHERENT", "SIRET_INVALIDE"):
            structure.alerte = regle
        else:
            self._planter_sur_heures(structure, regle)

    def _planter_sur_heures(self, structure: Structure, regle: str) -> None:
        uniques: dict[tuple[Contrat, int], int] = {}
        for heure in structure.heures:
            cle = (heure.contrat, heure.mois)
            uniques[cle] = uniques.get(cle, 0) + 1
        seules = [h for h in structure.heures if uniques[h.contrat, h.mois] == 1 and not h.alerte]
        if regle == "HEURES_ELEVEES":
            heure = self._hasard.choice(seules)
            heure.travail, heure.formation, heure.alerte = HEURES_ELEVEES, 0, regle
        else:
            premiere = self._hasard.choice(
                [h for h in seules if h.mois == rang_du_mois(h.contrat.debut) > rang_du_mois(self._debut)]
            )
            structure.heures.append(
                Heure(premiere.contrat, premiere.marche, premiere.mois - 1, 28, 0, alerte=regle)
            )


def _inscrire(structure: Structure, personne: Personne) -> Personne:
    structure.numeros[personne] = f"B{len(structure.numeros) + 1:05d}"
    personne.structures += 1
    return personne
