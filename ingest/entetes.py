"""Where the header of a table is in its sheet, on one line or two, and which column of the sheet is which of the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.feuilles import FeuilleLue
from ingest.layouts import Colonne, Table, normaliser

_RANG = re.compile(r"(?<=\w)(?:\.\d+|_duplicated_\d+)$")
# what the second line of a header does not hold: a number, a date, a long code
_DONNEE = re.compile(r"^[-+]?[\d\s.,]+$|\d[/.:-]\d|\d{3}")


@dataclass(frozen=True)
class Entete:
    """`rang`: its row among the first of the sheet; `hauteur`: 1 or 2 rows; `textes`: what stands above each column.

    `associees`: column of the table → place in the sheet.
    """

    rang: int
    hauteur: int
    textes: tuple[str | None, ...]
    associees: dict[str, int]

    @property
    def suite(self) -> int:
        """The row after it."""
        return self.rang + self.hauteur

    def complet(self, table: Table) -> bool:
        return all(c.nom in self.associees for c in table.colonnes if c.requise)

    def rivales(self, table: Table) -> dict[str, list[int]]:
        """Column → the other places that may be it, by its own header or a synonym."""
        prises = set(self.associees.values())
        rivales: dict[str, list[int]] = {}
        for place, texte in enumerate(self.textes):
            if texte is not None and place not in prises:
                forme = sans_rang(texte)
                for colonne in table.colonnes:
                    if colonne.nom in self.associees and forme in formes(colonne):
                        rivales.setdefault(colonne.nom, []).append(place)
                        break
        return rivales


def sans_rang(entete: str) -> str:
    """A header as names are compared, without what tools add to the second of two: `Heures.1`, `Heures_duplicated_0`."""
    return normaliser(_RANG.sub("", entete))


def formes(colonne: Colonne) -> list[str]:
    """Its header and synonyms, as names are compared, its own first."""
    return list(map(normaliser, (colonne.entete, *colonne.synonymes)))


def trouver_entete(table: Table, feuille: FeuilleLue) -> Entete:
    """The row among the first thirty that names most columns of the table, alone or with the next one."""
    # each column's own header first, synonyms for those left
    noms = [(c.nom, [normaliser(c.entete)]) for c in table.colonnes]
    noms += [(c.nom, list(map(normaliser, c.synonymes))) for c in table.colonnes]
    meilleur = Entete(0, 1, (), {})
    for rang in range(len(feuille.tete)):
        rangee = feuille.rangee(rang)
        entete = Entete(rang, 1, rangee, _associer(noms, [(t,) for t in rangee]))
        if len(entete.associees) > len(meilleur.associees):
            meilleur = entete
        if entete.complet(table):
            break
    return _sur_deux_lignes(table, noms, feuille, meilleur)


def _sur_deux_lignes(
    table: Table, noms: Sequence[tuple[str, list[str]]], feuille: FeuilleLue, seul: Entete
) -> Entete:
    """The same header with the row above or below it, when that names more columns and holds no data."""
    if len(seul.associees) == len(table.colonnes):
        return seul
    haut = range(len(feuille.tete) - 1)
    essais = [r for r in (seul.rang, seul.rang - 1) if r in haut] if seul.complet(table) else haut
    meilleur = seul
    for rang in essais:
        dessus, dessous = feuille.rangee(rang), feuille.rangee(rang + 1)
        if not any(dessus) or not any(dessous) or any(t is not None and _DONNEE.search(t) for t in dessous):
            continue
        joints = _joindre(dessus, dessous)
        associees = _associer(noms, joints)
        if len(associees) > len(meilleur.associees) and set(seul.associees) <= set(associees):
            par_place = {place: nom for nom, place in associees.items()}
            connues = {c.nom: formes(c) for c in table.colonnes}
            textes = tuple(
                next(
                    (t for t in lus if t and normaliser(t) in connues.get(par_place.get(place, ""), ())),
                    lus[0],
                )
                for place, lus in enumerate(joints)
            )
            meilleur = Entete(rang, 2, textes, associees)
    return meilleur


def _joindre(dessus: Sequence[str | None], dessous: Sequence[str | None]) -> list[tuple[str | None, ...]]:
    """What each column may be called: both lines, a title above several columns and the line below, either line alone."""
    joints: list[tuple[str | None, ...]] = []
    titre: str | None = None
    for haut, bas in zip(dessus, dessous, strict=True):
        titre = haut if haut is not None else titre
        ensemble = " ".join(t for t in (haut, bas) if t) or None
        sous_titre = f"{titre} {bas}" if haut is None and bas is not None and titre else None
        joints.append((sous_titre or ensemble, bas, haut))
    return joints


def _associer(
    noms: Sequence[tuple[str, list[str]]], cellules: Sequence[tuple[str | None, ...]]
) -> dict[str, int]:
    """`noms`: columns and normalised headers, in the order they choose; a cell serves once, the leftmost wins."""
    par_forme: dict[str, int] = {}
    for lecture in range(max(map(len, cellules), default=0)):
        for place, textes in enumerate(cellules):
            texte = textes[lecture]
            if texte is not None:
                par_forme.setdefault(normaliser(texte), place)
    associees: dict[str, int] = {}
    prises: set[int] = set()
    for nom, candidates in noms:
        trouvee = next((f for f in candidates if f in par_forme and par_forme[f] not in prises), None)
        if nom not in associees and trouvee is not None:
            associees[nom] = par_forme.pop(trouvee)
            prises.add(associees[nom])
    return associees
