"""The published warehouse: a candidate is built beside it, compared with it, then takes its place in one move."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from clauses.socle.cube import CLE
from clauses.socle.disque import remplacer
from clauses.socle.errors import CodeSortie, ErreurUtilisateur, base_occupee, tenu_ouvert
from clauses.socle.journal import TABLES, Journal
from clauses.socle.observatoire import Observatoire
from clauses.socle.workspace import Espace

_SCHEMAS_DE_PASSAGE = ("brut", "journal", "millesimes")
# The columns of marts.indicateurs_publies, before any vintage.
PUBLIES_VIDES = pl.DataFrame(
    schema={
        **dict.fromkeys(CLE, pl.String),
        **dict.fromkeys(("valeur", "part"), pl.Float64),
        **dict.fromkeys(("unite", "base"), pl.String),
        **dict.fromkeys(("ecart_periode", "ecart_annee"), pl.Float64),
        "fiabilite": pl.String,
        "couverture": pl.Float64,
        **dict.fromkeys(("statut_observation", "confidentialite", "statut_chiffre", "millesime"), pl.String),
    }
)
_TYPES_DUCKDB: dict[object, str] = {
    pl.String: "varchar",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Date: "date",
}


@dataclass(frozen=True)
class Parametres:
    """What a build depends on besides the deposits."""

    rafraichissement: str
    date_arrete: dt.date
    version_code: str
    cree_le: dt.datetime
    empreinte: str


def preparer_candidat(
    candidat: Path,
    references: Path,
    fichiers: dict[str, list[Path]],
    schemas: dict[str, dict[str, pl.DataType | type[pl.DataType]]],
    journal: Journal,
    parametres: Parametres,
    ajouts: dict[str, pl.DataFrame],
    publies: pl.DataFrame | None,
) -> None:
    """Makes the candidate: reference tables, views on the deposits that count, a copy of the ledger, what the user added.

    `publies`: the public figures of the latest vintage, null before any.
    """
    shutil.copy(references, candidat)
    with duckdb.connect(str(candidat)) as base:
        for schema in _SCHEMAS_DE_PASSAGE:
            base.execute(f"create schema {schema}")
        for nom, schema_table in schemas.items():
            base.execute(f"create view brut.{nom} as {_lecture(fichiers.get(nom, []), schema_table)}")
        copies = {table: journal.lire(f"select * from {table}") for table in TABLES}
        copies["constats"] = journal.constats(ajouts["alias_ajoutes"])
        copies |= ajouts
        copies["parametres"] = pl.DataFrame([parametres.__dict__])
        tables = {f"journal.{nom}": cadre for nom, cadre in copies.items()}
        tables["millesimes.indicateurs_publies"] = PUBLIES_VIDES if publies is None else publies
        for nom, cadre in tables.items():
            base.register("copie", cadre.to_arrow())
            base.execute(f"create table {nom} as select * from copie")
            base.unregister("copie")


def _lecture(fichiers: list[Path], schema: dict[str, pl.DataType | type[pl.DataType]]) -> str:
    colonnes = ", ".join(f"cast({c} as {_TYPES_DUCKDB[t]}) as {c}" for c, t in schema.items())
    if not fichiers:
        vides = ", ".join(f"cast(null as {_TYPES_DUCKDB[t]}) as {c}" for c, t in schema.items())
        return f"select {vides} where false"
    liste = ", ".join("'" + str(f.resolve()).replace("'", "''") + "'" for f in fichiers)
    return f"select {colonnes} from read_parquet([{liste}], union_by_name = true)"


def ajouter_validations(candidat: Path, journal: Journal, rafraichissement: str) -> None:
    """The checks of this refresh, which end while the candidate is built: their rows in qualite.validations."""
    with duckdb.connect(str(candidat)) as base:
        base.register(
            "recues",
            journal.lire(
                "select * from validations where rafraichissement = ?", [rafraichissement]
            ).to_arrow(),
        )
        colonnes = ", ".join(c for c, *_ in base.execute("describe qualite.validations").fetchall())
        base.execute(f"insert into qualite.validations select {colonnes} from recues")


def achever_candidat(candidat: Path) -> None:
    """Removes what only the build needed: views on brut/ and the copy of the ledger."""
    with duckdb.connect(str(candidat)) as base:
        for schema in _SCHEMAS_DE_PASSAGE:
            base.execute(f"drop schema if exists {schema} cascade")
        base.execute("checkpoint")


def promouvoir(candidat: Path, espace: Espace) -> None:
    """Puts the candidate in the place of the published warehouse: before or after, never between.

    Raises ErreurUtilisateur where a reader keeps the published one from being replaced (Windows): it stays as it was.
    """
    with candidat.open("r+b") as fichier:  # what is open for reading only, Windows does not write through
        os.fsync(fichier.fileno())
    try:
        remplacer(candidat, espace.entrepot)
    except PermissionError as erreur:
        if not tenu_ouvert(erreur):
            raise
        raise ErreurUtilisateur(
            "ENTREPOT_OCCUPE",
            f"« {espace.entrepot} » est ouvert dans un autre programme et n'a pas pu être remplacé. Il reste celui "
            "d'avant ; les dépôts lus sont gardés. Fermez ce programme, puis relancez la commande.",
            CodeSortie.OCCUPE,
        ) from None
    for tire_du_precedent in (espace.dbt, espace.apercu):
        shutil.rmtree(tire_du_precedent, ignore_errors=True)


def ouvrir(base: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse, read-only. Raises ErreurUtilisateur when another program has it open for writing."""
    try:
        return duckdb.connect(str(base), read_only=True)
    except duckdb.IOException as erreur:
        if not base_occupee(erreur):
            raise
        raise ErreurUtilisateur(
            "ENTREPOT_OCCUPE",
            f"« {base} » est ouvert en écriture par un autre programme. "
            "Fermez-le (ou ouvrez-y l'entrepôt en lecture seule), puis relancez la commande.",
            CodeSortie.OCCUPE,
        ) from None


def ouvrir_publie(espace: Espace) -> duckdb.DuckDBPyConnection:
    """The published warehouse, read-only. Raises ErreurUtilisateur when there is none or it cannot be opened."""
    if not espace.entrepot.exists():
        raise ErreurUtilisateur(
            "ENTREPOT_ABSENT",
            f"Aucun entrepôt n'est encore publié dans « {espace.racine} ». Lancez d'abord : clauses actualiser DOSSIER",
        )
    try:
        return ouvrir(espace.entrepot)
    except duckdb.Error:
        raise ErreurUtilisateur(
            "ENTREPOT_ILLISIBLE",
            f"« {espace.entrepot} » est abîmé, il ne peut plus être lu. "
            "Relancez clauses actualiser DOSSIER : il sera refait.",
        ) from None


def ouvrir_aux_requetes(espace: Espace) -> duckdb.DuckDBPyConnection:
    """The same for what users ask: the disk and the network are closed to their queries."""
    base = ouvrir_publie(espace)
    base.execute("set enable_external_access = false")
    return base


def poser_indicateurs_publies(espace: Espace, figures: pl.DataFrame | None) -> None:
    """Puts the public figures of the latest vintage in marts.indicateurs_publies: a copy that takes the file's place."""
    espace.travail.mkdir(exist_ok=True)
    copie = espace.travail / "publication.duckdb"
    shutil.copy(espace.entrepot, copie)
    with duckdb.connect(str(copie)) as base:
        base.execute("delete from marts.indicateurs_publies")
        if figures is not None:
            base.register("figures", figures.to_arrow())
            base.execute("insert into marts.indicateurs_publies by name select * from figures")
            base.unregister("figures")
        base.execute("checkpoint")
    promouvoir(copie, espace)


def verifier_libre(base: Path) -> None:
    """Raises ErreurUtilisateur when the published warehouse cannot be compared with: it is open for writing elsewhere."""
    if base.exists():
        with suppress(duckdb.Error):  # damaged: it is about to be replaced
            ouvrir(base).close()


def lire(base: Path, requete: str) -> pl.DataFrame:
    """Runs a query on a warehouse opened read-only."""
    with ouvrir(base) as connexion:
        resultat: pl.DataFrame = connexion.execute(requete).pl()
        return resultat


def empreinte_publiee(base: Path) -> str | None:
    """Fingerprint of the published warehouse, as it says itself; null when there is none or it says nothing."""
    if not base.exists():
        return None
    with suppress(duckdb.Error):
        return str(lire(base, "select empreinte from qualite.construction").item())
    return None


def ruptures(base: Path, ids: list[str]) -> pl.DataFrame:
    """Breaks of series that the build found in the given deposits, in the columns of the ledger's findings."""
    trouvees = lire(
        base,
        "select depot as depot_id, 'alerte' as gravite, \"table\", ligne, colonne, regle, message, valeur "
        "from qualite.alertes where regle = 'RUPTURE_DE_SERIE' order by depot, valeur",
    )
    return trouvees.filter(pl.col("depot_id").is_in(ids))


def perimetres_vides(base: Path, perimetres: pl.DataFrame) -> list[str]:
    """One sentence per perimeter named by the user that no operation with hours belongs to."""
    remplis = lire(
        base, "select distinct code_territoire from marts.indicateurs where niveau_territoire = 'perimetre'"
    )["code_territoire"]
    nommes = perimetres.select("perimetre", "libelle").drop_nulls().unique(maintain_order=True)
    return [
        f"Le périmètre « {libelle} » ({code}) ne contient aucune opération avec des heures : "
        "vérifiez ses critères dans perimetres.yml."
        for code, libelle in nommes.filter(~pl.col("perimetre").is_in(remplis.implode())).iter_rows()
    ]


def hors_perimetre(base: Path, observatoire: Observatoire) -> list[str]:
    """One sentence where structures of regions out of the scope deposited."""
    if observatoire.est_national or not observatoire.perimetre:
        return []
    deposees = lire(
        base,
        "select distinct region from marts.dim_structure where dernier_depot is not null and region <> 'ND' order by 1",
    )["region"].to_list()
    dehors = [region for region in deposees if region not in observatoire.perimetre]
    if not dehors:
        return []
    suite = (
        "mais l'ensemble des dépôts reçus les compte." if len(observatoire.perimetre) > 1 else "ni classeur."
    )
    return [
        f"Des structures hors du périmètre de l'observatoire ont déposé (régions {', '.join(dehors)}) : "
        f"aucune page ne parle d'elles, {suite}"
    ]


def heures_par_region(avant: Path, apres: Path) -> pl.DataFrame:
    """Hours of the whole history by region (columns code, libelle, heures_avant, heures_apres), for the summary."""
    requete = (
        "select i.code_territoire as code, coalesce(t.libelle, i.code_territoire) as libelle, i.valeur as heures "
        "from marts.indicateurs as i left join marts.dim_territoire as t "
        "on t.niveau_territoire = 'region' and t.code_territoire = i.code_territoire "
        "where i.tableau = 'CLES' and i.mesure = 'heures' and i.niveau_territoire = 'region' "
        "and i.type_periode = 'cumul'"
    )
    nouvelles = lire(apres, requete).rename({"heures": "heures_apres"})
    vide = pl.DataFrame(schema={"code": pl.String, "libelle": pl.String, "heures": pl.Float64})
    try:
        anciennes = lire(avant, requete) if avant.exists() else vide
    except duckdb.Error:  # of another version, or damaged: it is about to be replaced
        anciennes = vide
    anciennes = anciennes.rename({"heures": "heures_avant"})
    return (
        nouvelles.join(anciennes, on="code", how="full", coalesce=True, suffix="_avant")
        .with_columns(libelle=pl.coalesce("libelle", "libelle_avant"))
        .select("code", "libelle", "heures_avant", "heures_apres")
        .sort("code")
    )
