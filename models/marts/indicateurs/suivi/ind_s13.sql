{#
    Companies bound: the holders of the marchés followed in the territory and the period, who owe their hours, whoever
    employed. Engaged and done hours are those of the whole life of the marché, for the part each holder answers for.
#}
{% set des_titulaires = {
    'entreprises_titulaires': 'count(distinct cle_entreprise)',
    'marches': 'count(distinct marche_id)',
    'marches_repartis': 'count(distinct case when part_marche is not null then marche_id end)',
    'heures': 'sum(heures_de_la_periode)',
    'heures_employeur': 'sum(case when part_marche is not null then heures_employeur end)',
    'heures_engagees': 'sum(heures_engagees)',
    'engagees_reparties': 'sum(case when part_marche is not null then heures_engagees end)',
    'realisees_reparties': 'sum(case when heures_engagees > 0 then heures_realisees end)',
    'heures_manquantes': 'sum(case when heures_engagees > 0 then greatest(heures_engagees - heures_realisees, 0) end)',
} %}
{% set par_qui = dict.fromkeys(des_titulaires, 'cast(null as double)') %}
{% do par_qui.update({'heures': 'sum(heures)'}) %}
{% set maille = ['niveau_territoire', 'code_territoire', 'type_periode', 'periode'] %}
with heures as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        marche_id,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        entreprise_id,
        type_employeur,
        sum(heures) as heures
    from {{ ref('int_heures__completes') }}
    group by marche_id, entreprise_id, type_employeur{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

heures_du_marche as (
    select
        marche_id,
        type_periode,
        periode,
        sum(heures) as heures
    from heures
    group by marche_id, type_periode, periode
),

heures_de_l_employeur as (
    select
        marche_id,
        type_periode,
        periode,
        entreprise_id,
        sum(heures) as heures
    from heures
    where entreprise_id is not null
    group by marche_id, type_periode, periode, entreprise_id
),

suivis as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        dus.type_periode,
        dus.periode,
        dus.marche_id,
        obligations.heures_realisees
    from {{ ref('int_marches__dus') }} as dus
    inner join {{ ref('int_marches__obligations') }} as obligations on dus.marche_id = obligations.marche_id
    inner join {{ ref('int_operations__territoires') }} as territoires
        on obligations.operation_id = territoires.operation_id
),

titulaires as (
    select
        suivis.niveau_territoire,
        suivis.code_territoire,
        suivis.type_periode,
        suivis.periode,
        suivis.marche_id,
        titulaires.cle_entreprise,
        titulaires.taille_entreprise,
        titulaires.type_entreprise,
        titulaires.part_marche,
        titulaires.heures_engagees,
        -- for the part it answers for, unknown where that is
        cast(titulaires.part_marche * suivis.heures_realisees as decimal(18, 6)) as heures_realisees,
        cast(titulaires.part_marche * coalesce(heures_du_marche.heures, 0) as decimal(18, 6)) as heures_de_la_periode,
        cast(coalesce(heures_de_l_employeur.heures, 0) as decimal(18, 6)) as heures_employeur
    from suivis
    inner join {{ ref('int_engagements__titulaires') }} as titulaires on suivis.marche_id = titulaires.marche_id
    left join heures_du_marche
        on
            suivis.marche_id = heures_du_marche.marche_id
            and suivis.type_periode = heures_du_marche.type_periode
            and suivis.periode = heures_du_marche.periode
    left join heures_de_l_employeur
        on
            suivis.marche_id = heures_de_l_employeur.marche_id
            and suivis.type_periode = heures_de_l_employeur.type_periode
            and suivis.periode = heures_de_l_employeur.periode
            and titulaires.entreprise_id = heures_de_l_employeur.entreprise_id
),

-- by whom the hours of the marchés that have holders were done
par_employeur as (
    select
        suivis.niveau_territoire,
        suivis.code_territoire,
        suivis.type_periode,
        suivis.periode,
        heures.type_employeur,
        heures.heures
    from suivis
    inner join (
        select distinct marche_id
        from {{ ref('int_engagements__titulaires') }}
        where part_marche is not null
    ) as tenus on suivis.marche_id = tenus.marche_id
    inner join heures
        on
            suivis.marche_id = heures.marche_id
            and suivis.type_periode = heures.type_periode
            and suivis.periode = heures.periode
),

par_titulaire as (
    {{ suivi_par_axes('titulaires', maille, des_titulaires, [[], ['taille_entreprise'], ['type_entreprise']]) }}
),

agregats as (
    select * from par_titulaire
    union all
    {{ suivi_par_axes('par_employeur', maille, par_qui, [['type_employeur']]) }}
),

{{ suivi_agregats('S13', 'agregats', {
    'entreprises_titulaires': 'entreprises_titulaires',
    'marches': 'marches',
    'marches_repartis': 'marches_repartis',
    'heures': 'heures',
    'heures_employeur': 'heures_employeur',
    'part_heures_employeur': pourcentage('heures_employeur', 'heures'),
    'heures_engagees': 'heures_engagees',
    'heures_realisees': 'realisees_reparties',
    'taux_realisation': pourcentage('realisees_reparties', 'engagees_reparties'),
    'heures_manquantes': 'heures_manquantes',
}) }}
