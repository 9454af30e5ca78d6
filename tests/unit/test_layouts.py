"""Formats and aliases of a workspace: what a region may add without code, and what is said when it is wrong."""

from __future__ import annotations

from pathlib import Path

import fabrique
import pytest

from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.project import SEEDS
from ingest.codes import charger_codes
from ingest.layouts import LAYOUTS_LIVRES, charger_layouts, normaliser

RELATIONNEL = (LAYOUTS_LIVRES / "relationnel.yml").read_text(encoding="utf-8")


def layouts_avec(tmp_path: Path, texte: str, nom: str = "region.yml") -> Path:
    dossier = tmp_path / "layouts"
    dossier.mkdir(exist_ok=True)
    (dossier / nom).write_text(texte, encoding="utf-8")
    return dossier


def renomme(avant: str, apres: str) -> fabrique.Tables:
    tables = fabrique.relationnel()
    tables["Heures"] = [{apres if e == avant else e: v for e, v in li.items()} for li in tables["Heures"]]
    return tables


def ligne_de(extrait: str) -> int:
    return next(n for n, ligne in enumerate(RELATIONNEL.splitlines(), 1) if extrait in ligne)


COMPLETE = """
complete: relationnel
tables:
  Heures:
    synonymes: [Relevé mensuel]
    colonnes:
      Heures travaillées: [Hres trav.]
"""


@pytest.mark.parametrize(
    "texte", [COMPLETE, RELATIONNEL.replace("[Heures de travail,", "[Hres trav, Heures de travail,")]
)
def test_a_column_synonym_needs_no_code(tmp_path: Path, texte: str) -> None:
    chemin = fabrique.ecrire_xlsx(renomme("Heures travaillées", "HRES\n trav. *"), tmp_path / "export.xlsx")
    assert fabrique.lire(chemin).refus[0][0] == "COLONNE_MANQUANTE"
    lot = fabrique.lire(chemin, layouts=charger_layouts(layouts_avec(tmp_path, texte)))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_a_table_synonym_needs_no_code(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables = {("Relevé mensuel" if n == "Animation" else n): li for n, li in tables.items()}
    chemin = fabrique.ecrire_dossier(tables, tmp_path / "export")
    avec = COMPLETE.replace("Heures:", "Animation:", 1).split("    colonnes")[0]
    lot = fabrique.lire(chemin, layouts=charger_layouts(layouts_avec(tmp_path, avec)))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert fabrique.comptes(lot)["Animation"] == (1, 1, 0, 0, 0)


def test_a_whole_layout_of_ones_own_is_recognised_by_its_headers(tmp_path: Path) -> None:
    texte = (
        (LAYOUTS_LIVRES / "bilan.yml")
        .read_text(encoding="utf-8")
        .replace("layout: bilan", "layout: departement")
    )
    for entete in ("Réf. contrat", "Heures réalisées", "Né(e) le"):
        texte = texte.replace(f"entete: {entete},", f"entete: {entete} XX,").replace(
            "[Réf contrat, Référence contrat,", "["
        )
        texte = texte.replace("[Heures, Heures effectuées]", "[]").replace("[Né le, Date de naissance]", "[]")
    lignes = [
        {
            (f"{e} XX" if e in ("Réf. contrat", "Heures réalisées", "Né(e) le") else e): v
            for e, v in li.items()
        }
        for li in fabrique.bilan()["Bilan"]
    ]
    chemin = fabrique.ecrire_csv({"Bilan": lignes}, tmp_path / f"{fabrique.NOM_BILAN}.csv")
    lot = fabrique.lire(chemin, layouts=charger_layouts(layouts_avec(tmp_path, texte)))
    assert (lot.refus, lot.layouts) == ({}, {0: "departement"})
    assert lot.tables["bilan"]["heures"].sum() == 24 * 107.75


def test_of_two_relational_layouts_the_one_whose_headers_are_found(tmp_path: Path) -> None:
    texte = (
        RELATIONNEL.replace("layout: relationnel", "layout: autre")
        .replace(
            "entete: Heures travaillées, type: heures, requise: true, valeur: true, synonymes: [",
            "entete: Hres, type: heures, requise: true, valeur: true, synonymes: [Hrs, ",
        )
        .replace("Heures de travail, Heures, Nombre d'heures, Heures réalisées]", "H.]")
    )
    layouts = charger_layouts(layouts_avec(tmp_path, texte))
    autre = fabrique.ecrire_xlsx(renomme("Heures travaillées", "Hres"), tmp_path / "autre.xlsx")
    livre = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "livre.xlsx")
    lot = fabrique.lire(autre, livre, layouts=layouts)
    assert (lot.refus, lot.layouts) == ({}, {0: "autre", 1: "relationnel"})


def test_files_of_the_workspace_that_are_no_layout_are_left_alone(tmp_path: Path) -> None:
    assert [la.nom for la in charger_layouts(layouts_avec(tmp_path, "n'importe quoi", "lisez-moi.txt"))] == [
        "bilan",
        "relationnel",
    ]
    assert len(charger_layouts(tmp_path / "absent")) == 2


@pytest.mark.parametrize(
    ("texte", "extrait"),
    [
        ("tables: [\n  a: b\n", "ligne 3"),
        ("layout: x\ntables:\n  Heures: {nom: heures\n", "ligne 4"),
        ("", "structure"),
        ("- liste", "structure"),
        ("layout: x\n", "« tables »"),
        ("tables: {}\n", "« layout »"),
        ("complete: inconnu\ntables: {}\n", "« inconnu »"),
        ("complete: relationnel\ntables:\n  Relevés: {}\n", "« table Relevés »"),
        ("complete: relationnel\ntables:\n  Heures:\n    colonnes: {Durée: [h]}\n", "« colonne Durée »"),
        (RELATIONNEL.replace("nom: heures\n", "nom: pointages\n"), "« pointages »"),
        (RELATIONNEL.replace("type: mois", "type: calendrier"), "de type « mois »"),
        (RELATIONNEL.replace("nomenclature: modalite", "nomenclature: modalites"), "« modalite »"),
        (
            RELATIONNEL.replace("type: mois", "type: mois, obligatoire: true"),
            f"ligne {ligne_de('type: mois')}, la clé « obligatoire »",
        ),
        (RELATIONNEL + "plats: true\n", f"ligne {RELATIONNEL.count(chr(10)) + 1}, la clé « plats »"),
        (COMPLETE + "    synonymes: [Autre]\n", "« synonymes » y est deux fois, lignes 5 et 8"),
        (
            "complete: relationnel\ntables:\n  Heures:\n    synonyme: [Relevé]\n",
            "ligne 4, la clé « synonyme »",
        ),
        (RELATIONNEL.replace("entete: Mois, ", ""), "« entete »"),
        (RELATIONNEL.replace("nom: heures_formation", "nom: formation"), "« heures_formation »"),
        ("layout: x\nplat: true\ntables: {}\n", "un format plat"),
    ],
)
def test_an_unusable_layout_is_named_with_what_is_wrong(tmp_path: Path, texte: str, extrait: str) -> None:
    dossier = layouts_avec(tmp_path, texte)
    with pytest.raises(ErreurUtilisateur) as leve:
        charger_layouts(dossier)
    assert leve.value.code == "LAYOUT_INVALIDE"
    assert str(dossier / "region.yml") in leve.value.message
    assert extrait in leve.value.message
    assert "corrigez-le" in leve.value.message
    assert "Error" not in leve.value.message


def test_a_layout_in_another_encoding(tmp_path: Path) -> None:
    dossier = layouts_avec(tmp_path, "")
    (dossier / "region.yml").write_bytes("layout: région\n".encode("cp1252"))
    with pytest.raises(ErreurUtilisateur, match="UTF-8"):
        charger_layouts(dossier)


# --- aliases -----------------------------------------------------------------------------------------------


def alias(tmp_path: Path, texte: str, encodage: str = "utf-8") -> Path:
    (tmp_path / "alias.csv").write_bytes(texte.encode(encodage))
    return tmp_path / "alias.csv"


@pytest.mark.parametrize(
    "texte",
    [
        "nomenclature,forme,code\ncategorie_public,Jeune suivi ML,JEUNE\n",
        "nomenclature;forme;code\r\n\r\ncategorie_public; Jeune suivi ML ;JEUNE\r\n;;\r\n",
        'code;nomenclature;forme;note\nJEUNE;categorie_public;"jeune SUIVI, ml";vu en 2024\n',
    ],
)
def test_an_alias_needs_no_code(tmp_path: Path, texte: str) -> None:
    jeune = next(c for c in charger_codes(SEEDS).formes["categorie_public"].values() if "JEUNE" in c)
    codes = charger_codes(SEEDS, alias(tmp_path, texte.replace("JEUNE", jeune), "utf-8-sig"))
    assert codes.formes["categorie_public"]["jeune suivi ml"] == jeune
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][0]["Catégorie principale"] = "Jeune suivi ML"
    chemin = fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx")
    assert [r for _, r, *_ in fabrique.constats(fabrique.lire(chemin))] == ["CODE_INCONNU"]
    lot = fabrique.lire(chemin, codes=codes)
    assert fabrique.constats(lot) == []
    assert lot.tables["beneficiaires"]["categorie_public"][0] == jeune


def test_an_alias_of_the_workspace_wins(tmp_path: Path) -> None:
    codes = charger_codes(SEEDS, alias(tmp_path, "nomenclature,forme,code\nsexe,Mme,H\n"))
    assert codes.formes["sexe"]["mme"] == "H"
    assert charger_codes(SEEDS).formes["sexe"]["mme"] == "F"


@pytest.mark.parametrize(
    ("texte", "extrait"),
    [
        ("", "ligne 1"),
        ("forme,code\nx,F\n", "ligne 1, ses colonnes sont forme, code"),
        ("nomenclature,forme,code\nsexe,x,F\nsexes,x,F\n", "ligne 3, la nomenclature « sexes »"),
        ("nomenclature,forme,code\nsexe,x,Z\n", "ligne 2, le code « Z » n'existe pas dans sexe"),
        ("nomenclature,forme,code\nsexe,x\n", "ligne 2"),
        ("nomenclature,forme,code\nsexe,x, \n", "ligne 2"),
        ("nomenclature,forme,code\nsexe,femme, seule,F\n", "ligne 2"),
        ("nomenclature,forme,code\n../../etc,x,F\n", "ligne 2"),
    ],
)
def test_an_unusable_alias_file_is_named_with_its_line(tmp_path: Path, texte: str, extrait: str) -> None:
    with pytest.raises(ErreurUtilisateur) as leve:
        charger_codes(SEEDS, alias(tmp_path, texte))
    assert leve.value.code == "ALIAS_INVALIDE"
    assert str(tmp_path / "alias.csv") in leve.value.message
    assert extrait in leve.value.message
    assert "trois colonnes" in leve.value.message


# --- how names are compared --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecrit", "normal"),
    [
        ("N° bénéficiaire", "n beneficiaire"),
        ("  NOM\r\nDE  L'OPÉRATION * :", "nom de l operation"),
        ("Maître d’ouvrage", "maitre d ouvrage"),
        ("Modalité de mise en œuvre", "modalite de mise en oeuvre"),
        ("Financement FSE+ (%)", "financement fse"),
        ("Date_de-naissance", "date de naissance"),
        ("***", ""),
    ],
)
def test_names_are_compared_without_case_accents_or_signs(ecrit: str, normal: str) -> None:
    assert normaliser(ecrit) == normal


def test_no_header_of_a_table_stands_for_two_columns() -> None:
    for layout in charger_layouts():
        for table in layout.tables:
            propres = [normaliser(c.entete) for c in table.colonnes]
            assert len(set(propres)) == len(propres), table.nom
