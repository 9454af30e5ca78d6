select
    lignes.depot_id,
    lignes.ligne,
    {{ code_retenu('beneficiaires', 'lignes.numero_beneficiaire') }} as numero_beneficiaire,
    horizon,
    date_constat,
    {{ code_courant('situation', 'situation') }} as situation,
    qualification
from {{ source('brut', 'situations') }} as lignes
{{ joindre_code_retenu('beneficiaires', 'beneficiaire', 'lignes.numero_beneficiaire') }}
