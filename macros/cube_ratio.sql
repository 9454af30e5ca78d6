{# The only division of the project's SQL: null when the denominator is null or 0 (some engines answer infinity). #}
{% macro ratio(numerateur, denominateur) -%}
    case
        when coalesce({{ denominateur }}, 0) = 0 then null
        else cast({{ numerateur }} as double) / cast({{ denominateur }} as double)
    end
{%- endmacro %}

{% macro pourcentage(partie, total) -%}
    100 * {{ ratio(partie, total) }}
{%- endmacro %}
