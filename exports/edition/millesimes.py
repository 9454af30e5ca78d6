"""Vintages: what a publication was made from, frozen, so that it can be explained, compared and made again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from clauses.socle.errors import ErreurUtilisateur
from exports.atelier.dossiers import ouvrir_atelier

_NOM = re.compile(r"(\d{4}T[1-4])_v(\d+)")
FICHE = "millesime.json"
FIGURES = "indicateurs.parquet"
PUBLIEES = "indicateurs_publies.parquet"
PROTEGEES = "indicateurs_proteges.parquet"
PROVENANCE = "provenance.parquet"
_ATELIER = ".en_cours"
_PAQUET_ATTENDU = "paquet_attendu.txt"  # in a vintage whose package is not known to be in its place


@dataclass(frozen=True)
class Millesime:
    """One version of a vintage in espace/millesimes: its record and its frames."""

    dossier: Path

    @property
    def nom(self) -> str:
        """`2024T4_v1`."""
        return self.dossier.name

    @property
    def code(self) -> str:
        return self.nom.partition("_v")[0]

    @property
    def version(self) -> int:
        return int(self.nom.partition("_v")[2])

    @cached_property
    def fiche(self) -> dict[str, Any]:
        """millesime.json: `gel` (all that the figures depend on), motif, cree_le, date_arrete, versions, seuils…"""
        contenu: dict[str, Any] = json.loads((self.dossier / FICHE).read_text(encoding="utf-8"))
        return contenu

    @property
    def gel(self) -> dict[str, Any]:
        """What the figures depend on: two vintages of the same code with the same `gel` have the same figures."""
        gel: dict[str, Any] = self.fiche["gel"]
        return gel

    def lire(self, cadre: str) -> pl.DataFrame:
        """FIGURES (all), PROTEGEES (all, after secrecy), PUBLIEES (those of them that the release covers) or PROVENANCE."""
        return pl.read_parquet(self.dossier / cadre)

    @property
    def protegees(self) -> pl.DataFrame:
        """What secrecy showed and hid; in a vintage frozen before scopes, that is what was published."""
        return self.lire(PROTEGEES if (self.dossier / PROTEGEES).is_file() else PUBLIEES)


def lister(dossier: Path) -> list[Millesime]:
    """Every vintage, in the order in which they were frozen."""
    trouves = [
        Millesime(d)
        for d in dossier.glob("*_v*")
        if _NOM.fullmatch(d.name) and (d / FICHE).is_file() and _paru(d)
    ]
    return sorted(trouves, key=lambda m: (m.fiche["rang"], m.nom))


def dernieres_publiees(dossier: Path) -> pl.DataFrame | None:
    """What marts.indicateurs_publies holds: the public figures of the last vintage; null before any."""
    figes = lister(dossier)
    return figes[-1].lire(PUBLIEES).with_columns(millesime=pl.lit(figes[-1].nom)) if figes else None


def trouver(dossier: Path, nom: str) -> Millesime:
    """The vintage of this name; `2024T4` is its latest version. Raises ErreurUtilisateur when there is none."""
    connus = lister(dossier)
    choisis = [m for m in connus if nom in (m.nom, m.code)]
    if not choisis:
        noms = ", ".join(m.nom for m in connus) or "aucun"
        raise ErreurUtilisateur(
            "MILLESIME_INCONNU",
            f"Le millésime « {nom} » n'existe pas dans l'espace de travail. Connus : {noms}.",
        )
    return max(choisis, key=lambda m: m.version)


@contextmanager
def dossier_entier(destination: Path) -> Iterator[Path]:
    """A folder that is filled beside its destination and takes its place in one move, or leaves nothing behind."""
    with ouvrir_atelier(destination.with_name(f".{destination.name}")) as provisoire:
        yield provisoire
        provisoire.rename(destination)


@contextmanager
def preparer(
    dossier: Path, nom: str, fiche: dict[str, Any], cadres: dict[str, pl.DataFrame]
) -> Iterator[Millesime]:
    """A vintage to be, which nobody sees and which is gone at the end unless `poser` put it in its place.

    `dossier`: that of the vintages, which nobody else writes meanwhile; `cadres`: frames by file name.
    """
    rang = max((m.fiche["rang"] for m in lister(dossier)), default=0) + 1
    prepare = Millesime(dossier / _ATELIER / nom)
    prepare.dossier.mkdir(parents=True)
    try:
        for fichier, cadre in cadres.items():
            cadre.write_parquet(prepare.dossier / fichier, compression="zstd")
        texte = json.dumps({**fiche, "rang": rang}, ensure_ascii=False, indent=1)
        (prepare.dossier / FICHE).write_text(texte + "\n", encoding="utf-8")
        yield prepare
    finally:
        shutil.rmtree(dossier / _ATELIER, ignore_errors=True)


def poser(prepare: Millesime, paquet: Path) -> None:
    """Puts a prepared vintage in its place, where it counts from the moment that its package is at `paquet`.

    A vintage and its package are thus frozen in one move, that of the package: a run that stops leaves both or neither.
    """
    (prepare.dossier / _PAQUET_ATTENDU).write_text(str(paquet), encoding="utf-8")
    prepare.dossier.rename(prepare.dossier.parents[1] / prepare.nom)


def achever(dossier: Path, noter: Callable[[Millesime, Path], None]) -> None:
    """Ends what a run left: a vintage whose package came out is noted, then frozen for good; another is removed."""
    shutil.rmtree(dossier / _ATELIER, ignore_errors=True)
    for attendu in dossier.glob(f"*_v*/{_PAQUET_ATTENDU}"):
        if _paru(attendu.parent):
            noter(Millesime(attendu.parent), Path(attendu.read_text(encoding="utf-8")))
            attendu.unlink()
        else:
            shutil.rmtree(attendu.parent)


def _paru(dossier: Path) -> bool:
    attendu = dossier / _PAQUET_ATTENDU
    return not attendu.exists() or Path(attendu.read_text(encoding="utf-8")).is_dir()
