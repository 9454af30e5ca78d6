with lignes as (
    select
        depot_id,
        ligne,
        numero_beneficiaire,
        horizon,
        situation,
        date_constat,
        qualification,
        false as date_du_depot
    from {{ ref('stg_situations') }}

    union all

    select
        depot_id,
        ligne,
        numero_beneficiaire,
        horizon,
        situation,
        cast(null as date) as date_constat,
        cast(null as boolean) as qualification,
        true as date_du_depot
    from {{ ref('int_bilan__situations') }}
),

-- A deposit may hold several records of a person for one horizon: all of them are this deposit's version.
versions as (
    select
        lignes.*,
        depots.structure_code,
        depots.extraction,
        depots.ordre,
        case
            when lignes.date_du_depot then depots.extraction else lignes.date_constat
        end as date_de_reference,
        rank() over (
            partition by depots.structure_code, lignes.numero_beneficiaire, lignes.horizon
            order by depots.rang
        ) as version
    from lignes
    inner join {{ ref('int_depots__acceptes') }} as depots on lignes.depot_id = depots.depot_id
),

classes as (
    select
        beneficiaires.id_personne,
        versions.*,
        row_number() over (
            partition by beneficiaires.id_personne, versions.horizon
            order by
                versions.date_de_reference desc nulls last,
                versions.extraction desc,
                versions.structure_code asc,
                versions.ordre desc,
                versions.numero_beneficiaire asc,
                versions.ligne desc
        ) as rang
    from versions
    inner join {{ ref('int_beneficiaires__retenus') }} as beneficiaires
        on
            versions.structure_code = beneficiaires.structure_code
            and versions.numero_beneficiaire = beneficiaires.numero_beneficiaire
    where versions.version = 1
)

select
    classes.id_personne,
    classes.horizon,
    classes.situation,
    coalesce(situations.groupe, 'INCONNU') as groupe,
    coalesce(situations.droit_commun, false) as droit_commun,
    coalesce(situations.sortie_positive, false) as sortie_positive,
    classes.date_constat,
    classes.qualification,
    classes.structure_code,
    classes.depot_id
from classes
left join {{ ref('dim_situation') }} as situations on classes.situation = situations.code
where classes.rang = 1
