"""One document, three writers: the same values in each, and nothing in it is ever executed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from exports.bilans.classeur import ecrire_classeur
from exports.bilans.document import Cache, Colonne, Document, Tableau, ecrire_valeur
from exports.bilans.ecriture import nom_fichier
from exports.bilans.lecture import Cible
from exports.bilans.page import ecrire_page
from exports.bilans.pdf import ecrire_pdf

COLONNES = (
    Colonne("Entreprise", "texte", 30),
    Colonne("SIRET", "code", 16),
    Colonne("Fin", "date", 12),
    Colonne("Personnes", "entier", 10),
    Colonne("Heures", "heures", 10),
    Colonne("Part (%)", "part", 10),
)
LIGNES = [
    ("=1+1", "00012345600012", dt.date(2024, 12, 31), 12, Decimal("1234.5"), 33.25),
    ("<script>alert(1)</script> & Cie 日本", "+33", None, Cache.SECRET, None, Cache.SECRET),
]


@pytest.fixture
def document() -> Document:
    tableau = Tableau(
        "Heures <b>& co</b>",
        "Heures",
        COLONNES,
        LIGNES,
        ("Ensemble", "", None, Cache.SECRET, Decimal(1235), None),
        "Note.",
    )
    vide = Tableau("Rien", "Rien", COLONNES, [])
    return Document(
        "essai",
        "Attestation",
        "L’été à Œuilly – 5 €",
        ["DIFFUSION RESTREINTE"],
        ["Texte."],
        [tableau, vide],
        ["Fin."],
        a_signer=True,
    )


def test_the_workbook_keeps_text_as_text(document: Document, tmp_path: Path) -> None:
    feuille = load_workbook(ecrire_classeur(document, tmp_path / "d.xlsx"))["Heures"]
    rangs = {r[0].value: r for r in feuille.iter_rows()}
    assert [c.data_type for c in rangs["=1+1"][:2]] == ["s", "s"]
    assert [c.value for c in rangs["=1+1"][1:6]] == ["00012345600012", "31/12/2024", 12, 1234.5, 33.25]
    assert [c.value for c in rangs[LIGNES[1][0]][1:6]] == ["+33", "nd", "s", "nd", "s"]
    assert [c.value for c in rangs["Ensemble"][3:6]] == ["s", 1235, None]


def test_the_page_is_whole_and_runs_nothing(document: Document, tmp_path: Path) -> None:
    page = ecrire_page(document, tmp_path / "d.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "1\u202f235" in page
    assert page.count("DIFFUSION RESTREINTE") >= 3
    assert "Nom, qualité et signature" in page


def test_the_pdf_says_it_too_whatever_the_characters(document: Document, tmp_path: Path) -> None:
    un, deux = (ecrire_pdf(document, tmp_path / f"{n}.pdf") for n in (1, 2))
    assert un.read_bytes() == deux.read_bytes()
    texte = "\n".join(p.extract_text() for p in PdfReader(un).pages).replace("\u00a0", " ")
    for attendu in (
        "DIFFUSION RESTREINTE",
        "L’été à Œuilly – 5 €",
        "=1+1",
        "1 235",
        "33,3",
        "& Cie",
        "Page 1",
        "Rien à signaler.",
    ):
        assert attendu in texte


@pytest.mark.parametrize(
    ("valeur", "genre", "dit"),
    [
        (Cache.SECRET, "entier", "s"),
        (None, "heures", "nd"),
        (None, "texte", ""),
        (0, "entier", "0"),
        (26.25, "part", "26,3"),
        (Decimal("1234567.4"), "heures", "1\u202f234\u202f567"),
        (dt.date(2024, 1, 2), "date", "02/01/2024"),
    ],
)
def test_values_are_written_as_the_french_do(valeur: object, genre: str, dit: str) -> None:
    assert ecrire_valeur(valeur, genre) == dit  # type: ignore[arg-type]


def test_file_names_are_plain() -> None:
    assert nom_fichier(Cible("operation", "S59|OP-12", "x")) == "bilan_operation_S59_OP-12"
    assert re.fullmatch(
        "bilan_operation_S59_Operation_d_ete_n_3_2_[0-9a-f]{8}",
        nom_fichier(Cible("operation", "S59|Opération d'été n° 3/2", "x")),
    )
    assert len(nom_fichier(Cible("donneur-ordre", "a" * 300, "x"))) == 100


def test_two_targets_have_two_file_names_whatever_the_disk() -> None:
    operations = [
        "OP-1",
        "OP/1",
        "OP 1",
        "OP_1",
        "op-1",
        "OP1",
        "1",
        "OP-é",
        "OP-e",
        "x" * 99,
        "x" * 98 + "y",
    ]
    cles = [f"S59|{o}" for o in operations] + ["S59|A|1", "S59_A|1"]
    assert len({nom_fichier(Cible("operation", cle, "x")).lower() for cle in cles}) == len(cles)
