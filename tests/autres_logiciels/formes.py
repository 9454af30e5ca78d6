"""The forms of export: what each does of the tables of a deposit, and a whole source made from a seed.

source = construire("technique", 3, dossier)      # dossier/autre: the foreign deposits; dossier/reference: ours
source.verite[feuille, entete].colonnes           # what a header is, « Table · Colonne » or « ne pas reprendre »
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import ecriture, monde
from .monde import Depot, Tables
from .redaction import COLONNES, Grille, Planche, Rang, Redacteur, Registre, Reponse, notion, sens_de

Composer = Callable[[Depot, Redacteur], list[Planche]]
HEURES = ("Heures · Heures travaillées", "Heures · Heures de formation")
HEURES_BILAN = ("Bilan · Heures réalisées", "Bilan · dont formation")
FORMATION = frozenset({HEURES[1], HEURES_BILAN[1]})


@dataclass(frozen=True)
class Forme:
    """`fichier`: classeur, dossier (a folder or a zip of CSV), csv. `absentes`: our columns that it cannot say;
    `gardees`: optional columns that it cannot do without; `libres`: what the reader makes up, or cannot know."""

    dit: str
    composer: Composer
    plat: bool = False
    registres: tuple[Registre, ...] = ("mots",)
    fichier: str = "classeur"
    listes: bool = False
    deux_lignes: bool = False
    absentes: frozenset[str] = frozenset()
    gardees: frozenset[str] = frozenset()
    libres: frozenset[str] = frozenset()


@dataclass
class Source:
    """Deposits of another tool in `autre`, the same in our contract in `reference`, and what each header is.

    `libres`: names in brut/ of the codes that may differ between the two.
    """

    forme: str
    graine: int
    autre: Path
    reference: Path
    verite: dict[tuple[str, str], Reponse] = field(default_factory=dict)
    ecrits: set[tuple[str, str]] = field(default_factory=set)
    libres: frozenset[str] = frozenset()


# --- what the forms do -------------------------------------------------------------------------------------


def par_tables(depot: Depot, r: Redacteur) -> list[Planche]:
    return [Planche(nom, (nom,), list(lignes)) for nom, lignes in depot.tables.items()]


def en_plat(depot: Depot, r: Redacteur) -> list[Planche]:
    return [Planche("Bilan", ("Bilan",), list(monde.plat(depot)))]


def plat_en_largeur(depot: Depot, r: Redacteur) -> list[Planche]:
    lignes = en_largeur(list(monde.plat(depot)), "Bilan · Mois", HEURES_BILAN, depot)
    return [Planche("Bilan", ("Bilan",), lignes)]


def heures_en_largeur(depot: Depot, r: Redacteur) -> list[Planche]:
    return _remplacer(depot, r, en_largeur(list(depot.tables["Heures"]), "Heures · Mois", HEURES, depot))


def heures_en_minutes(depot: Depot, r: Redacteur) -> list[Planche]:
    en_minutes = dict(zip(HEURES, ("Minutes de travail", "Minutes de formation"), strict=True))
    lignes: list[Rang] = [
        {
            en_minutes.get(c, c): v * 60 if c in HEURES and isinstance(v, float) else v
            for c, v in ligne.items()
        }
        for ligne in depot.tables["Heures"]
    ]
    if r.mois_dessus:  # of the tool, not of the deposit
        return _remplacer(depot, r, lignes)
    return _remplacer(depot, r, en_largeur(lignes, "Heures · Mois", tuple(en_minutes.values()), depot))


def heures_avec_formation(depot: Depot, r: Redacteur) -> list[Planche]:
    lignes: list[Rang] = []
    for ligne in depot.tables["Heures"]:
        travail, formation = ligne[HEURES[0]], ligne[HEURES[1]]
        assert isinstance(travail, float)
        total = travail + (formation if isinstance(formation, float) else 0)
        lignes.append({**{c: v for c, v in ligne.items() if c != HEURES[0]}, "Total avec formation": total})
    return _remplacer(depot, r, lignes)


def par_mois(depot: Depot, r: Redacteur) -> list[Planche]:
    return _par_feuille(
        monde.plat(depot), "Bilan", "Bilan · Mois", lambda v: r.mois_ecrit(_date(v)).replace("/", "-")
    )


def par_entreprise(depot: Depot, r: Redacteur) -> list[Planche]:
    return _par_feuille(monde.plat(depot), "Bilan", "Bilan · Entreprise", lambda v: str(v)[:31])


def heures_par_marche(depot: Depot, r: Redacteur) -> list[Planche]:
    autres = [p for p in par_tables(depot, r) if p.cle != "Heures"]
    return autres + _par_feuille(depot.tables["Heures"], "Heures", "Heures · Code marché", str)


def personnes_sur_contrats(depot: Depot, r: Redacteur) -> list[Planche]:
    personnes = {p["Bénéficiaires · N° bénéficiaire"]: p for p in depot.tables["Bénéficiaires"]}
    lignes: list[Rang] = [
        _fondre(c, personnes[c["Contrats · N° bénéficiaire"]]) for c in depot.tables["Contrats"]
    ]
    autres = [p for p in par_tables(depot, r) if p.cle not in ("Bénéficiaires", "Contrats")]
    return [*autres, Planche("Salariés et contrats", ("Bénéficiaires", "Contrats"), lignes)]


def marches_sur_heures(depot: Depot, r: Redacteur) -> list[Planche]:
    t = depot.tables
    marches = {m["Marchés · Code marché"]: m for m in t["Marchés"]}
    operations = {o["Opérations · Code opération"]: o for o in t["Opérations"]}
    sirets = {c["Contrats · N° contrat"]: c["Contrats · SIRET employeur"] for c in t["Contrats"]}
    entreprises = {(e["Entreprises · Code marché"], e["Entreprises · SIRET"]): e for e in t["Entreprises"]}
    lignes: list[Rang] = []
    for h in t["Heures"]:
        m = marches[h["Heures · Code marché"]]
        e = entreprises[h["Heures · Code marché"], sirets[h["Heures · N° contrat"]]]
        lignes.append(_fondre(h, m, operations[m["Marchés · Code opération"]], e))
    joints = ("Heures", "Marchés", "Opérations", "Entreprises")
    autres = [p for p in par_tables(depot, r) if p.cle not in joints]
    return [*autres, Planche("Suivi des marchés", joints, lignes)]


def sans_entreprises(depot: Depot, r: Redacteur) -> list[Planche]:
    noms = {e["Entreprises · SIRET"]: e["Entreprises · Raison sociale"] for e in depot.tables["Entreprises"]}
    planches = [p for p in par_tables(depot, r) if p.cle != "Entreprises"]
    contrats = next(p for p in planches if p.cle == "Contrats")
    contrats.tables = ("Contrats", "Entreprises")
    contrats.lignes = [
        {**c, "Entreprises · Raison sociale": noms[c["Contrats · SIRET employeur"]]} for c in contrats.lignes
    ]
    return planches


def sans_codes_d_operation(depot: Depot, r: Redacteur) -> list[Planche]:
    dites = ("Opérations · Donneur d'ordre", "Opérations · Intitulé de l'opération")
    operations = {o["Opérations · Code opération"]: o for o in depot.tables["Opérations"]}
    planches = par_tables(depot, r)
    for planche in planches:
        if planche.cle == "Marchés":
            planche.tables = ("Marchés", "Opérations")
            planche.lignes = [
                {**m, **{c: operations[m["Marchés · Code opération"]][c] for c in dites}}
                for m in planche.lignes
            ]
        planche.lignes = [
            {c: v for c, v in ligne.items() if not str(c).endswith("Code opération")}
            for ligne in planche.lignes
        ]
    return planches


def en_largeur(lignes: list[Rang], mois: str, mesures: tuple[str, ...], depot: Depot) -> list[Rang]:
    """A row for all that is not the month nor a measure, a column for each month and measure."""
    reunies: dict[tuple[object, ...], Rang] = {}
    for ligne in lignes:
        simples = {c: v for c, v in ligne.items() if c != mois and c not in mesures}
        # in the order of the period, all its months
        vides = {(m, jour): None for jour in depot.mois for m in mesures if m in ligne}
        large = reunies.setdefault(tuple(simples.values()), {**simples, **vides})
        large |= {(m, _date(ligne[mois])): ligne[m] for m in mesures if m in ligne}
    return list(reunies.values())


def _par_feuille(
    lignes: list[monde.Ligne], cle: str, colonne: str, nommer: Callable[[object], str]
) -> list[Planche]:
    groupes: dict[object, list[Rang]] = defaultdict(list)
    for ligne in lignes:
        groupes[ligne[colonne]].append({c: v for c, v in ligne.items() if c != colonne})
    return [Planche(cle, (cle,), groupes[v], nommer(v)) for v in sorted(groupes, key=str)]


def _remplacer(depot: Depot, r: Redacteur, heures: list[Rang]) -> list[Planche]:
    planches = par_tables(depot, r)
    next(p for p in planches if p.cle == "Heures").lignes = heures
    return planches


def _fondre(*lignes: monde.Ligne) -> Rang:
    """One row of several tables, what they share once."""
    fondue: dict[str, tuple[str, monde.Valeur]] = {}
    for ligne in lignes:
        for cle, valeur in ligne.items():
            fondue.setdefault(notion(cle), (cle, valeur))
    return dict(fondue.values())


def _date(valeur: object) -> dt.date:
    assert isinstance(valeur, dt.date)
    return valeur


# --- the forms ---------------------------------------------------------------------------------------------

_ENTREPRISE = frozenset(
    {"Entreprises · Effectif", "Entreprises · Rôle", "Entreprises · Heures d'insertion engagées"}
)
FORMES: dict[str, Forme] = {
    "technique": Forme("noms techniques", par_tables, registres=("tech",)),
    "metier": Forme("autres mots du métier", par_tables),
    "plat": Forme("une table plate, d'autres mots", en_plat, plat=True),
    "large_une_ligne": Forme("plat, les mois en colonnes, un en-tête", plat_en_largeur, plat=True),
    "large_deux_lignes": Forme(
        "plat, les mois en colonnes, deux lignes d'en-tête",
        plat_en_largeur,
        plat=True,
        deux_lignes=True,
        gardees=FORMATION,
    ),
    "feuille_par_mois": Forme("plat, une feuille par mois", par_mois, plat=True),
    "listes_de_codes": Forme(
        "des codes, leurs listes dans une feuille", par_tables, registres=("mots", "tech"), listes=True
    ),
    "crm": Forme(
        "CSV plat d'un CRM, UTF-16 et tabulations", en_plat, plat=True, registres=("crm",), fichier="csv"
    ),
    "personnes_sur_contrats": Forme(
        "les personnes sur leurs contrats", personnes_sur_contrats, registres=("mots", "tech")
    ),
    "marches_sur_heures": Forme(
        "marché, opération et entreprise sur les heures", marches_sur_heures, registres=("mots", "tech")
    ),
    "dossier_csv": Forme("dossier ou zip de CSV", par_tables, registres=("tech",), fichier="dossier"),
    "heures_en_largeur": Forme(
        "tables, les mois en colonnes des heures", heures_en_largeur, registres=("mots", "tech")
    ),
    "heures_en_minutes": Forme("tables, les heures en minutes", heures_en_minutes),
    "heures_avec_formation": Forme(
        "tables, les heures y compris la formation", heures_avec_formation, gardees=FORMATION
    ),
    "feuille_par_marche": Forme("tables, une feuille d'heures par marché", heures_par_marche),
    "feuille_par_entreprise": Forme("plat, une feuille par entreprise", par_entreprise, plat=True),
    "sans_entreprises": Forme(
        "sans table des entreprises",
        sans_entreprises,
        absentes=_ENTREPRISE,
        libres=frozenset({"raison_sociale"}),  # of no figure, and of no contract
    ),
    "sans_codes_operation": Forme(
        "sans codes d'opération",
        sans_codes_d_operation,
        gardees=frozenset({"Opérations · Intitulé de l'opération"}),
        libres=frozenset({"code_operation"}),
    ),
}


def construire(nom: str, graine: int, dossier: Path) -> Source:
    """Writes the two deposits of one source, worded from the seed, and the same two in our contract."""
    forme = FORMES[nom]
    hasard = random.Random(f"{nom} {graine}")
    source = Source(nom, graine, dossier / "autre", dossier / "reference", libres=forme.libres)
    ecrire(source, forme, monde.depots(hasard), hasard)
    return source


def ecrire(
    source: Source,
    forme: Forme,
    depots: list[Depot],
    hasard: random.Random,
    alterer: Callable[[list[Planche]], None] = lambda planches: None,
    noms: dict[str, str] | None = None,
    decalage: int = 0,
) -> None:
    """Writes deposits in a form. `alterer` spoils what the tool writes; `noms`: other names for its files."""
    r = Redacteur(
        hasard,
        hasard.choice(forme.registres),
        listes=forme.listes,
        texte=forme.fichier != "classeur",
        deux_lignes=forme.deux_lignes,
        decalage=decalage,
    )
    absentes = forme.absentes | {
        cle for cle in sorted(_facultatives(forme.plat)) if hasard.random() < 0.2 and cle not in forme.gardees
    }
    encodage, separateur = hasard.choice(("utf-8", "utf-8-sig", "cp1252")), hasard.choice(";;,\t")
    zip_ = hasard.random() < 0.5
    for depot in depots:
        _retirer(depot.tables, absentes)
        planches = forme.composer(depot, r)
        for planche in planches:
            planche.lignes = [
                {c: v for c, v in ligne.items() if sens_de(c) not in absentes} for ligne in planche.lignes
            ]
        planches = [p for p in planches if p.lignes]
        alterer(planches)
        grilles = [r.grille(planche) for planche in planches]
        if forme.listes:
            grilles.insert(hasard.randrange(len(grilles) + 1), r.liste(planches))
        chemin = source.autre / (noms or {}).get(depot.nom, depot.nom)
        if forme.fichier == "csv":
            ecriture.un_csv(grilles[0], chemin.with_name(chemin.name + ".csv"), "utf-16", "\t")
        elif forme.fichier == "dossier":
            ecriture.dossier_de_csv(grilles, chemin, encodage, separateur, zip_=zip_)
        else:
            ecriture.classeur(grilles, chemin.with_name(chemin.name + ".xlsx"))
        source.ecrits |= {(g.nom, e) for g in grilles for e in _entetes_ecrits(g, forme)}
        ecriture.reference(
            depot, source.reference / f"{depot.nom}.xlsx", r, plat=forme.plat, absentes=absentes
        )
    source.verite |= r.verite


def _facultatives(plat: bool) -> set[str]:
    """Without the SIRET, the companies of a marché are one whose size depends on the order of the rows."""
    dites = {c for c, colonne in COLONNES.items() if not colonne.requise and c.startswith("Bilan") == plat}
    return dites - {"Bilan · SIRET entreprise"}


def _retirer(tables: Tables, absentes: frozenset[str]) -> None:
    """A column of hours that is not said is not in the totals either."""
    if HEURES[1] in absentes:
        for ligne in tables["Heures"]:
            ligne[HEURES[1]] = None


def _entetes_ecrits(grille: Grille, forme: Forme) -> list[str]:
    """The headers as they are in the cells, those of two rows together."""
    rang = 2 if grille.lignes[0] and str(grille.lignes[0][0]).startswith("Export du") else 0
    if not forme.deux_lignes:
        return [str(c) for c in grille.lignes[rang] if c is not None]
    haut, bas = grille.lignes[rang], grille.lignes[rang + 1]
    groupe, lus = None, []
    for dessus, dessous in zip(haut, bas, strict=True):
        groupe = dessus if dessus is not None else groupe if dessous is not None else None
        lus.append(" ".join(str(c) for c in (groupe, dessous) if c is not None))
    return lus
