"""Working folders: files are made beside their place; a run that is killed leaves one behind, the next run removes it."""

from __future__ import annotations

import errno
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clauses.socle.disque import ATTENTE, remplacer, tenir
from clauses.socle.errors import sortie_impossible

_VERROU = ".verrou"


@contextmanager
def ouvrir_atelier(debut: Path) -> Iterator[Path]:
    """A new folder `<debut>.<process>`, gone at the end whatever happens, unless it was moved to its place.

    Those of the same beginning that no living run holds are removed first. Raises OSError when the disk refuses.
    """
    debut.parent.mkdir(parents=True, exist_ok=True)
    for reste in debut.parent.glob(f"{glob.escape(debut.name)}.*"):
        # another run is at work in it, or it is not ours to touch
        with suppress(OSError), _tenir(reste.with_name(reste.name.removesuffix(_VERROU))):
            pass
    dossier = debut.with_name(f"{debut.name}.{os.getpid()}")
    with _tenir(dossier, ATTENTE):  # a run that is cleaning may look whether this one is dead
        dossier.mkdir()
        yield dossier


@contextmanager
def fichier_entier(destination: Path) -> Iterator[Path]:
    """A file made in a folder of its own, then put in the place of the one before, which stays until then.

    Raises ErreurUtilisateur (SORTIE_IMPOSSIBLE) when the disk refuses.
    """
    try:
        destination.parent.stat()  # a folder that does not exist is a mistake in the name
        if destination.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with ouvrir_atelier(destination.with_name(f".{destination.name}")) as atelier:
            yield atelier / destination.name
            remplacer(atelier / destination.name, destination)
    except OSError as erreur:
        ouvert = ", et fermez le fichier s'il est ouvert dans un tableur"
        raise sortie_impossible(destination, erreur, aussi=ouvert) from None


@contextmanager
def _tenir(dossier: Path, attente: float = 0.0) -> Iterator[None]:
    """Holds a folder, and removes it. The lock is beside: what holds an open file cannot be moved on Windows."""
    verrou = dossier.with_name(f"{dossier.name}{_VERROU}")
    with tenir(verrou, attente):
        try:
            yield
        finally:
            shutil.rmtree(dossier, ignore_errors=True)
            with suppress(OSError):  # Windows removes it when it is let go
                verrou.unlink(missing_ok=True)
