"""Dates, births and months: a Series of distinct cleaned texts in, Date out; null where it cannot be read.

The hour of a date says only where its zone put midnight. Paris writes the midnight of 1 August as 22:00 (UTC), 23:00, or
23:50:39 (the mean time of before 1911) of 31 July; Réunion and Mayotte as 20:00 and 21:00: these are the next day. Any
other hour is one of the day written: a time of day, or a zone west of Paris. So is the last minute of a day that ends
something: no zone says it.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

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
_MOIS_D_ABORD = {
    "%d/%m/%Y": "%m/%d/%Y",
    "%d-%m-%Y": "%m-%d-%Y",
    "%d.%m.%Y": "%m.%d.%Y",
    "%d/%m/%y": "%m/%d/%y",
    "%d-%m-%y": "%m-%d-%y",
    "%d.%m.%y": "%m.%d.%y",
}
_MOIS = {
    1: ("janvier", "janv", "jan", "january"),
    2: ("fevrier", "fevr", "fev", "february", "feb"),
    3: ("mars", "mar", "march"),
    4: ("avril", "avr", "april", "apr"),
    5: ("mai", "may"),
    6: ("juin", "june", "jun"),
    7: ("juillet", "juil", "july", "jul"),
    8: ("aout", "aou", "august", "aug"),
    9: ("septembre", "sept", "sep", "september"),
    10: ("octobre", "oct", "october"),
    11: ("novembre", "nov", "november"),
    12: ("decembre", "dec", "december"),
}
_NOMS_DE_MOIS = {forme: numero for numero, formes in _MOIS.items() for forme in formes}
UN_MOIS = "|".join(sorted(_NOMS_DE_MOIS, key=len, reverse=True))
_EPOQUE_EXCEL = dt.date(1899, 12, 30)
_PREMIERE_DATE, _DERNIERE_DATE = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_ZONE = r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})"
_MOMENT = (
    r"^(.*\d)(?:[ T]|,? (?:à|a|at) )(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([aApP])\.?[mM]\.?)?"
    rf"(?: ?{_ZONE}){{0,2}}(?: ?\([^)]*\))?$"
)
_NUMERO = r"^([1-7]\d{4})(?:[.,](\d+))?$"
_JOUR_DE_SEMAINE = (
    r"^(?:le )?(?:lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
    r"|mon|tue|wed|thu|fri|sat|sun)[.,]* +"
)
_SOIR, _SOIR_DES_ILES = 21 * 3600 + 45 * 60, 20 * 3600  # seconds
_DERNIERE_MINUTE = 86_340


def _sans_accent(texte: pl.Expr) -> pl.Expr:
    return texte.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def _morceaux(textes: pl.Series) -> pl.DataFrame:
    """`jour` (the text without its hour), `numero` (Excel's serial number), `secondes` of the day (null: no hour).

    Most dates have neither, or the midnight that the reader of workbooks gives them: few are looked at closely.
    """
    cadre = pl.DataFrame({"t": textes, "jour": textes.str.strip_suffix(" 00:00:00")}).with_columns(
        numero=pl.lit(None, dtype=pl.Int32), secondes=pl.lit(None, dtype=pl.Int32)
    )
    autres = cadre["jour"].str.contains(r":|\d[hHZ]|^\d{5}").arg_true()
    if autres.is_empty():
        return cadre
    decoupes = _decouper(textes.gather(autres))
    return cadre.with_columns(
        cadre[nom].scatter(autres, decoupes[nom]) for nom in ("jour", "numero", "secondes")
    )


def _decouper(textes: pl.Series) -> pl.DataFrame:
    moment, numero = pl.col("moment"), pl.col("numero")
    ecrite, m, s = (moment.struct[rang].cast(pl.Int32, strict=False) for rang in (1, 2, 3))
    moitie = moment.struct[4].str.to_lowercase()  # of a day told in twelve hours
    h = pl.when(moitie.is_null()).then(ecrite).when(ecrite <= 12).then(ecrite % 12 + 12 * (moitie == "p"))
    fraction = pl.concat_str(pl.lit("0."), numero.struct[1]).cast(pl.Float64, strict=False)
    du_jour = h * 3600 + m * 60 + s.fill_null(0)
    return (
        textes.to_frame("t")
        .with_columns(
            moment=pl.col("t").str.extract_groups(_MOMENT), numero=pl.col("t").str.extract_groups(_NUMERO)
        )
        .select(
            "t",
            jour=pl.when((du_jour > 86_400) | (m > 59))
            .then(None)
            .otherwise(
                pl.coalesce(moment.struct[0], pl.col("t").str.replace(r"(\d{2})(?:Z|[+-]\d{2}:\d{2})$", "$1"))
            ),
            numero=numero.struct[0].cast(pl.Int32),
            secondes=pl.coalesce(du_jour, (fraction * 86_400).round().cast(pl.Int32)),
        )
    )


def _veille(secondes: pl.Expr, fin: bool = False) -> pl.Expr:
    """True for an hour that a zone makes of the midnight after it; a millisecond may be lost on the way."""
    ronde = (secondes + 1) % 3600 <= 2
    veille = (secondes >= _SOIR) | ((secondes >= _SOIR_DES_ILES - 1) & ronde)
    return (veille & (secondes < _DERNIERE_MINUTE) if fin else veille).fill_null(False)


def sont_de_la_veille(textes: pl.Series, fin: bool = False) -> pl.Series:
    """True for the texts whose hour makes them the next day. `fin`: what ends on that day."""
    candidats = textes.str.contains(r"[ T]2\d[:hH]|[pP]\.?[mM]|^[1-7]\d{4}[.,][89]")
    if not candidats.any():
        return candidats
    return candidats & _morceaux(textes).select(_veille(pl.col("secondes"), fin)).to_series()


def lire_dates(textes: pl.Series, mois_d_abord: bool = False, fin: bool = False) -> pl.Series:
    """Excel dates and numbers, `31/12/2024`, `31/12/24`, `2024-12-31`, `20241231`, `31 décembre 2024`, with or without an
    hour and a zone → Date, 1900 to 2100. `mois_d_abord`: read `12/31/2024` so. `fin`: what ends on that day.
    """
    morceaux = _morceaux(textes)
    jour, annee_courte = pl.col("jour"), pl.col("annee_courte")
    # chrono accepts 4-digit formats on 2-digit years: keep each format to its own width
    court = jour.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}$")
    formats = [_MOIS_D_ABORD.get(f, f) if mois_d_abord else f for f in _FORMATS_DATE]
    lues = [jour.str.strptime(pl.Date, f, strict=False, exact=True) for f in formats]
    lues = [
        pl.when(annee_courte if f.endswith("%y") else ~annee_courte).then(lue)
        for f, lue in zip(formats, lues, strict=True)
    ]
    excel = pl.lit(_EPOQUE_EXCEL) + pl.duration(days="numero")
    dates = morceaux.with_columns(annee_courte=court).select(t=pl.coalesce(*lues, excel))["t"]
    autres = dates.is_null().arg_true()
    if not autres.is_empty():
        dates = dates.scatter(autres, _lire_dates_rares(morceaux["jour"].gather(autres), formats[1]))
    lendemain = pl.when(_veille(pl.col("secondes"), fin)).then(pl.col("d").dt.offset_by("1d")).otherwise("d")
    return (
        morceaux.select("secondes", d=dates)
        .select(t=lendemain)
        .select(pl.when(pl.col("t").is_between(_PREMIERE_DATE, _DERNIERE_DATE)).then("t"))["t"]
    )


def _lire_dates_rares(textes: pl.Series, en_chiffres: str) -> pl.Series:
    """`20240801`, `01082024`, `01 08 2024`, `1er août 2024`, `jeudi 1 août 2024`, `01-août-24`, `Thu Aug 01 2024` → Date."""
    chiffres = pl.col("t").str.extract(r"^(\d{7,8})(?:[.,]0+)?$")
    annee_d_abord = chiffres.str.strptime(pl.Date, "%Y%m%d", strict=False)
    jour_d_abord = chiffres.str.zfill(8).str.strptime(pl.Date, "%d%m%Y", strict=False)
    espacees = (
        pl.col("t").str.extract(r"^(\d{1,2} \d{1,2} \d{4})$").str.strptime(pl.Date, "%d %m %Y", strict=False)
    )
    possible = pl.col("annee_d_abord").is_between(_PREMIERE_DATE, _DERNIERE_DATE)
    nu = _sans_accent(pl.col("t")).str.replace(_JOUR_DE_SEMAINE, "").str.replace(r"^le ", "")
    jour_mois = pl.col("nu").str.extract_groups(
        rf"^(\d{{1,2}})(?:er)?[ ./-]+({UN_MOIS})\.?[ ,./-]+(\d{{4}}|\d{{2}})$"
    )
    mois_jour = pl.col("nu").str.extract_groups(rf"^({UN_MOIS})\.? (\d{{1,2}}),? (\d{{4}})$")
    j, m, a = (pl.coalesce(jour_mois.struct[i], mois_jour.struct[k]) for i, k in ((0, 1), (1, 0), (2, 2)))
    annee = _sur_quatre_chiffres(a.cast(pl.Int32, strict=False))
    numero_mois = m.replace_strict(_NOMS_DE_MOIS, default=None, return_dtype=pl.Int8)
    ecrites = pl.format("{}-{}-{}", annee, numero_mois, j).str.strptime(pl.Date, "%Y-%m-%d", strict=False)
    apres_un_jour = pl.col("nu").str.strptime(pl.Date, en_chiffres, strict=False)
    return (
        textes.to_frame("t")
        .select(annee_d_abord=annee_d_abord, jour_d_abord=pl.coalesce(jour_d_abord, espacees), nu=nu)
        .select(
            t=pl.coalesce(pl.when(possible).then("annee_d_abord"), "jour_d_abord", ecrites, apres_un_jour)
        )["t"]
    )


def lire_naissances(textes: pl.Series, au_plus_tard: dt.date, mois_d_abord: bool = False) -> pl.Series:
    """Birth dates: as dates, but a two-digit year that would lie in the future belongs to the century before."""
    dates = lire_dates(textes, mois_d_abord)
    a_deux_chiffres = textes.str.contains(r"^\d{1,2}[./-](?:\d{1,2}|[^\d ]+)[./-]\d{2}(?: .*)?$")
    return pl.DataFrame({"d": dates, "court": a_deux_chiffres}).select(
        pl.when(pl.col("court") & (pl.col("d") > au_plus_tard))
        .then(pl.col("d").dt.offset_by("-100y"))
        .otherwise(pl.col("d"))
        .alias("d")
    )["d"]


_ANNEE = r"(?:(?:19|20)\d\d|\d\d)\b"
# the first of a month, if its month comes first; another day of January, if not
PREMIER_DU_MOIS = rf"^0?(?:[2-9]|1[0-2])[./-]0?1[./-]{_ANNEE}"
PREMIER_JOUR = rf"^0?1[./-](?:0?[2-9]|1[0-2])[./-]{_ANNEE}"
# a month typed as a number: 2024.1 is 2024.10 that lost its zero, or January
MOIS_EN_NOMBRE = r"^(?:19|20)\d\d[.,]1$"
MOIS_A_DEUX_CHIFFRES = r"^(?:19|20)\d\d[.,]0[1-9]$"
OCTOBRE_ENTIER = r"^(?:19|20)\d\d[.,]10$"


def lire_mois_d_une_colonne(textes: pl.Series) -> pl.Series:
    """Months, but null for `02/01/2024` too, which a column of first days written the month first reads otherwise."""
    premiers = textes.str.contains(PREMIER_DU_MOIS)
    return lire_mois(textes).set(premiers, None) if premiers.any() else lire_mois(textes)


def lire_mois(textes: pl.Series) -> pl.Series:
    """`2024-03`, `03/2024`, `mars 2024`, `févr. 2024`, `mars-24`, `202403`, `2024M03`, any date → Date, first of the month.

    `2024.1` is null: `ingest.conventions` reads it from its column.
    """
    nu = pl.col("nu")
    morceaux = (
        textes.to_frame("t")
        .select(
            "t",
            nu=_sans_accent(pl.col("t"))
            .str.replace(r"^(\d{6})[.,]0+$", "$1")
            .str.replace_all(r"[^a-z0-9]+", " ")
            .str.strip_chars(" "),
        )
        .select(
            "t",
            annee_mois=nu.str.extract_groups(r"^(20\d\d|19\d\d) ?m?(0?[1-9]|1[0-2])$"),
            mois_annee=nu.str.extract_groups(r"^(0?[1-9]|1[0-2]) (20\d\d|19\d\d|\d\d)$"),
            nom_annee=nu.str.extract_groups(rf"^({UN_MOIS}) ?(\d{{4}}|\d{{2}})$"),
            annee_nom=nu.str.extract_groups(rf"^(20\d\d|19\d\d) ?({UN_MOIS})$"),
        )
    )
    annee_mois, mois_annee, nom_annee, annee_nom = map(
        pl.col, ("annee_mois", "mois_annee", "nom_annee", "annee_nom")
    )
    annee = pl.coalesce(
        annee_mois.struct[0].cast(pl.Int32),
        _sur_quatre_chiffres(mois_annee.struct[1].cast(pl.Int32)),
        _sur_quatre_chiffres(nom_annee.struct[1].cast(pl.Int32)),
        annee_nom.struct[0].cast(pl.Int32),
    )
    mois = pl.coalesce(
        annee_mois.struct[1].cast(pl.Int8),
        mois_annee.struct[0].cast(pl.Int8),
        pl.coalesce(nom_annee.struct[0], annee_nom.struct[1]).replace_strict(
            _NOMS_DE_MOIS, default=None, return_dtype=pl.Int8
        ),
    )
    depuis_date = lire_dates(textes).dt.truncate("1mo")
    ecrits = pl.date(annee, mois, 1).fill_null(depuis_date)
    douteux = pl.col("t").str.contains(MOIS_EN_NOMBRE)
    return morceaux.select(t=pl.when(~douteux).then(ecrits))["t"]


def _sur_quatre_chiffres(annee: pl.Expr) -> pl.Expr:
    return pl.when(annee < 100).then(annee + 2000).otherwise(annee)
