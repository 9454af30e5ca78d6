select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('marches', 'lignes.code_marche') }} as code_marche,
    siret,
    raison_sociale,
    {{ code_courant('type_entreprise', 'type_employeur') }} as type_entreprise,
    {{ en_decimal('effectif') }} as effectif,
    role,
    {{ en_decimal('heures_engagees') }} as heures_engagees
from {{ source('brut', 'entreprises') }} as lignes
{{ joindre_code_retenu('marches', 'marche', 'lignes.code_marche') }}
