"""Writes the answers of docs/requetes/*.md, and their index, from the fictitious deposits of `clauses demo`.

    python scripts/build_requetes.py                  # makes the demonstration (a minute), runs every query
    python scripts/build_requetes.py --espace DIR     # on a workspace already made from `clauses demo --echelle petite`

A file: a front matter (theme, and which figures the demonstration's own totals must confirm), the question as title,
why it is asked and its limits, the SQL; what follows the heading of the answer is written here.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from clauses.socle.nombres import ESPACE_FINE, nombre, sans_zeros

REQUETES = Path(__file__).resolve().parent.parent / "docs" / "requetes"
TITRE_REPONSE = "## Réponse sur les données de démonstration"
FICHIER = re.compile(
    r"---\n(?P<tete>.*?)---\n# (?P<question>[^\n]+)\n\n(?P<texte>.+?)\n\n```sql\n(?P<sql>.+?)\n```\n",
    re.DOTALL,
)
ENTETE_INDEX = """# Requêtes d'analyste

{nombre} questions qu'un observatoire régional se pose, avec la requête SQL, ses limites et sa réponse sur les **données
fictives** de `clauses demo --echelle petite` : aucun chiffre d'ici ne décrit la réalité. Pour les lancer chez soi : copier
la requête dans `clauses sql`, ou `clauses sql < requete.sql`. Toutes sont exécutées par
`tests/end_to_end/test_requetes.py`, qui compare la réponse à celle du fichier ; celles marquées ✓ sont aussi comparées aux
totaux que la démonstration calcule de son côté. Les réponses et cette page s'écrivent par
`python scripts/build_requetes.py`.
"""


@dataclass(frozen=True)
class Requete:
    """One question: `verifie` lists what the demonstration's own totals (attendu/totaux.csv) say of the answer."""

    chemin: Path
    avant: str
    theme: str
    question: str
    sql: str
    reponse: str
    verifie: list[dict[str, Any]] = field(default_factory=list)


def lire_requetes() -> list[Requete]:
    """Every question, in the order of its number. Raises ValueError for a file that has not the fixed structure."""
    return [_lire(f) for f in sorted(REQUETES.glob("[0-9]*.md"))]


def _lire(chemin: Path) -> Requete:
    texte = chemin.read_text(encoding="utf-8")
    trouve = FICHIER.match(texte)
    if trouve is None:
        raise ValueError(f"{chemin.name}: front matter, title, text, SQL are expected")
    tete = yaml.safe_load(trouve["tete"])
    reponse = texte[trouve.end() :].partition(TITRE_REPONSE)[2].strip()
    return Requete(
        chemin,
        trouve.group(),
        tete["theme"],
        trouve["question"],
        trouve["sql"],
        reponse,
        tete.get("verifie", []),
    )


def executer(base: duckdb.DuckDBPyConnection, requete: Requete) -> pl.DataFrame:
    resultat: pl.DataFrame = base.execute(requete.sql).pl()
    return resultat


def mettre_en_table(resultat: pl.DataFrame) -> str:
    """The rows as a Markdown table, numbers with a decimal comma, on the right."""
    nombres = [t.is_numeric() for t in resultat.dtypes]
    lignes = [
        resultat.columns,
        ["---:" if nombre else "---" for nombre in nombres],
        *([_cellule(v) for v in ligne] for ligne in resultat.iter_rows()),
    ]
    return "\n".join("| " + " | ".join(cellules) + " |" for cellules in lignes)


def _cellule(valeur: object) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "vrai" if valeur else "faux"
    if isinstance(valeur, float | Decimal):
        return sans_zeros(nombre(valeur, 4)).replace(ESPACE_FINE, "")
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    return str(valeur).replace("|", "\\|")


def ecrire_index(requetes: list[Requete]) -> str:
    morceaux = [ENTETE_INDEX.format(nombre=len(requetes))]
    for theme in dict.fromkeys(r.theme for r in requetes):
        morceaux.append(f"## {theme}\n")
        morceaux += [
            f"{int(r.chemin.name[:2])}. [{r.question}]({r.chemin.name}){' ✓' if r.verifie else ''}"
            for r in requetes
            if r.theme == theme
        ]
        morceaux.append("")
    return "\n".join(morceaux)


def construire_demo(dossier: Path) -> Path:
    """The workspace of the small demonstration, made by the command itself."""
    demo, espace = dossier / "demo", dossier / "espace"
    clauses = [sys.executable, "-m", "clauses.cli"]
    subprocess.run([*clauses, "demo", demo, "--echelle", "petite"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*clauses, "actualiser", demo / "depots", "--espace", espace], check=True, stdout=subprocess.DEVNULL
    )
    return espace


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--espace", type=Path)
    espace = options.parse_args().espace
    with tempfile.TemporaryDirectory() as dossier:
        espace = espace or construire_demo(Path(dossier))
        with duckdb.connect(str(espace / "entrepot.duckdb"), read_only=True) as base:
            for requete in lire_requetes():
                table = mettre_en_table(executer(base, requete))
                requete.chemin.write_text(f"{requete.avant}\n{TITRE_REPONSE}\n\n{table}\n", encoding="utf-8")
    (REQUETES / "README.md").write_text(ecrire_index(lire_requetes()), encoding="utf-8")


if __name__ == "__main__":
    main()
