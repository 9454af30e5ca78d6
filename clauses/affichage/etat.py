"""The state of a workspace: last build, deposits, quarters each structure has handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clauses.affichage.console import SEPARATEUR, Colonne, Tableau, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, date_courte
from clauses.socle.ordre import de_lecture
from clauses.socle.vigueur import ECARTES
from exports.retours.depots import noms_structures, phrase_remplaces
from exports.retours.glossaire import STATUTS

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console


STRUCTURES_AFFICHEES = 40


@dataclass(frozen=True)
class DernierRafraichissement:
    """The refresh that made the published warehouse."""

    rafraichissement: str
    statut: str
    termine_le: dt.datetime
    date_arrete: dt.date | None


def afficher_etat(
    console: Console,
    depots: pl.DataFrame,
    couverture: pl.DataFrame,
    dernier_rafraichissement: DernierRafraichissement | None,
    millesimes: Sequence[tuple[str, dt.date]] = (),
) -> None:
    """`clauses etat`: the last build, the deposits, the quarters each structure has handed in, the vintages.

    `depots`: journal.depots, with `en_vigueur`. `couverture`: one row per structure and quarter, with `structure_code`,
    `nom`, `trimestre` (`2024-T3`) and `mois_deposes` (0 to 3). `millesimes`: name and day of each, in order.
    """
    dernier = dernier_rafraichissement
    titre(console, "Dernière construction")
    if dernier is None:
        ecrire(console, "Aucune : lancer « clauses actualiser DOSSIER ».", retrait=2)
    else:
        phrase = STATUTS[dernier.statut]["ecran"]
        ecrire(
            console,
            f"{dernier.rafraichissement}, le {dernier.termine_le:%d/%m/%Y à %H:%M}. {phrase}",
            retrait=2,
        )
        if dernier.date_arrete:
            ecrire(console, f"Données arrêtées au {date_courte(dernier.date_arrete)}.", retrait=2)

    titre(console, "Dépôts")
    comptes = depots.filter(depots["en_vigueur"] | depots["statut"].is_in(["deja_charge", *ECARTES]))
    statuts = {
        str(statut): int(effectif) for statut, effectif in comptes["statut"].value_counts().iter_rows()
    }
    structures = comptes.filter(comptes["statut"] == "accepte")["structure_code"].drop_nulls().n_unique()
    ecrire(
        console,
        f"{accorder(statuts.get('accepte', 0), 'accepté')} de {accorder(structures, 'structure')}, "
        f"{accorder(statuts.get('refuse', 0), 'refusé')}, "
        f"{accorder(statuts.get('deja_charge', 0), 'copie', 'copies')} de dépôts chargés"
        + (f", {accorder(retires, 'retiré')} à la main" if (retires := statuts.get("retire", 0)) else "")
        + (f", {accorder(purges, 'purgé')}" if (purges := statuts.get("purge", 0)) else "")
        + ".",
        retrait=2,
    )
    if remplaces := phrase_remplaces(depots):
        ecrire(console, remplaces, retrait=2)
    _afficher_couverture(console, depots, couverture)

    titre(console, "Millésimes publiés")
    if not millesimes:
        ecrire(
            console, "Aucun : « clauses publier --millesime 2024T4 --sortie DOSSIER » en fige un.", retrait=2
        )
    for nom, jour in millesimes:
        ecrire(console, f"{nom}, figé le {date_courte(jour)}", retrait=2)


def _afficher_couverture(console: Console, depots: pl.DataFrame, couverture: pl.DataFrame) -> None:
    if couverture.is_empty():
        return
    titre(console, "Couverture : trimestres déposés par structure")
    trimestres = couverture["trimestre"].unique().sort().to_list()
    mois: dict[str, dict[str, int]] = {}
    for structure, trimestre, deposes in couverture.select(
        "structure_code", "trimestre", "mois_deposes"
    ).iter_rows():
        mois.setdefault(structure, {})[trimestre] = deposes or 0
    dits = {code: nom for code, nom in couverture.select("structure_code", "nom").unique().iter_rows() if nom}
    noms = noms_structures(depots) | dits

    ordonnees = sorted(mois, key=de_lecture)
    incompletes = [s for s in ordonnees if any(mois[s].get(t, 0) < 3 for t in trimestres)]
    montrees = ordonnees if len(mois) <= STRUCTURES_AFFICHEES else incompletes[:STRUCTURES_AFFICHEES]
    if console.is_terminal:
        place = max((console.width - 40) // (len("2024-T1") + len(SEPARATEUR)), 1)
        if len(trimestres) > place:
            ecrire(console, f"Les {place} derniers trimestres sur {len(trimestres)} :", retrait=2)
            trimestres = trimestres[-place:]
    colonnes = [Colonne("Structure"), *(Colonne(t) for t in trimestres)]
    lignes = [
        (f"{s} {noms.get(s, '')}".rstrip(), *(_case_couverture(mois[s].get(t, 0)) for t in trimestres))
        for s in montrees
    ]
    ecrire_tableau(console, Tableau(colonnes, lignes))
    ecrire(console, "● trois mois déposés, 1/3 ou 2/3 en partie, · rien", style="dim", retrait=2)
    if len(mois) > STRUCTURES_AFFICHEES:
        completes = len(mois) - len(incompletes)
        ecrire(
            console,
            f"{accorder(completes, 'structure complète', 'structures complètes')} non listées.",
            retrait=2,
        )
        if len(incompletes) > len(montrees):
            reste = accorder(len(incompletes) - len(montrees), "autre structure", "autres structures")
            ecrire(console, f"et {reste} avec des trimestres manquants.", retrait=2)


def _case_couverture(mois_deposes: int) -> str:
    return {0: "·", 3: "●"}.get(mois_deposes, f"{mois_deposes}/3")
