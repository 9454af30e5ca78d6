"""Cells that the reader of workbooks gives as empty though they are not, in every way their XML may be written."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import fabrique
import pytest
from fabrique import Valeur

from ingest.cellules_excel import SecondRegard
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot
from ingest.reading import ouvrir

REPERE = 987_654_321  # a number that no deposit has: the cell to be written by hand
REF, FORMULE = "#REF!", "formule non calculée"
CELLULES = {
    '<c r="@" t="e"><v>#REF!</v></c>': REF,
    "<c t = 'e' r='@'><v>#REF!</v></c>": REF,
    '<c r="@" s="0" t="e"><f>Paie!B5</f><v>#REF!</v></c>': REF,
    '<c r="@" t="e"><v>#GETTING_DATA</v></c>': "#GETTING_DATA",
    '<c r="@" t="e"/>': "#ERREUR!",
    '<c r="@" t="e"><v></v></c>': "#ERREUR!",
    '<c r="@"><f>Paie!B5</f></c>': FORMULE,
    '<c r="@"><f>1.75*1</f><v></v></c>': FORMULE,
    '<c r="@"><f>1.75*1</f><v/></c>': FORMULE,
    '<c r="@" t="e"><f>A1</f></c>': FORMULE,
    '<c r="@" t="str"><f>A1</f></c>': FORMULE,
    '<c r="@"><f t="shared" si="0"/></c>': FORMULE,
    '<c r="@"><f t="shared" ref="D2:D9" si="0">IF(A1&gt;2,"a>b",1)</f><v xml:space="preserve"> </v></c>': FORMULE,
    '<c r="@"><f><![CDATA[IF(A1<2,1,2)]]></f></c>': FORMULE,
    '<c r="@"><!-- vide --><f>A1</f><!-- rien --></c>': FORMULE,
    '<c r="@">\n  <f>A1</f>\n  <v></v>\n</c>': FORMULE,
    '<c r="@" t="str"><f>A1</f><v></v></c>': None,  # its value is an empty text
    '<c r="@" s="0"/>': None,
    '<c r="@"><f>1.75*1</f><v>1.75</v></c>': "1.75",
    '<c r="@"><f>1-1</f><v>0</v></c>': "0",
    '<c r="@" t="str"><f>A1&amp;"#N/A"</f><v>é</v></c>': "é",
    '<c r="@" t="inlineStr"><is><t>t="e" &lt;f&gt;</t></is></c>': 't="e" <f>',
}


def refaire(octets: bytes, *changements: tuple[str, str, str], calculer: bool = False) -> bytes:
    """The workbook with texts of its members replaced (part of the member's name, text, other text); all must be there.

    `calculer`: it tells Excel to calculate everything when it opens it, as xlsxwriter writes.
    """
    nouveau = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(nouveau, "w") as cible:
        for nom in source.namelist():
            contenu = source.read(nom).decode()
            for membre, avant, apres in changements:
                if membre in nom:
                    assert avant in contenu
                    contenu = contenu.replace(avant, apres)
            cible.writestr(nom, contenu if calculer else contenu.replace(' fullCalcOnLoad="1"', ""))
    return nouveau.getvalue()


def lire_cellules(tmp_path: Path, octets: bytes) -> list[tuple[str | None, ...]]:
    (tmp_path / "x.xlsx").write_bytes(octets)
    (candidat,), _ = decouvrir([tmp_path / "x.xlsx"], charger_layouts())
    cellules = ouvrir(candidat).lire("F").cellules.drop("ligne")
    return [tuple(c or None for c in rangee) for rangee in cellules.iter_rows()]


@pytest.mark.parametrize(("cellule", "lue"), CELLULES.items())
@pytest.mark.parametrize("prefixe", ["", "x:"])
def test_a_cell_is_what_its_xml_says(cellule: str, lue: str | None, prefixe: str, tmp_path: Path) -> None:
    def prefixer(xml: str) -> str:
        return re.sub(r"<(/?)(?=\w)", rf"<\1{prefixe}", xml)

    octets = fabrique.xlsx({"F": [["a", "b", "c"], ["d", REPERE, "e"], ["f", "g", "h"]]})
    ecrit = ("sheet1", f'<c r="B2"><v>{REPERE}</v></c>', cellule.replace("@", "B2"))
    octets = refaire(octets, ecrit)
    if prefixe:
        xml = zipfile.ZipFile(io.BytesIO(octets)).read("xl/worksheets/sheet1.xml").decode()
        octets = refaire(octets, ("sheet1", xml, prefixer(xml).replace("xmlns=", "xmlns:x=")))
    assert lire_cellules(tmp_path, octets) == [("a", "b", "c"), ("d", lue, "e"), ("f", "g", "h")]


def test_cells_that_do_not_say_their_places(tmp_path: Path) -> None:
    octets = fabrique.xlsx({"F": [["a", REPERE, REPERE + 1, "d"]]})
    octets = refaire(
        octets,
        ("sheet1", f'<c r="B1"><v>{REPERE}</v></c>', '<c t="e"><v>#N/A</v></c>'),
        ("sheet1", f'<c r="C1"><v>{REPERE + 1}</v></c>', "<c><f>A1</f></c>"),
        ("sheet1", ' r="D1"', ""),
    )
    assert lire_cellules(tmp_path, octets) == [("a", "#N/A", FORMULE, "d")]


def test_zeros_that_excel_was_to_calculate_are_no_values(tmp_path: Path) -> None:
    """xlsxwriter writes 0 for every formula, and tells Excel to calculate them all when it opens the workbook."""
    octets = fabrique.xlsx({"F": [["a", REPERE]]})
    formule = ("sheet1", f"<v>{REPERE}</v>", "<f>5*2</f><v>0</v>")
    assert lire_cellules(tmp_path, refaire(octets, formule)) == [("a", "0")]
    assert lire_cellules(tmp_path, refaire(octets, formule, calculer=True)) == [("a", FORMULE)]


def test_an_ordinary_workbook_is_left_as_it_is() -> None:
    octets = fabrique.xlsx({"F": [["a", 1.5]]})
    regard = SecondRegard()
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        for membre in archive.infolist():
            regard.voir(membre.filename, archive.read(membre))
    assert regard.refaire(octets) == (octets, {})


# --- ranges ------------------------------------------------------------------------------------------------


def lire_fusions(
    tmp_path: Path, table: str, fusions: list[str], vides: list[tuple[int, int]], a_gauche: int = 0
) -> Lot:
    """A good deposit, these cells of one table merged; those of `vides` (row, column from 0) are blank.

    `a_gauche`: empty columns before the table.
    """
    grilles: dict[str, list[list[Valeur]]] = {
        n: fabrique.grille(li) for n, li in fabrique.relationnel().items()
    }
    for rang, colonne in vides:
        grilles[table][rang][colonne] = None
    grilles[table] = [[*[None] * a_gauche, *ligne] for ligne in grilles[table]]
    refs = "".join(f'<mergeCell ref="{ref}"/>' for ref in fusions)
    feuille = f"sheet{list(grilles).index(table) + 1}.xml"
    octets = refaire(
        fabrique.xlsx(grilles), (feuille, "</sheetData>", f"</sheetData><mergeCells>{refs}</mergeCells>")
    )
    (tmp_path / "export.xlsx").write_bytes(octets)
    return fabrique.lire(tmp_path / "export.xlsx")


@pytest.mark.parametrize("a_gauche", [0, 1, 2])
def test_a_label_merged_over_rows_is_of_each(a_gauche: int, tmp_path: Path) -> None:
    genre = chr(ord("F") + a_gauche)
    lot = lire_fusions(
        tmp_path, "Contrats", [f"{genre}2:{genre}5", "A30:B31"], [(2, 5), (3, 5), (4, 5)], a_gauche
    )
    assert fabrique.constats(lot) == [("alerte", "FUSION_REPRISE", "Contrats", 2, "Type de contrat")]
    assert lot.tables["contrats"]["type_contrat"].to_list() == ["CDD"] * 24
    assert "(3 cases remplies)" in lot.constats.tous()["message"][0]


def test_a_key_merged_over_rows_is_of_each_and_a_blank_one_is_of_none(tmp_path: Path) -> None:
    """Lines 2 and 3 have one contract; line 5 has none, and nothing says that it is the one above."""
    lot = lire_fusions(tmp_path, "Heures", ["A2:A3"], [(2, 0), (4, 0)])
    assert fabrique.constats(lot) == [
        ("alerte", "FUSION_REPRISE", "Heures", 2, "N° contrat"),
        ("rejet", "VALEUR_MANQUANTE", "Heures", 5, "N° contrat"),
    ]
    assert lot.tables["heures"]["numero_contrat"].to_list()[:3] == ["C01", "C01", "C03"]


def test_hours_merged_over_rows_are_of_none(tmp_path: Path) -> None:
    lot = lire_fusions(tmp_path, "Heures", ["D2:D3"], [(2, 3)])
    assert fabrique.constats(lot) == [
        ("rejet", "VALEUR_FUSIONNEE", "Heures", ligne, "Heures travaillées") for ligne in (2, 3)
    ]


def test_merges_above_the_data_and_along_a_row_change_nothing(tmp_path: Path) -> None:
    lot = lire_fusions(tmp_path, "Heures", ["A1:A2", "A5:B5", "D30:D40"], [])
    assert fabrique.constats(lot) == []


def test_an_array_formula_without_values_has_none_in_any_of_its_cells(tmp_path: Path) -> None:
    grilles = {n: fabrique.grille(li) for n, li in fabrique.relationnel().items()}
    grilles["Heures"][1][3], grilles["Heures"][2][3] = REPERE, None
    formule = f"<v>{REPERE}</v>", '<f t="array" ref="D2:D3">Paie!B2:B3</f>'
    (tmp_path / "x.xlsx").write_bytes(refaire(fabrique.xlsx(grilles), ("sheet8", *formule)))
    assert fabrique.constats(fabrique.lire(tmp_path / "x.xlsx")) == [
        ("rejet", "FORMULE_SANS_VALEUR", "Heures", ligne, "Heures travaillées") for ligne in (2, 3)
    ]
