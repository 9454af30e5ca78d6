"""From a sheet to the rows of its table: its columns, those that two of them may be, cells merged over several rows."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest.cellules_excel import FORMULE_SANS_VALEUR, VALEUR_FUSIONNEE, Plage
from ingest.entetes import Entete, formes, sans_rang, trouver_entete
from ingest.feuilles import FeuilleLue, depouiller
from ingest.findings import Remarque
from ingest.irregularites import Irregulieres
from ingest.layouts import Colonne, Layout, Table, normaliser
from ingest.provenance import Identite

_TYPES_DE_NOMBRE = frozenset({"nombre", "heures", "pourcentage"})


@dataclass(frozen=True)
class TableBrute:
    """What a sheet is: its table, its rows below the header (`lues`), where its header is.

    `entetes`: the layout's header → the sheet's own, where they differ. `suites`: first line → the sheet whose lines begin
    there, when several were put together.
    """

    table: Table
    lues: int
    ligne_entete: int
    colonnes_inconnues: list[str]
    entetes: dict[str, str]
    remarques: list[Remarque] = field(default_factory=list)
    suites: dict[int, str] = field(default_factory=dict)


@dataclass
class DepotBrut:
    """A deposit whose layout, tables and identity are known.

    `cellules`: table → its sheet below the header as text, with `ligne`, the known columns under their names.
    `irregulieres`: table → its rows that have not their header's cells. `remarques`: what is to be said of it.
    """

    layout: Layout
    identite: Identite
    tables: dict[str, TableBrute]
    cellules: dict[str, pl.DataFrame]
    feuilles_inconnues: list[str] = field(default_factory=list)
    irregulieres: dict[str, Irregulieres] = field(default_factory=dict)
    remarques: list[Remarque] = field(default_factory=list)


def extraire(table: Table, feuille: FeuilleLue) -> tuple[TableBrute, pl.DataFrame]:
    """A filled sheet, and its rows below the header, known columns named.

    Raises DepotRefuse COLONNE_MANQUANTE, COLONNE_EN_DOUBLE.
    """
    entete = trouver_entete(table, feuille)
    ligne_entete = int(feuille.cellules["ligne"][entete.rang])
    lignes = feuille.cellules.slice(entete.suite)
    associees, remarques = _departager(table, entete, lignes, ligne_entete)
    places = {place: nom for nom, place in associees.items()}
    dits = {place for rivales in entete.rivales(table).values() for place in rivales} | set(
        entete.associees.values()
    )
    libres = [
        t
        for place, t in enumerate(entete.textes)
        if t is not None and place not in places and place not in dits
    ]
    manquantes = [c for c in table.colonnes if c.requise and c.nom not in associees]
    if manquantes:
        # a row with one known header at most may be data, hence names: it is not quoted
        est_entete = len(entete.associees) > 1
        raise _colonne_manquante(
            table, manquantes, libres if est_entete else [], ligne_entete if est_entete else None
        )
    if feuille.plages:
        lignes, dites = _etendre(table, associees, feuille, entete.suite, lignes)
        remarques += dites
    lues = lignes.height
    lignes = _sans_l_entete_repete(feuille, entete, list(associees.values()), lignes)
    lignes.columns = ["ligne", *(places.get(place, nom) for place, nom in enumerate(lignes.columns[1:]))]
    ecrits = {c.entete: _ecrit(entete.textes[associees[c.nom]]) for c in table.colonnes if c.nom in associees}
    entetes = {e: ecrit for e, ecrit in ecrits.items() if ecrit != e}
    inconnues = [_ecrit(t) for t in libres]
    return TableBrute(table, lues, ligne_entete, inconnues, entetes, remarques), lignes


def est_decisive(table: Table, colonne: Colonne) -> bool:
    """Whether a false value of this column makes a false row: what is counted, or what it is counted for."""
    return colonne.valeur or colonne.s_ajoute or colonne.nom in table.cle


def _sans_l_entete_repete(
    feuille: FeuilleLue, entete: Entete, places: list[int], lignes: pl.DataFrame
) -> pl.DataFrame:
    """Without the header that an export writes again at the top of each page."""
    for rang in range(entete.rang, entete.suite):
        ecrits = feuille.cellules.row(rang)
        remplies = [place for place in places if ecrits[place + 1] is not None]
        repetes = lignes[f"c{remplies[0]}"] == ecrits[remplies[0] + 1] if remplies else None
        if repetes is not None and repetes.any():
            toutes = pl.all_horizontal(pl.col(f"c{place}") == ecrits[place + 1] for place in remplies)
            lignes = lignes.filter(toutes.fill_null(False).not_())
    return lignes


# --- two columns that may be one ---------------------------------------------------------------------------


def _departager(
    table: Table, entete: Entete, lignes: pl.DataFrame, ligne: int
) -> tuple[dict[str, int], list[Remarque]]:
    """The place of each column of the table; of several that may be it, the only one filled, or any if all say the same.

    Raises DepotRefuse COLONNE_EN_DOUBLE.
    """
    associees, remarques = dict(entete.associees), []
    for nom, autres in entete.rivales(table).items():
        colonne = table.colonne(nom)
        places = [associees[nom], *autres]
        cellules = depouiller(lignes.lazy().select(f"c{place}" for place in places)).collect()
        remplies = [p for p in places if cellules[f"c{p}"].null_count() < cellules.height] or places[:1]
        associees[nom] = remplies[0]
        distinctes = [p for p in remplies[1:] if not cellules[f"c{p}"].equals(cellules[f"c{remplies[0]}"])]
        ecrits = [entete.textes[p] or "" for p in places]
        detail = " et ".join(
            f"« {_ecrit(t)} » (colonne {_lettres(p)})" for t, p in zip(ecrits, places, strict=True)
        )
        propre = [p for p in remplies if sans_rang(entete.textes[p] or "") == formes(colonne)[0]]
        if not distinctes:
            suite = f"c'est « {_ecrit(entete.textes[remplies[0]])} » qui est lue, " + (
                "l'autre est vide" if len(remplies) == 1 else "elles disent la même chose"
            )
        elif len(propre) == 1:  # a column under its own header, beside one that may be called so
            associees[nom] = propre[0]
            suite = f"c'est « {_ecrit(entete.textes[propre[0]])} » qui est lue"
        elif colonne.requise or est_decisive(table, colonne):
            raise DepotRefuse(
                "COLONNE_EN_DOUBLE", table=table.entete, ligne=ligne, colonne=colonne.entete, detail=detail
            )
        else:
            del associees[nom]
            suite = "aucune n'est lue"
        remarques.append(
            Remarque(
                "alerte",
                "COLONNE_EN_DOUBLE",
                table.entete,
                ligne,
                colonne.entete,
                detail=f"{detail} : {suite}",
            )
        )
    return associees, remarques


def _lettres(place: int) -> str:
    """The column as a spreadsheet names it."""
    lettres = ""
    rang = place + 1
    while rang:
        rang, reste = divmod(rang - 1, 26)
        lettres = chr(65 + reste) + lettres
    return lettres


# --- merged cells ------------------------------------------------------------------------------------------


def _etendre(
    table: Table, associees: dict[str, int], feuille: FeuilleLue, debut: int, lignes: pl.DataFrame
) -> tuple[pl.DataFrame, list[Remarque]]:
    """The same rows, the value of merged cells on each of theirs: a key or a date is of all of them. A number merged over
    several rows is of none that can be told: it is replaced by what says so."""
    remarques: list[Remarque] = []
    for colonne in table.colonnes:
        plages = [p for p in feuille.plages if associees.get(colonne.nom) == p.gauche and p.haut >= debut]
        if not plages:
            continue
        place = f"c{associees[colonne.nom]}"
        valeurs = lignes[place].to_list()
        reprises = 0
        for plage in plages:
            haut, bas = plage.haut - debut, min(plage.bas - debut + 1, len(valeurs))
            reprises += _reprendre(colonne, plage, valeurs, haut, bas)
        lignes = lignes.with_columns(pl.Series(place, valeurs, dtype=pl.String))
        if reprises:
            premiere = int(feuille.cellules["ligne"][min(p.haut for p in plages)])
            remarques.append(
                Remarque(
                    "alerte", "FUSION_REPRISE", table.entete, premiere, colonne.entete, detail=str(reprises)
                )
            )
    return lignes, remarques


def _reprendre(colonne: Colonne, plage: Plage, valeurs: list[str | None], haut: int, bas: int) -> int:
    """Writes the value of a range on its rows; how many took it."""
    if plage.haut == plage.bas or haut >= bas:
        return 0
    valeur = valeurs[haut]
    if plage.formule:
        valeurs[haut:bas] = [v or FORMULE_SANS_VALEUR for v in valeurs[haut:bas]]
        return 0
    if valeur is None:
        return 0
    if colonne.type in _TYPES_DE_NOMBRE:
        valeurs[haut:bas] = [VALEUR_FUSIONNEE] * (bas - haut)
        return 0
    valeurs[haut:bas] = [v or valeur for v in valeurs[haut:bas]]
    return bas - haut - 1


# --- messages ----------------------------------------------------------------------------------------------


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
