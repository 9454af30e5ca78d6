"""How the text of a cell is cleaned before anything reads it: cells, headers, keys and Informations alike.

What nobody sees on a screen is not part of a value: zero-width and bidirectional signs, soft hyphens, control characters.
Nor is what a tool wraps a value in so that a spreadsheet leaves it alone: `="00123"`, `'00123`, `"00123"`.
"""

from __future__ import annotations

import re

import polars as pl

# white space of any kind, line breaks and no-break spaces included; \x1c to \x1f are separators, not white space
_BLANCS_RARES = r"\t-\r\x85\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_INVISIBLES = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x{ad}\x{34f}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}-\x{2069}\x{fe00}-\x{fe0f}\x{feff}\x{fff9}-\x{fffb}"
)
_BLANC, _INVISIBLE = f"[ {_BLANCS_RARES}]", f"[{_INVISIBLES}]"
# one look that most texts pass: nothing to clean
_DOUTEUX = rf"^[ ='’‘\"“]| $|  |[{_BLANCS_RARES}{_INVISIBLES}]"
_EGAL = r"^= ?[\"“]+([^\"“”]*)[\"”]+$"  # ="00123", written by those who know Excel eats zeros
_GUILLEMETS = r"^[\"“]([^\"“”]+)[\"”]$"
_APOSTROPHE = r"^['’‘]([^'’‘].*?)['’‘]?$"  # '00123, Excel's own sign of a text, kept by an export


def _en_python(motif: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: f"\\u{int(m[1], 16):04x}", motif))


_BLANCS_PY, _INVISIBLES_PY, _DOUTEUX_PY = map(_en_python, (f"{_BLANC}+", _INVISIBLE, _DOUTEUX))
_ENVELOPPES_PY = tuple(map(re.compile, (_EGAL, _GUILLEMETS, _APOSTROPHE)))


def nettoyer(texte: pl.Expr) -> pl.Expr:
    """Text without what is invisible or wraps it; every run of white is one space; empty is null."""
    propre = texte.str.replace_all(_INVISIBLE, "").str.replace_all(rf"{_BLANC}+", " ").str.strip_chars(" ")
    for enveloppe in (_EGAL, _GUILLEMETS, _APOSTROPHE):
        propre = propre.str.replace(enveloppe, "$1")
    propre = propre.str.strip_chars(" ")
    return pl.when(propre != "").then(propre)


def nettoyer_serie(textes: pl.Series) -> pl.Series:
    """The same of a whole column; only what a quick look doubts is rewritten."""
    cadre = textes.to_frame("t")
    douteux = cadre.select(pl.col("t").str.contains(_DOUTEUX) | (pl.col("t") == "")).to_series().arg_true()
    if douteux.is_empty():
        return textes
    propres = cadre[douteux].select(nettoyer(pl.col("t"))).to_series()
    return textes.clone().scatter(douteux, propres)


def nettoyer_texte(texte: str | None) -> str | None:
    """The same of one text: where there are few, this costs less than a query."""
    if not texte:
        return None
    if _DOUTEUX_PY.search(texte) is None:
        return texte
    propre = _BLANCS_PY.sub(" ", sans_invisibles(texte)).strip(" ")
    for enveloppe in _ENVELOPPES_PY:
        propre = enveloppe.sub(r"\1", propre)
    return propre.strip(" ") or None


def sans_invisibles(texte: str) -> str:
    """The text without what nobody sees."""
    return texte if texte.isascii() and texte.isprintable() else _INVISIBLES_PY.sub("", texte)
