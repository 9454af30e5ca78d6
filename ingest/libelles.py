"""A code and its label in one cell: « F - Femme », « K2111 : Formation », « Roubaix (59512) », « 59350 Lille »."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import polars as pl
import yaml

from clauses.socle.project import PAQUETS

_CONTRAIRES = frozenset(
    yaml.safe_load((PAQUETS / "ingest" / "libelles.yml").read_text(encoding="utf-8"))["contraires"]
)
_SEPARATEUR = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|\s*[:=|]\s*|\s+:\s*")
_PARENTHESE = re.compile(r"^(.+?)\s*[(\[]\s*(.+?)\s*[)\]]$")
_CODE = re.compile(r"[A-Za-z]{0,3}[0-9]{0,4}|[A-Z0-9_]{1,12}")


def code_et_libelle(texte: str, lire: Callable[[str], str | None], forme: Callable[[str], str]) -> str | None:
    """The code of a text of two parts: both say the same, or one says it and is, or stands beside, what looks like a code.

    None where both parts are known and differ, or the other part says the contrary.
    """
    for tete, queue in _en_deux(texte):
        codes = lire(tete), lire(queue)
        if codes[0] is not None and codes[1] is not None:
            return codes[0] if codes[0] == codes[1] else None
        code = codes[0] or codes[1]
        if code is None:
            continue
        connue, autre = (tete, queue) if codes[0] is not None else (queue, tete)
        if _CONTRAIRES & set(forme(autre).split()):
            return None
        if _CODE.fullmatch(connue) or _CODE.fullmatch(autre):
            return code
    return None


def _en_deux(texte: str) -> Iterator[tuple[str, str]]:
    """The parts of a text around each separator, then before and inside its last brackets."""
    for trouve in _SEPARATEUR.finditer(texte):
        tete, queue = texte[: trouve.start()].strip(), texte[trouve.end() :].strip()
        if tete and queue:
            yield tete, queue
    entre_parentheses = _PARENTHESE.match(texte)
    if entre_parentheses is not None:
        yield entre_parentheses[1], entre_parentheses[2]


def code_dans(textes: pl.Series, code: str) -> pl.Series:
    """What matches `code` at one end of a text, beside a label that holds no other; null elsewhere."""
    t = pl.col("t").str.strip_chars(" ")
    tete = t.str.extract_groups(rf"^({code})(?: ?[-–—:=|,/(\[]+ ?| )(\p{{L}}[^0-9]*)[)\]]?$")
    queue = t.str.extract_groups(rf"^(\p{{L}}[^0-9]*?)(?: ?[-–—:=|,/(\[]+ ?| )({code})[)\]]?$")
    return textes.to_frame("t").select(t=pl.coalesce(tete.struct[0], queue.struct[1]))["t"]
