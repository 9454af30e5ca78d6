{#
    The cube: every figure with its territory, period, unit, base, part and changes, from which all outputs are made.
#}
with cles as (
    select
        cles.*,
        cles.valeur - precedentes.valeur as ecart_periode,
        cles.valeur - annees_precedentes.valeur as ecart_annee
    from {{ ref('ind_cles') }} as cles
    inner join {{ ref('int_indicateurs__mailles') }} as mailles on cles.maille_id = mailles.maille_id
    left join {{ ref('ind_cles') }} as precedentes
        on mailles.maille_periode_precedente = precedentes.maille_id and cles.mesure = precedentes.mesure
    left join {{ ref('ind_cles') }} as annees_precedentes
        on mailles.maille_annee_precedente = annees_precedentes.maille_id and cles.mesure = annees_precedentes.mesure
),

chiffres as (
    select * from cles
    {% for tableau in cube_tableaux('t') %}
    union all
    select
        *,
        cast(null as double) as ecart_periode,
        cast(null as double) as ecart_annee
    from {{ ref('ind_' ~ tableau) }}
    {% endfor %}
),

{# A territory with holes says so beside each of its figures; a period before any deposit has no coverage to tell. #}
mailles as (
    select
        mailles.maille_id,
        mailles.niveau_territoire,
        mailles.code_territoire,
        mailles.type_periode,
        mailles.periode,
        couvertures.part_structures as couverture
    from {{ ref('int_indicateurs__mailles') }} as mailles
    left join {{ ref('couverture_territoires') }} as couvertures
        on
            mailles.niveau_territoire = couvertures.niveau_territoire
            and mailles.code_territoire = couvertures.code_territoire
            and mailles.type_periode = couvertures.type_periode
            and mailles.periode = couvertures.periode
)

select
    chiffres.tableau,
    chiffres.mesure,
    mailles.niveau_territoire,
    mailles.code_territoire,
    mailles.type_periode,
    mailles.periode,
    chiffres.axe_1,
    chiffres.modalite_1,
    chiffres.axe_2,
    chiffres.modalite_2,
    chiffres.valeur,
    case when tableaux.est_partition then {{ pourcentage('chiffres.valeur', 'chiffres.total') }} end as part,
    tableaux.unite,
    tableaux.base,
    chiffres.ecart_periode,
    chiffres.ecart_annee,
    cast(null as varchar(1)) as fiabilite,
    mailles.couverture
from chiffres
left join mailles on chiffres.maille_id = mailles.maille_id
left join {{ ref('tableaux') }} as tableaux
    on
        chiffres.tableau = tableaux.tableau
        and chiffres.mesure = tableaux.mesure
        and coalesce(chiffres.axe_1, '') = coalesce(tableaux.axe_1, '')

union all

select
    suivi.tableau,
    suivi.mesure,
    suivi.niveau_territoire,
    suivi.code_territoire,
    suivi.type_periode,
    suivi.periode,
    suivi.axe_1,
    suivi.modalite_1,
    suivi.axe_2,
    suivi.modalite_2,
    suivi.valeur,
    suivi.part,
    tableaux.unite,
    tableaux.base,
    suivi.ecart_periode,
    suivi.ecart_annee,
    suivi.fiabilite,
    couvertures.part_structures as couverture
from {{ ref('ind_suivi') }} as suivi
left join {{ ref('tableaux') }} as tableaux
    on
        suivi.tableau = tableaux.tableau
        and suivi.mesure = tableaux.mesure
        and coalesce(suivi.axe_1, '') = coalesce(tableaux.axe_1, '')
left join {{ ref('couverture_territoires') }} as couvertures
    on
        suivi.niveau_territoire = couvertures.niveau_territoire
        and suivi.code_territoire = couvertures.code_territoire
        and suivi.type_periode = couvertures.type_periode
        and suivi.periode = couvertures.periode
