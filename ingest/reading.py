"""From a container to sheets of text: workbooks, CSV files, zips. Hostile files are refused, never obeyed."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import fastexcel
import polars as pl

from clauses.socle.errors import DepotRefuse
from ingest import contenus
from ingest.cellules_excel import Plage, SecondRegard
from ingest.csv_texte import Enregistrements, enregistrements
from ingest.discovery import EXTENSIONS_CLASSEUR, Candidat, lisible
from ingest.encodages import decoder, nom_de_membre
from ingest.findings import Remarque
from ingest.limites import LIMITES
from ingest.nommage import SUFFIXES, en_double, tables_des_fichiers
from ingest.redressement import dimension_fausse, redresser

_SIGNATURE_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Places are looked for whatever element or attribute they stand in: a box is never measured too small.
_LIGNE_XML = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{0,3}(\d{1,7})[\"']")
_COLONNE_XML = re.compile(rb"r\s*=\s*[\"']([A-Za-z]{1,3})\d{1,7}[\"']")
_LIGNE_PLEINE = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{1,3}(\d{1,7})[\"']")
_COLONNE_LOINTAINE = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{3}\d")
# possessive (`+` after a count): nothing is tried twice in the million places of a deposit
_LIEU_LOINTAIN = re.compile(rb"r\s*+=\s*+[\"'][A-Za-z]{0,2}+(?:[A-Za-z][0-9]|[0-9]{5})")
# Two patterns: alone, each is searched by its first letters, ten times faster than their alternation.
_CELLULES_DOUTEUSES = (re.compile(rb"<c(?! r=)[\s/>]"), re.compile(rb":c[\s/>]"))
_ATTRIBUTS = rb"(?:\s+%s[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*"
_CELLULE_SANS_LIEU = re.compile(rb"<(?:[\w.-]+:)?c" + _ATTRIBUTS % rb"(?!r\s*=)" + rb"/?>")
_CELLULE_VIDE = re.compile(rb"<(?:[\w.-]+:)?c" + _ATTRIBUTS % rb"" + rb"(?:/>|></(?:[\w.-]+:)?c>)")
_TEXTES_ANNONCES = re.compile(rb"uniqueCount\s*=\s*[\"']\s*\+?(\d+)")
_TEXTE = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_TEXTES_SANS_DOUTE = 1_000_000
_COLONNES_SANS_LOINTAINE = 702  # A to ZZ
_LIGNES_SANS_LOINTAINE = 9_999


@dataclass(frozen=True)
class Feuille:
    """A sheet or CSV file as text: columns c0, c1, … (String, null when empty) and `ligne`, 1 = first line.

    `plages`: cells that share one value, by their places in `cellules`.
    """

    nom: str
    cellules: pl.DataFrame
    plages: tuple[Plage, ...] = ()


@dataclass(frozen=True)
class ClasseurLu:
    """The sheets of one deposit, by name; each is read only when asked for.

    `remarques`: what had to be said of its files so far. `irreguliers`: of the CSV files read so far, those whose
    records have not all as many fields.
    """

    noms: list[str]
    lire: Callable[[str], Feuille]
    nom_interne: str | None = None
    remarques: list[Remarque] = field(default_factory=list)
    irreguliers: dict[str, Enregistrements] = field(default_factory=dict)


def ouvrir(candidat: Candidat, noms_de_table: Collection[str] = ()) -> ClasseurLu:
    """Opens a candidate. `noms_de_table`: normalised names that tell an archive's folder of tables from its others.

    Raises DepotRefuse (ILLISIBLE, PROTEGE, FORMAT_INCONNU) when it cannot be read.
    """
    for fichier in candidat.fichiers:
        _verifier_taille(fichier)
    if candidat.contenant == "dossier":
        return _classeur_de_csv(
            {lisible(f.name): partial(_octets, f) for f in candidat.fichiers}, noms_de_table
        )
    fichier = candidat.fichiers[0]
    octets = _octets(fichier)
    genre = contenus.genre(octets)
    if genre in ("classeur", "ole"):
        return _ouvrir_classeur(octets)
    contenus.refuser(genre)
    if genre == "archive" or candidat.contenant == "archive":
        return _ouvrir_archive(octets, noms_de_table)
    if candidat.contenant == "csv" or (genre == "texte" and _est_un_tableau(fichier.name, octets)):
        return _classeur_de_csv({lisible(fichier.name): lambda: octets}, ())
    return _ouvrir_classeur(octets)


def _verifier_taille(fichier: Path) -> None:
    try:
        octets = fichier.stat().st_size
        with fichier.open("rb") as flux:
            flux.read(1)
    except OSError as erreur:
        raise DepotRefuse("ILLISIBLE", table=lisible(fichier.name), detail=_pourquoi(erreur)) from None
    if octets == 0:
        raise DepotRefuse("ILLISIBLE", table=lisible(fichier.name), detail="le fichier est vide (0 octet)")
    if octets > LIMITES["octets_fichier"]:
        raise DepotRefuse(
            "ILLISIBLE",
            table=lisible(fichier.name),
            detail=f"le fichier est trop gros ({octets // 1_000_000} Mo)",
        )


def _octets(fichier: Path) -> bytes:
    try:
        return fichier.read_bytes()
    except OSError as erreur:
        raise DepotRefuse("ILLISIBLE", table=lisible(fichier.name), detail=_pourquoi(erreur)) from None


def _pourquoi(erreur: OSError) -> str:
    if isinstance(erreur, PermissionError):
        return "vous n'avez pas le droit de l'ouvrir"
    if isinstance(erreur, FileNotFoundError):
        return "le fichier n'existe plus, ou n'est qu'un raccourci vers un fichier absent"
    return "le disque ou le réseau ne répond pas"


def _classeur_de_csv(
    contenus_par_nom: Mapping[str, Callable[[], bytes]],
    noms_de_table: Collection[str],
    nom_interne: str | None = None,
) -> ClasseurLu:
    """CSV files as sheets, each named by its table where its own name tells one."""
    tables = tables_des_fichiers(contenus_par_nom, noms_de_table)
    fichiers, remarques = _sans_copies(contenus_par_nom, tables)
    irreguliers: dict[str, Enregistrements] = {}

    def lire(nom: str) -> Feuille:
        fichier = fichiers[nom]
        texte, dites = decoder(fichier, _contenu_de_csv(fichier, contenus_par_nom[fichier]()))
        remarques.extend(dites)
        lus = enregistrements(fichier, texte)
        if not lus.reguliers:
            irreguliers[nom] = lus
        return Feuille(nom, _en_cellules(lus))

    return ClasseurLu(list(fichiers), lire, nom_interne, remarques, irreguliers)


def _sans_copies(
    contenus_par_nom: Mapping[str, Callable[[], bytes]], tables: Mapping[str, str]
) -> tuple[dict[str, str], list[Remarque]]:
    """Sheet name → file, without the exact copies; files that are one table keep their own names, to be told apart."""
    remarques: list[Remarque] = []
    propres: set[str] = set()
    retires: set[str] = set()
    for noms in en_double(tables).values():
        distincts: dict[bytes, str] = {}
        for nom in noms:
            premier = distincts.setdefault(contenus_par_nom[nom](), nom)
            if premier != nom:
                retires.add(nom)
                detail = f"c'est la copie exacte de « {premier} »"
                remarques.append(Remarque("alerte", "FICHIER_IGNORE", nom, None, valeur=nom, detail=detail))
        propres |= set(noms) if len(distincts) > 1 else set()
    return {
        f"{tables[nom]}.csv" if nom in tables and nom not in propres else nom: nom
        for nom in contenus_par_nom
        if nom not in retires
    }, remarques


def _contenu_de_csv(nom: str, octets: bytes) -> bytes:
    """Raises DepotRefuse when the file is none of text."""
    genre = contenus.genre(octets)
    contenus.refuser(genre, nom)
    if genre == "classeur":
        detail = f"« {nom} » est un classeur Excel, pas un fichier CSV : donnez-lui l'extension .xlsx et déposez-le seul"
        raise DepotRefuse("ILLISIBLE", table=nom, detail=detail)
    if genre == "archive":
        detail = (
            f"« {nom} » est une archive, pas un fichier CSV : donnez-lui l'extension .zip et déposez-la seule"
        )
        raise DepotRefuse("ILLISIBLE", table=nom, detail=detail)
    if genre == "inconnu":
        raise DepotRefuse("ILLISIBLE", table=nom, detail="ce n'est pas un fichier texte")
    return octets


def _est_un_tableau(nom: str, octets: bytes) -> bool:
    """Whether what is named a workbook is the text of a table."""
    try:
        texte, _ = decoder(nom, octets)
        lus = enregistrements(nom, texte)
    except DepotRefuse:
        return False
    return len(lus.champs) > 1 and lus.largeur > 1


# --- workbooks ---------------------------------------------------------------------------------------------


def _ouvrir_classeur(octets: bytes, nom_interne: str | None = None) -> ClasseurLu:
    if octets.startswith(_SIGNATURE_OLE) and (
        "EncryptedPackage".encode("utf-16-le") in octets or b"EncryptedPackage" in octets
    ):
        raise DepotRefuse("PROTEGE")
    contenus.refuser(contenus.genre(octets))
    fausses: set[str] = set()
    regard = SecondRegard()
    with _ouvrir_zip(octets) as archive:
        for membre in archive.infolist():
            contenu = _lire_membre(archive, membre)
            if b"sheetData" in contenu:  # a sheet is one by its content: its path is the workbook's choice
                _verifier_etendue(contenu)
                if dimension_fausse(contenu):
                    fausses.add(membre.filename)
            _verifier_les_textes(contenu)
            regard.voir(membre.filename, contenu)
        octets, remarques = redresser(octets, archive, partial(_lire_membre, archive), frozenset(fausses))
    octets, plages = regard.refaire(octets)
    try:
        lecteur = fastexcel.read_excel(octets)
        noms = list(lecteur.sheet_names)
    except BaseException as erreur:
        raise _refus_du_lecteur(erreur, "ce n'est pas un classeur Excel valide") from None

    def lire(nom: str) -> Feuille:
        try:
            feuille = lecteur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except BaseException as erreur:
            raise _refus_du_lecteur(erreur, "la feuille ne peut pas être lue", nom) from None
        feuille.columns = [f"c{i}" for i in range(feuille.width)]
        lignes = pl.int_range(1, feuille.height + 1, dtype=pl.Int32, eager=True)
        return Feuille(nom, feuille.insert_column(0, lignes.alias("ligne")), plages.get(nom, ()))

    return ClasseurLu(noms, lire, nom_interne, remarques)


def _refus_du_lecteur(erreur: BaseException, detail: str, table: str | None = None) -> BaseException:
    """The library's errors have no common type and may quote the file; its panics are no Exception at all."""
    if isinstance(erreur, Exception) or type(erreur).__name__ == "PanicException":
        return DepotRefuse("ILLISIBLE", table=table, detail=detail)
    return erreur


def _verifier_etendue(xml: bytes) -> None:
    """Refuses a sheet whose filled cells span too wide a box: the reader would allocate all of it."""
    if _est_petite(xml):
        return
    lignes = _derniere_ligne(xml)
    sans_lieu = len(_CELLULE_SANS_LIEU.findall(xml))  # such a cell follows the one before it
    if (
        not sans_lieu
        and _COLONNE_LOINTAINE.search(xml) is None
        and lignes * _COLONNES_SANS_LOINTAINE <= LIMITES["cellules_feuille"]
    ):
        return
    if lignes * (_derniere_colonne(xml) + sans_lieu) > LIMITES["cellules_feuille"]:
        pleines = _CELLULE_VIDE.sub(b"", xml)
        colonnes = _derniere_colonne(pleines) + sans_lieu
        if not sans_lieu:
            lignes = max((int(m) for m in set(_LIGNE_PLEINE.findall(pleines))), default=0)
        if lignes * colonnes > LIMITES["cellules_feuille"]:
            raise DepotRefuse(
                "ILLISIBLE",
                detail=f"une feuille s'étend sur {lignes} lignes et {colonnes} colonnes : effacez les cellules "
                "remplies loin des données",
            )


def _est_petite(xml: bytes) -> bool:
    """A quick look that most sheets pass: every cell says its place, and none is beyond ZZ9999."""
    return (
        LIMITES["cellules_feuille"] >= _LIGNES_SANS_LOINTAINE * _COLONNES_SANS_LOINTAINE
        and _LIEU_LOINTAIN.search(xml) is None
        and all(douteuse.search(xml) is None for douteuse in _CELLULES_DOUTEUSES)
    )


def _verifier_les_textes(xml: bytes) -> None:
    """Refuses a table of texts that announces many more than it has: the reader would make room for all of them."""
    annonces = max(map(int, _TEXTES_ANNONCES.findall(xml)), default=0)
    if annonces > _TEXTES_SANS_DOUTE and annonces > 2 * len(_TEXTE.findall(xml)):
        raise DepotRefuse("ILLISIBLE", detail="le classeur est corrompu (table des textes)")


def _derniere_ligne(xml: bytes) -> int:
    return max(map(int, set(_LIGNE_XML.findall(xml))), default=0)


def _derniere_colonne(xml: bytes) -> int:
    return max(map(_rang_colonne, set(_COLONNE_XML.findall(xml))), default=0)


def _rang_colonne(lettres: bytes) -> int:
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + lettre - 64
    return rang


# --- zips --------------------------------------------------------------------------------------------------


def _ouvrir_zip(octets: bytes) -> zipfile.ZipFile:
    """Opens a zip whose declared sizes, entries and ratio are bearable; the reading itself enforces them."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise DepotRefuse("ILLISIBLE", detail="le fichier est corrompu, tronqué ou d'un autre type") from None
    membres = archive.infolist()
    total = sum(m.file_size for m in membres)
    if len(membres) > LIMITES["entrees_archive"]:
        raise DepotRefuse("ILLISIBLE", detail=f"l'archive contient {len(membres)} fichiers")
    if total > LIMITES["octets_decompresses"] or (
        total > LIMITES["taux_expansion_des"] and total > LIMITES["taux_expansion"] * max(len(octets), 1)
    ):
        raise DepotRefuse(
            "ILLISIBLE", detail=f"l'archive gonflerait à {total // 1_000_000} Mo une fois décompressée"
        )
    if any(m.flag_bits & 0x1 for m in membres):
        raise DepotRefuse("PROTEGE")
    return archive


def _lire_membre(archive: zipfile.ZipFile, membre: zipfile.ZipInfo) -> bytes:
    taille = membre.file_size
    enonce = copy.copy(membre)
    enonce.file_size = taille + 1  # so that content longer than declared is seen, and its checksum with it
    try:
        with archive.open(enonce) as flux:
            contenu = flux.read(taille + 1)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        contenu = None
    except Exception as erreur:  # zlib.error and lzma.LZMAError share no base
        if type(erreur).__module__ not in ("zlib", "_lzma", "lzma"):
            raise
        contenu = None
    if contenu is None or len(contenu) != taille:
        raise DepotRefuse("ILLISIBLE", detail="le fichier est corrompu ou tronqué")
    return contenu


def _ouvrir_archive(octets: bytes, noms_de_table: Collection[str]) -> ClasseurLu:
    archive = _ouvrir_zip(octets)
    dossiers: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = {}
    classeurs: dict[str, zipfile.ZipInfo] = {}
    autres: list[str] = []
    for membre in archive.infolist():
        chemin = PurePosixPath(nom_de_membre(membre).replace("\\", "/"))
        if chemin.is_absolute() or ".." in chemin.parts or re.match(r"^[A-Za-z]:", membre.filename):
            raise DepotRefuse(
                "ILLISIBLE", valeur=membre.filename, detail="l'archive contient un chemin interdit"
            )
        if membre.is_dir() or any(p.startswith((".", "~$")) or p == "__MACOSX" for p in chemin.parts):
            continue
        if chemin.suffix.lower() in SUFFIXES:
            dossiers.setdefault(chemin.parent, {})[chemin.name] = membre
        elif chemin.suffix.lower() in EXTENSIONS_CLASSEUR:
            classeurs[chemin.as_posix()] = membre
        else:
            autres.append(chemin.suffix.lower())
    dossiers = {d: m for d, m in dossiers.items() if tables_des_fichiers(m, noms_de_table)} or dossiers
    tables = {d: _fichiers_de_tables(m, noms_de_table) for d, m in dossiers.items()}
    autres += [
        PurePosixPath(nom).suffix.lower() for d, m in dossiers.items() for nom in m if nom not in tables[d]
    ]
    dossiers = {d: m for d, m in tables.items() if m}
    if classeurs:
        return _ouvrir_archive_de_classeurs(archive, classeurs, dossiers)
    if not dossiers:
        raise DepotRefuse(
            "FORMAT_INCONNU",
            detail="l'archive ne contient ni classeur .xlsx ni fichier .csv" + _ecartes(autres),
        )
    if len(dossiers) > 1:
        liste = ", ".join(sorted(str(d) for d in dossiers))
        raise DepotRefuse(
            "FORMAT_INCONNU",
            detail=f"l'archive contient plusieurs dossiers de fichiers CSV ({liste}) : faites une archive par dépôt",
        )
    (dossier, membres), *_ = dossiers.items()
    lus = {nom: _lire_membre(archive, membre) for nom, membre in membres.items()}
    return _classeur_de_csv(
        {nom: partial(bytes, contenu) for nom, contenu in lus.items()}, noms_de_table, dossier.name or None
    )


def _fichiers_de_tables(
    membres: Mapping[str, zipfile.ZipInfo], noms_de_table: Collection[str]
) -> dict[str, zipfile.ZipInfo]:
    """Without the texts that are no table by their name: what is named .txt may be a word of advice."""
    tables = tables_des_fichiers(membres, noms_de_table)
    return {nom: m for nom, m in membres.items() if nom in tables or nom.lower().endswith(".csv")}


def _ouvrir_archive_de_classeurs(
    archive: zipfile.ZipFile,
    classeurs: Mapping[str, zipfile.ZipInfo],
    dossiers: Mapping[PurePosixPath, Mapping[str, zipfile.ZipInfo]],
) -> ClasseurLu:
    """The one workbook of an archive. Raises DepotRefuse when there are others, or CSV files beside it."""
    liste = ", ".join(sorted(classeurs))
    if len(classeurs) > 1:
        raise DepotRefuse(
            "FORMAT_INCONNU",
            detail=f"l'archive contient plusieurs classeurs ({liste}) : déposez-les séparément, chacun est un dépôt",
        )
    if dossiers:
        raise DepotRefuse(
            "FORMAT_INCONNU",
            detail=f"l'archive contient un classeur ({liste}) et des fichiers CSV : n'y laissez que ce qui est à compter",
        )
    ((nom, membre),) = classeurs.items()
    contenu = _lire_membre(archive, membre)
    return _ouvrir_classeur(contenu, PurePosixPath(nom).stem)


def _ecartes(extensions: list[str]) -> str:
    """What an archive has instead, by extension."""
    vues = sorted(set(extensions) - {""})
    return f" (elle contient : {', '.join(vues)})" if vues else ""


# --- CSV ---------------------------------------------------------------------------------------------------


def _en_cellules(lus: Enregistrements) -> pl.DataFrame:
    """Records as a sheet of text; short ones are completed with empty cells, `irreguliers` says which they were."""
    largeur = lus.largeur
    complets = [c if len(c) == largeur else c + [""] * (largeur - len(c)) for c in lus.champs]
    colonnes = list(zip(*complets, strict=True)) if largeur else []
    return pl.DataFrame(
        {"ligne": pl.Series(lus.lignes, dtype=pl.Int32)}
        | {f"c{i}": pl.Series(valeurs, dtype=pl.String) for i, valeurs in enumerate(colonnes)}
    )
