"""Taking deposits in: which are new, what they hold, whether they are accepted, and their line in the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from clauses.chantier.reglages import Reglages
from clauses.socle.errors import DepotRefuse, ErreurUtilisateur, Provenance
from clauses.socle.fictif import dit_fictif
from clauses.socle.journal import Chargement, Journal
from clauses.socle.nombres import accorder
from clauses.socle.project import empreinte_lecture
from clauses.socle.suivi import Suivi
from clauses.socle.vigueur import lire_depots
from clauses.socle.workspace import Espace
from expectations import adaptateur
from expectations.profil import profiler
from ingest import pipeline
from ingest.discovery import Candidat
from ingest.identity import identifiant_cle
from ingest.layouts import Layout
from ingest.loading import abimes, ecrire_bruts

_ABIMES_CITES = 10
SCHEMA_DEPOTS = {
    **dict.fromkeys(("depot_id", "chemin", "sha256", "layout", "structure_code", "nom_structure"), pl.String),
    **dict.fromkeys(("debut", "fin", "extraction"), pl.Date),
    **dict.fromkeys(("statut", "regle", "message"), pl.String),
    "charge_le": pl.Datetime,
    "rafraichissement": pl.String,
    "ordre": pl.Int32,
    "lecture": pl.String,
    "vu_le": pl.Datetime,
}
SCHEMA_VERDICTS = dict.fromkeys(("depot_id", "chemin", "sha256", "statut", "regle", "message"), pl.String)


@dataclass(frozen=True)
class Accueil:
    """What taking deposits in works with; `rafraichissement` is the id of the refresh; `preparer` is
    called once it is known that there is something to read."""

    rafraichissement: str
    espace: Espace
    reglages: Reglages
    suivi: Suivi
    preparer: Callable[[], None]


@dataclass(frozen=True)
class Vu:
    """A file as it stands: the candidate and the fingerprint of its bytes."""

    candidat: Candidat
    somme: str


@dataclass(frozen=True)
class Arrivage:
    """The deposits given: those whose verdict is known (`connus`, rows of SCHEMA_VERDICTS and their rank in `vus`),
    the new ones and what was read in them. `lecture`: what a verdict depends on besides the bytes of a deposit."""

    vus: Sequence[Vu]
    connus: pl.DataFrame
    nouveaux: Sequence[Vu]
    lot: pipeline.Lot
    lecture: str
    charge_le: dt.datetime


@dataclass(frozen=True)
class Reception:
    """What became of the deposits given: frames with the columns of the ledger; how many had to be read."""

    depots: pl.DataFrame
    depots_tables: pl.DataFrame
    constats: pl.DataFrame
    lus: int


def recevoir(vus: Sequence[Vu], accueil: Accueil, journal: Journal) -> Arrivage:
    """Reads the deposits that are new; the others keep the verdict they have. Writes nothing; what brut/ has of a deposit
    that is read again, since it was no longer whole, is removed."""
    lecture = _empreinte_lecture(accueil.espace)
    with journal.tenir():
        a_relire = verifier_les_bruts(accueil.espace, accueil.reglages, journal, vus)
        connus = _deja_vus(vus, journal, lecture, a_relire)
        places = set(connus["rang"])
        nouveaux = [vu for rang, vu in enumerate(vus) if rang not in places]
        if nouveaux:
            cle = accueil.espace.lire_cle()
            journal.verifier_cle(identifiant_cle(cle), maintenant())
    lot = pipeline.Lot()
    if nouveaux:
        accueil.preparer()
        with accueil.suivi.etape("Lecture") as avancement:
            lot = pipeline.lire(
                [vu.candidat for vu in nouveaux],
                accueil.reglages.layouts,
                accueil.reglages.codes,
                cle,
                dt.date.today(),
                avancement,
            )
    _refuser_le_melange(lot, journal)
    for identifiant in a_relire:
        shutil.rmtree(accueil.espace.brut / identifiant, ignore_errors=True)
    return Arrivage(vus, connus, nouveaux, lot, lecture, maintenant())


def _refuser_le_melange(lot: pipeline.Lot, journal: Journal) -> None:
    """Fictitious deposits and real ones are never in one workspace; of a first batch of both, the real ones are kept."""
    noms = _noms_des_structures(lot)
    fictifs = {
        rang: dit_fictif(qui.nom_structure or noms.get(rang))
        for rang, qui in lot.identites.items()
        if rang not in lot.refus
    }
    acceptes = journal.lire("select nom_structure from depots where statut = 'accepte'")["nom_structure"]
    attendu = dit_fictif(acceptes[0]) if len(acceptes) else all(fictifs.values())
    for rang, fictif in fictifs.items():
        if fictif != attendu:
            detail = "fictif, et les autres sont réels" if fictif else "réel, et les autres sont fictifs"
            lot.refuser(rang, DepotRefuse("FICTIF_ET_REEL", detail=detail))


def inscrire(
    arrivage: Arrivage, accueil: Accueil, journal: Journal, validations: pl.DataFrame | None = None
) -> Reception:
    """Writes the rows of the accepted deposits to brut/, then a verdict on each in the ledger, in one transaction.

    `validations`: the adapter's results, whose critical failures are already refusals in the lot.
    """
    lot = arrivage.lot
    depots = _juger(arrivage, accueil.rafraichissement, journal)
    ids = dict(enumerate(depots["depot_id"]))
    acceptes = {r: ids[r] for r, statut in enumerate(depots["statut"]) if statut == "accepte"}
    ecrire_bruts(accueil.espace.brut, lot.tables, acceptes)
    if validations is None:
        validations = pl.DataFrame(schema=adaptateur.COLONNES_RESULTATS)
    chargement = _nommer(lot, validations, depots, ids, accueil.rafraichissement)
    copies = _copies(arrivage, journal, accueil.rafraichissement)
    journal.charger(replace(chargement, depots=pl.concat([depots, copies])))
    connus = arrivage.connus
    dits = journal.lire(
        "select depot_id, layout, structure_code, nom_structure, debut, fin, extraction from depots"
    )
    retrouves = connus.drop("rang").join(dits, on="depot_id", how="left", maintain_order="left")
    tous = pl.concat([depots, retrouves], how="diagonal_relaxed").sort("chemin")
    tous = tous.update(lire_depots(journal).select("depot_id", "structure_code"), on="depot_id")
    refuses = connus.filter(pl.col("statut") == "refuse")["depot_id"].to_list()
    constats = chargement.constats
    if refuses:
        anciens = journal.lire("select * from constats where list_contains(?, depot_id)", [refuses])
        constats = pl.concat([constats, anciens.select(constats.columns)])
    return Reception(
        depots=tous,
        depots_tables=chargement.depots_tables,
        constats=constats,
        lus=len(arrivage.nouveaux),
    )


def _empreinte_lecture(espace: Espace) -> str:
    """What a verdict on a deposit depends on besides its bytes: the code that reads, layouts and aliases, the day."""
    total = hashlib.sha256(f"{empreinte_lecture()} {dt.date.today()}".encode())
    for fichier in [espace.alias, *sorted(espace.layouts.glob("*.yml"))]:
        if fichier.is_file():
            total.update(fichier.read_bytes())
    return total.hexdigest()[:16]


def verifier_les_bruts(
    espace: Espace, reglages: Reglages, journal: Journal, vus: Sequence[Vu] = ()
) -> set[str]:
    """The accepted deposits that brut/ no longer has whole and that are given again: they are to be read again.

    Raises ErreurUtilisateur (BRUT_ABIME) when one is not given: what it held is not known.
    """
    noms = {t.entete: t.nom for layout in reglages.layouts for t in layout.tables}
    attendues = {i: [noms[t] for t in tables if t in noms] for i, tables in journal.tables_chargees().items()}
    trouves = abimes(espace.brut, attendues)
    sommes = {vu.somme for vu in vus}
    chemins = dict(journal.lire("select depot_id, chemin from depots").iter_rows())
    redonnes = {i for somme, i in journal.acceptes().items() if i in trouves and somme in sommes}
    perdus = [f"\n  - {chemins[i]} (« {fichier} »)" for i, fichier in trouves.items() if i not in redonnes]
    if perdus:
        raise ErreurUtilisateur(
            "BRUT_ABIME",
            f"L'espace de travail est abîmé : un fichier manque ou a été coupé pour {accorder(len(perdus), 'dépôt')}."
            f"{''.join(perdus[:_ABIMES_CITES])}\nRedonnez ces dépôts avec les autres (clauses actualiser), restaurez "
            'l\'espace depuis une sauvegarde, ou retirez-les (clauses retirer … --motif "…").',
        )
    return redonnes


def _deja_vus(vus: Sequence[Vu], journal: Journal, lecture: str, a_relire: Collection[str]) -> pl.DataFrame:
    """Deposits whose verdict stands: same bytes accepted, taken out or purged before, or at the same place refused before.
    `a_relire`: accepted ones that are read again.

    Columns: rang (their rank in `vus`), then those of SCHEMA_VERDICTS.
    """
    acceptes = {somme: i for somme, i in journal.acceptes().items() if i not in a_relire}
    ecartes = {somme: (i, "retire") for somme, i in journal.retires().items()}
    ecartes |= {somme: (i, "purge") for somme, i in journal.purges().items()}
    refuses = {
        (somme, chemin): (identifiant, regle, message)
        for somme, chemin, identifiant, regle, message in journal.lire(
            "select sha256, chemin, depot_id, regle, message from depots where statut = 'refuse' and lecture = ?",
            [lecture],
        ).iter_rows()
    }
    lignes: list[tuple[object, ...]] = []
    for rang, vu in enumerate(vus):
        chemin = vu.candidat.relatif
        if vu.somme in acceptes:
            lignes.append((rang, acceptes[vu.somme], chemin, vu.somme, "deja_charge", None, None))
        elif vu.somme in ecartes:
            identifiant, statut = ecartes[vu.somme]
            lignes.append((rang, identifiant, chemin, vu.somme, statut, None, None))
        elif (vu.somme, chemin) in refuses:
            identifiant, regle, message = refuses[vu.somme, chemin]
            lignes.append((rang, identifiant, chemin, vu.somme, "refuse", regle, message))
    return pl.DataFrame(lignes, schema={"rang": pl.Int64, **SCHEMA_VERDICTS}, orient="row")


def profils(lot: pipeline.Lot) -> dict[str, pl.DataFrame]:
    """What the suites judge, over the whole refresh: profiles by suite, `depot_id` being the deposit's rank as text."""
    lisibles = [rang for rang in lot.identites if rang not in lot.refus]
    par_texte = {
        nom: cadre.with_columns(depot_id=pl.col("depot").cast(pl.String)).drop("depot")
        for nom, cadre in lot.tables.items()
    }
    par_texte["depots"] = pl.DataFrame(
        {
            "depot_id": [str(r) for r in lisibles],
            "extraction": [lot.identites[r].extraction for r in lisibles],
        },
        schema={"depot_id": pl.String, "extraction": pl.Date},
    )
    return profiler(par_texte)


def refuser_les_echecs(lot: pipeline.Lot, validations: pl.DataFrame, layouts: Sequence[Layout]) -> None:
    """A critical failure refuses its deposit."""
    tables = {t.nom: t.entete for layout in layouts for t in layout.tables}
    echecs = validations.filter((pl.col("severite") == "critique") & ~pl.col("succes").fill_null(True))
    for depot, suite, message in echecs.select("depot", "suite", "message").iter_rows():
        if int(depot) not in lot.refus:
            lot.refuser(int(depot), DepotRefuse("VALIDATION", table=tables.get(suite, suite), detail=message))


def _juger(arrivage: Arrivage, rafraichissement: str, journal: Journal) -> pl.DataFrame:
    """The ledger's rows of the new deposits, by rank, numbered in the order in which they count."""
    nouveaux, lot = arrivage.nouveaux, arrivage.lot
    identites = lot.identites
    rangs = sorted(
        range(len(nouveaux)),
        key=lambda r: (
            identites[r].extraction if r in identites else dt.date.min,
            nouveaux[r].candidat.relatif,
        ),
    )
    ordre = journal.dernier_ordre()
    noms = _noms_des_structures(lot)
    deja_vus = dict(journal.lire("select depot_id, vu_le from depots").iter_rows())
    ordres = dict(journal.lire("select depot_id, ordre from depots where statut = 'accepte'").iter_rows())
    acceptees: set[str] = set()
    ids: dict[int, str] = {}
    jumeaux: Counter[str] = Counter()
    lignes: dict[int, tuple[object, ...]] = {}
    for rang in rangs:
        candidat, somme = nouveaux[rang].candidat, nouveaux[rang].somme
        qui = identites.get(rang) or lot.provenances.get(rang) or Provenance()
        regle, message = lot.refus.get(rang, (None, None))
        statut = "refuse" if regle else "deja_charge" if somme in acceptees else "accepte"
        if statut == "accepte":
            acceptees.add(somme)
            ordre += 1
        ids[rang] = somme[:16] if statut == "accepte" else _identifiant(somme, candidat.relatif)
        jumeaux[ids[rang]] += 1
        if jumeaux[ids[rang]] > 1:  # the same file at the same relative place of two folders given together
            ids[rang] += f"-{jumeaux[ids[rang]]}"
        lignes[rang] = (
            ids[rang],
            candidat.relatif,
            somme,
            lot.layouts.get(rang),
            qui.structure_code,
            qui.nom_structure or noms.get(rang),
            qui.debut,
            qui.fin,
            qui.extraction,
            statut,
            regle,
            message,
            arrivage.charge_le,
            rafraichissement,
            ordres.get(ids[rang], ordre) if statut == "accepte" else None,
            arrivage.lecture,
            deja_vus.get(ids[rang]) or arrivage.charge_le,
        )
    return pl.DataFrame([lignes[r] for r in range(len(nouveaux))], schema=SCHEMA_DEPOTS, orient="row")


def _noms_des_structures(lot: pipeline.Lot) -> dict[int, str]:
    """Names the deposits' own rows give to their structure, by rank, for those without an Informations sheet."""
    noms: dict[int, str] = {}
    for cadre in lot.tables.values():
        if "nom_structure" in cadre.columns:
            lignes = cadre.drop_nulls("nom_structure").group_by("depot").agg(pl.col("nom_structure").last())
            noms |= dict(lignes.iter_rows())
    return noms


def _nommer(
    lot: pipeline.Lot,
    validations: pl.DataFrame,
    depots: pl.DataFrame,
    ids: dict[int, str],
    rafraichissement: str,
) -> Chargement:
    """What the ledger takes: ranks within the refresh give way to the deposits' ids."""
    noms = pl.DataFrame(
        {"depot": list(ids), "depot_id": list(ids.values())},
        schema={"depot": pl.Int32, "depot_id": pl.String},
    )
    par_rang = validations.with_columns(pl.col("depot").cast(pl.Int32)).join(noms, on="depot")
    return Chargement(
        depots=depots,
        depots_tables=lot.comptes.join(noms, on="depot").drop("depot"),
        constats=lot.constats.tous().join(noms, on="depot", maintain_order="left").drop("depot"),
        validations=par_rang.drop("depot")
        .rename({"depot_id": "depot"})
        .with_columns(rafraichissement=pl.lit(rafraichissement)),
        formes_inconnues=lot.constats.formes_inconnues().join(noms, on="depot").drop("depot"),
    )


def _copies(arrivage: Arrivage, journal: Journal, rafraichissement: str) -> pl.DataFrame:
    """Rows of the ledger for bytes accepted before that are now seen at another place: seen, not loaded again."""
    lignes_connues = {d["depot_id"]: d for d in journal.lire("select * from depots").iter_rows(named=True)}
    copies: dict[str, dict[str, object]] = {}
    for accepte in arrivage.connus.filter(pl.col("statut") == "deja_charge").iter_rows(named=True):
        origine, chemin = lignes_connues[accepte["depot_id"]], accepte["chemin"]
        copie = _identifiant(accepte["sha256"], chemin)
        if origine["chemin"] != chemin and copie not in lignes_connues:
            copies[copie] = origine | {
                "depot_id": copie,
                "chemin": chemin,
                "statut": "deja_charge",
                "ordre": None,
                "charge_le": arrivage.charge_le,
                "vu_le": arrivage.charge_le,
                "rafraichissement": rafraichissement,
            }
    return pl.DataFrame(list(copies.values()), schema=SCHEMA_DEPOTS)


def _identifiant(somme: str, chemin: str) -> str:
    """Id of a deposit that is not loaded: its content and its place."""
    lieu = hashlib.sha256(chemin.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{somme[:16]}-{lieu}"


def maintenant() -> dt.datetime:
    """Now, to the second: what the ledger and the reports show."""
    return dt.datetime.now().replace(microsecond=0)
