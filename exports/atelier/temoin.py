"""What each cell of a workbook must hold, noted as it is written, and compared with the file as another program reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell

from clauses.socle.errors import CodeSortie, ErreurUtilisateur

# Excel's files keep 16 significant digits, the reader gives 9 decimals
_PRES, _PRES_RELATIF = 1e-9, 1e-12
_CASES = {"ligne": pl.UInt32, "colonne": pl.UInt32, "nombre": pl.Float64, "texte": pl.String}
# spaces, control characters and their escapes in Excel's files: programs do not all give them back as they were
_INVISIBLES = r"[\s\p{C}]|_x[0-9A-Fa-f]{4}_"


def relecture_differente(fichier: Path, difference: str) -> ErreurUtilisateur:
    """What stops a publication: `difference` names places, never values."""
    return ErreurUtilisateur(
        "RELECTURE_DIFFERENTE",
        f"« {fichier.name} », relu, ne dit pas ce qui devait y être écrit : {difference}. Rien n'a été publié. "
        "Vérifiez le disque et relancez ; si cela se répète, signalez-le avec ce message, qui ne contient aucun chiffre.",
        CodeSortie.PORTE,
    )


@contextmanager
def en_relisant(fichier: Path) -> Iterator[None]:
    """What reads a file again. Raises RELECTURE_DIFFERENTE where the file is too damaged for it; OSError as it comes.

    Readers have no common error for a damaged file, and their own texts may quote what it holds: neither is told.
    """
    try:
        yield
    except (OSError, ErreurUtilisateur):
        raise
    except (Exception, pl.exceptions.PanicException):
        raise relecture_differente(fichier, "il ne peut pas être rouvert") from None


class Temoin:
    """The cells of a workbook, by sheet."""

    def __init__(self) -> None:
        self._cases: dict[str, list[tuple[int, int, float | None, str | None]]] = {}
        self._colonnes: dict[str, list[pl.DataFrame]] = {}

    def noter_nombre(self, feuille: str, ligne: int, colonne: int, nombre: float) -> None:
        self._cases.setdefault(feuille, []).append((ligne, colonne, nombre, None))

    def noter_texte(self, feuille: str, ligne: int, colonne: int, texte: str) -> None:
        self._cases.setdefault(feuille, []).append((ligne, colonne, None, texte))

    def noter_colonne(self, feuille: str, ligne: int, colonne: int, valeurs: pl.Series) -> None:
        """Numbers or texts one under the other, from `ligne` on; nothing where there is none."""
        plein, vide = ("nombre", "texte") if valeurs.dtype == pl.Float64 else ("texte", "nombre")
        cases = pl.DataFrame({plein: valeurs}).with_row_index("ligne", ligne).drop_nulls(plein)
        self._colonnes.setdefault(feuille, []).append(
            cases.with_columns(pl.lit(colonne).alias("colonne"), pl.lit(None).alias(vide))
            .select(pl.col(nom).cast(genre) for nom, genre in _CASES.items())
            .filter(pl.col("texte").ne_missing(""))
        )

    def verifier(self, chemin: Path) -> None:
        """Raises ErreurUtilisateur (RELECTURE_DIFFERENTE) unless the file holds these cells, all of them and no other."""
        lues = lire_feuilles(chemin)
        if set(lues) != set(self._cases):
            raise relecture_differente(chemin, "ses feuilles ne sont pas celles qui étaient prévues")
        for feuille, cases in self._cases.items():
            attendues = pl.concat(
                [pl.DataFrame(cases, schema=_CASES, orient="row"), *self._colonnes.get(feuille, [])]
            )
            fausses = _comparer(lues[feuille], attendues.unique(["ligne", "colonne"], keep="last"))
            if fausses.height:
                premiere = xl_rowcol_to_cell(*fausses.row(0))
                raise relecture_differente(
                    chemin, f"feuille « {feuille} », {fausses.height} cases, dont {premiere}"
                )


def lire_feuilles(chemin: Path) -> dict[str, pl.DataFrame]:
    """Every sheet of a workbook as texts, each cell at its place: rows and columns counted from the first.

    Raises ErreurUtilisateur (RELECTURE_DIFFERENTE) when it cannot be opened.
    """
    with en_relisant(chemin):
        lues: dict[str, pl.DataFrame] = pl.read_excel(
            chemin,
            sheet_id=0,
            has_header=False,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
            read_options={"dtypes": "string", "skip_rows": 0},
        )
    return lues


def meme_nombre(lu: pl.Expr, attendu: pl.Expr) -> pl.Expr:
    """Whether a number read in a workbook is the one that was written; false where either is missing."""
    return ((lu - attendu).abs() <= _PRES + _PRES_RELATIF * attendu.abs()).fill_null(False)


def _comparer(lue: pl.DataFrame, attendues: pl.DataFrame) -> pl.DataFrame:
    """Row and column of the cells that differ, those of one side only among them."""
    lue.columns = [str(rang) for rang in range(lue.width)]
    cases = (
        lue.with_row_index("ligne")
        .unpivot(index="ligne", variable_name="colonne", value_name="lu")
        .drop_nulls("lu")
        .with_columns(pl.col("colonne").cast(pl.UInt32))
    )
    nombre, texte = pl.col("nombre"), pl.col("texte")
    juste = meme_nombre(pl.col("lu").cast(pl.Float64, strict=False), nombre) | (pl.col("lu") == texte)
    douteuses = cases.join(attendues, on=["ligne", "colonne"], how="full", coalesce=True).filter(
        ~juste.fill_null(False)
    )
    visibles = (x.str.replace_all(_INVISIBLES, "") for x in (pl.col("lu"), texte))
    return (
        douteuses.filter(~pl.Expr.eq(*visibles).fill_null(False))
        .sort("ligne", "colonne")
        .select("ligne", "colonne")
    )
