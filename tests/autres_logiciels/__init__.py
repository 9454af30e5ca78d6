"""Deposits as other tools export them, each with what its columns are: what `clauses decrire` is measured on."""
