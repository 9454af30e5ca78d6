"""The correspondence as a workbook: what is proposed, in drop-down lists that a person corrects, and what is read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
import yaml

from clauses.socle.classeurs import classeur_neuf
from clauses.socle.errors import DepotRefuse, ErreurUtilisateur
from clauses.socle.project import PAQUETS, SEEDS
from ingest.description.ecriture import Choix
from ingest.description.identite import Identifiee
from ingest.description.langage import CASE, EN_PLUSIEURS_COLONNES, ET, MOIS, UNITES
from ingest.description.profils import sont_des_annees
from ingest.description.proposees import SEUIL, BlocPropose, Proposee, Proposition
from ingest.description.valeurs import Valeur
from ingest.description.vocabulaire import unite_ecrite
from ingest.discovery import Candidat
from ingest.feuilles import rangees
from ingest.layouts import Colonne, Table, normaliser
from ingest.provenance import LIBELLES
from ingest.reading import ClasseurLu, ouvrir

NE_PAS_REPRENDRE = "ne pas reprendre"
COLONNES = (
    "Feuille",
    "En-tête",
    "Exemples (masqués)",
    "Notre colonne",
    "Confirmé",
    "Confiance",
    "Pourquoi",
)
VALEURS = ("Feuille", "En-tête", "Leur mot", "Nombre", "Notre code", "Confirmé")
A_CONFIRMER, CONFIRME = "à confirmer", "oui"
MANQUES = ("Table", "Notre colonne", "Indispensable", "Ce qui est perdu sans elle")
REGLAGES = ("Réglage", "Valeur", "À savoir")
_TEXTES: dict[str, Any] = yaml.safe_load(
    (PAQUETS / "ingest" / "description" / "correspondance.yml").read_text(encoding="utf-8")
)
NOM, _UNITE, _FORMATION = "Nom de la description", "Unité", "Les heures comprennent la formation"
_FORMATION_DITE = ("selon le format", "oui", "non")
_ADMIS = {_UNITE: UNITES, _FORMATION: _FORMATION_DITE}
_NOM_DE_FICHIER = re.compile(r"[\w -]+")
_BLEU, _VERT, _ORANGE, _ROUGE, _SAISIE = "#1F3A5F", "#DCEFDC", "#FCE8C8", "#F6CFCF", "#FFF9E5"
_LIGNES_DE_CHOIX = 400
_HAUTEUR_LIGNE = 15.0
_OU_LIRE, _NOM_DE_DEPOT = "Où lire ", "Nom des dépôts"
_TOUTE_LA_TABLE = "toute la table"
_INCERTAIN = 0.5


@dataclass
class Correction:
    """What a workbook says: (sheet, header) → our column; (sheet, header) → words → codes; settings, and their lines.

    `confirmees`: (sheet, header) of the doubtful proposals that were confirmed; `mots_a_confirmer`: with the word, of those
    that were not.
    """

    colonnes: dict[tuple[str, str], str] = field(default_factory=dict)
    confirmees: set[tuple[str, str]] = field(default_factory=set)
    mots_a_confirmer: set[tuple[str, str, str]] = field(default_factory=set)
    valeurs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    reglages: dict[str, str] = field(default_factory=dict)
    rangs: dict[str, int] = field(default_factory=dict)


def titre_de(table: Table, colonne: Colonne) -> str:
    """How one of our columns is named in the workbook."""
    return f"{table.entete} · {colonne.entete}"


def perte(table: Table, colonne: Colonne) -> str:
    """What is lost without one of our columns."""
    dite = _TEXTES["pertes"].get(table.entete, {}).get(colonne.entete)
    return str(dite or _TEXTES["perte_requise" if colonne.requise else "perte"])


def pertes(
    proposition: Proposition, manquantes: Sequence[tuple[Table, Colonne]]
) -> list[tuple[str, str, bool, str]]:
    """Table, column (or the whole table), whether it is required, what is lost without it; first what is required, then
    what costs more than its own axis."""
    lignes: list[tuple[str, str, bool, str]] = []
    for table in proposition.base.tables:
        siennes = [c for t, c in manquantes if t is table]
        if len(siennes) == len(table.colonnes) and not table.requise:
            dite = _TEXTES["pertes_de_tables"].get(table.entete, _TEXTES["perte"])
            lignes.append((table.entete, _TOUTE_LA_TABLE, False, dite))
        else:
            lignes += [(table.entete, c.entete, c.requise, perte(table, c)) for c in siennes]
    return sorted(lignes, key=lambda ligne: (not ligne[2], ligne[3] == _TEXTES["perte"]))


def lignes_de_colonnes(proposition: Proposition) -> list[tuple[BlocPropose, Proposee, str]]:
    """Block, proposal and header as written in the workbook, months too."""
    lignes = []
    for bloc in proposition.blocs:
        lignes += [(bloc, p, p.entete) for p in bloc.colonnes]
        lignes += [(bloc, p, p.entete) for p in bloc.mesures.values()]
    return lignes


def ecrire(
    fichier: Path,
    nom: str,
    proposition: Proposition,
    valeurs: Sequence[Valeur],
    depots: Sequence[Path],
) -> None:
    """Writes the workbook. Raises OSError where the disk refuses."""
    with classeur_neuf(fichier) as classeur:
        formats = _formats(classeur)
        _mode_d_emploi(classeur, formats, proposition)
        _feuille_des_colonnes(classeur, formats, proposition)
        _feuille_des_valeurs(classeur, formats, valeurs)
        _feuille_des_manques(classeur, formats, proposition)
        _feuille_des_reglages(classeur, formats, nom, proposition, depots)
        _feuille_des_choix(classeur, proposition)


def _formats(classeur: xlsxwriter.Workbook) -> dict[str, Any]:
    case = {
        "font_name": "Calibri",
        "font_size": 10,
        "valign": "top",
        "text_wrap": True,
        "border": 1,
        "border_color": "#D0D5DD",
    }
    return {
        "titre": classeur.add_format({"bold": True, "font_size": 15, "font_color": _BLEU}),
        "texte": classeur.add_format({"font_size": 11, "text_wrap": True, "valign": "top"}),
        "entete": classeur.add_format({**case, "bold": True, "bg_color": _BLEU, "font_color": "#FFFFFF"}),
        "case": classeur.add_format(case),
        "saisie": classeur.add_format({**case, "bg_color": _SAISIE}),
        "part": classeur.add_format({**case, "num_format": "0 %", "align": "center"}),
        "vert": classeur.add_format({"bg_color": _VERT}),
        "orange": classeur.add_format({"bg_color": _ORANGE}),
        "rouge": classeur.add_format({"bg_color": _ROUGE}),
    }


def _tableau(
    classeur: xlsxwriter.Workbook,
    formats: Mapping[str, Any],
    nom: str,
    entetes: Sequence[str],
    largeurs: Sequence[int],
    lignes: Sequence[Sequence[Any]],
    saisies: Sequence[int] = (),
) -> Any:
    feuille = classeur.add_worksheet(nom)
    for place, (entete, largeur) in enumerate(zip(entetes, largeurs, strict=True)):
        feuille.set_column(place, place, largeur)
        feuille.write(0, place, entete, formats["entete"])
    for rang, ligne in enumerate(lignes, start=1):
        feuille.set_row(rang, _hauteur(ligne, largeurs))
        for place, valeur in enumerate(ligne):
            forme = formats["saisie" if place in saisies else "part" if isinstance(valeur, float) else "case"]
            feuille.write(rang, place, valeur, forme)
    feuille.freeze_panes(1, 2)
    feuille.autofilter(0, 0, max(1, len(lignes)), len(entetes) - 1)
    feuille.set_landscape()
    feuille.fit_to_pages(1, 0)
    feuille.repeat_rows(0)
    return feuille


def _hauteur(textes: Sequence[Any], largeurs: Sequence[int]) -> float:
    """Points of a row whose texts are wrapped in columns of these widths: not every program works it out by itself."""
    lignes = (-(-len(str(t)) // largeur) for t, largeur in zip(textes, largeurs, strict=True))
    return _HAUTEUR_LIGNE * max(1, max(lignes))


def _mode_d_emploi(
    classeur: xlsxwriter.Workbook, formats: Mapping[str, Any], proposition: Proposition
) -> None:
    feuille = classeur.add_worksheet("Mode d'emploi")
    feuille.set_column(0, 0, 110)
    feuille.write(0, 0, "Correspondance entre un export et l'observatoire", formats["titre"])
    textes = [*_TEXTES["mode_d_emploi"], f"Format visé : {proposition.base.libelle}."]
    feuille.set_landscape()
    feuille.fit_to_pages(1, 0)
    for rang, texte in enumerate(textes, start=2):
        feuille.set_row(rang, _hauteur([texte], [110]))
        feuille.write(rang, 0, texte, formats["texte"])


def _feuille_des_colonnes(
    classeur: xlsxwriter.Workbook, formats: Mapping[str, Any], proposition: Proposition
) -> None:
    lignes = []
    for bloc, p, entete in lignes_de_colonnes(proposition):
        titre = p.cible.titre if p.cible else NE_PAS_REPRENDRE
        lignes.append(
            (
                bloc.vu.titre,
                entete,
                "  ".join(p.exemples),
                titre,
                A_CONFIRMER if p.cible and p.confiance < SEUIL else "",
                round(p.confiance, 2) if p.cible else "",
                p.pourquoi,
            )
        )
    feuille = _tableau(classeur, formats, "Colonnes", COLONNES, (20, 30, 44, 42, 12, 11, 78), lignes, (3, 4))
    dernier = len(lignes)
    feuille.data_validation(
        1, 3, max(1, dernier), 3, {"validate": "list", "source": f"=Choix!$A$1:$A${_LIGNES_DE_CHOIX}"}
    )
    _a_confirmer(feuille, formats, dernier, 4)
    # what is not proposed has no confidence: no colour
    feuille.conditional_format(1, 5, max(1, dernier), 5, {"type": "blanks", "stop_if_true": True})
    for critere, borne, couleur in (
        (">=", SEUIL, "vert"),
        (">=", _INCERTAIN, "orange"),
        ("<", _INCERTAIN, "rouge"),
    ):
        feuille.conditional_format(
            1,
            5,
            max(1, dernier),
            5,
            {
                "type": "cell",
                "criteria": critere,
                "value": borne,
                "format": formats[couleur],
                "stop_if_true": True,
            },
        )


def _a_confirmer(feuille: Any, formats: Mapping[str, Any], dernier: int, place: int) -> None:
    """A doubt that nobody confirmed is seen from afar; « oui » is chosen in a list."""
    plage = (1, place, max(1, dernier), place)
    feuille.data_validation(*plage, {"validate": "list", "source": [CONFIRME, A_CONFIRMER]})
    feuille.conditional_format(
        *plage, {"type": "cell", "criteria": "==", "value": f'"{A_CONFIRMER}"', "format": formats["rouge"]}
    )


def _feuille_des_valeurs(
    classeur: xlsxwriter.Workbook, formats: Mapping[str, Any], valeurs: Sequence[Valeur]
) -> None:
    tries = sorted(valeurs, key=lambda v: (v.code is not None, v.feuille, v.entete, -v.nombre))
    titres: dict[str, int] = {}
    lignes = []
    for v in tries:
        code = v.code or v.proche or ""
        lignes.append(
            (
                v.feuille,
                v.entete,
                v.visible,
                v.nombre,
                _libelle(v.colonne, code),
                _a_dire_d_un_mot(v),
            )
        )
    feuille = _tableau(classeur, formats, "Valeurs", VALEURS, (20, 32, 44, 9, 44, 12), lignes, (4, 5))
    _a_confirmer(feuille, formats, len(lignes), 5)
    choix = classeur.add_worksheet("Codes")
    choix.hide()
    for rang, v in enumerate(tries, start=1):
        nomenclature = str(v.colonne.nomenclature)
        if v.visible != v.mot:
            continue
        if nomenclature not in titres:
            place = titres[nomenclature] = len(titres)
            for i, libelle in enumerate(_codes(nomenclature)):
                choix.write(i, place, libelle)
        lettre = chr(65 + titres[nomenclature])
        dernier = max(1, len(_codes(nomenclature)))
        source = f"=Codes!${lettre}$1:${lettre}${dernier}"
        # of a list, several codes may be typed: « RSA + TH »
        arret = "information" if v.colonne.type == "liste" else "stop"
        feuille.data_validation(rang, 4, rang, 4, {"validate": "list", "source": source, "error_type": arret})


def _a_dire_d_un_mot(v: Valeur) -> str:
    if v.visible != v.mot:
        return "masqué, à corriger dans l'export"
    return A_CONFIRMER if v.code is None and v.proche else ""


def _codes(nomenclature: str) -> list[str]:
    fichier = SEEDS / "nomenclatures" / f"dim_{nomenclature}.csv"
    if not fichier.is_file():
        return []
    lus = pl.read_csv(fichier, infer_schema=False)
    return [f"{code} — {libelle}" for code, libelle in lus.select("code", "libelle").rows()]


def _libelle(colonne: Colonne, code: str) -> str:
    if not code:
        return code
    return next((c for c in _codes(str(colonne.nomenclature)) if c.startswith(f"{code} —")), code)


def _feuille_des_manques(
    classeur: xlsxwriter.Workbook, formats: Mapping[str, Any], proposition: Proposition
) -> None:
    lignes = [
        (table, colonne, "oui" if requise else "non", perdu)
        for table, colonne, requise, perdu in pertes(proposition, proposition.manquantes)
    ]
    _tableau(classeur, formats, "Manques", MANQUES, (20, 36, 14, 90), lignes)


def _feuille_des_reglages(
    classeur: xlsxwriter.Workbook,
    formats: Mapping[str, Any],
    nom: str,
    proposition: Proposition,
    depots: Sequence[Path],
) -> None:
    lignes: list[tuple[str, str, str]] = [(NOM, nom, "Celui du fichier écrit dans layouts/")]
    for bloc, p, entete in lignes_de_colonnes(proposition):
        if p.cible is not None and p.cible.colonne.type == "heures":
            lignes.append(
                (
                    _unite_de(entete, bloc),
                    unite_ecrite(entete),
                    "heures, minutes ou jours (de 7 heures)",
                )
            )
    lignes.append(("Seuil de confiance", f"{SEUIL:.2f}", "Au-dessus, « --accepter » prend la proposition"))
    a_dire = _a_dire(proposition)
    lignes.append(
        (_FORMATION, "", _TEXTES["formation_a_dire"])
        if a_dire
        else (_FORMATION, _FORMATION_DITE[0], _TEXTES["formation"])
    )
    if proposition.identite.muette:
        lignes += [
            (f"{_OU_LIRE}{dit}", proposition.identite.cellules.get(cle, ""), _TEXTES["ou_lire"])
            for cle, dit in LIBELLES.items()
        ]
        lignes.append((_NOM_DE_DEPOT, next(iter(proposition.identite.noms), ""), _TEXTES["nom_de_depot"]))
    lignes += [
        (f"Dépôt {rang}", str(d), "Le fichier ou le dossier décrit") for rang, d in enumerate(depots, start=1)
    ]
    feuille = _tableau(classeur, formats, "Réglages", REGLAGES, (46, 60, 70), lignes, (1,))
    for rang, (reglage, _, _) in enumerate(lignes, start=1):
        choix = next((a for debut, a in _ADMIS.items() if reglage.startswith(debut)), None)
        if choix:
            feuille.data_validation(rang, 1, rang, 1, {"validate": "list", "source": list(choix)})


def _feuille_des_choix(classeur: xlsxwriter.Workbook, proposition: Proposition) -> None:
    feuille = classeur.add_worksheet("Choix")
    feuille.hide()
    choix = [NE_PAS_REPRENDRE, *(titre_de(t, c) for t in proposition.base.tables for c in t.colonnes)]
    for rang, texte in enumerate(choix):
        feuille.write(rang, 0, texte)


# --- reading it back ----------------------------------------------------------------------------------------


def lire(fichier: Path) -> Correction:
    """Raises ErreurUtilisateur (CORRESPONDANCE_ILLISIBLE) for what is no such workbook."""
    try:
        classeur = ouvrir(Candidat("classeur", fichier, fichier.name, (fichier,)))
    except DepotRefuse:
        raise _illisible(fichier, "il ne peut pas être lu") from None
    correction = Correction()
    for feuille, entete, titre, confirme in _rangees(
        classeur, fichier, "Colonnes", ("Feuille", "En-tête", "Notre colonne", "Confirmé")
    ):
        if feuille and entete:
            correction.colonnes[feuille, entete] = titre or NE_PAS_REPRENDRE
            if confirme == CONFIRME:
                correction.confirmees.add((feuille, entete))
    for feuille, entete, mot, code, confirme in _rangees(
        classeur, fichier, "Valeurs", ("Feuille", "En-tête", "Leur mot", "Notre code", "Confirmé")
    ):
        if feuille and entete and mot and code:
            if confirme == A_CONFIRMER:
                correction.mots_a_confirmer.add((feuille, entete, mot))
            correction.valeurs.setdefault((feuille, entete), {})[mot] = code.split(" — ")[0].strip()
    for rang, (reglage, valeur) in enumerate(_rangees(classeur, fichier, "Réglages", REGLAGES[:2]), start=2):
        if reglage and valeur:
            correction.reglages[reglage], correction.rangs[reglage] = valeur, rang
    return correction


def _rangees(
    classeur: ClasseurLu, fichier: Path, nom: str, entetes: Sequence[str]
) -> Iterator[tuple[str | None, ...]]:
    if nom not in classeur.noms:
        raise _illisible(fichier, f"la feuille « {nom} » manque")
    rangs = list(rangees(classeur.lire(nom).cellules))
    premiere = rangs[0] if rangs else ()
    absents = [e for e in entetes if e not in premiere]
    if absents:
        raise _illisible(fichier, f"la colonne « {absents[0]} » de la feuille « {nom} » manque")
    places = [premiere.index(e) for e in entetes]
    return (tuple(rangee[p] for p in places) for rangee in rangs[1:])


def _illisible(fichier: Path, pourquoi: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        "CORRESPONDANCE_ILLISIBLE",
        f"« {fichier} » n'est pas un classeur de correspondance : {pourquoi}. "
        "Refaites-le par « clauses decrire DEPOT --sortie correspondance.xlsx ».",
    )


def appliquer(
    correction: Correction,
    proposition: Proposition,
    valeurs: Sequence[Valeur],
    fichier: Path,
    impossible: Callable[[BlocPropose, str, Colonne], str | None],
) -> list[Choix]:
    """What a person chose. Raises ErreurUtilisateur (CORRESPONDANCE_INVALIDE), by line of the sheet: a column chosen twice,
    unknown, or whose values cannot be those of a header. `impossible` says why they cannot."""
    titres = {titre_de(t, c): (t, c) for t in proposition.base.tables for c in t.colonnes}
    fautes: list[str] = _reglages_faux(correction, proposition)
    prises: dict[tuple[str, str | bool], int] = {}
    decidees = {
        correction.colonnes.get(_lieu(bloc, entete))
        for bloc, p, entete in lignes_de_colonnes(proposition)
        if not _est_a_confirmer(correction, bloc, p, entete)
    }
    choix: dict[int, Choix] = {
        id(b): Choix(b, {}, {}, {}, {}, _formation(correction)) for b in proposition.blocs
    }
    for rang, (bloc, p, entete) in enumerate(lignes_de_colonnes(proposition), start=2):
        titre = correction.colonnes.get(_lieu(bloc, entete), NE_PAS_REPRENDRE)
        if titre == NE_PAS_REPRENDRE:
            continue
        # a year chosen beside a month says that the month is the month
        en_deux = titre in decidees and p.cible and p.cible.colonne.type in EN_PLUSIEURS_COLONNES
        if _est_a_confirmer(correction, bloc, p, entete) and not en_deux:
            if p.cible and p.cible.requise and titre not in decidees:
                fautes.append(
                    f"feuille Colonnes, ligne {rang}, « {entete} » est à confirmer : choisissez oui, ou une autre colonne"
                )
            continue
        if titre not in titres:
            fautes.append(f"feuille Colonnes, ligne {rang}, « {titre} » n'est pas une de nos colonnes")
            continue
        table, colonne = titres[titre]
        # a month may be said by two columns, one of them its year; a list by several
        annee = colonne.type == "mois" and MOIS not in entete and sont_des_annees(bloc.vu.lignes[p.entete])
        partie = entete if colonne.type == "liste" else annee
        if (titre, partie) in prises:
            fautes.append(
                f"feuille Colonnes, lignes {prises[titre, partie]} et {rang}, « {titre} » est choisie deux fois"
            )
            continue
        prises[titre, partie] = rang
        pourquoi = impossible(bloc, p.entete, colonne) if MOIS not in entete and not annee else None
        if pourquoi is not None:
            fautes.append(
                f"feuille Colonnes, ligne {rang}, « {entete} » ne peut pas être « {titre} » : {pourquoi}"
            )
        un = choix[id(bloc)]
        if MOIS in entete:
            mesure = "heures" if colonne.valeur else "formation"
            un.mesures = {**un.mesures, mesure: p.entete}
            bloc.mesures[mesure] = p
        else:
            places = _places(proposition, bloc, table, colonne)
            un.colonnes = {**un.colonnes, p.entete: places}
            if table.entete not in {t.entete for t in bloc.tables}:
                bloc.tables.append(table)
            mots, faux = _mots_choisis(correction, bloc, p, valeurs)
            fautes += faux
            if mots:
                un.valeurs = {**un.valeurs, (table.entete, colonne.entete): mots}
        unite = correction.reglages.get(_unite_de(entete, bloc))
        if unite:
            un.unites = {**un.unites, p.entete: unite}
    if fautes:
        raise ErreurUtilisateur(
            "CORRESPONDANCE_INVALIDE",
            f"« {fichier.name} » : {' ; '.join(fautes)}. Corrigez ces lignes et relancez la commande.",
        )
    return list(choix.values())


def _lieu(bloc: BlocPropose, entete: str) -> tuple[str, str]:
    return bloc.vu.titre, " ".join(entete.split())


def _est_a_confirmer(correction: Correction, bloc: BlocPropose, p: Proposee, entete: str) -> bool:
    """Whether a doubtful proposal was left as it is, and not confirmed; where training is in the hours is a setting."""
    lieu = _lieu(bloc, entete)
    douteuse = p.cible is not None and p.confiance < SEUIL and correction.colonnes.get(lieu) == p.cible.titre
    reglee = bloc.formation_a_dire and p is bloc.heures_et_formation[0] and len(p.doutes) == 1
    return douteuse and not reglee and lieu not in correction.confirmees


def _mots_choisis(
    correction: Correction, bloc: BlocPropose, p: Proposee, valeurs: Sequence[Valeur]
) -> tuple[dict[str, str], list[str]]:
    """The words of a column whose code a person chose, other than the one that is known; and the codes that do not exist."""
    choisis = correction.valeurs.get((bloc.vu.titre, p.entete), {})
    mots: dict[str, str] = {}
    fautes: list[str] = []
    for v in valeurs:
        code = choisis.get(v.visible)
        if code == v.proche and (v.feuille, v.entete, v.visible) in correction.mots_a_confirmer:
            continue
        if (v.feuille, v.entete) != (bloc.vu.titre, p.entete) or v.visible != v.mot or code in (None, v.code):
            continue
        admis = [c.split(" — ")[0] for c in _codes(str(v.colonne.nomenclature))]
        plusieurs = str(code).split(ET) if v.colonne.type == "liste" else [str(code)]
        if not set(plusieurs) <= set(admis):
            fautes.append(
                f"feuille Valeurs, « {v.visible} » : « {code} » n'est pas un de nos codes ({', '.join(admis[:6])}…)"
            )
        else:
            mots[v.mot] = str(code)
    return mots, fautes


def _a_dire(proposition: Proposition) -> bool:
    """Whether nothing says if hours hold those of training."""
    return any(b.formation_a_dire for b in proposition.blocs)


def _unite_de(entete: str, bloc: BlocPropose) -> str:
    return f"{_UNITE} de « {entete} » ({bloc.vu.titre})"


def identite_corrigee(correction: Correction, proposition: Proposition) -> Identifiee:
    """Where a person says that it is said who deposits and when."""
    if not proposition.identite.muette:
        return proposition.identite
    cellules = {
        cle: lieu for cle, dit in LIBELLES.items() if (lieu := correction.reglages.get(f"{_OU_LIRE}{dit}"))
    }
    patron = correction.reglages.get(_NOM_DE_DEPOT)
    return Identifiee(cellules, (patron,) if patron else (), True)


def _reglages_faux(correction: Correction, proposition: Proposition) -> list[str]:
    """By line of their sheet, the settings that say nothing we know."""
    fautes = []
    entetes = {normaliser(e) for b in proposition.observation.blocs for e in (*b.entetes, *b.du_depot)}
    if _a_dire(proposition) and correction.reglages.get(_FORMATION) not in _FORMATION_DITE[1:]:
        fautes.append(f"feuille Réglages, « {_FORMATION} » : choisissez oui ou non, rien d'autre ne le dit")
    for reglage, valeur in correction.reglages.items():
        rang = correction.rangs[reglage]
        admis = next((a for debut, a in _ADMIS.items() if reglage.startswith(debut)), None)
        if admis is not None and valeur not in admis:
            fautes.append(
                f"feuille Réglages, ligne {rang}, « {valeur} » n'est pas {', '.join(admis[:-1])} ou {admis[-1]}"
            )
        if reglage.startswith(_OU_LIRE) and not (CASE.fullmatch(valeur) or normaliser(valeur) in entetes):
            fautes.append(
                f"feuille Réglages, ligne {rang}, « {valeur} » n'est ni une cellule (par exemple Page de garde!B2), ni "
                "l'en-tête d'une colonne"
            )
        if reglage == NOM and not _NOM_DE_FICHIER.fullmatch(valeur):
            fautes.append(
                f"feuille Réglages, ligne {rang}, « {valeur} » ne peut pas nommer un fichier : lettres, chiffres, tirets"
            )
    return fautes


def _formation(correction: Correction) -> bool | None:
    return {"oui": True, "non": False}.get(correction.reglages.get(_FORMATION, ""))


def _places(
    proposition: Proposition, bloc: BlocPropose, table: Table, colonne: Colonne
) -> list[tuple[str, str]]:
    """The column chosen, and the same key in the other tables of the block."""
    liens = {c for t in proposition.base.tables for p in t.parents for c in p.colonnes}
    places = [(table.entete, colonne.entete)]
    if colonne.nom in liens:
        places += [
            (t.entete, c.entete)
            for t in bloc.tables
            if t is not table
            for c in t.colonnes
            if c.nom == colonne.nom
        ]
    return places
