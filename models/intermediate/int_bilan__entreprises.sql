with cles as (
    select
        depot_id,
        ligne,
        mois,
        code_marche,
        siret_entreprise as siret,
        raison_sociale,
        type_entreprise,
        effectif,
        coalesce(siret_entreprise, {{ texte_normalise('raison_sociale') }}) as cle_entreprise
    from {{ ref('stg_bilan') }}
),

lignes as (
    select
        depot_id,
        ligne,
        code_marche,
        siret,
        raison_sociale,
        type_entreprise,
        effectif,
        row_number() over (
            partition by depot_id, code_marche, cle_entreprise order by mois desc, ligne desc
        ) as rang
    from cles
)

select
    depot_id,
    ligne,
    code_marche,
    siret,
    raison_sociale,
    type_entreprise,
    effectif
from lignes
where rang = 1
