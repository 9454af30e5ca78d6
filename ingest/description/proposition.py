"""A proposed description: which sheet is which table, which column is which, decided together over the whole source.

Each pair of columns has a weight (header and contents, keys and references); the assignment of most weight is kept, each
column once. The confidence of a pair is what its weight is worth, and what the next best assignment without it would lose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

from ingest.codes import Codes
from ingest.description.codes_de_la_source import Traductions, codes_de, lire_les_listes, traduire
from ingest.description.langage import FEUILLE, MOIS, Origine
from ingest.description.observation import DEPOT, BlocVu, Observation
from ingest.description.profils import IMPOSSIBLE, Profil, masquer, part_vraie, pour_cent
from ingest.description.vocabulaire import (
    CLES_FABRIQUEES,
    DEDUITES,
    FORMATION_EXCLUE,
    FORMATION_INCLUSE,
    Nom,
    mots,
    noms_de,
    ressemblance,
    sens,
)
from ingest.layouts import Colonne, Layout, Table, normaliser
from ingest.references import Territoires

SEUIL = 0.75
_POIDS_DU_CONTENU = 0.45
_POIDS_DES_CODES = 0.75  # where values are hardly anything else's
_NATURES_SURES = frozenset({"nomenclature", "liste", "rome", "naissance", "horizon", "qpv", "mois"})
_SANS_COLONNE = 0.45  # the weight of being nothing of ours
_RECONNUE = 0.55  # mean weight of the required columns that makes a sheet a table
_PLATE = 0.62
_REFERENCE = 0.4
_CLE_REPETEE = -0.35
_CODES_PROBANTS = 3
_PHRASE = r"\S\s+\S+\s+\S"
_DATE_OU_SIRET = r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|^\d{4}-\d{2}|^\d{13,}$"
_MARCHES = ("numero_marche", "code_marche")
_PREVUES = ("heures_prevues", "heures_travaillees_prevues", "montant_ht")
_EN_CHIFFRES = r"^[-+]?[\d\s.,:h]+$"
_VARIE, _CONSTANTE = 0.2, 0.4
_POIDS_MOYEN, _REGRET_MOYEN = 0.51, 0.027  # of pairs that are as often wrong as right (benchmarks/decrire.py)
_FEUILLE = 0.3
_SUR_L_EN_TETE = 0.75
DOUTE = 0.3
_SEULE_POSSIBLE = 0.2  # what it is worth that nothing else can be a column that must exist


@dataclass(frozen=True)
class Cible:
    """A column of ours, or one that several of our tables share as a key."""

    places: tuple[tuple[Table, Colonne], ...]
    noms: tuple[Nom, ...]

    @property
    def colonne(self) -> Colonne:
        return self.places[0][1]

    @property
    def requise(self) -> bool:
        return any(c.requise for _, c in self.places)

    @property
    def titre(self) -> str:
        table, colonne = self.places[0]
        return f"{table.entete} · {colonne.entete}"


@dataclass
class Proposee:
    """What one column of the source is proposed to be. `cible` None: nothing of ours."""

    entete: str
    cible: Cible | None
    confiance: float
    pourquoi: str
    exemples: list[str] = field(default_factory=list)
    accord: dict[str, float] = field(
        default_factory=dict
    )  # of a column left out: with hours, months and days


@dataclass
class BlocPropose:
    """`tables`: those it feeds, the one of its rows first. `mesures`: « heures » or « formation » → its months."""

    vu: BlocVu
    tables: list[Table]
    colonnes: list[Proposee]
    mesures: dict[str, Proposee] = field(default_factory=dict)
    formation_incluse: bool | None = None

    @property
    def distinctes(self) -> list[Table]:
        return self.tables[1:]

    def de(self, nom: str) -> Proposee | None:
        """What is proposed for one of our columns."""
        return next(
            (p for p in self.colonnes if p.cible and any(c.nom == nom for _, c in p.cible.places)), None
        )


@dataclass
class Proposition:
    """`questions`: what is not known, in sentences. `manquantes`: (table, column) of ours that nothing was found for."""

    base: Layout
    blocs: list[BlocPropose]
    observation: Observation
    traductions: Traductions
    manquantes: list[tuple[Table, Colonne]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


class Proposeur:
    """Weighs and assigns; `layouts`: those that a source may be described as."""

    def __init__(
        self, observation: Observation, layouts: Sequence[Layout], codes: Codes, territoires: Territoires
    ) -> None:
        self.observation = observation
        self.layouts = layouts
        self.codes = codes
        self.territoires = territoires
        premier = observation.classeurs[0][2]
        self.traductions, _ = lire_les_listes(observation.listes, premier)
        self._profils: dict[tuple[int, str, str], Profil] = {}
        self._accords: dict[tuple[int, str, str, str, str], tuple[float, str]] = {}
        self._noms: dict[tuple[str, str], dict[str, list[Nom]]] = {
            (la.nom, t.nom): noms_de(t) for la in layouts for t in la.tables
        }

    # --- weights ------------------------------------------------------------------------------------------

    def _profil(self, rang: int, entete: str, colonne: Colonne) -> Profil:
        """The values of a column, codes that a list explains replaced by their labels where ours is of a nomenclature."""
        bloc = self.observation.blocs[rang]
        nomenclature = colonne.nomenclature or ""
        cle = (rang, entete, nomenclature)
        if cle not in self._profils:
            textes = bloc.lignes[entete]
            if nomenclature and self.traductions.libelles:
                table = Table(bloc.titre, "", False, (colonne,))
                origine = Origine(colonnes=(entete,))
                libelles = codes_de(
                    table, colonne, bloc.feuilles, {colonne.entete: origine}, self.traductions
                )
                libelles = libelles or self._voisins(bloc, colonne)
                textes = traduire(textes, colonne, origine, libelles)
            self._profils[cle] = Profil(textes, self.codes, self.territoires)
        return self._profils[cle]

    def _voisins(self, bloc: BlocVu, colonne: Colonne) -> dict[str, str]:
        """The list of a column of the same sheet whose labels are words of the same nomenclature."""
        for entete in bloc.entetes:
            libelles = self.traductions.de(bloc.feuilles, (entete,))
            mots_connus = self.codes.lire(
                str(colonne.nomenclature), pl.Series(list(libelles.values()), dtype=pl.String)
            )
            if libelles and mots_connus.null_count() == 0:
                return libelles
        return {}

    def accord(self, rang: int, entete: str, colonne: Colonne) -> tuple[float, str]:
        cle = (
            rang,
            entete,
            colonne.type,
            colonne.nomenclature or "",
            colonne.nom if colonne.type == "code" else "",
        )
        if cle not in self._accords:
            self._accords[cle] = self._profil(rang, entete, colonne).accord(colonne)
        return self._accords[cle]

    def poids(self, rang: int, entete: str, cible: Cible) -> float:
        """How much a column of the source may be one of ours."""
        if entete == FEUILLE:  # it has no header; what tells the sheets apart is often what no column says
            accord, _ = self.accord(rang, entete, cible.colonne)
            return (
                _FEUILLE + _POIDS_DU_CONTENU * accord
                if cible.colonne.type in ("mois", "code", "texte")
                else 0.0
            )
        dit, _ = ressemblance(entete, cible.noms)
        if dit < 0.2 and cible.colonne.type in (
            "texte",
            "code",
            "nombre",
            "oui_non",
            "identite",
            "date",
            "heures",
        ):
            return dit
        accord, _ = self.accord(rang, entete, cible.colonne)
        if accord <= IMPOSSIBLE:
            return dit - 0.6
        sure = accord > 0 and cible.colonne.type in _NATURES_SURES
        return dit * (1 - 0.25 * sure) + (_POIDS_DES_CODES if sure else _POIDS_DU_CONTENU) * accord

    # --- assignment ---------------------------------------------------------------------------------------

    def cibles(self, layout: Layout, tables: Sequence[Table]) -> list[Cible]:
        """The columns of these tables, each key that links two of them once."""
        liens = {c for t in layout.tables for p in t.parents for c in p.colonnes}
        places: dict[tuple[str, str], list[tuple[Table, Colonne]]] = {}
        for table in tables:
            for colonne in table.colonnes:
                cle = ("", colonne.nom) if colonne.nom in liens else (table.nom, colonne.nom)
                places.setdefault(cle, []).append((table, colonne))
        # a key is called as the table it is the key of calls it
        tries = {cle: sorted(ps, key=lambda p: p[1].nom not in p[0].cle[:1]) for cle, ps in places.items()}
        return [
            Cible(tuple(ps), tuple(n for t, c in ps for n in self._noms[layout.nom, t.nom][c.nom]))
            for ps in tries.values()
        ]

    def affecter(
        self, rang: int, cibles: Sequence[Cible], bonus: Mapping[tuple[str, str], float] | None = None
    ) -> list[tuple[str, Cible, float, float]]:
        """Header, column of ours, weight and regret of each pair of the best assignment. `bonus`: by header and name."""
        bloc = self.observation.blocs[rang]
        entetes = [*bloc.entetes, *([FEUILLE] if _plusieurs_feuilles(bloc) else [])]
        if bloc.mois:
            cibles = [c for c in cibles if c.colonne.type not in ("mois", "heures")]
        if not entetes or not cibles:
            return []
        poids = np.array([[self.poids(rang, e, c) for c in cibles] for e in entetes])
        for i, entete in enumerate(entetes):
            for j, cible in enumerate(cibles):
                poids[i, j] += (bonus or {}).get((entete, cible.colonne.nom), 0.0)
        sans = np.full((len(entetes), len(entetes)), _SANS_COLONNE)
        matrice = np.hstack([poids, sans])
        lignes, colonnes = linear_sum_assignment(matrice, maximize=True)
        total = matrice[lignes, colonnes].sum()
        paires = []
        for i, j in zip(lignes, colonnes, strict=True):
            if j < len(cibles):
                garde, matrice[i, j] = matrice[i, j], -9.0
                autres = linear_sum_assignment(matrice, maximize=True)
                regret = total - matrice[autres].sum()
                matrice[i, j] = garde
                paires.append((entetes[i], cibles[j], float(garde), float(regret)))
        return paires

    def qualite(self, rang: int, layout: Layout, table: Table) -> float:
        """Mean weight of the required columns of a table in a block, its sheet's name counted for a little."""
        bloc = self.observation.blocs[rang]
        trouvees = {c.colonne.nom: p for _, c, p, _ in self.affecter(rang, self.cibles(layout, [table]))}
        requises = [
            c for c in table.colonnes if c.requise and not (bloc.mois and c.type in ("mois", "heures"))
        ]
        if not requises:
            return 0.0
        moyenne = sum(min(1.0, trouvees.get(c.nom, 0.0)) for c in requises) / len(requises)
        dit = max(
            max(ressemblance(f, [Nom(n, sens(n), frozenset())])[0] for n in table.noms())
            for f in bloc.feuilles[:3]
        )
        des_heures = any(c.type == "heures" for c in table.colonnes)
        return moyenne + 0.2 * dit + (0.3 * (1 if des_heures else -0.5) if bloc.mois else 0.0)


def _plusieurs_feuilles(bloc: BlocVu) -> bool:
    par_depot = bloc.lignes.group_by(DEPOT).agg(pl.col(FEUILLE).n_unique())
    return bool((par_depot[FEUILLE] > 1).any())


def proposer(
    observation: Observation, layouts: Sequence[Layout], codes: Codes, territoires: Territoires
) -> Proposition | None:
    """None when no layout can be made of what was seen."""
    proposeur = Proposeur(observation, layouts, codes, territoires)
    plats, relationnels = [la for la in layouts if la.plat], [la for la in layouts if not la.plat]
    rangs = range(len(observation.blocs))
    if not observation.blocs:
        return None
    qualites_plates = {
        (la.nom, rang): proposeur.qualite(rang, la, la.tables[0]) for la in plats for rang in rangs
    }
    meilleur_plat = max(qualites_plates, key=lambda c: qualites_plates[c], default=None)
    repartition, note = _repartir(proposeur, relationnels[0]) if relationnels else ({}, 0.0)
    if meilleur_plat is not None:
        plate = qualites_plates[meilleur_plat]
        if plate >= _PLATE and (note < _RECONNUE or plate > note or len(observation.blocs) == 1):
            layout = next(la for la in plats if la.nom == meilleur_plat[0])
            return _composer(proposeur, layout, {meilleur_plat[1]: [layout.tables[0]]})
    if note < _RECONNUE * 0.7:
        return None
    return _composer(proposeur, relationnels[0], repartition)


def _repartir(proposeur: Proposeur, layout: Layout) -> tuple[dict[int, list[Table]], float]:
    """The tables of each block, and the mean quality of those that are required."""
    blocs = proposeur.observation.blocs
    qualites = np.array(
        [[proposeur.qualite(rang, layout, t) for t in layout.tables] for rang in range(len(blocs))]
    )
    # a table of many columns is seldom found by chance
    poids = np.sqrt([max(1, sum(c.requise for c in t.colonnes)) for t in layout.tables])
    lignes, colonnes = linear_sum_assignment(
        np.where(qualites >= _RECONNUE, qualites * poids, 0.0), maximize=True
    )
    retenues: dict[int, list[Table]] = {}
    faites: dict[str, float] = {}
    for rang, j in zip(lignes, colonnes, strict=True):
        if qualites[rang, j] >= _RECONNUE:
            retenues.setdefault(int(rang), []).append(layout.tables[j])
            faites[layout.tables[j].nom] = float(qualites[rang, j])
    # what is joined to a table that is itself joined to another
    for j, table in [*enumerate(layout.tables), *reversed(list(enumerate(layout.tables)))]:
        liees = [r for r, tables in retenues.items() if any(_liees(layout, table, t) for t in tables)]
        if table.nom not in faites and liees:
            rang = max(liees, key=lambda r: qualites[r, j])
            if qualites[rang, j] >= _RECONNUE:
                retenues[rang].append(table)
                faites[table.nom] = float(qualites[rang, j])
    requises = [t.nom for t in layout.tables if t.requise]
    note = sum(min(1.0, faites.get(n, 0.0)) for n in requises) / len(requises)
    return retenues, note


def _liees(layout: Layout, une: Table, autre: Table) -> bool:
    """Whether a column of a key links two tables."""
    liens = {c for t in layout.tables for p in t.parents for c in p.colonnes}
    return bool(liens & {c.nom for c in une.colonnes} & {c.nom for c in autre.colonnes})


def _composer(
    proposeur: Proposeur, layout: Layout, repartition: Mapping[int, Sequence[Table]]
) -> Proposition:
    observation = proposeur.observation
    bonus = _references(observation, layout, repartition)
    blocs: list[BlocPropose] = []
    for rang, tables in repartition.items():
        vu = observation.blocs[rang]
        cibles = proposeur.cibles(layout, tables)
        siens = dict(bonus.get(rang, {}))
        premieres = proposeur.affecter(rang, cibles, siens)
        for trouves in (_dependances(vu, cibles, premieres), _temoins(vu, layout, premieres)):
            for cle, valeur in trouves.items():
                siens[cle] = siens.get(cle, 0.0) + valeur
        paires = proposeur.affecter(rang, cibles, siens)
        par_entete = {e: (c, p, r) for e, c, p, r in paires}
        dits = {e: c for e, c, p, _ in premieres if p >= _SUR_L_EN_TETE}
        colonnes = [
            _proposee(proposeur, rang, e, par_entete.get(e))
            for e in [*vu.entetes, *([FEUILLE] if _plusieurs_feuilles(vu) else [])]
        ]
        for proposee in colonnes:
            dit = dits.get(proposee.entete)
            if dit is not None and (proposee.cible is None or dit.colonne.nom != proposee.cible.colonne.nom):
                autre = proposee.cible.titre if proposee.cible else "autre chose"
                proposee.cible = proposee.cible or dit
                proposee.confiance = DOUTE
                proposee.pourquoi = f"l'en-tête dit « {dit.titre} », les valeurs disent {autre}"
        bloc = BlocPropose(vu, list(tables), colonnes)
        _ce_que_nomment_les_feuilles(bloc, cibles)
        bloc.mesures = _mesures(bloc, layout)
        bloc.tables = _la_plus_fine_d_abord(bloc)
        blocs.append(bloc)
    _renoncer_a_ce_qui_se_deduit(blocs)
    _parties_de_cles(layout, blocs)
    return Proposition(layout, blocs, observation, proposeur.traductions)


def _renoncer_a_ce_qui_se_deduit(blocs: Sequence[BlocPropose]) -> None:
    """A table that was seen in part only, joined to others, is deduced instead of being read by half."""
    for bloc in blocs:
        for table in [t for t in bloc.tables if t.entete in DEDUITES and len(bloc.tables) > 1]:
            sures = {
                c.nom
                for p in bloc.colonnes
                if p.cible and p.confiance >= SEUIL
                for t, c in p.cible.places
                if t is table
            }
            if all(c.nom in sures for c in table.colonnes if c.requise):
                continue
            bloc.tables = [t for t in bloc.tables if t is not table]
            for proposee in bloc.colonnes:
                if proposee.cible is not None:
                    restes = tuple(place for place in proposee.cible.places if place[0] is not table)
                    proposee.cible = replace(proposee.cible, places=restes) if restes else None
                    if not restes:
                        proposee.pourquoi = (
                            f"la table {table.entete} n'est pas entière ici : elle sera déduite"
                        )


def _ce_que_nomment_les_feuilles(bloc: BlocPropose, cibles: Sequence[Cible]) -> None:
    """A name that no column says and that the sheets bear: each sheet has one SIRET, each SIRET one sheet."""
    feuille = next((p for p in bloc.colonnes if p.entete == FEUILLE), None)
    if feuille is None or (feuille.cible is not None and feuille.confiance >= SEUIL):
        return
    prises = {c.nom for p in bloc.colonnes if p.cible and p is not feuille for _, c in p.cible.places}
    for cible in cibles:
        colonne = cible.colonne
        if colonne.nom in prises or colonne.type != "texte" or not cible.requise:
            continue
        for proposee in bloc.colonnes:
            sienne = proposee.cible.colonne if proposee.cible else None
            if (
                sienne is None
                or sienne.type != "siret"
                or not _du_meme_objet(colonne, sienne, cible.places[0][0])
            ):
                continue
            paires = bloc.vu.lignes.select(f=FEUILLE, s=proposee.entete).drop_nulls().unique()
            if paires.height == paires["f"].n_unique() == paires["s"].n_unique() > 1:
                feuille.cible, feuille.confiance = cible, 0.9
                feuille.pourquoi = f"chaque feuille a un seul « {proposee.entete} », et lui une seule feuille"
                return


def _du_meme_objet(colonne: Colonne, siret: Colonne, table: Table) -> bool:
    """Whether a SIRET and a name are of the same thing: by the words their columns share."""
    mots_du_nom = {s for mot in sens(colonne.entete) for s in mot}
    mots_du_siret = {s for mot in sens(siret.entete) for s in mot} - {"siret", "entreprise"}
    return siret.nom in table.cle or siret.groupe == colonne.groupe or not mots_du_siret - mots_du_nom


def _parties_de_cles(layout: Layout, blocs: Sequence[BlocPropose]) -> None:
    """Where a source has no code for a thing, the columns of other sheets that say which it is by the same words: their
    values are all in the column of the sheet of that thing."""
    for mere, cles in CLES_FABRIQUEES.items():
        sienne = next((b for b in blocs if any(t.entete == mere for t in b.tables)), None)
        table = next((t for t in layout.tables if t.entete == mere), None)
        if sienne is None or table is None:
            continue
        for cle, parties in cles.items():
            nom = next(c.nom for c in table.colonnes if c.entete == cle)
            if sienne.de(nom) is not None:
                continue
            for bloc in blocs:
                if bloc is sienne or not any(c.nom == nom for t in bloc.tables for c in t.colonnes):
                    continue
                for partie in parties:
                    colonne = next(c for c in table.colonnes if c.entete == partie)
                    _meme_mots(bloc, sienne, table, colonne)


def _meme_mots(bloc: BlocPropose, sienne: BlocPropose, table: Table, colonne: Colonne) -> None:
    modele = sienne.de(colonne.nom)
    if modele is None:
        return
    connus = sienne.vu.lignes[modele.entete].drop_nulls().unique()
    for proposee in bloc.colonnes:
        valeurs = bloc.vu.lignes[proposee.entete].drop_nulls().unique()
        if len(valeurs) >= _CODES_PROBANTS and part_vraie(valeurs.is_in(connus.implode())) >= 0.98:
            proposee.cible = Cible(((table, colonne),), tuple(noms_de(table)[colonne.nom]))
            proposee.confiance = modele.confiance
            proposee.pourquoi = f"ses valeurs sont celles de « {modele.entete} » ({sienne.vu.titre})"
            return


def _proposee(
    proposeur: Proposeur, rang: int, entete: str, paire: tuple[Cible, float, float] | None
) -> Proposee:
    bloc = proposeur.observation.blocs[rang]
    valeurs = bloc.lignes[entete].drop_nulls().unique(maintain_order=True).head(3).to_list()
    exemples = [masquer(v) for v in valeurs]
    if paire is None:
        profil = Profil(bloc.lignes[entete], proposeur.codes, proposeur.territoires)
        accords = {t: profil.accord(Colonne("", "", t))[0] for t in ("heures", "mois", "date")}
        return Proposee(entete, None, 0.0, "aucune de nos colonnes ne lui ressemble assez", exemples, accords)
    cible, poids, regret = paire
    dit, nom = ressemblance(entete if entete != FEUILLE else "", cible.noms)
    accord, contenu = proposeur.accord(rang, entete, cible.colonne)
    if cible.requise and (dit >= 0.3 or accord >= 0.75):
        poids += _SEULE_POSSIBLE * min(1.0, max(0.0, (regret - 0.05) / 0.15))
    confiance = min(_sigmoide(9 * (poids - _POIDS_MOYEN)), _sigmoide(30 * (regret - _REGRET_MOYEN)))
    raisons = []
    if dit > 0.3:
        raisons.append(f"l'en-tête se lit « {nom} » ({pour_cent(dit)})")
    raisons.append(contenu)
    if regret < 0.12:
        raisons.append("une autre colonne conviendrait presque aussi bien")
    return Proposee(entete, cible, confiance, " ; ".join(raisons), exemples)


def _sigmoide(x: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, x))))


# --- keys and references ------------------------------------------------------------------------------------


def _references(
    observation: Observation, layout: Layout, repartition: Mapping[int, Sequence[Table]]
) -> dict[int, dict[tuple[str, str], float]]:
    """What keys and references add to the weights, whatever the headers: a column without twice the same value, which a
    column of another sheet takes its values from, is the key of its table; that other column refers to it.
    """
    fiches = {rang: _codes_d_un_bloc(observation.blocs[rang]) for rang in repartition}
    bonus: dict[int, dict[tuple[str, str], float]] = {}
    for rang, tables in repartition.items():
        for table in tables:
            if len(table.cle) != 1:
                continue
            for entete, fiche in fiches[rang].items():
                if not fiche.unique and not (len(tables) > 1 or observation.blocs[rang].mois):
                    bonus.setdefault(rang, {}).setdefault((entete, table.cle[0]), _CLE_REPETEE)
        for table in tables:
            for parent in table.parents:
                lien = parent.colonnes[0]
                for autre, leurs in repartition.items():
                    if autre == rang or parent.table not in [t.nom for t in leurs]:
                        continue
                    for entete, fiche in fiches[rang].items():
                        for leur, sa_fiche in fiches[autre].items():
                            part = fiche.dans(sa_fiche)
                            if part >= 0.9 and (sa_fiche.unique or len(leurs) > 1):
                                bonus.setdefault(rang, {})[entete, lien] = _REFERENCE
                                bonus.setdefault(autre, {})[leur, lien] = _REFERENCE
    return bonus


def _temoins(
    vu: BlocVu, layout: Layout, paires: Sequence[tuple[str, Cible, float, float]]
) -> dict[tuple[str, str], float]:
    """On a flat sheet, a code is no code of a thing when what never changes of that thing changes with it."""
    bonus: dict[tuple[str, str], float] = {}
    for nom, temoin in layout.temoins.items():
        place = next((e for e, c, _, _ in paires if c.colonne.nom == temoin), None)
        if place is None:
            continue
        for entete in _codes_d_un_bloc(vu):
            par_code = (
                vu.lignes.select(DEPOT, pl.col(entete).alias("c"), pl.col(place).alias("t"))
                .drop_nulls()
                .group_by(DEPOT, "c")
                .agg(pl.col("t").n_unique())
            )
            if entete != place and part_vraie(par_code["t"] > 1) > 0.2:
                bonus[entete, nom] = -_CONSTANTE
    return bonus


def _dependances(
    vu: BlocVu, cibles: Sequence[Cible], paires: Sequence[tuple[str, Cible, float, float]]
) -> dict[tuple[str, str], float]:
    """On a sheet of hours that repeats its marchés: what is planned is the same on all lines of a marché, what is done is
    not."""
    marche = next((e for e, c, _, _ in paires if c.colonne.nom in _MARCHES), None)
    if marche is None or not any(c.colonne.type == "heures" for c in cibles):
        return {}
    bonus: dict[tuple[str, str], float] = {}
    for entete in vu.entetes:
        if entete == marche or part_vraie(vu.lignes[entete].drop_nulls().str.contains(_EN_CHIFFRES)) < 0.8:
            continue
        par_marche = (
            vu.lignes.select(DEPOT, pl.col(marche).alias("m"), pl.col(entete).alias("v"))
            .drop_nulls()
            .group_by(DEPOT, "m")
            .agg(n=pl.len(), d=pl.col("v").n_unique())
            .filter(pl.col("n") > 1)
        )
        if par_marche.height < 2:
            continue
        varie = part_vraie(par_marche["d"] > 1)
        for cible in cibles:
            colonne = cible.colonne
            if colonne.type == "heures":
                bonus[entete, colonne.nom] = _VARIE if varie > 0.5 else -_CONSTANTE if varie < 0.1 else 0.0
            elif colonne.type == "nombre" and (colonne.groupe == "marche" or colonne.nom in _PREVUES):
                bonus[entete, colonne.nom] = -_CONSTANTE if varie > 0.2 else _VARIE / 2
    return bonus


@dataclass(frozen=True)
class _Fiche:
    """The values of a column of codes. `unique`: within a deposit, none comes back."""

    valeurs: frozenset[str]
    unique: bool

    def dans(self, autre: _Fiche) -> float:
        """Share of these values that the other column has."""
        return len(self.valeurs & autre.valeurs) / len(self.valeurs)


def _codes_d_un_bloc(vu: BlocVu) -> dict[str, _Fiche]:
    """The columns that may hold codes: short, of one word, neither dates nor SIRET, more than a few of them."""
    fiches: dict[str, _Fiche] = {}
    for entete in [*vu.entetes, *([FEUILLE] if _plusieurs_feuilles(vu) else [])]:
        remplies = vu.lignes.select(DEPOT, entete).drop_nulls()
        distincts = remplies[entete].unique()
        if len(distincts) < _CODES_PROBANTS:
            continue
        if part_vraie(distincts.str.contains(_DATE_OU_SIRET)) > 0.5:
            continue
        if part_vraie(distincts.str.contains(_PHRASE)) > 0.5:
            continue
        # small numbers are in any column of small numbers
        if part_vraie(distincts.str.contains(r"\p{L}|\d{4}") & (distincts.str.len_chars() <= 40)) < 0.9:
            continue
        unique = remplies.unique().height >= 0.98 * remplies.height
        fiches[entete] = _Fiche(frozenset(distincts), unique)
    return fiches


def _la_plus_fine_d_abord(bloc: BlocPropose) -> list[Table]:
    """The tables of a block, first the one of which each row is one."""
    if len(bloc.tables) == 1:
        return bloc.tables

    def unicite(table: Table) -> tuple[bool, float, int]:
        if bloc.mesures and any(c.type == "heures" for c in table.colonnes):
            return (True, 1.0, len(table.cle))
        entetes = [p.entete for nom in table.cle if (p := bloc.de(nom)) is not None]
        if not entetes or len(entetes) < len(table.cle):
            return (False, 0.0, 0)
        lignes = bloc.vu.lignes.select(DEPOT, *entetes)
        return (False, round(lignes.unique().height / max(1, lignes.height), 2), len(table.cle))

    return sorted(bloc.tables, key=unicite, reverse=True)


# --- months in columns, hours -------------------------------------------------------------------------------


def _mesures(bloc: BlocPropose, layout: Layout) -> dict[str, Proposee]:
    """Which groups of columns of months are the hours, and the hours of training."""
    if not bloc.vu.mois:
        return {}
    heures = [c for t in bloc.tables for c in t.colonnes if c.type == "heures"]
    if not heures:
        return {}
    table = next(t for t in bloc.tables if any(c.type == "heures" for c in t.colonnes))
    notes: dict[str, list[tuple[float, str]]] = {"heures": [], "formation": []}
    for motif in bloc.vu.mois:
        dits = {s for mot in sens(motif.replace(MOIS, "")) for s in mot} if motif != MOIS else set()
        if "formation" in dits and not set(mots(motif)) & {"hors", "compris", "comprise"}:
            notes["formation"].append((1.0, motif))
        elif not dits or (
            dits & {"heures", "realisees", "nombre", "insertion"} and not dits & {"prevues", "engagees"}
        ):
            notes["heures"].append((0.6 + 0.4 * ("realisees" in dits), motif))
    mesures: dict[str, Proposee] = {}
    for mesure, colonne in zip(("heures", "formation"), heures, strict=False):
        rivales = sorted(notes[mesure], reverse=True)
        if rivales:
            seule = len(rivales) == 1 or rivales[0][0] > rivales[1][0]
            motif = rivales[0][1]
            entetes = bloc.vu.mois[motif]
            exemples = [masquer(v) for v in bloc.vu.lignes[entetes[0]].drop_nulls().head(3).to_list()]
            mesures[mesure] = Proposee(
                motif,
                Cible(((table, colonne),), ()),
                0.95 if seule else 0.4,
                f"{len(entetes)} colonnes de mois"
                + ("" if seule else " ; un autre groupe de mois conviendrait aussi"),
                exemples,
            )
    return mesures


def formation_est_incluse(entete_heures: str) -> bool | None:
    """Whether hours hold those of training, by their header; None where it does not tell."""
    nu = normaliser(entete_heures)
    if any(normaliser(f) in nu for f in FORMATION_EXCLUE):
        return False
    if any(f" {normaliser(f)} " in f" {nu} " for f in FORMATION_INCLUSE):
        return True
    return None
