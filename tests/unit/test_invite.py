"""The SQL prompt: what it proposes, what it runs, what it answers in French, how one leaves it."""

from __future__ import annotations

import io
import re
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from clauses.affichage.completion import Completeur, lire_catalogue
from clauses.affichage.historique import EFFACE, Historique, effacer_les_valeurs
from clauses.affichage.invite import est_complete, tenir_invite
from clauses.commandes.consultation import afficher_resultat
from clauses.socle.errors import ErreurUtilisateur


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connexion:
        connexion.execute("""
            create schema marts; create schema qualite;
            create table marts.fct_heures (contrat_id varchar, heures decimal(18, 6), annee integer);
            create table marts.dim_sexe (code varchar, libelle varchar);
            create table qualite.rejets (depot varchar, "table" varchar);
            insert into marts.dim_sexe values ('F', 'Femmes'), ('H', 'Hommes');
            comment on table marts.fct_heures is 'Heures réalisées qui comptent. Une ligne par contrat et mois.';
            comment on column marts.fct_heures.heures is 'Heures d''insertion (heures).';
        """)
        yield connexion


Proposer = Callable[[str], list[str]]


@pytest.fixture
def proposer(base: duckdb.DuckDBPyConnection) -> Proposer:
    completeur = Completeur(lire_catalogue(base))

    def propositions(texte: str) -> list[str]:
        """What is proposed where `|` stands."""
        avant, _, apres = texte.partition("|")
        document = Document(avant + apres, len(avant))
        return [c.text for c in completeur.get_completions(document, CompleteEvent(text_inserted=True))]

    return propositions


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("select * from |", ["marts.dim_sexe", "marts.fct_heures", "qualite.rejets"]),
        ("select * from fct|", ["marts.fct_heures"]),
        ("select * from marts.f|", ["marts.fct_heures"]),
        ("select 1 from marts.fct_heures join di|", ["marts.dim_sexe"]),
        ("\\d re|", ["qualite.rejets"]),
        ("select heu| from marts.fct_heures", ["heures"]),
        ("select h.| from marts.fct_heures as h", ["contrat_id", "heures", "annee"]),
        ("select h.he| from marts.fct_heures h", ["heures"]),
        ("select dim_sexe.| from marts.dim_sexe where", ["code", "libelle"]),
        ("select rejets.| from qualite.rejets", ["depot", '"table"']),
        ("|", []),
    ],
)
def test_ce_qui_est_propose(texte: str, attendu: list[str], proposer: Proposer) -> None:
    assert proposer(texte) == attendu


def test_colonnes_avant_tables_avant_mots(proposer: Proposer) -> None:
    """Without a table in the query, the columns of all of them; and a column of another table only then."""
    assert proposer("select co|")[:2] == ["code", "contrat_id"]
    assert "contrat_id" not in proposer("select co| from marts.dim_sexe")
    assert "select" in proposer("sel|")


def test_la_description_accompagne_le_nom(base: duckdb.DuckDBPyConnection) -> None:
    completeur = Completeur(lire_catalogue(base))
    (table,) = completeur.get_completions(Document("from fct"), CompleteEvent())
    assert table.display_meta_text == "Heures réalisées qui comptent"


def test_une_requete_finit_par_un_point_virgule() -> None:
    assert all(est_complete(t) for t in ("select 1;", "select 1 ; \n", "\\d", "\\d marts.x", "", "exit"))
    assert not any(est_complete(t) for t in ("select 1", "select ';' ", "-- fin\nselect"))


def converser(
    base: duckdb.DuckDBPyConnection,
    touches: str,
    repondre: Callable[[str, Path | None], None] = lambda _texte, _vers: None,
    historique: Historique | None = None,
) -> str:
    console = Console(file=io.StringIO(), width=100)
    with create_pipe_input() as entree:
        entree.send_text(touches)
        tenir_invite(base, console, repondre, historique, entree, DummyOutput())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_une_requete_sur_plusieurs_lignes(base: duckdb.DuckDBPyConnection) -> None:
    recues: list[str] = []
    converser(
        base, "select code\rfrom marts.dim_sexe;\r\rselect 2;\r\\q\r", lambda texte, _: recues.append(texte)
    )
    assert recues == ["select code\nfrom marts.dim_sexe;", "select 2;"]


@pytest.mark.parametrize("touches", ["\x04", "\\q\r", "exit\r", "quit;\r", "select\x03\\q\r"])
def test_comment_on_sort(touches: str, base: duckdb.DuckDBPyConnection) -> None:
    """Ctrl-D on an empty line leaves; Ctrl-C only forgets what was being typed."""
    texte = converser(base, touches)
    assert "lecture seule" in texte


def test_les_resultats_suivants_vont_dans_un_fichier(base: duckdb.DuckDBPyConnection) -> None:
    recues: list[tuple[str, Path | None]] = []
    texte = converser(
        base, '\\o "mes lignes.xlsx"\rselect 1;\r\\o\rselect 2;\r\\q\r', lambda *x: recues.append(x)
    )
    assert recues == [("select 1;", Path("mes lignes.xlsx")), ("select 2;", None)]
    assert "Résultats : mes lignes.xlsx." in texte


def test_les_tables_et_leurs_colonnes(base: duckdb.DuckDBPyConnection) -> None:
    texte = converser(base, "\\d\r\\d fct_heures\r\\?\r\\d nulle\r\\x\r\\q\r")
    assert "qualite.rejets" in texte
    assert "marts.fct_heures : Heures réalisées qui comptent." in texte
    assert "Heures d'insertion (heures)." in texte
    assert "Ctrl-D" in texte
    assert "La table « nulle » n'existe pas." in texte
    assert "La commande « \\x » n'existe pas." in texte


def test_une_erreur_ne_ferme_pas_l_invite(base: duckdb.DuckDBPyConnection) -> None:
    recues: list[str] = []

    def repondre(texte: str, _: Path | None) -> None:
        recues.append(texte)
        if len(recues) == 1:
            raise ErreurUtilisateur("REQUETE_INVALIDE", "La requête n'a pas pu être exécutée.")
        if len(recues) == 2:
            raise KeyboardInterrupt

    texte = converser(base, "faux;\rlongue;\rselect 1;\r\\q\r", repondre)
    assert len(recues) == 3
    assert "n'a pas pu être exécutée" in texte
    assert "Requête interrompue" in texte


def test_rien_n_est_garde_sur_le_disque(
    base: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dossier = tmp_path_factory.mktemp("vide")
    with pytest.MonkeyPatch.context() as contexte:
        contexte.chdir(dossier)
        contexte.setenv("HOME", str(dossier))
        converser(base, "select 'secret';\r\\q\r")
    assert list(dossier.rglob("*")) == []


CONNUS = frozenset({"T08", "2024", "F", "Île-de-France", "table", "a", "b", "annee", "sexe"})


@pytest.mark.parametrize(
    ("requete", "gardee"),
    [
        ("select 1 where tableau = 'T08' and periode = '2024';", None),
        ('select "table" from x limit 10;', None),
        ("select 1 where libelle like '%Île-de-France%';", None),
        ("select 1 where id_personne = 'a1b2c3';", f"select 1 where id_personne = {EFFACE};"),
        ("select 1 where nom = 'O''Brien' -- Dupont\n;", f"select 1 where nom = {EFFACE}  ;"),
        ('select 1 /* Dupont */ as "Mme Dupont";', f"select 1   as {EFFACE};"),
        ("select 1 where siret = 12345678900012;", f"select 1 where siret = {EFFACE};"),
        ("select $$Dupont$$;", ""),
        ("select E'\\'Dupont';", ""),
        ("select 'Dupont", ""),
        ("select 1 where id_personne = Dupont;", ""),
        ("select 1 where contrat_id in (C000017);", ""),
        ("select 12_345_678;", ""),
        ("select 1234.5678;", ""),
        ("select make_date(1987,5,12);", ""),
        ("select 1 where x = `Dupont`;", ""),
        ("select 06 12 34 56 78;", ""),
        ("select * from a join b on a.annee = b.annee where annee = 2024 and sexe = 'F';", None),
    ],
)
def test_ce_qui_est_garde_d_une_requete(requete: str, gardee: str | None) -> None:
    lue = effacer_les_valeurs(requete, CONNUS) or ""
    assert lue.split() == (requete if gardee is None else gardee).split()


def test_l_historique_revient_sans_les_valeurs(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    recues: list[str] = []
    fichier = tmp_path / ".historique_sql"
    un, deux = (Historique(fichier, CONNUS) for _ in range(2))
    converser(base, "select 'Dupont', 'T08';\r\\q\r", lambda texte, _: recues.append(texte), un)
    assert "Dupont" not in fichier.read_text(encoding="utf-8")
    assert fichier.stat().st_mode & 0o077 == 0
    assert list(deux.load_history_strings())[-1] == f"select {EFFACE}, 'T08';"
    assert recues == ["select 'Dupont', 'T08';"]


def test_un_espace_qui_ne_s_ecrit_pas_n_empeche_rien(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    recues: list[str] = []
    perdu = Historique(tmp_path / "absent" / ".historique_sql", CONNUS)
    converser(base, "select 1;\r\\q\r", lambda texte, _: recues.append(texte), perdu)
    assert recues == ["select 1;"]


def test_une_vue_est_une_table_sans_compte(base: duckdb.DuckDBPyConnection) -> None:
    base.execute("create view marts.femmes as from marts.dim_sexe where code = 'F'")
    texte = converser(base, "\\d\r\\q\r")
    assert re.search(r"marts\.femmes +vue", texte)


@pytest.mark.parametrize(("lignes", "pages"), [(3, 0), (60, 1)])
def test_ce_qui_depasse_l_ecran_se_lit_page_par_page(
    lignes: int, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lues: list[str] = []
    monkeypatch.setattr("pydoc.pager", lues.append)
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: True))
    console = Console(file=io.StringIO(), force_terminal=True, height=24, width=80)
    afficher_resultat(console, pl.DataFrame({"n": range(lignes)}))
    assert len(lues) == pages
    ecrit = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    assert f"({lignes} lignes)" in (lues[0] if pages else ecrit)
    # a file or another program is given all at once
    afficher_resultat(Console(file=io.StringIO(), height=24), pl.DataFrame({"n": range(lignes)}))
    assert len(lues) == pages
