"""The cells that both layouts write alike, with the objects that are written badly on purpose."""

from __future__ import annotations

from datetime import timedelta

from clauses.demo.modele import Contrat, Marche, Operation, Personne
from clauses.demo.plume import Cellule, Plume

COMMUNE_INEXISTANTE = "99999"


def commune_execution(o: Operation, plume: Plume) -> Cellule:
    """The commune of execution, unknown where that is planted."""
    return COMMUNE_INEXISTANTE if o.alerte == "COMMUNE_INCONNUE" else plume.commune(o.commune)


def programme(o: Operation, plume: Plume) -> Cellule:
    """No programme is often left empty."""
    if o.programme == "AUCUN" and plume.hasard.random() < 0.6:
        return None
    return plume.code("programme", o.programme)


def montant(m: Marche, plume: Plume) -> Cellule:
    """The amount, unreadable where that is planted."""
    if m.alerte == "NOMBRE_ILLISIBLE":
        return "non communiqué"
    return plume.nombre(m.montant, "€" if plume.hasard.random() < 0.2 else "")


def notification(m: Marche, plume: Plume) -> Cellule:
    """The date of notification, unreadable where that is planted."""
    return "à préciser" if m.alerte == "DATE_ILLISIBLE" else plume.jour(m.notification)


def identite(p: Personne, plume: Plume) -> tuple[str, Cellule, Cellule]:
    """Surname, first name and birth date, one missing or impossible where that is planted."""
    naissance: Cellule = "31/02/1980" if p.alerte == "NAISSANCE_INVALIDE" else plume.naissance(p.naissance)
    prenom = None if p.alerte == "IDENTITE_INCOMPLETE" else plume.prenom(p.prenom)
    return plume.nom(p.nom), prenom, naissance


def prescripteur(p: Personne, plume: Plume) -> Cellule:
    """The prescriber, of an unknown kind where that is planted."""
    return "Guichet du quartier" if p.alerte == "CODE_INCONNU" else plume.code("prescripteur", p.prescripteur)


def fin(c: Contrat, plume: Plume) -> Cellule:
    """The end of a contract, before its start where that is planted."""
    return plume.jour(c.debut - timedelta(days=20) if c.alerte == "FIN_AVANT_DEBUT" else c.fin)
