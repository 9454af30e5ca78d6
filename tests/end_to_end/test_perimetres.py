"""Perimeters that the user names: the whole cube exists for them, like for a territory."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from commande import DEPOTS, Rafraichi, lancer, lire

from clauses.chantier.perimetres import lire_perimetres
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.project import SEEDS
from ingest.codes import charger_codes

CHIFFRES = (
    "select tableau, mesure, type_periode, periode, axe_1, modalite_1, axe_2, modalite_2, round(valeur, 6), round(part, 6), "
    "unite, base, round(ecart_periode, 6), round(ecart_annee, 6) from marts.indicateurs "
    "where tableau not like 'S%' and niveau_territoire = '{}' and code_territoire = '{}' order by all"
)


def _communes_du_nord() -> str:
    with (SEEDS / "territoires" / "communes.csv").open(encoding="utf-8", newline="") as fichier:
        return ", ".join(f'"{c["code"]}"' for c in csv.DictReader(fichier) if c["departement"] == "59")


@pytest.fixture(scope="module")
def entrepot(echantillons: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples with a perimeter made of one EPCI, one made of criteria that must both hold, one of named operations,
    an empty one, and one buyer on its own."""
    espace = echantillons.copier(tmp_path_factory.mktemp("perimetres") / "espace")
    base = espace / "entrepot.duckdb"
    epci = lire(
        base,
        "select epci from marts.dim_operation where epci <> 'ND' group by all order by count(*) desc, epci",
    )
    cites = lire(
        base, "select operation_id from marts.fct_engagements order by heures_realisees desc limit 2"
    )
    acheteur = lire(
        base, "select siret from marts.dim_donneur_ordre where siret is not null order by siret limit 1"
    ).item()
    communes = lire(
        base, "select distinct commune from marts.dim_operation where region = '32' and commune is not null"
    )
    (espace / "perimetres.yml").write_text(
        f"""
perimetres:
  - {{code: EPCI, libelle: Un EPCI, epci: ["{epci["epci"][0]}"]}}
  - code: ANRU
    libelle: La rénovation urbaine des Hauts-de-France
    programmes: [NPNRU, pnru]
    communes: [{", ".join(communes["commune"])}]
  - {{code: CHANTIERS, libelle: Deux chantiers, operations: [{", ".join(cites["operation_id"])}]}}
  - {{code: NORD, libelle: Toutes les communes du Nord, communes: [{_communes_du_nord()}]}}
  - {{code: VIDE, libelle: Sans opération, communes: ["97411"]}}
chaque_donneur_ordre: ["{acheteur}"]
""",
        encoding="utf-8",
    )
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    assert "Le périmètre « Sans opération » (VIDE) ne contient aucune opération" in " ".join(
        execution.texte.split()
    )
    assert "Un EPCI" not in execution.texte
    return base


def _heures(base: Path, perimetre: str) -> float:
    return lire(
        base,
        "select valeur from marts.indicateurs where tableau = 'CLES' and mesure = 'heures' and type_periode = 'cumul' "
        f"and niveau_territoire = 'perimetre' and code_territoire = '{perimetre}'",
    ).item()


@pytest.mark.lent
def test_un_perimetre_d_un_epci_a_tous_les_chiffres_de_l_epci(entrepot: Path) -> None:
    """Every table, measure, part and change is that of the EPCI, but for the EPCI's own years of first contracts."""
    (code,) = lire(
        entrepot,
        "select epci from marts.dim_operation where epci <> 'ND' group by all order by count(*) desc, epci",
    )["epci"][:1]
    attendu = lire(entrepot, CHIFFRES.format("epci", code))
    assert attendu.height > 1000
    assert lire(entrepot, CHIFFRES.format("perimetre", "EPCI")).equals(attendu)


@pytest.mark.lent
def test_un_perimetre_d_un_departement_a_tout_le_suivi_du_departement(entrepot: Path) -> None:
    """Follow-up tables too, whose figures by département an independent reference checks; S06 and S07 are told by the
    seat of structures, and by their operations in a perimeter."""
    suivi = CHIFFRES.replace("tableau not like 'S%'", "tableau like 'S%' and tableau not in ('S06', 'S07')")
    attendu = lire(entrepot, suivi.format("departement", "59"))
    assert attendu["tableau"].n_unique() == 11
    assert lire(entrepot, suivi.format("perimetre", "NORD")).equals(attendu)


@pytest.mark.lent
def test_les_criteres_s_ajoutent_et_les_operations_se_citent(entrepot: Path) -> None:
    lignes = lire(
        entrepot,
        "select h.heures::double as heures, o.programme, o.region, o.operation_id, o.donneur_ordre_id "
        "from marts.fct_heures as h inner join marts.dim_operation as o using (operation_id)",
    )
    anru = lignes.filter(pl.col("programme").is_in(["NPNRU", "PNRU"]) & (pl.col("region") == "32"))
    assert 0 < anru["heures"].sum() < lignes["heures"].sum()
    assert _heures(entrepot, "ANRU") == pytest.approx(anru["heures"].sum())
    cites = lire(
        entrepot, "select operation_id from marts.fct_engagements order by heures_realisees desc limit 2"
    )
    chantiers = lignes.join(cites.unique(), on="operation_id", how="semi")
    assert _heures(entrepot, "CHANTIERS") == pytest.approx(chantiers["heures"].sum())


@pytest.mark.lent
def test_les_structures_d_un_perimetre_y_comptent_entieres(entrepot: Path) -> None:
    """Facilitators and meetings of a perimeter: the sum of those of the structures that follow one of its operations."""
    operations = lire(
        entrepot,
        "select distinct structure_code from marts.dim_operation "
        "where region = '32' and programme in ('NPNRU', 'PNRU')",
    )
    structures = operations["structure_code"].to_list()
    additifs = ("structures", "facilitateurs", "facilitateurs_etp", "evenements", "participants")
    chiffres = lire(
        entrepot,
        "select niveau_territoire, code_territoire, tableau, mesure, periode, axe_1, modalite_1, valeur "
        f"from marts.indicateurs where tableau in ('S06', 'S07') and mesure in {additifs}",
    )
    cles = ["tableau", "mesure", "periode", "axe_1", "modalite_1"]
    attendu: dict[tuple[object, ...], float] = {}
    for ligne in chiffres.filter(
        (pl.col("niveau_territoire") == "structure") & pl.col("code_territoire").is_in(structures)
    ).iter_rows(named=True):
        cle = tuple(ligne[c] for c in cles)
        attendu[cle] = attendu.get(cle, 0) + ligne["valeur"]
    perimetre = chiffres.filter(pl.col("code_territoire") == "ANRU")
    assert 1 < len(structures) < chiffres.filter(niveau_territoire="structure")["code_territoire"].n_unique()
    assert set(perimetre["tableau"]) == {"S06", "S07"}
    assert {tuple(r[c] for c in cles): r["valeur"] for r in perimetre.iter_rows(named=True)} == pytest.approx(
        attendu
    )


@pytest.mark.lent
def test_un_donneur_d_ordre_est_un_perimetre_a_lui_seul(entrepot: Path) -> None:
    perimetres = lire(
        entrepot,
        "select code_territoire, libelle from marts.dim_territoire where niveau_territoire = 'perimetre' order by 1",
    )
    codes = perimetres["code_territoire"].to_list()
    assert {"ANRU", "CHANTIERS", "EPCI", "VIDE"} < set(codes)
    (acheteur,) = (c for c in codes if c.startswith("DO-"))
    heures = lire(
        entrepot,
        "select sum(h.heures)::double from marts.fct_heures as h inner join marts.dim_operation as o "
        f"using (operation_id) where o.donneur_ordre_id = '{acheteur.removeprefix('DO-')}'",
    ).item()
    assert _heures(entrepot, acheteur) == pytest.approx(heures)


@pytest.mark.parametrize(
    ("texte", "mots"),
    [
        ("perimetres: [", "YAML lisible"),
        ("autre: 1", "seules les rubriques"),
        ("perimetres: {code: A}", "introduit par un tiret"),
        ("perimetres: [{code: A}]", "« code » et un « libelle »"),
        ("perimetres: [{code: a b, libelle: x, epci: ['200093201']}]", "« a b » n'est pas admis"),
        ("perimetres: [{code: DO-1, libelle: x, epci: ['200093201']}]", "réservé"),
        ("perimetres: [{code: A, libelle: x}]", "aucun critère"),
        ("perimetres: [{code: A, libelle: x, ville: [Lille]}]", "rubrique inconnue : ville"),
        ("perimetres: [{code: A, libelle: x, communes: 59350}]", "est une liste"),
        ("perimetres: [{code: A, libelle: x, communes: [Lille]}]", "code INSEE"),
        (
            "perimetres: [{code: A, libelle: x, communes: [59999]}]",
            "« 59999 » dans « communes » n'existe pas",
        ),
        ("perimetres: [{code: A, libelle: x, epci: ['123456789']}]", "n'existe pas au code officiel"),
        ("perimetres: [{code: A, libelle: x, programmes: [Métro]}]", "« Métro » dans « programmes »"),
        ("chaque_donneur_ordre: [123]", "SIRET de 14 chiffres"),
        (
            "perimetres: [{code: A, libelle: x, epci: ['200093201']}, {code: A, libelle: y, epci: ['200093201']}]",
            "deux périmètres",
        ),
    ],
)
def test_un_fichier_mal_ecrit_est_explique(tmp_path: Path, texte: str, mots: str) -> None:
    fichier = tmp_path / "perimetres.yml"
    fichier.write_text(texte, encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as refus:
        lire_perimetres(fichier, charger_codes(SEEDS, tmp_path / "alias.csv"))
    assert refus.value.code == "PERIMETRES_INVALIDES"
    assert mots in refus.value.message
    assert "Corrigez" in refus.value.message


def test_les_zeros_de_tete_sont_gardes(tmp_path: Path) -> None:
    fichier = tmp_path / "perimetres.yml"
    fichier.write_text("perimetres: [{code: A, libelle: x, communes: [01004]}]", encoding="utf-8")
    lus = lire_perimetres(fichier, charger_codes(SEEDS, tmp_path / "alias.csv"))
    assert lus.rows() == [("A", "x", "communes", "01004")]
