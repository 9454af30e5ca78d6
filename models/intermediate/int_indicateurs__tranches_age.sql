{# One bracket per person and period: the age at the start of the first contract that has hours in the period. #}
with premiers_debuts as (
    {% for type_periode, periode in cube_periodes().items() %}
    select
        id_personne,
        '{{ type_periode }}' as type_periode,
        {{ periode }} as periode,
        min(date_debut_contrat) as date_debut,
        min(date_naissance) as date_naissance
    from {{ ref('int_heures__completes') }}
    group by id_personne{{ ', ' ~ periode if type_periode != 'cumul' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ages as (
    select
        id_personne,
        type_periode,
        periode,
        {{ annee('date_debut') }} - {{ annee('date_naissance') }} - case
            when {{ jour_de_l_annee('date_debut') }} < {{ jour_de_l_annee('date_naissance') }} then 1
            else 0
        end as age
    from premiers_debuts
)

select
    ages.id_personne,
    ages.type_periode,
    ages.periode,
    coalesce(tranches.code, 'ND') as tranche_age
from ages
left join {{ ref('dim_tranche_age') }} as tranches
    on
        tranches.code <> 'ND'
        and ages.age >= coalesce(tranches.borne_inf, ages.age)
        and ages.age <= coalesce(tranches.borne_sup, ages.age)
