"""The key figures in the groups in which they are read, whatever shows them."""

from __future__ import annotations

Groupes = tuple[tuple[str, tuple[str, ...]], ...]
GROUPES: Groupes = (
    (
        "Activité",
        (
            "heures",
            "beneficiaires",
            "contrats",
            "marches",
            "operations",
            "donneurs_ordre",
            "entreprises",
            "structures",
            "etp_1607",
            "etp_1600",
            "etp_1820",
            "heures_formation",
        ),
    ),
    (
        "Intensité",
        (
            "heures_par_beneficiaire",
            "heures_par_contrat",
            "contrats_par_beneficiaire",
            "contrats_300h",
            "duree_moyenne_contrat_jours",
        ),
    ),
    (
        "Publics, en heures",
        (
            "heures_femmes",
            "heures_qpv",
            "heures_rsa",
            "heures_deld",
            "heures_jeunes",
            "heures_senior",
            "heures_th",
        ),
    ),
    ("Publics, en personnes", ("part_femmes", "part_femmes_heures", "part_qpv", "part_th")),
    ("Cadres", ("heures_iae", "heures_alternance", "heures_anru")),
    ("Devenir", ("insertions_durables",)),
)
# the latest persons have not all reached six months: the counts of two years do not compare
SANS_EVOLUTION = {"insertions_durables"}
EN_PART_DES_HEURES = {
    m for titre, mesures in GROUPES if titre in ("Publics, en heures", "Cadres") for m in mesures
}
