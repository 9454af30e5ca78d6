"""Persons of two deposits (kind 10): however the second writes sex and birth, each is found again, and nobody else is."""

from __future__ import annotations

import copy
import datetime as dt
import os
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from fabrique import Ligne, Tables
from monde import ecrire_un_depot, lire_ensemble, monde

MONDES = int(os.environ.get("CLAUSES_MUTATIONS", "2"))
GRAINE = int(os.environ.get("CLAUSES_GRAINE", str(random.SystemRandom().randrange(10_000))))
SEXES_INCONNUS = (None, "", "Non renseigné", "ND", "?", "n/a")


def _naissance(forme: Callable[[dt.date], str]) -> Callable[[Ligne, random.Random], None]:
    def ecrire(personne: Ligne, _: random.Random) -> None:
        jour = personne["Date de naissance"]
        assert isinstance(jour, dt.date)
        personne["Date de naissance"] = forme(jour)

    return ecrire


def _sans_sexe(personne: Ligne, hasard: random.Random) -> None:
    personne["Sexe"] = hasard.choice(SEXES_INCONNUS)


UN_JOUR = dt.timedelta(1)
# how the second deposit writes a person, and the rule that finds her again; None: she is the same without any
ECRITURES: dict[str, tuple[Callable[[Ligne, random.Random], None], str | None]] = {
    "sexe_inconnu": (_sans_sexe, "SEXE_INCONNU"),
    "la_veille": (_naissance(lambda d: f"{d - UN_JOUR:%d/%m/%Y}"), "JOUR_VOISIN"),
    "le_lendemain": (_naissance(lambda d: f"{d + UN_JOUR:%Y-%m-%d}"), "JOUR_VOISIN"),
    "la_veille_a_23_heures": (_naissance(lambda d: f"{d - UN_JOUR:%Y-%m-%d} 23:00:00"), None),
    "la_veille_a_paris": (_naissance(lambda d: f"{d - UN_JOUR:%Y-%m-%d} 23:50:39"), None),
    "en_un_nombre": (_naissance(lambda d: f"{d:%Y%m%d}"), None),
    "mois_d_abord": (_naissance(lambda d: f"{d:%m/%d/%Y}"), None),
}


def _d_une_autre_structure(tables: Tables) -> Tables:
    autres = copy.deepcopy(tables)
    for ligne in autres["Informations"]:
        if ligne["Clé"] == "Code structure":
            ligne["Valeur"] = "S59001"
    autres["Structure"][0]["Code structure"] = "S59001"
    return autres


@pytest.mark.parametrize("ecriture", ECRITURES)
def test_a_person_is_found_again(tmp_path: Path, ecriture: str) -> None:
    ecrire, regle = ECRITURES[ecriture]
    dossiers = []
    for rang in range(MONDES):
        hasard = random.Random(f"{GRAINE} {ecriture} {rang}")
        tables = monde(hasard).tables
        # a day that only one reading has, so that the column proves its order
        tables["Bénéficiaires"][0]["Date de naissance"] = dt.date(1980, 3, 29)
        seconde = _d_une_autre_structure(tables)
        for personne in seconde["Bénéficiaires"]:
            ecrire(personne, hasard)
        for nom, contenu in (("a", tables), ("b", seconde)):
            dossiers.append(ecrire_un_depot(contenu, tmp_path / f"{rang}{nom}", hasard))
    lot = lire_ensemble(dossiers)
    assert not lot.refus, f"graine {GRAINE}"
    connues = {
        (depot, numero): personne
        for depot, numero, personne in lot.tables["beneficiaires"]
        .select("depot", "numero_beneficiaire", "id_personne")
        .iter_rows()
    }
    cles = lot.tables["rapprochements"].filter(pl.col("regle") == (regle or ""))
    cles_de: dict[tuple[int, str], set[int]] = {}
    for depot, personne, cle in cles.select("depot", "id_personne", "cle").iter_rows():
        cles_de.setdefault((depot, personne), set()).add(cle)
    assert len(connues) == MONDES * 2 * 24
    for (depot, numero), personne in connues.items():
        if depot % 2:
            continue
        for (autre_depot, autre_numero), autre in connues.items():
            if autre_depot != depot + 1:
                continue
            retrouvee = (
                personne == autre
                if regle is None
                else bool(cles_de[depot, personne] & cles_de[autre_depot, autre])
            )
            assert retrouvee == (numero == autre_numero), f"graine {GRAINE}, monde {depot // 2}, {numero}"
