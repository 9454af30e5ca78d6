"""What the values of a column of a source are: shares of dates, SIRET, communes, words that our nomenclatures know…"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ingest import dates, nombres, parsers
from ingest.cellules import est_vide
from ingest.codes import Codes
from ingest.description.entetes import est_mois_sans_annee
from ingest.layouts import Colonne
from ingest.references import Territoires
from ingest.referentiels import communes, metiers, quartiers

_VALEURS_REGARDEES = 500
IMPOSSIBLE = -0.9  # values are not those of the column
_FORME_DE_NOM = r"^\p{L}[\p{L}'’. -]*$"
_CPV = r"^\d{8}(?:-\d)?$"
_HEURES_D_UN_MOIS = 250
_TOUT = 100
_MOTS_PROBANTS = 3
_NUMERO_D_OBJET = r"^[A-Za-z]+[_-]?\d{3,}$"  # OP0001: which thing it is, not of which kind
_COURT = 6  # letters of a code that only a list explains


def part_vraie(oui: pl.Series) -> float:
    """Share of true values, null as false; 0 of nothing."""
    return float(oui.fill_null(False).sum() / len(oui)) if len(oui) else 0.0


def sont_des_annees(textes: pl.Series) -> bool:
    """Whether all that is filled is a year."""
    pleins = textes.drop_nulls()
    return len(pleins) > 0 and bool(pleins.str.contains(r"^\s*(?:19|20)\d\d\s*$").all())


@dataclass
class Profil:
    """The filled values of one column, over all deposits. Shares are of distinct values."""

    textes: pl.Series
    codes: Codes
    territoires: Territoires

    @cached_property
    def pleins(self) -> pl.Series:
        """What is filled."""
        restes = self.textes.drop_nulls()
        return restes.filter(~restes.to_frame("t").select(est_vide(pl.col("t"))).to_series())

    @cached_property
    def distincts(self) -> pl.Series:
        """Its distinct values, some of them where they are many, in a stable order."""
        return self.pleins.unique(maintain_order=True).head(_VALEURS_REGARDEES)

    def part(self, motif: str) -> float:
        """Share of the distinct values that match."""
        return part_vraie(self.distincts.str.contains(motif))

    def _lus(self, lire: Callable[[pl.Series], pl.Series]) -> float:
        return part_vraie(lire(self.distincts).is_not_null())

    @cached_property
    def dates(self) -> pl.Series:
        return dates.lire_dates(self.distincts)

    @cached_property
    def annee_mediane(self) -> float | None:
        annees = self.dates.drop_nulls().dt.year()
        return float(annees.median()) if len(annees) else None  # type: ignore[arg-type]

    @cached_property
    def nombres(self) -> pl.Series:
        return nombres.lire_nombres(self.distincts)

    @cached_property
    def est_en_chiffres(self) -> float:
        return self.part(r"^[-+]?[\d\s.,]+(?:€|%|h)?$")

    @cached_property
    def mots_courts(self) -> bool:
        """Codes that nothing explains: few, short, that come back."""
        return (
            0 < len(self.distincts) <= 60
            and len(self.pleins) > len(self.distincts)
            and bool((self.distincts.str.len_chars() <= _COURT).all())
        )

    def nomenclature(self, nom: str) -> float:
        """Share of the distinct words that a nomenclature knows."""
        return self._lus(lambda t: self.codes.lire(nom, t))

    def liste(self, nom: str) -> float:
        """The same of lists of words."""
        return part_vraie(self.codes.lire_liste(nom, self.distincts)["inconnues"].is_null())

    @cached_property
    def forme_de_nom(self) -> float:
        return self.part(_FORME_DE_NOM)

    def accord(self, colonne: Colonne) -> tuple[float, str]:
        """How the values agree with a column of ours, from -1 (they cannot be its) to 1 (they are hardly anything else's),
        and in a few words why."""
        if self.pleins.is_empty():
            return -0.1, "la colonne est vide"
        return getattr(self, f"_{_NATURES.get(colonne.type, 'texte')}")(colonne)  # type: ignore[no-any-return]

    def _siret(self, _: Colonne) -> tuple[float, str]:
        lus = parsers.lire_sirets(self.distincts)
        longs = part_vraie(
            (self.distincts.str.replace_all(r"\D", "").str.len_chars() >= 12) & lus["valeur"].is_not_null()
        )
        return (longs if longs > 0.5 else -1.0), pour_cent(longs, "des valeurs sont des SIRET")

    def _date(self, _: Colonne) -> tuple[float, str]:
        lues = part_vraie(self.dates.is_not_null())
        if self.part(r"^\d{1,8}$") > 0.5 and self.part(r"^(?:19|20)\d{6}$|^[34]\d{4}$") < 0.8:
            return -1.0, "ce sont des nombres"
        if lues < 0.5:
            return -1.0, pour_cent(lues, "des valeurs sont des dates")
        naissances = self.annee_mediane is not None and self.annee_mediane < 2008
        return (-0.7 if naissances else 0.5 * lues), f"ce sont des dates, autour de {self.annee_mediane:.0f}"

    def _naissance(self, colonne: Colonne) -> tuple[float, str]:
        jours = dates.lire_naissances(self.distincts, dt.date.today())
        if part_vraie(jours.is_not_null()) < 0.5:
            return self._date(colonne)
        annee = mediane(jours.drop_nulls().dt.year())
        return (0.9 if 1935 < annee < 2008 else -0.8), f"ce sont des dates, autour de {annee:.0f}"

    def _mois(self, _: Colonne) -> tuple[float, str]:
        lus = self._lus(dates.lire_mois)
        if lus < 0.5:
            noms = sum(est_mois_sans_annee(v) for v in self.distincts) / len(self.distincts)
            if self.part(r"^(?:0?[1-9]|1[0-2])$") == 1.0:
                return 0.2, "ce peuvent être des numéros de mois, sans année"
            if noms > 0.8:
                return 0.5, "ce sont des mois, sans année"
            return -1.0, "ce ne sont pas des mois"
        debuts = part_vraie(self.dates.dt.day() == 1) if self.dates.null_count() < len(self.dates) else 1.0
        return (0.8 if debuts > 0.9 else -0.5), pour_cent(lus, "des valeurs sont des mois")

    def _commune(self, _: Colonne) -> tuple[float, str]:
        part = part_vraie(communes(self.distincts, self.territoires)["valide"])
        if self.part(r"^\d{13,}") > 0.5:
            return -1.0, "ce sont de longs numéros"
        return (0.8 * part if part > 0.6 else -0.9), pour_cent(part, "des valeurs sont des codes de commune")

    def _rome(self, _: Colonne) -> tuple[float, str]:
        part = part_vraie(metiers(self.distincts, self.codes)["valeur"].is_not_null())
        return (part if part > 0.6 else -1.0), pour_cent(part, "des valeurs sont des codes ROME")

    def _qpv(self, _: Colonne) -> tuple[float, str]:
        part = part_vraie(quartiers(self.distincts, self.territoires)["valeur"].is_not_null())
        return (part if part > 0.5 else -1.0), pour_cent(part, "des valeurs sont des codes de quartier")

    def _oui_non(self, _: Colonne) -> tuple[float, str]:
        part = self._lus(parsers.lire_oui_non)
        return (0.6 * part if part > 0.8 else -0.9), pour_cent(part, "des valeurs sont oui ou non")

    def _horizon(self, _: Colonne) -> tuple[float, str]:
        part = self._lus(parsers.lire_horizons)
        return (0.9 if part > 0.8 and len(self.distincts) <= 8 else -1.0), pour_cent(
            part, "des valeurs sont 6, 12, 18 ou 24"
        )

    def _nomenclature(self, colonne: Colonne) -> tuple[float, str]:
        nom = str(colonne.nomenclature)
        part = self.liste(nom) if colonne.type == "liste" else self.nomenclature(nom)
        dit = pour_cent(part, "des mots sont connus pour cette colonne")
        if part > 0.5:
            return part * (1.0 if len(self.distincts) >= _MOTS_PROBANTS else 0.75), dit
        if self.mots_courts and self.part(_NUMERO_D_OBJET) < 0.8:
            return 0.0, "ce sont des codes, à expliquer"
        return -0.5 + part, dit

    def _heures(self, _: Colonne) -> tuple[float, str]:
        lues = nombres.lire_heures(self.distincts)
        part = part_vraie(lues.is_not_null())
        if part < 0.7:
            return -1.0, "ce ne sont pas des nombres"
        milieu = mediane(lues)
        if self.part(r"^\d{12,}$") > 0.5 or milieu > 60 * _HEURES_D_UN_MOIS:
            return -1.0, "ces nombres sont trop grands"
        dit = f"ce sont des nombres, autour de {grandeur(milieu)}"
        return (0.3 if milieu <= _HEURES_D_UN_MOIS else -0.1), dit

    def _nombre(self, _: Colonne) -> tuple[float, str]:
        part = part_vraie(self.nombres.is_not_null())
        if part < 0.7 or self.part(r"^\d{12,}$") > 0.5 or self.part(r"^0\d+$") > 0.2:
            return -0.9, "ce ne sont pas des quantités"
        if len(self.pleins) > len(self.distincts) == 1 and self.nombres.drop_nulls().to_list() == [0.0]:
            return -0.9, "c'est toujours 0"
        return 0.2, f"ce sont des nombres, autour de {grandeur(mediane(self.nombres))}"

    def _pourcentage(self, colonne: Colonne) -> tuple[float, str]:
        if mediane(self.nombres) > _TOUT:
            return -0.9, "ces nombres dépassent 100 %"
        return self._nombre(colonne)

    def _code(self, colonne: Colonne) -> tuple[float, str]:
        if colonne.nom == "code_cpv":
            part = self.part(_CPV)
            return (0.9 if part > 0.7 else -0.9), pour_cent(part, "des valeurs sont des codes CPV")
        if part_vraie(self.dates.is_not_null()) > 0.7 and self.part(r"[/-]") > 0.5:
            return -0.9, "ce sont des dates"
        espaces = self.part(r"\S\s+\S+\s+\S")
        if espaces > 0.5:
            return -0.7, "ce sont des textes"
        return 0.1, "ce peuvent être des codes"

    def _identite(self, _: Colonne) -> tuple[float, str]:
        if self.forme_de_nom < 0.8:
            return -1.0, "ce ne sont pas des noms"
        return 0.25, "la forme est celle de noms"

    def _texte(self, _: Colonne) -> tuple[float, str]:
        if self.est_en_chiffres > 0.7 or part_vraie(self.dates.is_not_null()) > 0.7:
            return -0.6, "ce sont des nombres ou des dates"
        if self.part(r"^\S*\d\S*$") > 0.7:
            return -0.4, "ce sont des codes"
        return 0.1, "ce sont des textes"


_NATURES = {
    "siret": "siret",
    "date": "date",
    "naissance": "naissance",
    "mois": "mois",
    "commune": "commune",
    "rome": "rome",
    "qpv": "qpv",
    "oui_non": "oui_non",
    "horizon": "horizon",
    "nomenclature": "nomenclature",
    "liste": "nomenclature",
    "heures": "heures",
    "nombre": "nombre",
    "pourcentage": "pourcentage",
    "code": "code",
    "identite": "identite",
    "territoires": "code",
}


def pour_cent(part: float, quoi: str = "") -> str:
    """« 98 % des valeurs »."""
    return f"{100 * part:.0f} % {quoi}".strip()


def masquer(texte: str) -> str:
    """The shape of a value: « Xxxxxx 99/99/9999 »."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", lambda m: "X" if m[0].isupper() else "x", texte))[:16]


def mediane(nombres_lus: pl.Series) -> float:
    """The median of what could be read; 0 of nothing."""
    return (
        float(np.nanmedian(nombres_lus.drop_nulls().to_numpy()))
        if nombres_lus.null_count() < len(nombres_lus)
        else 0.0
    )


def grandeur(valeur: float) -> str:
    """A number to its first digit: what it is worth, never one that a cell holds."""
    return f"{float(f'{valeur:.0e}'):,.0f}".replace(",", " ")
