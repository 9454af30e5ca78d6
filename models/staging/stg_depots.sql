select
    depot_id,
    chemin,
    sha256,
    layout,
    structure_code,
    nom_structure,
    debut,
    fin,
    extraction,
    statut,
    regle,
    message,
    charge_le,
    rafraichissement,
    ordre
from {{ source('journal', 'depots') }}
