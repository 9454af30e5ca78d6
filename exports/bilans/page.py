"""A document as one self-contained page, ready to print on A4."""

from __future__ import annotations

from html import escape
from pathlib import Path

from exports.bilans.document import CHIFFRES, Colonne, Document, Tableau, Valeur, ecrire_valeur

# Marks in the margin of each page where the browser knows how, and beside each title where it does not.
STYLE = """
@page { size: A4 landscape; margin: 14mm 12mm 16mm }
* { box-sizing: border-box }
body { font: 10pt/1.4 Calibri, Carlito, "Liberation Sans", Arial, sans-serif; color: #1c2430;
  max-width: 270mm; margin: 8mm auto; padding: 0 6mm }
h1 { font-size: 17pt; color: #1F3A5F; margin: 0 }
h2 { font-size: 12pt; color: #1F3A5F; margin: 7mm 0 2mm; break-after: avoid }
.sous-titre { color: #595959; margin: 1mm 0 4mm }
.marque { color: #8A1C1C; font-weight: bold; font-size: 12pt; border: 1.5pt solid #8A1C1C;
  padding: 1mm 3mm; display: inline-block; margin: 0 0 3mm }
table { border-collapse: collapse; width: 100%; font-size: 8pt; table-layout: fixed }
thead { display: table-header-group }
tr { break-inside: avoid }
th { background: #1F3A5F; color: #fff; text-align: left; font-weight: bold; font-size: 7.5pt; hyphens: auto }
th, td { border: .5pt solid #c5ccd6; padding: .8mm 1.2mm; vertical-align: top; overflow-wrap: anywhere }
.n { text-align: right; font-variant-numeric: tabular-nums }
td.n { white-space: nowrap }
td.c { color: #595959 }
tr.total td { background: #EEF2F7; font-weight: bold }
.note { color: #595959; font-size: 8.5pt }
.cadre { overflow-x: auto }
.signature { margin-top: 12mm; white-space: pre-line; line-height: 2.4 }
.rappel { display: none }
@media print {
  body { margin: 0; padding: 0; max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  .cadre { overflow: visible }
  .rappel { display: inline; color: #8A1C1C; font-size: 8pt; float: right }
}
"""


def ecrire_page(document: Document, chemin: Path) -> Path:
    """Writes the page: no script, nothing fetched. Raises OSError when it cannot be written."""
    marques = escape(" – ".join(document.marques))
    corps = [f'<p class="marque">{marques}</p>'] if marques else []
    corps += [
        f"<h1>{escape(document.titre)}</h1>",
        f'<p class="sous-titre">{escape(document.sous_titre)}</p>',
    ]
    corps += [f"<p>{escape(texte)}</p>" for texte in document.paragraphes if texte]
    corps += [_tableau(tableau, marques) for tableau in document.tableaux]
    corps += [f'<p class="note">{escape(texte)}</p>' for texte in document.notes]
    if document.a_signer:
        corps.append('<p class="signature">Fait à ………………………………, le ……………………\nNom, qualité et signature :</p>')
    marges = (
        f'@page {{ @top-left {{ content: "{marques}"; font: bold 8pt sans-serif; color: #8A1C1C }} '
        '@bottom-right { content: "Page " counter(page) " sur " counter(pages); font: 8pt sans-serif; color: #595959 } }'
    )
    titre = escape(f"{document.titre} – {document.sous_titre}")
    chemin.write_text(
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{titre}</title>\n<style>{STYLE}{marges}</style>\n</head>\n<body>\n"
        + "\n".join(corps)
        + "\n</body>\n</html>\n",
        encoding="utf-8",
    )
    return chemin


def _tableau(tableau: Tableau, marques: str) -> str:
    titre = f'<h2>{escape(tableau.titre)} <span class="rappel">{marques}</span></h2>'
    somme = sum(c.largeur for c in tableau.colonnes)
    largeurs = "".join(f'<col style="width:{100 * c.largeur / somme:.1f}%">' for c in tableau.colonnes)
    entetes = "".join(f'<th scope="col"{_classe(c)}>{escape(c.titre)}</th>' for c in tableau.colonnes)
    rangs = [_rang(rang, tableau) for rang in tableau.lignes]
    if tableau.lignes and tableau.total:
        rangs.append(_rang(tableau.total, tableau, ' class="total"'))
    if not tableau.lignes:
        return f"{titre}\n<p>Rien à signaler.</p>"
    note = f'\n<p class="note">{escape(tableau.note)}</p>' if tableau.note else ""
    # a small table is not stretched over the page
    style = f"max-width:{somme * 2.1:.0f}mm"
    return (
        f'{titre}\n<div class="cadre"><table style="{style}"><colgroup>{largeurs}</colgroup>'
        f"<thead><tr>{entetes}</tr></thead><tbody>\n" + "\n".join(rangs) + f"\n</tbody></table></div>{note}"
    )


def _rang(rang: object, tableau: Tableau, attribut: str = "") -> str:
    cases: list[tuple[Valeur, Colonne]] = list(zip(rang, tableau.colonnes, strict=True))  # type: ignore[call-overload]
    total = bool(attribut)
    return (
        f"<tr{attribut}>"
        + "".join(
            f"<td{_classe(colonne)}>{escape('' if total and valeur is None else ecrire_valeur(valeur, colonne.genre))}</td>"
            for valeur, colonne in cases
        )
        + "</tr>"
    )


def _classe(colonne: Colonne) -> str:
    if colonne.genre in CHIFFRES:
        return ' class="n"'
    return ' class="c"' if colonne.genre in ("code", "date") else ""
