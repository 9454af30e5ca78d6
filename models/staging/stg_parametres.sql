select
    rafraichissement,
    date_arrete,
    version_code,
    cree_le
from {{ source('journal', 'parametres') }}
