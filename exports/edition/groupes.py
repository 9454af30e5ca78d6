"""The key figures in the groups in which they are read, whatever shows them (data: modeles/chiffres_cles.csv)."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS

_LIGNES = lire_lignes(MODELES_DES_ECRITS / "chiffres_cles.csv")
Groupes = tuple[tuple[str, tuple[str, ...]], ...]
GROUPES: Groupes = tuple(
    (groupe, tuple(x["mesure"] for x in lignes))
    for groupe, lignes in groupby(_LIGNES, key=itemgetter("groupe"))
)
# the latest persons have not all reached six months: the counts of two years do not compare
SANS_EVOLUTION = {x["mesure"] for x in _LIGNES if x["se_compare"] == "non"}
EN_PART_DES_HEURES = {x["mesure"] for x in _LIGNES if x["part_des_heures"] == "oui"}
