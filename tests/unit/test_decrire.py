"""`clauses decrire`: what it writes of sources of other tools, what it refuses, and whom it never names."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import fabrique
import openpyxl
import polars as pl
import pytest
import yaml
from autres_logiciels.pieges import PIEGES, tendre
from commande import RACINE, Execution, lancer
from fabrique import CLE, Valeur, codes_livres

from ingest import pipeline
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

UneFois = Callable[[str, Callable[[Path], Any]], Any]
SOURCES = RACINE / "tests" / "data" / "autres-logiciels"
AUJOURD_HUI = dt.date(2025, 12, 31)
# of each sample, the columns of hours to be added up: flat, those of training are in the others
HEURES = {
    "technique": ("T_HEURE", r"NB_H_(TRAV|FORM)"),
    "large": ("Suivi", r"Heures .* 2024"),
    "codes": ("Heures", r"Heures .*"),
}


@dataclass(frozen=True)
class Decrite:
    """One command, its source, its workspace and its workbook."""

    source: Path
    execution: Execution
    espace: Path
    classeur: Path

    @property
    def layout(self) -> Path:
        (fichier,) = self.espace.glob("layouts/*.yml")
        return fichier


def decrire(dossier: Path, source: Path, *options: object, sortie: bool = True) -> Decrite:
    espace, classeur = dossier / "espace", dossier / "correspondance.xlsx"
    ecrit = ("--sortie", classeur) if sortie else ()
    execution = lancer("decrire", source, "--espace", espace, *ecrit, *options)
    return Decrite(source, execution, espace, classeur)


def _accepter(nom: str, dossier: Path) -> Decrite:
    return decrire(dossier, SOURCES / nom / "depots", "--accepter")


@pytest.fixture(scope="module")
def acceptee(une_fois: UneFois) -> Callable[[str], Decrite]:
    """A sample described by its name. Not to be changed: copy it."""
    return lambda nom: une_fois(f"decrite-{nom}", partial(_accepter, nom))


def lire(espace: Path, source: Path) -> Lot:
    """The deposits, by the layouts of a workspace."""
    layouts = charger_layouts(espace / "layouts")
    candidats, _ = decouvrir([source], layouts)
    return pipeline.lire(candidats, layouts, codes_livres(), CLE, AUJOURD_HUI)


def cellules(classeur: Path, feuille: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(classeur)[feuille].iter_rows(values_only=True))


def corriger(classeur: Path, feuille: str, corrections: dict[str, str], cle: int, place: int) -> list[int]:
    """Writes other words on the lines whose cell `cle` (from 1) says so; those lines."""
    ouvert = openpyxl.load_workbook(classeur)
    lignes = []
    for rangee in ouvert[feuille].iter_rows(min_row=2):
        dite = rangee[cle - 1].value
        if dite in corrections:
            rangee[place - 1].value = corrections[str(dite)]
            lignes.append(rangee[0].row)
    assert len(lignes) == len(corrections)
    ouvert.save(classeur)
    return lignes


# --- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", HEURES)
def test_an_accepted_source_is_read_with_its_hours(nom: str, acceptee: Callable[[str], Decrite]) -> None:
    """The hours of each deposit are those that its cells sum up to."""
    decrite = acceptee(nom)
    assert decrite.execution.code == 0, decrite.execution.texte
    assert decrite.layout.stem in [la.nom for la in charger_layouts(decrite.espace / "layouts")]
    lot = lire(decrite.espace, decrite.source)
    assert (lot.refus, set(lot.layouts.values())) == ({}, {decrite.layout.stem})
    feuille, motif = HEURES[nom]
    for rang, depot in enumerate(sorted(decrite.source.iterdir())):
        entetes, *lignes = cellules(depot, feuille)
        places = [i for i, e in enumerate(entetes) if re.fullmatch(motif, str(e))]
        attendues = sum(_nombre(ligne[i]) for ligne in lignes for i in places)
        assert _somme(lot, rang) == pytest.approx(attendues)


def _nombre(cellule: object) -> float:
    return float(str(cellule or 0).replace(",", "."))


def _somme(lot: Lot, depot: int) -> float:
    table = "heures" if lot.tables.get("heures", pl.DataFrame()).height else "bilan"
    lues = lot.tables[table].filter(pl.col("depot") == depot)
    noms = ["heures_travaillees", "heures_formation"] if table == "heures" else ["heures"]
    return float(lues.select(pl.sum_horizontal(pl.col(noms).fill_null(0)).sum()).item())


def test_the_workbook(acceptee: Callable[[str], Decrite]) -> None:
    """Its sheets in order, all headers of the source once, masked examples, drop-down lists."""
    decrite = acceptee("large")
    ouvert = openpyxl.load_workbook(decrite.classeur)
    visibles = [f.title for f in ouvert.worksheets if f.sheet_state == "visible"]
    assert visibles == ["Mode d'emploi", "Colonnes", "Valeurs", "Manques", "Réglages"]
    lignes = cellules(decrite.classeur, "Colonnes")
    depot = sorted(decrite.source.iterdir())[0]
    entetes = [str(e) for e in cellules(depot, "Suivi")[0]]
    simples = {e for e in entetes if not re.search(r"20\d\d", e)}
    dits = [str(ligne[1]) for ligne in lignes[1:]]
    assert simples <= set(dits)
    assert len(dits) == len(set(dits)) == len(simples) + 2  # hours and training, months in columns
    assert all(re.fullmatch(r"[^A-WYZa-wyz0-8]*", str(ligne[2] or "")) for ligne in lignes[1:])
    assert ouvert["Colonnes"].data_validations.count == 2


def test_the_same_source_described_twice(acceptee: Callable[[str], Decrite], tmp_path: Path) -> None:
    """The same file, which is not kept as an older one; the same workbook."""
    premiere = acceptee("large")
    shutil.copytree(premiere.espace, tmp_path / "espace")
    seconde = decrire(tmp_path, premiere.source, "--accepter")
    assert seconde.execution.code == 0
    assert seconde.layout.read_bytes() == premiere.layout.read_bytes()
    assert [f.name for f in (tmp_path / "espace" / "layouts").iterdir()] == [premiere.layout.name]
    for feuille in openpyxl.load_workbook(premiere.classeur).sheetnames:
        assert cellules(seconde.classeur, feuille) == cellules(premiere.classeur, feuille)


def test_a_described_source_comes_back_and_is_loaded(
    acceptee: Callable[[str], Decrite], tmp_path: Path
) -> None:
    """`actualiser` asks for nothing: the workspace has the description."""
    premiere = acceptee("large")
    shutil.copytree(premiere.espace, tmp_path / "espace")
    nouveau = tmp_path / "depots"
    nouveau.mkdir()
    depot = sorted(premiere.source.iterdir())[-1]
    shutil.copy(depot, nouveau / depot.name)
    execution = lancer("actualiser", nouveau, "--espace", tmp_path / "espace")
    assert execution.code == 0, execution.texte
    assert "Dépôt refusé" not in execution.texte


# --- corrected ----------------------------------------------------------------------------------------------


def test_a_corrected_workbook(acceptee: Callable[[str], Decrite], tmp_path: Path) -> None:
    classeur = tmp_path / "corrige.xlsx"
    shutil.copy(acceptee("large").classeur, classeur)
    ici, la = "Situation à 18 mois", "Situation à 24 mois"
    colonnes = {ici: f"Bilan · {la}", la: f"Bilan · {ici}", "Poste occupé": "ne pas reprendre"}
    corriger(classeur, "Colonnes", colonnes, 2, 4)
    reglages = {"Nom de la description": "notre-outil", "Les heures comprennent la formation": "non"}
    corriger(classeur, "Réglages", reglages, 1, 2)
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert execution.code == 0, execution.texte
    lue = yaml.safe_load((tmp_path / "espace" / "layouts" / "notre-outil.yml").read_text(encoding="utf-8"))
    assert lue["layout"] == "notre-outil"
    (feuille,) = (f for f in lue["feuilles"] if f.get("noms"))
    bilan = feuille["tables"]["Bilan"]
    assert (bilan[ici], bilan[la]) == (la, ici)
    assert "Poste occupé" not in bilan
    assert "Poste occupé" in feuille["ignorees"]
    assert bilan["Heures réalisées"] == {"colonne": "{heures}", "plus": "{formation}"}
    assert "notre-outil" in [x.nom for x in charger_layouts(tmp_path / "espace" / "layouts")]


def test_what_is_left_out_and_cannot_be_is_named(acceptee: Callable[[str], Decrite], tmp_path: Path) -> None:
    classeur = tmp_path / "corrige.xlsx"
    shutil.copy(acceptee("large").classeur, classeur)
    corriger(classeur, "Colonnes", {"Début contrat": "ne pas reprendre"}, 2, 4)
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert (execution.code, "CORRESPONDANCE_INVALIDE" in execution.erreurs) == (2, True)
    assert "« Bilan · Début contrat »" in execution.erreurs


def test_a_column_whose_values_are_of_another_kind_is_not_taken(
    acceptee: Callable[[str], Decrite], tmp_path: Path
) -> None:
    classeur = tmp_path / "corrige.xlsx"
    shutil.copy(acceptee("large").classeur, classeur)
    (operation,) = corriger(classeur, "Colonnes", {"Opération": "Bilan · Montant du marché"}, 2, 4)
    corriger(classeur, "Colonnes", {"Montant du marché": "Bilan · Opération"}, 2, 4)
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert execution.code == 2
    attendu = f"ligne {operation}, « Opération » ne peut pas être « Bilan · Montant du marché » : "
    assert attendu in " ".join(execution.erreurs.split())


def test_wrong_choices_are_named_by_their_lines(acceptee: Callable[[str], Decrite], tmp_path: Path) -> None:
    classeur = tmp_path / "corrige.xlsx"
    shutil.copy(acceptee("large").classeur, classeur)
    (lot,) = corriger(classeur, "Colonnes", {"Lot": "Bilan · N° marché"}, 2, 4)
    (inconnue,) = corriger(classeur, "Colonnes", {"Poste occupé": "Bilan · Pointure"}, 2, 4)
    marche = next(i for i, ligne in enumerate(cellules(classeur, "Colonnes"), 1) if ligne[1] == "N° marché")
    execution = lancer("decrire", "--avec", classeur, "--espace", tmp_path / "espace")
    assert execution.code == 2
    assert "CORRESPONDANCE_INVALIDE" in execution.erreurs
    dit = " ".join(execution.erreurs.split())
    assert f"lignes {min(lot, marche)} et {max(lot, marche)}, « Bilan · N° marché »" in dit
    assert f"ligne {inconnue}, « Bilan · Pointure »" in dit
    assert not list((tmp_path / "espace").glob("layouts/*.yml"))


@pytest.mark.parametrize("cas", ["absent", "texte", "autre classeur", "sans colonnes"])
def test_what_is_no_such_workbook(cas: str, tmp_path: Path) -> None:
    classeur = tmp_path / "correspondance.xlsx"
    if cas == "texte":
        classeur.write_text("bonjour", encoding="utf-8")
    elif cas == "autre classeur":
        fabrique.ecrire_xlsx(fabrique.bilan(), classeur)
    elif cas == "sans colonnes":
        fabrique.ecrire_xlsx({n: [{"A": "b"}] for n in ("Colonnes", "Valeurs", "Réglages")}, classeur)
    execution = lancer(
        "decrire", SOURCES / "large" / "depots", "--avec", classeur, "--espace", tmp_path / "e"
    )
    assert execution.code == 2
    assert "CORRESPONDANCE_ILLISIBLE" in execution.erreurs


# --- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", PIEGES)
def test_a_trap_is_refused_or_read_as_it_should_be(nom: str, tmp_path: Path) -> None:
    source = tendre(nom, 1, tmp_path / "source")
    decrite = decrire(tmp_path, source.autre, "--accepter", sortie=False)
    if nom == "codes_de_deux_structures" and decrite.execution.code == 0:
        lot, attendu = lire(decrite.espace, source.autre), lire(tmp_path / "vide", source.reference)
        assert (lot.refus, attendu.refus) == ({}, {})
        for table, cle, colonnes in (
            ("contrats", "numero_contrat", ["type_contrat", "type_employeur"]),
            ("beneficiaires", "numero_beneficiaire", ["sexe", "niveau", "categorie_public", "prescripteur"]),
            ("marches", "code_marche", ["base_juridique", "nature_marche", "secteur"]),
        ):
            vus, voulus = (
                x.tables[table].select("depot", cle, *colonnes).sort("depot", cle) for x in (lot, attendu)
            )
            assert vus.equals(voulus), table
        return
    assert decrite.execution.code == 2, decrite.execution.texte
    assert "Rien n'est écrit" in " ".join(decrite.execution.erreurs.split())
    assert not list(decrite.espace.glob("layouts/*"))
    assert not (decrite.espace / "alias.csv").exists()


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        (
            {"Recettes": [{"Plat": f"Gratin {i}", "Sel (g)": i, "Cuisson": "au four"} for i in range(20)]},
            "RIEN_DE_RECONNU",
        ),
        ({"Page": [{"Bonjour": None}]}, "RIEN_DE_RECONNU"),
    ],
)
def test_what_is_nothing_of_ours(tables: fabrique.Tables, code: str, tmp_path: Path) -> None:
    depot = fabrique.ecrire_xlsx(tables, tmp_path / "depots" / "export.xlsx")
    decrite = decrire(tmp_path, depot, "--accepter")
    assert decrite.execution.code == 2
    assert code in decrite.execution.erreurs
    assert not decrite.classeur.exists()


@pytest.mark.parametrize(
    ("quoi", "code"),
    [("vide", "RIEN_A_DECRIRE"), ("absent", "DEPOT_INTROUVABLE"), ("faux", "A_DECRIRE_ILLISIBLE")],
)
def test_nothing_to_describe(quoi: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "faux").mkdir()
    (tmp_path / "faux" / "export.xlsx").write_text("bonjour", encoding="utf-8")
    decrite = decrire(tmp_path, tmp_path / quoi, "--accepter")
    assert (decrite.execution.code, code in decrite.execution.erreurs) == (2, True)


# --- people who must not be seen ----------------------------------------------------------------------------

INCONNU = "Corps inventé"


def _lettres(rang: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[rang // 26] + "abcdefghijklmnopqrstuvwxyz"[rang % 26]


@dataclass
class Canaris:
    """A deposit of the wide sample whose persons have names, births, phones and mails found nowhere else."""

    lignes: list[list[Valeur]]
    dits: set[str]

    def place(self, entete: str) -> int:
        return self.lignes[0].index(entete)

    def nommer(self, noms: dict[str, str]) -> Canaris:
        """With other headers."""
        entetes: list[Valeur] = [noms.get(str(e), e) for e in self.lignes[0]]
        return Canaris([entetes, *self.lignes[1:]], self.dits)

    def ecrire(self, dossier: Path) -> Path:
        dossier.mkdir(parents=True)
        depot = dossier / "ABC_S59000_20240101_20241231_20250120.xlsx"
        depot.write_bytes(fabrique.xlsx({"Suivi": self.lignes}))
        return depot


@pytest.fixture(scope="module")
def canaris() -> Canaris:
    depot = sorted((SOURCES / "large" / "depots").iterdir())[0]
    lignes: list[list[Valeur]] = [
        [None if c is None else str(c) for c in r] for r in cellules(depot, "Suivi")
    ]
    canaris = Canaris(lignes, set())
    rangs: dict[Valeur, int] = {}
    lignes[0] += ["Tél. portable", "Courriel", "Observations"]
    for ligne in lignes[1:]:
        rang = rangs.setdefault(ligne[canaris.place("Réf. participant")], len(rangs))
        bout = _lettres(rang)
        nom, prenom = f"Zorglub{bout}", f"Quetzal{bout}"
        naissance = dt.date(1961, 3, 17) + dt.timedelta(41 * rang)
        telephone, courriel = f"06 91 82 73 {rang + 10}", f"{prenom}.{nom}@courriel.invalid".lower()
        ligne[canaris.place("Nom")], ligne[canaris.place("Prénom")] = nom.upper(), prenom
        ligne[canaris.place("Né(e) le")] = f"{naissance:%d/%m/%Y}"
        ligne += [telephone, courriel, f"vu avec {prenom} {nom}"]
        canaris.dits |= {nom, prenom, f"{naissance:%d/%m/%Y}", f"{naissance:%Y-%m-%d}", courriel}
        canaris.dits |= {telephone, telephone.replace(" ", ""), telephone.replace(" ", "")[1:]}
    for ligne in lignes[1::12]:
        ligne[canaris.place("Secteur")] = INCONNU
    return canaris


def _textes(decrite: Decrite) -> Iterator[tuple[str, str]]:
    """All that the command gave: screen, workbook to the last part of its archive, workspace."""
    yield "écran", decrite.execution.texte
    if decrite.classeur.exists():
        yield "nom du classeur", decrite.classeur.name
        with zipfile.ZipFile(decrite.classeur) as archive:
            for nom in archive.namelist():
                yield f"classeur, {nom}", archive.read(nom).decode("utf-8", "replace")
    for fichier in decrite.espace.rglob("*"):
        yield "nom de fichier", fichier.name
        if fichier.is_file():
            yield fichier.name, fichier.read_bytes().decode("utf-8", "replace")


def vus(decrite: Decrite, dits: set[str]) -> set[tuple[str, str]]:
    """Where a person is seen."""
    bas = {dit.lower() for dit in dits}
    return {(ou, dit) for ou, texte in _textes(decrite) for dit in bas if dit in texte.lower()}


def _decrire_les_canaris(canaris: Canaris, dossier: Path) -> Decrite:
    return decrire(dossier, canaris.ecrire(dossier / "depots"), "--accepter")


@pytest.fixture(scope="module")
def decrite_canaris(canaris: Canaris, une_fois: UneFois) -> Decrite:
    """Accepted. Not to be changed: copy it."""
    decrite: Decrite = une_fois("canaris", partial(_decrire_les_canaris, canaris))
    return decrite


def test_nobody_is_seen_in_what_is_accepted(decrite_canaris: Decrite, canaris: Canaris) -> None:
    assert decrite_canaris.execution.code == 0, decrite_canaris.execution.texte
    assert decrite_canaris.layout.is_file()
    assert decrite_canaris.classeur.is_file()
    assert len(canaris.dits) > 100
    assert vus(decrite_canaris, canaris.dits) == set()


def test_a_word_explained_goes_to_the_aliases(
    decrite_canaris: Decrite, canaris: Canaris, tmp_path: Path
) -> None:
    """Beside those that were there; the description does not repeat it; nobody is seen in it."""
    classeur = tmp_path / "correspondance.xlsx"
    shutil.copy(decrite_canaris.classeur, classeur)
    corriger(classeur, "Valeurs", {INCONNU: "BATIMENT — Bâtiment"}, 3, 5)
    espace = tmp_path / "espace"
    espace.mkdir()
    deja = "nomenclature,forme,code\nniveau,Brevet maison,N5\n"
    (espace / "alias.csv").write_text(deja, encoding="utf-8")
    execution = lancer("decrire", "--avec", classeur, "--espace", espace)
    assert execution.code == 0, execution.texte
    assert (espace / "alias.csv").read_text(encoding="utf-8") == f"{deja}secteur,{INCONNU},BATIMENT\n"
    decrite = Decrite(decrite_canaris.source, execution, espace, classeur)
    assert INCONNU not in decrite.layout.read_text(encoding="utf-8")
    assert vus(decrite, canaris.dits) == set()


def test_nothing_is_written_nor_anybody_seen_in_what_is_refused(
    decrite_canaris: Decrite, canaris: Canaris, tmp_path: Path
) -> None:
    """Start and end of contracts exchanged in the workbook: the dry reading stops it. Layouts and aliases stay."""
    classeur, espace = tmp_path / "correspondance.xlsx", tmp_path / "espace"
    shutil.copy(decrite_canaris.classeur, classeur)
    echange = {"Début contrat": "Bilan · Fin contrat", "Fin contrat": "Bilan · Début contrat"}
    corriger(classeur, "Colonnes", echange, 2, 4)
    corriger(classeur, "Valeurs", {INCONNU: "BATIMENT — Bâtiment"}, 3, 5)
    (espace / "layouts").mkdir(parents=True)
    (espace / "alias.csv").write_text("nomenclature,forme,code\nniveau,Brevet maison,N5\n", encoding="utf-8")
    ancien = espace / "layouts" / decrite_canaris.layout.name
    ancien.write_text(decrite_canaris.layout.read_text(encoding="utf-8") + "# le nôtre\n", encoding="utf-8")
    avant = _fichiers(espace)
    execution = lancer("decrire", "--avec", classeur, "--espace", espace)
    assert execution.code == 2
    assert "ESSAI_NON_CONCLUANT" in execution.erreurs
    assert _fichiers(espace) == avant
    assert vus(Decrite(decrite_canaris.source, execution, espace, classeur), canaris.dits) == set()


def _fichiers(espace: Path) -> dict[str, bytes]:
    """What a description writes in a workspace."""
    return {f.name: f.read_bytes() for f in (*espace.glob("layouts/*"), espace / "alias.csv") if f.is_file()}


def test_nobody_is_seen_where_their_columns_are_not_recognised(canaris: Canaris, tmp_path: Path) -> None:
    bruits = {e: f"Zk{i}" for i, e in enumerate(("Nom", "Prénom", "Né(e) le", "Tél. portable", "Courriel"))}
    depot = canaris.nommer(bruits | {"Observations": "Zk9"}).ecrire(tmp_path / "depots")
    decrite = decrire(tmp_path, depot, "--accepter")
    assert decrite.execution.code == 2
    assert "DESCRIPTION_INCERTAINE" in decrite.execution.erreurs
    assert decrite.classeur.is_file()
    assert not list(decrite.espace.glob("layouts/*"))
    assert vus(decrite, canaris.dits) == set()


@pytest.mark.parametrize("reconnus", [True, False])
def test_nobody_is_seen_who_is_named_among_words(reconnus: bool, canaris: Canaris, tmp_path: Path) -> None:
    """Whoever referred somebody is a person, once or often, in a column of which most words are known."""
    lignes = [list(ligne) for ligne in canaris.lignes]
    ecrits = Canaris(lignes, canaris.dits)
    place, nom, prenom = (ecrits.place(e) for e in ("Prescripteur", "Nom", "Prénom"))
    lignes[1][place] = f"{lignes[1][prenom]} {lignes[1][nom]}"
    lignes[2][place] = lignes[3][place] = f"M. {lignes[2][nom]}"
    lignes[4][place] = lignes[4][ecrits.place("Courriel")]
    lignes[5][place] = f"référent {lignes[5][ecrits.place('Tél. portable')]}"
    noms = {} if reconnus else {"Nom": "Zk1", "Prénom": "Zk2"}
    decrite = decrire(tmp_path, ecrits.nommer(noms).ecrire(tmp_path / "depots"))
    assert decrite.execution.code == 0, decrite.execution.texte
    assert vus(decrite, canaris.dits) == set()


def test_nobody_is_seen_who_names_a_sheet(canaris: Canaris, tmp_path: Path) -> None:
    """A sheet per person, called by its name."""
    entetes, *lignes = canaris.lignes
    place = canaris.place("Nom")
    noms = list(dict.fromkeys(str(ligne[place]) for ligne in lignes))[:8]
    feuilles = {nom: [entetes, *(x for x in lignes if x[place] == nom)] for nom in noms}
    depot = tmp_path / "depots" / "ABC_S59000_20240101_20241231_20250120.xlsx"
    depot.parent.mkdir()
    depot.write_bytes(fabrique.xlsx(feuilles))
    decrite = decrire(tmp_path, depot, "--accepter")
    assert vus(decrite, canaris.dits) == set()
