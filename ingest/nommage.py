"""Which table a CSV file is, by its name: « Heures (1).csv », « Export_2024_Heures.csv », « heures.txt » are Heures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath
from typing import Any

import yaml

from clauses.socle.project import PAQUETS
from ingest.layouts import normaliser

_DONNEES: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "nommage.yml").read_text(encoding="utf-8"))
_AUTOUR = frozenset(_DONNEES["autour"])
SUFFIXES = (".csv", ".txt", ".tsv")
_TABLES_EN_TOUT = 2  # so many files named around their tables make a folder a deposit


def nom_de_table(nom: str) -> str:
    """A sheet's name, or a file's without its extension, as names are compared."""
    return normaliser(nom[:-4] if nom.lower().endswith(SUFFIXES) else nom)


def tables_des_fichiers(fichiers: Iterable[str], noms_de_table: Collection[str]) -> dict[str, str]:
    """File name → normalised table name, of those files of one folder that name a table; none when no deposit is there.

    What stands around the table's name is a number, a date, a known word, or what other files of the folder have too.
    """
    formes = {nom: nom_de_table(nom) for nom in fichiers if nom.lower().endswith(SUFFIXES)}
    exacts = {nom: forme for nom, forme in formes.items() if forme in noms_de_table}
    coupes = {nom: list(_coupes(forme, noms_de_table)) for nom, forme in formes.items() if nom not in exacts}
    communs = Counter(entour for vus in coupes.values() for entour in {(a, z) for a, _, z in vus})
    autres: dict[str, str] = {}
    for nom, vus in coupes.items():
        trouvees = {t for a, t, z in vus if communs[a, z] > 1 or (_sans_sens(a) and _sans_sens(z))}
        if trouvees:
            autres[nom] = max(trouvees, key=len)  # « heures d insertion » before « heures »
    if not exacts and len(set(autres.values())) < _TABLES_EN_TOUT:
        return {}
    return exacts | autres


def _coupes(forme: str, noms_de_table: Collection[str]) -> Iterable[tuple[str, str, str]]:
    """What stands before, the table's name, what stands after: one of the two is empty or both."""
    mots = forme.split()
    for debut in range(len(mots)):
        for fin in range(debut + 1, len(mots) + 1):
            table = " ".join(mots[debut:fin])
            if table in noms_de_table:
                yield " ".join(mots[:debut]), table, " ".join(mots[fin:])


def _sans_sens(entour: str) -> bool:
    return all(mot in _AUTOUR or any(c.isdigit() for c in mot) for mot in entour.split())


def nomme_la_table(nom: str, noms: Iterable[str]) -> bool:
    """Whether a sheet's name has words of the table's names only, and those that may stand around them."""
    mots = {mot for n in noms for mot in normaliser(n).split()}
    return all(mot in mots or _sans_sens(mot) for mot in nom_de_table(nom).split())


def en_double(tables: Mapping[str, str]) -> dict[str, list[str]]:
    """Table → its files, where it has several."""
    par_table: dict[str, list[str]] = {}
    for nom, table in sorted(tables.items()):
        par_table.setdefault(table, []).append(PurePath(nom).name)
    return {table: noms for table, noms in par_table.items() if len(noms) > 1}
