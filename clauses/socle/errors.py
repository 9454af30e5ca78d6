"""What a user can get wrong, and the exit code each mistake gives. Never a traceback for these."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class CodeSortie(IntEnum):
    """Exit codes of the command (interface: other people's scripts rely on them)."""

    FAIT = 0
    INATTENDU = 1
    USAGE = 2
    REFUS = 3
    PORTE = 4
    OCCUPE = 5
    INTERROMPU = 130  # what shells give a command stopped by Ctrl-C


class ErreurUtilisateur(Exception):
    """A mistake the user can mend: a stable code, a French message that says what to do, an exit code."""

    def __init__(self, code: str, message: str, sortie: CodeSortie = CodeSortie.USAGE) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sortie = sortie


@dataclass(frozen=True)
class Provenance:
    """Who deposits, what period and in what layout, as far as a refused deposit lets it be read."""

    structure_code: str | None = None
    nom_structure: str | None = None
    debut: dt.date | None = None
    fin: dt.date | None = None
    extraction: dt.date | None = None
    layout: str | None = None


class DepotRefuse(Exception):
    """A whole deposit is refused: rule code, place and the value found, for the findings."""

    def __init__(
        self,
        regle: str,
        *,
        table: str | None = None,
        ligne: int | None = None,
        colonne: str | None = None,
        valeur: str | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(regle)
        self.regle = regle
        self.table = table
        self.ligne = ligne
        self.colonne = colonne
        self.valeur = valeur
        self.detail = detail
        self.provenance: Provenance | None = None  # none: nothing but the deposit's name may say it

    def dire(self, messages: Mapping[str, str]) -> str:
        """What is said of it. `messages`: of refusals, by rule."""
        return messages[self.regle].format(
            valeur=self.valeur or "", colonne=self.colonne or "", detail=self.detail, table=self.table or ""
        )


_PLACE = "Libérez de la place"
_DROITS = "Demandez le droit d'y écrire, ou choisissez un autre dossier"
_OUVERT = ("un autre programme l'a ouvert, ou vous n'avez pas le droit d'y écrire", "Fermez-le")
# what the disk may refuse any command, and what to do; by name: some systems have not all of these numbers
_REFUS_DU_DISQUE = {
    "ENOSPC": ("le disque est plein", _PLACE),
    "EDQUOT": ("votre quota d'espace disque est atteint", _PLACE),
    "EFBIG": ("le fichier dépasse la taille permise", _PLACE),
    "EACCES": ("vous n'avez pas le droit d'y écrire", _DROITS),
    "EPERM": ("vous n'avez pas le droit d'y écrire", _DROITS),
    "EROFS": ("le disque est en lecture seule", "Choisissez un dossier d'un autre disque"),
}
# what may be wrong with a path the user gave
_RAISONS = _REFUS_DU_DISQUE | {
    "ENOENT": ("le dossier n'existe pas", "Créez-le, ou choisissez un autre chemin"),
    "ENOTDIR": ("un des dossiers du chemin est un fichier", "Choisissez un autre chemin"),
    "EEXIST": ("un fichier porte déjà ce nom", "Choisissez un autre chemin"),
    "EISDIR": ("c'est un dossier", "Choisissez un autre nom de fichier"),
    "ENAMETOOLONG": ("le nom est trop long", "Choisissez un nom plus court"),
    "ETXTBSY": ("un autre programme l'utilise", "Fermez-le"),
}
_OCCUPEE = re.compile(r"\block\b|already open")  # a damaged block is no lock
# Windows: access denied, sharing violation, lock violation
_TENUS_OUVERTS = (5, 32, 33)


def raison_systeme(erreur: OSError) -> tuple[str, str]:
    """Why the system refused a file, and what to do, in French."""
    if tenu_ouvert(erreur):
        return _OUVERT
    numero = numero_du_systeme(erreur)
    inconnue = f"le système répond « {os.strerror(numero)} »" if numero else "le système a refusé"
    return _RAISONS.get(errno.errorcode.get(numero, ""), (inconnue, "Vérifiez ce chemin"))


def tenu_ouvert(erreur: BaseException) -> bool:
    """Whether another program may have the file open, which Windows alone refuses to replace or remove then."""
    return getattr(erreur, "winerror", None) in _TENUS_OUVERTS


def base_occupee(erreur: Exception) -> bool:
    """Whether the engine could not open a database because another process has it open: its words, on each system."""
    return _OCCUPEE.search(str(erreur)) is not None


def sortie_impossible(chemin: Path, erreur: OSError, fait: str = "", aussi: str = "") -> ErreurUtilisateur:
    """What the user gave to write to refuses; `fait`: what was done or not, `aussi`: what else may help."""
    raison, remede = raison_systeme(erreur)
    return ErreurUtilisateur(
        "SORTIE_IMPOSSIBLE", f"« {chemin} » ne peut pas être écrit : {raison}. {fait}{remede}{aussi}."
    )


def numero_du_systeme(erreur: BaseException) -> int:
    """What the system answered: engines and worker processes say it in their text only; 0 when nobody does."""
    numero = (erreur.errno or 0) if isinstance(erreur, OSError) else 0
    connus = (n for n, nom in errno.errorcode.items() if nom in _REFUS_DU_DISQUE)
    return numero or next((n for n in connus if os.strerror(n) in str(erreur)), 0)
