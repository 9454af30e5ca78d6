with lignes as (
    select
        depot_id,
        ligne,
        numero_contrat,
        numero_beneficiaire,
        siret_employeur,
        type_employeur,
        modalite,
        type_contrat,
        code_rome,
        metier,
        date_debut,
        date_fin,
        tuteur
    from {{ ref('stg_contrats') }}

    union all

    select
        depot_id,
        ligne,
        numero_contrat,
        numero_beneficiaire,
        siret_employeur,
        type_employeur,
        'ND' as modalite,
        type_contrat,
        code_rome,
        metier,
        date_debut,
        date_fin,
        cast(null as boolean) as tuteur
    from {{ ref('int_bilan__contrats') }}
),

versions as (
    {{ derniere_version('lignes', ['numero_contrat']) }}
)

select
    versions.structure_code || '|' || versions.numero_contrat as contrat_id,
    versions.structure_code,
    versions.numero_contrat,
    beneficiaires.id_personne,
    versions.siret_employeur,
    case when {{ est_siret('versions.siret_employeur') }} then versions.siret_employeur end as entreprise_id,
    versions.type_employeur,
    versions.modalite,
    versions.type_contrat,
    versions.code_rome,
    {{ debut_du_rome('versions.code_rome', 3) }} as metier_famille,
    {{ debut_du_rome('versions.code_rome', 1) }} as metier_domaine,
    versions.date_debut,
    versions.date_fin,
    versions.tuteur,
    coalesce(employeurs.est_iae, false) as est_iae,
    coalesce(employeurs.est_handicap, false) as est_handicap,
    coalesce(types.est_alternance, false) as est_alternance,
    versions.depot_id,
    versions.extraction,
    versions.ordre
from versions
left join {{ ref('int_beneficiaires__retenus') }} as beneficiaires
    on
        versions.structure_code = beneficiaires.structure_code
        and versions.numero_beneficiaire = beneficiaires.numero_beneficiaire
left join {{ ref('dim_type_employeur') }} as employeurs on versions.type_employeur = employeurs.code
left join {{ ref('dim_type_contrat') }} as types on versions.type_contrat = types.code
