{# A schema is called exactly what dbt_project.yml says: analysts rely on `marts` and `qualite`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
