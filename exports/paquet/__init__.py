"""The whole package of a publication, written and read again before it takes its place."""
