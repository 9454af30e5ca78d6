"""What makes of a column, a sheet or a line another thing than it looks, and which other column may be the same thing: of
two none is taken in silence."""

from __future__ import annotations

import polars as pl

from ingest import nombres
from ingest.description.entetes import est_mois_sans_annee, mois_dans
from ingest.description.langage import MOIS, NOMS_DE_FEUILLE
from ingest.description.mesures import Formation, place_de_la_formation
from ingest.description.profils import part_vraie
from ingest.description.proposees import BlocPropose, Proposee, mot_de_reserve
from ingest.description.vocabulaire import RESERVES, reserve, ressemblance, sens
from ingest.layouts import normaliser

_MOTS_D_UN_TRI = 6
_MOIS_ENTIERS = 0.6  # agreement with months that have their year
_RIVALE, _RIVALE_DES_HEURES = 0.6, 0.4
_AUTRES_MESURES = frozenset({"prevues", "engagees", "etp", "montant", "!"})


def douter_de_ce_que_disent_les_mots(bloc: BlocPropose, plat: bool) -> None:
    """Lowers confidences in place. `plat`: the description is of a flat export."""
    _colonnes(bloc)
    _feuilles(bloc)
    _lignes(bloc)
    _autres_mois(bloc)
    _rivales(bloc)
    _formation(bloc, plat)


def _colonnes(bloc: BlocPropose) -> None:
    for proposee in bloc.toutes:
        if proposee.cible is None or proposee.entete in NOMS_DE_FEUILLE:
            continue
        mot = mot_de_reserve(proposee.entete, proposee.cible)
        if mot is not None:
            proposee.douter(f"« {mot} » dans « {proposee.entete} » peut en faire autre chose")


def _feuilles(bloc: BlocPropose) -> None:
    """« Heures annulées »; and sheets alike of which some are named after training do not hold the same hours."""
    for feuille in bloc.vu.feuilles:
        mot = reserve(feuille, [n for t in bloc.tables for n in t.noms()], RESERVES["lignes"])
        if mot is not None:
            for proposee in bloc.decisives:
                proposee.douter(f"une feuille est nommée « {mot} » : ce qu'elle contient est-il à compter ?")
    de_formation = [f for f in bloc.vu.feuilles if any("formation" in mot for mot in sens(f))]
    if de_formation and len(de_formation) < len(bloc.vu.feuilles):
        for proposee in bloc.d_heures:
            proposee.douter(
                "une feuille est nommée d'après la formation : ses heures sont-elles à ajouter aux autres ?"
            )


def _lignes(bloc: BlocPropose) -> None:
    """A column that is left out may say which lines count, by its words, or by its header on a sheet of hours."""
    listes = [RESERVES["lignes"], *([RESERVES["lignes_d_heures"]] if bloc.d_heures else [])]
    for ignoree in (p for p in bloc.colonnes if p.cible is None and p.entete not in NOMS_DE_FEUILLE):
        dits = bloc.vu.lignes[ignoree.entete].drop_nulls().unique()
        if not 0 < len(dits) <= _MOTS_D_UN_TRI:
            continue
        mot = next((m for dit in dits if (m := reserve(dit, (), *listes))), None)
        # « Validé par » on every line: who did it
        par_qui = (
            normaliser(ignoree.entete).endswith(" par") and not bloc.vu.lignes[ignoree.entete].null_count()
        )
        trie = bloc.d_heures and len(dits) > 1 and reserve(ignoree.entete, (), RESERVES["tri_des_heures"])
        for proposee in bloc.decisives:
            if mot is not None:
                proposee.douter(
                    f"« {ignoree.entete} » dit « {mot} » de certaines lignes : sont-elles à compter ?"
                )
            elif trie and not par_qui:
                proposee.douter(f"« {ignoree.entete} » trie les lignes : sont-elles toutes à compter ?")


def _autres_mois(bloc: BlocPropose) -> None:
    """Groups of months that are left aside, and that no word says to be something else than hours."""
    prises = {p.entete for p in bloc.mesures.values()}
    for motif in bloc.vu.mois if prises else ():
        dits = {s for mot in sens(motif.replace(MOIS, "")) for s in mot} if motif != MOIS else set()
        autre_chose = reserve(motif, (), RESERVES["colonnes"], RESERVES["par_type"]["heures"])
        if motif not in prises and not autre_chose and not dits & _AUTRES_MESURES:
            for proposee in bloc.mesures.values():
                proposee.douter(
                    f"les colonnes « {motif} » peuvent l'être aussi, ou être des heures de formation"
                )


def _rivales(bloc: BlocPropose) -> None:
    """Other columns that may be the hours, the month, or a day of a contract as well."""
    for proposee in bloc.colonnes:
        colonne = proposee.cible.colonne if proposee.cible else None
        if proposee.cible is None or colonne is None or colonne.type not in ("heures", "mois", "date"):
            continue
        if not (colonne.valeur or colonne.fin_de or colonne.type == "heures"):
            continue
        for autre in (p for p in bloc.colonnes if p.cible is None and p.accord):
            if colonne.type == "heures" and autre.entete in NOMS_DE_FEUILLE:
                continue
            if autre.accord.get(colonne.type, -1.0) <= 0 or _est_une_autre_mesure(autre, proposee):
                continue
            if (
                colonne.type == "mois"
                and autre.accord["mois"] < _MOIS_ENTIERS
                and not _sans_annee(bloc, proposee)
            ):
                continue
            dit, _ = ressemblance(autre.entete, proposee.cible.noms)
            des_heures = colonne.type == "heures"
            inconnue = des_heures and all(s.startswith("?") for mot in sens(autre.entete) for s in mot)
            if inconnue or dit >= (_RIVALE_DES_HEURES if des_heures else _RIVALE):
                proposee.douter(f"« {autre.entete} » peut l'être aussi")


def _sans_annee(bloc: BlocPropose, mois: Proposee) -> bool:
    return any(est_mois_sans_annee(v) for v in bloc.vu.lignes[mois.entete].drop_nulls().unique())


def _est_une_autre_mesure(autre: Proposee, proposee: Proposee) -> bool:
    """Whether a header says of hours that they are planned, full-time equivalents, an amount…, and the other does not."""
    de_l_autre, siens = ({s for mot in sens(p.entete) for s in mot} for p in (autre, proposee))
    return bool(de_l_autre & _AUTRES_MESURES - siens)


def _formation(bloc: BlocPropose, plat: bool) -> None:
    """Whether hours hold those of training: what headers say and the values do not contradict, else the custom of the
    format, else a question."""
    heures, formation = bloc.heures_et_formation
    if heures is None or formation is None:
        return
    totaux, parts = (_valeurs(bloc, p) for p in (heures, formation))
    if len(totaux) != len(parts):
        return
    depassent = part_vraie(nombres.lire_nombres(parts) > nombres.lire_nombres(totaux)) > 0
    place = place_de_la_formation(heures.entete, formation.entete, plat)
    if depassent and place is Formation.COMPRISE:
        bloc.formation_a_dire = True
        heures.douter(
            f"les en-têtes disent qu'elle comprend « {formation.entete} », mais des lignes en ont davantage "
            "(à dire dans la feuille Réglages)"
        )
    elif depassent or place is Formation.A_PART:
        bloc.formation_incluse = False
    elif place is Formation.COMPRISE:
        bloc.formation_incluse = True
    elif place is Formation.A_DIRE:
        bloc.formation_a_dire = True
        heures.douter(
            f"rien ne dit si elle comprend « {formation.entete} » (à dire dans la feuille Réglages)"
        )


def _valeurs(bloc: BlocPropose, proposee: Proposee) -> pl.Series:
    """The values of a column, or of columns of months in the order of their months."""
    if proposee.entete not in bloc.vu.mois:
        return bloc.vu.lignes[proposee.entete]
    entetes = sorted(bloc.vu.mois[proposee.entete], key=lambda e: (mois_dans(e) or ("", ""))[1])
    return pl.concat([bloc.vu.lignes[e] for e in entetes])
