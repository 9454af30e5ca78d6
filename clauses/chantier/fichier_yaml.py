"""A YAML file that the user writes in the workspace, read as text only: « 01004 » keeps its zero, « oui » stays « oui »."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import yaml

Refus = Callable[[str], Exception]


class _Doublon(Exception):
    """A key that is written twice: its name, its line."""


class _Lecteur(yaml.BaseLoader):
    """Of a key written twice, the library keeps the last and says nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        vues: set[str] = set()
        for cle, _ in node.value:
            if cle.value in vues:
                raise _Doublon(cle.value, cle.start_mark.line + 1)
            vues.add(str(cle.value))
        return super().construct_mapping(node, deep)


def lire_rubriques(fichier: Path, connues: Collection[str], refus: Refus) -> dict[str, Any]:
    """The file as a dictionary of known keys. Raises what `refus` makes of a French sentence without its full stop."""
    try:
        contenu = yaml.load(fichier.read_text(encoding="utf-8-sig"), Loader=_Lecteur)
    except _Doublon as doublon:
        cle, ligne = doublon.args
        raise refus(f"« {cle} » est écrit deux fois (ligne {ligne}) : gardez-en un") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as erreur:
        ligne = getattr(getattr(erreur, "problem_mark", None), "line", None)
        lieu = f", ligne {ligne + 1}" if ligne is not None else ""
        raise refus(
            f"le fichier n'est pas du YAML lisible{lieu} (enregistrez-le en UTF-8 ; au début des lignes, ni tabulation ni "
            "espace de trop ; entre guillemets, un texte qui contient « : »)"
        ) from None
    if contenu is None:
        return {}
    inconnues = set(contenu) - set(connues) if isinstance(contenu, dict) else set()
    if not isinstance(contenu, dict) or inconnues:
        dites = ", ".join(f"« {x} »" for x in connues)
        quoi = f" (trouvé : {', '.join(sorted(map(str, inconnues)))})" if inconnues else ""
        raise refus(f"seules les rubriques {dites} sont connues{quoi}")
    return contenu
