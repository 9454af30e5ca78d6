"""Several sheets or files for one table: the only one with rows is read, parts of one thing are added up, else refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest.csv_texte import Enregistrements
from ingest.entetes import trouver_entete
from ingest.extraction import TableBrute, extraire
from ingest.feuilles import Feuilles, depouiller
from ingest.findings import Remarque
from ingest.irregularites import Irregulieres, relever
from ingest.layouts import Table, normaliser
from ingest.nommage import nom_de_table, nomme_la_table


def candidates(table: Table, feuilles: Feuilles, libres: Sequence[str]) -> list[str]:
    """Of these sheets, those that may be the table by their name, or have all its required columns."""
    noms = {normaliser(n) for n in table.noms()}
    return [
        n for n in libres if nom_de_table(n) in noms or trouver_entete(table, feuilles.lire(n)).complet(table)
    ]


@dataclass(frozen=True)
class TableLue:
    """The rows of one table, the sheets that were looked at for it, its rows that have not their header's cells."""

    brute: TableBrute
    cellules: pl.DataFrame
    feuilles: list[str]
    irregulieres: Irregulieres | None = None


def lire_la_table(
    table: Table, feuilles: Feuilles, noms: Sequence[str], irreguliers: Mapping[str, Enregistrements]
) -> TableLue:
    """`noms`: the sheets that may be the table, the likeliest first. `irreguliers`: the CSV files with irregular rows.

    Raises DepotRefuse COLONNE_MANQUANTE, COLONNE_EN_DOUBLE, FEUILLES_EN_CONCURRENCE.
    """
    completes = (
        [n for n in noms if trouver_entete(table, feuilles.lire(n)).complet(table)] if noms[1:] else []
    )
    lues = {n: extraire(table, feuilles.lire(n)) for n in completes or noms[:1]}
    irregulieres = {
        n: vues for n, lue in lues.items() if (vues := _relever(*lue, irreguliers.get(n))) is not None
    }
    remplies = list(lues)
    if len(lues) > 1:
        remplies = [n for n, (_, cellules) in lues.items() if _a_des_lignes(table, cellules)] or remplies[:1]
    if len(remplies) > 1:
        if len(irregulieres) > 1:
            pourquoi = "leurs lignes n'ont pas toutes les cellules de leur en-tête"
            raise _en_concurrence(table, remplies, feuilles.noms, pourquoi)
        brute, cellules = _reunir(table, {n: lues[n] for n in remplies}, feuilles.noms)
        debuts = {nom: debut - 1 for debut, nom in brute.suites.items()}
        vues = next((_decaler(v, debuts[n]) for n, v in irregulieres.items() if n in debuts), None)
        return TableLue(brute, cellules, list(lues), vues)
    brute, cellules = lues[remplies[0]]
    vides = [f"« {n} »" for n in lues if n != remplies[0]]
    if vides:
        brute.remarques.append(
            Remarque(
                "alerte",
                "FEUILLE_SANS_LIGNE",
                table.entete,
                None,
                valeur=remplies[0],
                detail=" et ".join(vides),
            )
        )
    return TableLue(brute, cellules, list(lues), irregulieres.get(remplies[0]))


def _relever(brute: TableBrute, cellules: pl.DataFrame, lus: Enregistrements | None) -> Irregulieres | None:
    if lus is None:
        return None
    connues = frozenset(c.nom for c in brute.table.colonnes)
    return relever(lus, brute.ligne_entete, cellules.columns[1:], connues)


def _decaler(vues: Irregulieres, lignes: int) -> Irregulieres:
    """The same when the lines of their file are numbered after those of others."""
    return replace(
        vues,
        lignes={ligne + lignes: champs for ligne, champs in vues.lignes.items()},
        inachevee=vues.inachevee + lignes if vues.inachevee is not None else None,
    )


def _connues(table: Table, cellules: pl.DataFrame) -> list[str]:
    return [c.nom for c in table.colonnes if c.nom in cellules.columns]


def _a_des_lignes(table: Table, cellules: pl.DataFrame) -> bool:
    connues = depouiller(cellules.lazy().select(_connues(table, cellules))).collect()
    return any(colonne.null_count() < len(colonne) for colonne in connues)


def _reunir(
    table: Table, lues: dict[str, tuple[TableBrute, pl.DataFrame]], toutes: Sequence[str]
) -> tuple[TableBrute, pl.DataFrame]:
    """Sheets with the same columns and without a key that two of them tell otherwise. Their lines are numbered one after the
    other; findings say the sheet and the line in it."""
    (premiere, (brute, cellules)), *autres = lues.items()
    connues = _connues(table, cellules)
    suites: dict[int, str] = {1: premiere}
    cadres = [cellules.select("ligne", *connues)]
    for nom, (_, suivantes) in autres:
        if set(_connues(table, suivantes)) != set(connues):
            raise _en_concurrence(table, list(lues), toutes, "leurs colonnes ne sont pas les mêmes")
        decalage = cadres[-1].item(-1, "ligne") if cadres[-1].height else max(suites)
        suites[decalage + 1] = nom
        cadres.append(suivantes.select(pl.col("ligne") + decalage, *connues))
    if table.cle and _se_contredisent(table, connues, cadres):
        raise _en_concurrence(table, list(lues), toutes, "leurs lignes se contredisent sur une même clé")
    remarque = Remarque(
        "alerte",
        "FEUILLES_REUNIES",
        table.entete,
        None,
        valeur=table.entete,
        detail=", ".join(f"« {n} »" for n in lues),
    )
    inconnues = list(dict.fromkeys(c for b, _ in lues.values() for c in b.colonnes_inconnues))
    reunie = replace(
        brute,
        lues=sum(b.lues for b, _ in lues.values()),
        colonnes_inconnues=inconnues,
        remarques=[remarque, *(r for b, _ in lues.values() for r in b.remarques)],
        suites=suites,
    )
    return reunie, pl.concat(cadres)


def _se_contredisent(table: Table, connues: list[str], cadres: list[pl.DataFrame]) -> bool:
    """Whether two sheets have rows of one key that differ."""
    cle = [c for c in table.cle if c in connues]
    obligatoires = [c.nom for c in table.colonnes if c.valeur and c.nom in connues]
    lignes = pl.concat(
        [c.select(connues).with_columns(_feuille=pl.lit(rang)) for rang, c in enumerate(cadres)]
    ).lazy()
    completes = depouiller(lignes).drop_nulls(obligatoires)
    par_cle = completes.group_by(cle).agg(
        feuilles=pl.col("_feuille").n_unique(), contenus=pl.struct(connues).n_unique()
    )
    return not par_cle.filter((pl.col("feuilles") > 1) & (pl.col("contenus") > 1)).collect().is_empty()


def _en_concurrence(table: Table, noms: Sequence[str], toutes: Sequence[str], pourquoi: str) -> DepotRefuse:
    """No person is known yet: a sheet that may bear the name of one is told by its place among `toutes`."""
    dits = " et ".join(
        f"« {nom} »" if nomme_la_table(nom, table.noms()) else f"la feuille n° {toutes.index(nom) + 1}"
        for nom in noms
    )
    return DepotRefuse(
        "FEUILLES_EN_CONCURRENCE", table=table.entete, valeur=table.entete, detail=f"{dits} : {pourquoi}"
    )
