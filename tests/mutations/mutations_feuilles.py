"""Sheets and tables: errors, candidates, headers, lines that are no data (kinds 1, 7, 8, 9)."""

from __future__ import annotations

from monde import Mutation

MUTATIONS: list[Mutation] = []
