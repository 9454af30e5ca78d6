"""What differs from one system to another when files are locked, replaced and made sure of."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clauses.socle.errors import tenu_ouvert

ATTENTE = 10.0  # seconds: a query ends, an antivirus lets go


@contextmanager
def tenir(fichier: Path, attente: float = 0.0) -> Iterator[None]:
    """Holds a lock file, which the system frees when the process ends, however it ends.

    `attente`: seconds to wait for another process that holds it. Raises TimeoutError when it still does, OSError when
    the disk refuses.
    """
    from filelock import FileLock  # 60 ms, which reading the warehouse need not wait for

    # a file that stands for a lock would outlive its process: better no lock on a disk that has none
    with FileLock(fichier, timeout=attente, fallback_to_soft=False):
        yield


def remplacer(source: Path, destination: Path) -> None:
    """Puts a file in the place of another in one move: a reader sees the old one or the new one.

    Windows refuses while a program has the old one open; then waits a little, and raises the refusal: both files are
    as they were (`errors.tenu_ouvert` tells it from others).
    """
    limite = time.monotonic() + ATTENTE
    while True:
        try:
            os.replace(source, destination)
            return
        except PermissionError as erreur:
            if not tenu_ouvert(erreur) or time.monotonic() > limite:
                raise
            time.sleep(0.1)


def synchroniser(dossier: Path) -> None:
    """Has the names of a folder reach the disk. Windows opens no folder, and writes names through its journal."""
    try:
        descripteur = os.open(dossier, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
