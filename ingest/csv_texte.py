"""From the text of a CSV file to its records: which separator, which lines, which fields."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

from clauses.socle.errors import DepotRefuse
from clauses.socle.nombres import nombre
from ingest.limites import LIMITES

_SEPARATEURS = ";,\t|~^"
_GUILLEMET_ECARTE = re.compile(r" +\"")
_SEPARATEUR_ECRIT = re.compile(r"\"?sep=(.)\"?[ \t]*(?=\r|\n|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Enregistrements:
    """The records of a file: first line and fields of each, as many as it has. `achevee`: its last line is ended."""

    lignes: list[int]
    champs: list[list[str]]
    separateur: str
    achevee: bool = True

    @property
    def largeur(self) -> int:
        return max(map(len, self.champs), default=0)

    @property
    def reguliers(self) -> bool:
        """Whether all records have as many fields, empty lines apart."""
        return len({len(c) for c in self.champs if c}) <= 1


def enregistrements(nom: str, texte: str) -> Enregistrements:
    """Raises DepotRefuse (ILLISIBLE) when the file cannot be cut into records."""
    csv.field_size_limit(LIMITES["champ_csv"])
    ecrit = _SEPARATEUR_ECRIT.match(texte)
    if ecrit is not None:  # what a spreadsheet is told is no cell; its line keeps its number
        texte = texte[ecrit.end() :]
    separateur = _deviner_separateur(texte)
    # some write that line without heeding it
    if ecrit is not None and ecrit[1] in texte.lstrip().partition("\n")[0]:
        separateur = ecrit[1]
    lignes, champs = _lire_comme_ecrit(nom, texte, separateur)
    if '\n"' in texte or '\r"' in texte or texte.startswith('"'):
        champs, separateur = _deballer(champs, separateur)
    lus = Enregistrements(lignes, champs, separateur, texte.endswith(("\n", "\r")))
    _verifier_etendue(nom, lus)
    return lus


def _verifier_etendue(nom: str, lus: Enregistrements) -> None:
    """A line wider than any sheet, or as wide as to fill the memory once the others are completed."""
    if (
        lus.largeur > LIMITES["colonnes_feuille"]
        or lus.largeur * len(lus.champs) > LIMITES["cellules_feuille"]
    ):
        rang = next(i for i, c in enumerate(lus.champs) if len(c) == lus.largeur)
        raise DepotRefuse(
            "ILLISIBLE",
            table=nom,
            ligne=lus.lignes[rang],
            detail=f"la ligne {lus.lignes[rang]} a {nombre(lus.largeur)} colonnes : ce fichier CSV n'est pas un tableau",
        )


def _lire_comme_ecrit(nom: str, texte: str, separateur: str) -> tuple[list[int], list[list[str]]]:
    """By the rule; else as some tools write quotes; else with stray quotes, unless they swallow line breaks."""
    ecritures = [(texte, False)]
    ecartes = f'{separateur} "' in texte
    if ecartes:  # « a ; "b" ; c »
        ecritures.append((_serrer_les_guillemets(texte, separateur), False))
    if '\\"' in texte:
        ecritures.append((texte, True))
    for ecriture, echappe in ecritures:
        try:
            lignes, champs = _lire(ecriture, separateur, strict=True, echappe=echappe)
        except csv.Error:
            continue
        if ecriture is not texte or not (ecartes and any(map(_GUILLEMET_ECARTE.match, chain(*champs)))):
            return lignes, champs
    try:
        return _lire(texte, separateur, strict=False)
    except _MalForme as erreur:
        raise DepotRefuse(
            "ILLISIBLE", table=nom, ligne=erreur.ligne, detail=f"le fichier CSV est mal formé : {erreur}"
        ) from None


def _serrer_les_guillemets(texte: str, separateur: str) -> str:
    signe = re.escape(separateur)
    return re.sub(rf"(?<={signe}) +(?=\")|(?<=\") +(?={signe}|\r|\n|$)", "", texte)


class _MalForme(Exception):
    def __init__(self, ligne: int, pourquoi: str) -> None:
        super().__init__(pourquoi)
        self.ligne = ligne


def _lire(
    texte: str, separateur: str, strict: bool, echappe: bool = False
) -> tuple[list[int], list[list[str]]]:
    """First line and fields of each record. Raises csv.Error when strict, else _MalForme. `echappe`: quotes as `\\"`."""
    source = io.StringIO(texte, newline="") if strict else list(io.StringIO(texte, newline=""))
    lecteur = csv.reader(
        source,
        delimiter=separateur,
        strict=strict,
        escapechar="\\" if echappe else None,
        doublequote=not echappe,
    )
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


def _deballer(champs: list[list[str]], separateur: str) -> tuple[list[list[str]], str]:
    """Records that were put in quotes whole are one field each: opened, if they then have as many fields as the others."""
    if all(not any(c[1:]) for c in champs):  # each line in quotes whole, before the separators that were left
        champs = [c[:1] for c in champs]
    largeurs = Counter(map(len, champs))
    if largeurs.total() == largeurs[1] or largeurs[0] + largeurs[1] == largeurs.total():
        contenu = "\n".join(
            c[0].replace("\n", " ").replace("\r", " ") for c in islice((c for c in champs if c), 30)
        )
        separateur = _deviner_separateur(contenu)
        ouverts = [_ouvrir(c, separateur) for c in champs]
        largeur, _ = _frequente(map(len, ouverts))
        return (ouverts, separateur) if largeur > 1 else (champs, separateur)
    if not largeurs[1]:
        return champs, separateur
    largeur, _ = _frequente(n for c in champs if (n := len(c)) > 1)
    ouverts = [c if len(c) != 1 else o if len(o := _ouvrir(c, separateur)) == largeur else c for c in champs]
    return ouverts, separateur


def _ouvrir(champs: list[str], separateur: str) -> list[str]:
    """The fields inside the only field of a record."""
    if len(champs) != 1 or not champs[0]:
        return champs
    try:
        (ouvert,) = csv.reader([champs[0]], delimiter=separateur, strict=True)
    except (csv.Error, ValueError):
        return champs
    return ouvert


def _frequente(largeurs: Iterable[int]) -> tuple[int, int]:
    return max(Counter(largeurs).items(), key=lambda paire: paire[1], default=(0, 0))


def _deviner_separateur(texte: str) -> str:
    """The separator that cuts most of the first thirty lines into the same number of fields; `;` when none does."""
    debut = list(islice(io.StringIO(texte, newline=""), 30))

    def regularite(separateur: str) -> int:
        if not any(separateur in ligne for ligne in debut):
            return 0
        try:
            largeurs = Counter(map(len, csv.reader(debut, delimiter=separateur)))
        except csv.Error:
            return 0
        return max((lignes * (largeur - 1) for largeur, lignes in largeurs.items()), default=0)

    return max(_SEPARATEURS, key=regularite)
