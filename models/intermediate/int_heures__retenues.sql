-- A deposit is a complete snapshot of its months: the hours of a month are those of the deposit that counts
-- for it, and a row that a correction no longer has is gone.
with lignes as (
    select
        depot_id,
        numero_contrat,
        code_marche,
        mois,
        heures_travaillees,
        heures_formation
    from {{ ref('stg_heures') }}

    union all

    select
        depot_id,
        numero_contrat,
        code_marche,
        mois,
        heures - heures_formation as heures_travaillees,
        heures_formation
    from {{ ref('stg_bilan') }}
)

select
    depots.structure_code,
    depots.structure_code || '|' || lignes.numero_contrat as contrat_id,
    depots.structure_code || '|' || lignes.code_marche as marche_id,
    lignes.mois,
    cast(lignes.heures_travaillees + lignes.heures_formation as decimal(18, 6)) as heures,
    cast(lignes.heures_travaillees as decimal(18, 6)) as heures_travaillees,
    lignes.heures_formation,
    lignes.depot_id
from lignes
inner join {{ ref('int_depots__par_mois') }} as depots
    on lignes.depot_id = depots.depot_id and lignes.mois = depots.mois
