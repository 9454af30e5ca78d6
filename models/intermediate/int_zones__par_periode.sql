-- The zones looked at in a period are those of the regions where a structure that deposited has its seat: of the
-- others nothing is known, and they are not called white.
with regions as (
    select distinct
        type_periode,
        periode,
        region
    from {{ ref('int_structures__par_periode') }}
),

communes as (
    select
        departement,
        sum(population) as population
    from {{ ref('communes') }}
    group by departement
),

zones as (
    select
        'epci' as niveau_territoire,
        code as code_territoire,
        libelle,
        departement,
        region,
        population
    from {{ ref('epci') }}

    union all

    select
        'departement' as niveau_territoire,
        departements.code as code_territoire,
        departements.libelle,
        departements.code as departement,
        departements.region,
        communes.population
    from {{ ref('departements') }} as departements
    left join communes on departements.code = communes.departement
),

couvertures as (
    select
        type_periode,
        periode,
        niveau_territoire,
        code_territoire,
        count(*) as structures,
        sum(case when est_siege then 1 else 0 end) as structures_siege,
        sum(case when est_nommee then 1 else 0 end) as structures_nommees
    from {{ ref('int_zones__couvertes') }}
    group by type_periode, periode, niveau_territoire, code_territoire
)

select
    regions.type_periode,
    regions.periode,
    zones.niveau_territoire,
    zones.code_territoire,
    zones.libelle,
    zones.departement,
    zones.region,
    cast(coalesce(zones.population, 0) as bigint) as population,
    couvertures.structures is not null as est_couverte,
    cast(coalesce(couvertures.structures, 0) as integer) as structures,
    cast(coalesce(couvertures.structures_siege, 0) as integer) as structures_siege,
    cast(coalesce(couvertures.structures_nommees, 0) as integer) as structures_nommees
from regions
inner join zones on regions.region = zones.region
left join couvertures
    on
        regions.type_periode = couvertures.type_periode
        and regions.periode = couvertures.periode
        and zones.niveau_territoire = couvertures.niveau_territoire
        and zones.code_territoire = couvertures.code_territoire
