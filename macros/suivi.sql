{# Columns of every follow-up table (S01 to S13), in this order. #}
{% macro suivi_colonnes() -%}
    {{ return([
        'tableau', 'mesure', 'niveau_territoire', 'code_territoire', 'type_periode', 'periode',
        'axe_1', 'modalite_1', 'axe_2', 'modalite_2', 'valeur', 'part', 'fiabilite',
    ]) }}
{%- endmacro %}

{% macro suivi_vide() -%}
select
    {% for colonne in suivi_colonnes() %}
    cast(null as {{ 'double' if colonne in ('valeur', 'part') else 'varchar(50)' }}) as {{ colonne }}{{ ',' if not loop.last }}
    {% endfor %}
where false
{%- endmacro %}

{#
    Bound of the Wilson 95 % interval of a share, in percent: `signe` is - for the lower one, + for the upper one.
    (k + z²/2 ± z·√(k(n−k)/n + z²/4)) / (n + z²)
#}
{% macro borne_de_wilson(succes, nombre, quantile, signe) -%}
    {{ pourcentage(
        succes ~ ' + ' ~ quantile ~ ' * ' ~ quantile ~ ' / 2 ' ~ signe ~ ' ' ~ quantile ~ ' * sqrt('
        ~ succes ~ ' * ' ~ ratio(nombre ~ ' - ' ~ succes, nombre) ~ ' + ' ~ quantile ~ ' * ' ~ quantile ~ ' / 4)',
        nombre ~ ' + ' ~ quantile ~ ' * ' ~ quantile
    ) }}
{%- endmacro %}
