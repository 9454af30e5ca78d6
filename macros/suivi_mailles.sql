{# Follow-up tables counted like the cube: with hours in the territory and the period of a maille. #}

{# Value of a threshold of `seuils`. #}
{% macro seuil(code) -%}
    (select seuils.valeur from {{ ref('seuils') }} as seuils where seuils.code = '{{ code }}')
{%- endmacro %}

{#
    Rows of a follow-up table from its `valeurs` (a CTE: maille_id, mesure, axe_1, modalite_1, valeur, total). `total` is
    the base of the part, null where a part has no sense; with a base of 0 nothing is known and nothing is said. Each
    part is a figure too (part_<mesure>), so that its changes are followed.
#}
{% macro suivi_par_maille(tableau) -%}
parts as (
    select
        maille_id,
        mesure,
        axe_1,
        modalite_1,
        cast(valeur as double) as valeur,
        {{ pourcentage('valeur', 'total') }} as part
    from valeurs
    where valeur is not null and (total is null or total > 0)
),

chiffres as (
    select * from parts
    union all
    select
        maille_id,
        'part_' || mesure as mesure,
        axe_1,
        modalite_1,
        part as valeur,
        cast(null as double) as part
    from parts
    where part is not null
)

select
    '{{ tableau }}' as tableau,
    chiffres.mesure,
    mailles.niveau_territoire,
    mailles.code_territoire,
    mailles.type_periode,
    mailles.periode,
    chiffres.axe_1,
    chiffres.modalite_1,
    cast(null as varchar(50)) as axe_2,
    cast(null as varchar(50)) as modalite_2,
    chiffres.valeur,
    chiffres.part,
    cast(null as varchar(1)) as fiabilite
from chiffres
inner join {{ ref('int_indicateurs__mailles') }} as mailles on chiffres.maille_id = mailles.maille_id
{%- endmacro %}
