"""A chart with what a reader needs to trust it: its finding, its base, its words for who does not see it, its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Legende:
    """One line of a legend: a class of the stylesheet, and what it stands for."""

    classe: str
    libelle: str


@dataclass(frozen=True)
class Figure:
    """What the template of a figure shows. `constat`: the finding, or the subject where nothing may be said.

    `lignes`: the cells of the table, the first of each row being its header. `teintes`: a class of shade per cell, of
    a heat table, which has no drawing. `fichier`: the CSV beside. `note`: what the drawing leaves out. `donnees`: what the
    script of the other periods needs to draw it again (periodes.js); empty where it only shows the period of the edition.
    """

    code: str
    constat: str
    sujet: str
    unite: str
    base: str
    periode: str
    alternative: str
    svg: str
    entetes: Sequence[str]
    lignes: Sequence[Sequence[str]]
    fichier: str
    statut: str
    legende: Sequence[Legende] = field(default=())
    teintes: Sequence[Sequence[str]] = field(default=())
    note: str = ""
    donnees: Mapping[str, str] = field(default_factory=dict)
