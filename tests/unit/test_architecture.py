"""Who may import whom, and what the command may load before it is asked anything."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]
PAQUETS = ("clauses", "ingest", "expectations", "exports")
LOURDS = (
    "polars",
    "duckdb",
    "dbt",
    "great_expectations",
    "pandas",
    "pyarrow",
    "xlsxwriter",
    "fastexcel",
    "rich",
    "jinja2",
    "reportlab",
    "prompt_toolkit",
    "highspy",
    "altair",
    "vl_convert",
)
# The modules that put the stages together; every other module of `clauses` is shared by them and knows none.
ORCHESTRATION = {
    f"clauses/{nom}.py"
    for nom in (
        "cli",
        "refresh",
        "intake",
        "chantier",
        "perimetres",
        "state",
        "warm",
        "consultation",
        "installation",
        "bilans",
        "publication",
        "reconstruction",
    )
}
MODULES = sorted(f for p in PAQUETS for f in (RACINE / p).rglob("*.py"))


def imports(fichier: Path) -> set[str]:
    """Every module a file imports, wherever the statement stands."""
    trouves: set[str] = set()
    for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            trouves |= {a.name for a in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{fichier}: relative import"
            trouves |= {f"{noeud.module}.{a.name}" for a in noeud.names}
    return trouves


def relatif(fichier: Path) -> str:
    return fichier.relative_to(RACINE).as_posix()


def etape(chemin: str) -> str | None:
    """The stage a file or module belongs to."""
    parties = chemin.replace("/", ".").split(".")
    if parties[:2] == ["clauses", "demo"]:
        return "clauses.demo"
    return parties[0] if parties[0] in ("ingest", "expectations", "exports") else None


def test_there_is_something_to_check() -> None:
    assert {relatif(f) for f in MODULES} >= {
        *ORCHESTRATION,
        "ingest/pipeline.py",
        "expectations/adaptateur.py",
    }


@pytest.mark.parametrize("fichier", MODULES, ids=relatif)
def test_stages_never_import_each_other_nor_what_drives_them(fichier: Path) -> None:
    chemin = relatif(fichier)
    for module in imports(fichier):
        racine, chemin_module = module.split(".")[0], module.replace(".", "/")
        if racine not in PAQUETS or chemin in ORCHESTRATION:
            continue
        vers = etape(module)
        assert vers in (None, etape(chemin)), f"{chemin} imports {module}"
        pilotes = tuple(o.removesuffix(".py") for o in ORCHESTRATION)
        assert not chemin_module.startswith(pilotes), f"{chemin} imports {module}"


@pytest.mark.parametrize(
    ("bibliotheque", "seuls"),
    [
        ("great_expectations", "expectations/adaptateur.py"),
        ("dbt", "clauses/dbt_build.py"),
        ("fastexcel", "ingest/reading.py"),
        ("jinja2", "exports/gabarits.py"),
        ("pygments", "clauses/invite.py"),
        ("reportlab", "exports/bilans/pdf.py"),
        ("highspy", "exports/secret/deplacement.py"),
        ("altair", "exports/site/dessins.py"),
        ("vl_convert", "exports/site/dessins.py"),
    ],
)
def test_one_module_knows_each_big_library(bibliotheque: str, seuls: str) -> None:
    connaissent = {relatif(f) for f in MODULES if any(m.split(".")[0] == bibliotheque for m in imports(f))}
    assert connaissent == set(seuls.split())


def test_the_proof_of_secrecy_shares_no_code_with_the_search() -> None:
    vus = imports(RACINE / "exports" / "secret" / "verification.py")
    assert {m for m in vus if m.split(".")[0] in PAQUETS} == set()


def charges(code: str) -> set[str]:
    """Top-level modules loaded by running `code` in a fresh interpreter."""
    fini = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=RACINE,
    )
    return {
        ligne.split("|")[-1].strip().split(".")[0]
        for ligne in fini.stderr.splitlines()
        if ligne.count("|") == 2
    }


def test_the_command_loads_nothing_heavy_before_it_is_asked() -> None:
    vus = charges("import clauses.cli")
    assert "typer" in vus
    assert vus & set(LOURDS) == set()


def test_reading_needs_neither_dbt_nor_great_expectations_nor_a_database() -> None:
    vus = charges("import ingest.pipeline")
    assert "polars" in vus
    assert vus & {"dbt", "great_expectations", "duckdb", "pandas", "rich"} == set()
