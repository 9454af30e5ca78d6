"""The workbooks of a package: which ones, for which territories, in which folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from exports.classeurs.dgefp import ecrire_dgefp
from exports.classeurs.fiches import ecrire_comite, ecrire_retour_instruction
from exports.classeurs.une_page import ecrire_une_page
from exports.edition.publication import Publication

DGEFP, CHIFFRES_CLES, INSTRUCTION, COMITE = "dgefp", "chiffres_cles", "instruction_2019", "comite"
INDETERMINE = "ND"
# the territories' own workbooks first in the package, the short sheets in folders
_DOSSIERS = {DGEFP: "", CHIFFRES_CLES: "chiffres_cles", INSTRUCTION: "instruction_2019", COMITE: "comites"}
_ECRIRE: dict[str, Callable[[Publication, str, Path], Path]] = {
    DGEFP: ecrire_dgefp,
    CHIFFRES_CLES: ecrire_une_page,
    INSTRUCTION: ecrire_retour_instruction,
    COMITE: ecrire_comite,
}


@dataclass(frozen=True)
class Ouvrage:
    """One workbook to write: its kind, and the code of its territory."""

    nature: str
    territoire: str

    def ecrire(self, publication: Publication, paquet: Path) -> Path:
        """Writes it at its place in the package; gives its path. Raises OSError when it cannot be written."""
        dossier = paquet / _DOSSIERS[self.nature]
        dossier.mkdir(exist_ok=True)
        return _ECRIRE[self.nature](publication, self.territoire, dossier)


def ouvrages(publication: Publication, territoires: Sequence[str] = ()) -> list[Ouvrage]:
    """Those of the head of the release and of the regions asked for, all when none is, and of their départements."""
    tete = publication.portee
    regions = [code for code in publication.en_activite("region") if code != tete.code]
    demandes = list(territoires) or [tete.code, *regions]
    connues = [code for code in demandes if code != INDETERMINE and tete.niveau_du_classeur(code) == "region"]
    return [
        *(Ouvrage(DGEFP, code) for code in demandes),
        *(Ouvrage(nature, code) for code in connues for nature in (CHIFFRES_CLES, INSTRUCTION)),
        *(Ouvrage(COMITE, code) for code in _departements(publication, connues)),
    ]


def _departements(publication: Publication, regions: Sequence[str]) -> list[str]:
    """Those of these regions that have key figures."""
    des_regions = publication.territoires.filter(
        (pl.col("niveau_territoire") == "departement") & pl.col("region").is_in(list(regions))
    )["code_territoire"].to_list()
    return [code for code in publication.en_activite("departement") if code in des_regions]
