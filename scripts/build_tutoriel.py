"""Writes the answers of docs/tutoriel.md: each command of a `console` block, then what it prints.

python scripts/build_tutoriel.py --demo DIR   # DIR: made by `clauses demo --echelle petite`, loaded in DIR/espace
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
from pathlib import Path

TUTORIEL = Path(__file__).resolve().parent.parent / "docs" / "tutoriel.md"
# a command may go over several lines: it ends with its workspace
BLOC = re.compile(
    r"^```console\n\$ (?P<commande>clauses (?:(?!```)[\s\S])+? --espace demo/espace)\n(?P<reponse>(?:(?!```).*\n)*)```$",
    re.M,
)


def executer(commande: str, demo: Path) -> str:
    """What a command of the tutorial prints. It says `demo/…`: it runs in the folder that holds `demo`."""
    from clauses.cli import application

    mots = [m.replace("demo/", f"{demo}/", 1) if m.startswith("demo/") else m for m in shlex.split(commande)]
    sortie = io.StringIO()
    largeur = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "140"
    try:
        with contextlib.redirect_stdout(sortie), contextlib.redirect_stderr(io.StringIO()):
            application(mots[1:], standalone_mode=False)
    finally:
        os.environ.pop("COLUMNS") if largeur is None else os.environ.update(COLUMNS=largeur)
    lignes = sortie.getvalue().replace(f"{demo}/", "demo/").strip().splitlines()
    return "".join(f"{ligne.rstrip()}\n" for ligne in lignes)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--demo", type=Path, required=True)
    demo = options.parse_args().demo.resolve()
    texte = TUTORIEL.read_text(encoding="utf-8")
    recrit = BLOC.sub(
        lambda bloc: f"```console\n$ {bloc['commande']}\n{executer(bloc['commande'], demo)}```", texte
    )
    TUTORIEL.write_text(recrit, encoding="utf-8")


if __name__ == "__main__":
    main()
