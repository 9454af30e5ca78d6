select
    depot_id,
    ligne,
    numero_contrat,
    code_marche,
    mois,
    {{ en_decimal('heures_travaillees') }} as heures_travaillees,
    coalesce({{ en_decimal('heures_formation') }}, cast(0 as decimal(18, 6))) as heures_formation
from {{ source('brut', 'heures') }}
