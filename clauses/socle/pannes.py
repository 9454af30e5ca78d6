"""What stopped a command that nothing foresaw: a disk that refuses, a damaged installation, or a bug."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path

from clauses.socle.errors import CodeSortie, ErreurUtilisateur, numero_du_systeme, raison_systeme
from clauses.socle.nombres import nombre
from clauses.socle.project import est_notre_code, est_un_fichier_du_produit
from clauses.socle.workers import ARRETE

_ENTRE_GUILLEMETS = re.compile(r"""["']([^"']+)["']""")
_SANS_MEMOIRE = re.compile(
    "OutOfMemory|MemoryError|bad_alloc|failed to map segment|[Cc]annot allocate memory|not enough memory|"
    + ARRETE
)
_DE_L_ESPACE = (".duckdb", ".parquet", ".wal")  # no deposit is one
_PLEINS = ("ENOSPC", "EDQUOT")


def decrire_panne(erreur: BaseException, chemins: Iterable[Path] = ()) -> ErreurUtilisateur:
    """Says it without the error's own text, which may quote persons.

    A disk that refuses is the user's to mend; anything else is told by its kind and its place in the code.
    `chemins`: those that the command was given, whose room is told when nothing says which disk is full.
    """
    chemins = list(chemins)
    numero, fichier = numero_du_systeme(erreur), _fichier(erreur)
    if fichier is not None and not fichier.exists() and est_un_fichier_du_produit(fichier):
        return ErreurUtilisateur(
            "INSTALLATION_ABIMEE",
            f"un fichier du programme manque (« {fichier} »). Rien n'a été publié, vos dépôts n'y sont pour rien : "
            "réinstallez le programme, puis relancez la commande.",
            CodeSortie.INATTENDU,
        )
    if _manque_de_memoire(erreur):
        return ErreurUtilisateur("MEMOIRE", _dire_la_memoire(chemins))
    if isinstance(erreur, OSError) or numero:
        raison, remede = raison_systeme(erreur if isinstance(erreur, OSError) else OSError(numero, ""))
        lieu = f"« {fichier} » : " if fichier else ""
        place = _place(chemins) if errno.errorcode.get(numero) in _PLEINS and not fichier else ""
        return ErreurUtilisateur(
            "DISQUE", f"{lieu}{raison}. {place}Rien n'a été publié. {remede}, puis relancez la commande."
        )
    etapes = traceback.extract_tb(erreur.__traceback__)
    les_notres = [e for e in etapes if est_notre_code(e.filename)]
    ou = f", {Path(les_notres[-1].filename).name} ligne {les_notres[-1].lineno}" if les_notres else ""
    return ErreurUtilisateur(
        "INATTENDU",
        f"erreur interne ({type(erreur).__name__}{ou}). Rien n'a été publié. "
        "Signalez-la avec ce message, qui ne contient aucune donnée.",
        CodeSortie.INATTENDU,
    )


def _manque_de_memoire(erreur: BaseException) -> bool:
    """Whether the machine had no more to give: engines and systems say it in their own words; a worker that the system
    ended says nothing, and it ends them for no other reason."""
    return (
        isinstance(erreur, MemoryError)
        or getattr(erreur, "errno", None) == errno.ENOMEM
        or _SANS_MEMOIRE.search(f"{type(erreur).__name__} {erreur}") is not None
    )


def _dire_la_memoire(chemins: Iterable[Path]) -> str:
    """`chemins`: of what was given, the largest file is named."""
    fichiers = (
        f
        for c in chemins
        if os.path.exists(c)
        for f in ([c] if c.is_file() else c.rglob("*"))
        if f.is_file() and f.suffix not in _DE_L_ESPACE
    )
    taille, plus_gros = max(((f.stat().st_size, f) for f in fichiers), default=(0, None), key=lambda x: x[0])
    gros = f" Le plus gros fichier : « {plus_gros} » ({nombre(taille / 1e6, 1)} Mo)." if plus_gros else ""
    return (
        f"la mémoire de ce poste ne suffit pas.{gros} Rien n'a été publié, rien n'est perdu : fermez les autres programmes "
        "et relancez la commande ; si cela recommence, lancez-la sur un poste qui a plus de mémoire (8 Go pour une région)."
    )


def _fichier(erreur: BaseException) -> Path | None:
    """The file that could not be read or written: engines quote it in their text."""
    if isinstance(erreur, OSError) and isinstance(erreur.filename, str):
        return Path(erreur.filename)
    cites = (Path(m[1]) for m in _ENTRE_GUILLEMETS.finditer(str(erreur)))
    return next((c for c in cites if c.is_absolute() and c.parent.is_dir()), None)


def _place(chemins: Iterable[Path]) -> str:
    """The room on each disk that the command may write to."""
    libres: dict[int, tuple[Path, int]] = {}
    for chemin in (*chemins, Path(tempfile.gettempdir())):
        if os.path.exists(chemin):  # an argument may be no path at all, and too long for one
            libres.setdefault(chemin.stat().st_dev, (chemin, shutil.disk_usage(chemin).free))
    dites = (f"« {chemin} » {nombre(libre / 1e6, 0)} Mo" for chemin, libre in libres.values())
    return f"Place libre : {', '.join(dites)}. "
