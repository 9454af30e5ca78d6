"""What a buyer's account shows and hides, on a warehouse of a few rows whose figures are worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from exports.bilans.document import Cache, Document, Tableau
from exports.bilans.donneur import document_donneur
from exports.bilans.lecture import Cible, Lecteur

S = Cache.SECRET
# Two marchés. M1: 100 h planned, 80 committed by E1, penalty 50 €; 7.5 + 20 h in January, 12.5 h in March. M2: no goal; 30 h
# in March by six persons, 5 h each. Seven persons: p1 alone on M1; p1 is the only woman, two have a disability.
ENTREPOT = """
create schema marts; create schema referentiels; create schema qualite;
create table qualite.construction as select date '2024-12-31' as date_arrete;
create table marts.dim_donneur_ordre as select 'D1' as donneur_ordre_id, 'Ville' as nom;
create table marts.dim_operation as select 'O1' as operation_id, 'D1' as donneur_ordre_id, 'Piscine' as intitule_operation,
    '59350' as commune;
create table marts.dim_marche as select * from (values ('M1', 'O1', 'M1', 1, 'Gros œuvre'),
    ('M2', 'O1', 'M2', 2, 'Peinture')) as t (marche_id, operation_id, code_marche, numero_lot, objet_marche);
create table marts.fct_obligations as select * from (values
    ('M1', date '2024-12-31', 'TERMINE', 100.0, 80.0, 40.0, 60.0, 50.0, 3000.0, date '2024-01-01', date '2024-03-01'),
    ('M2', null, 'EN_COURS', null, null, 30.0, null, null, null, date '2024-03-01', date '2024-03-01'))
    as t (marche_id, date_fin_prevue, etat_marche, heures_prevues, heures_engagees, heures_realisees, heures_manquantes,
        penalite_par_heure, exposition_penalites, premier_mois, dernier_mois);
create table marts.fct_heures as select id_personne, 'c' || id_personne as contrat_id, marche_id, 'O1' as operation_id,
    'D1' as donneur_ordre_id, entreprise_id, 2024 as annee, mois, cast(heures as decimal(12, 2)) as heures,
    cast(0 as decimal(12, 2)) as heures_formation from (
    select * from (values ('p1', 'M1', 'E1', date '2024-01-01', 7.5), ('p1', 'M1', 'E1', date '2024-01-01', 20),
        ('p1', 'M1', 'E1', date '2024-03-01', 12.5)) as t (id_personne, marche_id, entreprise_id, mois, heures)
    union all select 'p' || n, 'M2', 'E2', date '2024-03-01', 5 from range(2, 8) as r (n));
create table marts.fct_engagements as select * from (values ('M1', 'E1', 'TITULAIRE', 80.0, 40.0, 'Alpha'),
    ('M2', 'E2', 'TITULAIRE', null, 30.0, 'Béta'))
    as t (marche_id, entreprise_id, role, heures_engagees, heures_realisees, raison_sociale);
create table marts.dim_entreprise as select 'E1' as entreprise_id, 'Alpha' as raison_sociale;
create table marts.dim_beneficiaire as select 'p' || n as id_personne, case when n = 1 then 'F' else 'M' end as sexe,
    'LT26' as tranche_age_premier_contrat, case when n <= 2 then 'TH' else 'DELD' end as categorie_public, 'HORS' as origine,
    'N3' as niveau from range(1, 8) as r (n);
create table marts.dim_sexe as select * from (values ('F', 'Femmes', 1), ('M', 'Hommes', 2)) as t (code, libelle, ordre);
create table marts.dim_tranche_age as select 'LT26' as code, 'Moins de 26 ans' as libelle, 1 as ordre;
create table marts.dim_categorie_public as select * from (values ('TH', 'Handicap', 1), ('DELD', 'Longue durée', 2))
    as t (code, libelle, ordre);
create table marts.dim_origine as select * from (values ('QPV', 'Quartier', 1), ('HORS', 'Hors quartier', 2))
    as t (code, libelle, ordre);
create table marts.dim_niveau as select 'N3' as code, 'CAP' as libelle, 1 as ordre;
create table marts.fct_situations as select 'p' || n as id_personne, 6 as horizon, true as est_due, true as est_renseignee,
    case when n = 1 then 'DURABLE' else 'AUTRE' end as groupe from range(1, 8) as r (n);
create table referentiels.seuils_secret as select * from (values ('personnes_minimum', 5),
    ('personnes_minimum_sensible', 11), ('employeurs_minimum', 3), ('part_employeur_maximum', 0.85),
    ('denominateur_minimum', 20), ('marge_heures', 0.1))
    as t (code, valeur);
create table referentiels.plan_publication as select 'T08' as tableau;
create table referentiels.modalites_sensibles as select 'categorie_public' as axe, 'TH' as code;
create table referentiels.regroupements_publication as select '' as axe, '' as code, '' as code_publie where false;
create table referentiels.mesures_sans_secret as select '' as tableau, '' as mesure where false;
"""


@pytest.fixture
def base() -> duckdb.DuckDBPyConnection:
    connexion = duckdb.connect()
    connexion.execute(ENTREPOT)
    return connexion


def rediger(base: duckdb.DuckDBPyConnection, profil: str) -> Document:
    return document_donneur(Lecteur(base), Cible("donneur-ordre", "D1", "Ville"), profil, [], "essai")


def tableau(document: Document, titre: str) -> Tableau:
    (trouve,) = [t for t in document.tableaux if t.titre.startswith(titre)]
    return trouve


@pytest.mark.parametrize("profil", ["public", "restreint"])
def test_what_a_contract_owes_its_buyer_is_shown_however_few_worked(
    base: duckdb.DuckDBPyConnection, profil: str
) -> None:
    document = rediger(base, profil)
    m1, m2 = tableau(document, "Heures prévues").lignes
    assert m1 == (
        "Piscine", "M1", "Gros œuvre", "Terminé", dt.date(2024, 12, 31), 100, 80, 40, 40.0, 60, 50, 3000,
    )  # fmt: skip
    assert m2[5:] == (None, None, 30, None, None, None, None)
    releve = tableau(document, "Relevé mensuel")
    vides = (Decimal(0),) * 9
    assert releve.lignes[0] == ("M1", "Gros œuvre", Decimal("27.5"), 0, Decimal("12.5"), *vides, 40)
    assert releve.lignes[1] == ("M2", "Peinture", 0, 0, 30, *vides, 30)
    assert releve.total == ("Ensemble", "", Decimal("27.5"), 0, Decimal("42.5"), *vides, 70)
    assert tableau(document, "Entreprises").lignes == [
        ("M1", "Piscine", "Alpha", "E1", "TITULAIRE", 80, 40),
        ("M2", "Piscine", "Béta", "E2", "TITULAIRE", None, 30),
    ]


def test_who_the_persons_are_and_became_is_under_the_thresholds(base: duckdb.DuckDBPyConnection) -> None:
    document = rediger(base, "public")
    essentiel = dict(tableau(document, "L'essentiel").lignes)
    assert (essentiel["Personnes"], essentiel["Contrats"]) == (7, 7)
    # one woman among seven: the men would give her back
    assert tableau(document, "Personnes : sexe").lignes == [("Femmes", S, S), ("Hommes", S, S)]
    assert tableau(document, "Personnes : âge").lignes == [("Moins de 26 ans", 7, 100.0)]
    assert tableau(document, "Personnes : catégorie").lignes == [("Handicap", S, S), ("Longue durée", S, S)]
    # everyone is in one class of a sensitive axis: the table would say of each where she lives
    assert tableau(document, "Personnes : quartier").lignes == [("Hors quartier", S, S)]
    assert tableau(document, "Situation").lignes == [("6 mois", 7, S, S)]
    restreint = rediger(base, "restreint")
    assert tableau(restreint, "Personnes : sexe").lignes == [("Femmes", 1, 14.3), ("Hommes", 6, 85.7)]
    assert tableau(restreint, "Situation").lignes == [("6 mois", 7, 1, 6)]


@pytest.mark.parametrize(
    ("code", "seuil", "axe", "attendu"),
    [
        ("personnes_minimum", 8, "Personnes : âge", [("Moins de 26 ans", S, S)]),
        ("personnes_minimum", 1, "Personnes : sexe", [("Femmes", 1, 14.3), ("Hommes", 6, 85.7)]),
        ("personnes_minimum_sensible", 2, "Personnes : catégorie", [("Handicap", 2, 28.6), ("Longue durée", 5, 71.4)]),
    ],
)  # fmt: skip
def test_the_thresholds_are_those_of_the_warehouse(
    base: duckdb.DuckDBPyConnection, code: str, seuil: int, axe: str, attendu: list[tuple]
) -> None:
    base.execute("update referentiels.seuils_secret set valeur = ? where code = ?", [seuil, code])
    assert tableau(rediger(base, "public"), axe).lignes == attendu
