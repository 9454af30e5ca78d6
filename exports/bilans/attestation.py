"""The attestation of a company: the hours it did as an employer, and those of the marchés that it holds."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from clauses.socle.nombres import accorder, nombre
from exports.bilans.document import Colonne, Document, Tableau, Valeur
from exports.bilans.lecture import Cible, Lecteur
from exports.bilans.personnes import NOTE_SECRET, Personnes


def _marches_tenus(tenus: pl.DataFrame) -> Tableau:
    """What the company owes as a holder: the hours of its marchés, whoever employed."""
    rangs: list[tuple[Valeur, ...]] = [
        (
            x["donneur_ordre"],
            x["intitule_operation"],
            x["code_marche"],
            x["objet_marche"],
            x["heures_engagees"],
            x["heures_prevues_marche"],
            x["heures_realisees"],
            x["heures_realisees_marche"],
            x["titulaires"],
            x["heures_dont_elle_repond"],
        )
        for x in tenus.iter_rows(named=True)
    ]
    colonnes = (
        Colonne("Donneur d'ordre", "texte", 24),
        Colonne("Opération", "texte", 28),
        Colonne("Marché", "code", 12),
        Colonne("Objet", "texte", 24),
        Colonne("Heures engagées", "heures", 12),
        Colonne("Heures prévues au marché", "heures", 12),
        Colonne("Réalisées comme employeur", "heures", 13),
        Colonne("Réalisées sur le marché", "heures", 12),
        Colonne("Titulaires", "entier", 11),
        Colonne("Dont elle répond", "heures", 12),
    )
    total: list[Valeur] = ["Ensemble", "", "", ""]
    total += [None, None]
    total += [sum(tenus[c].to_list(), Decimal(0)) for c in ("heures_realisees", "heures_realisees_marche")]
    return Tableau(
        "Heures réalisées sur les marchés dont l'entreprise est titulaire",
        "Marchés tenus",
        colonnes,
        rangs,
        (*total, None, sum(tenus["heures_dont_elle_repond"].drop_nulls().to_list(), Decimal(0))),
        "Heures de tous les employeurs du marché : intérim d'insertion, groupements, sous-traitants… Un "
        "titulaire seul répond de toutes les heures de son marché ; plusieurs, en proportion de leurs engagements (nd : "
        "aucun déclaré).",
    )


def document_entreprise(
    lecteur: Lecteur, cible: Cible, profil: str, marques: list[str], nom: str
) -> Document:
    """The document a facilitator signs for a company."""
    public = profil == "public"
    personnes = Personnes(lecteur, cible, public)
    lignes = lecteur.attestation(cible)
    rangs: list[tuple[Valeur, ...]] = [
        (
            x["donneur_ordre"],
            x["intitule_operation"],
            x["code_marche"],
            x["objet_marche"],
            str(x["annee"]),
            f"{x['premier']:%m/%Y}",
            f"{x['dernier']:%m/%Y}",
            x["heures"],
        )
        for x in lignes.iter_rows(named=True)
    ]
    colonnes = (
        Colonne("Donneur d'ordre", "texte", 28),
        Colonne("Opération", "texte", 32),
        Colonne("Marché", "code", 12),
        Colonne("Objet", "texte", 28),
        Colonne("Année", "code", 8),
        Colonne("Premier mois", "code", 11),
        Colonne("Dernier mois", "code", 11),
        Colonne("Heures réalisées", "heures", 12),
    )
    total = sum(lignes["heures"].to_list(), Decimal(0))
    ensemble = lecteur.ensemble(cible)
    resume: list[tuple[Valeur, ...]] = [
        ("SIRET", cible.cle),
        ("Heures d'insertion réalisées", total),
        ("dont heures de formation", ensemble["heures_formation"]),
        ("Marchés et lots", ensemble["marches"]),
        ("Personnes", personnes.effectif),
    ]
    tableaux = [
        Tableau(
            "L'essentiel",
            "L'essentiel",
            (Colonne("", "texte", 52), Colonne("Ensemble", "heures", 18)),
            resume,
        ),
        Tableau(
            "Heures réalisées par marché et par année",
            "Heures par marché",
            colonnes,
            rangs,
            ("Ensemble", "", "", "", "", "", "", total),
        ),
    ]
    tenus = lecteur.titulaire(cible)
    if tenus.height:
        tableaux.append(_marches_tenus(tenus))
    texte = (
        f"{lecteur.observatoire.emetteur} atteste, d'après les déclarations des structures porteuses, "
        f"que l'entreprise {cible.nom}, SIRET {cible.cle}, "
        "a réalisé comme employeur les heures "
        "d'insertion ci-dessous au titre des clauses sociales des marchés indiqués."
    )
    if tenus.height:
        tous = sum(tenus["heures_realisees_marche"].to_list(), Decimal(0))
        texte += (
            f" Elle est titulaire de {accorder(tenus.height, 'marché ou lot', 'marchés ou lots')}, sur lesquels "
            f"{nombre(tous)} heures ont été réalisées, quel que soit l'employeur."
        )
    notes = [
        "Heures travaillées et de formation des contrats dont l'entreprise est l'employeur. Une "
        "entreprise qui a eu recours à une société "
        "d'intérim ou à une structure d'insertion ne figure pas comme employeur de ces heures."
    ]
    return Document(
        nom,
        "Attestation d'heures d'insertion",
        cible.nom,
        marques,
        [texte, lecteur.preambule(cible)],
        tableaux,
        notes + ([NOTE_SECRET] if public else []),
        a_signer=True,
        observatoire=lecteur.observatoire,
    )
