"""From candidates to conformed deposits: reads each file once, then types every column once over all of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from clauses.socle.errors import DepotRefuse, Provenance
from ingest import rules
from ingest.assemblage import Assemblage
from ingest.codes import Codes
from ingest.conforming import Contexte, se_lisent, typer_table
from ingest.conventions import ordres_des_dates
from ingest.discovery import Candidat
from ingest.extraction import DepotBrut
from ingest.findings import CAUSES, SEUILS, Constats, Remarque
from ingest.irregularites import reparer
from ingest.layouts import Layout, normaliser
from ingest.matching import reconnaitre
from ingest.names import MASQUE, PERSONNES, Noms, cacher_les_noms, noms_ecrits, tiennent_un_nom
from ingest.provenance import Identite, provenance
from ingest.reading import ouvrir
from ingest.references import RAPPROCHEMENTS, Territoires, charger_territoires, schemas_bruts
from ingest.shifts import ecarter_les_decalages

COMPTES = {
    "depot": pl.Int32,
    "table": pl.String,
    "lues": pl.Int64,
    "chargees": pl.Int64,
    "rejetees": pl.Int64,
    "doublons": pl.Int64,
    "ignorees": pl.Int64,
}


@dataclass
class Lot:
    """What a refresh read. Deposits are named by their rank in the list of candidates.

    `identites` and `layouts`: of deposits that could be recognised; `provenances`: what could be read of those refused
    before that (`layouts` too). `refus`: rank → rule and message.
    `tables`: name in brut/ → conformed rows that count, with `depot` in front. `comptes`: rows per table, COMPTES.
    """

    identites: dict[int, Identite] = field(default_factory=dict)
    layouts: dict[int, str] = field(default_factory=dict)
    provenances: dict[int, Provenance] = field(default_factory=dict)
    refus: dict[int, tuple[str, str]] = field(default_factory=dict)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    comptes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COMPTES))
    constats: Constats = field(default_factory=Constats)

    def refuser(self, depot: int, erreur: DepotRefuse) -> None:
        """Refuses a deposit and takes its rows out; its other findings stay, to be sent back."""
        message = self.constats.ajouter_un(
            depot,
            "refus",
            erreur.regle,
            erreur.table,
            erreur.ligne,
            colonne=erreur.colonne,
            valeur=erreur.valeur,
            detail=erreur.detail,
        )
        self.refus[depot] = (erreur.regle, message)
        self.tables = {nom: cadre.filter(pl.col("depot") != depot) for nom, cadre in self.tables.items()}


def lire(
    candidats: Sequence[Candidat],
    layouts: Sequence[Layout],
    codes: Codes,
    cle: bytes,
    aujourd_hui: dt.date,
    avancement: Callable[[int, int], None] = lambda fait, total: None,
) -> Lot:
    """Reads, recognises, types and checks all candidates together.

    No deposit stops another: each refusal is recorded in the returned Lot.
    """
    lot = Lot()
    bruts: dict[int, DepotBrut] = {}
    assemblage = Assemblage()
    noms_de_table = {normaliser(n) for layout in layouts if not layout.plat for n in layout.noms_de_table()}

    def lire_un(candidat: Candidat) -> tuple[DepotBrut | DepotRefuse, list[Remarque]]:
        remarques: list[Remarque] = []
        try:
            classeur = ouvrir(candidat, noms_de_table)
            remarques = classeur.remarques
            return reconnaitre(classeur, candidat, layouts, aujourd_hui), remarques
        except DepotRefuse as erreur:
            return _vraie_cause(erreur, remarques), remarques

    # inflating and reading workbooks leave Python to the other threads
    with ThreadPoolExecutor(os.cpu_count()) as lecteurs:
        lus = zip(candidats, lecteurs.map(lire_un, candidats), strict=True)
        for rang, (candidat, (lu, remarques)) in enumerate(lus):
            for remarque in remarques:
                lot.constats.remarquer(rang, remarque)
            if isinstance(lu, DepotBrut):
                bruts[rang] = lu
                for table in lu.tables.values():
                    lot.constats.nommer_colonnes(rang, table.table.entete, table.entetes)
                    lot.constats.situer(rang, table.table.entete, table.suites)
                for remarque in lu.remarques:
                    lot.constats.remarquer(rang, remarque)
                assemblage.ajouter(rang, lu)
            else:
                lot.refuser(rang, lu)
                lot.provenances[rang] = lu.provenance or provenance({}, candidat.nom, None, None, aujourd_hui)
                if lot.provenances[rang].layout is not None:
                    lot.layouts[rang] = str(lot.provenances[rang].layout)
            avancement(rang + 1, len(candidats))
    lot.identites = {rang: depot.identite for rang, depot in bruts.items()}
    lot.layouts |= {rang: depot.layout.nom for rang, depot in bruts.items()}
    par_layout = {
        layout.nom: {rang: depot for rang, depot in bruts.items() if depot.layout is layout}
        for layout in layouts
    }

    def conformer_un(
        layout: Layout,
    ) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, dict[int, DepotRefuse]]:
        depots = par_layout[layout.nom]
        return _conformer(layout, depots, assemblage, codes, aujourd_hui, cle, lot.constats, typeurs)

    # layouts have nothing in common, nor tables until their rows are compared: while Python prepares one or hashes
    # names, the engine works on another
    with ThreadPoolExecutor() as conformeurs, ThreadPoolExecutor(os.cpu_count()) as typeurs:
        for tables, comptes, coupes in conformeurs.map(
            conformer_un, [la for la in layouts if par_layout[la.nom]]
        ):
            lot.comptes = pl.concat([lot.comptes, comptes])
            for nom, cadre in tables.items():
                lot.tables[nom] = pl.concat([lot.tables[nom], cadre]) if nom in lot.tables else cadre
            for depot, refus in coupes.items():
                lot.refuser(depot, refus)
    _refuser_les_rejets(layouts, lot)
    return lot


def _vraie_cause(refus: DepotRefuse, remarques: Sequence[Remarque]) -> DepotRefuse:
    """A column or a table is not missing where letters are: the encoding is what must be mended."""
    douteuse = next((r for r in remarques if r.regle == "ENCODAGE"), None)
    if douteuse is None or refus.regle not in ("FORMAT_INCONNU", "TABLE_MANQUANTE", "COLONNE_MANQUANTE"):
        return refus
    introuvable = f"« {refus.colonne} »" if refus.colonne else "ses tables"
    cause = DepotRefuse(
        "ILLISIBLE",
        table=douteuse.table,
        ligne=douteuse.ligne,
        detail=f"l'encodage du fichier « {douteuse.table} » est abîmé ({douteuse.detail}) : on n'y reconnaît plus "
        f"{introuvable}, enregistrez-le en UTF-8",
    )
    cause.provenance = refus.provenance
    return cause


def _conformer(
    layout: Layout,
    bruts: dict[int, DepotBrut],
    assemblage: Assemblage,
    codes: Codes,
    aujourd_hui: dt.date,
    cle: bytes,
    constats: Constats,
    typeurs: Executor,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, dict[int, DepotRefuse]]:
    """The conformed rows of the deposits of one layout, by table of brut/ (keys of linking too), their counts, and the
    deposits to be refused: what a file stopped writing is lost, however well the rest is read.
    """
    depots = pl.DataFrame(
        [
            (rang, d.identite.structure_code, d.identite.debut, d.identite.fin, d.identite.extraction)
            for rang, d in bruts.items()
        ],
        schema={
            "depot": pl.Int32,
            "structure_code": pl.String,
            "debut": pl.Date,
            "fin": pl.Date,
            "extraction": pl.Date,
        },
        orient="row",
    )
    lignes = typeurs.map(lambda table: assemblage.lignes(layout, table), layout.tables)
    brutes = {t.nom: brute for t, brute in zip(layout.tables, lignes, strict=True)}
    brutes, coupes = _reparer_les_irregulieres(layout, bruts, brutes, codes, aujourd_hui, constats)
    territoires = charger_territoires()
    noms = noms_ecrits(_ecarter_les_decalages(layout, brutes, codes, territoires, constats))
    jours = {
        table.nom: [
            brutes[table.nom].select("depot", colonne.nom)
            for colonne in table.colonnes
            if colonne.est_un_jour
        ]
        for table in layout.tables
    }
    contexte = Contexte(codes, territoires, aujourd_hui, noms, ordres_des_dates(jours))
    # the largest first: nothing waits for one that was begun last
    en_cours = {
        table.nom: typeurs.submit(typer_table, table, brutes[table.nom], contexte, constats)
        for table in sorted(layout.tables, key=lambda table: -brutes[table.nom].height)
    }
    structures = depots.select("depot", "structure_code")
    typees = {
        table.nom: cacher_les_noms(table, en_cours[table.nom].result(), noms, structures, cle, constats)
        for table in layout.tables
    }
    conformees, cles = rules.appliquer(layout, typees, depots, cle, constats)
    _signaler_l_inconnu(bruts, noms, constats)
    schemas = schemas_bruts()
    conformes: dict[str, pl.DataFrame] = {}
    comptes: list[pl.DataFrame] = []
    for nom, cadre in conformees.items():
        comptes.append(_compter(nom, brutes[nom], cadre, layout, bruts))
        gardees = cadre.filter(~pl.col("rejet") & ~pl.col("doublon"))
        colonnes = [c for c in schemas[nom] if c != "depot_id"]
        absentes = [
            pl.lit(None, dtype=schemas[nom][c]).alias(c) for c in colonnes if c not in gardees.columns
        ]
        conformes[nom] = gardees.with_columns(absentes).select(
            "depot", *(pl.col(c).cast(schemas[nom][c]) for c in colonnes)
        )
    return conformes | {RAPPROCHEMENTS: cles}, pl.concat(comptes), coupes


def _reparer_les_irregulieres(
    layout: Layout,
    bruts: dict[int, DepotBrut],
    brutes: dict[str, pl.DataFrame],
    codes: Codes,
    aujourd_hui: dt.date,
    constats: Constats,
) -> tuple[dict[str, pl.DataFrame], dict[int, DepotRefuse]]:
    """Before names are looked for: a row that slipped has other cells where names should be."""
    reparees = dict(brutes)
    refus: dict[int, DepotRefuse] = {}
    for table in layout.tables:
        irregulieres = {r: d.irregulieres[table.nom] for r, d in bruts.items() if table.nom in d.irregulieres}
        if irregulieres:
            contexte = Contexte(codes, charger_territoires(), aujourd_hui, noms_ecrits(PERSONNES))
            accord = partial(se_lisent, contexte)
            reparees[table.nom], coupes = reparer(table, brutes[table.nom], irregulieres, accord, constats)
            for depot, ligne in coupes.items():
                detail = f"le fichier de la table {table.entete} s'arrête au milieu de la ligne {ligne}, la suite manque"
                refus[depot] = DepotRefuse("ILLISIBLE", table=table.entete, ligne=ligne, detail=detail)
    return reparees, refus


def _compter(
    nom: str, brute: pl.DataFrame, cadre: pl.DataFrame, layout: Layout, bruts: dict[int, DepotBrut]
) -> pl.DataFrame:
    entete = next(t.entete for t in layout.tables if t.nom == nom)
    lues = pl.DataFrame(
        [(rang, d.tables[nom].lues) for rang, d in bruts.items() if nom in d.tables],
        schema={"depot": pl.Int32, "lues": pl.Int64},
        orient="row",
    )
    retenues = brute.group_by("depot").agg(retenues=pl.len())
    par_depot = cadre.group_by("depot").agg(
        rejetees=pl.col("rejet").sum(),
        doublons=(pl.col("doublon") & ~pl.col("rejet")).sum(),
        chargees=(~pl.col("rejet") & ~pl.col("doublon")).sum(),
    )
    return (
        lues.join(retenues, on="depot", how="left", maintain_order="left")
        .join(par_depot, on="depot", how="left", maintain_order="left")
        .with_columns(
            pl.col("retenues", "rejetees", "doublons", "chargees").fill_null(0).cast(pl.Int64),
            table=pl.lit(entete),
        )
        .with_columns(ignorees=pl.col("lues") - pl.col("retenues"))
        .select(*COMPTES)
    )


def _ecarter_les_decalages(
    layout: Layout,
    brutes: dict[str, pl.DataFrame],
    codes: Codes,
    territoires: Territoires,
    constats: Constats,
) -> pl.DataFrame:
    """The names of persons of all tables (depot, nom, prenom); their rows that slipped are emptied in `brutes`."""
    personnes = [PERSONNES]
    for table in layout.tables:
        if {"nom", "prenom"} <= set(brutes[table.nom].columns):
            personnes.append(brutes[table.nom].select("depot", "nom", "prenom").unique())
        brutes[table.nom], autres = ecarter_les_decalages(
            table, brutes[table.nom], codes, territoires, constats
        )
        personnes.append(autres)
    return pl.concat(personnes)


def _signaler_l_inconnu(bruts: dict[int, DepotBrut], noms: Noms, constats: Constats) -> None:
    """What is said of sheets and headers; those called by the name of a person of their deposit are not quoted."""
    textes = [
        (rang, texte)
        for rang, depot in bruts.items()
        for texte in (
            *depot.feuilles_inconnues,
            *(t for table in depot.tables.values() for t in table.colonnes_inconnues),
            *(remarque.detail for table in depot.tables.values() for remarque in table.remarques),
        )
    ]
    ecrits = pl.DataFrame(textes, schema={"depot": pl.Int32, "texte": pl.String}, orient="row")
    montres = ecrits["texte"].set(tiennent_un_nom(ecrits["depot"], ecrits["texte"], noms), MASQUE)
    montrer = dict(zip(textes, montres.to_list(), strict=True))
    for rang, depot in bruts.items():
        for table in depot.tables.values():
            for remarque in table.remarques:
                constats.remarquer(rang, replace(remarque, detail=montrer[rang, remarque.detail]))
            for entete in table.colonnes_inconnues:
                constats.ajouter_un(
                    rang,
                    "alerte",
                    "COLONNE_INCONNUE",
                    table.table.entete,
                    table.ligne_entete,
                    colonne=montrer[rang, entete],
                )
        for feuille in depot.feuilles_inconnues:
            vue = montrer[rang, feuille]
            constats.ajouter_un(rang, "alerte", "TABLE_INCONNUE", vue, None, valeur=vue)


def _refuser_les_rejets(layouts: Sequence[Layout], lot: Lot) -> None:
    """TROP_DE_REJETS: too large a share of the rows of a table that matters cannot be counted."""
    surveillees = {t.entete for la in layouts for t in la.tables if t.nom in SEUILS["tables_rejets"]}
    trop = lot.comptes.filter(
        pl.col("table").is_in(sorted(surveillees))
        & (pl.col("rejetees") > SEUILS["rejets_toleres"])
        & (pl.col("rejetees") > SEUILS["part_rejets"] * (pl.col("lues") - pl.col("ignorees")))
    )
    constats = (
        lot.constats.tous().filter(pl.col("gravite") == "rejet") if not trop.is_empty() else pl.DataFrame()
    )
    for depot, table, lues, _, rejetees, _, ignorees in trop.select(*COMPTES).iter_rows():
        if depot not in lot.refus:
            detail = f"{rejetees} lignes écartées sur {lues - ignorees} dans la table {table}"
            regles = constats.filter((pl.col("depot") == depot) & (pl.col("table") == table))
            for regle, cause in CAUSES.items():
                lignes = regles.filter(pl.col("regle") == regle)["ligne"].n_unique()
                detail += f", dont {lignes} {cause}" if lignes else ""
            lot.refuser(depot, DepotRefuse("TROP_DE_REJETS", table=table, detail=detail))
