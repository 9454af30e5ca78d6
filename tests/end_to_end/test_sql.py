"""`clauses sql`: what it answers, in every format, and that it only reads."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from commande import (
    DELAI,
    RACINE,
    Rafraichi,
    commande,
    dit,
    environnement,
    lancer,
)


@pytest.mark.parametrize("format_sortie", ["csv", "json", "table", "parquet"])
def test_sql(format_sortie: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    requete = (
        "select code_territoire, valeur from marts.indicateurs where tableau = 'CLES' and mesure = 'heures' "
        "and niveau_territoire = 'region' and type_periode = 'cumul' order by 1"
    )
    sortie = tmp_path / "resultat"
    with sortie.open("wb") as flux:
        fini = subprocess.run(
            commande("sql", requete, "--format", format_sortie, "--espace", echantillons.espace),
            cwd=RACINE,
            env=environnement(),
            stdout=flux,
            stderr=subprocess.PIPE,
            timeout=DELAI,
            check=False,
        )
    assert fini.returncode == 0, fini.stderr.decode()
    if format_sortie == "parquet":
        assert pl.read_parquet(sortie)["code_territoire"].to_list() == ["11", "32"]
    elif format_sortie == "json":
        assert pl.read_json(sortie)["code_territoire"].to_list() == ["11", "32"]
    elif format_sortie == "csv":
        assert pl.read_csv(sortie, infer_schema=False)["code_territoire"].to_list() == ["11", "32"]
    else:
        assert "Hauts" not in sortie.read_text(encoding="utf-8")
        assert "32" in sortie.read_text(encoding="utf-8")


def test_sql_shows_what_is_no_plain_value(echantillons: Rafraichi) -> None:
    requete = (
        "select * from (values (2, [1, 2], interval 3 day, map {'a': 1}, {'x': 'y'}), (1, [], null, null, null)) "
        'as v (rang, liste, duree, "la ""table", fiche) order by rang desc'
    )
    lu = lancer("sql", requete, "--format", "csv", "--espace", echantillons.espace)
    assert lu.code == 0, lu.texte
    assert list(csv.reader(lu.sortie.splitlines())) == [
        ["rang", "liste", "duree", 'la "table', "fiche"],
        ["2", "[1, 2]", "3 days", "{a=1}", "{'x': y}"],
        ["1", "[]", "", "", ""],
    ]


@pytest.mark.parametrize("requete", ["", " ; ", "/* plus tard */"])
def test_sql_without_a_query(requete: str, echantillons: Rafraichi) -> None:
    execution = lancer("sql", requete, "--espace", echantillons.espace)
    assert execution.code == 2, execution.texte
    dit(execution, "REQUETE_ABSENTE", "clauses sql")


def test_sql_takes_several_statements(echantillons: Rafraichi) -> None:
    requete = "set threads = 1; select 'premier' as a; call pragma_version(); select 'second' as b"
    lu = lancer("sql", requete, "--espace", echantillons.espace)
    assert lu.code == 0, lu.texte
    assert [mot for mot in ("premier", "library_version", "second") if mot in lu.sortie] == [
        "premier",
        "library_version",
        "second",
    ]
    dit(
        lancer("sql", requete, "--format", "csv", "--espace", echantillons.espace),
        "3 requêtes",
        "--format csv",
    )


def test_sql_json_has_numbers(echantillons: Rafraichi) -> None:
    lu = lancer(
        "sql",
        "select 1.50::decimal(9, 2) as x, sum(2) as n",
        "--format",
        "json",
        "--espace",
        echantillons.espace,
    )
    assert json.loads(lu.sortie) == [{"x": 1.5, "n": 2}]


@pytest.mark.parametrize(
    "requete",
    [
        "create table marts.intrus as select 1",
        "delete from marts.indicateurs",
        "drop table marts.indicateurs",
        "update marts.indicateurs set valeur = 0",
        "copy (select 1) to '{}'",
        "copy marts.indicateurs to '{}' (format parquet)",
        "export database '{}'",
        "attach '{}' as autre",
        "select * from read_csv('/etc/hostname')",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true; copy (select 1) to '{}'",
        "install httpfs",
        "selec 1",
    ],
)
def test_sql_ne_fait_que_lire(requete: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    intrus = tmp_path / "intrus"
    avant = (echantillons.espace / "entrepot.duckdb").read_bytes()
    execution = lancer("sql", requete.format(intrus), "--espace", echantillons.espace)
    assert execution.code == 2, execution.texte
    dit(execution, "REQUETE_INVALIDE")
    assert not intrus.exists()
    assert (echantillons.espace / "entrepot.duckdb").read_bytes() == avant


@pytest.mark.parametrize("extension", ["xlsx", "csv", "parquet", "json"])
def test_sql_writes_to_a_file_by_its_name(echantillons: Rafraichi, extension: str, tmp_path: Path) -> None:
    fichier = tmp_path / f"resultat.{extension}"
    requete = "select '01004' as code, '=1+1' as texte, 12.5::decimal(18, 6) as heures"
    execution = lancer("sql", requete, "--espace", echantillons.espace, "--sortie", fichier)
    assert execution.code == 0, execution.texte
    assert "1 ligne dans" in execution.texte
    lu = {
        "xlsx": lambda: [
            tuple(c.value for c in r) for r in openpyxl.load_workbook(fichier).active.iter_rows(min_row=2)
        ],
        "csv": lambda: pl.read_csv(fichier, schema_overrides={"code": pl.String}).rows(),
        "parquet": lambda: pl.read_parquet(fichier).rows(),
        "json": lambda: pl.read_json(fichier).rows(),
    }[extension]()
    ((code, texte, heures),) = lu
    assert (code, texte, float(heures)) == ("01004", "=1+1", 12.5)
    sans = lancer("sql", requete, "--espace", echantillons.espace, "--format", "xlsx")
    assert sans.code == 2
    assert "SORTIE_ABSENTE" in sans.texte


def test_a_workbook_holds_what_a_sheet_cannot(echantillons: Rafraichi, tmp_path: Path) -> None:
    requete = "select 'inf'::double as infini, timestamptz '2024-03-01 12:00:00+00' as instant"
    fichier = tmp_path / "r.xlsx"
    execution = lancer("sql", requete, "--espace", echantillons.espace, "--sortie", fichier)
    assert execution.code == 0, execution.texte
    (ligne,) = openpyxl.load_workbook(fichier).active.iter_rows(min_row=2, values_only=True)
    assert ligne[0] == "=1/0"  # which a spreadsheet shows as an error, never as empty
    assert ligne[1].year == 2024


def test_days_that_no_calendar_has(echantillons: Rafraichi) -> None:
    requete = (
        "select 'infinity'::date as d, '-infinity'::timestamp as t, date '2024-01-01' as e "
        "union all select date '2024-02-03', null, null order by e"
    )
    lu = lancer("sql", requete, "--format", "json", "--espace", echantillons.espace)
    assert lu.code == 0, lu.texte
    assert json.loads(lu.sortie) == [
        {"d": "infinity", "t": "-infinity", "e": "2024-01-01"},
        {"d": "2024-02-03", "t": None, "e": None},
    ]
    assert "infinity" in lancer("sql", requete, "--espace", echantillons.espace).texte


def test_what_no_spreadsheet_holds_is_written_as_text(echantillons: Rafraichi, tmp_path: Path) -> None:
    requete = (
        "select date '1850-01-01' as ancien, date '2024-02-03' as jour, 1234567890123456789 as long, "
        "73282932000074 as siret, 2.5::decimal(5, 1) as part"
    )
    sortie = tmp_path / "r.xlsx"
    fini = lancer("sql", requete, "--sortie", sortie, "--espace", echantillons.espace)
    assert fini.code == 0, fini.texte
    (ligne,) = openpyxl.load_workbook(sortie).active.iter_rows(min_row=2, values_only=True)
    ancien, jour, long, siret, part = ligne
    assert (ancien, long) == ("1850-01-01", "1234567890123456789")
    assert (str(jour)[:10], siret, part) == ("2024-02-03", 73282932000074, 2.5)


def test_revisions_are_written_in_csv_only(echantillons: Rafraichi, tmp_path: Path) -> None:
    refus = lancer(
        "comparer", "2024T3", "2024T4", "--sortie", tmp_path / "r.xlsx", "--espace", echantillons.espace
    )
    assert (refus.code, "SORTIE_IMPOSSIBLE" in refus.texte) == (2, True)
    assert ".csv" in refus.texte
