"""The `sauvegarder` and `restaurer` commands: a workspace kept in a folder, and brought back from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from clauses.affichage.conservation import Sauvegarde
from clauses.chantier import warehouse
from clauses.chantier.reglages import lire_reglages
from clauses.commandes.intake import maintenant, verifier_les_bruts
from clauses.socle.errors import ErreurUtilisateur, sortie_impossible
from clauses.socle.journal import Journal
from clauses.socle.nombres import accorder
from clauses.socle.project import version_code
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from exports.atelier.dossiers import ouvrir_atelier
from exports.edition.millesimes import dossier_entier
from ingest.identity import identifiant_cle

FICHE = "sauvegarde.json"
_CLE = ".cle"
_LAISSES = ("logs",)  # and all that begins with a dot: the key, the lock, what a run works on
_CITEES = 10
Avancer = Callable[[int, int], None]


def sauvegarder(dossier: Path, espace: Espace, avancer: Avancer = lambda fait, total: None) -> Sauvegarde:
    """Copies all that a workspace needs, but the key, into a new folder of `dossier`, reads the copy again and opens it.

    Raises ErreurUtilisateur: ESPACE_VIDE, BRUT_ABIME (a damaged workspace is not kept as if it were whole),
    SORTIE_IMPOSSIBLE, SAUVEGARDE_ABIMEE (the copy is not what was read).
    """
    if not espace.journal.exists():
        raise ErreurUtilisateur(
            "ESPACE_VIDE", f"L'espace de travail « {espace.racine} » ne contient encore rien à sauvegarder."
        )
    if dossier.resolve().is_relative_to(espace.racine):
        raise ErreurUtilisateur(
            "SORTIE_IMPOSSIBLE",
            f"« {dossier} » est dans l'espace de travail : choisissez un autre dossier, de préférence sur un autre disque.",
        )
    with espace.verrouiller():
        journal = Journal(espace.journal)
        verifier_les_bruts(espace, lire_reglages(espace), journal)
        noms = list(_a_garder(espace.racine))
        destination = dossier.resolve() / f"sauvegarde_{maintenant():%Y%m%d-%H%M%S}"
        try:
            # one name for all: what a run that was killed left behind is removed by the next
            with ouvrir_atelier(dossier.resolve() / ".sauvegarde_en_cours") as provisoire:
                sommes = _copier(espace.racine, provisoire, noms, avancer)
                cle = journal.lire("select identifiant from cle")
                fiche = {
                    "faite_le": dt.datetime.now().replace(microsecond=0).isoformat(),
                    "version_code": version_code(),
                    "cle": cle.item() if cle.height else None,
                    "fichiers": sommes,
                }
                (provisoire / FICHE).write_text(
                    json.dumps(fiche, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
                )
                _verifier(provisoire, sommes)
                faite = _compter(Espace(provisoire), destination, sommes, (espace.racine / _CLE).exists())
                provisoire.rename(destination)
                return faite
        except OSError as erreur:
            raise sortie_impossible(destination, erreur, "Rien n'y a été gardé à moitié. ") from None


def restaurer(sauvegarde: Path, espace: Espace, avancer: Avancer = lambda fait, total: None) -> Sauvegarde:
    """Brings a workspace back into a folder that is empty, or holds its key alone; whole or not at all.

    Raises ErreurUtilisateur: SAUVEGARDE_ABSENTE, SAUVEGARDE_ABIMEE, ESPACE_NON_VIDE, CLE_DIFFERENTE, SORTIE_IMPOSSIBLE.
    """
    fiche = _lire_la_fiche(sauvegarde)
    sommes: dict[str, str] = fiche["fichiers"]
    cle = espace.racine / _CLE
    presents = [x.name for x in espace.racine.iterdir()] if espace.racine.is_dir() else []
    if espace.racine.is_file() or set(presents) - {_CLE}:
        raise ErreurUtilisateur(
            "ESPACE_NON_VIDE",
            f"« {espace.racine} » n'est pas vide : une sauvegarde se restaure dans un dossier neuf (--espace). "
            "Le dossier de la clé peut n'avoir qu'elle (.cle).",
        )
    if cle.exists() and fiche["cle"] and identifiant_cle(cle.read_bytes()) != fiche["cle"]:
        raise ErreurUtilisateur(
            "CLE_DIFFERENTE",
            f"La clé « {cle} » n'est pas celle des dépôts de cette sauvegarde : les personnes ne seraient plus reconnues. "
            "Mettez-y la clé d'origine.",
        )
    _verifier(sauvegarde, sommes)
    try:
        with dossier_entier(espace.racine) as provisoire:
            if _copier(sauvegarde, provisoire, list(sommes), avancer) != sommes:
                raise _abimee(sauvegarde, "elle a changé pendant la copie")
            _verifier(provisoire, sommes)
            avec_cle = cle.exists()
            if avec_cle:
                shutil.copy2(cle, provisoire / _CLE)
                os.chmod(provisoire / _CLE, 0o600)
            faite = _compter(Espace(provisoire), espace.racine, sommes, avec_cle)
            if ecarte := espace.racine.is_dir():
                # not removed before the new one is there: it may hold the only key
                espace.racine.rename(ancien := espace.racine.with_name(f"{espace.racine.name}.{os.getpid()}"))
        if ecarte:
            shutil.rmtree(ancien)
        return faite
    except OSError as erreur:
        raise sortie_impossible(espace.racine, erreur, "Rien n'a été restauré. ") from None


def _a_garder(racine: Path) -> Iterator[str]:
    for entree in sorted(racine.iterdir()):
        if not entree.name.startswith(".") and entree.name not in _LAISSES:
            fichiers = [entree] if entree.is_file() else sorted(entree.rglob("*"))
            yield from (f.relative_to(racine).as_posix() for f in fichiers if f.is_file())


def _copier(source: Path, destination: Path, noms: list[str], avancer: Avancer) -> dict[str, str]:
    """Copies files, and gives the fingerprint of what was read of each."""
    sommes = {}
    for rang, nom in enumerate(noms, start=1):
        copie = destination / nom
        copie.parent.mkdir(parents=True, exist_ok=True)
        somme = hashlib.sha256()
        with (source / nom).open("rb") as lu, copie.open("wb") as ecrit:
            while morceau := lu.read(1 << 20):
                somme.update(morceau)
                ecrit.write(morceau)
        sommes[nom] = somme.hexdigest()
        avancer(rang, len(noms))
    return sommes


def _verifier(dossier: Path, sommes: dict[str, str]) -> None:
    """Every file read again. Raises ErreurUtilisateur (SAUVEGARDE_ABIMEE)."""
    faux = []
    for nom, somme in sommes.items():
        try:
            with (dossier / nom).open("rb") as flux:
                if hashlib.file_digest(flux, "sha256").hexdigest() != somme:
                    faux.append(nom)
        except OSError:
            faux.append(nom)
    if faux:
        cites = "".join(f"\n  - {nom}" for nom in faux[:_CITEES])
        quoi = accorder(len(faux), "fichier manque ou a changé", "fichiers manquent ou ont changé")
        raise _abimee(dossier, f"{quoi} :{cites}\n")


def _abimee(dossier: Path, quoi: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        "SAUVEGARDE_ABIMEE", f"La sauvegarde « {dossier} » n'est pas entière : {quoi} Prenez-en une autre."
    )


def _lire_la_fiche(sauvegarde: Path) -> dict[str, Any]:
    fichier = sauvegarde / FICHE
    if not fichier.is_file():
        autres = sorted(f.parent.name for f in sauvegarde.glob(f"*/{FICHE}")) if sauvegarde.is_dir() else []
        suite = f" Elle en contient : {', '.join(autres)}." if autres else ""
        raise ErreurUtilisateur(
            "SAUVEGARDE_ABSENTE",
            f"« {sauvegarde} » n'est pas une sauvegarde : donnez le dossier écrit par clauses sauvegarder.{suite}",
        )
    try:
        fiche: dict[str, Any] = json.loads(fichier.read_text(encoding="utf-8"))
        if not isinstance(fiche["fichiers"], dict) or "cle" not in fiche:
            raise ValueError
        for nom in map(PurePosixPath, fiche["fichiers"]):
            if nom.is_absolute() or ".." in nom.parts or "\\" in str(nom) or ":" in str(nom):
                raise ValueError
    except (ValueError, KeyError, TypeError):
        raise _abimee(sauvegarde, f"« {FICHE} » n'est pas lisible.") from None
    return fiche


def _compter(copie: Espace, dossier: Path, sommes: dict[str, str], avec_cle: bool) -> Sauvegarde:
    """Opens the ledger and the warehouse of a copy, as any command would."""
    depots = lire_depots(Journal(copie.journal, lecture_seule=True))
    if copie.entrepot.exists():
        warehouse.ouvrir_publie(copie).close()
    return Sauvegarde(
        dossier,
        len(sommes),
        sum((copie.racine / nom).stat().st_size for nom in sommes),
        depots.filter(depots["statut"] == "accepte").height,
        sum(1 for _ in copie.millesimes.glob("*_v*")) if copie.millesimes.is_dir() else 0,
        avec_cle,
    )
