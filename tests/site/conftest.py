"""The pages of the invented release, written once, and a browser where the machine has one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from publication_du_site import publication

from exports.site.ecriture import ecrire_site

NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ecrire_site(publication(), tmp_path_factory.mktemp("paquet"))


@pytest.fixture(scope="module")
def navigateur() -> Iterator[Any]:
    """Skipped where there is none, except where CLAUSES_NAVIGATEUR says that there must be one.

    Closed with its module: while playwright is up, its event loop keeps any other one in the thread from running.
    """
    trouve = next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)
    if trouve is None:
        if os.environ.get("CLAUSES_NAVIGATEUR"):
            pytest.fail("no browser: install chromium")
        pytest.skip("no browser on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as moteur:
        lance = moteur.chromium.launch(executable_path=trouve, args=["--no-sandbox"])
        yield lance
        lance.close()
