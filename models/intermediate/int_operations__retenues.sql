with lignes as (
    select
        depot_id,
        ligne,
        code_operation,
        intitule_operation,
        donneur_ordre,
        siret_donneur_ordre,
        type_donneur_ordre,
        programme,
        volet_anru,
        commune_execution,
        date_debut,
        date_fin,
        heures_travaillees_prevues
    from {{ ref('stg_operations') }}

    union all

    select
        depot_id,
        ligne,
        code_operation,
        intitule_operation,
        donneur_ordre,
        siret_donneur_ordre,
        type_donneur_ordre,
        programme,
        'ND' as volet_anru,
        commune_execution,
        cast(null as date) as date_debut,
        cast(null as date) as date_fin,
        cast(null as decimal(18, 6)) as heures_travaillees_prevues
    from {{ ref('int_bilan__operations') }}
),

versions as (
    {{ derniere_version('lignes', ['code_operation']) }}
)

select
    structure_code || '|' || code_operation as operation_id,
    structure_code,
    code_operation,
    intitule_operation,
    donneur_ordre,
    siret_donneur_ordre,
    type_donneur_ordre,
    programme,
    volet_anru,
    commune_execution,
    date_debut,
    date_fin,
    heures_travaillees_prevues,
    depot_id,
    extraction,
    ordre
from versions
