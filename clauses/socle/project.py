"""Where the project lives, and what its code, models and data files are worth: fingerprints and version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

RACINE = Path(__file__).parents[2]
SEEDS = RACINE / "seeds"
MODELES_DES_ECRITS = RACINE / "exports" / "modeles"  # templates and words of what is written
CACHE = RACINE / "target" / "cache"
_MODELES = ("models", "macros", "seeds", "tests/dbt", "expectations", "dbt_project.yml", "profiles.yml")
_LECTURE = ("ingest", "seeds/nomenclatures")
_SECRET = ("exports/secret",)
_CONSTRUCTION = ("clauses/chantier/dbt_build.py", "clauses/chantier/execution.py")


def _empreinte(chemins: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for chemin in chemins:
        fichiers = sorted(f for f in chemin.rglob("*") if f.is_file()) if chemin.is_dir() else [chemin]
        for fichier in fichiers:
            if "__pycache__" not in fichier.parts:
                total.update(f"{fichier.relative_to(RACINE)}\0".encode() + fichier.read_bytes())
    return total.hexdigest()[:16]


@lru_cache(maxsize=1)
def empreinte_modeles() -> str:
    """Changes whenever models, seeds, tests or expectations change: the warehouse must then be rebuilt."""
    return _empreinte(RACINE / c for c in _MODELES)


@lru_cache(maxsize=1)
def empreinte_lecture() -> str:
    """Changes whenever reading could give another verdict on the same bytes."""
    return _empreinte(RACINE / c for c in _LECTURE)


@lru_cache(maxsize=1)
def empreinte_secret() -> str:
    """Changes whenever other figures could be hidden from the same warehouse."""
    return _empreinte(RACINE / c for c in _SECRET)


@lru_cache(maxsize=1)
def empreinte_construction() -> str:
    """Changes whenever what dbt says could be kept, or carried out, in another way."""
    return _empreinte(RACINE / c for c in _CONSTRUCTION)


@lru_cache(maxsize=1)
def empreinte_seeds() -> str:
    """Changes whenever the reference tables must be loaded again."""
    autres = ("dbt_project.yml", "profiles.yml", "macros/generate_schema_name.sql")
    return _empreinte([SEEDS, *(RACINE / chemin for chemin in autres)])


def version_code() -> str:
    """Version of the product and fingerprint of its models, as recorded with each build."""
    return f"{version('clauses')}+{empreinte_modeles()}"
