{# Follow-up tables that count the same hours as the key figures: S08 all of them, S09 those of the ANRU programmes. #}
with paires as (
    select
        cles.niveau_territoire,
        cles.code_territoire,
        cles.type_periode,
        cles.periode,
        cles.mesure,
        cles.valeur,
        case cles.mesure when 'heures' then 'S08' else 'S09' end as tableau
    from {{ ref('indicateurs') }} as cles
    -- A maille without hours (year of a first contract) has no key figure.
    where cles.tableau = 'CLES' and cles.mesure in ('heures', 'heures_anru') and cles.valeur > 0
),

suivis as (
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        tableau,
        valeur
    from {{ ref('indicateurs') }}
    where tableau in ('S08', 'S09') and mesure = 'heures' and axe_1 is null
)

select
    coalesce(paires.tableau, suivis.tableau) as tableau,
    coalesce(paires.niveau_territoire, suivis.niveau_territoire) as niveau_territoire,
    coalesce(paires.code_territoire, suivis.code_territoire) as code_territoire,
    coalesce(paires.periode, suivis.periode) as periode,
    paires.valeur as heures_des_cles,
    suivis.valeur as heures_du_suivi
from paires
full outer join suivis
    on
        paires.tableau = suivis.tableau
        and paires.niveau_territoire = suivis.niveau_territoire
        and paires.code_territoire = suivis.code_territoire
        and paires.type_periode = suivis.type_periode
        and paires.periode = suivis.periode
where abs(coalesce(paires.valeur, 0) - coalesce(suivis.valeur, 0)) > 0.001
