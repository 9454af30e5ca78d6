-- Kitagawa leaves no residual: both effects add up to the gap, their sectors to each effect; and the gap is that of
-- the key figures.
with ensembles as (
    select
        niveau_territoire,
        code_territoire,
        periode,
        max(case when mesure = 'ecart' then valeur end) as ecart,
        max(case when mesure = 'part_femmes' then valeur end) as part_femmes,
        max(case when mesure = 'part_femmes_france' then valeur end) as part_femmes_france,
        max(case when mesure = 'effet_structure' and axe_1 is null then valeur end) as effet_structure,
        max(case when mesure = 'effet_interne' and axe_1 is null then valeur end) as effet_interne,
        sum(case when mesure = 'effet_structure' and axe_1 = 'secteur' then valeur end) as structure_des_secteurs,
        sum(case when mesure = 'effet_interne' and axe_1 = 'secteur' then valeur end) as interne_des_secteurs
    from {{ ref('indicateurs') }}
    where tableau = 'S11'
    group by niveau_territoire, code_territoire, periode
),

cles as (
    select
        niveau_territoire,
        code_territoire,
        periode,
        valeur
    from {{ ref('indicateurs') }}
    where tableau = 'CLES' and mesure = 'part_femmes_heures'
)

select ensembles.*
from ensembles
left join cles
    on
        ensembles.niveau_territoire = cles.niveau_territoire
        and ensembles.code_territoire = cles.code_territoire
        and ensembles.periode = cles.periode
left join cles as france
    on france.niveau_territoire = 'national' and ensembles.periode = france.periode
where
    coalesce(abs(ensembles.ecart - ensembles.effet_structure - ensembles.effet_interne), 1) > 1e-9
    or coalesce(abs(ensembles.effet_structure - ensembles.structure_des_secteurs), 1) > 1e-9
    or coalesce(abs(ensembles.effet_interne - ensembles.interne_des_secteurs), 1) > 1e-9
    or coalesce(abs(ensembles.part_femmes - cles.valeur), 1) > 1e-9
    or coalesce(abs(ensembles.part_femmes_france - france.valeur), 1) > 1e-9
