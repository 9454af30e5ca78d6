"""What every sheet of a territory's workbook needs: the figures, the labels, the periods, the pen."""

from __future__ import annotations

from dataclasses import dataclass

from exports.classeurs.charte import Classeur
from exports.edition.regard import Regard


@dataclass(frozen=True)
class Contexte(Regard):
    """The same, with the workbook that its sheets are written in."""

    classeur: Classeur
