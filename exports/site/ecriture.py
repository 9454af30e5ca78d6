"""Writes the folder `site/` of a package: pages, stylesheet, scripts, data of the explorer, CSV files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from clauses.socle.donnees import lire_lignes
from clauses.socle.nombres import date_courte, nombre
from clauses.socle.ordre import de_lecture
from exports.atelier.gabarits import remplir
from exports.edition.libelles import Libelles, decimales, libelle_mesure
from exports.edition.publication import Publication
from exports.edition.regard import NOTE_STATUTS
from exports.edition.reperes import AVERTISSEMENT, reperes
from exports.site import carte, couverture, explorateur
from exports.site.blocs import MODELES, lire_blocs
from exports.site.cles import moment, tendance, tendances
from exports.site.comparaisons import Planche, entonnoir, fichier_des_territoires, lire_comparaisons, planche
from exports.site.ecritures import ecrire_chiffre
from exports.site.fichiers import Fichiers, fichier_des_cles
from exports.site.formes import figures_de_la_page
from exports.site.lieux import Lieu, Lieux
from exports.site.methodes import lire_methodes
from exports.site.regards import RegardDate, index_de_la_tete, periodes_montrees, regarder

DOSSIER = "site"
COPIES = (
    "style.css", "site.js", "dessins.js", "periodes.js", "explorateur.js", "write-excel-file.min.js",
    "write-excel-file.LICENSE.txt",
)  # fmt: skip
EN_CARTE = ["national", "region", "departement"]
TELECHARGEMENTS = {"page": "telechargements.html", "titre": "Téléchargements"}
ENFANTS = {
    "national": "Les régions",
    "region": "Les départements",
    "departement": "Les intercommunalités",
}
# key figures of what has no table of its own in the release: the tables a theme speaks of when they are published
TABLEAUX_DES_THEMES = {
    "facilitateurs": ("S06", "S07"),
    "anru": ("S09",),
    "obligations": ("S08", "S13", "S12"),
    "parcours": ("S04", "S05"),
}


@cache
def lire_themes() -> tuple[dict[str, str], ...]:
    """theme, titre, chapo, in the order of the menu."""
    return tuple(lire_lignes(MODELES / "themes.csv"))


def ecrire_site(
    publication: Publication, paquet: Path, avancement: Callable[[int, int], None] = lambda fait, total: None
) -> Path:
    """Writes `site/` into a package; gives its folder. Raises OSError, RELECTURE_DIFFERENTE."""
    dossier = paquet / DOSSIER
    (dossier / "donnees").mkdir(parents=True)
    for nom in COPIES:
        shutil.copyfile(MODELES / nom, dossier / nom)
    site = _Site(publication, dossier)
    site.donnees()
    # while one page is put together, the engines of another draw, sort and write
    with ThreadPoolExecutor(os.cpu_count()) as ouvriers:
        for fait, _ in enumerate(ouvriers.map(site.lieu, site.lieux.tous), start=1):
            avancement(fait, len(site.lieux.tous))
    for theme in lire_themes():
        site.theme(theme)
    site.pages_communes(paquet)
    return dossier


class _Site:
    def __init__(self, publication: Publication, dossier: Path) -> None:
        self.publication, self.dossier = publication, dossier
        self.lieux, self.libelles = Lieux(publication), Libelles(publication)
        self.tete = index_de_la_tete(publication)
        self.fichiers = Fichiers(publication, dossier)
        self.periodes = periodes_montrees(publication)
        self.statut = publication.phrase_statut(publication.periode)
        self.menu = _menu(self.lieux.tete.nom, publication.est_un_apercu)
        self.logo = _poser_le_logo(publication.observatoire.logo, dossier)

    def page(
        self, nom: str, modele: str, titre: str, fil: list[tuple[str, str]], contexte: Mapping[str, Any]
    ) -> None:
        """Writes one page with what all pages share."""
        p = self.publication
        commun = {
            "titre": titre,
            "page": nom,
            "menu": self.menu,
            "observatoire": p.observatoire.nom,
            "emetteur": p.observatoire.signature,
            "logo": self.logo,
            "signes": NOTE_STATUTS,
            "tete": self.lieux.tete,
            "portee": p.portee,
            "fil": [{"titre": t, "page": lien} for t, lien in fil],
            "marques": p.marques,
            "fictif": p.fictif,
            "source": p.source,
            "arrete": date_courte(p.date_arrete),
            "edition": p.edition,
            "statut": self.statut,
            "periode_courante": p.periode.libelle,
            "principale": "",
        }
        texte = remplir(f"site/{modele}.html.j2", {**commun, **contexte})
        (self.dossier / nom).write_text(texte, encoding="utf-8")

    def donnees(self) -> None:
        """The scripts that the search and the explorer read."""
        donnees = self.dossier / "donnees"
        explorateur.ecrire_lieux(donnees, self.lieux)
        explorateur.ecrire_catalogue(donnees, self.publication, self.libelles)
        explorateur.ecrire_cartes(donnees, self.publication)

    def lieu(self, lieu: Lieu) -> None:
        """The page of a territory and what the explorer reads of it."""
        explorateur.ecrire_donnees(self.dossier / "donnees", self.publication, lieu)
        if lieu.a_une_page:
            self.territoire(lieu)

    def territoire(self, lieu: Lieu) -> None:
        """The head, a region, a département or an EPCI."""
        tableaux = [b.tableau for b in lire_blocs() if lieu.genre in b.pages]
        regard = regarder(self.publication, lieu, self.libelles, self.tete, tableaux)
        self.fichiers.du_lieu(lieu, lieu.niveau, lieu.cle)
        figures = list(figures_de_la_page(regard, lieu.genre, lieu.cle))
        par_theme = {b.code: b.theme for b in lire_blocs()}
        themes = [
            {
                "code": t["theme"],
                "titre": t["titre"],
                "figures": [f for f in figures if par_theme[f.code] == t["theme"]],
            }
            for t in lire_themes()
        ]
        chemin = self.lieux.chemin(lieu)
        trimestres = [p for p in self.periodes if p.type_periode == "trimestre"]
        self.page(
            lieu.page,
            "territoire",
            lieu.nom,
            [(x.nom, x.page) for x in chemin] if len(chemin) > 1 else [],
            {
                "lieu": lieu,
                "contenant": ", ".join(x.nom for x in reversed(chemin[1:-1])),
                "moments": [moment(regard.a(p)) for p in self.periodes],
                **self._a_periodes(lieu),
                "tendance": tendance(regard, trimestres),
                "tendances": tendances(regard, trimestres, fichier_des_cles(lieu.cle)),
                "cartes": self._cartes("accueil", ["departement"]) if lieu.est_tete else [],
                "la_planche": self._planche("heures", "Heures d'insertion") if lieu.est_tete else None,
                # those of one figure last, side by side
                "themes": sorted(themes, key=lambda t: len(t["figures"]) == 1),
                "fichier_cles": fichier_des_cles(lieu.cle),
                "reperes": _lignes_des_reperes(regard) if lieu.est_tete else [],
                "avertissement_reperes": AVERTISSEMENT,
                "enfants": sorted(self.lieux.dans(lieu), key=lambda x: de_lecture(x.nom)),
                "titre_enfants": ENFANTS.get(lieu.niveau, ""),
            },
        )

    def theme(self, theme: dict[str, str]) -> None:
        """The head's figures on a subject, its map, its comparisons between territories."""
        code, tete = theme["theme"], self.lieux.tete
        regard = regarder(self.publication, tete, self.libelles, self.tete)
        self.fichiers.du_lieu(tete, "theme", tete.cle)
        figures = list(figures_de_la_page(regard, "theme", tete.cle, code))
        la_planche = None
        for comparaison in lire_comparaisons():
            if comparaison.theme != code:
                continue
            figure = entonnoir(self.publication, self.lieux, comparaison, self.publication.periode)
            if figure:
                self._des_territoires(comparaison.mesure)
                figures.append(figure)
            la_planche = self._planche(comparaison.mesure, comparaison.sujet_des_lieux)
        diffuses = {t for t, _ in self.publication.mesures_diffusees}
        titres = dict(self.publication.tableaux.select("tableau", "titre").iter_rows())
        du_theme = TABLEAUX_DES_THEMES.get(code, ())
        absents = [titres.get(t, t).lower() for t in du_theme if t not in diffuses]
        absents += [
            b.sujet[0].lower() + b.sujet[1:]
            for b in lire_blocs()
            if b.theme == code and b.tableau not in du_theme and not self.libelles.codes(b.tableau, b.axe_1)
        ]
        self.page(
            f"theme-{code}.html",
            "theme",
            theme["titre"],
            [(tete.nom, tete.page), (theme["titre"], f"theme-{code}.html")],
            {
                **self._a_periodes(tete),
                "titre": theme["titre"],
                "chapo": theme["chapo"],
                "figures": figures,
                "cartes": self._cartes(code),
                "la_planche": la_planche,
                "absents": absents,
            },
        )

    def _a_periodes(self, lieu: Lieu) -> dict[str, Any]:
        """What a page needs whose period is chosen."""
        return {
            "principale": self.publication.periode.code,
            "periodes": self.periodes,
            "cle_du_lieu": lieu.cle,
        }

    def _cartes(self, theme: str, niveaux: Sequence[str] = ("region", "departement")) -> list[carte.Carte]:
        faites = []
        for sujet in (x for x in carte.lire_sujets() if x.theme == theme):
            unites = self.publication.tableaux.filter(
                (pl.col("tableau") == sujet.tableau) & (pl.col("mesure") == sujet.mesure)
            )
            unite = str(unites["unite"][0]) if len(unites) else ""
            for niveau in niveaux:
                dressee = carte.dresser(
                    self.publication, self.lieux, niveau, sujet, self.publication.periode, decimales(unite),
                    unite == "%",
                )  # fmt: skip
                if dressee:
                    self._des_territoires(sujet.mesure, sujet.tableau)
                    faites.append(dressee)
        return faites

    def _planche(self, mesure: str, sujet: str) -> Planche | None:
        lieux = sorted(self.lieux.dans(self.lieux.tete), key=lambda x: x.code)
        faite = planche(self.publication, lieux, mesure, sujet, self.periodes)
        if faite:
            self._des_territoires(mesure)
        return faite

    def _des_territoires(self, mesure: str, tableau: str = "CLES") -> None:
        self.fichiers.des_territoires(fichier_des_territoires(mesure, tableau), tableau, mesure, EN_CARTE)

    def pages_communes(self, paquet: Path) -> None:
        """Territories, explorer, quality, methods, downloads."""
        p, tete = self.publication, self.lieux.tete
        racine = (tete.nom, tete.page)
        arbre = [
            (region, [(d, self.lieux.dans(d)) for d in sorted(self.lieux.dans(region), key=lambda x: x.code)])
            for region in sorted(self.lieux.du_niveau("region"), key=lambda x: de_lecture(x.nom))
        ]
        self.page(
            "territoires.html", "territoires", "Territoires", [racine, ("Territoires", "")], {"arbre": arbre}
        )
        self.page("explorateur.html", "explorateur", "Explorateur", [racine, ("Explorateur", "")], {})
        trimestres, regions = couverture.depots(p, self.lieux)
        self.page(
            "qualite.html",
            "qualite",
            "Qualité et couverture",
            [racine, ("Qualité et couverture", "")],
            {
                "diffusion": couverture.diffusion(p),
                "statuts": couverture.statuts_par_periode(p),
                "trimestres": trimestres,
                "regions": regions,
                "deduites": couverture.deduites(p),
                "revisions": couverture.revisions(p),
            },
        )
        self.page(
            "methodes.html",
            "methodes",
            "Méthodes",
            [racine, ("Méthodes", "")],
            {"tableaux": _mesures(p), "methodes": lire_methodes()},
        )
        for methode in lire_methodes():
            self.page(
                methode.page,
                "methode",
                methode.titre,
                [racine, ("Méthodes", "methodes.html"), (methode.titre, "")],
                {"texte": methode.texte},
            )
        if not p.est_un_apercu:  # it has no file beside its pages
            self.page(
                TELECHARGEMENTS["page"],
                "telechargements",
                TELECHARGEMENTS["titre"],
                [racine, (TELECHARGEMENTS["titre"], "")],
                {"groupes": _groupes_de_fichiers(paquet)},
            )


def _lignes_des_reperes(regard: RegardDate) -> list[list[str]]:
    return [
        [x.libelle, x.valeur, x.annee, ecrire_chiffre(x.ici, 1, True) if x.ici else "", x.document]
        for x in reperes(regard)
    ]


def _poser_le_logo(logo: Path | None, dossier: Path) -> str:
    """Its name in the folder of the pages; empty without one."""
    if logo is None:
        return ""
    nom = f"logo{logo.suffix.lower()}"
    shutil.copyfile(logo, dossier / nom)
    return nom


def _menu(accueil: str, est_un_apercu: bool) -> list[dict[str, str]]:
    themes = [{"page": f"theme-{t['theme']}.html", "titre": t["titre"]} for t in lire_themes()]
    return [
        {"page": "index.html", "titre": accueil},
        {"page": "territoires.html", "titre": "Territoires"},
        *themes,
        {"page": "explorateur.html", "titre": "Explorateur"},
        {"page": "qualite.html", "titre": "Qualité"},
        {"page": "methodes.html", "titre": "Méthodes"},
        *([] if est_un_apercu else [TELECHARGEMENTS]),
    ]


def _mesures(p: Publication) -> list[tuple[str, str, list[list[str]]]]:
    """The tables of the release: code, title, measures with what they count."""
    presents = p.tableaux.filter(pl.col("tableau").is_in({t for t, _ in p.mesures_diffusees}))
    faits = []
    for (code, titre), lignes in presents.sort("tableau", maintain_order=True).group_by(
        "tableau", "titre", maintain_order=True
    ):
        uniques = lignes.select("mesure", "unite", "base").unique(maintain_order=True)
        mesures = [[libelle_mesure(str(code), m), unite, base] for m, unite, base in uniques.iter_rows()]
        faits.append((str(code), str(titre), mesures))
    return faits


OUVERTES = {
    "indicateurs_excel.csv": "Tous les chiffres, pour Excel",
    "indicateurs.csv": "Tous les chiffres, en CSV",
    "indicateurs.parquet": "Tous les chiffres, en Parquet",
    "revisions.csv": "Ce qui a changé depuis l'édition précédente",
    "LISEZ-MOI.md": "Mode d'emploi des fichiers",
}


def _groupes_de_fichiers(paquet: Path) -> list[tuple[str, list[tuple[str, str, str]]]]:
    ouvertes = [
        (nom, quoi, _taille(paquet / nom)) for nom, quoi in OUVERTES.items() if (paquet / nom).exists()
    ]
    classeurs = [
        (f.relative_to(paquet).as_posix(), f.stem.replace("_", " "), _taille(f))
        for f in sorted(paquet.rglob("*.xlsx"))
    ]
    return [("Données ouvertes", ouvertes), ("Classeurs", classeurs)]


def _taille(fichier: Path) -> str:
    return f"{nombre(max(1, fichier.stat().st_size // 1024))} ko"
