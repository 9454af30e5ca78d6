select
    depot_id,
    layout,
    structure_code,
    nom_structure,
    debut,
    fin,
    extraction,
    ordre,
    -- Several deposits may share an extraction date: the one loaded last then speaks for the structure.
    row_number() over (partition by structure_code order by extraction desc, ordre desc) as rang
from {{ ref('stg_depots') }}
where statut = 'accepte'
