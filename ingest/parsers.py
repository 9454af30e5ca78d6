"""Pure parsers: a Series of distinct cleaned texts in, the typed Series out; null where it cannot be read.

Every parser is called once per column over all deposits of a refresh, on distinct non-null values only.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl
import yaml
from stdnum.fr import siret as numero_siret

from clauses.socle.project import PAQUETS
from ingest.libelles import code_dans

_OUI = {"o", "oui", "x", "1", "vrai", "true", "y", "yes", "v"}
_BOUTS = (r"^(\w+)\W+\w+\W*$", r"^\w+\W+(\w+)\W*$")
_SIREN_LA_POSTE = "356000000"
# « 59 - Nord », « Nord (59) »
_NOM_DE_TERRITOIRE = re.compile(
    r"(\b(?:\d[\dAB]\d?|\d{9})) ?[-–—:] ?[^\W\d][^\d;,/|+]*|\b[^\W\d][^\d;,/|+]*\((\d[\dAB]\d?|\d{9})\)"
)
_DOUBLES = str.maketrans("0123456789", "0246813579")  # twice a digit, its own digits added
_NON = {"n", "non", "0", "faux", "false", "no", "f"}


def _sans_accent(texte: pl.Expr) -> pl.Expr:
    return texte.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def lire_horizons(textes: pl.Series) -> pl.Series:
    """`6`, `12 mois`, `M+18` → Int32; anything but 6, 12, 18, 24 is null."""
    nombre = (
        pl.col("t").str.to_lowercase().str.extract(r"^(?:[àa] |m ?\+? ?)?(\d{1,2})(?:\.0+)?(?: ?m(?:ois)?)?$")
    )
    valeur = nombre.cast(pl.Int32)
    return textes.to_frame("t").select(pl.when(valeur.is_in([6, 12, 18, 24])).then(valeur).alias("t"))["t"]


def lire_oui_non(textes: pl.Series) -> pl.Series:
    """O/N, Oui/Non, X, 1/0, Vrai/Faux → Boolean; the code of a priority district means yes."""
    nu = _sans_accent(pl.col("t")).str.strip_chars(" .")
    table = dict.fromkeys(_OUI, True) | dict.fromkeys(_NON, False)
    quartier = pl.when(lire_codes_qpv(textes).is_not_null()).then(pl.lit(True))
    dit = nu.replace_strict(table, default=None, return_dtype=pl.Boolean)
    # « O - Oui », « Non (N) »: one word at each end, and both say the same
    bouts = (
        nu.str.extract(motif).replace_strict(table, default=None, return_dtype=pl.Boolean) for motif in _BOUTS
    )
    debut, fin = bouts
    accord = pl.when(debut == fin).then(debut)
    return textes.to_frame("t").select(pl.coalesce(dit, quartier, accord).alias("t"))["t"]


def lire_sirets(textes: pl.Series) -> pl.DataFrame:
    """SIRET with spaces, as an Excel number, with lost zeros → `valeur` (14 digits or null), `valide` (checksum).

    What stands for a number one does not have (factices.yml) is no SIRET: what is known by it takes its other key.
    """
    lus = [_lire_siret(t) for t in textes.to_list()]
    return pl.DataFrame(
        {"valeur": [v for v, _ in lus], "valide": [ok for _, ok in lus]},
        schema={"valeur": pl.String, "valide": pl.Boolean},
    )


def _lire_siret(texte: str) -> tuple[str | None, bool]:
    nu = re.sub(r"[\s.\-_/]", "", texte) if not re.fullmatch(r"[\d.,]+[eE]\+?\d+|\d+[.,]0+", texte) else texte
    chiffres = nu if nu.isascii() and nu.isdigit() else _depuis_nombre_excel(nu)
    if chiffres is None or not 10 <= len(chiffres) <= 14:
        return None, False
    complet = chiffres.zfill(14)
    if any(motif.match(complet) for motif in _sirets_factices()):
        return None, False
    return complet, _est_un_siret(complet)


@lru_cache(maxsize=1)
def _sirets_factices() -> list[re.Pattern[str]]:
    declares = yaml.safe_load((PAQUETS / "ingest" / "factices.yml").read_text(encoding="utf-8"))
    return [re.compile(factice["motif"]) for factice in declares["siret"]]


def _est_un_siret(chiffres: str) -> bool:
    """The SIRET's own checksum, over its 14 digits; La Poste's own rule is the library's."""
    if chiffres.startswith(_SIREN_LA_POSTE):
        return bool(numero_siret.is_valid(chiffres))
    return _luhn(chiffres)


def _luhn(chiffres: str) -> bool:
    pairs = chiffres[-2::-2].translate(_DOUBLES)
    return (sum(map(int, chiffres[-1::-2])) + sum(map(int, pairs))) % 10 == 0


def _depuis_nombre_excel(texte: str) -> str | None:
    """Digits of `5.6739222638096E13` or `123.0`; null when the notation has lost digits."""
    morceaux = re.fullmatch(r"(\d+)(?:[.,](\d+))?(?:[eE]\+?(\d{1,2}))?", texte, re.ASCII)
    if morceaux is None:
        return None
    entier, decimales, exposant = morceaux[1], (morceaux[2] or "").rstrip("0"), int(morceaux[3] or 0)
    chiffres = entier + decimales.ljust(exposant, "0")
    if len(decimales) > exposant:
        return None
    fabriques = exposant - len(decimales)
    if fabriques <= 2:
        return chiffres
    # Where zeros were made up, the SIREN's checksum too: one number in ten would pass the other by chance.
    complet = chiffres.zfill(14)
    return chiffres if _est_un_siret(complet) and _luhn(complet[:9]) else None


def lire_communes(textes: pl.Series) -> pl.Series:
    """INSEE codes with the leading zero lost, in lower case, as numbers, beside a name → 5 characters, else null."""
    brut = pl.col("t").str.to_uppercase().str.replace(r"\.0+$", "").str.replace_all(r"\s", "")
    code = pl.when(brut.str.contains(r"^\d{4}$")).then(pl.lit("0") + brut).otherwise(brut)
    seuls = textes.to_frame("t").select(
        pl.when(code.str.contains(r"^(\d{5}|2[AB]\d{3})$")).then(code).alias("t")
    )["t"]
    restes = seuls.is_null().arg_true()
    if restes.is_empty():
        return seuls
    avec_libelle = code_dans(textes.gather(restes).str.to_uppercase(), r"\d{4,5}|2[AB]\d{3}")
    return seuls.scatter(restes, avec_libelle.str.zfill(5))


def lire_codes_qpv(textes: pl.Series) -> pl.Series:
    """Codes of priority districts of 2015 (QP059013) or 2024 (QN05901M) → String, else null."""
    code = pl.col("t").str.to_uppercase().str.replace_all(r"[\s.-]", "")
    forme = r"^(QP(0\d{2}|02[AB]|97\d)\d{3}|QN(0\d{2}|02[AB]|97\d)\d{2}[A-Z])$"
    # beside its name, the only code of the text
    dits = pl.col("t").str.to_uppercase().str.extract_all(r"\bQ[PN] ?\d{1,2}[0-9AB][ .-]?\d{2}[0-9A-Z]\b")
    dit = pl.when(dits.list.len() == 1).then(dits.list.first().str.replace_all(r"[ .-]", ""))
    lus = pl.coalesce(pl.when(x.str.contains(forme)).then(x) for x in (code, dit))
    return textes.to_frame("t").select(lus.alias("t"))["t"]


def lire_codes_rome(textes: pl.Series) -> pl.Series:
    """`F1703`, `f 1703`, `F1703 - Maçonnerie`, `Maçonnerie (F1703)` → String of 5 characters, else null."""
    haut = pl.col("t").str.to_uppercase()
    code = pl.coalesce(
        haut.str.extract(r"^(?:ROME ?:? ?)?([A-N] ?\d{4})(?:[^0-9A-Z].*)?$"),
        haut.str.extract(r"^\p{L}[^0-9]*[^0-9\p{L}]([A-N] ?\d{4})[)\]]?$"),
    )
    return textes.to_frame("t").select(code.str.replace(" ", "", literal=True).alias("t"))["t"]


def lire_territoires(textes: pl.Series, connus: frozenset[str]) -> pl.DataFrame:
    """Lists of département codes and EPCI SIREN → `valeur` (`59;200093201`), `valide` (all parts known)."""
    valeurs: list[str | None] = []
    valides: list[bool] = []
    for texte in textes.to_list():
        sans_noms = _NOM_DE_TERRITOIRE.sub(r"\1\2", texte.upper())
        codes = [_code_territoire(m) for m in re.split(r"[;,/|+]|\s+ET\s+|\s+", sans_noms) if m]
        retenus = [c for c in codes if c in connus]
        valeurs.append(";".join(retenus) or None)
        valides.append(len(retenus) == len(codes))
    return pl.DataFrame(
        {"valeur": valeurs, "valide": valides}, schema={"valeur": pl.String, "valide": pl.Boolean}
    )


def _code_territoire(morceau: str) -> str:
    return morceau.zfill(2) if morceau.isdigit() and len(morceau) == 1 else morceau
