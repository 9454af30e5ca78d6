"""Writes docs/dictionnaire.md from dbt's manifest: every table of the published warehouse, every column.

python scripts/build_dictionary.py          # writes the file
python scripts/build_dictionary.py --check  # exit 1 when the committed file is not what would be written
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from clauses.chantier.dbt_build import lire_manifeste
from clauses.socle.project import RACINE

SORTIE = RACINE / "docs" / "dictionnaire.md"
EPHEMERE = "travail"  # the in-memory database of the build
PARTIES = (
    ("Indicateurs", "marts", "indicateurs"),
    ("Étoile : faits et dimensions", "marts", "coeur"),
    ("Suivi", "marts", "suivi"),
    ("Publication", "marts", "publication"),
    ("Qualité", "qualite", ""),
    ("Nomenclatures", "marts", "nomenclatures"),
    ("Référentiels", "referentiels", ""),
    ("Autres tables", "marts", ""),
)
GRAIN = re.compile(r"\s*Une ligne par [^.]*\.(?: Une ligne par [^.]*\.)?\s*$")
# a description says its unit: in brackets, or in words for a percentage
UNITE = re.compile(r"\((heures|jours|mois|euros|habitants|ETP|personnes|%)\)|en (%|mois|habitants)\b")
ENTETE = """# Dictionnaire de l'entrepôt

Écrit par `python scripts/build_dictionary.py` à partir des descriptions des modèles et des seeds : à ne pas
modifier à la main. Les mêmes descriptions sont dans l'entrepôt (`clauses sql`, puis `\\d TABLE`) et dans `make docs`.

Lecture : la **clé** désigne une ligne et une seule ; *obligatoire* : jamais vide ; `ND` : non déterminé, gardé dans tous les
comptes. Les heures sont des décimales exactes ; les SIRET, codes INSEE et SIREN sont des textes (zéros initiaux conservés).
"""


def publies(manifeste: Any) -> list[Any]:
    """Models and seeds that are tables of the published file."""
    noeuds = [
        n
        for n in manifeste.nodes.values()
        if n.resource_type in ("model", "seed") and n.config.enabled and n.config.database != EPHEMERE
    ]
    return sorted(noeuds, key=lambda n: (n.schema, n.name))


def ecrire(manifeste: Any) -> str:
    noeuds = publies(manifeste)
    cles = _cles_testees(manifeste)
    parties: dict[str, list[Any]] = {titre: [] for titre, *_ in PARTIES}
    for noeud in noeuds:
        titre = next(
            t for t, schema, dossier in PARTIES if noeud.schema == schema and dossier in [*noeud.fqn, ""]
        )
        parties[titre].append(noeud)
    morceaux = [ENTETE, *_sommaire(parties)]
    for titre, contenu in parties.items():
        if contenu:
            morceaux += [f"\n## {titre}\n", *(_table(n, cles, manifeste) for n in contenu)]
    return "\n".join(morceaux)


def _sommaire(parties: dict[str, list[Any]]) -> Iterator[str]:
    yield "| partie | tables |\n|---|---|"
    for titre, noeuds in parties.items():
        if noeuds:
            liens = ", ".join(f"[{n.name}](#{n.schema}{n.name})" for n in noeuds)
            yield f"| {titre} | {liens} |"


def _table(noeud: Any, cles: dict[str, list[str]], manifeste: Any) -> str:
    description = " ".join(noeud.description.split())
    trouve = GRAIN.search(description)
    grain = trouve.group().strip() if trouve else ""
    lignes = [f"### {noeud.schema}.{noeud.name}\n", description.removesuffix(grain).strip() + "\n"]
    lignes.append(f"- **Grain** : {grain[:1].lower()}{grain[1:]}")
    declaree = next((c.columns for c in getattr(noeud, "constraints", ()) if c.type == "primary_key"), None)
    if cle := declaree or cles.get(noeud.unique_id) or noeud.config.meta.get("cle"):
        lignes.append("- **Clé** : " + ", ".join(f"`{c.strip(chr(34))}`" for c in cle))
    if sources := _sources(noeud, manifeste):
        lignes.append(f"- **D'où viennent les lignes** : {sources}")
    if regle := noeud.config.meta.get("regle"):
        lignes.append(f"- **Règle** : {' '.join(regle.split())}")
    for avertissement in noeud.config.meta.get("avertissements", ()):
        lignes.append(f"- **Attention** : {' '.join(avertissement.split())}")
    lignes += ["", "| colonne | type | unité | description |", "|---|---|---|---|"]
    lignes += [_colonne(c, noeud) for c in noeud.columns.values()]
    return "\n".join(lignes) + "\n"


def _colonne(colonne: Any, noeud: Any) -> str:
    description = " ".join(colonne.description.split()).replace("|", "\\|")
    genre = colonne.data_type or noeud.config.column_types.get(colonne.name, "")
    trouve = UNITE.search(description)
    unite = (trouve.group(1) or trouve.group(2)) if trouve and genre not in ("varchar", "boolean") else ""
    if any(c.type == "not_null" for c in colonne.constraints):
        description += " *Obligatoire.*"
    return f"| `{colonne.name}` | {genre} | {unite} | {description} |"


def _cles_testees(manifeste: Any) -> dict[str, list[str]]:
    """Keys of the tables that declare theirs by a test."""
    cles: dict[str, list[str]] = {}
    for test in manifeste.nodes.values():
        nature = getattr(test, "test_metadata", None)
        if nature is not None and test.attached_node and nature.name in ("unique", "cle_unique"):
            arguments = nature.kwargs
            cles.setdefault(test.attached_node, arguments.get("colonnes") or [arguments.get("column_name")])
    return cles


def _sources(noeud: Any, manifeste: Any) -> str:
    """Tables of the deposits, and of the ledger, that the model's lines come from, through whatever lies between."""
    vus, a_voir = set(), [noeud.unique_id]
    while a_voir:
        for parent in manifeste.parent_map.get(a_voir.pop(), ()) or ():
            if parent not in vus and not parent.startswith("macro"):
                vus.add(parent)
                a_voir.append(parent)
    sources = [manifeste.sources[v] for v in vus if v in manifeste.sources]
    phrases = (
        ("brut", "tables des dépôts : "),
        ("journal", "journal des chargements : "),
    )
    return " ; ".join(
        debut + _liste(s.name for s in sources if s.source_name == nom)
        for nom, debut in phrases
        if any(s.source_name == nom for s in sources)
    )


def _liste(noms: Iterable[str]) -> str:
    return ", ".join(sorted(noms))


def main() -> None:
    with tempfile.TemporaryDirectory() as dossier:
        manifeste = lire_manifeste(Path(dossier))
    manifeste.build_parent_and_child_maps()
    texte = ecrire(manifeste)
    if "--check" in sys.argv:
        if not SORTIE.exists() or SORTIE.read_text(encoding="utf-8") != texte:
            sys.exit("docs/dictionnaire.md is stale: python scripts/build_dictionary.py")
    else:
        SORTIE.write_text(texte, encoding="utf-8")


if __name__ == "__main__":
    main()
