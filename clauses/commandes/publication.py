"""Publishing: a vintage is frozen, protected, written as a package, read again, and only then put in place."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from clauses.affichage.publication import Apercu, Paquet
from clauses.chantier import warehouse
from clauses.commandes.apercu import apercu
from clauses.commandes.depuis_entrepot import (
    Publie,
    figures_datees,
    jusqu_a,
    lire_publie,
    perimetre_vide,
    rassembler,
)
from clauses.socle.cube import CLE
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.journal import Journal
from clauses.socle.nombres import accorder, date_courte
from clauses.socle.project import empreinte_modeles, empreinte_secret, empreinte_seeds, version_code
from clauses.socle.suivi import Suivi
from clauses.socle.workspace import Espace
from exports.edition import comparaison, millesimes
from exports.edition.edition import Edition
from exports.edition.millesimes import FIGURES, PROTEGEES, PROVENANCE, PUBLIEES, Millesime
from exports.edition.portee import NATIONALE
from exports.edition.publication import Publication
from exports.edition.statuts import fin_de_periode
from exports.paquet.paquet import SOMMES, ecrire_paquet
from exports.secret import proteger
from exports.secret.regles import verifier_profil

_CODE = re.compile(r"(\d{4})T([1-4])")
_BIBLIOTHEQUES = ("duckdb", "dbt-core", "dbt-duckdb", "polars", "pyarrow", "xlsxwriter", "highspy", "pysdmx")
# Which structures have hours in which territory and period: what explains a revision.
_PROVENANCE = """
select distinct
    h.structure_code, l.niveau_territoire, l.code_territoire, p.periode,
    cast(p.debut as date) as debut, cast(p.fin as date) as fin
from (select distinct structure_code, region, departement, epci, mois from marts.fct_heures) as h
cross join lateral (
    values ('national', 'FR'), ('region', h.region), ('departement', h.departement), ('epci', h.epci),
        ('structure', h.structure_code)
) as l (niveau_territoire, code_territoire)
inner join marts.dim_periode as p on p.type_periode <> 'cumul' and h.mois between p.debut and p.fin
order by all
"""


@dataclass(frozen=True)
class Demande:
    """What is asked for: the vintage, where, the profile, the territories whose workbook is wanted (all when empty)."""

    millesime: str
    sortie: Path
    profil: str = "public"
    territoires: Sequence[str] = ()
    motif: str | None = None

    def __post_init__(self) -> None:
        """Raises ErreurUtilisateur when the code of the vintage cannot be read, or the profile is unknown."""
        if not _CODE.fullmatch(self.millesime):
            raise ErreurUtilisateur(
                "MILLESIME_ILLISIBLE",
                f"« {self.millesime} » n'est pas un millésime : écrivez l'année et le trimestre, par exemple 2024T4.",
            )
        verifier_profil(self.profil)

    @property
    def fin(self) -> dt.date:
        """The last day that the vintage speaks of."""
        return fin_de_periode(self.millesime)


def publier(
    demande: Demande,
    espace: Espace,
    annoncer: Callable[[str, int, int], None],
    confirmer: Callable[[Apercu], None] = lambda _: None,
) -> Paquet:
    """Writes the package of a vintage, freezing it first if it is new or if something changed since its last version.

    `confirmer` is told what is about to be frozen, and raises where it must not be. The vintage is frozen when its package
    takes its place: a run that stops leaves both or neither.

    Raises ErreurUtilisateur: ENTREPOT_ABSENT, ENTREPOT_PERIME, PERIODE_SANS_DONNEES, TERRITOIRE_INCONNU,
    TERRITOIRE_HORS_PERIMETRE, TERRITOIRE_VIDE, PERIMETRE_VIDE, PLAN_SANS_FAMILLE, MILLESIME_INCHANGE (that very package is
    already there), MOTIF_ABSENT, SORTIE_IMPOSSIBLE, RELECTURE_DIFFERENTE.
    """
    suivi = Suivi(annoncer)
    warehouse.ouvrir_publie(espace).close()  # nothing is written where nothing can be published
    with espace.verrouiller(), ExitStack() as pile:
        noter = partial(_noter, espace)
        millesimes.achever(espace.millesimes, noter)
        with suivi.etape("Lecture"), warehouse.ouvrir_publie(espace) as base:
            publie = lire_publie(base, espace)
            _verifier_demande(base, demande, publie)
        versions = [m for m in millesimes.lister(espace.millesimes) if m.code == demande.millesime]
        nouveau = not versions or _a_change(versions[-1], demande, publie)
        nom = f"{demande.millesime}_v{(versions[-1].version if versions else 0) + nouveau}"
        destination = demande.sortie.resolve() / _nom_du_paquet(nom, demande.profil)
        _verifier_place(destination, nom, nouveau)
        if nouveau:
            with suivi.etape("Secret") as avancement:
                fige = pile.enter_context(_preparer(nom, demande, espace, publie, avancement))
        else:
            fige = versions[-1]
        publication = _publication(demande, espace, publie, fige)
        if nouveau:
            confirmer(apercu(publication, _precedent(espace, fige), fige.lire(PUBLIEES)))
        with suivi.etape("Écriture") as avancement:
            ecrire_paquet(
                destination,
                publication,
                _edition(fige, publication),
                fige.fiche,
                demande.territoires,
                avancement,
                partial(millesimes.poser, fige, destination) if nouveau else lambda: None,
            )
        with suivi.etape("Entrepôt"):
            if nouveau:
                millesimes.achever(espace.millesimes, noter)
            else:
                noter(fige, destination)
    return Paquet(
        destination,
        fige.nom,
        nouveau,
        publication.fictif,
        publication.indicateurs.height,
        publication.indicateurs.filter(pl.col("statut_observation") == "Q").height,
        sum(ligne["sans_preuve"] for ligne in fige.fiche["secret"]) if demande.profil == "public" else 0,
        publication.revisions,
        suivi.durees,
    )


def _publication(demande: Demande, espace: Espace, publie: Publie, fige: Millesime) -> Publication:
    """What the writers are given: the figures of the profile, and how they differ from those of the vintage before."""
    figures = fige.lire(PUBLIEES)
    if demande.profil == "restreint":
        with warehouse.ouvrir_publie(espace) as base:
            toutes = figures_datees(proteger(base, "restreint").indicateurs, demande.fin, publie.date_arrete)
        figures = publie.portee.restreindre(toutes, publie.annexes["territoires"])
    precedent = _precedent(espace, fige)
    revisions = None
    if precedent is not None:
        revisions = comparaison.comparer(precedent, fige, publiees=demande.profil == "public")
        if demande.profil == "restreint":
            revisions = publie.portee.restreindre(revisions, publie.annexes["territoires"])
    return rassembler(publie, figures, fige.code, fige.version, demande.profil, revisions)


def _verifier_demande(base: duckdb.DuckDBPyConnection, demande: Demande, publie: Publie) -> None:
    """Raises ErreurUtilisateur for a quarter or a territory that has nothing to publish: before anything is frozen."""
    periode = demande.millesime.replace("T", "-T")
    heures = base.execute(
        "select periode, niveau_territoire, code_territoire from marts.indicateurs where tableau = 'CLES' "
        "and mesure = 'heures' and type_periode = 'trimestre' and niveau_territoire in ('national', 'region')"
    ).pl()
    connues = heures["periode"].unique().sort()
    if periode not in connues:
        raise ErreurUtilisateur(
            "PERIODE_SANS_DONNEES",
            f"Aucune heure au trimestre {periode}. Trimestres de l'entrepôt : du {connues[0]} au {connues[-1]}.",
        )
    if publie.date_arrete < demande.fin:
        raise ErreurUtilisateur(
            "MILLESIME_TROP_TOT",
            f"Les données sont arrêtées au {date_courte(publie.date_arrete)}, avant la fin du trimestre {periode}. "
            "Attendez les dépôts qui le couvrent en entier.",
        )
    portee, tous = publie.portee, publie.annexes["territoires"]
    regions = dict(
        tous.filter(pl.col("niveau_territoire") == "region").select("code_territoire", "libelle").iter_rows()
    )
    jusque = heures.filter(pl.col("periode") <= periode)
    actifs = portee.restreindre(jusque, tous)["code_territoire"].unique().sort()
    if actifs.is_empty():
        raise perimetre_vide(portee)
    for territoire in demande.territoires:
        if territoire not in (NATIONALE.code, portee.code, *regions):
            raise ErreurUtilisateur(
                "TERRITOIRE_INCONNU",
                f"« {territoire} » n'est ni {portee.code} ni le code d'une région. "
                f"Ceux qui ont des heures : {', '.join(actifs)}.",
            )
        if territoire in regions and territoire not in jusque["code_territoire"]:
            raise ErreurUtilisateur(
                "TERRITOIRE_VIDE",
                f"Aucun dépôt n'a d'heures dans la région {territoire} ({regions[territoire]}) jusqu'au trimestre "
                f"{periode} : rien à y publier. Celles qui en ont : {', '.join(c for c in actifs if c in regions)}.",
            )
        if not portee.couvre(territoire):
            raise ErreurUtilisateur(
                "TERRITOIRE_HORS_PERIMETRE",
                f"« {territoire} » n'est pas dans le périmètre de l'observatoire "
                f"({', '.join(portee.regions or ())}) : les dépôts reçus n'en diraient qu'une partie. "
                f"Territoires à publier : {', '.join(actifs)}. Le périmètre se dit dans observatoire.yml.",
            )


def _gel(publie: Publie) -> dict[str, Any]:
    """All that the figures depend on, and which of them are published."""
    etat = publie.etat
    return {
        "depots": etat.acceptes,
        "date_arrete": str(etat.date_arrete),
        "alias": [list(ligne) for ligne in etat.alias_ajoutes.rows()],
        "perimetres": [list(ligne) for ligne in etat.perimetres.rows()],
        "structures_attendues": [
            list(ligne)
            for ligne in etat.structures_attendues.with_columns(pl.col(pl.Date).cast(pl.String)).rows()
        ],
        "regions": publie.portee.regions and list(publie.portee.regions),
        "modeles": empreinte_modeles(),
        "secret": empreinte_secret(),
    }


def _a_change(derniere: Millesime, demande: Demande, publie: Publie) -> bool:
    """Whether something changed since the last version of the vintage: a new one is to be frozen.

    Raises ErreurUtilisateur when something did and nobody says why.
    """
    gel = _gel(publie)
    if derniere.gel == gel:
        return False
    if not demande.motif:
        avant, apres = set(derniere.gel["depots"]), set(gel["depots"])
        ecarts = ((apres - avant, "de plus"), (avant - apres, "de moins"))
        changes = [f"{accorder(len(ids), 'dépôt')} {mot}" for ids, mot in ecarts if ids]
        changes += ["le périmètre"] if gel["regions"] != derniere.gel.get("regions") else []
        changes += ["les règles de calcul"] if gel["modeles"] != derniere.gel["modeles"] else []
        changes += ["la recherche du secret"] if gel["secret"] != derniere.gel.get("secret") else []
        raise ErreurUtilisateur(
            "MOTIF_ABSENT",
            f"Le millésime {demande.millesime} est déjà publié ({derniere.nom}) et ses chiffres changent"
            f"{' (' + ', '.join(changes) + ')' if changes else ''}. Pour publier la version {derniere.version + 1}, "
            'dites pourquoi : --motif "…"',
        )
    return True


def _preparer(
    nom: str, demande: Demande, espace: Espace, publie: Publie, avancement: Callable[[int, int], None]
) -> AbstractContextManager[Millesime]:
    """Protects the figures of the vintage to be."""
    anterieurs = millesimes.lister(espace.millesimes)
    with warehouse.ouvrir_publie(espace) as base:
        protegees, rapport = figures_publiques(base, anterieurs, demande.fin, publie.date_arrete, avancement)
        toutes = jusqu_a(base.execute("from marts.indicateurs").pl(), demande.fin).sort(CLE)
        provenance = base.execute(_PROVENANCE).pl()
        provenance = pl.concat(
            [provenance, publie.portee.restreindre(provenance, publie.annexes["territoires"])]
        )
        seuils = base.execute(
            "select code, valeur, raison from referentiels.seuils_secret order by code"
        ).pl()
        definitions = base.execute(
            "select tableau, mesure, cast(depuis as varchar) as depuis from referentiels.definitions order by all"
        ).pl()
    depots = publie.depots.with_columns(pl.col(pl.Date).cast(pl.String))
    return millesimes.preparer(
        espace.millesimes,
        nom,
        {
            "motif": demande.motif,
            "cree_le": dt.datetime.now().replace(microsecond=0).isoformat(),
            "date_arrete": str(publie.date_arrete),
            "version_code": version_code(),
            "edition_seeds": empreinte_seeds(),
            "bibliotheques": {nom: importlib.metadata.version(nom) for nom in _BIBLIOTHEQUES},
            "seuils": seuils.to_dicts(),
            "definitions": definitions.to_dicts(),
            "depots": depots.to_dicts(),
            "secret": rapport.to_dicts(),
            "gel": _gel(publie),
        },
        {
            FIGURES: toutes,
            PROTEGEES: protegees,
            PUBLIEES: publie.portee.restreindre(protegees, publie.annexes["territoires"]),
            PROVENANCE: provenance,
        },
    )


def figures_publiques(
    base: duckdb.DuckDBPyConnection,
    anterieurs: list[Millesime],
    fin: dt.date,
    date_arrete: dt.date,
    avancement: Callable[[int, int], None] = lambda fait, total: None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the public may be shown of a warehouse until `fin`, and the report of secrecy; what was hidden stays so."""
    protege = proteger(base, "public", [m.protegees for m in anterieurs], avancement=avancement)
    return figures_datees(protege.indicateurs, fin, date_arrete), protege.rapport


def _precedent(espace: Espace, fige: Millesime) -> Millesime | None:
    """What the figures are compared with: the vintage frozen just before."""
    avant = [m for m in millesimes.lister(espace.millesimes) if m.fiche["rang"] < fige.fiche["rang"]]
    return avant[-1] if avant else None


def _nom_du_paquet(nom: str, profil: str) -> str:
    return nom if profil == "public" else f"{nom}_{profil}"


def _noter(espace: Espace, fige: Millesime, paquet: Path) -> None:
    """Has the warehouse and the ledger know a package that is in its place."""
    warehouse.poser_indicateurs_publies(espace, millesimes.dernieres_publiees(espace.millesimes))
    profil = paquet.name.removeprefix(fige.nom).removeprefix("_") or "public"
    Journal(espace.journal).noter_publication(fige.nom, profil, fige.fiche["motif"], paquet)


def _verifier_place(destination: Path, nom: str, nouveau: bool) -> None:
    """Raises ErreurUtilisateur when the folder of the package exists: a package is never changed."""
    if destination.exists():
        deja_publie = not nouveau and (destination / SOMMES).is_file()
        raise ErreurUtilisateur(
            "MILLESIME_INCHANGE" if deja_publie else "SORTIE_OCCUPEE",
            f"« {destination} » existe déjà : choisissez un autre dossier avec --sortie."
            if not deja_publie
            else f"Rien n'a changé depuis la publication de {nom}, et son paquet est déjà là : « {destination} ».",
        )


def _edition(fige: Millesime, publication: Publication) -> Edition:
    # the years of activity: S12 goes back to the notification of old marchés
    annees = publication.indicateurs.filter(pl.col("tableau") == "CLES")["periode"].str.slice(0, 4)
    return Edition(
        millesime=fige.code,
        version=fige.version,
        profil=publication.profil,
        motif=fige.fiche["motif"],
        cree_le=dt.datetime.fromisoformat(fige.fiche["cree_le"]),
        date_arrete=publication.date_arrete,
        debut=dt.date(int(str(annees.min())), 1, 1),
        fin=fin_de_periode(fige.code),
        nombre_depots=len(fige.fiche["depots"]),
        fictif=publication.fictif,
        observatoire=publication.observatoire,
        portee=publication.portee,
        source=publication.source,
    )
