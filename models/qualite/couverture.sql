-- Expected: every month from the structure's first (none before anybody's) to the last one known, its own or that
-- of all deposits (within the date d'arrêté: a deposit open on the future makes nobody late). What observatoire.yml
-- says of a structure comes first, and names those that never deposited.
with ensemble as (
    select
        min(depots.mois) as premier_mois,
        max(depots.mois) as dernier_mois,
        max({{ premier_jour_du_mois('parametres.date_arrete') }}) as mois_arrete
    from {{ ref('int_depots__par_mois') }} as depots
    cross join {{ ref('stg_parametres') }} as parametres
),

deposantes as (
    select
        structure_code,
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_depots__par_mois') }}
    group by structure_code
),

-- what a structure deposited outside the months that are expected of it counts all the same
structures as (
    select
        coalesce(deposantes.structure_code, nommees.structure_code) as structure_code,
        greatest(
            least(
                coalesce(nommees.premier_mois, deposantes.premier_mois, ensemble.premier_mois),
                coalesce(deposantes.premier_mois, nommees.premier_mois, ensemble.premier_mois)
            ),
            ensemble.premier_mois
        ) as premier_mois,
        deposantes.dernier_mois as dernier_depose,
        least(
            coalesce(nommees.dernier_mois, ensemble.dernier_mois), ensemble.dernier_mois, ensemble.mois_arrete
        ) as dernier_attendu
    from deposantes
    full outer join {{ ref('stg_structures_attendues') }} as nommees
        on deposantes.structure_code = nommees.structure_code
    cross join ensemble
),

attendus as (
    select
        structure_code,
        {{ mois_entre('premier_mois', 'greatest(coalesce(dernier_depose, dernier_attendu), dernier_attendu)') }} as mois
    from structures
    where premier_mois <= greatest(coalesce(dernier_depose, dernier_attendu), dernier_attendu)
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
