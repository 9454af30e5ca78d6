{#
    Paths of the persons whose first contract started in the period, where it started, whatever came later and wherever;
    and the share of them who have reached durable employment by each month, by the product-limit (Kaplan-Meier) method.
#}
{% set axes = {none: none, 'sexe': 'sexe', 'categorie_public': 'categorie_public', 'secteur': 'secteur_principal'} %}
{% set periodes = {'annee': 'annee', 'cumul': "'cumul'"} %}
{% set sans_ventilation = {'annee': "('epci', 'structure')", 'cumul': "('epci')"} %}
{% set cle = ['niveau_territoire', 'code_territoire', 'type_periode', 'periode', 'axe_2', 'modalite_2'] %}
with situees as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        cast({{ annee('parcours.date_premier_contrat') }} as varchar(4)) as annee,
        parcours.*
    from {{ ref('parcours') }} as parcours
    inner join {{ ref('int_operations__territoires') }} as territoires
        on parcours.premiere_operation_id = territoires.operation_id
),

groupes as (
    {% for type_periode, periode in periodes.items() %}
    select
        niveau_territoire,
        code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        cast(count(*) as double) as personnes,
        cast(sum(case when nombre_structures > 1 then 1 else 0 end) as double) as personnes_plusieurs_structures,
        avg(nombre_contrats) as contrats_par_personne,
        avg(nombre_employeurs) as employeurs_par_personne,
        avg(cast(heures as double)) as heures_par_personne
    from situees
    group by niveau_territoire, code_territoire{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Persons leaving the observation at each month, reached or lost sight of.
sorties as (
    {% for type_periode, periode in periodes.items() %}
    {% for axe, colonne in axes.items() %}
    select
        niveau_territoire,
        code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        {{ "'" ~ axe ~ "'" if axe else 'cast(null as varchar(50))' }} as axe_2,
        {{ colonne or 'cast(null as varchar(50))' }} as modalite_2,
        mois_d_observation as mois,
        cast(sum(case when est_censure then 0 else 1 end) as double) as evenements,
        cast(sum(case when est_censure then 1 else 0 end) as double) as censures
    from situees
    where {{ 'niveau_territoire not in ' ~ sans_ventilation[type_periode] if axe else 'true' }}
    group by
        niveau_territoire, code_territoire, mois_d_observation
        {{ ', ' ~ periode if type_periode != 'cumul' }}
        {{ ', ' ~ colonne if axe }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

moments as (
    select 0 as mois
    union all
    select horizon as mois
    from {{ ref('horizons') }}
),

tables_de_survie as (
    select
        {{ cle | join(', ') }},
        moments.mois,
        sum(case when sorties.mois >= moments.mois then sorties.evenements + sorties.censures else 0 end) as a_risque,
        sum(case when sorties.mois = moments.mois then sorties.evenements else 0 end) as evenements,
        sum(case when sorties.mois = moments.mois then sorties.censures else 0 end) as censures
    from sorties
    cross join moments
    group by {{ cle | join(', ') }}, moments.mois
),

facteurs as (
    select
        tables_de_survie.*,
        1 - {{ ratio('evenements', 'a_risque') }} as facteur,
        max(a_risque) over (partition by {{ cle | join(', ') }}) as personnes,
        max(case when mois = 0 then censures end) over (partition by {{ cle | join(', ') }}) as jamais_connues
    from tables_de_survie
    where a_risque > 0
),

-- The product of the factors, by their logarithms: a factor of 0 has none, and makes the product 0.
courbes as (
    select
        facteurs.*,
        100 * (
            1 - case
                when min(facteur) over jusque_la = 0 then 0
                else exp(sum(ln(nullif(facteur, 0))) over jusque_la)
            end
        ) as acces_durable
    from facteurs
    where personnes >= {{ seuil('connus_minimum') }}
    window jusque_la as (partition by {{ cle | join(', ') }} order by mois)
),

valeurs as (
    {% for mesure in [
        'personnes', 'personnes_plusieurs_structures', 'contrats_par_personne', 'employeurs_par_personne',
        'heures_par_personne',
    ] %}
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        '{{ mesure }}' as mesure,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        cast(null as varchar(50)) as axe_2,
        cast(null as varchar(50)) as modalite_2,
        {{ mesure }} as valeur,
        cast(null as varchar(1)) as fiabilite
    from groupes
    union all
    {% endfor %}
    {% for mesure in ['a_risque', 'evenements', 'censures', 'acces_durable'] %}
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        '{{ mesure }}' as mesure,
        'mois' as axe_1,
        cast(mois as varchar(2)) as modalite_1,
        axe_2,
        modalite_2,
        {{ mesure }} as valeur,
        {% if mesure == 'acces_durable' %}
        case
            when personnes - jamais_connues < {{ seuil('part_connue_minimum') }} * personnes then 'U'
        end as fiabilite
        {% else %}
        cast(null as varchar(1)) as fiabilite
        {% endif %}
    from courbes
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    'S05' as tableau,
    mesure,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    axe_1,
    modalite_1,
    axe_2,
    modalite_2,
    valeur,
    cast(null as double) as part,
    fiabilite
from valeurs
