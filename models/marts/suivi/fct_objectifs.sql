-- Planned hours as each deposit declared them: they are filled in late, or grow with invoices.
with lignes as (
    select
        depot_id,
        code_marche,
        heures_prevues
    from {{ ref('stg_marches') }}
    union all
    select
        depot_id,
        code_marche,
        heures_prevues
    from {{ ref('int_bilan__marches') }}
),

versions as (
    select
        depots.structure_code || '|' || lignes.code_marche as marche_id,
        depots.structure_code,
        depots.depot_id,
        depots.extraction,
        depots.rang,
        lignes.heures_prevues
    from lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
),

suites as (
    select
        *,
        row_number() over (partition by marche_id order by rang desc) as version,
        row_number() over (partition by marche_id order by rang) = 1 as est_retenue,
        lag(heures_prevues) over (partition by marche_id order by rang desc) as heures_prevues_precedentes
    from versions
)

select
    marche_id,
    depot_id,
    structure_code,
    extraction,
    cast(version as integer) as version,
    est_retenue,
    heures_prevues,
    heures_prevues_precedentes,
    cast(heures_prevues - heures_prevues_precedentes as decimal(18, 6)) as evolution
from suites
