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
# What a folder may import besides itself and `clauses/socle`; what is not named here, nothing.
ETAPES = ("ingest", "expectations", "exports")
CHANTIER = ("clauses/chantier", *ETAPES)
COMMANDES = ("clauses/commandes", "clauses/affichage", *CHANTIER)
EDITION = ("exports/edition", "exports/atelier", "exports/secret")
PERMIS: dict[str, tuple[str, ...]] = {
    "clauses/cli.py": COMMANDES,
    "clauses/acces.py": ("clauses/chantier",),
    "clauses/commandes": (*COMMANDES, "clauses/demo"),
    "clauses/chantier": CHANTIER,
    "clauses/affichage": ("exports/retours",),  # the sentences that screen and report have in common
    "clauses/demo": (),
    "clauses/socle": (),
    "ingest": (),
    "expectations": (),
    "exports/atelier": (),
    "exports/secret": (),
    "exports/edition": EDITION,
    "exports/retours": EDITION,
    "exports/diffusion": EDITION,
    "exports/classeurs": EDITION,
    "exports/bilans": (*EDITION, "exports/classeurs/charte.py"),
    "exports/site": (*EDITION, "exports/diffusion/tableaux_plats.py"),
    "exports/paquet": (*EDITION, "exports/classeurs", "exports/diffusion", "exports/site"),
}
RACINES = ("clauses/__init__.py", "exports/__init__.py")
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


def lieu(chemin: str) -> str:
    """The folder of PERMIS that a file is in."""
    (trouve,) = [d for d in PERMIS if chemin == d or chemin.startswith(f"{d}/")]
    return trouve


def fichier_importe(module: str) -> str | None:
    """The project's file that an import reads; none where it names another library."""
    chemin = RACINE / module.replace(".", "/")
    for f in (
        chemin.with_suffix(".py"),
        chemin / "__init__.py",
        chemin.parent.with_suffix(".py"),
        chemin.parent / "__init__.py",
    ):
        if f.is_file() and module.split(".")[0] in PAQUETS:
            return relatif(f)
    return None


def phrase(dossier: str) -> str:
    """What a folder is for, as its `__init__` says in one line."""
    texte = ast.get_docstring(ast.parse((RACINE / dossier / "__init__.py").read_text(encoding="utf-8")))
    assert texte, dossier
    return texte.splitlines()[0]


def test_every_rule_has_its_folder() -> None:
    assert {lieu(relatif(f)) for f in MODULES if relatif(f) not in RACINES} == set(PERMIS)


@pytest.mark.parametrize("fichier", [f for f in MODULES if relatif(f) not in RACINES], ids=relatif)
def test_imports_go_one_way(fichier: Path) -> None:
    chemin = relatif(fichier)
    ici = lieu(chemin)
    permis = (ici, *PERMIS[ici]) if ici == "clauses/socle" else (ici, "clauses/socle", *PERMIS[ici])
    for module in imports(fichier):
        vers = fichier_importe(module)
        if vers is None or vers in RACINES:
            continue
        assert any(vers == p or vers.startswith(f"{p}/") for p in permis), f"{chemin} imports {module}"


def test_one_module_knows_where_the_project_lies() -> None:
    connaissent = {relatif(f) for f in MODULES if "__file__" in f.read_text(encoding="utf-8")}
    assert connaissent == {"clauses/socle/project.py"}


@pytest.mark.parametrize("dossier", [d for d in PERMIS if not d.endswith(".py")])
def test_contributing_says_what_each_folder_is_for(dossier: str) -> None:
    assert f"| `{dossier}/` | {phrase(dossier)} |" in (RACINE / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("bibliotheque", "seuls"),
    [
        ("great_expectations", "expectations/adaptateur.py"),
        ("dbt", "clauses/chantier/dbt_build.py"),
        ("fastexcel", "ingest/reading.py"),
        ("jinja2", "exports/atelier/gabarits.py"),
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


def test_importing_the_product_loads_nothing_heavy() -> None:
    assert charges("import clauses") & {*LOURDS, "typer", "ingest", "exports"} == set()


def test_the_command_loads_nothing_heavy_before_it_is_asked() -> None:
    vus = charges("import clauses.cli")
    assert "typer" in vus
    assert vus & set(LOURDS) == set()


def test_reading_needs_neither_dbt_nor_great_expectations_nor_a_database() -> None:
    vus = charges("import ingest.pipeline")
    assert "polars" in vus
    assert vus & {"dbt", "great_expectations", "duckdb", "pandas", "rich"} == set()
