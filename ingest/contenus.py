"""What a file is by its content: names lie, and a page saved as a workbook is no corrupt workbook."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import yaml

from clauses.socle.errors import DepotRefuse
from clauses.socle.project import PAQUETS

_DONNEES: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "contenus.yml").read_text(encoding="utf-8"))
_SIGNATURES: list[tuple[bytes, str]] = [
    (bytes.fromhex(s["debut"]), s["genre"]) for s in _DONNEES["signatures"]
]
_BALISES: list[tuple[bytes, str]] = [(b["mot"].encode(), b["genre"]) for b in _DONNEES["balises"]]
_MEMBRES: list[tuple[str, str]] = [(m["membre"], m["genre"]) for m in _DONNEES["membres"]]
_REFUS: dict[str, str] = _DONNEES["refus"]
_DEBUT = 8_192
_TEXTE = bytes([*b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f\x00", *range(0x20, 0x100)])
_PART_DE_CONTROLE = 0.02  # of the bytes of a text, those that are no letter nor white space
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARQUES = (b"\xff\xfe", b"\xfe\xff")
_PART_NULLE = 0.25


def genre(octets: bytes) -> str:
    """`classeur`, `archive`, `texte`, one of those that are refused, or `inconnu`."""
    if octets.startswith(_ZIP):  # not « PK » alone: a key may be the first header of a CSV file
        return _genre_de_zip(octets)
    for debut, nom in _SIGNATURES:
        if octets.startswith(debut):
            return nom
    debut = octets[:_DEBUT]
    if debut.startswith(_MARQUES) or debut.count(0) > _PART_NULLE * len(debut):
        debut = debut.replace(b"\x00", b"")  # UTF-16, whose other bytes may be any
        return next((nom for mot, nom in _BALISES if mot in debut[:_DEBUT].lower()), "texte")
    nu = debut.removeprefix(b"\xef\xbb\xbf").lstrip()
    if nu.startswith(b"<"):
        bas = nu.lower()
        return next((nom for mot, nom in _BALISES if mot in bas), "texte")
    return "texte" if len(nu.translate(None, _TEXTE)) <= _PART_DE_CONTROLE * len(nu) else "inconnu"


def _genre_de_zip(octets: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            membres = {nom.replace("\\", "/").lower() for nom in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "inconnu"
    return next((nom for membre, nom in _MEMBRES if membre in membres), "archive")


def refuser(genre_vu: str, fichier: str | None = None) -> None:
    """Raises DepotRefuse when files of this kind are not read, naming what it is."""
    if genre_vu in _REFUS:
        raise DepotRefuse(
            "ILLISIBLE", table=fichier, detail=(f"« {fichier} » : " if fichier else "") + _REFUS[genre_vu]
        )
