-- What a marché asks for and what was done: over its whole life, whatever the period one looks at it from.
with heures as (
    select
        marche_id,
        sum(heures) as heures,
        min(mois) as premier_mois,
        max(mois) as dernier_mois
    from {{ ref('int_heures__completes') }}
    group by marche_id
),

engagements as (
    select
        marche_id,
        sum(heures_engagees) as heures_engagees
    from {{ ref('int_entreprises__retenues') }}
    group by marche_id
),

marches as (
    select
        marches.marche_id,
        marches.structure_code,
        marches.operation_id,
        marches.date_notification,
        marches.date_fin_prevue,
        case
            when marches.date_fin_prevue is null then 'ND'
            when marches.date_fin_prevue <= parametres.date_arrete then 'TERMINE'
            else 'EN_COURS'
        end as etat_marche,
        -- Zero hours planned are no objective.
        case when marches.heures_prevues > 0 then marches.heures_prevues end as heures_prevues,
        engagements.heures_engagees,
        cast(coalesce(heures.heures, 0) as decimal(18, 6)) as heures_realisees,
        marches.penalite_par_heure,
        heures.premier_mois,
        heures.dernier_mois
    from {{ ref('int_marches__retenus') }} as marches
    cross join {{ ref('stg_parametres') }} as parametres
    left join heures on marches.marche_id = heures.marche_id
    left join engagements on marches.marche_id = engagements.marche_id
),

manques as (
    select
        *,
        case
            when heures_prevues > heures_realisees then heures_prevues - heures_realisees
            when heures_prevues is not null then 0
        end as heures_manquantes
    from marches
)

select
    marche_id,
    structure_code,
    operation_id,
    date_notification,
    date_fin_prevue,
    etat_marche,
    case when premier_mois is null then 'JAMAIS_COMMENCE' else 'COMMENCE' end as commencement,
    cast(heures_prevues as decimal(18, 6)) as heures_prevues,
    cast(heures_engagees as decimal(18, 6)) as heures_engagees,
    heures_realisees,
    {{ pourcentage('heures_realisees', 'heures_prevues') }} as taux_realisation,
    cast(heures_manquantes as decimal(18, 6)) as heures_manquantes,
    penalite_par_heure,
    cast(heures_manquantes as double) * cast(penalite_par_heure as double) as exposition_penalites,
    case
        when etat_marche = 'TERMINE' and heures_prevues is not null then heures_manquantes > 0
    end as est_insuffisant,
    premier_mois,
    dernier_mois
from manques
