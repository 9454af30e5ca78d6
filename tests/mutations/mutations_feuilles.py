"""Sheets and tables: errors, candidates, headers, lines that are no data (kinds 1, 7, 8, 9)."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from fabrique import Ligne, Valeur, fichiers_csv, grille, xlsx
from monde import NOM, Fichiers, Monde, Mutation

Grille = list[list[Valeur]]
REPERE = 987_654_321_000  # a number that no deposit has: the cells to be written by hand

ERREURS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!")
ERREURS_DE_TEXTE = (
    *ERREURS,
    "#VALEUR!",
    "#NOM?",
    "#######",
    "Err:502",
    "#ref!",
    " #N/A ",
    "#N/D",
    "#¡VALOR!",
    "Chargement...",
    "Loading…",
    "[object Object]",
)
FORMULES_EN_TEXTE = (
    "=SOMME(A1:A3)",
    "=A2",
    "=+B5*2",
    "='Paie 2024'!B5",
    "= RECHERCHEV(A2;Paie;2)",
    '=SI(A1="x";1;2)',
)
CELLULES_EN_ERREUR = (
    '<c r="{lieu}" t="e"><v>{erreur}</v></c>',
    '<c r="{lieu}" s="0" t="e"><f>VLOOKUP(A2,Paie!A:B,2)</f><v>{erreur}</v></c>',
    "<c t='e' r='{lieu}'><v>{erreur}</v></c>",
    '<c r="{lieu}" t="str"><f>X&gt;2</f><v>{erreur}</v></c>',
)
FORMULES = (
    '<c r="{lieu}"><f>Paie!B5</f></c>',
    '<c r="{lieu}"><f>1.75*1</f><v></v></c>',
    '<c r="{lieu}" s="0"><f>SUM(A1:A3)</f><v/></c>',
    '<c r="{lieu}" t="str"><f>A1&amp;"x"</f></c>',
    '<c r="{lieu}"><f t="shared" si="0"/></c>',
    '<c r="{lieu}"><f t="shared" ref="A1:A9" si="0">A1</f><v /></c>',
    '<c r="{lieu}" t="n"><f ca="1">NOW()</f><v> </v></c>',
    '<c r="{lieu}" t="e"><f>A1</f></c>',
    '<c r="{lieu}"><f><![CDATA[A1<2]]></f></c>',
    "<c r='{lieu}'>\n <f>A1</f>\n</c>",
)
VIDES = ("NULL", "\\N", "-", "n/a", "N/A", "NaN", "(vide)", "null", "--", "(null)", "non renseigné", " - ")
FACULTATIVES = {
    "Opérations": ("Programme", "Volet ANRU", "SIRET donneur d'ordre"),
    "Marchés": ("Code CPV", "Objet du marché", "Pénalité par heure (€)"),
    "Bénéficiaires": ("Autres catégories", "Code QPV", "Référent de parcours (O/N)", "QPV (O/N)"),
    "Contrats": ("Modalité", "Métier", "Tuteur (O/N)"),
    "Situations": ("Qualification obtenue (O/N)", "Date du constat"),
}
PIEDS = (
    "Édité le 20/01/2025 - page 1/1",
    "Edité par ABC Clauses le 20/01/2025",
    "Page 1 sur 3",
    "Imprimé le 15/04/2024 à 10:32",
    "Source : suivi des clauses",
    "© ABC Clauses",
    "* heures hors formation",
    "Fin du document",
    "Généré automatiquement",
    "(1) y compris les heures de tutorat",
    "Export du 15/04/2024",
    "Document confidentiel, ne pas diffuser",
    "Nombre de lignes exportées",
    "\x1a",
    "   ",
)
TOTAUX = (
    "Total",
    "TOTAL GÉNÉRAL",
    "Somme",
    "Sous-total",
    "Total général :",
    "Somme totale",
    "Cumul",
    "Grand Total",
)
SOUS_TOTAUX = (
    "{} Total",
    "Total {}",
    "Somme {}",
    "{} Somme",
    "Sous-total {}",
    "Total contrat {}",
    "{} : total",
)
PARTIES = (
    ("Heures S1", "Heures S2"),
    ("Heures", "Heures (2)"),
    ("Heures 2024", "Suite"),
    ("Janvier", "Février", "Mars"),
    ("Heures réalisées", "Heure"),
    ("Heures", "Heures d'insertion"),
)
FICHIERS = (
    ("Heures S1", "Heures S2"),
    ("Heures", "Heures (1)"),
    ("heures_janvier", "heures_février", "heures_mars"),
    ("Heures partie 1", "Heures suite"),
)


def _grilles(m: Monde) -> dict[str, Grille]:
    return {nom: grille(lignes) for nom, lignes in m.tables.items()}


def _classeur(grilles: dict[str, Grille]) -> Fichiers:
    return {f"{NOM}.xlsx": xlsx(grilles)}


def _dossier(grilles: dict[str, Grille]) -> Fichiers:
    return {f"{NOM}/{nom}.csv": _texte(g).encode() for nom, g in grilles.items()}


def _texte(lignes: Grille) -> str:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerows(
        ["" if v is None else f"{v:%d/%m/%Y}" if hasattr(v, "strftime") else str(v) for v in ligne]
        for ligne in lignes
    )
    return tampon.getvalue()


def _sheets(octets: bytes, changer: Callable[[int, str], str]) -> bytes:
    """The workbook with the XML of its sheets (numbered from 0) changed."""
    nouveau = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(nouveau, "w") as cible:
        for membre in source.namelist():
            contenu = source.read(membre)
            if (numero := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", membre)) is not None:
                contenu = changer(int(numero[1]) - 1, contenu.decode()).encode()
            cible.writestr(membre, contenu)
    return nouveau.getvalue()


def _a_la_main(grilles: dict[str, Grille], cellules: list[str]) -> Fichiers:
    """The cells that hold REPERE + i are written as `cellules[i]`."""

    def changer(_: int, xml: str) -> str:
        return re.sub(
            rf'<c r="(\w+)"[^>]*><v>{str(REPERE)[:9]}(\d{{3}})</v></c>',
            lambda c: cellules[int(c[2])].replace("{lieu}", c[1]),
            xml,
        )

    return {nom: _sheets(octets, changer) for nom, octets in _classeur(grilles).items()}


def _lieux(m: Monde, grilles: dict[str, Grille], hasard: random.Random) -> list[tuple[str, int, int]]:
    """Some cells below the headers of one table, in one or two columns."""
    nom = (
        "Bilan"
        if m.plat
        else hasard.choice(["Marchés", "Bénéficiaires", "Contrats", "Heures", "Heures", "Opérations"])
    )
    g = grilles[nom]
    colonnes = hasard.sample(range(len(g[0])), hasard.choice([1, 2]))
    rangs = hasard.sample(range(1, len(g)), hasard.choice([1, 2, 9]))
    return [(nom, rang, colonne) for rang in rangs for colonne in colonnes]


def erreurs(m: Monde, hasard: random.Random) -> Fichiers:
    grilles, cellules = _grilles(m), []
    for i, (nom, rang, colonne) in enumerate(_lieux(m, grilles, hasard)):
        grilles[nom][rang][colonne] = REPERE + i
        cellules.append(hasard.choice(CELLULES_EN_ERREUR).replace("{erreur}", hasard.choice(ERREURS)))
    return _a_la_main(grilles, cellules)


def formules(m: Monde, hasard: random.Random) -> Fichiers:
    grilles, cellules = _grilles(m), []
    for i, (nom, rang, colonne) in enumerate(_lieux(m, grilles, hasard)):
        grilles[nom][rang][colonne] = REPERE + i
        cellules.append(hasard.choice(FORMULES))
    return _a_la_main(grilles, cellules)


def formules_de_xlsxwriter(m: Monde, hasard: random.Random) -> Fichiers:
    """Formulas whose value is the 0 that is written when nothing calculates."""
    grilles, cellules = _grilles(m), []
    colonne = 3 if not m.plat else grilles["Bilan"][0].index("Heures réalisées")
    nom = "Bilan" if m.plat else "Heures"
    for i, rang in enumerate(hasard.sample(range(1, len(grilles[nom])), 2)):
        grilles[nom][rang][colonne] = REPERE + i
        cellules.append('<c r="{lieu}"><f>5*2</f><v>0</v></c>')
    return _a_la_main(grilles, cellules)


def en_texte(textes: Sequence[str], m: Monde, hasard: random.Random) -> Fichiers:
    """What an export wrote of a cell that had no value to give."""
    grilles = _grilles(m)
    for nom, rang, colonne in _lieux(m, grilles, hasard):
        grilles[nom][rang][colonne] = hasard.choice(textes)
    if m.plat:
        return {f"{NOM}.csv": _texte(grilles["Bilan"]).encode()}
    return hasard.choice([_classeur, _dossier])(grilles)


def vides_ecrits(m: Monde, hasard: random.Random) -> Fichiers:
    vide = hasard.choice(VIDES)
    for table, colonnes in FACULTATIVES.items():
        for ligne in m.tables[table]:
            for colonne in colonnes:
                if hasard.random() < 0.5:
                    ligne[colonne] = vide
    return hasard.choice([_classeur, _dossier])(_grilles(m))


# --- kind 7 ------------------------------------------------------------------------------------------------


def _parties(lignes: list[Ligne], noms: tuple[str, ...], hasard: random.Random) -> dict[str, list[Ligne]]:
    melangees = hasard.sample(lignes, len(lignes))
    return {nom: melangees[rang :: len(noms)] for rang, nom in enumerate(noms)}


def heures_en_parties(m: Monde, hasard: random.Random) -> Fichiers:
    m.tables.update(_parties(m.tables.pop("Heures"), hasard.choice(PARTIES), hasard))
    return _classeur(_grilles(m))


def heures_en_fichiers(m: Monde, hasard: random.Random) -> Fichiers:
    """A CSV file per half year, or per month."""
    m.tables.update(_parties(m.tables.pop("Heures"), hasard.choice(FICHIERS), hasard))
    return _dossier(_grilles(m))


def heures_corrigees_en_fichier(m: Monde, hasard: random.Random) -> Fichiers:
    autres: list[Ligne] = [{**li, "Heures travaillées": 1.25} for li in m.tables["Heures"][:5]]
    m.tables[hasard.choice(["Heures (1)", "Heures corrigées", "heures 2"])] = autres
    return _dossier(_grilles(m))


def heures_par_personne(m: Monde, hasard: random.Random) -> Fichiers:
    """A sheet that bears the name of somebody, and says otherwise than Hours of the same keys, or completes it."""
    quelqu_un = hasard.choice(m.personnes)
    nom = f"{quelqu_un['Nom']} {quelqu_un['Prénom']}"[:31]
    if hasard.random() < 0.5:
        m.tables[nom] = [{**li, "Heures travaillées": 1.25} for li in m.tables["Heures"][:5]]
    else:
        m.tables[nom], m.tables["Heures"] = m.tables["Heures"][:5], m.tables["Heures"][5:]
    return _classeur(_grilles(m))


def autre_table_en_parties(m: Monde, hasard: random.Random) -> Fichiers:
    nom = hasard.choice(["Marchés", "Contrats", "Bénéficiaires", "Entreprises", "Opérations"])
    m.tables.update(_parties(m.tables.pop(nom), (nom, f"{nom} (suite)"), hasard))
    return _classeur(_grilles(m))


def bilan_en_parties(m: Monde, hasard: random.Random) -> Fichiers:
    m.tables.update(
        _parties(m.tables.pop("Bilan"), hasard.choice([("S1", "S2"), ("Bilan", "Bilan 2")]), hasard)
    )
    return _classeur(_grilles(m))


def heures_recopiees(m: Monde, hasard: random.Random) -> Fichiers:
    """The same rows in two sheets: each counts once."""
    m.tables[hasard.choice(["Heures (2)", "Copie", "Heures d'insertion"])] = m.tables["Heures"]
    return _classeur(_grilles(m))


def heures_corrigees(m: Monde, hasard: random.Random) -> Fichiers:
    autres: list[Ligne] = [{**li, "Heures travaillées": 1.25} for li in m.tables["Heures"][:5]]
    m.tables[hasard.choice(["Heures réalisées", "Heures corrigées", "Feuil2"])] = autres
    return _classeur(_grilles(m))


def feuille_sans_ligne(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    pleine = grilles.pop("Heures")
    noms = hasard.sample(["Heures", "Heures réalisées", "Relevés d'heures", "Feuil9"], 2)
    return _classeur({noms[0]: [pleine[0]], **grilles, noms[1]: pleine})


def entete_en_double(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom = hasard.choice(["Heures", "Contrats", "Marchés"])
    g = grilles[nom]
    # neither column is read where it may be left out: one finding for all its rows
    lues = [
        p
        for p, e in enumerate(g[0])
        if e not in ("Date de fin", "Montant HT (€)", "Heures d'insertion prévues")
    ]
    place = hasard.choice(lues)
    entete = str(g[0][place])
    ecrit = hasard.choice(
        [
            entete,
            entete.upper(),
            f" {entete} ",
            entete.replace(" ", "  "),
            f"{entete}.1",
            f"{entete}_duplicated_0",
        ]
    )
    ailleurs = hasard.randrange(len(g[0]) + 1)
    for rang, ligne in enumerate(g):
        ligne.insert(ailleurs, ecrit if rang == 0 else hasard.choice(["10", "11", "12"]))
    return hasard.choice([_classeur, _dossier])(grilles)


def entete_en_double_vide(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    g = grilles[hasard.choice(["Heures", "Contrats", "Marchés"])]
    place = hasard.randrange(len(g[0]))
    ailleurs = hasard.randrange(len(g[0]) + 1)
    recopiee = hasard.random() < 0.5
    for rang, ligne in enumerate(g):
        ligne.insert(ailleurs, ligne[place] if rang == 0 or recopiee else None)
    return _classeur(grilles)


def plusieurs_structures(m: Monde, hasard: random.Random) -> Fichiers:
    for ligne in hasard.sample(m.tables["Bilan"], hasard.choice([1, 2, 10])):
        ligne["Code structure"] = hasard.choice(["S80099", "59001", "AUTRE"])
    return _classeur(_grilles(m))


# --- kind 8 ------------------------------------------------------------------------------------------------


def entete_sur_deux_lignes(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom = "Bilan" if m.plat else hasard.choice(["Heures", "Marchés", "Contrats", "Bénéficiaires"])
    g = grilles[nom]
    coupes = [_couper(str(e), hasard) for e in g[0]]
    g[:1] = [[haut for haut, _ in coupes], [bas for _, bas in coupes]]
    if hasard.random() < 0.3:
        g.insert(0, ["Relevé", *[None] * (len(g[0]) - 1)])
    return _classeur(grilles)


def _couper(entete: str, hasard: random.Random) -> tuple[str | None, str | None]:
    mots = entete.split(" ")
    if len(mots) == 1:
        return (entete, None)
    coupe = hasard.randrange(1, len(mots))
    return " ".join(mots[:coupe]), " ".join(mots[coupe:])


def groupe_d_entetes(m: Monde, hasard: random.Random) -> Fichiers:
    """« Heures » above two columns, or a title above each group."""
    grilles = _grilles(m)
    titres: list[list[Valeur]] = [
        [None, None, None, "Heures", None],
        ["N° contrat", "Code marché", "Mois", "Heures", None],
        ["Contrat", None, None, "Heures", "Heures"],
    ]
    bas: list[Valeur] = ["N° contrat", "Code marché", "Mois", "travaillées", "de formation"]
    haut = hasard.choice(titres)
    grilles["Heures"][:1] = [haut, [None if h == b else b for h, b in zip(haut, bas, strict=True)]]
    return _classeur(grilles)


def cles_fusionnees(m: Monde, hasard: random.Random) -> Fichiers:
    """Equal values of neighbour rows, merged: months of hours, labels of contracts, references of a bilan."""
    nom, colonnes = hasard.choice(
        [("Bilan", ["Mois"]), ("Bilan", ["Maître d'ouvrage", "Type MOA", "Mois"])]
        if m.plat
        else [
            ("Heures", ["Mois"]),
            ("Contrats", ["Type de contrat", "Code ROME"]),
            ("Marchés", ["Nature du marché"]),
        ]
    )
    if nom != "Contrats" and nom != "Marchés":
        m.tables[nom].sort(key=lambda ligne: str(ligne["Mois"]))
    grilles = _grilles(m)
    g, plages = grilles[nom], []
    for colonne in colonnes:
        place = g[0].index(colonne)
        for _, groupe in groupby(range(1, len(g)), key=lambda rang: g[rang][place]):
            rangs = list(groupe)
            if len(rangs) > 1:
                plages.append((rangs[0], rangs[-1], place))
    for haut, bas, place in plages:
        for rang in range(haut + 1, bas + 1):
            g[rang][place] = None
    return _fusionner(grilles, nom, plages, hasard)


def heures_fusionnees(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom = "Bilan" if m.plat else "Heures"
    place = grilles[nom][0].index("Heures réalisées" if m.plat else "Heures travaillées")
    haut = hasard.randrange(1, len(grilles[nom]) - 2)
    grilles[nom][haut + 1][place] = None
    return _fusionner(grilles, nom, [(haut, haut + 1, place)], hasard)


def _fusionner(
    grilles: dict[str, Grille], nom: str, plages: list[tuple[int, int, int]], hasard: random.Random
) -> Fichiers:
    decalage = hasard.choice([0, 0, 1])  # an empty column before
    if decalage:
        for ligne in grilles[nom]:
            ligne.insert(0, None)
    lieux = "".join(
        f'<mergeCell ref="{_lettres(c + decalage)}{h + 1}:{_lettres(c + decalage)}{b + 1}"/>'
        for h, b, c in plages
    )
    numero = list(grilles).index(nom)
    return {
        f: _sheets(
            octets,
            lambda n, xml: (
                xml.replace("</sheetData>", f"</sheetData><mergeCells>{lieux}</mergeCells>")
                if n == numero
                else xml
            ),
        )
        for f, octets in _classeur(grilles).items()
    }


def _lettres(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def page_de_garde(m: Monde, hasard: random.Random) -> Fichiers:
    gardes: list[Grille] = [
        [["Export ABC Clauses"], ["Produit le 20/01/2025"]],
        [["Lisez-moi"], [], ["Structure", "S59000"], ["Période", "T1 2024"]],
        [["Sommaire"], ["Bilan", "page 2"]],
        [["Clé", "Valeur"], ["Code structure", "S59000"]],
    ]
    return _classeur(
        {
            hasard.choice(["Lisez-moi", "Garde", "Sommaire", "Informations"]): hasard.choice(gardes),
            **_grilles(m),
        }
    )


# --- kind 9 ------------------------------------------------------------------------------------------------


def entete_repete(m: Monde, hasard: random.Random) -> Fichiers:
    """The header again every few lines, as on the pages of a printed export."""
    grilles = _grilles(m)
    for nom, g in grilles.items():
        if nom != "Informations":
            pas = hasard.choice([1, 5, 10])
            grilles[nom] = [
                g[0],
                *(x for i, li in enumerate(g[1:]) for x in ([g[0], li] if i and i % pas == 0 else [li])),
            ]
    if m.plat:
        return hasard.choice([{f"{NOM}.csv": _texte(grilles["Bilan"]).encode()}, _classeur(grilles)])
    return hasard.choice([_classeur, _dossier])(grilles)


def pieds_de_page(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    for nom, g in grilles.items():
        if nom != "Informations":
            for _ in range(hasard.choice([1, 2, 3])):
                place = hasard.choice([0, 0, 0, len(g[0])])
                g += (
                    [[], [*[None] * place, hasard.choice(PIEDS)]]
                    if hasard.random() < 0.5
                    else [[hasard.choice(PIEDS)]]
                )
    if m.plat:
        return hasard.choice([{f"{NOM}.csv": _texte(grilles["Bilan"]).encode()}, _classeur(grilles)])
    return hasard.choice([_classeur, _dossier])(grilles)


def _nombres(m: Monde) -> tuple[str, list[str]]:
    return (
        ("Bilan", ["Heures réalisées", "dont formation"])
        if m.plat
        else ("Heures", ["Heures travaillées", "Heures de formation"])
    )


def _ligne_de_somme(
    g: Grille, etiquette: str | None, place: int, lignes: Grille, colonnes: list[str]
) -> list[Valeur]:
    somme: list[Valeur] = [None] * len(g[0])
    if etiquette is not None:
        somme[place] = etiquette
    for colonne in colonnes:
        rang = g[0].index(colonne)
        somme[rang] = sum(float(str(ligne[rang] or 0)) for ligne in lignes)
    return somme


def total(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom, colonnes = _nombres(m)
    g = grilles[nom]
    g.append(
        _ligne_de_somme(
            g, hasard.choice(TOTAUX), hasard.choice([0, 1, 2]), g[1:], hasard.choice([colonnes, colonnes[:1]])
        )
    )
    return hasard.choice(
        [_classeur(grilles), {f"{NOM}.csv": _texte(g).encode()} if m.plat else _dossier(grilles)]
    )


def somme_sans_libelle(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom, colonnes = _nombres(m)
    g = grilles[nom]
    g.append(_ligne_de_somme(g, None, 0, g[1:], hasard.choice([colonnes, colonnes[:1]])))
    return _classeur(grilles)


def sous_totaux(m: Monde, hasard: random.Random) -> Fichiers:
    grilles = _grilles(m)
    nom, colonnes = _nombres(m)
    g = grilles[nom]
    cle = g[0].index("Réf. contrat" if m.plat else "N° contrat")
    forme = hasard.choice([*SOUS_TOTAUX, None])
    lignes: Grille = [g[0]]
    for _, groupe in groupby(g[1:], key=lambda ligne: ligne[cle]):
        du_contrat = list(groupe)
        etiquette = forme.format(du_contrat[0][cle]) if forme else None
        lignes += [*du_contrat, _ligne_de_somme(g, etiquette, cle, du_contrat, colonnes)]
    lignes.append(_ligne_de_somme(g, "Total général" if forme else None, cle, g[1:], colonnes))
    grilles[nom] = lignes
    return hasard.choice(
        [_classeur(grilles), {f"{NOM}.csv": _texte(lignes).encode()} if m.plat else _dossier(grilles)]
    )


def ctrl_z(m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}/{nom}": contenu + b"\x1a" for nom, contenu in fichiers_csv(m.tables).items()}


ERREUR = frozenset({"CELLULE_EN_ERREUR"})
FORMULE = frozenset({"FORMULE_SANS_VALEUR"})
MUTATIONS: list[Mutation] = [
    *(
        Mutation(f"{nom}{'_bilan' * plat}", 1, ecrire, regles, plat)
        for plat in (False, True)
        for nom, ecrire, regles in (
            ("erreurs", erreurs, ERREUR),
            ("formules", formules, FORMULE),
            ("formules_de_xlsxwriter", formules_de_xlsxwriter, FORMULE),
            ("erreurs_en_texte", partial(en_texte, ERREURS_DE_TEXTE), ERREUR),
            ("formules_en_texte", partial(en_texte, FORMULES_EN_TEXTE), FORMULE),
        )
    ),
    Mutation("vides_ecrits", 1, vides_ecrits),
    Mutation("heures_en_parties", 7, heures_en_parties),
    Mutation("autre_table_en_parties", 7, autre_table_en_parties),
    Mutation("bilan_en_parties", 7, bilan_en_parties, plat=True),
    Mutation("heures_recopiees", 7, heures_recopiees),
    Mutation("heures_corrigees", 7, heures_corrigees, frozenset({"FEUILLES_EN_CONCURRENCE"})),
    Mutation(
        "heures_corrigees_en_fichier", 7, heures_corrigees_en_fichier, frozenset({"FEUILLES_EN_CONCURRENCE"})
    ),
    Mutation("heures_en_fichiers", 7, heures_en_fichiers),
    Mutation("heures_par_personne", 7, heures_par_personne, frozenset({"FEUILLES_EN_CONCURRENCE"})),
    Mutation("feuille_sans_ligne", 7, feuille_sans_ligne),
    Mutation("entete_en_double", 7, entete_en_double, frozenset({"COLONNE_EN_DOUBLE"})),
    Mutation("entete_en_double_vide", 7, entete_en_double_vide),
    Mutation("plusieurs_structures", 7, plusieurs_structures, frozenset({"AUTRE_STRUCTURE"}), True),
    Mutation("entete_sur_deux_lignes", 8, entete_sur_deux_lignes),
    Mutation("entete_sur_deux_lignes_bilan", 8, entete_sur_deux_lignes, plat=True),
    Mutation("groupe_d_entetes", 8, groupe_d_entetes),
    Mutation("cles_fusionnees", 8, cles_fusionnees),
    Mutation("cles_fusionnees_bilan", 8, cles_fusionnees, plat=True),
    Mutation("heures_fusionnees", 8, heures_fusionnees, frozenset({"VALEUR_FUSIONNEE"})),
    Mutation("heures_fusionnees_bilan", 8, heures_fusionnees, frozenset({"VALEUR_FUSIONNEE"}), True),
    Mutation("page_de_garde", 8, page_de_garde, plat=True),
    *(
        Mutation(f"{nom}{'_bilan' * plat}", 9, ecrire, plat=plat)
        for plat in (False, True)
        for nom, ecrire in (
            ("entete_repete", entete_repete),
            ("pieds_de_page", pieds_de_page),
            ("total", total),
            ("somme_sans_libelle", somme_sans_libelle),
            ("sous_totaux", sous_totaux),
        )
    ),
    Mutation("ctrl_z", 9, ctrl_z),
]
