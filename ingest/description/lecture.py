"""A deposit of a described source: which description is its own, who deposits, its tables."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_cell_to_rowcol

from clauses.socle.errors import DepotRefuse
from ingest.description.codes_de_la_source import lire_les_listes
from ingest.description.construction import Construites, Source, construire, lire_le_bloc, part_reconnue
from ingest.description.dits_de_soi import ce_que_dit
from ingest.description.entetes import est_mois_sans_annee, numero_du_mois
from ingest.description.langage import CASE, Description, en_motif
from ingest.discovery import Candidat
from ingest.extraction import DepotBrut
from ingest.feuilles import Feuilles, rangees
from ingest.layouts import Layout, normaliser
from ingest.nettoyage import nettoyer_texte
from ingest.nommage import nom_de_table
from ingest.provenance import dites_par_le_nom, identifier, lire_informations, provenance
from ingest.reading import ClasseurLu

_PART_RECONNUE = 0.8  # of the headers of a description


def la_description(layouts: Sequence[Layout], feuilles: Feuilles) -> tuple[Layout | None, float]:
    """The described layout whose headers the deposit has, most of them at least, and which share of them.

    Raises DepotRefuse when two fit as well.
    """
    parts = [(part_reconnue(la.description, feuilles), la) for la in layouts if la.description is not None]
    meilleure = max((p for p, _ in parts), default=0.0)
    if meilleure < _PART_RECONNUE:
        return None, 0.0
    retenues = [la for p, la in parts if p == meilleure]
    if len(retenues) > 1:
        noms = " et ".join(f"« {la.nom} »" for la in retenues)
        raise DepotRefuse(
            "FORMAT_INCONNU", detail=f"deux descriptions lui conviennent, {noms} (gardez-en une)"
        )
    return retenues[0], meilleure


def lire_un_depot_decrit(
    layout: Layout, feuilles: Feuilles, classeur: ClasseurLu, candidat: Candidat, aujourd_hui: dt.date
) -> DepotBrut:
    """Raises DepotRefuse with the rule that is not met."""
    description = layout.description
    assert description is not None
    informations = informations_de(layout, feuilles)
    dites: dict[str, str] = {}
    try:
        sources = [
            source
            for bloc in description.blocs
            if bloc.noms
            and (source := lire_le_bloc(bloc, layout, feuilles, classeur.irreguliers)) is not None
        ]
        dites = _identite(description, layout, candidat, feuilles, sources)
        identite = identifier(dites, candidat, classeur.nom_interne, layout.plat, aujourd_hui)
        _accorder_les_codes(identite.structure_code, candidat, dites)

        def annee_de(mois: str) -> str | None:
            return _mois_de_la_periode(mois, identite.debut, identite.fin)

        traductions, feuille_de_listes = lire_les_listes(description.listes, feuilles)
        complete = {**dites, "code_structure": identite.structure_code}
        construites = construire(layout, sources, traductions, complete, annee_de)
        _accorder_la_table(identite.structure_code, construites)
        for table in layout.tables:
            if table.requise and table.nom not in construites.tables:
                raise DepotRefuse("TABLE_MANQUANTE", table=table.entete, detail=table.entete)
    except DepotRefuse as refus:
        refus.provenance = provenance(dites, candidat.nom, classeur.nom_interne, layout.nom, aujourd_hui)
        raise
    servies = {f for source in sources for f in source.feuilles} | set(informations)
    servies |= {
        n
        for n in feuilles.noms
        if nom_de_table(n) in {nom_de_table(i) for i in description.feuilles_ignorees}
    }
    return DepotBrut(
        layout,
        identite,
        construites.tables,
        construites.cellules,
        feuilles_inconnues=[
            n for n in classeur.noms if n not in servies | {feuille_de_listes} and feuilles.lire(n).remplie
        ],
        remarques=construites.remarques,
    )


def _accorder_les_codes(code: str, candidat: Candidat, dites: Mapping[str, str]) -> None:
    """Raises DepotRefuse when the deposit's name, `depots.csv` and its cells are not of one structure."""
    for ou, autres in (
        ("le nom du dépôt", dites_par_le_nom(candidat.nom)),
        ("depots.csv", dict(candidat.dites)),
    ):
        dit = autres.get("code_structure")
        if dit and normaliser(dit) != normaliser(code):
            raise DepotRefuse(
                "IDENTITE_MANQUANTE",
                valeur=dit,
                detail=f"Le dépôt dit deux structures : « {code} » dans ses lignes, « {dit} » dans {ou}. "
                "Vérifiez de quelle structure il est, et corrigez l'un des deux.",
            )


def _accorder_la_table(code: str, construites: Construites) -> None:
    """Raises DepotRefuse when the table of structures is of another one."""
    for nom, cellules in construites.cellules.items():
        brute = construites.tables[nom]
        if brute.table.cle == ("code_structure",) and "code_structure" in cellules.columns:
            dits = [nettoyer_texte(c) for c in cellules["code_structure"].drop_nulls()]
            if dits and not any(d and normaliser(d) == normaliser(code) for d in dits):
                raise DepotRefuse(
                    "IDENTITE_MANQUANTE",
                    table=brute.table.entete,
                    valeur=dits[0],
                    detail=f"Le dépôt est celui de « {code} », la table {brute.table.entete} dit « {dits[0]} ». "
                    "Vérifiez de quelle structure il est, et corrigez l'un des deux.",
                )


def informations_de(layout: Layout, feuilles: Feuilles) -> list[str]:
    """The sheets of keys and values that a layout knows."""
    if layout.informations is None:
        return []
    noms = {normaliser(n) for n in layout.informations.noms}
    return [n for n in feuilles.noms if nom_de_table(n) in noms]


def dites_par_les_informations(layout: Layout, feuilles: Feuilles) -> dict[str, str]:
    """What these sheets say of the deposit; of two the last."""
    dites: dict[str, str] = {}
    for nom in informations_de(layout, feuilles):
        dites |= lire_informations(layout, rangees(feuilles.lire(nom).cellules))[0]
    return dites


def _identite(
    description: Description,
    layout: Layout,
    candidat: Candidat,
    feuilles: Feuilles,
    sources: Sequence[Source],
) -> dict[str, str]:
    """What the names of file and folders say, then its cells, then its sheet of information: the last one counts."""
    dites: dict[str, str] = {}
    for patron in description.noms_de_depot:
        trouve = en_motif(patron).search(candidat.relatif)
        if trouve is not None:
            dites |= _en_dates({cle: v for cle, v in trouve.groupdict().items() if v})
            break
    dites |= dict(candidat.dites)
    for cle, lieu in description.identite.items():
        texte = _a_cet_endroit(lieu, feuilles, sources)
        if texte and (dite := ce_que_dit(cle, texte)):
            dites[cle] = dite
    return dites | dites_par_les_informations(layout, feuilles)


def _a_cet_endroit(lieu: str, feuilles: Feuilles, sources: Sequence[Source]) -> str | None:
    """`Paramètres!B2`, or a header whose column says one thing only."""
    case = CASE.fullmatch(lieu)
    if case is not None:
        nom = next((n for n in feuilles.noms if nom_de_table(n) == nom_de_table(case[1])), None)
        if nom is None:
            return None
        cellules = feuilles.lire(nom).cellules
        rang, place = xl_cell_to_rowcol(f"{case[2]}{case[3]}")
        trouvees = cellules.filter(cellules["ligne"] == rang + 1)
        return (
            trouvees[f"c{place}"].item() if trouvees.height == 1 and f"c{place}" in cellules.columns else None
        )
    for source in sources:
        colonne = next((c for c in source.lignes.columns if normaliser(c) == normaliser(lieu)), None)
        if colonne is not None:
            distincts = source.lignes[colonne].drop_nulls().unique()
            return distincts.item() if len(distincts) == 1 else None
    return None


def _en_dates(morceaux: Mapping[str, str]) -> dict[str, str]:
    """A year, quarter or month as the days it begins and ends on."""
    dites = {cle: v for cle, v in morceaux.items() if cle not in ("annee", "mois", "trimestre")}
    for cle in ("debut", "fin", "extraction"):
        if re.fullmatch(r"\d{8}", dites.get(cle, "")):
            dites[cle] = f"{dites[cle][:4]}-{dites[cle][4:6]}-{dites[cle][6:]}"
    if "annee" in morceaux:
        annee = int(morceaux["annee"])
        premier = int(morceaux.get("mois") or 3 * int(morceaux.get("trimestre", 1)) - 2)
        dernier = int(
            morceaux.get("mois") or (3 * int(morceaux["trimestre"]) if "trimestre" in morceaux else 12)
        )
        dites.setdefault("debut", f"{annee}-{premier:02d}-01")
        dites.setdefault("fin", f"{annee}-{dernier:02d}-{calendar.monthrange(annee, dernier)[1]}")
    return dites


def _mois_de_la_periode(ecrit: str, debut: dt.date, fin: dt.date) -> str | None:
    """`2024-03` of « mars » where the period has one month of March only."""
    if not est_mois_sans_annee(ecrit):
        return None
    numero = numero_du_mois(ecrit)
    possibles = {
        mois
        for annee in range(debut.year, fin.year + 1)
        if f"{debut:%Y-%m}" <= (mois := f"{annee}-{numero}") <= f"{fin:%Y-%m}"
    }
    return possibles.pop() if len(possibles) == 1 else None
