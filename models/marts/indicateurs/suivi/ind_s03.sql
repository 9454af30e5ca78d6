{# Sectors, and how diverse they are: of an unknown sector (ND) nothing can be said there, it is left out of both. #}
with par_secteur as (
    select
        maille_id,
        secteur,
        count(*) as marches,
        sum(heures) as heures
    from {{ ref('int_suivi__marches_par_maille') }}
    group by maille_id, secteur
),

par_maille as (
    select
        maille_id,
        sum(marches) as marches,
        sum(heures) as heures
    from par_secteur
    group by maille_id
),

parts_connues as (
    select
        par_secteur.maille_id,
        secteurs.est_btp,
        {{ ratio('par_secteur.heures', 'sum(par_secteur.heures) over (partition by par_secteur.maille_id)') }} as part
    from par_secteur
    inner join {{ ref('dim_secteur') }} as secteurs on par_secteur.secteur = secteurs.code
    where par_secteur.secteur <> 'ND'
),

valeurs as (
    {% for mesure in ['marches', 'heures'] %}
    select
        par_secteur.maille_id,
        '{{ mesure }}' as mesure,
        'secteur' as axe_1,
        par_secteur.secteur as modalite_1,
        par_secteur.{{ mesure }} as valeur,
        par_maille.{{ mesure }} as total
    from par_secteur
    inner join par_maille on par_secteur.maille_id = par_maille.maille_id
    union all
    {% endfor %}
    {% for mesure, expression in {
        'part_hors_btp': '100 * sum(case when est_btp then 0 else part end)',
        'herfindahl': 'sum(part * part)',
    }.items() %}
    select
        maille_id,
        '{{ mesure }}' as mesure,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        {{ expression }} as valeur,
        null as total
    from parts_connues
    group by maille_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_par_maille('S03') }}
