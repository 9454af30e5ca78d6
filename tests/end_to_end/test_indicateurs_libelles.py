"""The cube in words: labels read again in the seeds, changes made again by hand from the cube."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
from commande import RACINE, Rafraichi, cube, lire

SEEDS = RACINE / "seeds"
LIEU = ("niveau_territoire", "code_territoire", "type_periode")
AXES = ("axe_1", "modalite_1", "axe_2", "modalite_2")


def libelles(fichier: Path, code: str = "code", libelle: str = "libelle") -> dict[str, str]:
    with fichier.open(encoding="utf-8", newline="") as flux:
        return {x[code]: x[libelle] for x in csv.DictReader(flux)}


def avant(periode: str, trimestres: int) -> str:
    if "T" not in periode:
        return str(int(periode) - 1)
    annee, rang = divmod(int(periode[:4]) * 4 + int(periode[-1]) - 1 - trimestres, 4)
    return f"{annee}-T{rang + 1}"


def test_every_figure_is_there_once_in_words(echantillons: Rafraichi) -> None:
    en_clair = lire(echantillons.espace / "entrepot.duckdb", "from marts.indicateurs_libelles")
    assert en_clair.height == cube(echantillons.espace).height
    muets = en_clair.filter(
        pl.any_horizontal(pl.col("titre", "libelle_mesure", "libelle_territoire").is_null())
        | (pl.col("modalite_1").is_not_null() & pl.col("libelle_modalite_1").is_null())
        | (pl.col("modalite_2").is_not_null() & pl.col("libelle_modalite_2").is_null())
    )
    assert muets.is_empty()
    publics = libelles(SEEDS / "nomenclatures" / "dim_categorie_public.csv")
    t07 = en_clair.filter((pl.col("tableau") == "T07") & (pl.col("axe_1") == "categorie_public"))
    dits = dict(t07.select("modalite_1", "libelle_modalite_1").unique().iter_rows())
    assert len(dits) > 5
    assert dits == {code: publics[code] for code in dits}
    assert set(t07["libelle_axe_1"]) == {"Catégorie de public"}
    regions = libelles(SEEDS / "territoires" / "regions.csv")
    lieux = en_clair.filter((pl.col("niveau_territoire") == "region") & (pl.col("code_territoire") != "ND"))
    assert dict(lieux.select("code_territoire", "libelle_territoire").unique().iter_rows()) == {
        code: regions[code] for code in ("11", "32")
    }
    horizons = en_clair.filter(pl.col("axe_1") == "horizon")
    assert set(horizons["libelle_modalite_1"]) == {"6 mois", "12 mois", "18 mois", "24 mois"}


def test_changes_of_the_numbered_tables_are_differences_of_figures(echantillons: Rafraichi) -> None:
    chiffres = cube(echantillons.espace)
    valeurs = {
        (x["tableau"], x["mesure"], *(x[c] for c in (*LIEU, "periode", *AXES))): x["valeur"]
        for x in chiffres.iter_rows(named=True)
    }
    actifs = {cle[2:6] for cle in valeurs if cle[:2] == ("CLES", "heures")}
    en_clair = lire(
        echantillons.espace / "entrepot.duckdb",
        "from marts.indicateurs_libelles where tableau in ('T01', 'T05', 'T08', 'T22')",
    )
    dits = 0
    for x in en_clair.iter_rows(named=True):
        for colonne, trimestres in (("ecart_periode", 1), ("ecart_annee", 4)):
            attendu = None
            if x["periode"] != "cumul":
                periode = avant(x["periode"], trimestres)
                lieu = tuple(x[c] for c in LIEU)
                if (*lieu, periode) in actifs:
                    cle = (x["tableau"], x["mesure"], *lieu, periode, *(x[c] for c in AXES))
                    attendu = x["valeur"] - valeurs.get(cle, 0)
            if attendu is None:
                assert x[colonne] is None, x
            else:
                assert abs(x[colonne] - attendu) < 1e-6, x
                dits += attendu != 0
    assert dits > 1_000
