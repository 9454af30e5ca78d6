with lignes as (
    select
        depot_id,
        ligne,
        code_marche,
        siret,
        raison_sociale,
        type_entreprise,
        effectif,
        role,
        heures_engagees,
        coalesce(siret, {{ texte_normalise('raison_sociale') }}) as cle_entreprise
    from {{ ref('stg_entreprises') }}

    union all

    select
        depot_id,
        ligne,
        code_marche,
        siret,
        raison_sociale,
        type_entreprise,
        effectif,
        cast(null as string) as role,
        cast(null as decimal(18, 6)) as heures_engagees,
        coalesce(siret, {{ texte_normalise('raison_sociale') }}) as cle_entreprise
    from {{ ref('int_bilan__entreprises') }}
),

versions as (
    {{ derniere_version('lignes', ['code_marche', 'cle_entreprise']) }}
)

select
    versions.structure_code || '|' || versions.code_marche as marche_id,
    versions.structure_code,
    versions.code_marche,
    coalesce(versions.cle_entreprise, 'ND') as cle_entreprise,
    versions.siret,
    versions.raison_sociale,
    versions.type_entreprise,
    versions.effectif,
    coalesce(tailles.code, 'ND') as taille_entreprise,
    versions.role,
    versions.heures_engagees,
    versions.depot_id,
    versions.extraction,
    versions.ordre
from versions
-- Both bounds included; a part of a person (part-time) does not make a bracket.
left join {{ ref('dim_taille_entreprise') }} as tailles
    on
        tailles.code <> 'ND'
        and (tailles.borne_inf is null or floor(versions.effectif) >= tailles.borne_inf)
        and (tailles.borne_sup is null or floor(versions.effectif) <= tailles.borne_sup)
        and versions.effectif is not null
