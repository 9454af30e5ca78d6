"""A proposed description: which sheet is which table, which column is which, decided together over the whole source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from ingest.codes import Codes
from ingest.description.affectation import Paire, Proposeur
from ingest.description.entetes import est_mois_sans_annee
from ingest.description.langage import FEUILLE, NOMS_DE_FEUILLE
from ingest.description.liens import CODES_PROBANTS, constances, dependances, references, temoins
from ingest.description.mesures import mesures_des_mois
from ingest.description.observation import DEPOT, Observation
from ingest.description.profils import Profil, masquer, part_vraie, pour_cent, sont_des_annees
from ingest.description.proposees import DOUTE, SEUIL, BlocPropose, Cible, Proposee, Proposition
from ingest.description.vocabulaire import (
    CLES_FABRIQUEES,
    DEDUITES,
    NOMS_DES_SIRETS,
    dit_autres,
    noms_de,
    ressemblance,
)
from ingest.layouts import Colonne, Layout, Table
from ingest.references import Territoires

_RECONNUE = 0.55  # mean weight of the required columns that makes a sheet a table
_PRESQUE = 0.7  # of it, that leaves something to ask
_PLATE = 0.62
_POIDS_MOYEN, _REGRET_MOYEN = 0.51, 0.027  # of pairs that are as often wrong as right (benchmarks/decrire.py)
_SUR_L_EN_TETE = 0.75
_MOTS_D_UNE_LISTE = 0.7  # agreement of a column whose words are those of a list
_SEULE_POSSIBLE = 0.2  # what it is worth that nothing else can be a column that must exist


def proposer(
    observation: Observation, layouts: Sequence[Layout], codes: Codes, territoires: Territoires
) -> list[Proposition]:
    """What the source may be described as, the likeliest first; nothing when no layout can be made of what was seen."""
    if not observation.blocs:
        return []
    proposeur = Proposeur(observation, layouts, codes, territoires)
    plats, relationnels = [la for la in layouts if la.plat], [la for la in layouts if not la.plat]
    plates = [
        (proposeur.qualite(rang, la, la.tables[0]), la, rang)
        for la in plats
        for rang in range(len(observation.blocs))
    ]
    plate, plat, rang = max(plates, key=lambda p: p[0])
    repartition, note = _repartir(proposeur, relationnels[0])
    possibles: list[tuple[Layout, Mapping[int, Sequence[Table]]]] = []
    if note >= _RECONNUE * _PRESQUE:
        possibles.append((relationnels[0], repartition))
    if plate >= _PLATE:
        d_abord = note < _RECONNUE or plate > note
        possibles.insert(0 if d_abord else 1, (plat, {rang: [plat.tables[0]]}))
        if len(observation.blocs) == 1:  # one sheet is a flat export if it may be
            possibles = [(plat, {rang: [plat.tables[0]]})]
    return [_composer(proposeur, *possible) for possible in possibles]


def _repartir(proposeur: Proposeur, layout: Layout) -> tuple[dict[int, list[Table]], float]:
    """The tables of each block, and the mean quality of those that are required."""
    blocs = proposeur.observation.blocs
    qualites = np.array(
        [[proposeur.qualite(rang, layout, t) for t in layout.tables] for rang in range(len(blocs))]
    )
    # a table of many columns is seldom found by chance
    poids = np.sqrt([max(1, sum(c.requise for c in t.colonnes)) for t in layout.tables])
    lignes, colonnes = linear_sum_assignment(
        np.where(qualites >= _RECONNUE, qualites * poids, 0.0), maximize=True
    )
    retenues: dict[int, list[Table]] = {}
    faites: dict[str, float] = {}
    for rang, j in zip(lignes, colonnes, strict=True):
        if qualites[rang, j] >= _RECONNUE:
            retenues.setdefault(int(rang), []).append(layout.tables[j])
            faites[layout.tables[j].nom] = float(qualites[rang, j])
    # what is joined to a table that is itself joined to another
    for j, table in [*enumerate(layout.tables), *reversed(list(enumerate(layout.tables)))]:
        liees = [r for r, tables in retenues.items() if any(_liees(layout, table, t) for t in tables)]
        if table.nom not in faites and liees:
            rang = max(liees, key=lambda r: qualites[r, j])
            if qualites[rang, j] >= _RECONNUE:
                retenues[rang].append(table)
                faites[table.nom] = float(qualites[rang, j])
    requises = [t.nom for t in layout.tables if t.requise]
    note = sum(min(1.0, faites.get(n, 0.0)) for n in requises) / len(requises)
    return retenues, note


def _liees(layout: Layout, une: Table, autre: Table) -> bool:
    """Whether a column of a key links two tables."""
    liens = {c for t in layout.tables for p in t.parents for c in p.colonnes}
    return bool(liens & {c.nom for c in une.colonnes} & {c.nom for c in autre.colonnes})


def _composer(
    proposeur: Proposeur, layout: Layout, repartition: Mapping[int, Sequence[Table]]
) -> Proposition:
    observation = proposeur.observation
    bonus = references(observation, layout, repartition)
    blocs: list[BlocPropose] = []
    for rang, tables in repartition.items():
        vu = observation.blocs[rang]
        cibles = proposeur.cibles(layout, tables)
        siens = dict(bonus.get(rang, {}))
        for cle, valeur in (constances(vu, cibles) if layout.plat else {}).items():
            siens[cle] = siens.get(cle, 0.0) + valeur
        premieres = proposeur.affecter(rang, cibles, siens)
        for trouves in (dependances(vu, cibles, premieres), temoins(vu, layout, premieres)):
            for cle, valeur in trouves.items():
                siens[cle] = siens.get(cle, 0.0) + valeur
        paires = proposeur.affecter(rang, cibles, siens)
        par_entete = {p.entete: p for p in paires}
        dits = {p.entete: p.cible for p in premieres if p.poids >= _SUR_L_EN_TETE}
        colonnes = [
            _proposee(proposeur, rang, e, par_entete.get(e), proposeur.pourquoi_pas(rang, e, cibles, paires))
            for e in [*vu.entetes, *vu.noms_de_feuille]
        ]
        for proposee in colonnes:
            dit = dits.get(proposee.entete)
            if dit is not None and (proposee.cible is None or dit.colonne.nom != proposee.cible.colonne.nom):
                autre = proposee.cible.titre if proposee.cible else "autre chose"
                proposee.cible = proposee.cible or dit
                proposee.confiance = DOUTE
                proposee.douter(f"l'en-tête dit « {dit.titre} », les valeurs disent {autre}")
        bloc = BlocPropose(vu, list(tables), colonnes)
        _ce_que_nomment_les_feuilles(bloc, cibles)
        _annees_des_mois(bloc)
        if layout.plat:
            _listes_en_colonnes(bloc, proposeur)
        bloc.mesures = mesures_des_mois(bloc, layout)
        bloc.tables = _la_plus_fine_d_abord(bloc)
        blocs.append(bloc)
    restes = _sans_ce_qui_se_deduit(blocs, repartition)
    if restes != repartition:
        return _composer(proposeur, layout, restes)
    _parties_de_cles(layout, blocs)
    for rang, vu in enumerate(observation.blocs):
        if rang not in repartition:
            colonnes = [
                _proposee(proposeur, rang, e, None, "cette feuille n'a pas été reconnue") for e in vu.entetes
            ]
            blocs.append(BlocPropose(vu, [], colonnes))
    return Proposition(layout, blocs, observation, proposeur.traductions)


def _sans_ce_qui_se_deduit(
    blocs: Sequence[BlocPropose], repartition: Mapping[int, Sequence[Table]]
) -> dict[int, list[Table]]:
    """The tables of each block: one that was seen in part only, joined to others, is deduced, or left out, rather than read
    by half."""
    restes: dict[int, list[Table]] = {}
    for (rang, tables), bloc in zip(repartition.items(), blocs, strict=True):
        sures = {
            (t.nom, c.nom)
            for p in bloc.colonnes
            if p.cible and p.confiance >= SEUIL
            for t, c in p.cible.places
        }
        restes[rang] = [
            t
            for t in tables
            if len(tables) == 1
            or (t.requise and t.entete not in DEDUITES)
            or all((t.nom, c.nom) in sures for c in t.colonnes if c.requise)
        ]
    return restes


def _ce_que_nomment_les_feuilles(bloc: BlocPropose, cibles: Sequence[Cible]) -> None:
    """A name that no column says and that the sheets bear: each sheet has one SIRET, each SIRET one sheet."""
    feuille = next((p for p in bloc.colonnes if p.entete == FEUILLE), None)
    if feuille is None or (feuille.cible is not None and feuille.confiance >= SEUIL):
        return
    prises = {c.nom for p in bloc.colonnes if p.cible and p is not feuille for _, c in p.cible.places}
    for cible in cibles:
        colonne = cible.colonne
        if colonne.nom in prises or colonne.type != "texte" or not cible.requise:
            continue
        for proposee in bloc.colonnes:
            sienne = proposee.cible.colonne if proposee.cible else None
            noms = NOMS_DES_SIRETS.get(cible.places[0][0].entete, {})
            if sienne is None or noms.get(sienne.entete) != colonne.entete:
                continue
            paires = bloc.vu.lignes.select(f=FEUILLE, s=proposee.entete).drop_nulls().unique()
            if paires.height == paires["f"].n_unique() == paires["s"].n_unique() > 1:
                feuille.cible, feuille.confiance = cible, 0.9
                feuille.raisons = f"chaque feuille a un seul « {proposee.entete} », et lui une seule feuille"
                return


def _annees_des_mois(bloc: BlocPropose) -> None:
    """« Année » beside « Mois »: both together say which month. Without one, the year is that of the deposit."""
    mois = next((p for p in bloc.colonnes if p.cible and p.cible.colonne.type == "mois"), None)
    if mois is None or mois.entete in NOMS_DE_FEUILLE:
        return
    ecrits = bloc.vu.lignes[mois.entete].drop_nulls().unique()
    if not all(est_mois_sans_annee(m) for m in ecrits):
        return
    annees = [
        p
        for p in bloc.colonnes
        if p.cible is None and p.entete not in NOMS_DE_FEUILLE and sont_des_annees(bloc.vu.lignes[p.entete])
    ]
    if len(annees) == 1:
        (annee,) = annees
        annee.cible, annee.confiance = mois.cible, mois.confiance
        annee.raisons = f"ce sont des années, « {mois.entete} » dit les mois : les deux se lisent ensemble"
    elif annees:
        mois.douter(f"son année peut être « {annees[0].entete} » ou « {annees[1].entete} »")
    else:
        mois.raisons += " ; son année sera celle de la période du dépôt"


def _listes_en_colonnes(bloc: BlocPropose, proposeur: Proposeur) -> None:
    """« Autres critères » beside « Critère principal », where ours is one list: both are read into it."""
    for liste in [p for p in bloc.colonnes if p.cible and p.cible.colonne.type == "liste"]:
        assert liste.cible is not None
        autres = [
            p
            for p in bloc.colonnes
            if p.cible is None
            and p.entete not in NOMS_DE_FEUILLE
            and {dit_autres(p.entete), dit_autres(liste.entete)} == {True, False}
            and Profil(bloc.vu.lignes[p.entete], proposeur.codes, proposeur.territoires).accord(
                liste.cible.colonne
            )[0]
            > _MOTS_D_UNE_LISTE
        ]
        if all(any(f"« {p.entete} »" in doute for p in autres) for doute in liste.doutes) and autres:
            liste.confiance = max(liste.confiance, 0.9)  # nothing else could be the list
            liste.doutes.clear()
        for p in (liste, *autres) if autres else ():
            p.cible, p.confiance = liste.cible, liste.confiance
            p.raisons += " ; ses mots et ceux de l'autre colonne font une liste"


def _parties_de_cles(layout: Layout, blocs: Sequence[BlocPropose]) -> None:
    """Where a source has no code for a thing, the columns of other sheets that say which it is by the same words: their
    values are all in the column of the sheet of that thing."""
    for mere, cles in CLES_FABRIQUEES.items():
        sienne = next((b for b in blocs if any(t.entete == mere for t in b.tables)), None)
        table = next((t for t in layout.tables if t.entete == mere), None)
        if sienne is None or table is None:
            continue
        for cle, parties in cles.items():
            nom = next(c.nom for c in table.colonnes if c.entete == cle)
            if sienne.de(nom) is not None:
                continue
            for bloc in blocs:
                if bloc is sienne or not any(c.nom == nom for t in bloc.tables for c in t.colonnes):
                    continue
                for partie in parties:
                    colonne = next(c for c in table.colonnes if c.entete == partie)
                    _meme_mots(bloc, sienne, table, colonne)


def _meme_mots(bloc: BlocPropose, sienne: BlocPropose, table: Table, colonne: Colonne) -> None:
    modele = sienne.de(colonne.nom)
    if modele is None:
        return
    connus = sienne.vu.lignes[modele.entete].drop_nulls().unique()
    for proposee in bloc.colonnes:
        valeurs = bloc.vu.lignes[proposee.entete].drop_nulls().unique()
        if len(valeurs) >= CODES_PROBANTS and part_vraie(valeurs.is_in(connus.implode())) >= 0.98:
            proposee.cible = Cible(((table, colonne),), tuple(noms_de(table)[colonne.nom]))
            proposee.confiance = modele.confiance
            proposee.raisons = f"ses valeurs sont celles de « {modele.entete} » ({sienne.vu.titre})"
            return


def _proposee(
    proposeur: Proposeur, rang: int, entete: str, paire: Paire | None, pourquoi_pas: str
) -> Proposee:
    """What one column is proposed to be; `pourquoi_pas`: why it is nothing of ours, where it is not."""
    bloc = proposeur.observation.blocs[rang]
    valeurs = bloc.lignes[entete].drop_nulls().unique(maintain_order=True).head(3).to_list()
    exemples = [masquer(v) for v in valeurs]
    if paire is None:
        profil = Profil(bloc.lignes[entete], proposeur.codes, proposeur.territoires)
        accords = {t: profil.accord(Colonne("", "", t))[0] for t in ("heures", "mois", "date")}
        return Proposee(entete, None, 0.0, pourquoi_pas, exemples, accords)
    cible, poids, regret = paire.cible, paire.poids, paire.regret
    dit, _ = ressemblance(entete if entete not in NOMS_DE_FEUILLE else "", cible.noms)
    accord, contenu = proposeur.accord(rang, entete, cible.colonne)
    if cible.requise and (dit >= 0.3 or accord >= 0.75):
        poids += _SEULE_POSSIBLE * min(1.0, max(0.0, (regret - 0.05) / 0.15))
    confiance = min(_sigmoide(9 * (poids - _POIDS_MOYEN)), _sigmoide(30 * (regret - _REGRET_MOYEN)))
    raisons = []
    if dit > 0.3:
        raisons.append(f"l'en-tête ressemble à « {cible.colonne.entete} » ({pour_cent(dit)})")
    raisons.append(contenu)
    doutes = [paire.sinon] if regret < 0.12 else []
    return Proposee(entete, cible, confiance, " ; ".join(raisons), exemples, doutes=doutes)


def _sigmoide(x: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, x))))


def _la_plus_fine_d_abord(bloc: BlocPropose) -> list[Table]:
    """The tables of a block, first the one of which each row is one."""
    if len(bloc.tables) == 1:
        return bloc.tables

    def unicite(table: Table) -> tuple[bool, float, int]:
        if bloc.mesures and any(c.type == "heures" for c in table.colonnes):
            return (True, 1.0, len(table.cle))
        entetes = [p.entete for nom in table.cle if (p := bloc.de(nom)) is not None]
        if not entetes or len(entetes) < len(table.cle):
            return (False, 0.0, 0)
        lignes = bloc.vu.lignes.select(DEPOT, *entetes)
        return (False, round(lignes.unique().height / max(1, lignes.height), 2), len(table.cle))

    return sorted(bloc.tables, key=unicite, reverse=True)
