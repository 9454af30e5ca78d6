"""Which deposits a folder holds: workbooks, folders of table CSVs, zips, flat CSVs. Nothing is parsed here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from clauses.socle.errors import ErreurUtilisateur
from ingest.depots_csv import Dites, est_une_liste_de_depots, lire_la_liste
from ingest.layouts import Layout, normaliser
from ingest.nommage import tables_des_fichiers

Contenant = Literal["classeur", "dossier", "archive", "csv"]
# those that are not read are refused by name: a deposit never vanishes among the files that are none
EXTENSIONS_CLASSEUR = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
EXTENSIONS_DEPOT = {".csv", ".zip"} | EXTENSIONS_CLASSEUR


@dataclass(frozen=True)
class Candidat:
    """Something that may be a deposit: its container, its files, and its path as the user gave it.

    `tables`: of a folder, the table that each file is by its name. `dites`: what `depots.csv` says of it, by key.
    """

    contenant: Contenant
    chemin: Path
    relatif: str
    fichiers: tuple[Path, ...]
    tables: tuple[str, ...] = ()
    dites: Dites = ()

    @property
    def nom(self) -> str:
        """The deposit's own name, without its extension: it may say who and when."""
        return lisible(self.chemin.name if self.contenant == "dossier" else self.chemin.stem)


def decouvrir(
    depots: Sequence[Path], layouts: Sequence[Layout], exclus: Iterable[Path] = ()
) -> tuple[list[Candidat], list[str]]:
    """Candidates (ordered by relative path) and the relative paths of the other files, which are ignored.

    `exclus`: folders never looked into (the workspace itself may lie inside the folder of deposits).
    Raises ErreurUtilisateur when a path does not exist.
    """
    noms_de_table = {normaliser(n) for layout in layouts if not layout.plat for n in layout.noms_de_table()}
    ecartes = {e.resolve() for e in exclus}
    candidats: dict[Path, Candidat] = {}
    ignores: list[str] = []
    dites: dict[Path, Dites] = {}
    for depot in depots:
        if not depot.exists():
            raise ErreurUtilisateur(
                "DEPOT_INTROUVABLE",
                f"Le dépôt « {depot} » n'existe pas. Vérifiez le chemin du fichier ou du dossier.",
            )
        if depot.is_dir():
            _parcourir(depot, noms_de_table, ecartes, candidats, ignores, dites)
        else:
            _classer_fichier(depot, lisible(depot.name), candidats, ignores)
    situes = [replace(c, dites=dites.get(lieu, ())) for lieu, c in candidats.items()]
    return sorted(situes, key=lambda c: c.relatif), sorted(ignores)


def _parcourir(
    racine: Path,
    noms_de_table: set[str],
    ecartes: set[Path],
    candidats: dict[Path, Candidat],
    ignores: list[str],
    dites: dict[Path, Dites],
) -> None:
    for dossier_brut, sous_dossiers, fichiers in os.walk(racine, onerror=_refuser_le_dossier):
        dossier = Path(dossier_brut)
        ignores += [
            lisible((dossier / s).relative_to(racine).as_posix())
            for s in sous_dossiers
            if (dossier / s).is_symlink()
        ]
        sous_dossiers[:] = sorted(
            s for s in sous_dossiers if not s.startswith(".") and (dossier / s).resolve() not in ecartes
        )
        visibles = []
        for fichier in (dossier / f for f in sorted(fichiers) if not f.startswith((".", "~$"))):
            if _se_lit(fichier, racine):
                visibles.append(fichier)
            else:
                ignores.append(lisible(fichier.relative_to(racine).as_posix()))
        for liste in filter(est_une_liste_de_depots, visibles):
            dites |= lire_la_liste(liste)
        visibles = [f for f in visibles if not est_une_liste_de_depots(f)]
        trouvees = tables_des_fichiers([f.name for f in visibles], noms_de_table)
        nomme = dossier.resolve() in dites  # depots.csv says that the folder is one deposit
        tables = [f for f in visibles if f.name in trouvees or (nomme and f.suffix.lower() == ".csv")]
        if tables:
            relatif = lisible(
                dossier.relative_to(racine).as_posix() if dossier != racine else dossier.resolve().name
            )
            noms = tuple(trouvees.get(f.name) or normaliser(f.stem) for f in tables)
            candidats.setdefault(
                dossier.resolve(), Candidat("dossier", dossier.resolve(), relatif, tuple(tables), noms)
            )
        for fichier in visibles:
            if fichier not in tables:
                _classer_fichier(fichier, lisible(fichier.relative_to(racine).as_posix()), candidats, ignores)


def _se_lit(fichier: Path, racine: Path) -> bool:
    """A file like others, no pipe and no device; a link out of the folder is not followed, one to nothing is refused."""
    if not fichier.is_symlink():
        return fichier.is_file()
    vise = Path(os.path.realpath(fichier))
    return not vise.exists() or (vise.is_file() and vise.is_relative_to(os.path.realpath(racine)))


def lisible(nom: str) -> str:
    """A file name as text: what is no Unicode is replaced, for tables take no others."""
    return os.fsencode(nom).decode("utf-8", "replace")


def _refuser_le_dossier(erreur: OSError) -> None:
    raise ErreurUtilisateur(
        "DEPOT_INACCESSIBLE",
        f"Le dossier « {erreur.filename} » ne peut pas être lu. Vérifiez vos droits sur ce dossier, ou retirez-le.",
    )


def _classer_fichier(
    fichier: Path, relatif: str, candidats: dict[Path, Candidat], ignores: list[str]
) -> None:
    extension = fichier.suffix.lower()
    # a deposit that cannot be opened is refused, not ignored
    absent = fichier.is_symlink() and not fichier.exists()
    if (
        fichier.name.startswith((".", "~$"))
        or extension not in EXTENSIONS_DEPOT
        or not (fichier.is_file() or absent)
    ):
        ignores.append(relatif)
        return
    contenant: Contenant = "csv" if extension == ".csv" else "archive" if extension == ".zip" else "classeur"
    lieu = fichier.absolute() if absent else fichier.resolve()
    candidats.setdefault(lieu, Candidat(contenant, fichier, relatif, (fichier,)))


def empreinte(candidat: Candidat) -> str:
    """SHA-256 (hex) of a deposit's bytes, and of what `depots.csv` says of it; of a folder: of its table names and their
    bytes. Names do not count."""
    somme = _somme(candidat)
    return hashlib.sha256(f"{somme}{candidat.dites}".encode()).hexdigest() if candidat.dites else somme


def _somme(candidat: Candidat) -> str:
    if candidat.contenant != "dossier":
        return _empreinte_fichier(candidat.fichiers[0])
    total = hashlib.sha256()
    for table, fichier in sorted(zip(candidat.tables, candidat.fichiers, strict=True)):
        total.update(f"{table}\0{_empreinte_fichier(fichier)}\n".encode())
    return total.hexdigest()


def _empreinte_fichier(fichier: Path) -> str:
    try:
        with fichier.open("rb") as flux:
            return hashlib.file_digest(flux, "sha256").hexdigest()
    except OSError:  # it will be refused when it is opened
        return hashlib.sha256(b"illisible\0" + os.fsencode(fichier)).hexdigest()
