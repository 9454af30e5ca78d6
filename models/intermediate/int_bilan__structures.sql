with lignes as (
    select
        depot_id,
        ligne,
        nom_structure,
        commune_structure,
        row_number() over (
            partition by depot_id order by mois desc, ligne desc
        ) as rang
    from {{ ref('stg_bilan') }}
)

select
    depot_id,
    ligne,
    nom_structure as nom,
    commune_structure as commune
from lignes
where rang = 1
