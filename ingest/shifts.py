"""Rows of persons whose cells slipped by a column: names stand where codes are read, and what is read right is chance.

Known by what stands out of its place: a date in a cell that holds none while the birth date's holds something else, a sex
under the birth date, a commune under the sex.
"""

from __future__ import annotations

import polars as pl

from ingest.codes import Codes
from ingest.findings import Constats
from ingest.layouts import Table
from ingest.names import PERSONNES
from ingest.parsers import lire_communes
from ingest.references import Territoires
from ingest.tables import ECARTEE

_NUMERO, _SEXE = "numero_beneficiaire", "sexe"
_UNE_DATE = r"^\s*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:[ T].*)?$"
_SANS_DATE = frozenset({"identite", "nomenclature", "liste", "commune", "qpv", "oui_non"})
_UN_NOM = r"^\p{L}[\p{L}\s.'’-]*\p{L}$"


def ecarter_les_decalages(
    table: Table, brute: pl.DataFrame, codes: Codes, territoires: Territoires, constats: Constats
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of text of a table, and what may be names in those that slipped (depot, nom, prenom).

    Such a row loses what describes the person, and counts by its number alone; without a number, it is set aside.
    """
    naissance = next((c for c in table.colonnes if c.type == "naissance"), None)
    if naissance is None:
        return brute, PERSONNES
    # a date where it belongs: most rows, and nothing else is asked of them
    douteuses = brute.filter(~pl.col(naissance.nom).str.contains(_UNE_DATE).fill_null(False))
    decalees = douteuses.filter(_ont_glisse(table, douteuses, naissance.nom, codes, territoires))
    if decalees.is_empty():
        return brute, PERSONNES
    sans_numero = ~pl.col(_NUMERO).str.contains(r"\d").fill_null(False)
    for gravite, lesquelles in (("rejet", sans_numero), ("alerte", ~sans_numero)):
        lignes = decalees.filter(lesquelles)
        constats.ajouter(gravite, "LIGNE_DECALEE", table.entete, lignes, colonne=naissance.entete)
    cles = ["depot", "ligne"]
    marquees = brute.join(
        decalees.select(*cles, _glissee=sans_numero), on=cles, how="left", maintain_order="left"
    )
    decrit = [
        c.nom
        for c in table.colonnes
        if c.nom != _NUMERO
        and (c.groupe == "beneficiaire" or c.type in ("identite", "naissance") or table.cle == (_NUMERO,))
    ]
    deja = pl.col(ECARTEE) if ECARTEE in brute.columns else pl.lit(None)
    videes = marquees.with_columns(
        pl.when(pl.col("_glissee").is_null()).then(pl.col(decrit)),
        pl.coalesce("_glissee", deja).alias(ECARTEE),
    ).drop("_glissee")
    return videes, _noms_possibles(
        decalees,
        [_NUMERO, naissance.nom, _SEXE, *(c.nom for c in table.colonnes if c.type == "identite")],
        codes,
    )


def _ont_glisse(
    table: Table, lignes: pl.DataFrame, naissance: str, codes: Codes, territoires: Territoires
) -> pl.Series:
    sans_date = [_NUMERO, *(c.nom for c in table.colonnes if c.type in _SANS_DATE)]
    date_ailleurs = lignes.select(
        pl.any_horizontal(pl.col(sans_date).str.contains(_UNE_DATE).fill_null(False))
    )
    sexe_a_la_naissance = codes.lire("sexe", lignes[naissance].fill_null("")).is_not_null()
    connues = list(territoires.communes)
    commune_au_sexe = lire_communes(lignes[_SEXE]).is_in(connues).fill_null(False)
    return date_ailleurs.to_series() | sexe_a_la_naissance | commune_au_sexe


def _noms_possibles(decalees: pl.DataFrame, colonnes: list[str], codes: Codes) -> pl.DataFrame:
    cellules = decalees.unpivot(colonnes, index="depot", value_name="cellule").filter(
        pl.col("cellule").str.contains(_UN_NOM).fill_null(False)
    )
    noms = cellules.filter(codes.lire("sexe", cellules["cellule"]).is_null())
    return noms.select("depot", nom="cellule", prenom=pl.lit(None, dtype=pl.String)).unique()
