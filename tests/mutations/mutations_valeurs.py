"""Numbers, dates, codes as other tools write them (kinds 3, 4, 12)."""

from __future__ import annotations

from monde import Mutation

MUTATIONS: list[Mutation] = []
