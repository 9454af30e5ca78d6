"""What a user can get wrong, and the exit code each mistake gives. Never a traceback for these."""

from __future__ import annotations

from enum import IntEnum


class CodeSortie(IntEnum):
    """Exit codes of the command (interface: other people's scripts rely on them)."""

    FAIT = 0
    INATTENDU = 1
    USAGE = 2
    REFUS = 3
    PORTE = 4
    OCCUPE = 5


class ErreurUtilisateur(Exception):
    """A mistake the user can mend: a stable code, a French message that says what to do, an exit code."""

    def __init__(self, code: str, message: str, sortie: CodeSortie = CodeSortie.USAGE) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sortie = sortie


class DepotRefuse(Exception):
    """A whole deposit is refused: rule code, place and the value found, for the findings."""

    def __init__(
        self,
        regle: str,
        *,
        table: str | None = None,
        ligne: int | None = None,
        colonne: str | None = None,
        valeur: str | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(regle)
        self.regle = regle
        self.table = table
        self.ligne = ligne
        self.colonne = colonne
        self.valeur = valeur
        self.detail = detail
