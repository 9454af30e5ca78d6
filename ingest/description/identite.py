"""Who deposits and when, as a source says it: in cells beside their labels or in columns, else in the names
of its files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlsxwriter.utility import xl_col_to_name

from ingest.cellules import dit_vide
from ingest.description.dits_de_soi import (
    JOURS,
    ce_que_dit,
    cles_de,
    dit_la_periode,
    se_dit_seul,
    sujet,
)
from ingest.description.entetes import deviner
from ingest.description.lecture import dites_par_les_informations
from ingest.description.observation import DEPOT, Observation, sans_extension
from ingest.discovery import Candidat
from ingest.feuilles import FeuilleLue, Feuilles
from ingest.layouts import Layout, normaliser
from ingest.nommage import nom_de_table
from ingest.provenance import dites_par_le_nom, lire_date

_COLONNES_D_UNE_FICHE = 4  # a sheet of labels and values is narrow
# no version (V12) and no year (Suivi2024)
_CODE_D_UN_NOM = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{1,6}[_-]?(?!(?:19|20)\d\d(?!\d))\d{4,9}(?![A-Za-z0-9])"
)
_DATE_D_UN_NOM = re.compile(r"(?<!\d)(?:20\d{6}|20\d\d-\d\d-\d\d|\d\d-\d\d-20\d\d)(?!\d)")


@dataclass(frozen=True)
class Identifiee:
    """`cellules`: what is said → « Feuille!B2 », or the header of a column. `noms`: patterns of the names of deposits.
    `muette`: whether their names of ours, `depots.csv` or a sheet of information do not say it."""

    cellules: Mapping[str, str] = field(default_factory=dict)
    noms: tuple[str, ...] = ()
    muette: bool = False


def identifier_la_source(observation: Observation, layouts: Sequence[Layout]) -> Identifiee:
    """What all its deposits say at the same place, of what neither their names of ours, `depots.csv` nor a sheet of
    information already says."""
    listes = observation.listes.feuille if observation.listes else None
    muets: list[tuple[Candidat, dict[str, tuple[str, str]]]] = []
    autres: list[dict[str, tuple[str, str]]] = []
    for rang, (candidat, _, feuilles) in enumerate(observation.classeurs):
        dites = dites_par_le_nom(candidat.nom) | dict(candidat.dites)
        lus = _colonnes(observation, rang) | _lieux(feuilles, listes)
        for layout in layouts:
            dites |= dites_par_les_informations(layout, feuilles)
        if all(dites.get(cle) for cle in ("code_structure", *JOURS)):
            autres.append({cle: lu for cle, lu in lus.items() if cle == "commune"})
        else:
            muets.append((candidat, lus))
    if not muets:
        return Identifiee(_communs(autres))
    cellules = _communs([lus for _, lus in muets])
    patrons = {_patron(c.nom, "code_structure" in cellules) for c, _ in muets}
    patron = patrons.pop() if len(patrons) == 1 else None
    if patron is None or not any(cle in cellules for cle in JOURS):
        return Identifiee(cellules, (patron,) if patron else (), True)
    dites_deux_fois = [_jours(lus, c.nom, cellules) for c, lus in muets]
    if all(cellule == nom for jours in dites_deux_fois for cellule, nom in jours):
        return Identifiee(cellules, (patron,), True)
    # cells and names are not of the same days: which of them are the deposit's is not known
    return Identifiee({cle: lieu for cle, lieu in cellules.items() if cle not in JOURS}, (), True)


def _communs(lieux: Sequence[Mapping[str, tuple[str, str]]]) -> dict[str, str]:
    """What all say at the same place → that place."""
    return {
        cle: lieu
        for cle, (lieu, _) in lieux[0].items()
        if all(lus.get(cle, ("",))[0] == lieu for lus in lieux)
    }


def _jours(
    lus: Mapping[str, tuple[str, str]], nom: str, cellules: Mapping[str, str]
) -> list[tuple[dt.date | None, dt.date | None]]:
    """Of each day that a cell says, it and what the name says."""
    dates = dict(zip(JOURS, _DATE_D_UN_NOM.findall(nom), strict=True))
    return [
        (lire_date(ce_que_dit(cle, lus[cle][1]) or ""), lire_date(dates[cle]))
        for cle in JOURS
        if cle in cellules
    ]


def _lieux(feuilles: Feuilles, listes: str | None) -> dict[str, tuple[str, str]]:
    """What is said → the cell and what it holds, of the rows above a header and of sheets of labels and values; but for what
    two cells say otherwise. `listes`: the sheet of codes, which says nothing of the deposit."""
    trouves: dict[str, list[tuple[bool, str, str]]] = {}
    for nom in feuilles.noms:
        if listes is not None and nom_de_table(nom) == nom_de_table(listes):
            continue
        feuille = feuilles.lire(nom)
        rangs = range(_rangs_a_lire(feuille))
        for rang, place, libelle, texte, valeur in _dits([feuille.rangee(r) for r in rangs]):
            for cle, par_soi in cles_de(libelle, valeur).items():
                lieu = f"{sans_extension(nom)}!{xl_col_to_name(place)}{feuille.tete[rang][0]}"
                trouves.setdefault(cle, []).append((par_soi, lieu, texte))
    lieux: dict[str, tuple[str, str]] = {}
    for cle, dits in trouves.items():
        # « Structure » is its name where « Code structure » is its code
        surs = [d for d in dits if d[0]] or dits
        if len({normaliser(ce_que_dit(cle, texte) or "") for _, _, texte in surs}) == 1:
            lieux[cle] = surs[0][1:]
    return lieux


def _dits(rangees: Sequence[Sequence[str | None]]) -> Iterator[tuple[int, int, str, str, str]]:
    """Row and place of a cell, its label, its text and what of it is the value. The label is with it, before it, or above it
    in a row of labels that has one row below it."""
    for rang, rangee in enumerate(rangees):
        remplies = [(i, c) for i, c in enumerate(rangee) if c is not None and not dit_vide(c)]
        for place, texte in remplies:
            if seul := se_dit_seul(texte):
                yield rang, place, seul[0], texte, seul[1]
        for (_, libelle), (place, valeur) in pairwise(remplies):
            if sujet(valeur) is None:
                yield rang, place, libelle, valeur, valeur
        dessous = rangees[rang + 1] if rang + 1 < len(rangees) else ()
        ensuite = rangees[rang + 2] if rang + 2 < len(rangees) else ()
        if len(remplies) > 1 and not any(ensuite) and all(sujet(texte) for _, texte in remplies):
            for place, libelle in remplies:
                if place < len(dessous) and (valeur_dessous := dessous[place]):
                    yield rang + 1, place, libelle, valeur_dessous, valeur_dessous


def _colonnes(observation: Observation, rang: int) -> dict[str, tuple[str, str]]:
    """The days that a column of this deposit says, the same on every line, under a header that can mean nothing else."""
    lieux: dict[str, tuple[str, str]] = {}
    for bloc in observation.blocs:
        lignes = bloc.lignes.filter(bloc.lignes[DEPOT] == rang)
        for entete in bloc.entetes:
            valeurs = lignes[entete].unique()
            cles = cles_de(entete, valeurs.item() or "") if len(valeurs) == 1 else {}
            for cle in cles:
                # « Date de début » alone is that of a contract, or of an operation
                if (cle == "extraction" or (cle in JOURS and dit_la_periode(entete))) and cle not in lieux:
                    lieux[cle] = (entete, valeurs.item())
    return lieux


def _rangs_a_lire(feuille: FeuilleLue) -> int:
    largeur = max(
        (sum(c is not None for c in feuille.rangee(r)) for r in range(len(feuille.tete))), default=0
    )
    entete = deviner(feuille)
    return len(feuille.tete) if largeur <= _COLONNES_D_UNE_FICHE or entete is None else entete.rang


def _patron(nom: str, code_connu: bool) -> str | None:
    """« S59001 20240101_20241231_20250120 » → `{code_structure} {debut}_{fin}_{extraction}`; None of other dates, or in
    another order. `code_connu`: the structure is said elsewhere; else the only code before the dates is hers."""
    dates = list(_DATE_D_UN_NOM.finditer(nom))
    jours = [lire_date(d[0]) for d in dates]
    if len(dates) != len(JOURS) or None in jours or jours != sorted(jours, key=str):
        return None
    entre = [nom[a.end() : b.start()] for a, b in pairwise(dates)]
    patron = f"{{debut}}{entre[0]}{{fin}}{entre[1]}{{extraction}}"
    codes = list(_CODE_D_UN_NOM.finditer(nom, 0, dates[0].start()))
    if code_connu or len(codes) != 1:
        return patron
    return f"{nom[: codes[0].start()]}{{code_structure}}{nom[codes[0].end() : dates[0].start()]}{patron}"
