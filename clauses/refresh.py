"""The main job: read the deposits that are new, check each load, rebuild, test, compare, publish.

The order of what is written makes a killed run harmless: deposits reach brut/ whole, the ledger takes them in one
transaction, the candidate is scratch until it replaces the published warehouse in one move.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl

from clauses import dbt_build, warehouse
from clauses.errors import CodeSortie, DepotRefuse
from clauses.journal import Chargement, Journal
from clauses.project import SEEDS, empreinte_lecture, empreinte_modeles, version_code
from clauses.workers import ErreurOuvrier, Ouvrier
from clauses.workspace import Espace
from expectations import adaptateur
from expectations.profil import profiler
from exports.rapport import ContenuRapport, ecrire_rapport
from ingest import pipeline
from ingest.codes import Codes, charger_codes
from ingest.discovery import Candidat, decouvrir, empreinte
from ingest.layouts import Layout, charger_layouts
from ingest.loading import ecrire_bruts, fichiers_bruts, retirer_les_orphelins
from ingest.matching import structure_du_nom
from ingest.references import schemas_bruts

ETAPES = ("Recherche", "Lecture", "Validation", "Chargement", "Construction", "Publication")
LOGICIEL_FICTIF = "fictive"


@dataclass
class Bilan:
    """What a refresh did, for the summary, the report and the exit code."""

    rafraichissement: str
    debut: dt.datetime
    statut: str = "inchange"
    date_arrete: dt.date | None = None
    depots: pl.DataFrame = field(default_factory=pl.DataFrame)
    depots_tables: pl.DataFrame = field(default_factory=pl.DataFrame)
    constats: pl.DataFrame = field(default_factory=pl.DataFrame)
    ignores: list[str] = field(default_factory=list)
    heures: pl.DataFrame = field(default_factory=pl.DataFrame)
    portes: list[str] = field(default_factory=list)
    rapport: Path | None = None
    durees: dict[str, float] = field(default_factory=dict)

    def effectif(self, statut: str) -> int:
        return self.depots.filter(pl.col("statut") == statut).height

    @property
    def refuses(self) -> int:
        return self.effectif("refuse")


class Suivi:
    """Tells the screen which stage runs and how far it is; keeps the time each took."""

    def __init__(self, annoncer: Callable[[str, int, int], None]) -> None:
        self._annoncer = annoncer
        self.durees: dict[str, float] = {}

    @contextmanager
    def etape(self, nom: str) -> Iterator[Callable[[int, int], None]]:
        debut = time.perf_counter()
        self._annoncer(nom, 0, 1)
        yield lambda fait, total: self._annoncer(nom, fait, total)
        self._annoncer(nom, 1, 1)
        self.durees[nom] = self.durees.get(nom, 0.0) + time.perf_counter() - debut


def actualiser(
    depots: Sequence[Path],
    espace: Espace,
    arrete: dt.date | None = None,
    annoncer: Callable[[str, int, int], None] = lambda etape, fait, total: None,
) -> Bilan:
    """Runs one refresh and returns what it did.

    Raises ErreurUtilisateur for the user's mistakes (a missing folder, a bad alias file, a running refresh). A gate that
    closes is not an error here: `statut` is then `bloque` and `portes` says why.
    """
    suivi = Suivi(annoncer)
    debut = _maintenant()
    layouts = charger_layouts(espace.layouts)
    codes = charger_codes(SEEDS, espace.alias)
    with suivi.etape("Recherche"):
        candidats, ignores = decouvrir(depots, layouts, exclus=[espace.racine])
        sommes = [empreinte(c) for c in candidats]
    espace.preparer()
    with espace.verrouiller(), ExitStack() as pile:
        journal = Journal(espace.journal)
        retirer_les_orphelins(espace.brut, journal.acceptes().values())
        bilan = Bilan(
            f"{debut:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", debut, ignores=ignores, durees=suivi.durees
        )
        lecture = _empreinte_lecture(espace)
        verdicts = _deja_vus(journal, candidats, sommes, lecture)
        nouveaux = [rang for rang in range(len(candidats)) if rang not in verdicts]
        ouvriers = _Ouvriers(pile, espace.travail)
        if nouveaux:
            ouvriers.chauffer()
        _charger(
            candidats,
            sommes,
            nouveaux,
            verdicts,
            layouts,
            codes,
            espace,
            journal,
            bilan,
            lecture,
            suivi,
            ouvriers,
        )
        etat = _etat(journal, arrete, codes, espace)
        publication = journal.derniere_publication()
        if etat.date_arrete is None:
            bilan.statut = "vide"
        elif publication is not None and publication[1] == etat.empreinte and espace.entrepot.exists():
            bilan.date_arrete = etat.date_arrete
        else:
            ouvriers.chauffer()
            _construire(espace, journal, bilan, etat, suivi, ouvriers)
        if bilan.statut in ("publie", "bloque") or nouveaux:
            _rendre_compte(espace, journal, bilan)
    return bilan


@dataclass(frozen=True)
class _Etat:
    """The state of the ledger that a build depends on."""

    empreinte: str
    date_arrete: dt.date | None
    acceptes: list[str]
    alias_ajoutes: pl.DataFrame


class _Ouvriers:
    """The two warm processes, started at most once."""

    def __init__(self, pile: ExitStack, travail: Path) -> None:
        self._pile = pile
        self._travail = travail
        self._dbt: Ouvrier | None = None
        self._gx: Ouvrier | None = None

    def chauffer(self) -> None:
        if self._dbt is None:
            self._dbt = self._pile.enter_context(Ouvrier(dbt_build.preparer, self._travail))
            self._gx = self._pile.enter_context(Ouvrier(adaptateur.precharger))

    @property
    def dbt(self) -> Ouvrier:
        assert self._dbt is not None
        return self._dbt

    @property
    def gx(self) -> Ouvrier:
        assert self._gx is not None
        return self._gx


def _empreinte_lecture(espace: Espace) -> str:
    """What a verdict on a deposit depends on besides its bytes: the code that reads, layouts and aliases, the day."""
    total = hashlib.sha256(f"{empreinte_lecture()} {dt.date.today()}".encode())
    for fichier in [espace.alias, *sorted(espace.layouts.glob("*.yml"))]:
        if fichier.is_file():
            total.update(fichier.read_bytes())
    return total.hexdigest()[:16]


def _deja_vus(
    journal: Journal, candidats: Sequence[Candidat], sommes: Sequence[str], lecture: str
) -> dict[int, tuple[str, str | None, str | None, str]]:
    """Ranks whose verdict stands: same bytes accepted before, or same bytes at the same place refused before.

    Values: statut, regle, message, depot_id.
    """
    acceptes = journal.acceptes()
    refuses = {
        (ligne[0], ligne[1]): ("refuse", ligne[2], ligne[3], ligne[4])
        for ligne in journal.lire(
            "select sha256, chemin, regle, message, depot_id from depots where statut = 'refuse' and lecture = ?",
            [lecture],
        ).iter_rows()
    }
    verdicts: dict[int, tuple[str, str | None, str | None, str]] = {}
    for rang, (candidat, somme) in enumerate(zip(candidats, sommes, strict=True)):
        if somme in acceptes:
            verdicts[rang] = ("deja_charge", None, None, acceptes[somme])
        elif (somme, candidat.relatif) in refuses:
            verdicts[rang] = refuses[somme, candidat.relatif]
    return verdicts


def _charger(
    candidats: Sequence[Candidat],
    sommes: Sequence[str],
    nouveaux: Sequence[int],
    verdicts: dict[int, tuple[str, str | None, str | None, str]],
    layouts: Sequence[Layout],
    codes: Codes,
    espace: Espace,
    journal: Journal,
    bilan: Bilan,
    lecture: str,
    suivi: Suivi,
    ouvriers: _Ouvriers,
) -> None:
    """Reads, validates and stores the new deposits; fills the frames of `bilan`."""
    with suivi.etape("Lecture") as avancement:
        lot = (
            pipeline.lire(
                [candidats[r] for r in nouveaux],
                layouts,
                codes,
                espace.lire_cle(),
                dt.date.today(),
                avancement,
            )
            if nouveaux
            else pipeline.Lot()
        )
    validations = pl.DataFrame(schema=adaptateur.COLONNES_RESULTATS)
    with suivi.etape("Validation"):
        if lot.identites:
            validations = _valider(lot, ouvriers)
    with suivi.etape("Chargement"):
        ids, depots = _juger(
            [candidats[r] for r in nouveaux], [sommes[r] for r in nouveaux], lot, journal, bilan, lecture
        )
        ecrire_bruts(
            espace.brut, lot.tables, {r: ids[r] for r, d in enumerate(depots["statut"]) if d == "accepte"}
        )
        noms = pl.DataFrame(
            {"depot": list(ids), "depot_id": list(ids.values())},
            schema={"depot": pl.Int32, "depot_id": pl.String},
        )
        chargement = Chargement(
            depots=depots,
            depots_tables=lot.comptes.join(noms, on="depot").drop("depot"),
            constats=lot.constats.tous().join(noms, on="depot", maintain_order="left").drop("depot"),
            validations=validations.with_columns(pl.col("depot").cast(pl.Int32))
            .join(noms, on="depot")
            .drop("depot")
            .rename({"depot_id": "depot"})
            .with_columns(rafraichissement=pl.lit(bilan.rafraichissement)),
            formes_inconnues=lot.constats.formes_inconnues().join(noms, on="depot").drop("depot"),
        )
        journal.charger(
            replace(chargement, depots=pl.concat([depots, _copies(journal, candidats, verdicts, bilan)]))
        )
    deja = pl.DataFrame(
        [
            (i, candidats[r].relatif, sommes[r], statut, regle, message)
            for r, (statut, regle, message, i) in verdicts.items()
        ],
        schema=dict.fromkeys(("depot_id", "chemin", "sha256", "statut", "regle", "message"), pl.String),
        orient="row",
    )
    bilan.depots = pl.concat([depots, deja], how="diagonal").sort("chemin")
    vus = bilan.depots.filter(pl.col("statut") == "refuse")["depot_id"].to_list()
    bilan.depots_tables = chargement.depots_tables
    bilan.constats = pl.concat(
        [chargement.constats, _constats_des_refus(journal, [v for v in vus if v not in ids.values()])]
    )


def _copies(
    journal: Journal,
    candidats: Sequence[Candidat],
    verdicts: dict[int, tuple[str, str | None, str | None, str]],
    bilan: Bilan,
) -> pl.DataFrame:
    """Rows of the ledger for bytes accepted before that are now seen at another place: seen, not loaded again."""
    connus = {d["depot_id"]: d for d in journal.lire("select * from depots").iter_rows(named=True)}
    lignes = []
    for rang, (statut, _, _, identifiant) in verdicts.items():
        accepte, chemin = connus[identifiant], candidats[rang].relatif
        copie = _identifiant(accepte["sha256"], chemin)
        if statut == "deja_charge" and accepte["chemin"] != chemin and copie not in connus:
            nouveau = {"depot_id": copie, "chemin": chemin, "statut": statut, "ordre": None}
            lignes.append(
                accepte | nouveau | {"rafraichissement": bilan.rafraichissement, "charge_le": _maintenant()}
            )
    return pl.DataFrame(lignes, schema=SCHEMA_DEPOTS)


def _identifiant(somme: str, chemin: str) -> str:
    """Id of a deposit that is not loaded: its content and its place."""
    lieu = hashlib.sha256(chemin.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{somme[:16]}-{lieu}"


def _maintenant() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)


def _constats_des_refus(journal: Journal, ids: list[str]) -> pl.DataFrame:
    return journal.lire(
        "select * exclude (depot_id), depot_id from constats where list_contains(?, depot_id)", [ids]
    )


def _valider(lot: pipeline.Lot, ouvriers: _Ouvriers) -> pl.DataFrame:
    """Runs the suites once over the whole refresh; a critical failure refuses its deposit.

    Returns the adapter's columns, `depot` being the deposit's rank as text.
    """
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
    validations: pl.DataFrame = ouvriers.gx.appeler(adaptateur.valider, profiler(par_texte))
    echecs = validations.filter((pl.col("severite") == "critique") & ~pl.col("succes").fill_null(True))
    for depot, suite, message in echecs.select("depot", "suite", "message").iter_rows():
        if int(depot) not in lot.refus:
            lot.refuser(int(depot), DepotRefuse("VALIDATION", table=suite.capitalize(), detail=message))
    return validations


def _juger(
    candidats: Sequence[Candidat],
    sommes: Sequence[str],
    lot: pipeline.Lot,
    journal: Journal,
    bilan: Bilan,
    lecture: str,
) -> tuple[dict[int, str], pl.DataFrame]:
    """Ids by rank and the ledger's rows of the new deposits, numbered in the order in which they count."""
    identites = lot.identites
    rangs = sorted(
        range(len(candidats)),
        key=lambda r: (identites[r].extraction if r in identites else dt.date.min, candidats[r].relatif),
    )
    ordre = journal.dernier_ordre()
    noms = _noms_des_structures(lot)
    acceptees: set[str] = set()
    ids: dict[int, str] = {}
    jumeaux: Counter[str] = Counter()
    lignes: dict[int, tuple[object, ...]] = {}
    for rang in rangs:
        candidat, somme, identite = candidats[rang], sommes[rang], identites.get(rang)
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
            identite.structure_code
            if identite
            else lot.structures.get(rang) or structure_du_nom(candidat.nom),
            (identite.nom_structure if identite else None) or noms.get(rang),
            identite.debut if identite else None,
            identite.fin if identite else None,
            identite.extraction if identite else None,
            statut,
            regle,
            message,
            _maintenant(),
            bilan.rafraichissement,
            ordre if statut == "accepte" else None,
            lecture,
        )
    return ids, pl.DataFrame([lignes[r] for r in range(len(candidats))], schema=SCHEMA_DEPOTS, orient="row")


def _noms_des_structures(lot: pipeline.Lot) -> dict[int, str]:
    """Names the deposits' own rows give to their structure, by rank, for those without an Informations sheet."""
    noms: dict[int, str] = {}
    for table in ("structure", "bilan"):
        if table in lot.tables:
            lignes = (
                lot.tables[table]
                .drop_nulls("nom_structure")
                .group_by("depot")
                .agg(pl.col("nom_structure").last())
            )
            noms |= dict(lignes.iter_rows())
    return noms


SCHEMA_DEPOTS = {
    **dict.fromkeys(("depot_id", "chemin", "sha256", "layout", "structure_code", "nom_structure"), pl.String),
    **dict.fromkeys(("debut", "fin", "extraction"), pl.Date),
    **dict.fromkeys(("statut", "regle", "message"), pl.String),
    "charge_le": pl.Datetime,
    "rafraichissement": pl.String,
    "ordre": pl.Int32,
    "lecture": pl.String,
}


def _etat(journal: Journal, arrete: dt.date | None, codes: Codes, espace: Espace) -> _Etat:
    acceptes = journal.lire("select depot_id, extraction from depots where statut = 'accepte' order by ordre")
    date_arrete = arrete or max(acceptes["extraction"].to_list(), default=None)
    formes = journal.lire("select distinct nomenclature, forme from formes_inconnues order by all")
    alias = _alias_ajoutes(formes, codes)
    refus = journal.lire("select depot_id, regle from depots where statut <> 'accepte' order by all")
    contenu = [
        acceptes["depot_id"].to_list(),
        refus.rows(),
        alias.rows(),
        str(date_arrete),
        empreinte_modeles(),
    ]
    somme = hashlib.sha256(json.dumps(contenu, ensure_ascii=False).encode()).hexdigest()[:16]
    return _Etat(somme, date_arrete if len(acceptes) else None, acceptes["depot_id"].to_list(), alias)


def _alias_ajoutes(formes: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    """Raw forms loaded as unknown that today's aliases know: nomenclature, forme, code.

    A list of forms is kept whole: its codes joined as `<nomenclature>:liste`, the first and the others apart as
    `:principale` and `:reste`.
    """
    connues: list[tuple[str, str, str]] = []
    for (nom,), groupe in formes.group_by("nomenclature", maintain_order=True):
        nomenclature, _, liste = str(nom).partition(":")
        if liste:
            lues = codes.lire_liste(nomenclature, groupe["forme"])
            for forme, trouves, inconnues in zip(
                groupe["forme"], lues["codes"].to_list(), lues["inconnues"], strict=True
            ):
                if inconnues is None:
                    connues.append((f"{nomenclature}:liste", forme, ";".join(trouves)))
                    connues.append((f"{nomenclature}:principale", forme, trouves[0]))
                    connues.append((f"{nomenclature}:reste", forme, ";".join(trouves[1:])))
        else:
            trouvees = zip(groupe["forme"], codes.lire(nomenclature, groupe["forme"]), strict=True)
            connues += [(nomenclature, forme, code) for forme, code in trouvees if code is not None]
    return pl.DataFrame(
        connues, schema=dict.fromkeys(("nomenclature", "forme", "code"), pl.String), orient="row"
    )


def _construire(
    espace: Espace, journal: Journal, bilan: Bilan, etat: _Etat, suivi: Suivi, ouvriers: _Ouvriers
) -> None:
    """Candidate, tests, comparison, promotion. A closed gate leaves the published warehouse as it was."""
    assert etat.date_arrete is not None
    bilan.date_arrete = etat.date_arrete
    candidat = espace.travail / dbt_build.CANDIDAT
    journal.ouvrir_rafraichissement(bilan.rafraichissement, bilan.debut, version_code())
    with suivi.etape("Construction"):
        parametres = warehouse.Parametres(
            bilan.rafraichissement, etat.date_arrete, version_code(), bilan.debut
        )
        references: Path = ouvriers.dbt.attendre()
        warehouse.preparer_candidat(
            candidat,
            references,
            fichiers_bruts(espace.brut, etat.acceptes),
            schemas_bruts(),
            journal,
            parametres,
            etat.alias_ajoutes,
        )
        try:
            resultat: dbt_build.ResultatDbt = ouvriers.dbt.appeler(dbt_build.construire, espace.travail)
            bilan.portes = list(resultat.portes)
        except ErreurOuvrier as erreur:
            (espace.logs / "construction.log").write_text(str(erreur), encoding="utf-8")
            raise
    with suivi.etape("Publication"):
        if not bilan.portes:
            bilan.portes = _valider_indicateurs(candidat, ouvriers)
        with suppress(duckdb.CatalogException):  # a gate that closed early leaves no indicators to compare
            bilan.heures = warehouse.heures_par_region(espace.entrepot, candidat)
        if bilan.portes:
            bilan.statut = "bloque"
        else:
            warehouse.achever_candidat(candidat)
            warehouse.promouvoir(candidat, espace)
            bilan.statut = "publie"
            ruptures = warehouse.ruptures(espace.entrepot, bilan.depots["depot_id"].to_list())
            bilan.constats = pl.concat([bilan.constats, ruptures.select(bilan.constats.columns)])
    fin = _maintenant()
    journal.clore_rafraichissement(
        bilan.rafraichissement, fin, bilan.statut, etat.date_arrete, etat.empreinte
    )


def _valider_indicateurs(candidat: Path, ouvriers: _Ouvriers) -> list[str]:
    cube = warehouse.lire(
        candidat,
        "select tableau, mesure, niveau_territoire, code_territoire, type_periode, periode, modalite_1, valeur, part "
        "from marts.indicateurs where niveau_territoire = 'national'",
    )
    resultats: pl.DataFrame = ouvriers.gx.appeler(adaptateur.valider_indicateurs, cube)
    echecs = resultats.filter((pl.col("severite") == "critique") & ~pl.col("succes").fill_null(True))
    return echecs["message"].to_list()


def _rendre_compte(espace: Espace, journal: Journal, bilan: Bilan) -> None:
    ids = bilan.depots["depot_id"].to_list()
    validations = journal.lire(
        "select * from validations where rafraichissement = ?", [bilan.rafraichissement]
    )
    formes = journal.lire(
        "select nomenclature, forme, sum(occurrences)::bigint as occurrences from formes_inconnues "
        "where list_contains(?, depot_id) and nomenclature not like '%:%' group by all "
        "order by occurrences desc, nomenclature, forme",
        [ids],
    )
    heures = bilan.heures
    if heures.is_empty():
        heures = pl.DataFrame(
            schema={
                "code": pl.String,
                "libelle": pl.String,
                "heures_avant": pl.Float64,
                "heures_apres": pl.Float64,
            }
        )
    contenu = ContenuRapport(
        rafraichissement=bilan.rafraichissement,
        debut=bilan.debut,
        fin=_maintenant(),
        date_arrete=bilan.date_arrete,
        statut=bilan.statut,
        depots=bilan.depots,
        depots_tables=bilan.depots_tables,
        constats=bilan.constats,
        validations=validations,
        heures_regions=heures,
        formes_inconnues=formes,
        portes=bilan.portes,
        fictif=est_fictif(bilan.depots),
    )
    bilan.rapport = ecrire_rapport(espace.rapports / f"{bilan.rafraichissement}.html", contenu)


def est_fictif(depots: pl.DataFrame) -> bool:
    """True when a deposit comes from the generator of fictitious ones: its structure's name says so."""
    return (
        bool(depots["nom_structure"].str.to_lowercase().str.contains(LOGICIEL_FICTIF).any())
        if len(depots)
        else False
    )


def code_sortie(bilan: Bilan, strict: bool) -> CodeSortie:
    """The exit code a refresh deserves."""
    if bilan.statut == "bloque":
        return CodeSortie.PORTE
    if strict and bilan.refuses:
        return CodeSortie.REFUS
    return CodeSortie.FAIT
