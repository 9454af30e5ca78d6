"""Bytes, encodings, rows of a CSV (kinds 2 and 11)."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from functools import partial

from fabrique import Valeur, grille, xlsx
from monde import NOM, Fichiers, Monde, Mutation

Grilles = dict[str, list[list[str]]]
Geste = Callable[[list[list[str]], random.Random], list[list[str]]]
DIT = frozenset({"LIGNE_IRREGULIERE"})
# columns of text, by table, that may hold a separator
TEXTES = {
    "Marchés": "Objet du marché",
    "Contrats": "Métier",
    "Opérations": "Intitulé de l'opération",
    "Entreprises": "Raison sociale",
    "Bilan": "Poste occupé",
}


def en_texte(valeur: Valeur) -> str:
    """As French software writes it."""
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float):
        return f"{valeur:g}".replace(".", ",") if abs(valeur) < 1e5 else f"{valeur:.2f}".replace(".", ",")
    return "" if valeur is None else str(valeur)


def grilles(m: Monde) -> Grilles:
    return {nom: [[en_texte(v) for v in ligne] for ligne in grille(t)] for nom, t in m.tables.items()}


def cite(cellule: str, separateur: str) -> str:
    return '"' + cellule.replace('"', '""') + '"' if separateur in cellule or '"' in cellule else cellule


def en_csv(lignes: list[list[str]], separateur: str = ";", citer: bool = True) -> str:
    return "".join(
        separateur.join(cite(c, separateur) if citer else c for c in ligne) + "\r\n" for ligne in lignes
    )


def ranger(m: Monde, contenus: dict[str, bytes]) -> Fichiers:
    """A folder of tables, or the one file of a bilan."""
    if m.plat:
        return {f"{NOM}.csv": contenus["Bilan"]}
    return {f"{NOM}/{nom}.csv": contenu for nom, contenu in contenus.items()}


def octets(m: Monde, separateur: str = ";") -> dict[str, bytes]:
    return {nom: en_csv(lignes, separateur).encode() for nom, lignes in grilles(m).items()}


# --- encodings ---------------------------------------------------------------------------------------------


def encode(encodage: str, marque: bytes, fin: str, m: Monde, _: random.Random) -> Fichiers:
    contenus = {
        nom: marque + en_csv(lignes).replace("\r\n", fin).encode(encodage, "replace")
        for nom, lignes in grilles(m).items()
    }
    return ranger(m, contenus)


def une_ligne_d_ailleurs(principal: str, autre: str, m: Monde, hasard: random.Random) -> Fichiers:
    """Some lines of each file were pasted from a file of another encoding."""
    contenus = {}
    for nom, texte in ((n, en_csv(g)) for n, g in grilles(m).items()):
        lignes = texte.splitlines(keepends=True)
        ailleurs = set(hasard.sample(range(len(lignes)), min(2, len(lignes))))
        contenus[nom] = b"".join(
            li.encode(autre if i in ailleurs else principal, "replace") for i, li in enumerate(lignes)
        )
    return ranger(m, contenus)


def relu(codec: str, m: Monde, hasard: random.Random) -> Fichiers:
    """UTF-8 taken for something else and saved as UTF-8 again, whole files or some lines."""
    contenus = {}
    for nom, texte in ((n, en_csv(g)) for n, g in grilles(m).items()):
        lignes = texte.splitlines(keepends=True)
        part = hasard.choice([0.2, 1.0])
        contenus[nom] = "".join(
            li.encode().decode(codec) if hasard.random() < part else li for li in lignes
        ).encode()
    return ranger(m, contenus)


def nuls(m: Monde, hasard: random.Random) -> Fichiers:
    """Cells filled up with null characters, as fixed-width fields are."""
    lues = grilles(m)
    for lignes in lues.values():
        for ligne in lignes[1:]:
            place = hasard.randrange(len(ligne))
            ligne[place] += "\0" * hasard.randint(1, 8)
    return ranger(m, {nom: en_csv(g).encode() for nom, g in lues.items()})


def fin_dos(m: Monde, hasard: random.Random) -> Fichiers:
    return ranger(m, {nom: c + b"\x1a" * hasard.randint(1, 3) for nom, c in octets(m).items()})


# --- dialects ----------------------------------------------------------------------------------------------


def separe(separateur: str, ecrit: bool, m: Monde, _: random.Random) -> Fichiers:
    tete = f"sep={separateur}\r\n".encode() if ecrit else b""
    return ranger(m, {nom: tete + c for nom, c in octets(m, separateur).items()})


def emballe(part: float, m: Monde, hasard: random.Random) -> Fichiers:
    """Whole lines in quotes: a CSV opened as one column, and saved."""

    def emballer(ligne: str) -> str:
        return '"' + ligne.replace('"', '""') + '"' if hasard.random() < part else ligne

    textes = {nom: en_csv(g).splitlines() for nom, g in grilles(m).items()}
    return ranger(m, {nom: "".join(f"{emballer(li)}\r\n" for li in t).encode() for nom, t in textes.items()})


def fausse_annonce(separateur: str, m: Monde, _: random.Random) -> Fichiers:
    """« sep= » says another separator than the file's."""
    return ranger(m, {nom: f"sep={separateur}\r\n".encode() + c for nom, c in octets(m).items()})


def emballe_a_moitie(m: Monde, hasard: random.Random) -> Fichiers:
    """Whole lines in quotes, before separators that were left."""
    reste = ";" * hasard.randint(1, 5)
    textes = {nom: en_csv(g).splitlines() for nom, g in grilles(m).items()}
    lignes = {nom: ['"' + li.replace('"', '""') + f'"{reste}\r\n' for li in t] for nom, t in textes.items()}
    return ranger(m, {nom: "".join(t).encode() for nom, t in lignes.items()})


def guillemets(forme: str, m: Monde, hasard: random.Random) -> Fichiers:
    """Texts that hold quotes and separators, quoted as some tools do. What they become is looked at by its neighbours."""
    lues = grilles(m)
    for nom, lignes in lues.items():
        place = lignes[0].index(TEXTES[nom]) if nom in TEXTES else None
        for ligne in lignes[1:]:
            if place is not None and hasard.random() < 0.5:
                ligne[place] = f'{ligne[place]} "Les Tilleuls" ; lot {hasard.randrange(9)}'

    def ecrire(cellule: str) -> str:
        if '"' not in cellule and ";" not in cellule:
            return cellule
        return '"' + cellule.replace('"', '\\"' if forme == "echappes" else '""') + '"'

    separateur = " ; " if forme == "espaces" else ";"
    return ranger(
        m,
        {
            nom: "".join(separateur.join(map(ecrire, li)) + "\r\n" for li in g).encode()
            for nom, g in lues.items()
        },
    )


# --- rows that have not their header's cells ---------------------------------------------------------------


def decouper(separateur: str, m: Monde, hasard: random.Random) -> Fichiers:
    """Texts that hold the separator, without quotes."""
    lues = grilles(m)
    for nom, lignes in lues.items():
        entete = TEXTES.get(nom)
        if entete is None:
            continue
        place = lignes[0].index(entete)
        for ligne in lignes[1:]:
            if hasard.random() < 0.5:
                morceaux = hasard.sample(
                    ["gros œuvre", "lot 2", "rue de Lille", "12", "n° 3", "01/02/2024"], 2
                )
                ligne[place] = hasard.choice([f"{separateur} ", separateur]).join([ligne[place], *morceaux])
    return ranger(m, {nom: en_csv(g, separateur, citer=False).encode() for nom, g in lues.items()})


def virgules_nues(m: Monde, _: random.Random) -> Fichiers:
    """Decimal commas between commas, without quotes."""
    return ranger(m, {nom: en_csv(g, ",", citer=False).encode() for nom, g in grilles(m).items()})


def virgules_nues_sans_fins(m: Monde, _: random.Random) -> Fichiers:
    """The same, and zeros at the end of rows are not written."""
    lues = grilles(m)
    for lignes in lues.values():
        for ligne in lignes[1:]:
            while ligne[-1] in ("", "0"):
                ligne.pop()
    return ranger(m, {nom: en_csv(g, ",", citer=False).encode() for nom, g in lues.items()})


def raccourcir(part: float, m: Monde, hasard: random.Random) -> Fichiers:
    """One cell left out, anywhere."""
    lues = grilles(m)
    for nom, lignes in lues.items():
        if nom not in ("Informations", "Structure"):
            for ligne in lignes[1:]:
                if hasard.random() < part:
                    del ligne[hasard.randrange(len(ligne))]
    return ranger(m, {nom: en_csv(g).encode() for nom, g in lues.items()})


def sans_fins_vides(m: Monde, hasard: random.Random) -> Fichiers:
    """The last empty cells of each row are not written."""
    lues = grilles(m)
    for lignes in lues.values():
        for ligne in lignes[1:]:
            while hasard.random() < 0.9 and not ligne[-1]:
                ligne.pop()
    return ranger(m, {nom: en_csv(g).encode() for nom, g in lues.items()})


def fins_en_trop(nombre: int, m: Monde, _: random.Random) -> Fichiers:
    """A separator at the end of every row, none at the end of the header."""
    lues = grilles(m)
    for lignes in lues.values():
        for ligne in lignes[1:]:
            ligne += [""] * nombre
    return ranger(m, {nom: en_csv(g).encode() for nom, g in lues.items()})


def coupe(m: Monde, hasard: random.Random) -> Fichiers:
    """The writing of one file stopped in the middle of its last line."""
    contenus = octets(m)
    nom = "Bilan" if m.plat else hasard.choice(["Heures", "Contrats", "Marchés"])
    lignes = contenus[nom].decode().splitlines(keepends=True)
    derniere = lignes[-1].rstrip()
    lignes[-1] = derniere[: hasard.randrange(1, derniere.rindex(";"))]
    contenus[nom] = "".join(lignes).encode()
    return ranger(m, contenus)


# --- containers --------------------------------------------------------------------------------------------


def nomme(patron: str, m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}/{patron.format(nom)}": contenu for nom, contenu in octets(m).items()}


def en_zip(membres: dict[str, bytes], drapeau_utf8: bool = True) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue() if drapeau_utf8 else sans_drapeau_utf8(tampon.getvalue())


def sans_drapeau_utf8(archive: bytes) -> bytes:
    """Names stay UTF-8, and no longer say so."""
    faux = bytearray(archive)
    for signature, decalage in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        debut = faux.find(signature)
        while debut >= 0:
            faux[debut + decalage + 1] &= ~0x08 & 0xFF
            debut = faux.find(signature, debut + 1)
    return bytes(faux)


def classeur(m: Monde) -> bytes:
    return xlsx({nom: grille(lignes) for nom, lignes in m.tables.items()})


def zip_de_classeur(chemin: str, m: Monde, _: random.Random) -> Fichiers:
    return {
        f"{NOM}.zip": en_zip({chemin: classeur(m), "lisez-moi.txt": b"bonjour", "__MACOSX/._x.xlsx": b"\0"})
    }


def zip_de_csv(dossier: str, extension: str, drapeau: bool, m: Monde, _: random.Random) -> Fichiers:
    membres = {f"{dossier}{nom}{extension}": c for nom, c in octets(m).items()}
    notes = {f"{dossier}notes.pdf": b"%PDF", f"{dossier}lisez-moi.txt": b"bonjour"}
    return {f"{NOM}.zip": en_zip(membres | notes, drapeau)}


def mal_nomme(extension: str, m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}{extension}": classeur(m)}


def csv_mal_nomme(extension: str, m: Monde, _: random.Random) -> Fichiers:
    return {f"{NOM}{extension}": octets(m)["Bilan"]}


def dimension(reference: bytes, m: Monde, _: random.Random) -> Fichiers:
    tampon = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(classeur(m))) as modele,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as neuf,
    ):
        for nom in modele.namelist():
            contenu = modele.read(nom)
            if nom.startswith("xl/worksheets/"):
                debut = contenu.index(b"<dimension")
                fin = contenu.index(b"/>", debut) + 2
                contenu = contenu[:debut] + reference + contenu[fin:]
            neuf.writestr(nom, contenu)
    return {f"{NOM}.xlsx": tampon.getvalue()}


def feuille_de_trop(element: str, relation: str, m: Monde, _: random.Random) -> Fichiers:
    """A sheet that is none, first or last in the workbook's list."""
    tampon = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(classeur(m))) as modele,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as neuf,
    ):
        for nom in modele.namelist():
            contenu = modele.read(nom)
            if nom == "xl/workbook.xml":
                contenu = contenu.replace(b"<sheets>", b"<sheets>" + element.encode())
            if nom == "xl/_rels/workbook.xml.rels":
                contenu = contenu.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            neuf.writestr(nom, contenu)
        neuf.writestr("xl/autres/sheet1.xml", "<x/>")
    return {f"{NOM}.xlsx": tampon.getvalue()}


def _relation(genre: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return f'<Relationship Id="rId99" Type="{base}{genre}" Target="autres/sheet1.xml"/>'


UNE_DE_TROP = '<sheet name="Autre" sheetId="99" r:id="rId99"/>'
DEUX = (("", False), ("_bilan", True))  # suffix, plat

MUTATIONS: list[Mutation] = [
    *(
        Mutation(f"encodage_{nom}{suffixe}", 11, partial(encode, codec, marque, fin), plat=plat)
        for suffixe, plat in DEUX
        for nom, codec, marque, fin in [
            ("cp1252", "cp1252", b"", "\r\n"),
            ("latin9", "iso8859-15", b"", "\n"),
            ("mac", "mac_roman", b"", "\r"),
            ("dos", "cp850", b"", "\r\n"),
            ("utf8_bom", "utf-8", b"\xef\xbb\xbf", "\r\n"),
            ("utf16", "utf-16", b"", "\r\n"),
            ("utf16_be_bom", "utf-16-be", b"\xfe\xff", "\r\n"),
            ("utf16_le_nu", "utf-16-le", b"", "\r\n"),
            ("utf16_be_nu", "utf-16-be", b"", "\n"),
            ("utf32", "utf-32", b"", "\n"),
        ]
    ),
    *(
        Mutation(f"melange_{nom}{suffixe}", 11, partial(une_ligne_d_ailleurs, principal, autre), plat=plat)
        for suffixe, plat in DEUX
        for nom, principal, autre in [
            ("utf8_cp1252", "utf-8", "cp1252"),
            ("utf8_mac", "utf-8", "mac_roman"),
            ("utf8_dos", "utf-8", "cp850"),
            ("cp1252_utf8", "cp1252", "utf-8"),
        ]
    ),
    *(
        Mutation(f"relu_{codec}{suffixe}", 11, partial(relu, codec), plat=plat)
        for suffixe, plat in DEUX
        for codec in ("latin-1", "mac_roman", "cp850", "cp437")
    ),
    *(Mutation(f"nuls{suffixe}", 11, nuls, plat=plat) for suffixe, plat in DEUX),
    *(Mutation(f"fin_dos{suffixe}", 11, fin_dos, plat=plat) for suffixe, plat in DEUX),
    *(
        Mutation(f"separe_{ord(sep)}_{ecrit}{suffixe}", 11, partial(separe, sep, ecrit), plat=plat)
        for suffixe, plat in DEUX
        for sep in ";,\t|~^"
        for ecrit in (False, True)
    ),
    *(
        Mutation(f"fausse_annonce_{ord(sep)}{suffixe}", 11, partial(fausse_annonce, sep), plat=plat)
        for suffixe, plat in DEUX
        for sep in ",\t"
    ),
    *(Mutation(f"emballe_a_moitie{suffixe}", 11, emballe_a_moitie, plat=plat) for suffixe, plat in DEUX),
    *(
        Mutation(f"guillemets_{forme}{suffixe}", 2, partial(guillemets, forme), plat=plat)
        for suffixe, plat in DEUX
        for forme in ("echappes", "espaces", "ordinaires")
    ),
    *(
        Mutation(f"emballe_{part}{suffixe}", 11, partial(emballe, part), plat=plat)
        for suffixe, plat in DEUX
        for part in (0.3, 1.0)
    ),
    *(
        Mutation(f"decoupe_{ord(sep)}{suffixe}", 2, partial(decouper, sep), DIT, plat)
        for suffixe, plat in DEUX
        for sep in ";\t|"
    ),
    *(Mutation(f"virgules_nues{suffixe}", 2, virgules_nues, DIT, plat) for suffixe, plat in DEUX),
    Mutation("virgules_nues_sans_fins", 2, virgules_nues_sans_fins, DIT),
    *(
        Mutation(f"raccourcie_{part}{suffixe}", 2, partial(raccourcir, part), DIT, plat)
        for suffixe, plat in DEUX
        for part in (0.05, 0.5)
    ),
    *(Mutation(f"sans_fins_vides{suffixe}", 2, sans_fins_vides, DIT, plat) for suffixe, plat in DEUX),
    *(
        Mutation(f"fins_en_trop_{n}{suffixe}", 2, partial(fins_en_trop, n), plat=plat)
        for suffixe, plat in DEUX
        for n in (1, 3)
    ),
    *(Mutation(f"coupe{suffixe}", 2, coupe, DIT | {"ILLISIBLE"}, plat) for suffixe, plat in DEUX),
    *(
        Mutation(f"nomme_{rang}", 11, partial(nomme, patron))
        for rang, patron in enumerate(
            [
                "{} (1).csv",
                "{} - Copie.csv",
                "{} - copie (2).csv",
                "Copie de {}.csv",
                "Export_2024_{}.csv",
                "{}-20240101.csv",
                "ABC_S62001_2024_{}.csv",
                "{}_T1_2024.CSV",
                "Maison de l'emploi - {}.csv",
                "{} Lille.csv",
                "{}.txt",
                "{}.TSV",
            ]
        )
    ),
    *(
        Mutation(f"zip_classeur_{rang}", 11, partial(zip_de_classeur, chemin))
        for rang, chemin in enumerate(["x.xlsx", "dossier/été 2024.xlsx", "a/b/c.XLSM"])
    ),
    *(
        Mutation(f"zip_csv_{rang}_{drapeau}", 11, partial(zip_de_csv, dossier, extension, drapeau))
        for rang, (dossier, extension) in enumerate([("", ".csv"), ("été/", ".csv"), ("", ".txt")])
        for drapeau in (True, False)
    ),
    *(Mutation(f"classeur{ext}", 11, partial(mal_nomme, ext)) for ext in (".csv", ".zip", ".xlsm", ".xls")),
    *(
        Mutation(f"texte{ext}", 11, partial(csv_mal_nomme, ext), plat=True)
        for ext in (".xlsx", ".xls", ".xlsm")
    ),
    *(
        Mutation(f"dimension_{rang}", 11, partial(dimension, reference))
        for rang, reference in enumerate(
            [
                b"",
                b'<dimension ref=""/>',
                b"<dimension/>",
                b'<dimension ref="A1"/>',
                b'<dimension ref="A1:A1"></dimension>',
                b'<dimension ref="A:E"/>',
                b'<dimension ref="A0:E0"/>',
                b'<dimension ref="$A$1:$E$9"/>',
                b'<dimension ref="A1:XFD1048576"/>',
                b'<dimension ref="C3:B2"/>',
                b'<dimension ref="#REF!"/>',
            ]
        )
    ),
    *(
        Mutation(f"feuille_{nom}", 11, partial(feuille_de_trop, element, relation))
        for nom, element, relation in [
            ("graphique", UNE_DE_TROP, _relation("chartsheet")),
            ("macro", UNE_DE_TROP, _relation("xlMacrosheet")),
            ("dialogue", UNE_DE_TROP, _relation("dialogsheet")),
            ("sans_lien", '<sheet name="Module1" sheetId="98"/>', ""),
            ("lien_vide", '<sheet name="Module1" sheetId="98" r:id=""></sheet>', ""),
            ("sans_relation", UNE_DE_TROP, ""),
            ("sans_fichier", UNE_DE_TROP, _relation("worksheet").replace("sheet1", "absent")),
        ]
    ),
]
