"""CSV rows that do not have their header's cells: read where one reading agrees with every type, set aside otherwise.

A separator that no quote protects, a decimal comma between commas, a cell left out: no value is taken by its position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import polars as pl

from ingest.csv_texte import Enregistrements
from ingest.findings import Constats
from ingest.layouts import Colonne, Table
from ingest.tables import ECARTEE

_NOMBRES = frozenset({"nombre", "heures", "pourcentage"})
_A_SEPARATEURS = frozenset({"texte", "identite", "liste", "nomenclature"})  # what may hold a separator
_ENTIER, _DECIMALES = re.compile(r"[+-]?\d[\d  ]*"), re.compile(r"\d+ ?(?:%|€|h)?")
_MILLIERS = re.compile(r".*\d,\d{3}")  # « 12,500 »: nobody knows
_COURTES_PROBANTES = 5
_ECART_MAXIMAL = 12  # cells too many or missing, beyond which nothing is tried

_NOMS_DE_SEPARATEURS = {"\t": "tabulation"}

Accord = Callable[[Colonne, Sequence[str]], Mapping[str, bool]]


@dataclass(frozen=True)
class Irregulieres:
    """The rows of one CSV file that have more or fewer cells than its header.

    `places`: the column of each cell of the header, None for those that are not taken. `systematique`: all rows have
    as many more, all empty. `finit_vide`: some row ends with an empty cell. `completes`: some row has as many cells.
    `inachevee`: the last line, when nothing ends it: its last cell may be cut.
    """

    places: tuple[str | None, ...]
    separateur: str
    lignes: dict[int, list[str]]
    systematique: bool
    finit_vide: bool
    completes: bool
    inachevee: int | None


@dataclass
class _Ligne:
    """One such row and its readings: column → text; the way each was read, in words."""

    ligne: int
    champs: list[str]
    lectures: list[dict[str, str]] = field(default_factory=list)
    retenue: dict[str, str] | None = None


def relever(
    lus: Enregistrements, ligne_entete: int, places: Sequence[str], connues: frozenset[str]
) -> Irregulieres | None:
    """`places`: the names of the sheet's columns in their order, of which `connues` are the table's."""
    rang = lus.lignes.index(ligne_entete)
    entete = lus.champs[rang]
    largeur = len(entete)
    dernier = max((i for i, c in enumerate(entete, 1) if c.strip()), default=0)
    remplies = [
        (ligne, champs)
        for ligne, champs in zip(lus.lignes[rang + 1 :], lus.champs[rang + 1 :], strict=True)
        if any(c.strip() for c in champs)
    ]
    lignes = {ligne: c for ligne, c in remplies if len(c) != largeur and not (dernier <= len(c) < largeur)}
    if not lignes:
        return None
    finit_vide = any(not c[-1].strip() for _, c in remplies)
    if lus.separateur == "," and not finit_vide and any(len(c) > largeur for c in lignes.values()):
        # « 31,75 » and no training, or 31 h and 75 of training: rows of the right length may have been cut and shortened
        lignes = dict(remplies)
    return Irregulieres(
        places=tuple(n if n in connues else None for n in places[:largeur]),
        separateur=lus.separateur,
        lignes=lignes,
        systematique=len({len(c) for _, c in remplies}) == 1
        and all(not any(x.strip() for x in c[largeur:]) for c in lignes.values()),
        completes=any(len(c) == largeur for _, c in remplies),
        inachevee=None if lus.achevee else lus.lignes[-1],
        finit_vide=finit_vide,
    )


def informations(lus: Enregistrements) -> Iterator[tuple[str, ...]]:
    """The rows of a table of keys and values: what follows the key is one value, whatever separators it holds."""
    for champs in lus.champs:
        cle, *reste = (c.strip() for c in champs) if champs else [""]
        while reste and not reste[-1]:
            reste.pop()
        yield cle, f"{lus.separateur} ".join(reste)


def reparer(
    table: Table,
    brute: pl.DataFrame,
    irregulieres: Mapping[int, Irregulieres],
    accord: Accord,
    constats: Constats,
) -> tuple[pl.DataFrame, dict[int, int]]:
    """`brute` with the cells that these rows have; those that cannot be told are emptied, true in the column ECARTEE.

    Second, the deposits whose file stops in the middle of a line, and that line. `irregulieres`: by deposit. `accord`:
    which texts a column reads. Every row changed has its finding.
    """
    changees: list[dict[str, object]] = []
    coupes: dict[int, int] = {}
    for depot, relevees in irregulieres.items():
        retenues = set(brute.filter(pl.col("depot") == depot)["ligne"])
        lignes = [_Ligne(n, champs) for n, champs in relevees.lignes.items() if n in retenues]
        _lire(table, relevees, lignes, accord)
        for li in lignes:
            if li.retenue is None and _est_coupee(relevees, li):
                coupes[depot] = li.ligne
        _signaler(table, depot, relevees, lignes, constats)
        vide = dict.fromkeys((c.nom for c in table.colonnes), None)
        changees += [
            {"depot": depot, "ligne": li.ligne, **vide, **(li.retenue or {}), ECARTEE: li.retenue is None}
            for li in lignes
        ]
    if not changees:
        return brute, coupes
    schema: dict[str, pl.DataType | type[pl.Boolean]] = {**brute.schema, ECARTEE: pl.Boolean}
    nouvelles = pl.DataFrame(changees, schema=schema, orient="row")
    rangs = brute.with_row_index("_rang")
    places = rangs.select("_rang", "depot", "ligne").join(nouvelles, on=["depot", "ligne"], how="inner")
    intactes = rangs.join(nouvelles, on=["depot", "ligne"], how="anti").with_columns(
        pl.lit(None, dtype=pl.Boolean).alias(ECARTEE)
    )
    return pl.concat([intactes, places.select(intactes.columns)]).sort("_rang").drop("_rang"), coupes


# --- readings ----------------------------------------------------------------------------------------------


def _lire(table: Table, relevees: Irregulieres, lignes: list[_Ligne], accord: Accord) -> None:
    """Finds the readings of each row and retains the one there is."""
    colonnes = [table.colonne(n) if n is not None else None for n in relevees.places]
    juge = _Juge(colonnes, relevees, accord, lignes)
    largeur = len(colonnes)
    for li in lignes:
        if len(li.champs) == largeur:
            continue
        entiere, *raccourcies = (juge.lectures(champs) for champs in _sans_la_fin_vide(li.champs, largeur))
        # empty cells beyond the header are nothing where every row has some, or where nothing else can be read
        rivales = raccourcies if relevees.systematique or not entiere else []
        li.lectures = _distinctes(lecture for lectures in (entiere, *rivales) for lecture in lectures)
        if len(li.lectures) == 1 and juge.suffit(li.lectures[0]) and not _est_coupee(relevees, li):
            li.retenue = li.lectures[0]
    en_place = {li.ligne: juge.convient_en_place(li.champs) for li in lignes}
    recollees = [li for li in lignes if li.lectures and not en_place[li.ligne]]
    courtes = [li for li in lignes if len(li.champs) < largeur]
    _douter_des_justes(juge, relevees, [li for li in lignes if len(li.champs) >= largeur])
    if relevees.systematique and not recollees:  # a separator at the end of every row
        for li in lignes:
            li.retenue = _par_position(li.champs, relevees.places)
    # a tool that leaves the last empty cells out does it again and again, and no row of its has an empty end
    elif (
        len(courtes) >= _COURTES_PROBANTES
        and relevees.completes
        and not relevees.finit_vide
        and all(en_place[li.ligne] for li in courtes)
    ):
        for li in courtes:
            li.retenue = _par_position(li.champs, relevees.places)


def _douter_des_justes(juge: _Juge, relevees: Irregulieres, lignes: list[_Ligne]) -> None:
    """Rows that have the right number of cells by chance: a number cut in two, and an empty end left out.

    They are doubted where nothing else disproves it: other rows have cut numbers, and none has an empty end.
    """
    largeur = len(relevees.places)
    coupes = juge.a_des_nombres_recolles([li for li in lignes if len(li.champs) > largeur])
    for li in lignes:
        en_place = _par_position(li.champs, relevees.places)
        justes = [en_place] if len(li.champs) == largeur else li.lectures
        if coupes and _des_fins_manquent(relevees):
            allongees = [[*li.champs, *[""] * n] for n in range(1, juge.nombres + 1)]
            autres = (lecture for champs in allongees for lecture in juge.lectures(champs))
            justes = _distinctes(chain(justes, autres))
            li.lectures = justes
            li.retenue = justes[0] if len(justes) == 1 and juge.suffit(justes[0]) else None
        if len(li.champs) == largeur and len(justes) < 2:
            li.retenue = en_place


def _est_coupee(relevees: Irregulieres, li: _Ligne) -> bool:
    """Whether the file may stop in the middle of this line."""
    return li.ligne == relevees.inachevee and len(li.champs) < len(relevees.places)


def _des_fins_manquent(relevees: Irregulieres) -> bool:
    """Whether rows may have lost empty ends, and be as long as they should for numbers that commas cut."""
    return relevees.separateur == "," and not relevees.finit_vide


def _par_position(champs: Sequence[str], places: Sequence[str | None]) -> dict[str, str]:
    return {
        nom: texte for nom, texte in zip(places, champs, strict=False) if nom is not None and texte.strip()
    }


def _sans_la_fin_vide(champs: list[str], largeur: int) -> Iterator[list[str]]:
    """The row, and the row without one, two … of the empty cells that it has too many at its end."""
    yield champs
    while len(champs) > largeur and not champs[-1].strip():
        champs = champs[:-1]
        yield champs


def _distinctes(lectures: Iterator[dict[str, str]]) -> list[dict[str, str]]:
    vues: list[dict[str, str]] = []
    for lecture in lectures:
        if lecture not in vues:
            vues.append(lecture)
        if len(vues) > 1:
            break
    return vues


class _Juge:
    """Says which cells a column can read, each text asked once."""

    def __init__(
        self,
        colonnes: list[Colonne | None],
        relevees: Irregulieres,
        accord: Accord,
        lignes: Sequence[_Ligne],
    ) -> None:
        self._colonnes = colonnes
        self._separateur = relevees.separateur
        self.nombres = sum(c is not None and c.type in _NOMBRES for c in colonnes)
        # an end may be left out where numbers are cut: as many cells more
        absentes = self.nombres if _des_fins_manquent(relevees) else 0
        demandes: dict[int, set[str]] = {}
        for li in lignes:
            if abs(len(li.champs) - len(colonnes)) > _ECART_MAXIMAL:
                continue
            champs = [*li.champs, *[""] * (absentes if len(li.champs) >= len(colonnes) else 0)]
            for place, debut, nombre in self._cellules(champs):
                demandes.setdefault(place, set()).add(self._joindre(champs, debut, nombre))
        self._accords = {
            place: accord(colonne, sorted(textes))
            for place, textes in demandes.items()
            if (colonne := colonnes[place]) is not None
        }

    def _cellules(self, champs: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Place, first field and number of fields of every cell that a row may have.

        A row too long has one field at least for each cell, and shares out those it has too many; a row too short has one
        at most.
        """
        ecart = len(champs) - len(self._colonnes)
        for place in range(len(self._colonnes)):
            for debut in range(max(place + min(ecart, 0), 0), min(place + max(ecart, 0) + 1, len(champs))):
                for nombre in range(1, max(ecart - (debut - place), 0) + 2):
                    if nombre == 1 or self._se_recolle(place, champs[debut : debut + nombre]):
                        yield place, debut, nombre

    def _joindre(self, champs: Sequence[str], debut: int, nombre: int) -> str:
        return self._separateur.join(champs[debut : debut + nombre]).strip()

    def _se_recolle(self, place: int, morceaux: Sequence[str]) -> bool:
        """Whether these fields may be one cell that its separators cut."""
        colonne = self._colonnes[place]
        if colonne is None or colonne.type in _A_SEPARATEURS:
            # a code among empty cells is not one that separators cut
            return colonne is None or colonne.type == "texte" or all(m.strip() for m in morceaux)
        if colonne.type not in _NOMBRES or self._separateur != "," or len(morceaux) != 2:
            return False
        entier, decimales = (m.strip() for m in morceaux)
        return bool(_ENTIER.fullmatch(entier) and _DECIMALES.fullmatch(decimales))

    def _accepte(
        self, place: int, champs: Sequence[str], debut: int, nombre: int, en_place: bool = False
    ) -> bool:
        colonne = self._colonnes[place]
        if nombre == 0:  # any cell may be the one that was lost
            return colonne is None or not (en_place and colonne.valeur)
        if nombre > 1 and not self._se_recolle(place, champs[debut : debut + nombre]):
            return False
        return colonne is None or self._accords[place][self._joindre(champs, debut, nombre)]

    def a_des_nombres_recolles(self, lignes: Sequence[_Ligne]) -> bool:
        """Whether a decimal comma cut some number of these rows."""
        nombres = [c.nom for c in self._colonnes if c is not None and c.type in _NOMBRES]
        return any("," in li.retenue.get(n, "") for li in lignes if li.retenue for n in nombres)

    def suffit(self, lecture: Mapping[str, str]) -> bool:
        """Whether a reading has all the cells without which a row does not count, and no number of two readings."""
        colonnes = [c for c in self._colonnes if c is not None]
        nombres = [lecture.get(c.nom, "") for c in colonnes if c.type in _NOMBRES and self._separateur == ","]
        return all(c.nom in lecture for c in colonnes if c.valeur) and not any(
            map(_MILLIERS.fullmatch, nombres)
        )

    def convient_en_place(self, champs: Sequence[str]) -> bool:
        """Whether the row can be read by position: nothing beyond the header, nothing that must be there missing."""
        places = len(self._colonnes)
        return (
            abs(len(champs) - places) <= _ECART_MAXIMAL
            and not any(c.strip() for c in champs[places:])
            and all(self._accepte(p, champs, p, int(p < len(champs)), en_place=True) for p in range(places))
        )

    def lectures(self, champs: Sequence[str]) -> list[dict[str, str]]:
        """At most two readings of one row: the cells of the columns that are taken."""
        places, fin = len(self._colonnes), len(champs)
        ecart = fin - places
        if abs(ecart) > _ECART_MAXIMAL:
            return []

        @cache
        def suite(place: int, debut: int) -> tuple[tuple[tuple[str, str], ...], ...]:
            if place == places:
                return ((),) if debut == fin else ()
            # fields left for this cell once the others have one each; none is an option where cells are missing
            restent = (fin - debut) - (places - place - 1)
            nombres = range(1, restent + 1) if ecart >= 0 else range(int(place - debut >= -ecart), 2)
            trouvees: dict[tuple[tuple[str, str], ...], None] = {}
            for nombre in nombres:
                if debut + nombre > fin or not self._accepte(place, champs, debut, nombre):
                    continue
                texte = self._joindre(champs, debut, nombre)
                colonne = self._colonnes[place]
                cellule = ((colonne.nom, texte),) if colonne is not None and texte else ()
                trouvees |= {cellule + reste: None for reste in suite(place + 1, debut + nombre)}
            return tuple(trouvees)[:2]

        return [dict(lecture) for lecture in suite(0, 0)]


# --- what is said ------------------------------------------------------------------------------------------


def _signaler(
    table: Table, depot: int, relevees: Irregulieres, lignes: list[_Ligne], constats: Constats
) -> None:
    largeur = len(relevees.places)
    par_position = [li for li in lignes if li.retenue == _par_position(li.champs, relevees.places)]
    courtes = [li for li in par_position if len(li.champs) < largeur]
    if courtes:
        debut = "1 ligne a" if len(courtes) == 1 else f"{len(courtes)} lignes ont"
        detail = f"{debut} moins de cellules que l'en-tête, qui en a {largeur} : ce qui manque à la fin a été lu vide"
        constats.ajouter_un(
            depot, "alerte", "LIGNE_IRREGULIERE", table.entete, courtes[0].ligne, detail=detail
        )
    for li in lignes:
        comptes = f"La ligne a {len(li.champs)} cellules, l'en-tête en a {largeur}"
        if li.retenue is None:
            pourquoi = _pourquoi(relevees, li)
            constats.ajouter_un(
                depot, "rejet", "LIGNE_IRREGULIERE", table.entete, li.ligne, detail=f"{comptes} et {pourquoi}"
            )
        elif li not in par_position:
            for nom in _concernees(table, relevees, li):
                constats.ajouter_un(
                    depot,
                    "alerte",
                    "LIGNE_IRREGULIERE",
                    table.entete,
                    li.ligne,
                    colonne=nom,
                    detail=f"{comptes} : {_facon(relevees, li, nom)}",
                )


def _pourquoi(relevees: Irregulieres, li: _Ligne) -> str:
    """Why a row is set aside."""
    if _est_coupee(relevees, li):
        return "le fichier s'arrête au milieu de cette ligne"
    if len(li.lectures) > 1:
        return "elle peut se lire de plusieurs façons"
    return "aucune lecture ne convient à toutes les colonnes"


def _facon(relevees: Irregulieres, li: _Ligne, nom: str) -> str:
    """How a row was read, without its values: they may be personal."""
    if len(li.champs) < len(relevees.places):
        return f"la seule lecture possible laisse vide « {nom} »"
    separateur = _NOMS_DE_SEPARATEURS.get(relevees.separateur, relevees.separateur)
    return f"le séparateur « {separateur} » a été lu comme une partie de « {nom} »"


def _concernees(table: Table, relevees: Irregulieres, li: _Ligne) -> list[str]:
    """The headers of the cells that are missing, or that a separator had cut."""
    assert li.retenue is not None
    if len(li.champs) < len(relevees.places):
        noms = [n for n in relevees.places if n is not None and n not in li.retenue]
    else:
        noms = [n for n, texte in li.retenue.items() if relevees.separateur in texte]
    return [table.colonne(n).entete for n in noms]
