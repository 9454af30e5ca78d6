select
    depot_id,
    ligne,
    code_marche,
    siret,
    raison_sociale,
    {{ code_courant('type_entreprise', 'type_employeur') }} as type_entreprise,
    {{ en_decimal('effectif') }} as effectif,
    role,
    {{ en_decimal('heures_engagees') }} as heures_engagees
from {{ source('brut', 'entreprises') }}
