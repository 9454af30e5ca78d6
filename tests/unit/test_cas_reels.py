"""Files as the world writes them (tests/data/cas-reels): read right, or set aside with the real cause; all read together.

`cas.csv`: `juste`, the figures that must come out; `ou_dit`, instead of them, something may be refused or set aside if what
is said matches `message`. What needs a warehouse is looked at by tests/end_to_end/test_cas_reels_entrepot.py.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from fabrique import CLE, codes_livres

from ingest import pipeline
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts

DOSSIER = Path(__file__).parents[1] / "data" / "cas-reels"
CAS = list(csv.DictReader((DOSSIER / "cas.csv").open(encoding="utf-8", newline="")))
NOMS = "BENALI|MERCIER|LEROY|MARTIN|BLANC|BERTRAND|DUBOIS|PETIT|ROUX|LAMBERT|GIRARD|MOREL"
# two deposits that the models put together
A_L_ENTREPOT = {"BLOW", "QZERO", "QAPOS", "QCASE", "QEQ", "P_sexevide", "P_jour_1"}
DEPARTEMENTS = {"32": "^(02|59|60|62|80)"}


@dataclass(frozen=True)
class Lecture:
    """What was read of one case: rows that count by table, findings, and whether something was refused or set aside."""

    tables: dict[str, pl.DataFrame]
    constats: pl.DataFrame
    refuse: bool

    @property
    def textes(self) -> str:
        return "\n".join(self.constats["message"].to_list())

    def heures(self, trimestre: int | None = None) -> float:
        lignes = [
            cadre.select("mois", heures=pl.sum_horizontal(colonnes))
            for nom, colonnes in (("heures", "^heures_(travaillees|formation)$"), ("bilan", "^heures$"))
            if not (cadre := self.tables.get(nom, pl.DataFrame())).is_empty()
        ]
        toutes = pl.concat(lignes) if lignes else pl.DataFrame(schema={"mois": pl.Date, "heures": pl.Float64})
        if trimestre is not None:
            toutes = toutes.filter(pl.col("mois").dt.quarter() == trimestre)
        return float(toutes["heures"].sum())

    def mesurer(self, cle: str) -> float:
        """The figure that a key of `juste` names."""
        if re.fullmatch(r"T[1-4]", cle):
            return self.heures(int(cle[1]))
        if cle.startswith("region"):
            (communes,) = self.tables["operations"].select("commune_execution")
            dedans = communes.str.contains(DEPARTEMENTS[cle.removeprefix("region")]).fill_null(False)
            return self.heures() if dedans.all() else 0.0
        match cle:
            case "heures":
                return self.heures()
            case "montant_max_lt_1000":
                petits = (pl.col("montant_ht") < 1000) | (pl.col("heures_prevues") < 2)
                return float(self.tables["marches"].filter(petits).height)
            case "montant_45210000":
                return float(self.tables["marches"].filter(pl.col("montant_ht") == 45_210_000).height)
            case "categorie_ND":
                return float(self.tables["beneficiaires"].filter(pl.col("categorie_public") == "ND").height)
            case "programme_AUTRE":
                return float(self.tables["operations"].filter(pl.col("programme") == "AUTRE").height)
            case "constats_plus":
                return float("cellule" in self.textes or (self.constats["gravite"] == "rejet").any())
            case "anglais":
                return float("valid worksheet" in self.textes)
            case "noms":
                return float(sum(map(_porte_un_nom, [*self.tables.values(), self.constats])))
        return float(self.constats.filter(pl.col("regle") == cle).height)


def _porte_un_nom(cadre: pl.DataFrame) -> bool:
    return any(
        c.str.to_uppercase().str.contains(rf"\b({NOMS})\b").any() for c in cadre.select(pl.selectors.string())
    )


@pytest.fixture(scope="module")
def lectures() -> dict[str, Lecture]:
    layouts = charger_layouts()
    candidats, rangs = [], {}
    for cas in CAS:
        trouves, _ = decouvrir([DOSSIER / "depots" / cas["cas"]], layouts)
        rangs[cas["cas"]] = range(len(candidats), len(candidats) + len(trouves))
        candidats += trouves
    lot = pipeline.lire(candidats, layouts, codes_livres(), CLE, dt.date(2026, 1, 1))
    constats = lot.constats.tous()

    def du_cas(cadre: pl.DataFrame, rang: range) -> pl.DataFrame:
        return cadre.filter(pl.col("depot").is_in(list(rang)))

    return {
        nom: Lecture(
            {table: du_cas(cadre, rang) for table, cadre in lot.tables.items()},
            du_cas(constats, rang),
            not du_cas(constats, rang).filter(pl.col("gravite").is_in(["refus", "rejet"])).is_empty(),
        )
        for nom, rang in rangs.items()
        if rang
    }


@pytest.mark.parametrize("cas", [c for c in CAS if c["cas"] not in A_L_ENTREPOT], ids=lambda c: c["cas"])
def test_a_real_file_is_read_right_or_its_fault_is_said(
    cas: dict[str, str], lectures: dict[str, Lecture]
) -> None:
    lecture = lectures[cas["cas"]]
    dit = bool(cas["message"]) and re.search(cas["message"], lecture.textes) is not None
    attendus = dict(x.split("=") for x in cas["juste"].split())
    ecarts = {
        cle: (trouve, voulu)
        for cle, voulu in attendus.items()
        if (trouve := lecture.mesurer(cle)) != pytest.approx(float(voulu), abs=0.005)
    }
    if cas["ou_dit"] == "1" and (ecarts or not cas["juste"]):
        assert dit or not cas["message"], (ecarts, lecture.textes[:500])
        assert lecture.refuse or not cas["juste"], ecarts
    else:
        assert not ecarts, lecture.textes[:500]
