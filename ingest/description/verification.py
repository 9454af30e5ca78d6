"""What a proposal must agree with before it is believed: order of dates, what depends on what, references, magnitudes.

A doubt lowers the confidence of the columns it is about, and says why: it ends in a question, never in figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from ingest import dates, nombres
from ingest.description.ecriture import Choix, choix_de, composer
from ingest.description.entetes import mois_dans
from ingest.description.langage import MOIS, NOMS_DE_FEUILLE
from ingest.description.mesures import dit_le_travail, dit_toutes_les_heures, formation_est_incluse
from ingest.description.observation import DEPOT
from ingest.description.profils import part_vraie, pour_cent
from ingest.description.proposees import SEUIL, BlocPropose, Proposee, Proposition, mot_de_reserve
from ingest.description.vocabulaire import NOMS_DES_SIRETS, reserve, ressemblance, sens, unite_ecrite
from ingest.layouts import Colonne, Table, normaliser
from ingest.provenance import dites_par_le_nom

_PART_EN_ORDRE = 0.9
_PART_VARIABLE = 0.2
_LIGNES_PROBANTES = 8
_HEURES_D_UN_MOIS = 744
_AGE_MINIMAL = 14
_PETITS_ENTIERS = [0.0, 1.0, 2.0, 3.0, 4.0]
_MOTS_D_UN_TRI = 6
_RIVALE, _RIVALE_DES_HEURES = 0.6, 0.4
_AUTRES_MESURES = frozenset({"prevues", "engagees", "etp", "montant", "!"})
_ENTIER = (98, 102)  # per cent


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
        _dependances(proposition, bloc)
        _prevues_de_qui(bloc)
        _hierarchie(bloc)
        _noms_et_sirets(bloc)
        _parts(bloc)
        _grandeurs(bloc, proposition)
        _formation(bloc, proposition)
        _feuilles_de_formation(bloc)
        _reserves(bloc)
        _temoins(bloc, proposition)
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
            fin = _de(bloc, table, colonne.nom)
            debut = _de(bloc, table, str(colonne.fin_de))
            if colonne.fin_de is None or fin is None or debut is None:
                continue
            ensemble = pl.DataFrame({"d": _jours(bloc, debut), "f": _jours(bloc, fin)}).drop_nulls()
            en_ordre = part_vraie(ensemble["d"] <= ensemble["f"])
            if ensemble.height and en_ordre < _PART_EN_ORDRE:
                dit = f"sur {pour_cent(1 - en_ordre)} des lignes, « {debut.entete} » vient après « {fin.entete} »"
                debut.douter(dit)
                fin.douter(dit)
        naissance = next(
            (p for c in table.colonnes if c.type == "naissance" and (p := _de(bloc, table, c.nom))), None
        )
        entree = next((p for p in bloc.colonnes if p.cible and p.cible.colonne.nom == "date_debut"), None)
        if naissance is not None and entree is not None:
            ensemble = pl.DataFrame({"n": _jours(bloc, naissance), "d": _jours(bloc, entree)}).drop_nulls()
            ages = ensemble.select((pl.col("d") - pl.col("n")).dt.total_days() / 365.25).to_series()
            if len(ages) and part_vraie(ages >= _AGE_MINIMAL) < _PART_EN_ORDRE:
                naissance.douter("l'âge au début du contrat serait impossible")


def _de(bloc: BlocPropose, table: Table, nom: str) -> Proposee | None:
    return next(
        (p for p in bloc.colonnes if p.cible and any(t is table and c.nom == nom for t, c in p.cible.places)),
        None,
    )


def _dependances(proposition: Proposition, bloc: BlocPropose) -> None:
    """A number or a date of a marché or a company is the same on all its lines; hours that are done are not."""
    for table, cle, colonnes in _objets(proposition, bloc):
        entetes = [p.entete for nom in cle if (p := bloc.de(nom)) is not None]
        if not entetes or len(entetes) < len(cle):
            continue
        lignes = bloc.vu.lignes
        for colonne in colonnes:
            proposee = _de(bloc, table, colonne.nom)
            if proposee is None or colonne.type not in ("nombre", "date") or proposee.entete in entetes:
                continue
            vues = (
                lignes.select(DEPOT, *entetes, v=pl.col(proposee.entete))
                .drop_nulls(entetes)
                .group_by(DEPOT, *entetes)
                .agg(n=pl.len(), d=pl.col("v").drop_nulls().n_unique())
                .filter(pl.col("n") > 1)
            )
            if vues["n"].sum() >= _LIGNES_PROBANTES and part_vraie(vues["d"] > 1) > _PART_VARIABLE:
                proposee.douter(
                    f"« {proposee.entete} » change d'une ligne à l'autre pour un même « {entetes[-1]} »",
                )
    heures = [
        p for p in bloc.colonnes if p.cible and p.cible.colonne.valeur and p.cible.colonne.type == "heures"
    ]
    marche = next(
        (p for p in bloc.colonnes if p.cible and p.cible.colonne.nom in ("numero_marche", "code_marche")),
        None,
    )
    for proposee in heures:
        if marche is None:
            continue
        vues = (
            bloc.vu.lignes.select(DEPOT, m=pl.col(marche.entete), v=pl.col(proposee.entete))
            .drop_nulls()
            .group_by(DEPOT, "m")
            .agg(n=pl.len(), d=pl.col("v").n_unique())
            .filter(pl.col("n") >= 4)
        )
        if vues.height >= 2 and part_vraie(vues["d"] == 1) > 0.8:
            proposee.douter(f"« {proposee.entete} » ne change jamais pour un même « {marche.entete} »")


def _prevues_de_qui(bloc: BlocPropose) -> None:
    """Where one sheet holds operations and their marchés, a number that is the same on all marchés of each operation is
    rather the operation's."""
    for table in bloc.tables:
        for parent in table.parents:
            mere = next((t for t in bloc.tables if t.nom == parent.table), None)
            code, sienne = bloc.de(parent.colonnes[0]), bloc.de(table.cle[0]) if table.cle else None
            if mere is None or code is None or sienne is None or code is sienne:
                continue
            if any(_de(bloc, mere, c.nom) for c in mere.colonnes if c.type == "nombre"):
                continue  # both are there: their headers were weighed against each other
            for colonne in (c for c in table.colonnes if c.type == "nombre"):
                proposee = _de(bloc, table, colonne.nom)
                if proposee is None:
                    continue
                vues = (
                    bloc.vu.lignes.select(
                        DEPOT, m=pl.col(code.entete), c=pl.col(sienne.entete), v=pl.col(proposee.entete)
                    )
                    .drop_nulls()
                    .group_by(DEPOT, "m")
                    .agg(n=pl.col("c").n_unique(), d=pl.col("v").n_unique())
                    .filter(pl.col("n") > 1)
                )
                if vues.height >= 2 and part_vraie(vues["d"] == 1) > 1 - _PART_VARIABLE:
                    proposee.douter(
                        f"« {proposee.entete} » est le même pour tous les marchés d'un « {code.entete} »",
                    )


def _hierarchie(bloc: BlocPropose) -> None:
    """Where one sheet holds a table and its parent, each row of the table has one parent."""
    for table in bloc.tables:
        for parent in table.parents:
            mere = next((t for t in bloc.tables if t.nom == parent.table), None)
            code, sienne = bloc.de(parent.colonnes[0]), bloc.de(table.cle[0]) if len(table.cle) == 1 else None
            if mere is None or code is None or sienne is None or code is sienne:
                continue
            par_ligne = (
                bloc.vu.lignes.select(DEPOT, c=pl.col(sienne.entete), m=pl.col(code.entete))
                .drop_nulls()
                .group_by(DEPOT, "c")
                .agg(n=pl.len(), d=pl.col("m").n_unique())
                .filter(pl.col("n") > 1)
            )
            if par_ligne.height >= 2 and part_vraie(par_ligne["d"] > 1) > _PART_VARIABLE:
                code.douter(f"« {code.entete} » change pour un même « {sienne.entete} »")


def _noms_et_sirets(bloc: BlocPropose) -> None:
    """A SIRET has one name: where it has several, the name is not that of its company."""
    for table in bloc.tables:
        for titres in NOMS_DES_SIRETS.get(table.entete, {}).items():
            sien, nom = (
                _de(bloc, table, c.nom) for titre in titres for c in table.colonnes if c.entete == titre
            )
            if sien is None or nom is None or {sien.entete, nom.entete} & set(NOMS_DE_FEUILLE):
                continue
            par_siret = (
                bloc.vu.lignes.select(s=pl.col(sien.entete), n=pl.col(nom.entete))
                .drop_nulls()
                .group_by("s")
                .agg(l=pl.len(), n=pl.col("n").n_unique())
                .filter(pl.col("l") > 1)
            )
            if par_siret.height >= 2 and part_vraie(par_siret["n"] > 1) > 0.5:
                nom.douter(
                    f"un même « {sien.entete} » a plusieurs « {nom.entete} » : est-ce bien la même entreprise ?",
                )


def _parts(bloc: BlocPropose) -> None:
    """Shares that are found must make a whole: some alone would be of something else."""
    for table in bloc.tables:
        parts = [
            p
            for c in table.colonnes
            if c.type == "pourcentage" and (p := _de(bloc, table, c.nom)) and p.confiance >= SEUIL
        ]
        if not parts:
            continue
        lues = pl.DataFrame(
            [nombres.lire_pourcentages(bloc.vu.lignes[p.entete]).alias(str(i)) for i, p in enumerate(parts)]
        )
        pleines = lues.filter(pl.any_horizontal(pl.all().is_not_null()))
        sommes = pleines.select(pl.sum_horizontal(pl.all())).to_series()
        entieres = part_vraie(sommes.is_between(*_ENTIER) | (100 * sommes).is_between(*_ENTIER))
        if len(sommes) and entieres < 0.5 and any(_serait_une_part(p) for p in bloc.colonnes):
            for proposee in parts:
                proposee.douter("les parts trouvées ne font pas 100 %, d'autres peuvent l'être aussi")


def _serait_une_part(proposee: Proposee) -> bool:
    """Whether it may be a share that was not found for sure."""
    if proposee.cible is not None:
        return proposee.cible.colonne.type == "pourcentage" and proposee.confiance < SEUIL
    return any("financement" in mot for mot in sens(proposee.entete))


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


def _feuilles_de_formation(bloc: BlocPropose) -> None:
    """Sheets alike of which some are named after training do not hold the same hours."""
    de_formation = [f for f in bloc.vu.feuilles if any("formation" in mot for mot in sens(f))]
    if de_formation and len(de_formation) < len(bloc.vu.feuilles):
        for proposee in (*bloc.colonnes, *bloc.mesures.values()):
            if proposee.cible is not None and proposee.cible.colonne.type == "heures":
                proposee.douter(
                    "une feuille est nommée d'après la formation : ses heures sont-elles à ajouter aux autres ?"
                )


def _grandeurs(bloc: BlocPropose, proposition: Proposition) -> None:
    for proposee in (*bloc.mesures.values(), *bloc.colonnes):
        if proposee.cible is None or proposee.cible.colonne.type != "heures":
            continue
        textes = (
            pl.concat([bloc.vu.lignes[e] for e in bloc.vu.mois[proposee.entete]])
            if proposee in bloc.mesures.values()
            else bloc.vu.lignes[proposee.entete]
        )
        lues = nombres.lire_nombres(textes.drop_nulls())
        distincts = lues.drop_nulls().unique()
        if len(lues) >= _LIGNES_PROBANTES and part_vraie(distincts.is_in(_PETITS_ENTIERS)) == 1.0:
            proposee.douter("ce sont de petits nombres entiers : des heures ?")
        trop = part_vraie(lues > _HEURES_D_UN_MOIS)
        if trop > 0.05 and unite_ecrite(proposee.entete) == "heures":
            proposee.douter(
                f"{pour_cent(trop)} des valeurs dépassent {_HEURES_D_UN_MOIS} heures en un mois : d'autres unités ?",
            )


def _temoins(bloc: BlocPropose, proposition: Proposition) -> None:
    """On a flat sheet, what never changes of a contract, a person or a marché does not change where its code does not."""
    for nom, temoin in proposition.base.temoins.items():
        code, jour = bloc.de(nom), bloc.de(temoin) if temoin else None
        if code is None or jour is None:
            continue
        par_code = (
            bloc.vu.lignes.select(DEPOT, c=pl.col(code.entete), t=pl.col(jour.entete))
            .drop_nulls()
            .group_by(DEPOT, "c")
            .agg(pl.col("t").n_unique())
        )
        if part_vraie(par_code["t"] > 1) > _PART_VARIABLE:
            code.douter(f"« {jour.entete} » change pour un même « {code.entete} »")


def _reserves(bloc: BlocPropose) -> None:
    """Words that change what a column is (« cumulées », « hors », « annulés »), in its header, the names of its sheets, the
    values of a column that is left out; and other columns that may be the hours, the month or the days as well."""
    decisives = [p for p in (*bloc.colonnes, *bloc.mesures.values()) if p.cible and p.cible.colonne.valeur]
    for proposee in (*bloc.colonnes, *bloc.mesures.values()):
        if proposee.cible is None or proposee.entete in NOMS_DE_FEUILLE:
            continue
        mot = mot_de_reserve(proposee.entete, proposee.cible)
        if mot is not None:
            proposee.douter(f"« {mot} » dans « {proposee.entete} » peut en faire autre chose")
    for feuille in bloc.vu.feuilles:
        mot = reserve(feuille, [n for t in bloc.tables for n in t.noms()], "reserves_des_lignes")
        if mot is not None:
            for proposee in decisives:
                proposee.douter(f"une feuille est nommée « {mot} » : ce qu'elle contient est-il à compter ?")
    des_heures = any(
        p.cible and p.cible.colonne.type == "heures" for p in (*bloc.colonnes, *bloc.mesures.values())
    )
    for ignoree in (p for p in bloc.colonnes if p.cible is None and p.entete not in NOMS_DE_FEUILLE):
        distinctes = bloc.vu.lignes[ignoree.entete].drop_nulls().unique()
        if len(distincts := distinctes.head(_MOTS_D_UN_TRI + 1)) <= _MOTS_D_UN_TRI:
            listes = ("reserves_des_lignes", *(("reserves_des_heures",) if des_heures else ()))
            mot = next((m for v in distincts for une in listes if (m := reserve(v, (), une))), None)
            if mot is not None:
                for proposee in decisives:
                    proposee.douter(
                        f"« {ignoree.entete} » dit « {mot} » de certaines lignes : sont-elles à compter ?",
                    )
            elif des_heures and len(distincts) > 1 and reserve(ignoree.entete, (), "reserves_d_un_tri"):
                for proposee in decisives:
                    proposee.douter(f"« {ignoree.entete} » trie les lignes : sont-elles toutes à compter ?")
    for motif in bloc.vu.mois:
        restes = {s for mot in sens(motif.replace(MOIS, "")) for s in mot} if motif != MOIS else set()
        autre_chose = reserve(motif) or reserve(motif, (), "reserves_du_fait") or restes & _AUTRES_MESURES
        if bloc.mesures and motif not in [p.entete for p in bloc.mesures.values()] and not autre_chose:
            for proposee in bloc.mesures.values():
                proposee.douter(
                    f"les colonnes « {motif} » peuvent l'être aussi, ou être des heures de formation",
                )
    _rivales(bloc)


def _est_une_autre_mesure(entete: str, dit: str) -> bool:
    """Whether a header says of hours that they are planned, full-time equivalents, an amount…, and the other does not."""
    sens_de, siens = ({s for mot in sens(e) for s in mot} for e in (entete, dit))
    return bool(sens_de & _AUTRES_MESURES - siens)


def _rivales(bloc: BlocPropose) -> None:
    """Of two columns that may be the hours done, the month or the first day of a contract, none is taken in silence."""
    for proposee in bloc.colonnes:
        if proposee.cible is None or proposee.cible.colonne.type not in ("heures", "mois", "date"):
            continue
        colonne = proposee.cible.colonne
        if not (colonne.valeur or colonne.fin_de or colonne.type == "heures"):
            continue
        for autre in (p for p in bloc.colonnes if p.cible is None and p.accord):
            if _est_une_autre_mesure(autre.entete, proposee.entete):
                continue
            dit, _ = ressemblance(autre.entete, proposee.cible.noms)
            seuil = _RIVALE_DES_HEURES if proposee.cible.colonne.type == "heures" else _RIVALE
            inconnue = colonne.type == "heures" and all(
                s.startswith("?") for mot in sens(autre.entete) for s in mot
            )
            if (dit >= seuil or inconnue) and autre.accord.get(proposee.cible.colonne.type, -1.0) > 0:
                proposee.douter(f"« {autre.entete} » peut l'être aussi")


def _formation(bloc: BlocPropose, proposition: Proposition) -> None:
    """Whether hours hold those of training: what headers say and the values do not contradict, else the custom of the
    format. Hours that are called against that custom are asked about: « Heures réalisées » in tables, « Heures travaillées »
    in a flat export."""
    heures, formation = heures_et_formation(bloc)
    if heures is None or formation is None:
        return
    totaux, parts = (_toutes(bloc, p) for p in (heures, formation))
    if len(totaux) != len(parts):
        return
    depassent = part_vraie(nombres.lire_nombres(parts) > nombres.lire_nombres(totaux)) > 0
    dite = formation_est_incluse(heures.entete, formation.entete)
    if dite and depassent:
        bloc.formation_a_dire = True
        heures.douter(
            f"les en-têtes disent qu'elle comprend « {formation.entete} », mais des lignes en ont davantage "
            "(à dire dans la feuille Réglages)"
        )
    elif depassent:
        bloc.formation_incluse = False
    elif dite is not None and not (proposition.base.plat and dit_le_travail(heures.entete, formation.entete)):
        bloc.formation_incluse = dite
    elif dite is not None or (not proposition.base.plat and dit_toutes_les_heures(heures.entete)):
        bloc.formation_a_dire = True
        heures.douter(
            f"rien ne dit si elle comprend « {formation.entete} » (à dire dans la feuille Réglages)"
        )


def heures_et_formation(bloc: BlocPropose) -> tuple[Proposee | None, Proposee | None]:
    """What is proposed for the hours of a block, and for those of training."""
    if bloc.mesures:
        return bloc.mesures.get("heures"), bloc.mesures.get("formation")
    proposees = [p for p in bloc.colonnes if p.cible and p.cible.colonne.type == "heures"]
    heures = next((p for p in proposees if p.cible and p.cible.colonne.valeur), None)
    return heures, next((p for p in proposees if p.cible and not p.cible.colonne.valeur), None)


def _toutes(bloc: BlocPropose, proposee: Proposee) -> pl.Series:
    """The values of a column, or of columns of months in the order of their months."""
    if proposee.entete not in bloc.vu.mois:
        return bloc.vu.lignes[proposee.entete]
    entetes = sorted(bloc.vu.mois[proposee.entete], key=lambda e: (mois_dans(e) or ("", ""))[1])
    return pl.concat([bloc.vu.lignes[e] for e in entetes])


def _references(proposition: Proposition) -> None:
    cles = {
        table.nom: (bloc, p)
        for bloc in proposition.blocs
        for table in bloc.tables
        if len(table.cle) == 1 and (p := _de(bloc, table, table.cle[0])) is not None
    }
    for bloc in proposition.blocs:
        for table in bloc.tables:
            for parent in table.parents:
                proposee = _de(bloc, table, parent.colonnes[0])
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
