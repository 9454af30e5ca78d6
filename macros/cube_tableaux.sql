{#
    The models of a kind of table of the cube: `t`, the numbered tables, or `s`, the follow-up. Their home is the seed
    `tableaux`, which nothing may read while models are compiled: a test compares.
#}
{% macro cube_tableaux(lettre) -%}
    {{ return({
        't': [
            't01', 't02', 't03', 't04', 't05', 't06', 't07', 't08', 't09', 't10', 't11',
            't12', 't13', 't14', 't15', 't16', 't17', 't18', 't19', 't20', 't21', 't22',
        ],
        's': ['s01', 's02', 's03', 's04', 's05', 's06', 's07', 's08', 's09', 's10', 's11', 's12', 's13'],
    }[lettre]) }}
{%- endmacro %}
