"""Where the project lives, and what its code, models and data files are worth: fingerprints and version.

In the repository the dbt project lies beside the packages; a wheel carries it within this one (`pyproject.toml`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

from clauses import __version__

PAQUETS = Path(__file__).parents[2]  # the folder of the packages, with the data files that lie in them
_INSTALLE = PAQUETS / "clauses" / "projet"
RACINE = _INSTALLE if _INSTALLE.is_dir() else PAQUETS  # the dbt project, seeds and pages of method
SEEDS = RACINE / "seeds"
MODELES_DES_ECRITS = PAQUETS / "exports" / "modeles"  # templates and words of what is written
CACHE = user_cache_path("clauses", appauthor=False) if RACINE == _INSTALLE else PAQUETS / "target" / "cache"
_MODELES = ("models", "macros", "seeds", "tests/dbt", "expectations", "dbt_project.yml", "profiles.yml")
_LECTURE = ("ingest", "seeds/nomenclatures")
_SECRET = ("exports/secret", "clauses/socle/cube.py", "seeds/indicateurs")
_CONSTRUCTION = ("clauses/chantier/dbt_build.py", "clauses/chantier/execution.py")


def _empreinte(chemins: Iterable[str]) -> str:
    """Of files and folders named from the root: the same in the repository and in a wheel, on every system."""
    total = hashlib.sha256()
    for chemin in chemins:
        base = RACINE if (RACINE / chemin).exists() else PAQUETS
        lieu = base / chemin
        fichiers = [f for f in lieu.rglob("*") if f.is_file()] if lieu.is_dir() else [lieu]
        relatifs = {f.relative_to(base).parts: f for f in fichiers if "__pycache__" not in f.parts}
        for parties, fichier in sorted(relatifs.items()):
            total.update(f"{'/'.join(parties)}\0".encode() + fichier.read_bytes())
    return total.hexdigest()[:16]


@lru_cache(maxsize=1)
def empreinte_modeles() -> str:
    """Changes whenever models, seeds, tests or expectations change: the warehouse must then be rebuilt."""
    return _empreinte(_MODELES)


@lru_cache(maxsize=1)
def empreinte_lecture() -> str:
    """Changes whenever reading could give another verdict on the same bytes."""
    return _empreinte(_LECTURE)


@lru_cache(maxsize=1)
def empreinte_secret() -> str:
    """Changes whenever other figures could be hidden from the same warehouse."""
    return _empreinte(_SECRET)


@lru_cache(maxsize=1)
def empreinte_construction() -> str:
    """Changes whenever what dbt says could be kept, or carried out, in another way."""
    return _empreinte(_CONSTRUCTION)


@lru_cache(maxsize=1)
def empreinte_seeds() -> str:
    """Changes whenever the reference tables must be loaded again."""
    return _empreinte(("seeds", "dbt_project.yml", "profiles.yml", "macros/generate_schema_name.sql"))


def est_notre_code(fichier: str) -> bool:
    """Whether a source file is the product's: libraries may be installed beside it."""
    return any(
        Path(fichier).is_relative_to(PAQUETS / p) for p in ("clauses", "ingest", "expectations", "exports")
    )


def est_un_fichier_du_produit(fichier: Path) -> bool:
    """Whether a path is that of a model, a seed, a template… that comes with the product."""
    return est_notre_code(str(fichier)) or any(
        fichier.is_relative_to(RACINE / m) for m in (*_MODELES, "docs")
    )


def version_code() -> str:
    """Version of the product and fingerprint of its models, as recorded with each build."""
    return f"{__version__}+{empreinte_modeles()}"
