"""Reading the workspace: state, findings, queries. Nothing here writes to it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
from rich.console import Console

from clauses.affichage.etat import DernierRafraichissement
from clauses.affichage.publication import Comparaison
from clauses.affichage.table import afficher_table
from clauses.chantier import warehouse
from clauses.chantier.reglages import lire_reglages
from clauses.chantier.state import alias_ajoutes
from clauses.socle.classeurs import classeur_neuf
from clauses.socle.errors import ErreurUtilisateur, sortie_impossible
from clauses.socle.journal import Journal
from clauses.socle.nombres import accorder, nombre
from clauses.socle.vigueur import ECARTES, lire_depots
from clauses.socle.workspace import Espace
from exports.atelier.dossiers import fichier_entier
from exports.edition import comparaison, millesimes
from exports.edition.annexes import lire_annexes
from exports.edition.libelles import libelle_mesure
from exports.edition.portee import LIEU, portee_de
from exports.retours.assemblage import assembler_constats
from exports.retours.constats import ecrire_constats
from exports.retours.par_structure import ecrire_par_structure

FORMATS = ("table", "csv", "parquet", "json", "xlsx")
LIGNES_D_UNE_FEUILLE = 1_048_575  # under its header
_COMPOSES = frozenset(
    {"list", "array", "map", "struct", "union", "interval", "bit", "blob", "time with time zone"}
)
LIGNES_AFFICHEES = 1_000
CARACTERES_D_UNE_CELLULE = 32_767
PREMIERE_ANNEE_D_EXCEL = 1900
ENTIER_EXACT = 10**15


@dataclass(frozen=True)
class EtatEspace:
    """Deposits seen (with `en_vigueur`), months handed in by structure and quarter, the refresh that made the published
    warehouse, the vintages (name, day)."""

    depots: pl.DataFrame
    couverture: pl.DataFrame
    dernier: DernierRafraichissement | None
    millesimes: list[tuple[str, dt.date]]


@dataclass(frozen=True)
class ConstatsEspace:
    """The deposits that still matter and all that is to be said of them (`assembler_constats`), of all structures or one;
    `remplaces`: the other deposits."""

    depots: pl.DataFrame
    constats: pl.DataFrame
    remplaces: pl.DataFrame


def _journal(espace: Espace) -> Journal:
    if not espace.journal.exists():
        raise ErreurUtilisateur(
            "ESPACE_VIDE",
            f"L'espace de travail « {espace.racine} » ne contient encore rien. "
            "Lancez d'abord : clauses actualiser DOSSIER --espace " + str(espace.racine),
        )
    return Journal(espace.journal, lecture_seule=True)


def lire_etat_espace(espace: Espace) -> EtatEspace:
    """Raises ErreurUtilisateur when the workspace holds nothing yet."""
    journal = _journal(espace)
    depots = lire_depots(journal)
    derniers = journal.lire(
        "select rafraichissement, statut, fin, date_arrete from rafraichissements where fin is not null "
        "order by fin desc limit 1"
    )
    couverture = pl.DataFrame(
        schema={
            "structure_code": pl.String,
            "nom": pl.String,
            "trimestre": pl.String,
            "mois_deposes": pl.Int64,
        }
    )
    if espace.entrepot.exists():
        with warehouse.ouvrir_publie(espace) as base:
            couverture = base.execute(
                "select structure_code, s.nom, year(mois) || '-T' || quarter(mois) as trimestre, "
                "count(*) filter (where depose) as mois_deposes from qualite.couverture "
                "left join marts.dim_structure as s using (structure_code) group by all order by all"
            ).pl()
    dernier = DernierRafraichissement(*derniers.row(0)) if len(derniers) else None
    figes = [
        (m.nom, dt.datetime.fromisoformat(m.fiche["cree_le"]).date())
        for m in millesimes.lister(espace.millesimes)
    ]
    return EtatEspace(depots, couverture, dernier, figes)


def rendre_constats(
    espace: Espace, structure: str | None, sortie: Path | None, par_structure: bool = False
) -> ConstatsEspace:
    """Findings of the deposits that still matter, also written to `sortie` as the workbook to send back; `par_structure`:
    to the folder `sortie`, a workbook and a mail for each structure.

    Raises ErreurUtilisateur for an unknown structure or a file that cannot be written.
    """
    espace.refuser_d_ecrire(sortie)
    if par_structure and (sortie is None or sortie.is_file()):
        raise ErreurUtilisateur(
            "SORTIE_ABSENTE",
            f"{'« ' + str(sortie) + ' » est un fichier. ' if sortie else ''}Dites dans quel dossier écrire un classeur par "
            "structure : --sortie DOSSIER.",
        )
    if sortie is not None and not par_structure and sortie.suffix.lower() != ".xlsx":
        raise ErreurUtilisateur(
            "SORTIE_IMPOSSIBLE",
            f"« {sortie} » : les constats s'écrivent dans un classeur Excel. Donnez un nom qui finit par .xlsx.",
        )
    journal = _journal(espace)
    depots = lire_depots(journal)
    if structure is not None:
        connues = sorted({c for c in depots["structure_code"] if c})
        if structure.upper() not in {c.upper() for c in connues}:
            raise ErreurUtilisateur(
                "STRUCTURE_INCONNUE",
                f"Aucun dépôt de la structure « {structure} ». Structures connues : {', '.join(connues) or 'aucune'}.",
            )
        depots = depots.filter(pl.col("structure_code").str.to_uppercase() == structure.upper())
    remplaces = depots.filter(~pl.col("en_vigueur") & ~pl.col("statut").is_in(["deja_charge", *ECARTES]))
    depots = depots.filter("en_vigueur")
    ids = depots["depot_id"].to_list()
    alias = alias_ajoutes(journal, lire_reglages(espace).codes)
    constats = journal.constats(alias).filter(pl.col("depot_id").is_in(ids))
    if espace.entrepot.exists():
        constats = pl.concat([constats, warehouse.ruptures(espace.entrepot, ids)], how="diagonal")
    # a refused deposit is checked again at each refresh: only the last time counts
    validations = journal.lire(
        "select * from validations where list_contains(?, depot) "
        "qualify rafraichissement = max(rafraichissement) over (partition by depot)",
        [ids],
    )
    if sortie is not None and par_structure:
        signature = lire_reglages(espace).observatoire.signature
        try:
            ecrire_par_structure(sortie, depots, constats, validations, signature)
        except OSError as erreur:
            raise sortie_impossible(sortie, erreur) from None
    elif sortie is not None:
        with fichier_entier(sortie) as fichier:
            ecrire_constats(fichier, depots, constats, validations)
    return ConstatsEspace(depots, assembler_constats(depots, constats, validations), remplaces)


def comparer_millesimes(espace: Espace, avant: str, apres: str, sortie: Path | None) -> Comparaison:
    """Revisions between two vintages (see exports.edition.comparaison), with their labels, also written to `sortie` as a CSV
    for spreadsheets.

    Raises ErreurUtilisateur for an unknown vintage or a file that cannot be written.
    """
    espace.refuser_d_ecrire(sortie)
    if sortie is not None and sortie.suffix.lower() != ".csv":
        raise ErreurUtilisateur(
            "SORTIE_IMPOSSIBLE",
            f"« {sortie} » : la liste s'écrit en CSV, que le tableur ouvre. Donnez un nom qui finit par .csv.",
        )
    a, b = (millesimes.trouver(espace.millesimes, nom) for nom in (avant, apres))
    revisions = _nommer(espace, comparaison.comparer(a, b))
    if sortie is not None:
        with fichier_entier(sortie) as fichier:
            # in quotes: LibreOffice proposes to cut at commas too
            revisions.write_csv(
                fichier,
                include_bom=True,
                separator=";",
                decimal_comma=True,
                float_precision=6,
                quote_style="always",
            )
    return Comparaison(a.nom, b.nom, revisions, comparaison.comparer(a, b, publiees=True).height)


def _nommer(espace: Espace, revisions: pl.DataFrame) -> pl.DataFrame:
    """The rows of the observatory's scope, with `titre` of the table, `nom_mesure`, `territoire`, as readers know them."""
    with warehouse.ouvrir_publie(espace) as base:
        annexes = lire_annexes(base)
    portee = portee_de(lire_reglages(espace).observatoire, annexes)
    revisions = portee.restreindre(revisions, annexes["territoires"])
    paires = revisions.select("tableau", "mesure").unique()
    noms = paires.with_columns(
        nom_mesure=pl.Series(
            [libelle_mesure(t, m) for t, m in paires.select("tableau", "mesure").iter_rows()], dtype=pl.String
        )
    )
    titres = annexes["tableaux"].select("tableau", "titre").unique("tableau")
    lieux = portee.limiter(annexes)["territoires"].unique(LIEU).select(*LIEU, territoire="libelle")
    return (
        revisions.join(noms, on=["tableau", "mesure"], how="left", maintain_order="left")
        .join(titres, on="tableau", how="left", maintain_order="left")
        .join(lieux, on=LIEU, how="left", maintain_order="left")
        .with_columns(pl.col("territoire").fill_null(pl.col("code_territoire")))
    )


def interroger(
    espace: Espace,
    requete: str | None,
    format_sortie: str | None,
    console: Console,
    sortie: Path | None = None,
) -> None:
    """Runs a read-only query and writes its rows to the standard output, as a table or csv, parquet, json; or to a file,
    whose name says the format where nothing else does.

    Without a query: a prompt on a terminal; elsewhere the query is what the standard input holds.
    """
    format_sortie = _format(format_sortie, sortie)
    espace.refuser_d_ecrire(sortie)
    with warehouse.ouvrir_aux_requetes(espace) as base:
        if requete is None and sys.stdin.isatty() and sys.stdout.isatty():
            from clauses.affichage.historique import Historique, mots_connus
            from clauses.affichage.invite import tenir_invite

            indice = "Tables disponibles : \\d"

            def repondre(requete: str, vers: Path | None) -> None:
                espace.refuser_d_ecrire(vers)
                forme = _format(None, vers) if vers else format_sortie
                _repondre(base, requete, forme, console, indice, vers or sortie)

            tenir_invite(base, console, repondre, Historique(espace.historique, mots_connus(base)))
            return
        texte = sys.stdin.read() if requete is None else requete
        indice = 'Tables disponibles : clauses sql "select table_schema, table_name from information_schema.tables"'
        _repondre(base, texte, format_sortie, console, indice, sortie)


def _format(demande: str | None, sortie: Path | None) -> str:
    """What is asked for, else what the name of the file says. Raises ErreurUtilisateur: FORMAT_INCONNU,
    FORMAT_CONTRAIRE, SORTIE_ABSENTE.
    """
    choisi = demande or (sortie.suffix.lstrip(".").lower() if sortie else "table")
    if choisi not in FORMATS:
        raise ErreurUtilisateur(
            "FORMAT_INCONNU", f"Le format « {choisi} » n'existe pas : {', '.join(FORMATS)}."
        )
    nomme = sortie.suffix.lstrip(".").lower() if sortie else ""
    if demande and nomme in FORMATS and nomme != demande:
        raise ErreurUtilisateur(
            "FORMAT_CONTRAIRE",
            f"« {sortie} » finit par .{nomme}, et --format demande {demande}. Ôtez --format, ou changez le nom du fichier.",
        )
    if choisi == "xlsx" and sortie is None:
        raise ErreurUtilisateur(
            "SORTIE_ABSENTE", "Un classeur s'écrit dans un fichier : ajoutez --sortie resultat.xlsx."
        )
    return choisi


def _repondre(
    base: duckdb.DuckDBPyConnection,
    requete: str,
    format_sortie: str,
    console: Console,
    indice: str,
    sortie: Path | None,
) -> None:
    try:
        enonces = base.extract_statements(requete)
        resultats = _executer(base, enonces)
    except duckdb.Error as erreur:
        raise ErreurUtilisateur(
            "REQUETE_INVALIDE", f"La requête n'a pas pu être exécutée : {erreur}\n{indice}"
        ) from None
    if not enonces:
        raise ErreurUtilisateur(
            "REQUETE_ABSENTE", 'Aucune requête : clauses sql "select …", ou clauses sql < requete.sql'
        )
    if len(resultats) > 1 and format_sortie != "table":
        raise ErreurUtilisateur(
            "REQUETE_INVALIDE",
            f"{len(resultats)} requêtes donnent des lignes : --format {format_sortie} n'en écrit qu'une à la fois.",
        )
    for resultat in resultats:
        if sortie is None:
            _ecrire_resultat(resultat, format_sortie, console)
        else:
            _ecrire_fichier(resultat, format_sortie, sortie)
            console.print(f"{accorder(resultat.height, 'ligne')} dans {sortie}.", highlight=False)


def _executer(base: duckdb.DuckDBPyConnection, enonces: Sequence[duckdb.Statement]) -> list[pl.DataFrame]:
    """The rows of each statement that has some.

    In a thread of its own: when the engine itself meets Ctrl-C, its next query may never end.
    """

    def executer() -> list[pl.DataFrame]:
        relations = map(base.sql, enonces)
        return [_lignes(relation) for relation in relations if relation is not None]

    with ThreadPoolExecutor(1) as ouvrier:
        resultats: Future[list[pl.DataFrame]] = ouvrier.submit(executer)
        try:
            return resultats.result()
        except KeyboardInterrupt:
            base.interrupt()
            raise


def _lignes(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows; lists, intervals and the like as the engine writes them: what reads a result knows plain values."""
    if any(genre.id in _COMPOSES for genre in relation.types):
        relation = relation.project(
            ", ".join(
                f"#{rang}"
                + ("::varchar" * (genre.id in _COMPOSES))
                + f' as "{nom.replace(chr(34), chr(34) * 2)}"'
                for rang, (nom, genre) in enumerate(
                    zip(relation.columns, relation.types, strict=True), start=1
                )
            )
        )
    cadre: pl.DataFrame = relation.pl()
    return cadre.with_columns(_en_texte(c) for c in cadre if _est_sans_fin(c))


def _est_sans_fin(colonne: pl.Series) -> bool:
    """Whether a column of days has one that no calendar has: infinite, or past the year 9999."""
    return colonne.dtype in (pl.Date, pl.Datetime) and not _au_calendrier(colonne).all()


def _au_calendrier(colonne: pl.Series) -> pl.Series:
    bornes = pl.Series([dt.date(1, 1, 1), dt.date(9999, 12, 31)]).cast(colonne.dtype).to_physical()
    return colonne.to_physical().is_between(bornes[0], bornes[1]).fill_null(True)


def _en_texte(colonne: pl.Series) -> pl.Series:
    connue = _au_calendrier(colonne)
    jours = colonne.to_frame().with_columns(pl.when(connue).then(pl.col(colonne.name)).cast(pl.String))
    signe = pl.when(colonne.to_physical() > 0).then(pl.lit("infinity")).otherwise(pl.lit("-infinity"))
    return jours.select(pl.when(connue).then(colonne.name).otherwise(signe).alias(colonne.name)).to_series()


def _ecrire_fichier(resultat: pl.DataFrame, format_sortie: str, sortie: Path) -> None:
    """A result in a file of its own. Raises ErreurUtilisateur: SORTIE_IMPOSSIBLE, RESULTAT_TROP_GRAND."""
    if format_sortie == "xlsx" and resultat.height > LIGNES_D_UNE_FEUILLE:
        raise ErreurUtilisateur(
            "RESULTAT_TROP_GRAND",
            f"{nombre(resultat.height)} lignes : une feuille en tient {nombre(LIGNES_D_UNE_FEUILLE)}. Ajoutez un filtre, ou "
            "écrivez un fichier .csv ou .parquet.",
        )
    textes = [colonne for colonne in resultat if colonne.dtype == pl.String]
    if format_sortie == "xlsx" and any((t.str.len_chars() > CARACTERES_D_UNE_CELLULE).any() for t in textes):
        raise ErreurUtilisateur(
            "RESULTAT_TROP_GRAND",
            f"Un texte passe les {nombre(CARACTERES_D_UNE_CELLULE)} caractères qu'une cellule tient : écrivez un fichier "
            ".csv ou .parquet.",
        )
    nombres = resultat.with_columns(pl.col(pl.Decimal).cast(pl.Float64))  # texts otherwise
    with fichier_entier(sortie) as fichier:
        if format_sortie == "xlsx":
            with classeur_neuf(fichier, nan_inf_to_errors=True) as classeur:
                ecrites = nombres.with_columns(pl.col(pl.Datetime).dt.replace_time_zone(None))
                # a spreadsheet knows no day before 1900, nor sixteen digits
                ecrites = ecrites.with_columns(
                    pl.col(c).cast(pl.String)
                    for c in ecrites.columns
                    if not _tient_dans_un_classeur(ecrites[c])
                )
                ecrites.write_excel(classeur, "Résultat", autofit=True, freeze_panes=(1, 0))
        elif format_sortie == "parquet":
            resultat.write_parquet(fichier)
        elif format_sortie == "json":
            nombres.write_json(fichier)
        elif format_sortie == "csv":
            resultat.write_csv(fichier)
        else:
            with fichier.open("w", encoding="utf-8") as flux:
                afficher_table(Console(file=flux, width=400), resultat.columns, resultat.rows())


def _tient_dans_un_classeur(colonne: pl.Series) -> bool:
    if colonne.dtype in (pl.Date, pl.Datetime):
        return not (colonne.dt.year() < PREMIERE_ANNEE_D_EXCEL).any()
    if colonne.dtype.is_integer():
        return not (colonne.cast(pl.Int128).abs() >= ENTIER_EXACT).any()
    return True


def _ecrire_resultat(resultat: pl.DataFrame, format_sortie: str, console: Console) -> None:
    if format_sortie == "csv":
        sys.stdout.buffer.write(resultat.write_csv().encode())
    elif format_sortie == "json":
        nombres = resultat.with_columns(pl.col(pl.Decimal).cast(pl.Float64))  # texts otherwise
        sys.stdout.buffer.write((nombres.write_json() + "\n").encode())
    elif format_sortie == "parquet":
        if sys.stdout.isatty():
            raise ErreurUtilisateur(
                "SORTIE_IMPOSSIBLE", "Redirigez le format parquet vers un fichier : … > resultat.parquet"
            )
        resultat.write_parquet(sys.stdout.buffer)
    else:
        afficher_resultat(console, resultat)


def afficher_resultat(console: Console, resultat: pl.DataFrame) -> None:
    """As a table; page by page where it does not fit the screen of who is typing."""
    longue = console.is_terminal and sys.stdin.isatty() and resultat.height >= console.height
    with console.pager() if longue else nullcontext():
        afficher_table(console, resultat.columns, resultat.head(LIGNES_AFFICHEES).rows())
        if resultat.height > LIGNES_AFFICHEES:
            console.print(
                f"… {resultat.height - LIGNES_AFFICHEES} lignes de plus : ajoutez « limit » ou --format csv.",
                highlight=False,
            )
