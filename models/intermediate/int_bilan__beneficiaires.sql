with lignes as (
    select
        depot_id,
        ligne,
        numero_beneficiaire,
        id_personne,
        identite_complete,
        date_naissance,
        sexe,
        commune_residence,
        qpv,
        niveau,
        categorie_public,
        autres_categories,
        prescripteur,
        situation_6,
        situation_12,
        situation_18,
        situation_24,
        row_number() over (
            partition by depot_id, numero_beneficiaire order by mois desc, ligne desc
        ) as rang
    from {{ ref('stg_bilan') }}
)

select
    depot_id,
    ligne,
    numero_beneficiaire,
    id_personne,
    identite_complete,
    date_naissance,
    sexe,
    commune_residence,
    qpv,
    niveau,
    categorie_public,
    autres_categories,
    prescripteur,
    situation_6,
    situation_12,
    situation_18,
    situation_24
from lignes
where rang = 1
