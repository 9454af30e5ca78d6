-- What each structure says of itself in a period: its latest deposit that covers a part of it (one with a structure
-- row first), so that posts and funding keep their years.
with depots as (
    select
        depot_id,
        structure_code,
        rang,
        {{ mois_entre('debut', 'fin') }} as mois
    from {{ ref('int_depots__acceptes') }}
),

mois as (
    select
        depot_id,
        structure_code,
        rang,
        {{ annee('mois') }} as annee,
        {{ trimestre('mois') }} as trimestre
    from depots
),

periodes as (
    {% for type_periode, periode in cube_periodes().items() %}
    select distinct
        depot_id,
        structure_code,
        rang,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode
    from mois
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

versions as (
    select
        periodes.*,
        structures.commune,
        structures.facilitateurs_nombre,
        structures.facilitateurs_etp,
        structures.territoires_intervention,
        structures.financement_communes_epci,
        structures.financement_departement,
        structures.financement_region,
        structures.financement_fse,
        structures.financement_etat,
        structures.financement_prive,
        structures.financement_autres,
        row_number() over (
            partition by periodes.structure_code, periodes.type_periode, periodes.periode
            order by case when structures.depot_id is null then 1 else 0 end, periodes.rang
        ) as version
    from periodes
    left join {{ ref('int_structures__par_depot') }} as structures on periodes.depot_id = structures.depot_id
)

select
    versions.structure_code,
    versions.type_periode,
    versions.periode,
    versions.depot_id,
    coalesce(resolues.epci, 'ND') as epci,
    coalesce(resolues.departement, 'ND') as departement,
    coalesce(resolues.region, 'ND') as region,
    versions.facilitateurs_nombre,
    versions.facilitateurs_etp,
    versions.territoires_intervention,
    versions.financement_communes_epci,
    versions.financement_departement,
    versions.financement_region,
    versions.financement_fse,
    versions.financement_etat,
    versions.financement_prive,
    versions.financement_autres
from versions
left join {{ ref('int_communes__resolues') }} as resolues on versions.commune = resolues.code_lu
where versions.version = 1
