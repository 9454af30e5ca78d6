"""The order in which people look for a name."""

from __future__ import annotations

import re
import unicodedata


def de_lecture(texte: str | None) -> tuple[object, ...]:
    """A key of sorting: « Île-de-France » among the I, « S2 » before « S10 », case and signs aside; nothing last."""
    if not texte:
        return (1, (), "")
    plie = unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode().casefold()
    morceaux = re.findall(r"\d+|[a-z]+", plie)
    # numbers and words never meet: each says first which of the two it is
    return (0, tuple((0, int(m), "") if m.isdigit() else (1, 0, m) for m in morceaux), texte)
