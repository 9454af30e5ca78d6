"""Typing cells: each column once, over all the deposits of a refresh, on its distinct values; findings on the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from ingest import cellules, conventions, dates, nombres, parsers
from ingest.codes import Codes, forme_normale
from ingest.findings import Constats
from ingest.layouts import Colonne, Table
from ingest.names import MASQUE, Noms, tiennent_un_nom
from ingest.nettoyage import nettoyer_serie
from ingest.references import Territoires
from ingest.referentiels import REGLE_HORS_LISTE, communes, metiers, quartiers
from ingest.tables import ECARTEE

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

_FUSEAU = (
    "des dates portent l'heure d'un autre fuseau, le soir de la veille : elles sont lues au jour suivant"
)
# What no code is: a mail, a telephone, a social security number, a whole date (a birth date in the next column).
_DONNEE_PERSONNELLE = (
    r"\S@\S+\.\w|(?:\+33 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b"
    r"|\b[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3}(?: ?\d{2})?\b"
    r"|^(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2})(?: 00:00(?::00)?)?$"
)
_SEPARATEURS = re.compile(r"[;,\t|]")
_TYPES_DE_CODES = frozenset({"nomenclature", "liste", "commune", "qpv", "oui_non", "rome"})


@dataclass(frozen=True)
class Contexte:
    """What typing needs besides the cells. `noms`: the names written in each deposit; `ordres`: table → of its dates."""

    codes: Codes
    territoires: Territoires
    aujourd_hui: dt.date
    noms: Noms
    ordres: Mapping[str, conventions.Ordres] = field(default_factory=dict)


def typer_table(table: Table, brute: pl.DataFrame, contexte: Contexte, constats: Constats) -> pl.DataFrame:
    """Typed rows of one table over all deposits: depot, ligne, the columns of brut/ (names still there), `rejet`.

    `brute`: depot, ligne and one String column per declared column, null when empty or absent; ECARTEE where some slipped.
    `rejet` is true for rows that cannot be counted at all; each has its finding.
    """
    lieux = brute.select("depot", "ligne")
    douteuses = brute.get_column(ECARTEE, default=pl.repeat(None, brute.height, dtype=pl.Boolean, eager=True))
    ecartee = douteuses.fill_null(False)  # each has its finding already
    rejet = ecartee.alias("rejet")
    sorties: list[pl.Series] = []
    for colonne in table.colonnes:
        lues = _par_valeur_distincte(colonne, contexte, brute[colonne.nom])
        textes = lues["texte"]
        lues, ambigues = _trancher(table, colonne, contexte, lieux, lues, constats)
        if colonne.valeur and textes.has_nulls():
            vide = textes.is_null() & ~ecartee
            constats.ajouter(
                "rejet", "VALEUR_MANQUANTE", table.entete, lieux.filter(vide), colonne=colonne.entete
            )
            rejet = rejet | vide
        if "illisible" in lues.columns:
            rejet = rejet | _signaler_l_illisible(table, colonne, lieux, lues, constats)
        if colonne.nomenclature is not None:
            partielle = lues["valide"].fill_null(False) & _en_plus_d_une_forme(colonne, textes, contexte)
            cachee = _a_cacher(colonne, brute["depot"], textes, partielle, contexte)
            textes = textes.set(cachee, MASQUE)
        if not lues["valide"].all():
            refusee = lues["valide"].not_().fill_null(False)
            masquee = _a_cacher(colonne, brute["depot"], textes, refusee, contexte)
            masquee = masquee | (refusee & douteuses.is_not_null())
            textes = textes.set(masquee, MASQUE)
            vue = lieux.with_columns(brut=textes, entier=textes)
            if "valeur_vue" in lues.columns:
                vue = vue.with_columns(brut=lues["valeur_vue"].fill_null(textes).set(masquee, MASQUE))
            if ambigues is not None:
                vue = vue.with_columns(ambigue=ambigues)
            if "dit" in lues.columns:
                vue = vue.with_columns(lues["dit"])
            if _signaler(table, colonne, vue.filter(refusee), constats):
                rejet = rejet | refusee
            elif ambigues is not None and colonne.type == "heures":  # a row is not counted by half
                rejet = rejet | (refusee & ambigues.is_not_null())
        sorties += _colonnes_de_sortie(colonne, textes, lues)
    return lieux.hstack([rejet, *sorties])


def _en_plus_d_une_forme(colonne: Colonne, textes: pl.Series, contexte: Contexte) -> pl.Series:
    """True where a text is read as a code without being one of its known forms: something else is kept with it."""
    formes = contexte.codes.formes.get(str(colonne.nomenclature), {})
    distincts = textes.drop_nulls().unique()
    autres = distincts.filter(
        pl.Series([forme_normale(t) not in formes for t in distincts.to_list()], dtype=pl.Boolean)
    )
    return textes.is_in(autres.implode()).fill_null(False)


def _a_cacher(
    colonne: Colonne, depots: pl.Series, textes: pl.Series, douteux: pl.Series, contexte: Contexte
) -> pl.Series:
    """True where such a cell (unreadable, or read in part) holds what is personal: columns slip, names must not stay."""
    rien = pl.repeat(False, len(textes), dtype=pl.Boolean, eager=True)
    rangs = douteux.arg_true()
    if rangs.is_empty():
        return rien
    lus = textes.gather(rangs)
    formes = contexte.codes.formes.get(colonne.nomenclature or "", {})
    ordinaires = {mot.upper() for forme in formes for mot in forme.split()}
    personnels = tiennent_un_nom(depots.gather(rangs), lus, contexte.noms, ordinaires)
    if colonne.type in _TYPES_DE_CODES:
        personnels = personnels | lus.str.contains(_DONNEE_PERSONNELLE).fill_null(False)
    return rien.scatter(rangs, personnels)


def _par_valeur_distincte(colonne: Colonne, contexte: Contexte, textes: pl.Series) -> pl.DataFrame:
    """Cleans and reads each distinct text once; gives every row `texte` (cleaned) and its reading, null for empty cells.

    Where a cell could not be read, `illisible` is the rule that says so.
    """
    cles = textes.to_frame("_cle")
    distinctes = textes.drop_nulls().unique()
    texte = cellules.formules_nommees(nettoyer_serie(distinctes)).alias("texte")
    propres = pl.DataFrame([distinctes.alias("_cle"), texte]).drop_nulls("texte")
    exactement = colonne.type == "identite"
    marques = propres.select(
        vide=cellules.est_vide(pl.col("texte"), exactement),
        illisible=cellules.regle_de_l_illisible(pl.col("texte")),
    )
    if marques["vide"].any():
        gardees = ~_sans_valeur(colonne, contexte, propres["texte"], marques["vide"])
        propres, marques = propres.filter(gardees), marques.filter(gardees)
    if marques["illisible"].null_count() == propres.height:
        lues = propres.hstack(_lire(colonne, contexte, propres["texte"]))
    else:
        propres = propres.hstack([marques["illisible"]])
        lisibles = propres.filter(pl.col("illisible").is_null())
        lues = lisibles.hstack(_lire(colonne, contexte, lisibles["texte"]))
        autres = propres.filter(pl.col("illisible").is_not_null())
        if colonne.type == "nomenclature":  # not what an empty cell means
            autres = autres.with_columns(valeur=pl.lit(colonne.inconnu))
        lues = pl.concat([lues, autres], how="diagonal_relaxed")
    return cles.join(lues, on="_cle", how="left", maintain_order="left")


def _sans_valeur(colonne: Colonne, contexte: Contexte, textes: pl.Series, vides: pl.Series) -> pl.Series:
    """True for what is written for nothing (`vides`), unless the nomenclature of the column knows it."""
    if not colonne.nomenclature:
        return vides
    inconnues = contexte.codes.lire(colonne.nomenclature, textes.filter(vides)).is_null()
    return vides.scatter(vides.arg_true(), inconnues)


def _signaler_l_illisible(
    table: Table, colonne: Colonne, lieux: pl.DataFrame, lues: pl.DataFrame, constats: Constats
) -> pl.Series:
    """Reports cells in error and formulas without a value; true where their rows are rejected."""
    # a row whose key or hours cannot be read would be counted as another
    decisive = (
        colonne.valeur
        or colonne.s_ajoute
        or colonne.type == "mois"
        or (colonne.type == "code" and colonne.nom in table.cle)
    )
    illisibles = lieux.with_columns(lues["illisible"], lues["texte"]).drop_nulls("illisible")
    for (regle,), lignes in illisibles.group_by("illisible", maintain_order=True):
        constats.ajouter(
            "rejet" if decisive else "alerte",
            str(regle),
            table.entete,
            lignes,
            colonne=colonne.entete,
            valeur=pl.col("texte"),
        )
    return lues["illisible"].is_not_null() & decisive


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
            return communes(textes, contexte.territoires)
        case "rome":
            return metiers(textes, contexte.codes)
        case "qpv":
            return quartiers(textes, contexte.territoires)
        case "date" | "mois" | "naissance":
            return _avec_la_veille(colonne, textes, _valides(_lecteur_de_jours(colonne, contexte)(textes)))
        case "texte" | "code" | "identite":
            return pl.DataFrame(
                {"valeur": textes, "valide": pl.Series([True] * len(textes), dtype=pl.Boolean)}
            )
    simples: dict[str, Callable[[pl.Series], pl.Series]] = {
        "nombre": nombres.lire_quantites,
        "heures": nombres.lire_heures,
        "pourcentage": nombres.lire_pourcentages,
        "horizon": parsers.lire_horizons,
        "oui_non": parsers.lire_oui_non,
    }
    return _valides(simples[colonne.type](textes))


def _valides(valeurs: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"valeur": valeurs, "valide": valeurs.is_not_null()})


def _lecteur_de_jours(colonne: Colonne, contexte: Contexte) -> Callable[..., pl.Series]:
    match colonne.type:
        case "mois":
            return dates.lire_mois_d_une_colonne
        case "naissance":
            return partial(dates.lire_naissances, au_plus_tard=contexte.aujourd_hui)
    return partial(dates.lire_dates, fin=colonne.fin_de is not None)


def _avec_la_veille(colonne: Colonne, textes: pl.Series, lues: pl.DataFrame) -> pl.DataFrame:
    """With `veille`, true for a date read as the next day, where there is one."""
    veille = dates.sont_de_la_veille(textes, colonne.fin_de is not None) & lues["valide"]
    return lues.with_columns(veille=veille) if veille.any() else lues


def _trancher(
    table: Table,
    colonne: Colonne,
    contexte: Contexte,
    lieux: pl.DataFrame,
    lues: pl.DataFrame,
    constats: Constats,
) -> tuple[pl.DataFrame, pl.Series | None]:
    """Reads what the column tells of its doubtful texts, and says how; second, why those left have two readings."""
    tranchees = None
    ordres = contexte.ordres.get(table.nom, {})
    if not lues["valide"].all() or (ordres and colonne.est_un_jour):
        questions = conventions.questions_de(colonne.type, _lecteur_de_jours(colonne, contexte))
        non_lus = lues["valide"].not_().fill_null(False)
        tranchees = conventions.trancher(
            questions,
            lieux["depot"],
            lues["texte"],
            non_lus,
            lues["valeur"].clear(lues.height),
            ordres,
        )
    if tranchees is not None:
        lues = lues.with_columns(
            valeur=lues["valeur"].zip_with(~tranchees.lues, tranchees.valeurs),
            valide=lues["valide"] | tranchees.lues,
        )
        _dire(table, colonne, lieux, lues["texte"], tranchees.dites, constats)
    if "veille" in lues.columns:
        dites = pl.select(pl.when(lues["veille"].fill_null(False)).then(pl.lit(_FUSEAU))).to_series()
        _dire(table, colonne, lieux, lues["texte"], dites, constats)
    return lues, tranchees.ambigues if tranchees is not None else None


def _dire(
    table: Table,
    colonne: Colonne,
    lieux: pl.DataFrame,
    textes: pl.Series,
    dites: pl.Series,
    constats: Constats,
) -> None:
    """One finding per deposit for a reading that holds for a whole column, at its first line."""
    interpretees = lieux.with_columns(brut=textes, dit=dites).filter(dites.is_not_null())
    lignes = interpretees.group_by("depot", "dit", maintain_order=True).agg(
        pl.col("ligne", "brut").sort_by("ligne").first(), lignes=pl.len()
    )
    exemple = pl.lit("") if colonne.personnelle else pl.format(", par exemple « {} »", pl.col("brut"))
    nombre = pl.when(pl.col("lignes") > 1).then(pl.format("{} lignes", "lignes")).otherwise(pl.lit("1 ligne"))
    constats.ajouter(
        "alerte",
        "ECRITURE_INTERPRETEE",
        table.entete,
        lignes,
        colonne=colonne.entete,
        valeur=pl.col("brut"),
        detail=pl.format("{} ({}{})", "dit", nombre, exemple),
        montrer=not colonne.personnelle,
    )


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
        gravite = "rejet" if colonne.valeur or colonne.s_ajoute else "alerte"
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
    dites = {"ambigue": "ECRITURE_AMBIGUE", "dit": REGLE_HORS_LISTE.get(colonne.type, regle)}
    autres = {nom: code for nom, code in dites.items() if nom in lignes.columns}
    sans_mot = pl.all_horizontal(pl.lit(True), *(pl.col(nom).is_null() for nom in autres))
    for code, concernees, dit in (
        *((code, lignes.filter(pl.col(nom).is_not_null()), pl.col(nom)) for nom, code in autres.items()),
        (regle, lignes.filter(sans_mot), pl.lit(detail)),
    ):
        constats.ajouter(
            "rejet" if code == "ECRITURE_AMBIGUE" and colonne.type == "heures" else gravite,
            code,
            table.entete,
            concernees,
            colonne=colonne.entete,
            valeur=pl.col("brut"),
            detail=dit,
            montrer=montrer,
        )
    return gravite == "rejet"


def se_lisent(contexte: Contexte, colonne: Colonne, textes: Sequence[str]) -> dict[str, bool]:
    """Whether each text is one that the column reads; a number of the right shape counts, known or not."""
    lues = _par_valeur_distincte(colonne, contexte, pl.Series(textes, dtype=pl.String))
    valide = lues["valide"].fill_null(not colonne.valeur)  # an empty cell
    if colonne.type in ("siret", "commune"):
        valide = valide | lues["valeur"].is_not_null()
    reponses = dict(zip(textes, valide, strict=True))
    if colonne.type == "nomenclature":
        # articles of law are found inside any text: between separators, each part must be one
        connues = contexte.codes.formes.get(str(colonne.nomenclature), {})
        parties = {t: [p for p in _SEPARATEURS.split(t) if p.strip()] for t, ok in reponses.items() if ok}
        a_voir = {t: p for t, p in parties.items() if len(p) > 1 and forme_normale(t) not in connues}
        if a_voir:
            vues = se_lisent(contexte, colonne, sorted({p for ps in a_voir.values() for p in ps}))
            reponses |= {t: all(vues[p] for p in ps) for t, ps in a_voir.items()}
    return reponses
