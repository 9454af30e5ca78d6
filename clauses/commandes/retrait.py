"""The `retirer` command: a deposit that should not have been loaded counts no more, or counts again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import polars as pl

from clauses.commandes.intake import maintenant
from clauses.commandes.refresh import actualiser
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.journal import Journal
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from exports.retours.rafraichissement import Rafraichissement

_PROPOSES = 10


def retirer(
    depot: str,
    motif: str,
    espace: Espace,
    annuler: bool = False,
    annoncer: Callable[[str, int, int], None] = lambda etape, fait, total: None,
) -> tuple[str, Rafraichissement]:
    """Takes a deposit out, or puts it back (`annuler`), and rebuilds the warehouse; gives its place and the refresh.

    `depot`: its place as the ledger has it, the end of it, or its id. The ledger remembers why; brut/ keeps its rows, from
    which vintages can be made again. When the warehouse cannot be rebuilt nothing is changed.

    Raises ErreurUtilisateur: MOTIF_ABSENT, ESPACE_VIDE, DEPOT_INCONNU, DEPOT_AMBIGU, RETRAIT_IMPOSSIBLE, and those
    of a refresh.
    """
    if not motif.strip():
        raise ErreurUtilisateur("MOTIF_ABSENT", 'Dites pourquoi, pour qui relira le journal : --motif "…"')
    if not espace.journal.exists():
        raise ErreurUtilisateur(
            "ESPACE_VIDE", f"Aucun dépôt n'a été chargé dans « {espace.racine} » : vérifiez --espace."
        )
    journal = Journal(espace.journal)
    with espace.verrouiller():
        identifiant, chemin = _trouver(lire_depots(journal), depot, "retire" if annuler else "accepte")
    faire, defaire = journal.retirer, journal.reprendre
    if annuler:
        faire, defaire = defaire, faire
    elif len(journal.acceptes()) == 1:
        raise ErreurUtilisateur(
            "RETRAIT_IMPOSSIBLE",
            f"« {chemin} » est le seul dépôt accepté : il ne resterait rien à publier. Déposez d'abord le bon export "
            "(clauses actualiser), puis retirez celui-ci.",
        )
    with espace.verrouiller():
        faire(identifiant, motif, maintenant())
    abouti = False
    try:
        fait = actualiser([], espace, annoncer=annoncer)
        abouti = fait.statut != "bloque"
    finally:
        if not abouti:
            with espace.verrouiller():
                defaire(identifiant, "la reconstruction a échoué", maintenant())
    return chemin, fait


def _trouver(depots: pl.DataFrame, voulu: str, statut: str) -> tuple[str, str]:
    """The id and the place of the only deposit that is meant, among those of this status."""
    possibles = depots.filter(pl.col("statut") == statut).select("depot_id", "chemin").sort("chemin").rows()
    fin = PurePath(voulu).as_posix().casefold()
    exacts = [(i, c) for i, c in possibles if voulu in (i, c)]
    trouves = exacts or [
        (i, c)
        for i, c in possibles
        if f"/{c.casefold()}".endswith(f"/{fin}") or f"/{fin}".endswith(f"/{c.casefold()}")
    ]
    if len(trouves) == 1:
        return trouves[0]
    etat = "retirés" if statut == "retire" else "comptés"
    if trouves:
        raise ErreurUtilisateur(
            "DEPOT_AMBIGU",
            f"« {voulu} » désigne plusieurs dépôts. Donnez le chemin entier de l'un d'eux :{_citer(trouves)}",
        )
    autres = depots.filter(
        (pl.col("statut") != statut) & pl.col("chemin").str.ends_with(PurePath(voulu).name)
    )
    pourquoi = ""
    if autres.height:
        pourquoi = {
            "refuse": " Ce dépôt a été refusé : il ne compte pas.",
            "deja_charge": " Ce fichier a le contenu d'un autre dépôt : retirez celui-là.",
            "retire": " Ce dépôt est déjà retiré (--annuler le remet).",
            "purge": " Ce dépôt a été purgé : ses lignes n'existent plus.",
            "accepte": " Ce dépôt n'est pas retiré.",
        }[autres["statut"][0]]
    connus = f" Dépôts {etat} :{_citer(possibles)}" if possibles else f" Aucun dépôt n'est {etat[:-1]}."
    raise ErreurUtilisateur("DEPOT_INCONNU", f"« {voulu} » n'est pas un des dépôts {etat}.{pourquoi}{connus}")


def _citer(depots: list[tuple[str, str]]) -> str:
    lignes = [f"\n  - {chemin}" for _, chemin in depots[:_PROPOSES]]
    if len(depots) > _PROPOSES:
        lignes.append('\n  … tous : clauses sql "select chemin, statut from qualite.depots"')
    return "".join(lignes)
