"""Codes beside the lists of the seeds: known, unknown, or of the right form and in no list.

A code that a list does not hold may be younger than the list: what it still tells is kept, and the reading is said (`dit`).
"""

from __future__ import annotations

import polars as pl

from ingest import parsers
from ingest.codes import Codes
from ingest.layouts import normaliser
from ingest.references import Territoires

_MENTION = r"(?i)^(?:code )?(?:insee|cog)[ :-]+"  # « INSEE 59350 »: no name of a commune
REGLE_HORS_LISTE = {"commune": "COMMUNE_CONTREDITE", "rome": "ROME_NOUVEAU", "qpv": "QPV_HORS_LISTE"}


def metiers(textes: pl.Series, codes: Codes) -> pl.DataFrame:
    """`valeur`: the ROME code if it is known, or its family is; `valide`: known; `dit`: the family, where only it is."""
    lus = parsers.lire_codes_rome(textes)
    connu, de_famille = lus.is_in(list(codes.metiers)), lus.str.head(3).is_in(list(codes.familles))
    return pl.DataFrame(
        {"lu": lus, "valide": connu.fill_null(False), "famille": de_famille.fill_null(False)}
    ).select(
        "valide",
        valeur=pl.when("famille").then("lu"),
        dit=pl.when(pl.col("famille") & ~pl.col("valide")).then(
            pl.format("la famille {} et le domaine {}", pl.col("lu").str.head(3), pl.col("lu").str.head(1))
        ),
    )


def quartiers(textes: pl.Series, territoires: Territoires) -> pl.DataFrame:
    """`valeur`: a code of the right form; `valide`: in the list of its generation, if the seeds hold one."""
    lus = parsers.lire_codes_qpv(textes)
    connus = [c is not None and c in territoires.quartiers.get(c[:2], frozenset((c,))) for c in lus.to_list()]
    return pl.DataFrame({"valeur": lus, "valide": pl.Series(connus, dtype=pl.Boolean)}).with_columns(
        dit=pl.when(pl.col("valeur").is_not_null() & ~pl.col("valide")).then(pl.col("valeur"))
    )


def communes(textes: pl.Series, territoires: Territoires) -> pl.DataFrame:
    """`valeur`: the code; `valide`: known, and not of another commune than the name beside it says (`dit`)."""
    textes = textes.str.replace(_MENTION, "")
    codes = parsers.lire_communes(textes)
    connues = [c in territoires.communes for c in codes]
    lues = pl.DataFrame({"valeur": codes, "valide": pl.Series(connues, dtype=pl.Boolean)})
    nommees = (lues["valide"] & textes.str.contains(r"\p{L}{3}")).arg_true()
    if nommees.is_empty():
        return lues
    dits = [
        _contredite(texte, code, territoires)
        for texte, code in zip(textes.gather(nommees), codes.gather(nommees), strict=True)
    ]
    dit = pl.Series("dit", [None], dtype=pl.String).new_from_index(0, len(textes)).scatter(nommees, dits)
    return lues.with_columns(dit=dit, valide=lues["valide"] & dit.is_null())


def _contredite(texte: str, code: str, territoires: Territoires) -> str | None:
    """What to say where the name beside a code is that of another commune. Former communes have no name in the seeds."""
    nom = territoires.noms_de_commune.get(code)
    if nom is None:
        return None
    ecrit, propre = (
        normaliser("".join(c for c in texte.replace(code, " ") if not c.isdigit())),
        normaliser(nom),
    )
    if not ecrit or ecrit in propre or propre in ecrit:
        return None
    return f"{code} est le code de {nom}, qui n'est pas le nom écrit à côté"
