"""Order does not matter: deposits loaded one by one, in any order, give what all at once gives; twice changes nothing."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commande import DEPOTS, Rafraichi, SurPlace, cube, lancer, lire

from clauses.chantier import warm
from clauses.commandes import refresh
from clauses.socle.workspace import Espace

ORDRES = int(os.environ.get("CLAUSES_ORDRES", "1"))
GRAINE = int(os.environ.get("CLAUSES_GRAINE", str(random.SystemRandom().randrange(10_000))))


class _SansProcessus:
    """The worker processes of a refresh, without the processes: nothing is built, and Great Expectations is imported
    once for all loads."""

    def __init__(self, *_: object) -> None:
        self.gx = self
        self._reponse: Any = None

    def demander(self, fonction: Callable[..., Any], *arguments: Any) -> None:
        self._reponse = fonction(*arguments)

    def repondre(self) -> Any:
        return self._reponse

    def preparer(self) -> None:
        pass

    def ouvrir(self, *_: object) -> None:
        pass

    def congedier(self) -> None:
        pass


def _depots_un_par_un(racine: Path) -> list[Path]:
    """Every deposit by its own path: files, and folders that hold tables."""
    return sorted(
        depot
        for dossier in (*racine.glob("*/20*"), *racine.glob("a-verifier"))
        for depot in dossier.iterdir()
    )


def _charger_un_par_un(depots: list[Path], espace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads all but the last without building (the build looks at the ledger, never at the run), then the last as usual."""
    with monkeypatch.context() as remplacements:
        remplacements.setattr(refresh, "Ouvriers", _SansProcessus)
        remplacements.setattr(refresh, "Chantier", _SansProcessus)
        remplacements.setattr(refresh, "_construire", lambda *_: None)
        for depot in depots[:-1]:
            refresh.actualiser([depot], Espace(espace))
    monkeypatch.setattr(warm, "Ouvrier", SurPlace)
    bilan = refresh.actualiser([depots[-1]], Espace(espace))
    assert bilan.statut == "publie"


@pytest.mark.lent
def test_les_corrections_et_la_derniere_annee_d_abord(
    echantillons: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hardest order."""
    depots = _depots_un_par_un(DEPOTS)
    assert len(depots) == 12 + 9 + 1
    _verifier_l_ordre(depots[::-1], echantillons, tmp_path / "espace", monkeypatch)


@pytest.mark.lent
@pytest.mark.parametrize("tirage", range(ORDRES))
def test_l_ordre_des_depots_ne_change_rien(
    tirage: int, depots_2023: Path, espace_2023: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any order; of one year: each deposit is read, conformed and validated alone."""
    depots = _depots_un_par_un(depots_2023)
    assert len(depots) > 4
    random.Random(GRAINE * 1000 + tirage).shuffle(depots)
    print(f"graine {GRAINE}, ordre : {[d.name for d in depots]}")
    _verifier_l_ordre(depots, espace_2023, tmp_path / "espace", monkeypatch)


def _verifier_l_ordre(
    depots: list[Path], ensemble: Rafraichi, espace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one in that order, in a workspace of the same key, they give what `ensemble` has."""
    shutil.copytree(ensemble.espace, espace, ignore=shutil.ignore_patterns("*.duckdb", "[0-9a-f]*"))
    _charger_un_par_un(depots, espace, monkeypatch)

    assert cube(espace).equals(cube(ensemble.espace))
    for table in ("dim_beneficiaire", "fct_heures", "fct_contrats", "fct_engagements"):
        requete = f"select * from marts.{table} order by all"
        assert lire(espace / "entrepot.duckdb", requete).equals(
            lire(ensemble.espace / "entrepot.duckdb", requete)
        ), table
    verdicts = "select sha256, statut, regle, message from qualite.depots order by all"
    assert lire(espace / "entrepot.duckdb", verdicts).equals(
        lire(ensemble.espace / "entrepot.duckdb", verdicts)
    )


def _empreintes(dossier: Path) -> dict[str, str]:
    return {
        str(f.relative_to(dossier)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in dossier.rglob("*")
        if f.is_file() and f.name not in (".verrou", "journal.duckdb")
    }


def test_deux_fois_ne_change_rien(echantillons: Rafraichi, tmp_path: Path) -> None:
    espace = echantillons.copier(tmp_path / "espace")
    avant = _empreintes(espace)
    journal = "select * exclude (charge_le) from depots order by all"
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    assert _empreintes(espace) == avant
    assert lire(espace / "journal.duckdb", journal).equals(
        lire(echantillons.espace / "journal.duckdb", journal)
    )


@pytest.mark.lent
def test_memes_octets_sous_un_autre_nom(
    echantillons: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recognised by content: seen and said to be known, but nothing is loaded and no figure moves."""
    ailleurs = tmp_path / "ailleurs"
    ailleurs.mkdir()
    source = DEPOTS / "32" / "2024"
    shutil.copy(
        source / "ABC_S59000_20240101_20241231_20250120.xlsx", ailleurs / "copie envoyée deux fois.xlsx"
    )
    shutil.copytree(source / "ABC_S62001_20240101_20241231_20250120", ailleurs / "sous-dossier" / "autre nom")
    espace = echantillons.copier(tmp_path / "espace")
    avant = _empreintes(espace / "brut")
    monkeypatch.setattr(warm, "Ouvrier", SurPlace)
    bilan = refresh.actualiser([ailleurs], Espace(espace))
    assert bilan.depots["statut"].to_list() == ["deja_charge", "deja_charge"]
    assert bilan.depots_tables.is_empty()
    assert _empreintes(espace / "brut") == avant
    assert cube(espace).equals(cube(echantillons.espace))
