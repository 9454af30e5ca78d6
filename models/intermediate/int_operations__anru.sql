-- The charter's two terms per operation: insertion hours done, and all the hours to be worked that they are a share of.
with heures as (
    select
        operation_id,
        sum(heures) as heures,
        sum(case when est_qpv then heures else 0 end) as heures_qpv,
        sum(case when est_femme then heures else 0 end) as heures_femmes
    from {{ ref('int_heures__completes') }}
    group by operation_id
),

operations as (
    select
        operations.operation_id,
        operations.structure_code,
        operations.intitule_operation,
        operations.donneur_ordre_id,
        operations.programme,
        operations.volet_anru,
        coalesce(objectifs.engagement_anru, 'ND') as engagement_anru,
        operations.region,
        operations.departement,
        operations.epci,
        operations.date_fin,
        case
            when operations.date_fin is null then 'ND'
            when operations.date_fin <= parametres.date_arrete then 'TERMINEE'
            else 'EN_COURS'
        end as etat_operation,
        case
            when operations.heures_travaillees_prevues > 0 then operations.heures_travaillees_prevues
        end as heures_travaillees_prevues,
        cast(coalesce(heures.heures, 0) as decimal(18, 6)) as heures_realisees,
        cast(coalesce(heures.heures_qpv, 0) as decimal(18, 6)) as heures_qpv,
        cast(coalesce(heures.heures_femmes, 0) as decimal(18, 6)) as heures_femmes,
        objectifs.objectif
    from {{ ref('int_operations__localisees') }} as operations
    cross join {{ ref('stg_parametres') }} as parametres
    left join heures on operations.operation_id = heures.operation_id
    left join {{ ref('objectifs_anru') }} as objectifs on operations.volet_anru = objectifs.volet_anru
    where operations.programme in ('PNRU', 'NPNRU')
)

select
    operation_id,
    structure_code,
    intitule_operation,
    donneur_ordre_id,
    programme,
    volet_anru,
    engagement_anru,
    region,
    departement,
    epci,
    date_fin,
    etat_operation,
    heures_travaillees_prevues,
    heures_realisees,
    heures_qpv,
    heures_femmes,
    objectif,
    {{ pourcentage('heures_realisees', 'heures_travaillees_prevues') }} as taux,
    {{ pourcentage('heures_qpv', 'heures_travaillees_prevues') }} as taux_qpv,
    cast(heures_qpv as double) * 100 >= cast(heures_travaillees_prevues as double) * objectif as est_atteint
from operations
