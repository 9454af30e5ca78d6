select
    depot_id,
    ligne,
    date_evenement,
    {{ code_courant('type_evenement', 'type_evenement') }} as type_evenement,
    organisme,
    type_organisme,
    {{ en_decimal('participants') }} as participants
from {{ source('brut', 'animation') }}
