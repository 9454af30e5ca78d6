"""Which groups of columns of months are the hours, and whether hours hold those of training."""

from __future__ import annotations

from enum import Enum, auto

from ingest.description.langage import MOIS
from ingest.description.profils import masquer
from ingest.description.proposees import BlocPropose, Cible, Proposee
from ingest.description.vocabulaire import FORMATION, mots, sens
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


class Formation(Enum):
    """Where hours of training are, beside a column of hours: in it, apart from it, as the format has it, or to be asked."""

    COMPRISE = auto()
    A_PART = auto()
    D_USAGE = auto()
    A_DIRE = auto()


def place_de_la_formation(heures: str, formation: str, plat: bool) -> Formation:
    """What two headers say. `plat`: a flat export, whose custom is that hours hold training; that of tables is that they do
    not. Words of one kind against those of the other, or against the custom without saying training, do not tell."""
    nu = f" {normaliser(heures)} "
    if any(f" {normaliser(dit)} " in nu for dit in FORMATION["exclue"]):
        return Formation.A_PART
    if any(f" {normaliser(dit)} " in nu for dit in FORMATION["comprise"]):
        return Formation.COMPRISE
    toutes = _commence(heures, "toutes") or normaliser(formation).startswith("dont")
    travail = _commence(heures, "travail")
    if toutes and travail:
        return Formation.A_DIRE
    if toutes:
        return Formation.COMPRISE
    if travail:
        return Formation.A_DIRE if plat else Formation.A_PART
    return Formation.A_DIRE if not plat and _commence(heures, "ambigues") else Formation.D_USAGE


def _commence(entete: str, sorte: str) -> bool:
    return any(mot.startswith(tuple(FORMATION[sorte])) for mot in mots(entete))
