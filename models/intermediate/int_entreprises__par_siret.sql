-- What is known of a company beyond one marché: the latest row that says it, whatever the structure.
with classes as (
    select
        siret,
        taille_entreprise,
        row_number() over (
            partition by siret order by extraction desc, structure_code asc, ordre desc, code_marche asc
        ) as rang
    from {{ ref('int_entreprises__retenues') }}
    where siret is not null and effectif is not null
)

select
    siret,
    taille_entreprise
from classes
where rang = 1
