"""The figures as flat files: canonical CSV, CSV that a French Excel opens by a double click, Parquet; and read back."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from exports.edition.schema import COLONNES, NOMBRES, nombres_en_texte

BOM = b"\xef\xbb\xbf"


def ecrire_csv(chemin: Path, figures: pl.DataFrame) -> None:
    """UTF-8, comma, decimal point, LF, no quotes unless needed: the canonical file, whose bytes are hashed."""
    nombres_en_texte(figures).write_csv(chemin, line_terminator="\n", null_value="")


def ecrire_csv_excel(chemin: Path, figures: pl.DataFrame, libelles: pl.DataFrame) -> None:
    """UTF-8 with a byte order mark, semicolon, decimal comma, CRLF; labels beside the codes.

    All that is not empty is in quotes: LibreOffice proposes to cut at tabs, commas and semicolons alike, so that a bare
    decimal comma would make two columns of one. `libelles`: code_territoire × niveau_territoire → libelle_territoire.
    """
    textes = nombres_en_texte(figures).with_columns(pl.col(NOMBRES).str.replace(".", ",", literal=True))
    avec = textes.join(
        libelles, on=["niveau_territoire", "code_territoire"], how="left", maintain_order="left"
    )
    ordre = [*COLONNES[:4], "libelle_territoire", *COLONNES[4:]]
    with chemin.open("wb") as fichier:
        fichier.write(BOM)
        avec.select(ordre).write_csv(
            fichier, separator=";", line_terminator="\r\n", null_value="", quote_style="non_numeric"
        )


def ecrire_parquet(chemin: Path, figures: pl.DataFrame) -> None:
    """Numbers as they are, for programs."""
    figures.write_parquet(chemin, compression="zstd", statistics=False)


def relire_csv(chemin: Path) -> pl.DataFrame:
    """The figures of a canonical CSV, typed."""
    return _typer(pl.read_csv(chemin, infer_schema=False))


def relire_csv_excel(chemin: Path) -> pl.DataFrame:
    """The figures of the CSV for Excel, typed, without the labels."""
    lus = pl.read_csv(chemin, separator=";", infer_schema=False)
    return _typer(lus.with_columns(pl.col(NOMBRES).str.replace(",", ".", literal=True)))


def _typer(lus: pl.DataFrame) -> pl.DataFrame:
    return lus.select(COLONNES).with_columns(pl.col(NOMBRES).cast(pl.Float64))
