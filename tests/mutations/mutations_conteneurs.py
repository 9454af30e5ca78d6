"""Bytes, encodings, rows of a CSV (kinds 2 and 11)."""

from __future__ import annotations

from monde import Mutation

MUTATIONS: list[Mutation] = []
