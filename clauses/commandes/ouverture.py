"""The `ouvrir` command: the pages and the explorer on one's own figures, before any publication, nothing hidden."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from clauses.chantier import warehouse
from clauses.chantier.reglages import lire_reglages
from clauses.commandes.depuis_entrepot import Publie, figures_datees, lire_publie, perimetre_vide, rassembler
from clauses.socle.errors import ErreurUtilisateur, sortie_impossible
from clauses.socle.nombres import date_courte
from clauses.socle.project import version_code
from clauses.socle.suivi import Suivi
from clauses.socle.workspace import Espace
from exports.atelier.dossiers import ouvrir_atelier
from exports.edition.publication import Publication
from exports.edition.statuts import fin_de_periode
from exports.secret import tout_montrer
from exports.site.ecriture import DOSSIER, ecrire_site

_MARQUE = "empreinte"  # which warehouse and which observatoire.yml the pages are of


def ouvrir_les_pages(espace: Espace, annoncer: Callable[[str, int, int], None]) -> Path:
    """The first page; all are written anew only where the warehouse, observatoire.yml or the product changed.

    They are files, closed to other users of the machine: nothing listens, nothing is sent.

    Raises ErreurUtilisateur: ENTREPOT_ABSENT, ENTREPOT_PERIME, PERIODE_SANS_DONNEES, PERIMETRE_VIDE, SORTIE_IMPOSSIBLE.
    """
    suivi = Suivi(annoncer)
    premiere = espace.apercu / DOSSIER / "index.html"
    with warehouse.ouvrir_publie(espace) as base:
        empreinte = _empreinte(espace)
        if premiere.exists() and (espace.apercu / _MARQUE).read_text(encoding="utf-8") == empreinte:
            lire_publie(base, espace)  # the pages may be those of a warehouse that deposits have left behind
            return premiere
        with suivi.etape("Lecture"):
            publie = lire_publie(base, espace)
            figures = tout_montrer(base)
    trimestre = _dernier_trimestre(figures["periode"].unique().to_list(), publie)
    figures = publie.portee.restreindre(
        figures_datees(figures, fin_de_periode(trimestre), publie.date_arrete), publie.annexes["territoires"]
    )
    if figures.is_empty():
        raise perimetre_vide(publie.portee)
    publication = rassembler(publie, figures, trimestre.replace("-", ""), None, "restreint", None)
    with suivi.etape("Écriture") as avancement:
        _ecrire(espace, publication, empreinte, avancement)
    return premiere


def _ecrire(
    espace: Espace, publication: Publication, empreinte: str, avancement: Callable[[int, int], None]
) -> None:
    try:
        with ouvrir_atelier(espace.apercu) as provisoire:
            provisoire.chmod(0o700)
            ecrire_site(publication, provisoire, avancement)
            (provisoire / _MARQUE).write_text(empreinte, encoding="utf-8")
            shutil.rmtree(espace.apercu, ignore_errors=True)
            provisoire.rename(espace.apercu)
    except OSError as erreur:
        raise sortie_impossible(espace.apercu, erreur) from None


def _empreinte(espace: Espace) -> str:
    observatoire = lire_reglages(espace).observatoire
    fichiers = [f for f in (espace.observatoire, observatoire.logo) if f is not None and f.exists()]
    dits = [str(warehouse.empreinte_publiee(espace.entrepot)), version_code()]
    dits += [hashlib.sha256(f.read_bytes()).hexdigest() for f in fichiers]
    return " ".join(dits)


def _dernier_trimestre(periodes: list[str], publie: Publie) -> str:
    """The last one that is over by the day at which the data stop: of another, the pages would show a part."""
    trimestres = [p for p in periodes if "T" in p]
    revolus = [p for p in trimestres if fin_de_periode(p) <= publie.date_arrete]
    if not revolus:
        raise ErreurUtilisateur(
            "PERIODE_SANS_DONNEES",
            f"Aucun trimestre n'est fini au {date_courte(publie.date_arrete)}, jour où les données sont arrêtées. "
            "En attendant, les chiffres se lisent par clauses sql.",
        )
    return max(revolus)
