"""What `clauses decrire` makes of exports of other tools: run from the project's root after `make install`.

    .venv/bin/python benchmarks/decrire.py                       # every form, 20 re-wordings each, then the traps
    .venv/bin/python benchmarks/decrire.py --formes crm,technique --variantes 3 --details
    .venv/bin/python benchmarks/decrire.py --entrepot            # figures of whole refreshes, not conformed tables

Sources are those of `tests/autres_logiciels`. Columns are judged by the workbook of `--sortie`; figures by what is read
after `--accepter` alone, against the same deposits in our own contract. Whether two warehouses tell the same is only asked
of dbt with `--entrepot`, or when a flat source was read as tables.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

RACINE = Path(__file__).parents[1]
sys.path[:0] = [str(RACINE), str(RACINE / "tests")]

import openpyxl  # noqa: E402
import polars as pl  # noqa: E402
from autres_logiciels.formes import FORMES, Source, construire  # noqa: E402
from autres_logiciels.monde import MOTS  # noqa: E402
from autres_logiciels.pieges import PIEGES, tendre  # noqa: E402
from autres_logiciels.redaction import COLONNES, NE_PAS_REPRENDRE, notion, sans_accents  # noqa: E402
from commande import cube, lancer  # noqa: E402

from clauses.socle.project import SEEDS  # noqa: E402
from ingest import pipeline  # noqa: E402
from ingest.codes import charger_codes  # noqa: E402
from ingest.discovery import decouvrir  # noqa: E402
from ingest.layouts import charger_layouts  # noqa: E402
from ingest.pipeline import Lot  # noqa: E402

AUJOURD_HUI = dt.date(2025, 12, 31)
SEUIL = 0.8
_MOTS_DES_MOIS = {"mois"} | {
    sans_accents(m).lower() for forme in ("longs", "courts", "trois") for m in MOTS["mois"][forme]
}
# two names of one thing, of the flat layout and of the tables
_MEMES = {
    "Heures · Heures travaillées": "Bilan · Heures réalisées",
    **{f"Bilan · Situation à {h} mois": "Situations · Situation" for h in (6, 12, 18, 24)},
}


@dataclass(frozen=True)
class Proposition:
    """A line of the workbook."""

    feuille: str
    entete: str
    colonnes: frozenset[str]
    confiance: float
    a_confirmer: bool


@dataclass
class Note:
    """Counts of one form, or of all. `entetes`: with those of noise; `colonnes`: those that are ours.

    `en_trois`: sources whose figures are not right as they come, of which three lines of the workbook at most are to change.
    """

    sources: int = 0
    entetes: int = 0
    colonnes: int = 0
    justes: int = 0
    fausses: int = 0
    fausses_sures: int = 0
    manquantes: int = 0
    a_confirmer: int = 0
    en_trois: int = 0
    acceptees: int = 0
    chiffres: int = 0
    duree: float = 0.0
    details: list[str] = field(default_factory=list)

    def ajouter(self, autre: Note) -> None:
        for nom in vars(self):
            setattr(self, nom, getattr(self, nom) + getattr(autre, nom))


# --- the workbook ------------------------------------------------------------------------------------------


def lire_le_classeur(chemin: Path) -> tuple[list[Proposition], float | None]:
    """The lines of the sheet « Colonnes », and the threshold where a cell beside « Seuil… » says it."""
    classeur = openpyxl.load_workbook(chemin, read_only=True, data_only=True)
    seuil = None
    for feuille in classeur:
        for rang in feuille.iter_rows(values_only=True):
            if rang and isinstance(rang[0], str) and rang[0].lower().startswith("seuil"):
                seuil = next((_part(c) for c in rang[1:] if isinstance(c, int | float)), seuil)
    rangs = list(classeur["Colonnes"].iter_rows(values_only=True))
    debut = next(i for i, rang in enumerate(rangs) if "En-tête" in rang and "Notre colonne" in rang)
    places = {str(nom): i for i, nom in enumerate(rangs[debut]) if nom is not None}
    propositions = []
    for rang in rangs[debut + 1 :]:
        if all(c is None for c in rang):
            continue
        dites = re.split(r"\s*(?:;|\n|\|)\s*", str(rang[places["Notre colonne"]] or ""))
        colonnes = frozenset(d for d in dites if d and d != NE_PAS_REPRENDRE)
        confirme = rang[places["Confirmé"]] == "à confirmer"
        feuille, entete = (str(rang[places[nom]] or "") for nom in ("Feuille", "En-tête"))
        propositions.append(
            Proposition(feuille, entete, colonnes, _part(rang[places["Confiance"]]), confirme)
        )
    return propositions, seuil


def _part(valeur: object) -> float:
    if isinstance(valeur, int | float):
        return valeur / 100 if valeur > 1 else float(valeur)
    chiffres = re.search(r"[\d.,]+", str(valeur or ""))
    return _part(float(chiffres[0].replace(",", "."))) if chiffres else 0.0


@cache
def _mots(texte: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", sans_accents(texte).lower()))


@cache
def _sans_mois(texte: str) -> frozenset[str]:
    return frozenset(m for m in _mots(texte) if m not in _MOTS_DES_MOIS and not m.isdigit())


def noter_les_colonnes(source: Source, propositions: Sequence[Proposition], seuil: float) -> Note:
    """Columns of months, and those of sheets alike, are one; so is the header of two rows in whatever order it is told."""
    groupes: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for (feuille, entete), reponse in source.verite.items():
        cle = ("", reponse.famille) if reponse.famille else (feuille, entete)
        groupes[cle].append((feuille, entete))
    note = Note()
    for membres in groupes.values():
        admises = source.verite[membres[0]].colonnes
        vues = _propositions_de(source, membres, propositions)
        dites = frozenset[str]().union(*(p.colonnes for p in vues)) if vues else frozenset()
        fausses = [p for p in vues if any(not _admise(c, admises) for c in p.colonnes)]
        note.entetes += 1
        if NE_PAS_REPRENDRE not in admises:
            note.colonnes += 1
            note.justes += bool(dites) and not fausses
            note.manquantes += not dites
        note.a_confirmer += not fausses and any(p.a_confirmer for p in vues)
        if fausses:
            note.fausses += 1
            note.fausses_sures += any(p.confiance >= seuil for p in fausses)
        if fausses or (not dites and NE_PAS_REPRENDRE not in admises):
            note.details.append(
                f"    {membres[0]} est {' ou '.join(sorted(admises))} ; dit : {' ; '.join(sorted(dites)) or 'rien'} "
                f"({max((p.confiance for p in vues), default=0):.2f})"
            )
    return note


def _propositions_de(
    source: Source, membres: Sequence[tuple[str, str]], propositions: Sequence[Proposition]
) -> list[Proposition]:
    seule = len({feuille for feuille, _ in source.verite}) == 1 or FORMES_D_UNE_FEUILLE.get(
        source.forme, False
    )
    feuilles = {_mots(feuille) for feuille, _ in membres}
    entetes = {_mots(entete) for _, entete in membres}

    autres = {_mots(f) for f, _ in source.verite} - feuilles

    def de_la_feuille(p: Proposition) -> bool:
        dite = _mots(p.feuille)
        return seule or dite in feuilles or (dite not in autres and len(feuilles) > 1)

    vues = [p for p in propositions if de_la_feuille(p) and _mots(p.entete) in entetes]
    if not vues and source.verite[membres[0]].famille:  # months told by one line
        nus = {_sans_mois(entete) for _, entete in membres}
        vues = [p for p in propositions if de_la_feuille(p) and _sans_mois(p.entete) in nus]
    return vues


# all the sheets of a deposit alike, or one file by deposit, called as the deposit is
FORMES_D_UNE_FEUILLE = {"feuille_par_mois": True, "feuille_par_entreprise": True, "crm": True}


def _admise(colonne: str, admises: frozenset[str]) -> bool:
    if colonne in admises:
        return True
    plates = {_MEMES.get(notion(a), notion(a)) for a in admises if a.startswith("Bilan")}
    return colonne in COLONNES and _MEMES.get(notion(colonne), notion(colonne)) in plates


# --- figures -----------------------------------------------------------------------------------------------


def lire_depots(espace: Path, depots: Path) -> Lot:
    layouts = charger_layouts(espace / "layouts")
    candidats, _ = decouvrir([depots], layouts)
    return pipeline.lire(
        candidats, layouts, charger_codes(SEEDS, espace / "alias.csv"), bytes(32), AUJOURD_HUI
    )


def tables_de(lot: Lot, libres: frozenset[str]) -> dict[str, pl.DataFrame]:
    """What counts of conformed tables, in an order of their own."""
    rendues = {}
    for nom, cadre in lot.tables.items():
        gardees = [c for c in cadre.columns if c != "ligne" and not c.endswith("_brut") and c not in libres]
        lisible = cadre.select(gardees).with_columns(
            pl.selectors.float().round(6), pl.selectors.list().list.join(",")
        )
        if not cadre.is_empty():
            rendues[nom] = lisible.unique().sort(pl.all())
    return rendues


def ecarts_des_tables(source: Source, espace: Path, vide: Path) -> list[str] | None:
    """What differs between the source and its reference; None when they have not the same tables."""
    lot, reference = lire_depots(espace, source.autre), lire_depots(vide, source.reference)
    if lot.refus:
        return [f"refusé : {regle} {message}" for regle, message in lot.refus.values()]
    lues, vraies = tables_de(lot, source.libres), tables_de(reference, source.libres)
    if set(lues) != set(vraies) and ("bilan" in lues) != ("bilan" in vraies):
        return None
    ecarts = []
    for nom in sorted(lues.keys() | vraies.keys()):
        lue, vraie = lues.get(nom), vraies.get(nom)
        if lue is None or vraie is None:
            ecarts.append(f"table {nom} {'absente' if lue is None else 'en trop'}")
        elif not lue.equals(vraie):
            autres = [c for c in vraie.columns if lue.height == vraie.height and not lue[c].equals(vraie[c])]
            seules = vraie.join(lue, on=vraie.columns, how="anti", nulls_equal=True)
            inegales = [c for c in vraie.columns if _valeurs(lue[c]) != _valeurs(vraie[c])] or autres
            ecarts.append(
                f"{nom} : {lue.height} lignes pour {vraie.height}, {seules.height} autres, {inegales[:6]}"
            )
    return ecarts


def _valeurs(serie: pl.Series) -> list[object]:
    return sorted(serie.to_list(), key=str)


def ecarts_des_entrepots(source: Source, espace: Path, brouillon: Path) -> list[str]:
    execution = lancer("actualiser", source.autre, "--espace", espace, "--strict")
    if execution.code != 0:
        return [f"actualiser : {execution.code} {execution.texte.strip()[-200:]}"]
    reference = brouillon / "entrepot_de_reference"
    assert lancer("actualiser", source.reference, "--espace", reference).code == 0
    lu, vrai = cube(espace), cube(reference)
    if lu.equals(vrai):
        return []
    seules = vrai.join(lu, on=vrai.columns, how="anti", nulls_equal=True)
    return [f"indicateurs : {lu.height} pour {vrai.height}, {seules.height} qui manquent ou diffèrent"]


# --- a source ----------------------------------------------------------------------------------------------


def essayer(source: Source, brouillon: Path, options: argparse.Namespace) -> tuple[Note, list[str] | None]:
    """What is proposed of a source, and what differs after `--accepter`; None: it was not accepted."""
    debut = time.perf_counter()
    vide, espace, classeur = brouillon / "vide", brouillon / "espace", brouillon / "C.xlsx"
    propose = lancer("decrire", source.autre, "--espace", vide, "--sortie", classeur)
    note = Note(
        details=[] if classeur.exists() else [f"    pas de classeur : {propose.texte.strip()[-300:]}"]
    )
    propositions, seuil = lire_le_classeur(classeur) if classeur.exists() else ([], None)
    note.ajouter(noter_les_colonnes(source, propositions, options.seuil or seuil or SEUIL))
    note.sources = 1
    accepte = lancer("decrire", source.autre, "--espace", espace, "--accepter")
    note.duree = time.perf_counter() - debut
    ecarts: list[str] | None = None
    if accepte.code == 0:
        note.acceptees = 1
        if not options.entrepot:
            ecarts = ecarts_des_tables(source, espace, vide)
        if ecarts is None:
            ecarts = ecarts_des_entrepots(source, espace, brouillon)
        note.chiffres = not ecarts
        note.details += [f"    {ecart}" for ecart in ecarts]
    else:
        note.details.append(f"    non accepté : {' '.join(accepte.texte.split())[-300:]}")
    if not note.chiffres:
        note.en_trois = a_changer(note) <= 3
    return note, ecarts


def a_changer(note: Note) -> int:
    """Lines of the workbook that a person changes or confirms."""
    return note.fausses + note.manquantes + note.a_confirmer


def main() -> None:
    lecteur = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    lecteur.add_argument("--formes", default=",".join([*FORMES, *PIEGES]), help="separated by commas")
    lecteur.add_argument("--variantes", type=int, default=20)
    lecteur.add_argument("--graine", type=int, default=0, help="of the first re-wording")
    lecteur.add_argument("--seuil", type=float, help=f"of acceptance ({SEUIL} unless the workbook says it)")
    lecteur.add_argument(
        "--entrepot", action="store_true", help="compare marts.indicateurs after whole refreshes"
    )
    lecteur.add_argument("--details", action="store_true", help="what is wrong, source by source")
    options = lecteur.parse_args()
    formes = options.formes.split(",")
    inconnues = set(formes) - {*FORMES, *PIEGES}
    if inconnues:
        lecteur.error(f"{', '.join(sorted(inconnues))} : choose among {', '.join([*FORMES, *PIEGES])}")
    graines = range(options.graine, options.graine + options.variantes)
    titre = (
        f"{'forme':<26}{'justes':>9}{'fausses':>9}{'sûres':>8}{'acceptées':>11}{'chiffres':>10}{'à changer':>11}"
        f"{'en 3':>7}{'s':>7}"
    )
    print(titre, flush=True)
    total = Note()
    for forme in (f for f in formes if f in FORMES):
        note = Note()
        for graine in graines:
            with tempfile.TemporaryDirectory() as dossier:
                lu, _ = essayer(construire(forme, graine, Path(dossier)), Path(dossier), options)
            note.ajouter(lu)
            if options.details and lu.details:
                print(f"  {forme} {graine}", *lu.details, sep="\n", flush=True)
        print(_ligne(forme, note), flush=True)
        total.ajouter(note)
    if total.sources:
        print(_ligne("total", total))
    print(
        "\nsûres : propositions fausses au-dessus du seuil ; à changer : lignes du classeur à changer ou à confirmer, "
        "par source ; en 3 : sources qui ne sont pas justes d'emblée, et le sont en trois lignes au plus\n"
    )
    for piege in (f for f in formes if f in PIEGES):
        evites = 0
        for graine in graines:
            with tempfile.TemporaryDirectory() as dossier:
                lu, ecarts = essayer(tendre(piege, graine, Path(dossier)), Path(dossier), options)
            refuse = ecarts is None or any(e.startswith(("refusé", "actualiser")) for e in ecarts)
            lus_justes = piege == "codes_de_deux_structures" and ecarts == []
            evites += refuse or lus_justes
            if options.details and not (refuse or lus_justes):
                print(f"  {piege} {graine}", *lu.details, sep="\n", flush=True)
        print(f"{piege:<26}{evites}/{len(graines)} refusés ou demandés", flush=True)


def _ligne(nom: str, note: Note) -> str:
    def part(nombre: int, base: int) -> str:
        return f"{100 * nombre / base:.1f} %" if base else "-"

    changer = a_changer(note) / note.sources
    restes = note.sources - note.chiffres
    return (
        f"{nom:<26}{part(note.justes, note.colonnes):>9}{part(note.fausses, note.entetes):>9}"
        f"{part(note.fausses_sures, note.entetes):>8}{part(note.acceptees, note.sources):>11}"
        f"{part(note.chiffres, note.sources):>10}{changer:>11.1f}"
        f"{f'{note.en_trois}/{restes}':>7}{note.duree / note.sources:>7.1f}"
    )


if __name__ == "__main__":
    main()
