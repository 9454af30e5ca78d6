"""Who the persons are and what became of them, hidden as the profile asks."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from exports.bilans.document import Cache, Colonne, Tableau, Valeur
from exports.bilans.lecture import AXES, Cible, Lecteur
from exports.bilans.secret import motif, tout_dans_une_classe
from exports.edition.parts import arrondir_a_100

TITRES = {
    "sexe": "Sexe",
    "tranche_age": "Âge au premier contrat",
    "categorie_public": "Catégorie de public",
    "origine": "Quartier prioritaire",
    "niveau": "Niveau de formation",
}
# saying of someone that they are disabled or of a poor district is telling more than their age
AXES_SENSIBLES = ("categorie_public", "origine")
GROUPES = {
    "DURABLE": "Emploi durable",
    "TRANSITION": "Emploi de transition",
    "POSITIVE": "Autre sortie positive",
    "AUTRE": "Sans emploi ni formation",
    "EN_COURS": "Contrat de la clause en cours",
    "NEUTRALISEE": "Retraite ou décès",
    "INCONNU": "Situation inconnue",
}
NOTE_SECRET = "s : effectif trop petit pour être montré, ou masqué pour qu'on ne puisse pas le retrouver par soustraction."


class Personnes:
    """The persons of a buyer, an operation or a company; `public`: small counts are hidden."""

    def __init__(self, lecteur: Lecteur, cible: Cible, public: bool) -> None:
        self.lecteur = lecteur
        self.cible = cible
        self.public = public
        self.minimum = lecteur.seuils.personnes_minimum
        self.total = int(str(lecteur.ensemble(cible)["personnes"]))
        self._operations: dict[str, int] | None = None
        self._caches: dict[str, bool] = {}
        if public and cible.nature == "operation":
            donneur = lecteur.donneur_de(cible)
            effectifs = lecteur.par_operation(donneur)
            total = int(str(lecteur.ensemble(donneur)["personnes"]))
            self._caches = self._motif_operations(effectifs, total)
            self._donneur: Cible | None = donneur
        else:
            self._donneur = None

    def _motif_operations(self, effectifs: dict[str, int], total: int) -> dict[str, bool]:
        caches = motif(list(effectifs.values()), [self.minimum] * len(effectifs), total)
        return dict(zip(effectifs, caches, strict=True))

    @property
    def effectif(self) -> Valeur:
        """How many they are."""
        if self.public and (0 < self.total < self.minimum or self._caches.get(self.cible.cle, False)):
            return Cache.SECRET
        return self.total

    def par_operation(self) -> dict[str, Valeur]:
        """Of a buyer: persons by operation, none that the others and the whole would give back."""
        effectifs = self.lecteur.par_operation(self.cible)
        if not self.public:
            return dict(effectifs)
        caches = self._motif_operations(effectifs, self.total)
        return {cle: Cache.SECRET if caches[cle] else n for cle, n in effectifs.items()}

    def profils(self) -> list[Tableau]:
        """One table per axis: persons and their share."""
        return [self._profil(axe) for axe in AXES]

    def _profil(self, axe: str) -> Tableau:
        lignes = self.lecteur.profil(self.cible, axe)
        effectifs = lignes["personnes"].to_list()
        minimums = self._minimums(lignes["sensible"].to_list())
        caches = [False] * len(effectifs)
        if self.public:
            caches = motif(effectifs, minimums, self.total)
            if (axe in AXES_SENSIBLES and tout_dans_une_classe(effectifs)) or not self._operations_sures(
                self._par_operation(axe)
            ):
                caches = [True] * len(effectifs)
        # parts that add up to 100 where all are shown
        parts = arrondir_a_100(
            [
                None if cache or not self.total else 100 * n / self.total
                for n, cache in zip(effectifs, caches, strict=True)
            ]
        )
        rangs = [
            (libelle, *((Cache.SECRET, Cache.SECRET) if cache else (n, part)))
            for libelle, n, cache, part in zip(lignes["libelle"], effectifs, caches, parts, strict=True)
        ]
        colonnes = (
            Colonne(TITRES[axe], "texte", 46),
            Colonne("Personnes", "entier", 12),
            Colonne("Part (%)", "part", 12),
        )
        cent = None if any(caches) or not self.total else 100.0
        return Tableau(
            f"Personnes : {TITRES[axe].lower()}",
            "Personnes",
            colonnes,
            rangs,
            ("Ensemble", self.effectif, cent),
        )

    def situations(self) -> Tableau:
        """Groups of situations by horizon, one row per horizon."""
        lignes = self.lecteur.situations(self.cible)
        par_horizon: dict[int, dict[str, int]] = defaultdict(dict)
        for horizon, code, n in lignes.select("horizon", "code", "personnes").iter_rows():
            par_horizon[horizon][code] = n
        codes = [code for code in GROUPES if any(code in x for x in par_horizon.values())]
        sures = not self.public or self._operations_sures(
            self.lecteur.situations(self._donneur, par_operation=True).with_columns(
                code=pl.col("horizon").cast(pl.String) + pl.col("code"), sensible=pl.lit(False)
            )
            if self._donneur
            else None
        )
        rangs: list[tuple[Valeur, ...]] = []
        for horizon in sorted(par_horizon):
            effectifs = [par_horizon[horizon].get(code, 0) for code in codes]
            total = sum(effectifs)
            caches = (
                motif(effectifs, [self.minimum] * len(codes), total) if self.public else [False] * len(codes)
            )
            petit = self.public and (total < self.minimum or not sures)
            montres = [
                Cache.SECRET if petit or cache else n for n, cache in zip(effectifs, caches, strict=True)
            ]
            rangs.append((f"{horizon} mois", Cache.SECRET if petit else total, *montres))
        colonnes = (
            Colonne("Après le premier contrat", "texte", 26),
            Colonne("Personnes", "entier", 12),
            *(Colonne(GROUPES[code], "entier", 14) for code in codes),
        )
        note = (
            "Une personne y figure quand l'horizon est échu ou sa situation connue. Une "
            "situation inconnue n'est pas un échec."
        )
        return Tableau(
            "Situation des personnes après leur premier contrat", "Situations", colonnes, rangs, note=note
        )

    def _minimums(self, sensibles: list[bool]) -> list[int]:
        sensible = self.lecteur.seuils.personnes_minimum_sensible
        return [sensible if oui else self.minimum for oui in sensibles]

    def _par_operation(self, axe: str) -> pl.DataFrame | None:
        return self.lecteur.profil(self._donneur, axe, par_operation=True) if self._donneur else None

    def _operations_sures(self, lignes: pl.DataFrame | None) -> bool:
        """Of an operation: whether no operation of its buyer has a small count.

        The buyer's own document shows the whole: an operation shown beside it would give back, by subtraction, what
        another one hides.
        """
        if lignes is None:
            return True
        minimums = pl.Series(self._minimums(lignes["sensible"].to_list()), dtype=pl.Int64)
        return bool((lignes["personnes"] >= minimums).all())
