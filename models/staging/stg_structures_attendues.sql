select
    structure_code,
    nom,
    departement,
    region,
    {{ premier_jour_du_mois('depuis') }} as premier_mois,
    {{ premier_jour_du_mois('jusqu_au') }} as dernier_mois
from {{ source('journal', 'structures_attendues') }}
