"""A few published figures written by hand, for the tests of what leaves the house."""

from __future__ import annotations

import datetime as dt

import polars as pl

from exports.edition.edition import Edition

Ligne = tuple[object, ...]
COLONNES = (
    "tableau", "mesure", "niveau_territoire", "code_territoire", "type_periode", "periode", "axe_1", "modalite_1",
    "axe_2", "modalite_2", "valeur", "part", "unite", "base", "ecart_periode", "ecart_annee", "fiabilite", "couverture",
    "statut_chiffre", "statut_observation", "confidentialite",
)  # fmt: skip
NOMBRES = ("valeur", "part", "ecart_periode", "ecart_annee", "couverture")

LIGNES: list[Ligne] = [
    ("CLES", "heures", "national", "FR", "annee", "2024", None, None, None, None,
     1234567.5, None, "heures", "Heures", 100.25, None, None, 100.0, "provisoire", "P", "F"),
    ("CLES", "heures", "departement", "01", "trimestre", "2024-T3", None, None, None, None,
     0.0000004, None, "heures", "Heures", -0.0, None, None, 50.0, "provisoire", "P", "F"),
    ("T08", "beneficiaires", "region", "32", "annee", "2023", "sexe", "F", None, None,
     None, None, "personnes", "Personnes", None, None, None, 100.0, "revise", "Q", "C"),
    ("T12", "beneficiaires", "region", "32", "annee", "2023", "categorie_public", "RSA", "sexe", "H",
     1e15, 33.333333333, "personnes", "Personnes", None, None, None, 100.0, "revise", "A", "F"),
]  # fmt: skip


def figures(lignes: list[Ligne] | None = None) -> pl.DataFrame:
    """LIGNES as a frame with the columns of marts.indicateurs_publies."""
    schema = {c: pl.Float64 if c in NOMBRES else pl.String for c in COLONNES}
    return pl.DataFrame(LIGNES if lignes is None else lignes, schema=schema, orient="row")


TERRITOIRES = pl.DataFrame(
    {
        "niveau_territoire": ["national", "departement", "region", "region"],
        "code_territoire": ["FR", "01", "32", "11"],
        "libelle": ["France", "Ain", "Hauts-de-France", "Île-de-France"],
    }
)
TABLEAUX = pl.DataFrame(
    {
        "tableau": ["CLES", "T08", "T12", "T22"],
        "titre": ["Chiffres clés", "Sexe", "Catégorie × sexe", "Modalités"],
        "axe_1": [None, "sexe", "categorie_public", "modalite"],
        "axe_2": [None, None, "sexe", None],
        "mesure": ["heures", "beneficiaires", "beneficiaires", "heures"],
        "unite": ["heures", "personnes", "personnes", "heures"],
        "base": ["Heures", "Personnes", "Personnes", "Heures"],
    }
)
NOMENCLATURES = pl.DataFrame(
    {
        "axe": ["sexe", "sexe", "categorie_public", "secteur"],
        "code": ["F", "H", "RSA", "ESPACES_VERTS"],
        "libelle": ["Femmes", "Hommes", "Bénéficiaires du RSA", "Espaces verts"],
    }
)


def edition(**changements: object) -> Edition:
    valeurs: dict[str, object] = {
        "millesime": "2024T3",
        "version": 1,
        "profil": "public",
        "motif": None,
        "cree_le": dt.datetime(2025, 1, 15, 10, 0),
        "date_arrete": dt.date(2024, 12, 31),
        "debut": dt.date(2023, 1, 1),
        "fin": dt.date(2024, 9, 30),
        "nombre_depots": 3,
        "fictif": True,
    }
    return Edition(**{**valeurs, **changements})  # type: ignore[arg-type]
