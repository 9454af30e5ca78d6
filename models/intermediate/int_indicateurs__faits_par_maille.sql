{# A view: five copies of the facts would cost gigabytes at national size, and each table reads only a few columns. #}
{{ config(materialized='view') }}
{% for niveau in cube_niveaux() %}
select maille_{{ niveau }} as maille_id, faits.*
from {{ ref('int_indicateurs__faits') }} as faits
union all
{% endfor %}
select
    perimetres.maille_id,
    faits.*
from {{ ref('int_indicateurs__faits') }} as faits
inner join {{ ref('int_perimetres__mailles') }} as perimetres
    on faits.operation_cle = perimetres.operation_cle and faits.maille_national = perimetres.maille_national
