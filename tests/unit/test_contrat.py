"""docs/contrat-de-depot.md is what its script writes, and what it gives as an example is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from clauses.socle.project import RACINE
from ingest import dates, nombres, parsers
from ingest.codes import charger_codes
from ingest.layouts import charger_layouts
from ingest.references import charger_territoires

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import build_contrat

LECTEURS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "naissance": dates.lire_dates,
    "date": dates.lire_dates,
    "mois": dates.lire_mois,
    "nombre": nombres.lire_nombres,
    "heures": nombres.lire_heures,
    "pourcentage": nombres.lire_nombres,
    "horizon": parsers.lire_horizons,
    "oui_non": parsers.lire_oui_non,
    "qpv": parsers.lire_codes_qpv,
    "commune": parsers.lire_communes,
    "rome": parsers.lire_codes_rome,
}


def test_le_contrat_est_a_jour() -> None:
    assert build_contrat.SORTIE.read_text(encoding="utf-8") == build_contrat.ecrire(), "make docs"


def test_chaque_type_de_colonne_a_sa_forme() -> None:
    types = {c.type for la in charger_layouts() for t in la.tables for c in t.colonnes}
    assert types - {"nomenclature", "liste"} == build_contrat.lire_formes().keys()


@pytest.mark.parametrize("genre", ["siret", "territoires", *LECTEURS])
def test_chaque_exemple_est_lu(genre: str) -> None:
    exemples = pl.Series(build_contrat.lire_formes()[genre]["exemples"])
    match genre:
        case "siret":
            lus = parsers.lire_sirets(exemples)
            assert lus["valide"].all()
            assert lus["valeur"].n_unique() == 1
        case "territoires":
            assert parsers.lire_territoires(exemples, charger_territoires().zones)["valide"].all()
        case _:
            assert LECTEURS[genre](exemples).null_count() == 0
    assert len(exemples) > 1


def test_chaque_libelle_et_chaque_ecriture_donnent_leur_code() -> None:
    codes = charger_codes(RACINE / "seeds")
    nomenclatures = dict(build_contrat.lire_nomenclatures(charger_layouts()))
    for nom, nomenclature in nomenclatures.items():
        for ligne in nomenclature["codes"]:
            ecritures = [f for f in (ligne["libelle"], *ligne["formes"]) if ligne["code"] != "ND"]
            lus = codes.lire(nom, pl.Series(ecritures, dtype=pl.String)).to_list()
            assert lus == [ligne["code"]] * len(ecritures), (nom, ecritures, lus)
    assert sum(len(n["codes"]) for n in nomenclatures.values()) > 100
