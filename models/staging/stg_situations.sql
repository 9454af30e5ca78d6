select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    lignes.horizon,
    lignes.date_constat,
    {{ code_courant('lignes.situation', 'situation') }} as situation,
    lignes.qualification
from {{ source('brut', 'situations') }} as lignes
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
