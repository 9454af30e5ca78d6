"""A deposit before it is written: what it holds, and its tables of cells with the headers of the export."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from clauses.demo.modele import Heure, Marche, Structure
from clauses.demo.plume import Forme, Ligne

LOGICIEL = "ABC Clauses (données fictives)"
ENTETES = {
    "Informations": ("Clé", "Valeur"),
    "Structure": (
        "Code structure", "Nom de la structure", "Nature juridique", "SIRET", "Code commune",
        "Facilitateurs (nombre)", "Facilitateurs (ETP)", "Territoires d'intervention",
        "Financement communes et EPCI (%)", "Financement département (%)", "Financement région (%)",
        "Financement FSE (%)", "Financement État (%)", "Financement privé (%)", "Autres financements (%)",
    ),
    "Opérations": (
        "Code opération", "Intitulé de l'opération", "Donneur d'ordre", "SIRET donneur d'ordre",
        "Type de donneur d'ordre", "Programme", "Volet ANRU", "Code commune d'exécution", "Date de début",
        "Date de fin", "Heures travaillées prévues",
    ),
    "Marchés": (
        "Code marché", "Code opération", "N° lot", "Objet du marché", "Article juridique", "Nature du marché",
        "Secteur d'activité", "Code CPV", "Montant HT (€)", "Date de notification", "Date de fin prévue",
        "Heures d'insertion prévues", "Pénalité par heure (€)",
    ),
    "Entreprises": (
        "Code marché", "SIRET", "Raison sociale", "Type d'entreprise", "Effectif", "Rôle",
        "Heures d'insertion engagées",
    ),
    "Bénéficiaires": (
        "N° bénéficiaire", "Nom", "Prénom", "Date de naissance", "Sexe", "Code commune de résidence",
        "QPV (O/N)", "Code QPV", "Niveau de formation", "Catégorie principale", "Autres catégories", "Prescripteur",
        "Référent de parcours (O/N)",
    ),
    "Contrats": (
        "N° contrat", "N° bénéficiaire", "SIRET employeur", "Type d'employeur", "Modalité", "Type de contrat",
        "Code ROME", "Métier", "Date de début", "Date de fin", "Tuteur (O/N)",
    ),
    "Heures": ("N° contrat", "Code marché", "Mois", "Heures travaillées", "Heures de formation"),
    "Situations": (
        "N° bénéficiaire", "Horizon (mois)", "Date du constat", "Situation", "Qualification obtenue (O/N)",
    ),
    "Animation": ("Date", "Type d'événement", "Organisme", "Type d'organisme", "Participants"),
    "Bilan": (
        "Code structure", "Nom structure", "Commune structure", "Maître d'ouvrage", "SIRET MOA", "Type MOA",
        "Opération", "Programme", "Commune d'exécution", "N° marché", "Lot", "Article CMP", "Prestation",
        "Secteur", "Montant du marché", "Date notification", "Heures prévues", "Entreprise", "SIRET entreprise",
        "Type entreprise", "Effectif entreprise", "Réf. participant", "Nom", "Prénom", "Né(e) le", "Sexe",
        "Commune participant", "ZUS/QPV", "Niveau", "Statut à l'entrée", "Prescripteur", "Réf. contrat",
        "Type de contrat", "Poste occupé", "ROME", "Début contrat", "Fin contrat", "Mois", "Heures réalisées",
        "dont formation", "Situation à 6 mois", "Situation à 12 mois", "Situation à 18 mois",
        "Situation à 24 mois",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Periode:
    """The days a deposit covers (both included), and the day it was extracted."""

    debut: date
    fin: date
    extraction: date


@dataclass(frozen=True)
class Depot:
    """What one deposit holds: a structure's hours of some months. `rejets`: rules to break on purpose."""

    structure: Structure
    layout: str
    periode: Periode
    heures: list[Heure]
    chemin: str
    forme: Forme
    rang: int
    rejets: tuple[str, ...] = ()

    @property
    def nom(self) -> str:
        """The deposit's own name, without its extension."""
        return self.chemin.rsplit("/", 1)[-1].removesuffix(self.forme.extension)

    @property
    def marches(self) -> list[Marche]:
        """The marchés known by the end of the period, and any other with hours."""
        servis = {h.marche for h in self.heures}
        return [m for m in self.structure.marches if m.notification <= self.periode.fin or m in servis]


@dataclass
class Tableau:
    """A table to write. `reperes`: rows that break a rule; the last of them in the file is reported."""

    nom: str
    lignes: list[Ligne]
    reperes: list[tuple[tuple[Ligne, ...], str]] = field(default_factory=list)
    colonnes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.colonnes = self.colonnes or ENTETES[self.nom]

    def ajouter(self, ligne: Ligne, regle: str = "") -> None:
        """Adds a row, and the rule it breaks if any."""
        self.lignes.append(ligne)
        if regle:
            self.reperes.append(((ligne,), regle))
