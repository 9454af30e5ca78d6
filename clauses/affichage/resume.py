"""The summary of a refresh: deposits, rows, warnings, hours, where to look next, durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, avertir_fictif, citer, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, date_courte, nombre, pour_cent
from exports.retours.depots import phrase_ignores, phrase_remplaces
from exports.retours.glossaire import STATUTS, conseil_observatoire, titre_regle

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from exports.retours.rafraichissement import Rafraichissement


REFUS_AFFICHES = 20
RUPTURES_AFFICHEES = 5
DESCRIPTIONS_PROPOSEES = 3
REGLES_DE_FORMAT = ("FORMAT_INCONNU", "TABLE_MANQUANTE", "COLONNE_MANQUANTE")


def afficher_resume(
    console: Console, fait: Rafraichissement, espace: Path, depots: Sequence[Path] = ()
) -> None:
    """The end of `clauses actualiser`: deposits, rows, warnings, hours, where to look next.

    `espace`, `depots`: as the user wrote them, for the next command.
    """
    statut = STATUTS[fait.statut]
    ecrire(console)
    avertir_fictif(console, fait.fictif)
    ecrire(console, statut["ecran"], style=statut["style"])
    for porte in fait.portes:
        ecrire(console, f"- {porte}", style="red", retrait=2)
    arrete = f", données arrêtées au {date_courte(fait.date_arrete)}" if fait.date_arrete else ""
    ecrire(console, f"Actualisation {fait.identifiant}{arrete}.")

    _resumer_depots(console, fait)
    for avertissement in fait.avertissements:
        ecrire(console, avertissement, style="yellow", retrait=2)
    _resumer_lignes(console, fait)
    _resumer_heures(console, fait)
    if fait.rapport or len(fait.constats):
        titre(console, "Et maintenant")
    if fait.rapport:
        ecrire(console, f"Rapport détaillé : {fait.rapport}", retrait=2)
    if len(fait.constats):
        suite = f"clauses constats --espace {citer(espace)} --sortie constats.xlsx"
        ecrire(console, f"Commande suivante : {suite}", retrait=2)
    inconnus = fait.refuses.filter(fait.refuses["regle"].is_in(REGLES_DE_FORMAT))["chemin"].to_list()
    if inconnus:
        lieux = " ".join(citer(_lieu(chemin, depots)) for chemin in inconnus[:DESCRIPTIONS_PROPOSEES])
        suite = f"clauses decrire {lieux} --espace {citer(espace)} --sortie correspondance.xlsx"
        ecrire(console, f"Si c'est l'export d'un autre logiciel : {suite}", retrait=2)


def _lieu(chemin: str, depots: Sequence[Path]) -> Path:
    """Where a deposit is, from where the user is."""
    dans = next((d / chemin for d in depots if (d / chemin).exists()), None)
    return dans or next((d for d in depots if d.name == chemin), Path(chemin))


def _resumer_depots(console: Console, fait: Rafraichissement) -> None:
    acceptes, deja_charges = fait.effectif("accepte"), fait.effectif("deja_charge")
    nouveaux = acceptes + fait.effectif("refuse")
    titre(console, "Dépôts")
    if nouveaux:
        accord = "accepté" if acceptes < 2 else "acceptés"
        ecrire(console, f"{nombre(acceptes)} {accord} sur {nombre(nouveaux)}.", retrait=2)
    else:
        ecrire(console, "Aucun dépôt nouveau.", retrait=2)
    if deja_charges:
        deja = accorder(deja_charges, "dépôt déjà chargé", "dépôts déjà chargés")
        ecrire(console, f"{deja}, laissé{'s' if deja_charges > 1 else ''} de côté.", retrait=2)
    if retires := fait.depots.filter(fait.depots["statut"] == "retire")["chemin"].to_list():
        laisses = accorder(len(retires), "dépôt retiré", "dépôts retirés")
        ecrire(console, f"{laisses} à la main, laissé{'s' if len(retires) > 1 else ''} de côté :", retrait=2)
        for chemin in retires:
            ecrire(console, f"- {chemin}", retrait=4)
    refuses = fait.refuses.select("chemin", "regle", "message", "layout").rows()
    if refuses:
        ecrire(console, f"{accorder(len(refuses), 'refusé')} :", style="bold red", retrait=2)
    for chemin, regle, message, layout in refuses[:REFUS_AFFICHES]:
        ecrire(console, f"- {chemin} ({regle})", style="red", retrait=4)
        ecrire(console, message, retrait=6)
        if conseil := conseil_observatoire(regle, "refus", layout):
            ecrire(console, f"Pour l'observatoire : {conseil}", retrait=6)
    reste = len(refuses) - REFUS_AFFICHES
    if reste > 0:
        ecrire(console, f"et {accorder(reste, 'autre')} : voir le rapport.", retrait=4)
    if remplaces := phrase_remplaces(fait.depots):
        ecrire(console, remplaces, retrait=2)
    if fait.ignores:
        ecrire(console, f"{phrase_ignores(fait.ignores)} :", style="yellow", retrait=2)
        for ignore in fait.ignores[:REFUS_AFFICHES]:
            ecrire(console, f"- {ignore}", retrait=4)
        autres = len(fait.ignores) - REFUS_AFFICHES
        if autres > 0:
            ecrire(console, f"et {accorder(autres, 'autre')}.", retrait=4)


def _resumer_lignes(console: Console, fait: Rafraichissement) -> None:
    lues = int(fait.des_acceptes(fait.depots_tables)["lues"].sum())
    constats = fait.constats_comptes
    rejets, alertes = (constats.filter(constats["gravite"] == g) for g in ("rejet", "alerte"))
    if not lues and rejets.is_empty() and alertes.is_empty():
        return
    titre(console, "Lignes des dépôts acceptés")
    ecrire(console, f"{accorder(lues, 'ligne lue', 'lignes lues')}.", retrait=2)
    if rejets.is_empty():
        ecrire(console, "Aucune ligne écartée.", style="green", retrait=2)
    else:
        from exports.retours.assemblage import lignes_touchees  # with polars, which the frame had loaded

        touchees = lignes_touchees(rejets)
        part = f" ({pour_cent(100 * touchees / lues)})" if lues else ""
        ecartees = accorder(touchees, "ligne écartée", "lignes écartées")
        ecrire(console, f"{ecartees}{part}, à corriger par les structures :", style="yellow", retrait=2)
        _compter_par_regle(console, rejets, "rejet")
    if not alertes.is_empty():
        ecrire(console, f"{accorder(alertes.height, 'alerte')} (lignes comptées, à vérifier) :", retrait=2)
        _compter_par_regle(console, alertes, "alerte")
    # what a wrong deposit looks like, by its structure and its size
    ruptures = alertes.filter(alertes["regle"] == "RUPTURE_DE_SERIE")["message"].to_list()
    for message in ruptures[:RUPTURES_AFFICHEES]:
        ecrire(console, f"- {message}", style="yellow", retrait=4)
    if len(ruptures) > RUPTURES_AFFICHEES:
        ecrire(
            console,
            f"et {accorder(len(ruptures) - RUPTURES_AFFICHEES, 'autre')} : voir le rapport.",
            retrait=4,
        )
    if ruptures:
        ecrire(console, 'Si c\'est un dépôt donné par erreur : clauses retirer DEPOT --motif "…"', retrait=4)


def _compter_par_regle(console: Console, constats: pl.DataFrame, gravite: str) -> None:
    comptes = constats["regle"].value_counts().sort(["count", "regle"], descending=[True, False])
    colonnes = (Colonne("Nombre", numerique=True), Colonne("Règle"), Colonne("Sens"))
    lignes = [
        (nombre(effectif), regle, titre_regle(regle, gravite)) for regle, effectif in comptes.iter_rows()
    ]
    ecrire_tableau(console, Tableau(colonnes, lignes), retrait=4)


def _resumer_heures(console: Console, fait: Rafraichissement) -> None:
    lignes = fait.lignes_heures("code")
    if not lignes:
        return
    titre(console, "Heures d'insertion par région")
    chiffres = (Colonne(nom, numerique=True) for nom in ("Avant", "Maintenant", "Écart", "Évolution"))
    ecrire_tableau(console, Tableau((Colonne("Région"), *chiffres), lignes[:-1], pied=lignes[-1]))


def afficher_temps(console: Console, durees: Mapping[str, float]) -> None:
    """How long each stage took, in seconds, in the order given, with its share and the total."""
    total = sum(durees.values())
    colonnes = (Colonne("Étape"), Colonne("Durée (s)", numerique=True), Colonne("Part", numerique=True))
    lignes = [
        (etape, nombre(duree, 1), pour_cent(100 * duree / total, 0) if total else "")
        for etape, duree in durees.items()
    ]
    titre(console, "Durées")
    ecrire_tableau(console, Tableau(colonnes, lignes, pied=("Total", nombre(total, 1), "")))
