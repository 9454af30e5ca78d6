"""Writes a whole demo: the folder of deposits, what must come out of it, and a page that says what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from clauses.demo.attendu import COLONNES, Comptes, ecrire_liste
from clauses.demo.calendrier import Calendrier, correction_extraite_le
from clauses.demo.catalogue import Catalogue, charger_catalogue
from clauses.demo.echelles import Echelle, PlanStructure, choisir_echelle, planifier
from clauses.demo.ecriture import ecrire_depot
from clauses.demo.layout_bilan import composer_bilan
from clauses.demo.layout_relationnel import composer_relationnel
from clauses.demo.modele import Structure
from clauses.demo.monde import Monde
from clauses.demo.plume import Plume
from clauses.demo.tableaux import Depot, Tableau
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.nombres import nombre
from clauses.socle.observatoire import NATIONAL

LISEZMOI = "LISEZMOI.txt"
COMPOSER = {"relationnel": composer_relationnel, "bilan": composer_bilan}
TITRE = "Dépôts fictifs pour essayer l'observatoire des clauses sociales"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"


@dataclass(frozen=True)
class ResumeDemo:
    """What was written. `heures`: expected once all deposits are loaded; `lignes_heures`: in the files."""

    dossier: Path
    nombre_depots: int
    refuses: int
    ignores: int
    structures: int
    personnes: int
    contrats: int
    lignes_heures: int
    cellules: int
    heures: float
    date_arrete: date


def ecrire_demo(
    dossier: Path,
    echelle: str = "petite",
    annees: tuple[int, int] = (2023, 2024),
    graine: int = 1,
    avancement: Callable[[int, int], None] | None = None,
) -> ResumeDemo:
    """Writes fictitious deposits (`depots/`), their expected figures (`attendu/`) and LISEZMOI.txt.

    `echelle`: petite, regionale or nationale; `annees`: first and last year; the same arguments give the same
    bytes. `avancement` is called with (deposits written, deposits in all).
    Raises ErreurUtilisateur: unknown size, years that are not over, a folder that is not empty.
    """
    taille = choisir_echelle(echelle)
    return _Redaction(dossier, taille, _verifier_annees(annees), graine, avancement).ecrire()


def _verifier_annees(annees: tuple[int, int]) -> tuple[int, int]:
    premiere, derniere = annees
    if premiere > derniere or premiere < 2000 or correction_extraite_le(derniere) > date.today():
        raise ErreurUtilisateur(
            "ANNEES_INVALIDES",
            f"Les années {premiere}-{derniere} ne conviennent pas. Donnez la première puis la dernière, "
            "toutes deux terminées et exportées, par exemple 2023-2024.",
        )
    return annees


class _Redaction:
    """One run: what is being written and what has been counted so far."""

    def __init__(
        self,
        dossier: Path,
        echelle: Echelle,
        annees: tuple[int, int],
        graine: int,
        avancement: Callable[[int, int], None] | None,
    ) -> None:
        self._dossier = dossier
        self._echelle = echelle
        self._annees = range(annees[0], annees[1] + 1)
        self._graine = graine
        self._avancement = avancement
        self._catalogue: Catalogue = charger_catalogue()
        self._comptes = Comptes()
        self._constats: list[tuple[str, str, int, str]] = []
        self._refus: list[tuple[str, str]] = []
        self._faits = self._lignes_heures = self._cellules = 0
        self._personnes: set[int] = set()
        self._contrats = 0

    def ecrire(self) -> ResumeDemo:
        hasard = Random(self._graine)
        plans = planifier(self._echelle, len(self._annees), self._catalogue, hasard)
        self._calendrier = Calendrier(
            self._catalogue, self._annees, self._echelle.corrections / len(plans), hasard
        )
        self._total = len(plans) * len(self._annees) + self._echelle.corrections
        _preparer(self._dossier)
        monde = Monde(self._catalogue, plans, (self._annees[0], self._annees[-1]), hasard)
        for plan, structure in monde.structures():
            self._ecrire_structure(plan, structure, hasard)
        region = self._catalogue.nom_de_region(plans[0].departement)
        pdf = self._dossier / "depots" / region / str(self._annees[0]) / "Compte rendu du comité.pdf"
        pdf.write_bytes(PDF)
        return self._conclure(plans)

    def _ecrire_structure(self, plan: PlanStructure, structure: Structure, hasard: Random) -> None:
        for depot in self._calendrier.depots(plan, structure):
            plume = Plume(depot.forme, depot.rang, self._catalogue, hasard)
            tableaux = COMPOSER[depot.layout](depot, plume)
            chemin = self._chemin(depot.chemin)
            constats, cellules = ecrire_depot(chemin, depot.forme, tableaux, hasard)
            self._constats += [(depot.nom, *constat) for constat in constats]
            self._cellules += cellules
            self._lignes_heures += len(depot.heures)
            self._faits += 1
            if self._avancement:
                self._avancement(self._faits, self._total)
            if depot.layout == "relationnel" and depot.forme.contenant == "classeur":
                self._refuser(depot, tableaux, hasard)
        self._comptes.ajouter(structure)
        self._personnes.update(p.identifiant for p in structure.numeros)
        self._contrats += len(structure.contrats)

    def _chemin(self, relatif: str) -> Path:
        chemin = self._dossier / "depots" / relatif
        chemin.parent.mkdir(parents=True, exist_ok=True)
        return chemin

    # --- deposits to refuse --------------------------------------------------------------------------------

    def _refuser(self, depot: Depot, tableaux: list[Tableau], hasard: Random) -> None:
        """Beside the good ones, a bad copy of the first workbooks."""
        if len(self._refus) == len(self._echelle.refus):
            return
        regle = self._echelle.refus[len(self._refus)]
        nom = f"Export {depot.structure.code} à vérifier {len(self._refus) + 1}.xlsx"
        chemin = self._chemin(f"À vérifier/{nom}")
        if regle == "ILLISIBLE":
            octets = self._chemin(depot.chemin).read_bytes()
            chemin.write_bytes(octets[: len(octets) * 3 // 5])
        else:
            incomplets = [_sans_colonne(t, "Contrats", "Date de début") for t in tableaux]
            ecrire_depot(chemin, depot.forme, incomplets, hasard)
        self._refus.append((nom, regle))

    # --- the end -------------------------------------------------------------------------------------------

    def _conclure(self, plans: list[PlanStructure]) -> ResumeDemo:
        attendu = self._dossier / "attendu"
        attendu.mkdir()
        totaux = self._comptes.totaux()
        totaux.select(COLONNES).write_csv(attendu / "totaux.csv")
        ecrire_liste(attendu / "constats.csv", ("depot", "table", "ligne", "regle"), self._constats)
        ecrire_liste(attendu / "refus.csv", ("depot", "regle"), self._refus)
        national = totaux.filter(
            tableau="CLES", mesure="heures", niveau_territoire="national", type_periode="cumul"
        )
        resume = ResumeDemo(
            dossier=self._dossier,
            nombre_depots=self._faits,
            refuses=len(self._refus),
            ignores=1,
            structures=len(plans),
            personnes=len(self._personnes),
            contrats=self._contrats,
            lignes_heures=self._lignes_heures,
            cellules=self._cellules,
            heures=national["valeur"].item(),
            date_arrete=correction_extraite_le(self._annees[-1]),
        )
        (self._dossier / LISEZMOI).write_text(self._presentation(resume), encoding="utf-8")
        espace = self._dossier / "espace"
        espace.mkdir()
        (espace / "observatoire.yml").write_text(self._observatoire(plans), encoding="utf-8")
        return resume

    def _observatoire(self, plans: list[PlanStructure]) -> str:
        """Whose workspace it would be: the scope is that of the size."""
        regions = sorted({self._catalogue.region(p.departement) for p in plans})
        partielle = self._echelle.regions or self._echelle.departements
        perimetre = f"[{', '.join(map(repr, regions))}]" if partielle else NATIONAL
        return f"""# Écrit par clauses demo. Pour un vrai espace de travail : clauses observatoire
nom: Observatoire fictif
editeur: Démonstration
contact: contact@exemple.fr
perimetre: {perimetre}
"""

    def _presentation(self, resume: ResumeDemo) -> str:
        return f"""{TITRE}
{"=" * len(TITRE)}

Tout est inventé : personnes, structures, acheteurs, entreprises, SIRET, contrats et heures.
Seuls les codes des communes, des métiers et des nomenclatures sont réels.
Échelle {self._echelle.nom}, années {self._annees[0]} à {self._annees[-1]}, graine {self._graine}.

depots/    {resume.nombre_depots} dépôts à charger, {resume.refuses} à refuser (« À vérifier »), un PDF à ignorer
attendu/   ce qui doit en sortir :
           totaux.csv     les chiffres clés et les tableaux T01, T03, T07, T08 et T20
           constats.csv   les lignes écrites pour être rejetées ou signalées (la liste n'est pas complète)
           refus.csv      les dépôts à refuser et pourquoi
espace/    un espace de travail où il n'y a encore qu'observatoire.yml : nom et périmètre de l'observatoire fictif

{resume.structures} structures, {resume.personnes} personnes, {resume.contrats} contrats, {nombre(resume.heures, 2)} heures.

La commande suivante, depuis ce dossier :

    clauses actualiser depots --espace espace

Puis, pour voir ce qui a été chargé :

    clauses etat --espace espace
"""


def _preparer(dossier: Path) -> None:
    if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
        raise ErreurUtilisateur(
            "DOSSIER_OCCUPE",
            f"« {dossier} » existe déjà et n'est pas vide. Choisissez un dossier vide ou un nouveau nom.",
        )
    dossier.mkdir(parents=True, exist_ok=True)


def _sans_colonne(tableau: Tableau, table: str, colonne: str) -> Tableau:
    if tableau.nom != table:
        return Tableau(tableau.nom, tableau.lignes)
    retiree = tableau.colonnes.index(colonne)
    return Tableau(
        table,
        [[c for i, c in enumerate(ligne) if i != retiree] for ligne in tableau.lignes],
        colonnes=tuple(c for i, c in enumerate(tableau.colonnes) if i != retiree),
    )
