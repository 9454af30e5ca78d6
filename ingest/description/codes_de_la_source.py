"""What the codes and words of a source mean: lists of codes carried by the deposit, words given once by a description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from ingest.codes import forme_normale
from ingest.description.entetes import trouver
from ingest.description.langage import Listes, Origine
from ingest.feuilles import Feuilles, rangees
from ingest.layouts import Colonne, Table, normaliser
from ingest.nommage import nom_de_table

_SEPARATEURS = re.compile(r"(\s\+\s|[/,;])")


@dataclass(frozen=True)
class Traductions:
    """`libelles`: (table, field), both as names are compared → code → label; a table or a field of "" is any."""

    libelles: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def de(self, tables: Sequence[str], champs: Sequence[str]) -> dict[str, str]:
        """The codes of the list found under these names, none where there is no such list."""
        for champ in map(normaliser, champs):
            for table in (*map(nom_de_table, tables), ""):
                if (table, champ) in self.libelles:
                    return self.libelles[table, champ]
            # a list of a field that only one table has
            trouvees = [codes for (_, c), codes in self.libelles.items() if c == champ]
            if len(trouvees) == 1:
                return trouvees[0]
        return self.libelles.get(("", ""), {})  # a list that says no field


def lire_les_listes(listes: Listes | None, feuilles: Feuilles) -> tuple[Traductions, str | None]:
    """The lists of codes of a deposit, and the sheet they are in."""
    if listes is None:
        return Traductions(), None
    nom = next((n for n in feuilles.noms if nom_de_table(n) == nom_de_table(listes.feuille)), None)
    if nom is None:
        return Traductions(), None
    feuille = feuilles.lire(nom)
    lus = {normaliser(e) for e in (listes.table, listes.champ, listes.code, listes.libelle) if e}
    entete, _ = trouver(feuille, lambda t: normaliser(t) in lus)
    if entete is None:
        return Traductions(), nom
    places = {normaliser(t): place for place, t in enumerate(entete.noms) if t}

    def cellule(rangee: Sequence[str | None], voulu: str | None) -> str:
        place = places.get(normaliser(voulu)) if voulu else None
        return (rangee[place] or "") if place is not None else ""

    libelles: dict[tuple[str, str], dict[str, str]] = {}
    doubles: set[tuple[tuple[str, str], str]] = set()
    for rangee in rangees(feuille.cellules.slice(entete.rang + entete.hauteur)):
        code, libelle = cellule(rangee, listes.code), cellule(rangee, listes.libelle)
        if code and libelle:
            lieu = (normaliser(cellule(rangee, listes.table)), normaliser(cellule(rangee, listes.champ)))
            if libelles.setdefault(lieu, {}).setdefault(code, libelle) != libelle:
                doubles.add((lieu, code))
    for lieu, code in doubles:  # explained twice otherwise: not explained
        del libelles[lieu][code]
    return Traductions(libelles), nom


def codes_de(
    table: Table,
    colonne: Colonne,
    noms: Sequence[str],
    origines: Mapping[str, Origine],
    traductions: Traductions,
) -> dict[str, str]:
    """The codes of one of our columns; where it has no list of its own, those of the column of the same table that says the
    same kind of thing. `noms`: the sheets it is read from; `origines`: of the columns of the table."""

    def sienne(une: Colonne) -> dict[str, str]:
        origine = origines.get(une.entete)
        if une.nomenclature is None or origine is None:
            return {}
        return traductions.de((*noms, table.entete), (*origine.colonnes, une.entete))

    soeurs = (c for c in table.colonnes if c.nomenclature == colonne.nomenclature)
    return sienne(colonne) or next(filter(None, map(sienne, soeurs)), {})


def traduire(textes: pl.Series, colonne: Colonne, origine: Origine, libelles: Mapping[str, str]) -> pl.Series:
    """Codes replaced by what they mean (`libelles`), in lists too; a text that is no known code stays."""
    mots = {forme_normale(k): v for k, v in origine.valeurs.items()}
    if not libelles and not mots:
        return textes
    nombres = {str(int(code)): libelle for code, libelle in libelles.items() if code.isdigit()}

    def un(texte: str) -> str:
        libelle = libelles.get(texte) or (nombres.get(str(int(texte))) if texte.isdigit() else None)
        return (
            mots.get(forme_normale(texte))
            or (mots.get(forme_normale(libelle)) if libelle else None)
            or libelle
            or texte
        )

    def tous(texte: str) -> str:
        entier = un(texte)
        if entier != texte or colonne.type != "liste":
            return entier
        return "".join(p if i % 2 else un(p.strip()) for i, p in enumerate(_SEPARATEURS.split(texte)))

    distincts = textes.drop_nulls().unique().to_list()
    return textes.replace_strict({t: tous(t) for t in distincts}, default=None, return_dtype=pl.String)
