"""What a file is by its content, whatever its name says; which files of a folder are which tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import fabrique
import pytest

from ingest.contenus import genre
from ingest.nommage import tables_des_fichiers

CSV = fabrique.fichiers_csv(fabrique.relationnel())
CLASSEUR = fabrique.xlsx({nom: fabrique.grille(t) for nom, t in fabrique.relationnel().items()})
TABLES = {"heures", "heures d insertion", "contrats", "marches", "informations", "structure"}


def en_zip(membres: Mapping[str, bytes]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def refus(chemin: Path, contenu: bytes) -> tuple[str, str]:
    chemin.write_bytes(contenu)
    return fabrique.lire(chemin).refus[0]


def total(lot: fabrique.Lot) -> float:
    return float(lot.tables["heures"]["heures_travaillees"].sum())


# --- what is refused says what it is -----------------------------------------------------------------------

HTML = (
    "<html><head><meta charset=utf-8></head><body><table><tr><td>N° contrat</td></tr></table></body></html>"
)


@pytest.mark.parametrize("extension", [".xlsx", ".xls", ".csv", ".xlsm", ".zip"])
@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (HTML.encode(), "page HTML"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\r\n<table><tr><td>1</td></tr></table>", "page HTML"),
        (HTML.encode("utf-16"), "page HTML"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML 2003",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "ancien classeur .xls"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\x1f\x8b\x08\x00\x00", "archive d'un format"),
        (
            en_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            ".ods",
        ),
        (en_zip({"xl/workbook.bin": b"x"}), ".xlsb"),
        (en_zip({"word/document.xml": b"<x/>"}), "document de bureautique"),
    ],
    ids=["html", "html 2", "html utf-16", "xml", "xls", "pdf", "gz", "ods", "xlsb", "docx"],
)
def test_a_file_that_is_not_what_its_name_says(
    tmp_path: Path, extension: str, contenu: bytes, dit: str
) -> None:
    regle, message = refus(tmp_path / f"{fabrique.NOM_BILAN}{extension}", contenu)
    assert regle == "ILLISIBLE"
    assert dit in message


def test_a_table_that_is_a_page_or_a_workbook_is_named(tmp_path: Path) -> None:
    depot = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "depot")
    for contenu, dit in ((HTML.encode(), "page HTML"), (CLASSEUR, "classeur Excel")):
        (depot / "heures.csv").write_bytes(contenu)
        regle, message = fabrique.lire(depot).refus[0]
        assert (regle, dit in message, "heures.csv" in message) == ("ILLISIBLE", True, True)


@pytest.mark.parametrize(
    ("debut", "attendu"),
    [
        (b"a;b\n1;2\n", "texte"),
        ("é;b\n".encode("utf-16"), "texte"),
        ("œ’;b\n1;2\n".encode("utf-16-le"), "texte"),
        (b"a;b\n<1;>2\n", "texte"),
        (b"<1 an;>2 ans\n", "texte"),
        (b"a;b\n1\x0b2;3\x1f\n" * 9, "texte"),
        (bytes(range(1, 32)) * 9, "inconnu"),
        (CLASSEUR, "classeur"),
        (CLASSEUR[:500], "inconnu"),
        (en_zip({"heures.csv": b"x"}), "archive"),
    ],
)
def test_kinds_of_content(debut: bytes, attendu: str) -> None:
    assert genre(debut) == attendu


# --- what is read whatever its name ------------------------------------------------------------------------


@pytest.mark.parametrize("extension", [".csv", ".zip", ".xls", ".xlsm"])
def test_a_workbook_under_another_name(tmp_path: Path, extension: str) -> None:
    (tmp_path / f"export{extension}").write_bytes(CLASSEUR)
    lot = fabrique.lire(tmp_path / f"export{extension}")
    assert (lot.refus, fabrique.constats(lot), total(lot)) == ({}, [], 24 * 100.5)


def test_a_csv_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    chemin = tmp_path / f"{fabrique.NOM_BILAN}.xlsx"
    fabrique.ecrire_csv(fabrique.bilan(), chemin)
    lot = fabrique.lire(chemin)
    assert (lot.refus, lot.tables["bilan"].height) == ({}, 24)


def test_an_archive_of_one_workbook(tmp_path: Path) -> None:
    membres = {"été/export.xlsx": CLASSEUR, "lisez-moi.txt": b"bonjour", "__MACOSX/._export.xlsx": b"\0"}
    (tmp_path / "envoi.zip").write_bytes(en_zip(membres))
    lot = fabrique.lire(tmp_path / "envoi.zip")
    assert (lot.refus, fabrique.constats(lot), total(lot)) == ({}, [], 24 * 100.5)


def test_the_name_of_the_workbook_in_an_archive_says_who_and_when(tmp_path: Path) -> None:
    plat = fabrique.xlsx({"Bilan": fabrique.grille(fabrique.bilan()["Bilan"])})
    (tmp_path / "envoi.zip").write_bytes(en_zip({f"{fabrique.NOM_BILAN}.xlsx": plat}))
    assert fabrique.lire(tmp_path / "envoi.zip").identites[0].structure_code == fabrique.STRUCTURE


def test_an_archive_of_several_workbooks_or_of_both_kinds(tmp_path: Path) -> None:
    regle, message = refus(tmp_path / "x.zip", en_zip({"a.xlsx": CLASSEUR, "b.xlsx": CLASSEUR}))
    assert (regle, "plusieurs classeurs (a.xlsx, b.xlsx)" in message) == ("FORMAT_INCONNU", True)
    regle, message = refus(tmp_path / "y.zip", en_zip({"a.xlsx": CLASSEUR, **CSV}))
    assert (regle, "un classeur (a.xlsx) et des fichiers CSV" in message) == ("FORMAT_INCONNU", True)
    regle, message = refus(tmp_path / "z.zip", en_zip({"a.pdf": b"x", "b.ZIP": b"x"}))
    assert (regle, "elle contient : .pdf, .zip" in message) == ("FORMAT_INCONNU", True)


def test_names_in_an_archive_that_does_not_say_utf8(tmp_path: Path) -> None:
    """What Windows (DOS letters) and old tools (bare UTF-8) write."""
    octets = bytearray(
        en_zip({f"{n.encode().hex()}.csv" if not n.isascii() else n: c for n, c in CSV.items()})
    )
    for nom in (n for n in CSV if not n.isascii()):
        faux, vrai = f"{nom.encode().hex()}.csv".encode(), nom.encode()
        octets = octets.replace(faux, (vrai + b".csv").rjust(len(faux), b"_"))
    (tmp_path / "x.zip").write_bytes(bytes(octets))
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert any("Ã" in n or "├" in n for n in archive.namelist())


# --- which file is which table -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nom",
    [
        "Heures (1).csv",
        "Heures - Copie.csv",
        "Copie de Heures.csv",
        "Export_2024_Heures.csv",
        "heures-20240101.csv",
        "ABC_S62001_2024_Heures.csv",
        "HEURES_T1.CSV",
        "Heures v2.csv",
        "heures.txt",
        "Heures.TSV",
    ],
)
def test_a_table_with_something_around_its_name(nom: str) -> None:
    assert tables_des_fichiers([nom, "contrats.csv"], TABLES) == {nom: "heures", "contrats.csv": "contrats"}


def test_names_that_other_files_share(tmp_path: Path) -> None:
    noms = ["Lille - Heures.csv", "Lille - Contrats.csv", "Lille - notes.csv"]
    assert tables_des_fichiers(noms, TABLES) == {noms[0]: "heures", noms[1]: "contrats"}


@pytest.mark.parametrize(
    "nom",
    [
        "Mes heures perdues.csv",
        "Bilan heures.csv",
        "lisez-moi.txt",
        "heures.pdf",
        "Suivi.csv",
        "20240101.csv",
    ],
)
def test_other_files_are_no_tables(nom: str) -> None:
    assert tables_des_fichiers([nom, "contrats.csv"], TABLES) == {"contrats.csv": "contrats"}


def test_one_file_named_around_a_table_makes_no_folder_of_tables() -> None:
    assert tables_des_fichiers(["ABC_S1_20240101_20241231_20250120_heures.csv"], TABLES) == {}


def test_the_longest_name_wins() -> None:
    noms = ["2024 Heures d'insertion.csv", "contrats.csv"]
    assert tables_des_fichiers(noms, TABLES)[noms[0]] == "heures d insertion"


@pytest.mark.parametrize("patron", ["{} (1).csv", "ABC_S62001_2024_{}.csv", "Maison de l'emploi_{}.csv"])
def test_a_folder_of_copies_is_a_deposit(tmp_path: Path, patron: str) -> None:
    for nom, contenu in CSV.items():
        (tmp_path / "depot").mkdir(exist_ok=True)
        (tmp_path / "depot" / patron.format(nom.removesuffix(".csv"))).write_bytes(contenu)
    lot = fabrique.lire(tmp_path / "depot")
    assert (lot.refus, fabrique.constats(lot), total(lot)) == ({}, [], 24 * 100.5)


def test_two_files_for_one_table(tmp_path: Path) -> None:
    depot = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "depot")
    (depot / "heures (1).csv").write_bytes(CSV["heures.csv"])
    lot = fabrique.lire(depot)
    assert (lot.refus, total(lot)) == ({}, 24 * 100.5)
    assert [c[:2] for c in fabrique.constats(lot)] == [("alerte", "FICHIER_IGNORE")]
    (depot / "heures (1).csv").write_bytes(CSV["heures.csv"].replace(b"100,5", b"90,5"))
    regle, message = fabrique.lire(depot).refus[0]
    assert regle == "FEUILLES_EN_CONCURRENCE"
    assert "« heures.csv » et « heures (1).csv »" in message


@pytest.mark.parametrize(
    "noms", [("Heures S1.csv", "Heures S2.csv"), ("heures 1er semestre.csv", "heures.csv")], ids=str
)
def test_two_files_that_share_out_one_table(tmp_path: Path, noms: tuple[str, str]) -> None:
    depot = fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "depot")
    entete, *lignes = (depot / "heures.csv").read_bytes().splitlines(keepends=True)
    (depot / "heures.csv").unlink()
    for nom, parties in zip(noms, (lignes[:10], lignes[10:]), strict=True):
        (depot / nom).write_bytes(b"".join([entete, *parties]))
    lot = fabrique.lire(depot)
    assert (lot.refus, total(lot)) == ({}, 24 * 100.5)
    ((gravite, regle, *_),) = fabrique.constats(lot)
    assert (gravite, regle) == ("alerte", "FEUILLES_REUNIES")
    # a finding names the file, and its line there
    (depot / noms[1]).write_bytes(b"".join([entete, *lignes[10:], b"C01;M01;2024-05;dix;0\n"]))
    messages = fabrique.lire(depot).constats.tous()["message"].to_list()
    assert any(noms[1] in m and "ligne 16" in m for m in messages), messages


# --- workbooks that Excel opens ----------------------------------------------------------------------------


def avec_membres(membres: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    """The workbook, some text of some members replaced."""
    with zipfile.ZipFile(io.BytesIO(CLASSEUR)) as archive:
        contenus = {nom: archive.read(nom) for nom in archive.namelist()}
    for nom, (avant, apres) in membres.items():
        assert avant in contenus[nom]
        contenus[nom] = contenus[nom].replace(avant, apres)
    return en_zip(contenus)


def test_a_sheet_that_has_no_content_is_said(tmp_path: Path) -> None:
    octets = avec_membres(
        {"xl/workbook.xml": (b"</sheets>", b'<sheet name="Module1" sheetId="98"/></sheets>')}
    )
    (tmp_path / "x.xlsx").write_bytes(octets)
    lot = fabrique.lire(tmp_path / "x.xlsx")
    assert (lot.refus, total(lot)) == ({}, 24 * 100.5)
    assert [c[:3] for c in fabrique.constats(lot)] == [("alerte", "FEUILLE_ABSENTE", "Module1")]


def test_charts_and_macros_are_no_sheets_and_print_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for kind in ("chartsheet", "xlMacrosheet", "dialogsheet"):
        lien = (
            f'<Relationship Id="rId98" Type="{relations}/{kind}" Target="theme/theme1.xml"/></Relationships>'
        )
        octets = avec_membres(
            {
                "xl/workbook.xml": (b"<sheets>", b'<sheets><sheet name="Autre" sheetId="98" r:id="rId98"/>'),
                "xl/_rels/workbook.xml.rels": (b"</Relationships>", lien.encode()),
            }
        )
        (tmp_path / "x.xlsx").write_bytes(octets)
        lot = fabrique.lire(tmp_path / "x.xlsx")
        assert (lot.refus, fabrique.constats(lot), total(lot)) == ({}, [], 24 * 100.5)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "reference", ['ref=""', "", 'ref="A:E"', 'ref="$A$1:$E$9"', 'ref="A1"', 'ref="C3:B2"']
)
def test_any_dimension(tmp_path: Path, reference: str, capfd: pytest.CaptureFixture[str]) -> None:
    feuille = "xl/worksheets/sheet8.xml"  # Heures
    octets = avec_membres({feuille: (b'<dimension ref="A1:E25"/>', f"<dimension {reference}/>".encode())})
    (tmp_path / "x.xlsx").write_bytes(octets)
    lot = fabrique.lire(tmp_path / "x.xlsx")
    assert (lot.refus, fabrique.constats(lot), total(lot)) == ({}, [], 24 * 100.5)
    assert capfd.readouterr() == ("", "")
