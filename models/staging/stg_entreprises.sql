select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('marches', 'lignes.code_marche') }} as code_marche,
    lignes.siret,
    lignes.raison_sociale,
    {{ code_courant('lignes.type_entreprise', 'type_employeur') }} as type_entreprise,
    {{ en_decimal('lignes.effectif') }} as effectif,
    lignes.role,
    {{ en_decimal('lignes.heures_engagees') }} as heures_engagees
from {{ source('brut', 'entreprises') }} as lignes
{{ joindre_code_retenu('marches', 'marche', 'lignes.code_marche') }}
