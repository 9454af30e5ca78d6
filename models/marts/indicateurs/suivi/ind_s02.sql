{# Profiles overlap: a young woman counts in both. Flags are those of the key figures, zeros are kept like theirs. #}
{% set drapeaux = {
    'FEMMES': 'est_femme', 'QPV': 'est_qpv', 'TH': 'est_th', 'MOINS_26': 'est_jeune', 'PLUS_50': 'est_senior',
} %}
with personnes as (
    select
        maille_id,
        personne_cle,
        {{ drapeaux.values() | join(', ') }},
        sum(heures) as heures
    from {{ ref('int_suivi__contrats_par_maille') }}
    group by maille_id, personne_cle, {{ drapeaux.values() | join(', ') }}
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

{{ suivi_par_maille('S02') }}
