"""Publishing as a user does: what leaves the house is what the warehouse holds, whole or not at all, and can be remade."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from commande import DELAI, RACINE, Execution, Rafraichi, dit, environnement, lancer, lancer_a_part, lire

from clauses.socle.cube import codes_des_tableaux
from exports.edition.millesimes import lister
from exports.secret import protection, voisinage

CLE = [
    "tableau", "mesure", "niveau_territoire", "code_territoire", "type_periode", "periode", "axe_1", "modalite_1", "axe_2",
    "modalite_2",
]  # fmt: skip

COURTE = RACINE / "tests" / "recherche_courte"
A_PART = {"PYTHONPATH": os.pathsep.join(map(str, (COURTE, RACINE)))}
AUTRE_ORDRE = {**A_PART, "PYTHONHASHSEED": "2"}


@pytest.fixture(scope="module", autouse=True)
def _recherche_courte() -> Iterator[None]:
    """Proofs are the subject of tests/secret; processes of their own have A_PART."""
    with pytest.MonkeyPatch.context() as tenu:
        tenu.setattr(voisinage, "_PROGRAMMES", voisinage._PROGRAMMES)  # to be put back
        runpy.run_path(str(COURTE / "sitecustomize.py"))
        yield


@dataclass(frozen=True)
class Publie:
    """A workspace, the folder of its packages, and the command that wrote the first."""

    espace: Path
    sortie: Path
    execution: Execution

    @property
    def paquet(self) -> Path:
        return next(self.sortie.glob("2023T4_v1*"))


def publier(espace: Path, sortie: Path, millesime: str = "2023T4", *options: str) -> Execution:
    return lancer(
        "publier",
        "--millesime",
        millesime,
        "--espace",
        espace,
        "--sortie",
        sortie,
        "--territoire",
        "32",
        *options,
    )


MOURIR = """
import os, signal, sys
from pathlib import Path
from clauses import cli
from clauses.commandes import publication
from exports.edition import millesimes

def mourir(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv.pop(1).startswith("millésime"):
    poser = millesimes.poser
    millesimes.poser = lambda *a: mourir(poser(*a))
else:
    publication._noter = mourir
cli.main()
"""


def _jamais_publie(publie: Publie, tmp_path: Path) -> Path:
    """The workspace as it was before its first publication."""
    espace = Rafraichi(publie.espace, publie.execution).copier(tmp_path / "espace")
    shutil.rmtree(espace / "millesimes")
    for base, requete in (
        ("entrepot", "delete from marts.indicateurs_publies"),
        ("journal", "delete from publications"),
    ):
        with duckdb.connect(str(espace / f"{base}.duckdb")) as connexion:
            connexion.execute(requete)
    return espace


def lus(fichier: Path) -> pl.DataFrame:
    nombres = ("valeur", "part", "ecart_periode", "ecart_annee", "couverture")
    return pl.read_csv(fichier, infer_schema=False).with_columns(pl.col(nombres).cast(pl.Float64))


def contenu(dossier: Path) -> dict[str, bytes]:
    return {f.relative_to(dossier).as_posix(): f.read_bytes() for f in dossier.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def depots(deux_regions: Path) -> Path:
    """One region is enough for what is written; tests/secret protects two."""
    return deux_regions / "depots" / "Hauts-de-France"


@pytest.fixture(scope="module")
def publie(depots: Path, tmp_path_factory: pytest.TempPathFactory) -> Publie:
    """Fictitious deposits of one region in 2023, published."""
    racine = tmp_path_factory.mktemp("publie")
    espace, sortie = racine / "espace", racine / "publications"
    assert lancer("actualiser", depots / "2023", "--espace", espace).code == 0
    return Publie(espace, sortie, publier(espace, sortie))


@pytest.fixture(scope="module")
def revise(publie: Publie, depots: Path, tmp_path_factory: pytest.TempPathFactory) -> Publie:
    """The same once the deposits of 2024 came, some of which correct 2023; asked again, first without a reason."""
    racine = tmp_path_factory.mktemp("revise")
    espace = Rafraichi(publie.espace, publie.execution).copier(racine / "espace")
    assert lancer("actualiser", depots, "--espace", espace).code == 0
    sortie = racine / "publications"
    sans = publier(espace, sortie)
    assert sans.code == 2
    dit(sans, "MOTIF_ABSENT", "2023T4_v1", "--motif")
    assert not sortie.exists()
    return Publie(
        espace, sortie, publier(espace, sortie, "2023T4", "--motif", "Corrections de 2023", "--oui")
    )


@pytest.fixture(scope="module")
def restreint(publie: Publie, tmp_path_factory: pytest.TempPathFactory) -> Publie:
    racine = tmp_path_factory.mktemp("restreint")
    espace = Rafraichi(publie.espace, publie.execution).copier(racine / "espace")
    sortie = racine / "publications"
    return Publie(espace, sortie, publier(espace, sortie, "2023T4", "--profil", "restreint"))


def test_le_paquet_est_entier(publie: Publie) -> None:
    assert publie.execution.code == 0, publie.execution.texte
    noms = {f.relative_to(publie.paquet).as_posix() for f in publie.paquet.rglob("*") if f.is_file()}
    assert noms >= {
        "LISEZ-MOI.md", "indicateurs.csv", "indicateurs_excel.csv", "indicateurs.parquet", "codes/territoires.csv",
        "codes/tableaux.csv", "codes/modalites.csv", "sdmx/donnees.csv", "sdmx/structure.xml", "datapackage.json",
        "dcat.jsonld", "manifeste.json", "SHA256SUMS", "dgefp_32_2023T4_v1.xlsx",
        "chiffres_cles/chiffres_cles_32_2023T4_v1.xlsx", "comites/comite_59_2023T4_v1.xlsx",
        "instruction_2019/retour_instruction_2019_32_2023T4_v1.xlsx", "site/index.html", "site/departement-59.html",
        "site/donnees/region-32.js", "site/csv/region-32_CLES.csv",
    }  # fmt: skip
    sommes = dict(
        reversed(ligne.split("  ", 1)) for ligne in (publie.paquet / "SHA256SUMS").read_text().splitlines()
    )
    assert set(sommes) == noms - {"SHA256SUMS"}
    for nom, somme in sommes.items():
        assert hashlib.sha256((publie.paquet / nom).read_bytes()).hexdigest() == somme, nom
    assert [p.name for p in publie.sortie.iterdir()] == ["2023T4_v1"]


def test_chaque_chiffre_montre_est_celui_de_l_entrepot(publie: Publie) -> None:
    figures = lus(publie.paquet / "indicateurs.csv")
    visibles = figures.filter(pl.col("valeur").is_not_null())
    assert visibles.height > 500
    entrepot = lire(publie.espace / "entrepot.duckdb", "from marts.indicateurs")
    reunis = visibles.join(entrepot, on=CLE, how="left", nulls_equal=True, suffix="_entrepot")
    assert (reunis["valeur"] - reunis["valeur_entrepot"]).abs().max() < 1e-6
    parts = reunis.drop_nulls("part")
    assert (parts["part"] - parts["part_entrepot"]).abs().max() < 1e-6
    assert set(figures["niveau_territoire"]) == {"region", "departement", "epci"}
    assert set(figures["type_periode"]) == {"annee", "trimestre"}


def test_ce_qui_n_est_pas_diffuse_est_vide_et_marque(publie: Publie) -> None:
    figures = lus(publie.paquet / "indicateurs.csv")
    caches = figures.filter(pl.col("statut_observation") == "Q")
    assert 0 < caches.height < figures.height
    assert caches.filter(pl.col("valeur").is_not_null() | pl.col("part").is_not_null()).is_empty()
    assert set(caches["confidentialite"]) == {"C"}
    assert set(figures.filter(pl.col("statut_observation") != "Q")["confidentialite"]) == {"F"}


def test_les_formats_disent_la_meme_chose(publie: Publie) -> None:
    canonique = lus(publie.paquet / "indicateurs.csv")
    assert pl.read_parquet(publie.paquet / "indicateurs.parquet").equals(canonique)
    sdmx = pl.read_csv(publie.paquet / "sdmx" / "donnees.csv", infer_schema=False)
    assert sdmx["OBS_VALUE"].cast(pl.Float64).equals(canonique["valeur"].rename("OBS_VALUE"))
    assert sdmx["OBS_STATUS"].to_list() == canonique["statut_observation"].to_list()
    entrepot = lire(publie.espace / "entrepot.duckdb", "from marts.indicateurs_publies")
    assert set(entrepot["millesime"]) == {"2023T4_v1"}
    reunis = canonique.join(entrepot, on=CLE, how="full", nulls_equal=True, suffix="_entrepot")
    assert reunis.height == canonique.height == entrepot.height
    assert reunis["valeur"].is_null().equals(reunis["valeur_entrepot"].is_null().rename("valeur"))
    assert (reunis["valeur"] - reunis["valeur_entrepot"]).abs().max() < 1e-6


def test_le_classeur_a_les_chiffres_publies(publie: Publie) -> None:
    classeur = openpyxl.load_workbook(publie.paquet / "dgefp_32_2023T4_v1.xlsx", read_only=True)
    assert "T08" in " ".join(classeur.sheetnames)


def fiche(fichier: Path) -> dict[str, list[object]]:
    """The lines of a sheet to complete: what follows each label, nothing where it is a blank."""
    feuille = openpyxl.load_workbook(fichier).active
    return {
        str(r[0]): [v for v in r[1:] if v is not None] for r in feuille.iter_rows(values_only=True) if r[0]
    }


def test_ce_que_demandent_l_instruction_et_le_comite(publie: Publie, restreint: Publie) -> None:
    """The return of the instruction and the committee's sheet: blanks where the public release is silent only."""
    retour = "instruction_2019/retour_instruction_2019_32_2023T4_v1.xlsx"
    comite = "comites/comite_59_2023T4_v1.xlsx"
    publique, restreinte = (fiche(p / retour) for p in (publie.paquet, restreint.paquet))
    zones, etp = lire(
        publie.espace / "entrepot.duckdb",
        "select valeur from marts.indicateurs where tableau = 'S06' and niveau_territoire = 'region' and code_territoire "
        "= '32' and periode = '2023' and axe_1 is null and mesure in ('zones_blanches_epci', 'facilitateurs_etp') "
        "order by mesure desc",
    )["valeur"]
    assert publique["EPCI sans facilitateur"][0] == restreinte["EPCI sans facilitateur"][0] == zones
    assert publique["Structures porteuses"][0] == 2  # the demonstration has two in each region
    assert publique["Facilitateurs (ETP)"] == []
    assert restreinte["Facilitateurs (ETP)"][0] == pytest.approx(etp)
    plusieurs = "Part des bénéficiaires ayant plusieurs contrats (%)"
    assert publique[plusieurs] == []
    assert isinstance(restreinte[plusieurs][0], (int, float))
    longs = "Part des contrats de 300 heures et plus (%)"
    assert fiche(publie.paquet / comite)[longs] == []
    assert isinstance(fiche(restreint.paquet / comite)[longs][0], (int, float))


def test_le_manifeste_dit_les_depots(publie: Publie) -> None:
    manifeste = json.loads((publie.paquet / "manifeste.json").read_text(encoding="utf-8"))
    attendus = lire(
        publie.espace / "entrepot.duckdb", "select depot_id from qualite.depots where statut = 'accepte'"
    )
    assert {d["depot_id"] for d in manifeste["depots"]} == set(attendus["depot_id"])
    assert manifeste["chiffres"] == lus(publie.paquet / "indicateurs.csv").height
    assert manifeste["seuils"]
    assert manifeste["bibliotheques"]["duckdb"] == duckdb.__version__


def test_la_meme_publication_deux_fois(publie: Publie) -> None:
    avant = contenu(publie.sortie)
    encore = publier(publie.espace, publie.sortie)
    assert encore.code == 2
    dit(encore, "MILLESIME_INCHANGE", "Rien n'a changé", "2023T4_v1")
    assert contenu(publie.sortie) == avant


def test_le_meme_millesime_ailleurs_est_le_meme(publie: Publie, tmp_path: Path) -> None:
    """Written again elsewhere: not a new version, and the same bytes of figures."""
    ailleurs = publier(publie.espace, tmp_path)
    assert ailleurs.code == 0, ailleurs.texte
    dit(ailleurs, "à l'identique")
    assert [p.name for p in tmp_path.iterdir()] == ["2023T4_v1"]
    for fichier in (
        "indicateurs.csv",
        "indicateurs_excel.csv",
        "sdmx/donnees.csv",
        "codes/modalites.csv",
        "manifeste.json",
    ):
        assert (tmp_path / "2023T4_v1" / fichier).read_bytes() == (publie.paquet / fichier).read_bytes(), (
            fichier
        )


def test_profil_restreint(publie: Publie, restreint: Publie) -> None:
    assert restreint.execution.code == 0, restreint.execution.texte
    paquet = restreint.paquet
    figures = lus(paquet / "indicateurs.csv")
    assert figures.filter(pl.col("valeur").is_null()).is_empty()
    # the whole cube of the region, for the years and quarters that are over by the end of 2023 (S12: of old notifications)
    entrepot = lire(publie.espace / "entrepot.duckdb", "from marts.indicateurs where type_periode <> 'cumul'")
    lieux = lire(publie.espace / "entrepot.duckdb", "from marts.dim_territoire")
    de_la_region = lieux.filter(
        (pl.col("region") == "32")
        | ((pl.col("niveau_territoire") == "region") & (pl.col("code_territoire") == "32"))
    )
    revolues = entrepot.filter((pl.col("periode") <= "2023-T4") & (pl.col("tableau") != "S11")).join(
        de_la_region, on=["niveau_territoire", "code_territoire"], how="semi"
    )
    assert set(figures["niveau_territoire"]) == {"region", "departement", "epci", "structure"}
    assert figures.height == revolues.height
    assert revolues.join(figures, on=CLE, how="anti", nulls_equal=True).is_empty()
    classeur = openpyxl.load_workbook(paquet / "dgefp_32_2023T4_v1.xlsx", read_only=True)
    titres = [str(r[0]) for r in classeur["Suivi"].iter_rows(max_col=1, values_only=True) if r[0]]
    assert [t[:3] for t in titres if t[3:6] == " – "] == [t for t in codes_des_tableaux("S") if t != "S11"]
    assert not any(t.startswith("Tableaux que cette édition ne contient pas") for t in titres)
    notice = (paquet / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "DIFFUSION RESTREINTE" in notice
    assert "de 2023 au 4e trimestre 2023" in notice


@pytest.mark.lent
def test_un_trimestre_ne_parle_pas_de_la_suite(
    publie: Publie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which figures go out, not which are hidden: only small ones are here, the rest of the search is left out."""
    sans = functools.partial(protection.proteger_cellules, complementaire=False)
    monkeypatch.setattr(protection, "proteger_cellules", sans)
    espace = Rafraichi(publie.espace, publie.execution).copier(tmp_path / "espace")
    assert publier(espace, tmp_path / "p", "2023T2").code == 0
    periodes = set(lus(tmp_path / "p" / "2023T2_v1" / "indicateurs.csv")["periode"])
    assert {"2023-T1", "2023-T2"} <= periodes
    assert not periodes & {"2023", "2023-T3", "2023-T4"}


@pytest.mark.lent
def test_une_nouvelle_version_et_ses_revisions(publie: Publie, revise: Publie) -> None:
    assert revise.execution.code == 0, revise.execution.texte
    paquet = revise.sortie / "2023T4_v2"
    revisions = pl.read_csv(paquet / "revisions.csv")
    avant, apres = (lus(p / "indicateurs.csv") for p in (publie.paquet, paquet))
    reunis = avant.join(apres, on=CLE, how="inner", nulls_equal=True, suffix="_apres").drop_nulls(
        ["valeur", "valeur_apres"]
    )
    changes = reunis.filter((pl.col("valeur") - pl.col("valeur_apres")).abs() > 1e-6)
    assert changes.height > 0
    assert revisions.drop_nulls(["valeur_avant", "valeur"]).height == changes.height
    manifeste = json.loads((paquet / "manifeste.json").read_text(encoding="utf-8"))
    assert manifeste["motif"] == "Corrections de 2023"


@pytest.mark.lent
def test_ce_qui_etait_cache_le_reste(publie: Publie, revise: Publie) -> None:
    avant = lus(publie.paquet / "indicateurs.csv").filter(pl.col("statut_observation") == "Q")
    apres = lus(revise.sortie / "2023T4_v2" / "indicateurs.csv").filter(pl.col("statut_observation") != "Q")
    assert avant.join(apres, on=CLE, how="inner", nulls_equal=True).is_empty()


@pytest.mark.lent
def test_ce_qui_etait_montre_le_reste_presque_toujours(publie: Publie, revise: Publie) -> None:
    """Two corrections used to hide a sixth of what was shown: the pattern of the version before is where the search begins.

    What is lost all the same is said before the version is frozen.
    """
    avant, apres = (lus(p / "indicateurs.csv") for p in (publie.paquet, revise.sortie / "2023T4_v2"))
    montres = avant.filter(pl.col("statut_observation") != "Q")
    perdus = montres.join(
        apres.filter(pl.col("statut_observation") != "Q"), on=CLE, how="anti", nulls_equal=True
    )
    assert perdus.height < 0.05 * montres.height
    if perdus.height:
        dit(revise.execution, f"{perdus.height} chiffre")
    dit(revise.execution, "depuis 2023T4_v1.")


@pytest.mark.lent
def test_etat_dit_les_millesimes(revise: Publie) -> None:
    execution = lancer("etat", "--espace", revise.espace)
    assert execution.code == 0, execution.texte
    dit(execution, "2023T4_v1, figé le", "2023T4_v2, figé le")


@pytest.mark.lent
def test_comparer(revise: Publie, tmp_path: Path) -> None:
    liste = tmp_path / "revisions.csv"
    execution = lancer("comparer", "2023T4_v1", "2023T4", "--espace", revise.espace, "--sortie", liste)
    assert execution.code == 0, execution.texte
    dit(
        execution,
        "chiffres changent",
        "Dépôts en cause",
        "S01 – Devenir des personnes",
        "Part des contrats de 300 heures et plus",
    )
    # the same count as the publication's
    (revises,) = re.findall(
        r"(\d+) chiffres? révisés?", " ".join(revise.execution.texte.replace("\u202f", "").split())
    )
    dit(execution, f"dont {revises} publié")
    ecrites = pl.read_csv(liste, separator=";", decimal_comma=True)
    assert ecrites.height > 0
    assert ecrites["cause"].null_count() == 0
    inconnu = lancer("comparer", "2019T1", "2023T4", "--espace", revise.espace)
    assert inconnu.code == 2
    dit(inconnu, "MILLESIME_INCONNU", "2023T4_v1")


@pytest.mark.lent
@pytest.mark.parametrize("nom", ["2023T4_v1", "2023T4_v2"])
def test_un_millesime_se_refait_depuis_ses_depots(publie: Publie, revise: Publie, nom: str) -> None:
    """The first version, once other deposits came, and the second, where what the first hid stays hidden.

    From brut/ and the list of deposits: the same bytes as the package that was published, in another process whose sets
    and dictionaries have another order.
    """
    avant = (revise.espace / "entrepot.duckdb").read_bytes()
    execution = lancer_a_part("reconstruire", nom, "--espace", revise.espace, ajouts=AUTRE_ORDRE)
    assert execution.code == 0, execution.texte
    paquet = (publie if nom == "2023T4_v1" else revise).sortie / nom
    publiee = hashlib.sha256((paquet / "indicateurs.csv").read_bytes()).hexdigest()
    dit(execution, "identiques", publiee)
    assert (revise.espace / "entrepot.duckdb").read_bytes() == avant


@pytest.mark.lent
def test_un_autre_processus_ecrit_les_memes_octets(publie: Publie, restreint: Publie, tmp_path: Path) -> None:
    """Workbooks say when they were written, and the page of downloads weighs them; tests/site writes it twice."""
    espace = Rafraichi(publie.espace, publie.execution).copier(tmp_path / "espace")
    options = (
        "--millesime",
        "2023T4",
        "--espace",
        espace,
        "--sortie",
        tmp_path / "publications",
        "--territoire",
        "32",
    )
    encore = lancer_a_part("publier", *options, "--profil", "restreint", ajouts=AUTRE_ORDRE)
    assert encore.code == 0, encore.texte
    ecrits, reecrits = contenu(restreint.paquet), contenu(next((tmp_path / "publications").iterdir()))
    assert ecrits.keys() == reecrits.keys()
    dates = {"manifeste.json", "SHA256SUMS", "datapackage.json", "dcat.jsonld", "site/telechargements.html"}
    compares = {nom for nom in ecrits if not nom.endswith(".xlsx")} - dates
    assert len(compares) > 50
    assert {nom for nom in compares if ecrits[nom] != reecrits[nom]} == set()


@pytest.mark.lent
def test_un_millesime_altere_se_voit(revise: Publie, tmp_path: Path) -> None:
    """One of its figures, before secrecy; and what was published of it."""
    espace = Rafraichi(revise.espace, revise.execution).copier(tmp_path / "espace")
    fige = espace / "millesimes" / "2023T4_v2"
    figures = pl.read_parquet(fige / "indicateurs.parquet")
    figures.with_columns(
        valeur=pl.when(pl.int_range(pl.len()) == 7).then(pl.col("valeur") + 1).otherwise("valeur")
    ).write_parquet(fige / "indicateurs.parquet")
    publiees = fige / "indicateurs_publies.parquet"
    pl.read_parquet(publiees).with_columns(unite=pl.lit("h")).write_parquet(publiees)
    execution = lancer("reconstruire", "2023T4_v2", "--espace", espace)
    assert execution.code == 4, execution.texte
    dit(execution, "1 chiffre", "indicateurs.csv n'est plus le même")


@pytest.mark.lent
def test_un_millesime_dont_les_depots_sont_partis_le_dit(revise: Publie, tmp_path: Path) -> None:
    """Lost: a backup has them; purged: nothing does."""
    espace = Rafraichi(revise.espace, revise.execution).copier(tmp_path / "espace")
    (nom,) = json.loads((espace / "millesimes" / "2023T4_v2" / "millesime.json").read_text())["gel"][
        "depots"
    ][:1]
    shutil.rmtree(espace / "brut" / nom)
    perdu = lancer("reconstruire", "2023T4_v2", "--espace", espace)
    assert perdu.code == 2
    dit(perdu, "DEPOTS_ABSENTS", "restaurez-les depuis une sauvegarde")
    with duckdb.connect(str(espace / "journal.duckdb")) as base:
        base.execute("update depots set statut = 'purge' where depot_id = ?", [nom])
    purge = lancer("reconstruire", "2023T4_v2", "--espace", espace)
    dit(purge, "DEPOTS_ABSENTS", "leur durée de conservation est passée", "ne peut plus être refait")


@pytest.mark.parametrize(
    ("options", "mots"),
    [
        (["--millesime", "2023T5"], ["MILLESIME_ILLISIBLE", "2024T4"]),
        (["--millesime", "décembre"], ["MILLESIME_ILLISIBLE"]),
        (["--millesime", "2031T1"], ["PERIODE_SANS_DONNEES", "2023-T1"]),
        (["--millesime", "2023T4", "--profil", "prive"], ["PROFIL_INCONNU", "restreint"]),
        (["--millesime", "2023T4", "--territoire", "99"], ["TERRITOIRE_INCONNU", "32"]),
        (["--millesime", "2023T4", "--territoire", "53"], ["TERRITOIRE_VIDE", "Bretagne", "32"]),
        (
            ["--millesime", "2023T4", "--territoire", "FR"],
            ["TERRITOIRE_HORS_PERIMETRE", "32", "observatoire.yml"],
        ),
    ],
)
def test_demandes_impossibles(publie: Publie, tmp_path: Path, options: list[str], mots: list[str]) -> None:
    execution = lancer("publier", *options, "--espace", publie.espace, "--sortie", tmp_path / "p")
    assert execution.code == 2, execution.texte
    dit(execution, *mots)
    assert not (tmp_path / "p").exists()


def test_ce_qui_reste_sans_preuve_est_masque_compte_et_dit(publie: Publie) -> None:
    """Too few persons for every hidden figure to be proved safe: their whole tables are hidden, counted, and said."""
    dit(publie.execution, "par prudence avec tout leur tableau")
    fiche = json.loads(next((publie.espace / "millesimes").glob("*/*.json")).read_text(encoding="utf-8"))
    assert sum(ligne["sans_preuve"] for ligne in fiche["secret"]) > 0
    publiees = lire(publie.espace / "entrepot.duckdb", "from marts.indicateurs_publies")
    masquees = publiees.filter(pl.col("confidentialite") == "C")
    assert masquees.height
    assert masquees["valeur"].null_count() == masquees.height


def test_sans_entrepot(tmp_path: Path) -> None:
    execution = publier(tmp_path / "vide", tmp_path / "p")
    assert execution.code == 2, execution.texte
    dit(execution, "clauses actualiser")


def test_alias_ajoute_depuis(espace_2023: Rafraichi, tmp_path: Path) -> None:
    """What would be published is not what the workspace now says: build first."""
    espace = espace_2023.copier(tmp_path / "espace")
    nomenclature, forme = lire(
        espace / "journal.duckdb",
        "select nomenclature, forme from formes_inconnues where nomenclature not like '%:%' order by all limit 1",
    ).row(0)
    code = lire(espace / "entrepot.duckdb", f"select min(code) from marts.dim_{nomenclature}").item()
    (espace / "alias.csv").write_text(
        f'nomenclature,forme,code\n{nomenclature},"{forme}",{code}\n', encoding="utf-8"
    )
    execution = publier(espace, tmp_path / "p")
    assert execution.code == 2, execution.texte
    dit(execution, "ENTREPOT_PERIME", "clauses actualiser")


def test_disque_plein(publie: Publie, tmp_path: Path) -> None:
    """No file may grow beyond a limit, as on a full disk."""
    demande = ["publier", "--millesime", "2023T4", "--espace", publie.espace, "--sortie", tmp_path / "p"]
    plein = lancer_a_part(*demande, ajouts=A_PART, place=200_000)
    assert plein.code == 2, plein.texte
    assert "SORTIE_IMPOSSIBLE" in plein.erreurs or "DISQUE" in plein.erreurs
    assert list((tmp_path / "p").iterdir()) == []


@pytest.mark.lent
def test_disque_plein_au_moment_de_comparer(revise: Publie, tmp_path: Path) -> None:
    """The file of before stays as it was."""
    sortie = tmp_path / "revisions.csv"
    sortie.write_text("à moi")
    arguments = ["comparer", "2023T4_v1", "2023T4_v2", "--espace", revise.espace, "--sortie", sortie]
    plein = lancer_a_part(*arguments, place=500)
    assert plein.code == 2, plein.texte
    dit(plein, "SORTIE_IMPOSSIBLE", "revisions.csv", "le fichier dépasse la taille permise")
    assert contenu(tmp_path) == {"revisions.csv": "à moi".encode()}


@pytest.mark.parametrize(
    ("occupe", "code", "mots"),
    [
        (
            "publications",
            "SORTIE_IMPOSSIBLE",
            ["un fichier porte déjà ce nom", "Rien n'a été publié"],
        ),
        ("publications/2023T4_v1", "SORTIE_OCCUPEE", ["existe déjà", "--sortie"]),
    ],
)
def test_la_place_est_prise(publie: Publie, tmp_path: Path, occupe: str, code: str, mots: list[str]) -> None:
    """By a file of the user's: it is left as it is."""
    place = tmp_path / occupe
    place.parent.mkdir(exist_ok=True)
    place.write_text("à moi")
    execution = publier(publie.espace, tmp_path / "publications")
    assert execution.code == 2, execution.texte
    dit(execution, code, *mots)
    assert place.read_text() == "à moi"
    assert [p.name for p in place.parent.iterdir()] == [place.name]


@pytest.mark.lent
def test_a_tout_moment_le_millesime_et_son_paquet_ou_aucun(
    publie: Publie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run killed there would leave, before and after each change of a name on the disk."""
    espace, sortie = _jamais_publie(publie, tmp_path), tmp_path / "p"
    vus: set[tuple[bool, bool]] = set()

    def regarder() -> None:
        figes = [m.nom for m in lister(espace / "millesimes")]
        vus.add((figes == ["2023T4_v1"], (sortie / "2023T4_v1" / "SHA256SUMS").is_file()))

    def observe(change: Callable[..., None]) -> Callable[..., None]:
        def changer(*places: Any, **options: Any) -> None:
            regarder()
            change(*places, **options)
            regarder()

        return changer

    with monkeypatch.context() as tenu:
        for nom in ("rename", "replace", "unlink", "mkdir", "rmdir"):
            tenu.setattr(os, nom, observe(getattr(os, nom)))
        assert publier(espace, sortie).code == 0
    assert vus == {(False, False), (True, True)}


@pytest.mark.lent
@pytest.mark.parametrize("instant", ["millésime posé, paquet non", "paquet posé, entrepôt non"])
def test_tue_au_pire_moment(publie: Publie, tmp_path: Path, instant: str) -> None:
    """kill -9 around the one move that counts: the next run ends the work, or does it again."""
    espace, sortie = _jamais_publie(publie, tmp_path), tmp_path / "p"
    arguments = [
        "publier",
        "--millesime",
        "2023T4",
        "--territoire",
        "32",
        "--espace",
        espace,
        "--sortie",
        sortie,
    ]
    mort = subprocess.run(
        [sys.executable, "-c", MOURIR, instant, *map(str, arguments)],
        cwd=RACINE,
        env=environnement(A_PART),
        capture_output=True,
        timeout=DELAI,
        check=False,
    )
    assert mort.returncode == -signal.SIGKILL, mort.stderr.decode()
    paru = instant.startswith("paquet")
    assert ("2023T4_v1" in lancer("etat", "--espace", espace).texte) == paru
    reprise = publier(espace, sortie)
    if paru:
        dit(reprise, "MILLESIME_INCHANGE")
    else:
        assert reprise.code == 0, reprise.texte
    assert [p.name for p in sortie.iterdir()] == ["2023T4_v1"]
    assert [m.name for m in (espace / "millesimes").iterdir()] == ["2023T4_v1"]
    assert (sortie / "2023T4_v1" / "SHA256SUMS").is_file()
    assert lire(espace / "entrepot.duckdb", "select count(*) from marts.indicateurs_publies").item() > 0
    assert lire(espace / "journal.duckdb", "select millesime, profil from publications").rows() == [
        ("2023T4_v1", "public")
    ]
