-- Hours of a quarter against the same quarter a year before, where both are fully covered by deposits.
with trimestres as (
    select
        structure_code,
        {{ premier_jour_du_trimestre('mois') }} as debut,
        max(case when extract(month from mois) in (3, 6, 9, 12) then depot_id end) as depot_id
    from {{ ref('int_depots__par_mois') }}
    group by structure_code, {{ premier_jour_du_trimestre('mois') }}
    having count(*) = 3
),

heures as (
    select
        structure_code,
        {{ premier_jour_du_trimestre('mois') }} as debut,
        sum(heures) as heures
    from {{ ref('int_heures__retenues') }}
    group by structure_code, {{ premier_jour_du_trimestre('mois') }}
),

totaux as (
    select
        trimestres.structure_code,
        trimestres.debut,
        trimestres.depot_id,
        cast(coalesce(heures.heures, 0) as double) as heures
    from trimestres
    left join heures on trimestres.structure_code = heures.structure_code and trimestres.debut = heures.debut
)

select
    actuels.structure_code,
    {{ trimestre('actuels.debut') }} as trimestre,
    {{ trimestre('anterieurs.debut') }} as trimestre_anterieur,
    actuels.depot_id,
    actuels.heures,
    anterieurs.heures as heures_anterieures,
    100 * (actuels.heures - anterieurs.heures) / anterieurs.heures as evolution_pourcent
from totaux as actuels
inner join totaux as anterieurs
    on
        actuels.structure_code = anterieurs.structure_code
        and actuels.debut = {{ ajouter_mois('anterieurs.debut', 12) }}
where
    anterieurs.heures > 0
    and abs(actuels.heures - anterieurs.heures) > 0.5 * anterieurs.heures
