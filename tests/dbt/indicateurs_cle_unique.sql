{# One row per figure: two rows of the same key would be added up by every pivot table. #}
select
    tableau,
    mesure,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    axe_1,
    modalite_1,
    axe_2,
    modalite_2,
    count(*) as lignes
from {{ ref('indicateurs') }}
group by
    tableau, mesure, niveau_territoire, code_territoire, type_periode, periode,
    axe_1, modalite_1, axe_2, modalite_2
having count(*) > 1
