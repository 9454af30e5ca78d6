with lignes as (
    select
        depot_id,
        ligne,
        code_marche,
        code_operation,
        numero_lot,
        objet_marche,
        base_juridique,
        base_juridique_generation,
        nature_marche,
        secteur,
        code_cpv,
        montant_ht,
        date_notification,
        date_fin_prevue,
        heures_prevues,
        penalite_par_heure
    from {{ ref('stg_marches') }}

    union all

    select
        depot_id,
        ligne,
        code_marche,
        code_operation,
        numero_lot,
        cast(null as string) as objet_marche,
        base_juridique,
        base_juridique_generation,
        nature_marche,
        secteur,
        cast(null as string) as code_cpv,
        montant_ht,
        date_notification,
        cast(null as date) as date_fin_prevue,
        heures_prevues,
        cast(null as decimal(18, 6)) as penalite_par_heure
    from {{ ref('int_bilan__marches') }}
),

versions as (
    {{ derniere_version('lignes', ['code_marche']) }}
)

select
    versions.structure_code || '|' || versions.code_marche as marche_id,
    versions.structure_code,
    versions.code_marche,
    versions.structure_code || '|' || versions.code_operation as operation_id,
    versions.numero_lot,
    versions.objet_marche,
    versions.base_juridique,
    versions.base_juridique_generation,
    versions.nature_marche,
    versions.secteur,
    versions.code_cpv,
    versions.montant_ht,
    coalesce(tranches.code, 'ND') as tranche_montant,
    versions.date_notification,
    versions.date_fin_prevue,
    versions.heures_prevues,
    versions.penalite_par_heure,
    versions.depot_id,
    versions.extraction
from versions
-- Lower bound included, upper bound excluded; the class ND has no bounds.
left join {{ ref('dim_tranche_montant') }} as tranches
    on
        tranches.code <> 'ND'
        and (tranches.borne_inf is null or versions.montant_ht >= tranches.borne_inf)
        and (tranches.borne_sup is null or versions.montant_ht < tranches.borne_sup)
        and versions.montant_ht is not null
