"""Statistical secrecy of the public release: what is hidden, and the proof that it cannot be found again."""

from exports.secret.publication import FiguresProtegees, proteger

__all__ = ["FiguresProtegees", "proteger"]
