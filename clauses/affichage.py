"""What the command prints: French numbers, summaries and tables.

On a terminal: colours, bold headers, columns cut to the width. Elsewhere (a file, a pipe, a log): the same
lines without colour, frame or cut. Rich is imported by whoever makes the console, never here at import.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

ESPACE_FINE = "\u202f"
STRUCTURES_AFFICHEES = 40
REFUS_AFFICHES = 20
LARGEUR_MINIMALE_COLONNE = 8
SEPARATEUR = "  "
TOUS_LES_CHIFFRES = Context(prec=400)  # the largest double has 309 digits: rounding must never fail

# What an old terminal (cp1252, latin-1, ASCII) is given for the signs it does not have.
REMPLACEMENTS = str.maketrans(
    {ESPACE_FINE: " ", "\u00a0": " ", "…": "...", "→": "->", "●": "X", "·": "-", "–": "-", "—": "-", "─": "-",
     "’": "'", "«": '"', "»": '"', "≥": ">=", "≤": "<=", "×": "x", "œ": "oe", "Œ": "OE", "€": "EUR"}
)  # fmt: skip


# --- numbers, dates, agreement --------------------------------------------------------------------


def nombre(valeur: float | Decimal | None, decimales: int = 0) -> str:
    """A number as the French write it: `1 234,50`, thousands apart by a narrow no-break space.

    Halves are rounded away from zero on the decimal writing of the value (26.25 gives 26,3, not 26,2).
    None, NaN and infinities give an empty string: there is no figure to show.
    """
    if valeur is None or not math.isfinite(valeur):
        return ""
    arrondi = Decimal(str(valeur)).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP, TOUS_LES_CHIFFRES)
    if arrondi == 0:
        arrondi = abs(arrondi)
    return f"{arrondi:,f}".replace(",", ESPACE_FINE).replace(".", ",")


def accorder(effectif: int, singulier: str, pluriel: str | None = None) -> str:
    """`1 dépôt`, `3 dépôts`, `0 dépôt`: in French the plural starts at two."""
    forme = singulier if abs(effectif) < 2 else (pluriel or f"{singulier}s")
    return f"{nombre(effectif)} {forme}"


def ecart(avant: float | None, apres: float | None) -> str:
    """The signed change in hours, `+120` or `-3`; empty when one side is unknown."""
    if avant is None or apres is None:
        return ""
    difference = nombre(apres - avant)
    return difference if difference.startswith("-") or difference == "0" else f"+{difference}"


def evolution(avant: float | None, apres: float | None) -> str:
    """The change in percent of the state before, `+2,3 %`; `nouveau` where there was nothing before."""
    if apres is None:
        return ""
    if not avant:
        return "nouveau" if apres else ""
    taux = nombre(100 * (apres - avant) / avant, 1)
    signe = "" if taux.startswith("-") or taux == "0,0" else "+"
    return f"{signe}{taux}{ESPACE_FINE}%"


def date_courte(jour: dt.date | None) -> str:
    """`31/12/2024`, or an empty string."""
    return "" if jour is None else f"{jour:%d/%m/%Y}"


# --- what the callers hand over -------------------------------------------------------------------


@dataclass(frozen=True)
class DepotRefuse:
    """A refused deposit: its path as the user gave it, and a message that says what to do."""

    chemin: str
    regle: str
    message: str


@dataclass(frozen=True)
class CompteRegle:
    """How many findings a rule made; `titre` is the rule's short French name."""

    regle: str
    nombre: int
    titre: str = ""


@dataclass(frozen=True)
class HeuresRegion:
    """Hours of insertion of a region in the published state before (None: it had none) and after."""

    code: str
    libelle: str
    avant: float | None
    apres: float | None


@dataclass(frozen=True)
class ResumeRafraichissement:
    """What one refresh did (`statut`: `publie`, `inchange`, `vide` or `bloque`); counts are of this refresh alone."""

    rafraichissement: str
    statut: str
    date_arrete: dt.date | None
    acceptes: int
    deja_charges: int
    lignes_lues: int
    refuses: Sequence[DepotRefuse] = ()
    rejets: Sequence[CompteRegle] = ()
    alertes: Sequence[CompteRegle] = ()
    heures: Sequence[HeuresRegion] = ()
    portes: Sequence[str] = ()
    rapport: Path | None = None
    commande_suivante: str | None = None
    fictif: bool = False


@dataclass(frozen=True)
class DernierRafraichissement:
    """The refresh that made the published warehouse."""

    rafraichissement: str
    statut: str
    termine_le: dt.datetime
    date_arrete: dt.date | None


@dataclass(frozen=True)
class _Colonne:
    """A column of a table: its title, and whether its cells are numbers (set right, never cut)."""

    titre: str
    numerique: bool = False


@dataclass(frozen=True)
class _Tableau:
    colonnes: Sequence[_Colonne]
    lignes: Sequence[Sequence[str]]
    pied: Sequence[str] = field(default_factory=tuple)


# --- lines ----------------------------------------------------------------------------------------


def _lisible(texte: str) -> str:
    """One line without control characters: a file name must not be able to drive the terminal."""
    return "".join(
        " " if c.isspace() and c not in "\u00a0\u202f" else c for c in texte if c.isspace() or _imprimable(c)
    )


def _imprimable(caractere: str) -> bool:
    return unicodedata.category(caractere) not in {"Cc", "Cf", "Cs"}


def _pour_console(console: Console, texte: str) -> str:
    try:
        texte.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        simple = texte.translate(REMPLACEMENTS)
        return simple.encode(console.encoding, errors="replace").decode(console.encoding)
    return texte


def _ecrire(console: Console, texte: str = "", style: str = "", retrait: int = 0) -> None:
    """One paragraph: wrapped with its indent on a terminal, one line elsewhere."""
    propre = _pour_console(console, _lisible(texte))
    if not console.is_terminal or not propre:
        console.out(" " * retrait + propre if propre else "", highlight=False)
        return
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(Text(propre, style=style, overflow="fold"), (0, 0, 0, retrait), expand=False))


def _titre(console: Console, texte: str) -> None:
    _ecrire(console)
    _ecrire(console, texte, style="bold")


def _ecrire_tableau(console: Console, tableau: _Tableau, retrait: int = 2) -> int:
    """Prints a table in aligned columns; gives the number of columns that did not fit."""
    largeur_ecran = console.width - retrait if console.is_terminal else None
    entetes = [_pour_console(console, _lisible(c.titre)) for c in tableau.colonnes]
    lignes = [[_pour_console(console, _lisible(cellule)) for cellule in ligne] for ligne in tableau.lignes]
    pied = [_pour_console(console, cellule) for cellule in tableau.pied]
    largeurs = [
        max(
            [
                _largeur(entete),
                *(_largeur(ligne[i]) for ligne in lignes),
                *([_largeur(pied[i])] if pied else []),
            ]
        )
        for i, entete in enumerate(entetes)
    ]
    if largeur_ecran is not None:
        largeurs = _ajuster(largeurs, [c.numerique for c in tableau.colonnes], largeur_ecran)

    def mettre_en_ligne(cellules: Sequence[str], style: str = "") -> None:
        morceaux = [
            _caler(cellule, largeur, colonne.numerique)
            for cellule, largeur, colonne in zip(cellules, largeurs, tableau.colonnes, strict=False)
        ]
        texte = " " * retrait + SEPARATEUR.join(morceaux).rstrip()
        console.out(texte, style=style if console.is_terminal and style else None, highlight=False)

    mettre_en_ligne(entetes, style="bold")
    if console.is_terminal:
        mettre_en_ligne([_pour_console(console, "─") * largeur for largeur in largeurs], style="dim")
    for ligne in lignes:
        mettre_en_ligne(ligne)
    if pied:
        mettre_en_ligne(pied, style="bold")
    return len(entetes) - len(largeurs)


def _largeur(texte: str) -> int:
    from rich.cells import cell_len

    return cell_len(texte)


def _caler(texte: str, largeur: int, a_droite: bool) -> str:
    if _largeur(texte) > largeur:
        from rich.cells import set_cell_size

        texte = set_cell_size(texte, largeur - 1).rstrip() + "…"
    blanc = " " * (largeur - _largeur(texte))
    return blanc + texte if a_droite else texte + blanc


def _ajuster(largeurs: Sequence[int], numeriques: Sequence[bool], disponible: int) -> list[int]:
    """Widths that fit: the widest text gives way first, numbers never do; then the last columns go."""
    ajustees = list(largeurs)
    while ajustees:
        exces = sum(ajustees) + len(SEPARATEUR) * (len(ajustees) - 1) - disponible
        if exces <= 0:
            return ajustees
        coupables = [
            i
            for i, largeur in enumerate(ajustees)
            if largeur > LARGEUR_MINIMALE_COLONNE and not numeriques[i]
        ]
        if coupables:
            plus_large = max(coupables, key=lambda i: ajustees[i])
            ajustees[plus_large] -= 1
        elif len(ajustees) == 1:
            return [max(disponible, 2)]
        else:
            ajustees = list(largeurs[: len(ajustees) - 1])
    return ajustees


# --- the summary of a refresh ---------------------------------------------------------------------

PHRASES_STATUT = {
    "publie": ("L'entrepôt est à jour.", "green"),
    "inchange": ("Rien de nouveau : l'entrepôt publié reste tel qu'il était.", ""),
    "vide": ("Aucun dépôt accepté : il n'y a encore rien à publier.", "bold red"),
    "bloque": ("Publication arrêtée par un contrôle : l'entrepôt publié reste celui d'avant.", "bold red"),
}


def afficher_resume(console: Console, resume: ResumeRafraichissement) -> None:
    """The end of `clauses actualiser`: deposits, rows, warnings, hours, where to look next."""
    phrase, style = PHRASES_STATUT[resume.statut]
    _ecrire(console)
    if resume.fictif:
        _ecrire(
            console, "DONNÉES FICTIVES : aucun de ces chiffres ne décrit la réalité.", style="bold yellow"
        )
    _ecrire(console, phrase, style=style)
    for porte in resume.portes:
        _ecrire(console, f"- {porte}", style="red", retrait=2)
    arrete = f", données arrêtées au {date_courte(resume.date_arrete)}" if resume.date_arrete else ""
    _ecrire(console, f"Rafraîchissement {resume.rafraichissement}{arrete}.")

    _resumer_depots(console, resume)
    _resumer_lignes(console, resume)
    _resumer_heures(console, resume.heures)
    if resume.rapport or resume.commande_suivante:
        _titre(console, "Et maintenant")
    if resume.rapport:
        _ecrire(console, f"Rapport détaillé : {resume.rapport}", retrait=2)
    if resume.commande_suivante:
        _ecrire(console, f"Commande suivante : {resume.commande_suivante}", retrait=2)


def _resumer_depots(console: Console, resume: ResumeRafraichissement) -> None:
    nouveaux = resume.acceptes + len(resume.refuses)
    _titre(console, "Dépôts")
    acceptes = "accepté" if resume.acceptes < 2 else "acceptés"
    if nouveaux:
        _ecrire(console, f"{nombre(resume.acceptes)} {acceptes} sur {nombre(nouveaux)}.", retrait=2)
    else:
        _ecrire(console, "Aucun dépôt nouveau.", retrait=2)
    if resume.deja_charges:
        deja = accorder(resume.deja_charges, "dépôt déjà chargé", "dépôts déjà chargés")
        _ecrire(console, f"{deja}, laissé{'s' if resume.deja_charges > 1 else ''} de côté.", retrait=2)
    if resume.refuses:
        _ecrire(console, f"{accorder(len(resume.refuses), 'refusé')} :", style="bold red", retrait=2)
    for refus in resume.refuses[:REFUS_AFFICHES]:
        _ecrire(console, f"- {refus.chemin} ({refus.regle})", style="red", retrait=4)
        _ecrire(console, refus.message, retrait=6)
    reste = len(resume.refuses) - REFUS_AFFICHES
    if reste > 0:
        _ecrire(console, f"et {accorder(reste, 'autre')} : voir le rapport.", retrait=4)


def _resumer_lignes(console: Console, resume: ResumeRafraichissement) -> None:
    rejetees = sum(compte.nombre for compte in resume.rejets)
    if not resume.lignes_lues and not rejetees and not resume.alertes:
        return
    _titre(console, "Lignes des dépôts acceptés")
    _ecrire(console, f"{accorder(resume.lignes_lues, 'ligne lue', 'lignes lues')}.", retrait=2)
    if resume.rejets:
        part = (
            f" ({nombre(100 * rejetees / resume.lignes_lues, 1)}{ESPACE_FINE}%)" if resume.lignes_lues else ""
        )
        ecartees = accorder(rejetees, "ligne écartée", "lignes écartées")
        _ecrire(console, f"{ecartees}{part}, à corriger par les structures :", style="yellow", retrait=2)
        _ecrire_comptes(console, resume.rejets)
    else:
        _ecrire(console, "Aucune ligne écartée.", style="green", retrait=2)
    if resume.alertes:
        total = sum(compte.nombre for compte in resume.alertes)
        _ecrire(console, f"{accorder(total, 'alerte')} (lignes comptées, à vérifier) :", retrait=2)
        _ecrire_comptes(console, resume.alertes)


def _ecrire_comptes(console: Console, comptes: Sequence[CompteRegle]) -> None:
    tries = sorted(comptes, key=lambda compte: (-compte.nombre, compte.regle))
    colonnes = (_Colonne("Nombre", numerique=True), _Colonne("Règle"), _Colonne("Sens"))
    _ecrire_tableau(
        console, _Tableau(colonnes, [(nombre(c.nombre), c.regle, c.titre) for c in tries]), retrait=4
    )


def _resumer_heures(console: Console, heures: Sequence[HeuresRegion]) -> None:
    if not heures:
        return
    _titre(console, "Heures d'insertion par région")
    colonnes = (
        _Colonne("Région"),
        _Colonne("Avant", numerique=True),
        _Colonne("Maintenant", numerique=True),
        _Colonne("Écart", numerique=True),
        _Colonne("Évolution", numerique=True),
    )
    lignes = [_ligne_heures(f"{h.libelle} ({h.code})", h.avant, h.apres) for h in heures]
    avant = sum(h.avant or 0 for h in heures)
    apres = sum(h.apres or 0 for h in heures)
    _ecrire_tableau(console, _Tableau(colonnes, lignes, pied=_ligne_heures("Ensemble", avant, apres)))


def _ligne_heures(libelle: str, avant: float | None, apres: float | None) -> tuple[str, ...]:
    return libelle, nombre(avant), nombre(apres), ecart(avant or 0, apres or 0), evolution(avant, apres or 0)


# --- the state of the workspace -------------------------------------------------------------------


def afficher_etat(
    console: Console,
    depots: pl.DataFrame,
    couverture: pl.DataFrame,
    dernier_rafraichissement: DernierRafraichissement | None,
    millesimes: Sequence[str] = (),
) -> None:
    """`clauses etat`: the last build, the deposits, the quarters each structure has handed in, the vintages.

    `depots`: journal.depots. `couverture`: one row per structure and quarter, with `structure_code`,
    `trimestre` (`2024-T3`) and `mois_deposes` (0 to 3).
    """
    dernier = dernier_rafraichissement
    _titre(console, "Dernière construction")
    if dernier is None:
        _ecrire(console, "Aucune : lancer « clauses actualiser DOSSIER ».", retrait=2)
    else:
        phrase = PHRASES_STATUT[dernier.statut][0]
        _ecrire(
            console,
            f"{dernier.rafraichissement}, le {dernier.termine_le:%d/%m/%Y à %H:%M}. {phrase}",
            retrait=2,
        )
        if dernier.date_arrete:
            _ecrire(console, f"Données arrêtées au {date_courte(dernier.date_arrete)}.", retrait=2)

    _titre(console, "Dépôts")
    statuts = {str(statut): int(effectif) for statut, effectif in depots["statut"].value_counts().iter_rows()}
    structures = depots.filter(depots["statut"] == "accepte")["structure_code"].drop_nulls().n_unique()
    _ecrire(
        console,
        f"{accorder(statuts.get('accepte', 0), 'accepté')} de {accorder(structures, 'structure')}, "
        f"{accorder(statuts.get('refuse', 0), 'refusé')}, "
        f"{accorder(statuts.get('deja_charge', 0), 'déjà chargé', 'déjà chargés')}.",
        retrait=2,
    )
    _afficher_couverture(console, depots, couverture)

    _titre(console, "Millésimes publiés")
    _ecrire(console, ", ".join(millesimes) if millesimes else "Aucun.", retrait=2)


def _afficher_couverture(console: Console, depots: pl.DataFrame, couverture: pl.DataFrame) -> None:
    if couverture.is_empty():
        return
    _titre(console, "Couverture : trimestres déposés par structure")
    trimestres = couverture["trimestre"].unique().sort().to_list()
    mois: dict[str, dict[str, int]] = {}
    for structure, trimestre, deposes in couverture.select(
        "structure_code", "trimestre", "mois_deposes"
    ).iter_rows():
        mois.setdefault(structure, {})[trimestre] = deposes or 0
    noms = _noms_structures(depots)

    incompletes = [s for s in sorted(mois) if any(mois[s].get(t, 0) < 3 for t in trimestres)]
    montrees = sorted(mois) if len(mois) <= STRUCTURES_AFFICHEES else incompletes[:STRUCTURES_AFFICHEES]
    if console.is_terminal:
        place = max((console.width - 40) // (len("2024-T1") + len(SEPARATEUR)), 1)
        if len(trimestres) > place:
            _ecrire(console, f"Les {place} derniers trimestres sur {len(trimestres)} :", retrait=2)
            trimestres = trimestres[-place:]
    colonnes = [_Colonne("Structure"), *(_Colonne(t) for t in trimestres)]
    lignes = [
        (f"{s} {noms.get(s, '')}".rstrip(), *(_case_couverture(mois[s].get(t, 0)) for t in trimestres))
        for s in montrees
    ]
    _ecrire_tableau(console, _Tableau(colonnes, lignes))
    _ecrire(console, "● trois mois déposés, 1/3 ou 2/3 en partie, · rien", style="dim", retrait=2)
    if len(mois) > STRUCTURES_AFFICHEES:
        completes = len(mois) - len(incompletes)
        _ecrire(
            console,
            f"{accorder(completes, 'structure complète', 'structures complètes')} non listées.",
            retrait=2,
        )
        if len(incompletes) > len(montrees):
            reste = accorder(len(incompletes) - len(montrees), "autre structure", "autres structures")
            _ecrire(console, f"et {reste} avec des trimestres manquants.", retrait=2)


def _noms_structures(depots: pl.DataFrame) -> dict[str, str]:
    nommes = depots.drop_nulls(["structure_code", "nom_structure"]).sort("ordre")
    return dict(zip(nommes["structure_code"], nommes["nom_structure"], strict=True))


def _case_couverture(mois_deposes: int) -> str:
    return {0: "·", 3: "●"}.get(mois_deposes, f"{mois_deposes}/3")


# --- findings -------------------------------------------------------------------------------------


def afficher_constats(
    console: Console,
    depots: pl.DataFrame,
    constats: pl.DataFrame,
    titres: Mapping[str, str] | None = None,
    sortie: Path | None = None,
) -> None:
    """`clauses constats`: refusals in full, then findings counted by structure, severity and rule.

    `depots` and `constats`: journal.*. `titres`: short French name of each rule. `sortie`: the workbook just
    written.
    """
    refuses = depots.filter(depots["statut"] == "refuse").sort("chemin")
    if refuses.is_empty() and constats.is_empty():
        _ecrire(console, "Aucun constat : rien à renvoyer aux structures.", style="green")
    if not refuses.is_empty():
        _titre(console, f"{accorder(refuses.height, 'dépôt refusé', 'dépôts refusés')}")
        for chemin, regle, message in refuses.select("chemin", "regle", "message").iter_rows():
            _ecrire(console, f"- {chemin} ({regle})", style="red", retrait=2)
            _ecrire(console, message or "", retrait=4)
    lignes = constats.filter(constats["gravite"] != "refus")
    if not lignes.is_empty():
        _compter_constats(console, depots, lignes, titres or {})
    if sortie:
        _ecrire(console)
        _ecrire(console, f"Classeur à renvoyer aux structures : {sortie}")
    elif not constats.is_empty():
        _ecrire(console)
        _ecrire(console, "Le détail, ligne par ligne : clauses constats --sortie constats.xlsx")


def _compter_constats(
    console: Console, depots: pl.DataFrame, constats: pl.DataFrame, titres: Mapping[str, str]
) -> None:
    mots = {"rejet": "écartées", "alerte": "à vérifier"}
    noms = _noms_structures(depots)
    comptes = (
        constats.join(depots.select("depot_id", "structure_code"), on="depot_id", how="left")
        .group_by("structure_code", "gravite", "regle")
        .len("effectif")
        .sort(["structure_code", "gravite", "effectif", "regle"], descending=[False, True, True, False])
    )
    _titre(console, "Lignes à corriger ou à vérifier")
    colonnes = [
        _Colonne("Structure"),
        _Colonne("Nombre", True),
        _Colonne("Lignes"),
        _Colonne("Règle"),
        _Colonne("Sens"),
    ]
    lignes = []
    precedente: str | None = ""
    for structure, gravite, regle, effectif in comptes.iter_rows():
        nom = f"{structure} {noms.get(structure, '')}".rstrip() if structure else "Structure inconnue"
        lignes.append(
            (
                nom if structure != precedente else "",
                nombre(effectif),
                mots[gravite],
                regle,
                titres.get(regle, ""),
            )
        )
        precedente = structure
    _ecrire_tableau(console, _Tableau(colonnes, lignes))


# --- results of a query, durations ----------------------------------------------------------------


def afficher_table(console: Console, colonnes: Sequence[str], lignes: Sequence[Sequence[object]]) -> None:
    """The result of `clauses sql`: numbers to the right, NULL as empty, wide texts cut to the terminal."""
    ecrites: list[list[str]] = [[""] * len(colonnes) for _ in lignes]
    descriptions = []
    for i, nom in enumerate(colonnes):
        valeurs = [ligne[i] for ligne in lignes]
        presentes = [v for v in valeurs if v is not None]
        numerique = bool(presentes) and all(_est_nombre(v) for v in presentes)
        descriptions.append(_Colonne(nom, numerique))
        decimales = max((_decimales(v) for v in presentes), default=0) if numerique else 0
        for rang, valeur in enumerate(valeurs):
            ecrites[rang][i] = _cellule(valeur, decimales)
    absentes = _ecrire_tableau(console, _Tableau(descriptions, ecrites), retrait=0)
    note = accorder(len(lignes), "ligne")
    if absentes:
        note += f" ; {accorder(absentes, 'colonne non affichée', 'colonnes non affichées')} faute de place"
        note += " (élargir la fenêtre, ou --format csv)"
    _ecrire(console, f"({note})", style="dim")


def _est_nombre(valeur: object) -> bool:
    return isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool)


def _decimales(valeur: object) -> int:
    """How many decimals a value needs to be shown, three at most."""
    if isinstance(valeur, float | Decimal) and math.isfinite(valeur):
        partie = f"{valeur:.3f}".rstrip("0")
        return len(partie) - partie.index(".") - 1
    return 0


def _cellule(valeur: object, decimales: int) -> str:
    # Dates stay in ISO form: that is how they are typed in the next query.
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "vrai" if valeur else "faux"
    if isinstance(valeur, int | float | Decimal):
        return _cellule_nombre(valeur, decimales)
    if isinstance(valeur, dt.datetime):
        return valeur.isoformat(sep=" ", timespec="seconds")
    return str(valeur)


def _cellule_nombre(valeur: float | Decimal, decimales: int) -> str:
    if not math.isfinite(valeur):
        return str(valeur)
    if isinstance(valeur, int):
        # Years and small codes would be misread with a space inside: four digits stay together.
        ecrit = nombre(valeur, decimales)
        return ecrit if abs(valeur) >= 10_000 else ecrit.replace(ESPACE_FINE, "")
    if 0 < abs(float(valeur)) < 0.0005:
        return f"{valeur:.2e}".replace(".", ",")
    return nombre(valeur, decimales)


def afficher_temps(console: Console, durees: Mapping[str, float]) -> None:
    """How long each stage took, in seconds, in the order given, with its share and the total."""
    total = sum(durees.values())
    colonnes = (_Colonne("Étape"), _Colonne("Durée (s)", numerique=True), _Colonne("Part", numerique=True))
    lignes = [
        (etape, nombre(duree, 1), f"{nombre(100 * duree / total)}{ESPACE_FINE}%" if total else "")
        for etape, duree in durees.items()
    ]
    _titre(console, "Durées")
    _ecrire_tableau(console, _Tableau(colonnes, lignes, pied=("Total", nombre(total, 1), "")))
