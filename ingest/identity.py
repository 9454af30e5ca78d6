"""Pseudonyms of persons: a keyed hash of the normalised identity. Names exist only here, and only in memory.

Rule (secrecy.md): HMAC-SHA-256, 256-bit key kept outside the warehouse, a domain prefix, fields separated by a unit
separator; names normalised by one versioned function (ligatures, NFKD, letters only, particles kept).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import polars as pl

VERSION = "personne-v1"
SEPARATEUR = "\x1f"


def identifiant_cle(cle: bytes) -> str:
    """Names a key without telling it: 16 hex digits, the same for the same key."""
    return hmac.digest(cle, b"identifiant-de-cle", hashlib.sha256).hex()[:16]


def hacher(cle: bytes, debut: str, fins: Iterable[str]) -> list[bytes]:
    """HMAC-SHA-256 of the version, `debut` and each of `fins`; what they share is hashed once."""
    commun = hmac.new(cle, f"{VERSION}{SEPARATEUR}{debut}".encode(), hashlib.sha256)
    empreintes = []
    for fin in fins:
        mac = commun.copy()
        mac.update(fin.encode())
        empreintes.append(mac.digest())
    return empreintes


def normaliser_nom(nom: pl.Expr) -> pl.Expr:
    """Letters only, upper case, no accents: `de oliveira`, `DE-OLIVEIRA` and `De Oliveïra` are one; empty is null."""
    lettres = (
        nom.str.to_lowercase()
        .str.replace_many(["œ", "æ", "ß"], ["oe", "ae", "ss"])
        .str.normalize("NFKD")
        .str.replace_all(r"[^\p{L}]", "")
        .str.to_uppercase()
    )
    return pl.when(lettres != "").then(lettres)


def normaliser_chaque_nom(noms: pl.Series) -> pl.Series:
    """Each distinct name normalised once."""
    distincts = noms.drop_nulls().unique()
    formes = distincts.to_frame("n").select(normaliser_nom(pl.col("n")))["n"]
    return noms.replace_strict(distincts, formes, default=None, return_dtype=pl.String)


def pseudonymiser(personnes: pl.DataFrame, cle: bytes) -> pl.DataFrame:
    """Adds `id_personne` (64 hex) and `identite_complete`, and drops `nom` and `prenom`.

    Needs nom, prenom, date_naissance, sexe, structure_code, numero_beneficiaire. A person without usable birth date,
    name or first name is known by structure and number only.
    """
    sexe = pl.when(pl.col("sexe").is_in(["F", "H"])).then(pl.col("sexe")).otherwise(pl.lit("ND"))
    complete = (
        pl.col("_nom").is_not_null()
        & pl.col("_prenom").is_not_null()
        & pl.col("date_naissance").is_not_null()
    )
    prepare = personnes.with_columns(
        _nom=normaliser_chaque_nom(personnes["nom"]), _prenom=normaliser_chaque_nom(personnes["prenom"])
    ).with_columns(identite_complete=complete)
    identite = pl.concat_str(
        [pl.lit("etat-civil"), "_nom", "_prenom", pl.col("date_naissance").dt.to_string("%Y-%m-%d"), sexe],
        separator=SEPARATEUR,
    )
    numero = pl.concat_str(
        [pl.lit("numero"), "structure_code", pl.col("numero_beneficiaire").fill_null("")],
        separator=SEPARATEUR,
    )
    prepare = prepare.with_columns(
        _empreinte=pl.when(pl.col("identite_complete")).then(identite).otherwise(numero)
    )
    distinctes = prepare["_empreinte"].unique()
    hachees = pl.DataFrame(
        {
            "_empreinte": distinctes,
            "id_personne": [e.hex() for e in hacher(cle, "", distinctes.to_list())],
        },
        schema={"_empreinte": pl.String, "id_personne": pl.String},
    )
    return prepare.join(hachees, on="_empreinte", how="left", maintain_order="left").drop(
        "nom", "prenom", "_nom", "_prenom", "_empreinte"
    )
