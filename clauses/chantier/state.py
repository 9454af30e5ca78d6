"""The state of the ledger that a build depends on: when it has not changed, there is nothing to rebuild."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field

import polars as pl

from clauses.chantier.perimetres import SCHEMA as SCHEMA_PERIMETRES
from clauses.chantier.reglages import Reglages
from clauses.socle.journal import Journal
from clauses.socle.observatoire import SCHEMA_ATTENDUES
from clauses.socle.project import empreinte_modeles
from ingest.codes import Codes

SCHEMA_ALIAS = dict.fromkeys(("nomenclature", "forme", "code"), pl.String)


@dataclass(frozen=True)
class Etat:
    """What is to be built: accepted deposits in the order in which they count, date d'arrêté, what the user added.

    `empreinte` changes whenever the warehouse must be rebuilt; `date_arrete` is null when nothing was ever accepted.
    """

    empreinte: str
    date_arrete: dt.date | None
    acceptes: list[str]
    alias_ajoutes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA_ALIAS))
    perimetres: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA_PERIMETRES))
    structures_attendues: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA_ATTENDUES))

    @property
    def ajouts(self) -> dict[str, pl.DataFrame]:
        """What the user added, by table of the models' source `journal`."""
        return {
            "alias_ajoutes": self.alias_ajoutes,
            "perimetres": self.perimetres,
            "structures_attendues": self.structures_attendues,
        }


def lire_etat(journal: Journal, arrete: dt.date | None, reglages: Reglages) -> Etat:
    """Reads the ledger. `arrete`: the date d'arrêté asked for; the latest accepted extraction otherwise."""
    acceptes = journal.lire("select depot_id, extraction from depots where statut = 'accepte' order by ordre")
    date_arrete = arrete or max(acceptes["extraction"].to_list(), default=None)
    alias = alias_ajoutes(journal, reglages.codes)
    refus = journal.lire("select depot_id, regle from depots where statut <> 'accepte' order by all")
    contenu = [
        acceptes["depot_id"].to_list(),
        refus.rows(),
        alias.rows(),
        reglages.perimetres.rows(),
        [list(map(str, ligne)) for ligne in reglages.observatoire.attendues.rows()],
        str(date_arrete),
        empreinte_modeles(),
        [list(map(str, geste)) for geste in journal.gestes_de_purge()],
    ]
    somme = hashlib.sha256(json.dumps(contenu, ensure_ascii=False).encode()).hexdigest()[:16]
    return Etat(
        somme,
        date_arrete if len(acceptes) else None,
        acceptes["depot_id"].to_list(),
        alias,
        reglages.perimetres,
        reglages.observatoire.attendues,
    )


def alias_ajoutes(journal: Journal, codes: Codes) -> pl.DataFrame:
    """Raw forms loaded as unknown that today's aliases know: nomenclature, forme, code.

    A list of forms is kept whole: its codes joined as `<nomenclature>:liste`, the first and the others apart as
    `:principale` and `:reste`.
    """
    formes = journal.lire("select distinct nomenclature, forme from formes_inconnues order by all")
    connues: list[tuple[str, str, str]] = []
    for (nom,), groupe in formes.group_by("nomenclature", maintain_order=True):
        nomenclature, _, liste = str(nom).partition(":")
        if liste:
            lues = codes.lire_liste(nomenclature, groupe["forme"])
            for forme, trouves, inconnues in zip(
                groupe["forme"], lues["codes"].to_list(), lues["inconnues"], strict=True
            ):
                if inconnues is None:
                    connues.append((f"{nomenclature}:liste", forme, ";".join(trouves)))
                    connues.append((f"{nomenclature}:principale", forme, trouves[0]))
                    connues.append((f"{nomenclature}:reste", forme, ";".join(trouves[1:])))
        else:
            trouvees = zip(groupe["forme"], codes.lire(nomenclature, groupe["forme"]), strict=True)
            connues += [(nomenclature, forme, code) for forme, code in trouvees if code is not None]
    return pl.DataFrame(connues, schema=SCHEMA_ALIAS, orient="row")
