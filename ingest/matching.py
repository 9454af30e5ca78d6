"""Which layout a deposit follows, which sheet is which table, where its header is, who deposits and when."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest.discovery import Candidat
from ingest.layouts import Colonne, Layout, Table, normaliser
from ingest.provenance import Identite, identifier, lire_informations, provenance
from ingest.reading import ClasseurLu, Feuille, nom_de_table

LIGNES_D_EN_TETE = 30
_TOTAL = r"(?i)^\s*(sous[- ]?)?tota(l|ux)\b"
_TOTAL_SEUL = r"(?i)^\s*(sous[- ]?)?tota(l|ux)( g[eé]n[eé]ra(l|ux))?\s*:?\s*$"
_PART_RECONNUE = 0.5  # share of the required columns that makes a flat sheet recognisable
_INVISIBLES = "\ufeff\u200b"
# the white space that polars strips: unlike str.strip, neither does \x1c to \x1f
_BLANCS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_CELLULES_EN_ATTENTE = 2_000_000


@dataclass(frozen=True)
class TableBrute:
    """What a sheet is: its table, its rows below the header (`lues`), where its header is.

    `entetes`: the layout's header → the sheet's own, where they differ.
    """

    table: Table
    lues: int
    ligne_entete: int
    colonnes_inconnues: list[str]
    entetes: dict[str, str]


@dataclass
class DepotBrut:
    """A deposit whose layout, tables and identity are known.

    `cellules`: table → its sheet below the header as text, with `ligne`, the known columns under their names.
    """

    layout: Layout
    identite: Identite
    tables: dict[str, TableBrute]
    cellules: dict[str, pl.DataFrame]
    feuilles_inconnues: list[str] = field(default_factory=list)


def reconnaitre(
    classeur: ClasseurLu, candidat: Candidat, layouts: Sequence[Layout], aujourd_hui: dt.date
) -> DepotBrut:
    """Finds layout, tables, headers and identity. Raises DepotRefuse with the rule that is not met."""
    feuilles = _Feuilles(classeur)
    premiere = next((f for n in feuilles.noms if _remplie(f := feuilles.lire(n))), None)
    if premiere is None:
        raise DepotRefuse("ILLISIBLE", detail="le dépôt ne contient aucune cellule remplie")
    plat = _layout_plat([x for x in layouts if x.plat], premiere)
    if plat is not None:
        layout, affectees, informations = plat, {plat.tables[0].nom: premiere.nom}, None
    else:
        layout, affectees = _meilleur_layout([x for x in layouts if not x.plat], feuilles)
        informations = _feuille_informations(layout, feuilles)
    dites = lire_informations(layout, _rangees(informations.cellules)) if informations else {}
    try:
        extraites = {
            t.nom: _extraire(t, feuille)
            for t in layout.tables
            if t.nom in affectees and _remplie(feuille := feuilles.lire(affectees[t.nom]))
        }
        _exiger_les_tables(layout, extraites)
        identite = identifier(dites, candidat, classeur.nom_interne, layout.plat, aujourd_hui)
    except DepotRefuse as refus:
        refus.provenance = provenance(dites, candidat.nom, classeur.nom_interne, layout.nom, aujourd_hui)
        raise
    connues = set(affectees.values()) | ({informations.nom} if informations else set())
    inconnues = [n for n in classeur.noms if n not in connues and _remplie(feuilles.lire(n))]
    return DepotBrut(
        layout,
        identite,
        tables={n: brute for n, (brute, _) in extraites.items()},
        cellules={n: cellules for n, (_, cellules) in extraites.items()},
        feuilles_inconnues=[] if layout.plat else inconnues,
    )


@dataclass(frozen=True)
class _FeuilleLue(Feuille):
    """A sheet as read, and the rows where its header is looked for, their number first."""

    tete: list[tuple[Any, ...]]

    def rangee(self, rang: int) -> tuple[str | None, ...]:
        """One of these rows: stripped, empty text as None."""
        return _depouillee(self.tete[rang])


class _Feuilles:
    """Reads each sheet at most once."""

    def __init__(self, classeur: ClasseurLu) -> None:
        self._classeur = classeur
        self._lues: dict[str, _FeuilleLue] = {}
        self.noms = classeur.noms

    def lire(self, nom: str) -> _FeuilleLue:
        if nom not in self._lues:
            cellules = self._classeur.lire(nom).cellules
            self._lues[nom] = _FeuilleLue(nom, cellules, cellules.head(LIGNES_D_EN_TETE).rows())
        return self._lues[nom]


def _rangees(cellules: pl.DataFrame) -> Iterator[tuple[str | None, ...]]:
    """Rows without their number, stripped, empty text as None: few rows cost less here than as a query."""
    return map(_depouillee, cellules.iter_rows())


def _depouillee(rangee: tuple[Any, ...]) -> tuple[str | None, ...]:
    return tuple((c.strip(_INVISIBLES).strip(_BLANCS) or None) if c else None for c in rangee[1:])


def _depouiller(cellules: pl.LazyFrame) -> pl.LazyFrame:
    """All cells stripped, empty text as null."""
    textes = pl.selectors.string()
    return cellules.with_columns(textes.str.strip_chars(_INVISIBLES).str.strip_chars()).with_columns(
        pl.when(textes != "").then(textes).name.keep()
    )


def _remplie(feuille: _FeuilleLue) -> bool:
    if any(any(feuille.rangee(rang)) for rang in range(len(feuille.tete))):
        return True
    suite = _depouiller(feuille.cellules.lazy().slice(LIGNES_D_EN_TETE).drop("ligne")).collect()
    return any(colonne.null_count() < len(colonne) for colonne in suite)


def _part_reconnue(table: Table, feuille: _FeuilleLue) -> float:
    """Share of the required columns of a table whose header the sheet has."""
    _, associees = _trouver_entete(table, feuille)
    requises = [c for c in table.colonnes if c.requise]
    return sum(c.nom in associees for c in requises) / max(len(requises), 1)


def _layout_plat(layouts: Sequence[Layout], feuille: _FeuilleLue) -> Layout | None:
    """The flat layout whose headers the sheet has most of, if it has enough of them."""
    parts = [_part_reconnue(layout.tables[0], feuille) for layout in layouts]
    if max(parts, default=0) < _PART_RECONNUE:
        return None
    return layouts[parts.index(max(parts))]


def _meilleur_layout(layouts: Sequence[Layout], feuilles: _Feuilles) -> tuple[Layout, dict[str, str]]:
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
            requises = {c.nom for c in table.colonnes if c.requise}
            for n in libres:
                if requises and requises <= set(_trouver_entete(table, feuilles.lire(n))[1]):
                    affectees[table.nom] = n
                    libres.remove(n)
                    break
        trouvees = (t for t in layout.tables if t.nom in affectees and len(layouts) > 1)
        score = (len(affectees), sum(_part_reconnue(t, feuilles.lire(affectees[t.nom])) for t in trouvees))
        if meilleur is None or score > meilleur[0]:
            meilleur = (score, layout, affectees)
    if meilleur is None or not meilleur[2]:
        vues = ", ".join(feuilles.noms[:8])
        raise DepotRefuse("FORMAT_INCONNU", detail=f"tables ou en-têtes vus : {vues}")
    return meilleur[1], meilleur[2]


def _exiger_les_tables(layout: Layout, tables: Container[str]) -> None:
    for table in layout.tables:
        if table.requise and table.nom not in tables:
            raise DepotRefuse("TABLE_MANQUANTE", table=table.entete, detail=table.entete)


# --- one table ---------------------------------------------------------------------------------------------


def _trouver_entete(table: Table, feuille: _FeuilleLue) -> tuple[int, dict[str, int]]:
    """Index of the header row among the first 30 and, for each column of the table found, its place in the sheet."""
    meilleur: tuple[int, dict[str, int]] = (0, {})
    # each column's own header first, synonyms for those left
    noms = [(c.nom, [normaliser(c.entete)]) for c in table.colonnes]
    noms += [(c.nom, list(map(normaliser, c.synonymes))) for c in table.colonnes]
    for rang in range(len(feuille.tete)):
        associees = _associer(noms, feuille.rangee(rang))
        if len(associees) > len(meilleur[1]):
            meilleur = (rang, associees)
        if all(c.nom in associees for c in table.colonnes if c.requise):
            break
    return meilleur


def _associer(noms: Sequence[tuple[str, list[str]]], cellules: Sequence[str | None]) -> dict[str, int]:
    """`noms`: columns and normalised headers, in the order they choose; a cell serves once, the leftmost wins."""
    par_forme: dict[str, int] = {}
    for position, texte in enumerate(cellules):
        if texte is not None:
            par_forme.setdefault(normaliser(texte), position)
    associees: dict[str, int] = {}
    for nom, formes in noms:
        trouvee = next((f for f in formes if f in par_forme), None)
        if nom not in associees and trouvee is not None:
            associees[nom] = par_forme.pop(trouvee)
    return associees


def _extraire(table: Table, feuille: _FeuilleLue) -> tuple[TableBrute, pl.DataFrame]:
    """A filled sheet, and its rows below the header, known columns named. Raises DepotRefuse COLONNE_MANQUANTE."""
    rang, associees = _trouver_entete(table, feuille)
    places = {place: nom for nom, place in associees.items()}
    rangee = feuille.rangee(rang)
    libres = [t for place, t in enumerate(rangee) if t is not None and place not in places]
    manquantes = [c for c in table.colonnes if c.requise and c.nom not in associees]
    ligne_entete = int(feuille.cellules["ligne"][rang])
    if manquantes:
        # a row with one known header at most may be data, hence names: it is not quoted
        est_entete = len(associees) > 1
        raise _colonne_manquante(
            table, manquantes, libres if est_entete else [], ligne_entete if est_entete else None
        )
    lignes = feuille.cellules.slice(rang + 1)
    lignes.columns = [
        "ligne",
        *(places.get(place, nom) for place, nom in enumerate(feuille.cellules.columns[1:])),
    ]
    ecrits = {c.entete: _ecrit(rangee[associees[c.nom]]) for c in table.colonnes if c.nom in associees}
    entetes = {entete: ecrit for entete, ecrit in ecrits.items() if ecrit != entete}
    return TableBrute(table, lignes.height, ligne_entete, [_ecrit(t) for t in libres], entetes), lignes


def _ecrit(entete: str | None) -> str:
    """A header on one line."""
    return " ".join((entete or "").split())


def _colonne_manquante(
    table: Table, manquantes: list[Colonne], libres: list[str], ligne: int | None
) -> DepotRefuse:
    premiere = manquantes[0]
    proches = difflib.get_close_matches(
        normaliser(premiere.entete), {normaliser(t): t for t in libres}, n=1, cutoff=0.4
    )
    proche = next((t for t in libres if proches and normaliser(t) == proches[0]), None)
    detail = f" de la table {table.entete}"
    if proche is not None:
        detail += f" (en-tête le plus proche trouvé : « {' '.join(proche.split())} »)"
    if len(manquantes) > 1:
        detail += " ; manquent aussi : " + ", ".join(f"« {c.entete} »" for c in manquantes[1:])
    return DepotRefuse(
        "COLONNE_MANQUANTE",
        table=table.entete,
        ligne=ligne,
        colonne=premiere.entete,
        valeur=proche,
        detail=detail,
    )


class Assemblage:
    """The rows of each table over all deposits, as text, absent columns null; empty and total lines left out.

    Sheets with the same known columns are gathered and sifted together: many small queries cost more than the cells
    themselves.
    """

    def __init__(self) -> None:
        self._attente: dict[tuple[str, str], dict[tuple[str, ...], list[tuple[int, pl.DataFrame]]]] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        self._cellules_en_attente = 0
        self._lignes: dict[tuple[str, str], list[pl.DataFrame]] = {}

    def ajouter(self, rang: int, depot: DepotBrut) -> None:
        """Takes the cells of a deposit, which lets go of them."""
        for nom, cellules in depot.cellules.items():
            table = depot.tables[nom].table
            presentes = set(cellules.columns)
            connues = tuple(c.nom for c in table.colonnes if c.nom in presentes)
            self._tables[depot.layout.nom, nom] = table
            en_attente = self._attente.setdefault((depot.layout.nom, nom), {})
            en_attente.setdefault(connues, []).append((rang, cellules))
            self._cellules_en_attente += cellules.height * cellules.width
        depot.cellules.clear()
        if self._cellules_en_attente > _CELLULES_EN_ATTENTE:
            for (layout, _), table in self._tables.items():
                self._trier(layout, table)
            self._cellules_en_attente = 0

    def lignes(self, layout: Layout, table: Table) -> pl.DataFrame:
        """depot, ligne and the declared columns of one table, in the order of the deposits and of their lines.

        To be asked once, after everything is added; from any thread.
        """
        self._trier(layout.nom, table)
        vide = pl.DataFrame(
            schema={"depot": pl.Int32, "ligne": pl.Int32} | {c.nom: pl.String for c in table.colonnes}
        )
        cadres = self._lignes.pop((layout.nom, table.nom), [])
        return pl.concat([vide, *cadres], how="diagonal").sort("depot", maintain_order=True)

    def _trier(self, layout: str, table: Table) -> None:
        """Takes out of what was added to a table the lines that are no data."""
        for connues, rangs_et_feuilles in self._attente.pop((layout, table.nom), {}).items():
            rangs, feuilles = zip(*rangs_et_feuilles, strict=True)
            depots = np.repeat(np.array(rangs, dtype=np.int32), [f.height for f in feuilles])
            self._lignes.setdefault((layout, table.nom), []).append(
                _lignes_de_donnees(table, list(connues), pl.Series("depot", depots), feuilles)
            )


def _lignes_de_donnees(
    table: Table, connues: list[str], depots: pl.Series, feuilles: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    """The rows of sheets with the same known columns that are neither empty nor totals; known columns only."""
    lignes = pl.concat([f[["ligne", *connues]] for f in feuilles], rechunk=True).insert_column(0, depots)
    obligatoires = [c.nom for c in table.colonnes if c.valeur and c.nom in connues]
    requises = [c.nom for c in table.colonnes if c.requise and c.nom in connues]
    # most rows begin every cell they need with a plain character: they are data, and need no closer look
    ordinaires = pl.all_horizontal(
        pl.repeat(bool(obligatoires), pl.len()),
        *(pl.col(n).is_between(pl.lit("!"), pl.lit("~")) for n in {*obligatoires, *requises}),
    )
    gardees = lignes.select(ordinaires.fill_null(False)).to_series()
    douteuses = gardees.not_().arg_true()
    if not douteuses.is_empty():
        dites = _premieres_cellules(feuilles, douteuses)
        vues = lignes[douteuses, list(dict.fromkeys([*obligatoires, *requises]))].hstack([dites])
        donnees = _sont_des_donnees(vues, obligatoires, requises)
        gardees = gardees.scatter(douteuses.filter(donnees), True)
    return lignes.filter(gardees)


def _premieres_cellules(feuilles: Sequence[pl.DataFrame], rangs: pl.Series) -> pl.Series:
    """The first filled cell, as its sheet is laid out, of the rows of these ranks."""
    par_place = [f[:, 1:] for f in feuilles]  # after ligne
    for feuille in par_place:
        feuille.columns = [f"c{place}" for place in range(feuille.width)]
    cellules = pl.concat(par_place, how="diagonal")[rangs].lazy()
    return _depouiller(cellules).select(_premiere=pl.coalesce(pl.all())).collect().to_series()


def _sont_des_donnees(lignes: pl.DataFrame, obligatoires: list[str], requises: list[str]) -> pl.Series:
    """False for rows that are empty or say a total."""
    faux = pl.lit(False)
    commence = pl.col("_premiere").str.contains(_TOTAL)
    incomplete = pl.any_horizontal(pl.lit(not obligatoires), *(pl.col(n).is_null() for n in obligatoires))
    # « Total » may stand in the only column that must be filled
    intitulee = pl.any_horizontal(
        faux, *(pl.col(n).str.contains(_TOTAL_SEUL).fill_null(False) for n in obligatoires)
    )
    depouillee = pl.any_horizontal(faux, *(pl.col(n).is_null() for n in requises))
    est_un_total = (commence & incomplete) | (intitulee & depouillee)
    return _depouiller(lignes.lazy()).select(commence.is_not_null() & ~est_un_total).collect().to_series()


def _feuille_informations(layout: Layout, feuilles: _Feuilles) -> _FeuilleLue | None:
    if layout.informations is None:
        return None
    noms = {normaliser(n) for n in layout.informations.noms}
    return next((feuilles.lire(n) for n in feuilles.noms if nom_de_table(n) in noms), None)
