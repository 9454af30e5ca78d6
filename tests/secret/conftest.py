"""Makes the modules beside importable."""
