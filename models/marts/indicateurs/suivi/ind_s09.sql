{#
    The ANRU charter: operations of the PNRU and NPNRU with hours in the territory and the period. Hours to be worked are
    those of the whole operation, so that hours done against them are those of all periods, each operation once.
#}
{% set sommes = [
    'operations', 'heures', 'heures_qpv', 'heures_femmes', 'operations_heures_connues', 'heures_travaillees_prevues',
    'heures_realisees', 'operations_jugees', 'operations_atteignant_objectif',
] %}
with heures as (
    select
        operation_id,
        annee,
        trimestre,
        sum(heures) as heures,
        sum(case when est_qpv then heures else 0 end) as heures_qpv,
        sum(case when est_femme then heures else 0 end) as heures_femmes
    from {{ ref('int_heures__completes') }}
    where est_anru
    group by operation_id, annee, trimestre
),

par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        operation_id,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        sum(heures) as heures,
        sum(heures_qpv) as heures_qpv,
        sum(heures_femmes) as heures_femmes
    from heures
    group by operation_id{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

par_etat as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        par_periode.type_periode,
        par_periode.periode,
        anru.volet_anru,
        anru.etat_operation,
        count(*) as operations,
        sum(par_periode.heures) as heures,
        sum(par_periode.heures_qpv) as heures_qpv,
        sum(par_periode.heures_femmes) as heures_femmes,
        count(anru.heures_travaillees_prevues) as operations_heures_connues,
        sum(anru.heures_travaillees_prevues) as heures_travaillees_prevues,
        sum(case when anru.heures_travaillees_prevues is not null then anru.heures_realisees end) as heures_realisees,
        count(anru.est_atteint) as operations_jugees,
        sum(case when anru.est_atteint then 1 else 0 end) as operations_atteignant_objectif
    from par_periode
    inner join {{ ref('int_operations__territoires') }} as territoires
        on par_periode.operation_id = territoires.operation_id
    inner join {{ ref('int_operations__anru') }} as anru on par_periode.operation_id = anru.operation_id
    group by
        territoires.niveau_territoire, territoires.code_territoire, par_periode.type_periode, par_periode.periode,
        anru.volet_anru, anru.etat_operation
),

agregats as (
    {% for axes in [[], ['volet_anru'], ['volet_anru', 'etat_operation']] %}
    select
        {% for somme in sommes %}
        sum({{ somme }}) as {{ somme }},
        {% endfor %}
        {% for rang in [0, 1] %}
        {% if axes | length > rang %}
        '{{ axes[rang] }}' as axe_{{ rang + 1 }},
        {{ axes[rang] }} as modalite_{{ rang + 1 }},
        {% else %}
        cast(null as varchar(50)) as axe_{{ rang + 1 }},
        cast(null as varchar(50)) as modalite_{{ rang + 1 }},
        {% endif %}
        {% endfor %}
        niveau_territoire,
        code_territoire,
        type_periode,
        periode
    from par_etat
    group by niveau_territoire, code_territoire, type_periode, periode{{ ', ' ~ axes | join(', ') if axes }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_agregats('S09', 'agregats', {
    'operations': 'operations',
    'heures': 'heures',
    'part_heures_qpv': pourcentage('heures_qpv', 'heures'),
    'part_heures_femmes': pourcentage('heures_femmes', 'heures'),
    'operations_heures_connues': 'operations_heures_connues',
    'heures_travaillees_prevues': 'heures_travaillees_prevues',
    'heures_realisees': 'heures_realisees',
    'taux': pourcentage('heures_realisees', 'heures_travaillees_prevues'),
    'operations_jugees': 'operations_jugees',
    'operations_atteignant_objectif': 'case when operations_jugees > 0 then operations_atteignant_objectif end',
}) }}
