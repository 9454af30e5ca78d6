"""Stands for dbt's `dbt` namespace when SQL is linted without dbt."""


def escape_single_quotes(text: str) -> str:
    return text.replace("'", "''")


def listagg(measure: str, delimiter: str, order: str) -> str:
    return f"string_agg({measure}, {delimiter} {order})"
