select
    depot_id,
    ligne,
    code_operation,
    intitule_operation,
    donneur_ordre,
    siret_donneur_ordre,
    {{ code_courant('type_donneur_ordre', 'type_donneur_ordre') }} as type_donneur_ordre,
    {{ code_courant('programme', 'programme') }} as programme,
    {{ code_courant('volet_anru', 'volet_anru') }} as volet_anru,
    commune_execution,
    date_debut,
    date_fin,
    {{ en_decimal('heures_travaillees_prevues') }} as heures_travaillees_prevues
from {{ source('brut', 'operations') }}
