"""The workspace on disk: its paths, its lock, its pseudonymisation key."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from clauses.socle import disque
from clauses.socle.errors import CodeSortie, ErreurUtilisateur, raison_systeme

TAILLE_CLE = 32  # 256 bits
TAILLE_CLE_MAXIMALE = 64  # a longer one would itself be hashed


@dataclass(frozen=True)
class Espace:
    """Paths of one workspace (interface: the names stay)."""

    racine: Path

    @property
    def entrepot(self) -> Path:
        return self.racine / "entrepot.duckdb"

    @property
    def brut(self) -> Path:
        return self.racine / "brut"

    @property
    def journal(self) -> Path:
        return self.racine / "journal.duckdb"

    @property
    def rapports(self) -> Path:
        return self.racine / "rapports"

    @property
    def alias(self) -> Path:
        return self.racine / "alias.csv"

    @property
    def layouts(self) -> Path:
        return self.racine / "layouts"

    @property
    def observatoire(self) -> Path:
        return self.racine / "observatoire.yml"

    @property
    def perimetres(self) -> Path:
        return self.racine / "perimetres.yml"

    @property
    def millesimes(self) -> Path:
        return self.racine / "millesimes"

    @property
    def travail(self) -> Path:
        """Scratch of the running refresh: emptied when one starts and when one ends."""
        return self.racine / ".travail"

    @property
    def dbt(self) -> Path:
        """Where dbt works by hand: a copy, birth dates included, that goes when another warehouse is published."""
        return self.racine / ".dbt"

    @property
    def apercu(self) -> Path:
        """The pages of `clauses ouvrir`, where nothing is hidden; gone when another warehouse is published."""
        return self.racine / ".apercu"

    @property
    def historique(self) -> Path:
        """The queries of the prompt of `clauses sql`, without the values typed."""
        return self.racine / ".historique_sql"

    @property
    def logs(self) -> Path:
        return self.racine / "logs"

    def preparer(self) -> None:
        """Makes the folders of the workspace. Raises ErreurUtilisateur when it cannot be written."""
        try:
            self.racine.mkdir(parents=True, exist_ok=True)
            for dossier in (self.brut, self.rapports, self.logs):
                dossier.mkdir(exist_ok=True)
        except OSError as erreur:
            raise self._inaccessible(erreur) from None

    def refuser_d_ecrire(self, sortie: Path | None) -> None:
        """Raises ErreurUtilisateur where what is to be written would take the place of the workspace's own files."""
        if sortie is None or not sortie.resolve().is_relative_to(self.racine.resolve()):
            return
        siens = [
            self.entrepot,
            self.journal,
            self.brut,
            self.millesimes,
            self.layouts,
            self.alias,
            self.perimetres,
        ]
        siens += [self.observatoire, self.rapports, self.logs, self.racine / "facilitateurs.xlsx"]
        premier = sortie.resolve().relative_to(self.racine.resolve()).parts[:1]
        if (
            not premier
            or premier[0].startswith(".")
            or premier[0].casefold() in {x.name.casefold() for x in siens}
        ):
            raise ErreurUtilisateur(
                "SORTIE_IMPOSSIBLE",
                f"« {sortie} » est un fichier de l'espace de travail : choisissez un autre nom, ou un autre dossier.",
            )

    def _inaccessible(self, erreur: OSError) -> ErreurUtilisateur:
        raison, remede = raison_systeme(erreur)
        return ErreurUtilisateur(
            "ESPACE_INACCESSIBLE",
            f"Rien ne peut être écrit dans l'espace de travail « {self.racine} » : {raison}. "
            f"{remede} (option --espace), puis relancez la commande.",
        )

    @contextmanager
    def verrouiller(self) -> Iterator[None]:
        """Holds the workspace for one refresh; the system frees it even when the process is killed."""
        with ExitStack() as pile:
            try:
                pile.enter_context(disque.tenir(self.racine / ".verrou"))
            except TimeoutError:
                raise ErreurUtilisateur(
                    "ESPACE_OCCUPE",
                    f"Une autre actualisation est en cours dans « {self.racine} ». "
                    "Attendez qu'elle se termine, puis relancez la commande.",
                    CodeSortie.OCCUPE,
                ) from None
            except OSError as erreur:
                raise self._inaccessible(erreur) from None
            self._vider_travail()  # what a killed run may have left
            try:
                yield
            finally:
                self._vider_travail()  # while the lock is held: the next run's scratch is not this one's

    def _vider_travail(self) -> None:
        """Removes the scratch files: they hold persons' rows, however the run ended."""
        shutil.rmtree(self.travail, ignore_errors=True)

    def lire_cle(self) -> bytes:
        """The secret key of the pseudonyms: CLAUSES_CLE_FICHIER when set, else `.cle`, made at first use."""
        designe = os.environ.get("CLAUSES_CLE_FICHIER")
        chemin = Path(designe) if designe else self.racine / ".cle"
        if not chemin.exists():
            if designe:
                raise ErreurUtilisateur(
                    "CLE_ABSENTE",
                    f"Le fichier de clé « {chemin} » nommé par CLAUSES_CLE_FICHIER n'existe pas. "
                    "Indiquez le bon chemin : une nouvelle clé ferait perdre le suivi des personnes.",
                )
            if any(self.brut.glob("[0-9a-f]*")):
                raise ErreurUtilisateur(
                    "CLE_ABSENTE",
                    f"La clé « {chemin} » a disparu alors que des dépôts sont déjà chargés. "
                    "Remettez-y la copie que vous gardez à part (les sauvegardes ne l'ont pas) : sans elle, les personnes "
                    "ne seraient plus reconnues.",
                )
            _ecrire_cle(chemin)
        cle = chemin.read_bytes()
        if not TAILLE_CLE <= len(cle) <= TAILLE_CLE_MAXIMALE:
            raise ErreurUtilisateur(
                "CLE_INVALIDE",
                f"Le fichier de clé « {chemin} » a {len(cle)} octets ; {TAILLE_CLE} à {TAILLE_CLE_MAXIMALE} sont "
                "attendus. Restaurez la clé d'origine.",
            )
        return cle


def _ecrire_cle(chemin: Path) -> None:
    provisoire = chemin.with_name(f"{chemin.name}.{os.getpid()}")
    descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "wb") as fichier:
        fichier.write(secrets.token_bytes(TAILLE_CLE))
        fichier.flush()
        os.fsync(fichier.fileno())
    os.replace(provisoire, chemin)
