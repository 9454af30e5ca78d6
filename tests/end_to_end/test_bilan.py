"""`clauses bilan`: the figures owed to buyers and companies, checked against plain SQL over the marts."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from decimal import ROUND_HALF_UP
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commande import DELAI, RACINE, Rafraichi, commande, environnement, lancer, lancer_a_part
from openpyxl import load_workbook
from pypdf import PdfReader


def sql(rafraichi: Rafraichi, requete: str, *valeurs: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(rafraichi.espace / "entrepot.duckdb"), read_only=True) as base:
        return base.execute(requete, list(valeurs)).fetchall()


@pytest.fixture(scope="module")
def siret(echantillons: Rafraichi) -> str:
    """The buyer with the most persons."""
    return str(
        sql(
            echantillons,
            "select donneur_ordre_id from marts.fct_heures where regexp_matches(donneur_ordre_id, '^[0-9]{14}$') "
            "group by 1 order by count(distinct id_personne) desc, 1 limit 1",
        )[0][0]
    )


@pytest.fixture(scope="module")
def publics(echantillons: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents of a whole region, small counts hidden."""
    sortie = tmp_path_factory.mktemp("publics") / "neuf"
    fait = bilan(echantillons, sortie, "--territoire", "32")
    assert fait.code == 0, fait.erreurs
    return sortie


def bilan(rafraichi: Rafraichi, sortie: Path, *options: object) -> Any:
    return lancer("bilan", *options, "--sortie", sortie, "--espace", rafraichi.espace)


def tableau(feuille: Any, titre: str) -> dict[str, list[Any]]:
    """The rows under a header row that holds this title, by their first cell, down to the first empty one."""
    rangs = [[c.value for c in r] for r in feuille.iter_rows()]
    debut = next(i for i, r in enumerate(rangs) if titre in r)
    lus: dict[str, list[Any]] = {}
    for rang in rangs[debut + 1 :]:
        if not any(v is not None for v in rang):
            break
        lus[str(rang[0])] = rang
    return lus


def test_a_buyer_s_account_says_what_the_marts_say(
    echantillons: Rafraichi, siret: str, tmp_path: Path
) -> None:
    fait = bilan(echantillons, tmp_path, "--donneur-ordre", siret, "--profil", "restreint")
    assert fait.code == 0, fait.erreurs
    nom = f"bilan_donneur_ordre_{siret}"
    assert sorted(f.name for f in tmp_path.iterdir()) == [f"{nom}.html", f"{nom}.pdf", f"{nom}.xlsx"]
    classeur = load_workbook(tmp_path / f"{nom}.xlsx")
    heures, personnes, contrats = sql(
        echantillons,
        "select sum(heures), count(distinct id_personne), count(distinct contrat_id) from "
        "marts.fct_heures where donneur_ordre_id = ?",
        siret,
    )[0]
    essentiel = tableau(classeur["L'essentiel"], "Ensemble")
    assert essentiel["Heures d'insertion réalisées"][1] == pytest.approx(float(heures))
    assert essentiel["Personnes"][1] == personnes
    assert essentiel["Contrats"][1] == contrats
    prevues, manquantes, *expositions = sql(
        echantillons,
        "select sum(f.heures_prevues), sum(greatest(f.heures_prevues - f.heures_realisees, 0)), "
        "sum(greatest(f.heures_prevues - f.heures_realisees, 0) * m.penalite_par_heure) filter (f.etat_marche = 'TERMINE'), "
        "sum(greatest(f.heures_prevues - f.heures_realisees, 0) * m.penalite_par_heure) filter (f.etat_marche <> 'TERMINE') "
        "from marts.fct_obligations f join marts.dim_marche m using (marche_id) join marts.dim_operation o "
        "on o.operation_id = m.operation_id where o.donneur_ordre_id = ?",
        siret,
    )[0]
    for libelle, attendu in (
        ("Heures prévues (marchés où elles sont connues)", prevues),
        ("Heures manquantes", manquantes),
        ("Exposition aux pénalités, marchés terminés (euros)", expositions[0]),
        (
            "À ce jour, hypothèse : les autres marchés s'arrêtant à la date d'arrêté (euros)",
            expositions[1],
        ),
    ):
        assert essentiel[libelle][1] == ("nd" if attendu is None else pytest.approx(float(attendu))), libelle
    # each year's statement adds up to its hours
    for annee, total in sql(
        echantillons,
        "select annee, sum(heures) from marts.fct_heures where donneur_ordre_id = ? group by 1",
        siret,
    ):
        releve = tableau(classeur[f"Relevé {annee}"], "janv.")
        assert releve["Ensemble"][14] == pytest.approx(float(total))
        assert sum(releve["Ensemble"][2:14]) == pytest.approx(float(total))
    for horizon, n in sql(
        echantillons,
        "select horizon, count(*) from marts.fct_situations where id_personne in (select id_personne from marts.fct_heures "
        "where donneur_ordre_id = ?) group by 1",
        siret,
    ):
        assert tableau(classeur["Situations"], "Personnes")[f"{horizon} mois"][1] == n


def test_the_three_files_say_the_same_and_carry_the_marks(
    echantillons: Rafraichi, siret: str, tmp_path: Path
) -> None:
    for profil, marques in (
        ("public", ""),
        ("restreint", "DIFFUSION RESTREINTE"),
    ):  # the samples do not say they are made up
        assert bilan(echantillons, tmp_path / profil, "--donneur-ordre", siret, "--profil", profil).code == 0
        nom = tmp_path / profil / f"bilan_donneur_ordre_{siret}"
        classeur = load_workbook(nom.with_suffix(".xlsx"))
        heures = tableau(classeur["L'essentiel"], "Ensemble")["Heures d'insertion réalisées"][1]
        attendu = f"{heures:,.0f}".replace(",", " ")
        page = nom.with_suffix(".html").read_text(encoding="utf-8")
        pdf = PdfReader(nom.with_suffix(".pdf"))
        textes = [
            re.sub(r"[\u202f\u00a0]", " ", t) for t in (page, "\n".join(p.extract_text() for p in pdf.pages))
        ]
        assert all(attendu in t for t in textes)
        assert ("DIFFUSION RESTREINTE" in page) == bool(marques)
        assert not re.search(r"<script|https?://|src=", page)
        assert "@page" in page
        assert all(marques in p.extract_text() for p in pdf.pages)
        for feuille in classeur.worksheets:
            assert (feuille["A1"].value or "") == marques
            assert feuille.print_title_rows
            assert feuille.print_area
            assert all(c.data_type != "f" for r in feuille.iter_rows() for c in r)


def test_the_public_profile_shows_no_small_count_of_persons(echantillons: Rafraichi, publics: Path) -> None:
    fichiers = sorted(publics.glob("bilan_donneur_ordre_*.xlsx"))
    attendus = sql(
        echantillons, "select count(distinct donneur_ordre_id) from marts.fct_heures where region = '32'"
    )
    assert len(fichiers) == attendus[0][0]
    caches = 0
    for fichier in fichiers:
        classeur = load_workbook(fichier)
        for onglet in ("Personnes", "Situations", "Opérations"):
            for rang in classeur[onglet].iter_rows():
                valeurs = [c.value for c in rang]
                effectifs = {
                    "Personnes": valeurs[1:2],
                    "Situations": valeurs[1:],
                    "Opérations": valeurs[5:6],
                }[onglet]
                caches += effectifs.count("s")
                assert not any(isinstance(v, (int, float)) and 0 < v < 5 for v in effectifs), (
                    fichier.name,
                    onglet,
                )
        for rang in classeur["Personnes"].iter_rows():
            if rang[0].value in ("Travailleurs handicapés", "Personnes sous main de justice"):
                assert rang[1].value in ("s", 0) or rang[1].value >= 11
    assert caches


def test_no_hour_of_a_contract_is_hidden(echantillons: Rafraichi, siret: str, publics: Path) -> None:
    """The months of one person too: the buyer checks its contract with them."""
    classeur = load_workbook(publics / f"bilan_donneur_ordre_{siret}.xlsx")
    seules = sql(
        echantillons,
        "select m.code_marche, h.annee, month(h.mois), sum(h.heures), count(distinct h.id_personne) from marts.fct_heures "
        "as h join marts.dim_marche as m using (marche_id) where h.donneur_ordre_id = ? group by all",
        siret,
    )
    assert any(personnes == 1 for *_, personnes in seules)
    for marche, annee, mois, heures, _ in seules:
        releve = tableau(classeur[f"Relevé {annee}"], "janv.")
        assert releve[marche][1 + mois] == pytest.approx(float(heures)), (marche, annee, mois)
    for fichier in publics.glob("*.xlsx"):
        for feuille in load_workbook(fichier).worksheets:
            if feuille.title not in ("L'essentiel", "Personnes", "Situations", "Opérations"):
                assert not any(c.value == "s" for r in feuille.iter_rows() for c in r), (fichier, feuille)


def test_a_company_s_attestation_adds_up(echantillons: Rafraichi, tmp_path: Path) -> None:
    entreprise, heures = sql(
        echantillons,
        "select entreprise_id, sum(heures) from marts.fct_heures where entreprise_id is not null "
        "group by 1 order by 2 desc, 1 limit 1",
    )[0]
    assert bilan(echantillons, tmp_path, "--entreprise", entreprise).code == 0
    classeur = load_workbook(tmp_path / f"attestation_entreprise_{entreprise}.xlsx")
    assert tableau(classeur["Heures par marché"], "Objet")["Ensemble"][7] == pytest.approx(float(heures))
    assert tableau(classeur["L'essentiel"], "Ensemble")["SIRET"][1] == entreprise


def test_an_operation_is_named_by_its_code_and_its_structure(echantillons: Rafraichi, tmp_path: Path) -> None:
    operation, heures = sql(
        echantillons,
        "select operation_id, sum(heures) from marts.fct_heures group by 1 order by 2 desc, 1 limit 1",
    )[0]
    assert bilan(echantillons, tmp_path, "--operation", operation).code == 0
    (fichier,) = tmp_path.glob("bilan_operation_*.xlsx")
    essentiel = tableau(load_workbook(fichier)["L'essentiel"], "Ensemble")
    assert essentiel["Heures d'insertion réalisées"][1] == pytest.approx(float(heures))


@pytest.mark.parametrize(
    ("options", "code", "dit"),
    [
        (("--donneur-ordre", "00000000000000"), "DONNEUR_ORDRE_INCONNU", "Aucun donneur d'ordre"),
        (("--operation", "=1+1"), "OPERATION_INCONNUE", "Aucune opération"),
        (("--territoire", "99"), "TERRITOIRE_INCONNU", "ni une région ni un département"),
        (("--territoire", "94"), "TERRITOIRE_VIDE", "Aucune heure"),
        ((), "CIBLE_ABSENTE", "un seul à la fois"),
        (("--territoire", "32", "--entreprise", "1"), "CIBLE_ABSENTE", "un seul à la fois"),
        (("--territoire", "32", "--profil", "secret"), "PROFIL_INCONNU", "public ou restreint"),
    ],
)
def test_mistakes_are_said_in_french(
    echantillons: Rafraichi, tmp_path: Path, options: tuple[str, ...], code: str, dit: str
) -> None:
    fait = bilan(echantillons, tmp_path / "sortie", *options)
    assert fait.code == 2
    assert f"{code} : " in fait.erreurs
    assert dit in fait.erreurs
    assert not (tmp_path / "sortie").exists()


def test_a_slip_in_a_siret_is_answered_by_the_nearest_one(
    echantillons: Rafraichi, siret: str, tmp_path: Path
) -> None:
    fait = bilan(echantillons, tmp_path, "--donneur-ordre", siret[:-1])
    assert "Vouliez-vous dire" in fait.erreurs
    assert siret in fait.erreurs


def test_no_warehouse_and_no_room_are_said(echantillons: Rafraichi, siret: str, tmp_path: Path) -> None:
    sans = lancer(
        "bilan", "--donneur-ordre", siret, "--sortie", tmp_path / "s", "--espace", tmp_path / "vide"
    )
    assert (sans.code, "ENTREPOT_ABSENT" in sans.erreurs) == (2, True)
    (tmp_path / "fichier").write_text("occupé")
    occupe = bilan(echantillons, tmp_path / "fichier", "--donneur-ordre", siret)
    assert (occupe.code, "SORTIE_IMPOSSIBLE" in occupe.erreurs) == (2, True)


def test_a_full_disk_leaves_no_half_document(echantillons: Rafraichi, tmp_path: Path) -> None:
    """No file may grow beyond a limit, as on a full disk: what was there before stays as it was."""
    (tmp_path / "notes.txt").write_text("à moi")
    plein = lancer_a_part(
        "bilan", "--territoire", "32", "--sortie", tmp_path, "--espace", echantillons.espace, place=9_000
    )
    assert plein.code == 2, plein.texte
    lisible = " ".join(plein.erreurs.split())
    assert "SORTIE_IMPOSSIBLE" in lisible
    assert "le fichier dépasse la taille permise" in lisible
    assert [f.name for f in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.lent
def test_killed_half_way_nothing_is_shown_and_the_next_run_cleans(
    echantillons: Rafraichi, tmp_path: Path
) -> None:
    with subprocess.Popen(
        commande("bilan", "--territoire", "32", "--sortie", tmp_path, "--espace", echantillons.espace),
        cwd=RACINE,
        env=environnement(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as processus:
        fin = time.monotonic() + DELAI
        while not list(tmp_path.glob(".bilans.*/*.pdf")) and time.monotonic() < fin:
            time.sleep(0.01)
        processus.send_signal(signal.SIGKILL)
    restes = list(tmp_path.iterdir())
    assert {r.name.startswith(".bilans.") for r in restes} == {True}  # the folder, and its lock
    assert bilan(echantillons, tmp_path, "--territoire", "32").code == 0
    ecrits = {f.name for f in tmp_path.iterdir()}
    assert len(ecrits) > 3
    assert not any(nom.startswith(".") for nom in ecrits)


def test_documents_asked_for_again_replace_the_old_ones(
    echantillons: Rafraichi, siret: str, tmp_path: Path
) -> None:
    """A bilan is a state of the day, not an edition: the folder is given back with today's, and nothing else changed."""
    (tmp_path / "notes.txt").write_text("à moi")
    nom = f"bilan_donneur_ordre_{siret}"
    (tmp_path / f"{nom}.pdf").write_text("ancien")
    assert bilan(echantillons, tmp_path, "--donneur-ordre", siret).code == 0
    assert (tmp_path / f"{nom}.pdf").read_bytes().startswith(b"%PDF")
    assert {f.name for f in tmp_path.iterdir()} == {
        "notes.txt",
        *(f"{nom}.{e}" for e in ("html", "pdf", "xlsx")),
    }


def test_whom_one_may_write_about(echantillons: Rafraichi, tmp_path: Path) -> None:
    execution = lancer("bilan", "--liste", "--espace", echantillons.espace)
    assert execution.code == 0, execution.texte
    lus = {ligne.split()[0]: ligne for ligne in execution.sortie.splitlines() if ligne.strip()[:1].isdigit()}
    heures = dict(
        sql(echantillons, "select donneur_ordre_id, sum(heures) from marts.fct_heures group by 1")
    ) | dict(sql(echantillons, "select entreprise_id, sum(heures) from marts.fct_heures group by 1"))
    for cle, ligne in lus.items():
        assert ligne.rstrip().replace("\u202f", "").endswith(str(heures[cle].quantize(0, ROUND_HALF_UP))), (
            ligne
        )
    # every company with hours; buyers without a SIRET are listed under what names them
    (entreprises,) = sql(echantillons, "select count(distinct entreprise_id) from marts.fct_heures")[0]
    assert f"Entreprises employeuses ({entreprises})" in execution.sortie
    # an operation by the key that --operation takes, in its territory only
    (operation, code) = sql(echantillons, "select operation_id, region from marts.fct_heures limit 1")[0]
    ici, ailleurs = (
        lancer("bilan", "--liste", "--territoire", r, "--espace", echantillons.espace).sortie
        for r in (code, "11" if code == "32" else "32")
    )
    assert operation in ici
    assert operation not in ailleurs
    sans = lancer("bilan", "--donneur-ordre", "x", "--espace", echantillons.espace)
    assert sans.code == 2
    assert "SORTIE_ABSENTE" in sans.texte


def test_a_name_that_only_one_has(echantillons: Rafraichi, tmp_path: Path) -> None:
    noms = sql(
        echantillons,
        "select donneur_ordre_id, nom from marts.dim_donneur_ordre where siret is not null order by nom",
    )
    cle, nom = noms[0]
    fait = bilan(echantillons, tmp_path, "--donneur-ordre", f"  {nom.upper()} ")
    assert fait.code == 0, fait.texte
    assert (tmp_path / f"bilan_donneur_ordre_{cle}.pdf").exists()
    commun = nom.split()[0]
    assert sum(commun in n for _, n in noms) > 1
    ambigu = bilan(echantillons, tmp_path, "--donneur-ordre", commun)
    assert ambigu.code == 2
    assert "NOM_AMBIGU" in ambigu.texte


def test_a_holder_answers_for_its_marches(echantillons: Rafraichi, tmp_path: Path) -> None:
    """Hours on the marchés that it holds, whoever employed, counted from the facts."""
    entreprise, marches = sql(
        echantillons,
        "select entreprise_id, list(distinct marche_id) from marts.fct_engagements where role = 'Titulaire' "
        "and entreprise_id is not null group by 1 order by count(*) desc, 1 limit 1",
    )[0]
    fait = bilan(echantillons, tmp_path, "--entreprise", entreprise, "--profil", "restreint")
    assert fait.code == 0, fait.texte
    classeur = load_workbook(tmp_path / f"attestation_entreprise_{entreprise}.xlsx")
    tenus = tableau(classeur["Marchés tenus"], "Réalisées sur le marché")
    (tous,) = sql(
        echantillons, "select sum(heures) from marts.fct_heures where list_contains(?, marche_id)", marches
    )[0]
    (siennes,) = sql(
        echantillons,
        "select coalesce(sum(heures), 0) from marts.fct_heures where list_contains(?, marche_id) "
        f"and entreprise_id = '{entreprise}'",
        marches,
    )[0]
    assert tenus["Ensemble"][7] == pytest.approx(float(tous))
    assert tenus["Ensemble"][6] == pytest.approx(float(siennes))
    assert float(tous) > float(siennes)
