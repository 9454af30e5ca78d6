"""The same document as a PDF, A4 landscape, made without any browser or office suite."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from exports.bilans.document import CHIFFRES, Colonne, Document, Tableau, ecrire_valeur
from exports.classeurs import charte

BLEU, PALE, GRIS, ROUGE = map(colors.HexColor, (charte.BLEU, charte.PALE, charte.GRIS, charte.ROUGE))
MARGE, HAUT, BAS = 12 * mm, 18 * mm, 15 * mm
LOGO = 40 * mm, 14 * mm  # room of it
LARGEUR = landscape(A4)[0] - 2 * MARGE
# the fonts every reader has; they know French, not the narrow no-break space of the numbers
POLICE, GRASSE = "Helvetica", "Helvetica-Bold"
_TEXTE = ParagraphStyle("texte", fontName=POLICE, fontSize=9.5, leading=12.5)
_TITRE = ParagraphStyle("titre", fontName=GRASSE, fontSize=16, leading=20, textColor=BLEU)
_SOUS_TITRE = ParagraphStyle("sous_titre", parent=_TEXTE, textColor=GRIS, spaceAfter=6)
_SECTION = ParagraphStyle(
    "section", fontName=GRASSE, fontSize=11.5, leading=15, textColor=BLEU, spaceBefore=12, spaceAfter=4
)
_NOTE = ParagraphStyle("note", parent=_TEXTE, fontSize=8, leading=10, textColor=GRIS, spaceBefore=3)
_MARQUE = ParagraphStyle("marque", fontName=GRASSE, fontSize=11, leading=15, textColor=ROUGE)
_CASE = ParagraphStyle("case", fontName=POLICE, fontSize=7.8, leading=9.4, splitLongWords=True)
_CASE_CODE = ParagraphStyle("code", parent=_CASE, textColor=GRIS, fontSize=7)
_ENTETE = ParagraphStyle("entete", parent=_CASE, fontName=GRASSE, textColor=colors.white)
_ENTETE_DROITE = ParagraphStyle("entete_droite", parent=_ENTETE, alignment=2)


def image_lisible(chemin: Path) -> bool:
    """Whether a picture can be read to its end."""
    try:
        ImageReader(str(chemin)).getRGBData()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def ecrire_pdf(document: Document, chemin: Path) -> Path:
    """Writes the PDF, the same bytes for the same document. Raises OSError when it cannot be written."""
    gabarit = SimpleDocTemplate(
        str(chemin),
        pagesize=landscape(A4),
        leftMargin=MARGE,
        rightMargin=MARGE,
        topMargin=HAUT,
        bottomMargin=BAS,
        title=f"{document.titre} – {document.sous_titre}",
        lang="fr-FR",
        invariant=1,
    )
    suite: list[Flowable] = (
        [Paragraph(_propre(" – ".join(document.marques)), _MARQUE)] if document.marques else []
    )
    suite += [
        Paragraph(_propre(document.titre), _TITRE),
        Paragraph(_propre(document.sous_titre), _SOUS_TITRE),
    ]
    suite += [Paragraph(_propre(texte), _TEXTE) for texte in document.paragraphes if texte]
    for tableau in document.tableaux:
        suite += _tableau(tableau)
    suite.append(Spacer(1, 4 * mm))
    suite += [Paragraph(_propre(texte), _NOTE) for texte in document.notes]
    if document.a_signer:
        suite += [
            Spacer(1, 10 * mm),
            Paragraph("Fait à ………………………………, le ……………………<br/><br/>Nom, qualité et signature :", _TEXTE),
        ]
    decorer = partial(_decorer, document)
    gabarit.build(suite, onFirstPage=decorer, onLaterPages=decorer)
    return chemin


def _decorer(document: Document, toile: Canvas, gabarit: SimpleDocTemplate) -> None:
    """The marks at the top of each page, its number at the bottom."""
    largeur, hauteur = landscape(A4)
    toile.saveState()
    toile.setFont(GRASSE, 8.5)
    toile.setFillColor(ROUGE)
    toile.drawString(MARGE, hauteur - 11 * mm, _latin(" – ".join(document.marques)))
    toile.setFont(POLICE, 7.5)
    toile.setFillColor(GRIS)
    toile.drawRightString(
        largeur - MARGE, hauteur - 11 * mm, _latin(f"{document.titre} – {document.sous_titre}")[:150]
    )
    toile.drawString(MARGE, 8 * mm, _latin(document.observatoire.signature)[:150])
    toile.drawRightString(largeur - MARGE, 8 * mm, f"Page {gabarit.page}")
    logo = document.observatoire.logo
    if logo is not None and gabarit.page == 1:
        toile.drawImage(
            str(logo), largeur - MARGE - LOGO[0], hauteur - HAUT - LOGO[1], *LOGO,
            preserveAspectRatio=True, anchor="ne", mask="auto",
        )  # fmt: skip
    toile.restoreState()


def _tableau(tableau: Tableau) -> list[Flowable]:
    titre = Paragraph(_propre(tableau.titre), _SECTION)
    if not tableau.lignes:
        return [CondPageBreak(30 * mm), titre, Paragraph("Rien à signaler.", _TEXTE)]
    rangs = [
        [
            Paragraph(_propre(c.titre), _ENTETE_DROITE if c.genre in CHIFFRES else _ENTETE)
            for c in tableau.colonnes
        ]
    ]
    for rang in tableau.lignes:
        rangs.append(
            [_case(ecrire_valeur(v, c.genre), c) for v, c in zip(rang, tableau.colonnes, strict=True)]
        )
    style = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#C5CCD6")),
        ("BACKGROUND", (0, 0), (-1, 0), BLEU),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONT", (0, 1), (-1, -1), POLICE, 7.8, 9.4),
        *(("ALIGN", (j, 1), (j, -1), "RIGHT") for j, c in enumerate(tableau.colonnes) if c.genre in CHIFFRES),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    if tableau.total:
        rangs.append(
            [
                _case("" if v is None else ecrire_valeur(v, c.genre), c, gras=True)
                for v, c in zip(tableau.total, tableau.colonnes, strict=True)
            ]
        )
        style += [("BACKGROUND", (0, -1), (-1, -1), PALE), ("FONT", (0, -1), (-1, -1), GRASSE, 7.8, 9.4)]
    largeurs = [c.largeur for c in tableau.colonnes]
    # a small table is not stretched over the page
    unite = min(LARGEUR / sum(largeurs), 2.1 * mm)
    table = LongTable(
        rangs, colWidths=[w * unite for w in largeurs], repeatRows=1, style=TableStyle(style), hAlign="LEFT"
    )
    note = [Paragraph(_propre(tableau.note), _NOTE)] if tableau.note else []
    return [CondPageBreak(35 * mm), titre, table, *note]


def _case(texte: str, colonne: Colonne, gras: bool = False) -> Paragraph | str:
    """A cell: a paragraph where the text may wrap, plain text otherwise (ten times faster)."""
    if colonne.genre in CHIFFRES or colonne.genre == "date" or not texte:
        return _latin(texte)
    propre = _propre(texte)
    return Paragraph(f"<b>{propre}</b>" if gras else propre, _CASE_CODE if colonne.genre == "code" else _CASE)


def _propre(texte: str) -> str:
    return escape(_latin(texte))


def _latin(texte: str) -> str:
    """What the standard fonts can write; a character they lack becomes « ? » rather than a black square."""
    return (
        texte.replace("\u202f", "\u00a0").replace("\u2011", "-").encode("cp1252", "replace").decode("cp1252")
    )
