select
    depot_id,
    gravite,
    {{ adapter.quote('table') }},
    ligne,
    colonne,
    regle,
    message,
    valeur
from {{ source('journal', 'constats') }}
