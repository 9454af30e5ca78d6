select
    depot_id,
    {{ adapter.quote('table') }},
    lues,
    chargees,
    rejetees,
    doublons,
    ignorees
from {{ source('journal', 'depots_tables') }}
