"""The top of a territory's page: the key figures of a period, with their trend and beside the head."""

from __future__ import annotations

from dataclasses import dataclass

from clauses.socle.nombres import nombre
from exports.edition.groupes import GROUPES, SANS_EVOLUTION
from exports.edition.index import ECRIT_ABSENT, ECRIT_INCOMPARABLE, ECRIT_SECRET, ecart, evolution
from exports.edition.libelles import decimales, libelle_mesure
from exports.edition.phrases import phrases
from exports.edition.publication import Periode
from exports.site.comparaisons import Petite, Planche, petit_trait
from exports.site.dessins import dessiner
from exports.site.ecritures import ecrire_chiffre, ecrire_ecart
from exports.site.regards import TRIMESTRES_MONTRES, RegardDate

MILLE, EN_MILLIERS = 1000, 10_000  # hours are drawn in thousands from there on
EN_TENDANCE = (
    "beneficiaires", "part_femmes", "part_qpv", "entreprises", "marches", "donneurs_ordre", "heures_par_beneficiaire",
)  # fmt: skip
SANS_NOMBRE = (ECRIT_ABSENT, ECRIT_INCOMPARABLE, ECRIT_SECRET)
EN_GRAND = ("heures", "beneficiaires", "part_femmes", "entreprises")


@dataclass(frozen=True)
class Carton:
    """One large figure: what, how much, since a year ago, in the whole."""

    libelle: str
    valeur: str
    depuis: str
    ailleurs: str


@dataclass(frozen=True)
class Moment:
    """What the top of the page says of one period."""

    periode: Periode
    statut: str
    phrases: list[str]
    cartons: list[Carton]
    entetes: list[str]
    lignes: list[list[str]]


def moment(r: RegardDate) -> Moment:
    """The sentences, the large figures and the table of all the key figures, at the period of `r`."""
    entetes = ["Chiffre clé", r.periode.court]
    entetes += [r.avant.court, "Évolution"] if r.avant else []
    entetes += [] if r.est_tete else [r.tete.court]
    lignes = []
    for mesure in (m for _, mesures in GROUPES for m in mesures):
        ici = r.index.lire("CLES", mesure, r.territoire, r.periode)
        if not ici.visible and not ici.secret:
            continue
        unite, _, _ = r.base("CLES", mesure)
        d, pour_cent = decimales(unite), unite == "%"
        ligne = [libelle_mesure("CLES", mesure), ecrire_chiffre(ici, d, pour_cent)]
        if r.avant:
            ligne.append(ecrire_chiffre(r.index.lire("CLES", mesure, r.territoire, r.avant), d, pour_cent))
            ligne.append(_depuis(r, mesure))
        if not r.est_tete:
            ligne.append(ecrire_chiffre(r.index.lire("CLES", mesure, r.tete.code, r.periode), d, pour_cent))
        lignes.append(ligne)
    cartons = [_carton(r, mesure) for mesure in EN_GRAND]
    return Moment(r.periode, r.publication.phrase_statut(r.periode), phrases(r), cartons, entetes, lignes)


def _depuis(r: RegardDate, mesure: str) -> str:
    ici, hier = (r.index.lire("CLES", mesure, r.territoire, p) for p in (r.periode, r.avant))
    unite, _, _ = r.base("CLES", mesure)
    if mesure in SANS_EVOLUTION:
        return ""
    if unite == "%":
        return ecrire_ecart(r.changement(ecart(ici, hier)), "point")
    return ecrire_ecart(r.changement(evolution(ici, hier)), "%")


def _carton(r: RegardDate, mesure: str) -> Carton:
    ici = r.index.lire("CLES", mesure, r.territoire, r.periode)
    unite, _, _ = r.base("CLES", mesure)
    depuis = ""
    if r.avant and (texte := _depuis(r, mesure)) not in (*SANS_NOMBRE, ""):
        depuis = (
            f"{texte} depuis {r.avant.court if r.avant.type_periode == 'annee' else 'le ' + r.avant.libelle}"
        )
    la = r.index.lire("CLES", mesure, r.tete.code, r.periode)
    comparable = not r.est_tete and unite == "%" and la.fiable
    return Carton(
        libelle_mesure("CLES", mesure),
        ecrire_chiffre(ici, decimales(unite), unite == "%"),
        depuis,
        f"{r.tete.court} : {ecrire_chiffre(la, 1, True)}" if comparable else "",
    )


@dataclass(frozen=True)
class Tendance:
    """A measure over the quarters: its drawing, what it says, its table."""

    constat: str
    unite: str
    svg: str
    alternative: str
    lignes: list[list[str]]


def tendance(r: RegardDate, trimestres: list[Periode]) -> Tendance | None:
    """Hours by quarter, oldest first."""
    montres = sorted(trimestres, key=lambda p: p.code)[-TRIMESTRES_MONTRES:]
    lus = [(p, r.index.lire("CLES", "heures", r.territoire, p)) for p in montres]
    if not any(c.visible for _, c in lus):
        return None
    diviseur = MILLE if max(c.valeur or 0.0 for _, c in lus) >= EN_MILLIERS else 1
    dessin = [
        {
            "rang": rang,
            "libelle": p.code[-2:],
            "groupe": p.code[:4] if rang == 0 or p.code.endswith("T1") else "",
            "valeur": c.valeur or 0.0,
            "texte": nombre((c.valeur or 0.0) / diviseur, int(diviseur > 1))
            if c.visible
            else ecrire_chiffre(c),
        }
        for rang, (p, c) in enumerate(lus)
    ]
    lignes = [[p.libelle, ecrire_chiffre(c)] for p, c in lus]
    constat = "Heures d'insertion par trimestre"
    dernier, avant = lus[-1][1], {p.code: c for p, c in lus}.get(_un_an_avant(lus[-1][0].code))
    if avant is not None and dernier.fiable and avant.fiable and r.comparables(lus[-1][0]):
        taux = evolution(dernier, avant)
        if taux.valeur is not None:
            constat = f"{ecrire_ecart(taux, '%')} d'heures en un an, au {lus[-1][0].libelle}"
    return Tendance(
        constat,
        "milliers d'heures" if diviseur > 1 else "heures",
        dessiner("colonnes", dessin),
        " ; ".join(f"{a} : {b}" for a, b in lignes) + ".",
        lignes,
    )


def tendances(r: RegardDate, trimestres: list[Periode], fichier: str) -> Planche | None:
    """The other key figures by quarter, oldest first, each on its own scale. `fichier`: their CSV."""
    montres = sorted(trimestres, key=lambda p: p.code)[-TRIMESTRES_MONTRES:]
    petites, lignes = [], []
    for mesure in EN_TENDANCE:
        lus = [r.index.lire("CLES", mesure, r.territoire, p) for p in montres]
        if not any(c.visible or c.secret for c in lus):
            continue
        unite, _, _ = r.base("CLES", mesure)
        textes = [ecrire_chiffre(c, decimales(unite), unite == "%") for c in lus]
        lignes.append([libelle_mesure("CLES", mesure), *textes])
        petites.append(Petite(libelle_mesure("CLES", mesure), None, petit_trait(lus), textes[-1]))
    if not petites:
        return None
    entetes = ["Chiffre clé", *(p.code for p in montres)]
    return Planche("Autres chiffres clés par trimestre", "", petites, entetes, lignes, fichier)


def _un_an_avant(code: str) -> str:
    return f"{int(code[:4]) - 1}{code[4:]}"
