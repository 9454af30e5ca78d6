{#
    Rows of a follow-up table from aggregates by territory and period: `agregats` names a CTE with niveau_territoire,
    code_territoire, type_periode, periode, axe_1, modalite_1, axe_2, modalite_2. For each axis the seed `tableaux` says
    which of the `mesures` (name → expression) are shown; what is unknown (null) is no row. Where the axis is a
    partition, the part is of the same measure without axis.
#}
{% macro suivi_agregats(tableau, agregats, mesures) -%}
{%- set maille = ['niveau_territoire', 'code_territoire', 'type_periode', 'periode'] -%}
mesures_de_la_table as (
    select
        agregats.niveau_territoire,
        agregats.code_territoire,
        agregats.type_periode,
        agregats.periode,
        agregats.axe_1,
        agregats.modalite_1,
        agregats.axe_2,
        agregats.modalite_2,
        tableaux.mesure,
        tableaux.est_partition,
        case tableaux.mesure
            {% for mesure, expression in mesures.items() %}
            when '{{ mesure }}' then cast({{ expression }} as double)
            {% endfor %}
        end as valeur
    from {{ agregats }} as agregats
    inner join {{ ref('tableaux') }} as tableaux
        on tableaux.tableau = '{{ tableau }}' and coalesce(agregats.axe_1, '') = coalesce(tableaux.axe_1, '')
)

select
    '{{ tableau }}' as tableau,
    chiffres.mesure,
    {% for colonne in maille %}
    chiffres.{{ colonne }},
    {% endfor %}
    chiffres.axe_1,
    chiffres.modalite_1,
    chiffres.axe_2,
    chiffres.modalite_2,
    chiffres.valeur,
    case when chiffres.est_partition then {{ pourcentage('chiffres.valeur', 'totaux.valeur') }} end as part,
    cast(null as varchar(1)) as fiabilite
from mesures_de_la_table as chiffres
left join mesures_de_la_table as totaux
    on
        totaux.axe_1 is null
        and chiffres.mesure = totaux.mesure
        {% for colonne in maille %}
        and chiffres.{{ colonne }} = totaux.{{ colonne }}
        {% endfor %}
where chiffres.valeur is not null
{%- endmacro %}

{#
    Aggregates of a CTE by maille (the columns `maille`) for each list of at most two axes, columns of `source`: what
    `suivi_agregats` reads. `sommes`: name → expression.
#}
{% macro suivi_par_axes(source, maille, sommes, axes_possibles) -%}
    {%- for axes in axes_possibles %}
    select
        {{ maille | join(', ') }},
        {%- for rang in [0, 1] %}
        {%- if axes | length > rang %}
        '{{ axes[rang] }}' as axe_{{ rang + 1 }},
        {{ axes[rang] }} as modalite_{{ rang + 1 }},
        {%- else %}
        cast(null as varchar(50)) as axe_{{ rang + 1 }},
        cast(null as varchar(50)) as modalite_{{ rang + 1 }},
        {%- endif %}
        {%- endfor %}
        {%- for somme, expression in sommes.items() %}
        {{ expression }} as {{ somme }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source }}
    group by {{ (maille + axes) | join(', ') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
