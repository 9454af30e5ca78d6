-- Expected: every month from the structure's first to the last one known, its own or that of all deposits
-- (within the date d'arrêté: a deposit open on the future makes nobody late).
with ensemble as (
    select
        max(depots.mois) as dernier_mois,
        max({{ premier_jour_du_mois('parametres.date_arrete') }}) as mois_arrete
    from {{ ref('int_depots__par_mois') }} as depots
    cross join {{ ref('stg_parametres') }} as parametres
),

structures as (
    select
        structure_code,
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_depots__par_mois') }}
    group by structure_code
),

attendus as (
    select
        structures.structure_code,
        {{ mois_entre(
            'structures.premier_mois',
            'greatest(structures.dernier_mois, least(ensemble.dernier_mois, ensemble.mois_arrete))'
        ) }} as mois
    from structures
    cross join ensemble
),

-- what an export of another tool has not, and that is taken from its other tables
deduites as (
    select
        depot_id,
        {{ dbt.listagg('valeur', "', '", 'order by valeur') }} as tables_deduites
    from {{ ref('stg_constats') }}
    where regle = 'TABLE_DEDUITE'
    group by depot_id
)

select
    attendus.structure_code,
    attendus.mois,
    depots.depot_id is not null as depose,
    depots.depot_id,
    deduites.tables_deduites
from attendus
left join {{ ref('int_depots__par_mois') }} as depots
    on attendus.structure_code = depots.structure_code and attendus.mois = depots.mois
left join deduites
    on depots.depot_id = deduites.depot_id
