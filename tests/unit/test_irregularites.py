"""Rows that have not their header's cells: one reading that agrees with every type, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import pytest

from ingest.pipeline import Lot

Lignes = list[str]


def lire(dossier: Path, table: str, gater: Callable[[Lignes], Lignes], separateur: str = ";") -> Lot:
    """A good folder of CSV, the lines of one file (header first) changed."""
    fabrique.ecrire_dossier(fabrique.relationnel(), dossier / "depot", separateur=separateur)
    fichier = dossier / "depot" / f"{table.lower()}.csv"
    lignes = gater(fichier.read_text(encoding="utf-8").splitlines())
    fichier.write_text("\r\n".join(lignes) + "\r\n", encoding="utf-8", newline="")
    return fabrique.lire(dossier / "depot")


def dits(lot: Lot) -> list[tuple[str, str, int | None, str | None]]:
    return [
        (gravite, table, ligne, colonne)
        for gravite, regle, table, ligne, colonne in fabrique.constats(lot)
        if regle == "LIGNE_IRREGULIERE"
    ]


def changer(ligne: int, avant: str, apres: str) -> Callable[[Lignes], Lignes]:
    """One line, 1 being the header."""

    def gater(lignes: Lignes) -> Lignes:
        assert avant in lignes[ligne - 1]
        lignes[ligne - 1] = lignes[ligne - 1].replace(avant, apres)
        return lignes

    return gater


def cellule(lot: Lot, table: str, ligne: int, colonne: str) -> object:
    cadre = lot.tables[table]
    trouvees = cadre.filter(cadre["ligne"] == ligne)[colonne].to_list()
    return trouvees[0] if trouvees else "écartée"


@pytest.mark.parametrize(
    "objet",
    ["Gros œuvre; lot 2", "Gros œuvre; lot 2; nettoyage", "Lot 1;;", "12;34", "01/02/2024;5", "L2112-2;x"],
)
def test_a_separator_inside_the_only_text(tmp_path: Path, objet: str) -> None:
    lot = lire(tmp_path, "Marchés", changer(5, "Gros œuvre;L2112-2", f"{objet};L2112-2"))
    assert cellule(lot, "marches", 5, "objet_marche") == objet
    assert cellule(lot, "marches", 5, "montant_ht") == 250_000
    assert cellule(lot, "marches", 5, "code_cpv") == "45000000"
    assert dits(lot) == [("alerte", "Marchés", 5, "Objet du marché")]


def test_two_texts_side_by_side_cannot_be_told(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Opérations", changer(5, "Ville de Lille", "Ville; de Lille"))
    assert dits(lot) == [("rejet", "Opérations", 5, None)]
    message = lot.constats.tous().filter(lot.constats.tous()["regle"] == "LIGNE_IRREGULIERE")["message"][0]
    assert "La ligne a 12 cellules, l'en-tête en a 11" in message
    assert "Ville" not in message
    assert fabrique.comptes(lot)["Opérations"] == (24, 23, 1, 0, 0)


def test_decimal_commas_between_commas(tmp_path: Path) -> None:
    def sans_guillemets(lignes: Lignes) -> Lignes:
        return [li.replace('"', "") for li in lignes]

    lot = lire(tmp_path, "Heures", sans_guillemets, ",")
    assert lot.tables["heures"]["heures_travaillees"].to_list() == [100.5] * 24
    assert lot.tables["heures"]["heures_formation"].to_list() == [7.25] * 24
    assert len(dits(lot)) == 48


def test_a_decimal_comma_of_two_readings(tmp_path: Path) -> None:
    """70 h and 23,5 of training, or 70,23 and 5."""
    lot = lire(tmp_path, "Heures", changer(5, '"100,5","7,25"', "70,23,5"), ",")
    assert dits(lot) == [("rejet", "Heures", 5, None)]
    assert cellule(lot, "heures", 5, "heures_travaillees") == "écartée"


def test_a_row_of_the_right_length_by_chance(tmp_path: Path) -> None:
    """« 100,5 » and no training, its empty end left out: or 100 h and 5 of training."""

    def nues(lignes: Lignes) -> Lignes:
        lignes = [li.replace('"', "") for li in lignes]
        return [li.removesuffix(",7,25") if i in (4, 8) else li for i, li in enumerate(lignes)]

    lot = lire(tmp_path, "Heures", nues, ",")
    assert [d for d in dits(lot) if d[0] == "rejet"] == [
        ("rejet", "Heures", 5, None),
        ("rejet", "Heures", 9, None),
    ]
    assert lot.tables["heures"]["heures_travaillees"].to_list() == [100.5] * 22


def test_rows_of_the_right_length_beside_a_text_that_is_cut(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Marchés", changer(5, "Gros œuvre,L2112-2", "Gros œuvre, lot 2,L2112-2"), ",")
    assert dits(lot) == [("alerte", "Marchés", 5, "Objet du marché")]
    assert lot.tables["marches"]["montant_ht"].to_list() == [250_000.0] * 24


def test_a_row_of_a_thousand_cells(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Marchés", changer(5, "Gros œuvre", "x;" * 1000))
    assert dits(lot) == [("rejet", "Marchés", 5, None)]


@pytest.mark.parametrize("formation", ["12,500", "1,,5", "a,b"])
def test_what_is_no_decimal_comma(tmp_path: Path, formation: str) -> None:
    lot = lire(tmp_path, "Heures", changer(5, '"100,5","7,25"', f"100,{formation}"), ",")
    assert dits(lot) == [("rejet", "Heures", 5, None)]


def test_a_missing_cell_whose_place_is_sure(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Contrats", changer(5, "Embauche directe;", ""))
    assert cellule(lot, "contrats", 5, "modalite") == "ND"
    assert cellule(lot, "contrats", 5, "type_contrat") == "CDD"
    assert dits(lot) == [("alerte", "Contrats", 5, "Modalité")]


def test_a_missing_cell_between_numbers(tmp_path: Path) -> None:
    """The code of the CPV, or the amount that takes its place."""
    lot = lire(tmp_path, "Marchés", changer(5, "45000000;", ""))
    assert dits(lot) == [("rejet", "Marchés", 5, None)]


def test_the_hours_that_remain_may_be_those_of_training(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Heures", changer(5, ";100,5", ""))
    assert dits(lot) == [("rejet", "Heures", 5, None)]
    assert "7,25" not in str(lot.tables["heures"].filter(lot.tables["heures"]["ligne"] == 5))


def test_a_tool_that_leaves_the_last_empty_cells_out(tmp_path: Path) -> None:
    def couper(lignes: Lignes) -> Lignes:
        return [li.removesuffix(";7,25") if i % 2 else li for i, li in enumerate(lignes)]

    lot = lire(tmp_path, "Heures", couper)
    assert lot.tables["heures"]["heures_travaillees"].to_list() == [100.5] * 24
    assert lot.tables["heures"]["heures_formation"].null_count() == 12
    assert dits(lot) == [("alerte", "Heures", 2, None)]


@pytest.mark.parametrize("table", ["Heures", "Opérations", "Animation", "Bénéficiaires"])
@pytest.mark.parametrize("en_trop", [";", ";;;"])
def test_separators_at_the_end_of_every_row_are_nothing(tmp_path: Path, table: str, en_trop: str) -> None:
    lot = lire(tmp_path, table, lambda lignes: [lignes[0], *(f"{li}{en_trop}" for li in lignes[1:])])
    assert fabrique.constats(lot) == []


def test_separators_at_the_end_of_the_header_are_nothing(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Heures", lambda lignes: [f"{lignes[0]};;", *lignes[1:]])
    assert fabrique.constats(lot) == []


def test_a_cell_cut_at_the_end_of_the_file(tmp_path: Path) -> None:
    fabrique.ecrire_dossier(fabrique.relationnel(), tmp_path / "depot")
    fichier = tmp_path / "depot" / "contrats.csv"
    octets = fichier.read_bytes()
    fichier.write_bytes(octets[: octets.rindex(b"2024;N")])  # « 30/06/ »
    assert dits(fabrique.lire(tmp_path / "depot")) == [("rejet", "Contrats", 25, None)]
    fichier.write_bytes(
        octets[: octets.rindex(b";30/06")]
    )  # no end that day, or a line that was not finished
    lot = fabrique.lire(tmp_path / "depot")
    assert dits(lot) == [("rejet", "Contrats", 25, None)]
    # what was not written is lost: the rest alone would be a wrong figure
    regle, message = lot.refus[0]
    assert regle == "ILLISIBLE"
    assert "le fichier de la table Contrats s'arrête au milieu de la ligne 25" in message
    assert "Refaites l'export" in message


def test_rows_above_the_header_and_totals_may_be_of_any_length(tmp_path: Path) -> None:
    lot = lire(
        tmp_path, "Heures", lambda lignes: ["Export du 15/04/2024", "", *lignes, "Total;;;2412;174", "Total"]
    )
    assert dits(lot) == []
    assert lot.tables["heures"].height == 24


def test_too_many_of_them_say_why_the_deposit_is_refused(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Marchés", lambda lignes: [li.replace("45000000;", "") for li in lignes])
    regle, message = lot.refus[0]
    assert regle == "TROP_DE_REJETS"
    assert "dont 24 qui n'ont pas autant de cellules que l'en-tête" in message


def test_a_name_that_slips_is_neither_kept_nor_quoted(tmp_path: Path) -> None:
    lot = lire(tmp_path, "Bénéficiaires", changer(5, "Quelconquee;", ""))
    assert dits(lot) == [("rejet", "Bénéficiaires", 5, None)]
    assert "Camille" not in str(lot.constats.tous().to_dicts())


def test_the_value_of_an_information_may_hold_the_separator(tmp_path: Path) -> None:
    lot = lire(
        tmp_path,
        "Informations",
        changer(3, "\"Maison de l'emploi, de l'insertion\"", "Maison de l'emploi, de l'insertion"),
        ",",
    )
    assert lot.identites[0].nom_structure == "Maison de l'emploi, de l'insertion"
    assert lot.refus == {}
