"""Who deposits and when, as a source says it: in cells beside their labels, else in the names of its files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlsxwriter.utility import xl_col_to_name

from ingest.cellules import dit_vide
from ingest.description.entetes import deviner
from ingest.description.observation import Observation
from ingest.description.vocabulaire import LIBELLES_D_IDENTITE
from ingest.discovery import Candidat
from ingest.feuilles import FeuilleLue, Feuilles
from ingest.layouts import Layout, normaliser
from ingest.provenance import dites_par_le_nom, lire_date

_JOURS = ("debut", "fin", "extraction")
_COLONNES_D_UNE_FICHE = 4  # a sheet of labels and values is narrow
_DATE_D_UN_NOM = re.compile(r"(?<!\d)(?:20\d{6}|20\d\d-\d\d-\d\d|\d\d-\d\d-20\d\d)(?!\d)")


@dataclass(frozen=True)
class Identifiee:
    """`cellules`: what is said → « Feuille!B2 ». `noms`: patterns of the names of deposits. `muette`: whether their names
    of ours, `depots.csv` or a sheet of information do not say it."""

    cellules: Mapping[str, str] = field(default_factory=dict)
    noms: tuple[str, ...] = ()
    muette: bool = False


def identifier_la_source(observation: Observation, layouts: Sequence[Layout]) -> Identifiee:
    """What all its deposits say at the same place, of what neither their names of ours, `depots.csv` nor a sheet of
    information already says."""
    libelles = _libelles(layouts)
    infos = {normaliser(n) for la in layouts if la.informations for n in la.informations.noms}
    lieux: list[dict[str, tuple[str, str]]] = []
    muets: list[Candidat] = []
    for candidat, _, feuilles in observation.classeurs:
        dites = dites_par_le_nom(candidat.nom) | dict(candidat.dites)
        if all(dites.get(cle) for cle in _JOURS) or any(normaliser(n) in infos for n in feuilles.noms):
            continue
        muets.append(candidat)
        lieux.append(_lieux(feuilles, libelles))
    if not muets:
        return Identifiee()
    cellules = {
        cle: lieu
        for cle, (lieu, _) in lieux[0].items()
        if all(lus.get(cle, ("",))[0] == lieu for lus in lieux)
    }
    patrons = {_patron(c.nom) for c in muets}
    patron = patrons.pop() if len(patrons) == 1 else None
    if patron is None or not any(cle in cellules for cle in _JOURS):
        return Identifiee(cellules, (patron,) if patron else (), True)
    dites_deux_fois = [_jours(lus, c.nom, cellules) for lus, c in zip(lieux, muets, strict=True)]
    if all(cellule == nom for jours in dites_deux_fois for cellule, nom in jours):
        return Identifiee(cellules, (patron,), True)
    # cells and names are not of the same days: which of them are the deposit's is not known
    return Identifiee({cle: lieu for cle, lieu in cellules.items() if cle not in _JOURS}, (), True)


def _jours(
    lus: Mapping[str, tuple[str, str]], nom: str, cellules: Mapping[str, str]
) -> list[tuple[dt.date | None, dt.date | None]]:
    """Of each day that a cell says, it and what the name says."""
    dates = dict(zip(_JOURS, _DATE_D_UN_NOM.findall(nom), strict=True))
    return [(lire_date(lus[cle][1]), lire_date(dates[cle])) for cle in _JOURS if cle in cellules]


def _libelles(layouts: Sequence[Layout]) -> dict[str, str]:
    """How what is said is called → what it is."""
    formes = {normaliser(f): cle for cle, fs in LIBELLES_D_IDENTITE.items() for f in fs}
    for layout in layouts:
        if layout.informations is not None:
            formes |= {f: cle for cle, fs in layout.informations.cles.items() for f in fs}
    return formes


def _lieux(feuilles: Feuilles, libelles: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What is said → the cell and what it holds, of the rows above a header and of sheets of labels and values; but for what
    two cells say otherwise."""
    lieux: dict[str, tuple[str, str]] = {}
    dites: dict[str, set[str]] = {}
    for nom in feuilles.noms:
        feuille = feuilles.lire(nom)
        for rang in range(_rangs_a_lire(feuille)):
            rangee = feuille.rangee(rang)
            ligne = feuille.tete[rang][0]
            for place, (libelle, valeur) in enumerate(pairwise(rangee), start=1):
                cle = libelles.get(normaliser(libelle)) if libelle else None
                if cle is None or valeur is None or dit_vide(valeur):
                    continue
                if (lire_date(valeur) is None) == (cle not in _JOURS):
                    lieux.setdefault(cle, (f"{nom}!{xl_col_to_name(place)}{ligne}", valeur))
                    dites.setdefault(cle, set()).add(normaliser(valeur))
    return {cle: lieu for cle, lieu in lieux.items() if len(dites[cle]) == 1}


def _rangs_a_lire(feuille: FeuilleLue) -> int:
    largeur = max(
        (sum(c is not None for c in feuille.rangee(r)) for r in range(len(feuille.tete))), default=0
    )
    entete = deviner(feuille)
    return len(feuille.tete) if largeur <= _COLONNES_D_UNE_FICHE or entete is None else entete.rang


def _patron(nom: str) -> str | None:
    """« suivi 20240101_20241231_20250120 » → `{debut}_{fin}_{extraction}`; None of other dates, or in another order."""
    dates = list(_DATE_D_UN_NOM.finditer(nom))
    jours = [lire_date(d[0]) for d in dates]
    if len(dates) != len(_JOURS) or None in jours or jours != sorted(jours, key=str):
        return None
    entre = [nom[a.end() : b.start()] for a, b in pairwise(dates)]
    return f"{{debut}}{entre[0]}{{fin}}{entre[1]}{{extraction}}"
