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

_ENTRE_GUILLEMETS = re.compile(r"""["']([^"']+)["']""")
_PLEINS = ("ENOSPC", "EDQUOT")


def decrire_panne(erreur: BaseException, chemins: Iterable[Path] = ()) -> ErreurUtilisateur:
    """Says it without the error's own text, which may quote persons.

    A disk that refuses is the user's to mend; anything else is told by its kind and its place in the code.
    `chemins`: those that the command was given, whose room is told when nothing says which disk is full.
    """
    numero, fichier = numero_du_systeme(erreur), _fichier(erreur)
    if fichier is not None and not fichier.exists() and est_un_fichier_du_produit(fichier):
        return ErreurUtilisateur(
            "INSTALLATION_ABIMEE",
            f"un fichier du programme manque (« {fichier} »). Rien n'a été publié, vos dépôts n'y sont pour rien : "
            "réinstallez le programme, puis relancez la commande.",
            CodeSortie.INATTENDU,
        )
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
