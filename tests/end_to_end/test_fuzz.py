"""Spoiled deposits: never a traceback, never a lost row (read = loaded + rejected + duplicates + ignored).

Most examples stop at reading, which is quick; a few folders of spoiled deposits go through the whole command.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import os
import random
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from commande import DEPOTS, RACINE, lancer, lire
from depots_fictifs import (
    Tableau,
    Tables,
    ecrire_classeur,
    ecrire_dossier,
    ecrire_zip,
    nom_de_depot,
    tableau_bilan,
    tables_relationnelles,
    texte_csv,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import dates, nombres, parsers
from ingest.codes import charger_codes, forme_normale
from ingest.discovery import decouvrir, empreinte
from ingest.layouts import charger_layouts, normaliser
from ingest.pipeline import Lot
from ingest.pipeline import lire as lire_depots

pytestmark = pytest.mark.lent

EXEMPLES = int(os.environ.get("CLAUSES_EXEMPLES", "15"))
RAPIDE = settings(
    max_examples=EXEMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
AUJOURD_HUI = dt.date(2025, 6, 30)
LAYOUTS = charger_layouts()
CODES = charger_codes(RACINE / "seeds")

# what people and their software really write, and what breaks careless readers
CELLULES = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\u00a0",
            "Total",
            "TOTAL GÉNÉRAL",
            "-5",
            "1e400",
            "nan",
            "inf",
            "-inf",
            "1 234,50",
            "1.234,5",
            "12,5 %",
            "999999999999999999999",
            "0x1F",
            "#N/A",
            "#REF!",
            "=1+1",
            "=cmd|' /C calc'!A0",
            "31/02/2024",
            "31/12/24",
            "2024-13-45",
            "0000-00-00",
            "45000",
            "99999",
            "202413",
            "févr. 2024",
            "mars 2024",
            "26h75",
            "26:45",
            "1.2345678901234E13",
            "5.5E99",
            "2A004",
            "99999",
            "{valeur}",
            "{}",
            "%s",
            "a\nb",
            'a"b',
            "a;b\tc,d",
            "'; drop table depots; --",
            "\ufeff",
            "\u202e",
            "é" * 2000,
            "L2112-2 + L2152-7 + R9999",
            "art. 14 + 53-1 + 53-1 + 30",
            "RSA + + / , DELD",
            "²³¹",
            "١٢٣",
            "Ⅻ",
            "ß",
            "\x85",
        ]
    ),
    st.text(max_size=12),
    st.floats().map(str),
    st.dates(dt.date(1, 1, 1)).map(lambda d: d.strftime("%d/%m/%Y")),
)


def _lire(chemin: Path) -> Lot:
    candidats, _ = decouvrir([chemin], LAYOUTS)
    for candidat in candidats:
        assert len(empreinte(candidat)) == 64
    lot = lire_depots(candidats, LAYOUTS, CODES, b"0" * 32, AUJOURD_HUI)
    for rang in range(len(candidats)):
        assert (rang in lot.refus) or (rang in lot.identites)
    _verifier_les_comptes(lot)
    return lot


def _verifier_les_comptes(lot: Lot) -> None:
    perdues = lot.comptes.filter(
        pl.col("lues") != pl.sum_horizontal("chargees", "rejetees", "doublons", "ignorees")
    )
    assert perdues.is_empty(), perdues
    entetes = {t.nom: t.entete for layout in LAYOUTS for t in layout.tables}
    for nom in entetes.keys() & lot.tables.keys():  # the keys of persons are not lines of a deposit
        cadre = lot.tables[nom]
        comptees = lot.comptes.filter(
            (pl.col("table") == entetes[nom]) & ~pl.col("depot").is_in(list(lot.refus))
        )
        assert cadre.height == comptees["chargees"].sum(), nom
    # what is said to be set aside is explained, line by line
    constats = lot.constats.tous()
    for depot, table, rejetees in lot.comptes.select("depot", "table", "rejetees").iter_rows():
        expliquees = constats.filter(
            (pl.col("depot") == depot) & (pl.col("table") == table) & (pl.col("gravite") == "rejet")
        )
        assert expliquees["ligne"].n_unique() == rejetees, (depot, table)
    assert constats["message"].null_count() == 0
    assert (
        constats.filter(pl.col("gravite") != "refus")["table"].null_count() == 0
    )  # the warehouse has no place for it


def _dans_un_dossier(ecrire: Callable[[Path], object]) -> Lot:
    with tempfile.TemporaryDirectory() as dossier:
        ecrire(Path(dossier))
        return _lire(Path(dossier))


# --- spoiling ----------------------------------------------------------------------------------------------


@st.composite
def cellules_gatees(tirer: st.DrawFn, tableau: Tableau) -> Tableau:
    """Some cells of the rows, not of the header, replaced by anything."""
    gate = copy.deepcopy(tableau)
    for _ in range(tirer(st.integers(1, 8))):
        ligne = gate[tirer(st.integers(1, len(gate) - 1))]
        ligne[tirer(st.integers(0, len(ligne) - 1))] = tirer(CELLULES)
    return gate


@st.composite
def structure_gatee(tirer: st.DrawFn, tableau: Tableau) -> Tableau:
    """Header, rows and columns moved, doubled, dropped, cut, and titles above."""
    gate = copy.deepcopy(tableau)
    for _ in range(tirer(st.integers(1, 3))):
        if not gate:
            break
        rang = tirer(st.integers(0, len(gate) - 1))
        largeur = len(gate[0])
        colonne = tirer(st.integers(0, max(largeur - 1, 0)))
        match tirer(st.integers(0, 8)):
            case 0:
                gate.insert(0, [tirer(CELLULES)])
            case 1:
                gate.append(["Total", *[""] * (largeur - 1)])
            case 2:
                gate.append(list(gate[rang]))
            case 3:
                del gate[rang]
            case 4:
                gate[rang] = gate[rang][:colonne]
            case 5:
                gate = [[*ligne[:colonne], *ligne[colonne + 1 :]] for ligne in gate]
            case 6:
                gate = [[*ligne[colonne:], *ligne[:colonne]] for ligne in gate]
            case 7:
                if largeur:
                    gate[0][colonne : colonne + 1] = [tirer(CELLULES)]
            case 8:
                gate = [[*ligne, tirer(CELLULES)] for ligne in gate]
    return gate


def _lignes_sous_l_entete(tableau: Tableau) -> int:
    """How many records a plain CSV reader sees below the header."""
    return len(list(csv.reader(io.StringIO(texte_csv(tableau), newline=""), delimiter=";"))) - 1


TABLES = tables_relationnelles("S59777")
BILAN = tableau_bilan("S80777")
NOMS = [nom for nom in TABLES if nom != "Informations"]


@RAPIDE
@given(st.data())
def test_cellules_quelconques_relationnel(donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(NOMS))
    tables: Tables = {**TABLES, nom: donnees.draw(cellules_gatees(TABLES[nom]))}
    lot = _dans_un_dossier(lambda d: ecrire_dossier(d / "depot", tables))
    if "FORMAT_INCONNU" not in str(lot.refus) and not lot.comptes.is_empty():
        lues = dict(lot.comptes.select("table", "lues").iter_rows())
        assert lues == {n: _lignes_sous_l_entete(t) for n, t in tables.items() if n != "Informations"}


@RAPIDE
@given(cellules_gatees(BILAN))
def test_cellules_quelconques_bilan(tableau: Tableau) -> None:
    fichier = f"{nom_de_depot('S80777')}.csv"
    lot = _dans_un_dossier(
        lambda d: (d / fichier).write_text(texte_csv(tableau), encoding="utf-8", newline="")
    )
    if not lot.comptes.is_empty():
        assert lot.comptes["lues"].to_list() == [_lignes_sous_l_entete(tableau)]


@RAPIDE
@given(st.data())
def test_informations_quelconques(donnees: st.DataObject) -> None:
    tables = {**TABLES, "Informations": donnees.draw(cellules_gatees(TABLES["Informations"]))}
    _dans_un_dossier(lambda d: ecrire_dossier(d / "depot", tables))


@RAPIDE
@given(st.data())
def test_structure_quelconque(donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(list(TABLES)))
    tables = {**TABLES, nom: donnees.draw(structure_gatee(TABLES[nom]))}
    bilan = donnees.draw(structure_gatee(BILAN))
    separateur = donnees.draw(st.sampled_from(";,\t"))
    encodage = donnees.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"]))

    def ecrire(dossier: Path) -> None:
        ecrire_dossier(dossier / "depot", tables, separateur, encodage)
        octets = texte_csv(bilan, separateur).encode(encodage, "replace")
        (dossier / f"{nom_de_depot('S80777')}.csv").write_bytes(octets)

    _dans_un_dossier(ecrire)


@settings(RAPIDE, max_examples=max(EXEMPLES // 2, 1))
@given(st.data())
def test_classeur_quelconque(donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(list(TABLES)))
    gatee = donnees.draw(st.one_of(structure_gatee(TABLES[nom]), cellules_gatees(TABLES[nom])))
    tables = {**TABLES, nom: gatee}
    _dans_un_dossier(lambda d: ecrire_classeur(d / "classeur.xlsx", tables))


@pytest.fixture(scope="module")
def contenants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Whole files of each kind, to be spoiled byte by byte."""
    dossier = tmp_path_factory.mktemp("contenants")
    plat = f"{nom_de_depot('S80777')}.csv"
    return {
        "classeur.xlsx": ecrire_classeur(dossier / "classeur.xlsx", TABLES).read_bytes(),
        "archive.zip": ecrire_zip(dossier / "archive.zip", TABLES).read_bytes(),
        plat: texte_csv(BILAN).encode("cp1252"),
    }


@settings(RAPIDE, max_examples=EXEMPLES * 2)
@given(donnees=st.data())
def test_octets_quelconques(contenants: dict[str, bytes], donnees: st.DataObject) -> None:
    nom = donnees.draw(st.sampled_from(sorted(contenants)))
    octets = bytearray(contenants[nom])
    for _ in range(donnees.draw(st.integers(0, 6))):
        octets[donnees.draw(st.integers(0, len(octets) - 1))] = donnees.draw(st.integers(0, 255))
    fin = donnees.draw(st.one_of(st.just(len(octets)), st.integers(0, len(octets))))
    _dans_un_dossier(lambda d: (d / nom).write_bytes(bytes(octets[:fin])))


@settings(RAPIDE, max_examples=EXEMPLES)
@given(donnees=st.data())
def test_feuille_quelconque_dans_un_classeur_valide(
    contenants: dict[str, bytes], donnees: st.DataObject
) -> None:
    """The zip is sound, its XML is not: what a reader of workbooks meets after a crash of Excel."""
    nouveau = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(contenants["classeur.xlsx"])) as source,
        zipfile.ZipFile(nouveau, "w") as cible,
    ):
        choisi = donnees.draw(st.sampled_from(sorted(source.namelist())))
        for membre in source.namelist():
            contenu = bytearray(source.read(membre))
            if membre == choisi:
                for _ in range(donnees.draw(st.integers(1, 5))):
                    position = donnees.draw(st.integers(0, len(contenu) - 1))
                    longueur = donnees.draw(st.integers(0, 40))
                    contenu[position : position + longueur] = donnees.draw(st.binary(max_size=8))
                    contenu = contenu or bytearray(b" ")
            cible.writestr(membre, bytes(contenu))
    _dans_un_dossier(lambda d: (d / "classeur.xlsx").write_bytes(nouveau.getvalue()))


# --- parsers -----------------------------------------------------------------------------------------------

LECTEURS: list[Callable[[pl.Series], pl.Series | pl.DataFrame]] = [
    nombres.lire_nombres,
    nombres.lire_heures,
    dates.lire_dates,
    lambda t: dates.lire_naissances(t, AUJOURD_HUI),
    dates.lire_mois,
    parsers.lire_horizons,
    parsers.lire_oui_non,
    parsers.lire_sirets,
    parsers.lire_communes,
    parsers.lire_codes_qpv,
    parsers.lire_codes_rome,
    lambda t: parsers.lire_territoires(t, frozenset({"59", "200093201"})),
    lambda t: CODES.lire("prescripteur", t),
    lambda t: CODES.lire("base_juridique", t),
    CODES.lire_generations,
    lambda t: CODES.lire_liste("categorie_public", t),
]


@settings(RAPIDE, max_examples=EXEMPLES * 3)
@given(st.lists(CELLULES, max_size=8, unique=True))
def test_les_lecteurs_acceptent_tout_texte(textes: list[str]) -> None:
    serie = pl.Series("t", [t.encode("utf-8", "replace").decode() for t in textes], dtype=pl.String)
    for lecteur in LECTEURS:
        assert len(lecteur(serie)) == len(textes)
    assert nombres.lire_nombres(serie).drop_nulls().is_finite().all()
    for texte in textes:
        assert forme_normale(forme_normale(texte)) == forme_normale(texte)
        assert normaliser(normaliser(texte)) == normaliser(texte)


# --- the whole command -------------------------------------------------------------------------------------


def _gater_un_fichier(octets: bytes, hasard: random.Random) -> bytes:
    lignes = octets.split(b"\n")
    for _ in range(hasard.randint(1, 6)):
        rang = hasard.randrange(len(lignes))
        match hasard.randrange(6):
            case 0:
                lignes.insert(rang, lignes[hasard.randrange(len(lignes))])
            case 1:
                del lignes[rang]
                lignes = lignes or [b""]
            case 2:
                cellules = lignes[rang].split(b";")
                cellules[hasard.randrange(len(cellules))] = hasard.choice(
                    [
                        b"",
                        b"-1",
                        b"1e300",
                        b"\xff\xfe",
                        "É".encode(),
                        b"99/99/9999",
                        b"Total",
                        b'"',
                        b"C0",
                        b"B1",
                    ]
                )
                lignes[rang] = b";".join(cellules)
            case 3:
                hasard.shuffle(lignes)
            case 4:
                lignes[rang] = lignes[rang].swapcase()
            case 5:
                lignes[rang] = bytes(hasard.randrange(256) for _ in range(20))
    return b"\n".join(lignes)


@pytest.mark.lent
@pytest.mark.parametrize("graine", [int(os.environ.get("CLAUSES_GRAINE", "1"))])
def test_un_dossier_de_depots_gates(graine: int, tmp_path: Path) -> None:
    """Thirty spoiled deposits at once, of made-up and sample files: the command ends well and accounts for each row."""
    hasard = random.Random(graine)
    depots = tmp_path / "depots"
    modeles = sorted(f for f in DEPOTS.glob("*/20*/*") if f.is_file())
    for numero in range(14):
        dossier = ecrire_dossier(depots / f"dossier-{numero}", tables_relationnelles(f"S59{numero:03d}"))
        for fichier in hasard.sample(sorted(dossier.iterdir()), 2):
            fichier.write_bytes(_gater_un_fichier(fichier.read_bytes(), hasard))
    for numero in range(10):
        structure = f"S80{numero:03d}"
        plat = depots / f"{nom_de_depot(structure)}.csv"
        plat.write_bytes(_gater_un_fichier(texte_csv(tableau_bilan(structure)).encode("cp1252"), hasard))
    for numero in range(8):
        modele = hasard.choice(modeles)
        octets = bytearray(modele.read_bytes())
        for _ in range(hasard.randint(1, 4)):
            octets[hasard.randrange(len(octets))] = hasard.randrange(256)
        (depots / f"{numero}-{modele.name}").write_bytes(
            bytes(octets[: hasard.choice([len(octets), len(octets) // 2])])
        )
    espace = tmp_path / "espace"
    execution = lancer("actualiser", depots, "--espace", espace)
    assert execution.code == 0, execution.texte

    journal = espace / "journal.duckdb"
    vus = lire(journal, "select chemin, statut, regle, message from depots")
    assert vus.height == 14 + 10 + 8
    assert vus.filter((pl.col("statut") == "refuse") & pl.col("message").is_null()).is_empty()
    assert vus.filter(pl.col("statut") == "accepte").height >= 5
    perdues = lire(
        journal, "select * from depots_tables where lues <> chargees + rejetees + doublons + ignorees"
    )
    assert perdues.is_empty(), perdues
    for lecture in (["etat"], ["constats", "--sortie", str(tmp_path / "constats.xlsx")]):
        assert lancer(*lecture, "--espace", espace).code == 0
