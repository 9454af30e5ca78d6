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
        commune_execution,
        row_number() over (
            partition by depot_id, code_operation order by mois desc, ligne desc
        ) as rang
    from {{ ref('stg_bilan') }}
)

select
    depot_id,
    ligne,
    code_operation,
    intitule_operation,
    donneur_ordre,
    siret_donneur_ordre,
    type_donneur_ordre,
    programme,
    commune_execution
from lignes
where rang = 1
