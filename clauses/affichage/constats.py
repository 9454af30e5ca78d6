"""Findings: refusals in full, then counts by structure, severity and rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, citer, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, nombre
from clauses.socle.ordre import de_lecture
from exports.retours.assemblage import heures_en_jeu, lignes_touchees
from exports.retours.depots import noms_structures, phrase_remplaces
from exports.retours.glossaire import conseil_observatoire, titre_regle

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console


def afficher_constats(
    console: Console,
    depots: pl.DataFrame,
    constats: pl.DataFrame,
    remplaces: pl.DataFrame | None = None,
    sortie: Path | None = None,
    espace: Path = Path("espace"),
) -> None:
    """`clauses constats`: refusals in full, then findings counted by structure, severity and rule, and their totals.

    `depots`: journal.depots; `constats`: see `assembler_constats`. `remplaces`: the deposits that are not in `depots` any
    more. `sortie`: the workbook just written.
    """
    refuses = depots.filter(depots["statut"] == "refuse")
    if refuses.is_empty() and constats.is_empty():
        ecrire(console, "Aucun constat : rien à renvoyer aux structures.", style="green")
    if not refuses.is_empty():
        titre(console, f"{accorder(refuses.height, 'dépôt refusé', 'dépôts refusés')}")
        champs = refuses.select("chemin", "regle", "message", "layout")
        for chemin, regle, message, layout in sorted(champs.iter_rows(), key=lambda c: de_lecture(c[0])):
            ecrire(console, f"- {chemin} ({regle})", style="red", retrait=2)
            ecrire(console, message or "", retrait=4)
            if conseil := conseil_observatoire(regle, "refus", layout):
                ecrire(console, f"Pour l'observatoire : {conseil}", retrait=4)
    lignes = constats.filter(constats["gravite"] != "refus")
    if not lignes.is_empty():
        _compter_constats(console, depots, lignes)
    if remplaces is not None and (phrase := phrase_remplaces(remplaces)):
        ecrire(console)
        ecrire(console, phrase)
    if sortie:
        ecrire(console)
        quoi = (
            "Classeurs et courriels, un par structure"
            if sortie.is_dir()
            else "Classeur à renvoyer aux structures"
        )
        ecrire(console, f"{quoi} : {sortie}")
    elif not constats.is_empty():
        ecrire(console)
        commande = f"clauses constats --espace {citer(espace)} --sortie constats.xlsx"
        ecrire(console, f"Le détail, ligne par ligne : {commande}")


def _compter_constats(console: Console, depots: pl.DataFrame, constats: pl.DataFrame) -> None:
    mots = {"rejet": "écartées", "alerte": "à vérifier"}
    noms = noms_structures(depots)
    cles = ["structure_code", "gravite", "regle"]
    comptes = [
        (*cle, groupe.height, heures_en_jeu(groupe))
        for cle, groupe in constats.partition_by(cles, as_dict=True).items()
    ]
    # rows set aside before what is to be looked at, then what keeps most hours out
    comptes.sort(key=lambda c: (de_lecture(c[0]), c[1] != "rejet", -c[4], -c[3], c[2]))
    titre(console, "Lignes à corriger ou à vérifier")
    colonnes = [
        Colonne("Structure"),
        Colonne("Nombre", True),
        Colonne("Lignes"),
        Colonne("Heures", True),
        Colonne("Règle"),
        Colonne("Sens"),
    ]
    lignes = []
    precedente: str | None = ""
    for structure, gravite, regle, effectif, heures in comptes:
        nom = f"{structure} {noms.get(structure, '')}".rstrip() if structure else "Structure inconnue"
        lignes.append(
            (
                nom if structure != precedente else "",
                nombre(effectif),
                mots[gravite],
                nombre(heures) if heures else "",
                regle,
                titre_regle(regle, gravite),
            )
        )
        precedente = structure
    ecrire_tableau(console, Tableau(colonnes, lignes))
    ecrire(console, _totaux(depots, constats), retrait=2)


def _totaux(depots: pl.DataFrame, constats: pl.DataFrame) -> str:
    """The counts of the workbook, and how many lie in refused deposits, which the summary of a refresh leaves out."""
    rejets = constats.filter(constats["gravite"] == "rejet")
    points = accorder(constats.height - rejets.height, "point à vérifier", "points à vérifier")
    ecartees = accorder(lignes_touchees(rejets), "ligne écartée", "lignes écartées")
    heures = heures_en_jeu(rejets)
    portent = f" ({nombre(heures)} heures en jeu)" if heures else ""
    texte = f"Au total : {ecartees}{portent}, {points}"
    refuses = depots.filter(depots["statut"] == "refuse").select("depot_id")
    dans_les_refus = constats.join(refuses, on="depot_id", how="semi").height
    return (
        f"{texte} (dont {nombre(dans_les_refus)} dans des dépôts refusés)." if dans_les_refus else f"{texte}."
    )
