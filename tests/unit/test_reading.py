"""Files as they come: encodings, separators, accidents of workbooks, and hostile files, refused and never obeyed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any

import fabrique
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clauses.socle.errors import DepotRefuse
from ingest import pipeline, reading
from ingest.discovery import Candidat, decouvrir
from ingest.layouts import charger_layouts
from ingest.reading import ClasseurLu, Feuille, ouvrir

XLSX = fabrique.xlsx({"Liste": [["a", "b"], ["1", "2"]]})


def candidat(chemin: Path) -> Candidat:
    (trouve,), _ = decouvrir([chemin], charger_layouts())
    return trouve


def lire_tout(classeur: ClasseurLu) -> list[Feuille]:
    return [classeur.lire(nom) for nom in classeur.noms]


def lignes(feuille: Feuille) -> list[tuple[object, ...]]:
    """(line, cell, cell, …) of the rows that hold something."""
    return [ligne for ligne in feuille.cellules.rows() if any(c not in (None, "") for c in ligne[1:])]


def une_feuille(chemin: Path, contenu: bytes) -> list[tuple[object, ...]]:
    chemin.write_bytes(contenu)
    (feuille,) = lire_tout(ouvrir(candidat(chemin)))
    return lignes(feuille)


def refus(chemin: Path) -> DepotRefuse:
    """The refusal a file must meet, reading all its sheets; any other exception fails the test."""
    with pytest.raises(DepotRefuse) as leve:
        lire_tout(ouvrir(candidat(chemin)))
    return leve.value


# --- CSV ---------------------------------------------------------------------------------------------------

TABLE = [["N°", "Intitulé, libre", "Euros"], ["1", "œuvre ; été\tà 3 €", "1 234,50"], ["2", "—", ""]]


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(tmp_path: Path, encodage: str, separateur: str, fin: str) -> None:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=separateur, lineterminator=fin).writerows(TABLE)
    lues = une_feuille(tmp_path / "x.csv", tampon.getvalue().encode(encodage))
    assert [list(ligne[1:]) for ligne in lues] == TABLE
    assert [ligne[0] for ligne in lues] == [1, 2, 3]


def test_line_numbers_after_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    texte = 'Titre\r\n\r\n"a\r\nb";"c\r\n\r\nd";e\r\n1;2;3\r\n"x ""cité""";;\r\n'
    lues = une_feuille(tmp_path / "x.csv", texte.encode())
    assert lues == [
        (1, "Titre", "", ""),
        (3, "a\r\nb", "c\r\n\r\nd", "e"),
        (7, "1", "2", "3"),
        (8, 'x "cité"', "", ""),
    ]


def test_commas_of_sentences_and_decimals_do_not_make_a_separator(tmp_path: Path) -> None:
    texte = "Clé;Valeur\nNom de la structure;Emploi, insertion, formation, et suite\nDébut de période;01/01/2024\n"
    assert une_feuille(tmp_path / "x.csv", texte.encode())[1][2] == "Emploi, insertion, formation, et suite"
    texte = "C1;M1;26,75;1,5;2,5\n" * 3
    assert une_feuille(tmp_path / "y.csv", texte.encode())[0] == (1, "C1", "M1", "26,75", "1,5", "2,5")


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    assert une_feuille(tmp_path / "x.csv", b"abc\ndef\n") == [(1, "abc"), (2, "def")]


@pytest.mark.parametrize(
    ("cellule", "lue"),
    [
        ('12" de diamètre', '12" de diamètre'),
        ('"Lot "2" bois"', 'Lot 2" bois"'),
        ('Résidence "Les Lilas"', 'Résidence "Les Lilas"'),
        ('""', ""),
    ],
)
def test_stray_quotes_inside_a_line_lose_no_row(tmp_path: Path, cellule: str, lue: str) -> None:
    texte = f"a;b;c\n1;{cellule};2\n3;4;5\n"
    assert une_feuille(tmp_path / "x.csv", texte.encode()) == [
        (1, "a", "b", "c"),
        (2, "1", lue, "2"),
        (3, "3", "4", "5"),
    ]


@pytest.mark.parametrize(
    ("texte", "ligne"),
    [
        ('a;b\n1;2\n3;"4\n5;6\n', 3),
        # a second quoted cell leaves the count of quotes odd but the end closed; two stray quotes make it even
        ('a;b\n1;"2\n3;4\n5;"6"\n7;8\n', 2),
        ('a;b\n"1;2\n3;4\n"5;6\n7;8\n', 2),
    ],
)
def test_an_unclosed_quote_is_refused_with_its_line(tmp_path: Path, texte: str, ligne: int) -> None:
    (tmp_path / "x.csv").write_text(texte, encoding="utf-8")
    erreur = refus(tmp_path / "x.csv")
    assert (erreur.regle, erreur.table, erreur.ligne) == ("ILLISIBLE", "x.csv", ligne)
    assert "guillemet" in erreur.detail


@pytest.mark.parametrize(
    ("nom", "contenu", "extrait"),
    [
        ("vide.csv", b"", "0 octet"),
        ("blanc.csv", b" \r\n\t\r\n  ", "vide"),
        ("bom.csv", b"\xef\xbb\xbf", "vide"),
        ("image.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "une image"),
        ("octets.csv", bytes(range(1, 256)) * 9, "pas un fichier texte"),
        ("utf16 impair.csv", b"\xff\xfea\x00;", "UTF-16"),
        ("champ.csv", b"a;b\n1;" + b"x" * 10_000_000 + b"\n", "trop longue"),
        ("champ cité.csv", b'a;b\n1;"' + b"x\n" * 5_000_000 + b'"\n', "trop longue"),
        ("vide.xlsx", b"", "0 octet"),
        ("texte.xlsx", b"bonjour", "corrompu, tronqu"),
        ("vide.zip", b"", "0 octet"),
        ("texte.zip", b"a;b\n1;2\n", "corrompu, tronqu"),
        ("tronque.xlsx", XLSX[: len(XLSX) // 2], "corrompu, tronqu"),
        ("debut.xlsx", XLSX[:10], "corrompu, tronqu"),
        ("ancien.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ".xls"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_files_that_cannot_be_read(tmp_path: Path, nom: str, contenu: bytes, extrait: str) -> None:
    (tmp_path / nom).write_bytes(contenu)
    erreur = refus(tmp_path / nom)
    assert erreur.regle == "ILLISIBLE"
    assert extrait in erreur.detail


@pytest.mark.parametrize("nom", ["vide.csv", "blanc.xlsx", "entetes.csv"])
def test_refusals_reach_the_findings_in_french(tmp_path: Path, nom: str) -> None:
    contenu = {
        "vide.csv": b"",
        "blanc.xlsx": fabrique.xlsx({"Feuil1": [], "Feuil2": [[" "]]}),
        "entetes.csv": b"a;b;c\n",
    }[nom]
    (tmp_path / nom).write_bytes(contenu)
    lot = fabrique.lire(tmp_path / nom)
    regle, message = lot.refus[0]
    assert regle == ("FORMAT_INCONNU" if nom == "entetes.csv" else "ILLISIBLE")
    assert re.search(r"(Refaites|Vérifiez)", message)
    assert fabrique.constats(lot)[0][:2] == ("refus", regle)


# --- workbooks ---------------------------------------------------------------------------------------------


def test_lines_are_those_of_the_sheet_whatever_is_empty_above_or_beside(tmp_path: Path) -> None:
    contenu = fabrique.xlsx({"F": [[], [], [None, None, "x", None, "y"], [], [None, None, "z"]]})
    (tmp_path / "x.xlsx").write_bytes(contenu)
    (feuille,) = lire_tout(ouvrir(candidat(tmp_path / "x.xlsx")))
    assert [(li[0], [c for c in li[1:] if c]) for li in lignes(feuille)] == [(3, ["x", "y"]), (5, ["z"])]


def test_cells_of_every_kind(tmp_path: Path) -> None:
    tampon = io.BytesIO()
    with xlsxwriter.Workbook(tampon, {"in_memory": True}) as classeur:
        feuille = classeur.add_worksheet("F")
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        mois = classeur.add_format({"num_format": "mmm-yy"})
        pourcentage = classeur.add_format({"num_format": "0.0 %"})
        feuille.write_string(0, 0, "texte")
        feuille.write_number(1, 0, 26.75)
        feuille.write_number(2, 0, 12_345_678_901_234)
        feuille.write_datetime(3, 0, dt.datetime(2024, 3, 31), jour)
        feuille.write_datetime(4, 0, dt.datetime(2024, 3, 1), mois)
        feuille.write_number(5, 0, 0.125, pourcentage)
        feuille.write_boolean(6, 0, True)
        feuille.write_formula(7, 0, "=1+1", None, 2)
        feuille.write_formula(8, 0, '="a"&"b"', None, "ab")
        feuille.write_formula(9, 0, "=1/0", None, "#DIV/0!")
        feuille.write_formula(10, 0, "=A1", None, "")
        feuille.write_blank(11, 0, None, jour)
        feuille.write_string(12, 0, "fin\nde cellule")
    (tmp_path / "x.xlsx").write_bytes(tampon.getvalue())
    (lue,) = lire_tout(ouvrir(candidat(tmp_path / "x.xlsx")))
    valeurs = dict(zip(lue.cellules["ligne"], lue.cellules["c0"], strict=True))
    assert valeurs == {
        1: "texte",
        2: "26.75",
        3: "12345678901234",
        4: "2024-03-31 00:00:00",
        5: "2024-03-01 00:00:00",
        6: "0.125",
        7: valeurs[7],
        8: "2",
        9: "ab",
        10: "#DIV/0!",
        11: "formule non calculée",  # as openpyxl writes every formula: no value was kept
        12: None,
        13: "fin\nde cellule",
    }
    assert str(valeurs[7]).lower() == "true"


def test_numbers_and_dates_of_excel_are_read(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Informations"][2]["Valeur"] = dt.date(2024, 1, 1)
    tables["Heures"][0].update({"Mois": dt.date(2024, 2, 1), "Heures travaillées": 26.75})
    tables["Contrats"][0].update(
        {"Date de début": dt.date(2023, 12, 5), "SIRET employeur": int(fabrique.siret(101))}
    )
    tables["Bénéficiaires"][0].update({"QPV (O/N)": True, "Code commune de résidence": 1053})
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert fabrique.constats(lot) == []
    assert lot.tables["heures"].row(0, named=True)["mois"] == dt.date(2024, 2, 1)
    assert lot.tables["heures"].row(0, named=True)["heures_travaillees"] == 26.75
    contrat = lot.tables["contrats"].row(0, named=True)
    assert (contrat["date_debut"], contrat["siret_employeur"]) == (dt.date(2023, 12, 5), fabrique.siret(101))
    personne = lot.tables["beneficiaires"].row(0, named=True)
    assert (personne["qpv"], personne["commune_residence"]) == (True, "01053")


def test_errors_and_formulas_without_a_value_are_no_empty_cells(tmp_path: Path) -> None:
    tampon = io.BytesIO()
    grille = fabrique.grille(fabrique.relationnel()["Heures"])
    with xlsxwriter.Workbook(tampon, {"in_memory": True}) as classeur:
        for nom, rangees in fabrique.relationnel().items():
            feuille = classeur.add_worksheet(nom)
            for i, rangee in enumerate(fabrique.grille(rangees)):
                feuille.write_row(i, 0, rangee)
            if nom == "Heures":
                feuille.write_formula(1, 3, "=100+0.5", None, 100.5)
                feuille.write_formula(2, 3, "=100+0.5", None, "")
                feuille.write_formula(3, 3, "='[autre.xlsx]F'!A1", None, "#REF!")
    assert grille[0][3] == "Heures travaillées"
    (tmp_path / "export.xlsx").write_bytes(tampon.getvalue())
    lot = fabrique.lire(tmp_path / "export.xlsx")
    assert fabrique.constats(lot) == [
        ("rejet", "CELLULE_EN_ERREUR", "Heures", 4, "Heures travaillées"),
        ("rejet", "FORMULE_SANS_VALEUR", "Heures", 3, "Heures travaillées"),
    ]
    heures = lot.tables["heures"].filter(lot.tables["heures"]["ligne"] == 2)
    assert heures["heures_travaillees"].to_list() == [100.5]


# --- passwords ---------------------------------------------------------------------------------------------


def classeur_chiffre() -> bytes:
    """What Excel writes under a password: an OLE file of 512-byte sectors with an EncryptedPackage stream."""
    entete = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<HHHHH", entete, 24, 0x3E, 3, 0xFFFE, 9, 6)

    def entree(nom: str, genre: int) -> bytes:
        nom_utf16 = (nom + "\0").encode("utf-16-le")
        return nom_utf16.ljust(64, b"\0") + struct.pack("<HB", len(nom_utf16), genre) + bytes(61)

    repertoire = (
        entree("Root Entry", 5) + entree("EncryptionInfo", 2) + entree("EncryptedPackage", 2) + bytes(128)
    )
    return bytes(entete) + repertoire + os.urandom(2048)


def test_a_password_is_named_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(classeur_chiffre())
    assert refus(tmp_path / "x.xlsx").regle == "PROTEGE"
    (tmp_path / "x.zip").write_bytes(zip_chiffre())
    assert refus(tmp_path / "x.zip").regle == "PROTEGE"


def zip_chiffre() -> bytes:
    """A zip whose entries say they are encrypted: bit 0 of the flags, in the local header and in the directory."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("heures.csv", "a;b\n")
    octets = bytearray(tampon.getvalue())
    for signature, decalage in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.index(signature) + decalage] |= 1
    return bytes(octets)


def test_password_in_the_findings(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(classeur_chiffre())
    lot = fabrique.lire(tmp_path / "x.xlsx")
    assert lot.refus[0][0] == "PROTEGE"
    assert "sans mot de passe" in lot.refus[0][1]


# --- zips --------------------------------------------------------------------------------------------------


def en_zip(chemin: Path, membres: dict[str, bytes]) -> Path:
    return fabrique.ecrire_zip(membres, chemin)


def test_a_zip_bomb_by_size_ratio_or_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = en_zip(tmp_path / "x.zip", {"heures.csv": b"a;b\n" * 30_000})
    assert lire_tout(ouvrir(candidat(chemin)))
    monkeypatch.setitem(reading.LIMITES, "octets_decompresses", 100_000)
    assert "0 Mo une fois" in refus(chemin).detail
    monkeypatch.setitem(reading.LIMITES, "octets_decompresses", 1_000_000)
    monkeypatch.setitem(reading.LIMITES, "taux_expansion_des", 100_000)
    monkeypatch.setitem(reading.LIMITES, "taux_expansion", 50)
    assert "gonflerait" in refus(chemin).detail
    monkeypatch.setitem(reading.LIMITES, "entrees_archive", 5)
    nombreux = en_zip(tmp_path / "y.zip", {f"{i}.txt": b"x" for i in range(6)})
    assert "6 fichiers" in refus(nombreux).detail
    classeur = tmp_path / "z.xlsx"
    classeur.write_bytes(XLSX)
    assert "fichiers" in refus(classeur).detail


def test_a_real_bomb_is_refused_without_being_inflated(tmp_path: Path) -> None:
    chemin = tmp_path / "x.zip"
    with (
        zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("heures.csv", "w") as flux,
    ):
        bloc = b"a;b\n" * 250_000
        for _ in range(80):
            flux.write(bloc)  # 80 MB in 80 kB
    tracemalloc.start()
    assert "gonflerait à 80 Mo" in refus(chemin).detail
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def mentir(octets: bytes, taille: int, somme: int | None = None) -> bytes:
    """Changes the uncompressed size (and checksum) of the one entry, in the local header and in the directory."""
    faux = bytearray(octets)
    for signature, decalage in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        debut = faux.index(signature) + decalage
        if somme is not None:
            struct.pack_into("<I", faux, debut, somme)
        struct.pack_into("<I", faux, debut + 8, taille)
    return bytes(faux)


@pytest.mark.parametrize("methode", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("ecart", [-8, 8, 1_000_000])
def test_lying_sizes(tmp_path: Path, methode: int, ecart: int) -> None:
    contenu = b"a;b\n1;2\n3;4\n5;6\n"
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", methode) as archive:
        archive.writestr("heures.csv", contenu)
    taille = len(contenu) + ecart
    (tmp_path / "x.zip").write_bytes(mentir(tampon.getvalue(), taille, zlib.crc32(contenu[:taille])))
    assert refus(tmp_path / "x.zip").regle == "ILLISIBLE"


@pytest.mark.parametrize(
    "nom", ["../heures.csv", "a/../../heures.csv", "/etc/heures.csv", "C:\\heures.csv", "..\\heures.csv"]
)
def test_paths_that_leave_the_archive(tmp_path: Path, nom: str) -> None:
    chemin = en_zip(tmp_path / "dossier" / "x.zip", {nom: b"a;b\n1;2\n"})
    erreur = refus(chemin)
    assert (erreur.regle, erreur.detail) == ("ILLISIBLE", "l'archive contient un chemin interdit")
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == [chemin]


def test_folders_of_a_zip(tmp_path: Path) -> None:
    fichiers = fabrique.fichiers_csv(fabrique.relationnel())
    un_dossier = {f"2024/T1/{nom}": contenu for nom, contenu in fichiers.items()}
    parasites = {
        "__MACOSX/2024/._heures.csv": b"\x00\x05",
        ".DS_Store": b"x",
        "2024/T1/~$heures.csv": b"x",
        "2024/lisez-moi.txt": b"bonjour",
    }
    lot = fabrique.lire(en_zip(tmp_path / "x.zip", un_dossier | parasites))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    deux = un_dossier | {f"2024/T2/{nom}": contenu for nom, contenu in fichiers.items()}
    erreur = refus(en_zip(tmp_path / "y.zip", deux))
    assert erreur.regle == "FORMAT_INCONNU"
    assert "2024/T1, 2024/T2" in erreur.detail
    erreur = refus(en_zip(tmp_path / "z.zip", {"a.txt": b"x"}))
    assert (erreur.regle, erreur.detail) == (
        "FORMAT_INCONNU",
        "l'archive ne contient ni classeur .xlsx ni fichier .csv (elle contient : .txt)",
    )


def test_the_name_of_the_folder_in_a_zip_may_say_who_and_when(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    del tables["Informations"]
    membres = {f"{fabrique.NOM_BILAN}/{n}": c for n, c in fabrique.fichiers_csv(tables).items()}
    lot = fabrique.lire(en_zip(tmp_path / "envoi.zip", membres))
    assert lot.identites[0].extraction == dt.date(2024, 4, 15)


def test_a_zip_in_a_zip_is_no_deposit(tmp_path: Path) -> None:
    interieur = en_zip(tmp_path / "a.zip", {"heures.csv": b"a;b\n"}).read_bytes()
    assert refus(en_zip(tmp_path / "b.zip", {"a.zip": interieur})).regle == "FORMAT_INCONNU"


# --- sheets made to exhaust memory -------------------------------------------------------------------------


def classeur_de(xml: str) -> bytes:
    """A workbook whose one sheet has the given XML for its rows."""
    tampon = io.BytesIO()
    feuille = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{xml}</sheetData></worksheet>"
    )
    with (
        zipfile.ZipFile(io.BytesIO(XLSX)) as modele,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as neuf,
    ):
        for membre in modele.infolist():
            neuf.writestr(
                membre.filename, feuille if membre.filename.endswith("sheet1.xml") else modele.read(membre)
            )
    return tampon.getvalue()


PREMIERE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "xml",
    [
        PREMIERE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        PREMIERE + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        PREMIERE + '<row r = "1048576"><c  r\n=\n"XFD1048576" ><v>1</v></c></row>',
        PREMIERE + '<row r="1048576"><c s="a/b" r="XFD1048576" t="a/"><v>1</v></c></row>',
        PREMIERE + '<row x=">" r="1048576"><c x="a>b" r="XFD1048576"><v>1</v></c></row>',
        PREMIERE + '<row r="1048576"><c r="XFD1048576" x="/>"><v>1</v></c></row>',
        PREMIERE + '<row r="1048576"><c r="AMJ1048576"><v>1</v></c></row>',
        PREMIERE + '<row r="1048576">' + "<c><v>1</v></c>" * 1000 + "</row>",
        PREMIERE + '<row r="1048576"><c s="1" r="ZZ1048576"><v>1</v></c></row>',
        '<row r="1">'
        + "<c><v>1</v></c>" * 20_000
        + "</row>"
        + '<row r="20000"><c r="A20000"><v>1</v></c></row>',
    ],
    ids=[
        "far",
        "single quotes",
        "spaces",
        "slash",
        "greater-than",
        "false end",
        "a thousand columns",
        "no reference",
        "ZZ",
        "wide without reference",
    ],
)
def test_a_cell_far_away_is_refused_and_nothing_is_allocated(tmp_path: Path, xml: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(classeur_de(xml))
    debut = time.perf_counter()
    erreur = refus(tmp_path / "x.xlsx")
    assert erreur.regle == "ILLISIBLE"
    assert "effacez les cellules" in erreur.detail
    assert time.perf_counter() - debut < 5


def test_empty_formatted_cells_far_away_are_nothing(tmp_path: Path) -> None:
    xml = (
        PREMIERE
        + '<row r="2"><c r="XFD2" s="1"/></row>'
        + '<row r="1048576" s="1"><c r="XFD1048576" s="1"/><c r="A1048576" s="1"></c></row>'
    )
    lues = une_feuille(tmp_path / "x.xlsx", classeur_de(xml))
    assert [(li[0], li[1]) for li in lues] == [(1, "1")]


def test_the_limit_of_cells_is_the_box_of_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xlsx").write_bytes(classeur_de('<row r="10"><c r="J10"><v>1</v></c></row>'))
    monkeypatch.setitem(reading.LIMITES, "cellules_feuille", 100)
    assert lire_tout(ouvrir(candidat(tmp_path / "x.xlsx")))
    monkeypatch.setitem(reading.LIMITES, "cellules_feuille", 99)
    assert "10 lignes et 10 colonnes" in refus(tmp_path / "x.xlsx").detail


def test_a_csv_file_wider_than_any_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrit = tmp_path / "x.csv"
    ecrit.write_text("a;b;c\n1;2;3\n" + ";".join("x" * 16_385) + "\n", encoding="utf-8")
    assert "la ligne 3 a 16\u202f385 colonnes" in refus(ecrit).detail
    ecrit.write_text("a;b;c;d\n" + "1;2\n" * 24, encoding="utf-8")
    monkeypatch.setitem(reading.LIMITES, "cellules_feuille", 100)
    assert lire_tout(ouvrir(candidat(ecrit)))
    monkeypatch.setitem(reading.LIMITES, "cellules_feuille", 99)
    assert "la ligne 1 a 4 colonnes" in refus(ecrit).detail


def test_a_sheet_that_hides_under_another_name(tmp_path: Path) -> None:
    lointaine = classeur_de(PREMIERE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(lointaine)) as archive:
        feuille = archive.read("xl/worksheets/sheet1.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    relations = relations.replace(b"worksheets/sheet1.xml", b"media/image1.png")
    deplacee = avec_membres(XLSX, {"xl/media/image1.png": feuille, "xl/_rels/workbook.xml.rels": relations})
    (tmp_path / "x.xlsx").write_bytes(deplacee)
    assert "effacez les cellules" in refus(tmp_path / "x.xlsx").detail


@pytest.mark.lent
def test_a_million_empty_formatted_rows(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tampon = io.BytesIO()
    with xlsxwriter.Workbook(tampon, {"constant_memory": True}) as classeur:
        bord = classeur.add_format({"border": 1})
        for nom, rangees in tables.items():
            feuille = classeur.add_worksheet(nom)
            for i, rangee in enumerate(fabrique.grille(rangees)):
                feuille.write_row(i, 0, rangee)
            if nom == "Heures":
                for i in range(25, 1_000_025):
                    feuille.write_blank(i, 0, None, bord)
    chemin = tmp_path / "export.xlsx"
    chemin.write_bytes(tampon.getvalue())
    debut = time.perf_counter()
    lot = fabrique.lire(chemin)
    assert time.perf_counter() - debut < 60
    assert fabrique.constats(lot) == []
    assert fabrique.comptes(lot)["Heures"][1] == 24


# --- workbooks that ask to be obeyed -----------------------------------------------------------------------


def feuille_xml(rangees: str) -> bytes:
    return f"<worksheet><sheetData>{rangees}</sheetData></worksheet>".encode()


def avec_membres(octets: bytes, membres: dict[str, bytes]) -> bytes:
    """The workbook with members replaced or added."""
    tampon = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(octets)) as modele,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as neuf,
    ):
        for membre in modele.infolist():
            if membre.filename not in membres:
                neuf.writestr(membre.filename, modele.read(membre))
        for nom, contenu in membres.items():
            neuf.writestr(nom, contenu)
    return tampon.getvalue()


def test_entities_and_external_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">'
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&s;</t></is></c><c r="B1" t="inlineStr"><is><t>&c;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    lien = b'<Relationships><Relationship Id="rId1" TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
    octets = avec_membres(
        XLSX,
        {"xl/worksheets/sheet1.xml": xml.encode(), "xl/externalLinks/_rels/externalLink1.xml.rels": lien},
    )
    (tmp_path / "x.xlsx").write_bytes(octets)
    try:
        feuilles = lire_tout(ouvrir(candidat(tmp_path / "x.xlsx")))
    except DepotRefuse as erreur:
        assert erreur.regle == "ILLISIBLE"  # noqa: PT017
    else:
        vu = str([lignes(f) for f in feuilles])
        assert "SECRET" not in vu
        assert "a" * 640 not in vu


@pytest.mark.parametrize(
    "membres",
    [
        {"xl/workbook.xml": b""},
        {"xl/workbook.xml": b"<workbook><sheets><sheet"},
        {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='1'><c r='A1'><v>1</v>"},
        {"xl/worksheets/sheet1.xml": feuille_xml("<row r='1'><c r='1A'><v>1</v></c></row>")},
        {"xl/worksheets/sheet1.xml": feuille_xml("<row r='0'><c r='A0'><v>1</v></c></row>")},
        {"xl/worksheets/sheet1.xml": feuille_xml("<row r='1'><c r='A1' t='s'><v>99999</v></c></row>")},
        {"xl/worksheets/sheet1.xml": feuille_xml("<row r='99999999999'><c r='ZZZZZZZ9'><v>1</v></c></row>")},
        {"xl/sharedStrings.xml": b"<sst count='-1' uniqueCount='99999999999'><si>"},
        {"xl/sharedStrings.xml": b'<a:sst uniqueCount\n= "4294967295"><a:si/></a:sst>'},
        {"xl/styles.xml": b"\x00\xff"},
        {"xl/_rels/workbook.xml.rels": b""},
    ],
    ids=[
        "no workbook",
        "cut workbook",
        "cut sheet",
        "bad reference",
        "row zero",
        "no such string",
        "absurd row",
        "strings",
        "prefixed strings",
        "styles",
        "relations",
    ],
)
def test_damaged_workbooks_are_refused_or_read_never_a_crash(
    tmp_path: Path, membres: dict[str, bytes]
) -> None:
    chemin = tmp_path / "x.xlsx"
    chemin.write_bytes(avec_membres(XLSX, membres))
    try:
        lire_tout(ouvrir(candidat(chemin)))
    except DepotRefuse as erreur:
        assert erreur.regle == "ILLISIBLE"  # noqa: PT017
    assert fabrique.lire(chemin).refus[0][0] in ("ILLISIBLE", "FORMAT_INCONNU")


def petit_zip() -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("heures.csv", "a;b\n1;2\n" * 20)
        archive.writestr("contrats.csv", "a;b\n1;2\n")
    return tampon.getvalue()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(donnees=st.data())
def test_any_damage_inside_a_workbook_is_refused_or_read(tmp_path: Path, donnees: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        membres = {m: archive.read(m) for m in archive.namelist() if m.startswith("xl/")}
    nom = donnees.draw(st.sampled_from(sorted(membres)))
    octets = bytearray(membres[nom])
    for _ in range(donnees.draw(st.integers(1, 6))):
        lieu = donnees.draw(st.integers(0, len(octets) - 1))
        octets[lieu : lieu + donnees.draw(st.integers(0, 3))] = donnees.draw(st.binary(max_size=3))
    chemin = tmp_path / "x.xlsx"
    chemin.write_bytes(avec_membres(XLSX, {nom: bytes(octets)}))
    try:
        lire_tout(ouvrir(candidat(chemin)))
    except DepotRefuse as erreur:
        assert erreur.regle == "ILLISIBLE"  # noqa: PT017


SAINS = {"x.xlsx": XLSX, "x.zip": petit_zip(), "x.csv": 'a;"b";c\n1;"é\nx";2\n'.encode()}


@pytest.mark.parametrize("nom", ["x.xlsx", "x.zip", "x.csv"])
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(donnees=st.data())
def test_any_damage_is_refused_or_read(tmp_path: Path, nom: str, donnees: st.DataObject) -> None:
    octets = bytearray(SAINS[nom])
    for _ in range(donnees.draw(st.integers(1, 4))):
        octets[donnees.draw(st.integers(0, len(octets) - 1))] = donnees.draw(st.integers(0, 255))
    fin = donnees.draw(st.integers(0, len(octets)))
    chemin = tmp_path / nom
    chemin.write_bytes(octets[:fin] if donnees.draw(st.booleans()) else octets)
    try:
        lire_tout(ouvrir(candidat(chemin)))
    except DepotRefuse as erreur:
        assert erreur.regle in ("ILLISIBLE", "PROTEGE", "FORMAT_INCONNU")  # noqa: PT017


# --- the disk ----------------------------------------------------------------------------------------------


def test_files_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "perdu.xlsx").symlink_to(tmp_path / "absent.xlsx")
    (tmp_path / "boucle.csv").symlink_to(tmp_path / "boucle.csv")
    (tmp_path / "heures.csv").symlink_to(tmp_path / "absent.csv")
    candidats, _ = decouvrir([tmp_path], charger_layouts())
    lot = pipeline.lire(
        candidats, charger_layouts(), fabrique.codes_livres(), fabrique.CLE, dt.date(2025, 1, 1)
    )
    assert len(candidats) == 3
    assert {regle for regle, _ in lot.refus.values()} == {"ILLISIBLE"}
    assert all("le fichier n'existe plus" in m or "ne répond pas" in m for _, m in lot.refus.values())

    (tmp_path / "interdit.csv").write_text("a;b\n", encoding="utf-8")
    ouvrir_du_systeme = Path.open

    def interdire(chemin: Path, *arguments: Any) -> object:
        if chemin.name == "interdit.csv":
            raise PermissionError(13, "Permission denied")
        return ouvrir_du_systeme(chemin, *arguments)

    monkeypatch.setattr(Path, "open", interdire)
    assert refus(tmp_path / "interdit.csv").detail == "vous n'avez pas le droit de l'ouvrir"


def test_a_file_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_bytes(b"a;b\n" * 1000)
    monkeypatch.setitem(reading.LIMITES, "octets_fichier", 3_999)
    assert "trop gros" in refus(tmp_path / "x.csv").detail
    monkeypatch.setitem(reading.LIMITES, "octets_fichier", 4_000)
    assert lire_tout(ouvrir(candidat(tmp_path / "x.csv")))


@pytest.mark.parametrize(
    "nom",
    [
        "a b;c,d'e\"f.csv",
        "été – 2024 (1).csv",
        "saut\nde ligne.csv",
        "\N{SNOWMAN}%s{0}$HOME`ls`.csv",
        "x" * 200 + ".csv",
        "'; drop table depots; --.csv",
    ],
)
def test_odd_file_names(tmp_path: Path, nom: str) -> None:
    plat = fabrique.bilan()
    chemin = fabrique.ecrire_csv(plat, tmp_path / f"{fabrique.NOM_BILAN} {nom}"[:250])
    lot = fabrique.lire(chemin.rename(chemin.with_suffix(".csv")))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])


def test_file_names_that_are_no_utf8(tmp_path: Path) -> None:
    dossier = os.fsencode(tmp_path)
    contenu = fabrique.texte_csv(fabrique.grille(fabrique.bilan()["Bilan"])).encode()
    with open(dossier + b"/" + fabrique.NOM_BILAN.encode() + b" \xe9t\xe9.csv", "wb") as fichier:
        fichier.write(contenu)
    with open(dossier + b"/illisible \xff.csv", "wb") as fichier:
        fichier.write(b"")
    candidats, ignores = decouvrir([tmp_path], charger_layouts())
    lot = pipeline.lire(
        candidats, charger_layouts(), fabrique.codes_livres(), fabrique.CLE, fabrique.AUJOURD_HUI
    )
    assert ignores == []
    assert [c.relatif for c in candidats] == [
        f"{fabrique.NOM_BILAN} \ufffdt\ufffd.csv",
        "illisible \ufffd.csv",
    ]
    assert [lot.refus.get(r, ("",))[0] for r in (0, 1)] == ["", "ILLISIBLE"]
    assert lot.constats.tous()["table"].to_list() == ["illisible \ufffd.csv"]
