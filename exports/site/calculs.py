"""The query that counts a figure again from the star of the warehouse, for whoever wants to see what it is made of."""

from __future__ import annotations

from clauses.socle.cube import lire_axes, lire_calculs_des_mesures

# where the hours of a territory of a level, and those of a period of a type, are told
LIEUX = {
    "national": "'FR'",
    "region": "fct_heures.region",
    "departement": "fct_heures.departement",
    "epci": "fct_heures.epci",
    "structure": "fct_heures.structure_code",
}
PERIODES = {"annee": "cast(fct_heures.annee as varchar)", "trimestre": "fct_heures.trimestre"}
_CLES = {
    "fct_contrats": "contrat_id",
    "dim_beneficiaire": "id_personne",
    "dim_marche": "marche_id",
    "dim_operation": "operation_id",
}
# the bracket of a person is that of the period
_AGES = "left join marts.fct_tranches_age on fct_heures.id_personne = fct_tranches_age.id_personne"
_AGES += " and fct_tranches_age.type_periode = '{type_periode}' and fct_tranches_age.periode = {periode}"


def calcul(tableau: str, mesure: str, axes: tuple[str, ...]) -> str | None:
    """The query of a numbered table or of a key figure, to be completed: {lieu} and {periode} by expressions of LIEUX and
    PERIODES, {type_periode}, {ou} by a condition, on them, modalite_1 and modalite_2. None where the star cannot count it.
    """
    compte = lire_calculs_des_mesures().get(mesure)
    colonnes = [lire_axes()[axe].colonne for axe in axes]
    tables = {colonne.partition(".")[0] for colonne in colonnes} - {"fct_heures"}
    if compte is None or tableau.startswith("S") or tables - {*_CLES, "fct_tranches_age"}:
        return None
    jointures = [
        f"inner join marts.{table} using ({_CLES[table]})" if table in _CLES else _AGES
        for table in sorted(tables)
    ]
    modalites = "".join(
        f"\n  {colonne} as modalite_{rang}," for rang, colonne in enumerate(colonnes, start=1)
    )
    return "\n".join(
        [
            f"select {{lieu}} as code_territoire, {{periode}} as periode,{modalites}\n  {compte} as valeur",
            "from marts.fct_heures",
            *jointures,
            "where {ou}",
            "group by all",
            "order by all",
        ]
    )
