"""Progress of the main job: which stage runs and for how long; a bar per stage on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


class Avancement:
    """Context manager; `annoncer(etape, fait, total)` moves the bar of a stage."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._barres: Any = None
        self._taches: dict[str, Any] = {}

    def __enter__(self) -> Avancement:
        if self._console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            self._barres = Progress(
                TextColumn("{task.description:<14}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._barres.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._barres is not None:
            self._barres.stop()

    def annoncer(self, etape: str, fait: int, total: int) -> None:
        nouvelle = etape not in self._taches
        if self._barres is None:
            if nouvelle:
                self._taches[etape] = None
                self._console.print(f"{etape}…", highlight=False)
            return
        if nouvelle:
            self._taches[etape] = self._barres.add_task(etape, total=total)
        self._barres.update(self._taches[etape], completed=fait, total=total)
