"""The public version of the small demonstration: what it holds, and an attacker who has nothing but its rows."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from version_publique import Publiee

from clauses.socle.cube import codes_des_tableaux
from clauses.socle.errors import ErreurUtilisateur
from exports.secret import (
    FiguresProtegees,
    chiffres,
    contributeurs,
    protection,
    proteger,
    publication,
    regles,
)

pytestmark = pytest.mark.lent
MAILLE = ["niveau_territoire", "code_territoire", "type_periode", "periode"]


@pytest.fixture(scope="module")
def entrepot(espace_demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(espace_demo / "entrepot.duckdb"), read_only=True) as connexion:
        yield connexion


@pytest.fixture(scope="module")
def protegee(publiee: Publiee) -> tuple[FiguresProtegees, set[tuple]]:
    """The public version, and the cells that the primary rules hide: the public does not know which they are."""
    return publiee.protegee, set(publiee.primaires.iter_rows())


@pytest.fixture(scope="module")
def publique(protegee: tuple[FiguresProtegees, set[tuple]]) -> FiguresProtegees:
    return protegee[0]


@pytest.fixture(scope="module")
def restreinte(entrepot: duckdb.DuckDBPyConnection) -> FiguresProtegees:
    return proteger(entrepot, "restreint")


def attaquer(lignes: pl.DataFrame, connexion: duckdb.DuckDBPyConnection, mesure: str) -> dict[tuple, float]:
    """Hidden figures computed exactly from the shown ones: sums over classes, and for hours over places and time.

    Equations with one unknown left are solved until none is. Shares and changes are tried too: they are shown figures.
    """
    une = lignes.filter((pl.col("mesure") == mesure) & pl.col("axe_2").is_null())
    une = une.filter((pl.col("tableau") == "CLES") | pl.col("tableau").str.starts_with("T"))
    une = une.filter(~pl.col("tableau").is_in(["T16", "T18", "T02"]))
    connus: dict[tuple, float | None] = {}
    for ligne in une.iter_rows(named=True):
        cle = (ligne["axe_1"], ligne["modalite_1"], *(ligne[c] for c in MAILLE))
        total = connus.get((None, None, *cle[2:]))
        valeur = ligne["valeur"]
        if valeur is None and ligne["part"] is not None and total is not None:
            valeur = ligne["part"] * total / 100
        connus[cle] = valeur
    equations: dict[tuple, list[tuple]] = {}
    regions = dict(
        connexion.execute(
            "select code_territoire, region from marts.dim_territoire where niveau_territoire = 'departement'"
        ).fetchall()
    )
    for cle in connus:
        axe, modalite, niveau, code, type_periode, periode = cle
        if axe is not None:
            equations.setdefault(((None, None, *cle[2:]), axe), []).append(cle)
        if mesure != "heures" or axe == "tranche_age":
            continue
        if niveau == "region":
            equations.setdefault(((axe, modalite, "national", "FR", type_periode, periode), "t"), []).append(
                cle
            )
        if niveau == "departement":
            mere = (axe, modalite, "region", regions.get(code) or "ND", type_periode, periode)
            equations.setdefault((mere, "t"), []).append(cle)
        if type_periode == "trimestre" and niveau != "epci":
            equations.setdefault(((axe, modalite, niveau, code, "annee", periode[:4]), "p"), []).append(cle)
    trouves: dict[tuple, float] = {}
    for ligne in une.iter_rows(named=True):
        for ecart, trimestres in (("ecart_periode", 1), ("ecart_annee", 4)):
            if ligne["valeur"] is None or ligne[ecart] is None:
                continue
            avant = periode_d_avant(ligne["periode"], trimestres)
            cle = (*(ligne[c] for c in ("axe_1", "modalite_1", *MAILLE[:3])), avant)
            if cle in connus and connus[cle] is None:
                connus[cle] = trouves[cle] = ligne["valeur"] - ligne[ecart]
    progres = True
    while progres:
        progres = False
        for (mere, _), filles in equations.items():
            if mere not in connus:
                continue
            inconnues = [c for c in (mere, *filles) if connus[c] is None]
            if len(inconnues) != 1:
                continue
            (cle,) = inconnues
            somme = sum(connus[f] for f in filles if f != cle)
            connus[cle] = trouves[cle] = somme if cle == mere else connus[mere] - somme
            progres = True
    return trouves


def periode_d_avant(periode: str, trimestres: int) -> str:
    """A year, or a quarter, so many quarters before; any number of them is the year before for a year."""
    if "-" not in periode:
        return str(int(periode) - 1)
    rang = 4 * int(periode[:4]) + int(periode[6]) - 1 - trimestres
    return f"{rang // 4}-T{rang % 4 + 1}"


def nom(cle: tuple) -> tuple:
    """The name of a cell, from the axis and modality of a row."""
    return (f"{cle[0]}={cle[1]}" if cle[0] else "", *cle[2:])


@pytest.mark.parametrize("mesure", ["heures", "beneficiaires"])
def test_an_attacker_finds_no_figure_of_too_few(
    protegee: tuple[FiguresProtegees, set[tuple]], entrepot: duckdb.DuckDBPyConnection, mesure: str
) -> None:
    publiee, primaires = protegee
    trouves = attaquer(publiee.indicateurs, entrepot, mesure)
    assert {cle for cle in trouves if nom(cle) in primaires} == set()


@pytest.mark.parametrize("mesure", ["heures", "beneficiaires"])
def test_the_same_attacker_succeeds_when_only_small_cells_are_hidden(
    protegee: tuple[FiguresProtegees, set[tuple]],
    sans_complement: Publiee,
    entrepot: duckdb.DuckDBPyConnection,
    mesure: str,
) -> None:
    trouves = attaquer(sans_complement.protegee.indicateurs, entrepot, mesure)
    assert len({cle for cle in trouves if nom(cle) in protegee[1]}) > 20


def test_the_same_attacker_succeeds_when_changes_are_all_shown(
    protegee: tuple[FiguresProtegees, set[tuple]],
    restreinte: FiguresProtegees,
    entrepot: duckdb.DuckDBPyConnection,
) -> None:
    publiee, primaires = protegee
    cles = ["tableau", "mesure", "axe_1", "modalite_1", "axe_2", "modalite_2", *MAILLE]
    ecarts = restreinte.indicateurs.select(*cles, "ecart_periode", "ecart_annee")
    avec = publiee.indicateurs.drop("ecart_periode", "ecart_annee").join(
        ecarts, on=cles, how="left", nulls_equal=True
    )
    assert {cle for cle in attaquer(avec, entrepot, "heures") if nom(cle) in primaires}


def test_the_cells_judged_are_the_figures_of_the_cube(entrepot: duckdb.DuckDBPyConnection) -> None:
    """Contributors are counted apart from the cube, from the facts: a difference would protect another figure."""
    regles_lues = regles.lire(entrepot)
    cellules = contributeurs.compter(entrepot, regles_lues)
    lignes = chiffres.decrire(
        chiffres.retenir(entrepot.execute("select * from marts.indicateurs").pl(), regles_lues)
    ).filter(~pl.col("est_rapport") & pl.col("mesure").is_in(["heures", "beneficiaires"]))
    comparees = lignes.with_columns(cle=pl.col("cellules").list.last()).join(
        cellules,
        left_on=["cle", *MAILLE],
        right_on=["cle", "niveau", "territoire", "type_periode", "periode"],
        how="left",
    )
    compte = pl.when(pl.col("mesure") == "heures").then(pl.col("heures") / 100).otherwise("personnes")
    assert comparees["tableau"].n_unique() >= 22
    # nobody stands behind a zero
    assert comparees.filter((compte.fill_null(0) - pl.col("valeur")).abs() > 1e-6).is_empty()


def test_a_hidden_row_says_nothing_but_that_it_is_hidden(publique: FiguresProtegees) -> None:
    cachees = publique.indicateurs.filter(pl.col("confidentialite") == "C")
    assert cachees.height
    assert set(cachees["statut_observation"]) == {"Q"}
    for colonne in ("valeur", "part", "ecart_periode", "ecart_annee", "fiabilite"):
        assert cachees[colonne].null_count() == cachees.height, colonne
    assert publique.indicateurs.filter(pl.col("confidentialite") == "F")["valeur"].null_count() == 0


def test_no_small_group_is_shown(publique: FiguresProtegees) -> None:
    vues = publique.indicateurs.filter(
        (pl.col("confidentialite") == "F") & (pl.col("mesure") == "beneficiaires") & (pl.col("valeur") > 0)
    )
    assert vues.height
    assert vues["valeur"].min() >= 5
    sensibles = ["TH", "RSA", "MINIMA", "JUSTICE", "REFUGIE"]
    croisees = vues.filter(pl.col("modalite_1").is_in(sensibles) & pl.col("axe_2").is_not_null())
    assert (croisees["valeur"] >= 11).all()


def test_no_share_of_fewer_than_twenty(publique: FiguresProtegees) -> None:
    effectifs = publique.indicateurs.filter(
        (pl.col("tableau") == "CLES") & (pl.col("mesure") == "beneficiaires")
    ).select(*MAILLE, effectif="valeur")
    parts = publique.indicateurs.filter(
        pl.col("part").is_not_null() & ~pl.col("tableau").is_in(["T18", "S01", "S07"])  # S07 counts events
    ).join(effectifs, on=MAILLE)
    assert parts.height
    assert parts["effectif"].min() >= 20


def test_the_plan_holds_all_tables_levels_and_periods(publique: FiguresProtegees) -> None:
    lignes = publique.indicateurs
    assert set(lignes["tableau"]) >= {"CLES", *codes_des_tableaux("T"), "S01", "S02"}
    assert set(lignes["niveau_territoire"]) == {"national", "region", "departement", "epci"}
    assert set(lignes["type_periode"]) == {"annee", "trimestre"}


def test_prescribers_of_justice_and_childhood_are_within_others(
    entrepot: duckdb.DuckDBPyConnection,
) -> None:
    lignes = entrepot.execute(
        "select * from marts.indicateurs where tableau = 'T15' and mesure = 'heures' and niveau_territoire = 'national' "
        "and type_periode = 'annee' and periode = '2024' and modalite_1 in ('FT', 'ML')"
    ).pl()
    # the demonstration has none of them: two prescribers take their names
    lignes = lignes.with_columns(pl.col("modalite_1").replace({"FT": "SPIP", "ML": "AUTRE"}))
    montrees = chiffres.retenir(lignes, regles.lire(entrepot))
    assert montrees["modalite_1"].to_list() == ["AUTRE"]
    assert montrees["valeur"].item() == lignes["valeur"].sum()


def test_what_counts_no_person_helped_is_shown_as_it_is(
    publique: FiguresProtegees, entrepot: duckdb.DuckDBPyConnection
) -> None:
    cles = ["tableau", "mesure", "axe_1", "modalite_1", *MAILLE]
    vues = publique.indicateurs.filter(pl.col("tableau").is_in(["S06", "S07"]))
    # hours and marchés per post would give hours and marchés of few persons; posts in FTE, the working time of one agent
    assert set(vues["mesure"]) == {
        "structures", "structures_nombre_connu", "structures_etp_connus", "structures_aire_connue", "facilitateurs",
        "zones_blanches_epci", "zones_blanches_departements", "population_zones_blanches", "part_population_couverte",
        "evenements", "organismes",
    }  # fmt: skip
    assert set(vues["confidentialite"]) == {"F"}
    cube = entrepot.execute("select * from marts.indicateurs").pl()
    egales = vues.join(cube, on=cles, how="left", nulls_equal=True, suffix="_cube")
    assert egales.filter(pl.col("valeur").ne_missing(pl.col("valeur_cube"))).is_empty()
    assert egales.filter(pl.col("part").ne_missing(pl.col("part_cube"))).is_empty()
    # four structures hand in, two per region; two of the deposits of 2024 say how many facilitators, one each
    france = vues.filter((pl.col("niveau_territoire") == "national") & (pl.col("periode") == "2024"))
    lus = dict(france.filter(pl.col("axe_1").is_null()).select("mesure", "valeur").iter_rows())
    assert (lus["structures"], lus["structures_nombre_connu"], lus["facilitateurs"]) == (4, 2, 2)


def test_a_table_that_secrecy_does_not_know_is_never_shown(
    entrepot: duckdb.DuckDBPyConnection,
) -> None:
    """Even if someone adds it to the plan: only what is said to count nobody is without cells."""
    inconnues = entrepot.execute(
        "select * from marts.indicateurs where tableau in ('S04', 'S05', 'S08', 'S09', 'S10', 'S11', 'S12') or "
        "(tableau = 'S06' and mesure in ('heures_par_etp', 'facilitateurs_etp')) or "
        "(tableau = 'S02' and axe_1 = 'tranche_age')"
    ).pl()
    decrites = chiffres.decrire(inconnues, regles.lire(entrepot).sans_secret)
    assert decrites["tableau"].n_unique() == 9
    assert decrites["cellules"].to_list() == [["?"]] * decrites.height


@pytest.fixture
def avec_prescripteurs_par_sexe(espace_demo: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the warehouse where someone added a table T23, and its lines of the plan."""
    copie = shutil.copy(espace_demo / "entrepot.duckdb", tmp_path)
    with duckdb.connect(copie) as base:
        base.execute(
            """
            insert into marts.indicateurs by name
            select 'T23' as tableau, 'beneficiaires' as mesure, 'region' as niveau_territoire,
                h.region as code_territoire, 'annee' as type_periode, cast(h.annee as varchar) as periode,
                'prescripteur' as axe_1, b.prescripteur as modalite_1, 'sexe' as axe_2, b.sexe as modalite_2,
                count(distinct b.id_personne) as valeur, 'personnes' as unite, 'Personnes' as base
            from marts.fct_heures as h inner join marts.dim_beneficiaire as b using (id_personne)
            group by all
            """
        )
        base.execute(
            "insert into referentiels.tableaux by name select 'T23' as tableau, 'Essai' as titre, 'prescripteur' as axe_1, "
            "'sexe' as axe_2, 'beneficiaires' as mesure, 'personnes' as unite, 'Personnes' as base, true as est_partition"
        )
        base.execute(
            "insert into referentiels.plan_publication values ('T23', null, null, 'region', 'annee')"
        )
        yield base


def test_a_table_that_no_family_counts_is_refused_and_would_be_hidden(
    avec_prescripteurs_par_sexe: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = avec_prescripteurs_par_sexe
    with pytest.raises(ErreurUtilisateur, match=r"T23 \(prescripteur × sexe\)"):
        proteger(base, "public")
    monkeypatch.setattr(chiffres, "verifier_plan", lambda *_: None)
    sans = functools.partial(protection.proteger_cellules, complementaire=False)
    monkeypatch.setattr(publication.protection, "proteger_cellules", sans)
    vues = proteger(base, "public").indicateurs.filter(pl.col("tableau") == "T23")
    petites = base.execute(
        "select count(*) from marts.indicateurs where tableau = 'T23' and valeur < 5"
    ).fetchone()
    assert petites is not None
    assert petites[0] > 20
    assert vues.height > petites[0]
    assert set(vues["confidentialite"]) == {"C"}


def test_the_restricted_version_is_the_whole_cube_as_it_is(
    publique: FiguresProtegees, restreinte: FiguresProtegees, entrepot: duckdb.DuckDBPyConnection
) -> None:
    assert restreinte.indicateurs.columns == publique.indicateurs.columns
    cles = ["tableau", "mesure", *MAILLE, "axe_1", "modalite_1", "axe_2", "modalite_2"]
    compares = [*cles, "valeur", "part"]
    cube = entrepot.execute("select * from marts.indicateurs where type_periode <> 'cumul'").pl()
    assert set(cube["tableau"]) == set(codes_des_tableaux())
    assert restreinte.indicateurs.select(compares).sort(cles).equals(cube.select(compares).sort(cles))
    assert set(restreinte.indicateurs["confidentialite"]) == {"F"}
    assert restreinte.indicateurs["valeur"].null_count() == 0


def test_what_was_hidden_before_stays_hidden(
    publique: FiguresProtegees, entrepot: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = publique.indicateurs.filter(pl.col("tableau") == "T08")
    sans = functools.partial(protection.proteger_cellules, complementaire=False)
    monkeypatch.setattr(publication.protection, "proteger_cellules", sans)
    apres = proteger(entrepot, "public", anterieures=[avant]).indicateurs
    cles = ["tableau", "mesure", *MAILLE, "modalite_1"]
    reste = avant.filter(pl.col("confidentialite") == "C").join(apres, on=cles)
    assert reste.height
    assert set(reste["confidentialite_right"]) == {"C"}


def test_a_share_hidden_for_its_small_base_does_not_hide_its_cell_later(
    publique: FiguresProtegees, entrepot: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made again from the same data, nothing that was shown is hidden."""
    sans = functools.partial(protection.proteger_cellules, complementaire=False)
    monkeypatch.setattr(publication.protection, "proteger_cellules", sans)
    premiere = proteger(entrepot, "public").indicateurs
    parts = premiere.filter((pl.col("mesure") == "part_femmes") & (pl.col("confidentialite") == "C"))
    heures = premiere.filter((pl.col("mesure") == "heures_femmes") & (pl.col("confidentialite") == "F"))
    assert parts.join(heures, on=MAILLE).height  # hidden share, shown hours of the same women
    encore = proteger(entrepot, "public", anterieures=[premiere]).indicateurs
    assert encore.equals(premiere)


def test_an_unknown_profile_is_a_mistake_of_the_user(entrepot: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ErreurUtilisateur, match="public ou restreint"):
        proteger(entrepot, "secret")
