{#
    The lines that count: for each key of a structure, the one of its latest deposit that has it (the last line there, where a
    deposit repeats it), with the structure, date of extraction and rank of loading of its deposit. `lignes`: what is read,
    with depot_id and ligne.
#}
{% macro derniere_version(lignes, cle) -%}
select * from (
    select
        lignes.*,
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        row_number() over (
            partition by depots.structure_code{% for colonne in cle %}, lignes.{{ colonne }}{% endfor %}
            order by depots.rang asc, lignes.ligne desc
        ) as version
    from {{ lignes }} as lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
) as numerotees
where version = 1
{%- endmacro %}
