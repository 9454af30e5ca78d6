"""A package: every workbook at its place, and nothing published when one figure of one file is not the right one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook
from publication_fictive import LIGNES, chiffre, publication
from xlsxwriter.worksheet import Worksheet

from clauses.socle.errors import CodeSortie, ErreurUtilisateur
from exports.atelier.temoin import Temoin
from exports.classeurs import donnees, lot
from exports.classeurs.dgefp import ecrire_dgefp
from exports.classeurs.lot import ouvrages
from exports.diffusion import sdmx, tableaux_plats
from exports.edition.edition import Edition
from exports.edition.publication import Publication
from exports.paquet import paquet

CACHE = 987_654.0
CLASSEURS = [
    "chiffres_cles/chiffres_cles_32_2024T4_v1.xlsx",
    "comites/comite_59_2024T4_v1.xlsx",
    "dgefp_32_2024T4_v1.xlsx",
    "dgefp_FR_2024T4_v1.xlsx",
    "instruction_2019/retour_instruction_2019_32_2024T4_v1.xlsx",
]
REVISIONS = pl.DataFrame(
    {
        "tableau": ["CLES"],
        "mesure": ["heures"],
        "code_territoire": ["32"],
        "periode": ["2023"],
        "modalite_1": [None],
        "modalite_2": [None],
        "valeur_avant": [900.0],
        "valeur": [1000 + 1 / 3],
        "cause": ["Dépôt de S59000"],
    },
    schema_overrides={"modalite_1": pl.String, "modalite_2": pl.String},
)


def a_publier(lignes: list[dict[str, Any]] | None = None, **changements: Any) -> Publication:
    """The publication made by hand, with what open data ask for beside."""
    sans = publication(lignes, **changements)
    figures = sans.indicateurs.with_columns(
        pl.lit(None, pl.Float64).alias("ecart_periode"),
        pl.lit(None, pl.Float64).alias("ecart_annee"),
        statut_chiffre=pl.lit("provisoire"),
    )
    return publication(lignes, **{"revisions": REVISIONS, **changements, "indicateurs": figures})


def ecrire(dossier: Path, a_ecrire: Publication) -> Path:
    edition = Edition(
        a_ecrire.millesime, a_ecrire.version, a_ecrire.profil, None, dt.datetime(2025, 3, 10), dt.date(2025, 3, 10),
        dt.date(2023, 1, 1), dt.date(2024, 12, 31), 1, a_ecrire.fictif,
    )  # fmt: skip
    destination = dossier / a_ecrire.edition
    paquet.ecrire_paquet(
        destination, a_ecrire, edition, {"depots": [], "secret": []}, (), lambda rang, total: None
    )
    return destination


def test_every_workbook_is_there_listed_and_marked(tmp_path: Path) -> None:
    ecrit = ecrire(tmp_path, a_publier(profil="restreint", revisions=None))
    assert sorted(f.relative_to(ecrit).as_posix() for f in ecrit.rglob("*.xlsx")) == CLASSEURS
    assert json.loads((ecrit / "manifeste.json").read_text(encoding="utf-8"))["classeurs"] == CLASSEURS
    for nom in CLASSEURS:
        for feuille in load_workbook(ecrit / nom).worksheets:
            assert feuille["A1"].value == "DONNÉES FICTIVES – DIFFUSION RESTREINTE", (nom, feuille.title)
            assert "DONNÉES FICTIVES" in feuille.oddHeader.left.text


@pytest.mark.parametrize(("profil", "montre"), [("public", True), ("restreint", False)])
def test_only_what_is_open_has_a_licence(profil: str, montre: bool, tmp_path: Path) -> None:
    ecrit = ecrire(tmp_path, a_publier(profil=profil))
    textes = {
        nom: (ecrit / nom).read_text(encoding="utf-8")
        for nom in ("LISEZ-MOI.md", "datapackage.json", "dcat.jsonld")
    }
    for nom, texte in textes.items():
        assert ("licence-ouverte" in texte.lower() or "licence ouverte" in texte.lower()) == montre, nom
    assert ("aucune licence de réutilisation" in textes["LISEZ-MOI.md"]) != montre


def test_which_territories_have_which_workbooks(tmp_path: Path) -> None:
    indetermine = {**chiffre("CLES", "heures", "32", "2024", 1.0), "code_territoire": "ND"}
    # the Oise is only counted as a place without a facilitator
    oise = {**chiffre("S06", "zones_blanches_epci", "59", "2024", 3.0), "code_territoire": "60"}
    entier = publication([*LIGNES, indetermine, {**indetermine, "niveau_territoire": "departement"}, oise])
    entier = dataclasses.replace(
        entier,
        territoires=pl.concat(
            [
                entier.territoires,
                entier.territoires.filter(pl.col("code_territoire") == "59").with_columns(
                    code_territoire=pl.lit("60"), libelle=pl.lit("Oise")
                ),
            ]
        ),
    )
    par_nature: dict[str, list[str]] = {}
    for ouvrage in ouvrages(entier):
        par_nature.setdefault(ouvrage.nature, []).append(ouvrage.territoire)
    # « 32 » is the region; the Gers, of the same code in another region, has no figure; nobody presides over « ND »
    assert par_nature == {
        "dgefp": ["FR", "32", "ND"],
        "chiffres_cles": ["32"],
        "instruction_2019": ["32"],
        "comite": ["59"],
    }
    assert [(o.nature, o.territoire) for o in ouvrages(entier, ["FR"])] == [("dgefp", "FR")]
    feuille = load_workbook(ecrire_dgefp(entier, "32", tmp_path))["Départements"]
    assert [r[0] for r in feuille.iter_rows(min_row=6, max_row=7, values_only=True)] == ["59", "32"]


def un_nombre_de_trop(rang: int) -> Callable[[pytest.MonkeyPatch], None]:
    """The number written `rang`-th, over the whole package, is one more than it should be."""

    def alterer(correctif: pytest.MonkeyPatch) -> None:
        ecrire_nombre, appels = Worksheet.write_number, count()

        def faux(self: Worksheet, ligne: int, colonne: int, nombre: float, forme: Any = None) -> Any:
            return ecrire_nombre(self, ligne, colonne, nombre + (next(appels) == rang), forme)

        correctif.setattr(Worksheet, "write_number", faux)

    return alterer


def un_secret_montre(correctif: pytest.MonkeyPatch) -> None:
    ecrire_texte = Worksheet.write_string

    def faux(self: Worksheet, ligne: int, colonne: int, texte: str, forme: Any = None) -> Any:
        if texte == "s":
            return self.write_number(ligne, colonne, 3, forme)
        return ecrire_texte(self, ligne, colonne, texte, forme)

    correctif.setattr(Worksheet, "write_string", faux)


def un_nombre_absent(correctif: pytest.MonkeyPatch) -> None:
    correctif.setattr(Worksheet, "write_number", lambda *_: 0)


def fausser(module: Any, nom: str) -> Callable[[pytest.MonkeyPatch], None]:
    """The last figure that is shown is one more, in what this function is given or gives back."""

    def augmenter(figures: pl.DataFrame) -> pl.DataFrame:
        rang = pl.int_range(pl.len())
        dernier = rang.filter(pl.col("valeur").is_not_null()).max()
        return figures.with_columns(
            pl.when(rang == dernier).then(pl.col("valeur") + 1).otherwise("valeur").alias("valeur")
        )

    def alterer(correctif: pytest.MonkeyPatch) -> None:
        fonction = getattr(module, nom)

        def faux(*arguments: Any) -> Any:
            rendu = fonction(
                *(
                    augmenter(x) if isinstance(x, pl.DataFrame) and "valeur" in x.columns else x
                    for x in arguments
                )
            )
            return augmenter(rendu) if isinstance(rendu, pl.DataFrame) else rendu

        correctif.setattr(module, nom, faux)

    return alterer


def sans_la_derniere(correctif: pytest.MonkeyPatch) -> None:
    selectionner = donnees.selectionner
    correctif.setattr(donnees, "selectionner", lambda c: selectionner(c).filter(pl.col("tableau") != "T03"))


@pytest.mark.parametrize(
    ("fichier", "alterer"),
    [
        ("indicateurs.csv", fausser(tableaux_plats, "ecrire_csv")),
        ("indicateurs_excel.csv", fausser(tableaux_plats, "ecrire_csv_excel")),
        ("indicateurs.parquet", fausser(tableaux_plats, "ecrire_parquet")),
        ("donnees.csv", fausser(sdmx, "_ecrire_donnees")),
        ("dgefp_FR", un_nombre_de_trop(0)),
        ("dgefp_FR", un_nombre_de_trop(25)),
        ("xlsx", un_nombre_absent),
        ("xlsx", un_secret_montre),
        # the cells are those asked for, but what was asked for is not what is published
        ("dgefp_FR", fausser(donnees, "selectionner")),
        ("dgefp_FR", sans_la_derniere),
    ],
)
def test_one_wrong_figure_and_nothing_is_published(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fichier: str,
    alterer: Callable[[pytest.MonkeyPatch], None],
) -> None:
    alterer(monkeypatch)
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire(tmp_path, a_publier())
    assert (refus.value.code, refus.value.sortie) == ("RELECTURE_DIFFERENTE", CodeSortie.PORTE)
    assert fichier in refus.value.message
    assert "Rien n'a été publié" in refus.value.message
    assert list(tmp_path.iterdir()) == []


ABIMES: dict[str, Callable[[bytes], bytes]] = {
    "coupé": lambda contenu: contenu[: len(contenu) // 2],
    "vide": lambda contenu: b"",
    "effacé": lambda contenu: bytes(len(contenu)),
    "brouillé": lambda contenu: contenu[:-40] + bytes(40),
}


@pytest.mark.parametrize("abime", ABIMES)
@pytest.mark.parametrize(
    ("fichier", "module", "nom"),
    [
        ("indicateurs.csv", tableaux_plats, "ecrire_csv"),
        ("indicateurs_excel.csv", tableaux_plats, "ecrire_csv_excel"),
        ("indicateurs.parquet", tableaux_plats, "ecrire_parquet"),
        ("donnees.csv", sdmx, "_ecrire_donnees"),
        ("dgefp_FR", Temoin, "verifier"),  # a workbook is read again as soon as it is written
    ],
)
def test_a_file_too_damaged_to_be_read_again_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fichier: str, module: Any, nom: str, abime: str
) -> None:
    """The disk lost a part of it: not a fault of the program, and nothing is published."""
    ecrire_juste = getattr(module, nom)

    def abimer(cible: Any, *reste: Any) -> None:
        relit = isinstance(cible, Temoin)
        chemin = reste[0] if relit else cible
        if not relit:
            ecrire_juste(cible, *reste)
        chemin.write_bytes(ABIMES[abime](chemin.read_bytes()))
        if relit:
            ecrire_juste(cible, *reste)

    monkeypatch.setattr(module, nom, abimer)
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire(tmp_path, a_publier())
    assert (refus.value.code, refus.value.sortie) == ("RELECTURE_DIFFERENTE", CodeSortie.PORTE)
    assert fichier in refus.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_at_reading_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def muet(fichier: Path) -> pl.DataFrame:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(fichier))

    monkeypatch.setattr(tableaux_plats, "relire_csv", muet)
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire(tmp_path, a_publier())
    assert refus.value.code == "SORTIE_IMPOSSIBLE"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("numero", "dit"),
    [
        (errno.ENOSPC, "le disque est plein"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "en lecture seule"),
        (errno.EACCES, "vous n'avez pas le droit d'y écrire"),
    ],
)
@pytest.mark.parametrize("nom", ["ecrire_csv", "ecrire_parquet", "ecrire_dgefp", "mkdir"])
def test_a_disk_that_refuses_is_said_in_french_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nom: str, numero: int, dit: str
) -> None:
    """At the first file, at a workbook, or before any."""

    def refuser(*_: Any, **__: Any) -> None:
        raise OSError(numero, os.strerror(numero))

    if nom == "mkdir":
        monkeypatch.setattr(Path, "mkdir", refuser)
    elif nom == "ecrire_dgefp":
        monkeypatch.setitem(lot._ECRIRE, "dgefp", refuser)
    else:
        monkeypatch.setattr(tableaux_plats, nom, refuser)
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire(tmp_path, a_publier())
    assert (refus.value.code, refus.value.sortie) == ("SORTIE_IMPOSSIBLE", CodeSortie.USAGE)
    assert dit in refus.value.message
    assert "Rien n'a été publié" in refus.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_as_such_whoever_finds_it_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library that writes the tables gives no error number, only a text."""
    ecrire_csv = pl.DataFrame.write_csv
    monkeypatch.setattr(pl.DataFrame, "write_csv", lambda self, *_, **__: ecrire_csv(self, "/dev/full"))
    with pytest.raises(ErreurUtilisateur, match="le disque est plein") as refus:
        ecrire(tmp_path, a_publier())
    assert refus.value.code == "SORTIE_IMPOSSIBLE"
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_revision_stops_the_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrire_csv = pl.DataFrame.write_csv

    def faux(self: pl.DataFrame, fichier: Any, **options: Any) -> None:
        ecrire_csv(self.with_columns(pl.col(pl.Float64) + 1), fichier, **options)

    monkeypatch.setattr(pl.DataFrame, "write_csv", faux)
    with pytest.raises(ErreurUtilisateur, match=r"revisions\.csv"):
        ecrire(tmp_path, a_publier())
    assert list(tmp_path.iterdir()) == []


def test_no_number_of_the_package_can_be_changed(tmp_path: Path) -> None:
    """Wherever the wrong number stands."""
    nombres = 0
    with pytest.MonkeyPatch.context() as correctif:
        ecrire_nombre = Worksheet.write_number

        def compter(*arguments: Any) -> Any:
            nonlocal nombres
            nombres += 1
            return ecrire_nombre(*arguments)

        correctif.setattr(Worksheet, "write_number", compter)
        ecrire(tmp_path / "juste", a_publier())
    assert nombres > 100
    for rang in range(0, nombres, 17):
        with pytest.MonkeyPatch.context() as correctif:
            un_nombre_de_trop(rang)(correctif)
            with pytest.raises(ErreurUtilisateur, match="relu"):
                ecrire(tmp_path / "faux", a_publier())
    assert list((tmp_path / "faux").iterdir()) == []


def octets(dossier: Path) -> Iterator[tuple[str, bytes]]:
    """Everything a reader may find in a package, workbooks unzipped."""
    for fichier in dossier.rglob("*"):
        if fichier.suffix == ".xlsx":
            with zipfile.ZipFile(fichier) as classeur:
                yield from ((f"{fichier.name}/{nom}", classeur.read(nom)) for nom in classeur.namelist())
        elif fichier.suffix == ".parquet":
            yield fichier.name, pl.read_parquet(fichier).write_csv().encode()
        elif fichier.is_file():
            yield fichier.name, fichier.read_bytes()


def test_a_hidden_figure_is_nowhere(tmp_path: Path) -> None:
    lignes = [
        *LIGNES,
        chiffre("CLES", "contrats", "32", "2024", CACHE, statut="Q"),
        chiffre("CLES", "contrats", "59", "2024", CACHE, statut="Q"),
    ]
    publics = dict(octets(ecrire(tmp_path / "public", a_publier(lignes))))
    assert len(publics) > 50
    assert [nom for nom, contenu in publics.items() if b"987654" in contenu] == []
    restreints = dict(octets(ecrire(tmp_path / "restreint", a_publier(lignes, profil="restreint"))))
    vus = {nom.split("_")[0] for nom, contenu in restreints.items() if b"987654" in contenu}
    assert vus >= {"indicateurs.csv", "indicateurs.parquet", "donnees.csv", "dgefp", "comite"}


def test_a_hidden_figure_that_kept_a_number_stops_the_publication(tmp_path: Path) -> None:
    entier = a_publier()
    figures = entier.indicateurs.with_columns(
        ecart_annee=pl.when(pl.col("statut_observation") == "Q").then(pl.lit(2.0))
    )
    with pytest.raises(ErreurUtilisateur, match="non diffusés"):
        ecrire(tmp_path, publication(**{"indicateurs": figures}))
    assert list(tmp_path.iterdir()) == []
