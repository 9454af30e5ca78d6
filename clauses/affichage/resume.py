"""The summary of a refresh: deposits, rows, warnings, hours, where to look next, durations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import ESPACE_FINE, accorder, date_courte, ecart, evolution, nombre
from exports.retours.ignores import phrase_ignores

if TYPE_CHECKING:
    from rich.console import Console


REFUS_AFFICHES = 20
PHRASES_STATUT = {
    "publie": ("L'entrepôt est à jour.", "green"),
    "inchange": ("Rien de nouveau : l'entrepôt publié reste tel qu'il était.", ""),
    "vide": ("Aucun dépôt accepté : il n'y a encore rien à publier.", "bold red"),
    "bloque": ("Publication arrêtée par un contrôle : rien n'est publié cette fois-ci.", "bold red"),
}


@dataclass(frozen=True)
class DepotRefuse:
    """A refused deposit: its path as the user gave it, and a message that says what to do.

    `conseil`: what the observatory itself can do, if anything; the message speaks to the structure.
    """

    chemin: str
    regle: str
    message: str
    conseil: str = ""


@dataclass(frozen=True)
class CompteRegle:
    """How many findings a rule made; `titre` is the rule's short French name."""

    regle: str
    nombre: int
    titre: str = ""


@dataclass(frozen=True)
class HeuresRegion:
    """Hours of insertion of a region in the published state before (None: it had none) and after."""

    code: str
    libelle: str
    avant: float | None
    apres: float | None


@dataclass(frozen=True)
class ResumeRafraichissement:
    """What one refresh did (`statut`: `publie`, `inchange`, `vide` or `bloque`); counts are of this refresh alone.

    `corriges`: how many refused deposits are not in `refuses`, others having corrected them. `remplaces`: the sentence
    on all deposits that no longer matter.
    """

    rafraichissement: str
    statut: str
    date_arrete: dt.date | None
    acceptes: int
    deja_charges: int
    lignes_lues: int
    refuses: Sequence[DepotRefuse] = ()
    rejets: Sequence[CompteRegle] = ()
    alertes: Sequence[CompteRegle] = ()
    heures: Sequence[HeuresRegion] = ()
    portes: Sequence[str] = ()
    rapport: Path | None = None
    commande_suivante: str | None = None
    ignores: Sequence[str] = ()
    avertissements: Sequence[str] = ()
    fictif: bool = False
    corriges: int = 0
    remplaces: str = ""


def afficher_resume(console: Console, resume: ResumeRafraichissement) -> None:
    """The end of `clauses actualiser`: deposits, rows, warnings, hours, where to look next."""
    phrase, style = PHRASES_STATUT[resume.statut]
    ecrire(console)
    if resume.fictif:
        ecrire(console, "DONNÉES FICTIVES : aucun de ces chiffres ne décrit la réalité.", style="bold yellow")
    ecrire(console, phrase, style=style)
    for porte in resume.portes:
        ecrire(console, f"- {porte}", style="red", retrait=2)
    arrete = f", données arrêtées au {date_courte(resume.date_arrete)}" if resume.date_arrete else ""
    ecrire(console, f"Rafraîchissement {resume.rafraichissement}{arrete}.")

    _resumer_depots(console, resume)
    for avertissement in resume.avertissements:
        ecrire(console, avertissement, style="yellow", retrait=2)
    _resumer_lignes(console, resume)
    _resumer_heures(console, resume.heures)
    if resume.rapport or resume.commande_suivante:
        titre(console, "Et maintenant")
    if resume.rapport:
        ecrire(console, f"Rapport détaillé : {resume.rapport}", retrait=2)
    if resume.commande_suivante:
        ecrire(console, f"Commande suivante : {resume.commande_suivante}", retrait=2)


def _resumer_depots(console: Console, resume: ResumeRafraichissement) -> None:
    nouveaux = resume.acceptes + len(resume.refuses) + resume.corriges
    titre(console, "Dépôts")
    acceptes = "accepté" if resume.acceptes < 2 else "acceptés"
    if nouveaux:
        ecrire(console, f"{nombre(resume.acceptes)} {acceptes} sur {nombre(nouveaux)}.", retrait=2)
    else:
        ecrire(console, "Aucun dépôt nouveau.", retrait=2)
    if resume.deja_charges:
        deja = accorder(resume.deja_charges, "dépôt déjà chargé", "dépôts déjà chargés")
        ecrire(console, f"{deja}, laissé{'s' if resume.deja_charges > 1 else ''} de côté.", retrait=2)
    if resume.refuses:
        ecrire(console, f"{accorder(len(resume.refuses), 'refusé')} :", style="bold red", retrait=2)
    for refus in resume.refuses[:REFUS_AFFICHES]:
        ecrire(console, f"- {refus.chemin} ({refus.regle})", style="red", retrait=4)
        ecrire(console, refus.message, retrait=6)
        if refus.conseil:
            ecrire(console, f"Pour l'observatoire : {refus.conseil}", retrait=6)
    reste = len(resume.refuses) - REFUS_AFFICHES
    if reste > 0:
        ecrire(console, f"et {accorder(reste, 'autre')} : voir le rapport.", retrait=4)
    if resume.remplaces:
        ecrire(console, resume.remplaces, retrait=2)
    if resume.ignores:
        ecrire(console, f"{phrase_ignores(resume.ignores)} :", style="yellow", retrait=2)
        for chemin in resume.ignores[:REFUS_AFFICHES]:
            ecrire(console, f"- {chemin}", retrait=4)
        autres = len(resume.ignores) - REFUS_AFFICHES
        if autres > 0:
            ecrire(console, f"et {accorder(autres, 'autre')}.", retrait=4)


def _resumer_lignes(console: Console, resume: ResumeRafraichissement) -> None:
    rejetees = sum(compte.nombre for compte in resume.rejets)
    if not resume.lignes_lues and not rejetees and not resume.alertes:
        return
    titre(console, "Lignes des dépôts acceptés")
    ecrire(console, f"{accorder(resume.lignes_lues, 'ligne lue', 'lignes lues')}.", retrait=2)
    if resume.rejets:
        part = (
            f" ({nombre(100 * rejetees / resume.lignes_lues, 1)}{ESPACE_FINE}%)" if resume.lignes_lues else ""
        )
        ecartees = accorder(rejetees, "ligne écartée", "lignes écartées")
        ecrire(console, f"{ecartees}{part}, à corriger par les structures :", style="yellow", retrait=2)
        _ecrire_comptes(console, resume.rejets)
    else:
        ecrire(console, "Aucune ligne écartée.", style="green", retrait=2)
    if resume.alertes:
        total = sum(compte.nombre for compte in resume.alertes)
        ecrire(console, f"{accorder(total, 'alerte')} (lignes comptées, à vérifier) :", retrait=2)
        _ecrire_comptes(console, resume.alertes)


def _ecrire_comptes(console: Console, comptes: Sequence[CompteRegle]) -> None:
    tries = sorted(comptes, key=lambda compte: (-compte.nombre, compte.regle))
    colonnes = (Colonne("Nombre", numerique=True), Colonne("Règle"), Colonne("Sens"))
    ecrire_tableau(
        console, Tableau(colonnes, [(nombre(c.nombre), c.regle, c.titre) for c in tries]), retrait=4
    )


def _resumer_heures(console: Console, heures: Sequence[HeuresRegion]) -> None:
    if not heures:
        return
    titre(console, "Heures d'insertion par région")
    colonnes = (
        Colonne("Région"),
        Colonne("Avant", numerique=True),
        Colonne("Maintenant", numerique=True),
        Colonne("Écart", numerique=True),
        Colonne("Évolution", numerique=True),
    )
    lignes = [_ligne_heures(f"{h.libelle} ({h.code})", h.avant, h.apres) for h in heures]
    avant = sum(h.avant or 0 for h in heures)
    apres = sum(h.apres or 0 for h in heures)
    ecrire_tableau(console, Tableau(colonnes, lignes, pied=_ligne_heures("Ensemble", avant, apres)))


def _ligne_heures(libelle: str, avant: float | None, apres: float | None) -> tuple[str, ...]:
    return libelle, nombre(avant), nombre(apres), ecart(avant or 0, apres or 0), evolution(avant, apres or 0)


def afficher_temps(console: Console, durees: Mapping[str, float]) -> None:
    """How long each stage took, in seconds, in the order given, with its share and the total."""
    total = sum(durees.values())
    colonnes = (Colonne("Étape"), Colonne("Durée (s)", numerique=True), Colonne("Part", numerique=True))
    lignes = [
        (etape, nombre(duree, 1), f"{nombre(100 * duree / total)}{ESPACE_FINE}%" if total else "")
        for etape, duree in durees.items()
    ]
    titre(console, "Durées")
    ecrire_tableau(console, Tableau(colonnes, lignes, pied=("Total", nombre(total, 1), "")))
