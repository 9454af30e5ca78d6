"""Finding whom a document is about, from what the user wrote; suggestions where nothing matches."""

from __future__ import annotations

import difflib
import re
import unicodedata

import duckdb

from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.ordre import de_lecture
from exports.bilans.lecture import Cible, Nature

_REQUETES: dict[Nature, str] = {
    "donneur-ordre": "select donneur_ordre_id, donneur_ordre_id, nom from marts.dim_donneur_ordre",
    "operation": "select operation_id, code_operation, intitule_operation from marts.dim_operation",
    "entreprise": "select entreprise_id, entreprise_id, raison_sociale from marts.dim_entreprise",
}
_INCONNUS: dict[Nature, tuple[str, str]] = {
    "donneur-ordre": ("DONNEUR_ORDRE_INCONNU", "Aucun donneur d'ordre"),
    "operation": ("OPERATION_INCONNUE", "Aucune opération"),
    "entreprise": ("ENTREPRISE_INCONNUE", "Aucune entreprise"),
}
# hours of the whole history, of whom had some in a place
_LISTER = (
    "select h.{cle}, any_value(d.{nom}), sum(h.heures) from marts.fct_heures as h "
    "inner join marts.{table} as d using ({cle}) group by 1 having bool_or({ou})"
)
_LISTES: dict[Nature, dict[str, str]] = {
    "donneur-ordre": {"cle": "donneur_ordre_id", "nom": "nom", "table": "dim_donneur_ordre"},
    "operation": {"cle": "operation_id", "nom": "intitule_operation", "table": "dim_operation"},
    "entreprise": {"cle": "entreprise_id", "nom": "raison_sociale", "table": "dim_entreprise"},
}
SUGGESTIONS = 5


def trouver(base: duckdb.DuckDBPyConnection, nature: Nature, ecrit: str) -> Cible:
    """The target whose key, code or only name is what was written. Raises ErreurUtilisateur, with the nearest ones."""
    connus = [
        (str(c), str(code), str(nom or c)) for c, code, nom in base.execute(_REQUETES[nature]).fetchall()
    ]
    voulu = ecrit.strip()
    sans_espaces = voulu.replace(" ", "")
    trouves = [x for x in connus if voulu in (x[0], x[1]) or sans_espaces == x[0]]
    # a name that only one has, whole or in part
    if not trouves and nature != "operation" and (plie := _plier(voulu)):
        entiers = [x for x in connus if _plier(x[2]) == plie]
        trouves = entiers or [x for x in connus if plie in _plier(x[2])]
    if len(trouves) == 1:
        return Cible(nature, trouves[0][0], trouves[0][2])
    if trouves and nature != "operation":
        noms = " ; ".join(
            f"{c} ({nom})" for c, _, nom in sorted(trouves, key=lambda x: de_lecture(x[2]))[:SUGGESTIONS]
        )
        raise ErreurUtilisateur(
            "NOM_AMBIGU",
            f"« {ecrit} » est dans {len(trouves)} noms. Donnez le numéro de l'un d'eux : {noms}"
            f"{'…' if len(trouves) > SUGGESTIONS else '.'} Tous : clauses bilan --liste.",
        )
    if trouves:
        raise ErreurUtilisateur(
            "OPERATION_AMBIGUE",
            f"Plusieurs structures ont une opération « {ecrit} ». Écrivez la structure et le code : "
            + ", ".join(f"« {c} » ({nom})" for c, _, nom in trouves[:SUGGESTIONS]),
        )
    code, debut = _INCONNUS[nature]
    proches = _proches(connus, voulu)
    suite = (
        "Vouliez-vous dire : " + " ; ".join(f"{c} ({nom})" for c, nom in proches)
        if proches
        else "Rien d'approchant dans l'entrepôt publié"
    )
    raise ErreurUtilisateur(code, f"{debut} « {ecrit} ». {suite}.")


def lister(base: duckdb.DuckDBPyConnection, territoire: str | None) -> list[tuple[Nature, str, str, float]]:
    """Whom a document may be about: nature, key, name, hours of the whole history; by nature, then by name.

    Raises ErreurUtilisateur as `du_territoire`.
    """
    ou, valeurs = "true", dict[str, str]()
    if territoire:
        colonne, valeurs["code"] = _lieu(base, territoire)
        ou = f"h.{colonne} = $code"
    lignes = [
        (nature, str(cle), str(nom or cle), float(heures))
        for nature, colonnes in _LISTES.items()
        for cle, nom, heures in base.execute(_LISTER.format(ou=ou, **colonnes), valeurs).fetchall()
    ]
    return sorted(lignes, key=lambda x: (x[0], de_lecture(x[2])))


def _plier(nom: str) -> str:
    """A name without case, accents or signs."""
    sans_accents = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", sans_accents))


def _proches(connus: list[tuple[str, str, str]], voulu: str) -> list[tuple[str, str]]:
    noms = {cle: nom for cle, _, nom in connus}
    contenant = [(c, nom) for c, nom in noms.items() if voulu and voulu.lower() in nom.lower()]
    if contenant:
        return sorted(contenant)[:SUGGESTIONS]
    cles = difflib.get_close_matches(voulu.replace(" ", ""), noms, SUGGESTIONS, 0.7)
    return [(c, noms[c]) for c in cles]


def du_territoire(base: duckdb.DuckDBPyConnection, ecrit: str) -> list[Cible]:
    """The buyers and the companies with hours in a region, or a département.

    A region and a département may share a code: the region is meant if it has hours, `D32` always means the
    département. Raises ErreurUtilisateur for an unknown territory, or one without hours.
    """
    return [Cible(nature, cle, nom) for nature, cle, nom, _ in lister(base, ecrit) if nature != "operation"]


def _lieu(base: duckdb.DuckDBPyConnection, ecrit: str) -> tuple[str, str]:
    """The level and the code of what was written (see `du_territoire`)."""
    connus = {
        (str(niveau), str(code))
        for niveau, code in base.execute(
            "select niveau_territoire, code_territoire from marts.dim_territoire "
            "where niveau_territoire in ('region', 'departement') and code_territoire <> 'ND'"
        ).fetchall()
    }
    voulus = (
        [("departement", ecrit[1:])] if ecrit[:1] in "dD" else [("region", ecrit), ("departement", ecrit)]
    )
    connus_ici = [x for x in voulus if x in connus]
    if not connus_ici:
        raise ErreurUtilisateur(
            "TERRITOIRE_INCONNU",
            f"« {ecrit} » n'est ni une région ni un département. Écrivez un code de l'Insee : 32 pour la région "
            "Hauts-de-France, 59 pour le Nord, D32 pour le Gers.",
        )
    for colonne, code in connus_ici:
        if base.execute(f"from marts.fct_heures where {colonne} = ? limit 1", [code]).fetchone():
            return colonne, code
    raise ErreurUtilisateur(
        "TERRITOIRE_VIDE", f"Aucune heure dans le territoire « {ecrit} » : rien à écrire."
    )
