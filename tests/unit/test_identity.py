"""Pseudonyms: the rule recomputed by hand, and no name anywhere in what reading gives."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from pathlib import Path

import fabrique
import polars as pl
import pytest

from ingest.identity import normaliser_nom, pseudonymiser
from ingest.pipeline import Lot

CLE = bytes(range(32))


def personne(**autres: object) -> pl.DataFrame:
    champs: dict[str, object] = {
        "nom": "Dupont",
        "prenom": "Zoé",
        "date_naissance": dt.date(1990, 5, 17),
        "sexe": "F",
        "structure_code": "S1",
        "numero_beneficiaire": "B1",
    }
    schema = {**dict.fromkeys(champs, pl.String), "date_naissance": pl.Date}
    return pl.DataFrame([champs | autres], schema=schema)


def identifiant(**autres: object) -> str:
    return str(pseudonymiser(personne(**autres), CLE)["id_personne"][0])


def attendu(*champs: str) -> str:
    message = "\x1f".join(("personne-v1", *champs)).encode()
    return hmac.new(CLE, message, hashlib.sha256).hexdigest()


def test_the_pseudonym_is_a_keyed_hash_of_the_civil_status() -> None:
    assert identifiant() == attendu("etat-civil", "DUPONT", "ZOE", "1990-05-17", "F")
    # as the first version wrote it: a pseudonym that changes loses the persons of all workspaces
    assert identifiant() == "1f1280fc82a4f7c3d7c8e70353fb9e336fbcf0cd1cc04fa1c21eed5778fd9fdd"
    assert pseudonymiser(personne(), bytes(32))["id_personne"][0] != identifiant()


@pytest.mark.parametrize("champ", ["nom", "prenom", "date_naissance"])
def test_without_a_usable_civil_status_a_person_is_structure_and_number(champ: str) -> None:
    lue = pseudonymiser(personne(**{champ: None}), CLE).row(0, named=True)
    assert lue["id_personne"] == attendu("numero", "S1", "B1")
    assert lue["identite_complete"] is False
    assert identifiant(**{champ: None}, structure_code="S2") != lue["id_personne"]


def test_structure_and_number_do_not_count_in_a_civil_status() -> None:
    assert identifiant() == identifiant(structure_code="S2", numero_beneficiaire="B9")
    assert identifiant() != identifiant(sexe="H")
    assert identifiant(sexe="ND") == identifiant(sexe=None)


def test_fields_cannot_be_shifted_into_one_another() -> None:
    assert identifiant(nom="Dupont Zoé", prenom="A") != identifiant(nom="Dupont", prenom="Zoé A")


def test_names_leave_with_pseudonymisation() -> None:
    assert not {"nom", "prenom"} & set(pseudonymiser(personne(), CLE).columns)


@pytest.mark.parametrize(
    ("ecrit", "normal"),
    [
        ("De Oliveira", "DEOLIVEIRA"),
        ("DE-OLIVEIRA", "DEOLIVEIRA"),
        ("de oliveïra", "DEOLIVEIRA"),
        ("D'Oliveira", "DOLIVEIRA"),
        ("D’Oliveira", "DOLIVEIRA"),
        ("Lœuil", "LOEUIL"),
        ("LŒUIL", "LOEUIL"),
        ("Straße", "STRASSE"),
        ("Noe\u0308l", "NOEL"),
        ("Zoé\u00a0Anne", "ZOEANNE"),
        ("Ａｎｎｅ", "ANNE"),
        ("Иванов", "ИВАНОВ"),
        ("--", None),
        ("123", None),
        ("", None),
    ],
)
def test_how_names_are_compared(ecrit: str, normal: str | None) -> None:
    assert pl.select(normaliser_nom(pl.lit(ecrit, dtype=pl.String))).item() == normal


# --- nothing personal in what reading gives ----------------------------------------------------------------

NOM, PRENOM, NAISSANCE = "Zorglubovitch-Ménard", "Éléonorine", "17/06/1987"
CANARIS = (
    "zorglub",
    "ZORGLUB",
    "Zorglub",
    "éléonorine",
    "Éléonorine",
    "ELEONORINE",
    "eleonorine",
    "17/06/1987",
    "1987-06-17",
)


def tout_ce_qui_est_dit(lot: Lot) -> str:
    constats = lot.constats.tous()
    textes = [str(v) for ligne in constats.rows() for v in ligne]
    textes += [str(v) for ligne in lot.constats.formes_inconnues().rows() for v in ligne]
    return "\n".join([*textes, str(lot.refus), str(lot.identites)])


def charge(lot: Lot) -> str:
    sans_naissance = [c.drop("date_naissance", strict=False) for c in lot.tables.values()]
    return "\n".join(str(v) for cadre in sans_naissance for ligne in cadre.rows() for v in ligne)


@pytest.mark.parametrize("forme", ["relationnel", "bilan"])
def test_names_in_their_columns_are_nowhere_afterwards(tmp_path: Path, forme: str) -> None:
    """With every finding a person's row can have: birth date refused, duplicate, conflict, unknown codes."""
    if forme == "relationnel":
        tables = fabrique.relationnel()
        table, naissance = "Bénéficiaires", "Date de naissance"
        chemin = tmp_path / "export.xlsx"
    else:
        tables = fabrique.bilan()
        table, naissance = "Bilan", "Né(e) le"
        chemin = tmp_path / f"{fabrique.NOM_BILAN}.xlsx"
    for ligne in tables[table][:3]:
        ligne.update({"Nom": NOM, "Prénom": PRENOM, naissance: NAISSANCE, "Sexe": "?", "Prescripteur": "?"})
    tables[table][0][naissance] = f"{NAISSANCE} env."
    tables[table][1][naissance] = "17/06/2087"
    tables[table][2]["Prénom"] = None
    tables[table].append(dict(tables[table][1]))
    tables[table].append({**tables[table][2], "Prénom": PRENOM.upper()})
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, chemin))
    assert {"NAISSANCE_INVALIDE", "IDENTITE_INCOMPLETE", "LIGNE_EN_DOUBLE"} <= {
        r for _, r, *_ in fabrique.constats(lot)
    }
    dit = tout_ce_qui_est_dit(lot)
    assert [c for c in (*CANARIS, "2087") if c in dit] == []
    assert [c for c in CANARIS if c in charge(lot)] == []


def test_names_that_slipped_into_coded_columns_are_masked(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][2].update({"Nom": NOM, "Prénom": PRENOM})
    glissades = {
        "Sexe": NOM,
        "Niveau de formation": NOM.upper(),
        "Catégorie principale": f"{PRENOM} {NOM}",
        "Autres catégories": f"RSA + {PRENOM}",
        "Prescripteur": "zorglubovitch menard",
        "Code commune de résidence": PRENOM,
        "Code QPV": NOM,
        "QPV (O/N)": PRENOM,
    }
    tables["Bénéficiaires"][2].update(glissades)
    tables["Contrats"][2].update(
        {"Date de fin": NOM, "Type de contrat": f"{NOM} {PRENOM}", "Tuteur (O/N)": PRENOM}
    )
    tables["Heures"][2].update({"Heures travaillées": NOM, "Heures de formation": PRENOM})
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    constats = lot.constats.tous().filter(pl.col("regle") != "ORPHELIN")
    assert len(constats) == len(glissades) + 5
    assert set(constats["valeur"]) == {"(valeur masquée)"}
    assert [c for c in CANARIS if c in tout_ce_qui_est_dit(lot)] == []
    assert [c for c in CANARIS if c in charge(lot)] == []
    assert len(lot.constats.formes_inconnues()) == 0


@pytest.mark.parametrize(
    ("colonne", "personnel"),
    [
        ("Sexe", "13/07/1983"),  # the birth date, one column too far
        ("Sexe", dt.date(1983, 7, 13)),
        ("Niveau de formation", "06 12 34 56 78"),
        ("Prescripteur", "Mission locale, joindre au +33 6 12 34 56 78"),
        ("Prescripteur", "accueil@exemple.fr"),
        ("Code commune de résidence", "2 83 07 59 350 123 45"),
        ("Autres catégories", "RSA, 0612345678"),
        ("Code QPV", "13-07-83"),
    ],
)
def test_personal_data_in_a_coded_column_is_masked(tmp_path: Path, colonne: str, personnel: object) -> None:
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][2][colonne] = personnel
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert lot.constats.tous()["valeur"].to_list() == ["(valeur masquée)"]
    assert len(lot.constats.formes_inconnues()) == 0


@pytest.mark.parametrize(
    "forme", ["12 à 24 mois", "2024", "ref 2024-12", "732 829 320 00074", "36-1 et 37-4"]
)
def test_an_unknown_form_with_digits_is_still_shown(tmp_path: Path, forme: str) -> None:
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][2]["Niveau de formation"] = forme
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert lot.constats.tous()["valeur"].to_list() == [forme]


def test_a_name_is_masked_in_its_own_deposit_only(tmp_path: Path) -> None:
    un, deux = fabrique.relationnel(), fabrique.relationnel()
    un["Bénéficiaires"][2].update({"Nom": "Mystère"})
    for tables in (un, deux):
        tables["Bénéficiaires"][5]["Prescripteur"] = "Mystère"
    lot = fabrique.lire(
        fabrique.ecrire_xlsx(un, tmp_path / "un.xlsx"), fabrique.ecrire_xlsx(deux, tmp_path / "deux.xlsx")
    )
    assert lot.constats.tous().sort("depot")["valeur"].to_list() == ["(valeur masquée)", "Mystère"]
    assert lot.constats.formes_inconnues()["depot"].to_list() == [1]


def test_a_form_that_is_a_code_stays_one_even_if_someone_bears_it(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Bénéficiaires"][2].update({"Nom": "RSA"})
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"))
    assert fabrique.constats(lot) == []
    assert lot.tables["beneficiaires"]["categorie_public_brut"].unique().to_list() == ["RSA"]
