{#
    Hours are shared out by every axis and every level of territory: for each period, each table adds up to the hours
    that count, at each level; none of them is forgotten and none is more. Follow-up tables and perimeters choose theirs.
#}
with comptees as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        cast(sum(heures) as double) as heures
    from {{ ref('int_heures__completes') }}
    {{ 'group by ' ~ periode if type_periode != 'cumul' else 'having count(*) > 0' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

attendues as (
    select
        tableaux.tableau,
        coalesce(tableaux.axe_1, '') as axe_1,
        niveaux.niveau_territoire,
        comptees.type_periode,
        comptees.periode,
        comptees.heures
    from comptees
    cross join (
        {% for niveau in cube_niveaux() %}
        select '{{ niveau }}' as niveau_territoire
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as niveaux
    cross join {{ ref('tableaux') }} as tableaux
    where tableaux.mesure = 'heures' and tableaux.tableau not like 'S%'
),

sommes as (
    select
        tableau,
        coalesce(axe_1, '') as axe_1,
        niveau_territoire,
        type_periode,
        periode,
        sum(valeur) as heures
    from {{ ref('indicateurs') }}
    where mesure = 'heures' and tableau not like 'S%' and niveau_territoire <> 'perimetre'
    group by tableau, coalesce(axe_1, ''), niveau_territoire, type_periode, periode
)

select
    coalesce(attendues.tableau, sommes.tableau) as tableau,
    coalesce(attendues.axe_1, sommes.axe_1) as axe_1,
    coalesce(attendues.niveau_territoire, sommes.niveau_territoire) as niveau_territoire,
    coalesce(attendues.periode, sommes.periode) as periode,
    attendues.heures as heures_attendues,
    sommes.heures as heures_du_tableau
from attendues
full outer join sommes
    on
        attendues.tableau = sommes.tableau
        and attendues.axe_1 = sommes.axe_1
        and attendues.niveau_territoire = sommes.niveau_territoire
        and attendues.type_periode = sommes.type_periode
        and attendues.periode = sommes.periode
where abs(coalesce(attendues.heures, 0) - coalesce(sommes.heures, 0)) > 0.001
