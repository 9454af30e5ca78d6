"""The exports of other tools made for `clauses decrire`: all their headers are told, and our own copy of them is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from autres_logiciels.formes import FORMES, construire
from autres_logiciels.monde import MOTS
from autres_logiciels.pieges import PIEGES, tendre
from autres_logiciels.redaction import COLONNES, NE_PAS_REPRENDRE, notion
from fabrique import CLE, codes_livres

from ingest import pipeline
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts

AUJOURD_HUI = dt.date(2025, 12, 31)


@pytest.mark.parametrize("nom", FORMES)
def test_les_entetes_sont_dits_et_la_reference_est_lue(nom: str, tmp_path: Path) -> None:
    source = construire(nom, 1, tmp_path)
    assert set(source.verite) == source.ecrits
    dites = {c for reponse in source.verite.values() for c in reponse.colonnes}
    assert dites <= {*COLONNES, NE_PAS_REPRENDRE}
    _lire_sans_refus(source.reference, 2)


@pytest.mark.parametrize("nom", PIEGES)
def test_la_reference_d_un_piege_est_lue(nom: str, tmp_path: Path) -> None:
    source = tendre(nom, 1, tmp_path)
    assert set(source.verite) == source.ecrits
    _lire_sans_refus(source.reference, 4 if "structures" in nom else 2)


def test_chaque_colonne_a_ses_mots() -> None:
    assert {notion(c) for c in COLONNES} <= set(MOTS["mots"])


def _lire_sans_refus(dossier: Path, nombre: int) -> None:
    layouts = charger_layouts()
    candidats, _ = decouvrir([dossier], layouts)
    lot = pipeline.lire(candidats, layouts, codes_livres(), CLE, AUJOURD_HUI)
    assert (len(candidats), lot.refus) == (nombre, {})
    constats = lot.constats.tous()
    rejets = constats.filter(constats["gravite"] == "rejet")
    assert rejets.is_empty(), rejets
