"""The declared layouts: which tables and columns a format has, by which names, of which kind. Data, no code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.project import PAQUETS
from ingest.description.langage import Description, lire_description
from ingest.forme_des_layouts import verifier_les_cles
from ingest.nettoyage import sans_invisibles

LAYOUTS_LIVRES = PAQUETS / "ingest" / "layouts"
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'"})


@lru_cache(maxsize=10_000)
def normaliser(texte: str) -> str:
    """Lower case, no accents, letters and digits only, single spaces: how names and headers are compared.

    `N°`, `Nº` and `No` are one.
    """
    sans_accent = unicodedata.normalize(
        "NFKD", sans_invisibles(texte).translate(_LIGATURES).replace("°", " ")
    ).lower()
    mots = "".join(c if c.isalnum() else " " for c in sans_accent if not unicodedata.combining(c)).split()
    return " ".join("n" if mot == "no" else mot for mot in mots)


@dataclass(frozen=True)
class Colonne:
    """One column of a table. `type` names its parser; `requise`: must exist; `valeur`: must be filled.

    `s_ajoute`: part of the hours of its row, which cannot be counted when it cannot be read.
    """

    nom: str
    entete: str
    type: str
    requise: bool = False
    valeur: bool = False
    s_ajoute: bool = False
    nomenclature: str | None = None
    vide: str = "ND"
    inconnu: str = "ND"
    fin_de: str | None = None
    groupe: str | None = None
    principale: str | None = None
    reste: str | None = None
    synonymes: tuple[str, ...] = ()

    @property
    def personnelle(self) -> bool:
        """Values of these columns never appear in a finding."""
        return self.type in ("identite", "naissance")

    @property
    def est_un_jour(self) -> bool:
        return self.type in ("date", "naissance", "mois")


@dataclass(frozen=True)
class Parent:
    """The table a row must find its parent in, in the same deposit, and the columns that name it."""

    table: str
    colonnes: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table of a layout. `entete` is the name the user sees, `nom` the name in brut/."""

    entete: str
    nom: str
    requise: bool
    colonnes: tuple[Colonne, ...]
    cle: tuple[str, ...] = ()
    cle_de_repli: dict[str, str] = field(default_factory=dict)
    parents: tuple[Parent, ...] = ()
    synonymes: tuple[str, ...] = ()

    def noms(self) -> tuple[str, ...]:
        return (self.entete, *self.synonymes)

    def colonne(self, nom: str) -> Colonne:
        return next(c for c in self.colonnes if c.nom == nom)

    @property
    def valeurs_obligatoires(self) -> list[str]:
        return [c.nom for c in self.colonnes if c.valeur]


@dataclass(frozen=True)
class Informations:
    """The sheet that says who deposits and when: its names, and the accepted names of each key."""

    noms: tuple[str, ...]
    cles: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Layout:
    """A declared format. `plat`: one flat table, so that the deposit's own name says who and when.

    `temoins`: of a flat table, code → the column that never changes where the code does not (null: none is needed).
    `description`: of an export of another tool, how the tables are built from its sheets.
    """

    nom: str
    libelle: str
    plat: bool
    tables: tuple[Table, ...]
    informations: Informations | None
    groupes: dict[str, tuple[str, ...]]
    temoins: dict[str, str | None] = field(default_factory=dict)
    description: Description | None = None

    def noms_de_table(self) -> list[str]:
        if self.description is not None:
            return self.description.noms_de_feuille()
        noms = [n for t in self.tables for n in t.noms()]
        return noms + list(self.informations.noms) if self.informations else noms


def charger_layouts(dossier_utilisateur: Path | None = None) -> list[Layout]:
    """The shipped layouts, then the workspace's own files: a whole layout (one with the name of a shipped layout
    replaces it), or what completes one: `complete: relationnel`, with more synonyms for its tables and columns.

    Raises ErreurUtilisateur when a layout file cannot be used.
    """
    layouts = {layout.nom: layout for layout in _layouts_livres()}
    if dossier_utilisateur is not None and dossier_utilisateur.is_dir():
        for fichier in sorted(dossier_utilisateur.glob("*.yml")):
            layout = lire_layout(fichier, layouts)
            layouts[layout.nom] = layout
    return list(layouts.values())


@lru_cache(maxsize=1)
def _layouts_livres() -> tuple[Layout, ...]:
    return tuple(lire_layout(fichier) for fichier in sorted(LAYOUTS_LIVRES.glob("*.yml")))


def lire_layout(fichier: Path, connus: Mapping[str, Layout] | None = None) -> Layout:
    """Reads one layout file. Raises ErreurUtilisateur naming the file and what is wrong with it.

    `connus`: layouts by name, which a file with the key `complete` may complete.
    """
    try:
        texte = fichier.read_text(encoding="utf-8")
        verifier_les_cles(texte, [f.name for f in fields(Colonne)])
        brut = yaml.load(texte, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        layout = _completer(connus or {}, brut) if "complete" in brut else _construire(brut)
        _verifier(layout, (connus or {}).values())
        return layout
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, OSError) as erreur:
        raise ErreurUtilisateur(
            "LAYOUT_INVALIDE",
            f"Le fichier de format « {fichier} » n'est pas utilisable : {_pourquoi(erreur)}. "
            "Comparez-le aux formats livrés et corrigez-le.",
        ) from None


def _pourquoi(erreur: Exception) -> str:
    if isinstance(erreur, yaml.MarkedYAMLError) and erreur.problem_mark is not None:
        return f"son écriture n'est plus comprise à la ligne {erreur.problem_mark.line + 1}"
    if isinstance(erreur, KeyError):
        return f"« {erreur.args[0]} » manque ou n'existe pas"
    if type(erreur) is ValueError:  # raised here, in French
        return str(erreur)
    return "sa structure n'est pas celle d'un format, ou son encodage n'est pas UTF-8"


def _completer(connus: Mapping[str, Layout], brut: dict[str, Any]) -> Layout:
    base = connus[brut["complete"]]
    if "feuilles" in brut:
        if brut["layout"] in (la.nom for la in _layouts_livres()):
            raise ValueError(f"« {brut['layout']} » est le nom d'un format livré, donnez-lui-en un autre")
        colonnes = {t.entete: [c.entete for c in t.colonnes] for t in base.tables}
        description = lire_description(brut, colonnes)
        return replace(
            base, nom=brut["layout"], libelle=brut.get("libelle", brut["layout"]), description=description
        )
    ajouts: dict[str, dict[str, Any]] = brut["tables"]
    inconnues = set(ajouts) - {t.entete for t in base.tables}
    if inconnues:
        raise KeyError(f"table {', '.join(sorted(inconnues))}")
    tables = [_completer_table(t, ajouts[t.entete]) if t.entete in ajouts else t for t in base.tables]
    return replace(base, tables=tuple(tables))


def _completer_table(table: Table, ajouts: dict[str, Any]) -> Table:
    colonnes: dict[str, list[str]] = ajouts.get("colonnes", {})
    inconnues = set(colonnes) - {c.entete for c in table.colonnes}
    if inconnues:
        raise KeyError(f"colonne {', '.join(sorted(inconnues))}")
    return replace(
        table,
        synonymes=(*table.synonymes, *ajouts.get("synonymes", ())),
        colonnes=tuple(
            replace(c, synonymes=(*c.synonymes, *colonnes.get(c.entete, ()))) for c in table.colonnes
        ),
    )


def _construire(brut: dict[str, Any]) -> Layout:
    infos = brut.get("informations")
    return Layout(
        nom=brut["layout"],
        libelle=brut.get("libelle", brut["layout"]),
        plat=bool(brut.get("plat", False)),
        tables=tuple(_construire_table(entete, table) for entete, table in brut["tables"].items()),
        informations=None
        if infos is None
        else Informations(
            noms=(infos["table"], *infos.get("synonymes", ())),
            cles={cle: frozenset(normaliser(f) for f in formes) for cle, formes in infos["cles"].items()},
        ),
        groupes={nom: tuple(cle) for nom, cle in brut.get("groupes", {}).items()},
        temoins=dict(brut.get("temoins", {})),
    )


def _verifier(layout: Layout, connus: Iterable[Layout]) -> None:
    """Raises ValueError when a table is not one of brut/, or its columns are not those the rules need."""
    livrees = {t.nom: t for la in connus for t in la.tables}
    if layout.plat and len(layout.tables) != 1:
        raise ValueError(f"un format plat n'a qu'une table, celui-ci en a {len(layout.tables)}")
    for table in layout.tables:
        livree = livrees.get(table.nom)
        if livree is None:
            if livrees:
                raise ValueError(f"la table « {table.nom} » n'existe pas dans les formats livrés")
            continue
        declarees = {c.nom: c for c in table.colonnes}
        for colonne in livree.colonnes:
            if colonne.nom not in declarees:
                raise ValueError(f"la table « {table.entete} » ne déclare pas la colonne « {colonne.nom} »")
            trouvee = declarees.pop(colonne.nom)
            if (trouvee.type, trouvee.nomenclature) != (colonne.type, colonne.nomenclature):
                raise ValueError(
                    f"la colonne « {colonne.nom} » de la table « {table.entete} » doit être de type « {colonne.type} »"
                )
        if declarees:
            raise ValueError(
                f"la colonne « {next(iter(declarees))} » de la table « {table.entete} » n'existe pas"
            )


def _construire_table(entete: str, brut: dict[str, Any]) -> Table:
    return Table(
        entete=entete,
        nom=brut["nom"],
        requise=bool(brut.get("requise", False)),
        colonnes=tuple(_construire_colonne(colonne) for colonne in brut["colonnes"]),
        cle=tuple(brut.get("cle", ())),
        cle_de_repli=dict(brut.get("cle_de_repli", {})),
        parents=tuple(Parent(p["table"], tuple(p["colonnes"])) for p in brut.get("parents", ())),
        synonymes=tuple(brut.get("synonymes", ())),
    )


def _construire_colonne(brut: dict[str, Any]) -> Colonne:
    for cle in ("nom", "entete", "type"):
        if cle not in brut:
            raise ValueError(f"une colonne n'a pas de « {cle} » ({brut})")
    return Colonne(**{**brut, "synonymes": tuple(brut.get("synonymes", ()))})
