{#
    Every person having hours has her path, and is in one cohort: their sum over the years is the whole history, and the
    parts of a cohort by each axis, wherever it is broken down, are the cohort.
#}
with chiffres as (
    select
        tableau || ' ' || mesure as chiffre,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        modalite_1,
        axe_2,
        valeur
    from {{ ref('indicateurs') }}
    where
        (tableau = 'S01' and mesure in ('echus', 'connus', 'durable', 'droit_commun'))
        or (tableau = 'S05' and mesure = 'personnes')
),

ventiles as (
    select
        chiffre,
        niveau_territoire,
        code_territoire,
        periode,
        modalite_1,
        axe_2,
        sum(valeur) as valeur
    from chiffres
    where axe_2 is not null
    group by chiffre, niveau_territoire, code_territoire, periode, modalite_1, axe_2
),

cumules as (
    select
        chiffre,
        niveau_territoire,
        code_territoire,
        modalite_1,
        sum(case when type_periode = 'annee' then valeur else 0 end) as des_annees,
        sum(case when type_periode = 'trimestre' then valeur else 0 end) as des_trimestres,
        sum(case when type_periode = 'cumul' then valeur else 0 end) as du_cumul
    from chiffres
    where axe_2 is null
    group by chiffre, niveau_territoire, code_territoire, modalite_1
)

select
    ventiles.chiffre,
    ventiles.niveau_territoire,
    ventiles.code_territoire,
    ventiles.valeur,
    chiffres.valeur as valeur_attendue
from ventiles
left join chiffres
    on
        chiffres.axe_2 is null
        and ventiles.chiffre = chiffres.chiffre
        and ventiles.niveau_territoire = chiffres.niveau_territoire
        and ventiles.code_territoire = chiffres.code_territoire
        and ventiles.periode = chiffres.periode
        and ventiles.modalite_1 = chiffres.modalite_1
where chiffres.valeur is null or ventiles.valeur <> chiffres.valeur

union all

select
    chiffre,
    niveau_territoire,
    code_territoire,
    des_annees as valeur,
    du_cumul as valeur_attendue
from cumules
where des_annees <> du_cumul or (chiffre <> 'S05 personnes' and des_trimestres <> du_cumul)

union all

select
    'parcours' as chiffre,
    'national' as niveau_territoire,
    'FR' as code_territoire,
    cast((select count(*) from {{ ref('parcours') }}) as double) as valeur,
    valeur as valeur_attendue
from {{ ref('indicateurs') }}
where
    tableau = 'CLES'
    and mesure = 'beneficiaires'
    and niveau_territoire = 'national'
    and type_periode = 'cumul'
    and valeur <> (select count(*) from {{ ref('parcours') }})
