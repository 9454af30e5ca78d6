"""observatoire.yml: what is read, what is refused and how, what the template gives."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest

from clauses.chantier.observatoire import OCTETS_D_UN_LOGO, lire_observatoire
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.observatoire import NOM, Observatoire

PNG = b"\x89PNG\r\n\x1a\n"
# one black point
POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def ecrire(dossier: Path, texte: str) -> Path:
    fichier = dossier / "observatoire.yml"
    fichier.write_text(texte, encoding="utf-8")
    return fichier


def lire(dossier: Path, texte: str) -> Observatoire:
    return lire_observatoire(ecrire(dossier, texte))


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    lu = lire_observatoire(tmp_path / "observatoire.yml")
    assert (lu.nom, lu.editeur, lu.perimetre, lu.est_national) == (NOM, None, (), False)
    assert lu.attendues.is_empty()
    assert lu.signature == NOM


def test_all_that_it_may_say(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(POINT)
    lu = lire(
        tmp_path,
        """
nom: Observatoire du Nord
editeur: C2RP
contact: a@exemple.fr
logo: logo.png
licence: ODbL-1.0
perimetre: [32]
structures:
  - {code: S59001, nom: PLIE, depuis: 01/07/2024, jusqu_au: 2026}
  - {code: "01002", departement: "80", depuis: 2024-02-15}
""",
    )
    assert lu.signature == "C2RP – Observatoire du Nord, a@exemple.fr"
    assert (lu.licence, lu.logo, lu.perimetre) == ("ODbL-1.0", tmp_path / "logo.png", ("32",))
    # without a département, the only region of the scope
    assert lu.attendues.rows() == [
        ("S59001", "PLIE", None, "32", dt.date(2024, 7, 1), dt.date(2026, 12, 31)),
        ("01002", None, "80", "32", dt.date(2024, 2, 15), None),
    ]


@pytest.mark.parametrize(
    ("perimetre", "region"), [("national", None), ("[32, 28]", None), ("28", "28"), ("[national]", None)]
)
def test_a_structure_without_a_departement_is_in_the_only_region(
    perimetre: str, region: str | None, tmp_path: Path
) -> None:
    lu = lire(tmp_path, f"perimetre: {perimetre}\nstructures: [{{code: S1}}]")
    assert lu.attendues["region"].to_list() == [region]
    assert lu.est_national == ("national" in perimetre)


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("perimetre: [99]", "« 99 » dans « perimetre »"),
        ("perimetre: hauts", "écrivez « national » ou des codes de régions (32 pour Hauts-de-France ;"),
        ("nom: A\nediteur: B\nnom: C", "« nom » est écrit deux fois (ligne 3)"),
        ("structures:\n  - code: S1\n    code: S2", "« code » est écrit deux fois (ligne 3)"),
        ("perimetre: [national, 32]", "« national » dans « perimetre »"),
        ("perimetre: {a: b}", "« perimetre » est « national »"),
        ("noms: X", "seules les rubriques « nom »"),
        ("nom: [a]", "« nom » est un texte"),
        ("- nom", "seules les rubriques"),
        ("nom: 'a", "YAML lisible, ligne"),
        ("licence: MIT", "« licence » est une de : etalab-2.0"),
        ("logo: absent.png", "n'existe pas"),
        ("logo: logo.svg", "PNG ou JPEG"),
        ("logo: faux.png", "le contenu de « faux.png »"),
        ("logo: gros.png", "un mégaoctet"),
        ("logo: coupe.png", "image PNG ou JPEG entière"),
        ('nom: "a\\0b"', "un signe qui ne s'écrit pas"),
        ("nom: " + "[" * 3000, "YAML lisible"),
        ("structures: S1", "« structures » est une liste"),
        ("structures: [{nom: X}]", "structure n° 1"),
        ("structures: [{code: S1, ville: X}]", "structure n° 1"),
        ("structures: [{code: S1}, {code: S1}]", "« S1 » est citée deux fois"),
        ("structures: [{code: S1, departement: 990}]", "« 990 » n'est pas le code d'un département"),
        ("structures: [{code: S1, depuis: bientôt}]", "« depuis : bientôt »"),
        ("structures: [{code: S1, depuis: 2025, jusqu_au: 2024}]", "précède « depuis »"),
    ],
)
def test_what_cannot_be_understood_is_refused(texte: str, dit: str, tmp_path: Path) -> None:
    (tmp_path / "faux.png").write_bytes(b"GIF89a")
    (tmp_path / "coupe.png").write_bytes(POINT[:40])
    (tmp_path / "gros.png").write_bytes(PNG + b"0" * OCTETS_D_UN_LOGO)
    with pytest.raises(ErreurUtilisateur) as refus:
        lire(tmp_path, texte)
    assert refus.value.code == "OBSERVATOIRE_INVALIDE"
    assert dit in refus.value.message
    assert "clauses observatoire" in refus.value.message
