"""Numbers, hours and durations: a Series of distinct cleaned texts in, Float64 out; null where it cannot be read.

A text that can be read two ways (`1.234`: one thousand, or one and a bit) is null here: `ingest.conventions` reads it from
the column it stands in, or says that nothing decides.
"""

from __future__ import annotations

import polars as pl

from ingest.findings import SEUILS

_UNITE = r" ?(?:(?:€|euros?|eur|%|h|hrs?|heures?|ht|mois)[ /.]*)+$"
_MONNAIE, _POUR_CENT, _SANS_CENTIMES = r"€|\beur", "%", r"(\d)[.,] ?[-–—]+$"
_ESPACES = r"[  ]"
# a group has three digits, and the first one to three; the decimal sign is the other sign, or the only one
_NOMBRE = r"^[+-]? ?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d{1,2})?$"
_GROUPES = {
    " ": r"^[+-]? ?\d{1,3}(?: \d{3})+(?:[.,]\d*)?$",
    "'": r"^[+-]? ?\d{1,3}(?:['’]\d{3})+(?:[.,]\d*)?$",
    ".": r"^[+-]? ?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d*)?|\.\d{3},\d*)$",
    ",": r"^[+-]? ?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d*)?|,\d{3}\.\d*)$",
}
_POURCENTAGE_MAXIMUM = 999
_DEUX_LECTURES = r"^[+-]? ?[1-9]\d{0,2}[.,]\d{3}$"


def ecriture(textes: pl.Series) -> pl.Series:
    """The text of a number without its unit, in lower case."""
    nu = pl.col("t").str.to_lowercase().str.replace("−", "-", literal=True)
    nu = nu.str.replace(r"^(?:€|eur) ?", "").str.replace(_UNITE, "").str.strip_chars(" ")
    nu = nu.str.replace(_SANS_CENTIMES, "$1")
    return textes.to_frame("t").select(t=nu)["t"]


def deux_lectures(ecrits: pl.Series, signe: str) -> pl.Series:
    """True for `1.234` (by its sign): thousands, or decimals."""
    return ecrits.str.contains(_DEUX_LECTURES) & ecrits.str.contains(signe, literal=True)


def groupe_par(ecrits: pl.Series, signe: str) -> pl.Series:
    """True where this sign can only part thousands: `12.000.000`, `1.234,50`."""
    return ecrits.str.contains(_GROUPES[signe])


def decimal_par(ecrits: pl.Series, signe: str) -> pl.Series:
    """True where this sign can only begin decimals: `12.5`, `0.125`, `89999.125`."""
    decimal = ecrits.str.contains(r"\d[.,]\d|^[+-]?[.,]\d") & ecrits.str.contains(_NOMBRE)
    return decimal & ecrits.str.contains(signe, literal=True) & ~ecrits.str.contains(_DEUX_LECTURES)


def en_decimal(ecrits: pl.Series) -> pl.Series:
    """Float64 of what has at most one sign, read as the decimal one."""
    return _finis(ecrits.str.replace_all(r"[ '’]", "").str.replace(",", ".", literal=True))


def sans_groupes(ecrits: pl.Series, signe: str) -> pl.Series:
    """Float64 of what is written with thousands parted by this sign."""
    return en_decimal(ecrits.str.replace_all(signe, "", literal=True))


def _finis(ecrits: pl.Series) -> pl.Series:
    """Four hundred digits are a number too, but not one to add up."""
    nombres = ecrits.cast(pl.Float64, strict=False).to_frame("t")
    return nombres.select(pl.when(pl.col("t").is_finite()).then("t"))["t"]


def lire_nombres(textes: pl.Series) -> pl.Series:
    """`1 234,50`, `1234.5`, `12,5 %`, `1 250 000,00 €`, `1.234,5` → Float64, in the unit written."""
    ecrits = ecriture(textes)
    lus = en_decimal(_si(ecrits, ecrits.str.contains(_NOMBRE) & ~ecrits.str.contains(_DEUX_LECTURES)))
    restes = lus.is_null().arg_true()
    if restes.is_empty():
        return lus
    autres = ecrits.gather(restes)
    groupes = [sans_groupes(_si(autres, groupe_par(autres, signe)), signe) for signe in _GROUPES]
    return lus.scatter(restes, pl.select(pl.coalesce(*groupes)).to_series())


def _si(textes: pl.Series, retenus: pl.Series) -> pl.Series:
    return textes.set(~retenus, None)


def lire_quantites(textes: pl.Series) -> pl.Series:
    """Numbers that are no share of anything: a percentage is none."""
    return lire_nombres(_si(textes, ~textes.str.contains(_POUR_CENT)))


def lire_pourcentages(textes: pl.Series) -> pl.Series:
    """`12,5`, `12,5 %` → Float64, 999 at most; an amount is none."""
    return lire_bornes(_si(textes, ~_dit(_MONNAIE, textes)), _POURCENTAGE_MAXIMUM)


def _dit(unite: str, textes: pl.Series) -> pl.Series:
    return textes.str.contains(rf"(?i){unite}")


def lire_bornes(textes: pl.Series, maximum: float) -> pl.Series:
    """Numbers that cannot be over `maximum`: `1.234` is then one and a bit, its other reading cannot be true."""
    lus = lire_nombres(textes)
    restes = lus.is_null().arg_true()
    if restes.is_empty():
        return lus
    ecrits = ecriture(textes.gather(restes))
    assert maximum < 1000  # no number written in groups is smaller
    return lus.scatter(restes, en_decimal(_si(ecrits, ecrits.str.contains(_DEUX_LECTURES))))


# --- hours -------------------------------------------------------------------------------------------------

_DUREE = (
    r"^([+-]?)(?:(\d+) ?(?:j|jours?|d|days?),? )?(\d+) ?(?:h|hrs?|heures?|:) ?([0-5]?\d)"
    r" ?(?:min|mn|m|minutes?)?(?::([0-5]?\d)(?:[.,]\d+)?)?$"
)
_MINUTES = r"^(\d+) ?(?:min|mn|minutes?)$"
_ISO = r"^pt?(?:(\d+)d)?t?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?$"
# the hours of a day only: Excel writes its day 0, LibreOffice its own
_JOUR_ZERO = r"^(?:0?0/0?1/1900|30/12/1899|1899-12-30)[ t](\d{1,2}:\d{2}(?::\d{2})?)"
_FRACTION_DE_JOUR = r"^\d{1,2}[.,]\d{6,}$"


def lire_heures(textes: pl.Series) -> pl.Series:
    """Hours: a number, or `26h45`, `26:45`, `7 h 30`, `1 day, 02:45:00`, `45 min` → Float64, in hours."""
    lues = lire_bornes(textes, SEUILS["heures_impossibles"])
    lues = lues.set(est_fraction_de_jour(textes) | _dit(f"{_MONNAIE}|{_POUR_CENT}", textes), None)
    restes = lues.is_null().arg_true()
    if restes.is_empty():
        return lues
    return lues.scatter(restes, _lire_durees(textes.gather(restes)))


def _lire_durees(textes: pl.Series) -> pl.Series:
    nus = textes.to_frame("t").select(
        t=pl.coalesce(pl.col("t").str.to_lowercase().str.extract(_JOUR_ZERO), pl.col("t").str.to_lowercase())
    )
    ecrites, iso = (pl.col("t").str.extract_groups(motif) for motif in (_DUREE, _ISO))
    signe = pl.when(ecrites.struct[0] == "-").then(-1).otherwise(1)
    durees = signe * _en_heures(*(ecrites.struct[rang] for rang in range(1, 5)))
    minutes = pl.col("t").str.extract(_MINUTES).cast(pl.Float64) / 60
    pieces = pl.concat_str([iso.struct[rang] for rang in range(4)], ignore_nulls=True)
    en_iso = pl.when(pieces != "").then(_en_heures(*(iso.struct[rang] for rang in range(4))))
    return nus.select(t=pl.coalesce(durees, minutes, en_iso))["t"]


def _en_heures(*morceaux: pl.Expr) -> pl.Expr:
    """Days, hours, minutes and seconds as text; null where there is none of them."""
    j, h, m, s = (morceau.cast(pl.Float64, strict=False) for morceau in morceaux)
    total = j.fill_null(0) * 24 + h.fill_null(0) + m.fill_null(0) / 60 + s.fill_null(0) / 3600
    return pl.when(pl.any_horizontal(x.is_not_null() for x in (j, h, m, s))).then(total)


def est_fraction_de_jour(textes: pl.Series) -> pl.Series:
    """True for what is no number of minutes as hours, but one as days: a duration of Excel without its format."""
    longs = textes.str.contains(_FRACTION_DE_JOUR)
    if not longs.any():
        return longs
    valeurs = textes.to_frame("t").select(
        v=pl.col("t").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False),
        decimales=pl.col("t").str.extract(r"[.,](\d+)$").str.len_chars(),
    )
    precision = pl.lit(10.0).pow(-pl.min_horizontal("decimales", pl.lit(12)).cast(pl.Float64))
    minutes, ailleurs = pl.col("v") * 1440, pl.col("v") * 60
    entieres = (minutes - minutes.round()).abs() <= 1440 * precision
    autres = (ailleurs - ailleurs.round()).abs() > 60 * precision
    return longs & valeurs.select((entieres & autres).fill_null(False)).to_series()


# --- hours that a spreadsheet gives as dates ---------------------------------------------------------------

_DATE_DE_DUREE = r"^(?:1899-12-31|1900-0[1-9]-\d{2}|1904-0[1-9]-\d{2})[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?$"


def est_date_de_duree(textes: pl.Series) -> pl.Series:
    """True for what the reader of workbooks gives of a duration `[h]:mm`, or of hours shown as a date."""
    return textes.str.contains(_DATE_DE_DUREE)


def jours_de_duree(textes: pl.Series) -> pl.Series:
    """Float64: days since the workbook's day 0 of such texts. Excel counts a 29 February 1900, which the reader gives as
    the 28th: null for both.
    """
    moment = (
        pl.col("t").str.replace("T", " ", literal=True).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False)
    )
    origine = (
        pl.when(moment.dt.year() == 1904)
        .then(pl.datetime(1904, 1, 1))
        .when(moment >= pl.datetime(1900, 3, 1))
        .then(pl.datetime(1899, 12, 30))
        .when(moment < pl.datetime(1900, 2, 28))
        .then(pl.datetime(1899, 12, 31))
    )
    jours = (moment - origine).dt.total_milliseconds() / 86_400_000
    return textes.to_frame("t").select(t=jours)["t"]
