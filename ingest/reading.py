"""From a container to sheets of text: workbooks, CSV files, zips. Hostile files are refused, never obeyed."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import fastexcel
import polars as pl
import yaml

from clauses.errors import DepotRefuse
from ingest.discovery import Candidat
from ingest.layouts import normaliser

LIMITES: dict[str, int] = yaml.safe_load((Path(__file__).parent / "limites.yml").read_text(encoding="utf-8"))
_SIGNATURE_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATEURS = ";,\t"
_LIGNE_XML = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)")
_COLONNE_LOINTAINE = re.compile(rb"\sr=[\"'][A-Z]{3}\d")
_CELLULE_PLEINE = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>/]*>")
_COLONNES_SANS_LOINTAINE = 702  # A to ZZ


@dataclass(frozen=True)
class Feuille:
    """A sheet or CSV file as text: columns c0, c1, … (String, null when empty) and `ligne`, 1 = first line."""

    nom: str
    cellules: pl.DataFrame


@dataclass(frozen=True)
class Classeur:
    """The sheets of one deposit, by name; each is read only when asked for."""

    noms: list[str]
    lire: Callable[[str], Feuille]
    nom_interne: str | None = None


def ouvrir(candidat: Candidat) -> Classeur:
    """Opens a candidate. Raises DepotRefuse (ILLISIBLE, PROTEGE, FORMAT_INCONNU) when it cannot be read."""
    for fichier in candidat.fichiers:
        _verifier_taille(fichier)
    if candidat.contenant == "classeur":
        return _ouvrir_classeur(candidat.fichiers[0])
    if candidat.contenant == "archive":
        return _ouvrir_archive(candidat.fichiers[0])
    return _classeur_de_csv({f.name: f.read_bytes for f in candidat.fichiers})


def _verifier_taille(fichier: Path) -> None:
    try:
        octets = fichier.stat().st_size
        with fichier.open("rb") as flux:
            flux.read(1)
    except OSError as erreur:
        raise DepotRefuse(
            "ILLISIBLE", detail=f"le fichier ne peut pas être ouvert ({erreur.strerror})"
        ) from None
    if octets == 0:
        raise DepotRefuse("ILLISIBLE", table=fichier.name, detail="le fichier est vide (0 octet)")
    if octets > LIMITES["octets_fichier"]:
        raise DepotRefuse(
            "ILLISIBLE", table=fichier.name, detail=f"le fichier est trop gros ({octets // 1_000_000} Mo)"
        )


def _classeur_de_csv(contenus: dict[str, Callable[[], bytes]], nom_interne: str | None = None) -> Classeur:
    return Classeur(list(contenus), lambda nom: _lire_csv(nom, contenus[nom]()), nom_interne)


# --- workbooks ---------------------------------------------------------------------------------------------


def _ouvrir_classeur(fichier: Path) -> Classeur:
    octets = fichier.read_bytes()
    if octets.startswith(_SIGNATURE_OLE):
        if "EncryptedPackage".encode("utf-16-le") in octets or b"EncryptedPackage" in octets:
            raise DepotRefuse("PROTEGE")
        raise DepotRefuse(
            "ILLISIBLE", detail="c'est un ancien classeur .xls renommé : enregistrez-le au format .xlsx"
        )
    with _ouvrir_zip(octets) as archive:
        for membre in archive.infolist():
            contenu = _lire_membre(archive, membre)
            if membre.filename.startswith("xl/worksheets/") and membre.filename.endswith(".xml"):
                _verifier_etendue(contenu)
    try:
        lecteur = fastexcel.read_excel(octets)
        noms = list(lecteur.sheet_names)
    except Exception:  # the library's own errors have no common type and may quote the file
        raise DepotRefuse("ILLISIBLE", detail="ce n'est pas un classeur Excel valide") from None

    def lire(nom: str) -> Feuille:
        try:
            feuille = lecteur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except Exception:
            raise DepotRefuse("ILLISIBLE", table=nom, detail="la feuille ne peut pas être lue") from None
        cellules = feuille.rename({c: f"c{i}" for i, c in enumerate(feuille.columns)})
        return Feuille(nom, cellules.with_row_index("ligne", offset=1).cast({"ligne": pl.Int32}))

    return Classeur(noms, lire)


def _verifier_etendue(xml: bytes) -> None:
    """Refuses a sheet whose filled cells span too wide a box: the reader would allocate all of it."""
    derniere = max((int(m) for m in _LIGNE_XML.findall(xml)), default=0)
    lointaine = _COLONNE_LOINTAINE.search(xml) is not None
    if not lointaine and derniere * _COLONNES_SANS_LOINTAINE <= LIMITES["cellules_feuille"]:
        return
    lignes = colonnes = 0
    for lettres, ligne in _CELLULE_PLEINE.findall(xml):
        lignes = max(lignes, int(ligne))
        colonnes = max(colonnes, _rang_colonne(lettres))
    if lignes * colonnes > LIMITES["cellules_feuille"]:
        raise DepotRefuse(
            "ILLISIBLE",
            detail=f"une feuille s'étend sur {lignes} lignes et {colonnes} colonnes : effacez les cellules "
            "remplies loin des données",
        )


def _rang_colonne(lettres: bytes) -> int:
    rang = 0
    for lettre in lettres:
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
    try:
        with archive.open(membre) as flux:
            contenu = flux.read(membre.file_size + 1)
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
    if contenu is None or len(contenu) != membre.file_size:
        raise DepotRefuse("ILLISIBLE", detail="le fichier est corrompu ou tronqué")
    return contenu


def _ouvrir_archive(fichier: Path) -> Classeur:
    archive = _ouvrir_zip(fichier.read_bytes())
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
    separateur = _deviner_separateur(texte)
    csv.field_size_limit(LIMITES["champ_csv"])
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    lignes: list[int] = []
    champs: list[list[str]] = []
    debut = 1
    try:
        for enregistrement in lecteur:  # per record, not per cell: the line number is only known here
            lignes.append(debut)
            champs.append(enregistrement)
            debut = lecteur.line_num + 1
    except csv.Error:
        raise DepotRefuse(
            "ILLISIBLE", table=nom, ligne=debut, detail="le fichier CSV est mal formé à partir de cette ligne"
        ) from None
    if lignes and lecteur.line_num > lignes[-1] and texte.count('"') % 2:
        raise DepotRefuse(
            "ILLISIBLE",
            table=nom,
            ligne=lignes[-1],
            detail="un guillemet ouvert à cette ligne n'est jamais refermé",
        )
    largeur = max((len(c) for c in champs), default=0)
    complets = [c if len(c) == largeur else c + [""] * (largeur - len(c)) for c in champs]
    colonnes = list(zip(*complets, strict=True)) if largeur else []
    cellules = pl.DataFrame(
        {"ligne": pl.Series(lignes, dtype=pl.Int32)}
        | {f"c{i}": pl.Series(valeurs, dtype=pl.String) for i, valeurs in enumerate(colonnes)}
    )
    return Feuille(nom, cellules)


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
    """The separator that makes the widest record among the first thirty; `;` when none makes more than one."""
    debut = "\n".join(texte.splitlines()[:30])

    def largeur(separateur: str) -> int:
        try:
            return max(
                (len(e) for e in csv.reader(io.StringIO(debut, newline=""), delimiter=separateur)), default=0
            )
        except csv.Error:
            return 0

    return max(_SEPARATEURS, key=largeur)


def nom_de_table(nom: str) -> str:
    """A sheet's name, or a file's without its extension, as names are compared."""
    return normaliser(nom[:-4] if nom.lower().endswith(".csv") else nom)
