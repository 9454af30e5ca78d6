{#
    Persons, contracts, marchés… of France: at least those of the largest territory of every other level, at most the
    sum of them; and every level is there. Perimeters are parts of France only by chance.
#}
with comptes as (
    select
        mesure,
        type_periode,
        periode,
        niveau_territoire,
        max(valeur) as plus_grand,
        sum(valeur) as somme
    from {{ ref('indicateurs') }}
    where
        tableau = 'CLES'
        and niveau_territoire <> 'perimetre'
        and mesure in (
            'beneficiaires', 'contrats', 'marches', 'operations', 'donneurs_ordre', 'entreprises', 'structures',
            'insertions_durables'
        )
    group by mesure, type_periode, periode, niveau_territoire
),

par_periode as (
    select
        mesure,
        type_periode,
        periode,
        count(*) as niveaux,
        max(case when niveau_territoire = 'national' then somme end) as france,
        max(case when niveau_territoire <> 'national' then plus_grand end) as plus_grand_territoire,
        min(case when niveau_territoire <> 'national' then somme end) as plus_petite_somme
    from comptes
    group by mesure, type_periode, periode
)

select *
from par_periode
where
    niveaux <> {{ cube_niveaux() | length }}
    or france < plus_grand_territoire
    or france > plus_petite_somme
