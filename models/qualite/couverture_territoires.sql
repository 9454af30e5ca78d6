-- A structure is known to a territory when its seat is there, or an operation it follows, or when observatoire.yml
-- says so of one that is expected.
with structures_par_territoire as (
    select distinct
        operations.structure_code,
        territoires.niveau_territoire,
        territoires.code_territoire
    from {{ ref('int_operations__territoires') }} as territoires
    inner join {{ ref('int_operations__localisees') }} as operations
        on territoires.operation_id = operations.operation_id
    {% for niveau, code in cube_niveaux().items() %}

    union

    select
        structure_code,
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire
    from {{ ref('int_structures__retenues') }}
    where {{ code }} is not null
    {% endfor %}
    {% for niveau, code in {'national': "'FR'", 'region': 'region', 'departement': 'departement'}.items() %}

    union

    select
        structure_code,
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire
    from {{ ref('stg_structures_attendues') }}
    where {{ code }} is not null
    {% endfor %}
),

mois as (
    select
        structure_code,
        depose,
        {{ annee('mois') }} as annee,
        {{ trimestre('mois') }} as trimestre
    from {{ ref('couverture') }}
),

structures_par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        structure_code,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        count(*) as mois_attendus,
        sum(case when depose then 1 else 0 end) as mois_deposes
    from mois
    group by structure_code{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    territoires.niveau_territoire,
    territoires.code_territoire,
    periodes.type_periode,
    periodes.periode,
    cast(count(*) as integer) as structures_connues,
    cast(sum(case when periodes.mois_deposes = periodes.mois_attendus then 1 else 0 end) as integer)
        as structures_completes,
    cast(sum(case when periodes.mois_deposes > 0 then 1 else 0 end) as integer) as structures_presentes,
    cast(sum(periodes.mois_attendus) as integer) as mois_attendus,
    cast(sum(periodes.mois_deposes) as integer) as mois_deposes,
    {{ pourcentage(
        'sum(case when periodes.mois_deposes = periodes.mois_attendus then 1 else 0 end)', 'count(*)'
    ) }} as part_structures,
    sum(periodes.mois_deposes) < sum(periodes.mois_attendus) as est_incomplete
from structures_par_territoire as territoires
inner join structures_par_periode as periodes on territoires.structure_code = periodes.structure_code
group by territoires.niveau_territoire, territoires.code_territoire, periodes.type_periode, periodes.periode
