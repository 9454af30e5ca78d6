select
    rafraichissement,
    date_arrete,
    version_code,
    cree_le,
    empreinte
from {{ ref('stg_parametres') }}
