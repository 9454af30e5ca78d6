{# What each measure counts, in any group of rows of `int_indicateurs__faits_par_maille`. #}
{% macro cube_mesure(mesure) -%}
    {{ return({
        'heures': 'sum(heures)',
        'beneficiaires': 'count(distinct personne_cle)',
        'contrats': 'count(distinct contrat_cle)',
        'marches': 'count(distinct marche_cle)',
        'donneurs_ordre': 'count(distinct donneur_ordre_cle)',
        'entreprises': 'count(distinct entreprise_cle)',
    }[mesure]) }}
{%- endmacro %}

{#
    One table of the cube: `mesures` by one or two axes (columns of the facts), for every maille.
    Columns: tableau, mesure, maille_id, axe_1, modalite_1, axe_2, modalite_2, valeur, total (the key figure of the
    same measure and maille, counted without any axis). A zero is not a row.
#}
{% macro cube_tableau(tableau, axes, mesures) -%}
with agregats as (
    select
        maille_id,
        {% for axe in axes %}
        {{ axe }},
        {% endfor %}
        {% for mesure in mesures %}
        cast({{ cube_mesure(mesure) }} as double) as {{ mesure }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_indicateurs__faits_par_maille') }}
    group by maille_id, {{ axes | join(', ') }}
),

valeurs as (
    {% for mesure in mesures %}
    select
        '{{ mesure }}' as mesure,
        maille_id,
        {{ axes[0] }} as modalite_1,
        {{ axes[1] if axes | length > 1 else 'cast(null as varchar(50))' }} as modalite_2,
        {{ mesure }} as valeur
    from agregats
    where {{ mesure }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    '{{ tableau }}' as tableau,
    valeurs.mesure,
    valeurs.maille_id,
    '{{ axes[0] }}' as axe_1,
    valeurs.modalite_1,
    {{ "'" ~ axes[1] ~ "'" if axes | length > 1 else 'cast(null as varchar(50))' }} as axe_2,
    valeurs.modalite_2,
    valeurs.valeur,
    cles.valeur as total
from valeurs
left join {{ ref('ind_cles') }} as cles
    on valeurs.maille_id = cles.maille_id and valeurs.mesure = cles.mesure
{%- endmacro %}
