{#
    A view, which costs no room beside the cube. It names its tables without the database: the file it is built in takes
    another name when it is published.

    Of the numbered tables the changes are made here, from figures of the cube: a combination that has no row in a period
    of which the territory has hours is a zero.
#}
{{ config(materialized='view') }}
with cube as (
    select
        *,
        coalesce(axe_1, '') as cle_axe_1,
        coalesce(modalite_1, '') as cle_modalite_1,
        coalesce(axe_2, '') as cle_axe_2,
        coalesce(modalite_2, '') as cle_modalite_2
    from {{ ref('indicateurs').include(database=false) }}
)

select
    cube.tableau,
    tableaux.titre,
    cube.mesure,
    coalesce(propres.libelle, communes.libelle, cube.mesure) as libelle_mesure,
    cube.niveau_territoire,
    cube.code_territoire,
    coalesce(territoires.libelle, cube.code_territoire) as libelle_territoire,
    cube.type_periode,
    cube.periode,
    {% for rang in [1, 2] %}
    cube.axe_{{ rang }},
    axes_{{ rang }}.libelle as libelle_axe_{{ rang }},
    cube.modalite_{{ rang }},
    {{ libelle_de_modalite('cube.axe_' ~ rang, 'cube.modalite_' ~ rang, 'modalites_' ~ rang ~ '.libelle') }}
        as libelle_modalite_{{ rang }},
    {% endfor %}
    cube.valeur,
    cube.part,
    cube.unite,
    cube.base,
    {% for ecart, avant in [('ecart_periode', 'precedents'), ('ecart_annee', 'un_an_avant')] %}
    case
        when cube.tableau not like 'T%' then cube.{{ ecart }}
        when heures_{{ avant }}.valeur is not null then cube.valeur - coalesce({{ avant }}.valeur, 0)
    end as {{ ecart }},
    {% endfor %}
    cube.fiabilite,
    cube.couverture
from cube
left join {{ ref('tableaux').include(database=false) }} as tableaux
    on
        cube.tableau = tableaux.tableau
        and cube.mesure = tableaux.mesure
        and cube.cle_axe_1 = coalesce(tableaux.axe_1, '')
left join {{ ref('mesures').include(database=false) }} as propres
    on cube.tableau = propres.tableau and cube.mesure = propres.mesure
left join {{ ref('mesures').include(database=false) }} as communes
    on cube.mesure = communes.mesure and communes.tableau is null
left join {{ ref('dim_territoire').include(database=false) }} as territoires
    on cube.niveau_territoire = territoires.niveau_territoire and cube.code_territoire = territoires.code_territoire
{% for rang in [1, 2] %}
left join {{ ref('axes').include(database=false) }} as axes_{{ rang }}
    on cube.axe_{{ rang }} = axes_{{ rang }}.axe
left join {{ ref('modalites_des_axes').include(database=false) }} as modalites_{{ rang }}
    on cube.axe_{{ rang }} = modalites_{{ rang }}.axe and cube.modalite_{{ rang }} = modalites_{{ rang }}.code
{% endfor %}
left join {{ ref('dim_periode').include(database=false) }} as periodes
    on cube.type_periode = periodes.type_periode and cube.periode = periodes.periode
{% for avant, periode in [('precedents', 'periode_precedente'), ('un_an_avant', 'periode_annee_precedente')] %}
left join {{ ref('indicateurs').include(database=false) }} as heures_{{ avant }}
    on
        heures_{{ avant }}.tableau = 'CLES'
        and heures_{{ avant }}.mesure = 'heures'
        and cube.niveau_territoire = heures_{{ avant }}.niveau_territoire
        and cube.code_territoire = heures_{{ avant }}.code_territoire
        and cube.type_periode = heures_{{ avant }}.type_periode
        and periodes.{{ periode }} = heures_{{ avant }}.periode
left join cube as {{ avant }}
    on
        cube.tableau = {{ avant }}.tableau
        and cube.mesure = {{ avant }}.mesure
        and cube.niveau_territoire = {{ avant }}.niveau_territoire
        and cube.code_territoire = {{ avant }}.code_territoire
        and cube.type_periode = {{ avant }}.type_periode
        and periodes.{{ periode }} = {{ avant }}.periode
        and cube.cle_axe_1 = {{ avant }}.cle_axe_1
        and cube.cle_modalite_1 = {{ avant }}.cle_modalite_1
        and cube.cle_axe_2 = {{ avant }}.cle_axe_2
        and cube.cle_modalite_2 = {{ avant }}.cle_modalite_2
{% endfor %}
