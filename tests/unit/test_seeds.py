"""What the seeds promise: typed columns, unique codes, aliases without ambiguity, closed territories."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NOMENCLATURES = ROOT / "seeds" / "nomenclatures"
TERRITOIRES = ROOT / "seeds" / "territoires"
FLOOR = ROOT / "tests" / "data" / "formes-rencontrees.csv"
SEEDS = sorted([*NOMENCLATURES.glob("*.csv"), *TERRITOIRES.glob("*.csv")])
DIMENSIONS = sorted(path for path in NOMENCLATURES.glob("dim_*.csv") if path.stem != "dim_metier")
TYPES = {"varchar", "boolean", "integer", "double", "date"}
OPTIONAL = {"parent", "valide_de", "valide_a", "borne_inf", "borne_sup", "epci", "population", "effectif_max"}

Row = dict[str, str]


@cache
def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes_of(nomenclature: str) -> set[str]:
    return {row["code"] for row in read(NOMENCLATURES / f"dim_{nomenclature}.csv")}


@cache
def properties() -> dict[str, dict[str, Any]]:
    files = (NOMENCLATURES / "_nomenclatures.yml", TERRITOIRES / "_territoires.yml")
    seeds = [seed for file in files for seed in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]]
    return {seed["name"]: seed for seed in seeds}


def plain(form: str) -> str:
    """The matching rule written character by character, on purpose without anything of the product."""
    text = "".join(c for c in unicodedata.normalize("NFKD", form.lower()) if not unicodedata.combining(c))
    text = text.replace("œ", "oe").replace("æ", "ae")
    kept = ""
    for i, c in enumerate(text):
        begins_a_number = text[i + 1 : i + 2].isdigit() and not text[max(i - 1, 0) : i].isalnum()
        if c.isalnum():
            kept += c
        elif c in "<>+":
            kept += f" {c} "
        elif c == "-" and begins_a_number:
            kept += " -"
        else:
            kept += " "
    return re.sub(r"([<>+]) (?=\d)", r"\1", " ".join(kept.split()))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Bac+2", "bac +2"),
        ("+50 ans", "+50 ans"),
        ("Jeune -26 ans", "jeune -26 ans"),
        ("CDD > 6 mois", "cdd >6 mois"),
        ("36-1", "36 1"),
        ("E2C-x", "e2c x"),
        ("L.2112-2", "l 2112 2"),
        ("  École  de la\n2e chance ", "ecole de la 2e chance"),
    ],
)
def test_matching_rule(form: str, expected: str) -> None:
    assert plain(form) == expected


def test_every_form_met_is_an_alias_with_the_same_code() -> None:
    aliases = {(row["nomenclature"], row["forme"]): row["code"] for row in read(NOMENCLATURES / "alias.csv")}
    floor = {(row["nomenclature"], row["forme"]): row["code"] for row in read(FLOOR)}
    assert len(floor) > 200
    assert {key: aliases.get(key) for key in floor} == floor


def test_no_form_stands_for_two_codes() -> None:
    meanings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read(NOMENCLATURES / "alias.csv"):
        meanings[row["nomenclature"], plain(row["forme"])].add(row["code"])
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1 or not key[1]} == {}


def test_dropping_lone_signs_makes_no_form_ambiguous() -> None:
    # A stray `+` or `<` ("50 ans et +") is easily lost by a spreadsheet: no code may hang on it alone.
    meanings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read(NOMENCLATURES / "alias.csv"):
        form = " ".join(word for word in plain(row["forme"]).split() if word not in ("<", ">", "+"))
        meanings[row["nomenclature"], form].add(row["code"])
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1 or not key[1]} == {}


def test_alias_codes_exist_and_every_code_can_be_written() -> None:
    aliases: defaultdict[str, set[str]] = defaultdict(set)
    for row in read(NOMENCLATURES / "alias.csv"):
        aliases[row["nomenclature"]].add(row["code"])
    assert len(aliases) == 15
    for nomenclature, codes in aliases.items():
        assert codes == codes_of(nomenclature), nomenclature


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("I", "N7P"),
        ("Niveau I", "N7P"),
        ("II", "N6"),
        ("III", "N5"),
        ("IV", "N4"),
        ("V", "N3"),
        ("V bis", "INFRA3"),
        ("VI", "INFRA3"),
        ("1", "INFRA3"),
        ("2", "INFRA3"),
        ("3", "N3"),
        ("4", "N4"),
        ("5", "N5"),
        ("6", "N6"),
        ("7", "N7P"),
        ("8", "N7P"),
        ("Niveau 1", "INFRA3"),
        ("Niveau 5", "N5"),
        ("Niveau V", "N3"),
        ("niv. 4", "N4"),
    ],
)
def test_roman_levels_are_the_old_scale_and_digits_the_new_one(form: str, code: str) -> None:
    levels = {
        plain(r["forme"]): r["code"]
        for r in read(NOMENCLATURES / "alias.csv")
        if r["nomenclature"] == "niveau"
    }
    assert levels[plain(form)] == code


@pytest.mark.parametrize(
    ("nomenclature", "form", "code"),
    [
        ("situation", "CDD -6 mois", "CDD_M6"),
        ("situation", "CDD +6 mois", "CDD_6P"),
        ("situation", "CDD < 6 mois", "CDD_M6"),
        ("situation", "CDDI", "AUTRE_SIAE"),
        ("type_contrat", "CDD insertion", "CDDI"),
        ("type_contrat", "CUI-CAE", "AIDE"),
        ("situation", "En contrat", "EN_COURS"),
        ("categorie_public", "AAH", "MINIMA"),
        ("categorie_public", "AAH/ASS", "MINIMA"),
        ("categorie_public", "DE inscrit depuis plus de 12 mois", "DELD"),
        ("niveau", "Vbis et VI", "INFRA3"),
        ("programme", "PRU", "PNRU"),
        ("categorie_public", "bRSA", "RSA"),
        ("prescripteur", "ANPE", "FT"),
        ("sexe", "Melle", "F"),
        ("sexe", "Monsieur", "H"),
        ("type_donneur_ordre", "Communauté urbaine", "EPCI"),
        ("type_donneur_ordre", "SIVOM", "EPL"),
        ("type_donneur_ordre", "Office public de l'habitat", "BAILLEUR"),
        ("base_juridique", "38, 52 et 62", "COND_EXEC_CRITERE"),
        ("base_juridique", "Art. L. 2113-13", "RESERVE_IAE"),
    ],
)
def test_forms_a_facilitator_writes(nomenclature: str, form: str, code: str) -> None:
    rows = read(NOMENCLATURES / "alias.csv")
    forms = {plain(row["forme"]): row["code"] for row in rows if row["nomenclature"] == nomenclature}
    assert forms[plain(form)] == code


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_column_is_typed_described_and_filled(path: Path) -> None:
    rows, seed = read(path), properties()[path.stem]
    columns = list(rows[0])
    assert list(seed["config"]["column_types"]) == columns
    assert set(seed["config"]["column_types"].values()) <= TYPES
    assert [column["name"] for column in seed["columns"]] == columns
    assert all(column["description"] for column in seed["columns"])
    assert re.search(r"Une ligne par [^.]+\.$", seed["description"].strip())
    assert seed["config"]["schema"] == ("marts" if path.stem.startswith("dim_") else "referentiels")
    assert [(n, c) for n, row in enumerate(rows, 2) for c in set(columns) - OPTIONAL if not row[c]] == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_files_are_utf8_with_unix_lines_and_no_stray_spaces(path: Path) -> None:
    content = path.read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    # Names of territories are INSEE's own, double spaces included.
    if path.parent == NOMENCLATURES:
        assert [v for row in read(path) for v in row.values() if v != " ".join(v.split())] == []


def test_yaml_has_no_seed_without_file() -> None:
    assert set(properties()) == {path.stem for path in SEEDS}


@pytest.mark.parametrize("path", DIMENSIONS, ids=lambda path: path.stem)
def test_codes_and_ranks_are_unique(path: Path) -> None:
    rows = read(path)
    for column in ("code", "libelle", "ordre"):
        assert [value for value, n in Counter(row[column] for row in rows).items() if n > 1] == []
    codes = {row["code"] for row in rows}
    assert {row["parent"] for row in rows} - codes <= {""}
    if path.stem in ("dim_programme", "dim_situation"):
        assert "ND" not in codes
    else:
        assert max(rows, key=lambda row: int(row["ordre"]))["code"] == "ND"


def test_published_level_of_buyers_is_a_partition() -> None:
    rows = {row["code"]: row for row in read(NOMENCLATURES / "dim_type_donneur_ordre.csv")}
    published = {code for code, row in rows.items() if row["niveau_publie"] == "true"}
    assert published == {
        "BLOC_LOCAL",
        "DEPARTEMENT",
        "REGION",
        "ETAT",
        "BAILLEUR",
        "ENT_PUBLIQUE",
        "SECU",
        "PRIVE",
        "ND",
    }
    assert all(row["code_publie"] == (row["parent"] or code) for code, row in rows.items())
    assert {code for code, row in rows.items() if not row["parent"]} == published


@pytest.mark.parametrize(
    ("nomenclature", "step"), [("tranche_montant", 0), ("taille_entreprise", 1), ("tranche_age", 1)]
)
def test_brackets_follow_each_other_without_gap(nomenclature: str, step: int) -> None:
    rows = [row for row in read(NOMENCLATURES / f"dim_{nomenclature}.csv") if row["code"] != "ND"]
    assert (rows[0]["borne_inf"], rows[-1]["borne_sup"]) == ("0", "")
    for lower, upper in pairwise(rows):
        assert int(upper["borne_inf"]) == int(lower["borne_sup"]) + step


def flagged(nomenclature: str, column: str, value: str = "true") -> set[str]:
    return {row["code"] for row in read(NOMENCLATURES / f"dim_{nomenclature}.csv") if row[column] == value}


def test_flags() -> None:
    assert flagged("type_employeur", "est_iae") == {"ETTI", "EI", "AI", "ACI", "EITI", "RQ"}
    assert flagged("type_employeur", "est_handicap") == {"EA", "EATT", "ESAT"}
    assert flagged("type_contrat", "est_alternance") == {"APPRENTISSAGE", "PROFESSIONNALISATION"}
    assert flagged("categorie_public", "sensible") == {"TH", "RSA", "MINIMA", "JUSTICE", "REFUGIE"}
    assert flagged("prescripteur", "sensible") == {"SPIP", "PJJ", "ASE"}
    assert flagged("situation", "droit_commun") == {"CDI", "CDD_6P", "CDD_M6", "INTERIM_6P", "INTERIM_M6"}
    assert flagged("situation", "sortie_positive") == {
        "CDI",
        "CDD_6P",
        "INTERIM_6P",
        "FONCTION_PUBLIQUE",
        "CREATION",
        "ALTERNANCE",
        "CDD_M6",
        "INTERIM_M6",
        "AIDE",
        "FORMATION",
        "AUTRE_SIAE",
    }
    assert flagged("situation", "groupe", "TRANSITION") == {"CDD_M6", "INTERIM_M6", "AIDE"}


def test_legal_references() -> None:
    rows = read(NOMENCLATURES / "articles_juridiques.csv")
    articles = {row["article"]: (row["code"], row["generation"]) for row in rows}
    assert len(articles) == len(rows)
    assert all(re.fullmatch(r"[lr]?\d+(-(\d+|i+))*", article) for article in articles)
    assert {code for code, _ in articles.values()} <= codes_of("base_juridique")
    expected = {
        "14": ("COND_EXEC", "2006"),
        "38": ("COND_EXEC", "2015"),
        "l2112-2": ("COND_EXEC", "2019"),
        "53-1": ("CRITERE", "2006"),
        "52": ("CRITERE", "2015"),
        "r2152-7": ("CRITERE", "2019"),
        "15": ("RESERVE_HANDICAP", "2006"),
        "36-1": ("RESERVE_HANDICAP", "2015"),
        "36-i": ("RESERVE_HANDICAP", "2015"),
        "l2113-12": ("RESERVE_HANDICAP", "2019"),
        "36-ii": ("RESERVE_IAE", "2015"),
        "l2113-13": ("RESERVE_IAE", "2019"),
        "l2113-14": ("RESERVE_MIXTE", "2019"),
        "l2113-13-1": ("RESERVE_PENITENTIAIRE", "2019"),
        "37": ("RESERVE_ESS", "2015"),
        "l2113-15": ("RESERVE_ESS", "2019"),
        "30": ("MARCHE_INSERTION", "2006"),
        "28": ("MARCHE_INSERTION", "2015"),
        "r2123-1-3": ("MARCHE_INSERTION", "2019"),
        "l3114-2": ("CONCESSION", "2019"),
    }
    assert {article: articles.get(article) for article in expected} == expected


def test_whole_forms_agree_with_single_references() -> None:
    articles = {row["article"]: row["code"] for row in read(NOMENCLATURES / "articles_juridiques.csv")}
    forms = {
        row["forme"].lower(): row["code"]
        for row in read(NOMENCLATURES / "alias.csv")
        if row["nomenclature"] == "base_juridique"
    }
    shared = articles.keys() & forms.keys()
    assert len(shared) > 20
    assert {article: forms[article] for article in shared} == {
        article: articles[article] for article in shared
    }


def test_legal_combinations_do_not_depend_on_the_order() -> None:
    rows = read(NOMENCLATURES / "combinaisons_juridiques.csv")
    pairs = {(row["code_1"], row["code_2"]): row["code"] for row in rows}
    assert len(pairs) == len(rows)
    assert {code for row in rows for code in row.values()} <= codes_of("base_juridique")
    assert all(first != second for first, second in pairs)
    assert {(second, first): code for (first, second), code in pairs.items()} == pairs
    assert pairs["COND_EXEC", "CRITERE"] == "COND_EXEC_CRITERE"
    assert pairs["RESERVE_HANDICAP", "RESERVE_IAE"] == "RESERVE_MIXTE"
    assert ("RESERVE_IAE", "MARCHE_INSERTION") not in pairs


def test_occupations_carry_their_family_and_domain() -> None:
    rows = [row for row in read(NOMENCLATURES / "dim_metier.csv") if row["code_rome"] != "ND"]
    assert len({row["code_rome"] for row in rows}) == len(rows) == 609
    for row in rows:
        assert re.fullmatch(r"[A-N]\d{4}", row["code_rome"])
        assert (row["famille"], row["domaine"]) == (row["code_rome"][:3], row["code_rome"][:1])
    for key, label in (("famille", "libelle_famille"), ("domaine", "libelle_domaine")):
        labels = {(row[key], row[label]) for row in rows}
        assert len(labels) == len({code for code, _ in labels})
        assert not any(re.match(r"[A-N]\d*- ", text) for _, text in labels)


def test_territories_are_closed() -> None:
    regions, departements, epci, communes = (
        {row["code"]: row for row in read(TERRITOIRES / f"{name}.csv")}
        for name in ("regions", "departements", "epci", "communes")
    )
    assert {d["region"] for d in departements.values()} == set(regions)
    assert {c["departement"] for c in communes.values()} == set(departements)
    assert all(departements[c["departement"]]["region"] == c["region"] for c in communes.values())
    assert all(departements[e["departement"]]["region"] == e["region"] for e in epci.values())
    assert {c["epci"] for c in communes.values()} - {""} == set(epci)
    population: Counter[str] = Counter()
    for commune in communes.values():
        population[commune["epci"]] += int(commune["population"] or 0)
    assert {code: int(e["population"]) for code, e in epci.items()} == {
        code: population[code] for code in epci
    }
    assert {
        "01",
        "2A",
        "2B",
        "971",
        "972",
        "973",
        "974",
        "975",
        "976",
        "977",
        "978",
        "986",
        "987",
        "988",
    } <= set(departements)
    assert all(re.fullmatch(r"\d{5}|2[AB]\d{3}", code) for code in communes)


@pytest.mark.parametrize(
    ("old", "current"),
    [
        ("01053", "01053"),
        ("75111", "75056"),
        ("69385", "69123"),
        ("13208", "13055"),
        ("01144", "01025"),  # merged into Bâgé-Dommartin
        ("20001", "2A001"),  # Corsica before 1976
        ("60455", "60694"),  # delegated commune: its present parent, not the chief town of 2019
        ("55273", "55386"),  # associated commune: likewise
        ("93066", "93066"),  # delegated commune that bears the code of the current one
    ],
)
def test_old_codes_lead_to_current_communes(old: str, current: str) -> None:
    passage = {row["code_ancien"]: row["code_actuel"] for row in read(TERRITOIRES / "communes_passage.csv")}
    assert passage[old] == current


def test_passage_has_one_row_per_code_and_every_current_commune() -> None:
    rows = read(TERRITOIRES / "communes_passage.csv")
    communes = {row["code"] for row in read(TERRITOIRES / "communes.csv")}
    passage = {row["code_ancien"]: row["code_actuel"] for row in rows}
    assert len(passage) == len(rows)
    assert set(passage.values()) == communes
    assert all(passage[code] == code for code in communes)
