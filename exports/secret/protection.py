"""From the cells to the hidden ones: totals first, then each family, then the proof; what is not proved is hidden.

Nothing here reads a published row: see publication.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import duckdb
import numpy as np
import polars as pl

from exports.secret import familles, primaires, systeme, verification, voisinage
from exports.secret.deplacement import Entiers
from exports.secret.regles import Regles
from exports.secret.suppression import (
    PAS_HEURES,
    Masque,
    Mesure,
    Resultat,
    Table,
    completer,
    total_deplace,
)
from exports.secret.systeme import MAILLE, Systeme, axes_de

_MESURES = ("heures", "personnes")
_PASSES = 3  # over each family and measure: completed, then ended without and with cells to pay for
_SANS_PERSONNES = ("RSA", "DELD", "ANRU", "FORMATION", "CONTRATS_LONGS")
_PERSONNES = ("total", "publics", "origines", "prescripteurs", "metiers", "situations")
# persons share out by these, whatever the place and time
_PERSONNES_ADDITIVES = {
    **{("modalites", f): True for f in ("publics", "origines", "prescripteurs", "situations")},
    ("territoires", "situations"): True,
}
_HEURES_ADDITIVES = {
    (genre, f): True
    for genre in ("modalites", "territoires", "periodes")
    for f in ("total", *familles.VENTILATIONS)
}


@dataclass(frozen=True)
class Protection:
    """The system, and by cell: told of too few (`primaires`), hidden (`masquees`), hidden without proof (`retirees`)."""

    systeme: Systeme
    primaires: Masque
    masquees: Masque
    retirees: Masque
    tables: dict[str, list[Table]]
    mesures: dict[str, Mesure]


def proteger_cellules(
    connexion: duckdb.DuckDBPyConnection,
    regles: Regles,
    deja_masquees: pl.DataFrame | None,
    secondes: float,
    complementaire: bool = True,
    avancement: Callable[[int, int], None] = lambda fait, total: None,
) -> Protection:
    """Which cells the public version hides. `deja_masquees`: cle and MAILLE of the cells hidden before.

    `secondes`: time given to the search; `complementaire` false leaves only the primary rules (for tests). `avancement`:
    steps of the search done, in all.
    """
    debut = time.monotonic()
    noms = [*familles.VENTILATIONS, "situations"]
    etapes = count(1)
    total = len(_MESURES) * (1 + _PASSES * len(noms))

    def avancer() -> None:
        avancement(min(next(etapes), total), total)

    ensemble = systeme.construire(connexion, regles)
    jugees = primaires.reperer(ensemble, regles)
    masque = _masque_initial(ensemble, jugees, deja_masquees)
    resultat = Resultat(masque, np.zeros(len(masque), dtype=bool))
    limite = debut + secondes
    if complementaire:
        for mesure in _mesures(ensemble, jugees, regles).values():
            completer(ensemble, mesure, "total", resultat, [], limite)
            avancer()
    masque = resultat.masquees
    # the totals are known: below a hidden one everything is hidden, the zeros as well
    mailles = ensemble.cellules.filter(pl.Series(masque) & (pl.col("famille") == "total")).select(MAILLE)
    entieres = jugees.filter(pl.col("entiere"))["id"]
    if complementaire:
        nombre = ensemble.cellules.height
        ensemble = systeme.ajouter_zeros(ensemble, mailles.filter(pl.col("niveau") != "atome"), entieres)
        jugees = primaires.reperer(ensemble, regles)
        jugees = jugees.with_columns(
            primaire=pl.col("primaire") & (pl.col("id") < nombre),
            entiere=pl.col("entiere") & (pl.col("id") < nombre),
        )
        masque = np.concatenate([masque, np.ones(ensemble.cellules.height - nombre, dtype=bool)])
    sous_total = (
        ensemble.cellules.select([*MAILLE, "famille"])
        .join(mailles.with_columns(cache=True), on=MAILLE, how="left", maintain_order="left")
        .select((pl.col("cache").fill_null(False)) & (pl.col("famille") != "situations"))
        .to_series()
        .to_numpy()
    )
    resultat.masquees = masque | sous_total
    mesures = _mesures(ensemble, jugees, regles)
    acquises = _tables_entieres(ensemble, _deja_masquees(ensemble, deja_masquees))
    retirees = np.zeros(ensemble.cellules.height, dtype=bool)
    if complementaire:
        totaux = {
            nom: [total_deplace(ensemble, table) for table in _totaux(resultat, nom)] for nom in mesures
        }
        for trouve, restent in _en_parallele(
            lambda famille: _famille(
                ensemble,
                famille,
                mesures,
                Resultat(resultat.masquees.copy(), acquises),
                totaux,
                limite,
                avancer,
            ),
            noms,
            taille=dict(ensemble.cellules["famille"].value_counts().iter_rows()),
        ):
            resultat.ajouter(trouve)
            retirees |= restent
    return Protection(
        ensemble, jugees["primaire"].to_numpy(), resultat.masquees, retirees, resultat.tables, mesures
    )


def _en_parallele(
    completee: Callable[[str], tuple[Resultat, Masque]], noms: list[str], taille: dict[str, int]
) -> list[tuple[Resultat, Masque]]:
    """What is found of each family, in the order of `noms`: they have no cell in common, and the solver leaves Python free.

    The largest begin first, so that no core waits for one of them at the end.
    """
    with ThreadPoolExecutor(os.cpu_count()) as chercheurs:
        attendus = {
            nom: chercheurs.submit(completee, nom) for nom in sorted(noms, key=lambda n: -taille.get(n, 0))
        }
        return [attendus[nom].result() for nom in noms]


def _famille(
    ensemble: Systeme,
    famille: str,
    mesures: dict[str, Mesure],
    resultat: Resultat,
    totaux: dict[str, list[Entiers]],
    limite: float,
    avancer: Callable[[], None],
) -> tuple[Resultat, Masque]:
    """Completes one family, from the cells hidden so far; where something stays unproved, its whole table is hidden in
    that maille, and returned beside the result. A search that time cut short returns the whole family.
    """
    for nom, mesure in mesures.items():
        completer(ensemble, mesure, famille, resultat, totaux[nom], limite)
        avancer()
    for payer in (False, True):
        _achever(ensemble, famille, mesures, resultat, limite, avancer, payer=payer)
    restent = _restent(resultat)
    if restent.any():
        resultat.masquees |= _tables_des_mailles(ensemble, restent)
        _achever(ensemble, famille, mesures, resultat, limite, lambda: None, payer=True)
    if time.monotonic() > limite:
        return resultat, (ensemble.cellules["famille"] == famille).to_numpy()
    return resultat, _restent(resultat)


def _achever(
    ensemble: Systeme,
    famille: str,
    mesures: dict[str, Mesure],
    resultat: Resultat,
    limite: float,
    avancer: Callable[[], None],
    *,
    payer: bool,
) -> None:
    for mesure in mesures.values():
        voisinage.achever(ensemble, mesure, famille, resultat, limite, payer=payer)
        avancer()


def _restent(resultat: Resultat) -> Masque:
    restent = np.zeros(len(resultat.masquees), dtype=bool)
    for masque in resultat.non_prouvees.values():
        restent |= masque
    return restent


def _tables_des_mailles(ensemble: Systeme, restent: Masque) -> Masque:
    """All the cells that share their axes and their maille with those."""
    return _par_table(ensemble, restent, pl.col("dite").any())


def _tables_entieres(ensemble: Systeme, masquees: Masque) -> Masque:
    """The cells whose table is hidden whole in their maille."""
    return _par_table(ensemble, masquees, pl.col("dite").all())


def _par_table(ensemble: Systeme, cellules: Masque, dites: pl.Expr) -> Masque:
    table = [*(pl.col(c) for c in ("famille", *MAILLE)), axes_de("cle")]
    return np.array(
        ensemble.cellules.with_columns(dite=pl.Series(cellules)).select(dites.over(table)).to_series()
    )


def _masque_initial(ensemble: Systeme, jugees: pl.DataFrame, deja: pl.DataFrame | None) -> Masque:
    masque = jugees["primaire"].to_numpy() | (ensemble.cellules["niveau"] == "atome").to_numpy()
    return np.array(masque | _deja_masquees(ensemble, deja))


def _deja_masquees(ensemble: Systeme, deja: pl.DataFrame | None) -> Masque:
    if deja is None:
        return np.zeros(ensemble.cellules.height, dtype=bool)
    connues = ensemble.cellules.select("cle", *MAILLE).join(
        deja.select("cle", *MAILLE).unique().with_columns(avant=True),
        on=["cle", *MAILLE],
        how="left",
        maintain_order="left",
    )
    return np.array(connues["avant"].fill_null(False))


def _totaux(resultat: Resultat, nom: str) -> list[Table]:
    return [t for t in resultat.tables.get(nom, []) if t.famille == "total"]


def _mesures(ensemble: Systeme, jugees: pl.DataFrame, regles: Regles) -> dict[str, Mesure]:
    """What has to be possible: hours 10 % lower and higher; persons one fewer, and as many as the threshold."""
    cellules = ensemble.cellules
    famille, cle = cellules["famille"], cellules["cle"]
    primaire, entiere = jugees["primaire"].to_numpy(), jugees["entiere"].to_numpy()
    heures = cellules["heures"].to_numpy().astype(np.int64)
    personnes = cellules["personnes"].to_numpy().astype(np.int64)
    minimum = jugees["personnes_minimum"].to_numpy()
    marge = np.ceil(heures * regles.seuils.marge_heures).astype(np.int64)
    rares = (personnes < minimum) | entiere
    sous_un_total = ~famille.is_in(["total", "situations"]).to_numpy()
    totaux = ensemble.cellules.select(MAILLE).join(
        cellules.filter(famille == "total").select(
            *MAILLE, "heures", "personnes", cache=pl.Series(primaire).filter(famille == "total")
        ),
        on=MAILLE,
        how="left",
        maintain_order="left",
    )
    total_cache = totaux["cache"].fill_null(False).to_numpy() & sous_un_total
    # a group that is the whole of a hidden total is that total, which has its own proof
    meme = total_cache & (totaux["heures"].fill_null(-1).to_numpy() == heures)
    primaire = primaire & ~meme
    # persons: a part of a hidden group under the threshold is judged with it, never apart
    petites = primaire & (personnes < minimum)
    liens = ensemble.liens.filter(
        pl.col("genre").is_in(["territoires", "periodes"])
        & pl.Series(petites[ensemble.liens["parent"].to_numpy()])
    )
    contenues = np.zeros(cellules.height, dtype=bool)
    contenues[liens["enfant"].to_numpy()] = True
    contenues &= (famille != "situations").to_numpy()
    hausses = {
        nom: _sous_le_total(voulue, totaux[nom].fill_null(0).to_numpy() - valeurs, sous_un_total)
        for nom, voulue, valeurs in (
            ("heures", marge, heures),
            ("personnes", np.maximum(0, minimum - personnes), personnes),
        )
    }
    sans_personnes = cle.is_in([f"profil={p}" for p in _SANS_PERSONNES])
    return {
        "heures": Mesure(
            "heures",
            heures,
            ((famille != "situations") & (cle != "profil=DURABLE")).to_numpy(),
            np.where(primaire, marge, 0),
            np.where(primaire & ~entiere, hausses["heures"], 0),
            _HEURES_ADDITIVES,
            PAS_HEURES,
            6000.0,
        ),
        "personnes": Mesure(
            "personnes",
            personnes,
            (famille.is_in(_PERSONNES) & ~sans_personnes).to_numpy(),
            np.where(primaire & rares & ~contenues, 1, 0),
            # under a hidden total, what is proved is the rise of the total itself
            np.where(primaire & ~entiere & ~total_cache & ~contenues, hausses["personnes"], 0),
            _PERSONNES_ADDITIVES,
            1,
            5.0,
        ),
    }


def _sous_le_total(hausse: Entiers, reste: Entiers, sous_un_total: Masque) -> Entiers:
    """What a cell is asked to rise by: half of what its total leaves, where the total leaves less than is asked.

    Nobody believes a group to be above the total of its maille: that bound is not for hidden cells to blur.
    """
    serree = sous_un_total & (hausse > reste)
    possible: Entiers = np.where(serree, np.maximum(0, reste // 2), hausse)
    return possible


def eprouver(protection: Protection) -> dict[str, pl.DataFrame]:
    """The proof of each measure, by the module that knows nothing of how the tables were made (id, prouvee)."""
    cellules = protection.systeme.cellules
    liens = protection.systeme.liens.with_columns(
        famille=cellules["famille"].gather(protection.systeme.liens["enfant"])
    )
    preuves = {}
    for nom, mesure in protection.mesures.items():
        tables = protection.tables.get(nom, [])
        rangs_totaux = [i for i, t in enumerate(tables) if t.famille == "total"]
        preuves[nom] = verification.prouver(
            cellules.select(
                "id",
                "famille",
                valeur=pl.Series(mesure.valeurs),
                masquee=pl.Series(protection.masquees),
                concernee=pl.Series(mesure.concernees),
                baisse=pl.Series(np.where(mesure.concernees, mesure.baisse, 0)),
                hausse=pl.Series(np.where(mesure.concernees, mesure.hausse, 0)),
            ),
            liens.join(
                pl.DataFrame(
                    [(g, f, additive) for (g, f), additive in mesure.additives.items()],
                    schema={"genre": pl.String, "famille": pl.String, "additive": pl.Boolean},
                    orient="row",
                ),
                on=["genre", "famille"],
                how="left",
                maintain_order="left",
            )
            .with_columns(pl.col("additive").fill_null(False))
            .drop("famille"),
            pl.DataFrame(
                {
                    "table": list(range(len(tables))),
                    "famille": [t.famille for t in tables],
                    "total": [rangs_totaux[t.total] if t.total >= 0 else -1 for t in tables],
                },
                schema={"table": pl.Int64, "famille": pl.String, "total": pl.Int64},
            ),
            pl.concat(
                [
                    pl.DataFrame(
                        {
                            "table": np.full(len(ou), i),
                            "id": t.cellules[ou],
                            "deplacement": t.deplacement[ou],
                        },
                        schema={"table": pl.Int64, "id": pl.Int64, "deplacement": pl.Int64},
                    )
                    for i, t in enumerate(tables)
                    if len(ou := np.flatnonzero(t.deplacement)) or True
                ]
                or [pl.DataFrame(schema={"table": pl.Int64, "id": pl.Int64, "deplacement": pl.Int64})]
            ),
        )
    return preuves
