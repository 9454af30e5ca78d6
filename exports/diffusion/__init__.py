"""Open data of a release: canonical CSV, CSV for French spreadsheets, Parquet, code lists, SDMX, catalogue record."""
