"""Keys that two slightly different writings of one person share: keyed hashes of altered identities, one rule each.

Names of earlier deposits are gone when a later one comes: what may be needed to recognise a person is computed while
her name is in memory. Nothing is decided here; models/intermediate compares the keys and links or does not.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from ingest.identity import SEPARATEUR, hacher, normaliser_chaque_nom

NOMENCLATURES = Path(__file__).parent.parent / "seeds" / "nomenclatures"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "depot": pl.Int32,
    "id_personne": pl.String,
    "regle": pl.String,
    "cle": pl.Int64,
}
# The first 64 bits of a hash of 256 are kept: enough for no two of ten million keys to meet by chance.
_MOTS_PAR_EMPREINTE = 4
_DEBUT_PRENOM = 3


@dataclass(frozen=True)
class _Donnees:
    """Fewest letters by rule; first names by short form; words of names that say nothing."""

    lettres: dict[str, int]
    prenoms: dict[str, list[str]]
    mots_vides: frozenset[str]


@lru_cache(maxsize=1)
def _donnees() -> _Donnees:
    def lire(fichier: str) -> Iterator[dict[str, str]]:
        with (NOMENCLATURES / fichier).open(encoding="utf-8", newline="") as ouvert:
            yield from csv.DictReader(ouvert)

    prenoms: defaultdict[str, list[str]] = defaultdict(list)
    for ligne in lire("prenoms_courts.csv"):
        prenoms[ligne["forme_courte"]].append(ligne["prenom"])
    return _Donnees(
        {ligne["code"]: int(ligne["lettres_min"]) for ligne in lire("regles_rapprochement.csv")},
        dict(prenoms),
        frozenset(ligne["mot"] for ligne in lire("mots_vides_des_noms.csv")),
    )


@dataclass(frozen=True, slots=True)
class _Identite:
    """Normalised name and first name, the words of the name, the birth date, as such and as text."""

    rang: int
    nom: str
    prenom: str
    naissance: dt.date
    mots: list[str]
    jour: str


_Identites = Sequence[_Identite]
_Formes = Iterator[tuple[int, str]]  # rank of the identity, one of its altered forms


def _ecrire(*champs: str) -> str:
    return SEPARATEUR.join(champs)


def _jour_mois(identites: _Identites, _: int) -> _Formes:
    for p in identites:
        jour, mois = p.naissance.day, p.naissance.month
        if jour <= 12 and jour != mois:
            tries = f"{p.naissance.year}-{min(jour, mois)}-{max(jour, mois)}"
            yield p.rang, _ecrire(p.nom, p.prenom, tries)


def _nom_prenom_inverses(identites: _Identites, _: int) -> _Formes:
    for p in identites:
        yield p.rang, _ecrire(*sorted((p.nom, p.prenom)), p.jour)


def _une_lettre(identites: _Identites, lettres: int) -> _Formes:
    """Two words one letter apart, or with two neighbours exchanged, are the same word less one letter."""
    for p in identites:
        for champ, mot, autre in (("nom", p.nom, p.prenom), ("prenom", p.prenom, p.nom)):
            if len(mot) >= lettres:
                commun = _ecrire(champ, autre, p.jour, "")
                yield p.rang, commun + mot
                for forme in {mot[:i] + mot[i + 1 :] for i in range(len(mot))}:
                    yield p.rang, commun + forme


def _nom_compose(identites: _Identites, lettres: int) -> _Formes:
    vides = _donnees().mots_vides
    for p in identites:
        for mot in p.mots:
            if len(mot) >= lettres and mot not in vides:
                yield p.rang, _ecrire(mot, p.prenom, p.jour)


def _prenom_court(identites: _Identites, lettres: int) -> _Formes:
    entiers = _donnees().prenoms
    for p in identites:
        for debut in {e[:_DEBUT_PRENOM] for e in entiers.get(p.prenom, [p.prenom]) if len(e) >= lettres}:
            yield p.rang, _ecrire(debut, p.nom, p.jour)


def _nom_marital(identites: _Identites, lettres: int) -> _Formes:
    for p in identites:
        if len(p.prenom) >= lettres:
            yield p.rang, _ecrire(p.prenom, p.jour)


_REGLES: dict[str, Callable[[_Identites, int], _Formes]] = {
    "JOUR_MOIS": _jour_mois,
    "NOM_PRENOM_INVERSES": _nom_prenom_inverses,
    "UNE_LETTRE": _une_lettre,
    "NOM_COMPOSE": _nom_compose,
    "PRENOM_COURT": _prenom_court,
    "NOM_MARITAL": _nom_marital,
}


def cles_de_rapprochement(personnes: pl.DataFrame, cle: bytes) -> pl.DataFrame:
    """depot, id_personne, nom, prenom, date_naissance of complete identities → SCHEMA, each key once per deposit."""
    avec = personnes.select(
        "depot",
        "id_personne",
        "date_naissance",
        nom=normaliser_chaque_nom(personnes["nom"]),
        prenom=normaliser_chaque_nom(personnes["prenom"]),
        mots=_mots(personnes["nom"]),
    )
    distinctes = (
        avec.group_by("id_personne")
        .agg(
            pl.col("nom", "prenom", "date_naissance").first(),
            pl.col("mots").list.explode(keep_nulls=False, empty_as_null=False).unique(),
        )
        .with_row_index("rang")
    )
    identites = [
        _Identite(rang, nom, prenom, naissance, mots, naissance.isoformat())
        for rang, nom, prenom, naissance, mots in distinctes.drop("id_personne").iter_rows()
    ]
    par_regle = [_hacher(regle, formes, identites, cle) for regle, formes in _REGLES.items()]
    return (
        avec.select("depot", "id_personne")
        .unique()
        .join(distinctes.select("rang", "id_personne"), on="id_personne")
        .join(pl.concat(par_regle), on="rang", maintain_order="left")
        .select(*SCHEMA)
    )


def _hacher(
    regle: str, formes: Callable[[_Identites, int], _Formes], identites: _Identites, cle: bytes
) -> pl.DataFrame:
    connues = list(formes(identites, _donnees().lettres[regle]))
    empreintes = hacher(cle, _ecrire("rapprochement", regle, ""), [forme for _, forme in connues])
    entiers = np.frombuffer(b"".join(empreintes), dtype=">i8")[::_MOTS_PAR_EMPREINTE]
    return pl.DataFrame(
        {"rang": [rang for rang, _ in connues], "regle": regle, "cle": entiers.astype("<i8")},
        schema={"rang": pl.UInt32, "regle": pl.String, "cle": pl.Int64},
    )


def _mots(noms: pl.Series) -> pl.Series:
    """The words of each name, normalised: those of `Martin-Durand (née Petit)` are MARTIN, DURAND, NEE and PETIT."""
    distincts = noms.unique().drop_nulls()
    decoupes = pl.DataFrame(
        {"nom": distincts, "mot": [re.findall(r"[^\W\d_]+", nom) for nom in distincts.to_list()]},
        schema={"nom": pl.String, "mot": pl.List(pl.String)},
    ).explode("mot")
    listes = (
        decoupes.with_columns(mot=normaliser_chaque_nom(decoupes["mot"]))
        .drop_nulls("mot")
        .group_by("nom")
        .agg("mot")
    )
    return noms.to_frame("nom").join(listes, on="nom", how="left", maintain_order="left")["mot"]
