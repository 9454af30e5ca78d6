"""Statistical secrecy of the public release: what is hidden, and the proof that it cannot be found again."""

from exports.secret.publication import FiguresProtegees, proteger, tout_montrer

__all__ = ["FiguresProtegees", "proteger", "tout_montrer"]
