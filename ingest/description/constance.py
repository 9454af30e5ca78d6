"""What a proposal must agree with: what never changes of a thing does not change on the lines that name it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ingest import nombres
from ingest.description.langage import NOMS_DE_FEUILLE
from ingest.description.profils import part_vraie
from ingest.description.proposees import SEUIL, BlocPropose, Proposee, Proposition
from ingest.description.vocabulaire import NOMS_DES_SIRETS, sens
from ingest.layouts import Colonne, Table

_VARIABLE = 0.2  # share of the things of which a value may change all the same
_LIGNES_PROBANTES = 8
_SOUVENT = 4  # lines of a marché that would not all have the same hours
_SIRETS_PROBANTS = 4
_ENTIER = (98, 102)  # per cent


def douter_de_ce_qui_change(proposition: Proposition, bloc: BlocPropose) -> None:
    """Lowers confidences in place."""
    _attributs(proposition, bloc)
    _heures_d_un_marche(bloc)
    _de_la_mere_ou_de_la_fille(bloc)
    _noms_et_sirets(bloc)
    _parts(bloc)
    _temoins(bloc, proposition)


def _attributs(proposition: Proposition, bloc: BlocPropose) -> None:
    """A number or a date of a marché or a company is the same on all its lines."""
    for table, cle, colonnes in _objets(proposition, bloc):
        entetes = [p.entete for nom in cle if (p := bloc.de(nom)) is not None]
        if not entetes or len(entetes) < len(cle):
            continue
        for colonne in (c for c in colonnes if c.type in ("nombre", "date")):
            proposee = bloc.de(colonne.nom, table)
            if proposee is None or proposee.entete in entetes:
                continue
            vues = bloc.vu.par_objet(entetes, proposee.entete)
            if vues["n"].sum() >= _LIGNES_PROBANTES and part_vraie(vues["d"] > 1) > _VARIABLE:
                proposee.douter(
                    f"« {proposee.entete} » change d'une ligne à l'autre pour un même « {entetes[-1]} »"
                )


def _objets(
    proposition: Proposition, bloc: BlocPropose
) -> list[tuple[Table, tuple[str, ...], list[Colonne]]]:
    """What stands on several lines: the table, its key, its columns."""
    if proposition.base.plat:
        (table,) = bloc.tables
        return [
            (
                table,
                tuple(n for n in cle if not n.startswith("cle_")),
                [c for c in table.colonnes if c.groupe == groupe],
            )
            for groupe, cle in proposition.base.groupes.items()
        ]
    return [(t, t.cle, list(t.colonnes)) for t in bloc.distinctes]


def _heures_d_un_marche(bloc: BlocPropose) -> None:
    """Hours that are done change from a line to the next."""
    marche = bloc.de("numero_marche") or bloc.de("code_marche")
    heures, _ = bloc.heures_et_formation
    if marche is not None and heures is not None and not bloc.mesures:
        vues = bloc.vu.par_objet([marche.entete], heures.entete).filter(pl.col("n") >= _SOUVENT)
        if vues.height >= 2 and part_vraie(vues["d"] == 1) > 1 - _VARIABLE:
            heures.douter(f"« {heures.entete} » ne change jamais pour un même « {marche.entete} »")


def _de_la_mere_ou_de_la_fille(bloc: BlocPropose) -> None:
    """Where one sheet holds marchés and their operations: a marché has one operation; a number that is the same on all
    marchés of each operation is rather the operation's."""
    for fille, mere, code_mere, code_fille in _filiations(bloc):
        meres = bloc.vu.par_objet([code_fille.entete], code_mere.entete)
        if meres.height >= 2 and part_vraie(meres["d"] > 1) > _VARIABLE:
            code_mere.douter(f"« {code_mere.entete} » change pour un même « {code_fille.entete} »")
        if any(bloc.de(c.nom, mere) for c in mere.colonnes if c.type == "nombre"):
            continue  # both have one: their headers were weighed against each other
        for colonne in (c for c in fille.colonnes if c.type == "nombre"):
            proposee = bloc.de(colonne.nom, fille)
            if proposee is None:
                continue
            vues = bloc.vu.par_objet([code_mere.entete], proposee.entete, code_fille.entete)
            if vues.height >= 2 and part_vraie(vues["d"] == 1) > 1 - _VARIABLE:
                proposee.douter(
                    f"« {proposee.entete} » est le même pour tous les marchés d'un « {code_mere.entete} »"
                )


def _filiations(bloc: BlocPropose) -> Iterator[tuple[Table, Table, Proposee, Proposee]]:
    """Of the tables of one sheet, each with a key of one column and its parent: both, and the columns of their codes."""
    for fille in (t for t in bloc.tables if len(t.cle) == 1):
        for parent in fille.parents:
            mere = next((t for t in bloc.tables if t.nom == parent.table), None)
            code_mere, code_fille = bloc.de(parent.colonnes[0]), bloc.de(fille.cle[0])
            if mere is not None and code_mere is not None and code_fille is not None:
                yield fille, mere, code_mere, code_fille


def _noms_et_sirets(bloc: BlocPropose) -> None:
    """A SIRET has one name, and seldom that of others: where it has several, the name is not that of its company."""
    for table in bloc.tables:
        for titres in NOMS_DES_SIRETS.get(table.entete, {}).items():
            siret, nom = (
                bloc.de(c.nom, table) for titre in titres for c in table.colonnes if c.entete == titre
            )
            if siret is None or nom is None or {siret.entete, nom.entete} & set(NOMS_DE_FEUILLE):
                continue
            paires = bloc.vu.lignes.select(s=siret.entete, n=nom.entete).drop_nulls()
            sirets, noms = paires["s"].n_unique(), paires["n"].n_unique()
            if sirets >= _SIRETS_PROBANTS and noms * 2 <= sirets:
                nom.douter(
                    f"{noms} « {nom.entete} » pour {sirets} « {siret.entete} » : est-ce bien leur nom ?"
                )
            vues = bloc.vu.par_objet([siret.entete], nom.entete)
            if vues.height >= 2 and part_vraie(vues["d"] > 1) > 0.5:
                nom.douter(
                    f"un même « {siret.entete} » a plusieurs « {nom.entete} » : est-ce bien la même entreprise ?"
                )


def _parts(bloc: BlocPropose) -> None:
    """Shares that are found must make a whole, where another column may be one of them."""
    for table in bloc.tables:
        trouvees = [bloc.de(c.nom, table) for c in table.colonnes if c.type == "pourcentage"]
        parts = [p for p in trouvees if p is not None and p.confiance >= SEUIL]
        if not parts or not any(_serait_une_part(p) for p in bloc.colonnes):
            continue
        lues = pl.DataFrame(
            {str(i): nombres.lire_pourcentages(bloc.vu.lignes[p.entete]) for i, p in enumerate(parts)}
        )
        pleines = lues.filter(pl.any_horizontal(pl.all().is_not_null()))
        sommes = pleines.select(pl.sum_horizontal(pl.all())).to_series()
        entieres = part_vraie(sommes.is_between(*_ENTIER) | (100 * sommes).is_between(*_ENTIER))
        if len(sommes) and entieres < 0.5:
            for proposee in parts:
                proposee.douter("les parts trouvées ne font pas 100 %, d'autres peuvent l'être aussi")


def _serait_une_part(proposee: Proposee) -> bool:
    """Whether it may be a share that was not found for sure."""
    if proposee.cible is not None:
        return proposee.cible.colonne.type == "pourcentage" and proposee.confiance < SEUIL
    return any("financement" in mot for mot in sens(proposee.entete))


def _temoins(bloc: BlocPropose, proposition: Proposition) -> None:
    """On a flat sheet, what never changes of a contract, a person or a marché does not change where its code does not."""
    for nom, temoin in proposition.base.temoins.items():
        code, jour = bloc.de(nom), bloc.de(temoin) if temoin else None
        if code is None or jour is None:
            continue
        if part_vraie(bloc.vu.par_objet([code.entete], jour.entete)["d"] > 1) > _VARIABLE:
            code.douter(f"« {jour.entete} » change pour un même « {code.entete} »")
