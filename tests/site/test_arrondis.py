"""The same share, the same figure in every medium: pages round as workbooks and sentences do, once."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from publication_du_site import publication

from exports.site.explorateur import ecrire_donnees
from exports.site.lieux import Lieux

pytestmark = pytest.mark.lent  # a browser writes every number

ECRIRE = "paires => paires.map(([v, d]) => chiffres.nombre(v, d))"


def a_la_main(valeur: float, decimales: int) -> str:
    """The French writing of a number, from its decimals as they are written: halves go away from zero."""
    arrondi = Decimal(repr(valeur)).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    ecrit = f"{abs(arrondi) if arrondi == 0 else arrondi:,f}"
    return ecrit.replace(",", "\u202f").replace(".", ",")


@pytest.fixture
def page(navigateur: Any, site: Path) -> Any:
    contexte = navigateur.new_context(locale="fr-FR")
    ouverte = contexte.new_page()
    ouverte.goto((site / "index.html").as_uri())
    yield ouverte
    contexte.close()


def test_every_share_of_a_release_is_written_alike(page: Any) -> None:
    chiffres = publication().chiffres
    parts = chiffres["part"].drop_nulls().to_list() + chiffres["valeur"].drop_nulls().to_list()
    hasard = random.Random(20261130)
    # halves, which binary writing puts on either side; numbers of six decimals; small, large and negative ones
    demis = [round(n / 100, 2) for n in range(5, 10_000, 10)] + [-83.55, -0.05, 0.05, 1e-6, 1.5e-6]
    autres = [round(hasard.uniform(-100, 1e7), hasard.randint(0, 6)) for _ in range(5_000)]
    paires = [[v, d] for v in (*parts, *demis, *autres) for d in (0, 1)]
    ecrits = page.evaluate(ECRIRE, paires)
    faux = [(p, e) for p, e in zip(paires, ecrits, strict=True) if e != a_la_main(float(p[0]), p[1])]
    assert not faux, faux[:5]
    assert len(paires) > 10_000


def test_the_explorer_s_files_have_the_decimals_of_the_open_data(tmp_path: Path) -> None:
    """Cut shorter, a number would be rounded twice: 83,4497 is 83,45 with two decimals, then 83,5."""
    p = publication()
    longs = p.indicateurs.with_columns(part=pl.when(pl.col("part").is_not_null()).then(pl.lit(83.4497)))
    p = replace(p, indicateurs=longs)
    (lieu,) = [x for x in Lieux(p).tous if x.cle == "region-32"]
    ecrire_donnees(tmp_path, p, lieu)
    assert "83.4497" in (tmp_path / "region-32.js").read_text(encoding="utf-8")
