"""What no cell of the system stands behind: hidden unless it is a zero, and a plan that asks for it is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from petites_tables import LIEUX

from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.project import SEEDS
from exports.secret import chiffres, familles, publication
from exports.secret.protection import Protection
from exports.secret.regles import Regles, Seuils
from exports.secret.suppression import Mesure
from exports.secret.systeme import relier

SEUILS = Seuils(5, 11, 3, 0.85, 20, 0.1)
SANS_PARENTE = pl.DataFrame(schema=dict.fromkeys(("cle_parent", "cle", "genre", "groupe"), pl.String))
MAILLE = {"niveau": "national", "territoire": "FR", "type_periode": "annee", "periode": "2024"}
# nobody is in alternance, nobody is in durable employment; profiles, and prescriber by sex, are not counted at all
PERSONNES = {
    ("total", ""): 40,
    ("prescripteurs", "prescripteur=FT"): 30,
    ("prescripteurs", "prescripteur=ML"): 10,
    ("publics", "sexe=F"): 22,
    ("publics", "sexe=H"): 18,
    ("types_contrat", "type_contrat=CDD"): 40,
    ("situations", "horizon=6|somme=connus"): 25,
    ("situations", "horizon=6|somme=echus"): 25,
}


@pytest.fixture(scope="module")
def protegees() -> Protection:
    """Every cell is shown."""
    cellules = pl.DataFrame(
        {
            "famille": [famille for famille, _ in PERSONNES],
            "cle": [cle for _, cle in PERSONNES],
            **MAILLE,
            "personnes": PERSONNES.values(),
        }
    )
    rien = np.zeros(len(PERSONNES), dtype=bool)
    nuls = np.zeros(len(PERSONNES), dtype=np.int64)
    personnes = Mesure("personnes", cellules["personnes"].to_numpy(), rien, nuls, nuls, {}, 1, 5.0)
    systeme = relier(cellules, LIEUX, SANS_PARENTE)
    return Protection(systeme, rien, rien, rien, {}, {"personnes": personnes})


def regles(plan: pl.DataFrame, sans_secret: frozenset[tuple[str, str]] = frozenset()) -> Regles:
    return Regles(SEUILS, plan, frozenset(), {}, sans_secret)


@pytest.mark.parametrize(
    ("ligne", "valeur", "montree"),
    [
        (("T15", "beneficiaires", "prescripteur", "FT", None, None), 30.0, True),
        (("T23", "beneficiaires", "prescripteur", "FT", "sexe", "F"), 3.0, False),
        (("T23", "heures", "prescripteur", "FT", "sexe", "F"), 1200.0, False),
        (("T23", "heures", "prescripteur", "FT", "sexe", "F"), None, False),
        (("CLES", "heures_alternance", None, None, None, None), 0.0, True),
        (("CLES", "heures_rsa", None, None, None, None), 12.0, False),
        (("CLES", "heures_rsa", None, None, None, None), 0.0, True),
        (("CLES", "part_th", None, None, None, None), 7.5, False),
        # nobody is in durable employment among 25 persons whose situation is known: the rate is 0 and its bound is not
        (("S01", "durable", "horizon", "6", None, None), 0.0, True),
        (("S01", "taux_durable", "horizon", "6", None, None), 0.0, True),
        (("S01", "taux_durable_haut", "horizon", "6", None, None), 13.3, True),
        (("S01", "taux_durable_haut", "horizon", "12", None, None), 13.3, False),
        (("S01", "durable", "horizon", "6", None, None), 2.0, False),
    ],
)
def test_only_a_zero_is_shown_without_a_cell(
    protegees: Protection, ligne: tuple[str | None, ...], valeur: float | None, montree: bool
) -> None:
    colonnes = ["tableau", "mesure", "axe_1", "modalite_1", "axe_2", "modalite_2"]
    vide = dict.fromkeys(("part", "ecart_periode", "ecart_annee"), pl.lit(None, pl.Float64))
    une = pl.DataFrame([ligne], schema=dict.fromkeys(colonnes, pl.String), orient="row").with_columns(
        valeur=pl.lit(valeur, pl.Float64),
        unite=pl.lit("personnes"),
        base=pl.lit("…"),
        niveau_territoire=pl.lit("national"),
        code_territoire=pl.lit("FR"),
        type_periode=pl.lit("annee"),
        periode=pl.lit("2024"),
        fiabilite=pl.lit(None, pl.String),
        **vide,
    )
    vue = publication._masquer(chiffres.decrire(une), protegees, regles(pl.DataFrame()))
    assert vue["confidentialite"].to_list() == ["F" if montree else "C"]
    assert vue["valeur"].to_list() == [valeur if montree else None]


TABLEAUX = pl.read_csv(SEEDS / "indicateurs" / "tableaux.csv").select("tableau", "mesure", "axe_1", "axe_2")
PLAN = pl.read_csv(SEEDS / "secret" / "plan_publication.csv")
SANS_SECRET = frozenset(
    pl.read_csv(SEEDS / "secret" / "mesures_sans_secret.csv").select("tableau", "mesure").iter_rows()
)


def verifier(*lignes_du_plan: tuple[str, str | None, str | None]) -> None:
    """The plan as it is with these lines (table, axis, measure), and T23 in the cube: prescriber by sex."""
    ajoutees = pl.DataFrame(
        [(*ligne, "national", "annee") for ligne in lignes_du_plan], schema=PLAN.schema, orient="row"
    )
    t23 = pl.DataFrame(
        [("T23", "beneficiaires", "prescripteur", "sexe")], schema=TABLEAUX.schema, orient="row"
    )
    chiffres.verifier_plan(pl.concat([TABLEAUX, t23]), regles(pl.concat([PLAN, ajoutees]), SANS_SECRET))


def test_the_plan_as_it_is_asks_for_what_can_be_judged() -> None:
    verifier()


@pytest.mark.parametrize(
    ("ligne", "dite"),
    [
        (("T23", None, None), "T23 (prescripteur × sexe)"),
        (("T23", None, "beneficiaires"), "T23 (prescripteur × sexe)"),
        (("S02", None, None), "S02 (tranche_age × sexe)"),
        (("S07", "type_evenement", "participants"), "S07 (type_evenement)"),
    ],
)
def test_a_plan_of_axes_that_no_family_counts_is_refused(
    ligne: tuple[str, str | None, str | None], dite: str
) -> None:
    with pytest.raises(ErreurUtilisateur) as refus:
        verifier(ligne)
    assert refus.value.code == "PLAN_SANS_FAMILLE"
    assert f"protéger : {dite}. " in refus.value.message


def test_a_family_counts_its_axes_and_the_crossings_of_numbered_tables() -> None:
    assert familles.VENTILATIONS["clauses"] == [
        ("base_juridique",), ("type_employeur",), ("taille_entreprise",),
        ("base_juridique", "type_employeur"), ("base_juridique", "taille_entreprise"),
    ]  # fmt: skip
    assert ("categorie_public", "niveau") in familles.VENTILATIONS["publics"]
    assert ("tranche_age", "sexe") not in familles.VENTILATIONS["publics"]  # S02, restricted release
    assert not {"situations", ""} & set(familles.VENTILATIONS)
