-- The company of an engagement and the employer of the hours are often two (temporary work, subcontracting):
-- the hours of the whole marché stand beside those of the company.
with heures_par_marche as (
    select
        marche_id,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by marche_id
),

heures_par_entreprise as (
    select
        marche_id,
        entreprise_id,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    where entreprise_id is not null
    group by marche_id, entreprise_id
),

engagements as (
    select
        marche_id,
        cle_entreprise,
        case when {{ est_siret('siret') }} then siret end as entreprise_id,
        raison_sociale,
        role,
        heures_engagees,
        depot_id
    from {{ ref('int_entreprises__retenues') }}
)

select
    coalesce(engagements.marche_id, realisees.marche_id) as marche_id,
    coalesce(engagements.cle_entreprise, realisees.entreprise_id) as cle_entreprise,
    coalesce(engagements.entreprise_id, realisees.entreprise_id) as entreprise_id,
    marches.structure_code,
    marches.operation_id,
    engagements.raison_sociale,
    engagements.role,
    engagements.marche_id is not null as est_declaree,
    marches.heures_prevues as heures_prevues_marche,
    engagements.heures_engagees,
    cast(coalesce(realisees.heures, 0) as decimal(18, 6)) as heures_realisees,
    cast(coalesce(heures_par_marche.heures, 0) as decimal(18, 6)) as heures_realisees_marche,
    titulaires.marche_id is not null as est_titulaire,
    titulaires.titulaires,
    cast(titulaires.part_marche * coalesce(heures_par_marche.heures, 0) as decimal(18, 6)) as heures_dont_elle_repond,
    engagements.depot_id
from engagements
full outer join heures_par_entreprise as realisees
    on engagements.marche_id = realisees.marche_id and engagements.entreprise_id = realisees.entreprise_id
left join {{ ref('int_marches__retenus') }} as marches
    on coalesce(engagements.marche_id, realisees.marche_id) = marches.marche_id
left join {{ ref('int_engagements__titulaires') }} as titulaires
    on engagements.marche_id = titulaires.marche_id and engagements.cle_entreprise = titulaires.cle_entreprise
left join heures_par_marche
    on coalesce(engagements.marche_id, realisees.marche_id) = heures_par_marche.marche_id
