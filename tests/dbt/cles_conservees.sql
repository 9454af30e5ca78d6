-- Each key seen in an accepted deposit is there once, two writings of one code being one key: nothing lost or repeated
-- on the way to the marts.
with depots as (
    select
        depot_id,
        upper(structure_code) as structure_code
    from {{ source('journal', 'depots') }}
    where statut = 'accepte'
),

cles as (
    select
        'operations' as objet,
        'operation' as domaine,
        depot_id,
        code_operation as cle
    from {{ source('brut', 'operations') }}
    union all
    select
        'marches' as objet,
        'marche' as domaine,
        depot_id,
        code_marche as cle
    from {{ source('brut', 'marches') }}
    union all
    select
        'contrats' as objet,
        'contrat' as domaine,
        depot_id,
        numero_contrat as cle
    from {{ source('brut', 'contrats') }}
    union all
    select
        'beneficiaires' as objet,
        'beneficiaire' as domaine,
        depot_id,
        numero_beneficiaire as cle
    from {{ source('brut', 'beneficiaires') }}
    union all
    select
        'operations' as objet,
        'operation' as domaine,
        depot_id,
        coalesce(cle_donneur_ordre, '') || '|' || cle_operation as cle
    from {{ source('brut', 'bilan') }}
    union all
    select
        'marches' as objet,
        'marche' as domaine,
        depot_id,
        case when numero_lot is null then numero_marche else numero_marche || '|' || numero_lot end as cle
    from {{ source('brut', 'bilan') }}
    union all
    select
        'contrats' as objet,
        'contrat' as domaine,
        depot_id,
        numero_contrat as cle
    from {{ source('brut', 'bilan') }}
    union all
    select
        'beneficiaires' as objet,
        'beneficiaire' as domaine,
        depot_id,
        numero_beneficiaire as cle
    from {{ source('brut', 'bilan') }}
),

attendues as (
    select
        cles.objet,
        depots.structure_code,
        count(distinct coalesce(retenus.code_retenu, cles.cle)) as nombre
    from cles
    inner join depots on cles.depot_id = depots.depot_id
    left join {{ ref('stg_codes_retenus') }} as retenus
        on
            cles.depot_id = retenus.depot_id
            and cles.domaine = retenus.domaine
            and cles.cle = retenus.code
    group by cles.objet, depots.structure_code
),

obtenues as (
    select
        'operations' as objet,
        upper(structure_code) as structure_code,
        count(*) as nombre
    from {{ ref('dim_operation') }}
    group by upper(structure_code)
    union all
    select
        'marches' as objet,
        upper(structure_code) as structure_code,
        count(*) as nombre
    from {{ ref('dim_marche') }}
    group by upper(structure_code)
    union all
    select
        'contrats' as objet,
        upper(structure_code) as structure_code,
        count(*) as nombre
    from {{ ref('fct_contrats') }}
    group by upper(structure_code)
    union all
    select
        'beneficiaires' as objet,
        upper(structure_code) as structure_code,
        count(*) as nombre
    from {{ ref('int_beneficiaires__retenus') }}
    group by upper(structure_code)
)

select
    coalesce(attendues.objet, obtenues.objet) as objet,
    coalesce(attendues.structure_code, obtenues.structure_code) as structure_code,
    attendues.nombre as attendu,
    obtenues.nombre as obtenu
from attendues
full outer join obtenues
    on attendues.objet = obtenues.objet and attendues.structure_code = obtenues.structure_code
where coalesce(attendues.nombre, 0) <> coalesce(obtenues.nombre, 0)
