"""How dbt spends its time: first what everything else waits for, and no event that nobody reads.

dbt has no setting for either, so two of its classes are replaced by ours, once per process.
"""

from __future__ import annotations

from typing import Any

import networkx
from dbt.graph import selector
from dbt.graph.queue import GraphQueue
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

MODELES_A_LA_FOIS = 2  # the threads of profiles.yml
_A_DIRE = (EventLevel.WARN, EventLevel.ERROR)


def regler() -> None:
    """Makes the builds of this process run at that pace."""
    selector.GraphQueue = File
    ctx_set_event_manager(_Discret())


class File(GraphQueue):  # type: ignore[misc]  # the library says nothing of its types
    """Nodes in the order of the longest chain that waits for them, each given out when a thread is free to take it.

    dbt gives out at once whatever can be built, and models after the tests of what they read: the cube, which half
    of them lead to, would then be written last, alone, with one core idle. A test that fails refuses the whole
    candidate, whenever it runs.
    """

    def __init__(self, graph: networkx.DiGraph, *arguments: Any) -> None:
        graph.remove_edges_from([(noeud, suite) for noeud, suite in graph.edges if noeud.startswith("test.")])
        super().__init__(graph, *arguments)

    def _get_scores(self, graph: networkx.DiGraph) -> dict[str, Any]:
        """The lowest is taken first: by the length of the chain, then by how many nodes wait."""
        chaines: dict[str, int] = {}
        for noeud in reversed(list(networkx.topological_sort(graph))):
            chaines[noeud] = max((chaines[suivant] + 1 for suivant in graph.successors(noeud)), default=0)
        return {n: (-chaine, -len(networkx.descendants(graph, n))) for n, chaine in chaines.items()}

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        with self.some_task_done:
            self.some_task_done.wait_for(lambda: len(self.in_progress) < MODELES_A_LA_FOIS)
        return super().get(block, timeout)


class _Discret(EventManager):
    """Warnings and errors only: dbt words each of its thousands of events before it looks for someone to tell it to."""

    def fire_event(
        self, e: Any, level: Any = None, node: Any = None, force_warn_or_error_handling: bool = False
    ) -> None:
        if force_warn_or_error_handling or (level or e.level_tag()) in _A_DIRE:
            super().fire_event(e, level, node, force_warn_or_error_handling)
