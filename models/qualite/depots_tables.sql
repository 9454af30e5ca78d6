select
    depot_id,
    {{ adapter.quote('table') }},
    lues,
    chargees,
    rejetees,
    doublons,
    ignorees
from {{ ref('stg_depots_tables') }}
