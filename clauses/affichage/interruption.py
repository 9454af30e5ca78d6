"""Ctrl-C: a command stops, cleans up and says so; when a library does not let go, it stops all the same."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from types import FrameType

from clauses.socle.errors import CodeSortie

DELAI = 5.0  # seconds to clean up
MESSAGE = (
    "INTERROMPU : la commande a été arrêtée. Rien n'est perdu : ce qui était publié ou chargé est gardé tel quel. "
    "Relancez la commande pour finir."
)


def noter_les_interruptions() -> list[int]:
    """A list that Ctrl-C makes non-empty: the warehouse's engine turns it into an error of its own, or never returns."""
    recues: list[int] = []

    def noter(signal_recu: int, cadre: FrameType | None) -> None:
        recues.append(signal_recu)
        signal.default_int_handler(signal_recu, cadre)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, noter)
    return recues


def borner_l_interruption() -> None:
    """From now on Ctrl-C ends the process within DELAI: a killed run leaves the workspace free, a stuck one locks it."""
    noter = signal.getsignal(signal.SIGINT)
    if not callable(noter):  # ignored by whoever started the command
        return

    def arreter(signal_recu: int, cadre: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough
        minuterie = threading.Timer(DELAI, _abandonner)
        minuterie.daemon = True
        minuterie.start()
        noter(signal_recu, cadre)

    signal.signal(signal.SIGINT, arreter)


def _abandonner() -> None:
    print(MESSAGE, file=sys.stderr, flush=True)
    for ouvrier in multiprocessing.active_children():
        ouvrier.kill()
    os._exit(CodeSortie.INTERROMPU)
