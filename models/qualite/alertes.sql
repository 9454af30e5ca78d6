select
    depot_id as depot,
    {{ adapter.quote('table') }},
    ligne,
    colonne,
    regle,
    message,
    valeur
from {{ ref('stg_constats') }}
where gravite = 'alerte'

union all

select
    depot_id as depot,
    'Heures' as {{ adapter.quote('table') }},
    cast(null as integer) as ligne,
    'Mois' as colonne,
    'RUPTURE_DE_SERIE' as regle,
    'Les heures de la structure ' || structure_code || ' au trimestre ' || trimestre || ' ('
    || {{ nombre_en_texte('heures') }} || ' h) sont en '
    || case when evolution_pourcent > 0 then 'hausse' else 'baisse' end || ' de '
    || cast(cast(round(abs(evolution_pourcent)) as bigint) as varchar(20)) || ' % par rapport au trimestre '
    || trimestre_anterieur || ' (' || {{ nombre_en_texte('heures_anterieures') }} || ' h). '
    || '{{ dbt.escape_single_quotes(
        "Vérifiez que les exports des deux périodes sont complets et déposez une correction si besoin ; "
        ~ "si l'écart est réel, il n'y a rien à faire."
    ) }}' as message,
    trimestre as valeur
from {{ ref('int_heures__ruptures') }}
