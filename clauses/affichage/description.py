"""What `decrire` says: the proposal in short, what would be counted, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, nombre, pour_cent

if TYPE_CHECKING:
    from rich.console import Console

    from clauses.commandes.description import Decrite

MANQUES_MONTRES = 12
DOUTES_MONTRES = 15


def afficher_la_description(console: Console, lu: Decrite, espace: Path) -> None:
    """The proposal, the dry reading if there was one, and the next command. `espace`: as the user wrote it."""
    ecrire(console)
    _resumer_les_feuilles(console, lu)
    if lu.layout is None:
        _resumer_les_doutes(console, lu)
    _resumer_les_manques(console, lu)
    if lu.essai is not None:
        _resumer_l_essai(console, lu)
    titre(console, "Et maintenant")
    depots = " ".join(f'"{d}"' if " " in str(d) else str(d) for d in lu.depots)
    if lu.layout is not None:
        ecrire(console, f"Description écrite : {lu.layout}", retrait=2)
        if lu.alias:
            mots = accorder(lu.alias, "mot ajouté", "mots ajoutés")
            ecrire(console, f"{mots} à alias.csv.", retrait=2)
        ecrire(console, f"Commande suivante : clauses actualiser {depots} --espace {espace}", retrait=2)
    elif lu.classeur is not None:
        ecrire(console, f"Classeur à corriger : {lu.classeur}", retrait=2)
        ecrire(console, f"Puis : clauses decrire --avec {lu.classeur} --espace {espace}", retrait=2)
    else:
        suite = f"clauses decrire {depots} --sortie correspondance.xlsx"
        ecrire(console, f"Pour corriger dans Excel : {suite}", retrait=2)
        ecrire(
            console,
            f"Pour prendre ce qui est sûr : clauses decrire {depots} --espace {espace} --accepter",
            retrait=2,
        )


def _resumer_les_feuilles(console: Console, lu: Decrite) -> None:
    ecrire(console, f"Format visé : {lu.proposition.base.libelle}.")
    lignes = []
    for bloc in lu.proposition.blocs:
        reprises = [p for p in (*bloc.colonnes, *bloc.mesures.values()) if p.cible is not None]
        sures = sum(p.confiance >= lu.seuil for p in reprises)
        tables = ", ".join(t.entete for t in bloc.tables)
        lignes.append(
            [bloc.vu.titre, tables, str(len(bloc.vu.entetes)), str(sures), str(len(reprises) - sures)]
        )
    colonnes = [
        Colonne("Feuille"),
        Colonne("Nos tables"),
        Colonne("Colonnes", True),
        Colonne("Sûres", True),
        Colonne("Douteuses", True),
    ]
    ecrire_tableau(console, Tableau(colonnes, lignes))


def _resumer_les_doutes(console: Console, lu: Decrite) -> None:
    doutes = [
        [bloc.vu.titre, p.entete, p.cible.titre, pour_cent(100 * p.confiance, 0), p.pourquoi]
        for bloc in lu.proposition.blocs
        for p in (*bloc.colonnes, *bloc.mesures.values())
        if p.cible is not None and p.confiance < lu.seuil
    ]
    if doutes:
        titre(console, "À décider")
        colonnes = [
            Colonne("Feuille"),
            Colonne("En-tête"),
            Colonne("Serait"),
            Colonne("Confiance", True),
            Colonne("Pourquoi"),
        ]
        ecrire_tableau(console, Tableau(colonnes, doutes[:DOUTES_MONTRES]))
        if len(doutes) > DOUTES_MONTRES:
            ecrire(console, f"… et {len(doutes) - DOUTES_MONTRES} autres, dans le classeur.", retrait=2)
    inconnus = sum(v.code is None for v in lu.valeurs)
    if inconnus:
        mots = accorder(inconnus, "mot inconnu", "mots inconnus")
        ecrire(console, f"{mots} de nos nomenclatures : feuille « Valeurs » du classeur.", retrait=2)


def _resumer_les_manques(console: Console, lu: Decrite) -> None:
    manques = [f"{t.entete} · {c.entete}" for t, c in lu.proposition.manquantes if c.requise]
    if manques:
        titre(console, "Indispensable et non trouvé")
        for manque in manques[:MANQUES_MONTRES]:
            ecrire(console, manque, retrait=2)
        if len(manques) > MANQUES_MONTRES:
            ecrire(console, f"… et {len(manques) - MANQUES_MONTRES} autres.", retrait=2)


def _resumer_l_essai(console: Console, lu: Decrite) -> None:
    essai = lu.essai
    assert essai is not None
    titre(console, "Lu à blanc, rien n'est encore compté")
    dits = (
        (essai.depots, "dépôt", "dépôts"),
        (essai.personnes, "personne", "personnes"),
        (essai.contrats, "contrat", "contrats"),
        (essai.marches, "marché", "marchés"),
    )
    ecrire(console, ", ".join(accorder(n, un, plusieurs) for n, un, plusieurs in dits) + ".", retrait=2)
    lignes = [[mois, nombre(heures, 2)] for mois, heures in sorted(essai.heures.items())]
    ecrire_tableau(
        console,
        Tableau(
            [Colonne("Mois"), Colonne("Heures", True)],
            lignes,
            ["Ensemble", nombre(sum(essai.heures.values()), 2)],
        ),
    )
    constats = [[gravite, regle, str(n)] for (gravite, regle), n in sorted(essai.constats.items())]
    if constats:
        ecrire_tableau(
            console, Tableau([Colonne("Gravité"), Colonne("Règle"), Colonne("Nombre", True)], constats)
        )
    if lu.non_reprises:
        ecrire(console, f"Laissées de côté, faute de certitude : {', '.join(lu.non_reprises)}.", retrait=2)
