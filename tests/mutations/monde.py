"""Generated mutations: a small deposit of known figures, written the way some tool writes, read, judged.

A mutation writes the files of one deposit from a `Monde`; it may be read right, or set aside by one of the rules it names.
`ecarts` says what was neither: a value counted that is not the truth's, a row gone without a finding, a name kept.

    CLAUSES_MUTATIONS=200 pytest tests/mutations      # worlds by mutation (2 unless told)
    CLAUSES_MUTATION=virgules CLAUSES_GRAINE=12 pytest tests/mutations      # some of them, as they were drawn
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from fabrique import (
    AUJOURD_HUI,
    CLE,
    Ligne,
    Tables,
    bilan,
    codes_livres,
    ecrire_dossier,
    ecrire_xlsx,
    relationnel,
)

from ingest import pipeline
from ingest.discovery import decouvrir
from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

Fichiers = dict[str, bytes]  # path inside the folder of the deposit → content
NOM = "ABC_S59000_20240101_20240331_20240415"
MOIS = (dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1))
LAYOUTS = charger_layouts()
# what follows of rows set aside: their children have no parent, and too many of them refuse the deposit
SUITES = frozenset({"ORPHELIN", "TROP_DE_REJETS"})
# table in brut/, header of the table, → column in brut/, header: what is compared value by value
TEMOINS = {
    ("heures", "Heures"): {"mois": "Mois"},
    ("contrats", "Contrats"): {"date_debut": "Date de début", "date_fin": "Date de fin"},
    ("marches", "Marchés"): {"montant_ht": "Montant HT (€)", "heures_prevues": "Heures d'insertion prévues"},
    ("beneficiaires", "Bénéficiaires"): {"date_naissance": "Date de naissance"},
    ("bilan", "Bilan"): {
        "mois": "Mois",
        "date_debut": "Début contrat",
        "montant_ht": "Montant du marché",
        "date_naissance": "Né(e) le",
    },
}


@dataclass(frozen=True)
class Monde:
    """One deposit as typed values (hours float, dates dt.date, a month its first day). Free to change: one per mutation."""

    tables: Tables
    plat: bool

    @property
    def lignes_d_heures(self) -> list[Ligne]:
        return self.tables["Bilan" if self.plat else "Heures"]

    @property
    def personnes(self) -> list[Ligne]:
        return self.tables["Bilan" if self.plat else "Bénéficiaires"]


@dataclass(frozen=True)
class Mutation:
    """`genre`: the kind it belongs to (1 to 12); `regles`: what may set aside what it spoils; `plat`: a bilan."""

    nom: str
    genre: int
    ecrire: Callable[[Monde, random.Random], Fichiers]
    regles: frozenset[str] = frozenset()
    plat: bool = False


@dataclass(frozen=True)
class Verite:
    """What the rows of a `Monde` say, taken before it is written."""

    heures: Counter[float]
    valeurs: dict[tuple[str, str], Counter[object]]
    noms: frozenset[str]

    @classmethod
    def de(cls, monde: Monde) -> Verite:
        if monde.plat:
            heures = Counter(float(str(ligne["Heures réalisées"])) for ligne in monde.lignes_d_heures)
        else:
            heures = Counter(
                float(str(ligne["Heures travaillées"])) + float(str(ligne["Heures de formation"]))
                for ligne in monde.lignes_d_heures
            )
        valeurs: dict[tuple[str, str], Counter[object]] = {
            (brute, colonne): Counter(ligne[entete] for ligne in monde.tables[table])
            for (brute, table), colonnes in TEMOINS.items()
            if table in monde.tables
            for colonne, entete in colonnes.items()
        }
        noms = {str(personne[c]).upper() for personne in monde.personnes for c in ("Nom", "Prénom")}
        return cls(heures, valeurs, frozenset(noms))


def monde(hasard: random.Random, plat: bool = False) -> Monde:
    """A deposit without any finding: hours in quarter hours, all different; dates and amounts of every size."""
    tables = bilan() if plat else relationnel()
    heures = hasard.sample(range(20, 640), len(tables["Bilan" if plat else "Heures"]))
    montants = [round(hasard.choice([1e3, 1e5, 1e7]) * hasard.uniform(1, 9), 2) for _ in heures]
    naissances = [dt.date(1960, 1, 1) + dt.timedelta(hasard.randrange(14_000)) for _ in heures]
    debuts = [dt.date(2023, 12, 1) + dt.timedelta(hasard.randrange(31)) for _ in heures]
    for rang, quarts in enumerate(heures):
        mois = MOIS[rang % 3]
        if plat:
            tables["Bilan"][rang] |= {
                "Heures réalisées": quarts / 4,
                "dont formation": 1.25,
                "Mois": mois,
                "Montant du marché": montants[rang],
                "Né(e) le": naissances[rang],
                "Début contrat": debuts[rang],
            }
        else:
            tables["Heures"][rang] |= {
                "Heures travaillées": quarts / 4,
                "Heures de formation": hasard.choice([0.0, 1.25, 7.5]),
                "Mois": mois,
            }
            tables["Marchés"][rang] |= {
                "Montant HT (€)": montants[rang],
                "Heures d'insertion prévues": float(100 + quarts),
            }
            tables["Bénéficiaires"][rang] |= {"Date de naissance": naissances[rang]}
            tables["Contrats"][rang] |= {"Date de début": debuts[rang], "Date de fin": dt.date(2024, 6, 30)}
    return Monde(tables, plat)


def ecrire_un_depot(tables: Tables, dossier: Path, hasard: random.Random) -> Path:
    """Writes one deposit in a folder of its own, as a workbook or as CSV files; gives the folder back."""
    dossier.mkdir()
    if hasard.random() < 0.5:
        ecrire_xlsx(tables, dossier / "export.xlsx")
    else:
        ecrire_dossier(tables, dossier / "export")
    return dossier


def lire_ensemble(dossiers: list[Path]) -> Lot:
    """Reads deposits as a refresh does, one by folder; ranks follow the order of `dossiers`."""
    candidats = []
    for dossier in dossiers:
        trouves, _ = decouvrir([dossier], LAYOUTS)
        assert len(trouves) == 1, f"{[f.name for f in dossier.rglob('*')]}: {len(trouves)} deposits"
        candidats += trouves
    return pipeline.lire(candidats, LAYOUTS, codes_livres(), CLE, AUJOURD_HUI)


def ecarts(mutation: Mutation, verite: Verite, lot: Lot, rang: int) -> list[str]:
    """What is silently wrong in the reading of one mutated deposit; empty when there is nothing."""
    dits = lot.constats.tous().filter(pl.col("depot") == rang)
    fautes = _noms_gardes(verite, lot, rang, dits)
    admises = mutation.regles | SUITES
    if rang in lot.refus:
        regle, message = lot.refus[rang]
        return fautes + ([] if regle in admises else [f"refusé : {regle} {message}"])
    indues = dits.filter((pl.col("gravite") == "rejet") & ~pl.col("regle").is_in(sorted(admises)))
    fautes += [f"{r} {m}" for r, m in indues.select("regle", "message").head(2).iter_rows()]
    ecartees = dits.filter(pl.col("gravite") == "rejet").select("table", "ligne").unique()
    for (brute, table), colonnes in TEMOINS.items():
        cadre = lot.tables.get(brute)
        if (brute, next(iter(colonnes))) not in verite.valeurs or cadre is None:
            continue
        lues = cadre.filter(pl.col("depot") == rang)
        rejets = ecartees.filter(pl.col("table") == table).height
        if brute in ("heures", "bilan"):
            total = (
                pl.col("heures")
                if brute == "bilan"
                else pl.sum_horizontal("^heures_(travaillees|formation)$")
            )
            fautes += _comparer(
                f"{brute}.heures", Counter(lues.select(total).to_series()), verite.heures, rejets
            )
        for colonne, entete in colonnes.items():
            dites = dits.filter(
                (pl.col("table") == table) & (pl.col("colonne") == entete), pl.col("gravite") == "alerte"
            )
            couvertes = rejets + dites["ligne"].n_unique()
            comptees = Counter(lues[colonne].drop_nulls().to_list())
            fautes += _comparer(f"{brute}.{colonne}", comptees, verite.valeurs[brute, colonne], couvertes)
    return fautes


def _comparer(quoi: str, comptees: Counter, verite: Counter, couvertes: int) -> list[str]:
    fausses, perdues = comptees - verite, verite - comptees
    fautes = [f"{quoi} compte {dict(list(fausses.items())[:3])}"] if fausses else []
    if perdues.total() > couvertes:
        fautes.append(
            f"{quoi} a perdu {dict(list(perdues.items())[:3])} ({perdues.total()} pour {couvertes} dites)"
        )
    return fautes


def _noms_gardes(verite: Verite, lot: Lot, rang: int, dits: pl.DataFrame) -> list[str]:
    """Columns where a name of the deposit is kept, and findings that quote one."""
    motif = r"(?i)\b(" + "|".join(map(re.escape, sorted(verite.noms))) + r")\b"
    cadres = {nom: cadre.filter(pl.col("depot") == rang) for nom, cadre in lot.tables.items()} | {
        "constats": dits
    }
    return [
        f"nom gardé dans {nom}.{colonne.name}"
        for nom, cadre in cadres.items()
        for colonne in cadre.select(pl.selectors.string())
        if colonne.str.contains(motif).any()
    ]
