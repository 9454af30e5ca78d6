"""Native charts under the tables: the reader can take them as they are."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from exports.classeurs.charte import BLEU
from exports.classeurs.contexte import Contexte
from exports.edition.libelles import axe_en_clair

COULEURS = (BLEU, "#E0A030", "#6B8E5A", "#A65E5E")
ETIQUETTES = 30  # a hidden column, out of the printed area
HAUTEUR_DE_LIGNE = 20  # pixels of a row left at its default height
LARGEUR = 880


def barres(
    c: Contexte, feuille: Worksheet, nom: str, ligne: int, premiere: int, derniere: int, axe: str, mesure: str
) -> int:
    """Shares of the territory beside the head's, from rows written before; gives the row after the chart."""
    series = [(3, f"{c.nom} {c.periode.code}")]
    if not c.est_tete:
        series.append((8, f"{c.tete.court} {c.periode.code}"))
    return dessiner(
        c,
        feuille,
        nom,
        ligne,
        (premiere, derniere),
        series,
        f"{mesure} : parts (%) par {axe_en_clair(axe).lower()}",
    )


def dessiner(
    c: Contexte,
    feuille: Worksheet,
    nom: str,
    ligne: int,
    lignes: tuple[int, int],
    series: list[tuple[int, str]],
    titre: str,
) -> int:
    """Horizontal bars: labels of the rows, one series per (column, name); gives the next free row."""
    premiere, derniere = lignes
    if derniere < premiere:
        return ligne
    for rangee in range(premiere, derniere + 1):
        # no bar is none: the label says that the figure is hidden
        mot = c.classeur.mot(feuille, rangee, series[0][0])
        libelle = c.classeur.libelle(feuille, rangee)
        c.classeur.texte(feuille, rangee, ETIQUETTES, f"{libelle} : {mot}" if mot else libelle, "simple")
    feuille.set_column(ETIQUETTES, ETIQUETTES, None, None, {"hidden": True})
    graphique = c.classeur.graphique({"type": "bar"})
    graphique.show_hidden_data()
    for rang, (colonne, libelle) in enumerate(series):
        graphique.add_series(
            {
                "name": libelle,
                "categories": [nom, premiere, ETIQUETTES, derniere, ETIQUETTES],
                "values": [nom, premiere, colonne, derniere, colonne],
                "fill": {"color": COULEURS[rang]},
                "border": {"none": True},
                "gap": 60,
                "overlap": 0,
            }
        )
    graphique.set_title(
        {"name": titre, "name_font": {"size": 11, "color": BLEU, "bold": True}, "overlay": False}
    )
    graphique.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"color": "#B0B0B0"}})
    graphique.set_x_axis(
        {
            "min": 0,
            "num_font": {"size": 9},
            "num_format": "0",
            "major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}},
            "label_position": "low",
        }
    )
    if len(series) > 1:
        graphique.set_legend({"position": "bottom", "font": {"size": 9}})
    else:
        graphique.set_legend({"none": True})
    hauteur = min(620, 110 + (derniere - premiere + 1) * (12 + 9 * len(series)))
    graphique.set_size({"width": LARGEUR, "height": hauteur})
    feuille.insert_chart(ligne, 0, graphique, {"x_offset": 4, "y_offset": 4, "object_position": 1})
    return ligne + hauteur // HAUTEUR_DE_LIGNE + 2


def courbe(
    c: Contexte,
    feuille: Worksheet,
    nom: str,
    ligne: int,
    entete: int,
    source: int,
    colonnes: tuple[int, int],
    titre: str,
) -> int:
    """One row of figures through time as columns; gives the next free row."""
    premiere, derniere = colonnes
    graphique = c.classeur.graphique({"type": "column"})
    # no column is none: its label says that the figure is hidden
    mots = [c.classeur.mot(feuille, source, colonne) for colonne in range(premiere, derniere + 1)]
    dits: list[dict[str, object]] = [{"value": mot} if mot else {"delete": True} for mot in mots]
    etiquettes = {"value": True, "custom": dits}
    graphique.add_series(
        {
            "name": titre,
            "categories": [nom, entete, premiere, entete, derniere],
            "values": [nom, source, premiere, source, derniere],
            "fill": {"color": BLEU},
            "gap": 60,
            **({"data_labels": etiquettes} if any(mots) else {}),
        }
    )
    graphique.set_title({"name": titre, "name_font": {"size": 11, "color": BLEU, "bold": True}})
    graphique.set_legend({"none": True})
    graphique.set_y_axis(
        {
            "min": 0,
            "num_format": "[$-40C]#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}},
        }
    )
    graphique.set_size({"width": LARGEUR, "height": 260})
    feuille.insert_chart(ligne, 0, graphique, {"x_offset": 4, "y_offset": 4, "object_position": 1})
    return ligne + 260 // HAUTEUR_DE_LIGNE + 2
