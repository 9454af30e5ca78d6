"""What is said of the files that a refresh did not open."""

from __future__ import annotations

from collections.abc import Sequence

from clauses.socle.nombres import accorder


def phrase_ignores(ignores: Sequence[str]) -> str:
    """What is said of the files that were not even opened, for their kind is not read."""
    lus = "n'a pas été lu" if len(ignores) == 1 else "n'ont pas été lus"
    return (
        f"{accorder(len(ignores), 'fichier')} {lus}, car seuls .xlsx, .xlsm, .csv et .zip le sont "
        "(un export en .xls ou .ods est à enregistrer en .xlsx)"
    )
