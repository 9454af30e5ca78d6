"""Writing accepted deposits to brut/: a folder per deposit, whole or not at all, never changed afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from clauses.socle.disque import synchroniser
from ingest.references import schemas_bruts

_PIED = 12  # octets around the description of a Parquet file


def ecrire_bruts(brut: Path, tables: dict[str, pl.DataFrame], ids: dict[int, str]) -> None:
    """Writes brut/<id>/<table>.parquet for each deposit rank of `ids`, each folder renamed into place when whole.

    A folder already there is whole, and left as it is.
    """
    ids = {rang: identifiant for rang, identifiant in ids.items() if not (brut / identifiant).exists()}
    schemas = schemas_bruts()
    noms = pl.DataFrame(
        {"depot": list(ids), "depot_id": list(ids.values())},
        schema={"depot": pl.Int32, "depot_id": pl.String},
    )
    morceaux = {
        nom: cadre.join(noms, on="depot", maintain_order="left")
        .select("depot", *schemas[nom])
        .partition_by("depot", as_dict=True, include_key=False)
        for nom, cadre in tables.items()
    }
    for rang, identifiant in ids.items():
        attente = brut / f".{identifiant}.attente"
        shutil.rmtree(attente, ignore_errors=True)
        attente.mkdir()
        for nom, par_depot in morceaux.items():
            cadre = par_depot.get((rang,))
            if cadre is not None:
                cadre.write_parquet(attente / f"{nom}.parquet", compression="zstd", statistics=False)
        synchroniser(attente)
        os.replace(attente, brut / identifiant)
    synchroniser(brut)


def abimes(brut: Path, attendues: Mapping[str, Iterable[str]]) -> dict[str, Path]:
    """Of the deposits whose rows are no longer whole in brut/, a file that is missing or was cut. `attendues`: deposit →
    the names of its tables that have rows."""
    trouves: dict[str, Path] = {}
    for identifiant, tables in attendues.items():
        for nom in tables:
            fichier = brut / identifiant / f"{nom}.parquet"
            if not _est_entier(fichier):
                trouves.setdefault(identifiant, fichier)
    return trouves


def _est_entier(parquet: Path) -> bool:
    """Whether a file ends as Parquet files do, its description included."""
    try:
        with parquet.open("rb") as flux:
            taille = flux.seek(0, os.SEEK_END)
            if taille < _PIED:
                return False
            flux.seek(-8, os.SEEK_END)
            pied = flux.read(8)
            return pied[4:] == b"PAR1" and int.from_bytes(pied[:4], "little") <= taille - _PIED
    except OSError:
        return False


def retirer_les_orphelins(brut: Path, connus: Iterable[str]) -> None:
    """Removes what a killed run left in brut/: folders half-written or not in the ledger."""
    gardes = set(connus)
    for dossier in brut.iterdir():
        if dossier.is_dir() and dossier.name not in gardes:
            shutil.rmtree(dossier)


def fichiers_bruts(brut: Path, ids: Iterable[str]) -> dict[str, list[Path]]:
    """Parquet files of the given deposits by table name, in the order of the ids."""
    fichiers: dict[str, list[Path]] = {nom: [] for nom in schemas_bruts()}
    for identifiant in ids:
        for nom in fichiers:
            chemin = brut / identifiant / f"{nom}.parquet"
            if chemin.exists():
                fichiers[nom].append(chemin)
    return fichiers
