"""Runs the product on a draw and lists every departure from the reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from . import suivi_obligations, suivi_parcours, suivi_profils
from .calcul import ALERTES, Cle, Etat, indicateurs
from .ecriture import Ecrivain
from .monde import Depot, Monde

HORS_CHAMP = "('contrats_300h', 'duree_moyenne_contrat_jours', 'insertions_durables')"
# The tables that a reference covers, and the reference. Modalities are written « axe=modalité » there, '' without axis.
SUIVI: list[tuple[tuple[str, ...], Callable[[Etat], dict[Cle, float]]]] = [
    (suivi_profils.TABLEAUX, suivi_profils.attendus),
    (suivi_parcours.TABLEAUX, suivi_parcours.attendus),
    (suivi_obligations.TABLEAUX, suivi_obligations.attendus),
]


def deposer(racine: Path, graine: int) -> list[Depot]:
    """Writes the deposits of a draw and gives them back with their paths and line numbers."""
    depots = Monde(graine).depots()
    Ecrivain(racine, graine).ecrire(depots)
    return depots


def ecarts(depots: list[Depot], entrepot: Path) -> list[tuple[Any, ...]]:
    """Every difference: (kind, key, expected, seen)."""
    etat = Etat(depots)
    base = duckdb.connect(str(entrepot), read_only=True)
    try:
        return [
            *_ecarts_depots(etat, base),
            *_ecarts_constats(etat, base),
            *_ecarts_chiffres(etat, base),
            *_ecarts_suivi(etat, base),
        ]
    finally:
        base.close()


def _ecarts_depots(etat: Etat, base: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    vus = {
        c: (s, r, m)
        for c, s, r, m in base.sql("select chemin, statut, regle, message from qualite.depots").fetchall()
    }
    sortie = []
    for chemin in etat.controles:
        attendu = etat.refuses.get(chemin)
        statut, regle, message = vus.get(chemin, (None, None, None))
        if (statut, regle) != (("refuse", attendu) if attendu else ("accepte", None)):
            sortie.append(("depot", chemin, attendu, (statut, regle, message)))
    return sortie


def _ecarts_constats(etat: Etat, base: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    sortie: list[tuple[Any, ...]] = []
    for genre in ("rejets", "alertes"):
        requete = f"""select d.chemin, c."table", c.ligne, c.regle, c.colonne, c.valeur from qualite.{genre} c
            join qualite.depots d on d.depot_id = c.depot"""
        vus: dict[str, dict[Any, Any]] = {}
        for chemin, table, ligne, regle, *reste in base.sql(requete).fetchall():
            if genre == "rejets" or regle in ALERTES:
                vus.setdefault(chemin, {})[table, ligne, regle] = reste
        for chemin, controle in etat.controles.items():
            if genre == "alertes" and chemin in etat.refuses:
                continue
            attendus: set[tuple[str, int, str]] = getattr(controle, genre)
            sortie += [
                (genre, (chemin, *c), "attendu", None) for c in sorted(attendus - set(vus.get(chemin, {})))
            ]
            # a line that is not counted may be warned about too: nothing is asked of it
            doublons = {c for c in controle.alertes if c[2] == "LIGNE_EN_DOUBLE"}
            ecartees = {c[:2] for c in controle.rejets | doublons} if genre == "alertes" else set()
            sortie += [
                (genre, (chemin, *c), None, vus[chemin][c])
                for c in sorted(set(vus.get(chemin, {})) - attendus)
                if c[:2] not in ecartees
            ]
    return sortie


def _ecarts_chiffres(etat: Etat, base: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    vus = {
        tuple(ligne[:8]): ligne[8]
        for ligne in base.sql(
            f"""select case when axe_1 = 'metier_famille' then 'T16b' else tableau end, mesure, niveau_territoire,
            code_territoire, type_periode, periode, coalesce(modalite_1, ''), coalesce(modalite_2, ''), valeur
            from marts.indicateurs
            where (tableau = 'CLES' or tableau like 'T%') and niveau_territoire <> 'epci'
                and mesure not in {HORS_CHAMP} and not (tableau = 'T18' and niveau_territoire = 'structure')"""
        ).fetchall()
    }
    attendus = indicateurs(etat)
    sortie: list[tuple[Any, ...]] = []
    for cle in sorted({*vus, *attendus}):
        if abs(attendus.get(cle, 0.0) - (vus.get(cle) or 0.0)) >= 0.001:
            sortie.append(("chiffre", cle, attendus.get(cle), vus.get(cle)))
    return sortie


def _ecarts_suivi(etat: Etat, base: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The follow-up tables, figure by figure: a figure missing or in excess is a difference too."""
    sortie: list[tuple[Any, ...]] = []
    for tableaux, attendre in SUIVI:
        attendus = attendre(etat)
        vus: dict[Cle, float] = {
            (*ligne[:8],): ligne[8]
            for ligne in base.execute(
                """select tableau, mesure, niveau_territoire, code_territoire, type_periode, periode,
                concat_ws('=', axe_1, modalite_1), concat_ws('=', axe_2, modalite_2), valeur from marts.indicateurs
                where list_contains(?, tableau)
                and niveau_territoire in ('national', 'region', 'departement', 'structure')""",
                [list(tableaux)],
            ).fetchall()
        }
        for cle in sorted({*vus, *attendus}):
            attendu, vu = attendus.get(cle), vus.get(cle)
            if attendu is None or vu is None or abs(attendu - vu) > 1e-6 * max(1.0, abs(attendu)):
                sortie.append(("suivi", cle, attendu, vu))
    return sortie
