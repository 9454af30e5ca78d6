"""Every description shown in docs/autres-logiciels.md is read, and each thing that a description may say is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from commande import RACINE

from ingest.description.langage import lire_description
from ingest.layouts import charger_layouts, lire_layout

TEXTE = (RACINE / "docs" / "autres-logiciels.md").read_text(encoding="utf-8")
EXEMPLES = re.findall(r"```yaml\n(.*?)```", TEXTE, re.DOTALL)
CLES = {
    "mois_en_colonnes",
    "distinctes",
    "ignorees",
    "feuilles_ignorees",
    "colonnes",
    "deduites",
    "listes",
    "valeurs",
    "valeur",
    "unite",
    "moins",
    "identite",
    "noms_de_depot",
}


@pytest.mark.parametrize("exemple", EXEMPLES, ids=[re.search(r"layout: (\S+)", e)[1] for e in EXEMPLES])
def test_chaque_exemple_est_une_description(exemple: str, tmp_path: Path) -> None:
    fichier = tmp_path / "exemple.yml"
    fichier.write_text(exemple, encoding="utf-8")
    layout = lire_layout(fichier, {la.nom: la for la in charger_layouts()})
    assert layout.description is not None
    brut = yaml.safe_load(exemple)
    colonnes = {t.entete: [c.entete for c in t.colonnes] for t in layout.tables}
    assert lire_description(brut, colonnes) == layout.description
    assert len(layout.description.blocs) == len(brut["feuilles"])


def test_tout_ce_qu_on_peut_dire_a_son_exemple() -> None:
    assert {cle for cle in CLES if not re.search(rf"\b{cle}:", "".join(EXEMPLES))} == set()
