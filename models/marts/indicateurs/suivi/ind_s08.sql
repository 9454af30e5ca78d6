{#
    Obligations of the marchés with hours in the territory and the period. An obligation is judged over the whole life
    of its marché: planned, done and missing hours are those of all periods, each marché once.
#}
{% set sommes = [
    'heures', 'marches', 'marches_avec_objectif', 'marches_avec_engagement', 'marches_avec_penalite',
    'heures_prevues', 'heures_engagees', 'heures_realisees', 'heures_manquantes', 'exposition_penalites',
    'marches_termines_avec_objectif', 'marches_termines_insuffisants',
] %}
with heures as (
    select
        marche_id,
        operation_id,
        annee,
        trimestre,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by marche_id, operation_id, annee, trimestre
),

par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        marche_id,
        operation_id,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        sum(heures) as heures_de_la_periode
    from heures
    group by marche_id, operation_id{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

marches as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        par_periode.type_periode,
        par_periode.periode,
        par_periode.heures_de_la_periode,
        obligations.*
    from par_periode
    inner join {{ ref('int_operations__territoires') }} as territoires
        on par_periode.operation_id = territoires.operation_id
    inner join {{ ref('int_marches__obligations') }} as obligations on par_periode.marche_id = obligations.marche_id
),

par_etat as (
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        etat_marche,
        sum(heures_de_la_periode) as heures,
        count(*) as marches,
        count(heures_prevues) as marches_avec_objectif,
        count(heures_engagees) as marches_avec_engagement,
        count(exposition_penalites) as marches_avec_penalite,
        sum(heures_prevues) as heures_prevues,
        sum(heures_engagees) as heures_engagees,
        sum(case when heures_prevues is not null then heures_realisees end) as heures_realisees,
        sum(heures_manquantes) as heures_manquantes,
        sum(exposition_penalites) as exposition_penalites,
        count(est_insuffisant) as marches_termines_avec_objectif,
        sum(case when est_insuffisant then 1 else 0 end) as marches_termines_insuffisants
    from marches
    group by niveau_territoire, code_territoire, type_periode, periode, etat_marche
),

agregats as (
    select
        {{ sommes | join(', ') }},
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        'etat_marche' as axe_1,
        etat_marche as modalite_1,
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2
    from par_etat
    union all
    select
        {% for somme in sommes %}
        sum({{ somme }}) as {{ somme }},
        {% endfor %}
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2
    from par_etat
    group by niveau_territoire, code_territoire, type_periode, periode
),

{{ suivi_agregats('S08', 'agregats', {
    'heures': 'heures',
    'marches': 'marches',
    'marches_avec_objectif': 'marches_avec_objectif',
    'marches_avec_engagement': 'marches_avec_engagement',
    'marches_avec_penalite': 'marches_avec_penalite',
    'heures_prevues': 'heures_prevues',
    'heures_engagees': 'heures_engagees',
    'heures_realisees': 'heures_realisees',
    'taux_realisation': pourcentage('heures_realisees', 'heures_prevues'),
    'heures_manquantes': 'heures_manquantes',
    'exposition_penalites': 'exposition_penalites',
    'marches_termines_avec_objectif': 'marches_termines_avec_objectif',
    'marches_termines_insuffisants':
        'case when marches_termines_avec_objectif > 0 then marches_termines_insuffisants end',
}) }}
