"""The samples give the expected figures, findings and refusals: nothing less and, where stated, nothing more."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from commande import (
    ATTENDU,
    CLE_DU_CUBE,
    DEPOTS,
    Rafraichi,
    chiffres_attendus,
    chiffres_faux,
    chiffres_obtenus,
    lire,
)

from clauses.socle.cube import codes_des_tableaux

TOLERANCE = 0.001
TABLEAUX = ["CLES", *codes_des_tableaux("T")]


@pytest.fixture(scope="module")
def attendus() -> pl.DataFrame:
    return chiffres_attendus(ATTENDU / "indicateurs.csv.xz")


@pytest.fixture(scope="module")
def obtenus(echantillons: Rafraichi) -> pl.DataFrame:
    return chiffres_obtenus(echantillons.espace)


def test_rafraichissement_reussi(echantillons: Rafraichi) -> None:
    assert echantillons.execution.code == 0, echantillons.execution.texte


def test_tous_les_chiffres_attendus(attendus: pl.DataFrame, obtenus: pl.DataFrame) -> None:
    assert attendus.height == 69_067
    faux = chiffres_faux(attendus, obtenus, TOLERANCE)
    assert faux.is_empty(), f"{faux.height} chiffres faux :\n{faux.head(20)}"


def test_aucun_autre_chiffre(attendus: pl.DataFrame, obtenus: pl.DataFrame) -> None:
    mesures = attendus.select("tableau", "mesure").unique()
    du_ressort = obtenus.filter(
        pl.col("tableau").is_in(TABLEAUX)
        & pl.col("niveau_territoire").is_in(["national", "region", "departement"])
        & pl.col("type_periode").is_in(["annee", "trimestre", "cumul"])
    ).join(mesures, on=["tableau", "mesure"], how="semi")
    en_trop = du_ressort.join(attendus, on=CLE_DU_CUBE, how="anti").filter(
        pl.col("valeur").abs() >= TOLERANCE
    )
    assert en_trop.is_empty(), f"{en_trop.height} chiffres en trop :\n{en_trop.head(20)}"


def test_tous_les_constats_sur_leur_ligne(echantillons: Rafraichi) -> None:
    attendus = pl.read_csv(ATTENDU / "constats.csv", infer_schema=False).with_columns(
        pl.col("ligne").cast(pl.Int32)
    )
    assert attendus.height == 81
    trouves = lire(
        echantillons.espace / "entrepot.duckdb",
        'select d.chemin, c."table", c.ligne, c.regle, c.gravite from qualite.depots as d join '
        "(select *, 'rejet' as gravite from qualite.rejets union all by name "
        "select *, 'alerte' as gravite from qualite.alertes) as c on c.depot = d.depot_id",
    ).with_columns(
        depot=pl.col("chemin").str.split("/").list.last().str.replace(r"\.(xlsx|csv|zip)$", ""),
    )
    lieu = ["depot", "table", "ligne", "regle"]
    assert attendus.join(trouves, on=lieu, how="anti").is_empty()
    # what is planted to be set aside is; what only deserves a warning is counted
    alertes = {"LIGNE_EN_DOUBLE", "HEURES_ELEVEES"}
    gravites = attendus.join(trouves, on=lieu, how="left").select("regle", "gravite").unique()
    assert set(gravites.iter_rows()) == {
        (regle, "alerte" if regle in alertes else "rejet") for regle in attendus["regle"].unique()
    }


def test_les_lignes_ecartees_sont_celles_attendues(echantillons: Rafraichi) -> None:
    """Of the deposits accepted, no row is set aside but those planted."""
    attendus = pl.read_csv(ATTENDU / "constats.csv", infer_schema=False)
    plantes = attendus.filter(~pl.col("regle").is_in(["LIGNE_EN_DOUBLE", "HEURES_ELEVEES"]))
    rejets = lire(
        echantillons.espace / "entrepot.duckdb",
        "select r.regle from qualite.rejets as r join qualite.depots as d on d.depot_id = r.depot "
        "where d.statut = 'accepte'",
    )
    assert sorted(rejets["regle"]) == sorted(plantes["regle"])


def test_les_refus(echantillons: Rafraichi) -> None:
    attendus = pl.read_csv(ATTENDU / "refus.csv", infer_schema=False)
    assert attendus.height == 9
    refuses = lire(
        echantillons.espace / "entrepot.duckdb",
        "select chemin, regle, message from qualite.depots where statut = 'refuse'",
    )
    trouves = {(Path(chemin).name, regle) for chemin, regle, _ in refuses.iter_rows()}
    assert trouves == set(attendus.iter_rows())
    assert refuses["message"].str.len_chars().min() > 20  # type: ignore[operator]
    for chemin in refuses["chemin"]:
        assert chemin in echantillons.execution.sortie


def test_le_fichier_ignore_n_est_pas_un_depot(echantillons: Rafraichi) -> None:
    chemins = lire(echantillons.espace / "entrepot.duckdb", "select chemin from qualite.depots")["chemin"]
    assert not any("notes.pdf" in chemin for chemin in chemins)
    assert (DEPOTS / "a-verifier" / "notes.pdf").exists()


def test_les_totaux(echantillons: Rafraichi) -> None:
    attendu = json.loads((ATTENDU / "resume.json").read_text(encoding="utf-8"))
    entrepot = echantillons.espace / "entrepot.duckdb"
    (totaux,) = lire(
        entrepot,
        "select (select count(*) from qualite.depots where statut = 'accepte') as depots, "
        "(select count(*) from marts.fct_heures) as lignes, "
        "(select sum(heures) from marts.fct_heures) as heures",
    ).to_dicts()
    assert totaux["depots"] == attendu["deposits"]
    assert totaux["lignes"] == attendu["lignes"]
    assert totaux["heures"] == pytest.approx(attendu["heures"])
    jour, mois, annee = attendu["date_arrete"][8:], attendu["date_arrete"][5:7], attendu["date_arrete"][:4]
    assert f"{jour}/{mois}/{annee}" in echantillons.execution.sortie


def test_chaque_ligne_lue_est_comptee(echantillons: Rafraichi) -> None:
    comptes = lire(echantillons.espace / "entrepot.duckdb", "select * from qualite.depots_tables")
    assert comptes.height > 0
    perdues = comptes.filter(
        pl.col("lues") != pl.sum_horizontal("chargees", "rejetees", "doublons", "ignorees")
    )
    assert perdues.is_empty(), perdues
