"""The look of every workbook: formats, page set-up, the marks that must be on each sheet, how a cell is written."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.image import Image
from xlsxwriter.worksheet import Worksheet

from clauses.socle.classeurs import classeur_neuf
from clauses.socle.observatoire import Observatoire
from exports.atelier.temoin import Temoin
from exports.edition.index import ABSENT, MARQUES, Chiffre

BLEU, GRIS, PALE, ROUGE = "#1F3A5F", "#595959", "#EEF2F7", "#8A1C1C"
STYLE_DE_TABLE = "Table Style Light 9"
CARACTERES_CELLULE = 32_767
LIGNE_PAR_DEFAUT = 15.0  # points
PAGE_UTILE = (770, 470)  # points of an A4 landscape page inside its margins, with some slack
POLICE_PLUS_LARGE = (
    1.4  # where Calibri is missing its substitute widens the columns: none may fall on another page
)
ECHELLE_LISIBLE = 0.62  # of a printed page, below which nothing more is gained for a page fewer
PIXELS_PAR_CARACTERE = 7  # of a column's width
HAUTEUR_DU_LOGO = 44  # pixels: the title and the line under it
HAUTEUR_LIGNE = 13.5  # points, for 10-point type
LIGNE_MARQUE, LIGNE_TITRE, LIGNE_SOUS_TITRE, PREMIERE_LIGNE = 0, 1, 2, 4
_POLICE = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}
_CASE = {**_POLICE, "border": 1, "border_color": "#D0D5DD"}
_STYLES: dict[str, dict[str, Any]] = {
    "marque": {**_POLICE, "bold": True, "font_color": ROUGE, "font_size": 12},
    "titre": {**_POLICE, "bold": True, "font_size": 15, "font_color": BLEU},
    "sous_titre": {**_POLICE, "font_color": GRIS},
    "section": {**_POLICE, "bold": True, "font_size": 12, "font_color": BLEU},
    "texte": {**_POLICE, "font_size": 11, "text_wrap": True, "valign": "top"},
    "phrase": {**_POLICE, "font_size": 12, "text_wrap": True},
    "note": {**_POLICE, "font_size": 9, "font_color": GRIS, "text_wrap": True, "valign": "top"},
    "entete": {
        **_CASE,
        "bold": True,
        "bg_color": BLEU,
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "align": "center",
    },
    "entete_gauche": {**_CASE, "bold": True, "bg_color": BLEU, "font_color": "#FFFFFF", "text_wrap": True},
    "groupe": {**_CASE, "bold": True, "bg_color": PALE, "font_color": BLEU},
    "case": {**_CASE, "text_wrap": True},
    "grande_case": {**_CASE, "text_wrap": True, "font_size": 12, "indent": 1},
    "case_total": {**_CASE, "text_wrap": True, "bold": True, "bg_color": PALE},
    "code": {**_CASE, "font_color": GRIS, "font_size": 9, "shrink": True},
    "code_total": {**_CASE, "font_color": GRIS, "font_size": 9, "bg_color": PALE},
    "centre": {**_CASE, "align": "center"},
    "alerte": {**_CASE, "align": "center", "bg_color": "#F9E0C7", "bold": True},
    "lien": {**_CASE, "font_color": "#0B5394", "underline": 1},
    "saisie": {**_CASE, "bg_color": "#FFF9E5", "text_wrap": True, "valign": "top"},
    "simple": _POLICE,
}


class Classeur:
    """A workbook being written, read again as it closes: every cell must be what was asked for.

    Raises OSError when the file cannot be written, ErreurUtilisateur (RELECTURE_DIFFERENTE) when it holds something else.
    """

    def __init__(
        self, chemin: Path, titre: str, marques: Sequence[str], rappel: str, observatoire: Observatoire
    ) -> None:
        """`rappel` is said at the right of each printed page's header, with who issues the workbook."""
        self.chemin = chemin
        self.marques = list(marques)
        self.observatoire = observatoire
        self.rappel = f"{rappel} – {observatoire.emetteur}"
        self._pile = ExitStack()
        self._classeur = self._pile.enter_context(classeur_neuf(chemin))
        self._classeur.set_properties(
            {"title": titre, "comments": " – ".join(marques), "company": observatoire.emetteur}
        )
        self._formats: dict[str, Format] = {}
        self._hauteurs: dict[str, dict[int, float]] = {}
        self._mots: dict[tuple[str, int, int], str] = {}
        self._libelles: dict[tuple[str, int], str] = {}
        self._temoin = Temoin()

    def __enter__(self) -> Classeur:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pile.__exit__(genre, erreur, trace)
        if genre is None:
            self._temoin.verifier(self.chemin)

    def style(self, nom: str) -> Format:
        if nom not in self._formats:
            self._formats[nom] = self._classeur.add_format(_STYLES[nom])
        return self._formats[nom]

    def nombre(
        self, decimales: int, statut: str = "A", total: bool = False, signe: bool = False, suffixe: str = ""
    ) -> Format:
        """A number as the French write it whatever the reader's language; the sign too for a change."""
        cle = f"n{decimales}{statut}{total}{signe}{suffixe}"
        if cle not in self._formats:
            corps = "#,##0" + ("." + "0" * decimales if decimales else "")
            corps += f'"{suffixe}"' if suffixe else ""
            corps += f' "{MARQUES[statut]}"' if statut in MARQUES else ""  # beside a number that stays one
            motif = f"[$-40C]+{corps};[$-40C]-{corps};[$-40C]{corps}" if signe else f"[$-40C]{corps}"
            fond = {"bold": True, "bg_color": PALE} if total else {}
            italique = {"italic": True, "font_color": GRIS} if statut == "U" else {}
            self._formats[cle] = self._classeur.add_format(
                {**_CASE, **fond, **italique, "num_format": motif, "align": "right"}
            )
        return self._formats[cle]

    def decimal(self) -> Format:
        """A number of a data table: two decimals shown, the value whole."""
        if "decimal" not in self._formats:
            self._formats["decimal"] = self._classeur.add_format({**_POLICE, "num_format": "[$-40C]#,##0.00"})
        return self._formats["decimal"]

    def sans_nombre(self, total: bool = False) -> Format:
        """The cell of a figure that is hidden or missing."""
        cle = f"vide{total}"
        if cle not in self._formats:
            fond = {"bg_color": PALE} if total else {}
            self._formats[cle] = self._classeur.add_format(
                {**_CASE, **fond, "align": "right", "font_color": "#808080"}
            )
        return self._formats[cle]

    def feuille(
        self,
        nom: str,
        titre: str,
        sous_titre: str,
        largeurs: Sequence[float],
        figees: tuple[int, int] = (PREMIERE_LIGNE - 1, 0),
    ) -> Worksheet:
        """A sheet with its marks, title, page set-up; `figees`: rows and columns that stay in sight."""
        feuille = self._classeur.add_worksheet(nom)
        feuille.set_landscape()
        feuille.set_paper(9)
        feuille.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.7)
        feuille.fit_to_pages(1, 0)
        feuille.hide_gridlines(2)
        feuille.repeat_rows(LIGNE_MARQUE, PREMIERE_LIGNE - 1)
        feuille.freeze_panes(*figees)
        marques = _page(" – ".join(self.marques))
        feuille.set_header(f'&L&"Calibri,Bold"{marques}&R&9{_page(self.rappel)}')
        feuille.set_footer(f"&L&9{_page(nom)}&C&9{_page(titre)}&R&9Page &P sur &N")
        for colonne, largeur in enumerate(largeurs):
            feuille.set_column(colonne, colonne, largeur)
        if self.marques:
            self.texte(feuille, LIGNE_MARQUE, 0, " – ".join(self.marques), "marque")
        else:
            self.hauteur(feuille, LIGNE_MARQUE, 4)
        self.texte(feuille, LIGNE_TITRE, 0, titre, "titre")
        self.hauteur(feuille, LIGNE_TITRE, 22)
        self.texte(feuille, LIGNE_SOUS_TITRE, 0, sous_titre, "sous_titre")
        return feuille

    def logo(self, feuille: Worksheet, largeurs: Sequence[float]) -> None:
        """The observatory's logo, as high as the title, at the right of it and of the last column; nothing without one."""
        if self.observatoire.logo is None:
            return
        image = Image(self.observatoire.logo)
        echelle = HAUTEUR_DU_LOGO / image.height
        gauche = sum(PIXELS_PAR_CARACTERE * x for x in largeurs) - image.width * echelle
        options = {"x_offset": max(0, gauche), "x_scale": echelle, "y_scale": echelle, "description": "logo"}
        feuille.insert_image(LIGNE_TITRE, 0, image, options)

    def texte(
        self, feuille: Worksheet, ligne: int, colonne: int, valeur: object, style: str = "case"
    ) -> None:
        """Any value as text: never a formula, never a number, whatever it begins with."""
        texte = "" if valeur is None else str(valeur)[:CARACTERES_CELLULE]
        if texte:
            self._ecrire_texte(feuille, ligne, colonne, texte, self.style(style))
        else:
            feuille.write_blank(ligne, colonne, None, self.style(style))

    def lien(self, feuille: Worksheet, ligne: int, colonne: int, vers: str) -> None:
        """The name of another sheet, that leads to it."""
        feuille.write_url(ligne, colonne, f"internal:'{vers}'!A1", self.style("lien"), vers)
        self._temoin.noter_texte(feuille.get_name(), ligne, colonne, vers)

    def _ecrire_texte(self, feuille: Worksheet, ligne: int, colonne: int, texte: str, forme: Format) -> None:
        feuille.write_string(ligne, colonne, texte, forme)
        if colonne == 1:
            self._libelles[(feuille.get_name(), ligne)] = texte
        self._temoin.noter_texte(feuille.get_name(), ligne, colonne, texte)

    def entete(self, feuille: Worksheet, ligne: int, titres: Sequence[str], a_gauche: int = 2) -> None:
        """A header row as high as its longest title needs; the first titles are aligned left."""
        for colonne, titre in enumerate(titres):
            self.texte(feuille, ligne, colonne, titre, "entete_gauche" if colonne < a_gauche else "entete")

    def chiffre(
        self,
        feuille: Worksheet,
        ligne: int,
        colonne: int,
        chiffre: Chiffre | None,
        decimales: int = 0,
        total: bool = False,
        signe: bool = False,
        suffixe: str = "",
    ) -> None:
        """A figure: the number, a word where it is secret, missing or not comparable, nothing for None."""
        if chiffre is None:
            feuille.write_blank(ligne, colonne, None, self.sans_nombre(total))
        elif chiffre.valeur is None:
            self._mots[(feuille.get_name(), ligne, colonne)] = chiffre.mot
            self._ecrire_texte(feuille, ligne, colonne, chiffre.mot, self.sans_nombre(total))
        else:
            statut = "A" if chiffre.statut in (ABSENT, "P", "A") else chiffre.statut
            feuille.write_number(
                ligne, colonne, chiffre.valeur, self.nombre(decimales, statut, total, signe, suffixe)
            )
            self._temoin.noter_nombre(feuille.get_name(), ligne, colonne, chiffre.valeur)

    def mot(self, feuille: Worksheet, ligne: int, colonne: int) -> str:
        """What a figure without a number says in a cell; nothing where there is a number."""
        return self._mots.get((feuille.get_name(), ligne, colonne), "")

    def libelle(self, feuille: Worksheet, ligne: int) -> str:
        """The label of a row: what its second column says."""
        return self._libelles.get((feuille.get_name(), ligne), "")

    def table(
        self, feuille: Worksheet, ligne: int, nom: str, titres: Sequence[str], lignes: pl.DataFrame
    ) -> int:
        """A real Excel table with its filters, texts and decimals; gives its last row."""
        texte, decimal = self.style("simple"), self.decimal()
        for j, colonne in enumerate(lignes):
            ecrire, forme = (
                (feuille.write_number, decimal)
                if colonne.dtype == pl.Float64
                else (feuille.write_string, texte)
            )
            for i, valeur in enumerate(colonne, ligne + 1):
                if valeur is not None:
                    ecrire(i, j, valeur, forme)
            self._temoin.noter_colonne(feuille.get_name(), ligne + 1, j, colonne)
        derniere = ligne + max(1, lignes.height)
        feuille.add_table(
            ligne,
            0,
            derniere,
            len(titres) - 1,
            {"name": nom, "style": STYLE_DE_TABLE, "columns": [{"header": titre} for titre in titres]},
        )
        for j, titre in enumerate(titres):
            self._temoin.noter_texte(feuille.get_name(), ligne, j, titre)
        return derniere

    def paragraphe(
        self,
        feuille: Worksheet,
        ligne: int,
        texte: str,
        derniere_colonne: int,
        caracteres: int,
        style: str = "texte",
    ) -> int:
        """A wrapped text across columns, in a row high enough; gives the next row back."""
        taille = _STYLES[style].get("font_size", 10)
        lignes = sum(
            max(1, len(textwrap.wrap(p, int(caracteres * 10.5 / taille)))) for p in texte.split("\n")
        )
        if derniere_colonne > 0:
            feuille.merge_range(ligne, 0, ligne, derniere_colonne, "", self.style(style))
        self.texte(feuille, ligne, 0, texte, style)
        self.hauteur(feuille, ligne, lignes * HAUTEUR_LIGNE * taille / 10 + 3)
        return ligne + 1

    def hauteur(self, feuille: Worksheet, ligne: int, points: float) -> None:
        """Sets the height of a row, and remembers it for the page breaks."""
        self._hauteurs.setdefault(feuille.get_name(), {})[ligne] = points
        feuille.set_row(ligne, points)

    def couper_les_pages(
        self, feuille: Worksheet, debuts: Sequence[int], fin: int, largeurs: Sequence[float]
    ) -> None:
        """The scale of the printed pages and the breaks before blocks (their first rows), so that none is cut.

        The largest scale that gives the fewest pages and can still be read. It is fixed, not fitted to the width: a page
        then holds the same rows whatever the font of the machine.
        """
        hauteurs = self._hauteurs.get(feuille.get_name(), {})

        def etendue(premiere: int, suivante: int) -> float:
            return sum(hauteurs.get(ligne, LIGNE_PAR_DEFAUT) for ligne in range(premiere, suivante))

        def place(pour_cent: int) -> float:
            return PAGE_UTILE[1] * 100 / pour_cent - etendue(0, PREMIERE_LIGNE)

        def couper(pour_cent: int) -> list[int]:
            coupures, occupe = [], 0.0
            for debut, bloc in blocs:
                if occupe + bloc > place(pour_cent) and debut > debuts[0]:
                    coupures.append(debut)
                    occupe = 0
                occupe += bloc
            return coupures

        def pages(pour_cent: int) -> int:
            return len(couper(pour_cent)) + sum(bloc > place(pour_cent) for _, bloc in blocs)

        blocs = [
            (debut, etendue(debut, suivant))
            for debut, suivant in zip(debuts, [*debuts, fin][1:], strict=True)
        ]
        largeur = sum((7 * w + 5) * 0.75 for w in largeurs)
        au_plus = int(min(1.0, PAGE_UTILE[0] / largeur / POLICE_PLUS_LARGE) * 100)
        au_moins = min(au_plus, int(ECHELLE_LISIBLE * 100))
        echelle = min(range(au_plus, au_moins - 1, -1), key=lambda e: (pages(e), -e))
        feuille.set_print_scale(echelle)
        feuille.set_h_pagebreaks(couper(echelle))

    def graphique(self, options: dict[str, str]) -> Any:
        return self._classeur.add_chart(options)

    def definir_active(self, feuille: Worksheet) -> None:
        feuille.activate()


def hauteur_entete(titres: Sequence[str], largeurs: Sequence[float]) -> float:
    """Points for a header row whose titles wrap in columns of these widths (characters)."""
    lignes = max(
        len(textwrap.wrap(titre, max(4, int(largeur * 0.95)))) or 1
        for titre, largeur in zip(titres, largeurs, strict=False)
    )
    return lignes * HAUTEUR_LIGNE + 4


def _page(texte: str) -> str:
    return texte.replace("&", "&&")
