-- Two codes that one deposit keeps apart are never made one.
with ecrits as (
    select
        depot_id,
        'operation' as domaine,
        code_operation as code
    from {{ source('brut', 'operations') }}
    union
    select
        depot_id,
        'marche' as domaine,
        code_marche as code
    from {{ source('brut', 'marches') }}
    union
    select
        depot_id,
        'contrat' as domaine,
        numero_contrat as code
    from {{ source('brut', 'contrats') }}
    union
    select
        depot_id,
        'beneficiaire' as domaine,
        numero_beneficiaire as code
    from {{ source('brut', 'beneficiaires') }}
)

select
    ecrits.depot_id,
    ecrits.domaine,
    coalesce(retenus.code_retenu, ecrits.code) as code_retenu
from ecrits
left join {{ ref('stg_codes_retenus') }} as retenus
    on
        ecrits.depot_id = retenus.depot_id
        and ecrits.domaine = retenus.domaine
        and ecrits.code = retenus.code
group by ecrits.depot_id, ecrits.domaine, coalesce(retenus.code_retenu, ecrits.code)
having count(*) > 1
