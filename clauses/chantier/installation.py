"""What a first refresh would wait for, done when the product is installed: `python -m clauses.chantier.installation`."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from clauses.chantier.candidat import Chantier
from clauses.chantier.state import Etat
from clauses.chantier.warm import Ouvriers
from clauses.socle.journal import Journal
from clauses.socle.workspace import Espace


def construire_a_vide() -> list[str]:
    """Builds a warehouse without a deposit and returns the gates that closed: dbt reads the models and the seeds."""
    with tempfile.TemporaryDirectory() as dossier, ExitStack() as pile:
        espace = Espace(Path(dossier))
        espace.preparer()
        etat = Etat("installation", dt.date.today(), [])
        chantier = Chantier("installation", dt.datetime.now(), espace, Ouvriers(pile))
        return chantier.achever(Journal(espace.journal), etat)


if __name__ == "__main__":
    sys.exit("\n".join(construire_a_vide()) or None)
