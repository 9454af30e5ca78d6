"""Numbers, dates, codes as other tools write them (kinds 3, 4, 12): each writing in a workbook, a folder and a bilan."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable

import xlsxwriter
from fabrique import Tables, Valeur, fichiers_csv, grille, texte_csv, xlsx
from monde import NOM, Fichiers, Monde, Mutation

DATES = (
    "Date de début",
    "Date de fin",
    "Date de naissance",
    "Date de notification",
    "Début contrat",
    "Fin contrat",
    "Né(e) le",
)
HEURES = ("Heures travaillées", "Heures de formation", "Heures réalisées", "dont formation")
NOMBRES = ("Montant HT (€)", "Heures d'insertion prévues", "Montant du marché")
CODES = ("N° contrat", "Code marché", "N° bénéficiaire", "Réf. contrat", "N° marché", "Réf. participant")
Ecrire = Callable[[Valeur, random.Random], Valeur]
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
LETTRES = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def _partout(tables: Tables, entetes: tuple[str, ...], ecrire: Ecrire, hasard: random.Random) -> Tables:
    return {
        nom: [
            {e: ecrire(v, hasard) if e in entetes and v is not None else v for e, v in ligne.items()}
            for ligne in lignes
        ]
        for nom, lignes in tables.items()
    }


def _dans(
    contenant: str, entetes: tuple[str, ...], ecrire: Ecrire
) -> Callable[[Monde, random.Random], Fichiers]:
    def fichiers(m: Monde, hasard: random.Random) -> Fichiers:
        tables = _partout(m.tables, entetes, ecrire, hasard)
        if contenant == "classeur":
            return {f"{NOM}.xlsx": xlsx({nom: grille(lignes) for nom, lignes in tables.items()})}
        if contenant == "dossier":
            return {f"{NOM}/{nom}": octets for nom, octets in fichiers_csv(tables).items()}
        return {f"{NOM}.csv": texte_csv(grille(tables["Bilan"])).encode()}

    return fichiers


def _partout_ecrites(
    nom: str, genre: int, entetes: tuple[str, ...], ecrire: Ecrire, *regles: str
) -> list[Mutation]:
    return [
        Mutation(f"{nom}_{contenant}", genre, _dans(contenant, entetes, ecrire), frozenset(regles), plat)
        for contenant, plat in (("classeur", False), ("dossier", False), ("bilan", True), ("classeur", True))
    ]


def _date(ecrire: Callable[[dt.date, random.Random], str]) -> Ecrire:
    return lambda v, hasard: ecrire(v, hasard) if isinstance(v, dt.date) else v


def _nombre(ecrire: Callable[[float, random.Random], str]) -> Ecrire:
    return lambda v, hasard: ecrire(float(v), hasard) if isinstance(v, int | float) else v


def _veille(heure: str) -> Ecrire:
    return _date(lambda d, _: f"{d - dt.timedelta(1):%Y-%m-%d}{heure}")


def _serie(fraction: Callable[[random.Random], float]) -> Ecrire:
    return _date(lambda d, hasard: f"{(d - dt.date(1899, 12, 30)).days + fraction(hasard):.4f}")


ECRITURES_DE_DATE: dict[str, Ecrire] = {
    "paris_temps_moyen": _veille(" 23:50:39"),
    "vingt_trois_heures": _veille(" 23:00:00"),
    "utc_ete": _veille("T22:00:00.000Z"),
    "utc_hiver": _veille("T23:00:00.000Z"),
    "reunion": _veille("T20:00:00Z"),
    "mayotte": _veille("T21:00:00+00:00"),
    "milliseconde_perdue": _veille("T22:59:59.997"),
    "veille_francaise": _date(lambda d, _: f"{d - dt.timedelta(1):%d/%m/%Y} 23:50"),
    "aaaammjj": _date(lambda d, _: f"{d:%Y%m%d}"),
    "jjmmaaaa": _date(lambda d, _: f"{d:%d%m%Y}"),
    "serie_fraction": _serie(lambda hasard: hasard.uniform(0.01, 0.8)),
    "serie_veille": _serie(lambda hasard: -hasard.uniform(0.001, 0.08)),
    "xsd": _date(lambda d, _: f"{d:%Y-%m-%d}+01:00"),
    "decalage": _date(lambda d, _: f"{d:%Y-%m-%d}T00:00:00+02:00"),
    "heure_du_jour": _date(lambda d, h: f"{d:%d/%m/%Y} {h.randrange(20):02}:{h.randrange(60):02}"),
    "minuit": _date(lambda d, _: f"{d:%d/%m/%Y} 00:00:00"),
    "mois_d_abord": _date(lambda d, _: f"{d:%m/%d/%Y}"),
    "mois_d_abord_court": _date(lambda d, _: f"{d:%m/%d/%y}"),
    "mois_d_abord_sans_zeros": _date(lambda d, _: f"{d.month}/{d.day}/{d:%y}"),
    "douze_heures": _date(lambda d, _: f"{d:%m/%d/%Y} 12:00:00 AM"),
    "espaces": _date(lambda d, _: f"{d:%d %m %Y}"),
    "javascript_francais": _date(
        lambda d, _: f"{d:%a %b %d %Y} 00:00:00 GMT+0100 (heure normale d’Europe centrale)"
    ),
    "en_lettres": _date(lambda d, _: f"{JOURS[d.weekday()]} {d.day} {LETTRES[d.month - 1]} {d.year}"),
    "javascript": _date(lambda d, _: f"{d:%a %b %d %Y} 00:00:00 GMT+0200"),
    "bidirectionnel": _date(lambda d, _: f"\u200e{d:%d/%m/%Y}\u200f"),
    "egal": _date(lambda d, _: f'="{d:%d/%m/%Y}"'),
}


def _milliers(signe: str, virgule: str) -> Ecrire:
    return _nombre(lambda v, _: f"{v:,.2f}".replace(",", "_").replace(".", virgule).replace("_", signe))


ECRITURES_DE_NOMBRE: dict[str, Ecrire] = {
    "virgule": _nombre(lambda v, _: f"{v}".replace(".", ",")),
    "milliers_espace": _milliers(" ", ","),
    "milliers_fine": _milliers("\u202f", ","),
    "milliers_point": _milliers(".", ","),
    "milliers_anglais": _milliers(",", "."),
    "milliers_suisse": _milliers("'", "."),
    "euros": _nombre(lambda v, _: f"{v:,.2f} €".replace(",", "\u00a0").replace(".", ",")),
    "sans_centimes": _nombre(lambda v, _: f"{v:.0f},-" if v == int(v) else f"{v}"),
    "egal": _nombre(lambda v, _: f'="{v}"'),
    "apostrophe": _nombre(lambda v, _: f"'{v}"),
    "separateur_x1f": _nombre(lambda v, _: f"\x1f{v}"),
    "largeur_nulle": _nombre(lambda v, _: f"\u2066{v}\u2069\u200b"),
    "insecable_milieu": _nombre(lambda v, _: f"{v:,.2f}".replace(",", "\u00a0").replace(".", ",")),
}


def _gate(v: float, hasard: random.Random) -> str:
    texte = f"{v:.2f}"
    return hasard.choice(
        [texte, texte, texte.replace(".", ",,"), f"{texte[:-1]},{texte[-1]},0", texte.replace(".", "..")]
    )


def _hm(v: float) -> tuple[int, int]:
    return divmod(round(v * 60), 60)


ECRITURES_D_HEURES: dict[str, Ecrire] = {
    "deux_points": _nombre(lambda v, _: "{}:{:02}".format(*_hm(v))),
    "avec_secondes": _nombre(lambda v, _: "{}:{:02}:00".format(*_hm(v))),
    "h": _nombre(lambda v, _: "{}h{:02}".format(*_hm(v))),
    "h_espaces": _nombre(lambda v, _: "{} h {:02}".format(*_hm(v))),
    "h_min": _nombre(lambda v, _: "{} h {:02} min".format(*_hm(v))),
    "pandas": _nombre(lambda v, _: str(dt.timedelta(hours=v))),
    "iso": _nombre(lambda v, _: "PT{}H{}M".format(*_hm(v))),
    "trois_decimales": _nombre(lambda v, _: f"{v:.3f}"),
    "jours_sans_format": _nombre(lambda v, _: f"{v / 24:.9f}".rstrip("0").rstrip(".")),
}


def _classeur_formate(facteur: float, forme: str) -> Callable[[Monde, random.Random], Fichiers]:
    """Hours in cells of a date or duration format: what a spreadsheet keeps is a number, times `facteur`."""

    def fichiers(m: Monde, _: random.Random) -> Fichiers:
        tampon = io.BytesIO()
        with xlsxwriter.Workbook(tampon, {"in_memory": True}) as classeur:
            jour, duree = (classeur.add_format({"num_format": f}) for f in ("dd/mm/yyyy", forme))
            for nom, lignes in m.tables.items():
                feuille = classeur.add_worksheet(nom)
                entetes, *rangees = grille(lignes)
                feuille.write_row(0, 0, entetes)
                for i, rangee in enumerate(rangees, start=1):
                    for j, valeur in enumerate(rangee):
                        if entetes[j] in HEURES and valeur is not None:
                            feuille.write_number(i, j, float(valeur) * facteur, duree)
                        elif isinstance(valeur, dt.date):
                            feuille.write_datetime(i, j, valeur, jour)
                        elif valeur is not None:
                            feuille.write(i, j, valeur)
        return {f"{NOM}.xlsx": tampon.getvalue()}

    return fichiers


ENVELOPPES: dict[str, Ecrire] = {
    "egal": lambda v, _: f'="{v}"',
    "apostrophe": lambda v, _: f"'{v}",
    "guillemets": lambda v, _: f'"{v}"',
    "x1f": lambda v, _: f"\x1f{v}",
    "bidirectionnel": lambda v, _: f"\u202a{v}\u202c",
    "largeur_nulle": lambda v, hasard: hasard.choice([f"{v}", f"{v}\u200b", f"\ufeff{v}"]),
}
AMBIGU = ("ECRITURE_AMBIGUE", "NOMBRE_ILLISIBLE")
UNITES_ETRANGERES = ("{} %", "{} €", "{} EUR", "{}%")
MUTATIONS: list[Mutation] = [
    *(m for nom, e in ECRITURES_DE_DATE.items() for m in _partout_ecrites(f"date_{nom}", 4, DATES, e)),
    *(m for nom, e in ECRITURES_DE_DATE.items() for m in _partout_ecrites(f"mois_{nom}", 4, ("Mois",), e)),
    *_partout_ecrites("mois_eurostat", 3, ("Mois",), _date(lambda d, _: f"{d:%YM%m}")),
    *_partout_ecrites(
        "date_fin_de_journee", 4, ("Date de fin", "Fin contrat"), _date(lambda d, _: f"{d:%d/%m/%Y} 23:59:59")
    ),
    *(
        m
        for nom, e in ECRITURES_DE_NOMBRE.items()
        for m in _partout_ecrites(f"nombre_{nom}", 3, (*HEURES, *NOMBRES), e)
    ),
    *(m for nom, e in ECRITURES_D_HEURES.items() for m in _partout_ecrites(f"heures_{nom}", 3, HEURES, e)),
    *(m for nom, e in ENVELOPPES.items() for m in _partout_ecrites(f"code_{nom}", 3, CODES, e)),
    *_partout_ecrites(
        "heures_d_une_autre_unite",
        3,
        HEURES,
        _nombre(lambda v, h: h.choice(UNITES_ETRANGERES).format(v) if h.random() < 0.3 else f"{v}"),
        *AMBIGU,
    ),
    *_partout_ecrites("nombre_signes_en_trop", 3, (*HEURES, *NOMBRES), _nombre(_gate), *AMBIGU),
    *(
        Mutation(f"heures_{nom}", 3, _classeur_formate(facteur, forme), frozenset(AMBIGU), plat)
        for nom, facteur, forme in (
            ("duree_excel", 1 / 24, "[h]:mm"),
            ("heure_excel", 1 / 24, "hh:mm"),
            ("duree_sans_format", 1 / 24, "General"),
            ("affichees_en_dates", 1, "dd/mm/yyyy"),
        )
        for plat in (False, True)
    ),
]
