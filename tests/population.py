"""Persons of known truth, registered by several structures with the slips of real exports, and what linking is worth.

Frequencies of names are invented but shaped like the real ones (a few names are common, most are rare, as in Zipf's
law); the slips and their rates are assumptions too. Every person is invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

COMMUNES = Path(__file__).parents[1] / "seeds" / "territoires" / "communes.csv"


def _mots(texte: str) -> list[str]:
    return texte.split()


NOMS = _mots(
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David "
    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefevre Faure Andre Mercier "
    "Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry "
    "Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noel Meyer Dufour Meunier Brun Blanchard "
    "Giraud Joly Riviere Lucas Brunet Gaillard Barbier Arnaud Martinez Gerard Roche Renard Schmitt Roy Leroux Colin "
    "Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoit Rey "
    "Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis "
    "Diallo Traore Diop Keita Camara Coulibaly Bah Barry Sow Ba Sylla Toure Cisse Kone Ouattara Benali Haddad Mansouri "
    "Cherif Belkacem Saidi Bouzid Hamidi Amrani Alaoui Nguyen Tran Le Pham Da-Silva Ferreira Pereira Rodrigues Fernandes"
)
PRENOMS = {
    "F": _mots(
        "Marie Nathalie Isabelle Sylvie Catherine Sandrine Celine Stephanie Aurelie Emilie Julie Camille Laura Lea "
        "Manon Sarah Fatima Aicha Fatoumata Aminata Mariam Nadia Samira Karima Malika Khadija Sabrina Virginie Elodie "
        "Audrey Melanie Laetitia Vanessa Jessica Jennifer Amandine Marion Pauline Charlotte Lucie Mathilde Chloe Emma "
        "Anais Ines Lina Jade Louise Alice Juliette Christine Veronique Valerie Patricia Corinne Florence Helene Anne "
        "Marie-Claude Marie-Christine Anne-Marie Marie-Laure Elisabeth Christelle Delphine Karine Severine Caroline "
        "Alexandra Sophie Claire Elise Justine Margaux Oceane Yasmine Nora Leila Myriam Rachida Zohra Assia Awa Kadiatou"
    ),
    "H": _mots(
        "Jean Mohamed Nicolas Christophe Sebastien Julien David Frederic Stephane Thomas Alexandre Kevin Anthony Karim "
        "Mehdi Ahmed Ali Mamadou Ibrahima Moussa Amadou Abdoulaye Ousmane Rachid Said Youssef Hassan Samir Farid Bilal "
        "Maxime Romain Jeremy Guillaume Mickael Michael Vincent Olivier Laurent Philippe Pascal Eric Patrick Thierry "
        "Jean-Pierre Jean-Luc Jean-Marc Jean-Claude Jean-Francois Antoine Quentin Hugo Lucas Theo Enzo Dylan Jordan "
        "Florian Benjamin Adrien Mathieu Clement Alexis Arnaud Bruno Didier Alain Daniel Gerard Emmanuel Franck Cedric "
        "Fabrice Gregory Jerome Ludovic Yannick Abdelkader Djamel Omar Mustapha Ismael Souleymane Lamine Cheikh Samba"
    ),
}
COURTS = {
    "Mohamed": ["Med", "Md"],
    "Anthony": ["Tony"],
    "Thomas": ["Tom"],
    "Emmanuel": ["Manu"],
    "Catherine": ["Cathy"],
}
SYLLABES = _mots(
    "ba be bou ca chan che da de du fa fon ga gue la lan le lo ma mer mon "
    "na no pa per pin ra re ro sa sou ta ti to va vi"
)
FINS = _mots("rd ret son lier nier mont ville val ger court ni ska dou gne reau seau zi tin lot nel")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

# share of the registrations that bear each slip
FAUTES = {
    "lettre_nom": 0.018,
    "lettre_prenom": 0.012,
    "jour_mois": 0.009,
    "nom_prenom": 0.006,
    "prenom_court": 0.008,
    "nom_accole": 0.005,
    "nom_marital": 0.004,
    "naissance": 0.003,
    "deux_lettres": 0.002,
    "sexe": 0.001,
    "sexe_vide": 0.006,
    "jour_voisin": 0.004,
}
DE_FEMMES = ("nom_accole", "nom_marital")
JUMEAUX = 0.012
PREMIER_JANVIER = 0.015
NOMBRE_INSCRIPTIONS = {1: 0.58, 2: 0.26, 3: 0.10, 4: 0.04, 5: 0.02}


@dataclass(frozen=True, slots=True)
class Inscription:
    """A person as one structure wrote her down, under a number of its own; `personne` is the truth."""

    personne: int
    structure: str
    numero: str
    depot: int
    nom: str
    prenom: str
    naissance: dt.date
    sexe: str
    commune: str
    faute: str = ""


@dataclass(frozen=True)
class Monde:
    inscriptions: list[Inscription]
    structures: dict[str, str]  # code → commune


class _Urne:
    """Draws by weight."""

    def __init__(self, valeurs: Sequence[str], poids: Iterable[float], hasard: random.Random) -> None:
        self._valeurs, self._cumuls, self._hasard = valeurs, list(accumulate(poids)), hasard

    def tirer(self) -> str:
        return self._hasard.choices(self._valeurs, cum_weights=self._cumuls)[0]


def _zipf(nombre: int, recul: float) -> list[float]:
    return [1 / (rang + recul) for rang in range(1, nombre + 1)]


class _Tirage:
    def __init__(self, graine: int, departements: int) -> None:
        self.hasard = random.Random(graine)
        noms = [*NOMS, *self._noms_rares(30_000)]
        self.noms = _Urne(noms, _zipf(len(noms), 20), self.hasard)
        self.prenoms = {s: _Urne(p, _zipf(len(p), 8), self.hasard) for s, p in PRENOMS.items()}
        with COMMUNES.open(encoding="utf-8") as ouvert:
            communes = [c for c in csv.DictReader(ouvert) if c["population"]]
        peuples = sorted({c["departement"] for c in communes}, reverse=True)[:departements]
        self.par_departement: dict[str, _Urne] = {}
        for departement in peuples:
            siennes = [c for c in communes if c["departement"] == departement]
            self.par_departement[departement] = _Urne(
                [c["code"] for c in siennes], [float(c["population"]) for c in siennes], self.hasard
            )
        self.departements = _Urne(
            peuples,
            [sum(float(c["population"]) for c in communes if c["departement"] == d) for d in peuples],
            self.hasard,
        )

    def _noms_rares(self, nombre: int) -> list[str]:
        noms: dict[str, None] = {}
        while len(noms) < nombre:
            syllabes = self.hasard.choices(SYLLABES, k=self.hasard.choice((1, 2, 2, 3)))
            noms["".join(syllabes).capitalize() + self.hasard.choice(FINS)] = None
        return list(noms)

    def naissance(self) -> dt.date:
        if self.hasard.random() < PREMIER_JANVIER:
            return dt.date(self.hasard.randint(1965, 2004), 1, 1)
        return dt.date(1962, 1, 1) + dt.timedelta(days=int(self.hasard.triangular(0, 16_000, 12_000)))

    def prenom(self, sexe: str) -> str:
        return self.prenoms[sexe].tirer()


def generer(inscriptions: int, graine: int, departements: int = 101) -> Monde:
    """About that many registrations, in so many départements of the real list, larger ones having more persons."""
    t = _Tirage(graine, departements)
    h = t.hasard
    structures: dict[str, str] = {}
    par_departement: dict[str, list[str]] = {}
    for departement, communes in t.par_departement.items():
        par_departement[departement] = [f"S{departement}{n:03d}" for n in range(h.randint(3, 9))]
        structures |= {code: communes.tirer() for code in par_departement[departement]}
    lignes: list[Inscription] = []
    numeros: Counter[str] = Counter()
    personne = 0
    while len(lignes) < inscriptions:
        departement = t.departements.tirer()
        sexe = "F" if h.random() < 0.38 else "H"
        vraie = Inscription(
            personne,
            "",
            "",
            0,
            t.noms.tirer() + (f"-{t.noms.tirer()}" if h.random() < 0.03 else ""),
            t.prenom(sexe),
            t.naissance(),
            sexe,
            t.par_departement[departement].tirer(),
        )
        meme_jour = [vraie]
        if h.random() < JUMEAUX / 2:
            jumeau = "F" if (sexe == "F") == (h.random() < 0.67) else "H"
            meme_jour.append(replace(vraie, personne=personne + 1, sexe=jumeau, prenom=t.prenom(jumeau)))
            if meme_jour[1].prenom == vraie.prenom:
                meme_jour.pop()
        personne += len(meme_jour)
        for une in meme_jour:
            lignes += _inscrire(une, departement, par_departement, numeros, t)
    return Monde(lignes, structures)


def _inscrire(
    vraie: Inscription,
    departement: str,
    structures: dict[str, list[str]],
    numeros: Counter[str],
    t: _Tirage,
) -> Iterable[Inscription]:
    h = t.hasard
    combien = h.choices(list(NOMBRE_INSCRIPTIONS), list(NOMBRE_INSCRIPTIONS.values()))[0]
    connues: list[str] = []
    commune = vraie.commune
    for _ in range(combien):
        sort = h.random()
        if sort < 0.05 and connues:
            structure = h.choice(connues)  # registered twice by the same structure
        elif sort < 0.12:
            departement = t.departements.tirer()
            commune = t.par_departement[departement].tirer()
            structure = h.choice(structures[departement])
        else:
            structure = h.choice(structures[departement])
            if h.random() < 0.15:
                commune = t.par_departement[departement].tirer()
        connues.append(structure)
        numeros[structure] += 1
        # a structure's persons come in deposits of some years
        yield _mal_ecrire(
            replace(
                vraie,
                structure=structure,
                numero=f"B{numeros[structure]}",
                depot=h.randrange(4),
                commune=commune,
            ),
            t,
        )


def _mal_ecrire(i: Inscription, t: _Tirage) -> Inscription:
    h = t.hasard
    part_de_femmes = 0.38
    hasard = h.random()
    for faute, part in FAUTES.items():
        if faute in DE_FEMMES:
            if i.sexe != "F":
                continue
            part /= part_de_femmes
        if hasard < part:
            fautive = _FAUTES[faute](i, t)
            return replace(fautive, faute=faute) if fautive != i else i
        hasard -= part
    return i


def _une_lettre(mot: str, h: random.Random) -> str:
    rang = h.randrange(1, len(mot)) if len(mot) > 1 else 0
    genre = h.random()
    if genre < 0.35:
        return mot[:rang] + h.choice(ALPHABET) + mot[rang + 1 :]
    if genre < 0.65:
        return mot[:rang] + mot[rang + 1 :]
    if genre < 0.85:
        return mot[:rang] + mot[rang] + mot[rang:]
    return mot[: rang - 1] + mot[rang] + mot[rang - 1] + mot[rang + 1 :] if rang else mot


def _jour_mois(i: Inscription, t: _Tirage) -> Inscription:
    n = i.naissance
    return replace(i, naissance=n.replace(month=n.day, day=n.month)) if n.day <= 12 else i


def _prenom_court(i: Inscription, t: _Tirage) -> Inscription:
    if i.prenom in COURTS:
        return replace(i, prenom=t.hasard.choice(COURTS[i.prenom]))
    court = i.prenom.split("-")[0] if "-" in i.prenom else i.prenom[: t.hasard.choice((3, 4, 5))]
    return replace(i, prenom=court)


def _naissance(i: Inscription, t: _Tirage) -> Inscription:
    return replace(i, naissance=i.naissance.replace(day=t.hasard.randint(1, 28)))


_FAUTES = {
    "lettre_nom": lambda i, t: replace(i, nom=_une_lettre(i.nom, t.hasard)),
    "lettre_prenom": lambda i, t: replace(i, prenom=_une_lettre(i.prenom, t.hasard)),
    "jour_mois": _jour_mois,
    "nom_prenom": lambda i, t: replace(i, nom=i.prenom, prenom=i.nom),
    "prenom_court": _prenom_court,
    "nom_accole": lambda i, t: replace(
        i,
        nom=t.hasard.choice(("{0}-{1}", "{1} {0}", "{1} épouse {0}", "{0} née {1}")).format(
            t.noms.tirer(), i.nom
        ),
    ),
    "nom_marital": lambda i, t: replace(i, nom=t.noms.tirer()),
    "naissance": _naissance,
    "deux_lettres": lambda i, t: replace(
        i, nom=_une_lettre(i.nom, t.hasard), prenom=_une_lettre(i.prenom, t.hasard)
    ),
    "sexe": lambda i, t: replace(i, sexe="H" if i.sexe == "F" else "F"),
    "sexe_vide": lambda i, t: replace(i, sexe="ND"),
    "jour_voisin": lambda i, t: replace(i, naissance=i.naissance - dt.timedelta(1)),
}


# --- what linking is worth ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mesure:
    """Pairs of registrations: those put together (`trouvees`), of one person in truth (`vraies`), both (`justes`)."""

    trouvees: int
    vraies: int
    justes: int

    @property
    def precision(self) -> float:
        return self.justes / self.trouvees if self.trouvees else 1.0

    @property
    def rappel(self) -> float:
        return self.justes / self.vraies if self.vraies else 1.0


def _paires(groupes: Iterable[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groupes).values())


def mesurer(verite: Sequence[int], trouve: Sequence[str]) -> Mesure:
    return Mesure(_paires(trouve), _paires(verite), _paires(zip(verite, trouve, strict=True)))


def rappel_par_faute(
    inscriptions: Sequence[Inscription], trouve: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """By slip: pairs of a registration with it and one of the same person without any; how many were put together."""
    par_personne: defaultdict[int, list[int]] = defaultdict(list)
    for rang, inscription in enumerate(inscriptions):
        par_personne[inscription.personne].append(rang)
    comptes: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rangs in par_personne.values():
        justes = [r for r in rangs if not inscriptions[r].faute]
        for rang in rangs:
            if faute := inscriptions[rang].faute:
                comptes[faute][0] += len(justes)
                comptes[faute][1] += sum(trouve[rang] == trouve[j] for j in justes)
    return {faute: (comptes[faute][0], comptes[faute][1]) for faute in FAUTES}


def precision_par_regle(
    verite: Sequence[int], exact: Sequence[str], trouve: Sequence[str], regles: Sequence[str]
) -> dict[str, Mesure]:
    """By rule: the pairs that it put together and that exact keys had not."""
    comptes: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    par_id: defaultdict[str, list[int]] = defaultdict(list)
    for rang, (identifiant, regle) in enumerate(zip(trouve, regles, strict=True)):
        if regle != "EXACTE":
            par_id[identifiant].append(rang)
    for rangs in par_id.values():
        for place, a in enumerate(rangs):
            for b in rangs[place + 1 :]:
                if exact[a] != exact[b]:
                    comptes[regles[a]][0] += 1
                    comptes[regles[a]][1] += verite[a] == verite[b]
    return {regle: Mesure(n, 0, justes) for regle, (n, justes) in sorted(comptes.items())}
