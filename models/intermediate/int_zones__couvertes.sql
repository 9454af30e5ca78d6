-- Where the facilitators of a structure work: its seat, the zones that it names, and what follows from a name: a
-- département contains its EPCI, and is not without a facilitator when one of its EPCI has one.
with structures as (
    select *
    from {{ ref('int_structures__par_periode') }}
    where coalesce(facilitateurs_nombre, facilitateurs_etp, 1) > 0
),

zones as (
    select
        'epci' as niveau_territoire,
        code as code_territoire,
        departement
    from {{ ref('epci') }}
    union all
    select
        'departement' as niveau_territoire,
        code as code_territoire,
        code as departement
    from {{ ref('departements') }}
),

-- Ingest has read the area into known codes, separated by ';'.
aires as (
    select distinct territoires_intervention
    from structures
    where territoires_intervention is not null
),

nommees as (
    select
        aires.territoires_intervention,
        zones.niveau_territoire,
        zones.code_territoire,
        zones.departement
    from aires
    inner join zones
        on ';' || aires.territoires_intervention || ';' like '%;' || zones.code_territoire || ';%'
),

deduites as (
    select
        nommees.territoires_intervention,
        'epci' as niveau_territoire,
        epci.code as code_territoire
    from nommees
    inner join {{ ref('epci') }} as epci on nommees.code_territoire = epci.departement
    where nommees.niveau_territoire = 'departement'

    union all

    select
        territoires_intervention,
        'departement' as niveau_territoire,
        departement as code_territoire
    from nommees
    where niveau_territoire = 'epci'
),

par_aire as (
    select
        territoires_intervention,
        niveau_territoire,
        code_territoire,
        1 as nommee
    from nommees
    union all
    select
        territoires_intervention,
        niveau_territoire,
        code_territoire,
        0 as nommee
    from deduites
),

couvertes as (
    select
        structure_code,
        type_periode,
        periode,
        'epci' as niveau_territoire,
        epci as code_territoire,
        1 as siege,
        0 as nommee
    from structures
    where epci <> 'ND'

    union all

    select
        structure_code,
        type_periode,
        periode,
        'departement' as niveau_territoire,
        departement as code_territoire,
        1 as siege,
        0 as nommee
    from structures
    where departement <> 'ND'

    union all

    select
        structures.structure_code,
        structures.type_periode,
        structures.periode,
        par_aire.niveau_territoire,
        par_aire.code_territoire,
        0 as siege,
        par_aire.nommee
    from structures
    inner join par_aire on structures.territoires_intervention = par_aire.territoires_intervention
)

select
    structure_code,
    type_periode,
    periode,
    niveau_territoire,
    code_territoire,
    max(siege) = 1 as est_siege,
    max(nommee) = 1 as est_nommee
from couvertes
group by structure_code, type_periode, periode, niveau_territoire, code_territoire
