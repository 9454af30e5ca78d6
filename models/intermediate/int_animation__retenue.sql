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
    {{ derniere_version('lignes', ['date_evenement', 'type_evenement', 'organisme', 'type_organisme']) }}
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
