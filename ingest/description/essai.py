"""A description tried dry: what its deposits would count, and what should stop it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import yaml

from clauses.socle.project import PAQUETS
from ingest import pipeline
from ingest.codes import Codes
from ingest.discovery import Candidat
from ingest.layouts import Layout

_SEUILS: dict[str, Any] = yaml.safe_load(
    (PAQUETS / "ingest" / "description" / "essai.yml").read_text(encoding="utf-8")
)


@dataclass
class Essai:
    """`objections`: why it should not be believed. `constats`: rule → rows. `heures`: month → hours."""

    depots: int = 0
    personnes: int = 0
    contrats: int = 0
    marches: int = 0
    heures: dict[str, float] = field(default_factory=dict)
    constats: dict[tuple[str, str], int] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)


def essayer(
    candidats: Sequence[Candidat], layouts: Sequence[Layout], codes: Codes, aujourd_hui: dt.date
) -> Essai:
    """Reads the deposits as a refresh would, with a key of this moment; nothing is written."""
    lot = pipeline.lire(candidats, layouts, codes, secrets.token_bytes(32), aujourd_hui)
    essai = Essai(depots=len(candidats) - len(lot.refus))
    for rang, (_, message) in lot.refus.items():
        essai.objections.append(f"« {candidats[rang].nom} » serait refusé : {message}")
    _compter(essai, lot)
    tous = lot.constats.tous()
    par_regle = tous.group_by("gravite", "regle", "colonne").len().sort("len", descending=True)
    for gravite, regle, colonne, nombre in par_regle.rows():
        essai.constats[gravite, regle] = essai.constats.get((gravite, regle), 0) + nombre
        dit = f"{regle}, colonne « {colonne} »" if colonne else str(regle)
        base = max(1, _lignes(lot, regle))
        if gravite == "alerte" and regle in _SEUILS["alertes"] and nombre > _SEUILS["part_alertes"] * base:
            essai.objections.append(f"{nombre} alertes pour {base} lignes ({dit})")
    for table, lues, rejetees in lot.comptes.group_by("table").agg(pl.col("lues", "rejetees").sum()).rows():
        if lues and rejetees > _SEUILS["part_rejets"] * lues:
            essai.objections.append(f"{rejetees} lignes sur {lues} de la table {table} seraient écartées")
    return essai


def _lignes(lot: pipeline.Lot, regle: str) -> int:
    table = _SEUILS["alertes"].get(regle)
    hauteurs = [lot.tables[t].height for t in (table, "bilan") if t in lot.tables]
    return max(hauteurs, default=0)


def _compter(essai: Essai, lot: pipeline.Lot) -> None:
    tables = lot.tables
    for nom, heures, cles in (
        ("heures", ["heures_travaillees", "heures_formation"], {"marches": "code_marche"}),
        ("bilan", ["heures"], {"marches": "numero_marche", "contrats": "numero_contrat"}),
    ):
        if nom not in tables or tables[nom].is_empty():
            continue
        # a month counts once: in the latest deposit that has it
        lignes = tables[nom].filter(pl.col("depot") == pl.col("depot").max().over("mois"))
        total = pl.sum_horizontal(pl.col(heures).fill_null(0))
        for mois, somme in (
            lignes.group_by(pl.col("mois").dt.to_string("%Y-%m")).agg(total.sum()).sort("mois").rows()
        ):
            essai.heures[mois] = essai.heures.get(mois, 0.0) + somme
        for quoi, cle in cles.items():
            setattr(essai, quoi, getattr(essai, quoi) + tables[nom][cle].n_unique())
        if nom == "bilan":
            essai.personnes += tables[nom]["id_personne"].n_unique()
    if "beneficiaires" in tables:
        essai.personnes += tables["beneficiaires"]["id_personne"].n_unique()
    if "contrats" in tables:
        essai.contrats += tables["contrats"]["numero_contrat"].n_unique()
