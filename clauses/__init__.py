"""The observatory of social clauses: from deposits of exports to a published statistics warehouse."""

__version__ = "0.1.0"
