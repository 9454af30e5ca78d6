"""Every spelling of « What real files do »; expected values written by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import dates, nombres, parsers
from ingest.nettoyage import nettoyer

NBSP, FINE, CHIFFRE = "\u00a0", "\u202f", "\u2007"


def propre(texte: str) -> pl.Series:
    return pl.DataFrame({"t": [texte]}).select(nettoyer(pl.col("t")))["t"]


@pytest.mark.parametrize(
    ("texte", "valeur"),
    [
        ("1234", 1234),
        ("1 234,50", 1234.5),
        (f"1{NBSP}234,50", 1234.5),
        (f"1{FINE}234,50", 1234.5),
        (f"1{CHIFFRE}234,50", 1234.5),
        ("1234.5", 1234.5),
        ("1234,5", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.250.000", 1_250_000),
        ("1 250 000,00 €", 1_250_000),
        (f"1{FINE}250{FINE}000,00{NBSP}€", 1_250_000),
        ("1250000 euros HT", 1_250_000),
        ("12,5 %", 12.5),
        ("12,5%", 12.5),
        ("0.125", 0.125),
        ("1'234.5", 1234.5),
        ("26,75 h", 26.75),
        ("-12,5", -12.5),
        ("−12,5", -12.5),
        ("+3", 3),
        ("0", 0),
        (",5", 0.5),
        ("5.", 5),
        ("1.2345E3", 1234.5),
        ("2,5e+2", 250),
        ("1e-3", 0.001),
        ("", None),
        ("€", None),
        ("abc", None),
        ("12 ou 13", None),
        ("12-13", None),
        ("1e999", None),
        ("9" * 400, None),
        ("nan", None),
        ("inf", None),
        ("0x10", None),
        ("1,2,3,4", None),
        ("#DIV/0!", None),
        ("=1+1", None),
    ],
)
def test_numbers(texte: str, valeur: float | None) -> None:
    assert nombres.lire_nombres(propre(texte)).to_list() == [valeur]


@pytest.mark.parametrize(
    ("texte", "valeur"),
    [
        ("26,75", 26.75),
        ("26h45", 26.75),
        ("26 h 45", 26.75),
        ("26:45", 26.75),
        ("0h15", 0.25),
        ("151.67", 151.67),
        ("26h75", None),
        ("h", None),
        ("7 heures", 7),
        ("35 %", None),
        ("35 €", None),
        ("35,-", 35),
    ],
)
def test_hours(texte: str, valeur: float | None) -> None:
    assert nombres.lire_heures(propre(texte)).to_list() == [valeur]


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("2024-12-31 00:00:00", dt.date(2024, 12, 31)),  # an Excel date
        ("2024-12-31T00:00:00", dt.date(2024, 12, 31)),
        ("2024-12-31", dt.date(2024, 12, 31)),
        ("2024/12/31", dt.date(2024, 12, 31)),
        ("31/12/2024", dt.date(2024, 12, 31)),
        ("31/12/2024 08:30", dt.date(2024, 12, 31)),
        ("31/12/2024 12:00:00 AM", dt.date(2024, 12, 31)),
        ("31/12/2024 1:05 p.m.", dt.date(2024, 12, 31)),
        ("30/12/2024 11:00 PM", dt.date(2024, 12, 31)),
        ("Tue Dec 31 2024 00:00:00 GMT+0100 (heure normale d’Europe centrale)", dt.date(2024, 12, 31)),
        ("31 12 2024", dt.date(2024, 12, 31)),
        ("31/12/24", dt.date(2024, 12, 31)),
        ("31-12-2024", dt.date(2024, 12, 31)),
        ("31-12-24", dt.date(2024, 12, 31)),
        ("31.12.2024", dt.date(2024, 12, 31)),
        ("1/2/2024", dt.date(2024, 2, 1)),
        ("05/06/2024", dt.date(2024, 6, 5)),  # the day first, always
        ("31 décembre 2024", dt.date(2024, 12, 31)),
        ("1er févr. 2024", dt.date(2024, 2, 1)),
        ("3 AOÛT 2023", dt.date(2023, 8, 3)),
        ("45657", dt.date(2024, 12, 31)),  # an Excel date whose format was lost
        ("45657.0", dt.date(2024, 12, 31)),
        ("29/02/2024", dt.date(2024, 2, 29)),
        ("29/02/2023", None),
        ("31/04/2024", None),
        ("12/31/2024", None),
        ("00/00/0000", None),
        ("31/12/0024", None),
        ("31/12/1824", None),
        ("31/12/2124", None),
        ("2024", None),
        ("printemps", None),
        ("?", None),
    ],
)
def test_dates(texte: str, jour: dt.date | None) -> None:
    assert dates.lire_dates(propre(texte)).to_list() == [jour]


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("15/06/85", dt.date(1985, 6, 15)),
        ("15/06/04", dt.date(2004, 6, 15)),
        ("15/06/24", dt.date(2024, 6, 15)),
        ("15/06/25", dt.date(1925, 6, 15)),  # would be in the future
        ("15/06/2025", dt.date(2025, 6, 15)),  # written whole: left as it is, and reported
    ],
)
def test_birth_dates_of_two_digits(texte: str, jour: dt.date) -> None:
    assert dates.lire_naissances(propre(texte), dt.date(2024, 12, 31)).to_list() == [jour]


@pytest.mark.parametrize(
    "texte",
    [
        "2024-02",
        "2024/2",
        "02/2024",
        "2/2024",
        "02-2024",
        "février 2024",
        "FEVRIER 2024",
        "févr. 2024",
        "févr.-24",
        "fevr-24",
        "fév 2024",
        "202402",
        "2024M02",
        "01/02/2024",
        "29/02/2024",
        "2024-02-01 00:00:00",
        "45323",
        f"février{NBSP}2024",
    ],
)
def test_months(texte: str) -> None:
    assert dates.lire_mois(propre(texte)).to_list() == [dt.date(2024, 2, 1)]


@pytest.mark.parametrize(
    ("texte", "mois"),
    [
        ("mars 2024", 3),
        ("avr. 2024", 4),
        ("mai 2024", 5),
        ("juin 2024", 6),
        ("juil. 2024", 7),
        ("août 2024", 8),
        ("sept. 2024", 9),
        ("oct. 2024", 10),
        ("nov. 2024", 11),
        ("déc. 2024", 12),
        ("janv. 2024", 1),
    ],
)
def test_names_of_months(texte: str, mois: int) -> None:
    assert dates.lire_mois(propre(texte)).to_list() == [dt.date(2024, mois, 1)]


@pytest.mark.parametrize(
    "texte", ["13/2024", "2024-13", "00/2024", "mars", "2024", "mars-avril 2024", "T1 2024", "0", "202413"]
)
def test_what_is_no_month(texte: str) -> None:
    assert dates.lire_mois(propre(texte)).to_list() == [None]


@pytest.mark.parametrize(
    ("texte", "valeur"),
    [
        ("6", 6),
        ("12 mois", 12),
        ("M+18", 18),
        ("24.0", 24),
        ("M6", 6),
        ("7", None),
        ("fin", None),
        ("-6", None),
    ],
)
def test_horizons(texte: str, valeur: int | None) -> None:
    assert parsers.lire_horizons(propre(texte)).to_list() == [valeur]


@pytest.mark.parametrize(
    "texte", ["O", "o", "Oui", "OUI", "oui.", "X", "x", "1", "Vrai", "VRAI", "true", "True"]
)
def test_yes(texte: str) -> None:
    assert parsers.lire_oui_non(propre(texte)).to_list() == [True]


@pytest.mark.parametrize("texte", ["N", "n", "Non", "NON", "0", "Faux", "FAUX", "false", "False"])
def test_no(texte: str) -> None:
    assert parsers.lire_oui_non(propre(texte)).to_list() == [False]


@pytest.mark.parametrize("texte", ["", "?", "NSP", "2", "oui et non"])
def test_neither_yes_nor_no(texte: str) -> None:
    assert parsers.lire_oui_non(propre(texte)).to_list() == [None]


# 732 829 320 00074 (INSEE's own example of the checksum) and 005 880 596 …, a SIREN that begins with zeros.
@pytest.mark.parametrize(
    ("texte", "siret", "valide"),
    [
        ("73282932000074", "73282932000074", True),
        ("732 829 320 00074", "73282932000074", True),
        (f"732{NBSP}829{NBSP}320{FINE}00074", "73282932000074", True),
        ("7.3282932000074E13", "73282932000074", True),
        ("7,3282932000074E+13", "73282932000074", True),
        ("73282932000074.0", "73282932000074", True),
        ("732.829.320.00074", "73282932000074", True),
        ("05880596600011", "05880596600011", None),
        ("5880596600011", "05880596600011", None),
        ("73282932000075", "73282932000075", False),
        ("83282932000074", "83282932000074", False),
        # what is typed for a number one does not have, its checksum right or not
        *[
            (factice, None, False)
            for factice in (
                "00000000000000",
                "0000000000000",
                "99999999999999",
                "111 111 111 00012",
                "12345678900000",
                "12345678901234",
                "98765432100001",
                "1.23456789E13",
            )
        ],
        (
            "10000000000008",
            "10000000000008",
            True,
        ),  # 2 × 1 + 8 = 10: the checksum is that of the 14 digits, not the SIREN's
        ("7.32829E13", None, False),  # digits lost by the display
        ("123", None, False),
        ("732829320000740", None, False),
        ("siret inconnu", None, False),
        ("１２３４５６７８９０１２３４", None, False),
    ],
)
def test_sirets(texte: str, siret: str | None, valide: bool | None) -> None:
    (ligne,) = parsers.lire_sirets(propre(texte)).rows()
    assert ligne[0] == siret
    if valide is not None:
        assert ligne[1] is valide


def test_la_poste_has_its_own_checksum() -> None:
    # 356 000 000 and a number whose digits add up to a multiple of five
    assert parsers.lire_sirets(propre("35600000049837")).rows() == [("35600000049837", True)]


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("01053", "01053"),
        ("1053", "01053"),
        ("1053.0", "01053"),
        ("59 350", "59350"),
        ("2A004", "2A004"),
        ("2b033", "2B033"),
        ("97411", "97411"),
        ("98818", "98818"),
        ("Lille", None),
        ("593500", None),
        ("105", None),
        ("2C004", None),
    ],
)
def test_communes(texte: str, code: str | None) -> None:
    assert parsers.lire_communes(propre(texte)).to_list() == [code]


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("QP059013", "QP059013"),
        ("qp 059 013", "QP059013"),
        ("QN05901M", "QN05901M"),
        ("QP02A001", "QP02A001"),
        ("QP974001", "QP974001"),
        ("059013", None),
        ("QN059013", None),
        ("Wazemmes", None),
    ],
)
def test_priority_districts(texte: str, code: str | None) -> None:
    assert parsers.lire_codes_qpv(propre(texte)).to_list() == [code]


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("F1703", "F1703"),
        ("f1703", "F1703"),
        ("F 1703", "F1703"),
        ("F1703 - Maçonnerie", "F1703"),
        ("F17031", None),
        ("Maçon", None),
        ("Z1703", None),
    ],
)
def test_occupations(texte: str, code: str | None) -> None:
    assert parsers.lire_codes_rome(propre(texte)).to_list() == [code]


@pytest.mark.parametrize(
    ("texte", "valeur", "valide"),
    [
        ("59", "59", True),
        ("59;62", "59;62", True),
        ("59, 62 et 200093201", "59;62;200093201", True),
        ("1 / 2a", "01;2A", True),
        ("59 ; 999", "59", False),
        ("Nord", None, False),
    ],
)
def test_territories(texte: str, valeur: str | None, valide: bool) -> None:
    connus = frozenset({"01", "2A", "59", "62", "200093201"})
    assert parsers.lire_territoires(propre(texte), connus).rows() == [(valeur, valide)]


@pytest.mark.parametrize("texte", ["", "  ", NBSP, "\u200b\ufeff", "\r\n\t"])
def test_blank_is_empty(texte: str) -> None:
    assert propre(texte).to_list() == [None]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=30), min_size=20, max_size=60))
def test_no_text_makes_a_parser_fail(textes: list[str]) -> None:
    serie = pl.DataFrame({"t": textes}).select(nettoyer(pl.col("t")))["t"].drop_nulls()
    for lire in (
        nombres.lire_nombres,
        nombres.lire_heures,
        dates.lire_dates,
        dates.lire_mois,
        parsers.lire_horizons,
        parsers.lire_oui_non,
        parsers.lire_sirets,
        parsers.lire_communes,
        parsers.lire_codes_qpv,
        parsers.lire_codes_rome,
    ):
        assert len(lire(serie)) == len(serie)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(-10_000_000, 10_000_000), st.sampled_from(["", " ", NBSP, FINE]), st.sampled_from([".", ","])
)
def test_numbers_written_in_thousands_are_read_back(centimes: int, espace: str, virgule: str) -> None:
    entier, reste = divmod(abs(centimes), 100)
    texte = ("-" if centimes < 0 else "") + f"{entier:,}".replace(",", espace) + virgule + f"{reste:02}"
    assert nombres.lire_nombres(propre(texte)).to_list() == [pytest.approx(centimes / 100)]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.dates(dt.date(1930, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y-%m-%d 00:00:00"]),
)
def test_dates_are_read_back(jour: dt.date, forme: str) -> None:
    assert dates.lire_dates(propre(jour.strftime(forme))).to_list() == [jour]
    assert dates.lire_mois(propre(jour.strftime(forme))).to_list() == [jour.replace(day=1)]
