"""What the documents are made from, read in the marts for one buyer, one operation or one company."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import duckdb
import polars as pl

from clauses.socle.fictif import dit_fictif
from clauses.socle.nombres import date_courte, mois_en_clair
from clauses.socle.observatoire import Observatoire
from exports.bilans.document import Valeur
from exports.secret.regles import Seuils
from exports.secret.regles import lire as lire_regles

Nature = Literal["donneur-ordre", "operation", "entreprise"]
_CLES: dict[Nature, str] = {
    "donneur-ordre": "donneur_ordre_id",
    "operation": "operation_id",
    "entreprise": "entreprise_id",
}
AXES = ("sexe", "tranche_age", "categorie_public", "origine", "niveau")
_MARCHES = """
select m.marche_id, m.operation_id, o.intitule_operation, o.commune, m.code_marche, m.numero_lot, m.objet_marche,
    f.date_fin_prevue, f.etat_marche, f.heures_prevues, f.heures_engagees, f.heures_realisees, f.heures_manquantes,
    f.penalite_par_heure, f.exposition_penalites, f.premier_mois, f.dernier_mois
from marts.dim_marche as m
inner join marts.dim_operation as o using (operation_id)
left join marts.fct_obligations as f using (marche_id)
where o.{cle} = $valeur
order by o.intitule_operation, m.code_marche"""
_PAR_MOIS = """
select marche_id, annee, month(mois) as mois, sum(heures) as heures
from marts.fct_heures where {cle} = $valeur group by all order by all"""
_ENSEMBLE = """
select coalesce(sum(heures), 0) as heures, coalesce(sum(heures_formation), 0) as heures_formation,
    count(distinct id_personne) as personnes, count(distinct contrat_id) as contrats, count(distinct marche_id) as marches,
    count(distinct operation_id) as operations, count(distinct entreprise_id) as entreprises,
    min(mois) as premier_mois, max(mois) as dernier_mois
from marts.fct_heures where {cle} = $valeur"""
_PAR_OPERATION = """
select operation_id, count(distinct id_personne) as personnes
from marts.fct_heures where {cle} = $valeur group by 1 order by 1"""
_PROFIL = """
select p.operation_id, n.code, n.libelle, n.ordre, {sensible} as sensible, count(distinct p.id_personne) as personnes
from (select distinct id_personne, {operation} as operation_id from marts.fct_heures where {cle} = $valeur) as p
inner join marts.dim_beneficiaire as b using (id_personne)
inner join marts.dim_{axe} as n on n.code = b.{colonne}
group by all order by n.ordre, p.operation_id"""
_SITUATIONS = """
select p.operation_id, s.horizon, s.groupe as code, count(distinct s.id_personne) as personnes
from (select distinct id_personne, {operation} as operation_id from marts.fct_heures where {cle} = $valeur) as p
inner join marts.fct_situations as s using (id_personne)
where s.est_due or s.est_renseignee
group by all order by all"""
_ENGAGEMENTS = """
select o.intitule_operation, m.code_marche, coalesce(e.raison_sociale, d.raison_sociale) as raison_sociale,
    e.entreprise_id, e.role, e.heures_engagees, e.heures_realisees
from marts.fct_engagements as e
inner join marts.dim_marche as m using (marche_id)
inner join marts.dim_operation as o on o.operation_id = m.operation_id
left join marts.dim_entreprise as d using (entreprise_id)
where o.{cle} = $valeur and (e.heures_realisees > 0 or e.heures_engagees is not null)
order by o.intitule_operation, m.code_marche, e.heures_realisees desc, raison_sociale"""
_ATTESTATION = """
select h.marche_id, d.nom as donneur_ordre, o.intitule_operation, m.code_marche, m.objet_marche, h.annee,
    min(h.mois) as premier, max(h.mois) as dernier, sum(h.heures) as heures, sum(h.heures_formation) as heures_formation,
    count(distinct h.id_personne) as personnes, any_value(e.heures_engagees) as heures_engagees
from marts.fct_heures as h
inner join marts.dim_marche as m using (marche_id)
inner join marts.dim_operation as o on o.operation_id = m.operation_id
inner join marts.dim_donneur_ordre as d on d.donneur_ordre_id = o.donneur_ordre_id
left join marts.fct_engagements as e on e.marche_id = h.marche_id and e.entreprise_id = h.entreprise_id
where h.entreprise_id = $valeur
group by all order by d.nom, o.intitule_operation, m.code_marche, h.annee"""

# a marché's hours are its holder's to account for, whoever employed; several holders each for a part
_TITULAIRE = """
select d.nom as donneur_ordre, o.intitule_operation, m.code_marche, m.objet_marche, e.heures_engagees,
    e.heures_prevues_marche, e.heures_realisees, e.heures_realisees_marche, e.titulaires, e.heures_dont_elle_repond
from marts.fct_engagements as e
inner join marts.dim_marche as m using (marche_id)
inner join marts.dim_operation as o on o.operation_id = m.operation_id
inner join marts.dim_donneur_ordre as d on d.donneur_ordre_id = o.donneur_ordre_id
where e.entreprise_id = $valeur and e.est_titulaire
order by d.nom, o.intitule_operation, m.code_marche"""


@dataclass(frozen=True)
class Cible:
    """Whom a document is about: its nature, its key in the marts, the name readers know."""

    nature: Nature
    cle: str
    nom: str


class Lecteur:
    """Queries of one published warehouse, open read-only."""

    def __init__(self, base: duckdb.DuckDBPyConnection, observatoire: Observatoire | None = None) -> None:
        self.base = base
        self.observatoire = observatoire or Observatoire()
        construction = base.execute("select date_arrete from qualite.construction").fetchone()
        self.date_arrete: dt.date | None = construction[0] if construction else None

    @cached_property
    def seuils(self) -> Seuils:
        """The thresholds of the warehouse. Raises ErreurUtilisateur when an older version built it."""
        return lire_regles(self.base).seuils

    def _lire(self, requete: str, cible: Cible, **textes: str) -> pl.DataFrame:
        cadre: pl.DataFrame = self.base.execute(
            requete.format(cle=_CLES[cible.nature], **textes), {"valeur": cible.cle}
        ).pl()
        return cadre

    def marches(self, cible: Cible) -> pl.DataFrame:
        """The marchés of a buyer or an operation, with their obligations (hours, euros)."""
        return self._lire(_MARCHES, cible)

    def par_mois(self, cible: Cible) -> pl.DataFrame:
        """Hours by marché, year and month (1 to 12)."""
        return self._lire(_PAR_MOIS, cible)

    def ensemble(self, cible: Cible) -> dict[str, Valeur]:
        """Totals of the whole history: hours, persons, contracts, marchés, operations, companies, months."""
        return self._lire(_ENSEMBLE, cible).row(0, named=True)

    def par_operation(self, cible: Cible) -> dict[str, int]:
        """Persons by operation; a person of two operations counts in both."""
        return dict(self._lire(_PAR_OPERATION, cible).iter_rows())

    def profil(self, cible: Cible, axe: str, par_operation: bool = False) -> pl.DataFrame:
        """Persons by code of an axis: operation_id (null for the whole), code, libelle, ordre, sensible, personnes."""
        sensible = f"n.code in (select code from referentiels.modalites_sensibles where axe = '{axe}')"
        colonne = "tranche_age_premier_contrat" if axe == "tranche_age" else axe
        operation = "operation_id" if par_operation else "cast(null as varchar)"
        return self._lire(_PROFIL, cible, axe=axe, colonne=colonne, sensible=sensible, operation=operation)

    def situations(self, cible: Cible, par_operation: bool = False) -> pl.DataFrame:
        """Persons by horizon (months) and group of situations, horizon due or situation known."""
        operation = "operation_id" if par_operation else "cast(null as varchar)"
        return self._lire(_SITUATIONS, cible, operation=operation)

    def engagements(self, cible: Cible) -> pl.DataFrame:
        """Companies by marché: hours committed, hours done as an employer."""
        return self._lire(_ENGAGEMENTS, cible)

    def attestation(self, cible: Cible) -> pl.DataFrame:
        """Hours of an employer by marché and year."""
        return self._lire(_ATTESTATION, cible)

    def preambule(self, cible: Cible) -> str:
        """What the first page says of a document: who issues it and when, of which months, from data of which day."""
        premier, dernier = (self.ensemble(cible)[c] for c in ("premier_mois", "dernier_mois"))
        dits = [f"Émis le {date_courte(dt.date.today())} par {self.observatoire.signature}."]
        if isinstance(premier, dt.date) and isinstance(dernier, dt.date):
            de, a = mois_en_clair(premier), mois_en_clair(dernier)
            dits.append(f"Heures de {de} à {a}." if de != a else f"Heures de {de}.")
        if self.date_arrete:
            dits.append(f"Données arrêtées au {date_courte(self.date_arrete)}.")
        return " ".join(dits)

    def titulaire(self, cible: Cible) -> pl.DataFrame:
        """Marchés that a company holds: hours committed, due, done by itself and by all; how many holders."""
        return self._lire(_TITULAIRE, cible)

    def donneur_de(self, operation: Cible) -> Cible:
        """The buyer of an operation."""
        ligne = self.base.execute(
            "select d.donneur_ordre_id, d.nom from marts.dim_operation join marts.dim_donneur_ordre "
            "as d using (donneur_ordre_id) "
            "where operation_id = ?",
            [operation.cle],
        ).fetchone()
        assert ligne is not None, "an operation without a buyer"
        return Cible("donneur-ordre", str(ligne[0]), str(ligne[1] or ligne[0]))

    @property
    def fictif(self) -> bool:
        """Whether the warehouse holds deposits of the demonstration: their structures' names say so."""
        noms = self.base.execute(
            "select distinct nom_structure from qualite.depots where statut = 'accepte'"
        ).fetchall()
        return any(dit_fictif(nom) for (nom,) in noms)
