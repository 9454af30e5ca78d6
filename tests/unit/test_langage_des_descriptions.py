"""What a layout may say of an export of another tool, one thing at a time: which sheets, which layout, what is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import fabrique
import pytest
import yaml
from fabrique import siret
from pointages import (
    DECRITE,
    HEURES,
    colonne,
    colonnes,
    decrite,
    ecrire,
    feuille,
    heures,
    layouts,
    lire,
    messages,
    source,
)

from clauses.socle.errors import ErreurUtilisateur
from ingest.layouts import charger_layouts

# --- sheets, headers, files ---------------------------------------------------------------------------------


def test_other_names_of_sheets_and_columns(tmp_path: Path) -> None:
    lot = lire(tmp_path, source())
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: "pointages"})
    assert heures(lot) == HEURES
    assert colonne(lot, "structure", "nom_structure") == ["Maison de l'emploi"]
    assert colonne(lot, "operations", "type_donneur_ordre") == ["COMMUNE"]
    assert colonne(lot, "entreprises", "siret") == [siret(1), siret(2)]
    assert colonne(lot, "beneficiaires", "niveau") == ["N3", "N3"]
    assert colonne(lot, "contrats", "date_debut") == [dt.date(2023, 12, 5)] * 2
    assert fabrique.comptes(lot)["Heures"] == (3, 3, 0, 0, 0)


def test_case_accents_and_signs_of_names_do_not_count(tmp_path: Path) -> None:
    grilles = source()
    grilles["POINTAGES"] = grilles.pop("Pointages")
    grilles["POINTAGES"][0] = ["EMBAUCHE", "lot", "Periode", "Faites :", "APPRISES"]
    assert heures(lire(tmp_path, grilles)) == HEURES


def test_titles_above_the_header(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"][:0] = [["Relevé du trimestre"], []]
    assert heures(lire(tmp_path, grilles)) == HEURES


def test_a_folder_of_csv(tmp_path: Path) -> None:
    dossier = tmp_path / "depots" / fabrique.NOM_BILAN
    dossier.mkdir(parents=True)
    for nom, lignes in source().items():
        (dossier / f"{nom.lower()}.csv").write_text(fabrique.texte_csv(lignes), encoding="utf-8")
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


def test_a_flat_csv_under_any_name(tmp_path: Path) -> None:
    lignes = fabrique.bilan()["Bilan"]
    autres = {entete: f"Zone {rang}" for rang, entete in enumerate(lignes[0])}
    dit = {nous: eux for nous, eux in autres.items() if nous != "Heures réalisées"}
    dit["Heures réalisées"] = {"colonne": autres["Heures réalisées"], "plus": autres["dont formation"]}
    description = {
        "layout": "plat",
        "complete": "bilan",
        "feuilles": [{"noms": ["*"], "tables": {"Bilan": dit}}],
    }
    chemin = tmp_path / "depots" / f"{fabrique.NOM_BILAN}.csv"
    fabrique.ecrire_csv({"": [{autres[e]: v for e, v in ligne.items()} for ligne in lignes]}, chemin)
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: "plat"})
    assert colonne(lot, "bilan", "heures") == [107.75 + 7.25] * 24
    assert colonne(lot, "bilan", "numero_contrat") == [f"C{i:02}" for i in range(1, 25)]


@pytest.mark.parametrize(
    ("cle", "attendus"),
    [
        ({}, [("COLONNE_INCONNUE", "Note"), ("TABLE_INCONNUE", None)]),
        ({"feuilles_ignorees": ["Accueil"]}, [("COLONNE_INCONNUE", "Note")]),
    ],
)
def test_what_is_not_described_is_said(
    cle: dict[str, Any], attendus: list[tuple[str, str | None]], tmp_path: Path
) -> None:
    grilles = source()
    for rang, ligne in enumerate(grilles["Pointages"]):
        ligne.append("Note" if rang == 0 else "vu")
    lot = lire(tmp_path, {"Accueil": [["Bonjour", "à tous"]], **grilles}, decrite(**cle))
    assert [(regle, nom) for _, regle, _, _, nom in fabrique.constats(lot)] == attendus


def test_what_is_left_out_on_purpose_is_not_said(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    for rang, ligne in enumerate(grilles["Pointages"]):
        ligne.append("Note" if rang == 0 else "vu")
    feuille(description, "Pointages")["ignorees"] = ["Note"]
    assert fabrique.constats(lire(tmp_path, grilles, description)) == []


# --- which layout -------------------------------------------------------------------------------------------


def test_a_required_column_that_vanished(tmp_path: Path) -> None:
    grilles = source()
    grilles["Lots"] = [[*ligne[:2], *ligne[3:]] for ligne in grilles["Lots"]]
    lot = lire(tmp_path, grilles)
    regle, message = lot.refus[0]
    assert regle == "COLONNE_MANQUANTE"
    assert "« Clause »" in message
    assert "« Lots »" in message
    assert "« Article juridique »" in message


def test_an_optional_column_that_vanished_is_empty(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] = [ligne[:4] for ligne in grilles["Pointages"]]
    lot = lire(tmp_path, grilles)
    assert lot.refus == {}
    assert [formation for *_, formation in heures(lot)] == [None, None, None]


def test_a_sheet_that_vanished_is_named(tmp_path: Path) -> None:
    grilles = source()
    del grilles["Boîtes"]
    lot = lire(tmp_path, grilles)
    assert lot.refus[0][0] == "TABLE_MANQUANTE"
    assert "« Entreprises »" in lot.refus[0][1]


@pytest.mark.parametrize("nom", ["relationnel", "bilan"])
def test_an_ordinary_deposit_is_read_as_such(nom: str, tmp_path: Path) -> None:
    tables = getattr(fabrique, nom)()
    chemin = fabrique.ecrire_xlsx(tables, tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: nom})


def les_notres(heures_: dict[str, Any]) -> dict[str, Any]:
    """The description of an export with our own sheets and headers but for its hours."""
    feuilles: list[dict[str, Any]] = [
        {"noms": [nom], "tables": {nom: {entete: entete for entete in lignes[0]}}}
        for nom, lignes in fabrique.relationnel().items()
        if nom not in ("Informations", "Heures")
    ]
    return {"layout": "presque", "complete": "relationnel", "feuilles": [*feuilles, heures_]}


def test_an_ordinary_deposit_is_not_taken_by_a_description_that_resembles_it(tmp_path: Path) -> None:
    """Nearly all headers are ours, and the months of hours in columns, which this deposit has not."""
    origines = {"N° contrat": "N° contrat", "Code marché": "Code marché", "Mois": "{mois}"}
    description = les_notres(
        {
            "noms": ["Heures"],
            "mois_en_colonnes": {"heures": "{mois}"},
            "tables": {"Heures": {**origines, "Heures travaillées": "{heures}"}},
        }
    )
    chemin = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "export.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_a_described_deposit_that_resembles_ours_is_read_as_described(tmp_path: Path) -> None:
    origines = {"N° contrat": "N° contrat", "Code marché": "Code marché", "Mois": "Mois"}
    description = les_notres(
        {
            "noms": ["Heures"],
            "tables": {
                "Heures": {**origines, "Heures travaillées": {"colonne": "Minutes", "unite": "minutes"}}
            },
        }
    )
    tables = fabrique.relationnel()
    for ligne in tables["Heures"]:
        del ligne["Heures de formation"], ligne["Heures travaillées"]
        ligne["Minutes"] = 90
    chemin = fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, lot.layouts) == ({}, {0: "presque"})
    assert lot.tables["heures"]["heures_travaillees"].to_list() == [1.5] * 24


def test_a_described_source_that_is_not_described_is_not_guessed(tmp_path: Path) -> None:
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    assert fabrique.lire(chemin).refus[0][0] in ("FORMAT_INCONNU", "TABLE_MANQUANTE")


def test_two_descriptions_that_fit_as_well_are_refused(tmp_path: Path) -> None:
    autre = decrite(layout="relevés")
    colonnes(autre, "Heures")["Heures travaillées"] = {"colonne": "Faites", "unite": "minutes"}
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, DECRITE, autre))
    regle, message = lot.refus[0]
    assert regle == "FORMAT_INCONNU"
    assert "« pointages » et « relevés »" in message


def test_of_two_descriptions_the_one_that_fits_best(tmp_path: Path) -> None:
    autre = decrite(layout="relevés")
    colonnes(autre, "Heures")["Heures travaillées"] = "Autrement dites"
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, autre, DECRITE))
    assert (lot.refus, lot.layouts, heures(lot)) == ({}, {0: "pointages"}, HEURES)


# --- findings -----------------------------------------------------------------------------------------------


def test_a_finding_quotes_the_header_and_the_line_of_the_source(tmp_path: Path) -> None:
    grilles = source(24)
    grilles["Pointages"][:0] = [["Relevé"], []]
    grilles["Pointages"] += [[f"C{i}", "M2", "2024-01", 10, None] for i in range(3, 25)]
    grilles["Pointages"][7][3] = "beaucoup"  # line 8
    grilles["Gens"][4][grilles["Gens"][0].index("F ou H")] = "peut-être"
    lot = lire(tmp_path, grilles)
    assert fabrique.constats(lot) == [
        ("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "F ou H"),
        ("rejet", "NOMBRE_ILLISIBLE", "Heures", 8, "Faites"),
    ]
    assert "« Faites »" in messages(lot, "NOMBRE_ILLISIBLE")[0]


@pytest.mark.parametrize("mot", ["Total", None])
def test_a_total_at_the_bottom_is_not_counted(mot: str | None, tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] += [[mot, None, None, "215,5", 11]]
    lot = lire(tmp_path, grilles)
    assert (lot.refus, heures(lot)) == ({}, HEURES)
    assert [c for c in fabrique.constats(lot) if c[0] != "alerte"] == []


# --- descriptions that cannot be used -----------------------------------------------------------------------


def mauvaise(texte: str, mieux: str) -> str:
    """The description as text, a piece of it replaced."""
    ecrite = yaml.safe_dump(DECRITE, allow_unicode=True, sort_keys=False)
    assert texte in ecrite
    return ecrite.replace(texte, mieux, 1)


def _ligne(texte: str, mot: str) -> int:
    return 1 + next(i for i, ligne in enumerate(texte.splitlines()) if mot in ligne)


@pytest.mark.parametrize(
    ("texte", "mieux"),
    [
        ("feuilles:", "tables_ignorees: [x]\nfeuilles:"),
        ("  tables:\n    Heures:", "  sauf: [x]\n  tables:\n    Heures:"),
        ("Période\n", "Période\n      Mois: Autre\n"),
        ("Faites\n", "{colonne: Faites, unités: minutes}\n"),
    ],
    ids=["clé", "clé d'une feuille", "clé deux fois", "clé d'une colonne"],
)
def test_an_unknown_or_repeated_key_is_said_with_its_line(texte: str, mieux: str, tmp_path: Path) -> None:
    ecrite = mauvaise(texte, mieux)
    mot = next(m for m in ("tables_ignorees", "sauf", "unités", "Mois: Autre") if m in ecrite)
    (tmp_path / "x.yml").write_text(ecrite, encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as erreur:
        charger_layouts(tmp_path)
    assert erreur.value.code == "LAYOUT_INVALIDE"
    assert str(_ligne(ecrite, mot)) in erreur.value.message
    assert f"« {mot.split(':')[0]} »" in erreur.value.message


@pytest.mark.parametrize(
    ("texte", "mieux", "mot"),
    [
        ("    Heures:", "    Pointage:", "« Pointage »"),
        ("      Mois:", "      Moi:", "« Moi »"),
        ("Faites\n", "{colonne: Faites, unite: secondes}\n", "« secondes »"),
        ("Faites\n", "{colonne: Faites, unite: jours, heures_par_jour: sept}\n", "sept"),
        ("Faites\n", "{unite: minutes}\n", "colonne"),
        ("Faites\n", "{colonne: Faites, valeur: '3'}\n", "valeur"),
        ("Faites\n", "{identite: siret}\n", "« siret »"),
        ("Faites\n", "12\n", "« 12 »"),
        ("Période\n", "'{mois}'\n", "« {mois} »"),
        ("Faites\n", "'{heures}'\n", "« {heures} »"),
        ("feuilles:", "identite: {siret: Maisons!B2}\nfeuilles:", "« siret »"),
        ("feuilles:", "noms_de_depot: ['{code_structure} {semestre}']\nfeuilles:", "« semestre »"),
        (
            "feuilles:",
            "deduites: {Entreprises: {de: Contrat, avec: Heures, colonnes: {SIRET: SIRET}}}\nfeuilles:",
            "« Contrat »",
        ),
        (
            "feuilles:",
            "deduites: {Entreprises: {de: Contrats, avec: Heures, colonnes: {Siren: SIRET}}}\nfeuilles:",
            "« Siren »",
        ),
        ("feuilles:", "listes: {feuille: Clefs, code: Num}\nfeuilles:", "libelle"),
        ("complete: relationnel", "complete: relationel", "« relationel »"),
        ("layout: pointages", "layout: bilan", "« bilan »"),
        (
            "- noms:\n  - Pointages\n",
            "- noms: [Pointages]\n  distinctes: [Contrats]\n",
            "« Contrats »",
        ),
        (
            "- noms:\n  - Pointages\n",
            "- noms: [Pointages]\n  mois_en_colonnes: {heures: Heures}\n",
            "« Heures »",
        ),
    ],
)
def test_a_description_that_cannot_be_used_names_the_word(
    texte: str, mieux: str, mot: str, tmp_path: Path
) -> None:
    (tmp_path / "x.yml").write_text(mauvaise(texte, mieux), encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as erreur:
        charger_layouts(tmp_path)
    assert erreur.value.code == "LAYOUT_INVALIDE"
    assert mot in erreur.value.message


def test_one_name_may_be_written_without_a_list(tmp_path: Path) -> None:
    """Or is an error: the letters of the name are no names."""
    grilles, description = source(), decrite()
    grilles["Modèle"] = [grilles["Pointages"][0], ["C1", "M1", "2024-03", 999, None]]
    feuille(description, "Pointages")["noms"] = "Pointages"
    try:
        lues = heures(lire(tmp_path, grilles, description))
    except ErreurUtilisateur:
        return
    assert lues == HEURES
