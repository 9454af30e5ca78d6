"""Writing an Excel workbook in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

# what a deposit or a model holds is text, whatever it looks like
_TEXTES = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def classeur_neuf(chemin: Path, **options: Any) -> Iterator[xlsxwriter.Workbook]:
    """A workbook made in memory, then written whole: xlsxwriter leaves a half-open archive where a disk refuses.

    `options` of xlsxwriter; with `constant_memory` rows wait in files beside. Raises OSError when the disk refuses.
    """
    octets = BytesIO()
    dites = {"in_memory": not options.get("constant_memory"), "tmpdir": str(chemin.parent)}
    classeur = xlsxwriter.Workbook(octets, _TEXTES | dites | options)
    yield classeur
    classeur.close()
    chemin.write_bytes(octets.getbuffer())
