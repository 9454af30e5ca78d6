-- Follow-up figures, each with its change from the period before and from the same period a year before.
with chiffres as (
    {% for tableau in cube_tableaux('s') %}
    select {{ suivi_colonnes() | join(', ') }}
    from {{ ref('ind_' ~ tableau) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

cles as (
    select
        chiffres.*,
        concat_ws(
            '|', chiffres.tableau, chiffres.mesure,
            chiffres.niveau_territoire, chiffres.code_territoire, chiffres.type_periode,
            coalesce(chiffres.axe_1, ''), coalesce(chiffres.modalite_1, ''),
            coalesce(chiffres.axe_2, ''), coalesce(chiffres.modalite_2, '')
        ) as serie,
        periodes.periode_precedente,
        periodes.periode_annee_precedente
    from chiffres
    left join {{ ref('dim_periode') }} as periodes
        on chiffres.type_periode = periodes.type_periode and chiffres.periode = periodes.periode
)

select
    {% for colonne in suivi_colonnes() %}
    cles.{{ colonne }},
    {% endfor %}
    cles.valeur - precedents.valeur as ecart_periode,
    cles.valeur - annees_precedentes.valeur as ecart_annee
from cles
left join cles as precedents
    on cles.serie = precedents.serie and cles.periode_precedente = precedents.periode
left join cles as annees_precedentes
    on cles.serie = annees_precedentes.serie and cles.periode_annee_precedente = annees_precedentes.periode
