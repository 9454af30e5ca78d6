"""Which groups of columns of months are the hours, and whether hours hold those of training."""

from __future__ import annotations

from ingest.description.langage import MOIS
from ingest.description.profils import masquer
from ingest.description.proposees import BlocPropose, Cible, Proposee
from ingest.description.vocabulaire import (
    FORMATION_EXCLUE,
    FORMATION_INCLUSE,
    HEURES_AMBIGUES,
    MOTS_DU_TRAVAIL,
    TOUTES_LES_HEURES,
    mots,
    sens,
)
from ingest.layouts import Layout, normaliser


def mesures_des_mois(bloc: BlocPropose, layout: Layout) -> dict[str, Proposee]:
    """Which groups of columns of months are the hours, and the hours of training."""
    if not bloc.vu.mois:
        return {}
    heures = [c for t in bloc.tables for c in t.colonnes if c.type == "heures"]
    if not heures:
        return {}
    table = next(t for t in bloc.tables if any(c.type == "heures" for c in t.colonnes))
    notes: dict[str, list[tuple[float, str]]] = {"heures": [], "formation": []}
    for motif in bloc.vu.mois:
        dits = {s for mot in sens(motif.replace(MOIS, "")) for s in mot} if motif != MOIS else set()
        if "formation" in dits and not set(mots(motif)) & {"hors", "compris", "comprise"}:
            notes["formation"].append((1.0, motif))
        elif not dits or (
            dits & {"heures", "realisees", "nombre", "insertion"} and not dits & {"prevues", "engagees"}
        ):
            notes["heures"].append((0.6 + 0.4 * ("realisees" in dits), motif))
    mesures: dict[str, Proposee] = {}
    for mesure, colonne in zip(("heures", "formation"), heures, strict=False):
        rivales = sorted(notes[mesure], reverse=True)
        if rivales:
            seule = len(rivales) == 1 or rivales[0][0] > rivales[1][0]
            motif = rivales[0][1]
            entetes = bloc.vu.mois[motif]
            exemples = [masquer(v) for v in bloc.vu.lignes[entetes[0]].drop_nulls().head(3).to_list()]
            mesures[mesure] = Proposee(
                motif,
                Cible(((table, colonne),), ()),
                0.95 if seule else 0.4,
                f"{len(entetes)} colonnes de mois"
                + ("" if seule else " ; un autre groupe de mois conviendrait aussi"),
                exemples,
            )
    return mesures


def formation_est_incluse(entete_heures: str, entete_formation: str) -> bool | None:
    """Whether hours hold those of training, by their headers; None where they do not tell, or say both."""
    dite = _en_toutes_lettres(entete_heures)
    if dite is not None:
        return dite
    tout = bool(set(mots(entete_heures)) & TOUTES_LES_HEURES) or normaliser(entete_formation).startswith(
        "dont"
    )
    travail = _nomme_le_travail(entete_heures)
    return tout if tout != travail else None


def _en_toutes_lettres(entete_heures: str) -> bool | None:
    """« formation comprise », « hors formation »."""
    nu = f" {normaliser(entete_heures)} "
    if any(f" {normaliser(f)} " in nu for f in FORMATION_EXCLUE):
        return False
    return True if any(f" {normaliser(f)} " in nu for f in FORMATION_INCLUSE) else None


def _nomme_le_travail(entete_heures: str) -> bool:
    return any(m.startswith(tuple(MOTS_DU_TRAVAIL)) for m in mots(entete_heures))


def dit_le_travail(entete_heures: str, entete_formation: str) -> bool:
    """« Heures travaillées » beside « Formation »: training is left out by that one word, which not all mean."""
    return (
        _en_toutes_lettres(entete_heures) is None
        and _nomme_le_travail(entete_heures)
        and formation_est_incluse(entete_heures, entete_formation) is False
    )


def dit_toutes_les_heures(entete_heures: str) -> bool:
    """« Heures d'insertion », « Heures réalisées »: in the field, work and training; somewhere else, work."""
    return any(m.startswith(tuple(HEURES_AMBIGUES)) for m in mots(entete_heures)) or bool(
        set(mots(entete_heures)) & TOUTES_LES_HEURES
    )
