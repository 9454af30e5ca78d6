with modalites as (
    {% for axe, nomenclature in cube_axes().items() %}
    select
        '{{ axe }}' as axe,
        code,
        libelle,
        ordre
    from {{ ref(nomenclature) }}
    union all
    {% endfor %}
    select
        axe,
        code,
        libelle,
        ordre
    from {{ ref('modalites') }}
    {% for axe, colonne in [('metier_domaine', 'domaine'), ('metier_famille', 'famille')] %}
    union all
    select distinct
        '{{ axe }}' as axe,
        {{ colonne }} as code,
        libelle_{{ colonne }} as libelle,
        case when {{ colonne }} = 'ND' then 99 else 1 end as ordre
    from {{ ref('dim_metier') }}
    {% endfor %}
)

select
    axe,
    code,
    libelle,
    cast(ordre as integer) as ordre
from modalites
