"""Makes `tests/fabrique.py` importable from every test folder."""
