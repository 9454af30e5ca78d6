"""One question to the linear solver: the cheapest way to move the hidden figures while everything shown stays.

A move m gives another table, x + m, that agrees with what is published. Cells that are not hidden yet may move too, at a
price: those that do have to be hidden.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from threading import Lock

import highspy
import numpy as np
import numpy.typing as npt

Entiers = npt.NDArray[np.int64]
Reels = npt.NDArray[np.float64]

_MANQUE = 1e5  # price of one unit missing from a target: above any path of cells
_PRECISION = 1e-6
_ECART = 0.1  # from the least whole move: any that proves is welcome, and to show that one is the least may take minutes
_UN_SEUL = Lock()  # the standard output is the whole process's: two threads that set it aside would lose it


@dataclass(frozen=True)
class Lignes:
    """Sparse rows: entry i says that `variable[i]` has `coefficient[i]` in `ligne[i]`; bounds by row."""

    ligne: Entiers
    variable: Entiers
    coefficient: Reels
    bas: Reels
    haut: Reels


@dataclass(frozen=True)
class Cibles:
    """What is asked: `variable` moves by at least `quantite` in the direction `signe` (+1 or -1)."""

    variable: Entiers
    signe: Entiers
    quantite: Entiers
    poids: Reels


def chercher(
    bas: Entiers,
    haut: Entiers,
    cout: Reels,
    lignes: Lignes,
    cibles: Cibles,
    *,
    secondes: float = 30.0,
    entier: bool = False,
) -> Entiers | None:
    """A whole-number move within [bas, haut] that keeps the rows, or None when none was found in time.

    `cout`: price by unit moved, 0 for what is hidden already. Targets that cannot be reached are left, not refused.
    `entier`: the solver itself keeps to whole numbers, for small programmes; else its answer is rounded, where it can be.
    """
    nombre = len(bas)
    libres = np.flatnonzero(cout == 0)
    payants = np.flatnonzero((cout > 0) & (haut > bas))
    n_l, n_p, n_c = len(libres), len(payants), len(cibles.variable)
    # columns: free moves, paid rises, paid falls, what is missing from each target
    total = n_l + 2 * n_p + n_c
    if not total:  # nothing may move: the solver has no answer to that
        return entiers(np.zeros(nombre), lignes)
    place_libre = np.full(nombre, -1, dtype=np.int64)
    place_libre[libres] = np.arange(n_l)
    place_payante = np.full(nombre, -1, dtype=np.int64)
    place_payante[payants] = n_l + np.arange(n_p)
    n_lignes = len(lignes.bas)

    def developper(ligne: Entiers, variable: Entiers, coefficient: Reels) -> tuple[Entiers, Entiers, Reels]:
        lib, p = place_libre[variable], place_payante[variable]
        est_libre, est_payant = lib >= 0, p >= 0
        return (
            np.concatenate([ligne[est_libre], ligne[est_payant], ligne[est_payant]]),
            np.concatenate([lib[est_libre], p[est_payant], p[est_payant] + n_p]),
            np.concatenate([coefficient[est_libre], coefficient[est_payant], -coefficient[est_payant]]),
        )

    li, va, co = developper(lignes.ligne, lignes.variable, lignes.coefficient)
    rang = n_lignes + np.arange(n_c, dtype=np.int64)
    li_c, va_c, co_c = developper(rang, cibles.variable, cibles.signe.astype(np.float64))
    li = np.concatenate([li, li_c, rang])
    va = np.concatenate([va, va_c, n_l + 2 * n_p + np.arange(n_c, dtype=np.int64)])
    co = np.concatenate([co, co_c, np.ones(n_c)])
    ordre = np.lexsort((va, li))
    li, va, co = li[ordre], va[ordre], co[ordre]

    probleme = highspy.HighsLp()
    probleme.num_col_ = total
    probleme.num_row_ = n_lignes + n_c
    probleme.col_cost_ = np.concatenate([np.zeros(n_l), cout[payants], cout[payants], _MANQUE * cibles.poids])
    probleme.col_lower_ = np.concatenate([bas[libres], np.zeros(2 * n_p + n_c)]).astype(np.float64)
    probleme.col_upper_ = np.concatenate(
        [haut[libres], haut[payants], -bas[payants], np.full(n_c, highspy.kHighsInf)]
    ).astype(np.float64)
    probleme.row_lower_ = np.concatenate([lignes.bas, cibles.quantite.astype(np.float64)])
    probleme.row_upper_ = np.concatenate([lignes.haut, np.full(n_c, highspy.kHighsInf)])
    probleme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    probleme.a_matrix_.start_ = np.searchsorted(li, np.arange(n_lignes + n_c + 1)).astype(np.int32)
    probleme.a_matrix_.index_ = va.astype(np.int32)
    probleme.a_matrix_.value_ = co
    with _UN_SEUL:
        _taire_le_solveur()
    solveur = _solveur(secondes)
    solveur.passModel(probleme)
    solveur.run()
    if entier and _est_fractionnaire(np.asarray(solveur.getSolution().col_value)):
        probleme.integrality_ = [highspy.HighsVarType.kInteger] * total
        solveur.passModel(probleme)
        solveur.run()
    if solveur.getInfo().primal_solution_status != 2:  # feasible
        return None
    valeurs = np.asarray(solveur.getSolution().col_value)
    reel = np.zeros(nombre)
    reel[libres] = valeurs[:n_l]
    reel[payants] = valeurs[n_l : n_l + n_p] - valeurs[n_l + n_p : n_l + 2 * n_p]
    return entiers(reel, lignes)


def _est_fractionnaire(valeurs: Reels) -> bool:
    return bool((np.abs(valeurs - np.rint(valeurs)) > _PRECISION).any())


def _solveur(secondes: float) -> highspy.Highs:
    """Alone on its core and without chance: the same programme has the same answer."""
    solveur = highspy.Highs()
    for option, valeur in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "time_limit": secondes,
        "mip_rel_gap": _ECART,
    }.items():
        solveur.setOptionValue(option, valeur)
    return solveur


@cache
def _taire_le_solveur() -> None:
    """The solver writes its name on the standard output once in a process, whatever its options say: here, to nobody."""
    sys.stdout.flush()
    sortie = os.dup(1)
    neant = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(neant, 1)
        _solveur(1.0).run()
    finally:
        os.dup2(sortie, 1)
        os.close(neant)
        os.close(sortie)


def entiers(reel: Reels, lignes: Lignes) -> Entiers | None:
    """The whole-number part of an answer: pieces of it that rounding breaks are left at zero.

    A piece is what equalities link together; None when even no move at all breaks a row.
    """
    deplacement = np.rint(reel).astype(np.int64)
    piece: Entiers | None = None
    while True:
        activite = np.zeros(len(lignes.bas))
        np.add.at(activite, lignes.ligne, lignes.coefficient * deplacement[lignes.variable])
        rompues = (activite < lignes.bas - _PRECISION) | (activite > lignes.haut + _PRECISION)
        if not rompues.any():
            return deplacement
        if piece is None:
            piece = _pieces(deplacement, lignes)
        fautives = rompues[lignes.ligne] & (deplacement[lignes.variable] != 0)
        if not fautives.any():
            return None
        deplacement[np.isin(piece, piece[lignes.variable[fautives]])] = 0


def respecte(deplacement: Entiers, lignes: Lignes) -> bool:
    """True when the move keeps every row within its bounds."""
    activite = np.zeros(len(lignes.bas))
    np.add.at(activite, lignes.ligne, lignes.coefficient * deplacement[lignes.variable])
    return bool(((activite >= lignes.bas - _PRECISION) & (activite <= lignes.haut + _PRECISION)).all())


def _pieces(deplacement: Entiers, lignes: Lignes) -> Entiers:
    """For each variable, the smallest one that equalities link it to, among those that move."""
    utiles = (deplacement[lignes.variable] != 0) & (lignes.bas == lignes.haut)[lignes.ligne]
    ligne, variable = lignes.ligne[utiles], lignes.variable[utiles]
    piece = np.arange(len(deplacement))
    while True:
        par_ligne = np.full(len(lignes.bas), len(deplacement))
        np.minimum.at(par_ligne, ligne, piece[variable])
        suivante = piece.copy()
        np.minimum.at(suivante, variable, par_ligne[ligne])
        if (suivante == piece).all():
            return piece
        piece = suivante
