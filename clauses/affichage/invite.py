"""The prompt of `clauses sql`: several lines until `;`, completion, `\\d` to see what there is, `\\o` to write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
from prompt_toolkit import PromptSession
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import Output
from pygments.lexers.sql import SqlLexer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Tableau

from clauses.affichage.completion import CatalogueSql, Completeur, lire_catalogue
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.nombres import nombre

ACCUEIL = (
    "Entrepôt ouvert en lecture seule. Une requête se termine par « ; ». "
    "\\d : les tables ; \\d TABLE : ses colonnes ; \\? : l'aide ; \\q ou Ctrl-D : quitter."
)
AIDE = (
    ("\\d", "les tables de l'entrepôt"),
    ("\\d TABLE", "les colonnes d'une table, leur type et leur sens"),
    (
        "\\o FICHIER",
        "écrire les résultats suivants dans un fichier .xlsx, .csv, .parquet ou .json ; \\o seul : à l'écran",
    ),
    ("\\?", "cette aide"),
    ("\\q ou Ctrl-D", "quitter"),
    ("Tab", "compléter le nom d'une table ou d'une colonne, un mot de SQL"),
    ("Ctrl-C", "effacer la requête en cours"),
    ("↑ ↓", "revenir aux requêtes précédentes ; d'une session à l'autre, les valeurs citées n'y sont plus"),
)
_SUITE = "   ...> "


def tenir_invite(
    base: duckdb.DuckDBPyConnection,
    console: Console,
    repondre: Callable[[str, Path | None], None],
    historique: History | None = None,
    entree: Input | None = None,
    sortie: Output | None = None,
) -> None:
    """Reads queries until the user leaves; `repondre` runs one and shows its rows, or writes them to a file. Without
    `historique`, nothing is kept once the prompt is left."""
    catalogue = lire_catalogue(base)
    session: PromptSession[str] = PromptSession(
        "clauses> ",
        multiline=True,
        prompt_continuation=_SUITE,
        completer=Completeur(catalogue),
        lexer=PygmentsLexer(SqlLexer),
        key_bindings=_touches(),
        history=historique,
        input=entree,
        output=sortie,
    )
    console.print(ACCUEIL, highlight=False)
    vers: Path | None = None
    while True:
        recue = False
        try:
            texte = session.prompt().strip()
            recue = True
            if texte.rstrip("; ") in ("\\q", "exit", "quit"):
                return
            if texte.split(" ")[0].rstrip(";") == "\\o":
                nom = texte.removeprefix("\\o").strip('; "')
                vers = Path(nom) if nom else None
                console.print(f"Résultats : {vers or 'à l’écran'}.", highlight=False)
            elif texte.startswith("\\"):
                _commander(console, catalogue, texte.rstrip("; "))
            elif texte.strip("; "):
                repondre(texte, vers)
        except EOFError:
            return
        except ErreurUtilisateur as erreur:
            console.print(erreur.message, highlight=False, markup=False)
        except KeyboardInterrupt:
            if recue:  # else it only gives up the line being typed
                console.print("Requête interrompue.", highlight=False)


def _touches() -> KeyBindings:
    touches = KeyBindings()

    @touches.add("enter")
    def _(evenement: KeyPressEvent) -> None:
        tampon = evenement.current_buffer
        if est_complete(tampon.text):
            tampon.validate_and_handle()
        else:
            tampon.insert_text("\n")

    return touches


def est_complete(texte: str) -> bool:
    """True when Enter must run the text rather than open another line."""
    propre = texte.strip()
    return not propre or propre.endswith(";") or propre.startswith("\\") or propre in ("exit", "quit")


def _commander(console: Console, catalogue: CatalogueSql, texte: str) -> None:
    commande, _, argument = texte.partition(" ")
    nom = argument.strip()
    if commande == "\\?":
        _montrer(console, ("touche", "sens"), AIDE)
    elif commande == "\\d" and not nom:
        _montrer(
            console,
            ("table", "lignes", "description"),
            (
                (t.nom_complet, "vue" if t.lignes is None else nombre(t.lignes), t.description)
                for t in catalogue.tables
            ),
        )
    elif commande == "\\d":
        table = catalogue.trouver(nom)
        if table is None:
            raise ErreurUtilisateur(
                "TABLE_INCONNUE", f"La table « {nom} » n'existe pas. \\d montre celles qui existent."
            )
        console.print(f"{table.nom_complet} : {table.description}", highlight=False, markup=False)
        _montrer(
            console,
            ("colonne", "type", "description"),
            ((c.nom, c.type, c.description) for c in table.colonnes),
        )
    else:
        raise ErreurUtilisateur(
            "COMMANDE_INCONNUE", f"La commande « {commande} » n'existe pas. \\? montre l'aide."
        )


def _montrer(console: Console, titres: tuple[str, ...], lignes: Iterable[tuple[str, ...]]) -> None:
    """Only the last column, the longest, is wrapped."""
    tableau = Tableau(box=None, pad_edge=False)
    for titre in titres:
        tableau.add_column(
            titre, no_wrap=titre != titres[-1], justify="right" if titre == "lignes" else "left"
        )
    for ligne in lignes:
        tableau.add_row(*map(escape, ligne))
    console.print(tableau, highlight=False)
