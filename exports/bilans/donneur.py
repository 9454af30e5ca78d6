"""The account of a buyer, or of one of its operations: what was planned, done, by whom, and what is missing."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from exports.bilans.document import Cache, Colonne, Document, Tableau, Valeur
from exports.bilans.lecture import Cible, Lecteur
from exports.bilans.personnes import NOTE_SECRET, Personnes

MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
ETATS = {"TERMINE": "Terminé", "EN_COURS": "En cours", "ND": "Fin inconnue"}


def document_donneur(lecteur: Lecteur, cible: Cible, profil: str, marques: list[str], nom: str) -> Document:
    """The document of a buyer (all its operations) or of one operation."""
    public = profil == "public"
    personnes = Personnes(lecteur, cible, public)
    marches = lecteur.marches(cible)
    ensemble = lecteur.ensemble(cible)
    de_donneur = cible.nature == "donneur-ordre"
    donneur = cible if de_donneur else lecteur.donneur_de(cible)
    tableaux = [_essentiel(donneur, ensemble, marches, personnes)]
    if de_donneur:
        tableaux.append(_operations(marches, personnes))
    tableaux += [
        _obligations(marches, de_donneur),
        *_releves(lecteur, cible, marches),
        _entreprises(lecteur, cible),
    ]
    tableaux += [*personnes.profils(), personnes.situations()]
    qui = cible.nom if de_donneur else f"{cible.nom} (donneur d'ordre : {donneur.nom})"
    notes = [
        "Les heures sont celles des contrats exécutés au titre des clauses sociales, travail et "
        "formation compris, pour tout l'historique déposé.",
        "Heures manquantes : heures prévues moins heures réalisées. Exposition : heures manquantes "
        "multipliées par la pénalité par heure ; pour un "
        "marché en cours, ce qui serait dû s'il s'arrêtait à la date d'arrêté. nd : non disponible.",
    ]
    if public:
        notes.append(
            f"{NOTE_SECRET} Seul ce qui décrit les personnes est masqué : les heures d'un marché, par entreprise et par "
            "mois, rendent compte de son exécution et sont dues au donneur d'ordre, quel que soit le nombre de personnes."
        )
    return Document(
        nom,
        f"Bilan des clauses sociales – {'donneur d’ordre' if de_donneur else 'opération'}",
        qui,
        marques,
        [lecteur.preambule(cible)],
        tableaux,
        notes,
        observatoire=lecteur.observatoire,
    )


def _somme(colonne: pl.Series) -> Valeur:
    """The sum of what is known, None where nothing is."""
    connus = colonne.drop_nulls()
    return sum(connus.to_list(), Decimal(0)) if len(connus) else None


def _essentiel(
    donneur: Cible, ensemble: dict[str, Valeur], marches: pl.DataFrame, personnes: Personnes
) -> Tableau:
    termines = pl.col("etat_marche") == "TERMINE"
    rangs: list[tuple[Valeur, ...]] = [
        ("SIRET du donneur d'ordre", donneur.cle if donneur.cle.isdigit() else None),
        ("Heures d'insertion réalisées", ensemble["heures"]),
        ("dont heures de formation", ensemble["heures_formation"]),
        ("Heures prévues (marchés où elles sont connues)", _somme(marches["heures_prevues"])),
        ("Heures manquantes", _somme(marches["heures_manquantes"])),
        ("Exposition aux pénalités, marchés terminés (euros)", _exposition(marches.filter(termines))),
        (
            "À ce jour, hypothèse : les autres marchés s'arrêtant à la date d'arrêté (euros)",
            _exposition(marches.filter(~termines.fill_null(False))),
        ),
        ("Personnes", personnes.effectif),
        ("Contrats", Cache.SECRET if personnes.effectif is Cache.SECRET else ensemble["contrats"]),
        ("Marchés et lots ayant des heures", ensemble["marches"]),
        ("Marchés et lots suivis", marches.height),
        ("Opérations ayant des heures", ensemble["operations"]),
        ("Entreprises employeuses", ensemble["entreprises"]),
    ]
    return Tableau(
        "L'essentiel", "L'essentiel", (Colonne("", "texte", 52), Colonne("Ensemble", "heures", 18)), rangs
    )


def _exposition(marches: pl.DataFrame) -> float | None:
    exposition = marches["exposition_penalites"].drop_nulls()
    return float(exposition.sum()) if len(exposition) else None


def _operations(marches: pl.DataFrame, personnes: Personnes) -> Tableau:
    effectifs = personnes.par_operation()
    rangs: list[tuple[Valeur, ...]] = []
    for (cle, intitule), groupe in marches.group_by(
        "operation_id", "intitule_operation", maintain_order=True
    ):
        rangs.append(
            (
                str(intitule or cle),
                groupe.height,
                _somme(groupe["heures_prevues"]),
                _somme(groupe["heures_realisees"]),
                _somme(groupe["heures_manquantes"]),
                effectifs.get(str(cle), 0),
            )
        )
    colonnes = (
        Colonne("Opération", "texte", 50),
        Colonne("Marchés et lots", "entier", 10),
        Colonne("Heures prévues", "heures", 13),
        Colonne("Heures réalisées", "heures", 13),
        Colonne("Heures manquantes", "heures", 13),
        Colonne("Personnes", "entier", 11),
    )
    total = (
        "Ensemble",
        marches.height,
        _somme(marches["heures_prevues"]),
        _somme(marches["heures_realisees"]),
        _somme(marches["heures_manquantes"]),
        personnes.effectif,
    )
    note = "Une personne présente sur deux opérations compte dans chacune, et une fois dans l'ensemble."
    return Tableau("Opérations", "Opérations", colonnes, rangs, total, note)


def _obligations(marches: pl.DataFrame, de_donneur: bool) -> Tableau:
    rangs: list[tuple[Valeur, ...]] = []
    for m in marches.iter_rows(named=True):
        prevues, realisees = m["heures_prevues"], m["heures_realisees"]
        taux = 100 * float(realisees) / float(prevues) if prevues and realisees is not None else None
        rang: list[Valeur] = [m["intitule_operation"]] if de_donneur else []
        rang += [
            m["code_marche"],
            m["objet_marche"],
            ETATS.get(m["etat_marche"], ""),
            m["date_fin_prevue"],
            prevues,
            m["heures_engagees"],
            realisees,
            taux,
            m["heures_manquantes"],
            m["penalite_par_heure"],
            m["exposition_penalites"],
        ]
        rangs.append(tuple(rang))
    colonnes = [Colonne("Opération", "texte", 25)] if de_donneur else []
    colonnes += [
        Colonne("Marché", "code", 12),
        Colonne("Objet", "texte", 24),
        Colonne("État", "texte", 11),
        Colonne("Fin prévue", "date", 12),
        Colonne("Heures prévues", "heures", 10),
        Colonne("Heures engagées", "heures", 11.5),
        Colonne("Heures réalisées", "heures", 11.5),
        Colonne("Taux (%)", "part", 8),
        Colonne("Heures manquantes", "heures", 13),
        Colonne("Pénalité par heure (€)", "euros", 10.5),
        Colonne("Exposition (€)", "euros", 12.5),
    ]
    exposition = marches["exposition_penalites"].drop_nulls()
    total: list[Valeur] = ["Ensemble", *([""] if de_donneur else [])]
    total += [
        "",
        "",
        None,
        _somme(marches["heures_prevues"]),
        _somme(marches["heures_engagees"]),
        _somme(marches["heures_realisees"]),
        None,
        _somme(marches["heures_manquantes"]),
        None,
        float(exposition.sum()) if len(exposition) else None,
    ]
    note = (
        "L'ensemble additionne ce qui est connu : un marché sans heures prévues n'entre ni dans "
        "les heures prévues ni dans les manquantes."
    )
    return Tableau(
        "Heures prévues, engagées et réalisées par marché", "Obligations", colonnes, rangs, total, note
    )


def _releves(lecteur: Lecteur, cible: Cible, marches: pl.DataFrame) -> list[Tableau]:
    """A monthly statement per year: hours by marché and month, what the buyer checks a contract's progress against."""
    noms = {m["marche_id"]: (m["code_marche"], m["objet_marche"]) for m in marches.iter_rows(named=True)}
    annees: dict[int, dict[str, dict[int, Decimal]]] = {}
    for marche, annee, mois, heures in lecteur.par_mois(cible).iter_rows():
        annees.setdefault(annee, {}).setdefault(marche, {})[mois] = heures
    colonnes = (
        Colonne("Marché", "code", 12),
        Colonne("Objet", "texte", 26),
        *(Colonne(m, "heures", 8) for m in MOIS),
        Colonne("Année", "heures", 10),
    )
    tableaux = []
    for annee, par_marche in sorted(annees.items()):
        rangs: list[tuple[Valeur, ...]] = []
        par_mois = [Decimal(0)] * 12
        for marche in (cle for cle in noms if cle in par_marche):
            cases = [par_marche[marche].get(m, Decimal(0)) for m in range(1, 13)]
            par_mois = [somme + heures for somme, heures in zip(par_mois, cases, strict=True)]
            rangs.append((*noms[marche], *cases, sum(cases, Decimal(0))))
        total: tuple[Valeur, ...] = ("Ensemble", "", *par_mois, sum(par_mois, Decimal(0)))
        titre = f"Relevé mensuel des heures réalisées, {annee}"
        tableaux.append(Tableau(titre, f"Relevé {annee}", colonnes, rangs, total))
    return tableaux


def _entreprises(lecteur: Lecteur, cible: Cible) -> Tableau:
    lignes = lecteur.engagements(cible)
    rangs = list(
        lignes.select(
            "code_marche",
            "intitule_operation",
            "raison_sociale",
            "entreprise_id",
            "role",
            "heures_engagees",
            "heures_realisees",
        ).iter_rows()
    )
    colonnes = (
        Colonne("Marché", "code", 12),
        Colonne("Opération", "texte", 36),
        Colonne("Entreprise", "texte", 34),
        Colonne("SIRET", "code", 17),
        Colonne("Rôle", "texte", 14),
        Colonne("Heures engagées", "heures", 12),
        Colonne("Heures réalisées", "heures", 12),
    )
    note = "Heures réalisées avec l'entreprise pour employeur : celles d'une société d'intérim figurent sur sa propre ligne."
    return Tableau("Entreprises", "Entreprises", colonnes, rangs, None, note)
