-- A company is described by its latest row on a marché; an employer met only on contracts, by the latest one.
with mentions as (
    select
        siret as entreprise_id,
        raison_sociale,
        type_entreprise,
        1 as priorite,
        extraction,
        structure_code,
        ordre,
        code_marche as cle
    from {{ ref('int_entreprises__retenues') }}
    where {{ est_siret('siret') }}

    union all

    select
        entreprise_id,
        cast(null as string) as raison_sociale,
        type_employeur as type_entreprise,
        2 as priorite,
        extraction,
        structure_code,
        ordre,
        numero_contrat as cle
    from {{ ref('int_contrats__retenus') }}
    where entreprise_id is not null
),

classes as (
    select
        entreprise_id,
        raison_sociale,
        type_entreprise,
        row_number() over (
            partition by entreprise_id
            order by priorite asc, extraction desc, structure_code asc, ordre desc, cle asc
        ) as rang
    from mentions
)

select
    classes.entreprise_id,
    classes.raison_sociale,
    classes.type_entreprise,
    coalesce(tailles.taille_entreprise, 'ND') as taille_entreprise
from classes
left join {{ ref('int_entreprises__par_siret') }} as tailles on classes.entreprise_id = tailles.siret
where classes.rang = 1
