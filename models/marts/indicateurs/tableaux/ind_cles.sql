{#
    Key figures of every maille. Zeros are kept: the maille has hours, so a zero is a figure (no hour in alternance),
    and a change counts from it. Every part of the other tables is a share of one of its rows.
#}
{% set mesures = {
    'donneurs_ordre': 'donneurs_ordre',
    'operations': 'operations',
    'marches': 'marches',
    'entreprises': 'entreprises',
    'entreprises_titulaires': 'coalesce(entreprises_titulaires, 0)',
    'structures': 'structures',
    'beneficiaires': 'beneficiaires',
    'contrats': 'contrats',
    'heures': 'heures',
    'heures_formation': 'heures_formation',
    'etp_1600': ratio('heures', 1600),
    'etp_1607': ratio('heures', 1607),
    'etp_1820': ratio('heures', 1820),
    'heures_par_beneficiaire': ratio('heures', 'beneficiaires'),
    'heures_par_contrat': ratio('heures', 'contrats'),
    'contrats_par_beneficiaire': ratio('contrats', 'beneficiaires'),
    'heures_rsa': 'heures_rsa',
    'heures_qpv': 'heures_qpv',
    'heures_anru': 'heures_anru',
    'heures_jeunes': 'heures_jeunes',
    'heures_iae': 'heures_iae',
    'heures_alternance': 'heures_alternance',
    'heures_deld': 'heures_deld',
    'heures_th': 'heures_th',
    'heures_femmes': 'heures_femmes',
    'heures_senior': 'heures_senior',
    'part_femmes': pourcentage('femmes', 'beneficiaires'),
    'part_femmes_heures': pourcentage('heures_femmes', 'heures'),
    'part_qpv': pourcentage('residents_qpv', 'beneficiaires'),
    'part_th': pourcentage('travailleurs_handicapes', 'beneficiaires'),
    'contrats_300h': pourcentage('contrats_de_300h', 'contrats'),
    'duree_moyenne_contrat_jours': ratio('jours_de_contrat', 'contrats_finis'),
    'insertions_durables': 'insertions_durables',
} %}
{% set heures_par_drapeau = {
    'heures_rsa': 'est_rsa',
    'heures_qpv': 'est_qpv',
    'heures_anru': 'est_anru',
    'heures_jeunes': 'est_jeune',
    'heures_iae': 'est_iae',
    'heures_alternance': 'est_alternance',
    'heures_deld': 'est_deld',
    'heures_th': 'est_th',
    'heures_femmes': 'est_femme',
    'heures_senior': 'est_senior',
} %}
with faits as (
    select * from {{ ref('int_indicateurs__faits_par_maille') }}
),

personnes as (
    select
        maille_id,
        personne_cle,
        max(case when est_femme then 1 else 0 end) as femme,
        max(case when est_qpv then 1 else 0 end) as resident_qpv,
        max(case when est_th then 1 else 0 end) as travailleur_handicape,
        max(case when est_insertion_durable then 1 else 0 end) as insertion_durable
    from faits
    group by maille_id, personne_cle
),

personnes_par_maille as (
    select
        maille_id,
        count(*) as beneficiaires,
        sum(femme) as femmes,
        sum(resident_qpv) as residents_qpv,
        sum(travailleur_handicape) as travailleurs_handicapes,
        sum(insertion_durable) as insertions_durables
    from personnes
    group by maille_id
),

contrats as (
    select
        maille_id,
        contrat_cle,
        max(case when est_contrat_300h then 1 else 0 end) as contrat_de_300h,
        max(duree_contrat_jours) as duree_contrat_jours
    from faits
    group by maille_id, contrat_cle
),

contrats_par_maille as (
    select
        maille_id,
        count(*) as contrats,
        sum(contrat_de_300h) as contrats_de_300h,
        sum(duree_contrat_jours) as jours_de_contrat,
        count(duree_contrat_jours) as contrats_finis
    from contrats
    group by maille_id
),

heures_par_maille as (
    select
        maille_id,
        count(distinct donneur_ordre_cle) as donneurs_ordre,
        count(distinct operation_cle) as operations,
        count(distinct marche_cle) as marches,
        count(distinct entreprise_cle) as entreprises,
        count(distinct structure_code) as structures,
        {% for mesure, drapeau in heures_par_drapeau.items() %}
        sum(case when {{ drapeau }} then heures else 0 end) as {{ mesure }},
        {% endfor %}
        sum(heures) as heures,
        sum(heures_formation) as heures_formation
    from faits
    group by maille_id
),

{# Whoever holds a marché with hours, whatever the employer: marchés have no number of their own outside the facts. #}
marches_par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select distinct
        operation_id,
        marche_id,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode
    from {{ ref('int_heures__completes') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

titulaires_par_maille as (
    select
        mailles.maille_id,
        count(distinct titulaires.cle_entreprise) as entreprises_titulaires
    from marches_par_periode as marches
    inner join {{ ref('int_engagements__titulaires') }} as titulaires on marches.marche_id = titulaires.marche_id
    inner join {{ ref('int_operations__territoires') }} as territoires
        on marches.operation_id = territoires.operation_id
    inner join {{ ref('int_indicateurs__mailles') }} as mailles
        on
            territoires.niveau_territoire = mailles.niveau_territoire
            and territoires.code_territoire = mailles.code_territoire
            and marches.type_periode = mailles.type_periode
            and marches.periode = mailles.periode
    group by mailles.maille_id
),

valeurs as (
    select
        heures_par_maille.maille_id,
        tableaux.mesure,
        case tableaux.mesure
            {% for mesure, expression in mesures.items() %}
            when '{{ mesure }}' then cast({{ expression }} as double)
            {% endfor %}
        end as valeur
    from heures_par_maille
    inner join personnes_par_maille on heures_par_maille.maille_id = personnes_par_maille.maille_id
    inner join contrats_par_maille on heures_par_maille.maille_id = contrats_par_maille.maille_id
    left join titulaires_par_maille on heures_par_maille.maille_id = titulaires_par_maille.maille_id
    cross join {{ ref('tableaux') }} as tableaux
    where tableaux.tableau = 'CLES'
)

select
    'CLES' as tableau,
    mesure,
    maille_id,
    cast(null as varchar(50)) as axe_1,
    cast(null as varchar(50)) as modalite_1,
    cast(null as varchar(50)) as axe_2,
    cast(null as varchar(50)) as modalite_2,
    valeur,
    cast(null as double) as total
from valeurs
where valeur is not null
