"""The colours of the charts, as people who see fewer of them see them, and as a black-and-white printer gives them."""

from __future__ import annotations

import csv
import re
from itertools import combinations
from pathlib import Path

import pytest

MODELES = Path(__file__).parents[2] / "exports" / "modeles" / "site"
Couleur = tuple[float, float, float]

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
# Transactions on Visualization and Computer Graphics 15 (6), 2009: severity 1.0, on linear RGB.
VISIONS: dict[str, tuple[Couleur, Couleur, Couleur]] = {
    "ordinaire": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopie": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutéranopie": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopie": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    # luminance of the standard: what a grey printer keeps
    "gris": ((0.2126, 0.7152, 0.0722),) * 3,
}
# CIE 1976 difference: 2.3 is just noticeable side by side; classes are read against a legend elsewhere on the page
ECART_MINIMUM = 10.0
# text on a shade: WCAG 2.1 AA
CONTRASTE_DU_TEXTE = 4.5
# a mark against what it is drawn on: WCAG 2.1 AA, non-text contrast
CONTRASTE_DES_MARQUES = 3.0


def jetons(theme: str) -> dict[str, str]:
    """The colour tokens of the stylesheet: those of the light theme, over which the dark one lays its own."""
    style = (MODELES / "style.css").read_text(encoding="utf-8")
    clair, _, suite = style.partition("@media screen and (prefers-color-scheme:dark)")
    sombre, _, _ = suite.partition("}}")
    lus = dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", clair))
    return lus if theme == "clair" else lus | dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", sombre))


def lineaire(code: str) -> Couleur:
    chiffres = code.lstrip("#")
    if len(chiffres) == 3:
        chiffres = "".join(c * 2 for c in chiffres)
    r, g, b = (int(chiffres[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b))  # type: ignore[return-value]


def vue(code: str, vision: str) -> Couleur:
    couleur = lineaire(code)
    return tuple(
        min(1.0, max(0.0, sum(m * c for m, c in zip(ligne, couleur, strict=True))))
        for ligne in VISIONS[vision]
    )  # type: ignore[return-value]


def lab(couleur: Couleur) -> Couleur:
    """CIE L*a*b*, white D65."""
    vers_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    blanc = (0.9505, 1.0, 1.0890)
    x, y, z = (
        sum(m * c for m, c in zip(ligne, couleur, strict=True)) / b
        for ligne, b in zip(vers_xyz, blanc, strict=True)
    )
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def ecart(a: str, b: str, vision: str) -> float:
    return sum((x - y) ** 2 for x, y in zip(lab(vue(a, vision)), lab(vue(b, vision)), strict=True)) ** 0.5


def contraste(a: str, b: str) -> float:
    luminances = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (lineaire(a), lineaire(b))]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def echelles() -> dict[str, list[str]]:
    """The tokens of each scale, in order; any two of stacked bars may touch where one between is empty."""
    with (MODELES / "situations.csv").open(encoding="utf-8", newline="") as fichier:
        situations = re.findall(r"var\(--(s\d)\)", " ".join(x["couleur"] for x in csv.DictReader(fichier)))
    style = (MODELES / "style.css").read_text(encoding="utf-8")
    chaleur = [re.search(rf"td\.t{i}\{{background:var\(--(\w+)\)", style) for i in range(1, 6)]
    return {
        "carte": [f"q{i}" for i in range(5)],
        "situations": situations,
        "chaleur": [x[1] for x in chaleur if x],
        "deux séries": ["c1", "c2"],
    }


def test_the_scales_are_those_of_the_pages() -> None:
    assert {nom: len(x) for nom, x in echelles().items()} == {
        "carte": 5, "situations": 6, "chaleur": 5, "deux séries": 2,
    }  # fmt: skip


@pytest.mark.parametrize("theme", ["clair", "sombre"])
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("nom", echelles())
def test_colours_stay_apart_however_they_are_seen(nom: str, vision: str, theme: str) -> None:
    lus = jetons(theme)
    proches = {
        (a, b): round(ecart(lus[a], lus[b], vision), 1)
        for a, b in combinations(echelles()[nom], 2)
        if ecart(lus[a], lus[b], vision) < ECART_MINIMUM
    }
    assert proches == {}


@pytest.mark.parametrize("theme", ["clair", "sombre"])
@pytest.mark.parametrize("nom", ["carte", "chaleur"])
def test_ordered_scales_go_one_way_in_grey(nom: str, theme: str) -> None:
    lus = jetons(theme)
    clartes = [lab(vue(lus[j], "gris"))[0] for j in echelles()[nom]]
    assert clartes in (sorted(clartes), sorted(clartes, reverse=True))


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_text_and_marks_stand_out(theme: str) -> None:
    lus = jetons(theme)
    for fond in ("s1", "s2", "s3", "s4", "s5", "s6", "q0", "q1", "q2", "q3", "q4"):
        assert contraste(lus[fond], lus[f"sur-{fond}"]) >= CONTRASTE_DU_TEXTE, fond
    for encre in ("encre", "gris", "lien"):
        assert min(contraste(lus[encre], lus[fond]) for fond in ("carte", "fond")) >= CONTRASTE_DU_TEXTE, (
            encre
        )
    for marque in ("c1", "c2"):
        assert contraste(lus[marque], lus["carte"]) >= CONTRASTE_DES_MARQUES, marque


def test_the_simulation_sees_what_it_should() -> None:
    # red and green of one lightness: far apart, but not for deuteranopes; grey keeps only lightness
    assert ecart("#c00000", "#008000", "ordinaire") > 100
    assert ecart("#a06000", "#708000", "deutéranopie") < ecart("#a06000", "#708000", "ordinaire") / 2
    assert ecart("#777777", "#777777", "gris") == 0
    assert round(ecart("#000000", "#ffffff", "gris")) == 100
