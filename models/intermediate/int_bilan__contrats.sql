with lignes as (
    select
        depot_id,
        ligne,
        numero_contrat,
        numero_beneficiaire,
        siret_entreprise,
        type_entreprise,
        type_contrat,
        code_rome,
        metier,
        date_debut,
        date_fin,
        row_number() over (
            partition by depot_id, numero_contrat order by mois desc, ligne desc
        ) as rang
    from {{ ref('stg_bilan') }}
)

select
    depot_id,
    ligne,
    numero_contrat,
    numero_beneficiaire,
    siret_entreprise as siret_employeur,
    type_entreprise as type_employeur,
    type_contrat,
    code_rome,
    metier,
    date_debut,
    date_fin
from lignes
where rang = 1
