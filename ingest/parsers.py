"""Pure parsers: a Series of distinct cleaned texts in, the typed Series out; null where it cannot be read.

Every parser is called once per column over all deposits of a refresh, on distinct non-null values only.
"""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
from stdnum.fr import siret as numero_siret

_ESPACES = r"[\s\u00a0\u2007\u2009\u202f\u200b\u2060\ufeff]+"
_FORMATS_DATE = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d/%m/%y",
    "%d-%m-%y",
    "%d.%m.%y",
)
_MOIS = {
    1: ("janvier", "janv", "jan"),
    2: ("fevrier", "fevr", "fev"),
    3: ("mars", "mar"),
    4: ("avril", "avr"),
    5: ("mai",),
    6: ("juin",),
    7: ("juillet", "juil"),
    8: ("aout", "aou"),
    9: ("septembre", "sept", "sep"),
    10: ("octobre", "oct"),
    11: ("novembre", "nov"),
    12: ("decembre", "dec"),
}
_NOMS_DE_MOIS = {forme: numero for numero, formes in _MOIS.items() for forme in formes}
_UN_MOIS = "|".join(sorted(_NOMS_DE_MOIS, key=len, reverse=True))
_EPOQUE_EXCEL = dt.date(1899, 12, 30)
_PREMIERE_DATE, _DERNIERE_DATE = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_OUI = {"o", "oui", "x", "1", "vrai", "true", "y", "yes", "v"}
_SIREN_LA_POSTE = "356000000"
_DOUBLES = str.maketrans("0123456789", "0246813579")  # twice a digit, its own digits added
_NON = {"n", "non", "0", "faux", "false", "no", "f"}


def nettoyer(texte: pl.Expr) -> pl.Expr:
    """Text without odd spaces: every run of white (no-break, narrow, zero-width too) is one space; empty is null."""
    propre = texte.str.replace_all(_ESPACES, " ").str.strip_chars(" ")
    return pl.when(propre != "").then(propre)


def _sans_accent(texte: pl.Expr) -> pl.Expr:
    return texte.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def lire_nombres(textes: pl.Series) -> pl.Series:
    """`1 234,50`, `1234.5`, `12,5 %`, `1 250 000,00 €`, `1.234,5` → Float64, in the unit written."""
    propre = (
        pl.col("t")
        .str.to_lowercase()
        .str.replace_all(r"[  '’]", "")
        .str.replace(r"(€|euros?|eur|%|h|heures?|ht|mois)+$", "")
        .str.replace("−", "-", literal=True)
    )
    nu = pl.col("nu")
    derniere_virgule = nu.str.contains(r",[^.]*$") & nu.str.contains(r"\.", literal=False)
    dernier_point = nu.str.contains(r"\.[^,]*$") & nu.str.contains(",", literal=True)
    unifie = (
        pl.when(derniere_virgule)
        .then(nu.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(dernier_point)
        .then(nu.str.replace_all(",", "", literal=True))
        .when(nu.str.count_matches(",", literal=True) > 1)
        .then(nu.str.replace_all(",", "", literal=True))
        .when(nu.str.count_matches(".", literal=True) > 1)
        .then(nu.str.replace_all(".", "", literal=True))
        .otherwise(nu.str.replace(",", ".", literal=True))
    )
    valide = pl.col("unifie").str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$")
    nombre = pl.when(valide).then("unifie").cast(pl.Float64, strict=False)
    # four hundred digits are a number too, but not one to add up
    fini = pl.when(pl.col("nombre").is_finite()).then("nombre")
    nombres = textes.to_frame("t").select(nu=propre).select(unifie=unifie).select(nombre=nombre)
    return nombres.select(t=fini)["t"]


def lire_heures(textes: pl.Series) -> pl.Series:
    """Hours: a number, or `26h45`, `26:45` → Float64, in hours."""
    morceaux = pl.col("t").str.extract_groups(r"^(\d+)\s*[hH:]\s*([0-5]?\d)$")
    en_minutes = morceaux.struct[0].cast(pl.Float64) + morceaux.struct[1].cast(pl.Float64) / 60
    return textes.to_frame("t").select(en_minutes.fill_null(lire_nombres(textes)).alias("t"))["t"]


def lire_dates(textes: pl.Series) -> pl.Series:
    """Excel dates, `31/12/2024`, `31/12/24`, `2024-12-31`, `31-12-2024`, `31 décembre 2024` → Date, 1900 to 2100."""
    morceaux = textes.to_frame("t").select(
        sans_heure=pl.col("t").str.replace(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", ""),
        numero=pl.col("t").str.extract(r"^([2-7]\d{4})(?:\.0+)?$").cast(pl.Int32),
    )
    sans_heure, annee_courte = pl.col("sans_heure"), pl.col("annee_courte")
    # chrono accepts 4-digit formats on 2-digit years: keep each format to its own width
    court = sans_heure.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}$")
    lues = [sans_heure.str.strptime(pl.Date, f, strict=False, exact=True) for f in _FORMATS_DATE]
    lues = [
        pl.when(annee_courte if f.endswith("%y") else ~annee_courte).then(lue)
        for f, lue in zip(_FORMATS_DATE, lues, strict=True)
    ]
    excel = pl.lit(_EPOQUE_EXCEL) + pl.duration(days="numero")
    dates = morceaux.with_columns(annee_courte=court).select(t=pl.coalesce(*lues, excel))["t"]
    autres = dates.is_null().arg_true()
    if not autres.is_empty():
        dates = dates.scatter(autres, _lire_dates_en_lettres(textes.gather(autres)))
    return dates.to_frame("t").select(
        pl.when(pl.col("t").is_between(_PREMIERE_DATE, _DERNIERE_DATE)).then("t")
    )["t"]


def _lire_dates_en_lettres(textes: pl.Series) -> pl.Series:
    en_lettres = pl.col("en_lettres")
    morceaux = textes.to_frame("t").select(
        en_lettres=_sans_accent(pl.col("t"))
        .str.replace(r"^(\d{1,2})(er)?\s+", "$1 ")
        .str.extract_groups(rf"^(\d{{1,2}}) ({_UN_MOIS})\.? (\d{{4}})$")
    )
    numero_mois = en_lettres.struct[1].replace_strict(_NOMS_DE_MOIS, default=None, return_dtype=pl.Int8)
    ecrites = pl.format("{}-{}-{}", en_lettres.struct[2], numero_mois, en_lettres.struct[0])
    return morceaux.select(t=ecrites.str.strptime(pl.Date, "%Y-%m-%d", strict=False))["t"]


def lire_naissances(textes: pl.Series, au_plus_tard: dt.date) -> pl.Series:
    """Birth dates: as dates, but a two-digit year that would lie in the future belongs to the century before."""
    dates = lire_dates(textes)
    a_deux_chiffres = textes.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}$")
    return pl.DataFrame({"d": dates, "court": a_deux_chiffres}).select(
        pl.when(pl.col("court") & (pl.col("d") > au_plus_tard))
        .then(pl.col("d").dt.offset_by("-100y"))
        .otherwise(pl.col("d"))
        .alias("d")
    )["d"]


def lire_mois(textes: pl.Series) -> pl.Series:
    """`2024-03`, `03/2024`, `mars 2024`, `févr. 2024`, `mars-24`, `202403`, any date → Date, first of the month."""
    nu = pl.col("nu")
    morceaux = (
        textes.to_frame("t")
        .select(nu=_sans_accent(pl.col("t")).str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars(" "))
        .select(
            annee_mois=nu.str.extract_groups(r"^(20\d\d|19\d\d) ?(0?[1-9]|1[0-2])$"),
            mois_annee=nu.str.extract_groups(r"^(0?[1-9]|1[0-2]) (20\d\d|19\d\d|\d\d)$"),
            nom_annee=nu.str.extract_groups(rf"^({_UN_MOIS}) ?(\d{{4}}|\d{{2}})$"),
        )
    )
    annee_mois, mois_annee, nom_annee = map(pl.col, ("annee_mois", "mois_annee", "nom_annee"))
    annee = pl.coalesce(
        annee_mois.struct[0].cast(pl.Int32),
        _sur_quatre_chiffres(mois_annee.struct[1].cast(pl.Int32)),
        _sur_quatre_chiffres(nom_annee.struct[1].cast(pl.Int32)),
    )
    mois = pl.coalesce(
        annee_mois.struct[1].cast(pl.Int8),
        mois_annee.struct[0].cast(pl.Int8),
        nom_annee.struct[0].replace_strict(_NOMS_DE_MOIS, default=None, return_dtype=pl.Int8),
    )
    depuis_date = lire_dates(textes).dt.truncate("1mo")
    return morceaux.select(t=pl.date(annee, mois, 1).fill_null(depuis_date))["t"]


def _sur_quatre_chiffres(annee: pl.Expr) -> pl.Expr:
    return pl.when(annee < 100).then(annee + 2000).otherwise(annee)


def lire_horizons(textes: pl.Series) -> pl.Series:
    """`6`, `12 mois`, `M+18` → Int32; anything but 6, 12, 18, 24 is null."""
    nombre = pl.col("t").str.to_lowercase().str.extract(r"^(?:m ?\+? ?)?(\d{1,2})(?:\.0+)?(?: ?m(?:ois)?)?$")
    valeur = nombre.cast(pl.Int32)
    return textes.to_frame("t").select(pl.when(valeur.is_in([6, 12, 18, 24])).then(valeur).alias("t"))["t"]


def lire_oui_non(textes: pl.Series) -> pl.Series:
    """O/N, Oui/Non, X, 1/0, Vrai/Faux → Boolean; the code of a priority district means yes."""
    nu = _sans_accent(pl.col("t")).str.strip_chars(" .")
    table = dict.fromkeys(_OUI, True) | dict.fromkeys(_NON, False)
    quartier = pl.when(lire_codes_qpv(textes).is_not_null()).then(pl.lit(True))
    dit = nu.replace_strict(table, default=None, return_dtype=pl.Boolean)
    return textes.to_frame("t").select(dit.fill_null(quartier).alias("t"))["t"]


def lire_sirets(textes: pl.Series) -> pl.DataFrame:
    """SIRET with spaces, as an Excel number, with lost zeros → `valeur` (14 digits or null), `valide` (checksum)."""
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
    return complet, _est_un_siret(complet)


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
    """INSEE codes with the leading zero lost, in lower case, as numbers → String of 5 characters, else null."""
    brut = pl.col("t").str.to_uppercase().str.replace(r"\.0+$", "").str.replace_all(r"\s", "")
    code = pl.when(brut.str.contains(r"^\d{4}$")).then(pl.lit("0") + brut).otherwise(brut)
    return textes.to_frame("t").select(
        pl.when(code.str.contains(r"^(\d{5}|2[AB]\d{3})$")).then(code).alias("t")
    )["t"]


def lire_codes_qpv(textes: pl.Series) -> pl.Series:
    """Codes of priority districts of 2015 (QP059013) or 2024 (QN05901M) → String, else null."""
    code = pl.col("t").str.to_uppercase().str.replace_all(r"[\s.-]", "")
    forme = r"^(QP(0\d{2}|02[AB]|97\d)\d{3}|QN(0\d{2}|02[AB]|97\d)\d{2}[A-Z])$"
    return textes.to_frame("t").select(pl.when(code.str.contains(forme)).then(code).alias("t"))["t"]


def lire_codes_rome(textes: pl.Series) -> pl.Series:
    """`F1703`, `f 1703`, `F1703 - Maçonnerie` → String of 5 characters, else null."""
    code = pl.col("t").str.to_uppercase().str.extract(r"^([A-N] ?\d{4})(?:[^0-9A-Z].*)?$")
    return textes.to_frame("t").select(code.str.replace(" ", "", literal=True).alias("t"))["t"]


def lire_territoires(textes: pl.Series, connus: frozenset[str]) -> pl.DataFrame:
    """Lists of département codes and EPCI SIREN → `valeur` (`59;200093201`), `valide` (all parts known)."""
    valeurs: list[str | None] = []
    valides: list[bool] = []
    for texte in textes.to_list():
        codes = [_code_territoire(m) for m in re.split(r"[;,/|+]|\s+ET\s+|\s+", texte.upper()) if m]
        retenus = [c for c in codes if c in connus]
        valeurs.append(";".join(retenus) or None)
        valides.append(len(retenus) == len(codes))
    return pl.DataFrame(
        {"valeur": valeurs, "valide": valides}, schema={"valeur": pl.String, "valide": pl.Boolean}
    )


def _code_territoire(morceau: str) -> str:
    return morceau.zfill(2) if morceau.isdigit() and len(morceau) == 1 else morceau
