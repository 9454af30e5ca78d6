"""The `observatoire` command: writes a commented observatoire.yml, or checks the one that is there."""

from __future__ import annotations

import polars as pl

from clauses.affichage.observatoire import ObservatoireVu
from clauses.chantier.observatoire import lire_observatoire
from clauses.chantier.warehouse import hors_perimetre, ouvrir_publie
from clauses.socle.journal import Journal
from clauses.socle.project import MODELES_DES_ECRITS
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from exports.atelier.dossiers import fichier_entier
from exports.atelier.gabarits import remplir
from exports.edition.annexes import lire_annexes
from exports.edition.licences import licence, lire_licences
from exports.edition.portee import portee_de
from ingest.references import charger_regions

MODELE = MODELES_DES_ECRITS / "observatoire.yml.j2"


def faire_observatoire(espace: Espace) -> ObservatoireVu:
    """Raises ErreurUtilisateur: OBSERVATOIRE_INVALIDE, ESPACE_INACCESSIBLE, SORTIE_IMPOSSIBLE."""
    deposantes = _deposantes(espace)
    ecrit = not espace.observatoire.exists()
    if ecrit:
        espace.preparer()
        _ecrire_le_modele(espace, deposantes)
    observatoire = lire_observatoire(espace.observatoire)
    tete, hors = None, list[str]()
    if espace.entrepot.exists():
        with ouvrir_publie(espace) as base:
            annexes = lire_annexes(base)
        tete = portee_de(observatoire, annexes).nom
        hors = hors_perimetre(espace.entrepot, observatoire)
    attendues = dict(observatoire.attendues.select("structure_code", "nom").iter_rows())
    return ObservatoireVu(
        espace.observatoire,
        ecrit,
        observatoire,
        tete,
        licence(observatoire.licence).code,
        hors,
        [(code, nom or "") for code, nom in attendues.items() if code not in deposantes],
        [(code, nom) for code, nom in deposantes.items() if attendues and code not in attendues],
    )


def _deposantes(espace: Espace) -> dict[str, str]:
    """The structures of the accepted deposits, by code, under their latest name."""
    if not espace.journal.exists():
        return {}
    acceptes = lire_depots(Journal(espace.journal, lecture_seule=True)).filter(pl.col("statut") == "accepte")
    lus = acceptes.sort("structure_code", "extraction").select("structure_code", "nom_structure")
    return {code: nom or "" for code, nom in lus.iter_rows()}


def _ecrire_le_modele(espace: Espace, deposantes: dict[str, str]) -> None:
    contexte = {
        "structures": deposantes,
        "regions": charger_regions(),
        "licences": lire_licences().values(),
    }
    with fichier_entier(espace.observatoire) as fichier:
        fichier.write_text(remplir(MODELE.name, contexte) + "\n", encoding="utf-8")
