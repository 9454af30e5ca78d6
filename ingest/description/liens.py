"""What keys, references and constancy add to the weights, whatever the headers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ingest.description.affectation import Paire
from ingest.description.observation import DEPOT, BlocVu, Observation
from ingest.description.profils import part_vraie
from ingest.description.proposees import Cible
from ingest.layouts import Layout, Table

_REFERENCE, _CITANTES = 0.4, 2  # of each sheet that refers to a key, two of them at most
_CLE_REPETEE = -0.6
CODES_PROBANTS = 3
_CLES_UNIQUES, _CLES_PRESQUE_UNIQUES = 0.98, 0.9  # some rows are there twice
_PHRASE = r"\S\s+\S+\s+\S"
_DATE_OU_SIRET = r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|^\d{4}-\d{2}|^\d{13,}$"
_MARCHES = ("numero_marche", "code_marche")
_PREVUES = ("heures_prevues", "heures_travaillees_prevues", "montant_ht")
_EN_CHIFFRES = r"^[-+]?[\d\s.,:h]+$"
_VARIE, _CONSTANTE = 0.2, 0.4
_CHANGE = 0.2  # share of codes
_LIGNES_D_UN_DEPOT = 5


def references(
    observation: Observation, layout: Layout, repartition: Mapping[int, Sequence[Table]]
) -> dict[int, dict[tuple[str, str], float]]:
    """What keys and references add to the weights, whatever the headers: a column without twice the same value, which a
    column of another sheet takes its values from, is the key of its table; that other column refers to it.
    """
    fiches = {rang: _codes_d_un_bloc(observation.blocs[rang]) for rang in repartition}
    bonus: dict[int, dict[tuple[str, str], float]] = {}
    citees: dict[tuple[int, str, str], set[int]] = {}
    for rang, tables in repartition.items():
        for table in tables:
            if len(table.cle) != 1:
                continue
            for entete in _repetees(observation.blocs[rang], len(tables) > 1):
                bonus.setdefault(rang, {}).setdefault((entete, table.cle[0]), _CLE_REPETEE)
        for table in tables:
            for parent in table.parents:
                lien = parent.colonnes[0]
                for autre, leurs in repartition.items():
                    if autre == rang or parent.table not in [t.nom for t in leurs]:
                        continue
                    for entete, fiche in fiches[rang].items():
                        if fiche.compteur:
                            continue
                        for leur, sa_fiche in fiches[autre].items():
                            part = fiche.dans(sa_fiche)
                            if part >= 0.9 and (sa_fiche.unique or len(leurs) > 1):
                                bonus.setdefault(rang, {})[entete, lien] = _REFERENCE
                                citees.setdefault((autre, leur, lien), set()).add(rang)
    for (autre, leur, lien), citantes in citees.items():
        bonus.setdefault(autre, {})[leur, lien] = _REFERENCE * min(len(citantes), _CITANTES)
    return bonus


def temoins(vu: BlocVu, layout: Layout, paires: Sequence[Paire]) -> dict[tuple[str, str], float]:
    """On a flat sheet, a code is no code of a thing when what never changes of that thing changes with it."""
    bonus: dict[tuple[str, str], float] = {}
    for nom, temoin in layout.temoins.items():
        place = next((p.entete for p in paires if p.cible.colonne.nom == temoin), None)
        if place is None:
            continue
        for entete in _codes_d_un_bloc(vu):
            if entete != place and part_vraie(vu.par_objet([entete], place)["d"] > 1) > _CHANGE:
                bonus[entete, nom] = -_CONSTANTE
    return bonus


def constances(vu: BlocVu, cibles: Sequence[Cible]) -> dict[tuple[str, str], float]:
    """On a flat sheet, a deposit is of one structure: its code, name and commune are the same on all its lines."""
    de_la_structure = [
        c.colonne for c in cibles if "structure" in (c.colonne.groupe, c.colonne.nom.removeprefix("code_"))
    ]
    if not de_la_structure:
        return {}
    par_depot = vu.lignes.group_by(DEPOT).agg(pl.col(vu.entetes).drop_nulls().n_unique(), _n=pl.len())
    longs = par_depot.filter(pl.col("_n") >= _LIGNES_D_UN_DEPOT)
    if longs.is_empty():
        return {}
    return {
        (entete, colonne.nom): -_CONSTANTE if longs[entete].max() > 1 else _VARIE  # type: ignore[operator]
        for colonne in de_la_structure
        for entete in vu.entetes
    }


def dependances(vu: BlocVu, cibles: Sequence[Cible], paires: Sequence[Paire]) -> dict[tuple[str, str], float]:
    """On a sheet of hours that repeats its marchés: what is planned is the same on all lines of a marché, what is done is
    not."""
    marche = next((p.entete for p in paires if p.cible.colonne.nom in _MARCHES), None)
    if marche is None or not any(c.colonne.type == "heures" for c in cibles):
        return {}
    bonus: dict[tuple[str, str], float] = {}
    for entete in vu.entetes:
        if entete == marche or part_vraie(vu.lignes[entete].drop_nulls().str.contains(_EN_CHIFFRES)) < 0.8:
            continue
        par_marche = vu.par_objet([marche], entete)
        if par_marche.height < 2:
            continue
        varie = part_vraie(par_marche["d"] > 1)
        for cible in cibles:
            colonne = cible.colonne
            if colonne.type == "heures":
                bonus[entete, colonne.nom] = _VARIE if varie > 0.5 else -_CONSTANTE if varie < 0.1 else 0.0
            elif colonne.type == "nombre" and (colonne.groupe == "marche" or colonne.nom in _PREVUES):
                bonus[entete, colonne.nom] = -_CONSTANTE if varie > 0.2 else _VARIE / 2
    return bonus


def _repetees(vu: BlocVu, jointes: bool) -> list[str]:
    """The columns with a value that comes back within a deposit: no keys, unless the sheet is several tables joined."""
    if jointes or vu.mois:
        return []
    return [
        entete
        for entete in vu.entetes
        if (remplies := vu.lignes.select(DEPOT, entete).drop_nulls()).unique().height
        < _CLES_PRESQUE_UNIQUES * remplies.height
    ]


@dataclass(frozen=True)
class _Fiche:
    """The values of a column of codes. `unique`: within a deposit, none comes back; `compteur`: each is the one above it and
    one, which numbers rows and refers to nothing."""

    valeurs: frozenset[str]
    unique: bool
    compteur: bool

    def dans(self, autre: _Fiche) -> float:
        """Share of these values that the other column has."""
        return len(self.valeurs & autre.valeurs) / len(self.valeurs)


def _codes_d_un_bloc(vu: BlocVu) -> dict[str, _Fiche]:
    """The columns that may hold codes: short, of one word, neither dates nor SIRET, more than a few of them."""
    fiches: dict[str, _Fiche] = {}
    for entete in [*vu.entetes, *vu.noms_de_feuille]:
        remplies = vu.lignes.select(DEPOT, entete).drop_nulls()
        distincts = remplies[entete].unique()
        if len(distincts) < CODES_PROBANTS:
            continue
        if part_vraie(distincts.str.contains(_DATE_OU_SIRET)) > 0.5:
            continue
        if part_vraie(distincts.str.contains(_PHRASE)) > 0.5:
            continue
        # small numbers are in any column of small numbers
        if part_vraie(distincts.str.contains(r"\p{L}|\d{4}") & (distincts.str.len_chars() <= 40)) < 0.9:
            continue
        unique = remplies.unique().height >= _CLES_UNIQUES * remplies.height
        numeros = remplies.select(DEPOT, n=pl.col(entete).str.extract(r"(\d+)$").cast(pl.Int64, strict=False))
        pas = numeros.select((pl.col("n").diff().over(DEPOT)).drop_nulls().unique())["n"].to_list()
        compteur = unique and pas == [1] and entete in vu.entetes
        fiches[entete] = _Fiche(frozenset(distincts), unique, compteur)
    return fiches
