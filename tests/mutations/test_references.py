"""Reference data (kind 12): codes older or younger than our lists, and the labels of public enumerations, row by row."""

from __future__ import annotations

import os
import random
from pathlib import Path

import polars as pl
import pytest
from monde import ecrire_un_depot, lire_ensemble, monde

MONDES = int(os.environ.get("CLAUSES_MUTATIONS", "2"))
GRAINE = int(os.environ.get("CLAUSES_GRAINE", str(random.SystemRandom().randrange(10_000))))
Attendu = tuple[str, str | None, str | None]  # what is written, the code kept, the rule that says it

# Saint-Barthélemy and Saint-Martin before 2008, Mayotte when it was 985: kept as written, placed by the models
COMMUNES: list[Attendu] = [
    *((code, code, None) for code in ("97123", "97127", "59350", *(f"985{i:02}" for i in range(1, 18)))),
    ("98500", "98500", "COMMUNE_INCONNUE"),
    ("59999", "59999", "COMMUNE_INCONNUE"),
]
QUARTIERS: list[Attendu] = [
    ("QN00101M", "QN00101M", None),
    ("qn00102m", "QN00102M", None),
    ("QN00199M", "QN00199M", "QPV_HORS_LISTE"),
    ("QN99901M", None, "QPV_INCONNU"),
    ("QP059013", "QP059013", None),
    ("059013", None, "QPV_INCONNU"),
]
METIERS: list[Attendu] = [
    ("F1703", "F1703", None),
    ("F1798", "F1798", "ROME_NOUVEAU"),
    ("K2299", "K2299", "ROME_NOUVEAU"),
    ("Z1234", None, "CODE_INCONNU"),
]
CONTRATS: list[Attendu] = [
    ("PERMANENT", "CDI", None),
    ("FIXED_TERM", "CDD", None),
    ("FIXED_TERM_I", "CDDI", None),
    ("FIXED_TERM_USAGE", "CDDU", None),
    ("TEMPORARY", "CTT", None),
    ("APPRENTICESHIP", "APPRENTISSAGE", None),
    ("FIXED_TERM_Z", "ND", "CODE_INCONNU"),
]
# table, header, table and column in brut/, forms
COLONNES = [
    ("Bénéficiaires", "Code commune de résidence", "beneficiaires", "commune_residence", COMMUNES),
    ("Bénéficiaires", "Code QPV", "beneficiaires", "code_qpv", QUARTIERS),
    ("Contrats", "Code ROME", "contrats", "code_rome", METIERS),
    ("Contrats", "Type de contrat", "contrats", "type_contrat", CONTRATS),
]


@pytest.mark.parametrize(
    ("table", "entete", "brute", "colonne", "formes"), COLONNES, ids=[c[3] for c in COLONNES]
)
def test_each_code_is_read_or_said(
    tmp_path: Path, table: str, entete: str, brute: str, colonne: str, formes: list[Attendu]
) -> None:
    dossiers, attendus, dits = [], {}, set()
    for rang in range(MONDES):
        hasard = random.Random(f"{GRAINE} {colonne} {rang}")
        tables = monde(hasard).tables
        cle = next(iter(tables[table][0]))
        for place, ligne in enumerate(tables[table]):
            ecrit, code, regle = hasard.choice(formes)
            ligne[entete] = ecrit
            attendus[rang, str(ligne[cle])] = code
            if regle is not None:
                dits.add((rang, place + 2, regle))
        dossiers.append(ecrire_un_depot(tables, tmp_path / str(rang), hasard))
    lot = lire_ensemble(dossiers)
    assert not lot.refus, f"graine {GRAINE}"
    cle_brute = {"beneficiaires": "numero_beneficiaire", "contrats": "numero_contrat"}[brute]
    vus = {(d, c): v for d, c, v in lot.tables[brute].select("depot", cle_brute, colonne).iter_rows()}
    assert vus == attendus, f"graine {GRAINE}"
    constats = lot.constats.tous().filter(pl.col("table") == table, pl.col("colonne") == entete)
    assert set(constats.select("depot", "ligne", "regle").iter_rows()) == dits, f"graine {GRAINE}"
