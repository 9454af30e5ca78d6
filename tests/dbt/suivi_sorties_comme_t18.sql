-- What becomes of persons (S01), year by year: the same persons due, and durable, as the situations of T18.
with chiffres as (
    select
        niveau_territoire,
        code_territoire,
        periode,
        modalite_1 as horizon,
        case when tableau = 'S01' then valeur else 0 end as valeur_s01,
        case when tableau = 'T18' then valeur else 0 end as valeur_t18,
        'echus' as mesure
    from {{ ref('indicateurs') }}
    where tableau = 'T18' or (tableau = 'S01' and mesure = 'echus' and type_periode = 'annee' and axe_2 is null)

    union all

    select
        indicateurs.niveau_territoire,
        indicateurs.code_territoire,
        indicateurs.periode,
        indicateurs.modalite_1 as horizon,
        case when indicateurs.tableau = 'S01' then indicateurs.valeur else 0 end as valeur_s01,
        case when indicateurs.tableau = 'T18' then indicateurs.valeur else 0 end as valeur_t18,
        'durable' as mesure
    from {{ ref('indicateurs') }} as indicateurs
    left join {{ ref('dim_situation') }} as situations
        on indicateurs.axe_2 = 'situation' and indicateurs.modalite_2 = situations.code
    where
        (indicateurs.tableau = 'T18' and situations.groupe = 'DURABLE')
        or (
            indicateurs.tableau = 'S01'
            and indicateurs.mesure = 'durable'
            and indicateurs.type_periode = 'annee'
            and indicateurs.axe_2 is null
        )
)

select
    mesure,
    niveau_territoire,
    code_territoire,
    periode,
    horizon,
    sum(valeur_s01) as valeur_s01,
    sum(valeur_t18) as valeur_t18
from chiffres
group by mesure, niveau_territoire, code_territoire, periode, horizon
having sum(valeur_s01) <> sum(valeur_t18)
