"""Stands for dbt's `adapter` when SQL is linted without dbt: a dispatched macro renders as a literal."""

from collections.abc import Callable


def dispatch(name: str, package: str | None = None) -> Callable[..., str]:
    del name, package
    return lambda *arguments, **options: "'macro'"


def quote(name: str) -> str:
    return f'"{name}"'
