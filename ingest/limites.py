"""The sizes beyond which a deposit is refused instead of filling the memory (limites.yml)."""

from __future__ import annotations

import yaml

from clauses.socle.project import PAQUETS

LIMITES: dict[str, int] = yaml.safe_load((PAQUETS / "ingest" / "limites.yml").read_text(encoding="utf-8"))
