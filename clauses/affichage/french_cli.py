"""The command line speaks French: help headings and usage errors of the library are put into French here."""

from __future__ import annotations

import difflib
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_AIDE = {
    "Usage:": "Utilisation :",
    "[OPTIONS]": "[OPTIONS]",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]…",
    "Arguments:": "Arguments :",
    "Options:": "Options :",
    "Commands:": "Commandes :",
    "Show this message and exit.": "Montre cette aide.",
    "[required]": "[obligatoire]",
    "[default: ": "[par défaut : ",
}
_ENCADRE = re.compile(r"\{(\w+(?:\.\.\.)?)\}(?:\.\.\.)?")  # an argument in the line of usage
_TYPE = re.compile(
    r"(?<=\w) <[A-Za-z\[\]]+>|(?<=\.\.\.) <[A-Za-z\[\]]+>"
)  # the name of its type in the list of arguments
# the library keeps its base class private; every usage error is one
ErreurUsage: type[Exception] = typer.BadParameter.__mro__[1]


def _traduire(texte: str) -> str:
    for anglais, francais in _AIDE.items():
        texte = texte.replace(anglais, francais)
    # as wide as it was: the lines below are aligned on it
    return _TYPE.sub(lambda type_: " " * len(type_[0]), _ENCADRE.sub(r"\1", texte))


class CommandeFrancaise(TyperCommand):
    """A command whose help is in French."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _traduire(super().get_help(ctx))


class GroupeFrancais(TyperGroup):
    """The group of commands, its help in French."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _traduire(super().get_help(ctx))


def expliquer(erreur: Exception) -> str:
    """A usage error of the library as a French sentence that says what to do."""
    contexte = getattr(erreur, "ctx", None)
    commande = contexte.command_path if contexte is not None else "clauses"
    parametre = getattr(erreur, "param", None)
    nom = _nommer(parametre) if parametre is not None else ""
    match type(erreur).__name__:
        case "NoSuchOption":
            fait = f"l'option « {getattr(erreur, 'option_name', '')} » n'existe pas"
        case "MissingParameter":
            fait = f"il manque {nom}"
        case "BadParameter":
            fait = f"la valeur donnée pour {nom} ne convient pas"
        case "BadOptionUsage":
            fait = f"l'option « {getattr(erreur, 'option_name', '')} » attend une valeur"
        case "NoArgsIsHelpError" if contexte is not None:
            return str(contexte.get_help())
        case "UsageError" if "No such command" in str(getattr(erreur, "message", "")):
            fait = f"la commande « {str(getattr(erreur, 'message', '')).split(chr(39))[1]} » n'existe pas"
        case _:
            fait = "la commande est mal écrite"
    proches = _proches(erreur, contexte)
    voulu = f" Vouliez-vous dire {proches} ?" if proches else ""
    return f"USAGE : {fait}.{voulu} Voir l'aide : {commande} --help"


def _nommer(parametre: Any) -> str:
    """« --motif TEXTE », « DEPOT »: as it is typed."""
    valeur = (parametre.metavar or parametre.name or "").upper()
    option = next((o for o in parametre.opts if o.startswith("--")), "")
    return f"{option} {valeur}".strip()


def _proches(erreur: Exception, contexte: Any) -> str:
    """The options or the commands that resemble what was typed."""
    options = list(getattr(erreur, "possibilities", None) or [])
    message = str(getattr(erreur, "message", ""))
    if "No such command" in message and contexte is not None:
        options = difflib.get_close_matches(message.split("'")[1], contexte.command.commands, n=2)
    return " ou ".join(f"« {o} »" for o in options[:2])
