"""Who deposits and for which period: the Informations sheet says it, else the deposit's own name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import polars as pl

from clauses.socle.errors import DepotRefuse, Provenance
from clauses.socle.nombres import date_courte
from ingest import dates
from ingest.cellules import dit_vide
from ingest.discovery import Candidat
from ingest.findings import CONSEILS, Remarque
from ingest.layouts import Layout, normaliser

_NOM_DE_DEPOT = re.compile(r"ABC_(.+?)_(\d{8})_(\d{8})_(\d{8})(?!\d)", re.IGNORECASE)
LIBELLES = {
    "code_structure": "le code de la structure",
    "debut": "le début de période",
    "fin": "la fin de période",
    "extraction": "la date d'extraction",
}


@dataclass(frozen=True)
class Identite:
    """Who deposits and when."""

    structure_code: str
    nom_structure: str | None
    debut: dt.date
    fin: dt.date
    extraction: dt.date


def identifier(
    dites: Mapping[str, str], candidat: Candidat, nom_interne: str | None, plat: bool, aujourd_hui: dt.date
) -> Identite:
    """What the Informations sheet says (`dites`), completed by the deposit's own name.

    Raises DepotRefuse (IDENTITE_MANQUANTE, PERIODE_INVALIDE, EXTRACTION_INVALIDE). `plat`: a layout without that sheet.
    """
    retenues = _completer(dites, candidat.nom, nom_interne)
    absentes = [libelle for cle, libelle in LIBELLES.items() if not retenues.get(cle)]
    conseil = CONSEILS["plat" if plat else candidat.contenant].format(
        extension={"classeur": ".xlsx", "csv": ".csv", "archive": ".zip"}.get(candidat.contenant, "")
    )
    if absentes:
        raise DepotRefuse(
            "IDENTITE_MANQUANTE", detail=f"Le dépôt ne dit pas {', '.join(absentes)}. {conseil}"
        )
    jours: list[dt.date] = []
    for cle in ("debut", "fin", "extraction"):
        jour = lire_date(retenues[cle])
        if jour is None:
            remede = CONSEILS["date"] if dites.get(cle) else conseil
            raise DepotRefuse(
                "IDENTITE_MANQUANTE",
                valeur=retenues[cle],
                detail=f"La date « {retenues[cle]} » pour {LIBELLES[cle]} n'est pas lisible. {remede}",
            )
        jours.append(jour)
    debut, fin, extraction = jours
    if fin < debut:
        raise DepotRefuse(
            "PERIODE_INVALIDE",
            valeur=date_courte(fin),
            detail=f"le {date_courte(fin)} pour un début le {date_courte(debut)}",
        )
    if extraction < debut or extraction > aujourd_hui:
        pourquoi = (
            "dans le futur"
            if extraction > aujourd_hui
            else f"antérieure au début de la période ({date_courte(debut)})"
        )
        raise DepotRefuse("EXTRACTION_INVALIDE", valeur=date_courte(extraction), detail=pourquoi)
    return Identite(retenues["code_structure"], dites.get("nom_structure"), debut, fin, extraction)


def provenance(
    dites: Mapping[str, str], nom: str, nom_interne: str | None, layout: str | None, aujourd_hui: dt.date
) -> Provenance:
    """The same of a refused deposit, as far as it can be read: dates that cannot be true are left out."""
    retenues = _completer(dites, nom, nom_interne)
    debut, fin, extraction = (
        lire_date(retenues[cle]) if retenues.get(cle) else None for cle in ("debut", "fin", "extraction")
    )
    if debut is None or fin is None or fin < debut:
        debut = fin = None
    if extraction is not None and (extraction > aujourd_hui or (debut is not None and extraction < debut)):
        extraction = None
    return Provenance(
        retenues.get("code_structure"), dites.get("nom_structure"), debut, fin, extraction, layout
    )


def lire_informations(
    layout: Layout, rangees: Iterable[Sequence[str | None]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The keys of the Informations sheet that the layout knows: the first value of each, which counts, and the first that
    says otherwise."""
    assert layout.informations is not None
    formes: dict[str, list[str]] = {}
    for cle, siennes in layout.informations.cles.items():
        for forme in siennes:
            formes.setdefault(forme, []).append(cle)
    dites = [(formes[normaliser(d)], v) for d, v in _cles_et_valeurs(rangees, formes) if not dit_vide(v)]
    lues: dict[str, str] = {}
    autres: dict[str, str] = {}
    # « Structure » is her code, but her name where « Code structure » is there too
    for cles, valeur in sorted(dites, key=lambda dite: len(dite[0])):
        cle = next((c for c in cles if c not in lues), cles[0])
        if not _se_valent(cle, valeur, lues.setdefault(cle, valeur)):
            autres.setdefault(cle, valeur)
    return lues, autres


def _cles_et_valeurs(
    rangees: Iterable[Sequence[str | None]], formes: Container[str]
) -> Iterator[tuple[str, str]]:
    """Each key and what stands next to it; below it, where a row holds keys alone."""
    cles: list[tuple[int, str]] = []
    for cellules in rangees:
        remplies = [(place, " ".join(c.split())) for place, c in enumerate(cellules) if c is not None]
        est_cle = [normaliser(texte) in formes for _, texte in remplies]
        if any(est_cle):
            suivis = [une and i + 1 < len(remplies) and not est_cle[i + 1] for i, une in enumerate(est_cle)]
            yield from ((remplies[i][1], remplies[i + 1][1]) for i, suivi in enumerate(suivis) if suivi)
            seules = [
                rempli
                for rempli, une, suivi in zip(remplies, est_cle, suivis, strict=True)
                if une and not suivi
            ]
            cles = seules if len(seules) > 1 else []
        else:
            valeurs = dict(remplies)
            yield from ((cle, valeurs[place]) for place, cle in cles if place in valeurs)


def discordances(
    feuille: str,
    identite: Identite,
    dites: Mapping[str, str],
    autres: Mapping[str, str],
    du_nom: tuple[str, str | None],
    structures: Sequence[tuple[str | None, str | None]],
) -> list[Remarque]:
    """Where its sheet says otherwise than itself (`autres`), than the deposit's own names, than its table of structures.

    `feuille`: where it is to be mended. `structures`: the codes and names of that table.
    """
    remarques: list[str] = []
    nommes = _completer({}, *du_nom)
    for cle, libelle in (*LIBELLES.items(), ("nom_structure", "le nom de la structure")):
        retenu = dites.get(cle)
        if cle in autres:
            remarques.append(f"pour {libelle}, la feuille dit « {retenu} », puis « {autres[cle]} »")
        dit = nommes.get(cle)
        if dit and retenu and not _se_valent(cle, dit, retenu):
            valeur = dit if cle == "code_structure" else date_courte(lire_date(dit) or dt.date.min)
            remarques.append(f"pour {libelle}, le nom du dépôt dit « {valeur} », la feuille « {retenu} »")
    for cle, retenu, lus in (
        ("code_structure", identite.structure_code, [code for code, _ in structures if code]),
        ("nom_structure", identite.nom_structure, [nom for _, nom in structures if nom]),
    ):
        if retenu and lus and not any(_se_valent(cle, lu, retenu) for lu in lus):
            remarques.append(f"le dépôt est celui de « {retenu} », la table Structure dit « {lus[0]} »")
    return [Remarque("alerte", "IDENTITE_DISCORDANTE", feuille, None, detail=r) for r in remarques]


def dites_par_le_nom(nom: str) -> dict[str, str]:
    """What the name of a deposit says: nothing, or its structure, its period and its date of extraction."""
    return _lire_nom(nom) or {}


def _se_valent(cle: str, dit: str, retenu: str) -> bool:
    if cle == "nom_structure":
        return normaliser(dit) == normaliser(retenu)
    if cle == "code_structure":
        return normaliser(dit).replace(" ", "").lstrip("0") == normaliser(retenu).replace(" ", "").lstrip("0")
    jour, jour_retenu = lire_date(dit), lire_date(retenu)
    return jour is None or jour_retenu is None or jour == jour_retenu


def _completer(dites: Mapping[str, str], nom: str, nom_interne: str | None) -> dict[str, str]:
    du_nom = _lire_nom(nom) or (_lire_nom(nom_interne) if nom_interne else None) or {}
    return {**du_nom, **{cle: dite for cle, dite in dites.items() if dite}}


@lru_cache(maxsize=10_000)
def lire_date(texte: str) -> dt.date | None:
    """One date: the deposits of a refresh say the same few again and again. « 31/03/2024 23:59:59 » ends on that day."""
    return cast("dt.date | None", dates.lire_dates(pl.Series([texte]), fin=True).item())


def _lire_nom(nom: str) -> dict[str, str] | None:
    trouve = _NOM_DE_DEPOT.search(nom)
    if trouve is None:
        return None
    dates = [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in trouve.groups()[1:]]
    return dict(zip(("code_structure", "debut", "fin", "extraction"), (trouve[1], *dates), strict=True))
