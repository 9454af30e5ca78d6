"""Writes docs/contrat-de-depot.md: what a deposit must be, from the layouts, the rules and the nomenclatures.

    python scripts/build_contrat.py

The words that no data say are in contrat_de_depot.md.j2; how each type of column is written, in formes_des_colonnes.csv.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from clauses.socle.project import RACINE
from expectations.adaptateur import SUITE_INDICATEURS, SUITES
from exports.retours.glossaire import Regle, glossaire
from ingest.codes import forme_normale
from ingest.feuilles import LIGNES_D_EN_TETE
from ingest.findings import MESSAGES, SEUILS
from ingest.layouts import LAYOUTS_LIVRES, Colonne, Layout, charger_layouts

SORTIE = RACINE / "docs" / "contrat-de-depot.md"
ICI = Path(__file__).parent
NOMENCLATURES = RACINE / "seeds" / "nomenclatures"
FORMES_MONTREES = 4  # other spellings shown beside a label


@dataclass(frozen=True)
class Controle:
    """One expectation on a whole deposit, in its words. `refuse`: the deposit is refused when it fails."""

    libelle: str
    attendu: str
    que_faire: str
    refuse: bool


def ecrire() -> str:
    moteur = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ICI),
        autoescape=False,  # Markdown
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # a bar would end the cell, a `<` before a letter would begin a tag
    moteur.filters["cellule"] = lambda texte: re.sub(
        r"\||<(?=\w)", lambda signe: f"\\{signe[0]}", " ".join(str(texte).split())
    )
    moteur.filters["nombre"] = lambda valeur: f"{valeur:,}".replace(",", " ")
    layouts = {layout.nom: layout for layout in charger_layouts()}
    return moteur.get_template("contrat_de_depot.md.j2").render(
        relationnel=layouts["relationnel"],
        bilan=layouts["bilan"],
        informations=yaml.safe_load((LAYOUTS_LIVRES / "relationnel.yml").read_text(encoding="utf-8"))[
            "informations"
        ],
        formes=lire_formes(),
        nomenclatures=dict(lire_nomenclatures(list(layouts.values()))),
        regles=lire_regles(),
        controles=list(lire_controles()),
        seuils=SEUILS,
        limites=yaml.safe_load((RACINE / "ingest" / "limites.yml").read_text(encoding="utf-8")),
        lignes_d_en_tete=LIGNES_D_EN_TETE,
        forme_attendue=forme_attendue,
        exemples=exemples,
        entetes=lambda table, noms: ", ".join(table.colonne(n).entete for n in noms),
        table_nommee={t.nom: t.entete for layout in layouts.values() for t in layout.tables},
    )


def lire_formes() -> dict[str, dict[str, Any]]:
    """By type of column: `forme` (how it is written) and `exemples` (each is read; a test reads them)."""
    with (ICI / "formes_des_colonnes.csv").open(encoding="utf-8", newline="") as flux:
        lignes = {x["type"]: x for x in csv.DictReader(flux)}
    return {
        t: {"forme": x["forme"], "exemples": x["exemples"].split(" ; ") if x["exemples"] else []}
        for t, x in lignes.items()
    }


def forme_attendue(colonne: Colonne) -> str:
    """What a cell of the column holds, in words; and what an empty or unknown one counts as, where it is not ND."""
    if colonne.nomenclature is None:
        return str(lire_formes()[colonne.type]["forme"])
    debut = "liste de libellés de" if colonne.type == "liste" else "libellé de"
    forme = f"{debut} [{colonne.nomenclature}](#{colonne.nomenclature})"
    if colonne.type == "liste" and colonne.principale:
        forme += ", le premier est la catégorie principale"
    if colonne.vide not in ("ND", ""):
        forme += f" ; vide : {colonne.vide}"
    if colonne.vide == "":
        forme += " ; vide : pas de situation"
    if colonne.inconnu != "ND":
        forme += f" ; inconnu : {colonne.inconnu}"
    return forme


def exemples(colonne: Colonne) -> list[str]:
    if colonne.nomenclature is None:
        return list(lire_formes()[colonne.type]["exemples"])
    with (NOMENCLATURES / f"dim_{colonne.nomenclature}.csv").open(encoding="utf-8", newline="") as flux:
        libelles = [x["libelle"] for x in csv.DictReader(flux)][:2]
    return [" + ".join(libelles)] if colonne.type == "liste" else libelles


def lire_nomenclatures(layouts: list[Layout]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every list of values that a layout names: the columns that use it, and each code's label and other spellings."""
    usages: dict[str, list[str]] = {}
    for layout, table, colonne in ((la, t, c) for la in layouts for t in la.tables for c in t.colonnes):
        if colonne.nomenclature is not None:
            lieu = layout.libelle.partition(" (")[0] if layout.plat else table.entete
            usages.setdefault(colonne.nomenclature, []).append(f"{colonne.entete} ({lieu})")
    autres: dict[tuple[str, str], dict[str, str]] = {}
    with (NOMENCLATURES / "alias.csv").open(encoding="utf-8", newline="") as flux:
        for alias in csv.DictReader(flux):
            formes = autres.setdefault((alias["nomenclature"], alias["code"]), {})
            formes.setdefault(forme_normale(alias["forme"]), alias["forme"])
    for nom in sorted(usages):
        with (NOMENCLATURES / f"dim_{nom}.csv").open(encoding="utf-8", newline="") as flux:
            dimension = list(csv.DictReader(flux))
        codes = []
        for ligne in dimension:
            formes = dict(autres.get((nom, ligne["code"]), {}))
            formes.pop(forme_normale(ligne["libelle"]), None)
            montrees = list(formes.values())[:FORMES_MONTREES]
            codes.append({"code": ligne["code"], "libelle": ligne["libelle"], "formes": montrees})
        nombre = sum(len(f) for (n, _), f in autres.items() if n == nom)
        yield nom, {"colonnes": usages[nom], "codes": codes, "nombre": nombre}


def lire_regles() -> dict[str, list[Regle]]:
    """The rules by severity, in the order of the glossary. Raises ValueError when one has no words there."""
    muettes = {(code, g) for g, regles in MESSAGES.items() for code in regles} - glossaire().keys()
    if muettes:
        raise ValueError(f"no line of exports/modeles/regles.csv for {sorted(muettes)}")
    return {g: [r for (_, gravite), r in glossaire().items() if gravite == g] for g in MESSAGES}


def lire_controles() -> Iterator[Controle]:
    """The expectations on deposits, each once, those that refuse first."""
    lus: dict[Controle, None] = {}
    for fichier in sorted(SUITES.glob("*.json")):
        if fichier.stem != SUITE_INDICATEURS:
            for attente in json.loads(fichier.read_text(encoding="utf-8"))["expectations"]:
                dit = attente["meta"]
                refuse = "crit" in attente["severity"]
                lus[Controle(dit["libelle"], dit["attendu"], dit["que_faire"], refuse)] = None
    yield from sorted(lus, key=lambda c: not c.refuse)


if __name__ == "__main__":
    SORTIE.write_text(ecrire(), encoding="utf-8")
