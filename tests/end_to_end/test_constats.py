"""What is sent back to structures, by the terminal, the report and the workbook, and which deposits it speaks of."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from commande import (
    ATTENDU,
    DEPOTS,
    Rafraichi,
    dit,
    lancer,
    lire,
)
from depots_fictifs import (
    ecrire_classeur,
    ecrire_csv,
    ecrire_dossier,
    nom_de_depot,
    tableau_bilan,
    tables_relationnelles,
)


@pytest.mark.parametrize("nom", ["constats.pdf", "constats", "constats.xls"])
def test_les_constats_vont_dans_un_classeur_xlsx(nom: str, echantillons: Rafraichi, tmp_path: Path) -> None:
    execution = lancer("constats", "--espace", echantillons.espace, "--sortie", tmp_path / nom)
    assert execution.code == 2, execution.texte
    dit(execution, "SORTIE_IMPOSSIBLE", ".xlsx")
    assert list(tmp_path.iterdir()) == []


def test_constats_d_une_structure(echantillons: Rafraichi, tmp_path: Path) -> None:
    sortie = tmp_path / "constats.xlsx"
    execution = lancer(
        "constats", "--espace", echantillons.espace, "--structure", "S59000", "--sortie", sortie
    )
    assert execution.code == 0, execution.texte
    textes = _textes(sortie)
    assert any("ABC_S59000_20230101_20231231_20240120.xlsx" in t for t in textes)
    assert not any("S62001" in t for t in textes)
    inconnue = lancer("constats", "--espace", echantillons.espace, "--structure", "S00000")
    assert inconnue.code == 2
    dit(inconnue, "STRUCTURE_INCONNUE", "S59000")


def _textes(classeur: Path) -> list[str]:
    return [
        str(cellule)
        for feuille in openpyxl.load_workbook(classeur, read_only=True)
        for ligne in feuille.iter_rows(values_only=True)
        for cellule in ligne
        if cellule is not None
    ]


def test_rapport_et_classeur_disent_les_refus(echantillons: Rafraichi, tmp_path: Path) -> None:
    sortie = tmp_path / "constats.xlsx"
    assert lancer("constats", "--espace", echantillons.espace, "--sortie", sortie).code == 0
    classeur = "\n".join(_textes(sortie))
    (rapport,) = (echantillons.espace / "rapports").glob("*.html")
    page = rapport.read_text(encoding="utf-8").replace("&#39;", "'")
    refus = lire(
        echantillons.espace / "entrepot.duckdb",
        "select chemin, regle, message from qualite.depots where statut = 'refuse'",
    )
    assert refus.height == 9
    for chemin, regle, message in refus.iter_rows():
        assert chemin in classeur, chemin
        assert message in classeur, message
        assert chemin in page, chemin
        assert regle in page, regle
    constats = pl.read_csv(ATTENDU / "constats.csv", infer_schema=False)
    lignes = {
        (str(r[1]), numero)
        for feuille in openpyxl.load_workbook(sortie, read_only=True)
        for r in feuille.iter_rows(min_row=5, values_only=True)
        if len(r) > 3 and feuille.title.startswith("S")
        for numero in _numeros(r[3])
    }
    for depot, _, ligne, _ in constats.iter_rows():
        assert any(depot in fichier and str(numero) == ligne for fichier, numero in lignes), (depot, ligne)


def _numeros(cellule: object) -> list[int]:
    """The lines of « 4 à 7, 12 »."""
    bornes = [morceau.split(" à ") for morceau in str(cellule or "").split(", ") if morceau[:1].isdigit()]
    return [n for b in bornes for n in range(int(b[0]), int(b[-1]) + 1)]


def test_alias_ajoute_apres_coup(echantillons: Rafraichi, tmp_path: Path) -> None:
    """A form unknown when it was loaded is resolved at the next refresh, without its deposit being read again."""
    espace = echantillons.copier(tmp_path / "espace")
    formes = lire(
        espace / "journal.duckdb",
        "select forme, sum(occurrences) as n from formes_inconnues where nomenclature = 'prescripteur' "
        "group by forme order by n desc, forme limit 1",
    )
    forme = formes["forme"][0]
    (espace / "alias.csv").write_text(
        f'nomenclature,forme,code\nprescripteur,"{forme}",CCAS\n', encoding="utf-8"
    )
    comptes = (
        "select prescripteur, count(*) as n from marts.dim_beneficiaire "
        "where prescripteur in ('ND', 'CCAS') group by all"
    )
    avant = dict(lire(espace / "entrepot.duckdb", comptes).iter_rows())
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    apres = dict(lire(espace / "entrepot.duckdb", comptes).iter_rows())
    assert apres["CCAS"] > avant["CCAS"]
    assert avant["ND"] - apres.get("ND", 0) == apres["CCAS"] - avant["CCAS"]
    # the same form may stay unknown in other columns
    connue = f"regle = 'CODE_INCONNU' and valeur = '{forme}' and colonne = 'Prescripteur'"
    assert lire(echantillons.espace / "entrepot.duckdb", f"from qualite.alertes where {connue}").height
    assert lire(espace / "entrepot.duckdb", f"from qualite.alertes where {connue}").is_empty()
    classeur = tmp_path / "constats.xlsx"
    assert lancer("constats", "--espace", espace, "--sortie", classeur).code == 0
    assert not any(f"« {forme} » de la colonne « Prescripteur »" in texte for texte in _textes(classeur))
    deposes = "select sha256 from depots where statut = 'accepte' order by ordre"
    assert lire(espace / "journal.duckdb", deposes).equals(
        lire(echantillons.espace / "journal.duckdb", deposes)
    )


@pytest.fixture(scope="module")
def petits_depots(tmp_path_factory: pytest.TempPathFactory) -> Rafraichi:
    """One refresh of made-up deposits: corrections, one that the suites refuse, names hard to write."""
    depots = tmp_path_factory.mktemp("petits") / "dépôts [bold] d'été"
    ecrire_dossier(depots / "1", tables_relationnelles("S59901"))
    # a correction of the last quarter: other hours, one contract gone, extracted later
    correction = tables_relationnelles("S59901")
    correction["Informations"][3][1] = "01/10/2024"
    correction["Informations"][5][1] = "15/02/2025"
    entete, *lignes = correction["Heures"]
    correction["Heures"] = [
        entete,
        *(
            [contrat, marche, mois, "100", ""]
            for contrat, marche, mois, *_ in lignes
            if mois >= "2024-10" and contrat != "C3"
        ),
    ]
    ecrire_classeur(depots / "0" / "correction.xlsx", correction)
    # an older extraction of the same year: it must not count, though it comes last by name
    ancien = tables_relationnelles("S59901")
    ancien["Informations"][5][1] = "05/01/2025"
    ancien["Heures"] = [[*ligne[:3], "150", ""] for ligne in ancien["Heures"][:10]]
    ancien["Heures"][0] = entete
    ecrire_dossier(depots / "2", ancien)

    minutes = tables_relationnelles("S59802")
    for ligne in minutes["Heures"][1:]:
        ligne[3] = "480"  # eight hours, in minutes
    ecrire_dossier(depots / "minutes", minutes)

    ecrire_csv(depots / f"{nom_de_depot('S80902')} l'export [rouge].csv", tableau_bilan("S80902"))
    (depots / os.fsdecode(b"perdu-\xff.csv")).write_bytes(b"a;b\n1;2\n")
    (depots / "lien.csv").symlink_to(depots / "nulle-part.csv")
    (depots / "~$ouvert.xlsx").write_bytes(b"")
    shutil.copy(DEPOTS / "a-verifier" / "notes.pdf", depots)
    espace = depots.parent / "l'espace"
    return Rafraichi(espace, lancer("actualiser", depots, "--espace", espace))


def _verdicts(espace: Path) -> dict[str, tuple[str, str | None, str | None]]:
    depots = lire(espace / "entrepot.duckdb", "select chemin, statut, regle, message from qualite.depots")
    return {chemin: (statut, regle, message) for chemin, statut, regle, message in depots.iter_rows()}


def test_corrections_et_periodes_qui_se_recouvrent(petits_depots: Rafraichi) -> None:
    """For each month the latest deposit that covers it counts, whole; the others' rows stay in brut/."""
    assert petits_depots.execution.code == 0, petits_depots.execution.texte
    verdicts = _verdicts(petits_depots.espace)
    assert [verdicts[c][0] for c in ("1", "0/correction.xlsx", "2")] == ["accepte"] * 3
    par_mois = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select strftime(mois, '%Y-%m') as mois, sum(heures)::double as heures from marts.fct_heures "
        "where structure_code = 'S59901' group by all",
    )
    annuel = sum(20 + i + 1.5 for i in range(4))
    assert dict(par_mois.iter_rows()) == {
        f"2024-{m:02d}": pytest.approx(300 if m >= 10 else annuel) for m in range(1, 13)
    }
    assert len(list((petits_depots.espace / "brut").iterdir())) == 4


def test_les_constats_de_ce_qui_est_remplace_ne_sont_plus_listes(
    petits_depots: Rafraichi, tmp_path: Path
) -> None:
    """Terminal, state, report and workbook leave out the same deposits: those that count for no month, and no other."""
    comptent = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select distinct chemin from qualite.couverture inner join qualite.depots using (depot_id)",
    )["chemin"].to_list()
    assert "2" not in comptent
    (page,) = (petits_depots.espace / "rapports").glob("*.html")
    sortie = tmp_path / "constats.xlsx"
    constats = lancer("constats", "--espace", petits_depots.espace, "--sortie", sortie)
    etat = lancer("etat", "--espace", petits_depots.espace)
    phrase = "remplacés depuis par d'autres dépôts : 1 accepté"
    for execution in (petits_depots.execution, constats, etat):
        dit(execution, phrase)
    assert phrase in " ".join(page.read_text(encoding="utf-8").replace("&#39;", "'").split()).replace(
        "\u00a0", " "
    )
    dit(etat, "3 acceptés de 2 structures, 3 refusés")
    dit(constats, "3 dépôts refusés")
    lignes = [
        ligne
        for feuille in openpyxl.load_workbook(sortie, read_only=True)
        for ligne in feuille.iter_rows(min_row=5, values_only=True)
        if feuille.title.startswith("S") and ligne[0] in ("Ligne écartée", "À vérifier")
    ]
    assert lignes
    refuses = {c for c, (statut, *_) in _verdicts(petits_depots.espace).items() if statut == "refuse"}
    assert {ligne[1] for ligne in lignes} <= {*comptent, *refuses}
    nombres = {
        gravite: sum(len(_numeros(x[3])) or 1 for x in lignes if x[0] == gravite)
        for gravite in ("Ligne écartée", "À vérifier")
    }
    texte = " ".join(constats.sortie.split())
    (total,) = re.findall(r"Au total : (\d+) lignes? écartées?, (\d+) points? à vérifier", texte)
    assert total == tuple(map(str, nombres.values()))


def test_un_depot_refuse_par_les_suites_n_est_pas_charge(petits_depots: Rafraichi) -> None:
    """A critical expectation that fails refuses its deposit, whole, and lets the others in."""
    statut, regle, message = _verdicts(petits_depots.espace)["minutes"]
    assert (statut, regle) == ("refuse", "VALIDATION")
    assert message
    assert "constaté" in message
    assert "attendu au plus 300 heures" in message
    assert len(list((petits_depots.espace / "brut").iterdir())) == 4
    verifies = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select statut, bool_and(coalesce(succes, true)) as reussi from qualite.validations as v "
        "inner join qualite.depots as d on v.depot = d.depot_id and v.severite = 'critique' group by all",
    )
    assert dict(verifies.iter_rows()) == {"accepte": True, "refuse": False}
    structures = lire(
        petits_depots.espace / "entrepot.duckdb",
        "select distinct structure_code from marts.fct_heures order by 1",
    )
    assert structures["structure_code"].to_list() == ["S59901", "S80902"]


def test_noms_de_fichiers_difficiles(petits_depots: Rafraichi, tmp_path: Path) -> None:
    """Names with quotes, accents, brackets and bytes that are no text; a link that leads nowhere."""
    dit(petits_depots.execution, "4 acceptés sur 7", "perdu-", "lien.csv (ILLISIBLE)")
    verdicts = _verdicts(petits_depots.espace)
    assert verdicts[f"{nom_de_depot('S80902')} l'export [rouge].csv"][0] == "accepte"
    assert len(verdicts) == 7
    assert lancer("etat", "--espace", petits_depots.espace).code == 0
    execution = lancer("constats", "--espace", petits_depots.espace, "--sortie", tmp_path / "c.xlsx")
    assert execution.code == 0, execution.texte


def test_a_workbook_and_a_mail_for_each_structure(echantillons: Rafraichi, tmp_path: Path) -> None:
    dossier = tmp_path / "à renvoyer"
    execution = lancer("constats", "--espace", echantillons.espace, "--par-structure", "--sortie", dossier)
    assert execution.code == 0, execution.texte
    touches = lire(
        echantillons.espace / "entrepot.duckdb",
        "select distinct structure_code from qualite.depots semi join (select depot as depot_id from qualite.rejets "
        "union select depot from qualite.alertes) using (depot_id)",
    )["structure_code"].to_list()
    classeurs = {f.stem.removeprefix("constats_"): f for f in dossier.glob("*.xlsx")}
    assert set(touches) <= set(classeurs)
    for code, fichier in classeurs.items():
        courriel = fichier.with_suffix(".txt").read_text(encoding="utf-8-sig")
        assert re.match(
            r"Objet : (.+, v|V)os exports des clauses sociales : \d+ points? à (corriger|vérifier)", courriel
        )
        autres = [c for c in touches if c != code]
        textes = [
            str(c.value)
            for f in openpyxl.load_workbook(fichier)
            for r in f.iter_rows()
            for c in r
            if c.value is not None
        ]
        assert code not in touches or any(code in t for t in textes)
        # no other structure's findings
        assert not [c for c in autres if any(c in t for t in textes)]
        assert not [c for c in autres if c in courriel]
    refus = lire(echantillons.espace / "journal.duckdb", "select chemin from depots where statut = 'refuse'")
    ecrits = "".join(f.read_text(encoding="utf-8-sig") for f in dossier.glob("*.txt"))
    assert all(chemin in ecrits for chemin in refus["chemin"])
    sans = lancer("constats", "--espace", echantillons.espace, "--par-structure")
    assert sans.code == 2
    assert "SORTIE_ABSENTE" in sans.texte
