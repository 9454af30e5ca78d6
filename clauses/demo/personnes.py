"""Fictitious persons, none of whom can be taken for another, even by a rule that forgives typing slips."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from random import Random

from clauses.demo.catalogue import Catalogue, Commune
from clauses.demo.modele import Personne, Situation
from clauses.demo.tirage import Tirages

AGES = {"LT26": (17, 25), "26_29": (26, 29), "30_39": (30, 39), "40_49": (40, 49), "GE50": (50, 62)}
HORIZONS = (6, 12, 18, 24)
PART_NOM_COMPOSE = 0.07
PART_SITUATION_ABSENTE = 0.06


class Population:
    """Makes persons. Two of them never share a surname and a birthday (day and month swapped included), nor a
    surname, a first name and a département of residence."""

    def __init__(self, catalogue: Catalogue, tirages: Tirages, hasard: Random) -> None:
        self._catalogue = catalogue
        self._tirages = tirages
        self._hasard = hasard
        self._anniversaires: set[tuple[int, int, int, str]] = set()
        self._homonymes: set[tuple[str, str, str]] = set()
        self._nombre = 0

    def nouvelle(self, commune: Commune, premier_contrat: date) -> Personne:
        """A person living in that commune, of a working age on the day of the first contract."""
        tirer = self._tirages.tirer
        tranche = tirer("tranche_age")
        sexe = tirer("sexe")
        nom, prenom, naissance = self._identite(tranche, sexe, commune.departement, premier_contrat)
        qpv = tirer("qpv")
        categorie, autres = self._categories(tranche)
        situations = tuple(
            Situation(
                horizon,
                ajouter_mois(premier_contrat, horizon) + timedelta(days=self._hasard.randrange(20)),
                tirer("situation"),
                tirer("qualification"),
            )
            for horizon in HORIZONS
            if self._hasard.random() >= PART_SITUATION_ABSENTE
        )
        self._nombre += 1
        return Personne(
            identifiant=self._nombre,
            nom=nom,
            prenom=prenom,
            naissance=naissance,
            sexe=sexe,
            commune=commune,
            qpv=qpv,
            code_qpv=self._code_qpv(commune) if qpv == "O" and self._hasard.random() < 0.6 else "",
            niveau=tirer("niveau"),
            categorie=categorie,
            autres_categories=autres,
            prescripteur=tirer("prescripteur"),
            referent=tirer("referent"),
            situations=situations,
            derniere_fin=premier_contrat,
        )

    def _identite(
        self, tranche: str, sexe: str, departement: str, premier_contrat: date
    ) -> tuple[str, str, date]:
        hasard = self._hasard
        minimum, maximum = AGES[tranche]
        prenoms = self._catalogue.prenoms["F" if sexe == "F" else "H"]
        while True:
            noms = [hasard.choice(self._catalogue.noms)]
            if hasard.random() < PART_NOM_COMPOSE:
                noms.append(hasard.choice(self._catalogue.noms))
            prenom = hasard.choice(prenoms)
            age = hasard.randint(minimum, maximum)
            naissance = ajouter_mois(premier_contrat, -12 * age) - timedelta(days=hasard.randrange(5, 360))
            jour, mois = sorted((naissance.day, naissance.month))
            anniversaires = {(naissance.year, jour, mois, nom) for nom in noms}
            homonymes = {(nom, prenom, departement) for nom in noms}
            if len(anniversaires) < len(noms):
                continue
            if self._anniversaires.isdisjoint(anniversaires) and self._homonymes.isdisjoint(homonymes):
                self._anniversaires |= anniversaires
                self._homonymes |= homonymes
                return "-".join(noms), prenom, naissance

    def _categories(self, tranche: str) -> tuple[str, tuple[str, ...]]:
        tirer = self._tirages.tirer
        principale = tirer(f"categorie_{tranche}" if tranche in ("LT26", "GE50") else "categorie_MOYEN")
        if principale == "ND":
            return principale, ()
        autres = [c for c in ("DELD", "RSA", "TH") if tirer(f"autre_{c}") == "O" and c != principale]
        return principale, tuple(autres)

    def _code_qpv(self, commune: Commune) -> str:
        departement = commune.departement.rjust(3, "0")
        return f"QN{departement}{self._hasard.randrange(1, 60):02d}{self._hasard.choice('GHIJKLMNOP')}"


def ajouter_mois(jour: date, mois: int) -> date:
    """The same day that many months later (earlier if negative), the 28th at most."""
    rang = jour.year * 12 + jour.month - 1 + mois
    return date(rang // 12, rang % 12 + 1, min(jour.day, 28))


def sans_accents(texte: str) -> str:
    """Text without accents or ligatures, as old software prints names."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in decompose if not unicodedata.combining(c))
