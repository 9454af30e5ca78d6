"""What must come out of the deposits, computed from the objects: totals, planted findings, refusals."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from clauses.demo.modele import Heure, Structure
from clauses.socle.cube import CLE

COLONNES = (*CLE, "valeur")
NIVEAUX = ("national", "region", "departement", "structure")
PERIODES = ("annee", "trimestre", "cumul")
TYPES_IAE = ("EI", "ETTI", "AI", "ACI", "EITI", "RQ")
TYPES_PUBLIES = {
    "COMMUNE": "BLOC_LOCAL",
    "EPCI": "BLOC_LOCAL",
    "EPL": "BLOC_LOCAL",
    "SEM": "BLOC_LOCAL",
    "MINISTERE": "ETAT",
    "EPN": "ETAT",
    "HOPITAL": "ETAT",
}
HEURES = pl.col("heures").sum()
FEMMES = pl.col("personne").filter(pl.col("sexe") == "F")
MESURES = {
    "heures": HEURES,
    "heures_formation": pl.col("heures_formation").sum(),
    "beneficiaires": pl.col("personne").n_unique(),
    "contrats": pl.col("contrat").n_unique(),
    "marches": pl.col("marche").n_unique(),
    "operations": pl.col("operation").n_unique(),
    "donneurs_ordre": pl.col("donneur_ordre").n_unique(),
    "entreprises": pl.col("entreprise").n_unique(),
    "structures": pl.col("structure").n_unique(),
    "heures_femmes": pl.col("heures").filter(pl.col("sexe") == "F").sum(),
    "heures_qpv": pl.col("heures").filter(pl.col("qpv") == "O").sum(),
    "heures_iae": pl.col("heures").filter(pl.col("iae")).sum(),
    "heures_deld": pl.col("heures").filter(pl.col("deld")).sum(),
    "heures_rsa": pl.col("heures").filter(pl.col("rsa")).sum(),
    "heures_th": pl.col("heures").filter(pl.col("th")).sum(),
    "heures_anru": pl.col("heures").filter(pl.col("anru")).sum(),
    "part_femmes": 100.0 * FEMMES.n_unique() / pl.col("personne").n_unique(),
}
# table → its axis and its measures; the key figures have no axis
TABLEAUX: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "CLES": (None, tuple(MESURES)),
    "T01": ("type_donneur_ordre", ("heures", "donneurs_ordre", "marches")),
    "T03": ("secteur", ("marches", "heures")),
    "T07": ("categorie_public", ("beneficiaires", "heures")),
    "T08": ("sexe", ("beneficiaires", "heures")),
    "T20": ("type_contrat", ("contrats", "heures")),
}
TEXTES = (
    "structure", "region", "departement", "contrat", "marche", "operation",
    "type_donneur_ordre", "secteur", "categorie_public", "sexe", "qpv", "type_contrat",
)  # fmt: skip


class Comptes:
    """Gathers the hours that count, structure by structure, one row per contract × marché × month."""

    def __init__(self) -> None:
        self._tables: list[pl.DataFrame] = []
        self._donneurs: dict[object, int] = {}
        self._entreprises: dict[object, int] = {}

    def ajouter(self, structure: Structure) -> None:
        """Counts the structure's hours as they stand in the end, whatever the deposits said before."""
        heures = structure.heures
        contrats = [h.contrat for h in heures]
        personnes = [c.personne for c in contrats]
        operations = [h.marche.operation for h in heures]
        self._tables.append(
            pl.DataFrame(
                {
                    "structure": [structure.code] * len(heures),
                    "region": [o.territoire.region for o in operations],
                    "departement": [o.territoire.departement for o in operations],
                    "mois": [h.mois for h in heures],
                    "personne": [p.identifiant for p in personnes],
                    "contrat": [f"{structure.code} {c.numero}" for c in contrats],
                    "marche": [f"{structure.code} {h.marche.code}" for h in heures],
                    "operation": [f"{structure.code} {o.code}" for o in operations],
                    "donneur_ordre": [_rang(self._donneurs, o.donneur_ordre) for o in operations],
                    "entreprise": [_rang(self._entreprises, c.employeur) for c in contrats],
                    "heures": [(h.travail + h.formation) / 4 for h in heures],
                    "heures_formation": [h.formation / 4 for h in heures],
                    "type_donneur_ordre": [_type_publie(h) for h in heures],
                    "secteur": [h.marche.secteur.code for h in heures],
                    "categorie_public": [p.categorie for p in personnes],
                    "sexe": [p.sexe for p in personnes],
                    "qpv": [p.qpv for p in personnes],
                    "type_contrat": [c.type for c in contrats],
                    "iae": [c.employeur.type in TYPES_IAE for c in contrats],
                    "deld": ["DELD" in (p.categorie, *p.autres_categories) for p in personnes],
                    "rsa": ["RSA" in (p.categorie, *p.autres_categories) for p in personnes],
                    "th": ["TH" in (p.categorie, *p.autres_categories) for p in personnes],
                    "anru": [o.programme in ("PNRU", "NPNRU") for o in operations],
                }
            )
        )

    def totaux(self) -> pl.DataFrame:
        """One row per figure (columns of COLONNES), sorted."""
        annee, mois = pl.col("mois") // 12, pl.col("mois") % 12
        lignes = pl.concat(self._tables).with_columns(
            pl.col(TEXTES).cast(pl.Categorical),
            pl.lit("FR").alias("national"),
            annee.cast(pl.String).alias("annee"),
            pl.format("{}-T{}", annee, mois // 3 + 1).alias("trimestre"),
            pl.lit("cumul").alias("cumul"),
        )
        tables = [
            _tableau(lignes, tableau, niveau, periode)
            for tableau in TABLEAUX
            for niveau in NIVEAUX
            for periode in PERIODES
        ]
        return pl.concat(tables).sort(COLONNES[:-1], nulls_last=False)


def _rang(rangs: dict[object, int], objet: object) -> int:
    return rangs.setdefault(objet, len(rangs))


def _type_publie(heure: Heure) -> str:
    type_acheteur = heure.marche.operation.donneur_ordre.type
    return TYPES_PUBLIES.get(type_acheteur, type_acheteur)


def _tableau(lignes: pl.DataFrame, tableau: str, niveau: str, periode: str) -> pl.DataFrame:
    axe, mesures = TABLEAUX[tableau]
    cles = [niveau, periode] + ([axe] if axe else [])
    larges = lignes.group_by(cles).agg(MESURES[m].cast(pl.Float64).round(4).alias(m) for m in mesures)
    longues = larges.unpivot(mesures, index=cles, variable_name="mesure", value_name="valeur")
    vide = pl.lit(None, dtype=pl.String)
    return longues.select(
        pl.lit(tableau).alias("tableau"),
        "mesure",
        pl.lit(niveau).alias("niveau_territoire"),
        pl.col(niveau).cast(pl.String).alias("code_territoire"),
        pl.lit(periode).alias("type_periode"),
        pl.col(periode).cast(pl.String).alias("periode"),
        (pl.lit(axe) if axe else vide).alias("axe_1"),
        (pl.col(axe).cast(pl.String) if axe else vide).alias("modalite_1"),
        vide.alias("axe_2"),
        vide.alias("modalite_2"),
        "valeur",
    )


def ecrire_liste(chemin: Path, entetes: Sequence[str], lignes: Iterable[tuple[str | int, ...]]) -> None:
    """Writes a list as CSV (UTF-8, comma), sorted."""
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.writer(flux, lineterminator="\n")
        ecrivain.writerow(entetes)
        ecrivain.writerows(sorted(lignes))
