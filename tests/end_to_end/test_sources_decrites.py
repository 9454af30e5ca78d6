"""Three exports of other tools, described by the command alone, give every figure that must come out of them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import polars as pl
import pytest
from commande import RACINE, lancer, lire

DONNEES = RACINE / "tests" / "data" / "autres-logiciels"
TOLERANCE = 0.0001  # the figures given are rounded to four decimals
CLE = (
    "tableau",
    "mesure",
    "niveau_territoire",
    "code_territoire",
    "type_periode",
    "periode",
    "axe_1",
    "modalite_1",
    "axe_2",
    "modalite_2",
)


@pytest.mark.parametrize(("source", "nombre"), [("technique", 7_304), ("large", 7_208), ("codes", 7_304)])
def test_tous_les_chiffres_sans_rien_ecrire_a_la_main(source: str, nombre: int, tmp_path: Path) -> None:
    depots, espace = DONNEES / source / "depots", tmp_path / "espace"
    decrit = lancer("decrire", depots, "--espace", espace, "--accepter")
    assert decrit.code == 0, decrit.texte
    assert f"clauses actualiser {depots} --espace {espace}" in " ".join(decrit.texte.split())
    fait = lancer("actualiser", depots, "--espace", espace, "--strict")
    assert fait.code == 0, fait.texte
    with lzma.open(DONNEES / source / "indicateurs.csv.xz") as fichier:
        attendus = pl.read_csv(fichier.read(), infer_schema=False).with_columns(
            pl.col("valeur").cast(pl.Float64), pl.col(CLE).fill_null("")
        )
    assert attendus.height == nombre
    colonnes = ", ".join(f"coalesce({c}, '') as {c}" for c in CLE)
    obtenus = lire(espace / "entrepot.duckdb", f"select {colonnes}, valeur from marts.indicateurs")
    compares = attendus.join(obtenus, on=CLE, how="left", suffix="_obtenue", validate="1:1")
    faux = compares.filter((pl.col("valeur") - pl.col("valeur_obtenue").fill_null(0)).abs() >= TOLERANCE)
    assert faux.is_empty(), f"{faux.height} chiffres faux :\n{faux.head(20)}"
    resume = json.loads((DONNEES / source / "resume.json").read_text(encoding="utf-8"))
    (heures, lignes), *_ = lire(
        espace / "entrepot.duckdb", "select sum(heures)::double, count(*) from marts.fct_heures"
    ).rows()
    assert (heures, lignes) == (resume["heures"], resume["lignes"])
