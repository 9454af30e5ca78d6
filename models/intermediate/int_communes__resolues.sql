-- Every code of a commune, of today or of yesterday, with today's commune. A code still in use is its own.
with codes as (
    select
        code as code_lu,
        code as code_actuel,
        1 as priorite
    from {{ ref('communes') }}

    union all

    select
        code_ancien as code_lu,
        code_actuel,
        2 as priorite
    from {{ ref('communes_passage') }}
),

classes as (
    select
        codes.code_lu,
        communes.code as commune,
        communes.departement,
        communes.region,
        communes.epci,
        row_number() over (partition by codes.code_lu order by codes.priorite, communes.code) as rang
    from codes
    inner join {{ ref('communes') }} as communes on codes.code_actuel = communes.code
)

select
    code_lu,
    commune,
    departement,
    region,
    coalesce(epci, 'ND') as epci
from classes
where rang = 1
