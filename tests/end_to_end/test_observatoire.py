"""An observatory that says what it covers and whom it expects: what is missing, what is published, what is not."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path

import pytest
from commande import DEPOTS, Rafraichi, dit, lancer, lire
from openpyxl import load_workbook

from clauses.chantier.observatoire import lire_observatoire
from clauses.commandes.publication import Demande, publier
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.observatoire import NOM
from clauses.socle.workspace import Espace

# one black point
POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
FICHIER = """
nom: Observatoire du Nord
editeur: C2RP
contact: a@exemple.fr
perimetre: [32]
structures:
  - {code: S02999, nom: PLIE de l'Aisne, departement: "02"}
  - {code: S59998, nom: Arrivée plus tard, departement: "59", depuis: 01/10/2024}
"""


@pytest.fixture(scope="module")
def espace(echantillons: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of two regions, once the observatory says that it covers one and expects two more structures."""
    espace = echantillons.copier(tmp_path_factory.mktemp("observatoire") / "espace")
    (espace / "observatoire.yml").write_text(FICHIER, encoding="utf-8")
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    dit(execution, "hors du périmètre de l'observatoire ont déposé (régions 11)", "ni classeur")
    return espace


@pytest.fixture(scope="module")
def une_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two structures of that region and the two that are expected: what is published costs a quarter of the samples."""
    dossier = tmp_path_factory.mktemp("une-region")
    shutil.copytree(DEPOTS / "32", dossier / "depots", ignore=shutil.ignore_patterns("*S80002*"))
    (dossier / "espace").mkdir()
    (dossier / "espace" / "observatoire.yml").write_text(FICHIER, encoding="utf-8")
    execution = lancer("actualiser", dossier / "depots", "--espace", dossier / "espace")
    assert execution.code == 0, execution.texte
    return dossier / "espace"


def test_a_template_says_nothing_until_its_lines_are_taken(echantillons: Rafraichi, tmp_path: Path) -> None:
    espace = echantillons.copier(tmp_path / "mon espace")
    ecrit = lancer("observatoire", "--espace", espace)
    assert ecrit.code == 0, ecrit.texte
    assert f'clauses observatoire --espace "{espace}"' in ecrit.texte
    fichier = espace / "observatoire.yml"
    modele = fichier.read_text(encoding="utf-8")
    lu = lire_observatoire(fichier)
    assert (lu.nom, lu.perimetre, lu.attendues.height) == (NOM, (), 0)
    # nothing is to be built again because a template was written: what could be published still can
    with pytest.raises(ErreurUtilisateur) as refus:
        publier(Demande("2031T4", tmp_path / "sortie"), Espace(espace), lambda *_: None)
    assert refus.value.code == "PERIODE_SANS_DONNEES"
    # the « # » of a line to take is the only one that no space, or three, follow: without it the file is read
    pris = re.sub(r"^#(?=\w|  - |    \w)", "", modele, flags=re.M)
    assert pris.count("\n#") < modele.count("\n#") - 10
    (espace / "logo.png").write_bytes(POINT)
    fichier.write_text(pris, encoding="utf-8")
    verifie = lancer("observatoire", "--espace", espace)
    assert verifie.code == 0, verifie.texte
    assert "Observatoire des clauses sociales des Hauts-de-France" in verifie.texte
    deposantes = lire(espace / "entrepot.duckdb", "select structure_code from marts.dim_structure")
    attendues = lire_observatoire(fichier).attendues["structure_code"]
    assert set(attendues) == {*deposantes["structure_code"], "S59999"}
    assert fichier.read_text(encoding="utf-8") == pris


def couverture(espace: Path, niveau: str, code: str) -> dict[str, tuple[int, int]]:
    lignes = lire(
        espace / "entrepot.duckdb",
        "select periode, structures_connues, structures_completes from qualite.couverture_territoires "
        f"where niveau_territoire = '{niveau}' and code_territoire = '{code}' and type_periode = 'annee'",
    )
    return {p: (connues, completes) for p, connues, completes in lignes.iter_rows()}


def test_who_never_deposited_is_missing(echantillons: Rafraichi, espace: Path) -> None:
    sans, avec = couverture(echantillons.espace, "region", "32"), couverture(espace, "region", "32")
    attendues = {"2023": 1, "2024": 2}  # the second is expected from October 2024
    assert set(avec) == set(sans) == {"2023", "2024"}
    for annee, de_plus in attendues.items():
        assert avec[annee] == (sans[annee][0] + de_plus, sans[annee][1])
    # their own département, and no other's
    aisne_sans = couverture(echantillons.espace, "departement", "02")["2024"]
    assert couverture(espace, "departement", "02")["2024"] == (aisne_sans[0] + 1, aisne_sans[1])
    assert couverture(espace, "region", "11") == couverture(echantillons.espace, "region", "11")
    mois = lire(
        espace / "entrepot.duckdb",
        "select structure_code, count(*) as mois, min(mois)::varchar as premier from qualite.couverture "
        "where structure_code in ('S02999', 'S59998') and not depose group by all order by all",
    )
    assert mois.rows() == [("S02999", 24, "2023-01-01"), ("S59998", 3, "2024-10-01")]
    noms = lire(espace / "entrepot.duckdb", "select nom from marts.dim_structure where dernier_depot is null")
    assert sorted(noms["nom"]) == ["Arrivée plus tard", "PLIE de l'Aisne"]


def test_the_state_names_it(espace: Path) -> None:
    etat = lancer("etat", "--espace", espace)
    assert "S02999 PLIE de l'Aisne" in " ".join(etat.texte.split())
    dit = lancer("observatoire", "--espace", espace)
    assert "2 structures n'ont jamais déposé" in dit.texte
    assert "les publications diront « Hauts-de-France »" in " ".join(dit.texte.split())


@pytest.mark.lent
def test_what_is_published_is_the_region_and_no_change_is_told(une_region: Path, tmp_path: Path) -> None:
    """And the vintage can be made again: whom the observatory expected is part of it."""
    espace = une_region
    options = (
        "--millesime",
        "2024T4",
        "--espace",
        espace,
        "--sortie",
        tmp_path / "p",
        "--profil",
        "restreint",
    )
    execution = lancer("publier", *options)
    assert execution.code == 0, execution.texte
    paquet = tmp_path / "p" / "2024T4_v1_restreint"
    assert [f.name for f in paquet.glob("dgefp_*")] == ["dgefp_32_2024T4_v1.xlsx"]
    fiche = json.loads((paquet / "dcat.jsonld").read_text(encoding="utf-8"))
    assert fiche["dct:spatial"] == [{"@id": "http://id.insee.fr/geo/region/32"}]
    assert fiche["dct:publisher"]["foaf:name"] == "C2RP – Observatoire du Nord"
    assert fiche["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:a@exemple.fr"}
    connues, completes = couverture(espace, "region", "32")["2024"]
    lettres = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
    dit = f"{lettres[connues - completes]} structures sur {lettres[connues]} n’ont pas tout déposé pour 2024"
    classeurs = [load_workbook(f) for f in (*paquet.glob("dgefp_*"), *paquet.rglob("chiffres_cles_*"))]
    for classeur in classeurs:
        textes = [str(c.value) for f in classeur for r in f.iter_rows() for c in r if c.value is not None]
        assert any(dit in t.lower() for t in textes), dit
        assert "nc" in textes
        # signed numbers are changes: none of the region, those of a département that has all its deposits
        assert {
            f.title
            for f in classeur
            for r in f.iter_rows()
            for c in r
            if isinstance(c.value, int | float) and c.number_format.startswith("[$-40C]+")
        } <= {"Départements"}
    refait = lancer("reconstruire", "2024T4_v1", "--espace", espace)
    assert refait.code == 0, refait.texte
    assert "identiques" in refait.texte


def test_a_scope_without_a_deposit(espace: Path, tmp_path: Path) -> None:
    copie = tmp_path / "espace"
    shutil.copytree(espace, copie)
    fichier = copie / "observatoire.yml"
    fichier.write_text(FICHIER.replace("[32]", "[53]"), encoding="utf-8")
    assert lancer("actualiser", DEPOTS, "--espace", copie).code == 0
    publie = lancer("publier", "--millesime", "2024T4", "--espace", copie, "--sortie", tmp_path / "p")
    assert publie.code == 2
    assert "PERIMETRE_VIDE" in publie.texte
    dit = " ".join(lancer("observatoire", "--espace", copie).texte.split())
    assert "Des structures hors du périmètre de l'observatoire ont déposé (régions 11, 32)" in dit
