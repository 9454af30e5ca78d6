-- Every line of an accepted deposit is accounted for: read = loaded + rejected + duplicates + ignored,
-- and what the ledger calls loaded is what the raw layer holds.
{% set tables = {
    'structure': 'Structure',
    'operations': 'Opérations',
    'marches': 'Marchés',
    'entreprises': 'Entreprises',
    'beneficiaires': 'Bénéficiaires',
    'contrats': 'Contrats',
    'heures': 'Heures',
    'situations': 'Situations',
    'animation': 'Animation',
    'bilan': 'Bilan',
} %}
with presentes as (
    {% for table, nom in tables.items() %}
    select
        depot_id,
        '{{ nom }}' as nom_table,
        count(*) as lignes
    from {{ source('brut', table) }}
    group by depot_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

comptees as (
    select
        comptes.depot_id,
        comptes.{{ adapter.quote('table') }} as nom_table,
        comptes.lues,
        comptes.chargees,
        comptes.rejetees + comptes.doublons + comptes.ignorees as ecartees
    from {{ source('journal', 'depots_tables') }} as comptes
    inner join {{ source('journal', 'depots') }} as depots on comptes.depot_id = depots.depot_id
    where depots.statut = 'accepte'
)

select
    coalesce(comptees.depot_id, presentes.depot_id) as depot_id,
    coalesce(comptees.nom_table, presentes.nom_table) as nom_table,
    comptees.lues,
    comptees.chargees,
    comptees.ecartees,
    presentes.lignes as lignes_presentes
from comptees
full outer join presentes
    on comptees.depot_id = presentes.depot_id and comptees.nom_table = presentes.nom_table
where
    coalesce(comptees.lues, 0) <> coalesce(comptees.chargees, 0) + coalesce(comptees.ecartees, 0)
    or coalesce(comptees.chargees, 0) <> coalesce(presentes.lignes, 0)
