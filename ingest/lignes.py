"""Lines of a table that are no data: sums, page feet, notes. Words: lignes.yml.

Only lines that lack a value every row must have are looked at; what they hold must prove that they are none. In doubt a line
stays, and is set aside with its finding: a row of hours never goes in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl
import yaml

from clauses.socle.project import PAQUETS
from ingest.cellules import regle_de_l_illisible
from ingest.layouts import Colonne, Table
from ingest.nettoyage import nettoyer_serie
from ingest.nombres import lire_heures

_MOTS: dict[str, list[str]] = yaml.safe_load((PAQUETS / "ingest" / "lignes.yml").read_text(encoding="utf-8"))
# what stands in such columns belongs to one person, thing or day, unless it is a count
_TYPES_PROPRES = frozenset(
    {"date", "naissance", "identite", "siret", "commune", "oui_non", "nomenclature", "liste", "qpv", "rome"}
)
_TYPES_DE_CLE = frozenset({"code", "mois", "date", "texte", "horizon"})
_TYPES_DE_NOMBRE = frozenset({"nombre", "heures", "pourcentage"})
_NOMBRE = r"^[-+]?[\d\s.,'’]*\d[\s%€h]*$"
_PETIT_NOMBRE = r"^\d{1,4}(?:[.,]\d+)?$"
_JOUR = r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$"
_PHRASE = r"\p{L}{3}.*\s|\s.*\p{L}{3}"


_SIGNE = "[^a-z0-9_]"  # texts are compared without case nor accents


def _aux_bouts(mots: list[str]) -> str:
    """One of these words begins or ends the text."""
    choix = "|".join(sorted(map(re.escape, mots), key=len, reverse=True))
    return rf"^{_SIGNE}*(?:{choix})(?:{_SIGNE}|$)|(?:^|{_SIGNE})(?:{choix}){_SIGNE}*$"


_TOTAL = _aux_bouts(_MOTS["totaux"])
_CALCUL = _aux_bouts(_MOTS["calculs"])
# punctuation is a word too: « * », « (1) », « © »
_DEBUTS = "|".join(re.escape(m) + r"\b" * m[-1].isalnum() for m in _MOTS["pieds"])
_PIED = rf"^(?:{_DEBUTS})|(?:^|{_SIGNE})page \d"
_ETIQUETTE = f"{_TOTAL}|{_CALCUL}|{_PIED}"
_COMPTABLE = f"{_NOMBRE}|{_JOUR}|{_ETIQUETTE}"
_MOTS_D_UNE_NOTE = 5
_TOLERANCE = 0.01


def disent_un_total(textes: pl.Series) -> pl.Series:
    """True for the texts that begin or end with a word for a sum."""
    return textes.to_frame("t").select(_dit(_TOTAL, _sans_accent(pl.col("t")))).to_series()


def sont_a_regarder(table: Table, lignes: pl.DataFrame) -> pl.Series:
    """True for lines that lack what every row must have, or have a label for it. `lignes`: known columns, stripped."""
    requises = [c.nom for c in table.colonnes if (c.requise or c.valeur) and c.nom in lignes.columns]
    obligatoires = [c.nom for c in table.colonnes if c.valeur and c.nom in lignes.columns]
    return lignes.select(
        pl.lit(not obligatoires)
        | _une(pl.col(n).is_null() | _dit(f"(?i){_TOTAL}", pl.col(n)) for n in obligatoires)
        | (pl.sum_horizontal(pl.lit(0), *(pl.col(n).is_not_null() for n in requises)) <= 1)
    ).to_series()


def sont_des_donnees(table: Table, lignes: pl.DataFrame, cellules: pl.DataFrame) -> pl.DataFrame:
    """`donnees`: false for lines that are empty or no data. `somme`: true for those that may be a sum without a label.

    `lignes`: the known columns of lines that lack something; `cellules`: all their cells, as their sheets are laid out.
    Both stripped, empty text as null.
    """
    presentes = [c for c in table.colonnes if c.nom in lignes.columns]
    obligatoires = [c for c in presentes if c.valeur]
    nombres = [pl.col(c.nom) for c in presentes if c.type in _TYPES_DE_NOMBRE]
    toutes = pl.all()
    dites = lignes.select(_sans_accent(pl.col(c.nom)) for c in presentes).hstack(
        cellules.select(_sans_accent(toutes)).select(
            _premiere=pl.coalesce(toutes),
            _remplies=pl.sum_horizontal(toutes.is_not_null()),
            _chiffrees=pl.all_horizontal(toutes.is_null() | toutes.str.contains(_NOMBRE)),
            _comptables=pl.all_horizontal(toutes.is_null() | toutes.str.contains(_COMPTABLE)),
            _illisibles=pl.any_horizontal(regle_de_l_illisible(toutes).is_not_null()),
        )
    )
    premiere = pl.col("_premiere")
    etiquettes = [premiere, *(pl.col(c.nom) for c in presentes if c.requise or c.valeur)]
    incomplete = _une(_manque(c) for c in obligatoires)
    sans_cle = _toutes(_manque(c) for c in obligatoires if c.type in _TYPES_DE_CLE)
    # where one value makes a row, a label must be all there is but numbers
    unique = pl.lit(len(obligatoires) <= 1)
    total = _une(_dit(_TOTAL, e) for e in etiquettes) & incomplete
    calcul = _une(_dit(_CALCUL, e) for e in etiquettes) & sans_cle
    pied = _dit(_PIED, premiere) & sans_cle & _toutes(n.is_null() | _dit(_ETIQUETTE, n) for n in nombres)
    intitulee = (
        (total | calcul | pied)
        & _toutes(_comptable(c) for c in presentes if c.type in _TYPES_PROPRES)
        & (~unique | pl.col("_comptables"))
    )
    phrase = (
        (pl.col("_remplies") == 1)
        & _dit(_PHRASE, premiere)
        & ~pl.col("_illisibles")
        & _toutes(n.is_null() for n in nombres)
        & (~unique | (premiere.str.count_matches(r"\S+") >= _MOTS_D_UNE_NOTE))
    )
    somme = (
        _toutes(pl.col(c.nom).is_null() for c in presentes if c.type not in _TYPES_DE_NOMBRE)
        & _une(n.is_not_null() for n in nombres)
        & pl.col("_chiffrees")
    )
    return dites.select(donnees=premiere.is_not_null() & ~intitulee & ~phrase, somme=somme).fill_null(False)


def _dit(motif: str, cellule: pl.Expr) -> pl.Expr:
    return cellule.str.contains(motif).fill_null(False)


def _manque(colonne: Colonne) -> pl.Expr:
    """Nothing, or a label in the place of a value; a day is no code."""
    cellule = pl.col(colonne.nom)
    jour = pl.lit(colonne.type in ("code", "texte")) & _dit(_JOUR, cellule)
    return cellule.is_null() | _dit(_ETIQUETTE, cellule) | jour


def _comptable(colonne: Colonne) -> pl.Expr:
    """What a line that is no data may hold in such a column: a count, a label, the day it was printed."""
    cellule = pl.col(colonne.nom)
    jour = pl.lit(colonne.type not in ("date", "naissance")) & _dit(_JOUR, cellule)
    return cellule.is_null() | _dit(_PETIT_NOMBRE, cellule) | jour | _dit(_ETIQUETTE, cellule)


def _toutes(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(pl.lit(True), *conditions)


def _une(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *conditions)


def sont_des_sommes(table: Table, lignes: pl.DataFrame, rangs: pl.Series) -> pl.Series:
    """Of these lines, those whose every number is the sum of its column, since the last such line or over the whole sheet.

    `lignes`: depot and the known columns of lines that count and of these; `rangs`: their places in it.
    """
    colonnes = [c for c in table.colonnes if c.type in _TYPES_DE_NOMBRE and c.nom in lignes.columns]
    depots = lignes["depot"].gather(rangs)
    reconnues: list[int] = []
    for (depot,), feuille in (
        lignes.with_row_index("_rang")
        .filter(pl.col("depot").is_in(depots.unique().implode()))
        .group_by("depot", maintain_order=True)
    ):
        candidates = rangs.filter(depots == depot).to_list()
        nombres = feuille.select("_rang", *(_nombres(feuille[c.nom]).alias(c.nom) for c in colonnes))
        donnees = nombres.filter(~pl.col("_rang").is_in(candidates))
        precedente = -1
        for rang in candidates:
            dites = {
                n: v
                for n, v in nombres.row(by_predicate=pl.col("_rang") == rang, named=True).items()
                if n != "_rang" and v is not None
            }
            au_dessus = donnees.filter(pl.col("_rang").is_between(precedente, rang))
            if dites and any(
                all(abs(float(ensemble[n].sum()) - v) < _TOLERANCE for n, v in dites.items())
                for ensemble in (donnees, au_dessus)
            ):
                reconnues.append(rang)
            precedente = rang
    return pl.Series(reconnues, dtype=rangs.dtype)


def _nombres(textes: pl.Series) -> pl.Series:
    return lire_heures(nettoyer_serie(textes))


def _sans_accent(texte: pl.Expr) -> pl.Expr:
    return texte.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
