"""What each published row shows: the cells it would tell, and whether it is a share or a mean."""

from __future__ import annotations

import polars as pl

from clauses.socle.errors import ErreurUtilisateur
from exports.secret import familles
from exports.secret.regles import Regles

_TOTAUX = (
    "donneurs_ordre",
    "operations",
    "marches",
    "entreprises",
    "entreprises_titulaires",
    "structures",
    "beneficiaires",
    "contrats",
    "heures",
    "etp_1600",
    "etp_1607",
    "etp_1820",
)
_MOYENNES = (
    "heures_par_beneficiaire",
    "heures_par_contrat",
    "contrats_par_beneficiaire",
    "duree_moyenne_contrat_jours",
)
# key figure → the other cell it tells of; shares also need the total, as does everything
_CELLULES_DES_CLES = {
    "heures_formation": "profil=FORMATION",
    "heures_rsa": "profil=RSA",
    "heures_qpv": "origine=QPV",
    "heures_anru": "profil=ANRU",
    "heures_jeunes": "profil=MOINS_26",
    "heures_senior": "profil=PLUS_50",
    "heures_iae": "somme=IAE",
    "heures_alternance": "somme=ALTERNANCE",
    "heures_deld": "profil=DELD",
    "heures_th": "profil=TH",
    "heures_femmes": "sexe=F",
    "part_femmes": "sexe=F",
    "part_femmes_heures": "sexe=F",
    "part_qpv": "origine=QPV",
    "part_th": "profil=TH",
    "contrats_300h": "profil=CONTRATS_LONGS",
    "insertions_durables": "profil=DURABLE",
}
_PROFILS_S02 = {
    "FEMMES": "sexe=F",
    "QPV": "origine=QPV",
    "TH": "profil=TH",
    "MOINS_26": "profil=MOINS_26",
    "PLUS_50": "profil=PLUS_50",
}
_INCONNUE = "?"  # a figure this module does not know: never shown
# keys the value tells of, key of the denominator (none: nothing to judge), whether it is a share or a mean
_Description = tuple[list[str], str | None, bool]
_SANS_CELLULE: _Description = ([], None, False)
_LECTURES_S01 = {"durable": "durable", "positif": "sorties_positives", "droit_commun": "droit_commun"}


def decrire(lignes: pl.DataFrame, sans_secret: frozenset[tuple[str, str]] = frozenset()) -> pl.DataFrame:
    """For rows of the cube, columns: cellules (keys the value tells of), base (key of the denominator), est_rapport.

    `lignes` has tableau, mesure, axe_1, modalite_1, axe_2, modalite_2. A row of S03 that sums up all sectors has
    « secteur=* » for key. `sans_secret`: measures (tableau, mesure) that tell of no cell: they have no key and no base.
    """
    colonnes = ["tableau", "mesure", "axe_1", "modalite_1", "axe_2", "modalite_2"]
    sortes = lignes.select(colonnes).unique()
    decrites = [
        _SANS_CELLULE if ligne[:2] in sans_secret else _decrire(*ligne) for ligne in sortes.iter_rows()
    ]
    return lignes.join(
        sortes.with_columns(
            cellules=pl.Series([d[0] for d in decrites], dtype=pl.List(pl.String)),
            base_cle=pl.Series([d[1] for d in decrites], dtype=pl.String),
            est_rapport=pl.Series([d[2] for d in decrites], dtype=pl.Boolean),
        ),
        on=colonnes,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def _decrire(
    tableau: str,
    mesure: str,
    axe_1: str | None,
    modalite_1: str | None,
    axe_2: str | None,
    modalite_2: str | None,
) -> _Description:
    modalites = [(a, m) for a, m in ((axe_1, modalite_1), (axe_2, modalite_2)) if a and m]
    if tableau == "CLES":
        autre = _CELLULES_DES_CLES.get(mesure)
        if autre is None and mesure not in (*_TOTAUX, *_MOYENNES):
            return [_INCONNUE], familles.TOTAL, False
        cellules = [familles.TOTAL] + ([autre] if autre else [])
        return cellules, familles.TOTAL, mesure.startswith("part_") or mesure in (*_MOYENNES, "contrats_300h")
    if axe_1 == "profil":
        return [familles.TOTAL, _PROFILS_S02[modalite_1 or ""]], familles.TOTAL, mesure.startswith("part_")
    if tableau == "S03" and not modalites:
        return [familles.TOTAL, "secteur=*"], familles.TOTAL, True
    if tableau == "S01":
        horizon = f"horizon={modalite_1}"
        return _suivi(horizon, mesure), f"{horizon}|somme=connus", mesure.startswith("taux_")
    if tableau == "T18":
        horizon = f"horizon={modalite_1}"
        return [f"{horizon}|situation={modalite_2}"], f"{horizon}|somme=echus", False
    if tableau != "S03" and not tableau.startswith("T"):
        return [_INCONNUE], familles.TOTAL, False
    est_part = tableau == "S03" and mesure.startswith("part_")
    return [familles.TOTAL, familles.cle(*modalites)], familles.TOTAL, est_part


def _suivi(horizon: str, mesure: str) -> list[str]:
    def somme(*noms: str) -> list[str]:
        return [f"{horizon}|situation=CDI" if n == "cdi" else f"{horizon}|somme={n}" for n in noms]

    if mesure in familles.SOMMES_SITUATIONS:
        return somme(mesure)
    if mesure == "taux_reponse":
        return somme("connus", "echus", "neutralises")
    for lecture, succes in _LECTURES_S01.items():
        if mesure in (f"taux_{lecture}", f"taux_{lecture}_bas", f"taux_{lecture}_haut"):
            return somme(succes, "connus")
        if mesure in (f"taux_{lecture}_plancher", f"taux_{lecture}_plafond"):
            return somme(succes, "connus", "echus", "neutralises")
    return [_INCONNUE]


def verifier_plan(tableaux: pl.DataFrame, regles: Regles) -> None:
    """Refuses a plan of publication with axes that no family counts: nothing would judge their figures.

    `tableaux`: tableau, axe_1, axe_2, mesure, as in the warehouse. Raises ErreurUtilisateur (PLAN_SANS_FAMILLE).
    """
    demandes = _selon_le_plan(tableaux, regles, ["tableau"]).select("tableau", "mesure", "axe_1", "axe_2")
    inconnues = {
        f"{tableau} ({' × '.join(axes)})"
        for tableau, mesure, *axes_ou_rien in demandes.iter_rows()
        if (axes := [axe for axe in axes_ou_rien if axe])
        and (tableau, mesure) not in regles.sans_secret
        and not familles.connait(*axes)
    }
    if inconnues:
        raise ErreurUtilisateur(
            "PLAN_SANS_FAMILLE",
            "Le plan de publication demande ce que le secret statistique ne sait pas protéger : "
            f"{', '.join(sorted(inconnues))}. Ces axes ne sont ensemble dans aucune famille de cases. Retirez ces lignes "
            "de seeds/secret/plan_publication.csv, ou ajoutez ces axes à une famille (exports/secret/familles.py). "
            "Rien n'a été publié.",
        )


def _selon_le_plan(lignes: pl.DataFrame, regles: Regles, cles: list[str]) -> pl.DataFrame:
    """The rows that some line of the plan speaks of, each once, in their order."""
    plan = regles.plan.rename({"axe_1": "plan_axe", "mesure": "plan_mesure"})
    return (
        lignes.with_row_index("rang")
        .join(plan, on=cles, how="inner", maintain_order="left")
        .filter(
            (pl.col("plan_axe").is_null() | (pl.col("plan_axe") == pl.col("axe_1")))
            & (pl.col("plan_mesure").is_null() | (pl.col("plan_mesure") == pl.col("mesure")))
        )
        .unique("rang", maintain_order=True)
        .select(lignes.columns)
    )


def retenir(indicateurs: pl.DataFrame, regles: Regles) -> pl.DataFrame:
    """Rows of the cube that the plan holds, codes that are shown within another added to it.

    S01 is without its second axis: its groups are too small to be told apart safely.
    """
    retenues = _selon_le_plan(
        indicateurs.filter((pl.col("tableau") != "S01") | pl.col("axe_2").is_null()),
        regles,
        ["tableau", "niveau_territoire", "type_periode"],
    )
    for axe in sorted({axe for axe, _ in regles.regroupements}):
        codes = {code: publie for (a, code), publie in regles.regroupements.items() if a == axe}
        cles = [c for c in indicateurs.columns if c not in ("valeur", "part")]
        concernees = pl.col("axe_1").eq_missing(axe)
        groupees = (
            retenues.filter(concernees)
            .with_columns(pl.col("modalite_1").replace(codes))
            .group_by(cles, maintain_order=True)
            .agg(pl.col("valeur").sum(), pl.col("part").sum())
            .select(indicateurs.columns)
        )
        retenues = pl.concat([retenues.filter(~concernees), groupees])
    return retenues
