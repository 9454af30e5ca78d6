"""What a proposal must agree with before it is believed: order of dates, magnitudes, references, what is constant, words.

A doubt lowers the confidence of the columns it is about, and says why: it ends in a question, never in figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from ingest import dates, nombres
from ingest.description.constance import douter_de_ce_qui_change
from ingest.description.ecriture import Choix, choix_de, composer
from ingest.description.observation import DEPOT
from ingest.description.profils import part_vraie, pour_cent
from ingest.description.proposees import BlocPropose, Proposee, Proposition
from ingest.description.prudence import douter_de_ce_que_disent_les_mots
from ingest.description.vocabulaire import unite_ecrite
from ingest.layouts import Colonne, Table, normaliser
from ingest.provenance import dites_par_le_nom

_PART_EN_ORDRE = 0.9
_LIGNES_PROBANTES = 8
_HEURES_D_UN_MOIS = 744
_AGE_MINIMAL = 14
_PETITS_ENTIERS = [0.0, 1.0, 2.0, 3.0, 4.0]


def la_plus_entiere(propositions: Sequence[Proposition]) -> Proposition:
    """Of several descriptions of one source the one that lacks least of what is required, else the likeliest."""

    def part_manquante(proposition: Proposition) -> float:
        requises = sum(c.requise for t in proposition.base.tables if t.requise for c in t.colonnes)
        absentes = manquantes(proposition, choix_de(proposition, 0.0))
        return sum(t.requise and c.requise for t, c in absentes) / requises

    return min(propositions, key=part_manquante) if len(propositions) > 1 else propositions[0]


def verifier(proposition: Proposition) -> None:
    """Looks at the whole proposal; changes confidences and adds questions in place."""
    for bloc in (b for b in proposition.blocs if b.tables):
        _ordre_des_dates(bloc)
        _grandeurs(bloc)
        douter_de_ce_qui_change(proposition, bloc)
        douter_de_ce_que_disent_les_mots(bloc, proposition.base.plat)
    _references(proposition)
    _structures(proposition)
    proposition.manquantes = manquantes(proposition, choix_de(proposition, 0.0))


def _jours(bloc: BlocPropose, proposee: Proposee) -> pl.Series:
    textes = bloc.vu.lignes[proposee.entete]
    distincts = textes.drop_nulls().unique()
    if proposee.cible is not None and proposee.cible.colonne.type == "naissance":
        lues = dates.lire_naissances(distincts, dt.date.today())
    else:
        lues = dates.lire_dates(distincts)
    return textes.replace_strict(distincts, lues, default=None, return_dtype=pl.Date)


def _ordre_des_dates(bloc: BlocPropose) -> None:
    for table in bloc.tables:
        for colonne in table.colonnes:
            fin = bloc.de(colonne.nom, table)
            debut = bloc.de(str(colonne.fin_de), table)
            if colonne.fin_de is None or fin is None or debut is None:
                continue
            ensemble = pl.DataFrame({"d": _jours(bloc, debut), "f": _jours(bloc, fin)}).drop_nulls()
            en_ordre = part_vraie(ensemble["d"] <= ensemble["f"])
            if ensemble.height and en_ordre < _PART_EN_ORDRE:
                dit = f"sur {pour_cent(1 - en_ordre)} des lignes, « {debut.entete} » vient après « {fin.entete} »"
                debut.douter(dit)
                fin.douter(dit)
        naissance = next(
            (p for c in table.colonnes if c.type == "naissance" and (p := bloc.de(c.nom, table))), None
        )
        entree = next((p for p in bloc.colonnes if p.cible and p.cible.colonne.nom == "date_debut"), None)
        if naissance is not None and entree is not None:
            ensemble = pl.DataFrame({"n": _jours(bloc, naissance), "d": _jours(bloc, entree)}).drop_nulls()
            ages = ensemble.select((pl.col("d") - pl.col("n")).dt.total_days() / 365.25).to_series()
            if len(ages) and part_vraie(ages >= _AGE_MINIMAL) < _PART_EN_ORDRE:
                naissance.douter("l'âge au début du contrat serait impossible")


def _grandeurs(bloc: BlocPropose) -> None:
    for proposee in bloc.d_heures:
        textes = pl.concat([bloc.vu.lignes[e] for e in bloc.vu.mois.get(proposee.entete, [proposee.entete])])
        lues = nombres.lire_nombres(textes.drop_nulls())
        distincts = lues.drop_nulls().unique()
        if len(lues) >= _LIGNES_PROBANTES and part_vraie(distincts.is_in(_PETITS_ENTIERS)) == 1.0:
            proposee.douter("ce sont de petits nombres entiers : des heures ?")
        trop = part_vraie(lues > _HEURES_D_UN_MOIS)
        if trop > 0.05 and unite_ecrite(proposee.entete) == "heures":
            proposee.douter(
                f"{pour_cent(trop)} des valeurs dépassent {_HEURES_D_UN_MOIS} heures en un mois : d'autres unités ?",
            )


def _references(proposition: Proposition) -> None:
    cles = {
        table.nom: (bloc, p)
        for bloc in proposition.blocs
        for table in bloc.tables
        if len(table.cle) == 1 and (p := bloc.de(table.cle[0], table)) is not None
    }
    for bloc in proposition.blocs:
        for table in bloc.tables:
            for parent in table.parents:
                proposee = bloc.de(parent.colonnes[0], table)
                if proposee is None or parent.table not in cles or cles[parent.table][0] is bloc:
                    continue
                autre, cle = cles[parent.table]
                valeurs = bloc.vu.lignes[proposee.entete].drop_nulls().unique()
                connues = autre.vu.lignes[cle.entete].drop_nulls().unique()
                incluses = part_vraie(valeurs.is_in(connues.implode())) if len(valeurs) else 1.0
                if incluses < 0.5:
                    proposee.douter(
                        f"{pour_cent(incluses)} de ses valeurs sont dans « {cle.entete} » ({autre.vu.titre})",
                    )


def _structures(proposition: Proposition) -> None:
    """The code of the structure as rows say it, and as the deposit's name does."""
    for bloc in proposition.blocs:
        proposee = bloc.de("code_structure")
        if proposee is None:
            continue
        par_depot = bloc.vu.lignes.select(DEPOT, v=pl.col(proposee.entete)).drop_nulls().unique()
        for rang, (candidat, _, _) in enumerate(proposition.observation.classeurs):
            dits = par_depot.filter(pl.col(DEPOT) == rang)["v"].to_list()
            nomme = dites_par_le_nom(candidat.nom).get("code_structure")
            if nomme and len(dits) == 1 and normaliser(dits[0]) != normaliser(nomme):
                proposee.douter(f"« {candidat.nom} » est nommé {nomme}, ses lignes disent {dits[0]}")


def manquantes(proposition: Proposition, choix: Sequence[Choix]) -> list[tuple[Table, Colonne]]:
    """What a description would lack of ours, keys made of others and deduced tables left out."""
    faite = composer("essai", proposition, choix)
    trouvees = {
        (t, c) for feuille in faite["feuilles"] for t, lues in feuille["tables"].items() for c in lues
    }
    trouvees |= {(t, c) for t, deduite in faite.get("deduites", {}).items() for c in deduite["colonnes"]}
    return [
        (t, c) for t in proposition.base.tables for c in t.colonnes if (t.entete, c.entete) not in trouvees
    ]
