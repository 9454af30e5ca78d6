"""Workbooks that Excel opens and the reader does not: sheets that are none, dimensions that are no place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from posixpath import join, normpath

from ingest.findings import Remarque

_CLASSEUR, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_FEUILLE = re.compile(rb"<(?:[\w.-]+:)?sheet\s[^<>]*?(?:/>|>\s*</(?:[\w.-]+:)?sheet\s*>)")
_RELATION = re.compile(rb"<(?:[\w.-]+:)?Relationship\s[^<>]*>")
_ATTRIBUT = re.compile(rb"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\b[^<>]*?(?:/>|>\s*</(?:[\w.-]+:)?dimension\s*>)")
_DIMENSION_SAINE = re.compile(
    rb"<dimension\s+ref\s*=\s*(?:\"[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?\"|'[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?')\s*/>"
)
_DEBUT_DE_FEUILLE = 4_096  # a dimension stands before the rows


@dataclass(frozen=True)
class _FeuilleAnnoncee:
    """A sheet as the workbook lists it: its element, its name, whether it has cells, whether it is there at all."""

    element: bytes
    nom: str
    de_cellules: bool
    presente: bool


def dimension_fausse(xml: bytes) -> bool:
    """Whether a sheet says an extent that is no place: the reader believes it, or complains of it."""
    trouvee = _DIMENSION.search(xml, 0, _DEBUT_DE_FEUILLE)
    return trouvee is not None and not _DIMENSION_SAINE.fullmatch(trouvee[0])


def redresser(
    octets: bytes,
    archive: zipfile.ZipFile,
    lire: Callable[[zipfile.ZipInfo], bytes],
    dimensions_fausses: frozenset[str],
) -> tuple[bytes, list[Remarque]]:
    """The workbook as the reader takes it, the same bytes in the ordinary case, and the sheets that could not be found."""
    membres = {m.filename: m for m in archive.infolist()}
    if _CLASSEUR not in membres or _RELATIONS not in membres:
        return octets, []
    xml = lire(membres[_CLASSEUR])
    feuilles = _feuilles(xml, lire(membres[_RELATIONS]), frozenset(membres))
    retirees = [f for f in feuilles if not f.de_cellules]
    if not dimensions_fausses and (not retirees or len(retirees) == len(feuilles)):
        return octets, []
    for feuille in retirees:
        xml = xml.replace(feuille.element, b"", 1)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_STORED) as neuf:
        for nom, membre in membres.items():
            contenu = xml if nom == _CLASSEUR else lire(membre)
            neuf.writestr(
                nom, _DIMENSION.sub(b"", contenu, count=1) if nom in dimensions_fausses else contenu
            )
    absentes = [
        Remarque("alerte", "FEUILLE_ABSENTE", f.nom, None, valeur=f.nom) for f in retirees if not f.presente
    ]
    return tampon.getvalue(), absentes


def _feuilles(xml: bytes, relations: bytes, membres: frozenset[str]) -> list[_FeuilleAnnoncee]:
    cibles: dict[bytes, tuple[str, str]] = {}
    for relation in _RELATION.findall(relations):
        dits = _attributs(relation)
        cibles[dits.get(b"Id", b"")] = (_texte(dits.get(b"Type", b"")), _texte(dits.get(b"Target", b"")))
    feuilles: list[_FeuilleAnnoncee] = []
    for element in _FEUILLE.findall(xml):
        dits = _attributs(element)
        # the prefix of « r:id » is the file's choice
        lien = next((v for cle, v in dits.items() if cle.endswith(b":id")), b"")
        genre, cible = cibles.get(lien, ("", ""))
        chemin = cible.lstrip("/") if cible.startswith("/") else normpath(join("xl", cible))
        presente = lien in cibles and (chemin in membres or chemin.lower() in {m.lower() for m in membres})
        de_cellules = presente and genre.endswith("/worksheet")
        feuilles.append(_FeuilleAnnoncee(element, _texte(dits.get(b"name", b"")), de_cellules, presente))
    return feuilles


def _attributs(element: bytes) -> dict[bytes, bytes]:
    return {cle: double or simple for cle, double, simple in _ATTRIBUT.findall(element)}


def _texte(octets: bytes) -> str:
    return unescape(octets.decode("utf-8", "replace"))
