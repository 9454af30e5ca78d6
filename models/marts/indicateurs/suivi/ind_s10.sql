{# Buyers of the State among all, zeros included: a territory with hours and no marché of the State is a finding. #}
with marches as (
    select
        marches.maille_id,
        marches.base_juridique,
        marches.type_donneur_ordre = 'ETAT' as est_etat,
        bases.est_reserve,
        marches.heures
    from {{ ref('int_suivi__marches_par_maille') }} as marches
    left join {{ ref('dim_base_juridique') }} as bases on marches.base_juridique = bases.code
),

par_maille as (
    select
        maille_id,
        count(*) as marches_tous,
        sum(heures) as heures_toutes,
        sum(case when est_etat then 1 else 0 end) as marches,
        sum(case when est_etat then heures else 0 end) as heures,
        sum(case when est_etat and est_reserve then 1 else 0 end) as marches_reserves,
        sum(case when est_etat and est_reserve then heures else 0 end) as heures_reservees
    from marches
    group by maille_id
),

par_base as (
    select
        maille_id,
        base_juridique,
        count(*) as marches,
        sum(heures) as heures
    from marches
    where est_etat
    group by maille_id, base_juridique
),

valeurs as (
    {% for mesure, total in [
        ('marches', 'marches_tous'),
        ('heures', 'heures_toutes'),
        ('marches_reserves', 'marches'),
        ('heures_reservees', 'heures'),
    ] %}
    select
        maille_id,
        '{{ mesure }}' as mesure,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        {{ mesure }} as valeur,
        {{ total }} as total
    from par_maille
    union all
    {% endfor %}
    {% for mesure in ['marches', 'heures'] %}
    select
        par_base.maille_id,
        '{{ mesure }}' as mesure,
        'base_juridique' as axe_1,
        par_base.base_juridique as modalite_1,
        par_base.{{ mesure }} as valeur,
        par_maille.{{ mesure }} as total
    from par_base
    inner join par_maille on par_base.maille_id = par_maille.maille_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_par_maille('S10') }}
