"""Keys that two slightly different writings of one person share: keyed hashes of altered identities, one rule each.

Names of earlier deposits are gone when a later one comes: what may be needed to recognise a person is computed while
her name is in memory. Nothing is decided here; models/intermediate compares the keys and links or does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from clauses.socle.project import SEEDS
from ingest.identity import SEPARATEUR, hacher, normaliser_chaque_nom

NOMENCLATURES = SEEDS / "nomenclatures"
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
    """Fewest letters by rule; short forms (prenom) of first names (entier); words of names that say nothing."""

    lettres: dict[str, int]
    prenoms: pl.DataFrame
    mots_vides: list[str]


@lru_cache(maxsize=1)
def _donnees() -> _Donnees:
    def lire(fichier: str) -> pl.DataFrame:
        return pl.read_csv(NOMENCLATURES / fichier, infer_schema=False)

    regles = lire("regles_rapprochement.csv").select("code", pl.col("lettres_min").cast(pl.Int64))
    return _Donnees(
        dict(regles.iter_rows()),
        lire("prenoms_courts.csv").select(prenom="forme_courte", entier="prenom"),
        lire("mots_vides_des_noms.csv")["mot"].to_list(),
    )


def _ecrire(*champs: pl.Expr) -> pl.Expr:
    return pl.concat_str(*champs, separator=SEPARATEUR).alias("forme")


_NOM, _PRENOM, _JOUR = pl.col("nom"), pl.col("prenom"), pl.col("naissance").dt.to_string("iso")


def _jour_mois(identites: pl.DataFrame, _: int) -> pl.DataFrame:
    jour, mois = pl.col("naissance").dt.day(), pl.col("naissance").dt.month()
    tries = pl.format(
        "{}-{}-{}",
        pl.col("naissance").dt.year(),
        pl.min_horizontal(jour, mois),
        pl.max_horizontal(jour, mois),
    )
    return identites.filter(jour <= 12, jour != mois).select("rang", _ecrire(_NOM, _PRENOM, tries))


def _sexe_inconnu(identites: pl.DataFrame, _: int) -> pl.DataFrame:
    """The identity without its sex."""
    return identites.select("rang", _ecrire(_NOM, _PRENOM, _JOUR))


def _jour_voisin(identites: pl.DataFrame, _: int) -> pl.DataFrame:
    """Two births a day apart share the night between."""
    soirs = (pl.col("naissance").dt.offset_by(ecart).dt.to_string("iso") for ecart in ("0d", "-1d"))
    return pl.concat(identites.select("rang", _ecrire(_NOM, _PRENOM, soir)) for soir in soirs)


def _nom_prenom_inverses(identites: pl.DataFrame, _: int) -> pl.DataFrame:
    premier, second = pl.min_horizontal(_NOM, _PRENOM), pl.max_horizontal(_NOM, _PRENOM)
    return identites.select("rang", _ecrire(premier, second, _JOUR))


def _une_lettre(identites: pl.DataFrame, lettres: int) -> pl.DataFrame:
    """Two words one letter apart, or with two neighbours exchanged, are the same word less one letter."""
    mot, place = pl.col("mot"), pl.col("place")
    champs = pl.concat(
        identites.select("rang", mot=m, commun=_ecrire(pl.lit(champ), autre, _JOUR, pl.lit("")))
        for champ, m, autre in (("nom", _NOM, _PRENOM), ("prenom", _PRENOM, _NOM))
    ).filter(mot.str.len_chars() >= lettres)
    sans_une = (
        champs.with_columns(place=pl.int_ranges(mot.str.len_chars()))
        .explode("place")
        # of a doubled letter, either one may go
        .filter(mot.str.slice(place, 1) != mot.str.slice(place + 1, 1))
        .with_columns(mot=mot.str.head(place) + mot.str.slice(place + 1))
    )
    formes = pl.concat([champs, sans_une.drop("place")])
    return formes.select("rang", forme=pl.col("commun") + mot)


def _nom_compose(identites: pl.DataFrame, lettres: int) -> pl.DataFrame:
    mot = pl.col("mots")
    return (
        identites.explode("mots")
        .filter(mot.str.len_chars() >= lettres, ~mot.is_in(_donnees().mots_vides))
        .select("rang", _ecrire(mot, _PRENOM, _JOUR))
    )


def _prenom_court(identites: pl.DataFrame, lettres: int) -> pl.DataFrame:
    entier = pl.col("entier")
    return (
        identites.join(_donnees().prenoms, on="prenom", how="left")
        .with_columns(entier=entier.fill_null(_PRENOM))
        .filter(entier.str.len_chars() >= lettres)
        .select("rang", _ecrire(entier.str.head(_DEBUT_PRENOM), _NOM, _JOUR))
        .unique()
    )


def _nom_marital(identites: pl.DataFrame, lettres: int) -> pl.DataFrame:
    return identites.filter(_PRENOM.str.len_chars() >= lettres).select("rang", _ecrire(_PRENOM, _JOUR))


_REGLES: dict[str, Callable[[pl.DataFrame, int], pl.DataFrame]] = {
    "SEXE_INCONNU": _sexe_inconnu,
    "JOUR_MOIS": _jour_mois,
    "NOM_PRENOM_INVERSES": _nom_prenom_inverses,
    "UNE_LETTRE": _une_lettre,
    "NOM_COMPOSE": _nom_compose,
    "PRENOM_COURT": _prenom_court,
    "JOUR_VOISIN": _jour_voisin,
    "NOM_MARITAL": _nom_marital,
}


def cles_de_rapprochement(personnes: pl.DataFrame, cle: bytes) -> pl.DataFrame:
    """depot, id_personne, nom, prenom, date_naissance of complete identities → SCHEMA, each key once per deposit."""
    avec = personnes.select(
        "depot",
        "id_personne",
        naissance="date_naissance",
        nom=normaliser_chaque_nom(personnes["nom"]),
        prenom=normaliser_chaque_nom(personnes["prenom"]),
        mots=_mots(personnes["nom"]),
    )
    distinctes = (
        avec.group_by("id_personne")
        .agg(
            pl.col("nom", "prenom", "naissance").first(),
            pl.col("mots").list.explode(keep_nulls=False, empty_as_null=False).unique(),
        )
        .with_row_index("rang")
    )
    par_regle = [
        _hacher(regle, formes(distinctes, _donnees().lettres[regle]), cle)
        for regle, formes in _REGLES.items()
    ]
    return (
        avec.select("depot", "id_personne")
        .unique()
        .join(distinctes.select("rang", "id_personne"), on="id_personne")
        .join(pl.concat(par_regle), on="rang", maintain_order="left")
        .select(*SCHEMA)
    )


def _hacher(regle: str, formes: pl.DataFrame, cle: bytes) -> pl.DataFrame:
    """rang, forme → rang, regle, cle."""
    empreintes = hacher(cle, f"rapprochement{SEPARATEUR}{regle}{SEPARATEUR}", formes["forme"].to_list())
    entiers = np.frombuffer(b"".join(empreintes), dtype=">i8")[::_MOTS_PAR_EMPREINTE]
    return formes.select("rang", regle=pl.lit(regle), cle=pl.Series(entiers.astype("<i8"), dtype=pl.Int64))


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
