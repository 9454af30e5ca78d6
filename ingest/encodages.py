"""From the bytes of a text file to its letters: the encoding is proved by the words it gives, or the file is refused."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from clauses.socle.errors import DepotRefuse
from clauses.socle.project import PAQUETS, SEEDS
from ingest.findings import Remarque
from ingest.layouts import charger_layouts

_DONNEES: dict[str, Any] = yaml.safe_load((PAQUETS / "ingest" / "encodages.yml").read_text(encoding="utf-8"))
_SIMPLES: dict[str, str] = {e["codec"]: e["nom"] for e in _DONNEES["octets_simples"]}
_LETTRES, _FRANCAISES = frozenset(_DONNEES["lettres"]), frozenset(_DONNEES["lettres_francaises"])
_SIGNES = frozenset(_DONNEES["signes"])
_MARQUES = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# a word is begun at its first letter only, and never tried twice: most of a file has no such word
_MOT = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*+")
_HAUTS = re.compile(rb"[\x80-\xff]+")
_LETTRES_DE_SUITE = re.compile(r"[^\W\d_]+")
# a sequence of UTF-8, or a byte that is in none
_SUITE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]"
)
_PERDU = "\ufffd"
_NULS_DE_BOURRAGE = re.compile(r"\x00+(?=[;,\t|\"\r\n]|$)")
_SUBSTITUT = re.compile(r"(?<=[^\r\n\x1a])\x1a(?=[^\r\n\x1a])")  # DOS marks the end of a file with it, alone
_NULS_DE_COUPURE = 64  # a cell is filled up with a few; a disk that stopped writing leaves blocks of them
_FOIS_PLUS = 4  # known words that one encoding must have for each that another has
_PART_NULLE = 0.3  # of the bytes of UTF-16, those that are null in Western text
_MOTS_JUGES = 5_000


def decoder(nom: str, octets: bytes) -> tuple[str, list[Remarque]]:
    """The text of a file and what had to be said of it. Raises DepotRefuse (ILLISIBLE) where it cannot be told."""
    texte, remarques = _lire_les_octets(nom, octets)
    texte = _sans_signes_de_controle(nom, texte.removeprefix("\ufeff"))
    if not texte.strip():
        raise DepotRefuse("ILLISIBLE", table=nom, detail="le fichier est vide")
    texte, reparees = _reparer_les_relectures(texte)
    if reparees:
        detail = f"{reparees} lettres y étaient écrites comme « Ã© » pour « é », elles ont été rétablies"
        remarques.append(_remarque(nom, None, detail))
    if _PERDU in texte:
        remarques.append(_lettres_perdues(nom, texte))
    return texte, remarques


def _lire_les_octets(nom: str, octets: bytes) -> tuple[str, list[Remarque]]:
    for marque, codec in _MARQUES:
        if octets.startswith(marque):
            return _strict(nom, octets, codec), []
    if b"\x00" in octets:
        sans_marque = _utf16_sans_marque(octets)
        if sans_marque is not None:
            return _strict(nom, octets, sans_marque), []
    try:
        return octets.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    octets = octets.removeprefix(b"\xef\xbb\xbf")
    suites = {suite for hauts in set(_HAUTS.findall(octets)) for suite in _SUITE.findall(hauts)}
    if any(_est_lisible(suite) for suite in suites if len(suite) > 1):
        return _decoder_melange(nom, octets)
    codec = _choisir(nom, set(_MOT.findall(octets)))
    return octets.decode(codec), []


def _strict(nom: str, octets: bytes, codec: str) -> str:
    try:
        return octets.decode(codec)
    except UnicodeDecodeError:
        detail = f"le fichier est en {codec.removesuffix('-le').removesuffix('-be').upper()}, et il est abîmé ou tronqué"
        raise DepotRefuse("ILLISIBLE", table=nom, detail=detail) from None


def _utf16_sans_marque(octets: bytes) -> str | None:
    """UTF-16 has its null bytes on one side; stray null bytes are few, or on both."""
    paires, impaires = octets[::2].count(0), octets[1::2].count(0)
    if impaires > _PART_NULLE * len(octets) and impaires > 20 * paires:
        return "utf-16-le"
    if paires > _PART_NULLE * len(octets) and paires > 20 * impaires:
        return "utf-16-be"
    return None


# --- one byte per letter -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lecture:
    """What the words of a file are in one encoding: how many are known, how many of their letters are unlikely."""

    codec: str
    texte: str
    connus: int
    douteux: int


def _choisir(nom: str, mots: set[bytes]) -> str:
    """The encoding that gives words we know, else the only likely one. Raises DepotRefuse where two remain."""
    lectures = _lectures(mots)
    if not lectures:
        raise DepotRefuse(
            "ILLISIBLE", table=nom, detail="l'encodage du fichier n'est pas reconnu : enregistrez-le en UTF-8"
        )
    codec, rivales = _departager(lectures)
    if codec is not None:
        return codec
    noms = " ou en ".join(_SIMPLES[lecture.codec] for lecture in rivales)
    raise DepotRefuse(
        "ILLISIBLE",
        table=nom,
        detail=f"l'encodage du fichier n'est pas sûr, ses lettres accentuées se lisent en {noms} : enregistrez-le en UTF-8",
    )


def _lectures(mots: set[bytes]) -> list[_Lecture]:
    """The readings of these words, the same one once."""
    ensemble = b"\n".join(sorted(mots)[:_MOTS_JUGES])
    lectures: dict[str, _Lecture] = {}
    for codec in _SIMPLES:
        try:
            texte = ensemble.decode(codec)
        except UnicodeDecodeError:
            continue
        vus = _LETTRES_DE_SUITE.findall(texte)
        connus = sum(1 for v in vus if v.lower() in _vocabulaire())
        lectures.setdefault(texte, _Lecture(codec, texte, connus, sum(map(_douteuses, texte.split("\n")))))
    return list(lectures.values())


def _departager(lectures: list[_Lecture]) -> tuple[str | None, list[_Lecture]]:
    """The one encoding, or none and those that remain. `lectures` are in the order they are preferred."""
    plus_connus = max(lectures, key=lambda le: le.connus)
    if plus_connus.connus and all(
        le is plus_connus or le.connus * _FOIS_PLUS <= plus_connus.connus for le in lectures
    ):
        return plus_connus.codec, []
    moindre = min(le.douteux for le in lectures)
    restantes = [le for le in lectures if le.douteux == moindre and le.connus == plus_connus.connus]
    if not restantes:
        return None, lectures
    # signs that differ change no word
    if all(
        a == b or not (a + b).isalpha()
        for le in restantes
        for a, b in zip(restantes[0].texte, le.texte, strict=True)
    ):
        return restantes[0].codec, []
    return None, restantes


def _douteuses(mot: str) -> int:
    """Letters that no French word has there: foreign ones, capitals after a small letter, signs inside a word."""
    total = 0
    for rang, lettre in enumerate(mot):
        if lettre.isascii():
            continue
        avant, apres = mot[rang - 1 : rang], mot[rang + 1 : rang + 2]
        if lettre in _FRANCAISES:
            seule = not avant.isalpha() and not apres.isalpha()
            # « opÈration », « BÔtisseur », « BêNARD »
            capitale = lettre.isupper() and avant.isalpha() and (avant.islower() or apres.islower())
            minuscule = lettre.islower() and avant.isupper() and apres.isupper()
            total += capitale or minuscule or (seule and lettre not in "àÀ")
        elif lettre in _SIGNES:
            total += avant.isalpha() and apres.isalpha() and lettre not in "’‘·"
        else:
            total += 1
    return total


@cache
def _vocabulaire() -> frozenset[str]:
    """The accented words of the headers and of the values that exports are known to have."""
    textes = [
        forme
        for layout in charger_layouts()
        for table in layout.tables
        for forme in (*table.noms(), *(f for c in table.colonnes for f in (c.entete, *c.synonymes)))
    ]
    with (SEEDS / "nomenclatures" / "alias.csv").open(encoding="utf-8", newline="") as flux:
        textes += [ligne["forme"] for ligne in csv.DictReader(flux)]
    mots = {
        mot.lower() for texte in textes if not texte.isascii() for mot in _LETTRES_DE_SUITE.findall(texte)
    }
    return frozenset(mot for mot in mots if not mot.isascii())


# --- several encodings in one file -------------------------------------------------------------------------


def _est_lisible(suite: bytes) -> bool:
    try:
        lettre = suite.decode()
    except UnicodeDecodeError:
        return False
    return lettre in _LETTRES or lettre in _SIGNES


def _decoder_melange(nom: str, octets: bytes) -> tuple[str, list[Remarque]]:
    """UTF-8 with lines of another encoding, or the contrary: each letter is read in its own."""
    suites = Counter(_SUITE.findall(octets))
    lisibles = sum(n for suite, n in suites.items() if len(suite) > 1 and _est_lisible(suite))
    surtout_utf8 = 2 * lisibles >= suites.total()
    lues = {s: lettre for s in suites if (lettre := _lire_la_suite(s, surtout_utf8)) is not None}
    mots = {_SUITE.sub(lambda m: b"" if m[0] in lues else m[0], mot) for mot in set(_MOT.findall(octets))}
    lectures = _lectures({mot for mot in mots if not mot.isascii()})
    codec = _choisir(nom, mots) if not surtout_utf8 else _departager(lectures)[0] if lectures else None
    for suite in suites.keys() - lues.keys():  # without an encoding, letters are lost, and it is said
        lues[suite] = suite.decode(codec, "replace") if codec else _PERDU * len(suite)
    texte = _SUITE.sub(lambda m: lues[m[0]].encode(), octets).decode()
    if codec is None:
        return texte, []
    etrangere = next(
        n for n, ligne in enumerate(octets.splitlines(), 1) if _est_etrangere(ligne, surtout_utf8)
    )
    detail = f"il mêle UTF-8 et {_SIMPLES[codec]}, chaque lettre a été lue dans son encodage"
    return texte, [_remarque(nom, etrangere, detail)]


def _lire_la_suite(suite: bytes, toutes: bool) -> str | None:
    """A sequence as UTF-8, if it is one; the likely ones alone, unless the file is mostly UTF-8."""
    if len(suite) == 1 or not (toutes or _est_lisible(suite)):
        return None
    try:
        return suite.decode()
    except UnicodeDecodeError:
        return None


def _est_etrangere(ligne: bytes, surtout_utf8: bool) -> bool:
    """Whether a line is not in the encoding of most of the file."""
    lues = [_lire_la_suite(s, surtout_utf8) for s in _SUITE.findall(ligne)]
    return any((lettre is None) == surtout_utf8 for lettre in lues)


# --- letters that were read wrongly before, or lost --------------------------------------------------------


@cache
def _relectures() -> tuple[tuple[str, ...], re.Pattern[str], dict[str, str]]:
    """Signs that such a text has at least one of; the groups it is made of; what each group was."""
    groupes: dict[str, str] = {}
    for codec in _DONNEES["mal_relus"]:
        for lettre in sorted(_LETTRES | _SIGNES):
            try:
                groupe = "".join(_relire(octet, codec) for octet in lettre.encode())
            except UnicodeDecodeError:
                continue
            groupes.setdefault(groupe, lettre)
    motif = "|".join(re.escape(g) for g in sorted(groupes, key=len, reverse=True))
    return tuple({g[0] for g in groupes}), re.compile(motif), groupes


def _relire(octet: int, codec: str) -> str:
    """One byte as that program showed it; cp1252 leaves five bytes to the control characters of their number."""
    try:
        return bytes([octet]).decode(codec)
    except UnicodeDecodeError:
        if codec != "cp1252":
            raise
        return chr(octet)


def _reparer_les_relectures(texte: str) -> tuple[str, int]:
    premiers, motif, groupes = _relectures()
    total = 0
    while not texte.isascii() and any(p in texte for p in premiers):
        texte, nombre = motif.subn(lambda m: groupes[m[0]], texte)
        total += nombre
        if not nombre:
            break
    return texte, total


def _sans_signes_de_controle(nom: str, texte: str) -> str:
    """Without the null characters that fill cells up and the Ctrl-Z that ends files; both are losses elsewhere."""
    if "\x00" in texte:
        if (coupure := texte.find("\x00" * _NULS_DE_COUPURE)) >= 0:
            ligne = texte[:coupure].count("\n") + 1
            detail = f"à partir de la ligne {ligne}, le fichier n'a que des caractères nuls : son écriture a été interrompue"
            raise DepotRefuse("ILLISIBLE", table=nom, ligne=ligne, detail=detail)
        texte = _NULS_DE_BOURRAGE.sub("", texte).replace("\x00", _PERDU)
    if "\x1a" in texte:
        texte = _SUBSTITUT.sub(_PERDU, texte).replace("\x1a", "")
    return texte


def _lettres_perdues(nom: str, texte: str) -> Remarque:
    perdues = texte.count(_PERDU)
    ligne = texte[: texte.index(_PERDU)].count("\n") + 1
    return _remarque(
        nom,
        ligne,
        f"{perdues} lettres y sont perdues (« {_PERDU} ») et les cellules qui les portent ne sont pas sûres",
    )


def _remarque(nom: str, ligne: int | None, detail: str) -> Remarque:
    return Remarque("alerte", "ENCODAGE", nom, ligne, detail=detail)


def nom_de_membre(membre: zipfile.ZipInfo) -> str:
    """The name of a zip's member: where it does not say UTF-8, zipfile took it for DOS, and it often was not."""
    if membre.filename.isascii() or membre.flag_bits & 0x800:
        return membre.filename
    try:
        octets = membre.filename.encode("cp437")
    except UnicodeEncodeError:
        return membre.filename
    try:
        return octets.decode()
    except UnicodeDecodeError:
        lectures = _lectures(set(_MOT.findall(octets)))
        codec = _departager(lectures)[0] if lectures else None
        return octets.decode(codec) if codec else membre.filename
