select
    depot_id,
    ligne,
    numero_contrat,
    numero_beneficiaire,
    siret_employeur,
    {{ code_courant('type_employeur', 'type_employeur') }} as type_employeur,
    {{ code_courant('modalite', 'modalite') }} as modalite,
    {{ code_courant('type_contrat', 'type_contrat') }} as type_contrat,
    coalesce(code_rome, 'ND') as code_rome,
    metier,
    date_debut,
    date_fin,
    tuteur
from {{ source('brut', 'contrats') }}
