with lignes as (
    select
        depot_id,
        ligne,
        date_evenement,
        type_evenement,
        organisme,
        type_organisme,
        participants
    from {{ ref('stg_animation') }}
),

versions as (
    select
        lignes.*,
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        row_number() over (
            partition by
                depots.structure_code,
                lignes.date_evenement,
                lignes.type_evenement,
                lignes.organisme,
                lignes.type_organisme
            order by depots.rang asc, lignes.ligne desc
        ) as version
    from lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
)

select
    structure_code,
    date_evenement,
    type_evenement,
    organisme,
    type_organisme,
    participants,
    depot_id
from versions
where version = 1
