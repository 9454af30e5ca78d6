"""Which cells there are: a cell is a set of modalities in a territory and a period, whatever tables show it.

Cells that equations link belong to one family; families are linked to each other by the total of a maille only.
"""

from __future__ import annotations

from clauses.socle import cube

TOTAL = ""  # the key of a maille's total: no modality at all
SEPARATEUR = "|"

# Sets of axes that have rules of their own: profiles (below), persons followed by horizon (`SOMMES_SITUATIONS`).
PARTICULIERES: tuple[tuple[str, ...], ...] = (("profil",), ("horizon",), ("horizon", "situation"))


def _ventilations() -> dict[str, list[tuple[str, ...]]]:
    """Each axis of a family alone, then the crossings of its axes that numbered tables show."""
    familles: dict[str, list[tuple[str, ...]]] = {}
    a_part = {axe for axes in PARTICULIERES for axe in axes}
    for axe in cube.lire_axes().values():
        if axe.famille and axe.axe not in a_part:
            familles.setdefault(axe.famille, []).append((axe.axe,))
    for tableau, axes in cube.lire_tableaux():
        if tableau.startswith("T") and len(axes) > 1:
            for ventilations in familles.values():
                if axes not in ventilations and all((axe,) in ventilations for axe in axes):
                    ventilations.append(axes)
    return familles


# Axes of the cube counted from the facts, by family: sets of axes whose modalities share the total of a maille.
VENTILATIONS = _ventilations()

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
