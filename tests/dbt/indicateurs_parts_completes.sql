{#
    Parts of a table add up to 100 where its axes share out the measure (T18: within each horizon); and a territory with
    any table for a period has its key figures. Follow-up tables have parts of their own making.
#}
with groupes as (
    select
        tableau,
        mesure,
        axe_1,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        case when tableau = 'T18' then modalite_1 end as horizon,
        count(*) as lignes,
        count(part) as parts,
        sum(part) as somme
    from {{ ref('indicateurs') }}
    where tableau not like 'S%'
    group by
        tableau, mesure, axe_1, niveau_territoire, code_territoire, type_periode, periode,
        case when tableau = 'T18' then modalite_1 end
)

select groupes.*
from groupes
inner join {{ ref('tableaux') }} as tableaux
    on
        groupes.tableau = tableaux.tableau
        and groupes.mesure = tableaux.mesure
        and coalesce(groupes.axe_1, '') = coalesce(tableaux.axe_1, '')
where
    (tableaux.est_partition and (groupes.parts < groupes.lignes or abs(groupes.somme - 100) > 0.001))
    or (not tableaux.est_partition and groupes.parts > 0)
