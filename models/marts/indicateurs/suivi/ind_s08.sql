{#
    Obligations of the marchés that are followed in the territory and the period: those with hours, and those that their
    dates make due, begun or never begun. An obligation is judged over the whole life of its marché: planned, done and
    missing hours are those of all periods, each marché once.
#}
{% set sommes = {
    'heures': 'sum(heures_de_la_periode)',
    'marches': 'count(*)',
    'marches_avec_objectif': 'count(heures_prevues)',
    'marches_avec_engagement': 'count(heures_engagees)',
    'marches_avec_penalite': 'count(exposition_penalites)',
    'heures_prevues': 'sum(heures_prevues)',
    'heures_engagees': 'sum(heures_engagees)',
    'heures_realisees': 'sum(case when heures_prevues is not null then heures_realisees end)',
    'heures_manquantes': 'sum(heures_manquantes)',
    'exposition_penalites': 'sum(exposition_penalites)',
    'marches_termines_avec_objectif': 'count(est_insuffisant)',
    'marches_termines_insuffisants': 'sum(case when est_insuffisant then 1 else 0 end)',
} %}
{% set axes = [[], ['etat_marche'], ['etat_marche', 'commencement'], ['commencement']] %}
{% set maille = ['niveau_territoire', 'code_territoire', 'type_periode', 'periode'] %}
with heures as (
    select
        marche_id,
        annee,
        trimestre,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by marche_id, annee, trimestre
),

par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        marche_id,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        sum(heures) as heures_de_la_periode
    from heures
    group by marche_id{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

marches as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        dus.type_periode,
        dus.periode,
        cast(coalesce(par_periode.heures_de_la_periode, 0) as decimal(18, 6)) as heures_de_la_periode,
        obligations.*
    from {{ ref('int_marches__dus') }} as dus
    inner join {{ ref('int_marches__obligations') }} as obligations on dus.marche_id = obligations.marche_id
    inner join {{ ref('int_operations__territoires') }} as territoires
        on obligations.operation_id = territoires.operation_id
    left join par_periode
        on
            dus.marche_id = par_periode.marche_id
            and dus.type_periode = par_periode.type_periode
            and dus.periode = par_periode.periode
),

agregats as (
    {{ suivi_par_axes('marches', maille, sommes, axes) }}
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
