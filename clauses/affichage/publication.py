"""What `publier` and `comparer` say at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from clauses.affichage.console import Colonne, Tableau, avertir_fictif, ecrire, ecrire_tableau, titre
from clauses.socle.nombres import accorder, nombre, pour_cent

if TYPE_CHECKING:
    from rich.console import Console

REVISIONS_AFFICHEES = 15
ABSENTES_AFFICHEES, PERDUS_AFFICHES = 12, 8
NIVEAUX = {
    "national": "France", "ensemble": "ensemble", "region": "régions", "departement": "départements", "epci": "EPCI",
}  # fmt: skip


@dataclass(frozen=True)
class Apercu:
    """What a publication is about to say and to stop saying. `periode`: the main one, as a reader says it. `absentes`:
    structures that did not hand all of it in (code, name, months, months expected). `incomparables`: territories, head and
    regions, whose changes are not told. `precedent`: the vintage before, None for a first one; `revises`: figures that
    differ from it; `perdus`: figures that it shows and that are shown no longer (tableau, niveau_territoire, len).
    """

    periode: str
    absentes: list[tuple[str, str, int, int]]
    incomparables: list[str]
    precedent: str | None = None
    revises: int = 0
    perdus: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def nombre_perdus(self) -> int:
        return int(self.perdus["len"].sum()) if self.perdus.height else 0

    @property
    def a_confirmer(self) -> bool:
        """Whether there is anything to think about."""
        return bool(self.absentes or self.revises or self.nombre_perdus)


@dataclass(frozen=True)
class Paquet:
    """What was published: the folder, its vintage, whether it is a new one, figures, those not shown.

    sans_preuve: of these, those hidden with their whole table because nothing proves less to be enough.
    """

    dossier: Path
    millesime: str
    nouveau: bool
    fictif: bool
    figures: int
    masquees: int
    sans_preuve: int
    revisions: pl.DataFrame | None
    durees: dict[str, float] = field(default_factory=dict)


def afficher_apercu(console: Console, apercu: Apercu) -> None:
    """What is missing, what changes and what is shown no longer, before a vintage is frozen."""
    ecrire(console)
    if apercu.absentes:
        absentes = accorder(len(apercu.absentes), "structure n'a", "structures n'ont")
        ecrire(console, f"{absentes} pas tout déposé pour {apercu.periode} :", style="yellow")
        for code, nom, deposes, attendus in apercu.absentes[:ABSENTES_AFFICHEES]:
            ecrire(console, f"{code} {nom} : {deposes} mois sur {attendus}", retrait=2)
        if len(apercu.absentes) > ABSENTES_AFFICHEES:
            autres = accorder(len(apercu.absentes) - ABSENTES_AFFICHEES, "autre", "autres")
            ecrire(console, f"et {autres} (clauses etat les montre)", retrait=2)
    if apercu.incomparables:
        ecrire(console, f"Évolutions non données : {', '.join(apercu.incomparables)}.")
    if apercu.precedent:
        changent = accorder(apercu.revises, "chiffre change", "chiffres changent")
        ecrire(console, f"{changent} depuis {apercu.precedent}.")
        if apercu.nombre_perdus:
            perdus = accorder(
                apercu.nombre_perdus, "chiffre publié ne le sera plus", "chiffres publiés ne le seront plus"
            )
            ecrire(console, f"{perdus} (secret statistique, périmètre ou dépôts retirés) :", style="yellow")
            tries = apercu.perdus.sort("len", descending=True).head(PERDUS_AFFICHES)
            for tableau, niveau, nombre_ in tries.iter_rows():
                ecrire(console, f"{tableau}, {NIVEAUX.get(niveau, niveau)} : {nombre(nombre_)}", retrait=2)


def afficher_paquet(console: Console, paquet: Paquet) -> None:
    """Where the package is, how much of it is shown, what changed since the vintage before."""
    ecrire(console)
    avertir_fictif(console, paquet.fictif)
    etat = "figé et publié" if paquet.nouveau else "déjà figé : ses chiffres sont écrits à l'identique"
    ecrire(console, f"Millésime {paquet.millesime} {etat}.", style="green")
    part = pour_cent(100 * paquet.masquees / paquet.figures) if paquet.figures else pour_cent(0, 0)
    non_diffuses = accorder(paquet.masquees, "non diffusé", "non diffusés")
    ecrire(
        console,
        f"{accorder(paquet.figures, 'chiffre')}, dont {non_diffuses} ({part}) au titre du secret statistique.",
        retrait=2,
    )
    if paquet.sans_preuve:
        faute = accorder(paquet.sans_preuve, "est caché", "sont cachés")
        ecrire(
            console,
            f"Parmi eux, {faute} par prudence avec tout leur tableau : rien ne garantit qu'en cacher moins protégerait.",
            retrait=2,
        )
    if paquet.revisions is not None:
        revises = accorder(paquet.revisions.height, "chiffre révisé", "chiffres révisés")
        ecrire(console, f"{revises} depuis le millésime précédent.", retrait=2)
    titre(console, "Et maintenant")
    ecrire(console, f"Le paquet : {paquet.dossier}", retrait=2)
    ecrire(console, f"À ouvrir d'abord : {paquet.dossier / 'LISEZ-MOI.md'}", retrait=2)
    ecrire(console, f"Les pages : {paquet.dossier / 'site' / 'index.html'}", retrait=2)


@dataclass(frozen=True)
class Comparaison:
    """Two vintages; `revisions`: every figure that differs, hidden ones included, with titre, nom_mesure and territoire;
    `publiees`: how many of them both show, which is what `publier` counts."""

    avant: str
    apres: str
    revisions: pl.DataFrame
    publiees: int


def afficher_revisions(console: Console, comparaison: Comparaison, sortie: Path | None) -> None:
    """`clauses comparer`: how many figures changed by table, the largest changes of key figures, and why."""
    revisions = comparaison.revisions
    titre(console, f"De {comparaison.avant} à {comparaison.apres}")
    if revisions.is_empty():
        ecrire(console, "Aucun chiffre ne change.", style="green", retrait=2)
        return
    changent = accorder(revisions.height, "chiffre change", "chiffres changent")
    publies = accorder(comparaison.publiees, "publié", "publiés")
    ecrire(
        console, f"{changent}, dont {publies} (les autres ne sortent pas de l'espace de travail).", retrait=2
    )
    titre(console, "Par tableau")
    comptes = (
        revisions.group_by("tableau", "titre")
        .agg(pl.len(), pl.col("cause").mode().sort().first())
        .sort("tableau")
    )
    colonnes = [Colonne("Tableau"), Colonne("Chiffres", True), Colonne("Dépôts le plus souvent en cause")]
    ecrire_tableau(
        console,
        Tableau(
            colonnes,
            [
                (f"{code} – {nom}" if nom else code, nombre(effectif), _abreger(cause))
                for code, nom, effectif, cause in comptes.iter_rows()
            ],
        ),
    )
    cles = revisions.filter(
        (pl.col("tableau") == "CLES") & pl.col("niveau_territoire").is_in(["national", "ensemble", "region"])
    )
    if not cles.is_empty():
        titre(console, "Chiffres clés, ensemble et régions : les plus grands écarts")
        _afficher_chiffres(
            console, cles.sort(pl.col("ecart_pourcent").abs(), descending=True, nulls_last=True)
        )
    ecrire(console)
    if sortie:
        ecrire(console, f"La liste complète : {sortie}")
    else:
        ecrire(console, "La liste complète : ajouter --sortie revisions.csv")


def _afficher_chiffres(console: Console, revisions: pl.DataFrame) -> None:
    colonnes = [
        Colonne("Territoire"),
        Colonne("Période"),
        Colonne("Mesure"),
        *(Colonne(nom, True) for nom in ("Avant", "Après", "Écart", "%")),
        Colonne("Dépôts en cause"),
    ]
    lignes = [
        (
            ligne["territoire"],
            ligne["periode"],
            ligne["nom_mesure"],
            nombre(ligne["valeur_avant"], 1),
            nombre(ligne["valeur"], 1),
            nombre(ligne["ecart"], 1),
            nombre(ligne["ecart_pourcent"], 1),
            _abreger(ligne["cause"]),
        )
        for ligne in revisions.head(REVISIONS_AFFICHEES).iter_rows(named=True)
    ]
    ecrire_tableau(console, Tableau(colonnes, lignes))


def _abreger(cause: str) -> str:
    """The first deposit and how many others: the whole list is in the file."""
    premier, *autres = cause.split(" ; ")
    return f"{premier} et {accorder(len(autres), 'autre')}" if autres else premier
