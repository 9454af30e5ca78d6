"""From a proposal, or from a workbook that a person corrected, to the layout file: the same one can write by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from ingest.codes import forme_normale
from ingest.description.langage import EN_PLUSIEURS_COLONNES, MOIS
from ingest.description.proposees import BlocPropose, Proposition
from ingest.description.valeurs import noms_de_personnes
from ingest.description.vocabulaire import CLES_FABRIQUEES, DEDUITES, dit_autres, unite_ecrite
from ingest.layouts import Colonne, Layout, Table

_PREAMBULE = """\
# Description d'un export, écrite par « clauses decrire ». Elle se corrige ici, ou dans le classeur de correspondance.
# feuilles : d'où viennent nos tables · à gauche notre colonne, à droite l'en-tête de l'export.
# Le guide dit tout ce qu'on peut y écrire : « Votre logiciel n'est pas ABC Clauses ? »
"""


_IDENTITES = {
    "code_structure": "code_structure",
    "nom_structure": "nom_structure",
    "commune": "commune",
    "commune_structure": "commune",
}


@dataclass
class Choix:
    """What is kept of one block: header → our columns, as (table, column) that users see; measure → pattern of months.

    `valeurs`: (table, column) → the source's words → our codes. `unites`: header → unit.
    """

    bloc: BlocPropose
    colonnes: Mapping[str, Sequence[tuple[str, str]]]
    mesures: Mapping[str, str] = field(default_factory=dict)
    valeurs: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    unites: Mapping[str, str] = field(default_factory=dict)
    formation_incluse: bool | None = None


def choix_de(proposition: Proposition, seuil: float, sauf: Collection[str] = ()) -> list[Choix]:
    """All that is proposed with this confidence at least, but for some of our tables."""
    tous = []
    for bloc in proposition.blocs:
        colonnes = {
            p.entete: places
            for p in bloc.colonnes
            if p.cible is not None
            and p.confiance >= seuil
            and (places := [(t.entete, c.entete) for t, c in p.cible.places if t.entete not in sauf])
        }
        mesures = {m: p.entete for m, p in bloc.mesures.items() if p.confiance >= seuil}
        tous.append(Choix(bloc, colonnes, mesures))
    return tous


def composer(nom: str, proposition: Proposition, choix: Sequence[Choix]) -> dict[str, Any]:
    """The layout as data, ready to be written or read again."""
    base = proposition.base
    faites: list[tuple[Choix, dict[str, Any]]] = []
    presentes: set[str] = set()
    for un in choix:
        tables = _tables(base, un)
        if not tables:
            continue
        presentes |= set(tables)
        feuille: dict[str, Any] = {"noms": list(un.bloc.vu.noms)}
        if un.mesures:
            feuille["mois_en_colonnes"] = dict(un.mesures)
        _dire_l_identite(base, tables)
        feuille["tables"] = tables
        plusieurs = [t.entete for t in un.bloc.distinctes if t.entete in tables]
        if plusieurs:
            feuille["distinctes"] = plusieurs
        mois = [e for m, es in un.bloc.vu.mois.items() if m not in un.mesures.values() for e in es]
        ignorees = [e for e in (*un.bloc.vu.entetes, *un.bloc.vu.du_depot, *mois) if e not in un.colonnes]
        if ignorees:
            feuille["ignorees"] = ignorees
        faites.append((un, feuille))
    _completer_les_cles(base, [un for un, _ in faites], [f for _, f in faites])
    feuilles = [f for _, f in faites]
    structure = next((t for t in base.tables if t.nom == "structure"), None)
    if structure is not None and structure.entete not in presentes:
        feuilles.append({"tables": {structure.entete: _constantes(structure)}})
    lue: dict[str, Any] = {
        "layout": nom,
        "libelle": f"Export décrit : {nom}",
        "complete": base.nom,
        "feuilles": feuilles,
    }
    listes = proposition.observation.listes
    if listes is not None:
        lue["listes"] = {k: v for k, v in vars(listes).items() if v is not None}
    deduites = {
        t: d for t, d in DEDUITES.items() if t not in presentes and t in {x.entete for x in base.tables}
    }
    if deduites:
        lue["deduites"] = deduites
    code = next(
        (
            e
            for un in choix
            for e, places in un.colonnes.items()
            for _, c in places
            if any(k.entete == c and k.nom == "code_structure" for t in base.tables for k in t.colonnes)
        ),
        None,
    )
    noms = noms_de_personnes(proposition)
    cellules = {
        cle: lieu
        for cle, lieu in proposition.identite.cellules.items()
        if not noms & set(forme_normale(lieu.rpartition("!")[0]).split())
    }
    identite = cellules | ({"code_structure": code} if code is not None else {})
    if identite:
        lue["identite"] = identite
    if proposition.identite.noms:
        lue["noms_de_depot"] = list(proposition.identite.noms)
    muettes = [
        nom
        for nom in (*proposition.observation.muettes, *_non_lues(proposition, choix))
        if not noms & set(forme_normale(nom).split())
    ]
    if muettes:
        lue["feuilles_ignorees"] = muettes
    return lue


def _non_lues(proposition: Proposition, choix: Sequence[Choix]) -> list[str]:
    lus = {id(un.bloc.vu) for un in choix if un.colonnes or un.mesures}
    return [n for vu in proposition.observation.blocs if id(vu) not in lus for n in vu.feuilles]


def _constantes(structure: Table) -> dict[str, Any]:
    return {c.entete: {"identite": _IDENTITES[c.nom]} for c in structure.colonnes if c.nom in _IDENTITES}


def _dire_l_identite(base: Layout, tables: Mapping[str, dict[str, Any]]) -> None:
    """What a flat export, or the table of structures, does not say of its structure on each line, its deposit says."""
    for table in base.tables:
        for colonne in table.colonnes if base.plat or table.nom == "structure" else ():
            if table.entete in tables and colonne.nom in _IDENTITES:
                tables[table.entete].setdefault(colonne.entete, {"identite": _IDENTITES[colonne.nom]})


def _tables(base: Layout, un: Choix) -> dict[str, dict[str, Any]]:
    par_nom = {t.entete: t for t in base.tables}
    tables: dict[str, dict[str, Any]] = {}
    siennes = {t.entete for t in un.bloc.tables}
    en_deux = {c.entete for t in base.tables for c in t.colonnes if c.type in EN_PLUSIEURS_COLONNES}
    for entete, places in un.colonnes.items():
        for table, colonne in places:
            if table not in siennes:  # what another table's key is made of
                continue
            lues = tables.setdefault(table, {})
            if colonne in lues and colonne in en_deux:
                deja = lues[colonne]["colonnes"] if isinstance(lues[colonne], dict) else [lues[colonne]]
                # what is first in a list is the main thing
                lues[colonne] = {"colonnes": sorted([*deja, entete], key=dit_autres)}
            else:
                lues[colonne] = entete
    if un.mesures:
        (table,) = {t.entete for p in un.bloc.mesures.values() if p.cible for t, _ in p.cible.places}
        lues = tables.setdefault(table, {})
        for une in par_nom[table].colonnes:
            if une.type == "mois":
                lues[une.entete] = MOIS
        for mesure, proposee in un.bloc.mesures.items():
            if mesure in un.mesures and proposee.cible:
                lues[proposee.cible.colonne.entete] = f"{{{mesure}}}"
    return {
        t.entete: _ranger(t, _heures(base, t, tables[t.entete], un), un)
        for t in base.tables
        if t.entete in tables
    }


def _ranger(table: Table, colonnes: Mapping[str, Any], un: Choix) -> dict[str, Any]:
    """In the order of our columns, with what the words of each mean."""
    rangees: dict[str, Any] = {}
    for colonne in table.colonnes:
        if colonne.entete in colonnes:
            origine = colonnes[colonne.entete]
            mots = un.valeurs.get((table.entete, colonne.entete))
            if mots:
                origine = {
                    **(origine if isinstance(origine, dict) else {"colonne": origine}),
                    "valeurs": dict(mots),
                }
            rangees[colonne.entete] = origine
    return rangees


def _heures(base: Layout, table: Table, colonnes: dict[str, Any], un: Choix) -> dict[str, Any]:
    """Units, and hours that hold those of training where ours do not, or the other way round."""
    heures: list[Colonne] = [c for c in table.colonnes if c.type == "heures" and c.entete in colonnes]
    for une in heures:
        ecrit = un.mesures.get("heures" if une.valeur else "formation", colonnes[une.entete])
        unite = un.unites.get(ecrit) or unite_ecrite(ecrit)
        if unite != "heures":
            colonnes[une.entete] = {"colonne": colonnes[une.entete], "unite": unite}
    if len(heures) == 2:
        travail, formation = heures
        incluse = un.bloc.formation_incluse if un.formation_incluse is None else un.formation_incluse
        if incluse is not None and incluse != base.plat:
            origine = colonnes[travail.entete]
            lue = colonnes[formation.entete]
            autre = lue if isinstance(lue, str) else lue["colonne"]
            colonnes[travail.entete] = {
                **(origine if isinstance(origine, dict) else {"colonne": origine}),
                ("moins" if incluse else "plus"): autre,
            }
    return colonnes


def _completer_les_cles(base: Layout, choix: Sequence[Choix], feuilles: Sequence[dict[str, Any]]) -> None:
    """Keys that the source has not, made of what each of its sheets has: data (`cles_fabriquees`)."""
    for un, feuille in zip(choix, feuilles, strict=True):
        entetes = {place: entete for entete, places in un.colonnes.items() for place in places}
        for mere, cles in CLES_FABRIQUEES.items():
            for cle, parties in cles.items():
                lus = [entetes[mere, p] for p in parties if (mere, p) in entetes]
                if len(lus) < len(parties):
                    continue
                nom = next(
                    c.nom for t in base.tables if t.entete == mere for c in t.colonnes if c.entete == cle
                )
                for table in base.tables:
                    for colonne in table.colonnes:
                        if colonne.nom == nom and table.entete in feuille["tables"]:
                            feuille["tables"][table.entete].setdefault(colonne.entete, {"colonnes": lus})


def en_yaml(lue: Mapping[str, Any]) -> str:
    """The file, with its comments."""
    return _PREAMBULE + yaml.safe_dump(dict(lue), allow_unicode=True, sort_keys=False, width=120)
