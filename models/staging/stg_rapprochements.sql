select
    depot_id,
    id_personne as identite_id,
    regle,
    cle
from {{ source('brut', 'rapprochements') }}
