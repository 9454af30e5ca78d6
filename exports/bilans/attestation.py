"""The attestation of a company: the hours it did as an employer, marché by marché."""

from __future__ import annotations

from decimal import Decimal

from exports.bilans.document import Colonne, Document, Tableau, Valeur
from exports.bilans.lecture import Cible, Lecteur
from exports.bilans.personnes import NOTE_SECRET, Personnes


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
    texte = (
        f"La structure porteuse soussignée atteste que l'entreprise {cible.nom}, SIRET {cible.cle}, "
        "a réalisé comme employeur les heures "
        "d'insertion ci-dessous au titre des clauses sociales des marchés indiqués."
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
