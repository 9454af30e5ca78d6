"""An attacker who has the files of a package, the official geography, and linear programming.

Every published hour and person is an unknown of one linear system; what is shown, in whatever form (a value, a share, a
change, a mean, a ratio of the manifest), is an equation. Nothing comes from the code under test.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import highspy
import numpy as np
from scipy.sparse import csr_matrix

SEEDS = Path(__file__).parents[2] / "seeds"
# a quarter or a year of one place: level, code, type of period, period
Maille = tuple[str, str, str, str]
# measure, modalities as (axis, code) in order, maille
Case = tuple[str, tuple[tuple[str, str], ...], Maille]
MESURES = ("heures", "beneficiaires")
# persons by their situation so many months after their first contract: each in one place, hence a third measure
SITUATIONS = "situations"
# a person is in one class of each of these; elsewhere in several
UNE_PAR_PERSONNE = {"categorie_public", "sexe", "tranche_age", "niveau", "origine", "prescripteur"}
# other names of the same figures
ALIAS = {
    ("CLES", "heures_femmes"): ("heures", ("sexe", "F")),
    ("CLES", "heures_qpv"): ("heures", ("origine", "QPV")),
    **{
        ("CLES", f"heures_{nom}"): ("heures", ("profil", nom.upper()))
        for nom in ("rsa", "deld", "th", "jeunes", "senior", "iae", "alternance", "anru")
    },
}
PROFILS = {
    "FEMMES": ("sexe", "F"),
    "QPV": ("origine", "QPV"),
    "TH": ("profil", "TH"),
    "MOINS_26": ("profil", "JEUNES"),
    "PLUS_50": ("profil", "SENIOR"),
}
# a profile contains these classes
CONTENUS = {
    "RSA": [("categorie_public", "RSA")],
    "DELD": [("categorie_public", "DELD")],
    "TH": [("categorie_public", "TH")],
    "JEUNES": [("categorie_public", "JEUNE"), ("tranche_age", "LT26")],
    "SENIOR": [("categorie_public", "SENIOR"), ("tranche_age", "GE50")],
}
# a share of the first in the second, in percent, or the mean of the first by the second
_PARTS = {
    "part_femmes": ("beneficiaires", ("sexe", "F")),
    "part_femmes_heures": ("heures", ("sexe", "F")),
    "part_qpv": ("beneficiaires", ("origine", "QPV")),
    "part_th": ("beneficiaires", ("profil", "TH")),
}
NOMBRES = ("valeur", "part", "ecart_periode", "ecart_annee")
_CLE = (
    "tableau", "mesure", "niveau_territoire", "code_territoire", "periode", "modalite_1", "modalite_2",
)  # fmt: skip
NIVEAUX = ("national", "region", "departement", "epci")
DES_PAGES = 1e-6  # the explorer has values without their shares and changes
JUSTE = 1e-3  # figures are written with six decimals: an equation holds to this
_PLAFOND = 1e7  # no figure of the demonstration is above
_ECHECS = 4  # programmes in a row that move nothing more
_TOLERANCE = 0.05


@dataclass
class Equations:
    """Rows bas ≤ Σ coefficient × case ≤ haut; `lues`: the value shown of a case, null when it is hidden."""

    lues: dict[Case, float | None] = field(default_factory=dict)
    lignes: list[tuple[dict[Case, float], float, float]] = field(default_factory=list)

    def ajouter(self, termes: Iterable[tuple[Case, float]], bas: float, haut: float) -> None:
        somme: dict[Case, float] = defaultdict(float)
        for case, coefficient in termes:
            somme[case] += coefficient
        self.lignes.append((dict(somme), bas, haut))


def lire(paquet: Path) -> Equations:
    """All that the package says and all that it implies."""
    equations = Equations()
    cases: list[tuple[dict[str, str], Case | None]] = []
    formes = set()
    for ligne, precision in _observations(paquet):
        case = case_de(ligne)
        forme = (*(ligne[c] for c in _CLE), *(float(ligne.get(c) or "nan").hex() for c in NOMBRES))
        if forme not in formes and precision == JUSTE:
            formes.add(forme)
            cases.append((ligne, case))
        if case is not None:
            valeur = float(ligne["valeur"]) if ligne["valeur"] else None
            deja = equations.lues.get(case)
            assert deja is None or valeur is None or abs(deja - valeur) < precision, case
            equations.lues[case] = valeur if deja is None else deja
    for ligne, case in cases:
        _formes_derivees(equations, ligne, case)
    _modalites(equations)
    _lieux_et_periodes(equations)
    _manifeste(equations, paquet, cases)
    return equations


def _observations(paquet: Path) -> Iterator[tuple[dict[str, str], float]]:
    """The rows of the open data and of the pages, and how precise they are: if one of them says more, it is believed.

    (Parquet and SDMX are compared with the canonical file row by row in test_publier.)
    """
    with (paquet / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        for ligne in csv.DictReader(flux):
            yield _dans_la_nation(ligne), JUSTE
    for fichier in (paquet / "indicateurs_excel.csv", *sorted((paquet / "site" / "csv").glob("*.csv"))):
        with fichier.open(encoding="utf-8-sig", newline="") as flux:
            for ligne in csv.DictReader(flux, delimiter=";"):
                yield (
                    _dans_la_nation(
                        {c: v.replace(",", ".") if c in NOMBRES else v for c, v in ligne.items()}
                    ),
                    JUSTE,
                )
    pages = [
        f
        for f in (paquet / "site" / "donnees").glob("*.js")
        if f.stem.partition("-")[0] in (*NIVEAUX, "ensemble")
    ]
    for fichier in sorted(pages):
        yield from ((_dans_la_nation(ligne), DES_PAGES) for ligne in _de_l_explorateur(fichier))


def _dans_la_nation(ligne: dict[str, str]) -> dict[str, str]:
    """All the deposits together are what the cube calls the nation."""
    tout = ligne["niveau_territoire"] == "ensemble"
    return ligne | {"niveau_territoire": "national", "code_territoire": "FR"} if tout else ligne


def _de_l_explorateur(fichier: Path) -> Iterator[dict[str, str]]:
    """The rows of the script of a territory."""
    niveau, _, code = fichier.stem.partition("-")
    texte = fichier.read_text(encoding="utf-8")
    for cle, periodes in json.loads(texte[texte.index("{") : texte.rindex("}") + 1]).items():
        if cle == "incompletes":  # periods, no figures
            continue
        tableau, mesure, axe_1, axe_2 = cle.split("|")
        for periode, (codes_1, codes_2, valeurs, *_) in periodes.items():
            for rang, valeur in enumerate(valeurs):
                yield {
                    "tableau": tableau,
                    "mesure": mesure,
                    "niveau_territoire": niveau,
                    "code_territoire": code or "FR",
                    "type_periode": "trimestre" if "-" in periode else "annee",
                    "periode": periode,
                    "axe_1": axe_1,
                    "modalite_1": codes_1[rang] if codes_1 else "",
                    "axe_2": axe_2,
                    "modalite_2": codes_2[rang] if codes_2 else "",
                    "valeur": "" if valeur is None else str(valeur),
                }


def _maille(ligne: dict[str, str]) -> Maille:
    return ligne["niveau_territoire"], ligne["code_territoire"], ligne["type_periode"], ligne["periode"]


def case_de(ligne: dict[str, str]) -> Case | None:
    """The case that a row shows; none for another measure."""
    tableau, mesure = ligne["tableau"], ligne["mesure"]
    if (tableau, mesure) in ALIAS:
        mesure, modalite = ALIAS[tableau, mesure]
        return mesure, (modalite,), _maille(ligne)
    if tableau == "T18" or (tableau == "S01" and not ligne["axe_2"] and mesure in sommes_de_situations()):
        situation = ("situation", ligne["modalite_2"]) if tableau == "T18" else ("somme", mesure)
        return SITUATIONS, (("horizon", ligne["modalite_1"]), situation), _maille(ligne)
    if mesure not in MESURES or not tableau.startswith(("CLES", "T", "S02", "S03")):
        return None
    if ligne["axe_1"] == "profil":
        return mesure, (PROFILS[ligne["modalite_1"]],), _maille(ligne)
    axes = [(ligne[f"axe_{n}"], ligne[f"modalite_{n}"]) for n in (1, 2) if ligne[f"axe_{n}"]]
    return mesure, tuple(axes), _maille(ligne)


def _formes_derivees(equations: Equations, ligne: dict[str, str], case: Case | None) -> None:
    """Shares, changes and means."""
    maille = _maille(ligne)
    if case is not None:
        mesure, modalites, _ = case
        total = (mesure, (), maille)
        if mesure == SITUATIONS:
            total = (mesure, (modalites[0], ("somme", "echus")), maille)
        if ligne["part"] and modalites and total in equations.lues:
            equations.ajouter([(case, 100.0), (total, -float(ligne["part"]))], -1.0, 1.0)
        for colonne, trimestres in (("ecart_periode", 1), ("ecart_annee", 4)):
            avant = (mesure, modalites, (*maille[:3], periode_d_avant(maille[3], trimestres)))
            if ligne[colonne] and avant in equations.lues:
                ecart = float(ligne[colonne])
                equations.ajouter([(case, 1.0), (avant, -1.0)], ecart - JUSTE, ecart + JUSTE)
        return
    if not ligne["valeur"]:
        return
    valeur, mesure = float(ligne["valeur"]), ligne["mesure"]
    rapport: tuple[Case, Case, float] | None = None
    if ligne["tableau"] == "CLES" and mesure in _PARTS:
        compte, modalite = _PARTS[mesure]
        rapport = ((compte, (modalite,), maille), (compte, (), maille), 100.0)
    elif ligne["tableau"] == "CLES" and mesure == "heures_par_beneficiaire":
        rapport = (("heures", (), maille), ("beneficiaires", (), maille), 1.0)
    elif ligne["tableau"] == "CLES" and mesure.startswith("etp_"):
        heures = float(mesure.removeprefix("etp_")) * valeur
        equations.ajouter([(("heures", (), maille), 1.0)], heures - 1, heures + 1)
    elif ligne["tableau"] == "S02" and mesure.startswith("part_"):
        compte = mesure.removeprefix("part_")
        rapport = (
            (compte, (PROFILS[ligne["modalite_1"]],), maille),
            (compte, (), maille),
            100.0,
        )
    elif ligne["tableau"] == "S03" and mesure == "part_heures":
        rapport = (("heures", (("secteur", ligne["modalite_1"]),), maille), ("heures", (), maille), 100.0)
    if rapport is not None:
        partie, tout, pour = rapport
        equations.ajouter([(partie, pour), (tout, -valeur)], -1.0, 1.0)


def periode_d_avant(periode: str, trimestres: int) -> str:
    """A year, or a quarter, so many quarters before; any number of them is the year before for a year."""
    if "-" not in periode:
        return str(int(periode) - 1)
    rang = 4 * int(periode[:4]) + int(periode[6]) - 1 - trimestres
    return f"{rang // 4}-T{rang % 4 + 1}"


def _modalites(equations: Equations) -> None:
    """Within a place and a period: a total is the sum of its classes, or at least each and at most their sum."""
    groupes: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for case in equations.lues:
        mesure, modalites, maille = case
        if mesure == SITUATIONS:
            horizon, (genre, code) = modalites
            for somme, codes in sommes_de_situations().items():
                if genre == "situation" and code in codes:
                    groupes[(mesure, (horizon, ("somme", somme)), maille), somme].append(case)
            continue
        for rang, (axe, code) in enumerate(modalites):
            if axe != "profil":
                mere = (mesure, modalites[:rang] + modalites[rang + 1 :], maille)
                if axe == "metier_famille":
                    domaine = "ND" if code == "ND" else code[:1]
                    mere = (mesure, (("metier_domaine", domaine),), maille)
                groupes[mere, axe].append(case)
                continue
            equations.ajouter([((mesure, (), maille), 1.0), (case, -1.0)], 0, np.inf)
            for classe in CONTENUS.get(code, []):
                contenue = (mesure, (classe,), maille)
                if contenue in equations.lues:
                    equations.ajouter([(case, 1.0), (contenue, -1.0)], 0, np.inf)
    for (mere, axe), filles in groupes.items():
        if mere in equations.lues:
            _relier(equations, mere, filles, somme=mere[0] != "beneficiaires" or axe in UNE_PAR_PERSONNE)


@cache
def sommes_de_situations() -> dict[str, set[str]]:
    """The codes that each count of S01 sums up, as its base says."""
    with (SEEDS / "nomenclatures" / "dim_situation.csv").open(encoding="utf-8", newline="") as flux:
        situations = list(csv.DictReader(flux))
    groupes = {s["code"]: s["groupe"] for s in situations}
    return {
        "echus": set(groupes),
        "neutralises": {c for c, g in groupes.items() if g == "NEUTRALISEE"},
        "connus": {c for c, g in groupes.items() if g not in ("NEUTRALISEE", "INCONNU")},
        **{g.lower(): {c for c in groupes if groupes[c] == g} for g in ("DURABLE", "TRANSITION", "POSITIVE")},
        "sorties_positives": {s["code"] for s in situations if s["sortie_positive"] == "true"},
        "droit_commun": {s["code"] for s in situations if s["droit_commun"] == "true"},
        "cdi": {"CDI"},
        "cdd": {"CDD_6P", "CDD_M6"},
    }


def _relier(equations: Equations, mere: Case, filles: list[Case], *, somme: bool) -> None:
    ensemble = [(mere, -1.0), *((fille, 1.0) for fille in filles)]
    equations.ajouter(ensemble, -JUSTE, JUSTE if somme else np.inf)
    if not somme:
        for fille in filles:
            equations.ajouter([(mere, 1.0), (fille, -1.0)], 0, np.inf)


def _lieux_et_periodes(equations: Equations) -> None:
    """France, its regions, their départements, their EPCI (part by part where one lies in several); years and quarters."""
    regions, departements_des_epci = geographie()
    groupes: dict[Case, list[Case]] = defaultdict(list)
    for case in list(equations.lues):
        mesure, modalites, (niveau, code, type_periode, periode) = case

        def ailleurs(*lieu: str, case: Case = case) -> Case:
            return case[0], case[1], (*lieu, *case[2][2:])  # type: ignore[return-value]

        # the bracket of age of a person is that of the period
        if type_periode == "trimestre" and not any(axe == "tranche_age" for axe, _ in modalites):
            groupes[mesure, modalites, (niveau, code, "annee", periode[:4])].append(case)
        if niveau == "region":
            groupes[ailleurs("national", "FR")].append(case)
        elif niveau == "departement":
            groupes[ailleurs("region", regions.get(code, "ND"))].append(case)
        elif niveau == "epci":
            ou = departements_des_epci.get(code, {"ND"})
            morceaux = [ailleurs("morceau", f"{d}/{code}") for d in sorted(ou)] if len(ou) > 1 else [case]
            if len(ou) > 1:
                equations.lues.update(dict.fromkeys(morceaux))
                _relier(equations, case, morceaux, somme=mesure != "beneficiaires")
            for departement, morceau in zip(sorted(ou), morceaux, strict=True):
                groupes[ailleurs("departement", departement)].append(morceau)
    par_genre: dict[tuple[Case, str], list[Case]] = defaultdict(list)
    for mere, filles in groupes.items():
        for fille in filles:
            par_genre[mere, "periode" if mere[2][2] != fille[2][2] else "lieu"].append(fille)
    for (mere, _), filles in par_genre.items():
        if mere in equations.lues:
            _relier(equations, mere, filles, somme=mere[0] != "beneficiaires")


def geographie() -> tuple[dict[str, str], dict[str, set[str]]]:
    """The region of each département, the départements of each EPCI."""
    regions, departements = {}, defaultdict(set)
    with (SEEDS / "territoires" / "communes.csv").open(encoding="utf-8", newline="") as flux:
        for commune in csv.DictReader(flux):
            regions[commune["departement"]] = commune["region"]
            departements[commune["epci"]].add(commune["departement"])
    return regions, departements


def _manifeste(equations: Equations, paquet: Path, cases: list[tuple[dict[str, str], Case | None]]) -> None:
    """The share of hours and persons that a table still shows is one more equation, where the manifest says it."""
    secret = json.loads((paquet / "manifeste.json").read_text(encoding="utf-8"))["secret"]
    groupes: dict[tuple[str, str, str], set[Case]] = defaultdict(set)
    for ligne, case in cases:
        if case is not None and case[0] in MESURES and ligne["mesure"] in MESURES:
            groupes[ligne["tableau"], ligne["niveau_territoire"], case[0]].add(case)
    for dit in secret:
        for colonne, mesure in (("part_heures", "heures"), ("part_personnes", "beneficiaires")):
            lues = groupes[dit["tableau"], dit["niveau_territoire"], mesure]
            montre = sum(equations.lues[c] or 0 for c in lues)
            if lues and dit.get(colonne) and montre:
                tout = montre / dit[colonne]
                equations.ajouter([(c, 1.0) for c in sorted(lues)], tout - 0.01, tout + 0.01)


def morceler(equations: Equations) -> list[set[Case]]:
    """Hidden cases that no equation ties but through the total of a place and a period, with those totals."""
    groupe: dict[Case, Case] = {}

    def racine(case: Case) -> Case:
        while groupe.setdefault(case, case) != case:
            groupe[case] = groupe[groupe[case]]
            case = groupe[case]
        return case

    inconnues = [[c for c in termes if equations.lues.get(c) is None] for termes, _, _ in equations.lignes]
    for cases in inconnues:
        detail = [c for c in cases if c[1]] or cases
        for case in detail:
            groupe[racine(case)] = racine(detail[0])
    morceaux: dict[Case, set[Case]] = defaultdict(set)
    for cases in inconnues:
        detail = [c for c in cases if c[1]] or cases
        if detail:
            morceaux[racine(detail[0])] |= set(cases)
    return sorted(morceaux.values(), key=len)


class Attaque:
    """What anyone can tell of hidden cases that hang together: the least and the greatest value of each.

    Interior points, quick to find, are enough to show that a case may have two values; each is checked against every
    equation. What they leave is sought by the simplex, which is exact.
    """

    def __init__(self, equations: Equations, cases: set[Case]) -> None:
        self.cases = sorted(cases)
        self.rangs = {case: rang for rang, case in enumerate(self.cases)}
        lignes, variables, coefficients, bas, haut = [], [], [], [], []
        for termes, moins, plus in equations.lignes:
            inconnues = [(c, k) for c, k in termes.items() if equations.lues[c] is None]
            if not inconnues or any(c not in self.rangs for c, _ in inconnues):
                continue
            connu = sum(k * (equations.lues[c] or 0) for c, k in termes.items())
            lignes += [len(bas)] * len(inconnues)
            variables += [self.rangs[c] for c, _ in inconnues]
            coefficients += [k for _, k in inconnues]
            bas.append(moins - connu)
            haut.append(plus - connu)
        n = len(self.cases)
        self._matrice = csr_matrix((coefficients, (lignes, variables)), shape=(len(bas), n))
        self._bornes = np.array(bas), np.array(haut)
        modele = highspy.HighsLp()
        modele.num_col_, modele.num_row_ = n, len(bas)
        modele.col_cost_ = np.zeros(n)
        modele.col_lower_, modele.col_upper_ = np.zeros(n), np.full(n, _PLAFOND)
        modele.row_lower_, modele.row_upper_ = self._bornes
        modele.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        modele.a_matrix_.start_ = self._matrice.indptr
        modele.a_matrix_.index_ = self._matrice.indices
        modele.a_matrix_.value_ = self._matrice.data
        self._solveur = highspy.Highs()
        self._solveur.setOptionValue("output_flag", False)
        self._solveur.setOptionValue("run_crossover", "off")
        self._solveur.setOptionValue(
            "threads", 1
        )  # as the code under test: HiGHS has one scheduler per process
        self._solveur.passModel(modele)
        self.bas, self.haut = np.full(n, np.inf), np.full(n, -np.inf)

    def chercher(self, couts: np.ndarray, solveur: str) -> bool:
        """One table that agrees with everything, the least for these costs: it widens what is known to be possible."""
        self._solveur.setOptionValue("solver", solveur)
        self._solveur.changeColsCost(len(couts), np.arange(len(couts)), couts)
        self._solveur.run()
        table = np.array(self._solveur.getSolution().col_value)
        sommes = self._matrice @ table
        bas, haut = self._bornes
        if max((bas - sommes).max(), (sommes - haut).max(), -table.min()) > _TOLERANCE:
            return False
        self.bas = np.minimum(self.bas, table)
        self.haut = np.maximum(self.haut, table)
        return True

    def retrouver(self, visees: set[Case], ecart: float) -> dict[Case, float]:
        """Those known to less than `ecart`: many at once as long as some move, then one by one those that did not."""
        rangs = np.array([self.rangs[case] for case in sorted(visees & self.rangs.keys())], dtype=np.int64)
        hasard = np.random.default_rng(7)
        restent, sans_effet = len(rangs), 0
        while restent and sans_effet < _ECHECS:
            couts = np.zeros(len(self.cases))
            choisies = rangs[(self.haut - self.bas < ecart)[rangs] & (hasard.random(len(rangs)) < 0.7)]
            sens = np.where(hasard.random(len(choisies)) < 0.5, -1.0, 1.0)
            couts[choisies] = sens * hasard.uniform(0.5, 1.5, len(choisies))
            self.chercher(couts, "ipm")
            avant, restent = restent, int((self.haut - self.bas < ecart)[rangs].sum())
            sans_effet = sans_effet + 1 if restent == avant else 0
        trouvees = {}
        for rang in rangs[(self.haut - self.bas < ecart)[rangs]]:
            for sens_seul in (1.0, -1.0):
                couts = np.zeros(len(self.cases))
                couts[rang] = sens_seul
                assert self.chercher(couts, "simplex"), "no table agrees with what is shown"
            if self.haut[rang] - self.bas[rang] < ecart:
                trouvees[self.cases[rang]] = float(self.bas[rang] + self.haut[rang]) / 2
        return trouvees
