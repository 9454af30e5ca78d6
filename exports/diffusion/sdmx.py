"""The figures as SDMX-CSV 2.0, with their structure in SDMX-ML 3.0, for statistical offices' tools."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS
from exports.edition.edition import Edition
from exports.edition.schema import COLONNES, NOMBRES, nombres_en_texte

AGENCE, STRUCTURE, VERSION = "OCS", "DSD_CLAUSES", "1.0.0"
TOUT = "_T"  # SDMX's code for « total »: a figure without this axis
FREQUENCES = {"annee": "A", "trimestre": "Q"}
_COMPOSANTS = lire_lignes(MODELES_DES_ECRITS / "sdmx.csv")
# SDMX component → column of the figures
_DIMENSIONS, _ATTRIBUTS = (
    {x["composant"]: x["colonne"] for x in _COMPOSANTS if x["role"] == role}
    for role in ("dimension", "attribut")
)
_NOMS = {x["composant"]: x["nom"] for x in _COMPOSANTS}
# the columns that SDMX keeps, in their order
COLONNES_RELUES = tuple(nom for nom in COLONNES if nom in {x["colonne"] for x in _COMPOSANTS})
_CODES = {
    "FREQ": {"A": "Annuelle", "Q": "Trimestrielle"},
    "STATUT_CHIFFRE": {"provisoire": "Provisoire", "revise": "Révisé", "definitif": "Définitif"},
    "OBS_STATUS": {
        "A": "Normale",
        "P": "Provisoire",
        "E": "Estimée",
        "B": "Rupture de série",
        "U": "Peu fiable",
        "Q": "Non diffusée",
        "O": "Manquante",
    },
    "CONF_STATUS": {"F": "Libre", "C": "Confidentielle"},
}


def ecrire_sdmx(dossier: Path, figures: pl.DataFrame, edition: Edition) -> None:
    """Writes `dossier`/donnees.csv and structure.xml. `figures`: the columns of exports.edition.schema."""
    dossier.mkdir()
    _ecrire_donnees(dossier / "donnees.csv", figures)
    (dossier / "structure.xml").write_text(_structure(figures, edition.cree_le), encoding="utf-8")


def _ecrire_donnees(chemin: Path, figures: pl.DataFrame) -> None:
    nombres_en_texte(figures).with_columns(
        pl.col("type_periode").replace_strict(FREQUENCES),
        pl.col("periode").str.replace("-T", "-Q", literal=True),
        pl.col("axe_1", "modalite_1", "axe_2", "modalite_2").fill_null(TOUT),
    ).select(
        STRUCTURE=pl.lit("datastructure"),
        STRUCTURE_ID=pl.lit(f"{AGENCE}:{STRUCTURE}({VERSION})"),
        ACTION=pl.lit("I"),
        **{nom: pl.col(colonne) for nom, colonne in _DIMENSIONS.items()},
        OBS_VALUE=pl.col("valeur"),
        **{nom: pl.col(colonne) for nom, colonne in _ATTRIBUTS.items()},
    ).write_csv(chemin, line_terminator="\n", null_value="")


def relire_sdmx(chemin: Path) -> pl.DataFrame:
    """The figures of donnees.csv under our names and codes: the columns that SDMX keeps, typed."""
    lues = pl.read_csv(chemin, infer_schema=False)
    composants = {x["composant"]: x["colonne"] for x in _COMPOSANTS}
    lues = lues.rename(composants, strict=True)
    return lues.select(COLONNES_RELUES).with_columns(
        pl.col("type_periode").replace_strict({code: nom for nom, code in FREQUENCES.items()}),
        pl.col("periode").str.replace("-Q", "-T", literal=True),
        pl.col("axe_1", "modalite_1", "axe_2", "modalite_2").replace(TOUT, None),
        pl.col(nom for nom in NOMBRES if nom in COLONNES_RELUES).cast(pl.Float64),
    )


def _structure(figures: pl.DataFrame, quand: dt.datetime) -> str:
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format
    from pysdmx.model import (
        Agency,
        Code,
        Codelist,
        Component,
        Components,
        Concept,
        ConceptScheme,
        DataStructureDefinition,
        DataType,
        ItemReference,
        Role,
    )
    from pysdmx.model.message import Header

    agence = Agency(AGENCE, name="Observatoire des clauses sociales")
    codes = dict(_CODES)
    for nom in ("TABLEAU", "MESURE", "NIVEAU"):
        valeurs = figures[_DIMENSIONS[nom]].unique().sort()
        codes[nom] = {valeur: valeur for valeur in valeurs}
    listes = {
        nom: Codelist(
            f"CL_{nom}",
            agency=agence,
            name=_NOMS[nom],
            version=VERSION,
            items=[Code(code, name=libelle) for code, libelle in libelles.items()],
        )
        for nom, libelles in codes.items()
    }
    concepts = ConceptScheme(
        "CS_CLAUSES",
        agency=agence,
        name="Concepts",
        version=VERSION,
        items=[Concept(nom, name=libelle) for nom, libelle in _NOMS.items()],
    )

    def composant(nom: str, role: Role) -> Component:
        genre = DataType.STRING
        if nom == "TIME_PERIOD":
            genre = DataType.PERIOD
        elif nom in ("OBS_VALUE", "PART"):
            genre = DataType.DOUBLE
        return Component(
            nom,
            required=role == Role.DIMENSION,
            role=role,
            concept=ItemReference("Concept", AGENCE, concepts.id, VERSION, nom),
            local_codes=listes.get(nom),
            local_dtype=genre,
            attachment_level="O" if role == Role.ATTRIBUTE else None,
        )

    structure = DataStructureDefinition(
        STRUCTURE,
        agency=agence,
        name="Clauses sociales d'insertion",
        version=VERSION,
        components=Components(
            [
                *(composant(nom, Role.DIMENSION) for nom in _DIMENSIONS),
                composant("OBS_VALUE", Role.MEASURE),
                *(composant(nom, Role.ATTRIBUTE) for nom in _ATTRIBUTS),
            ]
        ),
    )
    entete = Header(id=f"{STRUCTURE}_{quand:%Y%m%d%H%M%S}", prepared=quand, sender=agence)
    texte = write_sdmx(
        [*listes.values(), concepts, structure], Format.STRUCTURE_SDMX_ML_3_0, output_path="", header=entete
    )
    # the library writes every name as English
    return str(texte).replace('xml:lang="en"', 'xml:lang="fr"')
