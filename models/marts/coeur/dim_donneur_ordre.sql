with classes as (
    select
        donneur_ordre_id,
        case when {{ est_siret('siret_donneur_ordre') }} then siret_donneur_ordre end as siret,
        donneur_ordre as nom,
        type_donneur_ordre,
        type_donneur_ordre_detail,
        row_number() over (
            partition by donneur_ordre_id
            order by extraction desc, structure_code asc, ordre desc, code_operation asc
        ) as rang
    from {{ ref('int_operations__localisees') }}
)

select
    donneur_ordre_id,
    siret,
    nom,
    type_donneur_ordre,
    type_donneur_ordre_detail
from classes
where rang = 1
