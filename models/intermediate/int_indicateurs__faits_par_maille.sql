{# A view: five copies of the facts would cost gigabytes at national size, and each table reads only a few columns. #}
{{ config(materialized='view') }}
{% for niveau in cube_niveaux() %}
select maille_{{ niveau }} as maille_id, faits.*
from {{ ref('int_indicateurs__faits') }} as faits
{{ 'union all' if not loop.last }}
{% endfor %}
