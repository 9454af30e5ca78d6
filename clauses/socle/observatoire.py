"""Whose workspace it is: what the user says in espace/observatoire.yml."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

NOM = "Observatoire des clauses sociales"
NATIONAL = "national"
# structure_code, nom, departement (may be null), region (of it, or the only one of the scope), depuis and jusqu_au (months
# expected; null where nothing is said)
SCHEMA_ATTENDUES: dict[str, type[pl.DataType]] = {
    "structure_code": pl.String,
    "nom": pl.String,
    "departement": pl.String,
    "region": pl.String,
    "depuis": pl.Date,
    "jusqu_au": pl.Date,
}


@dataclass(frozen=True)
class Observatoire:
    """Who issues the figures, what they cover, who is expected to hand in; None or empty where the user says nothing.

    `perimetre`: region codes, or the only word NATIONAL. `attendues`: SCHEMA_ATTENDUES, one row a structure.
    """

    nom: str = NOM
    editeur: str | None = None
    contact: str | None = None
    licence: str | None = None
    logo: Path | None = None
    perimetre: tuple[str, ...] = ()
    attendues: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA_ATTENDUES))

    @property
    def est_national(self) -> bool:
        return self.perimetre == (NATIONAL,)

    @property
    def emetteur(self) -> str:
        """« C2RP – Observatoire des clauses sociales des Hauts-de-France » : who answers for the figures."""
        return " – ".join(dict.fromkeys(x for x in (self.editeur, self.nom) if x))

    @property
    def signature(self) -> str:
        """The same, with how to reach them."""
        return f"{self.emetteur}, {self.contact}" if self.contact else self.emetteur
