{#
    Kitagawa: the gap between a territory's share of women in hours and France's, by sector, without a residual:
    - structure: (weight here - weight in France) x (mean rate of the sector - mean rate of all)
    - interne: (rate here - rate in France) x mean weight of the sector
    The mean rate of all changes no sum (gaps of weights add up to 0): it makes a sector's own line readable, negative
    when the territory has more of a sector with few women. A sector without hours here takes the rate of France.
#}
with heures as (
    select
        mailles.niveau_territoire,
        mailles.code_territoire,
        mailles.type_periode,
        mailles.periode,
        marches.secteur,
        cast(sum(marches.heures) as double) as heures,
        cast(sum(marches.heures_femmes) as double) as heures_femmes
    from {{ ref('int_suivi__marches_par_maille') }} as marches
    inner join {{ ref('int_indicateurs__mailles') }} as mailles on marches.maille_id = mailles.maille_id
    where
        mailles.type_periode <> 'cumul'
        and mailles.niveau_territoire in ('national', 'region', 'departement', 'structure', 'perimetre')
    group by
        mailles.niveau_territoire, mailles.code_territoire, mailles.type_periode, mailles.periode, marches.secteur
),

totaux as (
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        sum(heures) as heures,
        {{ ratio('sum(heures_femmes)', 'sum(heures)') }} as taux
    from heures
    group by niveau_territoire, code_territoire, type_periode, periode
),

{# Every sector of the period in France, for every territory: a territory has no other. #}
secteurs as (
    select
        totaux.niveau_territoire,
        totaux.code_territoire,
        totaux.type_periode,
        totaux.periode,
        france.secteur,
        totaux.taux,
        totaux_france.taux as taux_france,
        coalesce({{ ratio('ici.heures', 'totaux.heures') }}, 0) as poids_secteur,
        {{ ratio('france.heures', 'totaux_france.heures') }} as poids_secteur_france,
        coalesce(
            {{ ratio('ici.heures_femmes', 'ici.heures') }}, {{ ratio('france.heures_femmes', 'france.heures') }}
        ) as taux_secteur,
        {{ ratio('france.heures_femmes', 'france.heures') }} as taux_secteur_france
    from totaux
    inner join totaux as totaux_france
        on
            totaux_france.niveau_territoire = 'national'
            and totaux.type_periode = totaux_france.type_periode
            and totaux.periode = totaux_france.periode
    inner join heures as france
        on
            france.niveau_territoire = 'national'
            and totaux.type_periode = france.type_periode
            and totaux.periode = france.periode
    left join heures as ici
        on
            totaux.niveau_territoire = ici.niveau_territoire
            and totaux.code_territoire = ici.code_territoire
            and totaux.type_periode = ici.type_periode
            and totaux.periode = ici.periode
            and france.secteur = ici.secteur
    where totaux.niveau_territoire <> 'national'
),

effets as (
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        secteur,
        taux,
        taux_france,
        (poids_secteur - poids_secteur_france)
        * (taux_secteur + taux_secteur_france - taux - taux_france) / 2 as effet_structure,
        (taux_secteur - taux_secteur_france) * (poids_secteur + poids_secteur_france) / 2 as effet_interne
    from secteurs
),

ensembles as (
    select
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        taux as part_femmes,
        taux_france as part_femmes_france,
        taux - taux_france as ecart,
        sum(effet_structure) as effet_structure,
        sum(effet_interne) as effet_interne
    from effets
    group by niveau_territoire, code_territoire, type_periode, periode, taux, taux_france
),

chiffres as (
    {% for mesure in ['part_femmes', 'part_femmes_france', 'ecart', 'effet_structure', 'effet_interne'] %}
    select
        '{{ mesure }}' as mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        cast(null as varchar(50)) as axe_1,
        cast(null as varchar(50)) as modalite_1,
        100 * {{ mesure }} as valeur
    from ensembles
    union all
    {% endfor %}
    {% for mesure in ['effet_structure', 'effet_interne'] %}
    select
        '{{ mesure }}' as mesure,
        niveau_territoire,
        code_territoire,
        type_periode,
        periode,
        'secteur' as axe_1,
        secteur as modalite_1,
        100 * {{ mesure }} as valeur
    from effets
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    'S11' as tableau,
    mesure,
    niveau_territoire,
    code_territoire,
    type_periode,
    periode,
    axe_1,
    modalite_1,
    cast(null as varchar(50)) as axe_2,
    cast(null as varchar(50)) as modalite_2,
    valeur,
    cast(null as double) as part,
    cast(null as varchar(1)) as fiabilite
from chiffres
