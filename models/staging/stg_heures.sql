select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('contrats', 'lignes.numero_contrat') }} as numero_contrat,
    {{ code_retenu('marches', 'lignes.code_marche') }} as code_marche,
    lignes.mois,
    {{ en_decimal('lignes.heures_travaillees') }} as heures_travaillees,
    coalesce({{ en_decimal('lignes.heures_formation') }}, cast(0 as decimal(18, 6))) as heures_formation
from {{ source('brut', 'heures') }} as lignes
{{ joindre_code_retenu('contrats', 'contrat', 'lignes.numero_contrat') }}
{{ joindre_code_retenu('marches', 'marche', 'lignes.code_marche') }}
