"""The files for spreadsheets, opened by LibreOffice as a French user has it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from figures import TERRITOIRES, figures

from exports.diffusion import tableaux_plats
from exports.edition.schema import COLONNES, NOMBRES, canonique

# What its window of import proposes for a file that begins with a byte order mark, and that one accepts as it is: cut at
# tabs, commas and semicolons; quotes; UTF-8; from the first row; French; quoted fields read as the others.
IMPORT_PROPOSE = "CSV:9/44/59,34,76,1,,1036,false,false"


@pytest.fixture(scope="module")
def soffice() -> str:
    """Skipped where there is none, except where CLAUSES_TABLEUR says that there must be one."""
    trouve = shutil.which("soffice")
    if trouve is None:
        if os.environ.get("CLAUSES_TABLEUR"):
            pytest.fail("no spreadsheet: install libreoffice-calc")
        pytest.skip("no spreadsheet on this machine")
    return trouve


def test_libreoffice_reads_the_csv_as_it_proposes_to(soffice: str, tmp_path: Path) -> None:
    """Nothing to answer: each column apart, numbers with their decimals, hidden figures empty."""
    attendues = canonique(figures())
    tableaux_plats.ecrire_csv_excel(
        tmp_path / "i.csv",
        attendues,
        TERRITOIRES.select("niveau_territoire", "code_territoire", libelle_territoire="libelle"),
    )
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         f"--infilter={IMPORT_PROPOSE}", "--convert-to", "xlsx", "--outdir", tmp_path / "lu", tmp_path / "i.csv"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    titres, *lignes = openpyxl.load_workbook(tmp_path / "lu" / "i.xlsx").active.iter_rows(values_only=True)
    assert [t for t in titres if t != "libelle_territoire"] == list(COLONNES)
    assert len(lignes) == attendues.height
    for lue, attendue in zip(lignes, attendues.iter_rows(named=True), strict=True):
        relue = dict(zip(titres, lue, strict=True))
        assert [relue[n] for n in NOMBRES] == [pytest.approx(attendue[n]) for n in NOMBRES]
        # a spreadsheet makes a number of a code that looks like one: LISEZ-MOI.md says so
        autres = [c for c in COLONNES if c not in (*NOMBRES, "code_territoire", "periode")]
        assert [relue[c] for c in autres] == [attendue[c] for c in autres]
        assert relue["libelle_territoire"] in TERRITOIRES["libelle"]
