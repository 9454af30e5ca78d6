"""The observatory of social clauses: from deposits of exports to a published statistics warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clauses.acces import Entrepot as Entrepot
    from clauses.acces import ouvrir as ouvrir
    from clauses.socle.errors import ErreurUtilisateur as ErreurUtilisateur

__version__ = "0.1.0"
__all__ = ["Entrepot", "ErreurUtilisateur", "ouvrir"]


def __getattr__(nom: str) -> Any:
    """What Python users ask for, imported when they do: the command starts without any of it."""
    if nom not in __all__:
        raise AttributeError(f"module 'clauses' has no attribute {nom!r}")
    from clauses import acces

    return getattr(acces, nom)
