"""The pace of a build: the longest chain first, two at a time, tests holding nothing back, no event for nobody."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import networkx
import pytest
import yaml
from dbt_common.events import event_manager_client
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note

from clauses.dbt_cadence import MODELES_A_LA_FOIS, File, regler
from clauses.project import RACINE

# a → b → c → cube, beside leaves that sort before them; a test on `a` that dbt would put before `b`
ARETES = [
    ("model.a", "model.b"),
    ("model.b", "model.c"),
    ("model.c", "model.cube"),
    ("model.a", "model.aa_feuille"),
    ("model.a", "test.sur_a"),
    ("test.sur_a", "model.b"),
    ("test.sur_a", "model.c"),
]


class Manifeste:
    def expect(self, noeud: str) -> Any:
        return SimpleNamespace(unique_id=noeud)


def file() -> File:
    graphe = networkx.DiGraph(ARETES)
    return File(graphe, Manifeste(), set(graphe.nodes), True)


def test_what_most_waits_for_comes_first_and_no_test_is_waited_for() -> None:
    a_faire = file()
    ordre = []
    while not a_faire.empty():
        ordre.append(a_faire.get().unique_id)
        a_faire.mark_done(ordre[-1])
    assert ordre == ["model.a", "model.b", "model.c", "model.aa_feuille", "model.cube", "test.sur_a"]


def test_a_node_is_given_out_when_a_thread_is_free() -> None:
    graphe = networkx.DiGraph()
    graphe.add_nodes_from(["model.1", "model.2", "model.3"])
    a_faire = File(graphe, Manifeste(), set(graphe.nodes), True)
    premiers = [a_faire.get().unique_id for _ in range(MODELES_A_LA_FOIS)]
    recu: list[str] = []
    suivant = threading.Thread(target=lambda: recu.append(a_faire.get().unique_id))
    suivant.start()
    suivant.join(timeout=0.2)
    assert recu == []
    a_faire.mark_done(premiers[0])
    suivant.join(timeout=10)
    assert recu == ["model.3"]


def test_as_many_at_once_as_dbt_has_threads() -> None:
    profil = yaml.safe_load((RACINE / "profiles.yml").read_text(encoding="utf-8"))
    assert profil["clauses"]["outputs"]["candidat"]["threads"] == MODELES_A_LA_FOIS


@pytest.fixture
def dits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(event_manager_client, "_EVENT_MANAGER", event_manager_client.get_event_manager())
    regler()
    entendus: list[str] = []
    event_manager_client.add_callback_to_manager(lambda evenement: entendus.append(evenement.info.level))
    return entendus


def test_warnings_and_errors_are_told_and_nothing_else(dits: list[str]) -> None:
    for niveau in (EventLevel.DEBUG, EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR):
        event_manager_client.get_event_manager().fire_event(Note(msg="essai"), level=niveau)
    assert dits == ["warn", "error"]
