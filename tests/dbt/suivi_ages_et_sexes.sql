-- The ages by sex of the follow-up (S02) add up to table T08 by sex and to table T11 by age, in persons and in hours,
-- in every territory and period.
with croises as (
    select
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        modalite_1 as tranche_age,
        modalite_2 as sexe,
        valeur
    from {{ ref('indicateurs') }}
    where tableau = 'S02' and axe_1 = 'tranche_age'
),

sommes as (
    select
        'T11' as tableau,
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        tranche_age as modalite,
        sum(valeur) as valeur
    from croises
    group by mesure, niveau_territoire, code_territoire, type_periode, periode, tranche_age

    union all

    select
        'T08' as tableau,
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        sexe as modalite,
        sum(valeur) as valeur
    from croises
    group by mesure, niveau_territoire, code_territoire, type_periode, periode, sexe
),

tableaux as (
    select
        tableau,
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        modalite_1 as modalite,
        valeur
    from {{ ref('indicateurs') }}
    where tableau in ('T08', 'T11')
)

select
    coalesce(tableaux.tableau, sommes.tableau) as tableau,
    coalesce(tableaux.mesure, sommes.mesure) as mesure,
    coalesce(tableaux.niveau_territoire, sommes.niveau_territoire) as niveau_territoire,
    coalesce(tableaux.code_territoire, sommes.code_territoire) as code_territoire,
    coalesce(tableaux.periode, sommes.periode) as periode,
    coalesce(tableaux.modalite, sommes.modalite) as modalite,
    tableaux.valeur as valeur_du_tableau,
    sommes.valeur as valeur_du_suivi
from sommes
full outer join tableaux
    on
        sommes.tableau = tableaux.tableau
        and sommes.mesure = tableaux.mesure
        and sommes.niveau_territoire = tableaux.niveau_territoire
        and sommes.code_territoire = tableaux.code_territoire
        and sommes.type_periode = tableaux.type_periode
        and sommes.periode = tableaux.periode
        and sommes.modalite = tableaux.modalite
where abs(coalesce(tableaux.valeur, 0) - coalesce(sommes.valeur, 0)) > 0.001
