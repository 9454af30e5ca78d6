select
    depot_id,
    ligne,
    numero_beneficiaire,
    horizon,
    date_constat,
    {{ code_courant('situation', 'situation') }} as situation,
    qualification
from {{ source('brut', 'situations') }}
