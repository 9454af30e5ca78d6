"""A small release invented for the pages: France, two regions, three départements, a structure with a hostile name."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from exports.edition.publication import Publication

RACINE = Path(__file__).parents[2]
HOSTILE = "<script>alert('structure')</script>"
LIEUX = [
    ("national", "FR", "France", None, None),
    ("region", "32", "Hauts-de-France", None, None),
    ("region", "11", "Île-de-France", None, None),
    ("departement", "59", "Nord", "32", None),
    ("departement", "62", "Pas-de-Calais", "32", None),
    ("departement", "75", "Paris", "11", None),
]
# territory → (hours, persons, women) of 2024; None: cache
EN_2024 = {
    "FR": (90_000.0, 600.0, 120.0),
    "32": (40_000.0, 300.0, 48.0),
    "11": (50_000.0, 310.0, 72.0),
    "59": (25_000.0, 200.0, 20.0),
    "62": (15_000.0, 104.0, None),
    "75": (50_000.0, 310.0, 72.0),
}
# territory → month → share in lasting employment; None: cache. Months are given out of order
ACCES_DURABLE = {
    "FR": {"12": 48.0, "0": 0.0, "6": 25.0},
    "32": {"12": 52.3, "0": 0.0, "6": 30.0, "18": None},
    "59": {"0": 0.0, "6": None, "12": None},
}
# territory → share of its inhabitants in an EPCI where a facilitator works; Paris said nothing
COUVERTS: dict[str, float | None] = {"FR": 90.0, "32": 80.0, "11": 100.0, "59": 75.0, "62": 0.0}
# age, sex → share of the persons of a place, in percent; who has no known age or sex is 4 in 100
AGES_ET_SEXES = {
    ("LT26", "F"): 10.0, ("LT26", "H"): 30.0, ("LT26", "ND"): 0.0,
    ("GE50", "F"): 5.0, ("GE50", "H"): 51.0, ("GE50", "ND"): 1.0,
    ("ND", "F"): 0.0, ("ND", "H"): 3.0, ("ND", "ND"): 0.0,
}  # fmt: skip
# horizon, situation → share of the persons due, by year of first contract
SITUATIONS = {
    ("6", "CDI"): 30.5, ("6", "CDD_6P"): 20.5, ("6", "CHOMAGE"): 25.0, ("6", "INCONNU"): 24.0,
    ("12", "CDI"): 60.0, ("12", "INCONNU"): 40.0,
}  # fmt: skip
TRIMESTRES = [f"{annee}-T{rang}" for annee in (2023, 2024) for rang in (1, 2, 3, 4)]
AXES = ["axe_1", "modalite_1", "axe_2", "modalite_2"]


def chiffre(
    lieu: tuple[Any, ...], periode: str, tableau: str, mesure: str, valeur: float | None, **reste: Any
) -> dict[str, Any]:
    statut = reste.pop("statut", "P" if valeur is not None else "Q")
    return {
        "tableau": tableau, "mesure": mesure, "niveau_territoire": lieu[0], "code_territoire": lieu[1],
        "type_periode": "trimestre" if "-T" in periode else "annee", "periode": periode,
        **dict.fromkeys(AXES), "valeur": valeur, "part": None, "unite": reste.pop("unite", "personnes"), "base": "",
        "ecart_periode": None, "ecart_annee": None, "fiabilite": None, "couverture": 100.0,
        "statut_observation": statut, "confidentialite": "C" if statut == "Q" else "F",
        "statut_chiffre": "provisoire", **reste,
    }  # fmt: skip


def lignes() -> list[dict[str, Any]]:
    faites = []
    for lieu in LIEUX:
        heures, personnes, femmes = EN_2024[lieu[1]]
        for periode in ("2023", "2024", *TRIMESTRES):
            # a quarter has a fifth of the persons of its year, and women one in ten at the first quarter of 2024
            diviseur = {"2024": 1.0, "2023": 2.0}.get(periode, 5.0)
            h, n = round(heures / diviseur), round(personnes / diviseur)
            f = (
                None
                if femmes is None
                else (round(n / 10) if periode == "2024-T1" else round(femmes / diviseur))
            )
            faites += [
                chiffre(lieu, periode, "CLES", "heures", float(h), unite="heures"),
                chiffre(lieu, periode, "CLES", "beneficiaires", float(n)),
                chiffre(lieu, periode, "CLES", "entreprises", 7.0, unite="entreprises"),
                chiffre(lieu, periode, "CLES", "part_femmes", None if f is None else 100 * f / n, unite="%"),
            ]
            for code, nombre in (("F", f), ("H", None if f is None else n - f)):
                part = None if nombre is None else 100 * nombre / n
                valeur = None if nombre is None else float(nombre)
                faites.append(
                    chiffre(
                        lieu,
                        periode,
                        "T08",
                        "beneficiaires",
                        valeur,
                        part=part,
                        axe_1="sexe",
                        modalite_1=code,
                    )
                )
            for code, part in (("BATIMENT", 60.0), ("NETTOYAGE", 40.0)):
                faites.append(
                    chiffre(
                        lieu, periode, "T03", "heures", h * part / 100, part=part, unite="heures", axe_1="secteur",
                        modalite_1=code,
                    )
                )  # fmt: skip
            faites += _profils(lieu, periode, n, cache=femmes is None)
            if periode in ("2023", "2024") and lieu[1] in ACCES_DURABLE:
                for mois, part in ACCES_DURABLE[lieu[1]].items():
                    faites.append(
                        chiffre(
                            lieu, periode, "S05", "acces_durable", part, unite="%", axe_1="mois", modalite_1=mois,
                        )
                    )  # fmt: skip
            if periode == "2024" and lieu[1] in COUVERTS:
                faites.append(
                    chiffre(lieu, periode, "S06", "part_population_couverte", COUVERTS[lieu[1]], unite="%")
                )
            for secteur in ("DELD", "RSA"):
                for code, nombre in (("F", 10.0), ("H", None)):
                    faites.append(
                        chiffre(
                            lieu, periode, "T12", "beneficiaires", nombre, axe_1="categorie_public",
                            modalite_1=secteur, axe_2="sexe", modalite_2=code,
                        )
                    )  # fmt: skip
    return faites


def _profils(lieu: tuple[Any, ...], periode: str, personnes: int, *, cache: bool) -> list[dict[str, Any]]:
    """Ages by sex, ages alone, profiles, and for years what became of people."""
    faites = []
    for (age, sexe), part in AGES_ET_SEXES.items():
        nombre = None if cache else round(personnes * part / 100)
        faites.append(
            chiffre(
                lieu, periode, "S02", "beneficiaires", None if nombre is None else float(nombre),
                part=None if nombre is None else 100 * nombre / personnes, axe_1="tranche_age", modalite_1=age,
                axe_2="sexe", modalite_2=sexe,
            )
        )  # fmt: skip
    for age, part in (("LT26", 40.0), ("GE50", 60.0)):
        for mesure, facteur in (("beneficiaires", 1), ("heures", 150)):
            faites.append(
                chiffre(
                    lieu, periode, "T11", mesure, float(round(facteur * personnes * part / 100)), part=part,
                    axe_1="tranche_age", modalite_1=age,
                )
            )  # fmt: skip
    for profil, part in (("FEMMES", None if cache else 12.5), ("QPV", 30.0 + int(periode[:4]) - 2023)):
        faites.append(
            chiffre(
                lieu, periode, "S02", "part_beneficiaires", part, unite="%", axe_1="profil", modalite_1=profil,
            )
        )  # fmt: skip
    for (horizon, situation), part in SITUATIONS.items() if "-T" not in periode else ():
        # what becomes of people after a year is not told in the place where women are not
        montre = not (cache and horizon == "12")
        faites.append(
            chiffre(
                lieu, periode, "T18", "beneficiaires", part * 10 if montre else None, part=part if montre else None,
                axe_1="horizon", modalite_1=horizon, axe_2="situation", modalite_2=situation,
            )
        )  # fmt: skip
    return faites


def publication(**changements: Any) -> Publication:
    with (RACINE / "seeds/indicateurs/tableaux.csv").open(encoding="utf-8", newline="") as fichier:
        brut = [
            x
            for x in csv.DictReader(fichier)
            if x["tableau"] in ("CLES", "S02", "S05", "S06", "T03", "T08", "T11", "T12", "T18")
        ]
    tableaux = pl.DataFrame(brut).with_columns(
        pl.col("est_partition") == "true",
        *(pl.when(pl.col(a) != "").then(a).alias(a) for a in ("axe_1", "axe_2")),
    )
    nomenclatures = [
        ("sexe", "F", "Femmes", 1), ("sexe", "H", "Hommes", 2), ("sexe", "ND", "Non déterminé", 99),
        ("tranche_age", "LT26", "Moins de 26 ans", 1), ("tranche_age", "GE50", "50 ans et plus", 5),
        ("tranche_age", "ND", "Âge non déterminé", 99), ("profil", "FEMMES", "Femmes", 1), ("profil", "QPV", "QPV", 2),
        ("situation", "CDI", "CDI", 1), ("situation", "CDD_6P", "CDD de 6 mois et plus", 2),
        ("situation", "CHOMAGE", "Chômage", 3), ("situation", "INCONNU", "Inconnue", 4),
        ("secteur", "BATIMENT", "Bâtiment", 1),
        ("secteur", "NETTOYAGE", HOSTILE, 2), ("categorie_public", "DELD", "Longue durée", 1),
        ("categorie_public", "RSA", "RSA", 2),
    ]  # fmt: skip
    chiffres = lignes()
    schema = {
        c: pl.Float64 if c in ("valeur", "part", "ecart_periode", "ecart_annee", "couverture") else pl.String
        for c in chiffres[0]
    }
    champs: dict[str, Any] = {
        "indicateurs": (indicateurs := pl.DataFrame(chiffres, schema=schema)),
        "chiffres_publies": pl.read_csv(RACINE / "seeds/chiffres_publies.csv", infer_schema=False),
        "depots_par_territoire": indicateurs.group_by("niveau_territoire", "code_territoire", "periode")
        .agg(pl.col("couverture").min())
        .with_columns(structures_connues=10, structures_completes=(pl.col("couverture") / 10).cast(pl.Int32)),
        "territoires": pl.DataFrame(
            LIEUX, orient="row", schema=["niveau_territoire", "code_territoire", "libelle", "region", "departement"],
        ),
        "periodes": pl.DataFrame(
            {"type_periode": ["annee"] * 2 + ["trimestre"] * 8, "periode": ["2023", "2024", *TRIMESTRES]}
        ),
        "nomenclatures": pl.DataFrame(nomenclatures, orient="row", schema=["axe", "code", "libelle", "ordre"]),
        "tableaux": tableaux,
        "structures": pl.DataFrame(
            {"structure_code": ["S59000"], "nom": [HOSTILE], "departement": ["59"], "region": ["32"]}
        ),
        "couverture": pl.DataFrame(
            {"structure_code": ["S59000"] * 3, "mois": [dt.date(2024, m, 1) for m in (1, 2, 3)],
             "depose": [True, True, False], "tables_deduites": [None, "Entreprises", None]}
        ),
        "revisions": None, "millesime": "2024T4", "version": 1, "profil": "public",
        "statuts": {"2024": "provisoire"}, "date_arrete": dt.date(2025, 3, 10), "fictif": True, "code_version": "essai",
    }  # fmt: skip
    return Publication(**{**champs, **changements})
