"""The public package of a small demonstration: who has only its files finds nothing."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import attaquant
import duckdb
import openpyxl
import pytest
from attaquant import Attaque, Case, case_de, lire, morceler
from version_publique import Publiee

pytestmark = pytest.mark.lent
RETROUVE = 0.5  # an hour or a person: known closer than that, a figure is known
ASSEZ = 50
# other names of the same cells, here and in the code under test
CLES = {
    "profil=MOINS_26": "profil=JEUNES",
    "profil=PLUS_50": "profil=SENIOR",
    "somme=IAE": "profil=IAE",
    "somme=ALTERNANCE": "profil=ALTERNANCE",
}


@dataclass(frozen=True)
class SansSecondaire:
    """A package where only small cells are hidden, and which cells those are: the public does not know."""

    paquet: Path
    primaires: set[tuple]


@pytest.fixture(scope="module")
def paquet(publiee: Publiee) -> Path:
    return publiee.paquet


@pytest.fixture(scope="module")
def sans_secondaire(sans_complement: Publiee) -> SansSecondaire:
    primaires = set()
    for cle, *maille in sans_complement.primaires.iter_rows():
        parties = CLES.get(cle, cle).split("|") if cle else []
        primaires.add((tuple(tuple(p.split("=", 1)) for p in parties), tuple(maille)))
    return SansSecondaire(sans_complement.paquet, primaires)


def visees(equations: attaquant.Equations, primaires: set[tuple]) -> set[Case]:
    return {c for c, valeur in equations.lues.items() if valeur is None and (c[1], c[2]) in primaires}


def test_linear_programming_finds_no_figure_of_too_few(paquet: Path, sans_secondaire: SansSecondaire) -> None:
    equations = lire(paquet)
    cibles = visees(equations, sans_secondaire.primaires)
    assert len(cibles) > 10_000
    assert {c[0] for c in cibles} == {*attaquant.MESURES, attaquant.SITUATIONS}
    trouves: dict[Case, float] = {}
    morceaux = morceler(equations)
    for morceau in morceaux:
        trouves |= Attaque(equations, morceau).retrouver(cibles, RETROUVE)
    assert cibles <= set().union(*morceaux)
    assert trouves == {}


def test_it_finds_them_when_only_small_cells_are_hidden(
    espace_demo: Path, sans_secondaire: SansSecondaire
) -> None:
    """And what it finds is the truth: the attacker's equations are right."""
    mesures = (*attaquant.MESURES, attaquant.SITUATIONS)
    equations = lire(sans_secondaire.paquet)
    cibles = visees(equations, sans_secondaire.primaires)
    with duckdb.connect(str(espace_demo / "entrepot.duckdb"), read_only=True) as base:
        cube = base.execute("select * from marts.indicateurs where type_periode <> 'cumul'").pl()
    vraies = {
        case_de({c: "" if v is None else str(v) for c, v in ligne.items()}): ligne["valeur"]
        for ligne in cube.iter_rows(named=True)
    }
    trouves: dict[Case, float] = {}
    for morceau in morceler(equations):
        trouves |= Attaque(equations, morceau).retrouver(cibles, RETROUVE)
        if all(sum(c[0] == mesure for c in trouves) >= ASSEZ for mesure in mesures):
            break
    for mesure in mesures:
        assert sum(case[0] == mesure for case in trouves) >= ASSEZ, mesure
    for case, valeur in trouves.items():
        assert valeur == pytest.approx(vraies[case], abs=RETROUVE), case


def test_the_manifest_counts_and_says_no_share(paquet: Path) -> None:
    """The share of persons that a table still shows, beside what it shows, is the sum of what it hides."""
    secret = json.loads((paquet / "manifeste.json").read_text(encoding="utf-8"))["secret"]
    assert secret
    assert {frozenset(dit) for dit in secret} == {
        frozenset({"tableau", "niveau_territoire", "lignes", "masquees"})
    }


TETES = ("France 20", "Ensemble 20")  # what stands beside a territory


def nombre(valeur: object) -> bool:
    return isinstance(valeur, (int, float))


def indices(titres: list[str]) -> dict[int, list[int]]:
    """Columns of a table of one axis that are computed from others: by column, those it is computed from.

    Two tables that stand side by side begin with the same title.
    """
    debuts = [i for i, titre in enumerate(titres) if titre == titres[0] and (titre or not i)]
    return {
        calculee: sources
        for debut, fin in pairwise([*debuts, len(titres)])
        for calculee, sources in _indices(titres, range(debut, fin)).items()
    }


def _indices(titres: list[str], colonnes: range) -> dict[int, list[int]]:
    rangs = {titres[i]: i for i in colonnes}
    avant = [i for t, i in rangs.items() if re.search(r" 2023$", t)]
    ici = [i for t, i in rangs.items() if re.search(r" 2024$", t) and not t.startswith(TETES)]
    france = [i for t, i in rangs.items() if re.search(r"^(France|Ensemble) 2024$", t)]
    sources = {
        "Part (%)": ici,
        "Écart": ici + avant,
        "Évolution (%)": ici + avant,
        "Évolution": ici + avant,
        "France, part (%)": france,
        "Ensemble, part (%)": france,
        "Écart de part (points)": ici + france,
        "Part de la France (%)": ici + france,
        "Part de l'ensemble des dépôts reçus (%)": ici + france,
    }
    return {rangs[t]: s for t, s in sources.items() if t in rangs and s}


def test_no_sheet_computes_anything_from_a_hidden_figure(paquet: Path) -> None:
    """A share or a change beside an « s » would give it back."""
    lignes_avec_secret = 0
    for fichier in sorted(paquet.rglob("dgefp_*.xlsx")):
        for feuille in openpyxl.load_workbook(fichier, read_only=True):
            titres: list[str] = []
            for rang in feuille.iter_rows(values_only=True):
                textes = [str(v) if v is not None else "" for v in rang]
                if "Évolution (%)" in textes or "Évolution" in textes:
                    titres = textes
                elif not any(textes):
                    titres = []
                sources = indices(titres)
                lignes_avec_secret += bool(sources) and "s" in textes
                for calculee, colonnes in sources.items():
                    if any(textes[i] == "s" for i in colonnes):
                        assert not nombre(rang[calculee]), (fichier.name, feuille.title, rang)
    assert lignes_avec_secret > 100


def test_the_shares_of_a_crossed_table_are_hidden_with_its_figures(paquet: Path) -> None:
    """T05, T06, T12 to T14: each block below the first of a measure says nothing of a cell that the first hides."""
    compares = 0
    for fichier in sorted(paquet.rglob("dgefp_*.xlsx")):
        classeur = openpyxl.load_workbook(fichier, read_only=True)
        for nom in ("T05", "T06", "T12", "T13", "T14"):
            bloc, premier = "", {}
            for rang in classeur[nom].iter_rows(values_only=True):
                if rang[0] and not any(rang[1:]):
                    bloc = str(rang[0])
                elif (
                    rang[0] and rang[0] != "Code" and ", part du total" not in bloc and ", écart" not in bloc
                ):
                    premier[bloc.partition(" –")[0], rang[0]] = rang
                elif rang[0] and rang[0] != "Code" and not re.search(r"– (France|Ensemble),", bloc):
                    reference = premier[bloc.partition(",")[0], rang[0]]
                    for vrai, derive in zip(reference[2:], rang[2:], strict=True):
                        compares += vrai == "s"
                        assert vrai != "s" or not nombre(derive), (fichier.name, nom, bloc, rang)
    assert compares > 100


CLE = [
    "tableau", "mesure", "niveau_territoire", "code_territoire", "type_periode", "periode", "axe_1", "modalite_1", "axe_2",
    "modalite_2",
]  # fmt: skip


def test_every_format_says_what_the_warehouse_says_is_published(paquet: Path) -> None:
    """CSV for spreadsheets, CSV of the pages, data sheets of the workbooks: each figure, and which are hidden."""
    with duckdb.connect(str(paquet.parents[1] / "espace" / "entrepot.duckdb"), read_only=True) as base:
        publies = {
            tuple(v or "" for v in cle): valeur
            for *cle, valeur in base.execute(
                f"select {', '.join(CLE)}, valeur from marts.indicateurs_publies"
            ).fetchall()
        }
    assert len(publies) > 25_000
    lus: dict[str, dict[tuple, float | None]] = {}
    for fichier in (paquet / "indicateurs_excel.csv", *sorted((paquet / "site" / "csv").glob("*.csv"))):
        with fichier.open(encoding="utf-8-sig", newline="") as flux:
            lus[fichier.name] = {
                tuple(ligne[c] for c in CLE): float(ligne["valeur"].replace(",", "."))
                if ligne["valeur"]
                else None
                for ligne in csv.DictReader(flux, delimiter=";")
            }
    assert lus["indicateurs_excel.csv"].keys() == publies.keys()
    for fichier in sorted(paquet.glob("dgefp_*.xlsx")):
        _, _, _, _, titres, *rangs = openpyxl.load_workbook(fichier, read_only=True)["Données"].iter_rows(
            values_only=True
        )
        colonnes = [
            titres.index(t)
            for t in (
                "Tableau", "Mesure", "Niveau", "Code du territoire", "Type de période", "Période", "Axe 1", "Code 1",
                "Axe 2", "Code 2",
            )
        ]  # fmt: skip
        valeur = titres.index("Valeur")
        lus[fichier.name] = {tuple(r[j] or "" for j in colonnes): r[valeur] for r in rangs if r[0]}
    assert sum(nom.startswith("dgefp_") for nom in lus) == 3  # France and the two regions
    for nom, chiffres in lus.items():
        assert chiffres, nom
        for cle, montre in chiffres.items():
            assert montre == pytest.approx(publies[cle], abs=1e-6), (nom, cle)
