-- Women of the follow-up (S02) are those of table T08: persons and hours, in every territory and period; and the
-- profiles that the key figures count have the same hours there.
with suivi as (
    select
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        modalite_1,
        valeur
    from {{ ref('indicateurs') }}
    where tableau = 'S02' and axe_1 = 'profil' and mesure in ('beneficiaires', 'heures')
),

references_du_cube as (
    select
        mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        'FEMMES' as modalite_1,
        valeur
    from {{ ref('indicateurs') }}
    where tableau = 'T08' and modalite_1 = 'F'

    union all

    select
        'heures' as mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        case mesure
            when 'heures_qpv' then 'QPV'
            when 'heures_th' then 'TH'
            when 'heures_jeunes' then 'MOINS_26'
            when 'heures_senior' then 'PLUS_50'
        end as modalite_1,
        valeur
    from {{ ref('indicateurs') }}
    where tableau = 'CLES' and mesure in ('heures_qpv', 'heures_th', 'heures_jeunes', 'heures_senior')
),

compares as (
    select *
    from suivi
    where mesure = 'heures' or modalite_1 = 'FEMMES'
)

select
    coalesce(references_du_cube.niveau_territoire, compares.niveau_territoire) as niveau_territoire,
    coalesce(references_du_cube.code_territoire, compares.code_territoire) as code_territoire,
    coalesce(references_du_cube.periode, compares.periode) as periode,
    coalesce(references_du_cube.modalite_1, compares.modalite_1) as profil,
    references_du_cube.valeur as valeur_du_cube,
    compares.valeur as valeur_du_suivi
from compares
full outer join references_du_cube
    on
        compares.mesure = references_du_cube.mesure
        and compares.niveau_territoire = references_du_cube.niveau_territoire
        and compares.code_territoire = references_du_cube.code_territoire
        and compares.type_periode = references_du_cube.type_periode
        and compares.periode = references_du_cube.periode
        and compares.modalite_1 = references_du_cube.modalite_1
where abs(coalesce(compares.valeur, 0) - coalesce(references_du_cube.valeur, 0)) > 0.001
