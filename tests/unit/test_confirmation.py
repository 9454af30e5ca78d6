"""What is said and asked before a vintage is frozen."""

from __future__ import annotations

import io
import sys

import polars as pl
import pytest
from rich.console import Console

from clauses.affichage.confirmation import demander
from clauses.affichage.progress import Avancement
from clauses.affichage.publication import Apercu, afficher_apercu
from clauses.socle.errors import ErreurUtilisateur


class Entree(io.StringIO):
    """A standard input that is a terminal, or not."""

    def __init__(self, texte: str, terminal: bool) -> None:
        super().__init__(texte)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("reponse", "terminal", "indispensable", "code"),
    [
        ("o\n", True, True, None),
        ("OUI\n", True, False, None),
        ("\n", True, False, "ABANDON"),
        ("n\n", True, True, "ABANDON"),
        ("", False, False, None),
        ("o\n", False, True, "CONFIRMATION_ABSENTE"),
    ],
)
def test_asked_on_a_terminal_only(
    reponse: str, terminal: bool, indispensable: bool, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Entree(reponse, terminal))
    if code is None:
        demander("Continuer ?", "Rien n'a changé.", indispensable)
        return
    with pytest.raises(ErreurUtilisateur, match="Rien n'a changé") as refus:
        demander("Continuer ?", "Rien n'a changé.", indispensable)
    assert refus.value.code == code


def dit(apercu: Apercu) -> str:
    console = Console(file=io.StringIO(), width=200)
    afficher_apercu(console, apercu)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_nothing_to_say_is_not_said() -> None:
    vide = Apercu("2024", [], [])
    assert not vide.a_confirmer
    assert dit(vide).strip() == ""


def test_what_is_missing_changes_and_goes() -> None:
    perdus = pl.DataFrame(
        {"tableau": ["CLES", "T08"], "niveau_territoire": ["epci", "region"], "len": [3, 1200]}
    )
    apercu = Apercu("2024", [("S02", "PLIE", 0, 12)], ["Hauts-de-France"], "2024T4_v1", 15, perdus)
    assert apercu.a_confirmer
    assert apercu.nombre_perdus == 1203
    texte = dit(apercu).replace("\u202f", " ")
    for attendu in (
        "1 structure n'a pas tout déposé pour 2024 :",
        "S02 PLIE : 0 mois sur 12",
        "Évolutions non données : Hauts-de-France.",
        "15 chiffres changent depuis 2024T4_v1.",
        "1 203 chiffres publiés ne le seront plus",
        "T08, régions : 1 200",
    ):
        assert attendu in texte, texte


def test_bars_never_go_back() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Avancement(console) as avancement:
        vues = []
        for fait, total in ((0, 0), (1, 4), (3, 4), (2, 4), (1, 1), (0, 0), (1, 3), (1, 1)):
            avancement.annoncer("Étape", fait, total)
            (tache,) = avancement._barres.tasks
            vues.append((tache.completed, tache.total))
    # unknown, then 1 of 4, 3 of 4; 2 of 4 is not shown; the end is 4 of 4 and stays so when the stage comes again
    assert vues == [(0, None), (1, 4), (3, 4), (3, 4), (4, 4), (4, 4), (4, 4), (4, 4)]
