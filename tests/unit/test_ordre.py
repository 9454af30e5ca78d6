"""Lists are in the order in which people look for a name."""

from __future__ import annotations

import random

from clauses.socle.ordre import de_lecture


def test_accents_numbers_and_case_are_where_people_look() -> None:
    voulus = [
        "Auvergne-Rhône-Alpes", "école 2", "École 10", "Grand Est", "Île-de-France", "Normandie", "S2", "S10", "S10 bis",
        None,
    ]  # fmt: skip
    melanges = list(voulus)
    random.Random(3).shuffle(melanges)
    assert sorted(melanges, key=de_lecture) == voulus
    assert sorted(["b", "", "a", None], key=de_lecture)[:2] == ["a", "b"]
