"""Which cells there are: a cell is a set of modalities in a territory and a period, whatever tables show it.

Cells that equations link belong to one family; families are linked to each other by the total of a maille only.
"""

from __future__ import annotations

TOTAL = ""  # the key of a maille's total: no modality at all
SEPARATEUR = "|"

# Axes of the cube counted from the facts, by family: sets of axes whose modalities share the total of a maille.
VENTILATIONS: dict[str, list[tuple[str, ...]]] = {
    "donneurs_ordre": [("type_donneur_ordre",)],
    "montants": [("tranche_montant",)],
    "secteurs": [("secteur",)],
    "clauses": [
        ("base_juridique",),
        ("type_employeur",),
        ("taille_entreprise",),
        ("base_juridique", "type_employeur"),
        ("base_juridique", "taille_entreprise"),
    ],
    "publics": [
        ("categorie_public",),
        ("sexe",),
        ("tranche_age",),
        ("niveau",),
        ("categorie_public", "sexe"),
        ("categorie_public", "tranche_age"),
        ("categorie_public", "niveau"),
    ],
    "origines": [("origine",)],
    "prescripteurs": [("prescripteur",)],
    "metiers": [("metier_domaine",), ("metier_famille",)],
    "natures": [("nature_marche",)],
    "types_contrat": [("type_contrat",)],
    "modalites": [("modalite",)],
}

# Sets of axes that have rules of their own: profiles (below), persons followed by horizon (`SOMMES_SITUATIONS`).
PARTICULIERES: tuple[tuple[str, ...], ...] = (("profil",), ("horizon",), ("horizon", "situation"))

# Profiles overlap (axis « profil »): each is under the total, and over the classes it contains.
PROFILS = {
    "RSA": ["categorie_public=RSA"],
    "DELD": ["categorie_public=DELD"],
    "TH": ["categorie_public=TH"],
    "MOINS_26": ["categorie_public=JEUNE", "tranche_age=LT26"],
    "PLUS_50": ["categorie_public=SENIOR", "tranche_age=GE50"],
    "ANRU": [],
    "FORMATION": [],
    "DURABLE": [],
    "CONTRATS_LONGS": [],
}

# Sums of modalities shown beside them: name → (axis, column of the nomenclature that says which).
SOMMES = {"IAE": ("type_employeur", "est_iae"), "ALTERNANCE": ("type_contrat", "est_alternance")}

# Sums of situations (S01), by horizon: measure → condition on the nomenclature of situations.
SOMMES_SITUATIONS = {
    "echus": "true",
    "neutralises": "groupe = 'NEUTRALISEE'",
    "connus": "groupe not in ('NEUTRALISEE', 'INCONNU')",
    "durable": "groupe = 'DURABLE'",
    "transition": "groupe = 'TRANSITION'",
    "positive": "groupe = 'POSITIVE'",
    "sorties_positives": "sortie_positive",
    "droit_commun": "droit_commun",
    "cdi": "code = 'CDI'",
    "cdd": "code in ('CDD_6P', 'CDD_M6')",
}


def connait(*axes: str) -> bool:
    """Whether these axes together are counted by a family; no axis at all is the total of a maille."""
    return not axes or axes in PARTICULIERES or any(axes in v for v in VENTILATIONS.values())


def cle(*modalites: tuple[str, str]) -> str:
    """Key of a cell: cle(("sexe", "F")) is « sexe=F »."""
    return SEPARATEUR.join(f"{axe}={code}" for axe, code in modalites)
