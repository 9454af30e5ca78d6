select
    structure_code,
    date_evenement,
    {{ annee('date_evenement') }} as annee,
    {{ trimestre('date_evenement') }} as trimestre,
    type_evenement,
    organisme,
    type_organisme,
    participants,
    depot_id
from {{ ref('int_animation__retenue') }}
