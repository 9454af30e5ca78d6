-- Where each operation counts: one row per operation and territory, of every level.
{% for niveau, code in cube_niveaux().items() %}
select
    operation_id,
    '{{ niveau }}' as niveau_territoire,
    {{ code }} as code_territoire
from {{ ref('int_operations__localisees') }}
union all
{% endfor %}
select
    operation_id,
    'perimetre' as niveau_territoire,
    perimetre as code_territoire
from {{ ref('int_perimetres__operations') }}
