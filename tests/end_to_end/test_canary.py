"""Names, first names and the key stay in memory; birth dates stay in brut/. Every byte left behind is searched.

Canary persons are planted in every container, in deposits accepted and refused, in cells that are wrong or misplaced;
compressed files are opened and each of their cells is searched too.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from commande import RACINE, lancer_a_part
from depots_fictifs import (
    Personne,
    ecrire_classeur,
    ecrire_csv,
    ecrire_dossier,
    ecrire_zip,
    nom_de_depot,
    tableau_bilan,
    tables_relationnelles,
)

pytestmark = pytest.mark.lent

# no word of French, of the nomenclatures or of the product contains these; the first looks like a header
NOMS = ["BENEFICIAIREZQX", "Zwyqart", "Kvöxbrun", "D'Ywqzel-Fjord"]
PRENOMS = ["Qxwilda", "Jzôfwik", "Vyxandre-Qiu", "Wqzoé"]
NAISSANCES = [dt.date(1961, 2, 17), dt.date(1977, 9, 28), dt.date(1983, 12, 5), dt.date(1999, 10, 13)]
PERSONNES = [Personne(n, p, f"{d:%d/%m/%Y}") for n, p, d in zip(NOMS, PRENOMS, NAISSANCES, strict=True)]
# their runs of plain letters: the same in every encoding, with or without accents
MORCEAUX = sorted({m.lower() for nom in NOMS + PRENOMS for m in re.findall(r"[A-Za-z]{4,}", nom)})


def _ecritures(date: dt.date) -> list[str]:
    mois = ["février", "septembre", "décembre", "octobre"][NAISSANCES.index(date)]
    jours_excel = (date - dt.date(1899, 12, 30)).days
    return [
        f"{date:%Y-%m-%d}",
        f"{date:%d/%m/%Y}",
        f"{date:%d-%m-%Y}",
        f"{date:%Y/%m/%d}",
        f"{date:%Y%m%d}",
        f"{date:%d/%m/%y}",
        f"{date.day} {mois} {date.year}",
        f"{jours_excel}.0",
    ]


DATES = [e for date in NAISSANCES for e in _ecritures(date)]


@dataclass(frozen=True)
class Trace:
    """Everything a run left: its folder (workspace, home, temporary files) and what it printed."""

    racine: Path
    espace: Path
    affiche: str


def _planter(depots: Path) -> None:
    tables = tables_relationnelles("S59701", personnes=PERSONNES)
    ecrire_classeur(depots / "accepte" / "classeur.xlsx", tables)
    ecrire_dossier(
        depots / "accepte" / "dossier", tables_relationnelles("S59702", 2023, PERSONNES), encodage="cp1252"
    )
    ecrire_zip(depots / "accepte" / "archive.zip", tables_relationnelles("S59703", personnes=PERSONNES))
    ecrire_csv(
        depots / "accepte" / f"{nom_de_depot('S80704')}.csv", tableau_bilan("S80704", personnes=PERSONNES)
    )
    ecrire_classeur(
        depots / "accepte" / f"{nom_de_depot('S80705')}.xlsx",
        {"Export": tableau_bilan("S80705", personnes=PERSONNES)},
    )

    # accepted with every fault of a person's row: unreadable, future or absurd birth date, same number twice
    fautes = tables_relationnelles("S59706", personnes=PERSONNES * 8)
    personnes = fautes["Bénéficiaires"]
    personnes[1][3] = f"née le {NAISSANCES[0]:%d/%m/%Y} à Zwyqart"
    personnes[2][3] = "28 Jzôfwik 77"
    personnes[3][2] = ""
    personnes.append([*personnes[4][:5], "62000", *personnes[4][6:]])
    personnes.append(list(personnes[5]))
    ecrire_dossier(depots / "accepte" / "fautes", fautes)
    conflits = tableau_bilan("S80707", personnes=PERSONNES)
    nom, naissance = conflits[0].index("Nom"), conflits[0].index("Né(e) le")
    conflits[3][nom] = "Zwyqartova"
    conflits[4][naissance] = f"{NAISSANCES[3]:%d/%m/%Y}"
    ecrire_csv(depots / "accepte" / f"{nom_de_depot('S80707')}.csv", conflits)

    # refused, each for a reason that shows something of the file
    sans_entete = tables_relationnelles("S59711", personnes=PERSONNES)
    del sans_entete["Bénéficiaires"][0]
    ecrire_dossier(depots / "refuse" / "sans-entete", sans_entete)
    ecrire_classeur(depots / "refuse" / "sans-entete.xlsx", sans_entete)
    sans_colonne = tables_relationnelles("S59712", personnes=PERSONNES)
    for ligne in sans_colonne["Bénéficiaires"]:
        del ligne[4]
    ecrire_classeur(depots / "refuse" / "sans-colonne.xlsx", sans_colonne)
    inconnu = [[p.nom, p.prenom, p.naissance, "x"] for p in PERSONNES]
    ecrire_csv(depots / "refuse" / "inconnu.csv", inconnu)
    plat_sans_entete = copy.deepcopy(tableau_bilan("S80713", personnes=PERSONNES))[1:]
    ecrire_csv(depots / "refuse" / f"{nom_de_depot('S80713')}.csv", plat_sans_entete)
    rejets = tables_relationnelles("S59714", personnes=PERSONNES)
    for ligne in rejets["Bénéficiaires"][1:3]:
        ligne[0] = ""
    ecrire_zip(depots / "refuse" / "rejets.zip", rejets)
    casse = (depots / "accepte" / "classeur.xlsx").read_bytes()
    (depots / "refuse" / "tronque.xlsx").write_bytes(casse[: len(casse) * 2 // 3])
    ouvert = ecrire_csv(
        depots / "refuse" / f"{nom_de_depot('S80715')}.csv", tableau_bilan("S80715", personnes=PERSONNES)
    )
    ouvert.write_bytes(
        ouvert.read_bytes().replace(b"Zwyqart", b'"Zwyqart', 1).replace(b';"Zwyqart', b'\r\n"Zwyqart')
    )


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """A refresh and every reading command, with a home and a temporary folder of their own."""
    depots = tmp_path_factory.mktemp("canaris")
    racine = tmp_path_factory.mktemp("trace")
    _planter(depots)
    espace = racine / "espace"
    ajouts = {"HOME": str(racine / "maison"), "TMPDIR": str(racine / "provisoire")}
    for dossier in ajouts.values():
        Path(dossier).mkdir()
    refus = "select * from qualite.depots"
    executions = [
        lancer_a_part("actualiser", depots, "--espace", espace, "--temps", ajouts=ajouts, dossier=racine),
        lancer_a_part("etat", "--espace", espace, ajouts=ajouts, dossier=racine),
        lancer_a_part(
            "constats",
            "--espace",
            espace,
            "--sortie",
            racine / "constats.xlsx",
            ajouts=ajouts,
            dossier=racine,
        ),
        lancer_a_part("sql", refus, "--format", "json", "--espace", espace, ajouts=ajouts, dossier=racine),
    ]
    assert [e.code for e in executions] == [0] * 4, [e.texte for e in executions]
    return Trace(racine, espace, "\n".join(e.texte for e in executions))


def _fichiers(racine: Path) -> Iterator[Path]:
    return (f for f in racine.rglob("*") if f.is_file())


def _textes_duckdb(base: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(base), read_only=True) as connexion:
        tables = connexion.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        for schema, table in tables:
            lignes = connexion.execute(f'select t::varchar from "{schema}"."{table}" as t').fetchall()
            yield f"{base.name} {schema}.{table}", "\n".join(ligne for (ligne,) in lignes)


def _textes_parquet(fichier: Path) -> Iterator[tuple[str, str]]:
    for colonne in pl.read_parquet(fichier).iter_columns():
        cellules = colonne.drop_nulls().cast(pl.String)
        yield f"{fichier.parent.name}/{fichier.name} {colonne.name}", "\n".join(cellules)


def _textes(trace: Trace) -> Iterator[tuple[str, str]]:
    """(place, lower-case text): each file's name and bytes, then what compressed files hold, then the terminal."""
    for lieu, texte in _textes_bruts(trace):
        yield lieu, texte.lower()


def _textes_bruts(trace: Trace) -> Iterator[tuple[str, str]]:
    for fichier in _fichiers(trace.racine):
        lieu = str(fichier.relative_to(trace.racine))
        yield lieu, lieu
        octets = fichier.read_bytes()
        yield lieu, octets.decode("latin-1")
        yield lieu, octets.replace(b"\0", b"").decode("latin-1")  # UTF-16
        if fichier.suffix == ".duckdb":
            yield from _textes_duckdb(fichier)
        elif fichier.suffix == ".parquet":
            yield from _textes_parquet(fichier)
        elif zipfile.is_zipfile(fichier):
            with zipfile.ZipFile(fichier) as archive:
                for membre in archive.namelist():
                    yield f"{lieu}!{membre}", archive.read(membre).decode("utf-8", "ignore")
    yield "terminal", trace.affiche


def test_les_canaris_sont_bien_lus(trace: Trace) -> None:
    """Else the search would prove nothing: each container gave its persons, each refusal happened."""
    statuts = lire_depots(trace)
    acceptes = {c for c, s, _ in statuts if s == "accepte"}
    assert acceptes == {c for c, _, _ in statuts if c.startswith("accepte/")}
    assert len(acceptes) == 7
    regles = {Path(c).name: r for c, s, r in statuts if s == "refuse"}
    assert regles == {
        "sans-entete": "COLONNE_MANQUANTE",
        "sans-entete.xlsx": "COLONNE_MANQUANTE",
        "sans-colonne.xlsx": "COLONNE_MANQUANTE",
        "inconnu.csv": "FORMAT_INCONNU",
        f"{nom_de_depot('S80713')}.csv": "FORMAT_INCONNU",
        "rejets.zip": "TROP_DE_REJETS",
        "tronque.xlsx": "ILLISIBLE",
        f"{nom_de_depot('S80715')}.csv": "ILLISIBLE",
    }
    with duckdb.connect(str(trace.espace / "journal.duckdb"), read_only=True) as journal:
        regles_vues = {r for (r,) in journal.execute("select distinct regle from constats").fetchall()}
    assert {"NAISSANCE_INVALIDE", "IDENTITE_INCOMPLETE", "CLE_EN_DOUBLE", "CONFLIT_REFERENCE"} <= regles_vues
    naissances = pl.concat(
        [pl.read_parquet(f, columns=["date_naissance"]) for f in trace.espace.glob("brut/*/b*.parquet")]
    )
    assert set(NAISSANCES) <= set(naissances["date_naissance"])


def lire_depots(trace: Trace) -> list[tuple[str, str, str | None]]:
    with duckdb.connect(str(trace.espace / "entrepot.duckdb"), read_only=True) as base:
        return base.execute("select chemin, statut, regle from qualite.depots order by chemin").fetchall()


def test_la_recherche_trouve_ce_qui_est_plante(tmp_path: Path) -> None:
    """The control of the controls: the same search, over the deposits themselves, finds every canary."""
    _planter(tmp_path)
    textes = [texte for _, texte in _textes(Trace(tmp_path, tmp_path, ""))]
    assert [m for m in MORCEAUX if not any(m in texte for texte in textes)] == []
    assert all(any(f"{d:%d/%m/%Y}" in texte for texte in textes) for d in NAISSANCES)


def test_aucun_nom_nulle_part(trace: Trace) -> None:
    trouves = {(lieu, morceau) for lieu, texte in _textes(trace) for morceau in MORCEAUX if morceau in texte}
    assert not trouves, sorted(trouves)


def test_aucune_date_de_naissance_hors_de_brut(trace: Trace) -> None:
    trouvees = {
        (lieu, date)
        for lieu, texte in _textes(trace)
        if not lieu.startswith("espace/brut/") and ".parquet " not in lieu
        for date in DATES
        if date in texte
    }
    assert not trouvees, sorted(trouvees)


def test_l_entrepot_n_a_aucune_date_d_avant_2000(trace: Trace) -> None:
    """Birth dates under another guise: no column of dates goes back to when these persons were born."""
    with duckdb.connect(str(trace.espace / "entrepot.duckdb"), read_only=True) as base:
        colonnes = base.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where (data_type = 'DATE' or data_type like 'TIMESTAMP%') "
            "and schema_name in ('marts', 'qualite') and not internal"
        ).fetchall()
        assert colonnes
        for schema, table, colonne in colonnes:
            (plus_ancienne,) = base.execute(
                f'select min("{colonne}") from "{schema}"."{table}"'
            ).fetchone() or (None,)
            assert plus_ancienne is None or plus_ancienne.year >= 2000, (schema, table, colonne)


def test_la_cle_ne_sort_pas_de_son_fichier(trace: Trace) -> None:
    fichier = trace.espace / ".cle"
    cle = fichier.read_bytes()
    assert fichier.stat().st_mode & 0o777 == 0o600
    formes = [cle, cle.hex().encode(), cle.hex().upper().encode()]
    for autre in _fichiers(trace.racine):
        if autre != fichier:
            octets = autre.read_bytes()
            assert not any(forme in octets for forme in formes), autre
    assert cle.hex() not in trace.affiche.lower()


def test_rien_ne_reste_hors_de_l_espace(trace: Trace) -> None:
    """No scratch, no half-written deposit, nothing in the temporary folder."""
    assert not (trace.espace / ".travail").exists()
    assert not list(trace.espace.glob("brut/.*"))
    assert list(_fichiers(trace.racine / "provisoire")) == []


def test_le_cache_du_projet_ne_garde_personne(trace: Trace) -> None:
    """The compiled models and reference tables are kept beside the code: no person may be in them."""
    for fichier in _fichiers(RACINE / "target"):
        texte = fichier.read_bytes().decode("latin-1").lower()
        assert not any(morceau in texte for morceau in MORCEAUX), fichier
