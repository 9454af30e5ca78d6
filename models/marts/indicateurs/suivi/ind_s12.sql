{# Quartiles are of marchés, not of hours: what one marché usually asks. Below a threshold they would tell of a few. #}
{% set axes = [none, 'secteur', 'nature_marche', 'base_juridique', 'tranche_montant', 'etat_marche'] %}
{% set rangs = {'q1': 0.25, 'mediane': 0.5, 'q3': 0.75} %}
{% set intensites = ['heures_par_100k', 'heures_par_marche'] %}
with par_periode as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        *,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode
    from {{ ref('int_suivi__marches_chiffrables') }}
    {% if type_periode != 'cumul' %}
    where annee is not null
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

par_territoire as (
    select
        par_periode.*,
        territoires.niveau_territoire,
        territoires.code_territoire
    from par_periode
    inner join {{ ref('int_operations__territoires') }} as territoires
        on par_periode.operation_id = territoires.operation_id
),

groupes as (
    {% for axe in axes %}
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        {{ "'" ~ axe ~ "'" if axe else 'cast(null as varchar(50))' }} as axe_1,
        {{ axe or 'cast(null as varchar(50))' }} as modalite_1,
        {% for intensite in intensites %}
        {% for rang, fraction in rangs.items() %}
        {{ quantile(intensite, fraction) }} as {{ intensite }}_{{ rang }},
        {% endfor %}
        {% endfor %}
        count(*) as marches
    from par_territoire
    group by niveau_territoire, code_territoire, type_periode, periode{{ ', ' ~ axe if axe }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

chiffres as (
    select
        'marches' as mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        axe_1,
        modalite_1,
        cast(marches as double) as valeur
    from groupes
    {% for intensite in intensites %}
    {% for rang in rangs %}
    union all
    select
        '{{ intensite }}_{{ rang }}' as mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        axe_1,
        modalite_1,
        {{ intensite }}_{{ rang }} as valeur
    from groupes
    where marches >= {{ seuil('quartiles_marches_minimum') }}
    {% endfor %}
    {% endfor %}
)

select
    'S12' as tableau,
    mesure,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    axe_1,
    modalite_1,
    cast(null as varchar(50)) as axe_2,
    cast(null as varchar(50)) as modalite_2,
    valeur,
    cast(null as double) as part,
    cast(null as varchar(1)) as fiabilite
from chiffres
