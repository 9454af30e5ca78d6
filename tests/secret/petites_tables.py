"""Small systems made by hand, and their truth: every whole-number table that agrees with what is shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import polars as pl

from exports.secret import verification
from exports.secret.suppression import Mesure, Resultat, completer
from exports.secret.systeme import Systeme, relier

LIEUX = pl.DataFrame(
    schema={
        "niveau_parent": pl.String,
        "parent": pl.String,
        "niveau_enfant": pl.String,
        "enfant": pl.String,
    }
)


def tableau(valeurs: np.ndarray) -> Systeme:
    """A table of two axes with its margins, in one maille; the grand total is the cell of key ''."""
    lignes, colonnes = valeurs.shape
    cellules = [("total", "", int(valeurs.sum()))]
    cellules += [("publics", f"a={i}", int(valeurs[i].sum())) for i in range(lignes)]
    cellules += [("publics", f"b={j}", int(valeurs[:, j].sum())) for j in range(colonnes)]
    cellules += [
        ("publics", f"a={i}|b={j}", int(valeurs[i, j])) for i in range(lignes) for j in range(colonnes)
    ]
    parentes = [("", f"a={i}", "modalites", "a") for i in range(lignes)]
    parentes += [("", f"b={j}", "modalites", "b") for j in range(colonnes)]
    for i, j in itertools.product(range(lignes), range(colonnes)):
        parentes += [
            (f"a={i}", f"a={i}|b={j}", "modalites", "b"),
            (f"b={j}", f"a={i}|b={j}", "modalites", "a"),
        ]
    cadre = pl.DataFrame(
        {
            "famille": [c[0] for c in cellules],
            "cle": [c[1] for c in cellules],
            "niveau": "national",
            "territoire": "FR",
            "type_periode": "annee",
            "periode": "2024",
            "personnes": [c[2] for c in cellules],
        }
    )
    return relier(
        cadre, LIEUX, pl.DataFrame(parentes, schema=["cle_parent", "cle", "genre", "groupe"], orient="row")
    )


def completees(systeme: Systeme, seuil: int) -> tuple[Mesure, Resultat]:
    """The hidden cells for a threshold of persons, and the tables that prove them."""
    valeurs = systeme.cellules["personnes"].to_numpy().astype(np.int64)
    petites = (valeurs > 0) & (valeurs < seuil)
    mesure = Mesure(
        "personnes",
        valeurs,
        np.ones(len(valeurs), dtype=bool),
        np.where(petites, 1, 0),
        np.where(petites, seuil - valeurs, 0),
        {("modalites", "publics"): True},
        1,
        5.0,
    )
    resultat = Resultat(petites.copy(), np.zeros_like(petites))
    completer(systeme, mesure, "publics", resultat, [], float("inf"))
    return mesure, resultat


def prouvees(systeme: Systeme, mesure: Mesure, resultat: Resultat, masquees: np.ndarray) -> pl.DataFrame:
    """The audit, given which cells are hidden."""
    tables = resultat.tables["personnes"]
    return verification.prouver(
        systeme.cellules.select(
            "id",
            "famille",
            valeur=pl.Series(mesure.valeurs),
            masquee=pl.Series(masquees),
            concernee=pl.lit(True),
            baisse=pl.Series(mesure.baisse),
            hausse=pl.Series(mesure.hausse),
        ),
        systeme.liens.with_columns(additive=pl.col("genre") == "modalites"),
        pl.DataFrame(
            {"table": range(len(tables)), "famille": "publics", "total": -1},
            schema={"table": pl.Int64, "famille": pl.String, "total": pl.Int64},
        ),
        pl.DataFrame(
            [
                (n, int(cellule), int(mouvement))
                for n, t in enumerate(tables)
                for cellule, mouvement in zip(t.cellules, t.deplacement, strict=True)
                if mouvement
            ],
            schema={"table": pl.Int64, "id": pl.Int64, "deplacement": pl.Int64},
            orient="row",
        ),
    )


def tables_possibles(systeme: Systeme, masquees: np.ndarray) -> Iterator[dict[str, int]]:
    """Every table of non-negative whole numbers that has the shown cells as they are, by plain enumeration."""
    valeurs = dict(zip(systeme.cellules["cle"], systeme.cellules["personnes"], strict=True))
    vues = dict(zip(systeme.cellules["cle"], ~masquees, strict=True))
    total = valeurs[""]
    lignes = sorted(c for c in valeurs if c.startswith("a=") and "|" not in c)
    colonnes = sorted(c for c in valeurs if c.startswith("b="))
    libres = [f"{a}|{b}" for a in lignes for b in colonnes if not vues[f"{a}|{b}"]]
    fixes = {f"{a}|{b}": valeurs[f"{a}|{b}"] for a in lignes for b in colonnes if vues[f"{a}|{b}"]}
    reste = total - sum(fixes.values())
    for essai in itertools.product(range(reste + 1), repeat=len(libres)):
        if sum(essai) != reste:
            continue
        table = {**fixes, **dict(zip(libres, essai, strict=True))}
        for a in lignes:
            table[a] = sum(table[f"{a}|{b}"] for b in colonnes)
        for b in colonnes:
            table[b] = sum(table[f"{a}|{b}"] for a in lignes)
        if all(table[m] == valeurs[m] for m in lignes + colonnes if vues[m]):
            yield table
