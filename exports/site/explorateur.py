"""The data of the explorer: one script file per territory, published figures only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from clauses.socle.nombres import date_courte
from exports.edition.index import MARQUES, absence_est_zero
from exports.edition.libelles import Libelles, axe_en_clair, decimales, libelle_mesure
from exports.edition.publication import Publication
from exports.edition.schema import DECIMALES
from exports.site import calculs, carte
from exports.site.comparaisons import par_lieu
from exports.site.formes import groupes_de_situations
from exports.site.lieux import NIVEAUX, Lieu, Lieux
from exports.site.regards import periodes_montrees

TABLE = ["tableau", "mesure", "axe_1", "axe_2"]
INCOMPLETES = "incompletes"  # the periods whose changes on the year before are not comparable


def ecrire_lieux(dossier: Path, lieux: Lieux) -> None:
    """donnees/lieux.js: key, name, level name and page of each territory, for the search and the explorer."""
    lignes = [[x.cle, x.nom, x.niveau, x.page, x.code] for x in lieux.tous]
    _ecrire_script(dossier / "lieux.js", "lieux", lignes)


def ecrire_catalogue(dossier: Path, publication: Publication, libelles: Libelles) -> None:
    """donnees/catalogue.js: the tables of the release, the labels of their codes, its periods, the groups of situations."""
    presents = publication.indicateurs.select(TABLE).unique().sort(TABLE, nulls_last=False)
    notices = {
        (t, m, a or None): (titre, unite, base)
        for t, titre, a, m, unite, base in publication.tableaux.select(
            "tableau", "titre", "axe_1", "mesure", "unite", "base"
        ).iter_rows()
    }
    tables = []
    for t, m, a1, a2 in presents.iter_rows():
        titre, unite, base = notices.get((t, m, a1)) or ("", "", "")
        tables.append([t, m, a1, a2, titre, libelle_mesure(t, m), unite, base, decimales(unite)])
    axes = {a for ligne in tables for a in ligne[2:4] if a}
    codes: dict[str, dict[str, str]] = {str(a): {} for a in sorted(map(str, axes))}
    for colonne in (1, 2):
        paires = publication.indicateurs.select(f"axe_{colonne}", f"modalite_{colonne}").unique().drop_nulls()
        for axe, code in sorted(paires.iter_rows(), key=lambda x: (x[0], libelles.rang(x[0], x[1]))):
            codes[axe][code] = libelles.libelle(axe, code)
    periodes = publication.indicateurs["periode"].unique().sort(descending=True).to_list()
    groupe_de, groupes = groupes_de_situations()
    niveaux = set(publication.indicateurs["niveau_territoire"].unique())
    catalogue = {
        "tables": tables,
        "codes": codes,
        "axes": {a: axe_en_clair(a) for a in codes},
        "niveaux": {n: nom for n, nom in NIVEAUX.items() if n in niveaux},
        "sql": _requetes(presents) if publication.est_un_apercu else None,
        "periodes": [p for p in periodes if "T" not in p] + [p for p in periodes if "T" in p],
        "zeros": sorted({str(t[0]) for t in tables if absence_est_zero(str(t[0]))}),
        "groupe_de": groupe_de,
        "groupes": [[g["groupe"], g["libelle"], g["couleur"], g["encre"], g["halo"]] for g in groupes],
        "statut": dict(sorted(publication.statuts.items())),
        "source": f"Source : {publication.source}, données arrêtées au {date_courte(publication.date_arrete)}, "
        f"édition {publication.edition}.",
    }
    _ecrire_script(dossier / "catalogue.js", "catalogue", catalogue)


def _requetes(presents: pl.DataFrame) -> dict[str, object]:
    """By key of table, the query that counts it from the rows of hours, and what completes it."""
    ecrites = {
        "|".join((t, m, a1 or "", a2 or "")): calculs.calcul(t, m, tuple(a for a in (a1, a2) if a))
        for t, m, a1, a2 in presents.iter_rows()
    }
    return {
        "calculs": {cle: ecrite for cle, ecrite in ecrites.items() if ecrite},
        "lieux": calculs.LIEUX,
        "periodes": calculs.PERIODES,
    }


def ecrire_cartes(dossier: Path, publication: Publication) -> None:
    """donnees/cartes.js: what the maps show, by figure, level, period and code: a value, or a value and its status."""
    cartes: dict[str, dict[str, dict[str, dict[str, object]]]] = {}
    for sujet in carte.lire_sujets():
        niveaux: dict[str, dict[str, dict[str, object]]] = {"region": {}, "departement": {}}
        for (niveau, code, periode), c in par_lieu(publication, sujet.mesure, sujet.tableau).items():
            if niveau in niveaux:
                valeur = None if c.valeur is None else _courts([round(c.valeur, DECIMALES)])[0]
                # a plain value where there is nothing to say of it
                dit = valeur if valeur is not None and c.statut not in MARQUES else [valeur, c.statut]
                niveaux[niveau].setdefault(periode, {})[code] = dit
        cartes[f"{sujet.tableau}|{sujet.mesure}"] = {
            niveau: {p: dict(sorted(par_code.items())) for p, par_code in sorted(par_periode.items())}
            for niveau, par_periode in niveaux.items()
        }
    _ecrire_script(dossier / "cartes.js", "cartes", cartes)


def ecrire_donnees(dossier: Path, publication: Publication, lieu: Lieu) -> None:
    """donnees/region-32.js: by table, then period, the rows [code 1, code 2, value, share, status]."""
    lignes = (
        publication.du_territoire(lieu.niveau, lieu.code)
        .with_columns(
            pl.when(pl.col("valeur").is_null() & (pl.col("confidentialite") == "C"))
            .then(pl.lit("Q"))
            .otherwise("statut_observation")
            .alias("statut_observation"),
            pl.col("valeur", "part").round(DECIMALES),
        )
        .sort(*TABLE, "periode", "modalite_1", "modalite_2", nulls_last=False)
        .group_by(*TABLE, "periode", maintain_order=True)
        .agg("modalite_1", "modalite_2", "valeur", "part", "statut_observation")
    )
    contenu: dict[str, dict[str, list[object]]] = {}
    for t, m, a1, a2, periode, m1, m2, valeurs, parts, statuts in lignes.iter_rows():
        cle = "|".join((t, m, a1 or "", a2 or ""))
        contenu.setdefault(cle, {})[periode] = [
            m1 if a1 else 0,
            m2 if a2 else 0,
            _courts(valeurs),
            _courts(parts) if any(p is not None for p in parts) else 0,
            _repete(statuts),
        ]
    incompletes = [
        p.code
        for p in periodes_montrees(publication)
        if publication.depots_manquants(lieu.niveau, lieu.code, p)
    ]
    _ecrire_script(dossier / f"{lieu.cle}.js", "territoire", {**contenu, INCOMPLETES: incompletes}, lieu.cle)


def _courts(nombres: Sequence[float | None]) -> list[float | int | None]:
    return [int(n) if n is not None and n == int(n) else n for n in nombres]


def _repete(statuts: Sequence[str]) -> str | list[str]:
    """One letter when they are all the same."""
    return statuts[0] if len(set(statuts)) == 1 else list(statuts)


def _ecrire_script(chemin: Path, nom: str, contenu: object, *cles: str) -> None:
    """A script that hands its content over; `</script>` in a name stays inside its string."""
    arguments = ",".join(
        json.dumps(x, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        for x in (nom, *cles, contenu)
    )
    chemin.write_text(f"observatoire.recevoir({arguments});\n", encoding="utf-8")
