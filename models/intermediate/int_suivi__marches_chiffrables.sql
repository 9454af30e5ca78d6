-- Marchés whose intensity can be measured: hours, and an amount to set them against.
with heures as (
    select
        marche_id,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by marche_id
)

select
    marches.marche_id,
    marches.operation_id,
    marches.date_notification,
    {{ annee('marches.date_notification') }} as annee,
    {{ trimestre('marches.date_notification') }} as trimestre,
    marches.secteur,
    marches.nature_marche,
    marches.base_juridique,
    marches.tranche_montant,
    case
        when marches.date_fin_prevue is null then 'ND'
        when marches.date_fin_prevue <= parametres.date_arrete then 'TERMINE'
        else 'EN_COURS'
    end as etat_marche,
    cast(heures.heures as double) as heures_par_marche,
    100000 * {{ ratio('heures.heures', 'marches.montant_ht') }} as heures_par_100k
from heures
inner join {{ ref('int_marches__retenus') }} as marches on heures.marche_id = marches.marche_id
cross join {{ source('journal', 'parametres') }} as parametres
where marches.montant_ht > 0
