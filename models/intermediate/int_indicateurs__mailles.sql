{# Integer keys for territory × period: every count of the cube groups by them, and changes follow their pointers. #}
with lieux_et_mois as (
    select distinct
        region,
        departement,
        epci,
        structure_code,
        annee,
        trimestre
    from {{ ref('int_heures__completes') }}
),

{# A first contract may start in a year before its first hours: its follow-up (T18) still needs its year. #}
lieux_des_premiers_contrats as (
    select distinct
        region,
        departement,
        epci,
        structure_code,
        {{ annee('date_debut') }} as annee
    from {{ ref('int_premiers_contrats') }}
),

{# An operation may be in several perimeters, which have the periods of its hours and of the first contracts in it. #}
perimetres_et_mois as (
    select distinct
        perimetres.perimetre,
        heures.annee,
        heures.trimestre
    from {{ ref('int_perimetres__operations') }} as perimetres
    inner join {{ ref('int_heures__completes') }} as heures on perimetres.operation_id = heures.operation_id
),

perimetres_des_premiers_contrats as (
    select distinct
        perimetres.perimetre,
        {{ annee('premiers.date_debut') }} as annee
    from {{ ref('int_perimetres__operations') }} as perimetres
    inner join {{ ref('int_premiers_contrats') }} as premiers on perimetres.operation_id = premiers.operation_id
),

mailles as (
    {% for niveau, code in cube_niveaux().items() %}
    {% for type_periode, periode in cube_periodes().items() %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode
    from lieux_et_mois
    union
    {% endfor %}
    select
        '{{ niveau }}' as niveau_territoire,
        {{ code }} as code_territoire,
        'annee' as type_periode,
        {{ cube_periodes()['annee'] }} as periode
    from lieux_des_premiers_contrats
    union
    {% endfor %}
    {% for type_periode, periode in cube_periodes().items() %}
    select
        'perimetre' as niveau_territoire,
        perimetre as code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode
    from perimetres_et_mois
    union
    {% endfor %}
    select
        'perimetre' as niveau_territoire,
        perimetre as code_territoire,
        'annee' as type_periode,
        {{ cube_periodes()['annee'] }} as periode
    from perimetres_des_premiers_contrats
),

rangs as (
    select
        row_number() over (order by niveau_territoire, code_territoire, type_periode, periode) as maille_id,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        case type_periode
            when 'annee' then cast(periode as integer)
            when 'trimestre' then 4 * cast(substr(periode, 1, 4) as integer) + cast(substr(periode, 7, 1) as integer)
        end as rang,
        case type_periode when 'annee' then 1 when 'trimestre' then 4 end as periodes_par_an
    from mailles
)

select
    rangs.maille_id,
    rangs.niveau_territoire,
    rangs.code_territoire,
    rangs.type_periode,
    rangs.periode,
    precedentes.maille_id as maille_periode_precedente,
    annees_precedentes.maille_id as maille_annee_precedente
from rangs
left join rangs as precedentes
    on
        rangs.niveau_territoire = precedentes.niveau_territoire
        and rangs.code_territoire = precedentes.code_territoire
        and rangs.type_periode = precedentes.type_periode
        and rangs.rang - 1 = precedentes.rang
left join rangs as annees_precedentes
    on
        rangs.niveau_territoire = annees_precedentes.niveau_territoire
        and rangs.code_territoire = annees_precedentes.code_territoire
        and rangs.type_periode = annees_precedentes.type_periode
        and rangs.rang - rangs.periodes_par_an = annees_precedentes.rang
