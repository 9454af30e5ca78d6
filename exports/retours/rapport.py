"""The report of one refresh: one HTML page that needs nothing else, for someone who never saw a check run.

What was loaded, what was refused and what to do about it, what looks odd, structure by structure.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from clauses.socle.nombres import (
    accorder,
    date_courte,
    date_longue,
    ecart_ecrit,
    evolution_ecrite,
    nombre,
    pour_cent,
)
from clauses.socle.ordre import de_lecture
from clauses.socle.vigueur import ECARTES
from exports.atelier.dossiers import fichier_entier
from exports.atelier.gabarits import remplir
from exports.retours.assemblage import (
    controles_en_echec,
    heures_en_jeu,
    phrase_controle,
    reunir,
    se_reglera_avec,
)
from exports.retours.constats import STRUCTURE_INCONNUE
from exports.retours.depots import noms_structures, phrase_ignores, phrase_remplaces
from exports.retours.glossaire import (
    LIBELLES_GRAVITE,
    STATUTS,
    Regle,
    conseil_observatoire,
    glossaire,
    titre_regle,
)
from exports.retours.rafraichissement import Rafraichissement

PREMIERES_LIGNES = 5
STRUCTURES_A_RENVOYER = 60
FORMES_LISTEES = 100

STATUTS_DEPOT = {
    "accepte": ("ok", "Accepté"),
    "refuse": ("refus", "Refusé"),
    "deja_charge": ("neutre", "Déjà chargé"),
    "retire": ("neutre", "Retiré"),
    "purge": ("neutre", "Purgé"),
    "remplace": ("neutre", "Remplacé"),
}


# --- what the template is given: texts and numbers already written --------------------------------


@dataclass(frozen=True)
class Constat:
    """One finding: where it is (`Heures, ligne 45, colonne « Mois »`), what it says, the value found."""

    lieu: str
    message: str
    valeur: str


@dataclass(frozen=True)
class GroupeConstats:
    """The findings of one rule in one deposit: the first ones, how many (`reste`) are not listed, the hours not counted."""

    code: str
    gravite: str
    titre: str
    que_faire: str
    observatoire: str
    effectif: int
    heures: float
    premiers: Sequence[Constat]
    reste: int


@dataclass(frozen=True)
class ComptesLignes:
    """Where the rows of a table went."""

    table: str
    lues: int
    chargees: int
    rejetees: int
    doublons: int
    ignorees: int

    @property
    def manque(self) -> int:
        """Rows read of which nobody knows where they went: zero, or the loader lost some."""
        return self.lues - self.chargees - self.rejetees - self.doublons - self.ignorees


@dataclass(frozen=True)
class VueDepot:
    """One deposit, as the page shows it."""

    chemin: str
    statut: str
    periode: str
    extraction: str
    refus: Sequence[GroupeConstats]
    rejets: Sequence[GroupeConstats]
    alertes: Sequence[GroupeConstats]
    comptes: Sequence[ComptesLignes]
    controles_casses: Sequence[str]

    @property
    def total(self) -> ComptesLignes:
        """The rows of all its tables together."""
        sommes = (
            sum(getattr(c, champ) for c in self.comptes)
            for champ in ("lues", "chargees", "rejetees", "doublons", "ignorees")
        )
        return ComptesLignes("Ensemble", *sommes)

    @property
    def a_signaler(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.refus or self.rejets or self.alertes or self.controles_casses)


@dataclass(frozen=True)
class VueStructure:
    """One structure and its deposits; `ancre` is the place of its section in the page."""

    ancre: str
    code: str
    nom: str
    depots: Sequence[VueDepot]

    @property
    def refuses(self) -> Sequence[VueDepot]:
        """Its refused deposits."""
        return [depot for depot in self.depots if depot.statut == "refuse"]

    @property
    def lignes_ecartees(self) -> int:
        """Rows set aside in all its deposits."""
        return sum(comptes.rejetees for depot in self.depots for comptes in depot.comptes)

    @property
    def a_verifier(self) -> int:
        """Warnings in all its deposits."""
        return sum(groupe.effectif for depot in self.depots for groupe in depot.alertes)


def ecrire_rapport(chemin: Path, fait: Rafraichissement) -> Path:
    """Writes the page (UTF-8) and gives its path back. Raises ErreurUtilisateur when the disk refuses."""
    with fichier_entier(chemin) as fichier:
        fichier.write_text(composer_rapport(fait), encoding="utf-8")
    return chemin


def composer_rapport(fait: Rafraichissement) -> str:
    """The whole page as text; everything that comes from the deposits is escaped by the template engine."""
    structures = _vues_structures(fait)
    a_renvoyer = [s for s in structures if s.refuses or s.lignes_ecartees]
    formes = fait.formes.sort(["occurrences", "nomenclature", "forme"], descending=[True, False, False])
    contexte = {
        "fait": fait,
        "statut": STATUTS[fait.statut],
        "statuts_depot": STATUTS_DEPOT,
        "quand": _moment(fait.debut),
        "duree": _duree((fait.fin or fait.debut) - fait.debut),
        "date_arrete": date_longue(fait.date_arrete),
        "phrases": _phrases(fait),
        "heures": fait.lignes_heures("libelle"),
        "a_renvoyer": a_renvoyer[:STRUCTURES_A_RENVOYER],
        "a_renvoyer_reste": max(len(a_renvoyer) - STRUCTURES_A_RENVOYER, 0),
        "alertes": _alertes_par_regle(fait.constats_comptes),
        "controles_casses": _controles_generaux(fait.validations, casses=True),
        "controles_generaux": _controles_generaux(fait.validations, casses=False),
        "structures": structures,
        "formes": [(n, f, o, _ligne_alias(n, f)) for n, f, o in _formes(formes.head(FORMES_LISTEES))],
        "phrase_ignores": phrase_ignores(fait.ignores),
        "formes_reste": max(formes.height - FORMES_LISTEES, 0),
        "libelles": LIBELLES_GRAVITE,
        "glossaire": _glossaire_par_gravite(),
    }
    return remplir("rapport.html.j2", contexte, {"nombre": nombre, "accorder": accorder, "typo": _typo})


# --- the summary, in sentences --------------------------------------------------------------------


def _phrases(fait: Rafraichissement) -> list[str]:
    acceptes, refuses, deja = (fait.effectif(s) for s in ("accepte", "refuse", "deja_charge"))
    phrases = [_phrase_depots(acceptes, refuses, deja)]
    if len(fait.refuses):
        phrases.append(_phrase_motifs(fait.refuses))
    if remplaces := phrase_remplaces(fait.depots):
        phrases.append(remplaces)
    if acceptes:
        phrases.append(_phrase_lignes(fait))
    comptes = fait.constats_comptes
    a_verifier = comptes.filter(pl.col("gravite") == "alerte").height
    if a_verifier:
        points = accorder(a_verifier, "point paraît étrange", "points paraissent étranges")
        phrases.append(
            f"{points} : les lignes concernées sont comptées, mais les structures devraient les vérifier."
        )
    autres = fait.tous_les_constats.filter(pl.col("gravite") != "refus").height - comptes.height
    if autres:
        constats = accorder(autres, "autre constat porte", "autres constats portent")
        phrases.append(f"{constats} sur les dépôts refusés : à corriger avant de les renvoyer.")
    if fait.heures.height:
        phrases.append(_phrase_heures(fait))
    if fait.formes.height:
        nombre_de_formes = fait.formes.height
        formes = accorder(nombre_de_formes, "libellé inconnu", "libellés inconnus")
        reconnus = "reconnus" if nombre_de_formes > 1 else "reconnu"
        phrases.append(
            f"{formes} : à ajouter à alias.csv, pour être {reconnus} à la prochaine actualisation."
        )
    return phrases


def _phrase_depots(acceptes: int, refuses: int, deja: int) -> str:
    nouveaux = acceptes + refuses
    if not nouveaux:
        phrase = "Aucun dépôt nouveau n'a été trouvé."
    elif not refuses:
        debut = (
            "Le dépôt nouveau a été accepté"
            if nouveaux == 1
            else f"Les {nombre(nouveaux)} dépôts ont été acceptés"
        )
        phrase = f"{debut}."
    else:
        ont = "a été accepté" if acceptes < 2 else "ont été acceptés"
        sont = "a été refusé : rien de son contenu n'est compté" if refuses == 1 else (
            "ont été refusés : rien de leur contenu n'est compté"
        )  # fmt: skip
        sujet = accorder(acceptes, "dépôt") if acceptes else "Aucun dépôt"
        negation = "n'" if not acceptes else ""
        phrase = f"{sujet} sur {nombre(nouveaux)} {negation}{ont} ; {nombre(refuses)} {sont}."
    if deja:
        suite = (
            "était déjà chargé et a été laissé" if deja == 1 else "étaient déjà chargés et ont été laissés"
        )
        phrase += f" {accorder(deja, 'autre dépôt', 'autres dépôts')} {suite} de côté."
    return phrase


def _phrase_motifs(refuses: pl.DataFrame) -> str:
    motifs = refuses.group_by("regle").len().sort(["len", "regle"], descending=[True, False])
    textes = [f"{titre_regle(regle or '', 'refus').lower()} ({nombre(n)})" for regle, n in motifs.iter_rows()]
    return f"Motifs des refus : {', '.join(textes)}. Ces dépôts sont à corriger et à renvoyer."


def _phrase_lignes(fait: Rafraichissement) -> str:
    comptes = fait.des_acceptes(fait.depots_tables)
    lues, ecartees = int(comptes["lues"].sum()), int(comptes["rejetees"].sum())
    debut = f"Dans les dépôts acceptés, {accorder(lues, 'ligne a été lue', 'lignes ont été lues')}"
    if not ecartees:
        return f"{debut} et aucune n'a été écartée."
    part = f" ({pour_cent(100 * ecartees / lues)})" if lues else ""
    ont = "a été écartée" if ecartees == 1 else "ont été écartées"
    suite = "elle ne compte pas tant qu'elle n'est pas corrigée"
    if ecartees > 1:
        suite = "elles ne comptent pas tant qu'elles ne sont pas corrigées"
    return f"{debut} et {nombre(ecartees)}{part} {ont} : {suite}."


def _phrase_heures(fait: Rafraichissement) -> str:
    regions = fait.heures
    apres = float(regions["heures_apres"].sum() or 0)
    if regions["heures_avant"].null_count() == regions.height:
        return f"Heures d'insertion comptées : {nombre(apres)}. Il n'y avait pas d'état publié auparavant."
    avant = float(regions["heures_avant"].sum())
    if nombre(avant) == nombre(apres):
        return f"Les heures d'insertion ne changent pas : {nombre(apres)}."
    verbe = "passeraient" if fait.statut == "bloque" else "passent"
    mesure = (
        f"{ecart_ecrit(avant, apres)}, soit {evolution_ecrite(avant, apres)}"
        if avant
        else ecart_ecrit(avant, apres)
    )
    return f"Les heures d'insertion {verbe} de {nombre(avant)} à {nombre(apres)} ({mesure})."


# --- structure by structure -----------------------------------------------------------------------


def _vues_structures(fait: Rafraichissement) -> list[VueStructure]:
    layouts = dict(fait.depots.select("depot_id", "layout").iter_rows())
    groupes = _groupes_par_depot(fait.tous_les_constats, layouts)
    comptes: dict[str, list[ComptesLignes]] = {}
    colonnes = ("depot_id", "table", "lues", "chargees", "rejetees", "doublons", "ignorees")
    for depot_id, *valeurs in fait.depots_tables.select(colonnes).iter_rows():
        comptes.setdefault(depot_id, []).append(ComptesLignes(*valeurs))
    casses: dict[str, list[str]] = {}
    for controle in _casses(fait.validations).filter(pl.col("depot").is_not_null()).iter_rows(named=True):
        casses.setdefault(controle["depot"], []).append(str(controle["expectation"]))

    par_code: dict[str | None, list[VueDepot]] = {}
    depots = fait.depots.sort("debut", "extraction", "chemin", nulls_last=True).to_dicts()
    for depot in sorted(depots, key=lambda d: de_lecture(d["structure_code"])):
        du_depot = groupes.get(depot["depot_id"], [])
        vue = VueDepot(
            chemin=depot["chemin"],
            statut=depot["statut"]
            if depot["en_vigueur"] or depot["statut"] in ("deja_charge", *ECARTES)
            else "remplace",
            periode=_periode(depot["debut"], depot["fin"]),
            extraction=date_courte(depot["extraction"]),
            refus=[g for g in du_depot if g.gravite == "refus"],
            rejets=[g for g in du_depot if g.gravite == "rejet"],
            alertes=[g for g in du_depot if g.gravite == "alerte"],
            comptes=comptes.get(depot["depot_id"], []),
            controles_casses=casses.get(depot["depot_id"], []),
        )
        par_code.setdefault(depot["structure_code"], []).append(vue)
    noms = noms_structures(fait.depots)
    return [
        VueStructure(
            f"structure-{rang}", code or "", noms.get(code, "") if code else STRUCTURE_INCONNUE, vues
        )
        for rang, (code, vues) in enumerate(par_code.items(), start=1)
    ]


def _groupes_par_depot(tous: pl.DataFrame, layouts: dict[str, str | None]) -> dict[str, list[GroupeConstats]]:
    cles = ["depot_id", "gravite", "regle"]
    listes = (
        reunir(tous)
        .group_by(cles, maintain_order=True)
        .agg(
            pl.col("nombre").sum().alias("effectif"),
            pl.col("nombre").head(PREMIERES_LIGNES).sum().alias("listes"),
            pl.struct("table", "lignes", "nombre", "colonne", "message", "valeur", "cause")
            .head(PREMIERES_LIGNES)
            .alias("premiers"),
        )
    )
    heures = {cle: heures_en_jeu(groupe) for cle, groupe in tous.partition_by(cles, as_dict=True).items()}
    groupes: dict[str, list[GroupeConstats]] = {}
    for depot_id, gravite, code, effectif, listees, premiers in listes.iter_rows():
        regle = glossaire().get((code, gravite))
        groupe = GroupeConstats(
            code=code,
            gravite=gravite,
            titre=regle.titre if regle else code,
            que_faire=regle.que_faire if regle else "",
            observatoire=conseil_observatoire(code, gravite, layouts.get(depot_id)),
            effectif=effectif,
            heures=heures[depot_id, gravite, code],
            premiers=[Constat(_lieu(p), _message(p), p["valeur"] or "") for p in premiers],
            reste=effectif - listees,
        )
        groupes.setdefault(depot_id, []).append(groupe)
    return {
        depot_id: sorted(liste, key=lambda g: (-g.heures, -g.effectif)) for depot_id, liste in groupes.items()
    }


def _message(constat: dict[str, object]) -> str:
    suite = f" {se_reglera_avec(constat['cause'])}" if constat["cause"] else ""
    return f"{constat['message'] or ''}{suite}"


def _lieu(constat: dict[str, object]) -> str:
    morceaux = [str(constat["table"])] if constat["table"] else []
    if constat["lignes"]:
        morceaux.append(f"{'ligne' if constat['nombre'] == 1 else 'lignes'} {constat['lignes']}")
    if constat["colonne"]:
        morceaux.append(f"colonne « {constat['colonne']} »")
    return ", ".join(morceaux)


# --- what concerns everybody ----------------------------------------------------------------------


def _alertes_par_regle(tous: pl.DataFrame) -> list[tuple[str, str, int, int, str]]:
    """Rule, short title, number of findings, number of deposits, what to do."""
    alertes = tous.filter(pl.col("gravite") == "alerte").group_by("regle")
    comptes = alertes.agg(pl.len().alias("n"), pl.col("depot_id").n_unique().alias("depots"))
    lignes = []
    for code, effectif, depots in comptes.sort(["n", "regle"], descending=[True, False]).iter_rows():
        regle = glossaire().get((code, "alerte"))
        lignes.append((code, titre_regle(code, "alerte"), effectif, depots, regle.que_faire if regle else ""))
    return lignes


def _casses(validations: pl.DataFrame) -> pl.DataFrame:
    return controles_en_echec(validations).filter(pl.col("casse"))


def _controles_generaux(validations: pl.DataFrame, casses: bool) -> list[str]:
    """The checks of the whole, of no deposit in particular, that broke or that failed."""
    echecs = controles_en_echec(validations).filter((pl.col("casse") == casses) & pl.col("depot").is_null())
    if casses:
        return [f"{e['suite']} : {e['expectation']}" for e in echecs.iter_rows(named=True)]
    return [phrase_controle(e) for e in echecs.iter_rows(named=True)]


def _formes(formes: pl.DataFrame) -> list[tuple[str, str, int]]:
    return list(formes.select("nomenclature", "forme", "occurrences").iter_rows())


def _ligne_alias(nomenclature: str, forme: str) -> str:
    """The line to paste into alias.csv, once CODE is replaced."""
    tampon = io.StringIO()
    csv.writer(tampon, lineterminator="").writerow([nomenclature, forme, "CODE"])
    return tampon.getvalue()


def _glossaire_par_gravite() -> dict[str, list[Regle]]:
    par_gravite: dict[str, list[Regle]] = {}
    for regle in glossaire().values():
        par_gravite.setdefault(regle.gravite, []).append(regle)
    return par_gravite


# --- words and dates -------------------------------------------------------------------------------


def _typo(texte: str) -> str:
    """French punctuation kept on the line of its word; for sentences, never for what may be copied."""
    texte = re.sub(r" (?=[:;!?»%])", "\u00a0", texte)
    return texte.replace("« ", "«\u00a0")


def _moment(instant: dt.datetime) -> str:
    return f"{date_longue(instant.date())} à {instant.hour} h {instant.minute:02d}"


def _duree(duree: dt.timedelta) -> str:
    secondes = max(round(duree.total_seconds()), 1)
    minutes, reste = divmod(secondes, 60)
    return f"{minutes} min {reste:02d} s" if minutes else f"{reste} s"


def _periode(debut: dt.date | None, fin: dt.date | None) -> str:
    if debut is None or fin is None:
        return ""
    return f"du {date_courte(debut)} au {date_courte(fin)}"
