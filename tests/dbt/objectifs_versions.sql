{# The last declared version of each marché is the one that the warehouse judges, and each marché has one. #}
select
    coalesce(marches.marche_id, objectifs.marche_id) as marche_id,
    marches.heures_prevues,
    objectifs.heures_prevues as heures_prevues_de_la_version
from {{ ref('dim_marche') }} as marches
full outer join (
    select
        marche_id,
        depot_id,
        heures_prevues
    from {{ ref('fct_objectifs') }}
    where est_retenue
) as objectifs on marches.marche_id = objectifs.marche_id
where
    marches.marche_id is null
    or objectifs.marche_id is null
    or marches.depot_id <> objectifs.depot_id
    or coalesce(marches.heures_prevues, -1) <> coalesce(objectifs.heures_prevues, -1)
