"""Filling the templates of exports/modeles: pages are escaped, plain texts are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jinja2

from clauses.socle.project import MODELES_DES_ECRITS


def remplir(
    modele: str, contexte: Mapping[str, Any], filtres: Mapping[str, Callable[..., Any]] | None = None
) -> str:
    """The text of a template; what comes into an HTML one is escaped. A name that it lacks is an error."""
    moteur = _moteur(modele)
    moteur.filters |= filtres or {}
    return moteur.get_template(modele).render(contexte)


@cache
def _moteur(modele: str) -> jinja2.Environment:
    """One per template: it is read once, for the hundreds of pages it makes; its filters are its own."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(MODELES_DES_ECRITS),
        autoescape=modele.endswith(".html.j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
