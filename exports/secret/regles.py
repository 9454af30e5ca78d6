"""What the secrecy rules are, read from the warehouse's own seeds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from clauses.socle.errors import ErreurUtilisateur

NIVEAUX = ("national", "region", "departement", "epci")
TYPES_PERIODE = ("annee", "trimestre")
PROFILS = ("public", "restreint")


def verifier_profil(profil: str) -> None:
    """Raises ErreurUtilisateur (PROFIL_INCONNU) for another profile than those of PROFILS."""
    if profil not in PROFILS:
        raise ErreurUtilisateur(
            "PROFIL_INCONNU", f"Le profil « {profil} » n'existe pas : {' ou '.join(PROFILS)}."
        )


@dataclass(frozen=True)
class Seuils:
    """Thresholds: persons, employers, shares from 0 to 1."""

    personnes_minimum: int
    personnes_minimum_sensible: int
    employeurs_minimum: int
    part_employeur_maximum: float
    denominateur_minimum: int
    marge_heures: float


@dataclass(frozen=True)
class Regles:
    """Thresholds, plans, sensitive classes (axis, code), codes shown within another (axis, code → code).

    `sans_secret`: tableau, mesure of what counts neither persons helped nor what a company does.
    """

    seuils: Seuils
    plan: pl.DataFrame
    sensibles: frozenset[tuple[str, str]]
    regroupements: dict[tuple[str, str], str]
    sans_secret: frozenset[tuple[str, str]]


def lire(connexion: duckdb.DuckDBPyConnection) -> Regles:
    """The rules of the warehouse that is open; a warehouse of an older version has none."""
    try:
        seuils = dict(connexion.execute("select code, valeur from referentiels.seuils_secret").fetchall())
        plan = connexion.execute("select * from referentiels.plan_publication").pl()
        sensibles = connexion.execute("select axe, code from referentiels.modalites_sensibles").fetchall()
        groupes = connexion.execute(
            "select axe, code, code_publie from referentiels.regroupements_publication"
        ).fetchall()
        sans_secret = connexion.execute(
            "select tableau, mesure from referentiels.mesures_sans_secret"
        ).fetchall()
    except duckdb.CatalogException:
        raise ErreurUtilisateur(
            "ENTREPOT_ANCIEN",
            "L'entrepôt a été construit par une version qui ne connaît pas le secret statistique. "
            "Relancez clauses actualiser, puis publiez.",
        ) from None
    return Regles(
        Seuils(
            personnes_minimum=int(seuils["personnes_minimum"]),
            personnes_minimum_sensible=int(seuils["personnes_minimum_sensible"]),
            employeurs_minimum=int(seuils["employeurs_minimum"]),
            part_employeur_maximum=seuils["part_employeur_maximum"],
            denominateur_minimum=int(seuils["denominateur_minimum"]),
            marge_heures=seuils["marge_heures"],
        ),
        plan,
        frozenset(sensibles),
        {(axe, code): publie for axe, code, publie in groupes},
        frozenset(sans_secret),
    )
