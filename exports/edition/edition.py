"""What every description of a release says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from clauses.socle.observatoire import Observatoire
from exports.edition.licences import Licence, licence
from exports.edition.portee import NATIONALE, Portee


@dataclass(frozen=True)
class Edition:
    """One version of a vintage under one profile. `debut` and `fin`: first and last day its figures speak of."""

    millesime: str
    version: int
    profil: str
    motif: str | None
    cree_le: dt.datetime
    date_arrete: dt.date
    debut: dt.date
    fin: dt.date
    nombre_depots: int
    fictif: bool
    observatoire: Observatoire = field(default_factory=Observatoire)
    portee: Portee = NATIONALE
    source: str = (
        "Exports des structures porteuses de facilitateurs (logiciels de suivi des clauses sociales)"
    )

    @property
    def nom(self) -> str:
        """`2024T4_v1`."""
        return f"{self.millesime}_v{self.version}"

    @property
    def titre(self) -> str:
        fictif = " (données fictives)" if self.fictif else ""
        lieu = "" if self.portee.est_nationale else f" – {self.portee.nom}"
        return f"Clauses sociales d'insertion{lieu}, {_en_clair(self.millesime)}{fictif}"

    @property
    def licence(self) -> Licence:
        return licence(self.observatoire.licence)

    @property
    def resume(self) -> str:
        return (
            "Heures d'insertion, personnes, contrats, marchés et suites de parcours des clauses sociales de la commande "
            "publique : tableaux de l'annexe de l'instruction DGEFP de 2019 et indicateurs de suivi, par territoire, "
            "année et trimestre, "
            f"de {self.debut.year} au {_en_clair(self.millesime)}."
        )

    @property
    def phrase_secret(self) -> str:
        if self.profil == "restreint":
            return "aucun chiffre n'est masqué dans cette édition restreinte."
        return (
            "un chiffre qui permettrait de connaître une personne ou une entreprise n'est pas diffusé (`statut_observation` "
            "Q, valeur vide), ni ceux qui permettraient de le recalculer ; rien ne distingue les uns des autres."
        )


def _en_clair(millesime: str) -> str:
    annee, trimestre = millesime.split("T")
    return f"{trimestre}{'er' if trimestre == '1' else 'e'} trimestre {annee}"
