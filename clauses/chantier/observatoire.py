"""espace/observatoire.yml: name, publisher, contact, logo, licence, scope and expected structures, read and checked."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from clauses.chantier.fichier_yaml import lire_rubriques
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.observatoire import NATIONAL, NOM, SCHEMA_ATTENDUES, Observatoire
from exports.edition.licences import lire_licences
from ingest.references import charger_regions, regions_des_departements

_TEXTES = ("nom", "editeur", "contact", "licence")
RUBRIQUES = (*_TEXTES, "logo", "perimetre", "structures")
_D_UNE_STRUCTURE = ("code", "nom", "departement", "depuis", "jusqu_au")
_IMAGES = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
OCTETS_D_UN_LOGO = 1_000_000
_ECRITURES = ("%Y-%m-%d", "%d/%m/%Y")


def lire_observatoire(fichier: Path) -> Observatoire:
    """What the file says; an observatory that says nothing where there is none.

    Raises ErreurUtilisateur (OBSERVATOIRE_INVALIDE) for anything that cannot be understood.
    """
    if not fichier.exists():
        return Observatoire()

    def refus(quoi: str) -> ErreurUtilisateur:
        return ErreurUtilisateur(
            "OBSERVATOIRE_INVALIDE",
            f"Fichier « {fichier} » : {quoi}. Corrigez-le, puis vérifiez-le par : "
            f'clauses observatoire --espace "{fichier.parent}"',
        )

    contenu = lire_rubriques(fichier, RUBRIQUES, refus)
    for cle in (*_TEXTES, "logo"):
        if not isinstance(contenu.get(cle, ""), str):
            raise refus(f"« {cle} » est un texte")
    for cle in _TEXTES:
        if not str(contenu.get(cle, "")).isprintable():
            raise refus(f"« {cle} » contient un signe qui ne s'écrit pas, ou plusieurs lignes")
    textes = {cle: str(contenu.get(cle, "")).strip() or None for cle in _TEXTES}
    if textes["licence"] not in (None, *lire_licences()):
        raise refus(f"« licence » est une de : {', '.join(lire_licences())}")
    perimetre = _perimetre(contenu.get("perimetre", ""), refus)
    return Observatoire(
        nom=textes["nom"] or NOM,
        editeur=textes["editeur"],
        contact=textes["contact"],
        licence=textes["licence"],
        logo=_logo(fichier.parent, str(contenu.get("logo", "")).strip(), refus),
        perimetre=perimetre,
        attendues=_attendues(contenu.get("structures", []), perimetre, refus),
    )


def _perimetre(dit: Any, refus: Any) -> tuple[str, ...]:
    codes = [dit] if isinstance(dit, str) else dit
    if not isinstance(codes, list) or not all(isinstance(c, str) for c in codes):
        raise refus("« perimetre » est « national », ou une liste de codes de régions : [32, 28]")
    codes = [c.strip() for c in codes if c.strip()]
    if codes == [NATIONAL]:
        return (NATIONAL,)
    regions = charger_regions()
    for code in codes:
        if code not in regions:
            # a name, or the beginning of one, is answered by its code
            nommees = [f"{c} pour {nom}" for c, nom in regions.items() if code.casefold() in nom.casefold()]
            exemples = nommees or ["32 pour Hauts-de-France"]
            raise refus(
                f"« {code} » dans « perimetre » : écrivez « national » ou des codes de régions ({', '.join(exemples)} ; "
                "le modèle les donne tous)"
            )
    return tuple(dict.fromkeys(codes))


def _logo(dossier: Path, nom: str, refus: Any) -> Path | None:
    if not nom:
        return None
    chemin = dossier / nom
    debut = _IMAGES.get(chemin.suffix.lower())
    if debut is None:
        raise refus(f"« logo » : « {nom} » n'est pas une image PNG ou JPEG")
    if not chemin.is_file():
        raise refus(f"« logo » : « {chemin} » n'existe pas ; placez l'image à côté de ce fichier")
    if chemin.stat().st_size > OCTETS_D_UN_LOGO:
        raise refus("« logo » : l'image pèse plus d'un mégaoctet ; réduisez-la")
    with chemin.open("rb") as flux:
        entiere = flux.read(len(debut)) == debut
    from exports.bilans.pdf import image_lisible  # a library of images, only where there is a logo

    if not entiere or not image_lisible(chemin):
        raise refus(f"« logo » : le contenu de « {nom} » n'est pas celui d'une image PNG ou JPEG entière")
    return chemin


def _attendues(dites: Any, perimetre: tuple[str, ...], refus: Any) -> pl.DataFrame:
    if not isinstance(dites, list):
        raise refus("« structures » est une liste, chaque structure étant introduite par un tiret")
    lignes, vues = [], set()
    for rang, dite in enumerate(dites, start=1):
        if not isinstance(dite, dict) or set(dite) - set(_D_UNE_STRUCTURE) or not dite.get("code"):
            connues = ", ".join(f"« {x} »" for x in _D_UNE_STRUCTURE)
            raise refus(f"structure n° {rang} : elle a un « code » et, au besoin, {connues}")
        if not all(isinstance(x, str) for x in dite.values()):
            raise refus(f"structure n° {rang} : chaque rubrique est un texte ou une date")
        code, departement = dite["code"].strip(), dite.get("departement", "").strip() or None
        if code in vues:
            raise refus(f"la structure « {code} » est citée deux fois")
        vues.add(code)
        regions = regions_des_departements()
        if departement is not None and departement not in regions:
            raise refus(f"structure « {code} » : « {departement} » n'est pas le code d'un département")
        region = regions.get(departement or "")
        if region is None and len(perimetre) == 1 and perimetre != (NATIONAL,):
            region = perimetre[0]
        depuis, jusqu_au = (_date(code, cle, dite.get(cle, ""), refus) for cle in ("depuis", "jusqu_au"))
        if depuis and jusqu_au and jusqu_au < depuis:
            raise refus(f"structure « {code} » : « jusqu_au » précède « depuis »")
        lignes.append((code, dite.get("nom", "").strip() or None, departement, region, depuis, jusqu_au))
    return pl.DataFrame(lignes, schema=SCHEMA_ATTENDUES, orient="row")


def _date(code: str, cle: str, texte: str, refus: Any) -> dt.date | None:
    if not texte.strip():
        return None
    if re.fullmatch(r"(19|20)\d\d", texte.strip()):
        annee = int(texte)
        return dt.date(annee, 1, 1) if cle == "depuis" else dt.date(annee, 12, 31)
    for ecriture in _ECRITURES:
        with suppress(ValueError):
            return dt.datetime.strptime(texte.strip(), ecriture).date()
    raise refus(f"structure « {code} » : « {cle} : {texte} » n'est ni une date (01/01/2024) ni une année")
