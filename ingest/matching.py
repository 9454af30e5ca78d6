"""Which layout a deposit follows, which sheet is which table, where its header is, who deposits and when."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from clauses.errors import DepotRefuse
from ingest import parsers
from ingest.layouts import Colonne, Layout, Table, normaliser
from ingest.reading import Classeur, Feuille, nom_de_table

LIGNES_D_EN_TETE = 30
_NOM_DE_DEPOT = re.compile(r"ABC_(.+?)_(\d{8})_(\d{8})_(\d{8})(?!\d)", re.IGNORECASE)
_TOTAL = r"(?i)^\s*(sous[- ]?)?tota(l|ux)\b"
_TOTAL_SEUL = r"(?i)^\s*(sous[- ]?)?tota(l|ux)( g[eé]n[eé]ra(l|ux))?\s*:?\s*$"
_PART_RECONNUE = 0.5  # share of the required columns that makes a flat sheet recognisable


@dataclass(frozen=True)
class Identite:
    """Who deposits and when."""

    structure_code: str
    nom_structure: str | None
    debut: dt.date
    fin: dt.date
    extraction: dt.date


@dataclass(frozen=True)
class TableBrute:
    """A table as text: `ligne`, one String column per known column found; rows read and ignored (empty, total)."""

    table: Table
    feuille: str
    donnees: pl.DataFrame
    lues: int
    ignorees: int
    ligne_entete: int
    colonnes_inconnues: list[str]


@dataclass
class DepotBrut:
    """A deposit whose layout, tables and identity are known; its cells are still text."""

    layout: Layout
    identite: Identite
    tables: dict[str, TableBrute]
    feuilles_inconnues: list[str] = field(default_factory=list)


def reconnaitre(classeur: Classeur, nom: str, layouts: Sequence[Layout], aujourd_hui: dt.date) -> DepotBrut:
    """Finds layout, tables, headers and identity. Raises DepotRefuse with the rule that is not met."""
    feuilles = _Feuilles(classeur)
    premiere = next((f for n in feuilles.noms if _remplie(f := feuilles.lire(n))), None)
    if premiere is None:
        raise DepotRefuse("ILLISIBLE", detail="le dépôt ne contient aucune cellule remplie")
    plat = _layout_plat([x for x in layouts if x.plat], premiere)
    if plat is not None:
        brute = _extraire(plat.tables[0], premiere)
        identite = _identifier(plat, None, nom, classeur.nom_interne, aujourd_hui)
        return DepotBrut(plat, identite, {} if brute is None else {plat.tables[0].nom: brute})
    layout, affectees = _meilleur_layout([x for x in layouts if not x.plat], feuilles)
    informations = _feuille_informations(layout, feuilles)
    try:
        tables = {
            t.nom: _extraire(t, feuilles.lire(affectees[t.nom])) for t in layout.tables if t.nom in affectees
        }
        _exiger_les_tables(layout, tables)
        identite = _identifier(layout, informations, nom, classeur.nom_interne, aujourd_hui)
    except DepotRefuse as refus:
        refus.structure_code = (
            _lire_informations(layout, informations).get("code_structure") if informations else None
        )
        raise
    connues = set(affectees.values()) | ({informations.nom} if informations else set())
    inconnues = [n for n in classeur.noms if n not in connues and _remplie(feuilles.lire(n))]
    return DepotBrut(layout, identite, {n: t for n, t in tables.items() if t is not None}, inconnues)


class _Feuilles:
    """Reads each sheet at most once, its cells stripped and empty text as null."""

    def __init__(self, classeur: Classeur) -> None:
        self._classeur = classeur
        self._lues: dict[str, Feuille] = {}
        self.noms = classeur.noms

    def lire(self, nom: str) -> Feuille:
        if nom not in self._lues:
            brute = self._classeur.lire(nom)
            textes = pl.selectors.string()
            cellules = brute.cellules.with_columns(textes.str.strip_chars("\ufeff\u200b").str.strip_chars())
            cellules = cellules.with_columns(pl.when(textes != "").then(textes).name.keep())
            self._lues[nom] = Feuille(nom, cellules)
        return self._lues[nom]


def _remplie(feuille: Feuille) -> bool:
    colonnes = feuille.cellules.get_columns()
    return any(c.null_count() < len(c) for c in colonnes if c.name != "ligne")


def _part_reconnue(table: Table, feuille: Feuille) -> float:
    """Share of the required columns of a table whose header the sheet has."""
    _, associees = _trouver_entete(table, feuille)
    requises = [c for c in table.colonnes if c.requise]
    return sum(c.nom in associees for c in requises) / max(len(requises), 1)


def _layout_plat(layouts: Sequence[Layout], feuille: Feuille) -> Layout | None:
    """The flat layout whose headers the sheet has most of, if it has enough of them."""
    parts = [_part_reconnue(layout.tables[0], feuille) for layout in layouts]
    if max(parts, default=0) < _PART_RECONNUE:
        return None
    return layouts[parts.index(max(parts))]


def _meilleur_layout(layouts: Sequence[Layout], feuilles: _Feuilles) -> tuple[Layout, dict[str, str]]:
    """The relational layout with most of its tables found, by sheet name first, by headers for those left.

    Of two that find as many tables, the one whose headers are found most.
    """
    meilleur: tuple[tuple[int, float], Layout, dict[str, str]] | None = None
    for layout in layouts:
        affectees: dict[str, str] = {}
        for table in layout.tables:
            noms = [normaliser(n) for n in table.noms()]
            candidates = [n for n in feuilles.noms if nom_de_table(n) in noms and n not in affectees.values()]
            if candidates:
                affectees[table.nom] = min(candidates, key=lambda n: noms.index(nom_de_table(n)))
        libres = [n for n in feuilles.noms if n not in affectees.values()]
        for table in (t for t in layout.tables if t.nom not in affectees):
            requises = {c.nom for c in table.colonnes if c.requise}
            for n in libres:
                if requises and requises <= set(_trouver_entete(table, feuilles.lire(n))[1]):
                    affectees[table.nom] = n
                    libres.remove(n)
                    break
        trouvees = (t for t in layout.tables if t.nom in affectees and len(layouts) > 1)
        score = (len(affectees), sum(_part_reconnue(t, feuilles.lire(affectees[t.nom])) for t in trouvees))
        if meilleur is None or score > meilleur[0]:
            meilleur = (score, layout, affectees)
    if meilleur is None or not meilleur[2]:
        vues = ", ".join(feuilles.noms[:8])
        raise DepotRefuse("FORMAT_INCONNU", detail=f"tables ou en-têtes vus : {vues}")
    return meilleur[1], meilleur[2]


def _exiger_les_tables(layout: Layout, tables: dict[str, TableBrute | None]) -> None:
    for table in layout.tables:
        if table.requise and tables.get(table.nom) is None:
            raise DepotRefuse("TABLE_MANQUANTE", table=table.entete, detail=table.entete)


# --- one table ---------------------------------------------------------------------------------------------


def _trouver_entete(table: Table, feuille: Feuille) -> tuple[int, dict[str, str]]:
    """Index of the header row among the first 30 and, for each column of the table found, its column in the sheet."""
    meilleur: tuple[int, dict[str, str]] = (0, {})
    for rang, cellules in enumerate(
        feuille.cellules.drop("ligne").head(LIGNES_D_EN_TETE).iter_rows(named=True)
    ):
        associees = _associer(table.colonnes, cellules)
        if len(associees) > len(meilleur[1]):
            meilleur = (rang, associees)
        if all(c.nom in associees for c in table.colonnes if c.requise):
            break
    return meilleur


def _associer(colonnes: Sequence[Colonne], cellules: dict[str, str | None]) -> dict[str, str]:
    """Each column's own header first, synonyms for those left; a cell serves once, the leftmost wins."""
    par_forme: dict[str, str] = {}
    for position, texte in cellules.items():
        if texte is not None:
            par_forme.setdefault(normaliser(texte), position)
    associees: dict[str, str] = {}
    propres = [(colonne.nom, (colonne.entete,)) for colonne in colonnes]
    autres = [(colonne.nom, colonne.synonymes) for colonne in colonnes]
    for nom, formes in [*propres, *autres]:
        trouvee = next((f for f in map(normaliser, formes) if f in par_forme), None)
        if nom not in associees and trouvee is not None:
            associees[nom] = par_forme.pop(trouvee)
    return associees


def _extraire(table: Table, feuille: Feuille) -> TableBrute | None:
    """Rows below the header, known columns only; None for an empty sheet. Raises DepotRefuse COLONNE_MANQUANTE."""
    if not _remplie(feuille):
        return None
    rang, associees = _trouver_entete(table, feuille)
    entetes = feuille.cellules.drop("ligne").row(rang, named=True)
    libres = [t for p, t in entetes.items() if t is not None and p not in associees.values()]
    manquantes = [c for c in table.colonnes if c.requise and c.nom not in associees]
    ligne_entete = int(feuille.cellules["ligne"][rang])
    if manquantes:
        # a row with one known header at most may be data, hence names: it is not quoted
        est_entete = len(associees) > 1
        raise _colonne_manquante(
            table, manquantes, libres if est_entete else [], ligne_entete if est_entete else None
        )
    lignes = feuille.cellules.slice(rang + 1)
    textes = lignes.drop("ligne")
    premiere = textes.select(pl.coalesce(pl.all()).alias("p"))["p"]
    vide = premiere.is_null()
    obligatoires = [associees[n] for n in table.valeurs_obligatoires if n in associees]
    requises = [associees[c.nom] for c in table.colonnes if c.requise and c.nom in associees]
    faux = pl.lit(False)
    total = textes.select(
        commence=premiere.str.contains(_TOTAL).fill_null(False),
        incomplete=pl.any_horizontal(pl.lit(not obligatoires), *(pl.col(p).is_null() for p in obligatoires)),
        # « Total » may stand in the only column that must be filled
        intitulee=pl.any_horizontal(
            faux, *(pl.col(p).str.contains(_TOTAL_SEUL).fill_null(False) for p in obligatoires)
        ),
        depouillee=pl.any_horizontal(faux, *(pl.col(p).is_null() for p in requises)),
    ).select((pl.col("commence") & pl.col("incomplete")) | (pl.col("intitulee") & pl.col("depouillee")))
    gardees = lignes.filter(~(vide | total.to_series()))
    return TableBrute(
        table=table,
        feuille=feuille.nom,
        donnees=gardees.select("ligne", *(pl.col(p).alias(n) for n, p in associees.items())),
        lues=lignes.height,
        ignorees=lignes.height - gardees.height,
        ligne_entete=ligne_entete,
        colonnes_inconnues=[" ".join(t.split()) for t in libres],
    )


def _colonne_manquante(
    table: Table, manquantes: list[Colonne], libres: list[str], ligne: int | None
) -> DepotRefuse:
    premiere = manquantes[0]
    proches = difflib.get_close_matches(
        normaliser(premiere.entete), {normaliser(t): t for t in libres}, n=1, cutoff=0.4
    )
    proche = next((t for t in libres if proches and normaliser(t) == proches[0]), None)
    detail = f" de la table {table.entete}"
    if proche is not None:
        detail += f" (en-tête le plus proche trouvé : « {' '.join(proche.split())} »)"
    if len(manquantes) > 1:
        detail += " ; manquent aussi : " + ", ".join(f"« {c.entete} »" for c in manquantes[1:])
    return DepotRefuse(
        "COLONNE_MANQUANTE",
        table=table.entete,
        ligne=ligne,
        colonne=premiere.entete,
        valeur=proche,
        detail=detail,
    )


# --- who and when ------------------------------------------------------------------------------------------


def _feuille_informations(layout: Layout, feuilles: _Feuilles) -> Feuille | None:
    if layout.informations is None:
        return None
    noms = {normaliser(n) for n in layout.informations.noms}
    return next((feuilles.lire(n) for n in feuilles.noms if nom_de_table(n) in noms), None)


def _identifier(
    layout: Layout, informations: Feuille | None, nom: str, nom_interne: str | None, aujourd_hui: dt.date
) -> Identite:
    """The Informations sheet says who and when; what it leaves out, the deposit's own name says."""
    dites = _lire_informations(layout, informations) if informations is not None else {}
    du_nom = _lire_nom(nom) or (_lire_nom(nom_interne) if nom_interne else None) or {}
    libelles = {
        "code_structure": "le code de la structure",
        "debut": "le début de période",
        "fin": "la fin de période",
        "extraction": "la date d'extraction",
    }
    retenues = {cle: dites.get(cle) or du_nom.get(cle) for cle in libelles}
    absentes = [libelle for cle, libelle in libelles.items() if not retenues[cle]]
    if absentes:
        raise DepotRefuse("IDENTITE_MANQUANTE", detail=f"Le dépôt ne dit pas {', '.join(absentes)}.")
    textes = pl.Series("t", [retenues[cle] for cle in ("debut", "fin", "extraction")], dtype=pl.String)
    debut, fin, extraction = parsers.lire_dates(textes).to_list()
    for libelle, texte, date in zip(
        list(libelles.values())[1:], textes, (debut, fin, extraction), strict=True
    ):
        if date is None:
            raise DepotRefuse(
                "IDENTITE_MANQUANTE",
                valeur=texte,
                detail=f"La date « {texte} » pour {libelle} n'est pas lisible.",
            )
    if fin < debut:
        raise DepotRefuse(
            "PERIODE_INVALIDE",
            valeur=f"{fin:%d/%m/%Y}",
            detail=f"le {fin:%d/%m/%Y} pour un début le {debut:%d/%m/%Y}",
        )
    if extraction < debut or extraction > aujourd_hui:
        pourquoi = (
            "dans le futur"
            if extraction > aujourd_hui
            else f"antérieure au début de la période ({debut:%d/%m/%Y})"
        )
        raise DepotRefuse("EXTRACTION_INVALIDE", valeur=f"{extraction:%d/%m/%Y}", detail=pourquoi)
    return Identite(str(retenues["code_structure"]), dites.get("nom_structure"), debut, fin, extraction)


def _lire_informations(layout: Layout, feuille: Feuille) -> dict[str, str]:
    assert layout.informations is not None
    lues: dict[str, str] = {}
    for cellules in feuille.cellules.drop("ligne").iter_rows():
        remplies = [" ".join(c.split()) for c in cellules if c is not None]
        if len(remplies) < 2:
            continue
        forme = normaliser(remplies[0])
        for cle, formes in layout.informations.cles.items():
            if forme in formes:
                lues.setdefault(cle, remplies[1])
    return lues


def structure_du_nom(nom: str) -> str | None:
    """The structure a deposit's own name speaks of, even when the deposit cannot be read."""
    lu = _lire_nom(nom)
    return lu["code_structure"] if lu else None


def _lire_nom(nom: str) -> dict[str, str] | None:
    trouve = _NOM_DE_DEPOT.search(nom)
    if trouve is None:
        return None
    dates = [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in trouve.groups()[1:]]
    return dict(zip(("code_structure", "debut", "fin", "extraction"), (trouve[1], *dates), strict=True))
