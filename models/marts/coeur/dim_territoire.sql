with populations as (
    select
        departement,
        region,
        sum(population) as population
    from {{ ref('communes') }}
    group by departement, region
),

territoires as (
    select
        'national' as niveau_territoire,
        'FR' as code_territoire,
        'France' as libelle,
        cast(null as string) as region,
        cast(null as string) as departement,
        sum(population) as population
    from populations

    union all

    select
        'region' as niveau_territoire,
        regions.code as code_territoire,
        regions.libelle,
        cast(null as string) as region,
        cast(null as string) as departement,
        sum(populations.population) as population
    from {{ ref('regions') }} as regions
    left join populations on regions.code = populations.region
    group by regions.code, regions.libelle

    union all

    select
        'departement' as niveau_territoire,
        departements.code as code_territoire,
        departements.libelle,
        departements.region,
        cast(null as string) as departement,
        sum(populations.population) as population
    from {{ ref('departements') }} as departements
    left join populations on departements.code = populations.departement
    group by departements.code, departements.libelle, departements.region

    union all

    select
        'epci' as niveau_territoire,
        code as code_territoire,
        libelle,
        region,
        departement,
        population
    from {{ ref('epci') }}

    union all

    -- Hours without a known territory are a class of their own at each level.
    select
        niveaux.niveau_territoire,
        'ND' as code_territoire,
        niveaux.libelle,
        cast(null as string) as region,
        cast(null as string) as departement,
        cast(null as bigint) as population
    from (
        select
            'region' as niveau_territoire,
            'Région non déterminée' as libelle
        union all
        select
            'departement' as niveau_territoire,
            'Département non déterminé' as libelle
        union all
        select
            'epci' as niveau_territoire,
            'Hors EPCI ou non déterminé' as libelle
    ) as niveaux

    union all

    select
        'structure' as niveau_territoire,
        structure_code as code_territoire,
        coalesce(nom, structure_code) as libelle,
        region,
        departement,
        cast(null as bigint) as population
    from {{ ref('int_structures__retenues') }}

    union all

    -- Named in espace/perimetres.yml, or a buyer on its own; of an empty one nothing else is known.
    select
        'perimetre' as niveau_territoire,
        perimetre as code_territoire,
        max(libelle) as libelle,
        cast(null as string) as region,
        cast(null as string) as departement,
        cast(null as bigint) as population
    from {{ ref('stg_perimetres') }}
    where critere <> 'chaque_donneur_ordre'
    group by perimetre

    union all

    select
        'perimetre' as niveau_territoire,
        perimetres.perimetre as code_territoire,
        coalesce(max(operations.donneur_ordre), perimetres.perimetre) as libelle,
        cast(null as string) as region,
        cast(null as string) as departement,
        cast(null as bigint) as population
    from {{ ref('int_perimetres__operations') }} as perimetres
    inner join {{ ref('int_operations__localisees') }} as operations
        on perimetres.operation_id = operations.operation_id
    where perimetres.perimetre like 'DO-%'
    group by perimetres.perimetre
)

select
    niveau_territoire,
    code_territoire,
    libelle,
    region,
    departement,
    cast(population as bigint) as population
from territoires
