"""Working folders: files are made beside their place; a run that is killed leaves one behind, the next run removes it."""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ouvrir_atelier(debut: Path) -> Iterator[Path]:
    """A new folder `<debut>.<process>`, gone at the end whatever happens, unless it was moved to its place.

    Those of the same beginning that no living run holds are removed first. Raises OSError when the disk refuses.
    """
    debut.parent.mkdir(parents=True, exist_ok=True)
    for reste in debut.parent.glob(f"{glob.escape(debut.name)}.*"):
        _retirer_abandonne(reste)
    dossier = debut.with_name(f"{debut.name}.{os.getpid()}")
    dossier.mkdir()
    try:
        with _tenir(dossier):
            yield dossier
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


@contextmanager
def _tenir(dossier: Path) -> Iterator[None]:
    """Holds a folder: the system frees it when the process ends, however it ends. Raises OSError when it is held."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descripteur)


def _retirer_abandonne(dossier: Path) -> None:
    try:
        with _tenir(dossier):
            shutil.rmtree(dossier, ignore_errors=True)
    except OSError:  # another run is at work in it, or it is not ours to touch
        return
