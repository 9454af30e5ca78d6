"""The words of a source for each of our nomenclatures, how often they come, and which of our codes they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from ingest.codes import Codes, forme_normale
from ingest.description.codes_de_la_source import codes_de, traduire
from ingest.description.langage import ET, Origine
from ingest.description.profils import masquer
from ingest.description.proposees import BlocPropose, Proposition
from ingest.layouts import Colonne, Table

_MOTS_PAR_COLONNE = 80
_PROCHE = 88
_MOT_FREQUENT = 3  # what is written less often may be somebody's name
_UN_CODE = re.compile(r"\d{1,4}")
_PERSONNEL = re.compile(r"@|(?:\d\D{0,2}){4}|\b(?:M|Mr|Mme|Mlle|Monsieur|Madame)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Valeur:
    """One word of a column. `code`: of ours, None when unknown; `proche`: a code whose form resembles it, to be confirmed.

    `visible`: the word, or its shape where it could name a person.
    """

    feuille: str
    table: Table
    colonne: Colonne
    entete: str
    mot: str
    visible: str
    nombre: int
    code: str | None
    proche: str | None = None


def valeurs_de(proposition: Proposition, codes: Codes) -> list[Valeur]:
    """Of all the columns of words that something is proposed for."""
    noms = noms_de_personnes(proposition)
    valeurs: list[Valeur] = []
    for bloc in proposition.blocs:
        for proposee in bloc.colonnes:
            if proposee.cible is not None and proposee.cible.colonne.nomenclature is not None:
                table, colonne = proposee.cible.places[0]
                valeurs += _d_une_colonne(proposition, bloc, table, colonne, proposee.entete, codes, noms)
    return valeurs


def _d_une_colonne(
    proposition: Proposition,
    bloc: BlocPropose,
    table: Table,
    colonne: Colonne,
    entete: str,
    codes: Codes,
    noms: frozenset[str],
) -> list[Valeur]:
    nomenclature = str(colonne.nomenclature)
    comptes = bloc.vu.lignes[entete].drop_nulls().value_counts(sort=True).head(_MOTS_PAR_COLONNE)
    mots = comptes[entete]
    origines = {
        p.cible.colonne.entete: Origine(colonnes=(p.entete,))
        for p in bloc.colonnes
        if p.cible is not None and p.cible.places[0][0] is table
    }
    libelles = codes_de(table, colonne, bloc.vu.feuilles, origines, proposition.traductions)
    traduits = traduire(mots, colonne, Origine(colonnes=(entete,)), libelles)
    if colonne.type == "liste":
        lus = codes.lire_liste(nomenclature, traduits)
        connus = lus.select(
            c=pl.when(pl.col("inconnues").is_null()).then(pl.col("codes").list.join(ET))
        ).to_series()
    else:
        connus = codes.lire(nomenclature, traduits)
    formes = codes.formes.get(nomenclature, {})
    mots_connus = _mots_connus(codes) if connus.null_count() else frozenset()
    valeurs = []
    for mot, traduit, nombre, code in zip(mots, traduits, comptes["count"], connus, strict=True):
        proche = None
        if code is None:
            trouve = process.extractOne(
                forme_normale(traduit), list(formes), scorer=fuzz.ratio, score_cutoff=_PROCHE
            )
            proche = formes[trouve[0]] if trouve else None
        personnel = bool(_PERSONNEL.search(mot)) or bool(set(forme_normale(mot).split()) & noms)
        connu = (
            proche is not None or _UN_CODE.fullmatch(mot) or set(forme_normale(mot).split()) <= mots_connus
        )
        montrable = code is not None or (not personnel and (nombre >= _MOT_FREQUENT or bool(connu)))
        valeurs.append(
            Valeur(
                bloc.vu.titre,
                table,
                colonne,
                entete,
                mot,
                mot if montrable else masquer(mot),
                int(nombre),
                code,
                proche,
            )
        )
    return valeurs


def _mots_connus(codes: Codes) -> frozenset[str]:
    """The words that all that nomenclatures know is made of: none is somebody's name."""
    return frozenset(m for formes in codes.formes.values() for forme in formes for m in forme.split())


def noms_de_personnes(proposition: Proposition) -> frozenset[str]:
    """The words of the names and first names that the source holds."""
    mots: set[str] = set()
    for bloc in proposition.blocs:
        for proposee in bloc.colonnes:
            if proposee.cible is not None and proposee.cible.colonne.type == "identite":
                for nom in bloc.vu.lignes[proposee.entete].drop_nulls().unique():
                    mots |= {m for m in forme_normale(nom).split() if len(m) > 2}
    return frozenset(mots)
