"""A publication made by hand: one region, France, a few figures of each kind."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from exports.edition.publication import Publication

RACINE = Path(__file__).parents[2]
COLONNES = {
    "tableau": pl.String,
    "mesure": pl.String,
    "niveau_territoire": pl.String,
    "code_territoire": pl.String,
    "type_periode": pl.String,
    "periode": pl.String,
    "axe_1": pl.String,
    "modalite_1": pl.String,
    "axe_2": pl.String,
    "modalite_2": pl.String,
    "valeur": pl.Float64,
    "part": pl.Float64,
    "unite": pl.String,
    "base": pl.String,
    "fiabilite": pl.String,
    "couverture": pl.Float64,
    "statut_observation": pl.String,
    "confidentialite": pl.String,
}
TABLEAUX = ("CLES", "T03", "S01", "S07")
NIVEAUX = {"FR": "national", "32": "region", "59": "departement"}


def chiffre(
    tableau: str, mesure: str, territoire: str, periode: str, valeur: float | None, **reste: Any
) -> dict[str, Any]:
    """A row of figures; hidden where the value is None, unless another status is given."""
    statut = reste.pop("statut", "A" if valeur is not None else "Q")
    return {
        "tableau": tableau,
        "mesure": mesure,
        "niveau_territoire": NIVEAUX[territoire],
        "code_territoire": territoire,
        "type_periode": "trimestre" if "-T" in periode else "annee",
        "periode": periode,
        "valeur": valeur,
        "unite": "heures" if mesure == "heures" else "personnes",
        "base": "",
        "couverture": 100.0,
        "statut_observation": statut,
        "confidentialite": "C" if statut == "Q" else "F",
        **reste,
    }


def secteur(
    territoire: str, periode: str, code: str, valeur: float | None, part: float | None, **reste: Any
) -> dict[str, Any]:
    return chiffre(
        "T03", "heures", territoire, periode, valeur, part=part, axe_1="secteur", modalite_1=code, **reste
    )


LIGNES = [
    chiffre("CLES", "heures", "32", "2024", 1500.0),
    chiffre("CLES", "heures", "32", "2023", 1000.0),
    chiffre("CLES", "heures", "FR", "2024", 6000.0),
    chiffre("CLES", "beneficiaires", "32", "2024", 12.0),
    chiffre("CLES", "part_femmes", "32", "2024", 25.0),
    chiffre("CLES", "part_qpv", "32", "2024", None),
    chiffre("CLES", "heures", "59", "2024", 900.0),
    chiffre("CLES", "heures", "59", "2023", None),
    secteur("32", "2024", "BATIMENT", 500.0, 100 / 3),
    secteur("32", "2024", "NETTOYAGE", 500.0, 100 / 3),
    secteur("32", "2024", "ESPACES_VERTS", 500.0, 100 / 3),
    secteur("32", "2023", "BATIMENT", 400.0, 40.0),
    secteur("32", "2023", "NETTOYAGE", None, None),
    secteur("32", "2023", "ESPACES_VERTS", None, None),
    secteur("FR", "2024", "BATIMENT", 5000.0, 250 / 3),
    secteur("FR", "2024", "INDUSTRIE", 1000.0, 50 / 3),
]


def depots_par_territoire(indicateurs: pl.DataFrame) -> pl.DataFrame:
    """Ten structures known in each territory, as many complete as the figures' coverage says."""
    return (
        indicateurs.group_by("niveau_territoire", "code_territoire", "periode")
        .agg(pl.col("couverture").min())
        .with_columns(structures_connues=10, structures_completes=(pl.col("couverture") / 10).cast(pl.Int32))
    )


def publication(lignes: list[dict[str, Any]] | None = None, **changements: Any) -> Publication:
    """The publication above; any field can be replaced."""
    with (RACINE / "seeds/indicateurs/tableaux.csv").open(encoding="utf-8", newline="") as fichier:
        brut = [x for x in csv.DictReader(fichier) if x["tableau"] in TABLEAUX]
    tableaux = pl.DataFrame(brut).with_columns(
        pl.col("est_partition") == "true", pl.when(pl.col("axe_2") != "").then("axe_2").alias("axe_2")
    )
    indicateurs = pl.DataFrame(LIGNES if lignes is None else lignes, schema=COLONNES)
    champs: dict[str, Any] = {
        "indicateurs": indicateurs,
        "chiffres_publies": pl.read_csv(RACINE / "seeds/chiffres_publies.csv", infer_schema=False),
        "depots_par_territoire": depots_par_territoire(changements.get("indicateurs", indicateurs)),
        "territoires": pl.DataFrame(
            {
                "niveau_territoire": ["national", "region", "departement", "departement"],
                "code_territoire": ["FR", "32", "59", "32"],
                "libelle": ["France", "Hauts-de-France", "=1+1", "Gers"],
                "region": [None, None, "32", "76"],
            }
        ),
        "periodes": pl.DataFrame({"type_periode": ["annee", "annee"], "periode": ["2023", "2024"]}),
        "nomenclatures": pl.DataFrame(
            {
                "axe": ["secteur"] * 5,
                "code": ["BATIMENT", "NETTOYAGE", "ESPACES_VERTS", "INDUSTRIE", "RESTAURATION"],
                "libelle": [
                    "Bâtiment",
                    "Nettoyage et propreté",
                    "Espaces verts",
                    "Industrie",
                    "Restauration",
                ],
                "ordre": [1, 2, 3, 4, 5],
            }
        ),
        "tableaux": tableaux,
        "structures": pl.DataFrame(
            {"structure_code": ["S59000"], "nom": ["=1+1"], "departement": ["59"], "region": ["32"]}
        ),
        "couverture": pl.DataFrame(
            {
                "structure_code": ["S59000"] * 3,
                "mois": [dt.date(2024, m, 1) for m in (1, 2, 3)],
                "depose": [True, True, False],
                "tables_deduites": [None, "Entreprises", None],
            }
        ),
        "revisions": None,
        "millesime": "2024T4",
        "version": 1,
        "profil": "public",
        "statuts": {"2024": "provisoire"},
        "date_arrete": dt.date(2025, 3, 10),
        "fictif": True,
        "code_version": "essai",
    }
    return Publication(**{**champs, **changements})
