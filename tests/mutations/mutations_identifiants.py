"""Identifiers, names typed anywhere, persons (kinds 5, 6, 10)."""

from __future__ import annotations

from monde import Mutation

MUTATIONS: list[Mutation] = []
