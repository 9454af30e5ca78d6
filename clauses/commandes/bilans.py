"""The `bilan` command: whom it is about, then their documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clauses.chantier.observatoire import lire_observatoire
from clauses.chantier.warehouse import ouvrir_publie
from clauses.socle.errors import ErreurUtilisateur, sortie_impossible
from clauses.socle.workspace import Espace
from exports.bilans.cibles import du_territoire, lister, trouver
from exports.bilans.ecriture import ecrire_bilans
from exports.bilans.lecture import Lecteur, Nature
from exports.secret.regles import verifier_profil


def lister_les_cibles(espace: Espace, territoire: str | None) -> list[tuple[Nature, str, str, float]]:
    """Whom a document may be about (see `cibles.lister`)."""
    with ouvrir_publie(espace) as base:
        return lister(base, territoire)


def faire_bilans(
    espace: Espace,
    demandes: dict[Nature, str | None],
    territoire: str | None,
    sortie: Path,
    profil: str,
    avancer: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Writes the documents asked for and gives their paths. Raises ErreurUtilisateur for what the user can mend."""
    verifier_profil(profil)
    observatoire = lire_observatoire(espace.observatoire)
    choix = [(nature, ecrit) for nature, ecrit in demandes.items() if ecrit]
    if len(choix) + bool(territoire) != 1:
        raise ErreurUtilisateur(
            "CIBLE_ABSENTE",
            "Dites de qui faire le bilan : --donneur-ordre, --operation, --entreprise ou --territoire, un seul à la fois.",
        )
    with ouvrir_publie(espace) as base:
        cibles = du_territoire(base, territoire) if territoire else [trouver(base, *choix[0])]
        avance = (lambda rang: avancer(rang, len(cibles))) if avancer else None
        try:
            return ecrire_bilans(Lecteur(base, observatoire), cibles, sortie, profil, avance)
        except OSError as erreur:
            raise sortie_impossible(sortie, erreur, "Aucun bilan n'y a été mis à moitié. ") from None
