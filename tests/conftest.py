"""What the folders of tests share: modules beside this one, and what is dear to make, made once for all processes."""

from __future__ import annotations

import dataclasses
import pickle
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # dear to import, for whoever runs one test of a parser
    from commande import Rafraichi

# the longest files first: side by side, the processes then end together
PREMIERS = ("secret", "end_to_end", "oracle", "site")

# time is never tested: a busy machine draws its examples slowly
settings.register_profile("sans_chronometre", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sans_chronometre")

UneFois = Callable[[str, Callable[[Path], Any]], Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rangs = {nom: rang for rang, nom in enumerate(PREMIERS)}
    items.sort(key=lambda item: rangs.get(item.path.parent.name, len(rangs)))


@pytest.fixture(scope="session")
def une_fois(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> UneFois:
    """`une_fois(name, make)`: what `make(folder)` returned, to the first process that asked for it, and to all others."""
    racine = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        racine = racine.parent  # that of the session, where each process has its own folder

    def preparer(nom: str, faire: Callable[[Path], Any]) -> Any:
        dossier = racine / nom
        valeur = racine / f"{nom}.pickle"
        with FileLock(racine / f"{nom}.verrou"):
            if not valeur.exists():
                shutil.rmtree(dossier, ignore_errors=True)  # a first attempt that failed
                dossier.mkdir()
                valeur.write_bytes(pickle.dumps(faire(dossier)))
        return pickle.loads(valeur.read_bytes())

    return preparer


def _ecrire_la_demonstration(dossier: Path) -> Path:
    from commande import lancer

    assert lancer("demo", dossier / "demo", "--echelle", "petite").code == 0
    return dossier / "demo"


def _charger_la_demonstration(demo: Path, _: Path) -> Rafraichi:
    from commande import Rafraichi, lancer

    espace = demo / "espace"
    rafraichi = Rafraichi(espace, lancer("actualiser", demo / "depots", "--espace", espace))
    assert rafraichi.execution.code == 0, rafraichi.execution.texte
    return rafraichi


@pytest.fixture(scope="session")
def demo(une_fois: UneFois) -> Path:
    """The small demonstration: the deposits and, in attendu/, the totals that must come out of them."""
    dossier: Path = une_fois("demonstration", _ecrire_la_demonstration)
    return dossier


@pytest.fixture(scope="session")
def demo_chargee(demo: Path, une_fois: UneFois) -> Rafraichi:
    """Its warehouse, in demo/espace. Not to be changed: copy it."""
    charge: Rafraichi = une_fois("demonstration-chargee", partial(_charger_la_demonstration, demo))
    return charge


def _ecrire_deux_regions(dossier: Path) -> Path:
    from clauses.demo import echelles, ecrire_demo

    petite = echelles.ECHELLES["petite"]
    reduite = dataclasses.replace(
        petite, structures=4, contrats_par_an=90, refus=(), departements=("59", "62", "75", "93")
    )
    with pytest.MonkeyPatch.context() as tenu:
        tenu.setitem(echelles.ECHELLES, "petite", reduite)
        ecrire_demo(dossier / "demo", "petite", (2023, 2024), 1)
    return dossier / "demo"


@pytest.fixture(scope="session")
def deux_regions(une_fois: UneFois) -> Path:
    """A demonstration of two regions and four structures: what has to be published or attacked costs half as much."""
    dossier: Path = une_fois("deux-regions", _ecrire_deux_regions)
    return dossier


@pytest.fixture(scope="session")
def deux_regions_chargees(deux_regions: Path, une_fois: UneFois) -> Rafraichi:
    """Its warehouse. Not to be changed: copy it."""
    charge: Rafraichi = une_fois("deux-regions-chargees", partial(_charger_la_demonstration, deux_regions))
    return charge
