"""The workbooks of a publication: they take figures already through secrecy, and write files."""
