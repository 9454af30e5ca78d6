"""How much a header resembles the name of one of our columns: words, abbreviations and synonyms brought to meanings.

Data: vocabulaire.yml, and the names and synonyms of the layouts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from rapidfuzz import fuzz

from clauses.socle.project import PAQUETS
from ingest.layouts import Table, normaliser

_DONNEES: dict[str, Any] = yaml.safe_load(
    (PAQUETS / "ingest" / "description" / "vocabulaire.yml").read_text(encoding="utf-8")
)
_EXPRESSIONS: Mapping[str, str] = _DONNEES["expressions"]
_VIDES = frozenset(_DONNEES["vides"])
_FAIBLES = frozenset(_DONNEES["faibles"])
_ETRANGERS = frozenset(_DONNEES["etrangers"])
_POIDS_FAIBLE, _POIDS_INCONNU, _POIDS_ETRANGER = 0.35, 0.5, 2.0
_ETRANGER = "!"
_HEURES, _NOMBRE = frozenset({"heures"}), frozenset({"nombre"})
_POIDS_D_UN_TOTAL = 0.4  # of « Total » alone: of what?
_DEBUT_MINIMAL = 3  # letters of a word cut short
_LONG = 7  # letters of words that may be several
_PROCHE = 86  # of 100: one letter wrong in a word of seven
_CHAMEAU = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])")
_CHIFFRES = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_ORDINAL = re.compile(r"\d(?:e|er|ere|eme|nd|nde)")
_RACINE = 6  # first letters of words of one family: « attribué », « attribution »
_SENS_PAR_MOT: dict[str, tuple[str, ...]] = {}
for _sens, _mots in _DONNEES["sens"].items():
    for _mot in _mots:
        _SENS_PAR_MOT[_mot] = (*_SENS_PAR_MOT.get(_mot, ()), _sens)
_MOTS_LONGS = sorted(
    (m for m in _SENS_PAR_MOT if len(m) > _DEBUT_MINIMAL and m.isalpha()), key=len, reverse=True
)
_CONNUS = frozenset(_SENS_PAR_MOT) | _VIDES | _ETRANGERS
_PREFIXES = frozenset("dhn")  # date, heures, numéro
_UNITES: Mapping[str, Sequence[str]] = _DONNEES["unites"]
FORMATION: Mapping[str, Sequence[str]] = _DONNEES["formation"]
RESERVES: Mapping[str, Any] = _DONNEES["reserves"]
DEDUITES: Mapping[str, Mapping[str, Any]] = _DONNEES["deduites"]
MOTS_D_IDENTITE: Mapping[str, frozenset[str]] = {k: frozenset(m) for k, m in _DONNEES["identite"].items()}
NOMS_DES_SIRETS: Mapping[str, Mapping[str, str]] = _DONNEES["noms_des_sirets"]
CLES_FABRIQUEES: Mapping[str, Mapping[str, Sequence[str]]] = _DONNEES["cles_fabriquees"]


def decouper(entete: str) -> str:
    """« dateExport » → « date export »; a header all in capitals is one already."""
    return normaliser(_CHAMEAU.sub(" ", entete) if not entete.isupper() else entete)


def mots(entete: str) -> list[str]:
    """`DateNaissance`, `DT_NAISS`, « Date de naissance (JJ/MM/AAAA) » → their words, those that say nothing left out."""
    ecrit = f" {decouper(entete)} "
    for expression, mot in _EXPRESSIONS.items():
        ecrit = ecrit.replace(f" {expression} ", f" {mot} ")
    for precision in (*FORMATION["comprise"], *FORMATION["exclue"]):
        if len(precision.split()) > 1:  # how hours are counted, not what they are
            ecrit = ecrit.replace(precision, " ")
    vus = [
        morceau
        for mot in ecrit.split()
        for morceau in ([mot] if _ORDINAL.fullmatch(mot) else _CHIFFRES.sub(" ", mot).split())
    ]
    return [m for m in vus if m not in _VIDES] or vus


@lru_cache(maxsize=20_000)
def _sens_d_un_mot(mot: str) -> frozenset[str]:
    """The meanings a word may have; itself when it has none known."""
    if mot in _ETRANGERS:
        return frozenset({_ETRANGER, *_SENS_PAR_MOT.get(mot, ())})
    for forme in (mot, mot.removesuffix("s"), mot.removesuffix("e"), mot.removesuffix("es")):
        if forme in _SENS_PAR_MOT:
            return frozenset(_SENS_PAR_MOT[forme])
    if len(mot) >= _DEBUT_MINIMAL and mot.isalpha():
        coupes = {s for m in _MOTS_LONGS if m.startswith(mot) for s in _SENS_PAR_MOT[m]}
        if coupes:
            return frozenset(coupes)
        proches = {
            s
            for m in _MOTS_LONGS
            if abs(len(m) - len(mot)) <= 2 and fuzz.ratio(m, mot) >= _PROCHE
            for s in _SENS_PAR_MOT[m]
        }
        if proches:
            return frozenset(proches)
        parents = {
            s
            for m in _MOTS_LONGS
            if m[:_RACINE] == mot[:_RACINE]
            for s in _SENS_PAR_MOT[m]
            if len(mot) >= _RACINE
        }
        if parents:
            return frozenset(parents)
    return frozenset({f"?{mot}"})


@lru_cache(maxsize=20_000)
def _en_un_mot(mot: str) -> tuple[str, ...]:
    """`datedenaissance` → date, naissance: words written without anything between them."""
    if mot in _CONNUS or not mot.isalpha():
        return (mot,)
    if len(mot) < _LONG:
        return next((tuple(m for m in deux if m not in _VIDES) or (mot,) for deux in _en_deux(mot)), (mot,))
    return next((tuple(m for m in coupe if m not in _VIDES) for coupe in _coupes(mot)), (mot,))


def _en_deux(mot: str) -> Iterator[tuple[str, str]]:
    """`mtht`, `ddeb`, `nbfac`: two abbreviations stuck together, the second one of them maybe cut short."""
    for i in range(1, len(mot)):
        premier, second = mot[:i], mot[i:]
        if len(second) == 1 and second != "h":
            continue
        connu = premier in _PREFIXES if i == 1 else premier in _SENS_PAR_MOT or premier in _ETRANGERS
        court = len(second) >= _DEBUT_MINIMAL and any(m.startswith(second) for m in _MOTS_LONGS)
        if connu and (second in _CONNUS or court):
            yield premier, second


def _coupes(mot: str) -> Iterator[tuple[str, ...]]:
    """The ways to cut a text into known words, longest first; the last one may be cut short."""
    if mot in _CONNUS or (len(mot) >= 4 and any(m.startswith(mot) for m in _MOTS_LONGS)):
        yield (mot,)
        return
    debuts = (m for m in _CONNUS if (len(m) > 1 or m == "h") and len(m) < len(mot) and mot.startswith(m))
    for debut in sorted(debuts, key=len, reverse=True):
        for suite in _coupes(mot[len(debut) :]):
            yield (debut, *suite)


@lru_cache(maxsize=20_000)
def sens(entete: str) -> tuple[frozenset[str], ...]:
    """The meanings of each word of a header."""
    return tuple(_sens_d_un_mot(m) for mot in mots(entete) for m in _en_un_mot(mot))


@lru_cache(maxsize=20_000)
def _poids(sens_d_un_mot: frozenset[str]) -> float:
    if _ETRANGER in sens_d_un_mot:
        return _POIDS_ETRANGER
    if all(s.startswith("?") for s in sens_d_un_mot):
        return _POIDS_INCONNU
    return _POIDS_FAIBLE if sens_d_un_mot <= _FAIBLES else 1.0


@dataclass(frozen=True)
class Nom:
    """What one of our columns may be called. `contexte`: the meanings of its table's name, which may be written or not;
    `a_dire`: they are to be written, other tables are on the sheet."""

    texte: str
    sens: tuple[frozenset[str], ...]
    contexte: frozenset[str]
    a_dire: bool = False


def noms_de(table: Table) -> dict[str, list[Nom]]:
    """Column → its names."""
    contexte = frozenset(s for nom in table.noms() for mot in sens(nom) for s in mot if not s.startswith("?"))
    autres = _DONNEES["autres_noms"].get(table.entete, {})
    return {
        c.nom: [
            Nom(texte, sens(texte), contexte)
            for texte in dict.fromkeys((c.entete, *c.synonymes, *autres.get(c.entete, ())))
        ]
        for c in table.colonnes
    }


def ressemblance(entete: str, noms: Sequence[Nom]) -> tuple[float, str]:
    """How much a header resembles the likest of these names, from 0 to 1, and that name."""
    if not entete:
        return 0.0, ""
    exacts = [n for n in noms if normaliser(n.texte) == normaliser(entete)]
    if exacts:
        return 1.0, exacts[0].texte
    dits = sens(entete)
    return max(((_accord(dits, nom), nom.texte) for nom in noms), default=(0.0, ""))


def _accord(dits: Sequence[frozenset[str]], nom: Nom) -> float:
    """Both ways: what of the name is said, what of what is said is the name's; its table's own words cost nothing."""
    reste = list(nom.sens)
    dit_du_nom = total_dit = 0.0
    for mot in dits:
        poids = _poids(mot)
        commun = next((m for m in reste if m & mot), None)
        if commun is not None:
            reste.remove(commun)
            dit_du_nom += poids
            total_dit += poids
        elif any(m & mot for m in nom.sens):
            continue  # said twice
        elif mot & nom.contexte:
            total_dit += poids * 0.05
        elif mot == _HEURES:  # a word of little weight, but only of what is hours
            total_dit += 1.0
        else:
            total_dit += poids
    if all(mot == _NOMBRE for mot in dits):
        dit_du_nom *= _POIDS_D_UN_TOTAL
    total_nom = sum(_poids(m) for m in nom.sens)
    manquant = sum(_poids(m) * (0.3 if m & nom.contexte and not nom.a_dire else 1.0) for m in reste)
    rappel = (total_nom - manquant) / total_nom if total_nom else 0.0
    precision = dit_du_nom / total_dit if total_dit else 0.0
    if not dit_du_nom:
        return 0.0
    return 0.98 * (2 * precision * rappel / (precision + rappel))


def dit_autres(entete: str) -> bool:
    """Whether a header says that it holds what another one has not: « Autres critères », « Statut secondaire »."""
    return any("autres" in mot for mot in sens(entete))


def unite_ecrite(entete: str) -> str:
    """`minutes`, `jours` or `heures`, as a header of hours says."""
    dits = {m for mot in mots(entete) for m in _en_un_mot(mot)}
    return next((unite for unite, formes in _UNITES.items() if dits & set(formes)), "heures")


def reserve(texte: str, noms: Sequence[str], *debuts: Sequence[str]) -> str | None:
    """The first word of a text that makes it another thing than it looks (`debuts`: lists of RESERVES), if none of these
    names has it."""
    connus = {m for nom in noms for m in normaliser(nom).split()}
    for mot in mots(texte):
        debut = next((d for liste in debuts for d in liste if mot.startswith(d)), None)
        if debut is not None and not any(m.startswith(debut) for m in connus):
            return mot
    return None
