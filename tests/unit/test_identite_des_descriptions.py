"""Who deposits and when, as a described export says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import fabrique
import pytest
from pointages import (
    DECRITE,
    Grilles,
    decrite,
    ecrire,
    feuille,
    layouts,
    lire,
    source,
)

from clauses.socle.errors import ErreurUtilisateur
from ingest.pipeline import Lot

# --- who deposits and when ----------------------------------------------------------------------------------

Identites = list[tuple[str, dt.date, dt.date, dt.date]]
TRIMESTRE: Identites = [("S59000", dt.date(2024, 1, 1), dt.date(2024, 3, 31), dt.date(2024, 4, 15))]


def identites(lot: Lot) -> Identites:
    return [(i.structure_code, i.debut, i.fin, i.extraction) for i in lot.identites.values()]


def test_identity_in_cells(tmp_path: Path) -> None:
    grilles: Grilles = {
        "Paramètres": [
            ["Paramètres du relevé"],
            ["Maison", "S59000"],
            ["Du", dt.date(2024, 1, 1)],
            ["Au", "31/03/2024"],
            ["Tiré le", "2024-04-15"],
        ],
        **source(),
    }
    lieux = {
        cle: f"Paramètres!B{2 + i}" for i, cle in enumerate(("code_structure", "debut", "fin", "extraction"))
    }
    description = decrite(identite=lieux, feuilles_ignorees=["Paramètres"])
    lot = lire(tmp_path, grilles, description, "export")
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_identity_in_a_column(tmp_path: Path) -> None:
    grilles, description = (
        source(),
        decrite(identite={"code_structure": "Réf maison", "extraction": "Tiré le"}),
    )
    for ligne, jour in zip(grilles["Affaires"], ("Tiré le", "15/04/2024"), strict=True):
        ligne.append(jour)
    feuille(description, "Affaires")["ignorees"] = ["Tiré le"]
    description["noms_de_depot"] = ["Relevé {annee} T{trimestre}"]
    lot = lire(tmp_path, grilles, description, "Relevé 2024 T1")
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


@pytest.mark.parametrize(
    ("patron", "nom", "debut", "fin"),
    [
        ("{code_structure} {annee} {extraction}", "S59000 2024 20241231", (1, 1), (12, 31)),
        ("{code_structure} T{trimestre} {annee} {extraction}", "S59000 T2 2024 20241231", (4, 1), (6, 30)),
        ("*_{code_structure}_{annee}{mois}_{extraction}", "Suivi_S59000_202402_2024-12-31", (2, 1), (2, 29)),
        (
            "{code_structure} du {debut} au {fin} ({extraction})",
            "s59000 DU 01-02-2024 AU 31-03-2024 (20241231)",
            (2, 1),
            (3, 31),
        ),
        ("{annee}/{code_structure}/export {extraction}", "2024/S59000/export 20241231", (1, 1), (12, 31)),
    ],
)
def test_identity_in_the_name_of_the_deposit(
    patron: str, nom: str, debut: tuple[int, int], fin: tuple[int, int], tmp_path: Path
) -> None:
    ecrire(source(), tmp_path / "depots" / f"{nom}.xlsx")
    description = decrite(noms_de_depot=["autre chose", patron])
    lot = fabrique.lire(tmp_path / "depots", layouts=layouts(tmp_path, description))
    ((structure, *jours),) = identites(lot)  # whatever becomes of hours out of the period
    assert structure.upper() == "S59000"
    assert jours == [dt.date(2024, *debut), dt.date(2024, *fin), dt.date(2024, 12, 31)]


def test_a_structure_that_no_sheet_holds(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    del grilles["Maisons"]
    dite = {
        "Code structure": {"identite": "code_structure"},
        "Nom de la structure": {"valeur": "Maison de l'emploi"},
        "Code commune": {"valeur": "59350"},
    }
    description["feuilles"][0] = {"tables": {"Structure": dite}}
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    lue = lot.tables["structure"].select("code_structure", "nom_structure", "commune").rows()
    assert lue == [("S59000", "Maison de l'emploi", "59350")]


def test_the_structure_of_the_name_is_not_that_of_the_cells(tmp_path: Path) -> None:
    grilles = source()
    grilles["Maisons"][1][0] = "S62000"
    lot = lire(tmp_path, grilles, decrite(identite={"code_structure": "Réf maison"}))
    regle, message = lot.refus[0]
    assert regle == "IDENTITE_MANQUANTE"
    assert "« S62000 »" in message
    assert "« S59000 »" in message


def test_the_structure_of_the_name_is_not_that_of_the_table(tmp_path: Path) -> None:
    """Nothing is said of where the identity is: it is that of the name, and its table of structures says another."""
    grilles = source()
    grilles["Maisons"][1][0] = "S62000"
    lot = lire(tmp_path, grilles)
    assert any("S62000" in m for m in lot.constats.tous()["message"])


# --- depots.csv ---------------------------------------------------------------------------------------------

LISTE = "chemin;code structure;début;fin;extraction\n"
DITE = "releve.xlsx;S59000;01/01/2024;31/03/2024;15/04/2024\n"


def avec_liste(tmp_path: Path, liste: str, grilles: Grilles, encodage: str = "utf-8") -> Path:
    dossier = tmp_path / "depots"
    ecrire(grilles, dossier / "releve.xlsx")
    (dossier / "depots.csv").write_text(liste, encoding=encodage)
    return dossier


@pytest.mark.parametrize(
    ("liste", "encodage"),
    [
        (LISTE + DITE, "utf-8"),
        (LISTE + DITE, "cp1252"),
        ((LISTE + DITE).replace(";", ","), "utf-8-sig"),
        (LISTE + "\n" + DITE.replace("releve", "./releve"), "utf-8"),
        (
            "Fichier;Structure;Du;Au;Extrait le\nreleve.xlsx;S59000;2024-01-01;2024-03-31;2024-04-15\n",
            "utf-8",
        ),
    ],
    ids=["utf-8", "cp1252", "virgules", "ligne vide", "autres mots"],
)
def test_identity_in_depots_csv(liste: str, encodage: str, tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, liste, source(), encodage)
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_depots_csv_serves_an_ordinary_deposit_too(tmp_path: Path) -> None:
    grilles = {nom: fabrique.grille(lignes) for nom, lignes in fabrique.relationnel().items()}
    del grilles["Informations"]
    lot = fabrique.lire(avec_liste(tmp_path, LISTE + DITE, grilles))
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_depots_csv_that_contradicts_the_cells(tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, LISTE + DITE.replace("S59000", "S62000"), source())
    description = decrite(identite={"code_structure": "Réf maison"})
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, description))
    assert lot.refus[0][0] == "IDENTITE_MANQUANTE"
    assert "depots.csv" in lot.refus[0][1]


@pytest.mark.parametrize(
    ("lignes", "ou"),
    [
        (DITE + ";S59000;01/01/2024;31/03/2024;15/04/2024\n", "ligne 3"),
        (DITE + "autre.xlsx;S59000;01/01/2024;31/03/2024;15/04/2024\n", "ligne 3, « autre.xlsx »"),
        (DITE + "\n" + DITE, "ligne 4, « releve.xlsx »"),
        (DITE + "./releve.xlsx;S62000;;;\n", "ligne 3, « ./releve.xlsx »"),
    ],
    ids=["sans chemin", "chemin inconnu", "chemin deux fois", "chemin deux fois, écrit autrement"],
)
def test_what_is_wrong_in_depots_csv_is_said_with_its_line(lignes: str, ou: str, tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, LISTE + lignes, source())
    with pytest.raises(ErreurUtilisateur) as erreur:
        fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert erreur.value.code == "DEPOTS_CSV_INVALIDE"
    assert ou in erreur.value.message
