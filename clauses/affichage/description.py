"""What `decrire` says: the proposal in short, what would be counted, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clauses.affichage.console import Colonne, Tableau, citer, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, nombre, pour_cent

if TYPE_CHECKING:
    from rich.console import Console

MANQUES_MONTRES = 12
DOUTES_MONTRES = 15
TOTAUX_MONTRES = 6
DEPOTS_MONTRES = 6


@dataclass(frozen=True)
class Doute:
    """A column whose place is not sure. `confiance`: from 0 to 1."""

    feuille: str
    entete: str
    serait: str
    confiance: float
    pourquoi: str


@dataclass(frozen=True)
class EssaiLu:
    """A dry reading: how many of each thing, hours by month, findings by severity and rule.

    `identites`: deposit, structure, beginning, end, extraction, where the source says them in a way of its own.
    """

    comptes: Sequence[tuple[int, str, str]]
    heures: Mapping[str, float]
    constats: Mapping[tuple[str, str, str], int]
    identites: Sequence[tuple[str, str, str, str, str]] = ()


@dataclass
class DescriptionVue:
    """`feuilles`: sheet, our tables, how many columns, sure ones, doubtful ones. `layout`: the file written, if any.

    `pertes`: our columns that are not read, and what is lost without each.
    `acceptable`: what is needed is sure, the proposal may be taken as it is.

    `totaux`: sheet, header, what its lines add up to, the sum that it writes.
    """

    format_vise: str
    depots: Sequence[Path]
    feuilles: Sequence[tuple[str, str, int, int, int]]
    doutes: Sequence[Doute]
    mots_inconnus: int
    manques: Sequence[str]
    acceptable: bool = False
    essai: EssaiLu | None = None
    non_reprises: Sequence[str] = field(default_factory=tuple)
    pertes: Sequence[tuple[str, str]] = field(default_factory=tuple)
    remarques: Sequence[str] = field(default_factory=tuple)
    classeur: Path | None = None
    layout: Path | None = None
    alias: int = 0
    totaux: Sequence[tuple[str, str, float, float]] = field(default_factory=tuple)


def afficher_la_description(console: Console, vue: DescriptionVue, espace: Path) -> None:
    """The proposal, the dry reading if there was one, and the next command. `espace`: as the user wrote it."""
    ecrire(console)
    ecrire(console, f"Format visé : {vue.format_vise}.")
    noms = ("Feuille", "Nos tables", "Colonnes", "Sûres", "Douteuses")
    dites = noms if vue.layout is None else noms[:3]  # once it is written, nothing is in doubt
    colonnes = [Colonne(n, rang > 1) for rang, n in enumerate(dites)]
    ecrire_tableau(
        console, Tableau(colonnes, [list(map(str, ligne[: len(dites)])) for ligne in vue.feuilles])
    )
    if vue.layout is None:
        _dire_les_doutes(console, vue)
    if vue.manques and vue.layout is None:
        titre(console, "Indispensable et non trouvé")
        for manque in vue.manques[:MANQUES_MONTRES]:
            ecrire(console, manque, retrait=2)
        if len(vue.manques) > MANQUES_MONTRES:
            ecrire(console, f"… et {len(vue.manques) - MANQUES_MONTRES} autres.", retrait=2)
    if vue.essai is not None:
        _dire_l_essai(console, vue.essai)
    for feuille, entete, lignes, ecrit in vue.totaux[:TOTAUX_MONTRES]:
        dit = f"« {entete} » de « {feuille} » : les lignes font {nombre(lignes, 2)}, le fichier écrit {nombre(ecrit, 2)}."
        ecrire(console, dit, retrait=2)
    for remarque in vue.remarques if vue.essai is not None else ():
        ecrire(console, remarque, retrait=2)
    if vue.non_reprises:
        ecrire(console, f"Laissées de côté, faute de certitude : {', '.join(vue.non_reprises)}.", retrait=2)
    if vue.pertes:
        titre(console, "Ce que l'export ne dit pas")
        perdues = [list(perte) for perte in vue.pertes[:MANQUES_MONTRES]]
        ecrire_tableau(console, Tableau([Colonne("Notre colonne"), Colonne("Sans elle")], perdues))
        if len(vue.pertes) > MANQUES_MONTRES:
            ecrire(console, f"… et {len(vue.pertes) - MANQUES_MONTRES} autres.", retrait=2)
    _dire_la_suite(console, vue, espace)


def _dire_les_doutes(console: Console, vue: DescriptionVue) -> None:
    if vue.doutes:
        titre(console, "À décider")
        lignes = [
            [d.feuille, d.entete, d.serait, pour_cent(100 * d.confiance, 0), d.pourquoi]
            for d in vue.doutes[:DOUTES_MONTRES]
        ]
        noms = ("Feuille", "En-tête", "Serait", "Confiance", "Pourquoi")
        ecrire_tableau(console, Tableau([Colonne(n, n == "Confiance") for n in noms], lignes))
        if len(vue.doutes) > DOUTES_MONTRES:
            ecrire(console, f"… et {len(vue.doutes) - DOUTES_MONTRES} autres, dans le classeur.", retrait=2)
    if vue.mots_inconnus:
        mots = accorder(vue.mots_inconnus, "mot inconnu", "mots inconnus")
        ecrire(console, f"{mots} de nos nomenclatures : feuille « Valeurs » du classeur.", retrait=2)


def _dire_l_essai(console: Console, essai: EssaiLu) -> None:
    titre(console, "Lu à blanc, rien n'est encore compté")
    ecrire(console, ", ".join(accorder(*compte) for compte in essai.comptes) + ".", retrait=2)
    for depot, structure, debut, fin, extraction in essai.identites[:DEPOTS_MONTRES]:
        dit = f"« {depot} » : structure {structure}, du {debut} au {fin}, extrait le {extraction}."
        ecrire(console, dit, retrait=2)
    lignes = [[mois, nombre(heures, 2)] for mois, heures in sorted(essai.heures.items())]
    pied = ["Ensemble", nombre(sum(essai.heures.values()), 2)]
    ecrire_tableau(console, Tableau([Colonne("Mois"), Colonne("Heures", True)], lignes, pied))
    constats = [[*lieu, str(n)] for lieu, n in sorted(essai.constats.items())]
    if constats:
        noms = [Colonne("Gravité"), Colonne("Règle"), Colonne("Nombre", True)]
        ecrire_tableau(console, Tableau(noms, constats))


def _dire_la_suite(console: Console, vue: DescriptionVue, espace: Path) -> None:
    titre(console, "Et maintenant")
    depots = " ".join(citer(d) for d in vue.depots)
    if vue.layout is not None:
        ecrire(console, f"Description écrite : {vue.layout}", retrait=2)
        if vue.alias:
            mots = accorder(vue.alias, "mot ajouté", "mots ajoutés")
            ecrire(console, f"{mots} à alias.csv.", retrait=2)
        ecrire(
            console, f"Commande suivante : clauses actualiser {depots} --espace {citer(espace)}", retrait=2
        )
    elif vue.classeur is not None:
        ecrire(console, f"Classeur à corriger : {vue.classeur}", retrait=2)
        suite = f"clauses decrire --avec {citer(vue.classeur)} --espace {citer(espace)}"
        ecrire(console, f"Commande suivante : {suite}", retrait=2)
    else:
        ecrire(
            console,
            f"Pour corriger dans Excel : clauses decrire {depots} --sortie correspondance.xlsx",
            retrait=2,
        )
        suite = f"clauses decrire {depots} --espace {citer(espace)} --accepter"
        if vue.acceptable:
            ecrire(console, f"Pour prendre ce qui est sûr : {suite}", retrait=2)
