"""A text with two readings is read as its column and deposit write; truths by hand."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest
from fabrique import codes_livres, constats, ecrire_dossier, relationnel
from fabrique import lire as fabrique_lire

from ingest import dates
from ingest.codes import forme_normale
from ingest.conventions import ordres_des_dates, questions_de, trancher
from ingest.libelles import code_et_libelle
from ingest.nettoyage import nettoyer, nettoyer_serie, nettoyer_texte
from ingest.nombres import lire_heures, lire_nombres
from ingest.parsers import lire_communes, lire_oui_non
from ingest.references import charger_territoires
from ingest.referentiels import communes, metiers, quartiers

LECTEURS = {
    "nombre": lire_nombres,
    "heures": lire_heures,
    "date": dates.lire_dates,
    "mois": dates.lire_mois_d_une_colonne,
}


def lire(type_: str, *depots: list[str], ordres: dict[int, int] | None = None) -> list[list[object]]:
    """Values of one column, deposit by deposit, as the pipeline reads it. `ordres`: what other columns of dates say."""
    textes = pl.Series([t for depot in depots for t in depot], dtype=pl.String)
    rangs = pl.Series([rang for rang, depot in enumerate(depots) for _ in depot], dtype=pl.Int32)
    valeurs = LECTEURS[type_](textes)
    tranchees = trancher(
        questions_de(type_, dates.lire_dates),
        rangs,
        textes,
        valeurs.is_null(),
        valeurs.clear(len(textes)),
        ordres or {},
    )
    if tranchees is not None:
        valeurs = valeurs.zip_with(~tranchees.lues, tranchees.valeurs)
    return [valeurs.filter(rangs == rang).to_list() for rang in range(len(depots))]


def test_a_point_parts_thousands_where_the_column_says_so() -> None:
    milliers, decimales, rien, les_deux = lire(
        "nombre",
        ["221.000", "12.000.000", "89.999"],
        ["221.000", "12.5"],
        ["221.000", "12"],
        ["221.000", "12.5", "12.000.000"],
    )
    assert milliers == [221_000, 12_000_000, 89_999]
    assert decimales == [221, 12.5]
    assert rien == [None, 12]
    assert les_deux == [None, 12.5, 12_000_000]


def test_a_comma_likewise() -> None:
    assert lire("nombre", ["1,234", "1,234.50"], ["1,234", "12,5"], ["1,234"]) == [
        [1234, 1234.5],
        [1.234, 12.5],
        [None],
    ]


def test_hours_over_a_month_have_one_reading() -> None:
    assert lire("heures", ["1.234", "26.750", "151,670"]) == [[1.234, 26.75, 151.67]]


@pytest.mark.parametrize("reste", ["2024.11", "2024.2"])
def test_a_month_that_may_have_lost_its_zero(reste: str) -> None:
    octobre, janvier, rien, les_deux = lire(
        "mois",
        ["2024.1", "2024.01"],
        ["2024.1", "2024.10"],
        ["2024.1", reste],
        ["2024.1", "2024.01", "2024.10"],
    )
    assert octobre[0] == dt.date(2024, 10, 1)
    assert janvier[0] == dt.date(2024, 1, 1)
    assert rien[0] is None
    assert les_deux[0] is None


def test_dates_with_the_month_first() -> None:
    americaines, francaises, les_deux = lire(
        "date",
        ["12/31/2024", "05/06/2024"],
        ["31/12/2024", "05/06/2024"],
        ["31/12/2024", "05/06/2024", "12/31/2024"],
    )
    assert americaines == [dt.date(2024, 12, 31), dt.date(2024, 5, 6)]
    assert francaises == [dt.date(2024, 12, 31), dt.date(2024, 6, 5)]
    assert les_deux == [dt.date(2024, 12, 31), dt.date(2024, 6, 5), None]


def test_first_days_of_months_with_the_month_first() -> None:
    americains, francais, les_deux = lire(
        "mois", ["01/01/2024", "02/01/2024"], ["01/01/2024", "01/02/2024"], ["02/01/2024", "01/02/2024"]
    )
    assert americains == [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]
    assert francais == [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]
    assert les_deux == [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]


def test_first_days_of_months_with_the_month_first_and_a_short_year() -> None:
    janvier, fevrier, mars = (dt.date(2024, m, 1) for m in (1, 2, 3))
    assert lire("mois", ["1/1/24", "2/1/24", "3/1/24"], ["01/01/24", "01/02/24", "01/03/24"]) == [
        [janvier, fevrier, mars],
        [janvier, fevrier, mars],
    ]


def test_dates_without_a_proof_follow_those_of_their_deposit() -> None:
    ecrites = ["03/01/2024", "05/05/2024"]
    jour_d_abord = [dt.date(2024, 1, 3), dt.date(2024, 5, 5)]
    mois_d_abord = [dt.date(2024, 3, 1), dt.date(2024, 5, 5)]
    assert lire("date", ecrites, ecrites, ecrites, ordres={0: 2, 1: 3}) == [
        mois_d_abord,
        jour_d_abord,
        jour_d_abord,
    ]
    # its own proof is stronger
    assert lire("date", [*ecrites, "31/12/2024"], ordres={0: 2})[0][:2] == jour_d_abord


def test_a_column_of_both_orders_is_said(tmp_path: Path) -> None:
    tables = relationnel()
    for rang, ecrit in enumerate(("12/31/2023", "31/12/2023", "05/06/2023")):
        tables["Marchés"][rang]["Date de notification"] = ecrit
    lot = fabrique_lire(ecrire_dossier(tables, tmp_path / "d"))
    assert [c for c in constats(lot) if c[4] == "Date de notification"] == [
        ("alerte", "DATE_ILLISIBLE", "Marchés", 2, "Date de notification"),
        ("alerte", "ECRITURE_INTERPRETEE", "Marchés", 4, "Date de notification"),
    ]


def test_the_order_of_the_dates_of_a_deposit() -> None:
    def colonne(*depots: list[str]) -> pl.DataFrame:
        return pl.DataFrame(
            [(rang, texte) for rang, textes in enumerate(depots) for texte in textes],
            schema=["depot", "d"],
            orient="row",
        )

    naissances = colonne(
        ["05/31/1990"], ["31/05/1990"], ["05/31/1990"], ["05/31/1990", "31/05/1990"], ["5/31/90"]
    )
    debuts = colonne(["03/01/2024"], ["03/01/2024"], ["13/01/2024"], ["03/01/2024"], ["2024-01-31"])
    assert ordres_des_dates({"personnes": [naissances, debuts]}) == {"personnes": {0: 2, 2: 3, 4: 2}}
    # a table's own columns are closer than the others of its deposit
    assert ordres_des_dates({"personnes": [naissances], "contrats": [debuts], "marches": []}) == {
        "personnes": {0: 2, 2: 2, 4: 2},
        "contrats": {0: 2, 2: 1, 4: 2},
        "marches": {0: 2, 2: 3, 4: 2},
    }


def test_a_deposit_with_the_month_first_is_read_so_whole(tmp_path: Path) -> None:
    """Contracts that all begin on the first of a month prove nothing: births do."""
    tables = relationnel()
    for nom, lignes in tables.items():
        for ligne in lignes if nom != "Informations" else ():
            ligne |= {
                e: re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\2/\1/\3", str(v)) for e, v in ligne.items() if v
            }
    for ligne in tables["Contrats"]:
        ligne["Date de début"], ligne["Date de fin"] = "03/01/2023", "11/12/2024"
    lot = fabrique_lire(ecrire_dossier(tables, tmp_path / "d"))
    contrats = lot.tables["contrats"]
    assert contrats["date_debut"].unique().to_list() == [dt.date(2023, 3, 1)]
    assert contrats["date_fin"].unique().to_list() == [dt.date(2024, 11, 12)]
    dites = {(t, c) for _, regle, t, _, c in constats(lot) if regle == "ECRITURE_INTERPRETEE"}
    assert {("Contrats", "Date de début"), ("Contrats", "Date de fin")} < dites


def test_durations_of_a_workbook_are_hours_or_numbers_shown_as_dates() -> None:
    durees, nombres, rien = lire(
        "heures",
        ["1899-12-31 16:45:00", "1900-01-01 00:00:00"],  # 16.75 h; 24 h
        ["1900-04-29 12:00:00", "1900-01-16 18:00:00"],  # 120.5 and 16.75, shown as dates
        ["1900-01-01 00:00:00"],
    )
    assert durees == [16.75, 24]
    assert nombres == [120.5, 16.75]
    assert rien == [None]


def test_durations_without_their_format_are_days() -> None:
    jours, heures = lire("heures", ["0.697916667", "1.5"], ["0.697916667", "120.5"])
    assert jours == [16.75, 36]
    assert heures == [None, 120.5]


@pytest.mark.parametrize(
    ("ecrit", "propre"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ('"00123"', "00123"),
        ("\x1fC1", "C1"),
        ("\u200e2024-08", "2024-08"),
        ("\u2066C1\u2069", "C1"),
        ("C\u00ad1", "C1"),
        ("C1\u200b", "C1"),
        ("a\u00a0\n b", "a b"),
        ("l'été", "l'été"),
        ("l’été", "l’été"),
        ("=1+1", "=1+1"),
        ("\u200b\ufeff", None),
        ("", None),
    ],
)
def test_cleaning_is_one(ecrit: str, propre: str | None) -> None:
    assert nettoyer_texte(ecrit) == propre
    assert nettoyer_serie(pl.Series("t", [ecrit])).to_list() == [propre]
    assert pl.DataFrame({"t": [ecrit]}).select(nettoyer(pl.col("t")))["t"].to_list() == [propre]


@pytest.mark.parametrize(
    ("nomenclature", "texte", "code"),
    [
        ("sexe", "F - Femme", "F"),
        ("sexe", "Homme (H)", "H"),
        ("sexe", "2 : Femme", "F"),
        ("niveau", "N4 – Bac", "N4"),
        ("niveau", "3 - Bac+5", None),  # each says another level
        ("niveau", "50 - Formation de niveau BEP ou CAP", "N3"),
        ("type_contrat", "CDD - 8 mois", "CDD"),
        ("type_contrat", "FIXED_TERM_I", "CDDI"),
        ("type_contrat", "Contrat de mission intérimaire", "CTT"),
        ("categorie_public", "RSA - non", None),
        ("prescripteur", "ML - Mission locale", "ML"),
        ("prescripteur", "ex (PLIE)", None),
        ("prescripteur", "PIJ-BIJ - Point/Bureau information jeunesse", "AUTRE"),
        ("prescripteur", "Service social du conseil départemental", "CD"),
    ],
)
def test_a_code_and_its_label(nomenclature: str, texte: str, code: str | None) -> None:
    assert codes_livres().lire(nomenclature, pl.Series([texte])).to_list() == [code]


def test_two_unknown_parts_are_no_code() -> None:
    assert code_et_libelle("ni l'un - ni l'autre", lambda _: None, forme_normale) is None


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("59164 - LILLE", "59164"),
        ("Roubaix (59575)", "59575"),
        ("59658 Lille", "59658"),
        ("Bourg-en-Bresse - 1053", "01053"),
        ("2A004 : Ajaccio", "2A004"),
        ("Lille 59350 59000", None),
        ("Lille", None),
    ],
)
def test_a_commune_beside_its_name(texte: str, code: str | None) -> None:
    assert lire_communes(pl.Series([texte])).to_list() == [code]


def test_yes_and_its_label() -> None:
    assert lire_oui_non(pl.Series(["O - Oui", "Non (N)", "1 - Oui", "O - Non"])).to_list() == [
        True,
        False,
        True,
        None,
    ]


@pytest.mark.parametrize(("ancien", "actuel"), [("97123", "97701"), ("97127", "97801"), ("98511", "97611")])
def test_old_codes_overseas(ancien: str, actuel: str) -> None:
    assert charger_territoires().communes[ancien] == actuel


def test_a_code_younger_than_its_list_keeps_its_family() -> None:
    lus = metiers(pl.Series(["F1703", "F1799", "N9999", "Maçon"]), codes_livres())
    assert lus["valeur"].to_list() == ["F1703", "F1799", None, None]
    assert lus["valide"].to_list() == [True, False, False, False]


def test_a_district_is_looked_for_in_the_list_of_its_generation() -> None:
    lus = quartiers(
        pl.Series(["QN05901M", "QN05999M", "QP059013", "QN05901M - Blanc Riez", "x"]), charger_territoires()
    )
    assert lus["valeur"].to_list() == ["QN05901M", "QN05999M", "QP059013", "QN05901M", None]
    assert lus["valide"].to_list() == [True, False, True, True, False]


def test_a_code_and_the_name_of_another_commune() -> None:
    lus = communes(pl.Series(["59350 - Lille", "13001 - Marseille", "99999 - Lille"]), charger_territoires())
    assert lus["valeur"].to_list()[:2] == ["59350", "13001"]
    assert lus["valide"].to_list() == [True, False, False]
