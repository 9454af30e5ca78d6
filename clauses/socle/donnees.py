"""The product's own data files, beside its code: CSV with headers, read as text."""

from __future__ import annotations

import csv
from pathlib import Path


def lire_lignes(fichier: Path) -> list[dict[str, str]]:
    """The lines of a CSV in UTF-8, each by header; an empty cell is an empty string."""
    with fichier.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))
