"""The demo: same seed same bytes, realistic shares, every form of deposit, and files that hold what is expected."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import time
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import fastexcel
import polars as pl
import pytest

from clauses.demo import ECHELLES, ResumeDemo, ecrire_demo
from clauses.demo.attendu import Comptes
from clauses.demo.catalogue import charger_catalogue
from clauses.demo.echelles import arrondir_parts, planifier
from clauses.demo.monde import Monde
from clauses.demo.personnes import Population
from clauses.demo.tirage import Sirets, Tirages
from clauses.socle.errors import ErreurUtilisateur

MOIS = ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"]
REJETS = {
    "MOIS_ILLISIBLE", "NOMBRE_ILLISIBLE", "VALEUR_MANQUANTE", "HEURES_NEGATIVES", "HEURES_IMPOSSIBLES",
    "MOIS_HORS_PERIODE", "CLE_EN_DOUBLE", "ORPHELIN", "DATE_ILLISIBLE",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> ResumeDemo:
    debut = time.monotonic()
    resume = ecrire_demo(tmp_path_factory.mktemp("demo") / "petite")
    assert time.monotonic() - debut < 15  # 0.6 s on an idle core: this only catches a blow-up
    return resume


@pytest.fixture(scope="module")
def totaux(demo: ResumeDemo) -> pl.DataFrame:
    return pl.read_csv(demo.dossier / "attendu" / "totaux.csv", infer_schema=False).with_columns(
        pl.col("valeur").cast(pl.Float64)
    )


def chiffre(
    totaux: pl.DataFrame, mesure: str, niveau: str = "national", tableau: str = "CLES", **axes: str
) -> float:
    """The sum of the expected figures of one measure over the whole history."""
    choix = totaux.filter(
        tableau=tableau, mesure=mesure, niveau_territoire=niveau, type_periode="cumul", **axes
    )
    return float(choix["valeur"].sum())


def empreintes(dossier: Path) -> dict[str, str]:
    return {
        str(f.relative_to(dossier)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(dossier.rglob("*"))
        if f.is_file()
    }


# --- the same arguments, the same bytes --------------------------------------------------------------------


def test_meme_graine_memes_octets(demo: ResumeDemo, tmp_path: Path) -> None:
    bis = ecrire_demo(tmp_path / "ailleurs")
    assert empreintes(bis.dossier) == empreintes(demo.dossier)


def test_aucune_heure_d_ecriture_dans_les_fichiers(demo: ResumeDemo) -> None:
    archives = [f for f in (demo.dossier / "depots").rglob("*") if f.suffix in (".xlsx", ".zip")]
    for chemin in archives:
        with zipfile.ZipFile(chemin) as archive:
            assert {m.date_time[0] for m in archive.infolist()} == {1980}
            if chemin.suffix == ".xlsx":
                assert b"2025-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_autre_graine_autres_chiffres(demo: ResumeDemo, tmp_path: Path) -> None:
    autre = ecrire_demo(tmp_path / "autre", graine=2)
    assert autre.heures != demo.heures
    assert autre.nombre_depots == demo.nombre_depots


def test_une_seule_annee_et_avancement(tmp_path: Path) -> None:
    etapes: list[tuple[int, int]] = []
    resume = ecrire_demo(
        tmp_path / "an", annees=(2022, 2022), avancement=lambda fait, total: etapes.append((fait, total))
    )
    assert etapes == [(i, 8) for i in range(1, 9)]
    assert resume.date_arrete == date(2023, 3, 10)


@pytest.mark.parametrize(
    ("echelle", "annees", "code"),
    [
        ("énorme", (2023, 2024), "ECHELLE_INCONNUE"),
        ("petite", (2024, 2023), "ANNEES_INVALIDES"),
        ("petite", (2024, date.today().year), "ANNEES_INVALIDES"),
    ],
)
def test_arguments_refuses(tmp_path: Path, echelle: str, annees: tuple[int, int], code: str) -> None:
    with pytest.raises(ErreurUtilisateur) as refus:
        ecrire_demo(tmp_path / "demo", echelle, annees)
    assert refus.value.code == code
    assert not (tmp_path / "demo").exists()


def test_ne_remplace_rien(tmp_path: Path) -> None:
    (tmp_path / "a_moi.txt").write_text("précieux")
    with pytest.raises(ErreurUtilisateur, match="n'est pas vide"):
        ecrire_demo(tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["a_moi.txt"]


# --- shapes and shares -------------------------------------------------------------------------------------


def test_taille(demo: ResumeDemo) -> None:
    assert (demo.nombre_depots, demo.refuses, demo.ignores, demo.structures) == (14, 1, 1, 6)
    assert 1_800 <= demo.lignes_heures <= 2_300


def test_plan_regional() -> None:
    echelle = ECHELLES["regionale"]
    plans = planifier(echelle, 2, charger_catalogue(), Random(1))
    assert len(plans) * 2 + echelle.corrections == 79
    assert sum(p.contrats for p in plans) == 15_000
    assert {p.departement for p in plans} == {"02", "59", "60", "62", "80"}


def test_plan_national_couvre_la_corse_et_l_outre_mer() -> None:
    plans = planifier(ECHELLES["nationale"], 2, charger_catalogue(), Random(1))
    assert len(plans) == 370
    assert {"2A", "2B", "971", "972", "973", "974", "976", "01", "75"} <= {p.departement for p in plans}
    assert len({p.code for p in plans}) == 370


@pytest.mark.parametrize(
    ("mesure", "part", "tolerance"),
    [
        ("heures_femmes", 14, 3),
        ("heures_qpv", 23, 4),
        ("heures_th", 4, 2.5),
        ("heures_deld", 47, 5),
        ("heures_rsa", 25, 5),
    ],
)
def test_parts_des_heures(totaux: pl.DataFrame, mesure: str, part: float, tolerance: float) -> None:
    assert 100 * chiffre(totaux, mesure) / chiffre(totaux, "heures") == pytest.approx(part, abs=tolerance)


def test_part_des_femmes(totaux: pl.DataFrame) -> None:
    assert chiffre(totaux, "part_femmes") == pytest.approx(16, abs=2)


def test_la_moitie_des_heures_dans_la_construction(totaux: pl.DataFrame) -> None:
    construction = sum(
        chiffre(totaux, "heures", tableau="T03", modalite_1=secteur)
        for secteur in ("BATIMENT", "TRAVAUX_PUBLICS")
    )
    assert 100 * construction / chiffre(totaux, "heures") == pytest.approx(50, abs=5)


def test_bloc_local_et_bailleurs_dominent(totaux: pl.DataFrame) -> None:
    heures = sum(chiffre(totaux, "heures", tableau="T01", modalite_1=t) for t in ("BLOC_LOCAL", "BAILLEUR"))
    assert heures > chiffre(totaux, "heures") / 2


def test_les_totaux_se_conservent(totaux: pl.DataFrame) -> None:
    national = chiffre(totaux, "heures")
    for niveau in ("region", "departement", "structure"):
        assert chiffre(totaux, "heures", niveau) == pytest.approx(national)
    for tableau in ("T01", "T03", "T07", "T08", "T20"):
        assert chiffre(totaux, "heures", tableau=tableau) == pytest.approx(national)
    annees = totaux.filter(
        tableau="CLES", mesure="heures", niveau_territoire="national", type_periode="annee"
    )
    assert annees["valeur"].sum() == pytest.approx(national)
    # persons are not additive: some are known to two structures
    assert chiffre(totaux, "beneficiaires", "structure") > chiffre(totaux, "beneficiaires")


def test_commune_inconnue_comptee_chez_la_structure() -> None:
    catalogue = charger_catalogue()
    plans = planifier(ECHELLES["petite"], 1, catalogue, Random(1))[:1]
    ((_, structure),) = Monde(catalogue, plans, (2023, 2023), Random(1)).structures()
    for operation in structure.operations:
        operation.commune, operation.territoire = catalogue.communes["2A"][0], structure.commune
    comptes = Comptes()
    comptes.ajouter(structure)
    departements = comptes.totaux().filter(niveau_territoire="departement")["code_territoire"]
    assert set(departements) == {structure.commune.departement}


def test_toutes_les_formes(demo: ResumeDemo) -> None:
    racine = demo.dossier / "depots"
    fichiers = [f for f in racine.rglob("*") if f.is_file()]
    extensions = Counter(f.suffix for f in fichiers)
    assert extensions[".xlsx"] >= 5
    assert extensions[".zip"] >= 1
    assert extensions[".pdf"] == 1
    bilans = [f for f in fichiers if f.suffix == ".csv" and f.name.startswith("ABC_")]
    dossiers = {f.parent for f in fichiers if f.suffix == ".csv" and not f.name.startswith("ABC_")}
    assert bilans
    assert dossiers
    textes = [f.read_bytes() for f in fichiers if f.suffix == ".csv"]
    for chemin in fichiers:
        if chemin.suffix == ".zip":
            with zipfile.ZipFile(chemin) as archive:
                textes += [archive.read(m) for m in archive.namelist()]
    assert {_encodage(t) for t in textes} == {"utf-8-sig", "utf-8", "cp1252"}
    assert {_separateur(t) for t in textes} == {";", ",", "\t"}


def test_constats_et_refus_varies(demo: ResumeDemo) -> None:
    constats = _lire_csv(demo.dossier / "attendu" / "constats.csv")
    regles = {c["regle"] for c in constats}
    assert regles >= REJETS | {
        "LIGNE_EN_DOUBLE",
        "HEURES_ELEVEES",
        "HEURES_HORS_CONTRAT",
        "NAISSANCE_INVALIDE",
    }
    assert regles >= {"COMMUNE_INCONNUE", "CODE_INCONNU", "FIN_AVANT_DEBUT", "IDENTITE_INCOMPLETE"}
    assert {c["table"] for c in constats} >= {"Bilan", "Heures", "Contrats", "Bénéficiaires"}
    (refus,) = _lire_csv(demo.dossier / "attendu" / "refus.csv")
    assert refus["regle"] == "COLONNE_MANQUANTE"
    assert [f.name for f in (demo.dossier / "depots").rglob(refus["depot"])] == [refus["depot"]]


# --- what is invented --------------------------------------------------------------------------------------


def test_sirets_valides_et_distincts() -> None:
    sirets = Sirets(Random(3))
    tires = [sirets.nouveau() for _ in range(400)]
    assert len(set(tires)) == 400
    assert all(len(s) == 14 and _luhn(s) and _luhn(s[:9]) for s in tires)
    assert any(s.startswith("0") for s in tires)


def test_luhn_connait_un_numero_valide_et_un_faux() -> None:
    assert _luhn("73282932000074")
    assert not _luhn("73282932000075")


def test_noms_a_deux_lettres_d_ecart() -> None:
    noms = [_lettres(n) for n in charger_catalogue().noms]
    proches = [(a, b) for a, b in itertools.combinations(noms, 2) if _distance(a, b) < 2]
    assert proches == []


def test_personnes_inconfondables() -> None:
    catalogue, hasard = replace(charger_catalogue(), noms=charger_catalogue().noms[:60]), Random(5)
    population = Population(catalogue, Tirages(hasard, catalogue.poids), hasard)
    commune = catalogue.communes["59"][0]
    personnes = [population.nouvelle(commune, date(2023, 3, 1)) for _ in range(3_000)]
    jours = Counter(
        (nom, p.naissance.year, *sorted((p.naissance.day, p.naissance.month)))
        for p in personnes
        for nom in _noms_de_liste(p.nom)
    )
    assert max(jours.values()) == 1
    homonymes = Counter((nom, p.prenom) for p in personnes for nom in _noms_de_liste(p.nom))
    assert max(homonymes.values()) == 1
    assert all(16 <= (date(2023, 3, 1) - p.naissance).days / 365.25 < 64 for p in personnes)


def test_tirages_tiennent_les_parts() -> None:
    tirages = Tirages(Random(0), {"v": {"a": 0.5, "b": 0.3, "c": 0.2}})
    tires = Counter(tirages.tirer("v") for _ in range(120))
    assert (tires["a"], tires["b"], tires["c"]) == (60, 36, 24)


def test_arrondir_parts() -> None:
    assert arrondir_parts([1, 1, 1], 10) == [4, 3, 3]
    assert arrondir_parts([5.0, 1.0], 6) == [5, 1]


# --- the files hold what is expected -----------------------------------------------------------------------


def test_les_fichiers_donnent_les_heures_attendues(demo: ResumeDemo, totaux: pl.DataFrame) -> None:
    """Reads every deposit back, sets planted rows aside by their line, lets the latest deposit of a month win."""
    a_ecarter = defaultdict(set)
    for c in _lire_csv(demo.dossier / "attendu" / "constats.csv"):
        if c["table"] in ("Heures", "Bilan") and c["regle"] in REJETS | {"LIGNE_EN_DOUBLE"}:
            a_ecarter[c["depot"]].add(int(c["ligne"]))
    mois: dict[tuple[str, str], tuple[str, float]] = {}
    for nom, structure, extraction, periode, lignes in _depots(demo.dossier / "depots"):
        heures: dict[str, float] = dict.fromkeys(periode, 0.0)
        for ligne, m, quantite in lignes:
            if ligne not in a_ecarter[nom]:
                heures[_mois(m)] += _nombre(quantite)
        for m, somme in heures.items():
            mois[structure, m] = max(mois.get((structure, m), ("", 0.0)), (extraction, somme))
    par_structure: defaultdict[str, float] = defaultdict(float)
    for (structure, _), (_, somme) in mois.items():
        par_structure[structure] += somme
    attendues = totaux.filter(
        tableau="CLES", mesure="heures", niveau_territoire="structure", type_periode="cumul"
    )
    assert dict(attendues.select("code_territoire", "valeur").iter_rows()) == pytest.approx(
        dict(par_structure)
    )


Table = list[tuple[int, list[str]]]  # each row with its line in the file or sheet


def _depots(racine: Path) -> Iterator[tuple[str, str, str, list[str], list[tuple[int, str, list[str]]]]]:
    """Name, structure, extraction, months covered and rows (line, month, hours) of each deposit to load."""
    for chemin in sorted(racine.rglob("*")):
        if "À vérifier" in str(chemin):
            continue
        tables = _tables(chemin)
        nom = chemin.name if chemin.is_dir() else chemin.stem
        if "informations" in tables:
            infos = {r[0]: r[1] for _, r in tables["informations"]}
            assert infos["Logiciel"] == "ABC Clauses (données fictives)"
            structure = infos["Code structure"]
            debut, fin, extraction = (
                "".join(reversed(infos[cle].split("/")))
                for cle in ("Début de période", "Fin de période", "Date d'extraction")
            )
            lignes = _lignes(tables["heures"], ("heurestravaillees", "heuresdeformation"))
        elif "bilan" in tables:
            _, structure, debut, fin, extraction = nom.split("_")
            lignes = _lignes(tables["bilan"], ("heuresrealisees",))
        else:
            continue
        periode = [f"{debut[:4]}-{m:02d}" for m in range(int(debut[4:6]), int(fin[4:6]) + 1)]
        yield nom, structure, extraction, periode, lignes


def _tables(chemin: Path) -> dict[str, Table]:
    """The tables of a deposit by name; none for what is no deposit."""
    if chemin.suffix == ".xlsx":
        lecteur = fastexcel.read_excel(chemin)
        feuilles = {
            nom: lecteur.load_sheet(nom, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for nom in lecteur.sheet_names
        }
        return {
            _lettres(nom): [(i, [c or "" for c in r]) for i, r in enumerate(feuille.rows(), 1)]
            for nom, feuille in feuilles.items()
        }
    if chemin.suffix == ".zip":
        with zipfile.ZipFile(chemin) as archive:
            return {_lettres(Path(m).stem): _enregistrements(archive.read(m)) for m in archive.namelist()}
    if chemin.is_dir():
        fichiers = [f for f in chemin.glob("*.csv") if not f.name.startswith("ABC_")]
        return {_lettres(f.stem): _enregistrements(f.read_bytes()) for f in fichiers}
    if chemin.suffix == ".csv" and chemin.name.startswith("ABC_"):
        return {"bilan": _enregistrements(chemin.read_bytes())}
    return {}


def _lignes(table: Table, colonnes: tuple[str, ...]) -> list[tuple[int, str, list[str]]]:
    """The rows below the header that are neither blank nor a total: line, month, hours."""
    rang = next(i for i, (_, r) in enumerate(table) if "mois" in map(_lettres, r))
    entetes = [_lettres(c) for c in table[rang][1]]
    heures = [entetes.index(c) for c in colonnes]
    corps = [(ligne, r) for ligne, r in table[rang + 1 :] if any(r) and r[0] != "Total"]
    return [(ligne, r[entetes.index("mois")], [r[j] for j in heures]) for ligne, r in corps]


def _enregistrements(octets: bytes) -> Table:
    lecteur = csv.reader(
        io.StringIO(octets.decode(_encodage(octets)), newline=""), delimiter=_separateur(octets)
    )
    table: Table = []
    precedente = 0
    for enregistrement in lecteur:
        table.append((precedente + 1, enregistrement))
        precedente = lecteur.line_num
    return table


def _encodage(octets: bytes) -> str:
    if octets.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separateur(octets: bytes) -> str:
    debut = octets.decode(_encodage(octets)).splitlines()[:6]
    return max(";,\t", key=lambda s: max(ligne.count(s) for ligne in debut))


def _mois(texte: str) -> str:
    if " " in texte:
        nom, annee = texte.split(" ")[:2]
        if annee.isdigit():
            numero = next(i for i, abrege in enumerate(MOIS, 1) if nom.startswith(abrege))
            return f"{annee}-{numero:02d}"
    chiffres = texte.split(" ")[0].replace("/", "-").split("-")
    if len(chiffres) == 1:
        return f"{texte[:4]}-{texte[4:6]}"
    if len(chiffres[0]) == 4:
        return f"{chiffres[0]}-{chiffres[1]}"
    annee = chiffres[-1]
    return f"{annee if len(annee) == 4 else '20' + annee}-{chiffres[-2]}"


def _nombre(textes: list[str]) -> float:
    propres = ("".join(c for c in t if not c.isspace()).replace(",", ".") for t in textes)
    return sum(float(t) for t in propres if t)


def _lire_csv(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def _lettres(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.lower().replace("œ", "oe"))
    return "".join(c for c in decompose if c.isalpha())


def _noms_de_liste(nom: str) -> list[str]:
    """The surnames of the list that a surname is made of (one of them holds a hyphen itself)."""
    connus = charger_catalogue().noms
    return [nom] if nom in connus else [n for n in connus if nom.startswith(f"{n}-") or nom.endswith(f"-{n}")]


def _luhn(numero: str) -> bool:
    somme = 0
    for rang, chiffre in enumerate(reversed(numero)):
        double = int(chiffre) * (1 + rang % 2)
        somme += sum(map(int, str(double)))
    return somme % 10 == 0


def _distance(a: str, b: str) -> int:
    """Levenshtein, cut at 2."""
    if abs(len(a) - len(b)) >= 2:
        return 2
    if len(a) == len(b):
        return min(2, sum(x != y for x, y in zip(a, b, strict=True)))
    court, long = sorted((a, b), key=len)
    return 1 if any(long[:i] + long[i + 1 :] == court for i in range(len(long))) else 2
