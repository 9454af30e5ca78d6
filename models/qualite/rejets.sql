select
    depot_id as depot,
    {{ adapter.quote('table') }},
    ligne,
    colonne,
    regle,
    message,
    valeur
from {{ ref('stg_constats') }}
where gravite = 'rejet'
