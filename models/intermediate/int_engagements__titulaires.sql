-- Who owes the hours of a marché, and the part of it that each answers for: a sole holder the whole of it, several in
-- proportion to their engagements. Where several hold it and none says its engagement, nobody knows their parts.
with engagements as (
    select
        engagements.marche_id,
        engagements.cle_entreprise,
        case when {{ est_siret('engagements.siret') }} then engagements.siret end as entreprise_id,
        engagements.type_entreprise,
        case
            when engagements.effectif is not null then engagements.taille_entreprise
            else coalesce(tailles.taille_entreprise, 'ND')
        end as taille_entreprise,
        engagements.heures_engagees
    from {{ ref('int_entreprises__retenues') }} as engagements
    inner join {{ ref('roles_entreprises') }} as roles
        on {{ texte_normalise('engagements.role') }} like roles.forme || '%' and roles.est_titulaire
    left join {{ ref('int_entreprises__par_siret') }} as tailles on engagements.siret = tailles.siret
),

groupements as (
    select
        marche_id,
        count(*) as titulaires,
        sum(heures_engagees) as heures_engagees
    from engagements
    group by marche_id
)

select
    engagements.marche_id,
    engagements.cle_entreprise,
    engagements.entreprise_id,
    coalesce(engagements.type_entreprise, 'ND') as type_entreprise,
    engagements.taille_entreprise,
    engagements.heures_engagees,
    cast(groupements.titulaires as integer) as titulaires,
    case
        when groupements.titulaires = 1 then cast(1 as double)
        when groupements.heures_engagees > 0
            then {{ ratio('coalesce(engagements.heures_engagees, 0)', 'groupements.heures_engagees') }}
    end as part_marche
from engagements
inner join groupements on engagements.marche_id = groupements.marche_id
