"""Exports of other tools: how one is described, how our tables are built from it, how a description is proposed."""
