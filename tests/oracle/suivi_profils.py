"""Follow-up of profiles, sectors, paths, buyers of the State, women's shares and intensity: S02, S03, S04, S10, S11, S12."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

from .calcul import Cle, Etat, tranche_age

Fait = dict[str, Any]
Lieu = tuple[str, str, str, str]
AGES = ("LT26", "26_29", "30_39", "40_49", "GE50", "ND")
SEXES = ("F", "H", "ND")
NIVEAUX = ("national", "region", "departement", "structure")
TABLEAUX = ("S02", "S03", "S04", "S10", "S11", "S12")
BTP = {"BATIMENT", "TRAVAUX_PUBLICS"}
RESERVES = {"RESERVE_HANDICAP", "RESERVE_IAE", "RESERVE_MIXTE", "RESERVE_PENITENTIAIRE", "RESERVE_ESS"}


def attendus(etat: Etat) -> dict[Cle, float]:
    sortie: dict[Cle, float] = {}
    lieux = _lieux(etat)
    for lieu, faits in lieux.items():
        for tableau, calcul in (("S02", _s02), ("S03", _s03), ("S04", _s04), ("S10", _s10)):
            for (mesure, axe), valeur in calcul(faits).items():
                sortie[(tableau, mesure, *lieu, axe, "")] = valeur
        for age, sexe in product(AGES, SEXES):
            siens = [f for f in faits if (f["tranche_age"], f["sexe"]) == (age, sexe)]
            axes = (f"tranche_age={age}", f"sexe={sexe}")
            sortie["S02", "beneficiaires", *lieu, *axes] = _nombre(siens, "personne")
            sortie["S02", "heures", *lieu, *axes] = _heures(siens)
    for lieu, faits in lieux.items():
        niveau, _, type_periode, periode = lieu
        if type_periode != "cumul" and niveau != "national":
            france = lieux["national", "FR", type_periode, periode]
            for (mesure, axe), valeur in _s11(faits, france).items():
                sortie[("S11", mesure, *lieu, axe, "")] = valeur
    sortie.update(_s12(etat))
    return sortie


def _lieux(etat: Etat) -> dict[Lieu, list[Fait]]:
    """Rows of hours of each territory and period, with all that is known of their person, contract and marché."""
    heures_du_contrat: dict[Any, float] = defaultdict(float)
    marches_du_contrat: dict[Any, set[Any]] = defaultdict(set)
    for f in etat.faits:
        heures_du_contrat[f["contrat"]] += f["heures"]
        marches_du_contrat[f["contrat"]].add(f["marche"])
    qualifications: dict[Any, set[str]] = defaultdict(set)
    for (personne, _), obtenue in etat.qualifications.items():
        if obtenue is not None:
            qualifications[personne].add(obtenue)
    par_periode: dict[tuple[str, str], list[Fait]] = defaultdict(list)
    for f in etat.faits:
        annee, mois = f["mois"]
        for periode in (
            ("annee", str(annee)),
            ("trimestre", f"{annee}-T{1 + (mois - 1) // 3}"),
            ("cumul", "cumul"),
        ):
            par_periode[periode].append(f)
    lieux: dict[Lieu, list[Fait]] = defaultdict(list)
    for periode, bruts in par_periode.items():
        premier: dict[Any, Any] = {}
        for f in bruts:
            premier[f["personne"]] = min(f["debut"], premier.get(f["personne"], f["debut"]))
        for f in bruts:
            personne = etat.personnes[f["personne"]]
            contrat = etat.versions["Contrats"][f["contrat"]]
            age = tranche_age(personne["naissance"], premier[f["personne"]])
            fin = contrat["fin"] if contrat["fin"] and contrat["fin"] >= contrat["debut"] else None
            complet = {
                **f,
                "tranche_age": age,
                "sexe": personne["sexe"],
                "FEMMES": personne["sexe"] == "F",
                "QPV": personne["origine"] == "QPV",
                "TH": "TH" in personne["categories"],
                "MOINS_26": age == "LT26" or "JEUNE" in personne["categories"],
                "PLUS_50": age == "GE50" or "SENIOR" in personne["categories"],
                "referent": personne["referent"],
                "qualifications": qualifications[f["personne"]],
                "tuteur": contrat.get("tuteur"),  # the flat layout has none
                "heures_contrat": heures_du_contrat[f["contrat"]],
                "jours": (fin - contrat["debut"]).days + 1 if fin else None,
                "mutualise": len(marches_du_contrat[f["contrat"]]) > 1,
            }
            for niveau in NIVEAUX:
                lieux[niveau, f[niveau], *periode].append(complet)
    return lieux


def _heures(faits: Iterable[Fait]) -> float:
    return float(sum(f["heures"] for f in faits))


def _nombre(faits: Iterable[Fait], cle: str) -> float:
    return float(len({f[cle] for f in faits}))


def _avec_part(
    sortie: dict[tuple[str, str], float], mesure: str, axe: str, valeur: float, base: float
) -> None:
    """A count and its share of a base; neither where the base is empty."""
    if base:
        sortie[mesure, axe] = valeur
        sortie[f"part_{mesure}", axe] = 100 * valeur / base


def _s02(faits: list[Fait]) -> dict[tuple[str, str], float]:
    sortie: dict[tuple[str, str], float] = {}
    for profil in ("FEMMES", "QPV", "TH", "MOINS_26", "PLUS_50"):
        siens = [f for f in faits if f[profil]]
        axe = f"profil={profil}"
        _avec_part(sortie, "beneficiaires", axe, _nombre(siens, "personne"), _nombre(faits, "personne"))
        _avec_part(sortie, "heures", axe, _heures(siens), _heures(faits))
    return sortie


def _s03(faits: list[Fait]) -> dict[tuple[str, str], float]:
    sortie: dict[tuple[str, str], float] = {}
    for secteur in {f["secteur"] for f in faits}:
        siens = [f for f in faits if f["secteur"] == secteur]
        axe = f"secteur={secteur}"
        _avec_part(sortie, "marches", axe, _nombre(siens, "marche"), _nombre(faits, "marche"))
        _avec_part(sortie, "heures", axe, _heures(siens), _heures(faits))
    connus = [f for f in faits if f["secteur"] != "ND"]
    if connus:
        total = _heures(connus)
        sortie["part_hors_btp", ""] = 100 * _heures(f for f in connus if f["secteur"] not in BTP) / total
        sortie["herfindahl", ""] = sum(
            (_heures(f for f in connus if f["secteur"] == secteur) / total) ** 2
            for secteur in {f["secteur"] for f in connus}
        )
    return sortie


def _s04(faits: list[Fait]) -> dict[tuple[str, str], float]:
    sortie: dict[tuple[str, str], float] = {}
    contrats, personnes, heures = _nombre(faits, "contrat"), _nombre(faits, "personne"), _heures(faits)

    def compter(mesure: str, cle: str, base: float, condition: Callable[[Fait], bool]) -> float:
        nombre = _nombre((f for f in faits if condition(f)), cle)
        _avec_part(sortie, mesure, "", nombre, base)
        return nombre

    compter("contrats_300h", "contrat", contrats, lambda f: f["heures_contrat"] >= 300)
    compter("contrats_8_semaines", "contrat", contrats, lambda f: f["heures_contrat"] / 35 >= 8)
    compter("contrats_mutualises", "contrat", contrats, lambda f: f["mutualise"])
    _avec_part(sortie, "heures_mutualisees", "", _heures(f for f in faits if f["mutualise"]), heures)
    _avec_part(sortie, "heures_formation", "", float(sum(f["formation"] for f in faits)), heures)
    connus = compter("contrats_tuteur_connu", "contrat", contrats, lambda f: f["tuteur"] is not None)
    compter("contrats_avec_tuteur", "contrat", connus, lambda f: f["tuteur"] == "O")
    connus = compter(
        "beneficiaires_referent_connu", "personne", personnes, lambda f: f["referent"] is not None
    )
    compter("beneficiaires_avec_referent", "personne", connus, lambda f: f["referent"] == "O")
    connus = compter(
        "beneficiaires_qualification_connue", "personne", personnes, lambda f: bool(f["qualifications"])
    )
    compter("beneficiaires_qualifies", "personne", connus, lambda f: "O" in f["qualifications"])
    contrats_de: dict[Any, set[Any]] = defaultdict(set)
    for f in faits:
        contrats_de[f["personne"]].add(f["contrat"])
    compter(
        "beneficiaires_plusieurs_contrats",
        "personne",
        personnes,
        lambda f: len(contrats_de[f["personne"]]) > 1,
    )
    sortie["contrats_par_beneficiaire", ""] = contrats / personnes
    return sortie


def _s10(faits: list[Fait]) -> dict[tuple[str, str], float]:
    sortie: dict[tuple[str, str], float] = {}
    etat = [f for f in faits if f["type_donneur_ordre"] == "ETAT"]
    marches, heures = _nombre(etat, "marche"), _heures(etat)
    _avec_part(sortie, "marches", "", marches, _nombre(faits, "marche"))
    _avec_part(sortie, "heures", "", heures, _heures(faits))
    reserves = [f for f in etat if f["base_juridique"] in RESERVES]
    _avec_part(sortie, "marches_reserves", "", _nombre(reserves, "marche"), marches)
    _avec_part(sortie, "heures_reservees", "", _heures(reserves), heures)
    for base in {f["base_juridique"] for f in etat}:
        siens = [f for f in etat if f["base_juridique"] == base]
        _avec_part(sortie, "marches", f"base_juridique={base}", _nombre(siens, "marche"), marches)
        _avec_part(sortie, "heures", f"base_juridique={base}", _heures(siens), heures)
    return sortie


def _s11(faits: list[Fait], france: list[Fait]) -> dict[tuple[str, str], float]:
    def part(lignes: list[Fait]) -> float:
        return 100 * _heures(f for f in lignes if f["FEMMES"]) / _heures(lignes)

    ici, la_bas = part(faits), part(france)
    sortie = {("part_femmes", ""): ici, ("part_femmes_france", ""): la_bas, ("ecart", ""): ici - la_bas}
    structure = interne = 0.0
    for secteur in {f["secteur"] for f in france}:
        d_ici = [f for f in faits if f["secteur"] == secteur]
        de_france = [f for f in france if f["secteur"] == secteur]
        poids, poids_france = _heures(d_ici) / _heures(faits), _heures(de_france) / _heures(france)
        taux_france = part(de_france)
        taux = part(d_ici) if d_ici else taux_france
        # the textbook's terms; a sector's own line is read against the mean share of women
        structure += (poids - poids_france) * (taux + taux_france) / 2
        sortie["effet_structure", f"secteur={secteur}"] = (poids - poids_france) * (
            (taux + taux_france) / 2 - (ici + la_bas) / 2
        )
        effet = (taux - taux_france) * (poids + poids_france) / 2
        interne += effet
        sortie["effet_interne", f"secteur={secteur}"] = effet
    sortie["effet_structure", ""], sortie["effet_interne", ""] = structure, interne
    return sortie


def _quantile(valeurs: list[float], fraction: float) -> float:
    rangees = sorted(valeurs)
    rang = fraction * (len(rangees) - 1)
    dessous = int(rang)
    dessus = min(dessous + 1, len(rangees) - 1)
    return rangees[dessous] + (rang - dessous) * (rangees[dessus] - rangees[dessous])


def _s12(etat: Etat) -> dict[Cle, float]:
    heures: dict[Any, float] = defaultdict(float)
    faits: dict[Any, Fait] = {}
    for f in etat.faits:
        heures[f["marche"]] += f["heures"]
        faits[f["marche"]] = f
    groupes: dict[tuple[Lieu, str], list[tuple[float, float]]] = defaultdict(list)
    for cle, f in faits.items():
        marche = etat.versions["Marchés"][cle]
        if not marche["montant"] or marche["montant"] <= 0:
            continue
        fin = marche.get("fin_prevue")  # the flat layout has none
        etat_marche = "ND" if fin is None else "TERMINE" if fin <= etat.arrete else "EN_COURS"
        periodes = [("cumul", "cumul")]
        if marche["notification"]:
            jour = marche["notification"]
            periodes.append(("annee", str(jour.year)))
            periodes.append(("trimestre", f"{jour.year}-T{1 + (jour.month - 1) // 3}"))
        axes = ["", f"etat_marche={etat_marche}"]
        axes += [f"{a}={f[a]}" for a in ("secteur", "nature_marche", "base_juridique", "tranche_montant")]
        for niveau in NIVEAUX:
            for periode in periodes:
                for axe in axes:
                    groupes[(niveau, f[niveau], *periode), axe].append(
                        (100_000 * heures[cle] / marche["montant"], heures[cle])
                    )
    sortie: dict[Cle, float] = {}
    for (lieu, axe), couples in groupes.items():
        sortie[("S12", "marches", *lieu, axe, "")] = float(len(couples))
        if len(couples) < 5:
            continue
        for rang, mesure in enumerate(("heures_par_100k", "heures_par_marche")):
            for nom, fraction in (("q1", 0.25), ("mediane", 0.5), ("q3", 0.75)):
                valeur = _quantile([c[rang] for c in couples], fraction)
                sortie[("S12", f"{mesure}_{nom}", *lieu, axe, "")] = valeur
    return sortie
