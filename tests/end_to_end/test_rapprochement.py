"""Persons written in several ways by several structures are one, whatever the order in which their deposits come."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from commande import lancer, lire
from depots_fictifs import Personne, ecrire_dossier, tables_relationnelles

# one list per structure; the rank of a person in it makes her number (B0, B1 …) and her contract (C0, C1 …)
INSCRITS = {
    "S59801": [
        Personne("Vouvelmont", "Alexandra", "05/07/1990"),
        Personne("Clermanfort", "Karim", "17/04/1988", "H"),
        Personne("Jallorrac", "Léonie", "23/11/1979"),
        Personne("Plaisselneau", "Inès", "30/01/1995"),
        Personne("Plaisselneau", "Inés", "30/01/1996"),
        Personne("Ouvretaille", "Marius", "14/06/1985", "H"),
        Personne("Quinterel", "Odile", "01/03/1980"),
    ],
    "S59802": [
        Personne("Vouvelmont", "Alexandra", "07/05/1990"),
        Personne("KARIM", "CLERMANFORT", "17/04/1988", "H"),
        Personne("Jallorac", "Leonie", "23/11/1979"),
        # two numbers of one deposit are two persons, though their first names begin alike
        Personne("Plaisselneau", "Maryse", "30/01/1995"),
        Personne("Plaisselneau", "Maryline", "30/01/1995"),
        # sex not known here, known there
        Personne("Ouvretaille", "Marius", "14/06/1985", ""),
    ],
    "S59803": [
        Personne("Vouvelmont", "Alex", "05/07/1990"),
        # sex differs: another person
        Personne("Clermanfort", "Karima", "17/04/1988"),
        Personne("Drouzet épouse Jallorrac", "Léonie", "23/11/1979"),
        # the eve, as a time zone makes it
        Personne("Quinterel", "Odile", "29/02/1980"),
    ],
}
ATTENDUS = [
    {"S59801|C0", "S59802|C0", "S59803|C0"},
    {"S59801|C1", "S59802|C1"},
    {"S59801|C2", "S59802|C2", "S59803|C2"},
    {"S59801|C5", "S59802|C5"},
    {"S59801|C6", "S59803|C3"},
    {"S59801|C3"},
    {"S59801|C4"},
    {"S59802|C3"},
    {"S59802|C4"},
    {"S59803|C1"},
]
REGLES = [
    *["PRENOM_COURT", "NOM_PRENOM_INVERSES", "NOM_COMPOSE", "SEXE_INCONNU", "JOUR_VOISIN"],
    *["EXACTE"] * 5,
]


def _personnes(espace: Path) -> pl.DataFrame:
    return lire(
        espace / "entrepot.duckdb",
        "select id_personne, min(contrat_id) as premier, list(contrat_id order by contrat_id) as contrats, "
        "any_value(regle_rapprochement) as regle from marts.fct_contrats join marts.dim_beneficiaire "
        "using (id_personne) group by id_personne order by premier",
    )


@pytest.mark.lent
def test_une_personne_ecrite_de_plusieurs_facons_est_une(tmp_path: Path) -> None:
    depots = [
        ecrire_dossier(tmp_path / "depots" / code, tables_relationnelles(code, 2024, personnes))
        for code, personnes in INSCRITS.items()
    ]
    ensemble, un_par_un = tmp_path / "ensemble", tmp_path / "un-par-un"
    assert lancer("actualiser", tmp_path / "depots", "--espace", ensemble).code == 0
    un_par_un.mkdir()
    (un_par_un / ".cle").write_bytes((ensemble / ".cle").read_bytes())
    (un_par_un / ".cle").chmod(0o600)
    for depot in (depots[2], depots[0], depots[1]):
        assert lancer("actualiser", depot, "--espace", un_par_un).code == 0

    personnes = _personnes(ensemble)
    trouvees = {frozenset(c): r for c, r in personnes.select("contrats", "regle").iter_rows()}
    assert trouvees == dict(zip(map(frozenset, ATTENDUS), REGLES, strict=True))
    assert personnes.equals(_personnes(un_par_un))


@pytest.mark.lent
def test_un_depot_charge_avant_les_cles_de_rapprochement_se_construit(tmp_path: Path) -> None:
    depot = ecrire_dossier(tmp_path / "d1", tables_relationnelles("S59801", 2024, INSCRITS["S59801"]))
    espace = tmp_path / "espace"
    assert lancer("actualiser", depot, "--espace", espace).code == 0
    for fichier in espace.glob("brut/*/rapprochements.parquet"):
        fichier.unlink()
    autre = ecrire_dossier(tmp_path / "d2", tables_relationnelles("S59802", 2024, INSCRITS["S59802"]))
    assert lancer("actualiser", autre, "--espace", espace).code == 0
    assert set(_personnes(espace)["regle"]) == {"EXACTE"}
