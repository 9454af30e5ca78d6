{# What a figure of the cube is about, its « maille »: a territory of one level, during a period of one type. #}

{# Levels of territory: name of the level → expression of its code in a row of hours. #}
{% macro cube_niveaux() -%}
    {{ return({
        'national': "'FR'",
        'region': 'region',
        'departement': 'departement',
        'epci': 'epci',
        'structure': 'structure_code',
    }) }}
{%- endmacro %}

{# Types of period: name of the type → expression of the period in a row of hours. #}
{% macro cube_periodes() -%}
    {{ return({
        'annee': 'cast(annee as varchar(4))',
        'trimestre': 'trimestre',
        'cumul': "'cumul'",
    }) }}
{%- endmacro %}

{# Sorts the days of a year, leap or not: 702 for 2 July. #}
{% macro jour_de_l_annee(jour) -%}
    (extract(month from {{ jour }}) * 100 + extract(day from {{ jour }}))
{%- endmacro %}
