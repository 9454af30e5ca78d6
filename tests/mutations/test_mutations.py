"""Whatever a tool does to a deposit, what is counted is true, and what is not counted is said."""

from __future__ import annotations

import os
import random
import re
from itertools import product
from pathlib import Path

import mutations_conteneurs
import mutations_feuilles
import mutations_identifiants
import mutations_valeurs
import pytest
from fabrique import ecrire_xlsx, fichiers_csv, grille, texte_csv, xlsx
from monde import NOM, Fichiers, Monde, Mutation, Verite, ecarts, lire_ensemble, monde

MOTIF = os.environ.get("CLAUSES_MUTATION", "")
MONDES = int(os.environ.get("CLAUSES_MUTATIONS", "2"))
GRAINE = int(os.environ.get("CLAUSES_GRAINE", str(random.SystemRandom().randrange(10_000))))


def classeur(m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}.xlsx": xlsx({nom: grille(lignes) for nom, lignes in m.tables.items()})}


def dossier(m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}/{nom}": contenu for nom, contenu in fichiers_csv(m.tables).items()}


def bilan_csv(m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}.csv": texte_csv(grille(m.tables["Bilan"])).encode()}


# nothing is spoiled, nothing may be set aside
TEMOINS = [
    Mutation("classeur", 0, classeur),
    Mutation("dossier", 0, dossier),
    Mutation("bilan", 0, bilan_csv, plat=True),
    Mutation("bilan_classeur", 0, classeur, plat=True),
]
MUTATIONS = [
    *TEMOINS,
    *mutations_conteneurs.MUTATIONS,
    *mutations_feuilles.MUTATIONS,
    *mutations_valeurs.MUTATIONS,
    *mutations_identifiants.MUTATIONS,
]


# many deposits are read in one go: a reading of its own for each costs twenty times more
RETENUES = [m for m in MUTATIONS if re.search(MOTIF, m.nom)]
LOTS = [
    pytest.param(RETENUES[i : i + 30], marks=[pytest.mark.lent] if i % 150 else [], id=RETENUES[i].nom)
    for i in range(0, len(RETENUES), 30)
]


@pytest.mark.parametrize("mutations", LOTS)
def test_what_is_counted_is_true_and_the_rest_is_said(mutations: list[Mutation], tmp_path: Path) -> None:
    essais: list[tuple[Mutation, int, Verite]] = []
    dossiers: list[Path] = []
    for mutation, rang in product(mutations, range(MONDES)):
        hasard = random.Random(f"{GRAINE} {mutation.nom} {rang}")
        pris = monde(hasard, mutation.plat)
        essais.append((mutation, rang, Verite.de(pris)))
        dossiers.append(tmp_path / f"{len(dossiers)}")
        for chemin, contenu in mutation.ecrire(pris, hasard).items():
            fichier = dossiers[-1] / chemin
            fichier.parent.mkdir(parents=True, exist_ok=True)
            fichier.write_bytes(contenu)
    lot = lire_ensemble(dossiers)
    fautes = {
        f"{mutation.nom}, graine {GRAINE}, monde {rang}": faute
        for depot, (mutation, rang, verite) in enumerate(essais)
        if (faute := ecarts(mutation, verite, lot, depot))
    }
    assert not fautes


def test_a_wrong_figure_and_a_lost_row_are_seen(tmp_path: Path) -> None:
    """The judge itself: hours changed, a row gone, a name kept."""
    pris = monde(random.Random(1))
    verite = Verite.de(pris)
    pris.lignes_d_heures[0]["Heures travaillées"] = 3.25
    pris.lignes_d_heures.pop()
    pris.tables["Contrats"][2]["Métier"] = f"chez {pris.personnes[2]['Nom']}"
    ecrire_xlsx(pris.tables, tmp_path / f"{NOM}.xlsx")
    fautes = "\n".join(ecarts(TEMOINS[0], verite, lire_ensemble([tmp_path]), 0))
    assert "heures.heures compte {" in fautes
    assert "heures.heures a perdu" in fautes
    assert "nom gardé dans contrats.metier" in fautes
