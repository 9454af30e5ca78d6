"""What one cell cannot say alone and its column can: a text with two readings is read as the others of its deposit are.

Each question below is asked of a column where some text of it could not be read. The texts of the same column
and deposit that have one reading only are proofs of one convention or the other. Where they agree, the doubtful ones
are read so; where they do not, or there is none, the doubtful stay unread: of two candidates none is chosen.

One tool writes all the dates of a deposit: where some can only be read the month first, a column without a proof follows
those that have some. Dates that nothing decides are read the day first, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from ingest import dates, nombres
from ingest.findings import SEUILS

Marque = Callable[[pl.Series], pl.Series]
# deposit → 1: its dates have the day first; 2: the month first; 3: some do, some do not
Ordres = Mapping[int, int]
_RIEN = "rien dans la colonne ne dit laquelle"


@dataclass(frozen=True)
class Question:
    """Two conventions of writing. `pose`: the unread texts that raise it; `doute`: those it decides, read or not.

    `preuves`: texts that only one of the conventions explains; `lectures`: how each reads a doubtful text.
    `ambigue`: what is said where neither reads a text. `defaut`: the convention of a column whose proofs do not decide;
    0: none. `dites`: what is said of a reading. `de_tout_le_depot`: what other columns prove holds for one without proofs.
    """

    lectures: tuple[Callable[[pl.Series], pl.Series], Callable[[pl.Series], pl.Series]]
    preuves: tuple[Marque, Marque]
    pose: Marque
    doute: Marque
    ambigue: str | None
    defaut: int = 0
    dites: tuple[str | None, str | None] = (None, None)
    de_tout_le_depot: bool = False


@dataclass(frozen=True)
class Tranchees:
    """Row by row: `valeurs` of what a convention read (null elsewhere), `lues` where it did, `ambigues` where none could:
    the two readings; `dites` where the reading must be said.
    """

    valeurs: pl.Series
    lues: pl.Series
    ambigues: pl.Series
    dites: pl.Series


def trancher(
    questions: Sequence[Question],
    depots: pl.Series,
    textes: pl.Series,
    non_lus: pl.Series,
    vide: pl.Series,
    ordres: Ordres,
) -> Tranchees | None:
    """Asks what the unread texts (`non_lus`, per row) of a column raise. `vide`: a null of its type per row."""
    posees = [
        q
        for q in questions
        if (q.de_tout_le_depot and ordres) or _marquer(q.pose, textes.filter(non_lus)).any()
    ]
    if not posees:
        return None
    cadre = pl.DataFrame({"depot": depots, "texte": textes}).with_row_index("rang").drop_nulls("texte")
    valeurs, lues = vide, pl.repeat(False, len(textes), dtype=pl.Boolean, eager=True)
    # two, since scatter writes in place
    ambigues, dites = (pl.Series([None] * len(textes), dtype=pl.String) for _ in range(2))
    for question in posees:
        reponses = _repondre(question, cadre, non_lus, ordres if question.de_tout_le_depot else {})
        restes = reponses.filter(pl.col("valeur").is_null())
        tranches = reponses.filter((pl.col("camp") > 0) & pl.col("valeur").is_not_null())
        valeurs = valeurs.scatter(tranches["rang"], tranches["valeur"])
        lues = lues.scatter(tranches["rang"], True)
        for camp, dite in enumerate((*question.dites, _ORDRES_MELES), start=1):
            if dite is not None:
                dites = dites.scatter(tranches.filter(pl.col("camp") == camp, "differe")["rang"], dite)
        if question.ambigue is not None:
            ambigues = ambigues.scatter(restes["rang"], question.ambigue)
    return Tranchees(valeurs, lues, ambigues, dites)


def _repondre(question: Question, cadre: pl.DataFrame, non_lus: pl.Series, ordres: Ordres) -> pl.DataFrame:
    """rang, valeur, camp (1 or 2: the convention of its deposit; 0: none; 3: the first, for want of a proof), differe (the
    readings are two) of every doubtful row."""
    textes = cadre["texte"].unique()
    marques = pl.DataFrame(
        {
            "texte": textes,
            "pose": question.pose(textes),
            "doute": question.doute(textes),
            "preuve_1": question.preuves[0](textes),
            "preuve_2": question.preuves[1](textes),
            "lecture_1": question.lectures[0](textes),
            "lecture_2": question.lectures[1](textes),
        }
    )
    marquees = cadre.join(marques, on="texte", how="left", maintain_order="left")
    posees = marquees.filter(pl.col("pose") & pl.Series(non_lus).gather(marquees["rang"]))["depot"].unique()
    une, autre = pl.col("preuve_1"), pl.col("preuve_2")
    ailleurs = pl.col("depot").first().replace_strict(dict(ordres), default=None, return_dtype=pl.Int32)
    concernes = [*posees, *ordres]
    camps = (
        marquees.filter(pl.col("depot").is_in(concernes))
        .group_by("depot")
        .agg(
            camp=pl.when(une.any() & ~autre.any())
            .then(1)
            .when(autre.any() & ~une.any())
            .then(2)
            .when(une.any() & autre.any() & pl.lit(question.de_tout_le_depot))
            .then(3)
            .when(ailleurs.is_not_null())
            .then(ailleurs)
            .otherwise(question.defaut)
        )
    )
    return (
        marquees.filter("doute")
        .join(camps, on="depot", how="inner", maintain_order="left")
        .select(
            "rang",
            "camp",
            valeur=pl.when(pl.col("camp") == 2).then("lecture_2").when(pl.col("camp") != 0).then("lecture_1"),
            differe=pl.when(pl.col("camp") == 3)
            .then((pl.col("lecture_1") != pl.col("lecture_2")).fill_null(False))
            .otherwise(pl.col("lecture_1").ne_missing(pl.col("lecture_2"))),
        )
    )


def _marquer(marque: Marque, textes: pl.Series) -> pl.Series:
    distincts = textes.drop_nulls().unique()
    return marque(distincts) if len(distincts) else distincts.is_null()


# --- thousands or decimals ---------------------------------------------------------------------------------


def _sur_l_ecriture(lire: Callable[[pl.Series], pl.Series]) -> Callable[[pl.Series], pl.Series]:
    return lambda textes: lire(nombres.ecriture(textes))


def _milliers(signe: str) -> Question:
    doute = _sur_l_ecriture(partial(nombres.deux_lectures, signe=signe))
    return Question(
        lectures=(
            _sur_l_ecriture(nombres.en_decimal),
            _sur_l_ecriture(partial(nombres.sans_groupes, signe=signe)),
        ),
        preuves=(
            _sur_l_ecriture(partial(nombres.decimal_par, signe=signe)),
            _sur_l_ecriture(partial(nombres.groupe_par, signe=signe)),
        ),
        pose=doute,
        doute=doute,
        ambigue=f"« {signe} » y sépare peut-être les milliers, peut-être les décimales, et {_RIEN}",
    )


# --- hours or days -----------------------------------------------------------------------------------------


def _sont_des_heures(valeurs: pl.Series) -> pl.Series:
    """True for what somebody may have typed as hours: hundredths, or whole minutes."""
    entier = [(valeurs * unite - (valeurs * unite).round()).abs() < 1e-3 for unite in (100, 60)]
    possibles: pl.Series = (entier[0] | entier[1]).fill_null(False)
    return possibles


def _jours_possibles(jours: pl.Series) -> pl.Series:
    possibles: pl.Series = (jours * 24 <= SEUILS["heures_impossibles"]).fill_null(False)
    return possibles


def _duree_seule(textes: pl.Series) -> pl.Series:
    jours = nombres.jours_de_duree(textes)
    return nombres.est_date_de_duree(textes) & _jours_possibles(jours) & ~_sont_des_heures(jours)


def _nombre_seul(textes: pl.Series) -> pl.Series:
    jours = nombres.jours_de_duree(textes)
    return nombres.est_date_de_duree(textes) & ~_jours_possibles(jours) & _sont_des_heures(jours)


_DUREES = Question(
    lectures=(lambda t: (nombres.jours_de_duree(t) * 24).round(6), nombres.jours_de_duree),
    preuves=(_duree_seule, _nombre_seul),
    pose=nombres.est_date_de_duree,
    doute=nombres.est_date_de_duree,
    ambigue=f"c'est une durée d'Excel, ou un nombre d'heures affiché comme une date, et {_RIEN}",
    dites=(None, "des heures sont affichées comme des dates : le nombre qu'elles portent est lu"),
)


def _heures_simples(textes: pl.Series) -> pl.Series:
    return nombres.lire_bornes(textes, SEUILS["heures_impossibles"])


def _minutes_de_jours(jours: pl.Series) -> pl.Series:
    """True for days that a month holds and that are whole minutes."""
    minutes = jours * 1440
    entieres: pl.Series = ((minutes - minutes.round()).abs() < 0.01).fill_null(False)
    return _jours_possibles(jours) & entieres


_FRACTIONS = Question(
    lectures=(
        nombres.lire_heures,
        lambda t: (_heures_simples(t) * 24).round(4),
    ),
    preuves=(
        lambda t: _heures_simples(t).is_not_null() & ~_minutes_de_jours(_heures_simples(t)),
        nombres.est_fraction_de_jour,
    ),
    pose=nombres.est_fraction_de_jour,
    doute=lambda t: _heures_simples(t).is_not_null(),
    ambigue=f"c'est une durée d'Excel en jours, ou un nombre d'heures, et {_RIEN}",
    defaut=1,
    dites=(None, "des durées d'Excel y sont en jours : elles sont lues en heures (1 pour 24 h)"),
)

# --- days and months ---------------------------------------------------------------------------------------


_MOIS_D_ABORD = "les dates sont écrites le mois d'abord (12/31/2024) : elles sont toutes lues ainsi"
_ORDRES_MELES = (
    "le dépôt écrit des dates le jour d'abord, d'autres le mois d'abord : celles-ci sont lues le jour d'abord"
)
_APRES_DOUZE = r"(?:1[3-9]|2\d|3[01])"
_MOIS_PUIS_JOUR = rf"^\D{{0,2}}\d{{1,2}}[./-]{_APRES_DOUZE}[./-](?:\d{{4}}|\d{{2}})\b"
_JOUR_PUIS_MOIS = rf"^\D{{0,2}}{_APRES_DOUZE}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b"


def ordres_des_dates(tables: Mapping[str, Sequence[pl.DataFrame]]) -> dict[str, dict[int, int]]:
    """Table → the order of dates of each deposit that has some column which can only be read the month first: 1, the day
    first; 2, the month first; 3, both. What the columns of the table say, else those of the whole deposit.

    `tables`: of each, depot and the texts of one column.
    """
    preuves: dict[int, dict[str, set[int]]] = {}
    for table, colonnes in tables.items():
        for colonne in colonnes:
            texte = pl.col(colonne.columns[1])
            jour_d_abord, mois_d_abord = (
                set(colonne.filter(texte.str.contains(motif))["depot"].unique())
                for motif in (_JOUR_PUIS_MOIS, _MOIS_PUIS_JOUR)
            )
            for depot in jour_d_abord ^ mois_d_abord:
                preuves.setdefault(depot, {}).setdefault(table, set()).add(2 if depot in mois_d_abord else 1)
    ordres: dict[str, dict[int, int]] = {table: {} for table in tables}
    for depot, par_table in preuves.items():
        du_depot = set().union(*par_table.values())
        if 2 in du_depot:
            for table in tables:
                dites = par_table.get(table, du_depot)
                ordres[table][depot] = 3 if len(dites) > 1 else next(iter(dites))
    return ordres


def _impossible_dans(ordre: bool) -> Marque:
    """True for a date in figures that only the other order can read."""
    return lambda t: dates.lire_dates(t, ordre).is_null() & dates.lire_dates(t, not ordre).is_not_null()


def _jour_et_mois(lire: Callable[..., pl.Series]) -> Question:
    return Question(
        lectures=(lire, partial(lire, mois_d_abord=True)),
        preuves=(_impossible_dans(True), _impossible_dans(False)),
        pose=_impossible_dans(False),
        doute=lambda t: t.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b"),
        ambigue=None,
        defaut=1,
        dites=(None, _MOIS_D_ABORD),
        de_tout_le_depot=True,
    )


_PREMIERS = Question(
    lectures=(
        lambda t: dates.lire_dates(t).dt.truncate("1mo"),
        lambda t: dates.lire_dates(t, mois_d_abord=True).dt.truncate("1mo"),
    ),
    preuves=(
        lambda t: t.str.contains(dates.PREMIER_JOUR) | _impossible_dans(True)(t),
        lambda t: t.str.contains(dates.PREMIER_DU_MOIS) | _impossible_dans(False)(t),
    ),
    pose=lambda t: t.str.contains(dates.PREMIER_DU_MOIS) | _impossible_dans(False)(t),
    doute=lambda t: t.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b"),
    ambigue=None,
    defaut=1,
    dites=(None, _MOIS_D_ABORD),
    de_tout_le_depot=True,
)
_OCTOBRE = Question(
    lectures=(
        lambda t: dates.lire_mois(t.str.replace(r"[.,]1$", "-01")),
        lambda t: dates.lire_mois(t.str.replace(r"[.,]1$", "-10")),
    ),
    preuves=(
        lambda t: t.str.contains(dates.OCTOBRE_ENTIER),
        lambda t: t.str.contains(dates.MOIS_A_DEUX_CHIFFRES),
    ),
    pose=lambda t: t.str.contains(dates.MOIS_EN_NOMBRE),
    doute=lambda t: t.str.contains(dates.MOIS_EN_NOMBRE),
    ambigue=f"c'est janvier, ou octobre qui a perdu son zéro, et {_RIEN}",
    dites=(
        None,
        "des mois y sont des nombres, et le zéro d'octobre est perdu (2024.1 pour 2024.10) : il est rétabli",
    ),
)


def questions_de(type_: str, lire_jours: Callable[..., pl.Series]) -> tuple[Question, ...]:
    """The questions that a column of this type may raise. `lire_jours`: its reader, if it is one of dates or births."""
    match type_:
        case "nombre":
            return _milliers("."), _milliers(",")
        case "heures":
            return _FRACTIONS, _DUREES
        case "date" | "naissance":
            return (_jour_et_mois(lire_jours),)
        case "mois":
            return _OCTOBRE, _PREMIERS
    return ()
