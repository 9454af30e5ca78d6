"""Draws that keep their shares even over a few rows, and SIRET that are valid but made up."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from random import Random

BLOC = 60
# hardly any real SIREN begins so; the first makes leading zeros to lose
DEBUTS_SIREN = ("00", "29", "29", "29")


class Tirages:
    """Deals the modalities of each variable from shuffled blocks that hold them in their shares."""

    def __init__(self, hasard: Random, poids: dict[str, dict[str, float]]) -> None:
        self._hasard = hasard
        self._poids = poids
        self._blocs: dict[str, list[str]] = {}

    def tirer(self, variable: str) -> str:
        """The next modality of a variable: every 60 draws hold each in its share, within one draw."""
        bloc = self._blocs.get(variable)
        if not bloc:
            bloc = self._blocs[variable] = self._nouveau_bloc(self._poids[variable])
        return bloc.pop()

    def _nouveau_bloc(self, poids: dict[str, float]) -> list[str]:
        modalites = list(poids)
        cumul = list(accumulate(poids.values()))
        decalage = self._hasard.random()
        positions = ((i + decalage) / BLOC * cumul[-1] for i in range(BLOC))
        bloc = [modalites[min(bisect_right(cumul, p), len(modalites) - 1)] for p in positions]
        self._hasard.shuffle(bloc)
        return bloc


def cle_de_luhn(chiffres: str) -> str:
    """The digit that makes a string of digits pass the Luhn checksum once appended."""
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += valeur - 9 if valeur > 9 else valeur
    return str(-somme % 10)


class Sirets:
    """Gives out SIRET (14 digits) whose SIREN and whole pass the checksum, never the same one twice."""

    def __init__(self, hasard: Random) -> None:
        self._hasard = hasard
        self._donnes: set[str] = set()

    def nouveau(self) -> str:
        """Another SIRET."""
        while True:
            base = self._hasard.choice(DEBUTS_SIREN) + f"{self._hasard.randrange(10**6):06d}"
            siren = base + cle_de_luhn(base)
            if siren not in self._donnes:
                self._donnes.add(siren)
                etablissement = f"{siren}{self._hasard.randrange(1, 40):04d}"
                return etablissement + cle_de_luhn(etablissement)
