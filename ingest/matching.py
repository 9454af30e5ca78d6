"""Which layout a deposit follows, which sheet is which table, where its header is, who deposits and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping, Sequence

import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest.cellules import dit_l_illisible
from ingest.description.lecture import la_description, lire_un_depot_decrit
from ingest.discovery import Candidat
from ingest.entetes import trouver_entete
from ingest.extraction import DepotBrut, TableBrute
from ingest.feuilles import FeuilleLue, Feuilles, rangees
from ingest.irregularites import Irregulieres
from ingest.irregularites import informations as informations_recollees
from ingest.layouts import Layout, Table, normaliser
from ingest.nettoyage import nettoyer_texte
from ingest.nommage import nom_de_table
from ingest.provenance import discordances, identifier, lire_informations, provenance
from ingest.reading import ClasseurLu
from ingest.reunion import candidates, lire_la_table

_PART_RECONNUE = 0.5  # share of the required columns that makes a flat sheet recognisable


def reconnaitre(
    classeur: ClasseurLu, candidat: Candidat, layouts: Sequence[Layout], aujourd_hui: dt.date
) -> DepotBrut:
    """Finds layout, tables, headers and identity. Raises DepotRefuse with the rule that is not met."""
    feuilles = Feuilles(classeur)
    premiere = next((n for n in feuilles.noms if feuilles.lire(n).remplie), None)
    if premiere is None:
        raise DepotRefuse("ILLISIBLE", detail="le dépôt ne contient aucune cellule remplie")
    livres = [la for la in layouts if la.description is None]
    decrit, part = la_description(layouts, feuilles)
    # what is described in part, and ours as a whole, is ours
    if decrit is not None and (part == 1 or not _se_lit_sans_description(livres, feuilles, premiere)):
        return lire_un_depot_decrit(decrit, feuilles, classeur, candidat, aujourd_hui)
    layout, affectees = _choisir(livres, feuilles, premiere)
    informations = [] if layout.plat else _feuilles_d_informations(layout, feuilles)
    dites, autres = (
        lire_informations(layout, (r for f in informations for r in _rangees(f, classeur)))
        if informations
        else ({}, {})
    )
    illisibles = {cle: dite for cle, dite in dites.items() if dit_l_illisible(dite)}
    dites = dict(candidat.dites) | {cle: dite for cle, dite in dites.items() if cle not in illisibles}
    servies = set(affectees.values()) | {f.nom for f in informations}
    tables: dict[str, TableBrute] = {}
    cellules: dict[str, pl.DataFrame] = {}
    irregulieres: dict[str, Irregulieres] = {}
    try:
        for table in layout.tables:
            if table.nom not in affectees:
                continue
            libres = [n for n in feuilles.noms if n not in servies and feuilles.lire(n).remplie]
            noms = [affectees[table.nom], *candidates(table, feuilles, libres)]
            noms = [n for n in noms if feuilles.lire(n).remplie]
            if noms:
                lue = lire_la_table(table, feuilles, noms, classeur.irreguliers)
                tables[table.nom], cellules[table.nom] = lue.brute, lue.cellules
                if lue.irregulieres is not None:
                    irregulieres[table.nom] = lue.irregulieres
                servies = (servies - {affectees[table.nom]}) | set(lue.feuilles)
        _exiger_les_tables(layout, tables)
        identite = identifier(dites, candidat, classeur.nom_interne, layout.plat, aujourd_hui)
    except DepotRefuse as refus:
        if illisibles and refus.regle == "IDENTITE_MANQUANTE":
            vus = ", ".join(f"« {dite} »" for dite in illisibles.values())
            refus.detail = f"La feuille Informations affiche {vus} au lieu d'une valeur. {refus.detail}"
        refus.provenance = provenance(dites, candidat.nom, classeur.nom_interne, layout.nom, aujourd_hui)
        raise
    return DepotBrut(
        layout,
        identite,
        tables,
        cellules,
        feuilles_inconnues=[n for n in classeur.noms if n not in servies and feuilles.lire(n).remplie],
        irregulieres=irregulieres,
        remarques=discordances(
            layout.informations.noms[0] if layout.informations else layout.tables[0].entete,
            identite,
            dites,
            autres,
            (candidat.nom, classeur.nom_interne),
            _structures(layout, cellules),
        ),
    )


def _structures(layout: Layout, cellules: Mapping[str, pl.DataFrame]) -> list[tuple[str | None, str | None]]:
    """Codes and names of the table of structures; a flat layout has none, its rows are looked at one by one."""
    if layout.plat or "structure" not in cellules:
        return []
    ecrits = cellules["structure"].select("code_structure", "nom_structure").iter_rows()
    return [(nettoyer_texte(code), nettoyer_texte(nom)) for code, nom in ecrits]


def _rangees(feuille: FeuilleLue, classeur: ClasseurLu) -> Iterator[tuple[str | None, ...]]:
    lus = classeur.irreguliers.get(feuille.nom)
    if lus is None:
        return rangees(feuille.cellules)
    return (tuple(c or None for c in rangee) for rangee in informations_recollees(lus))


def _choisir(layouts: Sequence[Layout], feuilles: Feuilles, premiere: str) -> tuple[Layout, dict[str, str]]:
    """The layout, and the sheets of its tables.

    A flat one if the first filled sheet has its headers, or another sheet and a relational one lacks tables.
    """
    plats, relationnels = [x for x in layouts if x.plat], [x for x in layouts if not x.plat]
    plat = _layout_plat(plats, feuilles.lire(premiere))
    if plat is not None:
        return plat, {plat.tables[0].nom: premiere}
    layout, affectees = _meilleur_layout(relationnels, feuilles)
    if layout is None or any(t.requise and t.nom not in affectees for t in layout.tables):
        for nom in feuilles.noms:
            plat = _layout_plat(plats, feuilles.lire(nom))
            if plat is not None:
                return plat, {plat.tables[0].nom: nom}
    if layout is None:
        raise DepotRefuse("FORMAT_INCONNU", detail=f"tables ou en-têtes vus : {', '.join(feuilles.noms[:8])}")
    return layout, affectees


def _se_lit_sans_description(layouts: Sequence[Layout], feuilles: Feuilles, premiere: str) -> bool:
    """Whether a layout of ours has all its required tables and columns."""
    try:
        layout, affectees = _choisir(layouts, feuilles, premiere)
    except DepotRefuse:
        return False
    return all(
        t.nom in affectees and trouver_entete(t, feuilles.lire(affectees[t.nom])).complet(t)
        for t in layout.tables
        if t.requise
    )


def _part_reconnue(table: Table, feuille: FeuilleLue) -> float:
    """Share of the required columns of a table whose header the sheet has."""
    associees = trouver_entete(table, feuille).associees
    requises = [c for c in table.colonnes if c.requise]
    return sum(c.nom in associees for c in requises) / max(len(requises), 1)


def _layout_plat(layouts: Sequence[Layout], feuille: FeuilleLue) -> Layout | None:
    """The flat layout whose headers the sheet has most of, if it has enough of them."""
    parts = [_part_reconnue(layout.tables[0], feuille) for layout in layouts]
    if max(parts, default=0) < _PART_RECONNUE:
        return None
    return layouts[parts.index(max(parts))]


def _meilleur_layout(layouts: Sequence[Layout], feuilles: Feuilles) -> tuple[Layout | None, dict[str, str]]:
    """The relational layout with most of its tables found, by sheet name first, by headers for those left.

    Of two that find as many tables, the one whose headers are found most.
    """
    meilleur: tuple[tuple[int, float], Layout, dict[str, str]] | None = None
    for layout in layouts:
        affectees: dict[str, str] = {}
        for table in layout.tables:
            noms = [normaliser(n) for n in table.noms()]
            candidates = [n for n in feuilles.noms if nom_de_table(n) in noms and n not in affectees.values()]
            if candidates:
                affectees[table.nom] = min(candidates, key=lambda n: noms.index(nom_de_table(n)))
        libres = [n for n in feuilles.noms if n not in affectees.values()]
        for table in (t for t in layout.tables if t.nom not in affectees):
            for n in libres:
                if trouver_entete(table, feuilles.lire(n)).complet(table):
                    affectees[table.nom] = n
                    libres.remove(n)
                    break
        trouvees = (t for t in layout.tables if t.nom in affectees and len(layouts) > 1)
        score = (len(affectees), sum(_part_reconnue(t, feuilles.lire(affectees[t.nom])) for t in trouvees))
        if meilleur is None or score > meilleur[0]:
            meilleur = (score, layout, affectees)
    return (None, {}) if meilleur is None or not meilleur[2] else (meilleur[1], meilleur[2])


def _exiger_les_tables(layout: Layout, tables: Container[str]) -> None:
    for table in layout.tables:
        if table.requise and table.nom not in tables:
            raise DepotRefuse("TABLE_MANQUANTE", table=table.entete, detail=table.entete)


def _feuilles_d_informations(layout: Layout, feuilles: Feuilles) -> list[FeuilleLue]:
    if layout.informations is None:
        return []
    noms = {normaliser(n) for n in layout.informations.noms}
    return [feuilles.lire(n) for n in feuilles.noms if nom_de_table(n) in noms]
