"""From a container to sheets of text: workbooks, CSV files, zips. Hostile files are refused, never obeyed."""

from __future__ import annotations

import copy
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

import fastexcel
import polars as pl
import yaml

from clauses.socle.errors import DepotRefuse
from clauses.socle.project import PAQUETS
from ingest.discovery import Candidat, lisible
from ingest.layouts import normaliser

LIMITES: dict[str, int] = yaml.safe_load((PAQUETS / "ingest" / "limites.yml").read_text(encoding="utf-8"))
_SIGNATURE_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATEURS = ";,\t"
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
    """A sheet or CSV file as text: columns c0, c1, … (String, null when empty) and `ligne`, 1 = first line."""

    nom: str
    cellules: pl.DataFrame


@dataclass(frozen=True)
class ClasseurLu:
    """The sheets of one deposit, by name; each is read only when asked for."""

    noms: list[str]
    lire: Callable[[str], Feuille]
    nom_interne: str | None = None


def ouvrir(candidat: Candidat, noms_de_table: Collection[str] = ()) -> ClasseurLu:
    """Opens a candidate. `noms_de_table`: normalised names that tell an archive's folder of tables from its others.

    Raises DepotRefuse (ILLISIBLE, PROTEGE, FORMAT_INCONNU) when it cannot be read.
    """
    for fichier in candidat.fichiers:
        _verifier_taille(fichier)
    if candidat.contenant == "classeur":
        return _ouvrir_classeur(candidat.fichiers[0])
    if candidat.contenant == "archive":
        return _ouvrir_archive(candidat.fichiers[0], noms_de_table)
    return _classeur_de_csv({lisible(f.name): partial(_octets, f) for f in candidat.fichiers})


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


def _classeur_de_csv(contenus: dict[str, Callable[[], bytes]], nom_interne: str | None = None) -> ClasseurLu:
    return ClasseurLu(list(contenus), lambda nom: _lire_csv(nom, contenus[nom]()), nom_interne)


# --- workbooks ---------------------------------------------------------------------------------------------


def _ouvrir_classeur(fichier: Path) -> ClasseurLu:
    octets = _octets(fichier)
    if octets.startswith(_SIGNATURE_OLE):
        if "EncryptedPackage".encode("utf-16-le") in octets or b"EncryptedPackage" in octets:
            raise DepotRefuse("PROTEGE")
        raise DepotRefuse(
            "ILLISIBLE", detail="c'est un ancien classeur .xls renommé : enregistrez-le au format .xlsx"
        )
    with _ouvrir_zip(octets) as archive:
        for membre in archive.infolist():
            contenu = _lire_membre(archive, membre)
            if b"sheetData" in contenu:  # a sheet is one by its content: its path is the workbook's choice
                _verifier_etendue(contenu)
            _verifier_les_textes(contenu)
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
        return Feuille(nom, feuille.insert_column(0, lignes.alias("ligne")))

    return ClasseurLu(noms, lire)


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


def _ouvrir_archive(fichier: Path, noms_de_table: Collection[str]) -> ClasseurLu:
    archive = _ouvrir_zip(_octets(fichier))
    dossiers: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = {}
    for membre in archive.infolist():
        chemin = PurePosixPath(membre.filename.replace("\\", "/"))
        if chemin.is_absolute() or ".." in chemin.parts or re.match(r"^[A-Za-z]:", membre.filename):
            raise DepotRefuse(
                "ILLISIBLE", valeur=membre.filename, detail="l'archive contient un chemin interdit"
            )
        masque = any(p.startswith((".", "~$")) or p == "__MACOSX" for p in chemin.parts)
        if not membre.is_dir() and not masque and chemin.suffix.lower() == ".csv":
            dossiers.setdefault(chemin.parent, {})[chemin.name] = membre
    if not dossiers:
        raise DepotRefuse("FORMAT_INCONNU", detail="l'archive ne contient aucun fichier .csv")
    de_tables = {d: m for d, m in dossiers.items() if any(nom_de_table(nom) in noms_de_table for nom in m)}
    dossiers = de_tables or dossiers
    if len(dossiers) > 1:
        liste = ", ".join(sorted(str(d) for d in dossiers))
        raise DepotRefuse(
            "FORMAT_INCONNU",
            detail=f"l'archive contient plusieurs dossiers de fichiers CSV ({liste}) : faites une archive par dépôt",
        )
    (dossier, membres), *_ = dossiers.items()
    contenus = {nom: _lire_membre(archive, membre) for nom, membre in membres.items()}
    return _classeur_de_csv(
        {nom: partial(bytes, octets) for nom, octets in contenus.items()}, dossier.name or None
    )


# --- CSV ---------------------------------------------------------------------------------------------------


def _lire_csv(nom: str, octets: bytes) -> Feuille:
    texte = _decoder(nom, octets)
    csv.field_size_limit(LIMITES["champ_csv"])
    separateur = _deviner_separateur(texte)
    try:
        lignes, champs = _enregistrements(texte, separateur, strict=True)
    except csv.Error:  # stray quotes: read all the same, unless they swallow line breaks
        try:
            lignes, champs = _enregistrements(texte, separateur, strict=False)
        except _MalForme as erreur:
            raise DepotRefuse(
                "ILLISIBLE", table=nom, ligne=erreur.ligne, detail=f"le fichier CSV est mal formé : {erreur}"
            ) from None
    largeur = max((len(c) for c in champs), default=0)
    complets = [c if len(c) == largeur else c + [""] * (largeur - len(c)) for c in champs]
    colonnes = list(zip(*complets, strict=True)) if largeur else []
    cellules = pl.DataFrame(
        {"ligne": pl.Series(lignes, dtype=pl.Int32)}
        | {f"c{i}": pl.Series(valeurs, dtype=pl.String) for i, valeurs in enumerate(colonnes)}
    )
    return Feuille(nom, cellules)


class _MalForme(Exception):
    def __init__(self, ligne: int, pourquoi: str) -> None:
        super().__init__(pourquoi)
        self.ligne = ligne


def _enregistrements(texte: str, separateur: str, strict: bool) -> tuple[list[int], list[list[str]]]:
    """First line and fields of each record. Raises csv.Error when strict, else _MalForme."""
    source = io.StringIO(texte, newline="") if strict else list(io.StringIO(texte, newline=""))
    lecteur = csv.reader(source, delimiter=separateur, strict=strict)
    lignes: list[int] = []
    champs: list[list[str]] = []
    debut = 1
    try:
        for enregistrement in lecteur:  # per record, not per cell: the line number is only known here
            if isinstance(source, list) and _guillemets_douteux(
                source[debut - 1 : lecteur.line_num], separateur
            ):
                raise _MalForme(debut, f"un guillemet ouvert à la ligne {debut} est mal refermé")
            lignes.append(debut)
            champs.append(enregistrement)
            debut = lecteur.line_num + 1
    except csv.Error:
        if strict:
            raise
        raise _MalForme(debut, f"une cellule de la ligne {debut} est trop longue") from None
    return lignes, champs


def _guillemets_douteux(lignes: list[str], separateur: str) -> bool:
    """Whether one record is spread over several lines by a stray quote only."""
    if len(lignes) == 1:
        return False
    try:
        return len(list(csv.reader(lignes, delimiter=separateur, strict=True))) != 1
    except csv.Error:
        return True


def _decoder(nom: str, octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodages = ["utf-16"]
    elif b"\x00" in octets:
        raise DepotRefuse("ILLISIBLE", table=nom, detail="ce n'est pas un fichier texte")
    else:
        encodages = ["utf-8-sig", "cp1252", "latin-1"]
    for encodage in encodages:
        try:
            texte = octets.decode(encodage)
        except UnicodeDecodeError:
            continue
        if not texte.strip():
            raise DepotRefuse("ILLISIBLE", table=nom, detail="le fichier est vide")
        return texte
    raise DepotRefuse("ILLISIBLE", table=nom, detail="l'encodage du fichier n'est pas reconnu")


def _deviner_separateur(texte: str) -> str:
    """The separator that cuts most of the first thirty lines into the same number of fields; `;` when none does."""
    debut = "".join(islice(io.StringIO(texte, newline=""), 30))

    def regularite(separateur: str) -> int:
        try:
            largeurs = Counter(
                len(e) for e in csv.reader(io.StringIO(debut, newline=""), delimiter=separateur)
            )
        except csv.Error:
            return 0
        return max((lignes * (largeur - 1) for largeur, lignes in largeurs.items()), default=0)

    return max(_SEPARATEURS, key=regularite)


def nom_de_table(nom: str) -> str:
    """A sheet's name, or a file's without its extension, as names are compared."""
    return normaliser(nom[:-4] if nom.lower().endswith(".csv") else nom)
