"""What tells a deposit of the demonstration from a real one."""

from __future__ import annotations

PREFIXE_DES_CODES = "FIC"  # of structures: no real one has it
DEBUT_DES_NOMS = "Structure fictive "


def dit_fictif(nom_structure: str | None) -> bool:
    """Whether the name of a structure is one of the generator's."""
    return nom_structure is not None and nom_structure.casefold().startswith(DEBUT_DES_NOMS.casefold())
