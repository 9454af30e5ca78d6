"""Three exports of other tools, described by the command alone, give every figure that must come out of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commande import AUTRES_LOGICIELS, chiffres_attendus, chiffres_faux, chiffres_obtenus, lancer, lire

TOLERANCE = 0.0001  # the figures given are rounded to four decimals


@pytest.mark.parametrize(("source", "nombre"), [("technique", 7_304), ("large", 7_208), ("codes", 7_304)])
def test_tous_les_chiffres_sans_rien_ecrire_a_la_main(source: str, nombre: int, tmp_path: Path) -> None:
    depots, espace = AUTRES_LOGICIELS / source / "depots", tmp_path / "espace"
    decrit = lancer("decrire", depots, "--espace", espace, "--accepter")
    assert decrit.code == 0, decrit.texte
    assert f"clauses actualiser {depots} --espace {espace}" in " ".join(decrit.texte.split())
    fait = lancer("actualiser", depots, "--espace", espace, "--strict")
    assert fait.code == 0, fait.texte
    attendus = chiffres_attendus(AUTRES_LOGICIELS / source / "indicateurs.csv.xz")
    assert attendus.height == nombre
    faux = chiffres_faux(attendus, chiffres_obtenus(espace), TOLERANCE)
    assert faux.is_empty(), f"{faux.height} chiffres faux :\n{faux.head(20)}"
    resume = json.loads((AUTRES_LOGICIELS / source / "resume.json").read_text(encoding="utf-8"))
    (heures, lignes), *_ = lire(
        espace / "entrepot.duckdb", "select sum(heures)::double, count(*) from marts.fct_heures"
    ).rows()
    assert (heures, lignes) == (resume["heures"], resume["lignes"])
