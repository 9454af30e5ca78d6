"""Paths of persons, on a larger draw than the others: enough persons for rates, intervals and curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
from commande import lancer

from .calcul import Etat
from .ecriture import Ecrivain
from .monde import Monde
from .suivi_parcours import parcours, s01, s05
from .valeurs import HORIZONS

pytestmark = pytest.mark.lent
GRAINE = 5


@dataclass(frozen=True)
class Tirage:
    etat: Etat
    base: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def tirage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tirage]:
    racine = tmp_path_factory.mktemp("depots")
    depots = Monde(GRAINE, personnes=170, structures=(9, 9)).depots()
    Ecrivain(racine, GRAINE).ecrire(depots)
    espace = tmp_path_factory.mktemp("espaces") / "espace"
    assert lancer("actualiser", racine, "--espace", espace).code == 0
    base = duckdb.connect(str(espace / "entrepot.duckdb"), read_only=True)
    yield Tirage(Etat(depots), base)
    base.close()


def test_chaque_parcours(tirage: Tirage) -> None:
    """Every column of every path, but for the pseudonym and the EPCI."""
    base, attendus = tirage.base, parcours(tirage.etat)
    chemins = dict(base.sql("select depot_id, chemin from qualite.depots").fetchall())
    resultat = base.sql("select * from marts.parcours")
    vus = {}
    for valeurs in resultat.fetchall():
        vu = dict(zip(resultat.columns, valeurs, strict=True))
        vus[tuple(vu["premier_contrat_id"].split("|", 1))] = vu
    assert len(attendus) > 80
    assert set(vus) == set(attendus)
    for (structure, contrat), attendu in attendus.items():
        vu = vus[structure, contrat]
        premier = attendu.pop("premier")
        del attendu["premier_contrat"]
        attendu["date_premier_contrat"] = attendu.pop("debut")
        attendu |= {"structure_code": structure} | {n: premier[n] for n in ("region", "departement")}
        for horizon in HORIZONS:
            vu[f"depot_situation_{horizon}"] = chemins.get(vu[f"depot_situation_{horizon}"])
        for champ in ("heures", "heures_formation"):
            vu[champ], attendu[champ] = float(vu[champ]), pytest.approx(attendu[champ])
        assert {c: vu[c] for c in attendu} == attendu
        assert set(vu) - set(attendu) == {
            "id_personne",
            "premier_contrat_id",
            "premiere_operation_id",
            "epci",
        }


@pytest.mark.parametrize(("tableau", "calculer"), [("S01", s01), ("S05", s05)])
def test_valeurs_et_fiabilite(tirage: Tirage, tableau: str, calculer: Any) -> None:
    attendus = calculer(tirage.etat)
    vus = {
        tuple(ligne[:8]): (ligne[8], ligne[9])
        for ligne in tirage.base.execute(
            """select tableau, mesure, niveau_territoire, code_territoire, type_periode, periode,
            concat_ws('=', axe_1, modalite_1), concat_ws('=', axe_2, modalite_2), valeur, fiabilite
            from marts.indicateurs where tableau = ?
            and niveau_territoire in ('national', 'region', 'departement', 'structure')""",
            [tableau],
        ).fetchall()
    }
    assert set(vus) == set(attendus)
    faux = {
        cle: (attendus[cle], vu)
        for cle, vu in vus.items()
        if abs(attendus[cle][0] - vu[0]) > 1e-6 * max(1.0, abs(vu[0])) or attendus[cle][1] != vu[1]
    }
    assert faux == {}
    # the draw has what it must exercise: rates or curves, of whole cohorts and of their parts
    lue = "taux_durable" if tableau == "S01" else "acces_durable"
    assert {bool(cle[7]) for cle in vus if cle[1] == lue} == {False, True}
