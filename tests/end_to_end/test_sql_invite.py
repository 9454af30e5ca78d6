"""`clauses sql` without a query: a prompt on a terminal, the standard input elsewhere."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time

from commande import DELAI, Rafraichi, commande, environnement

POSITION_DU_CURSEUR = (b"\x1b[6n", b"\x1b[1;1R")  # asked by the prompt, answered by a terminal


def test_la_requete_vient_de_l_entree_standard(echantillons: Rafraichi) -> None:
    for entree, code, texte in (
        ("select 40 + 2 as x;\n", 0, "42"),
        ("", 2, "REQUETE_ABSENTE"),
        ("select nimporte", 2, "REQUETE_INVALIDE"),
    ):
        fini = subprocess.run(
            commande("sql", "--espace", echantillons.espace),
            input=entree,
            capture_output=True,
            text=True,
            env=environnement(),
            timeout=DELAI,
            check=False,
        )
        assert fini.returncode == code, fini.stderr
        assert texte in fini.stdout + fini.stderr


def test_un_terminal_de_bout_en_bout(echantillons: Rafraichi) -> None:
    """A mistake, then a query that never ends stopped by Ctrl-C, then one that answers, then Ctrl-D."""
    maitre, esclave = pty.openpty()
    processus = subprocess.Popen(
        commande("sql", "--espace", echantillons.espace),
        stdin=esclave,
        stdout=esclave,
        stderr=esclave,
        env=environnement({"TERM": "xterm"}),
        start_new_session=True,
        preexec_fn=_prendre_le_terminal,
    )
    os.close(esclave)
    vu = b""

    def attendre(texte: str, toutes_les_secondes: bytes = b"") -> None:
        nonlocal vu
        fin = time.monotonic() + 60
        relance = time.monotonic()
        while texte.encode() not in vu:
            assert time.monotonic() < fin, vu.decode(errors="replace")
            if time.monotonic() >= relance:
                os.write(maitre, toutes_les_secondes)
                relance += 1
            if select.select([maitre], [], [], 0.1)[0]:
                recu = os.read(maitre, 65536)
                vu += recu
                if POSITION_DU_CURSEUR[0] in recu:
                    os.write(maitre, POSITION_DU_CURSEUR[1])
        vu = vu.partition(texte.encode())[2]

    try:
        attendre("lecture seule")
        attendre("clauses>")
        os.write(maitre, b"select en_cours_de_frappe\x03")
        attendre("clauses>")
        os.write(maitre, b"\x03\x03")
        attendre("clauses>")
        attendre("clauses>")
        os.write(maitre, b"select nimporte;\r")
        attendre("n'a pas pu")
        attendre("clauses>")
        os.write(maitre, b"select sum(sin(range)) from range(100000000000);\r")
        attendre("interrompue", toutes_les_secondes=b"\x03")  # as a user does until the query has started
        attendre("clauses>")
        os.write(maitre, b"select 6 * 111 as x;\r")
        attendre("666")
        attendre("clauses>")
        os.write(maitre, b"\x04")
        assert processus.wait(60) == 0
    finally:
        processus.kill()
        os.close(maitre)


def _prendre_le_terminal() -> None:
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests were started in the background
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
