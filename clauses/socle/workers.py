"""A warm helper process: imports a slow library and prepares while the main process reads, then serves one caller.

Great Expectations and dbt cost seconds of import each; apart, they warm up on the second core. A worker ends by itself
when its parent dies, however it dies.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

ARRETE = "the worker process ended unexpectedly"


class ErreurOuvrier(RuntimeError):
    """The worker failed: its own traceback, for the log."""


class Ouvrier:
    """Runs `preparer()` in a fresh process, then each function sent to it there, one at a time."""

    def __init__(self, preparer: Callable[..., Any], *arguments: Any) -> None:
        # a process killed at work leaves locks that the system frees: not a thing to tell a user
        os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
        contexte = multiprocessing.get_context("spawn")
        self._lien, autre = contexte.Pipe()
        self._processus = contexte.Process(target=_servir, args=(autre, preparer, arguments), daemon=True)
        # Ctrl-C is for the main process to answer: a terminal sends it to the workers too
        avant = signal.signal(signal.SIGINT, signal.SIG_IGN) if _principal() else None
        try:
            self._processus.start()
        finally:
            if avant is not None:
                signal.signal(signal.SIGINT, avant)
        autre.close()
        self._preparation: list[Any] = []
        self._attendues = 1

    def __enter__(self) -> Ouvrier:
        return self

    def __exit__(self, *_: object) -> None:
        self.congedier()
        if not self._attendues:
            self._processus.join(timeout=5)
        if self._processus.is_alive():  # at work on what nobody waits for any more
            self._processus.kill()
            self._processus.join()

    def congedier(self) -> None:
        """Lets the process end by itself, while its owner goes on."""
        self._lien.close()

    def appeler(self, fonction: Callable[..., Any], *arguments: Any) -> Any:
        """Runs `fonction(*arguments)` in the worker and returns its value. Raises ErreurOuvrier if it raised."""
        self.demander(fonction, *arguments)
        return self.repondre()

    def demander(self, fonction: Callable[..., Any], *arguments: Any) -> None:
        """Has `fonction(*arguments)` run in the worker while the caller goes on; `repondre` gives its value."""
        self._attendues += 1
        self._lien.send((fonction, arguments))

    def repondre(self) -> Any:
        """The value of what was asked for, in the order of asking. Raises ErreurOuvrier if it raised."""
        self.attendre()
        return self._recevoir()

    def attendre(self) -> Any:
        """The value of `preparer()`, once it is done. Raises ErreurOuvrier if it raised."""
        if not self._preparation:
            self._preparation.append(self._recevoir())
        return self._preparation[0]

    def _recevoir(self) -> Any:
        try:
            reussi, valeur = self._lien.recv()
        except EOFError:
            raise ErreurOuvrier(ARRETE) from None
        self._attendues -= 1
        if not reussi:
            raise ErreurOuvrier(valeur)
        return valeur


def _principal() -> bool:
    return threading.current_thread() is threading.main_thread()


def _servir(lien: Connection, preparer: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what it was started with, where processes inherit that
    gc.disable()  # looking for garbage takes a fifth of an import's time, in a process that lives some seconds
    threading.Thread(target=_finir_avec_le_parent, daemon=True).start()
    _repondre(lien, preparer, arguments)
    while True:
        try:
            fonction, arguments = lien.recv()
        except (EOFError, OSError):  # the parent closed its end, perhaps without reading what was sent
            os._exit(0)  # it waits for the end: tidying up two large libraries takes half a second
        _repondre(lien, fonction, arguments)


def _repondre(lien: Connection, fonction: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        reponse = (True, fonction(*arguments))
    except BaseException:
        reponse = (False, traceback.format_exc())
    try:
        lien.send(reponse)
    except OSError:
        return


def _finir_avec_le_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
