{#
    One row per figure: two rows of the same key would be added up by every pivot table. Keys are compared by their
    fingerprint, a third of the time: two equal keys always have the same, so that no repetition is missed.
#}
{% set axes = ['axe_1', 'modalite_1', 'axe_2', 'modalite_2'] %}
{% set cle = ['tableau', 'mesure', 'niveau_territoire', 'code_territoire', 'type_periode', 'periode'] %}
{% for colonne in axes %}{% do cle.append("coalesce(" ~ colonne ~ ", '')") %}{% endfor %}
with cles as (
    select {{ empreinte(cle) }} as cle
    from {{ ref('indicateurs') }}
)

select
    cle,
    count(*) as lignes
from cles
group by cle
having count(*) > 1
