"""Writes target/docs/static_index.html: dbt's documentation of the warehouse, one French page that needs no network.

    python scripts/build_docs.py --espace DIR   # a workspace made from `clauses demo`; `make docs` does all of it

dbt's page is in English and may load a tracker: its labels are put into French (docs_francais.csv), the tracker is removed.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import tempfile
from pathlib import Path

from clauses.chantier.dbt_build import CANDIDAT
from clauses.socle.project import RACINE

SORTIE = RACINE / "target" / "docs" / "static_index.html"
ETIQUETTES = Path(__file__).with_name("docs_francais.csv")
_BLANC = r"(?:\s|\\n)*"
# attributes of the page, and what its code shows beside a value
_ATTRIBUTS = {
    'lang="en-US"': 'lang="fr"',
    "<title>dbt Docs</title>": "<title>Entrepôt des clauses sociales</title>",
    'placeholder="Search for models..."': 'placeholder="Chercher une table…"',
    'title="View Lineage Graph"': 'title="Voir le graphe de dépendances"',
    'title="View Fullscreen"': 'title="Plein écran"',
    'title="Close Graph"': 'title="Fermer le graphe"',
    '{name:"Owner",': '{name:"Propriétaire",',
    '{name:"Package",': '{name:"Paquet",',
    '{name:"Language",': '{name:"Langage",',
    '{name:"Relation",': '{name:"Table",',
    '{name:"Access",': '{name:"Accès",',
    '{name:"Contract",': '{name:"Contrat",',
}
_TRACEUR = ("!0===e.track&&r.turn_on_tracking()", "//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js")
_LIENS_MORTS = re.compile(r'<link rel="(?:canonical|shortcut icon)"[^>]*>')


def generer(espace: Path, travail: Path) -> str:
    """dbt's static page. The catalogue (types, sizes) is read in the published warehouse under the builder's name."""
    from dbt.cli.main import dbtRunner

    shutil.copy(espace / "entrepot.duckdb", travail / CANDIDAT)
    os.chdir(travail)  # the profile's path is relative
    arguments = [
        "docs",
        "generate",
        "--static",
        "--target",
        "candidat",
        "--quiet",
        "--no-use-colors",
        "--no-version-check",
    ]
    dossiers = {
        "project-dir": RACINE,
        "profiles-dir": RACINE,
        "target-path": travail / "target",
        "log-path": travail,
    }
    for option, dossier in dossiers.items():
        arguments += [f"--{option}", str(dossier)]
    resultat = dbtRunner().invoke(arguments)
    if not resultat.success:
        raise SystemExit(f"dbt docs failed: {resultat.exception}")
    return (travail / "target" / "static_index.html").read_text(encoding="utf-8")


def franciser(page: str) -> str:
    """The page with French labels, and without its tracker. Raises ValueError when dbt's page has changed."""
    page = _LIENS_MORTS.sub("", page)
    page = re.sub(r"\bcandidat\b", "entrepot", page)  # the builder's name for the file that it publishes
    for texte in _TRACEUR:
        if texte not in page:
            raise ValueError(f"dbt's page has changed: {texte} is not in it")
        page = page.replace(texte, "void 0" if texte.startswith("!") else "")
    for anglais, francais in _ATTRIBUTS.items():
        page = page.replace(anglais, francais)
    with ETIQUETTES.open(encoding="utf-8", newline="") as flux:
        etiquettes = {ligne["anglais"]: ligne["francais"] for ligne in csv.DictReader(flux)}
    # a label of a template stands alone between two tags; an apostrophe would end the string that holds it
    motif = re.compile(f">({_BLANC})({'|'.join(map(re.escape, etiquettes))})({_BLANC})<")
    return motif.sub(lambda m: f">{m[1]}{etiquettes[m[2]].replace(chr(39), '’')}{m[3]}<", page)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--espace", type=Path, required=True)
    espace = options.parse_args().espace.resolve()
    with tempfile.TemporaryDirectory() as dossier:
        page = franciser(generer(espace, Path(dossier)))
    SORTIE.parent.mkdir(parents=True, exist_ok=True)
    SORTIE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
