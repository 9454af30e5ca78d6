"""Tables of two axes, as matrices: figures, shares, change on the year before, the head's shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import HAUTEUR_LIGNE, PREMIERE_LIGNE, hauteur_entete
from exports.classeurs.contexte import Contexte
from exports.classeurs.graphiques import dessiner
from exports.edition.index import Chiffre, ecart
from exports.edition.libelles import axe_en_clair, decimales, nom_et_unite
from exports.edition.parts import arrondir_a_100
from exports.edition.publication import Periode

LARGEUR_CODE, LARGEUR_LIBELLE, LARGEUR_CASE = 17, 38, 12
LARGEUR_PAGE = 140  # what few columns leave goes to the labels, which then hold on one line
Matrice = list[list[Chiffre]]
Totaux = tuple[list[Chiffre | None], list[Chiffre | None], Chiffre | None]
# first contracts are counted by year, and read horizon by horizon
PAR_HORIZON = "T18"
SANS_TOTAUX: Totaux = ([], [], None)


@dataclass
class _Croise:
    """A sheet of matrices being written: its axes, the row reached, where each block began."""

    c: Contexte
    feuille: Worksheet
    tableau: str
    lignes: tuple[str, list[str]]
    colonnes: tuple[str, list[str]]
    largeurs: Sequence[float]
    ligne: int = PREMIERE_LIGNE
    debuts: list[int] = field(default_factory=list)

    @property
    def par_horizon(self) -> bool:
        return self.tableau == PAR_HORIZON

    def lire(self, mesure: str, territoire: str, periode: Periode | None) -> Matrice:
        """The figures, by row then by column."""
        (axe_l, codes_l), (axe_c, codes_c) = self.lignes, self.colonnes
        if self.par_horizon:
            return [
                [
                    self.c.index.lire(self.tableau, mesure, territoire, periode, axe_c, b, axe_l, a)
                    for b in codes_c
                ]
                for a in codes_l
            ]
        return [
            [
                self.c.index.lire(self.tableau, mesure, territoire, periode, axe_l, a, axe_c, b)
                for b in codes_c
            ]
            for a in codes_l
        ]

    def bloc(
        self, libelle: str, matrice: Matrice, d: int, totaux: Totaux = SANS_TOTAUX, signe: bool = False
    ) -> None:
        """A matrix with its headers and, where it has them, its margins."""
        classeur, feuille, ligne = self.c.classeur, self.feuille, self.ligne
        axe, codes = self.lignes
        a_droite, en_bas, ensemble = totaux
        noms = [self.c.libelles.libelle(self.colonnes[0], x) for x in self.colonnes[1]]
        titres = ["Code", axe_en_clair(axe), *noms, *(["Ensemble"] if a_droite else [])]
        self.debuts.append(ligne)
        classeur.texte(feuille, ligne, 0, libelle, "section")
        classeur.hauteur(feuille, ligne, 20)
        classeur.entete(feuille, ligne + 1, titres)
        classeur.hauteur(feuille, ligne + 1, hauteur_entete(titres, self.largeurs))
        ligne += 2
        for i, code in enumerate(codes):
            nom = self.c.libelles.libelle(axe, code)
            classeur.texte(feuille, ligne, 0, code, "code")
            classeur.texte(feuille, ligne, 1, nom)
            if len(nom) > self.largeurs[1]:
                classeur.hauteur(feuille, ligne, 2 * HAUTEUR_LIGNE)
            for j, chiffre in enumerate(matrice[i]):
                classeur.chiffre(feuille, ligne, 2 + j, chiffre, d, signe=signe)
            if a_droite:
                classeur.chiffre(feuille, ligne, 2 + len(noms), a_droite[i], d, total=True)
            ligne += 1
        if en_bas:
            classeur.texte(feuille, ligne, 0, "", "code_total")
            classeur.texte(feuille, ligne, 1, "Ensemble", "case_total")
            for j, total in enumerate([*en_bas, ensemble] if a_droite else en_bas):
                classeur.chiffre(feuille, ligne, 2 + j, total, d, total=True)
            ligne += 1
        self.ligne = ligne + 1


def ecrire_croise(c: Contexte, tableau: str, titre: str, lignes: pl.DataFrame) -> None:
    """The sheet of a table of two axes; of T18, the horizons are the columns and the cohorts are years."""
    axe_1, axe_2 = lignes.select("axe_1", "axe_2").row(0)
    par_horizon = tableau == PAR_HORIZON
    periode = c.publication.annee if par_horizon else c.periode
    en_lignes, en_colonnes = (axe_2, axe_1) if par_horizon else (axe_1, axe_2)
    codes_l, codes_c = c.libelles.codes(tableau, en_lignes), c.libelles.codes(tableau, en_colonnes)
    cases = [LARGEUR_CASE] * (len(codes_c) + 1)
    largeurs = [LARGEUR_CODE, max(LARGEUR_LIBELLE, LARGEUR_PAGE - LARGEUR_CODE - sum(cases)), *cases]
    if par_horizon:  # few columns: wider, so that two blocks hold on a printed page
        largeurs = [LARGEUR_CODE, 60, *([20] * len(codes_c))]
    feuille = c.classeur.feuille(
        tableau, f"{tableau} – {titre}", c.sous_titre(periode), largeurs, figees=(PREMIERE_LIGNE - 1, 2)
    )
    croise = _Croise(c, feuille, tableau, (en_lignes, codes_l), (en_colonnes, codes_c), largeurs)
    notes = []
    for mesure in lignes["mesure"].unique(maintain_order=True):
        (_cohortes if par_horizon else _mesure)(croise, mesure, periode)
        unite, base, _ = c.base(tableau, mesure)
        notes.append(f"{nom_et_unite(tableau, mesure, unite)} : {base[:1].lower()}{base[1:]}.")
    derniere_colonne = len(largeurs) - 1
    ligne = croise.ligne
    for texte in ("Base. " + " ".join(notes), c.note_source):
        ligne = c.classeur.paragraphe(feuille, ligne, texte, derniere_colonne, int(sum(largeurs)), "note")
    c.classeur.couper_les_pages(feuille, croise.debuts, ligne, largeurs)
    feuille.print_area(0, 0, ligne - 1, derniere_colonne)


def _mesure(croise: _Croise, mesure: str, periode: Periode) -> None:
    """Figures, shares, change, the head's shares."""
    c = croise.c
    unite, _, partition = c.base(croise.tableau, mesure)
    d, nom, avant = (
        decimales(unite),
        nom_et_unite(croise.tableau, mesure, unite),
        c.publication.un_an_avant(periode),
    )
    ici = croise.lire(mesure, c.territoire, periode)
    croise.bloc(
        f"{nom} – {c.nom}, {periode.libelle}",
        ici,
        d,
        _marges(c, mesure, periode, croise.lignes, croise.colonnes),
    )
    if partition:
        croise.bloc(f"{nom}, part du total (%) – {c.nom}, {periode.libelle}", _parts(ici), 1)
    if avant and c.comparables(periode):
        hier = croise.lire(mesure, c.territoire, avant)
        ecarts = [[ecart(a, b) for a, b in zip(x, y, strict=True)] for x, y in zip(ici, hier, strict=True)]
        croise.bloc(f"{nom}, écart avec {avant.court} – {c.nom}", ecarts, d, signe=True)
    if partition and not c.est_tete:
        la = croise.lire(mesure, c.tete.code, periode)
        croise.bloc(f"{nom}, part du total (%) – {c.tete.court}, {periode.libelle}", _parts(la), 1)


def _cohortes(croise: _Croise, mesure: str, periode: Periode) -> None:
    """First contracts of the year and of the year before, with the shares at each horizon, drawn."""
    c = croise.c
    unite, _, _ = c.base(croise.tableau, mesure)
    d, nom, avant = (
        decimales(unite),
        nom_et_unite(croise.tableau, mesure, unite),
        c.publication.un_an_avant(periode),
    )
    part = "Part de chaque situation à cet horizon (%)"
    cohortes = [(c.territoire, c.nom, p) for p in (periode, avant) if p]
    for territoire, lieu, cohorte in cohortes:
        matrice = croise.lire(mesure, territoire, cohorte)
        quand = f"{lieu}, premiers contrats de {cohorte.code}"
        croise.bloc(f"{nom} – {quand}", matrice, d)
        croise.bloc(f"{part} – {quand}", _parts_par_colonne(matrice), 1)
        zone, dessinee = (croise.ligne - 1 - len(croise.lignes[1]), croise.ligne - 2), matrice
    if not c.est_tete:
        for cohorte in (p for p in (periode, avant) if p):
            matrice = croise.lire(mesure, c.tete.code, cohorte)
            croise.bloc(
                f"{part} – {c.tete.court}, premiers contrats de {cohorte.code}",
                _parts_par_colonne(matrice),
                1,
            )
    # unknown situations, the last row, would flatten all the others
    series = [
        (2 + i, f"À {c.libelles.libelle(croise.colonnes[0], h)}") for i, h in enumerate(croise.colonnes[1])
    ]
    if not any(chiffre.valeur for rang in dessinee[:-1] for chiffre in rang):
        return  # all is hidden: the chart would be empty
    croise.debuts.append(croise.ligne)
    titre = f"Situations connues, en % des personnes à cet horizon – {quand}"
    croise.ligne = dessiner(
        c, croise.feuille, croise.tableau, croise.ligne, (zone[0], zone[1] - 1), series[:4], titre
    )


def _marges(
    c: Contexte, mesure: str, periode: Periode, lignes: tuple[str, list[str]], colonnes: tuple[str, list[str]]
) -> Totaux:
    """The margins other tables publish: never a sum, which would tell a hidden cell."""

    def lire(axe: str, codes: Sequence[str]) -> list[Chiffre | None]:
        trouves = [c.index.marge(mesure, c.territoire, periode, axe, code) for code in codes]
        return trouves if any(trouves) else []

    return lire(*lignes), lire(*colonnes), c.index.total(mesure, c.territoire, periode)


def _parts(matrice: Matrice) -> Matrice:
    """The published shares of the whole, rounded together to add up to 100."""
    cases = [x for rang in matrice for x in rang]
    brutes = [0.0 if x.valeur == 0 and x.part is None else (x.part if x.visible else None) for x in cases]
    return _en_matrice(cases, arrondir_a_100(brutes), len(matrice[0]) if matrice else 1)


def _parts_par_colonne(matrice: Matrice) -> Matrice:
    """Shares of each column's sum, where every cell of the column is shown; otherwise the published shares."""
    colonnes: list[list[Chiffre]] = []
    for colonne in map(list, zip(*matrice, strict=True)):
        brutes = [
            0.0 if x.valeur == 0 and x.part is None else (x.part if x.visible else None) for x in colonne
        ]
        colonnes += _en_matrice(colonne, arrondir_a_100(brutes), len(colonne))
    return [list(rang) for rang in zip(*colonnes, strict=True)]


def _en_matrice(cases: list[Chiffre], parts: list[float | None], largeur: int) -> Matrice:
    faits = [
        Chiffre(p, None, x.statut) if p is not None else (x if not x.visible else Chiffre(None, None, "O"))
        for p, x in zip(parts, cases, strict=True)
    ]
    return [faits[i : i + largeur] for i in range(0, len(faits), largeur)]
