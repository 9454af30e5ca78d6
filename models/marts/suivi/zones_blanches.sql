with heures as (
    select
        'epci' as niveau_territoire,
        epci as code_territoire,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by epci
    union all
    select
        'departement' as niveau_territoire,
        departement as code_territoire,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by departement
)

select
    zones.niveau_territoire,
    zones.code_territoire,
    zones.libelle,
    zones.region,
    zones.departement,
    zones.population,
    zones.est_couverte,
    zones.structures,
    zones.structures_siege,
    zones.structures_nommees,
    cast(coalesce(heures.heures, 0) as decimal(18, 6)) as heures
from {{ ref('int_zones__par_periode') }} as zones
left join heures
    on zones.niveau_territoire = heures.niveau_territoire and zones.code_territoire = heures.code_territoire
where zones.type_periode = 'cumul'
