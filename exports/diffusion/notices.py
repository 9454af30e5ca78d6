"""What describes the open data: Data Package, DCAT-AP record, quality note."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from exports.atelier.gabarits import remplir
from exports.diffusion.codes import LISTES
from exports.edition.edition import Edition
from exports.edition.schema import CHAMPS, VERSION_SCHEMA, Champ

FREQUENCE = "http://publications.europa.eu/resource/authority/frequency/QUARTERLY"
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"
REGION = "http://id.insee.fr/geo/region/"
THEME = "http://publications.europa.eu/resource/authority/data-theme/SOCI"
TYPES_FICHIER = "http://publications.europa.eu/resource/authority/file-type/"


def ecrire_data_package(dossier: Path, edition: Edition) -> None:
    """`datapackage.json`: a Data Package whose resources have a Table Schema each."""
    _ecrire_json(
        dossier / "datapackage.json",
        {
            "profile": "tabular-data-package",
            "name": f"clauses-sociales-{edition.nom.lower().replace('_', '-')}",
            "title": edition.titre,
            "description": edition.resume,
            "version": edition.nom,
            "schema_version": VERSION_SCHEMA,
            "created": edition.cree_le.isoformat(),
            **_licence(
                edition,
                "licenses",
                [
                    {
                        "name": edition.licence.code,
                        "title": edition.licence.titre,
                        "path": edition.licence.adresse,
                    }
                ],
            ),
            "contributors": [_contributeur(edition)],
            "sources": [{"title": edition.source}],
            "resources": [
                _ressource("indicateurs", "indicateurs.csv", CHAMPS, {}),
                _ressource(
                    "indicateurs_excel",
                    "indicateurs_excel.csv",
                    _champs_excel(),
                    {"delimiter": ";", "lineTerminator": "\r\n"},
                    {"decimalChar": ","},
                ),
                *(_ressource(nom, f"codes/{nom}.csv", champs, {}) for nom, champs in LISTES.items()),
            ],
        },
    )


def _contributeur(edition: Edition) -> dict[str, str]:
    observatoire = edition.observatoire
    contributeur = {"title": observatoire.emetteur, "role": "publisher"}
    if _est_un_courriel(observatoire.contact):
        contributeur["email"] = str(observatoire.contact)
    return contributeur


def _est_un_courriel(contact: str | None) -> bool:
    return contact is not None and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact) is not None


def _point_de_contact(edition: Edition) -> dict[str, Any]:
    observatoire = edition.observatoire
    if observatoire.contact is None:
        return {}
    fiche: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": observatoire.emetteur}
    if _est_un_courriel(observatoire.contact):
        fiche["vcard:hasEmail"] = {"@id": f"mailto:{observatoire.contact}"}
    else:
        fiche["vcard:note"] = observatoire.contact
    return {"dcat:contactPoint": fiche}


def _lieux(edition: Edition) -> object:
    """The nation, or the regions that the release covers."""
    regions = edition.portee.regions
    if regions is None:
        return {"@id": FRANCE}
    return [{"@id": f"{REGION}{code}"} for code in regions]


def _champs_excel() -> tuple[Champ, ...]:
    libelle = Champ("libelle_territoire", "string", "Nom du territoire")
    return (*CHAMPS[:4], libelle, *CHAMPS[4:])


def _ressource(
    nom: str,
    chemin: str,
    champs: tuple[Champ, ...],
    dialecte: dict[str, str],
    nombres: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": nom,
        "path": chemin,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": dialecte or {"delimiter": ","},
        "schema": {
            "fields": [_champ(champ, nombres or {}) for champ in champs],
            "missingValues": [""],
        },
    }


def _champ(champ: Champ, nombres: dict[str, str]) -> dict[str, Any]:
    contraintes: dict[str, Any] = {"required": True} if champ.obligatoire else {}
    if champ.modalites:
        contraintes["enum"] = list(champ.modalites)
    return {
        "name": champ.nom,
        "type": champ.genre,
        "description": champ.description,
        **(nombres if champ.genre == "number" else {}),
        **({"constraints": contraintes} if contraintes else {}),
    }


def ecrire_dcat(dossier: Path, edition: Edition) -> None:
    """`dcat.jsonld`: the record of the data set for a catalogue that speaks DCAT-AP 3."""
    nom = f"urn:clauses-sociales:{edition.nom}"
    fichiers = {
        "indicateurs.csv": ("CSV", "Indicateurs, CSV (UTF-8, virgule, point décimal)"),
        "indicateurs_excel.csv": ("CSV", "Indicateurs, CSV pour tableur français"),
        "indicateurs.parquet": ("PARQUET", "Indicateurs, Parquet"),
        "sdmx/donnees.csv": ("CSV", "Indicateurs, SDMX-CSV 2.0"),
        "sdmx/structure.xml": ("XML", "Structure SDMX-ML 3.0"),
    }
    _ecrire_json(
        dossier / "dcat.jsonld",
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "adms": "http://www.w3.org/ns/adms#",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "vcard": "http://www.w3.org/2006/vcard/ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": nom,
            "@type": "dcat:Dataset",
            "dct:title": {"@value": edition.titre, "@language": "fr"},
            "dct:description": {"@value": edition.resume, "@language": "fr"},
            "dct:identifier": edition.nom,
            "dcat:version": edition.nom,
            "adms:versionNotes": {"@value": edition.motif or "Première version", "@language": "fr"},
            "dct:issued": {"@value": edition.cree_le.date().isoformat(), "@type": "xsd:date"},
            "dct:accrualPeriodicity": {"@id": FREQUENCE},
            "dct:spatial": _lieux(edition),
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@value": edition.debut.isoformat(), "@type": "xsd:date"},
                "dcat:endDate": {"@value": edition.fin.isoformat(), "@type": "xsd:date"},
            },
            "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/FRA"},
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": edition.observatoire.emetteur},
            **_point_de_contact(edition),
            "dcat:theme": {"@id": THEME},
            "dcat:keyword": [
                {"@value": mot, "@language": "fr"}
                for mot in ("clauses sociales", "insertion", "commande publique", "emploi")
            ],
            "dcat:distribution": [
                {
                    "@id": f"{nom}/{chemin}",
                    "@type": "dcat:Distribution",
                    "dct:title": {"@value": libelle, "@language": "fr"},
                    "dcat:accessURL": {"@id": chemin},
                    "dct:format": {"@id": TYPES_FICHIER + genre},
                    **_licence(edition, "dct:license", {"@id": edition.licence.adresse}),
                }
                for chemin, (genre, libelle) in fichiers.items()
            ],
        },
    )


def _licence(edition: Edition, cle: str, valeur: object) -> dict[str, object]:
    """A restricted edition has no licence: nobody may reuse it."""
    return {} if edition.profil == "restreint" else {cle: valeur}


def ecrire_notice(dossier: Path, edition: Edition) -> None:
    """`LISEZ-MOI.md`: what the figures are worth, in French, for who opens the folder first."""
    contexte = {"edition": edition, "version_schema": VERSION_SCHEMA, "licence": edition.licence.titre}
    texte = remplir("lisez-moi.md.j2", contexte)
    (dossier / "LISEZ-MOI.md").write_text(texte + "\n", encoding="utf-8")


def _ecrire_json(chemin: Path, contenu: dict[str, Any]) -> None:
    chemin.write_text(json.dumps(contenu, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
