"""The product's own data files, beside its code: CSV with headers, read as text."""

from __future__ import annotations

import csv
from pathlib import Path


def lire_lignes(fichier: Path) -> list[dict[str, str]]:
    """The lines of a CSV in UTF-8, each by header; an empty cell is an empty string.

    Raises ValueError for a line that has not its header's cells: a comma without quotes would cut a text in silence.
    """
    with fichier.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.DictReader(flux))
    for rang, ligne in enumerate(lignes, start=2):
        if None in ligne or None in ligne.values():
            raise ValueError(f"{fichier.name}, line {rang}: not the cells of its header")
    return lignes
