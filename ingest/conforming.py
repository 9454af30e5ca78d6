"""Typing cells: each column once, over all the deposits of a refresh, on its distinct values; findings on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from ingest import parsers
from ingest.codes import Codes
from ingest.findings import Constats
from ingest.identity import normaliser_nom
from ingest.layouts import Colonne, Table
from ingest.references import Territoires

_ATTENDU = {
    "nombre": "un nombre, par exemple 1234,50",
    "heures": "un nombre d'heures, par exemple 26,75",
    "pourcentage": "un pourcentage, par exemple 12,5",
    "horizon": "6, 12, 18 ou 24",
}
_REGLE_ILLISIBLE = {
    "date": "DATE_ILLISIBLE",
    "mois": "MOIS_ILLISIBLE",
    "nombre": "NOMBRE_ILLISIBLE",
    "heures": "NOMBRE_ILLISIBLE",
    "pourcentage": "NOMBRE_ILLISIBLE",
    "horizon": "NOMBRE_ILLISIBLE",
}
_REGLE_INCONNU = {
    "siret": "SIRET_INVALIDE",
    "commune": "COMMUNE_INCONNUE",
    "qpv": "QPV_INCONNU",
    "oui_non": "CODE_INCONNU",
    "rome": "CODE_INCONNU",
    "territoires": "CODE_INCONNU",
}


MASQUE = "(valeur masquée)"
# What no code is: a mail, a telephone, a social security number, a whole date (a birth date in the next column).
_DONNEE_PERSONNELLE = (
    r"\S@\S+\.\w|(?:\+33 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b"
    r"|\b[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3}(?: ?\d{2})?\b"
    r"|^(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2})(?: 00:00(?::00)?)?$"
)
_TYPES_DE_CODES = frozenset({"nomenclature", "liste", "commune", "qpv", "oui_non", "rome"})


@dataclass(frozen=True)
class Contexte:
    """What typing needs besides the cells. `noms`: depot, forme — the names written in each deposit."""

    codes: Codes
    territoires: Territoires
    aujourd_hui: dt.date
    noms: pl.DataFrame


def typer_table(table: Table, brute: pl.DataFrame, contexte: Contexte, constats: Constats) -> pl.DataFrame:
    """Typed rows of one table over all deposits: depot, ligne, the columns of brut/ (names still there), `rejet`.

    `brute`: depot, ligne and one String column per declared column, null when empty or absent.
    `rejet` is true for rows that cannot be counted at all; each has its finding.
    """
    lieux = brute.select("depot", "ligne")
    rejet = pl.repeat(False, brute.height, dtype=pl.Boolean, eager=True).alias("rejet")
    sorties: list[pl.Series] = []
    for colonne in table.colonnes:
        lues = _par_valeur_distincte(brute[colonne.nom], partial(_lire, colonne, contexte))
        textes = lues["texte"]
        if colonne.valeur and textes.has_nulls():
            vide = textes.is_null()
            constats.ajouter(
                "rejet", "VALEUR_MANQUANTE", table.entete, lieux.filter(vide), colonne=colonne.entete
            )
            rejet = rejet | vide
        if not lues["valide"].all():
            refusee = lues["valide"].not_().fill_null(False)
            masquee = _sont_des_noms(brute["depot"], textes, refusee, contexte.noms)
            if colonne.type in _TYPES_DE_CODES:
                masquee = masquee | (refusee & textes.str.contains(_DONNEE_PERSONNELLE).fill_null(False))
            textes = textes.set(masquee, MASQUE)
            vue = lieux.with_columns(brut=textes, entier=textes)
            if "valeur_vue" in lues.columns:
                vue = vue.with_columns(brut=lues["valeur_vue"].fill_null(textes).set(masquee, MASQUE))
            if _signaler(table, colonne, vue.filter(refusee), constats):
                rejet = rejet | refusee
        sorties += _colonnes_de_sortie(colonne, textes, lues)
    return lieux.hstack([rejet, *sorties])


def _sont_des_noms(depots: pl.Series, textes: pl.Series, refusee: pl.Series, noms: pl.DataFrame) -> pl.Series:
    """True where an unreadable cell holds a name of its own deposit: columns slip, and names must not be kept."""
    if noms.is_empty():
        return pl.repeat(False, len(textes), dtype=pl.Boolean, eager=True)
    morceaux = pl.col("texte").str.replace_all(r"[/,;]", "+").str.split("+")
    formes = (
        pl.DataFrame({"depot": depots, "texte": textes})
        .with_row_index("rang")
        .filter(refusee)
        .with_columns(forme=morceaux)
        .explode("forme")
        .with_columns(forme=normaliser_nom(pl.col("forme")))
    )
    rangs = formes.join(noms, on=["depot", "forme"], how="semi")["rang"]
    return pl.int_range(len(textes), dtype=pl.UInt32, eager=True).is_in(rangs.implode())


def _par_valeur_distincte(textes: pl.Series, lire: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Cleans and reads each distinct text once; gives every row `texte` (cleaned) and its reading, null for empty cells."""
    cles = textes.to_frame("_cle")
    distinctes = cles.lazy().unique().with_columns(texte=parsers.nettoyer(pl.col("_cle")))
    propres = distinctes.drop_nulls("texte").collect()
    lues = propres.hstack(lire(propres["texte"]))
    return cles.join(lues, on="_cle", how="left", maintain_order="left")


def _lire(colonne: Colonne, contexte: Contexte, textes: pl.Series) -> pl.DataFrame:
    """Reads distinct texts by the column's type → `valeur` (and others by type) and `valide`."""
    match colonne.type:
        case "nomenclature":
            codes = contexte.codes.lire(str(colonne.nomenclature), textes)
            lues = pl.DataFrame({"valeur": codes, "valide": codes.is_not_null()})
            if colonne.nomenclature == "base_juridique":
                lues = lues.with_columns(generation=contexte.codes.lire_generations(textes))
            return lues.with_columns(pl.col("valeur").fill_null(colonne.inconnu))
        case "liste":
            codes_lus = pl.col("codes")
            return contexte.codes.lire_liste(str(colonne.nomenclature), textes).select(
                valeur=codes_lus.list.first() if colonne.principale else _joindre(codes_lus),
                reste=_joindre(codes_lus.list.slice(1)),
                valide=pl.col("inconnues").is_null(),
                valeur_vue=pl.col("inconnues"),
            )
        case "siret":
            return parsers.lire_sirets(textes)
        case "territoires":
            return parsers.lire_territoires(textes, contexte.territoires.zones)
        case "commune":
            codes = parsers.lire_communes(textes)
            connues = [c in contexte.territoires.communes for c in codes]
            return pl.DataFrame({"valeur": codes, "valide": pl.Series(connues, dtype=pl.Boolean)})
        case "rome":
            codes = parsers.lire_codes_rome(textes)
            return _valides(codes.set(~codes.is_in(list(contexte.codes.metiers)), None))
        case "naissance":
            return _valides(parsers.lire_naissances(textes, contexte.aujourd_hui))
        case "texte" | "code" | "identite":
            return pl.DataFrame(
                {"valeur": textes, "valide": pl.Series([True] * len(textes), dtype=pl.Boolean)}
            )
    simples: dict[str, Callable[[pl.Series], pl.Series]] = {
        "date": parsers.lire_dates,
        "mois": parsers.lire_mois,
        "nombre": parsers.lire_nombres,
        "heures": parsers.lire_heures,
        "pourcentage": parsers.lire_nombres,
        "horizon": parsers.lire_horizons,
        "oui_non": parsers.lire_oui_non,
        "qpv": parsers.lire_codes_qpv,
    }
    return _valides(simples[colonne.type](textes))


def _valides(valeurs: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"valeur": valeurs, "valide": valeurs.is_not_null()})


def _colonnes_de_sortie(colonne: Colonne, textes: pl.Series, lues: pl.DataFrame) -> list[pl.Series]:
    nom, valeurs = colonne.nom, lues["valeur"]
    brut = textes.alias(f"{nom}_brut")
    if colonne.type == "nomenclature":
        codes = valeurs.fill_null(colonne.vide) if colonne.vide else valeurs
        generations = [lues["generation"].alias(f"{nom}_generation")] if "generation" in lues.columns else []
        return [codes.alias(nom), brut, *generations]
    if colonne.type == "liste":
        if colonne.principale:
            principale = valeurs.fill_null("ND").alias(colonne.principale)
            return [principale, lues["reste"].alias(str(colonne.reste)), brut]
        return [valeurs.alias(nom), brut]
    return [valeurs.alias(nom)]


def _joindre(codes: pl.Expr) -> pl.Expr:
    joints = codes.list.eval(pl.element().filter(pl.element() != "ND")).list.join(";")
    return pl.when(joints != "").then(joints)


def _signaler(table: Table, colonne: Colonne, lignes: pl.DataFrame, constats: Constats) -> bool:
    """Reports unreadable cells; true when their rows are rejected."""
    if colonne.type == "naissance":
        return False  # reported with the other reasons for an unusable birth date, once ages are known
    montrer = not colonne.personnelle
    if colonne.type in _REGLE_ILLISIBLE:
        gravite = "rejet" if colonne.valeur else "alerte"
        regle = _REGLE_ILLISIBLE[colonne.type]
        if regle == "MOIS_ILLISIBLE":
            gravite = "rejet"
        detail = _ATTENDU.get(colonne.type, "")
    else:
        gravite, regle = "alerte", _REGLE_INCONNU.get(colonne.type, "CODE_INCONNU")
        detail = colonne.inconnu if colonne.type in ("nomenclature", "liste", "rome") else "non renseigné"
    if colonne.nomenclature is not None:
        montrables = lignes.filter(pl.col("brut") != MASQUE)
        lieu = (table.entete, colonne.entete)
        constats.noter_formes(colonne.nomenclature, *lieu, montrables, pl.col("brut"))
        if colonne.type == "liste":
            constats.noter_formes(f"{colonne.nomenclature}:liste", *lieu, montrables, pl.col("entier"))
    constats.ajouter(
        gravite,
        regle,
        table.entete,
        lignes,
        colonne=colonne.entete,
        valeur=pl.col("brut"),
        detail=detail,
        montrer=montrer,
    )
    return gravite == "rejet"
