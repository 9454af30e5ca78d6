{#
    What became of the persons whose first contract started in the period, where it started. Three readings side by side:
    durable, positive (instruction of 2019), common law (IGAS). A rate is over those known and not neutralised; the
    plancher takes every unknown for a failure, the plafond for a success.
#}
{% set axes = ['sexe', 'categorie_public', 'secteur', 'type_donneur_ordre', 'type_employeur'] %}
{% set periodes = {'annee': 'annee', 'trimestre': 'trimestre', 'cumul': "'cumul'"} %}
{% set sans_ventilation = {'annee': "('epci', 'structure')", 'cumul': "('epci')"} %}
{% set conditions = {
    'neutralises': "situations.groupe = 'NEUTRALISEE'",
    'connus': "situations.groupe not in ('NEUTRALISEE', 'INCONNU')",
    'durable': "situations.groupe = 'DURABLE'",
    'transition': "situations.groupe = 'TRANSITION'",
    'positive': "situations.groupe = 'POSITIVE'",
    'sorties_positives': 'situations.sortie_positive',
    'droit_commun': 'situations.droit_commun',
    'cdi': "situations.situation = 'CDI'",
    'cdd': "situations.situation in ('CDD_6P', 'CDD_M6')",
} %}
{% set comptes = ['echus'] + conditions.keys() | list %}
{% set lectures = {'durable': 'durable', 'positif': 'sorties_positives', 'droit_commun': 'droit_commun'} %}
with suivies as (
    select
        premiers.operation_id,
        cast(premiers.annee as varchar(4)) as annee,
        {{ trimestre('premiers.date_debut') }} as trimestre,
        cast(horizons.horizon as varchar(2)) as horizon,
        {% for axe in axes %}
        premiers.{{ axe }},
        {% endfor %}
        {% for compte, condition in conditions.items() %}
        case when {{ condition }} then 1 else 0 end as {{ compte }},
        {% endfor %}
        1 as echus
    from {{ ref('fct_situations') }} as situations
    inner join {{ ref('int_premiers_contrats') }} as premiers on situations.id_personne = premiers.id_personne
    inner join {{ ref('horizons') }} as horizons on situations.horizon = horizons.horizon
),

situees as (
    select
        territoires.niveau_territoire,
        territoires.code_territoire,
        suivies.*
    from suivies
    inner join {{ ref('int_operations__territoires') }} as territoires
        on suivies.operation_id = territoires.operation_id
),

-- Broken down where there are persons enough: not by quarter nor by EPCI, for a structure over its whole history.
groupes as (
    {% for type_periode, periode in periodes.items() %}
    {% for axe in [none] + (axes if type_periode in sans_ventilation else []) %}
    select
        niveau_territoire,
        code_territoire,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        {% for compte in comptes %}
        cast(sum({{ compte }}) as double) as {{ compte }},
        {% endfor %}
        horizon,
        {{ "'" ~ axe ~ "'" if axe else 'cast(null as varchar(50))' }} as axe_2,
        {{ axe or 'cast(null as varchar(50))' }} as modalite_2
    from situees
    where {{ 'niveau_territoire not in ' ~ sans_ventilation[type_periode] if axe else 'true' }}
    group by
        niveau_territoire, code_territoire, horizon
        {{ ', ' ~ periode if type_periode != 'cumul' }}
        {{ ', ' ~ axe if axe }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

complets as (
    select
        groupes.*,
        echus - neutralises as attendus,
        echus - neutralises - connus as inconnus,
        connus >= {{ seuil('connus_minimum') }} as est_calculable,
        case
            when connus < {{ seuil('part_connue_minimum') }} * (echus - neutralises) then 'U'
        end as fiabilite_des_taux,
        {{ seuil('quantile_normal_95') }} as z
    from groupes
),

valeurs as (
    {% for compte in comptes %}
    select
        '{{ compte }}' as mesure,
        {{ compte }} as valeur,
        cast(null as varchar(1)) as fiabilite,
        complets.*
    from complets
    where {{ compte }} > 0
    union all
    {% endfor %}
    {% for lecture, succes in lectures.items() %}
    {% for mesure, formule in {
        'taux_' ~ lecture: pourcentage(succes, 'connus'),
        'taux_' ~ lecture ~ '_bas': borne_de_wilson(succes, 'connus', 'z', '-'),
        'taux_' ~ lecture ~ '_haut': borne_de_wilson(succes, 'connus', 'z', '+'),
        'taux_' ~ lecture ~ '_plancher': pourcentage(succes, 'attendus'),
        'taux_' ~ lecture ~ '_plafond': pourcentage('(' ~ succes ~ ' + inconnus)', 'attendus'),
    }.items() %}
    select
        '{{ mesure }}' as mesure,
        {{ formule }} as valeur,
        fiabilite_des_taux as fiabilite,
        complets.*
    from complets
    where est_calculable
    union all
    {% endfor %}
    {% endfor %}
    select
        'taux_reponse' as mesure,
        {{ pourcentage('connus', 'attendus') }} as valeur,
        cast(null as varchar(1)) as fiabilite,
        complets.*
    from complets
    where attendus > 0
)

select
    'S01' as tableau,
    mesure,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    'horizon' as axe_1,
    horizon as modalite_1,
    axe_2,
    modalite_2,
    valeur,
    cast(null as double) as part,
    fiabilite
from valeurs
