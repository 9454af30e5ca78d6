"""A question before something that cannot be undone."""

from __future__ import annotations

import sys

from clauses.socle.errors import CodeSortie, ErreurUtilisateur


def demander(question: str, sinon: str, indispensable: bool) -> None:
    """Asks on a terminal. Elsewhere goes on, or refuses where the answer is `indispensable`. `sinon`: what a « non » leaves.

    Raises ErreurUtilisateur: ABANDON (the user said no), CONFIRMATION_ABSENTE.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        if input(f"{question} [o/N] ").strip().lower() not in ("o", "oui"):
            raise ErreurUtilisateur("ABANDON", sinon, CodeSortie.FAIT)
    elif indispensable:
        raise ErreurUtilisateur(
            "CONFIRMATION_ABSENTE",
            f"{sinon} Pour continuer sans question, relancez la commande avec --oui.",
        )
