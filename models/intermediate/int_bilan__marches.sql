with lignes as (
    select
        depot_id,
        ligne,
        code_marche,
        code_operation,
        numero_lot,
        base_juridique,
        base_juridique_generation,
        nature_marche,
        secteur,
        montant_ht,
        date_notification,
        heures_prevues,
        row_number() over (
            partition by depot_id, code_marche order by mois desc, ligne desc
        ) as rang
    from {{ ref('stg_bilan') }}
)

select
    depot_id,
    ligne,
    code_marche,
    code_operation,
    numero_lot,
    base_juridique,
    base_juridique_generation,
    nature_marche,
    secteur,
    montant_ht,
    date_notification,
    heures_prevues
from lignes
where rang = 1
