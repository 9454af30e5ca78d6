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
from ingest.provenance import Identite

_TROP = "TROP_DE_REJETS"
_SEUILS: dict[str, Any] = yaml.safe_load(
    (PAQUETS / "ingest" / "description" / "essai.yml").read_text(encoding="utf-8")
)


@dataclass
class Essai:
    """`objections`: why it should not be believed. `constats`: severity, rule, column → rows. `heures`: month → hours.

    `anonymes`: some deposit does not say who deposits and when. `identites`: what each of the others says, by its name.
    """

    depots: int = 0
    personnes: int = 0
    contrats: int = 0
    marches: int = 0
    heures: dict[str, float] = field(default_factory=dict)
    constats: dict[tuple[str, str, str], int] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)
    anonymes: bool = False
    identites: dict[str, Identite] = field(default_factory=dict)


def essayer(
    candidats: Sequence[Candidat], layouts: Sequence[Layout], codes: Codes, aujourd_hui: dt.date
) -> Essai:
    """Reads the deposits as a refresh would, with a key of this moment; nothing is written."""
    lot = pipeline.lire(candidats, layouts, codes, secrets.token_bytes(32), aujourd_hui)
    essai = Essai(depots=len(candidats) - len(lot.refus))
    essai.identites = {candidats[rang].nom: identite for rang, identite in lot.identites.items()}
    refuses: dict[bool, list[str]] = {True: [], False: []}
    for rang, (regle, message) in lot.refus.items():
        essai.anonymes |= regle == "IDENTITE_MANQUANTE"
        refuses[regle != _TROP].append(f"« {candidats[rang].nom} » serait refusé : {message.rstrip('.')}")
    essai.objections += refuses[True]
    _compter(essai, lot)
    tous = lot.constats.tous()
    lues_par_table = dict(lot.comptes.group_by("table").agg(pl.col("lues").sum()).rows())
    par_regle = tous.group_by("gravite", "regle", "table", "colonne").len().sort("len", descending=True)
    for gravite, regle, table, colonne, nombre in par_regle.rows():
        lieu = (gravite, regle, colonne or "")
        essai.constats[lieu] = essai.constats.get(lieu, 0) + nombre
        dit = f"{regle}, colonne « {colonne} »" if colonne else str(regle)
        base = max(1, lues_par_table.get(table, 0))
        if (
            not lot.refus
            and gravite == "alerte"
            and regle in _SEUILS["alertes"]
            and nombre > _SEUILS["part_alertes"] * base
        ):
            essai.objections.append(f"{nombre} alertes pour {base} lignes ({dit})")
    for table, lues, rejetees in lot.comptes.group_by("table").agg(pl.col("lues", "rejetees").sum()).rows():
        if lues and rejetees > _SEUILS["part_rejets"] * lues:
            essai.objections.append(
                f"{rejetees} lignes sur {lues} de la table {table} seraient écartées{_surtout(tous, str(table))}"
            )
            refuses[False] = []  # the same, without why
    essai.objections += refuses[False]
    return essai


def _surtout(constats: pl.DataFrame, table: str) -> str:
    """The rule and the column that set most of the rows of a table aside."""
    rejets = constats.filter((pl.col("gravite") == "rejet") & (pl.col("table") == table))
    premier = rejets.group_by("regle", "colonne").len().sort("len", "regle", descending=[True, False]).head(1)
    for regle, colonne, nombre in premier.rows():
        ou = f", colonne « {colonne} »" if colonne else ""
        return f" ({nombre} fois {regle}{ou})"
    return ""


def _compter(essai: Essai, lot: pipeline.Lot) -> None:
    depots = pl.DataFrame(
        [(rang, i.structure_code, i.debut, i.fin, i.extraction) for rang, i in lot.identites.items()],
        schema={
            "depot": pl.Int32,
            "structure": pl.String,
            "debut": pl.Date,
            "fin": pl.Date,
            "extraction": pl.Date,
        },
        orient="row",
    )
    couverts = depots.with_columns(
        mois=pl.date_ranges(pl.col("debut").dt.month_start(), pl.col("fin"), "1mo")
    ).explode("mois")
    # a month of a structure is that of the last extraction that covers it
    retenus = couverts.filter(pl.col("extraction") == pl.col("extraction").max().over("structure", "mois"))
    personnes, contrats, marches = set[str](), set[str](), set[str]()
    for cadre in lot.tables.values():
        if "id_personne" in cadre.columns and "date_naissance" in cadre.columns:
            personnes |= set(cadre["id_personne"])
        if "date_debut" in cadre.columns and "numero_contrat" in cadre.columns:
            contrats |= set(cadre["numero_contrat"])
        if "mois" not in cadre.columns or cadre.is_empty():
            continue
        marches |= set(cadre["numero_marche" if "numero_marche" in cadre.columns else "code_marche"])
        # in the flat format the hours hold those of training
        comptees = ["heures"] if "heures" in cadre.columns else ["heures_travaillees", "heures_formation"]
        lignes = cadre.join(retenus, on=["depot", "mois"], how="semi", maintain_order="left")
        total = pl.sum_horizontal(pl.col(comptees).fill_null(0)).sum()
        for mois, somme in (
            lignes.group_by(pl.col("mois").dt.to_string("%Y-%m")).agg(total).sort("mois").rows()
        ):
            essai.heures[mois] = essai.heures.get(mois, 0.0) + float(somme)
    essai.personnes, essai.contrats, essai.marches = len(personnes), len(contrats), len(marches)
