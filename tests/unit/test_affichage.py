"""What the command prints: on a terminal, in a file, on an old console."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import exemples_depots as exemples
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from clauses.affichage import resume as module_resume
from clauses.affichage.constats import afficher_constats
from clauses.affichage.etat import DernierRafraichissement, afficher_etat
from clauses.affichage.resume import afficher_resume, afficher_temps
from clauses.affichage.table import afficher_table
from clauses.socle.nombres import accorder, ecart_ecrit, evolution_ecrite, nombre
from exports.retours.assemblage import assembler_constats

FINE = "\u202f"


def console_fichier() -> Console:
    return Console(file=io.StringIO(), width=40)


def console_terminal(largeur: int = 80) -> Console:
    return Console(
        file=io.StringIO(), width=largeur, force_terminal=True, color_system="standard", legacy_windows=False
    )


def sortie(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def sans_style(texte: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", texte)


ESPACE = Path("espace")
FAIT = exemples.rafraichissement(
    constats=exemples.constats(
        exemples.CONSTATS + [("d01", "alerte", "Marchés", 2, "Commune", "COMMUNE_INCONNUE", "…", None)] * 1000
    ),
    heures=exemples.heures(
        ("32", "Hauts-de-France", 101_250.5, 128_409.0), ("11", "Île-de-France", None, 79_500.0)
    ),
    rapport=Path("espace/rapports/2025-03-11.html"),
)


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234.5, 2, f"1{FINE}234,50"),
        (25_124_684, 0, f"25{FINE}124{FINE}684"),
        (-1234.5, 0, f"-1{FINE}235"),
        (26.25, 1, "26,3"),
        (2.675, 2, "2,68"),
        (-0.04, 1, "0,0"),
        (Decimal("1302553"), 0, f"1{FINE}302{FINE}553"),
        (None, 0, ""),
        (float("nan"), 2, ""),
        (float("inf"), 0, ""),
    ],
)
def test_numbers_are_written_in_french(valeur: float | Decimal | None, decimales: int, attendu: str) -> None:
    assert nombre(valeur, decimales) == attendu


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_written_numbers_read_back_as_the_rounded_value(valeur: float, decimales: int) -> None:
    ecrit = nombre(valeur, decimales)
    relu = Decimal(ecrit.replace(FINE, "").replace(",", "."))
    assert abs(relu - Decimal(repr(valeur))) <= Decimal("0.5").scaleb(-decimales)
    assert all(1 <= len(groupe) <= 3 for groupe in ecrit.lstrip("-").split(",")[0].split(FINE))
    if abs(valeur) < 1e9:
        assert relu == Decimal(repr(valeur)).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)


def test_words_agree_with_their_number() -> None:
    assert [accorder(n, "dépôt") for n in (0, 1, 2, 1200)] == [
        "0 dépôt",
        "1 dépôt",
        "2 dépôts",
        f"1{FINE}200 dépôts",
    ]
    assert accorder(2, "ligne lue", "lignes lues") == "2 lignes lues"


def test_changes_carry_their_sign() -> None:
    assert [ecart_ecrit(10, 25), ecart_ecrit(25, 10), ecart_ecrit(10, 10.2), ecart_ecrit(None, 1)] == [
        "+15",
        "-15",
        "0",
        "",
    ]
    assert evolution_ecrite(200, 209) == f"+4,5{FINE}%"
    assert evolution_ecrite(200, 150) == f"-25,0{FINE}%"
    assert [
        evolution_ecrite(None, 3),
        evolution_ecrite(0, 3),
        evolution_ecrite(None, 0),
        evolution_ecrite(3, None),
    ] == [
        "nouveau",
        "nouveau",
        "",
        "",
    ]


def test_import_is_cheap() -> None:
    """Rich and polars are costly: `clauses --help` must not wait for them."""
    programme = (
        "import sys, clauses.affichage.resume; print(sorted({'rich', 'polars', 'jinja2'} & set(sys.modules)))"
    )
    racine = Path(module_resume.__file__).parents[2]
    fait = subprocess.run(
        [sys.executable, "-c", programme], capture_output=True, text=True, cwd=racine, check=True
    )
    assert fait.stdout.strip() == "[]"


def test_summary_in_a_file_is_plain_lines() -> None:
    console = console_fichier()
    afficher_resume(console, FAIT, ESPACE)
    texte = sortie(console)
    assert "\x1b" not in texte
    assert not set(texte) & set("─│┌┐└┘━┃╭╮╰╯")
    lignes = [ligne.strip() for ligne in texte.splitlines()]
    assert "12 acceptés sur 21." in lignes
    assert "1 dépôt déjà chargé, laissé de côté." in lignes
    assert "9 refusés :" in lignes
    for _i, chemin, _s, regle, message in exemples.REFUSES:
        assert f"- {chemin} ({regle})" in lignes
        assert message in lignes, "a message must not be cut where the width is unknown"
    assert f"8 lignes écartées (0,1{FINE}%), à corriger par les structures :" in lignes
    assert re.search(rf"^ +1{FINE}017  COMMUNE_INCONNUE +Commune inconnue$", texte, re.MULTILINE)
    assert texte.index("COMMUNE_INCONNUE") < texte.index("HEURES_ELEVEES"), "most frequent first"
    assert "Rapport détaillé : espace/rapports/2025-03-11.html" in lignes
    assert "Commande suivante : clauses constats --espace espace --sortie constats.xlsx" in lignes


def test_summary_compares_hours_with_the_state_before() -> None:
    console = console_fichier()
    afficher_resume(console, FAIT, ESPACE)
    tableau = {
        cellules[0]: cellules[1:]
        for cellules in (re.split(r"\s{2,}", ligne.strip()) for ligne in sortie(console).splitlines())
        if len(cellules) >= 4
    }
    # 128,409 - 101,250.5 = 27,158.5 (26.82 %); all: 207,909 - 101,250.5 = 106,658.5 (105.34 %)
    assert tableau["Hauts-de-France (32)"] == [
        f"101{FINE}251",
        f"128{FINE}409",
        f"+27{FINE}159",
        f"+26,8{FINE}%",
    ]
    assert tableau["Île-de-France (11)"] == [f"79{FINE}500", f"+79{FINE}500", "nouveau"]
    assert tableau["Ensemble"] == [f"101{FINE}251", f"207{FINE}909", f"+106{FINE}659", f"+105,3{FINE}%"]


def test_terminal_gets_colours_and_keeps_to_its_width() -> None:
    console = console_terminal(60)
    afficher_resume(console, FAIT, ESPACE)
    assert "\x1b[32m" in sortie(console)
    assert all(cell_len(ligne) <= 60 for ligne in sans_style(sortie(console)).splitlines())


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = console_terminal()
    afficher_resume(console, FAIT, ESPACE)
    codes = {c for suite in re.findall(r"\x1b\[([0-9;]*)m", sortie(console)) for c in suite.split(";")}
    assert not {c for c in codes if c[:1] in {"3", "4", "9"}}, "foreground and background codes"


@pytest.mark.parametrize("statut", ["inchange", "bloque"])
def test_other_ends_of_a_refresh(statut: str) -> None:
    console = console_fichier()
    deja = exemples.depots().filter(pl.col("statut") == "deja_charge")
    afficher_resume(
        console,
        exemples.rafraichissement(
            statut=statut,
            depots=pl.concat([deja.with_columns(nom_structure=pl.lit("Structure fictive 1 (59)"))] * 3),
            portes=["Baisse de 62 % en région 32."],
        ),
        ESPACE,
    )
    texte = sortie(console)
    assert "DONNÉES FICTIVES" in texte
    assert "Aucun dépôt nouveau." in texte
    assert "3 dépôts déjà chargés, laissés de côté." in texte
    assert "- Baisse de 62 % en région 32." in texte
    assert ("rien n'est publié cette fois-ci" in texte) == (statut == "bloque")


def test_a_file_name_cannot_drive_the_terminal() -> None:
    console = console_terminal()
    refuse = exemples.depots().filter(pl.col("statut") == "refuse").head(1)
    refuse = refuse.with_columns(
        chemin=pl.lit("a\x1b[2J\x07[bold]b[/bold]\u202ec.csv"), message=pl.lit("l1\nl2")
    )
    afficher_resume(console, exemples.rafraichissement(depots=refuse), ESPACE)
    texte = sortie(console)
    assert "\x1b[2J" not in texte
    assert "\x07" not in texte
    assert "\u202e" not in texte
    assert "a[2J[bold]b[/bold]c.csv" in sans_style(texte)
    assert "l1 l2" in texte


@pytest.mark.parametrize("encodage", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_old_consoles_get_what_they_can_show(encodage: str) -> None:
    octets = io.BytesIO()
    console = Console(file=io.TextIOWrapper(octets, encoding=encodage, write_through=True), width=80)
    afficher_resume(console, FAIT, ESPACE)
    afficher_table(console, ["taux €", "nom"], [(12345.5, "œuvre → fin…")])
    lu = octets.getvalue().decode(encodage)
    assert f"12{FINE if encodage == 'utf-8' else ' '}345,5" in lu
    assert ("acceptés sur 21" in lu) == (encodage != "ascii")


def test_query_result_aligns_numbers_and_leaves_nulls_empty() -> None:
    console = console_fichier()
    afficher_table(
        console,
        ["code", "annee", "heures", "jour", "ok"],
        [
            ("01053", 2024, 1234.5, dt.date(2024, 3, 1), True),
            ("2A004", 2023, None, None, None),
            (None, 12345, 0.25, dt.date(2024, 12, 31), False),
        ],
    )
    assert sortie(console).splitlines() == [
        "code    annee    heures  jour        ok",
        f"01053    2024  1{FINE}234,50  2024-03-01  vrai",
        "2A004    2023",
        f"       12{FINE}345      0,25  2024-12-31  faux",
        "(3 lignes)",
    ]


def test_query_result_is_cut_to_the_terminal_but_never_to_a_file() -> None:
    colonnes, ligne = ["libelle", "heures"], [("x" * 200, 1_302_553)]
    etroit = console_terminal(40)
    afficher_table(etroit, colonnes, ligne)
    lignes = sans_style(sortie(etroit)).splitlines()
    assert all(cell_len(texte) <= 40 for texte in lignes)
    assert lignes[2].endswith(f"…  1{FINE}302{FINE}553"), "a text is cut, a number is not"
    fichier = console_fichier()
    afficher_table(fichier, colonnes, ligne)
    assert "x" * 200 in sortie(fichier)


def test_columns_that_do_not_fit_are_announced() -> None:
    console = console_terminal(60)
    afficher_table(console, [f"colonne_{i}" for i in range(12)], [tuple(10.0**6 + i for i in range(12))])
    texte = sans_style(sortie(console))
    montrees = len(re.findall(r"colonne_\d+", texte.splitlines()[0]))
    assert 0 < montrees < 12
    assert f"{12 - montrees} colonnes non affichées" in " ".join(texte.split())


def test_query_without_any_row() -> None:
    console = console_fichier()
    afficher_table(console, ["code", "heures"], [])
    assert sortie(console).splitlines() == ["code  heures", "(0 ligne)"]


def test_extreme_figures_are_shown_without_failing() -> None:
    console = console_fichier()
    afficher_table(console, ["v"], [(1e300,), (0.00001,), (float("inf"),), (Decimal("NaN"),)])
    assert "1,00e-05" in sortie(console)
    assert "inf" in sortie(console)


COUVERTURE = pl.DataFrame(
    [
        ("S59000", None, "2024-T3", 3),
        ("S59000", None, "2024-T4", 2),
        ("S62001", None, "2024-T4", 3),
    ],
    schema={"structure_code": pl.String, "nom": pl.String, "trimestre": pl.String, "mois_deposes": pl.Int64},
    orient="row",
)


def test_state_shows_deposits_and_coverage() -> None:
    console = console_fichier()
    dernier = DernierRafraichissement("r7", "publie", dt.datetime(2025, 3, 11, 9, 5), dt.date(2025, 3, 10))
    afficher_etat(console, exemples.depots(), COUVERTURE, dernier)
    lignes = [ligne.strip() for ligne in sortie(console).splitlines()]
    assert "r7, le 11/03/2025 à 09:05. L'entrepôt est à jour." in lignes
    assert "12 acceptés de 5 structures, 9 refusés, 1 copie de dépôts chargés." in lignes
    assert "S59000 Maison de l'emploi de Lille                          ●        2/3" in lignes
    assert "S62001 Plan local pour l'insertion & l'emploi du Béthunois  ·        ●" in lignes
    assert "remplacés" not in sortie(console)


def test_state_sets_replaced_deposits_aside() -> None:
    """The figures are those of the findings: what later deposits replaced is counted apart."""
    console = console_fichier()
    remplaces = pl.col("depot_id").is_in(["d01", "d02", "r1"])
    depots = exemples.depots().with_columns(en_vigueur=pl.col("en_vigueur") & ~remplaces)
    afficher_etat(console, depots, COUVERTURE, None)
    texte = sortie(console)
    assert "10 acceptés de 5 structures, 8 refusés, 1 copie de dépôts chargés." in texte
    assert "Mis de côté, remplacés depuis par d'autres dépôts : 2 acceptés, 1 refusé" in texte


def test_state_of_an_empty_workspace() -> None:
    console = console_fichier()
    afficher_etat(console, exemples.depots().clear(), COUVERTURE.clear(), None)
    assert "Aucune : lancer « clauses actualiser DOSSIER »." in sortie(console)
    assert "0 accepté de 0 structure" in sortie(console)


def test_state_of_many_structures_lists_those_with_gaps() -> None:
    couverture = pl.DataFrame(
        {
            "structure_code": [f"S{i:03d}" for i in range(100)],
            "nom": [None] * 100,
            "trimestre": ["2024-T4"] * 100,
            "mois_deposes": [1 if i in {7, 77} else 3 for i in range(100)],
        }
    )
    console = console_fichier()
    afficher_etat(console, exemples.depots(), couverture, None)
    texte = sortie(console)
    assert re.findall(r"S\d{3}", texte) == ["S007", "S077"]
    assert "98 structures complètes non listées." in texte


def test_coverage_of_many_quarters_keeps_the_last_ones_on_a_terminal() -> None:
    trimestres = [f"{annee}-T{t}" for annee in range(2015, 2025) for t in range(1, 5)]
    couverture = pl.DataFrame(
        {
            "structure_code": ["S1"] * 40,
            "nom": [None] * 40,
            "trimestre": trimestres,
            "mois_deposes": [3] * 40,
        },
    )
    console = console_terminal(80)
    afficher_etat(console, exemples.depots(), couverture, None)
    texte = sans_style(sortie(console))
    assert "2024-T4" in texte
    assert "2015-T1" not in texte
    assert "derniers trimestres sur 40" in texte
    assert all(cell_len(ligne) <= 80 for ligne in texte.splitlines())


def test_findings_are_counted_by_structure_and_rule() -> None:
    console = console_fichier()
    depots = exemples.depots()
    tous = assembler_constats(depots, exemples.constats(), exemples.validations([]))
    remplaces = depots.head(2).with_columns(en_vigueur=False)
    afficher_constats(console, depots, tous, remplaces, Path("c.xlsx"))
    texte = sortie(console)
    assert "9 dépôts refusés" in texte
    assert re.search(
        r"S59000 Maison de l'emploi de Lille +2  écartées +CLE_EN_DOUBLE +Code utilisé deux fois", texte
    )
    assert re.search(r"S93004 Est Ensemble / Mission clauses +17  à vérifier +COMMUNE_INCONNUE", texte)
    assert "Classeur à renvoyer aux structures : c.xlsx" in texte
    assert "Mis de côté, remplacés depuis par d'autres dépôts : 2 acceptés" in texte
    gravites = [gravite for _, gravite, *_ in exemples.CONSTATS]
    rejets, alertes = gravites.count("rejet"), gravites.count("alerte")
    des_refus = sum(d.startswith("r") and g != "refus" for d, g, *_ in exemples.CONSTATS)
    assert f"Au total : {rejets} lignes écartées, {alertes} points à vérifier" in texte
    assert ("dans des dépôts refusés" in texte) == bool(des_refus)


def test_no_finding_is_good_news() -> None:
    console = console_fichier()
    afficher_constats(console, exemples.depots().head(12), exemples.constats([]))
    assert sortie(console).strip() == "Aucun constat : rien à renvoyer aux structures."


def test_durations_add_up() -> None:
    console = console_fichier()
    afficher_temps(console, {"lecture": 3.0, "modèles": 1.04, "contrôles": 0.0})
    lignes = [re.split(r"\s{2,}", ligne.strip()) for ligne in sortie(console).splitlines() if ligne.strip()]
    assert lignes[2:] == [
        ["lecture", "3,0", f"74{FINE}%"],
        ["modèles", "1,0", f"26{FINE}%"],
        ["contrôles", "0,0", f"0{FINE}%"],
        ["Total", "4,0"],
    ]


def test_a_break_of_series_is_said_with_its_structure_and_what_to_do() -> None:
    console = console_fichier()
    afficher_resume(console, FAIT, ESPACE)
    texte = " ".join(sortie(console).split())
    (message,) = FAIT.constats_comptes.filter(pl.col("regle") == "RUPTURE_DE_SERIE")["message"]
    assert " ".join(message.split()) in texte
    assert "Si c'est un dépôt donné par erreur : clauses retirer DEPOT" in texte
