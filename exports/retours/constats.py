"""The workbook of findings: what each structure has to correct, in its own files, sheets and line numbers.

One sheet per structure having something to correct, after a guide (« Lisez-moi ») and a summary; the meaning
of the rules comes last. Nothing is printed but what the findings hold: no personal value can come in here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from clauses.socle.classeurs import classeur_neuf
from clauses.socle.donnees import lire_lignes
from clauses.socle.nombres import accorder
from clauses.socle.project import MODELES_DES_ECRITS
from exports.retours.assemblage import (
    assembler_constats,
    heures_en_jeu,
    lignes_touchees,
    reunir,
    se_reglera_avec,
)
from exports.retours.depots import noms_structures
from exports.retours.glossaire import LIBELLES_GRAVITE, glossaire

STRUCTURE_INCONNUE = "Structure non reconnue"

LIGNES_EXCEL = 1_048_576
LIGNES_AU_DESSUS = 4  # title, sentence, continuation note, header
CONSTATS_EN_MEMOIRE = 100_000
CARACTERES_CELLULE = 32_767
CARACTERES_FEUILLE = 31
HAUTEUR_LIGNE_TEXTE = 13.5  # points, for 10-point type
HAUTEUR_MAXIMALE = 400  # Excel allows 409

COLONNES = (
    ("Gravité", 14),
    ("Fichier", 44),
    ("Feuille ou table", 14),
    ("Lignes", 14),
    ("Colonne", 18),
    ("Valeur trouvée", 18),
    ("Ce qui ne va pas, et que faire", 56),
    ("Heures en jeu", 11),
    ("Règle", 22),
)


def ecrire_constats(
    chemin: Path, depots: pl.DataFrame, constats: pl.DataFrame, validations: pl.DataFrame
) -> Path:
    """Writes the workbook (journal.depots, journal.constats, journal.validations) and gives its path back.

    Raises OSError when the file cannot be written (open in Excel, folder missing).
    """
    tous = assembler_constats(depots, constats, validations)
    groupes = _par_structure(tous)
    noms = noms_structures(depots)
    reunis = {code: reunir(groupe) for code, groupe in groupes.items()}
    feuilles = _noms_de_feuilles(
        {
            code: (f"{code} {noms.get(code, '')}" if code else STRUCTURE_INCONNUE, _pages(groupe))
            for code, groupe in reunis.items()
        }
    )
    with classeur_neuf(
        chemin,
        # Rows straight to disk, at the price of one open file per sheet: only where memory would run out.
        constant_memory=tous.height > CONSTATS_EN_MEMOIRE,
        default_date_format="dd/mm/yyyy",
    ) as classeur:
        classeur.set_properties({"title": "Constats à renvoyer aux structures"})
        formats = _formats(classeur)
        _ecrire_lisez_moi(_feuille(classeur, "Lisez-moi", paysage=False), formats)
        _ecrire_resume(_feuille(classeur, "Résumé"), formats, depots, groupes, feuilles)
        for code, groupe in groupes.items():
            titre = f"{code} – {noms.get(code, 'nom inconnu')}" if code else STRUCTURE_INCONNUE
            _ecrire_structure(classeur, formats, feuilles[code], titre, groupe, reunis[code])
        _ecrire_regles(_feuille(classeur, "Règles"), formats, tous)
    return chemin


def _par_structure(tous: pl.DataFrame) -> dict[str | None, pl.DataFrame]:
    """The findings of each structure, in the order of the codes, those of an unknown structure last."""
    par_code = {cle[0]: groupe for cle, groupe in tous.partition_by("structure_code", as_dict=True).items()}
    return {code: par_code[code] for code in sorted(par_code, key=lambda code: (code is None, code or ""))}


def _pages(groupe: pl.DataFrame) -> int:
    return max(-(-groupe.height // _place()), 1)


def _place() -> int:
    """How many findings fit on a sheet; one row is kept for the note that announces the next sheet."""
    return LIGNES_EXCEL - LIGNES_AU_DESSUS - 1


def _noms_de_feuilles(souhaits: dict[str | None, tuple[str, int]]) -> dict[str | None, list[str]]:
    """A legal name per page wished: 31 characters, none of []:*?/\\ nor a straight quote, all different."""
    pris = {"lisez-moi", "résumé", "règles", "history", "historique"}
    noms: dict[str | None, list[str]] = {}
    for code, (souhait, pages) in souhaits.items():
        propre = re.sub(r"[\[\]:*?/\\\x00-\x1f]+", " ", souhait.replace("'", "’"))
        base = " ".join(propre.split()) or "Structure"
        noms[code] = []
        rang = 1
        while len(noms[code]) < pages:
            suffixe = f" ({rang})" if rang > 1 else ""
            nom = _couper(base, CARACTERES_FEUILLE - len(suffixe)) + suffixe
            if nom.lower() not in pris:
                pris.add(nom.lower())
                noms[code].append(nom)
            rang += 1
    return noms


def _couper(texte: str, longueur: int) -> str:
    """The start of a text, cut between two words where the last space is not too far back."""
    if len(texte) <= longueur:
        return texte
    debut = texte[: longueur + 1].rpartition(" ")[0]
    return (debut if len(debut) > longueur // 2 else texte[:longueur]).strip()


def _formats(classeur: xlsxwriter.Workbook) -> dict[str, Format]:
    police = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
    case = {**police, "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
    # Three lightnesses as well as three colours: on a black and white print they still differ.
    return {
        "titre": classeur.add_format({**police, "bold": True, "font_size": 15}),
        "sous_titre": classeur.add_format({**police, "bold": True, "font_size": 12}),
        "texte": classeur.add_format({**police, "text_wrap": True, "font_size": 11}),
        "phrase": classeur.add_format({**police}),
        "suite": classeur.add_format({**police, "bold": True, "font_color": "#8A1C1C"}),
        "entete": classeur.add_format({**case, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}),
        "case": classeur.add_format(case),
        "ligne": classeur.add_format({**case, "align": "center", "num_format": "0"}),
        "effectif": classeur.add_format({**case, "align": "center", "num_format": "#,##0"}),
        "date": classeur.add_format({**case, "align": "left", "num_format": "dd/mm/yyyy"}),
        "code": classeur.add_format({**case, "font_color": "#595959", "font_size": 9}),
        "lien": classeur.add_format({**case, "font_color": "#0B5394", "underline": 1}),
        "refus": classeur.add_format({**case, "bold": True, "bg_color": "#9C1C1C", "font_color": "#FFFFFF"}),
        "rejet": classeur.add_format({**case, "bold": True, "bg_color": "#F4B183"}),
        "alerte": classeur.add_format({**case, "bg_color": "#FFF2CC"}),
    }


def _feuille(classeur: xlsxwriter.Workbook, nom: str, paysage: bool = True) -> Worksheet:
    feuille = classeur.add_worksheet(nom)
    if paysage:
        feuille.set_landscape()
    feuille.set_paper(9)
    feuille.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    feuille.fit_to_pages(1, 0)
    feuille.hide_gridlines(2)
    nom_sur = nom.replace("&", "&&")
    feuille.set_footer(f"&L{nom_sur}&CConstats sur les dépôts&RPage &P sur &N")
    return feuille


def _ecrire(feuille: Worksheet, ligne: int, colonne: int, texte: str | None, style: Format) -> None:
    if not texte:
        feuille.write_blank(ligne, colonne, None, style)
        return
    coupe = texte if len(texte) <= CARACTERES_CELLULE else texte[: CARACTERES_CELLULE - 1] + "…"
    feuille.write_string(ligne, colonne, coupe, style)


def _ajuster_hauteur(
    feuille: Worksheet, ligne: int, textes: Sequence[object], largeurs: Sequence[int], marge: float = 3
) -> None:
    """A height that shows the wrapped texts whole: not every spreadsheet works it out."""
    lignes = max(
        _lignes_occupees(str(texte or ""), largeur) for texte, largeur in zip(textes, largeurs, strict=True)
    )
    feuille.set_row(ligne, min(lignes * HAUTEUR_LIGNE_TEXTE + marge, HAUTEUR_MAXIMALE))


def _lignes_occupees(texte: str, largeur: int) -> int:
    if len(texte) <= largeur:
        return 1
    return len(textwrap.wrap(texte.replace("/", "/ "), largeur))


def _ecrire_lisez_moi(feuille: Worksheet, formats: dict[str, Format]) -> None:
    largeur = 70
    feuille.set_column(0, 0, largeur)
    for rang, x in enumerate(lire_lignes(MODELES_DES_ECRITS / "constats_lisez_moi.csv")):
        style, texte = x["style"], x["texte"] or LIBELLES_GRAVITE[x["style"]]
        _ajuster_hauteur(feuille, rang, [texte], [largeur], marge=12 if "titre" in style else 5)
        _ecrire(feuille, rang, 0, texte, formats[style])


def _ecrire_resume(
    feuille: Worksheet,
    formats: dict[str, Format],
    depots: pl.DataFrame,
    groupes: dict[str | None, pl.DataFrame],
    feuilles: dict[str | None, list[str]],
) -> None:
    colonnes = (
        ("Code", 12),
        ("Structure", 42),
        ("Dernière extraction", 13),
        ("Dépôts acceptés", 11),
        ("Dépôts refusés", 11),
        ("Lignes écartées", 11),
        ("Heures en jeu", 11),
        ("À vérifier", 11),
        ("Feuille", 36),
    )
    noms = noms_structures(depots)
    _ecrire(feuille, 0, 0, "Résumé par structure", formats["titre"])
    feuille.set_row(0, 24)
    _ecrire_entete(feuille, 2, colonnes, formats)
    par_structure = (
        depots.group_by("structure_code")
        .agg(
            pl.col("extraction").max(),
            (pl.col("statut") == "accepte").sum().alias("acceptes"),
            (pl.col("statut") == "refuse").sum().alias("refuses"),
        )
        .sort("structure_code", nulls_last=True)
    )
    ligne = 2
    for ligne, (code, extraction, acceptes, refuses) in enumerate(par_structure.iter_rows(), start=3):
        groupe = groupes.get(code)
        _ecrire(feuille, ligne, 0, code or "–", formats["case"])
        _ecrire(
            feuille, ligne, 1, noms.get(code, "nom inconnu") if code else STRUCTURE_INCONNUE, formats["case"]
        )
        if extraction is None:
            feuille.write_blank(ligne, 2, None, formats["date"])
        else:
            feuille.write_datetime(ligne, 2, extraction, formats["date"])
        heures = 0.0 if groupe is None else heures_en_jeu(groupe)
        effectifs = (acceptes, refuses, _compter(groupe, "rejet"), heures, _compter(groupe, "alerte"))
        for rang, effectif in enumerate(effectifs, start=3):
            feuille.write_number(ligne, rang, effectif, formats["effectif"])
        if groupe is None:
            _ecrire(feuille, ligne, 8, "Rien à corriger", formats["case"])
        else:
            feuille.write_url(
                ligne, 8, f"internal:'{feuilles[code][0]}'!A1", formats["lien"], feuilles[code][0]
            )
    feuille.autofilter(2, 0, ligne, len(colonnes) - 1)


def _compter(groupe: pl.DataFrame | None, gravite: str) -> int:
    if groupe is None:
        return 0
    siens = groupe.filter(pl.col("gravite") == gravite)
    return lignes_touchees(siens) if gravite == "rejet" else siens.height


def _ecrire_entete(
    feuille: Worksheet, ligne: int, colonnes: Sequence[tuple[str, int]], formats: dict[str, Format]
) -> None:
    for rang, (titre, largeur) in enumerate(colonnes):
        feuille.set_column(rang, rang, largeur)
        _ecrire(feuille, ligne, rang, titre, formats["entete"])
    # Two characters less: the filter's arrow takes their place.
    _ajuster_hauteur(
        feuille, ligne, [titre for titre, _ in colonnes], [largeur - 2 for _, largeur in colonnes]
    )
    feuille.freeze_panes(ligne + 1, 0)
    feuille.repeat_rows(ligne)


def _ecrire_structure(
    classeur: xlsxwriter.Workbook,
    formats: dict[str, Format],
    noms: list[str],
    titre: str,
    groupe: pl.DataFrame,
    reunis: pl.DataFrame,
) -> None:
    """The findings of one structure, those that say the same on one row, continued on numbered sheets when Excel's limit
    is reached."""
    place, pages = _place(), len(noms)
    effectifs = {gravite: _compter(groupe, gravite) for gravite in LIBELLES_GRAVITE}
    phrase = " ; ".join(
        texte
        for gravite, texte in (
            ("refus", accorder(effectifs["refus"], "motif de refus", "motifs de refus")),
            ("rejet", accorder(effectifs["rejet"], "ligne écartée", "lignes écartées")),
            ("alerte", accorder(effectifs["alerte"], "point à vérifier", "points à vérifier")),
        )
        if effectifs[gravite]
    )
    if heures := heures_en_jeu(groupe):
        phrase += f". Les lignes écartées portent {accorder(round(heures), 'heure')}"
    if effectifs["refus"]:
        phrase += ". D'un dépôt refusé, rien ne compte, lignes correctes comprises"
    for rang, nom_page in enumerate(noms):
        feuille = _feuille(classeur, nom_page)
        _ecrire(feuille, 0, 0, titre, formats["titre"])
        feuille.set_row(0, 24)
        _ecrire(feuille, 1, 0, f"{phrase}.", formats["phrase"])
        morceau = reunis.slice(rang * place, place)
        if pages > 1:
            notes = [f"Feuille {rang + 1} sur {pages}"]
            notes += [f"suite de la feuille « {noms[rang - 1]} »"] if rang else []
            notes += [f"suite sur la feuille « {noms[rang + 1]} »"] if rang + 1 < pages else []
            _ecrire(feuille, 2, 0, " ; ".join(notes) + ".", formats["suite"])
        _ecrire_entete(feuille, LIGNES_AU_DESSUS - 1, COLONNES, formats)
        derniere = LIGNES_AU_DESSUS - 1
        for derniere, constat in enumerate(morceau.iter_rows(named=True), start=LIGNES_AU_DESSUS):
            _ecrire_constat(feuille, derniere, constat, formats)
        feuille.autofilter(LIGNES_AU_DESSUS - 1, 0, derniere, len(COLONNES) - 1)
        if rang + 1 < pages:
            _ecrire(feuille, derniere + 1, 0, f"Suite sur la feuille « {noms[rang + 1]} ».", formats["suite"])


def _ecrire_constat(
    feuille: Worksheet, ligne: int, constat: dict[str, object], formats: dict[str, Format]
) -> None:
    message = str(constat["message"] or "")
    if constat["cause"]:
        message += f" {se_reglera_avec(constat['cause'])}"
    champs = ("gravite", "chemin", "table", "lignes", "colonne", "valeur", "message", "heures", "regle")
    largeurs = [largeur for _, largeur in COLONNES]
    _ajuster_hauteur(feuille, ligne, [{**constat, "message": message}[champ] for champ in champs], largeurs)
    gravite = str(constat["gravite"])
    _ecrire(feuille, ligne, 0, LIBELLES_GRAVITE[gravite], formats[gravite])
    _ecrire(feuille, ligne, 1, _texte(constat["chemin"]), formats["case"])
    _ecrire(feuille, ligne, 2, _texte(constat["table"]), formats["case"])
    if constat["lignes"] == str(constat["ligne"]):
        feuille.write_number(ligne, 3, int(str(constat["ligne"])), formats["ligne"])
    else:
        _ecrire(feuille, ligne, 3, _texte(constat["lignes"]), formats["ligne"])
    _ecrire(feuille, ligne, 4, _texte(constat["colonne"]), formats["case"])
    _ecrire(feuille, ligne, 5, _texte(constat["valeur"]), formats["case"])
    _ecrire(feuille, ligne, 6, message, formats["case"])
    if constat["heures"]:
        feuille.write_number(ligne, 7, float(str(constat["heures"])), formats["effectif"])
    else:
        feuille.write_blank(ligne, 7, None, formats["effectif"])
    _ecrire(feuille, ligne, 8, _texte(constat["regle"]), formats["code"])


def _texte(valeur: object) -> str | None:
    return None if valeur is None else str(valeur)


def _ecrire_regles(feuille: Worksheet, formats: dict[str, Format], tous: pl.DataFrame) -> None:
    colonnes = (("Règle", 25), ("Gravité", 15), ("En bref", 30), ("Ce qu'elle dit", 58), ("Que faire", 58))
    _ecrire(feuille, 0, 0, "Les règles rencontrées dans ce classeur", formats["titre"])
    feuille.set_row(0, 24)
    _ecrire_entete(feuille, 2, colonnes, formats)
    rencontrees = set(tous.select("regle", "gravite").unique().iter_rows())
    regles = [regle for cle, regle in glossaire().items() if cle in rencontrees]
    for ligne, regle in enumerate(regles, start=3):
        textes = (regle.code, "", regle.titre, regle.explication, regle.que_faire)
        _ajuster_hauteur(feuille, ligne, textes, [largeur for _, largeur in colonnes])
        _ecrire(feuille, ligne, 0, regle.code, formats["case"])
        _ecrire(feuille, ligne, 1, LIBELLES_GRAVITE[regle.gravite], formats[regle.gravite])
        _ecrire(feuille, ligne, 2, regle.titre, formats["case"])
        _ecrire(feuille, ligne, 3, regle.explication, formats["case"])
        _ecrire(feuille, ligne, 4, regle.que_faire, formats["case"])
