select
    depot_id,
    chemin,
    sha256,
    layout,
    -- case does not tell two structures apart: the latest deposit's writing is shown
    first_value(structure_code) over (
        partition by upper(structure_code)
        order by
            case when statut = 'accepte' then 0 else 1 end asc,
            extraction desc nulls last,
            ordre desc nulls last,
            depot_id asc
    ) as structure_code,
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
