"""kill -9 at any moment of a refresh: the workspace opens, its warehouse is the one before or after, the next run succeeds.

CLAUSES_KILLS sets the number of random instants (30 for a thorough run); CLAUSES_GRAINE repeats a run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from commande import DELAI, DEPOTS, RACINE, Rafraichi, commande, cube, environnement, lancer

ESSAIS = int(os.environ.get("CLAUSES_KILLS", "2"))
GRAINE = int(os.environ.get("CLAUSES_GRAINE", str(random.SystemRandom().randrange(10_000))))

# The instants at which a crash would hurt most: the run kills itself there.
SCRIPT = """
import os, signal, sys
from clauses import cli
from clauses.chantier import warehouse
from clauses.socle import journal
from ingest import loading

def mourir(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def apres(fonction):
    def executer(*arguments, **nommes):
        fonction(*arguments, **nommes)
        mourir()
    return executer

def du_vrai_journal(mort, charger=journal.Journal.charger):
    # the load that counts, not the draft that the build starts from
    return lambda self, *a: (charger if ".travail" in self._chemin.parts else mort)(self, *a)

instant = sys.argv.pop(1)
if instant == "au milieu des bruts":
    os.replace, remplacer, appels = lambda *a: mourir() if len(appels) == 3 else appels.append(remplacer(*a)), os.replace, []
elif instant == "bruts écrits, journal non":
    journal.Journal.charger = du_vrai_journal(mourir)
elif instant == "journal écrit, rien de construit":
    journal.Journal.charger = du_vrai_journal(apres(journal.Journal.charger))
elif instant == "candidat prêt, non publié":
    warehouse.promouvoir = mourir
elif instant == "publié, journal non clos":
    warehouse.promouvoir = apres(warehouse.promouvoir)
cli.main()
"""
INSTANTS = [
    "au milieu des bruts",
    "bruts écrits, journal non",
    "journal écrit, rien de construit",
    "candidat prêt, non publié",
    "publié, journal non clos",
]


def _verifier(espace: Path, avant: Rafraichi, apres: Rafraichi) -> str:
    """The workspace opens and shows one of the two states, whole; says which."""
    publie = cube(espace)
    etat = "avant" if publie.equals(cube(avant.espace)) else "après"
    assert etat == "avant" or publie.equals(cube(apres.espace))
    with duckdb.connect(str(espace / "journal.duckdb"), read_only=True) as journal:
        connus = {
            i for (i,) in journal.execute("select depot_id from depots where statut = 'accepte'").fetchall()
        }
    assert connus <= {d.name for d in (espace / "brut").iterdir()}, "a deposit of the ledger has no rows"
    return etat


def _reprendre(espace: Path, apres: Rafraichi) -> None:
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    assert cube(espace).equals(cube(apres.espace))
    restes = [f.name for f in (espace / "brut").iterdir() if f.name.startswith(".")]
    assert restes == []
    assert not (espace / ".travail").exists()


@pytest.mark.lent
def test_mort_aux_instants_les_plus_dangereux(
    espace_2023: Rafraichi, echantillons: Rafraichi, tmp_path: Path
) -> None:
    """Each run goes on from what the one before left, and dies a little later."""
    espace = espace_2023.copier(tmp_path / "espace")
    etats = []
    for instant in INSTANTS:
        mort = subprocess.run(
            [sys.executable, "-c", SCRIPT, instant, "actualiser", str(DEPOTS), "--espace", str(espace)],
            cwd=RACINE,
            env=environnement(),
            capture_output=True,
            timeout=DELAI,
            check=False,
        )
        assert mort.returncode == -signal.SIGKILL, (instant, mort.stderr.decode())
        if instant == "au milieu des bruts":
            connus = {d.name for d in (espace_2023.espace / "brut").iterdir()}
            assert {d.name for d in (espace / "brut").iterdir()} > connus, "nothing was being written"
        etats.append(_verifier(espace, espace_2023, echantillons))
        assert lancer("etat", "--espace", espace).code == 0
    assert etats == ["avant", "avant", "avant", "avant", "après"]
    _reprendre(espace, echantillons)


@pytest.mark.lent
@pytest.mark.parametrize("essai", range(ESSAIS))
def test_mort_a_un_instant_quelconque(
    essai: int, espace_2023: Rafraichi, echantillons: Rafraichi, tmp_path: Path
) -> None:
    hasard = random.Random(GRAINE * 1000 + essai)
    # spread over the whole run, and a little beyond
    delai = (essai + hasard.random()) / ESSAIS * echantillons.execution.duree * 1.05
    espace = espace_2023.copier(tmp_path / "espace")
    with (tmp_path / "sortie.txt").open("wb") as sortie:
        processus = subprocess.Popen(
            commande("actualiser", DEPOTS, "--espace", espace),
            cwd=RACINE,
            env=environnement(),
            stdout=sortie,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        time.sleep(delai)
        if hasard.random() < 0.5:
            processus.kill()  # its workers must notice by themselves
        else:
            os.killpg(processus.pid, signal.SIGKILL)
        processus.wait(timeout=DELAI)
    print(f"graine {GRAINE}, essai {essai}, {delai:.2f} s")
    _verifier(espace, espace_2023, echantillons)
    _reprendre(espace, echantillons)
