"""Progress of the main job: which stage runs and for how long; a bar per stage on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


EN_COURS = "en cours, plusieurs minutes parfois"


class Avancement:
    """Context manager; `annoncer(etape, fait, total)` moves the bar of a stage, never back; `total` 0: not known."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._barres: Any = None
        self._taches: dict[str, Any] = {}

    def __enter__(self) -> Avancement:
        if self._console.is_terminal:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self._barres = Progress(
                TextColumn("{task.description:<14}"),
                BarColumn(),
                TextColumn("{task.fields[ou]}"),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._barres.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._barres is not None:
            self._barres.stop()

    @contextmanager
    def suspendu(self) -> Iterator[None]:
        """The bars stand still while something is read and answered."""
        if self._barres is None:
            yield
            return
        self._barres.stop()
        try:
            yield
        finally:
            self._barres.start()

    def annoncer(self, etape: str, fait: int, total: int) -> None:
        nouvelle = etape not in self._taches
        if self._barres is None:
            if nouvelle:
                self._taches[etape] = None
                self._console.print(f"{etape}…", highlight=False)
            return
        if nouvelle:
            self._taches[etape] = self._barres.add_task(etape, total=None, ou=EN_COURS)
        tache = self._taches[etape]
        deja = self._barres.tasks[tache]
        if fait == total == 1:  # the end of a stage, however much it counted
            fait = total = deja.total or 1
        if total and fait / total >= (deja.completed / deja.total if deja.total else 0):  # never back
            self._barres.update(tache, completed=fait, total=total, ou=f"{fait:.0f}/{total:.0f}")
