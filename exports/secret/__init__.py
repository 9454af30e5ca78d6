"""Statistical secrecy of the public release: what is hidden, and the proof that it cannot be found again."""

from exports.secret.publication import Publication, proteger

__all__ = ["Publication", "proteger"]
