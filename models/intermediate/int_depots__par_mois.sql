with mois_couverts as (
    select
        depot_id,
        structure_code,
        rang,
        {{ mois_entre('debut', 'fin') }} as mois
    from {{ ref('int_depots__acceptes') }}
),

classes as (
    select
        structure_code,
        mois,
        depot_id,
        row_number() over (partition by structure_code, mois order by rang) as priorite
    from mois_couverts
)

select
    structure_code,
    mois,
    depot_id
from classes
where priorite = 1
