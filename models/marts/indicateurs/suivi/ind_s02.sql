{#
    Profiles overlap: a young woman counts in both. Flags are those of the key figures, zeros are kept like theirs.
    Ages by sex (the pyramid) do not: each person is in one of them.
#}
{% set drapeaux = {
    'FEMMES': 'est_femme', 'QPV': 'est_qpv', 'TH': 'est_th', 'MOINS_26': 'est_jeune', 'PLUS_50': 'est_senior',
} %}
with personnes as (
    select
        maille_id,
        personne_cle,
        tranche_age,
        sexe,
        {{ drapeaux.values() | join(', ') }},
        sum(heures) as heures
    from {{ ref('int_suivi__contrats_par_maille') }}
    group by maille_id, personne_cle, tranche_age, sexe, {{ drapeaux.values() | join(', ') }}
),

par_maille as (
    select
        maille_id,
        {% for drapeau in drapeaux.values() %}
        sum(case when {{ drapeau }} then 1 else 0 end) as personnes_{{ drapeau }},
        sum(case when {{ drapeau }} then heures else 0 end) as heures_{{ drapeau }},
        {% endfor %}
        count(*) as personnes,
        sum(heures) as heures
    from personnes
    group by maille_id
),

valeurs as (
    {% for profil, drapeau in drapeaux.items() %}
    {% for mesure, colonne in {'beneficiaires': 'personnes', 'heures': 'heures'}.items() %}
    select
        maille_id,
        '{{ mesure }}' as mesure,
        'profil' as axe_1,
        '{{ profil }}' as modalite_1,
        {{ colonne }}_{{ drapeau }} as valeur,
        {{ colonne }} as total
    from par_maille
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

croises as (
    select
        maille_id,
        tranche_age,
        sexe,
        count(*) as personnes,
        sum(heures) as heures
    from personnes
    group by maille_id, tranche_age, sexe
),

pyramides as (
    {% for mesure, colonne in {'beneficiaires': 'personnes', 'heures': 'heures'}.items() %}
    select
        '{{ mesure }}' as mesure,
        par_maille.maille_id,
        ages.code as tranche_age,
        sexes.code as sexe,
        cast(coalesce(croises.{{ colonne }}, 0) as double) as valeur,
        {{ pourcentage('coalesce(croises.' ~ colonne ~ ', 0)', 'par_maille.' ~ colonne) }} as part
    from par_maille
    cross join {{ ref('dim_tranche_age') }} as ages
    cross join {{ ref('dim_sexe') }} as sexes
    left join croises
        on
            par_maille.maille_id = croises.maille_id
            and ages.code = croises.tranche_age
            and sexes.code = croises.sexe
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ suivi_par_maille('S02') }}

union all

select
    'S02' as tableau,
    pyramides.mesure,
    mailles.niveau_territoire,
    mailles.code_territoire,
    mailles.type_periode,
    mailles.periode,
    'tranche_age' as axe_1,
    pyramides.tranche_age as modalite_1,
    'sexe' as axe_2,
    pyramides.sexe as modalite_2,
    pyramides.valeur,
    pyramides.part,
    cast(null as varchar(1)) as fiabilite
from pyramides
inner join {{ ref('int_indicateurs__mailles') }} as mailles on pyramides.maille_id = mailles.maille_id
